// SPDX-License-Identifier: GPL-2.0-only
/*
 * A table's file in sysfs without the library: each open file goes on in the snapshot that it
 * began, whatever others read meanwhile.
 *
 *	sysfs ktest0
 */
#include "raw.h"

#define READERS		65	/* one more than are remembered */
#define ROWS		1000	/* some 30 pages */
#define MUCH		(256UL << 20)	/* bytes of snapshots; what the core begins with */

static int memory(unsigned long bytes)
{
	char text[24];

	snprintf(text, sizeof(text), "%lu", bytes);
	return write_text("/sys/module/kulink/parameters/snapshot_max_bytes", text);
}

static int table_open(void)
{
	return open(path, O_RDONLY);
}

/* What was read to the end, or -errno */
static ssize_t read_on(int fd, char *to, size_t size)
{
	size_t done = 0;
	ssize_t n;

	while ((n = read(fd, to + done, size - done)) > 0)
		done += n;
	return n < 0 ? -errno : (ssize_t)done;
}

static ssize_t size_of(const struct kulink_table_head *head)
{
	return (ssize_t)(head->len + head->count * head->record_size);
}

static int begun_by(int fd, void *page)
{
	return pread(fd, page, 4096, 0) == 4096 && lseek(fd, 4096, SEEK_SET) == 4096;
}

/* The table shrinks and another program begins: the first one's reading stays what it was. */
static void two_at_once(char *buffer, size_t size)
{
	int first = table_open(), second = table_open();
	struct kulink_table_head head, other;
	char page[4096];

	report("rows", control("rows", ROWS), 0);
	report("one begins", begun_by(first, page), 1);
	memcpy(&head, page, sizeof(head));
	report("fewer rows", control("rows", ROWS / 2), 0);
	report("another begins", begun_by(second, page), 1);
	memcpy(&other, page, sizeof(other));
	report("both have begun in different ones", head.count != other.count, 1);
	report("one goes on in its own", read_on(first, buffer, size), size_of(&head) - 4096);
	report("the other too", read_on(second, buffer, size), size_of(&other) - 4096);
	report("and is at the end", read(first, page, sizeof(page)), 0);
	report("again, from the start", lseek(first, 0, SEEK_SET), 0);
	report("it is the table of now", read_on(first, buffer, size), size_of(&other));
	close(first);
	close(second);
}

static void forgotten(void)
{
	int fds[READERS], i, begun = 0;
	char page[4096];

	report("rows", control("rows", ROWS), 0);
	for (i = 0; i < READERS; i++) {
		fds[i] = table_open();
		begun += begun_by(fds[i], page);
	}
	report("all begin", begun, READERS);
	report("the first was forgotten", read(fds[0], page, sizeof(page)) < 0 ? errno : 0, EAGAIN);
	report("the second was not", read(fds[1], page, sizeof(page)), sizeof(page));
	report("the first begins anew", begun_by(fds[0], page), 1);
	report("and goes on", read(fds[0], page, sizeof(page)), sizeof(page));
	for (i = 0; i < READERS; i++)
		close(fds[i]);
}

static void never_begun(char *buffer, size_t size)
{
	ssize_t read_before = sizeof(struct kulink_table_head) + 64;
	struct kulink_table_head head;
	int fd = table_open();
	char page[64];

	report("rows", control("rows", ROWS), 0);
	report("in the midst of nothing", pread(fd, page, sizeof(page), 64) < 0 ? errno : 0, EAGAIN);
	report("the head alone", pread(fd, &head, sizeof(head), 0), sizeof(head));
	report("then what follows", pread(fd, page, 64, sizeof(head)), 64);
	report("and the rest", lseek(fd, read_before, SEEK_SET), read_before);
	report("to the end", read_on(fd, buffer, size), size_of(&head) - read_before);
	close(fd);
}

/* Memory for one and a half: what an open file has begun is not in its own way. */
static void begun_again(char *buffer, size_t size)
{
	struct kulink_table_head head;
	int fd = table_open();
	char page[4096];

	report("rows", control("rows", ROWS), 0);
	report("begins", begun_by(fd, page), 1);
	memcpy(&head, page, sizeof(head));
	report("little memory", memory(size_of(&head) * 3 / 2), 0);
	report("begins anew", begun_by(fd, page), 1);
	report("and goes on to the end", read_on(fd, buffer, size), size_of(&head) - 4096);
	report("much memory", memory(MUCH), 0);
	close(fd);
}

static int read_by_procfs(const char *service)
{
	char file[64], page[64];
	int fd, err = 0;

	snprintf(file, sizeof(file), "/proc/kulink/%s/rows", service);
	fd = open(file, O_RDONLY);
	if (fd < 0 || read(fd, page, sizeof(page)) < 0)
		err = errno;
	if (fd >= 0)
		close(fd);
	return err;
}

/* Nobody reads this table here any more: its memory comes back by itself. */
static void left_half_way(const char *service)
{
	struct kulink_table_head head;
	int fd = table_open(), err, i;
	char page[4096];

	report("begins", begun_by(fd, page), 1);
	memcpy(&head, page, sizeof(head));
	close(fd);
	report("little memory", memory(size_of(&head) * 3 / 2), 0);
	report("too little for another channel", read_by_procfs(service), ENOBUFS);
	for (i = 0, err = ENOBUFS; err == ENOBUFS && i < 600; i++) {
		usleep(100000);
		err = read_by_procfs(service);
	}
	report("until what was left half-way is let go of", err, 0);
	report("much memory", memory(MUCH), 0);
}

int main(int argc, char **argv)
{
	static char buffer[1 << 20];

	if (argc != 2)
		return 2;
	snprintf(path, sizeof(path), "/sys/class/kulink/%s/rows", argv[1]);
	never_begun(buffer, sizeof(buffer));	/* first: an open file may be where a closed one was, and go on for it */
	begun_again(buffer, sizeof(buffer));
	left_half_way(argv[1]);
	two_at_once(buffer, sizeof(buffer));
	forgotten();
	printf("1..%u\n", tests);
	return failures ? 1 : 0;
}
