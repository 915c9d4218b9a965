// SPDX-License-Identifier: GPL-2.0-only
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "raw.h"

#define FLOOD "/sys/module/kulink_test/parameters/flood"

int put(const char *file, const char *text)
{
	int fd = open(file, O_WRONLY | O_CLOEXEC), error = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		error = -errno;
	close(fd);
	return error;
}

void run_on(unsigned int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	assert_int_equal(sched_setaffinity(0, sizeof(set), &set), 0);
}

void flood_from(unsigned int cpu, const char *n)
{
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (!pid) {
		run_on(cpu);
		_exit(put(FLOOD, n) ? 1 : 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

int control_open(void)
{
	int fd = open(SERVICE_DIR "/control", O_RDWR | O_CLOEXEC | O_NONBLOCK);

	return fd < 0 ? -errno : fd;
}

long ask(int control, uint16_t op, const char *part, size_t payload)
{
	struct {
		struct kulink_msg head;
		char payload[16];
	} request = { .head = {
		.len = sizeof(struct kulink_msg) + payload, .abi = KULINK_ABI, .op = op, .id = 7,
	} };
	long n;

	memcpy(request.head.part, part, strlen(part));
	n = write(control, &request, request.head.len);
	return n < 0 ? -errno : n;
}

int answer(int control, uint16_t op, const char *part, struct reply *reply)
{
	long n = ask(control, op, part, 0);

	if (n < 0)
		return n;
	memset(reply, 0, sizeof(*reply));
	n = read(control, reply, sizeof(*reply));
	if (n < 0)
		return -errno;
	assert_int_equal(n, reply->head.len);
	assert_int_equal(reply->head.op, op);
	assert_int_equal(reply->head.id, 7);
	return reply->head.status;
}

void begin(struct session *session, const char *event, bool streams)
{
	char path[192];
	struct reply reply;
	int i;

	session->control = control_open();
	assert_true(session->control >= 0);
	assert_int_equal(answer(session->control, KULINK_OP_SUBSCRIBE, event, &reply), 0);
	assert_int_equal(answer(session->control, KULINK_OP_STREAMS, "", &reply), 0);
	snprintf(session->dir, sizeof(session->dir), SERVICE_DIR "/%.32s", reply.text);
	for (i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/cpu%d", session->dir, i);
		session->cpus[i] = streams ? open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC) : -1;
		assert_int_equal(session->cpus[i] >= 0, streams);
	}
}

void end(struct session *session)
{
	int i;

	close(session->control);
	for (i = 0; i < 2; i++)
		if (session->cpus[i] >= 0)
			close(session->cpus[i]);
}

long read_stream(int fd, void *to, size_t room)
{
	long n = read(fd, to, room);

	return n < 0 ? -errno : n;
}

/* One message, @left bytes of the stream follow its beginning; its bytes, 0: it is cut */
static size_t book(const unsigned char *at, size_t left, struct tally *tally)
{
	struct kulink_msg head;
	uint64_t lost;

	if (left < sizeof(head))
		return 0;
	memcpy(&head, at, sizeof(head));
	assert_in_range(head.len, sizeof(head), 4096);
	assert_int_equal(head.abi, KULINK_ABI);
	if (left < head.len)
		return 0;
	assert_string_equal(head.service, "ktest0");
	if (head.op == KULINK_OP_LOST) {
		assert_int_equal(head.len, sizeof(head) + sizeof(lost));
		memcpy(&lost, at + sizeof(head), sizeof(lost));
		tally->lost += lost;
		return head.len;
	}
	assert_int_equal(head.op, KULINK_OP_EVENT);
	tally->events++;
	tally->in_order &= head.id > tally->id;
	tally->id = head.id;
	return head.len;
}

void count(int fd, size_t room, struct tally *tally)
{
	static unsigned char bytes[1 << 16];
	size_t left = 0, at, len;
	long n;

	*tally = (struct tally){ .in_order = true };
	while ((n = read_stream(fd, bytes + left, room)) > 0) {
		left += n;
		for (at = 0; (len = book(bytes + at, left - at, tally)); at += len)
			;
		left -= at;
		memmove(bytes, bytes + at, left);
	}
	assert_true(!n || n == -EAGAIN);
	assert_int_equal(left, 0);
}
