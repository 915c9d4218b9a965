// SPDX-License-Identifier: GPL-2.0-only
/*
 * far SERVICE WHAT...: over udp to a test driver that may be on another machine, and over a wire that may be bad.
 *
 *	once N		N sets and N calls: each is run once, not more, not less
 *	table ROWS	the table "rows" is whole: so many rows, so many bytes at least
 *	values		each type there and back
 *	events FILE N	FILE is written when subscribed; N events of "data": delivered + lost = emitted
 *	gone FILE	FILE is written when subscribed; then the end comes
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kulink.h>

static struct kulink *k;

static int wrong(const char *what, int err)
{
	fprintf(stderr, "%s: %d (%s) %s\n", what, err, err < 0 ? strerror(-err) : "", kulink_message(k));
	return 1;
}

static int number(const char *value, uint64_t *v)
{
	int err = kulink_get_u64(k, value, v);

	return err ? wrong(value, err) : 0;
}

/* "changes" counts what was set, "counted" what was called. */
static int once(unsigned int n)
{
	uint64_t changes, counted, now, reply;
	unsigned int i;
	size_t len;
	int err;

	if (number("changes", &changes) || number("counted", &counted))
		return 1;
	for (i = 1; i <= n; i++) {
		err = kulink_set_u64(k, "ranged_u", 10 + i % 10);
		if (err)
			return wrong("set", err);
		len = sizeof(reply);
		err = kulink_call(k, "count", NULL, 0, &reply, &len);
		if (err || len != sizeof(reply))
			return wrong("call", err);
		if (reply != counted + i)
			return wrong("a call was run again, or another's reply came", (int)(reply - counted - i));
	}
	if (number("changes", &now) || now - changes != n)
		return wrong("sets", (int)(now - changes));
	if (number("counted", &now) || now - counted != n)
		return wrong("calls", (int)(now - counted));
	return 0;
}

static int count_row(void *ctx, const struct kulink_row *row)
{
	(void)row;
	(*(uint64_t *)ctx)++;
	return 0;
}

static int table(uint64_t expected)
{
	uint64_t n = 0;
	int err = kulink_dump(k, "rows", count_row, &n);

	return err || n != expected ? wrong("rows", err ?: (int)n) : 0;
}

static int values(void)
{
	static const struct { const char *value, *text; } all[] = {
		{ "flag", "1" }, { "num_s64", "-9223372036854775808" }, { "num_u64", "18446744073709551615" },
		{ "choice", "full" }, { "text", "caf\xc3\xa9" },
	};
	char text[KULINK_STRING_SIZE];
	size_t i;
	int err;

	for (i = 0; i < sizeof(all) / sizeof(*all); i++) {
		err = kulink_set_text(k, all[i].value, all[i].text) ?:
		      kulink_get_text(k, all[i].value, text, sizeof(text));
		if (err || strcmp(text, all[i].text))
			return wrong(all[i].value, err);
	}
	err = kulink_set_u64(k, "mode_0600", 1);
	return err == -EACCES ? 0 : wrong("a value that is not for others", err);
}

static int tell(const char *path)
{
	FILE *file = fopen(path, "we");

	return !file || fclose(file) ? wrong(path, -errno) : 0;
}

static int next(struct kulink_event *event)
{
	struct pollfd fd = { .fd = kulink_fd(k), .events = POLLIN };
	int err;

	while ((err = kulink_next(k, event)) == -EAGAIN)
		if (poll(&fd, 1, 60000) != 1)
			return -ETIME;
	return err;
}

static int events(const char *path, uint64_t n)
{
	uint64_t delivered = 0, lost = 0, seq = 0;
	struct kulink_event event;
	int err = kulink_subscribe(k, "data");

	if (err || tell(path))
		return wrong("subscribe", err);
	while (delivered + lost < n) {
		err = next(&event);
		if (err || event.gone || event.seq <= seq)
			return wrong("next", err);
		seq = event.seq;
		lost += event.lost;
		delivered += !event.only_lost;
	}
	printf("# %ju emitted, %ju delivered, %ju lost\n", (uintmax_t)n, (uintmax_t)delivered, (uintmax_t)lost);
	return delivered && delivered + lost == n ? 0 : wrong("account", (int)(delivered + lost));
}

static int gone(const char *path)
{
	struct kulink_event event;
	int err = kulink_subscribe(k, "data");

	if (err || tell(path))
		return wrong("subscribe", err);
	err = next(&event);
	return err || !event.gone ? wrong("the end", err) : 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 2 ? argv[2] : "";
	int err;

	if (argc < 3)
		return 2;
	err = kulink_open(&k, argv[1], "udp");
	if (err)
		return wrong("open", err);
	if (!strcmp(what, "once") && argc == 4)
		err = once((unsigned int)atoi(argv[3]));
	else if (!strcmp(what, "table") && argc == 4)
		err = table(strtoull(argv[3], NULL, 10));
	else if (!strcmp(what, "values"))
		err = values();
	else if (!strcmp(what, "events") && argc == 5)
		err = events(argv[3], strtoull(argv[4], NULL, 10));
	else if (!strcmp(what, "gone") && argc == 4)
		err = gone(argv[3]);
	else
		err = 2;
	kulink_close(k);
	return err;
}
