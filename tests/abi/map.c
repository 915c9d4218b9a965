// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory of the node without the library: malformed commands, offsets, lengths and protections, each with
 * the answer that the ABI promises; what a program may not read is nowhere in what it can map.
 *
 *	map ktest0
 */
#define _FILE_OFFSET_BITS 64
#include <sys/prctl.h>

#include "raw.h"

#define PAGE	4096UL

/* The compiler knows better than to use a constant like this */
static void *volatile bad_address = (void *)8;

static int node(int flags)
{
	int fd = open(path, flags | O_CLOEXEC);

	if (fd < 0) {
		printf("Bail out! %s: %s\n", path, strerror(errno));
		exit(1);
	}
	return fd;
}

static int where(int fd, struct kulink_ioc_map *args)
{
	return ioctl(fd, KULINK_IOC_MAP, args) < 0 ? -errno : 0;
}

static int find(int fd, __u32 kind, const char *name, struct kulink_ioc_map *args)
{
	*args = (struct kulink_ioc_map){ .kind = kind };
	strcpy(args->name, name);
	return where(fd, args);
}

static int map(int fd, uint64_t offset, size_t len, int prot, int flags)
{
	void *at = mmap(NULL, len, prot, flags, fd, (off_t)offset);

	if (at == MAP_FAILED)
		return -errno;
	munmap(at, len);
	return 0;
}

static void commands(int fd)
{
	struct { struct kulink_ioc_map args; __u64 tail; } longer = { .args.kind = KULINK_VALUES };
	struct kulink_ioc_map args = { .kind = 0 };
	const unsigned long shorter = _IOWR(KULINK_IOC_MAGIC, 0x08, char[72]);
	const unsigned long longest = _IOWR(KULINK_IOC_MAGIC, 0x08, longer);

	report("a head", where(fd, &args), 0);
	report("its length", (long)args.len, (long)PAGE);
	report("its size", (long)args.size, (long)sizeof(struct kulink_map_head));
	report("a bad address", ioctl(fd, KULINK_IOC_MAP, bad_address) < 0 ? -errno : 0, -EFAULT);
	report("a shorter struct", ioctl(fd, shorter, &args) < 0 ? -errno : 0, -EINVAL);
	report("a longer one, zeros", ioctl(fd, longest, &longer) < 0 ? -errno : 0, 0);
	longer = (typeof(longer)){ .args.kind = KULINK_VALUES, .tail = 1 };
	report("a longer one, not zeros", ioctl(fd, longest, &longer) < 0 ? -errno : 0, -E2BIG);
	args = (struct kulink_ioc_map){ .flags = 4 };
	report("an unknown flag", where(fd, &args), -EINVAL);
	args = (struct kulink_ioc_map){ .flags = KULINK_MAP_CHANGES };
	report("a head's changes", where(fd, &args), -EINVAL);
	args = (struct kulink_ioc_map){ .name = "num_u64", .kind = KULINK_VALUES, .flags = KULINK_MAP_CHANGES };
	report("a value's changes", where(fd, &args), -EINVAL);
	args = (struct kulink_ioc_map){ .name = "flat", .kind = KULINK_TABLES,
					.flags = KULINK_MAP_CHANGES | KULINK_MAP_REFRESH };
	report("changes and a refresh", where(fd, &args), -EINVAL);
	args = (struct kulink_ioc_map){ .name = "rows", .kind = KULINK_TABLES, .flags = KULINK_MAP_CHANGES };
	report("of a table that does not tell", where(fd, &args), -EOPNOTSUPP);
	args = (struct kulink_ioc_map){ .flags = KULINK_MAP_REFRESH };
	report("a head to refresh", where(fd, &args), -EINVAL);
	args = (struct kulink_ioc_map){ .reserved = 1 };
	report("reserved", where(fd, &args), -EINVAL);
	args = (struct kulink_ioc_map){ .kind = KULINK_VALUES };
	memset(args.name, 'a', sizeof(args.name));
	report("a name without an end", where(fd, &args), -EINVAL);
	report("a kind that has no memory", find(fd, KULINK_CALLS, "echo", &args), -EINVAL);
	report("two kinds", find(fd, KULINK_VALUES | KULINK_TABLES, "odd", &args), -EINVAL);
	report("a name without a kind", find(fd, 0, "odd", &args), -EINVAL);
	report("a table without a name", find(fd, KULINK_TABLES, "", &args), -ENOENT);
	report("a region without a name", find(fd, KULINK_REGIONS, "", &args), -ENOENT);
	report("no such value", find(fd, KULINK_VALUES, "nosuch", &args), -ENOENT);
	report("a value that is a table", find(fd, KULINK_VALUES, "odd", &args), -ENOENT);
	report("a write-only value", find(fd, KULINK_VALUES, "write_only", &args), -EACCES);
}

static void mappings(int fd)
{
	struct kulink_ioc_map memory, fixed, value, table;
	int flags = MAP_SHARED;

	report("a region", find(fd, KULINK_REGIONS, "memory", &memory), 0);
	report("its size", (long)memory.size, KTEST_REGION_PAGES * PAGE);
	report("its mode", memory.mode, 6);
	report("one to read", find(fd, KULINK_REGIONS, "fixed_memory", &fixed), 0);
	report("its mode", fixed.mode, 4);
	report("a value", find(fd, KULINK_VALUES, "num_u64", &value), 0);
	report("a table", find(fd, KULINK_TABLES, "odd", &table), 0);

	report("all of it", map(fd, memory.offset, memory.len, PROT_READ | PROT_WRITE, flags), 0);
	report("its last page", map(fd, memory.offset + memory.len - PAGE, PAGE, PROT_READ, flags), 0);
	report("nothing", map(fd, memory.offset, 0, PROT_READ, flags), -EINVAL);
	report("a page more", map(fd, memory.offset, memory.len + PAGE, PROT_READ, flags), -EINVAL);
	report("the page behind", map(fd, memory.offset + memory.len, PAGE, PROT_READ, flags), -EINVAL);
	report("across its end", map(fd, memory.offset + PAGE, memory.len, PROT_READ, flags), -EINVAL);
	report("an odd offset", map(fd, memory.offset + 8, PAGE, PROT_READ, flags), -EINVAL);
	report("an offset of nothing", map(fd, 0xfff00000000ULL, PAGE, PROT_READ, flags), -EINVAL);
	report("a region that is none", map(fd, 0x13f00000000ULL, PAGE, PROT_READ, flags), -EINVAL);
	report("a table that was not asked for", map(fd, 0x23f00000000ULL, PAGE, PROT_READ, flags), -EINVAL);
	report("private", map(fd, memory.offset, PAGE, PROT_READ, MAP_PRIVATE), -EINVAL);
	report("private to write", map(fd, fixed.offset, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE), -EINVAL);
	report("to execute", map(fd, memory.offset, PAGE, PROT_READ | PROT_EXEC, flags), -EACCES);
	report("to write what is read", map(fd, fixed.offset, PAGE, PROT_READ | PROT_WRITE, flags), -EACCES);
	report("a value to write", map(fd, value.offset, PAGE, PROT_READ | PROT_WRITE, flags), -EACCES);
	report("a table to write", map(fd, table.offset, PAGE, PROT_READ | PROT_WRITE, flags), -EACCES);
	report("a table", map(fd, table.offset, table.len, PROT_READ, flags), 0);
}

static void change(void)
{
	int fd = open("/sys/module/kulink_test/parameters/rows", O_WRONLY | O_CLOEXEC);

	report("a change", write(fd, "3", 1), 1);
	close(fd);
}

/* A table's count of changes: it steps with each, and the table says of which it is */
static void changes(int fd)
{
	struct kulink_ioc_map count = { .name = "flat", .kind = KULINK_TABLES, .flags = KULINK_MAP_CHANGES };
	struct kulink_ioc_map args;
	const struct kulink_map_table *table;
	const volatile __u64 *n;
	__u64 before;

	report("changes", where(fd, &count), 0);
	report("their size", (long)count.size, sizeof(*n));
	report("of a table that was not asked for", map(fd, count.offset, count.len, PROT_READ, MAP_SHARED), -EINVAL);
	report("the table", find(fd, KULINK_TABLES, "flat", &args), 0);
	report("to write", map(fd, count.offset, count.len, PROT_READ | PROT_WRITE, MAP_SHARED), -EACCES);
	report("a page more", map(fd, count.offset, count.len + PAGE, PROT_READ, MAP_SHARED), -EINVAL);
	n = mmap(NULL, count.len, PROT_READ, MAP_SHARED, fd, (off_t)count.offset);
	table = mmap(NULL, args.len, PROT_READ, MAP_SHARED, fd, (off_t)args.offset);
	if (n == MAP_FAILED || table == MAP_FAILED) {
		report("mappings", -errno, 0);
		return;
	}
	report("the table's", (long)table->changes, (long)*n);
	before = *n;
	change();
	report("after a change", (long)(*n - before), 1);
	report("the table's, which was not read", (long)table->changes, (long)before);
	args.flags = KULINK_MAP_REFRESH;
	report("a refresh", where(fd, &args), 0);
	report("the table's now", (long)table->changes, (long)*n);
	munmap((void *)n, count.len);
	munmap((void *)table, args.len);
}

/* How the node was opened bounds what can be mapped, then and later */
static void openings(void)
{
	int reader = node(O_RDONLY), writer = node(O_WRONLY), later;
	struct kulink_ioc_map args;
	void *at;

	report("a region, opened to read", find(reader, KULINK_REGIONS, "memory", &args), 0);
	report("its mode", args.mode, 4);
	report("mapped to read", map(reader, args.offset, args.len, PROT_READ, MAP_SHARED), 0);
	report("mapped to write", map(reader, args.offset, args.len, PROT_READ | PROT_WRITE, MAP_SHARED), -EACCES);
	report("mapped private", map(reader, args.offset, args.len, PROT_READ, MAP_PRIVATE), -EINVAL);
	at = mmap(NULL, args.len, PROT_READ, MAP_SHARED, reader, (off_t)args.offset);
	later = mprotect(at, args.len, PROT_READ | PROT_WRITE) ? -errno : 0;
	report("made writable later", later, -EACCES);
	munmap(at, args.len);
	report("a region, opened to write", find(writer, KULINK_REGIONS, "memory", &args), -EACCES);
	report("mapped nevertheless", map(writer, 0x10000000000ULL, PAGE, PROT_READ, MAP_SHARED), -EACCES);
	close(reader);
	close(writer);
}

/* By anybody: every offset near those that there are, for a secret that is in a value of the owner's */
static int strangers_look(void)
{
	static const uint64_t secret = 0x5ec2e75ec2e7ULL;
	int fd = node(O_RDONLY), areas = 0;
	struct kulink_ioc_map args;
	uint64_t area;

	if (find(fd, KULINK_VALUES, "mode_0600", &args) != -EACCES ||
	    find(fd, KULINK_REGIONS, "region_0600", &args) != -EACCES ||
	    find(fd, KULINK_VALUES, "num_u64", &args))
		return 1;
	for (area = 0; area < 0x500; area++) {
		uint64_t *at = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, (off_t)(area << 32));

		if (at == MAP_FAILED)
			continue;
		if (memmem(at, PAGE, &secret, sizeof(secret)))
			return 2;
		munmap(at, PAGE);
		areas++;
	}
	return areas > 3 ? 0 : 3;
}

static void secrets(int fd)
{
	struct kulink_ioc_value value = {
		.name = "mode_0600",
		.datum = { .type = KULINK_TYPE_U64, .number = 0x5ec2e75ec2e7ULL },
	};
	struct kulink_ioc_map args;
	int status;

	report("a secret", ioctl(fd, KULINK_IOC_SET, &value) < 0 ? -errno : 0, 0);
	report("its owner finds it", find(fd, KULINK_VALUES, "mode_0600", &args), 0);
	if (!fork())
		_exit(setresgid(3000, 3000, 3000) || setresuid(3000, 3000, 3000) ? 9 : strangers_look());
	wait(&status);
	report("a stranger does not", WIFEXITED(status) ? WEXITSTATUS(status) : -1, 0);
}

int main(int argc, char **argv)
{
	int fd;

	if (argc != 2)
		return 2;
	snprintf(path, sizeof(path), "/dev/kulink/%s", argv[1]);
	fd = node(O_RDWR);
	commands(fd);
	mappings(fd);
	changes(fd);
	openings();
	secrets(fd);
	close(fd);
	printf("1..%u\n", tests);
	return failures ? 1 : 0;
}
