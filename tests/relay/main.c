// SPDX-License-Identifier: GPL-2.0-only
/*
 * relay [TEST]: relay's own read() beside a writer on another processor, which is why the channel has one of its own;
 * then the channel by its files.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "raw.h"

#define DEBUG	"/sys/kernel/debug/kulink_test_relay/"
#define ALONE	"/sys/module/kulink_test_relay/parameters/"
/* Numbers in a sub-buffer of it */
#define SUBBUF	512

static bool is_held(void)
{
	char text[4] = "";
	int fd = open(DEBUG "held", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 1)
		fail_msg("held: %s", strerror(errno));
	close(fd);
	return text[0] == 'Y';
}

/* The first number that relay's read() gives, while a writer on the other processor is held in the midst of @what */
static long read_beside(const char *what)
{
	unsigned int tries;
	uint64_t number = 0;
	int fd, status;
	pid_t pid;
	long n;

	run_on(1);
	assert_int_equal(put(DEBUG "hold", "1"), 0);
	fflush(NULL);
	pid = fork();
	if (!pid) {
		run_on(0);
		_exit(put(what, "1") ? 1 : 0);
	}
	for (tries = 0; !is_held() && tries < 100000; tries++)
		usleep(100);
	fd = open(DEBUG "raw0", O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	n = read(fd, &number, sizeof(number));
	assert_true(is_held());
	assert_int_equal(put(DEBUG "hold", "0"), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(fd);
	return n == sizeof(number) ? (long)number : -1;
}

/* Room that was reserved and not filled yet is read all the same: not 1, which is written a moment later */
static void relay_reads_what_is_not_written(void **state)
{
	(void)state;
	assert_int_equal(read_beside(ALONE "reserve"), 0);
}

/*
 * Four sub-buffers, none was read; a fifth was refused. The numbers begin with one behind the first, which is read
 * already: what comes instead is a sub-buffer later.
 */
static void relay_skips_a_sub_buffer(void **state)
{
	(void)state;
	assert_int_equal(read_beside(ALONE "fill"), SUBBUF - 1);
}

static void requests(void **state)
{
	int control = control_open();
	struct reply reply;
	char byte;

	(void)state;
	assert_true(control >= 0);
	assert_int_equal(answer(control, KULINK_OP_STREAMS, "", &reply), -ENOENT);
	assert_int_equal(answer(control, KULINK_OP_CALL, "echo", &reply), -EOPNOTSUPP);
	assert_int_equal(answer(control, KULINK_OP_INFO, "", &reply), -EOPNOTSUPP);
	assert_int_equal(answer(control, KULINK_OP_LOST, "", &reply), -EOPNOTSUPP);
	assert_int_equal(answer(control, KULINK_OP_SUBSCRIBE, "nosuch", &reply), -ENOENT);
	assert_int_equal(answer(control, KULINK_OP_UNSUBSCRIBE, "nosuch", &reply), -ENOENT);
	assert_int_equal(answer(control, KULINK_OP_SEQUENCE, "nosuch", &reply), -ENOENT);
	assert_int_equal(answer(control, KULINK_OP_SEQUENCE, "", &reply), -ENOENT);
	assert_int_equal(write(control, "", 1), -1);
	assert_int_equal(errno, EINVAL);
	assert_true(ask(control, KULINK_OP_SUBSCRIBE, "data", 8) > 0);
	assert_int_equal(ask(control, KULINK_OP_SUBSCRIBE, "data", 0), -EBUSY);
	assert_true(read(control, &reply, sizeof(reply)) > 0);
	assert_int_equal(reply.head.status, -EINVAL);
	assert_int_equal(answer(control, KULINK_OP_STREAMS, "data", &reply), -EINVAL);
	assert_int_equal(read(control, &byte, 1), 0);
	assert_int_equal(answer(control, KULINK_OP_SUBSCRIBE, "data", &reply), 0);
	assert_int_equal(reply.head.len, sizeof(reply.head) + sizeof(uint64_t));
	assert_int_equal(answer(control, KULINK_OP_STREAMS, "data", &reply), -EINVAL);
	assert_int_equal(answer(control, KULINK_OP_STREAMS, "", &reply), 0);
	close(control);
}

/* One position for all who read it: so there is one who may. Its session's end is the stream's end */
static void one_reader(void **state)
{
	struct session a, b;
	struct tally tally;
	char path[192], byte;
	unsigned int i;

	(void)state;
	begin(&a, "data", true);
	begin(&b, "data", true);
	assert_string_not_equal(a.dir, b.dir);
	snprintf(path, sizeof(path), "%s/cpu0", a.dir);
	assert_int_equal(open(path, O_RDONLY), -1);
	assert_int_equal(errno, EBUSY);
	assert_int_equal(write(a.cpus[0], "", 1), -1);
	flood_from(0, "3");
	close(a.cpus[0]);
	a.cpus[0] = open(path, O_RDONLY | O_NONBLOCK);
	assert_true(a.cpus[0] >= 0);
	close(a.control);
	assert_int_equal(access(path, F_OK), -1);
	for (i = 0; i < 2; i++) {
		count(i ? b.cpus[0] : a.cpus[0], 4096, &tally);
		assert_int_equal(tally.events, 3);
	}
	assert_int_equal(read_stream(a.cpus[0], &byte, 1), 0);
	assert_int_equal(read_stream(b.cpus[0], &byte, 1), -EAGAIN);
	a.control = -1;
	end(&a);
	end(&b);
}

/* Each processor's own events in its own stream; in pieces as in one */
static void by_processor(void **state)
{
	static const size_t rooms[] = { 1, 7, 80, 4096, 16384 };
	struct session session;
	struct tally first, second;
	size_t i;

	(void)state;
	begin(&session, "", true);
	for (i = 0; i < sizeof(rooms) / sizeof(rooms[0]); i++) {
		flood_from(0, "5");
		flood_from(1, "2");
		flood_from(0, "5");
		count(session.cpus[0], rooms[i], &first);
		count(session.cpus[1], rooms[i], &second);
		assert_int_equal(first.events, 30);
		assert_int_equal(second.events, 6);
		assert_true(first.in_order && second.in_order);
		assert_int_equal(first.id, 36 * (i + 1));
		assert_int_equal(second.id, 36 * i + 21);
	}
	end(&session);
}

/* What was read is given back by the next read, and until then it is told of */
static void waiting(void **state)
{
	struct session session;
	struct pollfd fds[2];
	char bytes[16384];
	int i;

	(void)state;
	begin(&session, "data", true);
	fds[0] = (struct pollfd){ .fd = session.control, .events = POLLIN };
	fds[1] = (struct pollfd){ .fd = session.cpus[1], .events = POLLIN };
	assert_int_equal(poll(fds, 2, 0), 0);
	flood_from(0, "1");
	assert_int_equal(poll(fds, 2, 0), 1);
	assert_int_equal(fds[0].revents, POLLIN);
	flood_from(1, "1");
	for (i = 0; i < 2; i++) {
		assert_int_equal(poll(fds, 2, 0), 2);
		assert_true(read_stream(session.cpus[1 - i], bytes, sizeof(bytes)) > 0);
	}
	for (i = 0; i < 2; i++) {
		assert_int_equal(poll(fds, 1, 0), 1);
		assert_int_equal(read_stream(session.cpus[i], bytes, sizeof(bytes)), -EAGAIN);
	}
	assert_int_equal(poll(fds, 2, 0), 0);
	end(&session);
}

/* More than there is room for, and then silence: the stream itself tells of all that it has not */
static void losses(void **state)
{
	struct session session;
	struct tally first, second;
	struct reply reply;
	uint64_t before;
	int i;

	(void)state;
	begin(&session, "data", true);
	assert_int_equal(answer(session.control, KULINK_OP_SEQUENCE, "data", &reply), 0);
	before = reply.numbers[0];
	for (i = 1; i <= 3; i++) {
		flood_from(0, "3000");
		flood_from(1, "10");
		count(session.cpus[0], 16384, &first);
		count(session.cpus[1], 16384, &second);
		assert_int_equal(first.events + first.lost, 3000);
		assert_true(first.lost > 0 && first.events > 0 && first.in_order);
		assert_int_equal(second.events + second.lost, 10);
		assert_int_equal(answer(session.control, KULINK_OP_SEQUENCE, "data", &reply), 0);
		assert_int_equal(reply.numbers[0], before + (uint64_t)i * 3010);
	}
	end(&session);
}

static void so_many_sessions(void **state)
{
	struct session sessions[64];
	struct reply reply;
	int i, control;

	(void)state;
	for (i = 0; i < 64; i++)
		begin(&sessions[i], "data", false);
	control = control_open();
	assert_true(control >= 0);
	assert_int_equal(answer(control, KULINK_OP_SUBSCRIBE, "data", &reply), -ENOSPC);
	for (i = 0; i < 64; i++)
		end(&sessions[i]);
	assert_int_equal(answer(control, KULINK_OP_SUBSCRIBE, "data", &reply), 0);
	close(control);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(relay_reads_what_is_not_written),
		cmocka_unit_test(relay_skips_a_sub_buffer),
		cmocka_unit_test(requests),
		cmocka_unit_test(one_reader),
		cmocka_unit_test(by_processor),
		cmocka_unit_test(waiting),
		cmocka_unit_test(losses),
		cmocka_unit_test(so_many_sessions),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("relay", tests, NULL, NULL) ? 1 : 0;
}
