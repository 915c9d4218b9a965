// SPDX-License-Identifier: GPL-2.0-only
/* Rows and events against what the test driver puts there. */
#include "suite.h"

/* Answers with the line of the check that failed, so that a child can tell it too. */
#define MUST(condition) do { if (!(condition)) return __LINE__; } while (0)

static bool letters(const char *text, uint64_t offset, unsigned int len)
{
	char expected[KTEST_ROW_STRING];

	ktest_letters(expected, offset, len);
	return text && !strcmp(text, expected);
}

static int row_wrong(const struct rows_check *check, const struct kulink_row *row)
{
	static const char *const labels[] = { "off", "sampled", "full" };
	const struct kulink_cell *c = row->cells;
	uint64_t i = row->index, g = row->generation;

	MUST(i == check->n);
	MUST(!i || g == check->generation);
	MUST(row->n_cells == 7);
	MUST(!strcmp(c[0].name, "index") && c[0].type == KULINK_TYPE_U64 && c[0].number == i);
	MUST(!strcmp(c[1].name, "generation") && c[1].number == g);
	MUST(c[2].number == ktest_pattern(i, g));
	MUST(c[3].type == KULINK_TYPE_S64 && (int64_t)c[3].number == -(int64_t)i);
	MUST(!strcmp(c[3].unit, "units") && !strcmp(c[2].unit, ""));
	MUST(c[4].type == KULINK_TYPE_ENUM && c[4].number == i % 3);
	MUST(c[4].string && !strcmp(c[4].string, labels[i % 3]));
	MUST(c[5].type == KULINK_TYPE_BOOL && c[5].number == (i & 1));
	MUST(c[6].type == KULINK_TYPE_STRING);
	MUST(letters(c[6].string, i + g, KTEST_ROW_STRING - 1));
	return 0;
}

int check_row(void *ctx, const struct kulink_row *row)
{
	struct rows_check *check = ctx;

	check->wrong = row_wrong(check, row);
	check->generation = row->generation;
	check->n++;
	return check->wrong ? -EBADMSG : 0;
}

int dump_rows(struct kulink *k, struct rows_check *check)
{
	*check = (struct rows_check){ 0 };
	return kulink_dump(k, "rows", check_row, check);
}

struct churn_check {
	uint64_t n;
	uint64_t count;
	uint64_t id;
	uint64_t generation;
};

/* Ids are given in order and leave at the front: a gap is a row of another generation. */
static int churn_row(void *ctx, const struct kulink_row *row)
{
	struct churn_check *check = ctx;
	const struct kulink_cell *c = row->cells;

	if (row->n_cells != 3 || c[1].number != row->generation ||
	    (check->n && (c[0].number != check->id + 1 || c[2].number != check->count)))
		return -EBADMSG;
	check->id = c[0].number;
	check->count = c[2].number;
	check->generation = row->generation;
	check->n++;
	return 0;
}

int dump_churn(struct kulink *k, uint64_t *generation)
{
	struct churn_check check = { 0 };
	int err = kulink_dump(k, "churn", churn_row, &check), tries;

	/*
	 * A sysfs attribute is read page by page, without a snapshot: the library gives up after
	 * 16 interrupted reads, and says so. Nowhere else may that happen.
	 */
	for (tries = 0; tries < 200 && err == -EAGAIN && is_channel("sysfs"); tries++)
		err = kulink_dump(k, "churn", churn_row, &check);
	if (!err && check.n != check.count)
		err = -EBADMSG;
	*generation = check.generation;
	return err;
}

static int event_number(const char *name)
{
	static const char *const names[KTEST_EVENTS] = { "data", "other", "private" };
	int i;

	for (i = 0; i < KTEST_EVENTS; i++)
		if (!strcmp(name, names[i]))
			return i;
	return -1;
}

int check_event(const struct kulink_event *event)
{
	static const char *const labels[] = { "off", "sampled", "full" };
	const struct kulink_cell *c = event->cells;
	int number = event_number(event->name);
	uint64_t i;

	if (number < 0 || strcmp(event->service, SERVICE) || !event->seq)
		return -EBADMSG;
	if (is_fieldless())
		return event->n_cells || event->ns ? -EBADMSG : 0;
	if (event->n_cells != 6 || !event->ns)
		return -EBADMSG;
	i = c[0].number;
	if (strcmp(c[0].name, "index") || c[1].number != ktest_pattern(i, (uint64_t)number) ||
	    (int64_t)c[2].number != -(int64_t)i || c[3].number != i % 3 || c[4].number != (i & 1))
		return -EBADMSG;
	if (!c[3].string || strcmp(c[3].string, labels[i % 3]))
		return -EBADMSG;
	return letters(c[5].string, i, ktest_event_len(i)) ? 0 : -EBADMSG;
}
