// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs beside this one. A child never uses cmocka's assertions, which would jump into its
 * copy of the parent: it returns a number.
 */
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>

#include "suite.h"

/* Its answer is an errno: fits the exit status, as 0..254; a death is 255. */
static int answer(int status)
{
	if (!WIFEXITED(status) || WEXITSTATUS(status) == 255)
		return -ECHILD;
	return -WEXITSTATUS(status);
}

static void __attribute__((noreturn)) run(int (*fn)(void *arg), void *arg)
{
	int err;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGSEGV, SIG_DFL);
	signal(SIGABRT, SIG_DFL);
	err = fn(arg);
	_exit(err > 0 ? err : -err);
}

pid_t start_child(int (*fn)(void *arg), void *arg)
{
	pid_t pid = fork();

	if (!pid)
		run(fn, arg);
	assert_true(pid > 0);
	return pid;
}

int end_child(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) != pid)
		return -ECHILD;
	return answer(status);
}

int in_child(int (*fn)(void *arg), void *arg)
{
	return end_child(start_child(fn, arg));
}

struct user {
	uid_t uid;
	gid_t gid;
	int (*fn)(void *arg);
	void *arg;
};

/* A packet socket takes CAP_NET_RAW, which is kept; no part asks for it. */
int change_user(uid_t uid, gid_t gid)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = {
		{ .effective = 1 << CAP_NET_RAW, .permitted = 1 << CAP_NET_RAW },
	};

	if (!uid && !gid)
		return setgroups(0, NULL);
	if (prctl(PR_SET_KEEPCAPS, 1) || setgroups(0, NULL) || setresgid(gid, gid, gid) ||
	    setresuid(uid, uid, uid) || syscall(SYS_capset, &head, data))
		return -ECHILD;
	return 0;
}

static int become(void *arg)
{
	struct user *user = arg;

	if (change_user(user->uid, user->gid))
		return -ECHILD;
	return user->fn(user->arg);
}

int as_user(uid_t uid, gid_t gid, int (*fn)(void *arg), void *arg)
{
	struct user user = { .uid = uid, .gid = gid, .fn = fn, .arg = arg };

	return in_child(become, &user);
}

/* A process that stays, and this end of what it is asked by */
static struct place {
	struct seat of;
	pid_t pid;
	int fd;
} places[16];

struct errand {
	int (*fn)(void *arg);
	uint64_t arg[16];
};

/* Until the parent has closed its end; with nothing else that is the parent's */
static void __attribute__((noreturn)) sit(const struct seat *seat, int fd)
{
	int err = change_user(seat->uid, seat->gid), got;
	struct errand errand;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (dup2(fd, 3) != 3 || close_range(4, ~0U, 0))
		_exit(1);
	while (recv(3, &errand, sizeof(errand), 0) > 0) {
		got = err ?: errand.fn(errand.arg);
		if (send(3, &got, sizeof(got), 0) < 0)
			break;
	}
	_exit(0);
}

static void take_seat(struct place *place, const struct seat *seat)
{
	int ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
	place->pid = fork();
	if (!place->pid)
		sit(seat, ends[1]);
	assert_true(place->pid > 0);
	close(ends[1]);
	place->of = *seat;
	place->fd = ends[0];
}

static struct place *place_of(const struct seat *seat)
{
	struct place *place;

	for (place = places; place < places + COUNT(places); place++) {
		if (!place->fd)
			take_seat(place, seat);
		if (place->of.uid == seat->uid && place->of.gid == seat->gid && place->of.room == seat->room)
			return place;
	}
	fail_msg("more than %zu seats", COUNT(places));
	return NULL;
}

int in_seat(const struct seat *seat, int (*fn)(void *arg), const void *arg, size_t len)
{
	struct place *place = place_of(seat);
	struct errand errand = { .fn = fn };
	int got;

	assert_true(len <= sizeof(errand.arg));
	memcpy(errand.arg, arg, len);
	assert_int_equal(send(place->fd, &errand, sizeof(errand), MSG_NOSIGNAL), sizeof(errand));
	if (recv(place->fd, &got, sizeof(got), 0) != sizeof(got))
		return -ECHILD;
	return got > 0 ? -got : got;
}

void leave_seats(void)
{
	struct place *place;

	for (place = places; place < places + COUNT(places) && place->fd; place++) {
		close(place->fd);
		waitpid(place->pid, NULL, 0);
		place->fd = 0;
	}
}

struct one {
	int (*fn)(unsigned int i);
	unsigned int i;
	int gate;
};

static int held(void *arg)
{
	struct one *one = arg;
	struct pollfd gate = { .fd = one->gate };

	/* the gate opens when the parent closes its end */
	poll(&gate, 1, -1);
	return one->fn(one->i);
}

int together(unsigned int n, int (*fn)(unsigned int i))
{
	int ends[2], err, first = 0;
	pid_t pids[64];
	unsigned int i;

	assert_true(n <= COUNT(pids));
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	for (i = 0; i < n; i++) {
		struct one one = { .fn = fn, .i = i, .gate = ends[0] };

		fflush(NULL);
		pids[i] = fork();
		if (!pids[i]) {
			close(ends[1]);
			run(held, &one);
		}
		assert_true(pids[i] > 0);
	}
	close(ends[1]);
	for (i = 0; i < n; i++) {
		err = end_child(pids[i]);
		if (err)
			print_error("program %u of %u: %s\n", i, n, strerror(-err));
		first = first ?: err;
	}
	close(ends[0]);
	return first;
}
