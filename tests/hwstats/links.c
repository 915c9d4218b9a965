// SPDX-License-Identifier: GPL-2.0-only
/*
 * links CHANNEL...: the table "links" of hwstats0 over each channel, held against
 * /sys/class/net/DEVICE/statistics and /proc/net/dev, row by row. The network must be quiet, but for
 * the loopback device. With -k N, the kernel's list of devices changes meanwhile and only the devices
 * t0 to tN-1 stand still.
 */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <kulink.h>

#define MAX_LINKS 2048
#define COUNTERS 24
#define NET_DEV 16

static const char *const counters[COUNTERS] = {
	"rx_packets", "tx_packets", "rx_bytes", "tx_bytes", "rx_errors", "tx_errors", "rx_dropped",
	"tx_dropped", "multicast", "collisions", "rx_length_errors", "rx_over_errors", "rx_crc_errors",
	"rx_frame_errors", "rx_fifo_errors", "rx_missed_errors", "tx_aborted_errors",
	"tx_carrier_errors", "tx_fifo_errors", "tx_heartbeat_errors", "tx_window_errors",
	"rx_compressed", "tx_compressed", "rx_nohandler",
};

struct link {
	char name[IF_NAMESIZE];
	uint64_t sysfs[COUNTERS];
	uint64_t net_dev[NET_DEV];
	bool seen;
};

static struct link links[MAX_LINKS];
static size_t n_links;
static int tests, failed;

static int point(bool passed, const char *channel, const char *what)
{
	tests++;
	failed += !passed;
	printf("%sok %d - %s: %s\n", passed ? "" : "not ", tests, channel, what);
	return passed;
}

static struct link *find(const char *name)
{
	size_t i;

	for (i = 0; i < n_links; i++)
		if (!strcmp(links[i].name, name))
			return &links[i];
	return NULL;
}

static uint64_t read_number(const char *device, const char *counter)
{
	char path[300];
	uint64_t n = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/sys/class/net/%s/statistics/%s", device, counter);
	file = fopen(path, "re");
	if (!file || fscanf(file, "%" SCNu64, &n) != 1) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		exit(1);
	}
	fclose(file);
	return n;
}

static void read_sysfs(void)
{
	DIR *dir = opendir("/sys/class/net");
	struct dirent *entry;
	size_t i;

	for (n_links = 0; (entry = readdir(dir)) && n_links < MAX_LINKS;) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(links[n_links].name, IF_NAMESIZE, "%.15s", entry->d_name);
		for (i = 0; i < COUNTERS; i++)
			links[n_links].sysfs[i] = read_number(entry->d_name, counters[i]);
		n_links++;
	}
	closedir(dir);
}

static void read_net_dev(void)
{
	FILE *file = fopen("/proc/net/dev", "re");
	char line[1024], *at;
	struct link *link;
	size_t i;

	while (file && fgets(line, sizeof(line), file)) {
		char *name = line + strspn(line, " ");

		at = strchr(name, ':');
		if (!at)
			continue;
		*at++ = '\0';
		link = find(name);
		for (i = 0; link && i < NET_DEV; i++)
			link->net_dev[i] = strtoull(at, &at, 10);
	}
	if (file)
		fclose(file);
}

static uint64_t cell(const struct kulink_row *row, const char *name)
{
	size_t i;

	for (i = 0; i < row->n_cells; i++)
		if (!strcmp(row->cells[i].name, name))
			return row->cells[i].number;
	fprintf(stderr, "no column %s\n", name);
	exit(1);
}

/* /proc/net/dev sums some of them up: dev_seq_printf_stats(). */
static void as_net_dev(const struct kulink_row *r, uint64_t to[NET_DEV])
{
	const uint64_t all[NET_DEV] = {
		cell(r, "rx_bytes"), cell(r, "rx_packets"), cell(r, "rx_errors"),
		cell(r, "rx_dropped") + cell(r, "rx_missed_errors"), cell(r, "rx_fifo_errors"),
		cell(r, "rx_length_errors") + cell(r, "rx_over_errors") + cell(r, "rx_crc_errors") +
			cell(r, "rx_frame_errors"),
		cell(r, "rx_compressed"), cell(r, "multicast"),
		cell(r, "tx_bytes"), cell(r, "tx_packets"), cell(r, "tx_errors"), cell(r, "tx_dropped"),
		cell(r, "tx_fifo_errors"), cell(r, "collisions"),
		cell(r, "tx_carrier_errors") + cell(r, "tx_aborted_errors") +
			cell(r, "tx_window_errors") + cell(r, "tx_heartbeat_errors"),
		cell(r, "tx_compressed"),
	};

	memcpy(to, all, sizeof(all));
}

struct findings {
	size_t rows, strange, sysfs, net_dev, index, traffic;
};

/* The questions themselves may travel by it, and are counted. */
static bool carries_questions(const struct link *link)
{
	return !strcmp(link->name, "lo");
}

/* what traffic.c sent */
static bool has_its_traffic(const struct kulink_row *row, uint64_t i)
{
	return cell(row, "tx_packets") == i % 7 + 1 &&
	       cell(row, "tx_bytes") == (i % 7 + 1) * (60 + i);
}

static int hold_against(void *ctx, const struct kulink_row *row)
{
	struct findings *found = ctx;
	struct link *link = find(row->cells[0].string);
	uint64_t net_dev[NET_DEV];
	size_t i;

	found->rows++;
	if (!link || link->seen) {
		found->strange++;
		return 0;
	}
	link->seen = true;
	found->index += cell(row, "ifindex") != if_nametoindex(link->name);
	if (carries_questions(link))
		return 0;
	for (i = 0; i < COUNTERS; i++)
		found->sysfs += cell(row, counters[i]) != link->sysfs[i];
	as_net_dev(row, net_dev);
	found->net_dev += !!memcmp(net_dev, link->net_dev, sizeof(net_dev));
	if (link->name[0] == 't')
		found->traffic += !has_its_traffic(row, strtoul(link->name + 1, NULL, 10));
	return 0;
}

static void quiet(const char *channel, size_t least)
{
	struct findings found = { 0 };
	struct kulink *k;
	size_t i;
	int err = kulink_open(&k, "hwstats0", channel);

	for (i = 0; i < n_links; i++)
		links[i].seen = false;
	err = err ?: kulink_dump(k, "links", hold_against, &found);
	kulink_close(k);
	if (!point(!err, channel, "the table is read"))
		printf("# %s\n", strerror(-err));
	point(found.rows == n_links && !found.strange && found.rows >= least, channel,
	      "every device is in it once");
	point(found.rows && !found.index, channel, "every index is the device's");
	point(found.rows && !found.sysfs, channel, "every counter is sysfs's");
	point(found.rows && !found.net_dev, channel, "every row is /proc/net/dev's");
	point(found.rows && !found.traffic, channel, "every device has the traffic that was sent");
	printf("# %zu rows, %zu devices; %zu strange, %zu+%zu+%zu differ, %zu with other traffic\n", found.rows,
	       n_links, found.strange, found.index, found.sysfs, found.net_dev, found.traffic);
}

struct steady {
	size_t n;
	size_t rows;
	bool *seen;
	size_t twice;
};

static int count_steady(void *ctx, const struct kulink_row *row)
{
	const char *name = row->cells[0].string;
	struct steady *steady = ctx;
	size_t i = name[0] == 't' ? strtoul(name + 1, NULL, 10) : steady->n;

	if (i >= steady->n)
		return 0;
	steady->twice += steady->seen[i];
	steady->seen[i] = true;
	steady->rows++;
	return 0;
}

static void restless(const char *channel, size_t n)
{
	struct steady steady = { .n = n, .seen = calloc(n, sizeof(bool)) };
	unsigned int turn;
	struct kulink *k;
	int err = kulink_open(&k, "hwstats0", channel);

	for (turn = 0; turn < 5 && !err; turn++) {
		memset(steady.seen, 0, n * sizeof(bool));
		steady.rows = 0;
		err = kulink_dump(k, "links", count_steady, &steady);
		if (steady.rows != n || steady.twice)
			break;
	}
	kulink_close(k);
	if (!point(!err && turn == 5, channel, "each device that stays is there once, whatever comes and goes"))
		printf("# turn %u: %s, %zu of %zu, %zu twice\n", turn, strerror(-err), steady.rows, n,
		       steady.twice);
	free(steady.seen);
}

int main(int argc, char **argv)
{
	static struct link before[MAX_LINKS];
	size_t n_before, least = 0, keep = 0;
	int option, i;

	while ((option = getopt(argc, argv, "n:k:")) != -1) {
		if (option == 'n')
			least = strtoul(optarg, NULL, 10);
		else if (option == 'k')
			keep = strtoul(optarg, NULL, 10);
	}
	if (keep) {
		for (i = optind; i < argc; i++)
			restless(argv[i], keep);
		printf("1..%d\n", tests);
		return failed != 0;
	}
	read_sysfs();
	read_net_dev();
	for (i = optind; i < argc; i++)
		quiet(argv[i], least);
	memcpy(before, links, sizeof(links));
	n_before = n_links;
	read_sysfs();
	for (i = 0; i < (int)n_links; i++)
		if (!carries_questions(&links[i]) &&
		    memcmp(before[i].sysfs, links[i].sysfs, sizeof(links[i].sysfs)))
			break;
	point(n_before == n_links && i == (int)n_links, "kernel", "the network was quiet meanwhile");
	printf("1..%d\n", tests);
	return failed != 0;
}
