// SPDX-License-Identifier: GPL-2.0-only
/*
 * A declaration on a driver's own objects: examples/own, its attributes on its own platform device, its own
 * generic netlink family, its own directories. The same values, checks and errors, and what is set here is read there.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/kulink.h>

#define DEVICE "/sys/devices/platform/fan.0/"
#define SERVICE "fan0"

struct family {
	struct mnl_socket *socket;
	uint16_t id;
	uint32_t group;
	char buf[8192];
	struct nlmsghdr *answer;
};

/* 0, or the errno of the write */
static int set_attribute(const char *name, const char *text)
{
	int fd = open(name, O_WRONLY), error = 0;

	if (fd < 0)
		return errno;
	if (write(fd, text, strlen(text)) < 0)
		error = errno;
	close(fd);
	return error;
}

static void expect_attribute(const char *name, const char *text)
{
	char buf[64] = "";
	int fd = open(name, O_RDONLY);

	assert_true(fd >= 0);
	assert_true(read(fd, buf, sizeof(buf) - 1) >= 0);
	close(fd);
	assert_string_equal(buf, text);
}

static struct nlmsghdr *begin(struct family *f, uint16_t type, uint16_t flags, uint8_t cmd)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(f->buf);
	struct genlmsghdr *genl;

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	nlh->nlmsg_seq = 1;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = 1;
	return nlh;
}

static struct nlmsghdr *about(struct family *f, uint8_t cmd, const char *part)
{
	struct nlmsghdr *nlh = begin(f, f->id, 0, cmd);

	mnl_attr_put_strz(nlh, KULINK_A_SERVICE, SERVICE);
	mnl_attr_put_strz(nlh, KULINK_A_PART, part);
	return nlh;
}

static struct nlmsghdr *receive(struct family *f)
{
	ssize_t len = mnl_socket_recvfrom(f->socket, f->buf, sizeof(f->buf));

	if (len < (ssize_t)sizeof(struct nlmsghdr))
		fail_msg("recvfrom: %s", strerror(errno));
	return (struct nlmsghdr *)f->buf;
}

/* Sends; the answer, if there is one, is kept in @answer, which the caller frees. 0 or the errno of the ack. */
static int ask(struct family *f, struct nlmsghdr *nlh)
{
	free(f->answer);
	f->answer = NULL;
	assert_true(mnl_socket_sendto(f->socket, nlh, nlh->nlmsg_len) > 0);
	while ((nlh = receive(f))->nlmsg_type != NLMSG_ERROR) {
		f->answer = malloc(nlh->nlmsg_len);
		assert_non_null(f->answer);
		memcpy(f->answer, nlh, nlh->nlmsg_len);
	}
	return -((struct nlmsgerr *)mnl_nlmsg_get_payload(nlh))->error;
}

static const struct nlattr *attribute(const struct nlmsghdr *nlh, uint16_t type)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr))
		if (mnl_attr_get_type(attr) == type)
			return attr;
	fail_msg("attribute %u is missing", type);
	return NULL;
}

static uint32_t group_named(const struct nlattr *groups, const char *name)
{
	const struct nlattr *group, *attr;

	mnl_attr_for_each_nested(group, groups) {
		const char *its_name = "";
		uint32_t id = 0;

		mnl_attr_for_each_nested(attr, group) {
			if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_NAME)
				its_name = mnl_attr_get_str(attr);
			if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_ID)
				id = mnl_attr_get_u32(attr);
		}
		if (!strcmp(its_name, name))
			return id;
	}
	fail_msg("no group %s", name);
	return 0;
}

static int family_open(void **state)
{
	struct family *f = calloc(1, sizeof(*f));
	struct nlmsghdr *nlh;

	assert_non_null(f);
	f->socket = mnl_socket_open(NETLINK_GENERIC);
	assert_non_null(f->socket);
	assert_int_equal(mnl_socket_bind(f->socket, 0, MNL_SOCKET_AUTOPID), 0);
	nlh = begin(f, GENL_ID_CTRL, 0, CTRL_CMD_GETFAMILY);
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, "fan");
	assert_int_equal(ask(f, nlh), 0);
	f->id = mnl_attr_get_u16(attribute(f->answer, CTRL_ATTR_FAMILY_ID));
	f->group = group_named(attribute(f->answer, CTRL_ATTR_MCAST_GROUPS), KULINK_GENL_EVENTS);
	*state = f;
	return 0;
}

static int family_close(void **state)
{
	struct family *f = *state;

	mnl_socket_close(f->socket);
	free(f->answer);
	free(f);
	return 0;
}

static int set_u64(struct family *f, const char *part, uint64_t value)
{
	struct nlmsghdr *nlh = about(f, KULINK_CMD_SET_VALUE, part);

	mnl_attr_put_u64(nlh, KULINK_A_U64, value);
	return ask(f, nlh);
}

static void expect_u64(struct family *f, const char *part, uint64_t value)
{
	assert_int_equal(ask(f, about(f, KULINK_CMD_GET_VALUE, part)), 0);
	assert_non_null(f->answer);
	assert_int_equal(mnl_attr_get_u64(attribute(f->answer, KULINK_A_U64)), value);
}

static void attributes_are_the_values(void **state)
{
	struct family *f = *state;

	assert_int_equal(set_attribute(DEVICE "target", " 1200\n"), 0);
	expect_attribute(DEVICE "target", "1200\n");
	expect_attribute(DEVICE "speed", "1200\n");
	expect_u64(f, "speed", 1200);
	assert_int_equal(set_u64(f, "target", 0), 0);
	expect_attribute(DEVICE "speed", "0\n");
}

static void attributes_refuse(void **state)
{
	(void)state;
	assert_int_equal(set_attribute(DEVICE "target", "5000"), 0);
	assert_int_equal(set_attribute(DEVICE "target", "5001"), ERANGE);
	assert_int_equal(set_attribute(DEVICE "target", "-1"), ERANGE);
	assert_int_equal(set_attribute(DEVICE "target", "fast"), EINVAL);
	assert_int_equal(set_attribute(DEVICE "target", ""), 0);
	assert_int_equal(set_attribute(DEVICE "speed", "1"), EACCES);
	expect_attribute(DEVICE "target", "5000\n");
}

static void family_refuses(void **state)
{
	struct family *f = *state;

	assert_int_equal(set_u64(f, "target", 5000), 0);
	assert_int_equal(set_u64(f, "target", 5001), ERANGE);
	assert_int_equal(set_u64(f, "speed", 1), EACCES);
	assert_int_equal(set_u64(f, "nonesuch", 1), ENOENT);
	expect_u64(f, "target", 5000);
}

/* The same value by each file of the driver's own, and the same refusals. */
static void directories_are_the_values(void **state)
{
	static const char *const files[] = {
		"/sys/kernel/debug/fan/fan0/target", "/proc/sys/dev/fan/fan0/target",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		assert_int_equal(set_attribute(files[i], "1000"), 0);
		expect_attribute(DEVICE "target", "1000\n");
		assert_int_equal(set_attribute(files[i], "5001"), ERANGE);
		assert_int_equal(set_attribute(DEVICE "target", "2000"), 0);
		expect_attribute(files[i], "2000\n");
	}
	expect_attribute("/proc/driver/fan/fan0/values", "target\t2000\nspeed\t2000\n");
	assert_int_equal(set_attribute("/proc/driver/fan/fan0/values", "target 3000\n"), 0);
	assert_int_equal(set_attribute("/proc/driver/fan/fan0/values", "target 5001\n"), ERANGE);
	assert_int_equal(set_attribute("/proc/driver/fan/fan0/values", "speed 1\n"), EACCES);
	expect_attribute(DEVICE "speed", "3000\n");
}

#define FAN_IOC_STOP	_IO('F', 1)

/* Its own node: kulink's commands, events, and the command it has from before. */
static void node_is_the_service(void **state)
{
	struct kulink_ioc_value value = { .name = "target" };
	struct kulink_msg msg = { .len = sizeof(msg), .abi = KULINK_ABI, .op = KULINK_OP_SUBSCRIBE };
	char buf[256];
	int fd = open("/dev/fan", O_RDWR | O_NONBLOCK), other = open("/dev/fan", O_RDONLY);

	(void)state;
	assert_true(fd >= 0 && other >= 0);
	assert_int_equal(set_attribute(DEVICE "target", "1500"), 0);
	assert_int_equal(ioctl(fd, KULINK_IOC_GET, &value), 0);
	assert_int_equal(value.datum.number, 1500);
	value.datum.number = 5001;
	assert_int_equal(ioctl(fd, KULINK_IOC_SET, &value), -1);
	assert_int_equal(errno, ERANGE);

	assert_int_equal(write(fd, &msg, sizeof(msg)), sizeof(msg));
	assert_int_equal(read(fd, buf, sizeof(buf)), sizeof(msg) + sizeof(uint64_t));
	assert_int_equal(ioctl(other, FAN_IOC_STOP), -1);
	assert_int_equal(errno, EACCES);
	assert_int_equal(ioctl(fd, FAN_IOC_STOP), 0);
	expect_attribute(DEVICE "speed", "0\n");
	assert_true(read(fd, buf, sizeof(buf)) > (ssize_t)sizeof(msg));
	assert_int_equal(((struct kulink_msg *)buf)->op, KULINK_OP_EVENT);
	assert_int_equal(ioctl(fd, _IO('F', 2)), -1);
	assert_int_equal(errno, ENOTTY);
	close(fd);
	close(other);
}

/* As it is in the node's memory now; the driver is asked */
static uint64_t in_memory(int fd, const char *area)
{
	struct kulink_ioc_map args = { .name = "speed", .kind = KULINK_VALUES, .flags = KULINK_MAP_REFRESH };
	struct kulink_map_value value;

	assert_int_equal(ioctl(fd, KULINK_IOC_MAP, &args), 0);
	memcpy(&value, area + args.at, sizeof(value));
	assert_int_equal(value.error, 0);
	return value.number;
}

/* Its own node: values in memory, to read; what outlives the descriptor is the last that was there */
static void node_is_mapped(void **state)
{
	struct kulink_ioc_map args = { .name = "speed", .kind = KULINK_VALUES };
	int fd = open("/dev/fan", O_RDWR);
	uint64_t last;
	char *area;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(ioctl(fd, KULINK_IOC_MAP, &args), 0);
	assert_ptr_equal(mmap(NULL, args.len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, (off_t)args.offset),
			 MAP_FAILED);
	assert_int_equal(errno, EACCES);
	area = mmap(NULL, args.len, PROT_READ, MAP_SHARED, fd, (off_t)args.offset);
	assert_ptr_not_equal(area, MAP_FAILED);
	assert_int_equal(set_attribute(DEVICE "target", "1700"), 0);
	assert_int_equal(in_memory(fd, area), 1700);
	assert_int_equal(ioctl(fd, FAN_IOC_STOP), 0);
	assert_int_equal(in_memory(fd, area), 0);
	assert_int_equal(set_attribute(DEVICE "target", "1800"), 0);
	assert_int_equal(in_memory(fd, area), 1800);
	close(fd);
	memcpy(&last, area + args.at + offsetof(struct kulink_map_value, number), sizeof(last));
	assert_int_equal(last, 1800);
	munmap(area, args.len);
}

/* It names no channel: only its own objects carry it. */
static void nowhere_else(void **state)
{
	(void)state;
	assert_int_equal(access("/sys/class/kulink/fan0/target", F_OK), -1);
	assert_int_equal(access("/proc/kulink/fan0", F_OK), -1);
	assert_int_equal(access("/proc/sys/kulink/fan0", F_OK), -1);
	assert_int_equal(access("/sys/kernel/debug/kulink/fan0", F_OK), -1);
	expect_attribute("/sys/class/kulink/fan0/kulink/channels", "\n");
}

static void family_tells(void **state)
{
	struct family *f = *state;
	struct nlmsghdr *nlh;
	uint64_t seq;

	assert_int_equal(ask(f, about(f, KULINK_CMD_GET_SEQUENCE, "changed")), 0);
	seq = mnl_attr_get_u64(attribute(f->answer, KULINK_A_SEQ));
	assert_int_equal(mnl_socket_setsockopt(f->socket, NETLINK_ADD_MEMBERSHIP, &f->group, sizeof(f->group)),
			 0);
	assert_int_equal(set_attribute(DEVICE "target", "777"), 0);
	nlh = receive(f);
	assert_int_equal(nlh->nlmsg_type, f->id);
	assert_int_equal(((struct genlmsghdr *)mnl_nlmsg_get_payload(nlh))->cmd, KULINK_CMD_EVENT);
	assert_string_equal(mnl_attr_get_str(attribute(nlh, KULINK_A_SERVICE)), SERVICE);
	assert_string_equal(mnl_attr_get_str(attribute(nlh, KULINK_A_PART)), "changed");
	assert_int_equal(mnl_attr_get_u64(attribute(nlh, KULINK_A_SEQ)), seq + 1);
	assert_int_equal(mnl_attr_get_u64(mnl_attr_get_payload(attribute(nlh, KULINK_A_RECORD))), 777);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(attributes_are_the_values, family_open, family_close),
		cmocka_unit_test(attributes_refuse),
		cmocka_unit_test_setup_teardown(family_refuses, family_open, family_close),
		cmocka_unit_test(directories_are_the_values),
		cmocka_unit_test(node_is_the_service),
		cmocka_unit_test(node_is_mapped),
		cmocka_unit_test(nowhere_else),
		cmocka_unit_test_setup_teardown(family_tells, family_open, family_close),
	};

	setvbuf(stdout, NULL, _IOLBF, 0);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("own", tests, NULL, NULL);
}
