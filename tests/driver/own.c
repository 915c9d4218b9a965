// SPDX-License-Identifier: GPL-2.0-only
/*
 * A driver with a generic netlink family of its own, "ktestown", and a service that no channel
 * publishes: reached through that family alone. Its parts have the names and types of the test
 * driver's, so that the same tests run over both families.
 */
#include <linux/kulink_genl.h>
#include <linux/module.h>
#include <linux/string.h>

struct own {
	u64 ranged_u;
	s64 ranged_s;
	s64 num_s64;
	bool flag;
	u8 choice;
	char label[32];
	char text[KULINK_STRING_SIZE];
	u64 changes;
	u64 write_only;
};

struct own_row {
	u64 index;
};

static struct own own = { .ranged_u = 10 };
static struct kulink_service *service;
static u64 items[100];

static void changed(void *priv)
{
	struct own *o = priv;

	o->changes++;
	if (!IS_ERR_OR_NULL(service))
		kulink_emit(service, 0, o);
}

static const struct kulink_value own_values[] = {
	KULINK_VALUE_RANGE(struct own, ranged_u, 10, 20, .changed = changed),
	KULINK_VALUE_RANGE(struct own, ranged_s, -5, 7),
	KULINK_VALUE_RW(struct own, num_s64),
	KULINK_VALUE_RW(struct own, flag),
	KULINK_VALUE_ENUM(struct own, choice, "off", "sampled", "full"),
	KULINK_VALUE_STRING(struct own, label),
	KULINK_VALUE_STRING(struct own, text),
	KULINK_VALUE_RO(struct own, changes),
	KULINK_VALUE(struct own, write_only, 0200),
	{}
};

static void *rows_start(void *priv)
{
	return items;
}

static void *rows_next(void *priv, void *item)
{
	u64 *next = (u64 *)item + 1;

	return next < items + ARRAY_SIZE(items) ? next : NULL;
}

static void rows_stop(void *priv)
{
}

static int rows_row(void *priv, void *item, void *row)
{
	((struct own_row *)row)->index = (u64 *)item - items;
	return 0;
}

static const struct kulink_field row_columns[] = {
	KULINK_FIELD(struct own_row, index),
	{}
};

static const struct kulink_table own_tables[] = {
	{
		.name = "rows", .mode = 0444, .columns = row_columns,
		.row_size = sizeof(struct own_row), .start = rows_start, .next = rows_next,
		.stop = rows_stop, .row = rows_row,
	},
	{}
};

static int echo(void *priv, const void *request, size_t request_len, void *reply,
		size_t *reply_len)
{
	memcpy(reply, request, request_len);
	*reply_len = request_len;
	return 0;
}

static int fail(void *priv, const void *request, size_t request_len, void *reply,
		size_t *reply_len)
{
	u64 number;

	if (request_len != sizeof(number))
		return -EINVAL;
	memcpy(&number, request, sizeof(number));
	*reply_len = 0;
	return number < 4096 ? -(int)number : -EINVAL;
}

static const struct kulink_call own_calls[] = {
	{ .name = "echo", .mode = 0444, .request_max = KULINK_CALL_MAX,
	  .reply_max = KULINK_CALL_MAX, .call = echo },
	{ .name = "tiny", .mode = 0444, .request_max = 8, .reply_max = 8, .call = echo },
	{ .name = "fail", .mode = 0444, .request_max = 8, .reply_max = 8, .call = fail },
	{}
};

static const struct kulink_field change_fields[] = {
	KULINK_FIELD(struct own, ranged_u),
	KULINK_FIELD(struct own, changes),
	{}
};

static const struct kulink_event own_events[] = {
	{ .name = "change", .mode = 0444, .fields = change_fields, .size = sizeof(struct own) },
	{}
};

static const struct kulink_desc own_desc = {
	.name = "ktestown%d",
	.owner = THIS_MODULE,
	.channels = "",
	.values = own_values,
	.tables = own_tables,
	.calls = own_calls,
	.events = own_events,
};

static struct kulink_genl_family family = KULINK_GENL_FAMILY("ktestown", &own_desc);

static int __init own_init(void)
{
	int err = kulink_genl_family_register(&family);

	if (err)
		return err;
	service = kulink_register(NULL, &own_desc, &own);
	if (IS_ERR(service)) {
		kulink_genl_family_unregister(&family);
		return PTR_ERR(service);
	}
	return 0;
}

static void __exit own_exit(void)
{
	kulink_unregister(service);
	kulink_genl_family_unregister(&family);
}

module_init(own_init);
module_exit(own_exit);
MODULE_DESCRIPTION("kulink's test of a family of a driver's own");
MODULE_AUTHOR("The kulink authors");
MODULE_LICENSE("GPL");
MODULE_ALIAS_GENL_FAMILY("ktestown");
