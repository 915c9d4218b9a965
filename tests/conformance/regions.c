// SPDX-License-Identifier: GPL-2.0-only
/* Regions: the driver's bytes and the program's are the same ones, however a mapping is moved and cut. */
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/param.h>
#include <sys/stat.h>
#include <unistd.h>

#include "suite.h"

static const struct region {
	const char *name;
	size_t size;
	bool writable;
} regions[] = {
	/* in the order in which the driver fills them */
	{ "memory", KTEST_REGION_PAGES * 4096, true },
	{ "pages", KTEST_REGION_PAGES * 4096, true },
	{ "fixed_memory", KTEST_REGION_PAGES * 4096, false },
	{ "odd_size", KTEST_ODD_SIZE, false },
};

static uint8_t *map(struct kulink *k, const char *name, size_t size)
{
	void *address = NULL;
	size_t length = 0;

	expect(kulink_map(k, name, &address, &length), 0);
	assert_int_equal(length, size);
	return address;
}

static bool filled(const uint8_t *at, size_t size, uint64_t seed)
{
	size_t i;

	for (i = 0; i < size; i++)
		if (at[i] != ktest_byte(i + seed))
			return false;
	return true;
}

static void fill(uint8_t *at, size_t size, uint64_t seed)
{
	size_t i;

	for (i = 0; i < size; i++)
		at[i] = ktest_byte(i + seed);
}

static void regions_declared(void **state)
{
	struct kulink *k = open_service();
	const struct kulink_info *info;
	size_t i, j, n = 0;

	(void)state;
	expect(kulink_info(k, &info), 0);
	for (i = 0; i < info->n_parts; i++)
		for (j = 0; j < COUNT(regions) && info->parts[i].kind == KULINK_REGIONS; j++)
			if (!strcmp(info->parts[i].name, regions[j].name)) {
				assert_int_equal(info->parts[i].size, regions[j].size);
				assert_int_equal(info->parts[i].mode, regions[j].writable ? 0666 : 0444);
				n++;
			}
	assert_int_equal(n, COUNT(regions));
	kulink_close(k);
}

static void regions_from_the_driver(void **state)
{
	struct kulink *k = open_service();
	uint8_t *at[COUNT(regions)];
	uint64_t seed;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(regions); i++)
		at[i] = map(k, regions[i].name, regions[i].size);
	for (seed = 1; seed < 4; seed++) {
		control("region_fill", seed);
		for (i = 0; i < COUNT(regions); i++)
			if (!filled(at[i], regions[i].size, seed + i))
				fail_msg("%s has not what the driver wrote", regions[i].name);
	}
	/* nothing of anybody's behind its end */
	for (i = KTEST_ODD_SIZE; i % 4096; i++)
		assert_int_equal(at[3][i], 0);
	for (i = 0; i < COUNT(regions); i++)
		munmap(at[i], regions[i].size);
	kulink_close(k);
}

static void regions_to_the_driver(void **state)
{
	struct kulink *k = open_service();
	size_t i;

	(void)state;
	control("region_fill", 1);
	for (i = 0; i < COUNT(regions) && regions[i].writable; i++) {
		uint8_t *at = map(k, regions[i].name, regions[i].size);

		fill(at, regions[i].size, 77 + i);
		munmap(at, regions[i].size);
	}
	control("region_check", 77);
	kulink_close(k);
}

static int try_write(void *arg)
{
	*(volatile uint8_t *)arg = 1;
	return 0;
}

static void regions_to_read_only(void **state)
{
	struct kulink *k = open_service();
	uint8_t *at = map(k, "fixed_memory", regions[2].size);

	(void)state;
	control("region_fill", 5);
	expect(in_child(try_write, at), -ECHILD);
	assert_int_equal(mprotect(at, 4096, PROT_READ | PROT_WRITE), -1);
	assert_int_equal(errno, EACCES);
	assert_int_equal(mprotect(at, 4096, PROT_READ | PROT_EXEC), -1);
	assert_int_equal(errno, EACCES);
	assert_true(filled(at, regions[2].size, 5 + 2));
	munmap(at, regions[2].size);
	at = map(k, "memory", regions[0].size);
	assert_int_equal(mprotect(at, 4096, PROT_READ | PROT_EXEC), -1);
	assert_int_equal(errno, EACCES);
	assert_int_equal(mprotect(at, 4096, PROT_READ), 0);
	expect(in_child(try_write, at), -ECHILD);
	assert_int_equal(mprotect(at, 4096, PROT_READ | PROT_WRITE), 0);
	expect(in_child(try_write, at), 0);
	assert_int_equal(at[0], 1);
	munmap(at, regions[0].size);
	kulink_close(k);
}

static int write_half(void *arg)
{
	uint8_t *at = arg;
	struct kulink *k;
	void *other;
	size_t length;

	/* what was inherited, and a mapping of its own */
	fill(at, 4096, 9);
	if (kulink_open(&k, SERVICE, channel->name) || kulink_map(k, "pages", &other, &length))
		return 1;
	fill((uint8_t *)other + 4096, 4096, 10);
	kulink_close(k);
	return filled(other, 4096, 9) ? 0 : 2;
}

static void regions_of_two_programs(void **state)
{
	struct kulink *k = open_service();
	uint8_t *at = map(k, "pages", regions[1].size);

	(void)state;
	control("region_fill", 3);
	expect(in_child(write_half, at), 0);
	assert_true(filled(at, 4096, 9));
	assert_true(filled(at + 4096, 4096, 10));
	assert_true(filled(at + 2 * 4096, 4096, 3 + 1 + 2 * 4096));
	munmap(at, regions[1].size);
	kulink_close(k);
}

/* The descriptor closed, the mapping moved, cut in the middle, its pages dropped: the same memory */
static void regions_moved_and_cut(void **state)
{
	struct kulink *k = open_service();
	size_t size = regions[0].size;
	uint8_t *at = map(k, "memory", size), *moved, *place;

	(void)state;
	kulink_close(k);
	control("region_fill", 21);
	place = mmap(NULL, 2 * size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_true(place != MAP_FAILED);
	moved = mremap(at, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, place);
	assert_true(moved == place);
	assert_true(filled(moved, size, 21));
	assert_true(mremap(moved, size, size + 4096, MREMAP_MAYMOVE) == MAP_FAILED);
	assert_int_equal(munmap(moved + 4096, 4096), 0);
	assert_int_equal(madvise(moved + 2 * 4096, 4096, MADV_DONTNEED), 0);
	control("region_fill", 22);
	assert_true(filled(moved, 4096, 22));
	assert_true(filled(moved + 2 * 4096, size - 2 * 4096, 22 + 2 * 4096));
	moved[2 * 4096] ^= 1;
	assert_int_equal(moved[2 * 4096], ktest_byte(22 + 2 * 4096) ^ 1);
	munmap(place, 2 * size);
}

static int map_and_wait(void *arg)
{
	struct kulink *k;
	size_t length;
	void *at;
	char byte = 0;

	if (kulink_open(&k, SERVICE, channel->name) || kulink_map(k, "memory", &at, &length))
		return 1;
	fill(at, length, 33);
	if (write(*(int *)arg, &byte, 1) != 1)
		return 2;
	return pause();
}

static void regions_killed_program(void **state)
{
	struct kulink *k = open_service();
	uint8_t *at = map(k, "memory", regions[0].size);
	int ends[2];
	char byte;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	pid = start_child(map_and_wait, &ends[1]);
	assert_int_equal(read(ends[0], &byte, 1), 1);
	kill(pid, SIGKILL);
	expect(end_child(pid), -ECHILD);
	assert_true(filled(at, regions[0].size, 33));
	control("region_fill", 34);
	assert_true(filled(at, regions[0].size, 34));
	munmap(at, regions[0].size);
	kulink_close(k);
	close(ends[0]);
	close(ends[1]);
}

static void regions_bad_names(void **state)
{
	static const char *const bad[] = { "nosuch", "memor", "memory ", "MEMORY", "../memory", "num_u64" };
	struct kulink *k = open_service();
	void *at = NULL;
	size_t length, i;

	(void)state;
	for (i = 0; i < COUNT(bad); i++)
		if (kulink_map(k, bad[i], &at, &length) != -ENOENT)
			fail_msg("a map of \"%s\" was not -ENOENT", bad[i]);
	expect(kulink_map(k, "", &at, &length), -EINVAL);
	expect(kulink_map(k, "memory", NULL, &length), -EINVAL);
	expect(kulink_map(k, "memory", &at, NULL), -EINVAL);
	assert_null(at);
	expect(kulink_alive(k), 0);
	kulink_close(k);
}

static void regions_absent(void **state)
{
	struct kulink *k = open_service();
	void *at = NULL;
	size_t length;

	(void)state;
	expect(kulink_map(k, "memory", &at, &length), -EOPNOTSUPP);
	assert_null(at);
	kulink_close(k);
}

/* debugfs shows a region as a file: its bytes and no more, from anywhere, in pieces of any size; to read */
static int blob(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/kernel/debug/kulink/" SERVICE "/%s", name);
	return open(path, O_RDONLY | O_CLOEXEC);
}

static void blobs_as_the_driver_has_them(void **state)
{
	static const size_t pieces[] = { 1 << 16, 4096, 1000, 5 };
	uint8_t bytes[KTEST_REGION_PAGES * 4096 + 1];
	void *volatile nowhere = NULL;
	size_t i, j, len;
	struct stat stat;
	ssize_t n;
	int fd;

	(void)state;
	for (i = 0; i < COUNT(regions); i++) {
		fd = blob(regions[i].name);
		assert_true(fd >= 0);
		assert_int_equal(fstat(fd, &stat), 0);
		assert_int_equal(stat.st_size, regions[i].size);
		assert_int_equal(stat.st_mode & 0777, 0444);
		for (j = 0; j < COUNT(pieces); j++) {
			control("region_fill", 40 + j);
			assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
			for (len = 0; len < sizeof(bytes); len += n) {
				n = read(fd, bytes + len, MIN(pieces[j], sizeof(bytes) - len));
				if (n <= 0)
					break;
			}
			assert_int_equal(n, 0);
			assert_int_equal(len, regions[i].size);
			assert_true(filled(bytes, len, 40 + j + i));
		}
		assert_int_equal(pread(fd, bytes, 4096, 4090), 4096);
		assert_true(filled(bytes, 4096, 40 + j - 1 + i + 4090));
		assert_int_equal(lseek(fd, 0, SEEK_END), regions[i].size);
		assert_int_equal(read(fd, bytes, 1), 0);
		assert_int_equal(lseek(fd, 1, SEEK_END), -1);
		assert_int_equal(pread(fd, bytes, 1, regions[i].size + (1 << 20)), 0);
		assert_int_equal(pread(fd, nowhere, 1, 0), -1);
		assert_int_equal(errno, EFAULT);
		close(fd);
	}
}

static int read_blob(void *arg)
{
	uint8_t byte;
	int fd = blob(arg), n;

	if (fd < 0)
		return -errno;
	n = read(fd, &byte, 1);
	close(fd);
	return n == 1 ? 0 : -EPROTO;
}

static void blobs_to_whom(void **state)
{
	char others[] = "region_0604", owners[] = "region_0600";

	(void)state;
	expect(as_user(OWNER, STRANGER, read_blob, owners), 0);
	expect(as_user(STRANGER, STRANGER, read_blob, owners), -EACCES);
	expect(as_user(STRANGER, STRANGER, read_blob, others), 0);
	expect(as_user(STRANGER, GROUP, read_blob, others), -EACCES);
}

static const struct CMUnitTest blob_tests[] = {
	cmocka_unit_test(blobs_as_the_driver_has_them), cmocka_unit_test(blobs_to_whom),
};

const struct test_group blobs_group = {
	"blobs", 0, blob_tests, COUNT(blob_tests), NULL, 0, "debugfs"
};

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(regions_declared), cmocka_unit_test(regions_from_the_driver),
	cmocka_unit_test(regions_to_the_driver), cmocka_unit_test(regions_to_read_only),
	cmocka_unit_test(regions_of_two_programs), cmocka_unit_test(regions_moved_and_cut),
	cmocka_unit_test(regions_killed_program), cmocka_unit_test(regions_bad_names),
};

static const struct CMUnitTest absent[] = { cmocka_unit_test(regions_absent) };

const struct test_group regions_group = {
	"regions", KULINK_REGIONS, tests, COUNT(tests), absent, COUNT(absent), NULL
};
