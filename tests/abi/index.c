// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parts by their indices: what they are, that they are checked as names are, and that they open nothing.
 *
 *	index ktest0
 */
#include "raw.h"

static int node(int flags)
{
	int fd = open(path, flags | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0) {
		printf("Bail out! %s: %s\n", path, strerror(errno));
		exit(1);
	}
	return fd;
}

static int command(int fd, unsigned long cmd, void *arg)
{
	return ioctl(fd, cmd, arg) < 0 ? -errno : 0;
}

static int find(int fd, __u32 kind, const char *name, __u32 *index)
{
	struct kulink_ioc_find args = { .kind = kind };
	int err;

	snprintf(args.name, sizeof(args.name), "%s", name);
	err = command(fd, KULINK_IOC_FIND, &args);
	*index = args.index;
	return err;
}

static void test_find(int fd)
{
	struct kulink_ioc_find args = { .kind = KULINK_VALUES };
	__u32 index;

	report("find: a value", find(fd, KULINK_VALUES, "num_u64", &index), 0);
	report("find: a table", find(fd, KULINK_TABLES, "rows", &index), 0);
	report("find: the first call", find(fd, KULINK_CALLS, "echo", &index) ?: (int)index, 0);
	report("find: the second call", find(fd, KULINK_CALLS, "reverse", &index) ?: (int)index, 1);
	report("find: an event", find(fd, KULINK_EVENTS, "data", &index), 0);
	report("find: nothing of this name", find(fd, KULINK_VALUES, "nothing", &index), -ENOENT);
	report("find: of another kind", find(fd, KULINK_VALUES, "echo", &index), -ENOENT);
	report("find: an empty name", find(fd, KULINK_VALUES, "", &index), -ENOENT);
	report("find: no kind", find(fd, 0, "echo", &index), -EINVAL);
	report("find: two kinds", find(fd, KULINK_VALUES | KULINK_CALLS, "echo", &index), -EINVAL);
	report("find: an unknown kind", find(fd, KULINK_REGIONS << 1, "echo", &index), -EINVAL);
	report("find: a bad address", command(fd, KULINK_IOC_FIND, (void *)8), -EFAULT);
	report("find: a short struct", command(fd, _IOWR(KULINK_IOC_MAGIC, _IOC_NR(KULINK_IOC_FIND), char[32]), &args), -EINVAL);
	memset(args.name, 'a', sizeof(args.name));
	report("find: a name without end", command(fd, KULINK_IOC_FIND, &args), -EINVAL);
}

/* Whatever the name says, and were it none */
static void test_index(int fd)
{
	static const __u32 none[] = { 64, 255, 65535, 0x7fffffff, 0x80000000, 0xffffffff };
	struct kulink_ioc_value by_name = { .name = "num_u64" }, value = { .flags = KULINK_IOC_BY_INDEX };
	struct kulink_ioc_table table = { .flags = KULINK_IOC_BY_INDEX };
	struct kulink_ioc_call call = { .flags = KULINK_IOC_BY_INDEX };
	static char there[4096] = "eight...", back[8];
	unsigned int i;

	memset(value.name, 'a', sizeof(value.name));
	find(fd, KULINK_VALUES, "num_u64", &value.index);
	command(fd, KULINK_IOC_GET, &by_name);
	report("index: get", command(fd, KULINK_IOC_GET, &value), 0);
	report("index: as by name", memcmp(&value.datum, &by_name.datum, sizeof(value.datum)), 0);
	report("index: set", command(fd, KULINK_IOC_SET, &value), 0);
	find(fd, KULINK_VALUES, "fixed", &value.index);
	report("index: set what is read-only", command(fd, KULINK_IOC_SET, &value), -EACCES);
	find(fd, KULINK_TABLES, "odd", &table.index);
	report("index: a table's length", command(fd, KULINK_IOC_DUMP, &table), -EMSGSIZE);
	find(fd, KULINK_CALLS, "echo", &call.index);
	call.request = (uintptr_t)there;
	call.reply = (uintptr_t)back;
	call.request_len = call.reply_len = sizeof(back);
	report("index: call", command(fd, KULINK_IOC_CALL, &call), 0);
	report("index: its reply", memcmp(there, back, sizeof(back)), 0);
	value.flags = KULINK_IOC_BY_INDEX | 2;
	report("index: with an unknown flag", command(fd, KULINK_IOC_GET, &value), -EINVAL);
	value.flags = KULINK_IOC_BY_INDEX;
	for (i = 0; i < sizeof(none) / sizeof(*none); i++) {
		value.index = table.index = call.index = none[i];
		report("index: no such value", command(fd, KULINK_IOC_GET, &value), -ENOENT);
		report("index: none to set", command(fd, KULINK_IOC_SET, &value), -ENOENT);
		report("index: no such table", command(fd, KULINK_IOC_DUMP, &table), -ENOENT);
		report("index: no such call", command(fd, KULINK_IOC_CALL, &call), -ENOENT);
		call.request_len = sizeof(there);
		report("index: none for more", command(fd, KULINK_IOC_CALL, &call), -ENOENT);
		call.request_len = sizeof(back);
	}
}

/* How the file was opened counts by index, too */
static void test_index_modes(void)
{
	struct kulink_ioc_value value = { .flags = KULINK_IOC_BY_INDEX };
	struct kulink_ioc_table table = { .flags = KULINK_IOC_BY_INDEX };
	struct kulink_ioc_call call = { .flags = KULINK_IOC_BY_INDEX };
	int reader = node(O_RDONLY), writer = node(O_WRONLY);

	find(reader, KULINK_VALUES, "num_u64", &value.index);
	find(reader, KULINK_CALLS, "write", &call.index);
	find(writer, KULINK_TABLES, "odd", &table.index);
	report("index, read-only: get", command(reader, KULINK_IOC_GET, &value), 0);
	report("index, read-only: set", command(reader, KULINK_IOC_SET, &value), -EACCES);
	report("index, read-only: a call that writes", command(reader, KULINK_IOC_CALL, &call), -EACCES);
	report("index, write-only: get", command(writer, KULINK_IOC_GET, &value), -EACCES);
	report("index, write-only: dump", command(writer, KULINK_IOC_DUMP, &table), -EACCES);
	close(reader);
	close(writer);
}

int main(int argc, char **argv)
{
	int fd;

	if (argc < 2)
		return 2;
	begin(argv[1]);
	fd = node(O_RDWR);
	test_find(fd);
	test_index(fd);
	test_index_modes();
	close(fd);
	return end();
}
