// SPDX-License-Identifier: MIT
/*
 * upcall: each event starts kulink-upcall, which sends it to a socket of ours. Its queue is short
 * (net.unix.max_dgram_qlen), and what finds it full is lost without a word: so whenever as many
 * were taken without a pause as it can hold, the handle is told to ask how far the events have come.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "upcall.h"
#include "variables.h"

#define EMITTED		"kulink/events"
#define DONE		"kulink/upcalls"

/**
 * struct upcall - an open session
 * @dir: of the service in sysfs
 * @fd: the socket; -1 before the first subscription
 * @name: of it
 * @since: CLOCK_MONOTONIC then, ns: what is older was meant for another, maybe of another service
 * @queue: as many as it holds
 * @taken: so many were taken since it was empty
 * @ending: the last message is in @message; the losses at the end are told first
 * @wanted: one for each declared event
 * @cells: room for any event's fields
 * @text: room for their strings
 * @len: bytes of @message
 * @message: taken last, with a NUL at its end
 */
struct upcall {
	int dir;
	int fd;
	struct sockaddr_un name;
	uint64_t since;
	unsigned int queue;
	unsigned int taken;
	bool ending;
	bool *wanted;
	struct kulink_cell *cells;
	char text[KULINK_VARIABLES_TEXT];
	size_t len;
	char message[KULINK_UPCALL_MESSAGE_MAX + 1];
};

static void upcall_close(struct kulink_session *s)
{
	struct upcall *u = s->private;

	if (!u)
		return;
	if (u->fd >= 0) {
		close(u->fd);
		if (u->name.sun_path[0])
			unlink(u->name.sun_path);
	}
	if (u->dir >= 0)
		close(u->dir);
	free(u->wanted);
	free(u->cells);
	free(u);
	s->private = NULL;
}

static int upcall_open(struct kulink_session *s)
{
	struct upcall *u = calloc(1, sizeof(*u));
	int error;

	if (!u)
		return -ENOMEM;
	s->private = u;
	u->fd = -1;
	u->cells = kulink_event_cells(s->info);
	u->wanted = calloc(s->info->n_parts + 1, sizeof(*u->wanted));
	u->dir = kulink_dir_open(s->root, "/sys/class/kulink", s->service);
	error = u->dir < 0 ? u->dir : 0;
	if (!u->cells || !u->wanted)
		error = -ENOMEM;
	else if (!error && faccessat(u->dir, DONE, R_OK, 0))
		error = -errno;
	if (error)
		upcall_close(s);
	return error;
}

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

/* Datagrams that a socket made now holds; too few is only slow */
static unsigned int queue_length(void)
{
	FILE *file = fopen("/proc/sys/net/unix/max_dgram_qlen", "re");
	unsigned int n = 1;

	if (file && fscanf(file, "%u", &n) != 1)
		n = 1;
	if (file)
		fclose(file);
	return n ? n : 1;
}

/* Root makes the directory that others need, too. */
static void make_directory(void)
{
	if (geteuid() || !mkdir("/run/kulink", 0755) || errno == EEXIST) {
		if (!geteuid() && !mkdir(KULINK_UPCALL_DIR, 0700))
			chmod(KULINK_UPCALL_DIR, 01777);
	}
}

static int bind_socket(struct kulink_session *s)
{
	static atomic_uint serial;
	struct upcall *u = s->private;
	int error;

	u->name.sun_family = AF_UNIX;
	snprintf(u->name.sun_path, sizeof(u->name.sun_path), KULINK_UPCALL_DIR "/%s.%d.%u",
		 s->service, getpid(), atomic_fetch_add(&serial, 1));
	if (!bind(u->fd, (struct sockaddr *)&u->name, sizeof(u->name))) {
		/* nobody else sends to it; one of the service's group says so by its socket's */
		chmod(u->name.sun_path, 0600);
		if (chown(u->name.sun_path, -1, s->info->gid) && errno != EPERM)
			return -errno;
		return 0;
	}
	error = -errno;
	u->name.sun_path[0] = '\0';
	if (error == -ENOENT)
		snprintf(s->message, sizeof(s->message),
			 KULINK_UPCALL_DIR " is not there: as root, kulink-upcall --on");
	return error == -ENOENT ? -EACCES : error;
}

static int listen_to_program(struct kulink_session *s)
{
	struct upcall *u = s->private;
	int error, on = 1;

	if (u->fd >= 0)
		return 0;
	make_directory();
	u->since = now();
	u->queue = queue_length();
	u->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (u->fd < 0)
		return -errno;
	error = setsockopt(u->fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) ? -errno :
		bind_socket(s);
	if (error) {
		close(u->fd);
		u->fd = -1;
	}
	return error;
}

/* As the program will decide; ours may change no more than it. */
static int may_read(struct kulink_session *s, const struct kulink_part *event)
{
	const struct upcall *u = s->private;
	uint32_t bits = event->mode;
	struct stat st;

	if (stat(u->name.sun_path, &st))
		return -errno;
	if (!st.st_uid)
		bits = event->mode >> 6 | event->mode >> 3 | event->mode;
	else if (st.st_uid == s->info->uid)
		bits = event->mode >> 6;
	else if (st.st_gid == s->info->gid)
		bits = event->mode >> 3;
	return bits & 4 ? 0 : -EACCES;
}

static int subscribe(struct kulink_session *s, const struct kulink_part *event, uint64_t *seq)
{
	struct upcall *u = s->private;
	size_t index = kulink_part_index(s->info, event);
	int error = may_read(s, event);

	if (error)
		return error;
	error = !faccessat(u->dir, DONE, R_OK, 0) ? 0 : errno == ENOENT ? -ENODEV : -errno;
	if (!error)
		error = kulink_variables_sequences(u->dir, EMITTED, event, &seq[index], 1);
	u->wanted[index] = u->wanted[index] || !error;
	return error;
}

static int upcall_subscribe(struct kulink_session *s, const struct kulink_part *event,
			    uint64_t *seq)
{
	const struct kulink_info *info = s->info;
	size_t i;
	int error = listen_to_program(s);

	if (error || event)
		return error ? error : subscribe(s, event, seq);
	for (i = 0; i < info->n_parts && !error; i++) {
		if (info->parts[i].kind != KULINK_EVENTS)
			continue;
		error = subscribe(s, &info->parts[i], seq);
		error = error == -EACCES ? 0 : error;
	}
	return error;
}

static int upcall_unsubscribe(struct kulink_session *s, const struct kulink_part *event)
{
	struct upcall *u = s->private;

	if (event)
		u->wanted[kulink_part_index(s->info, event)] = false;
	else
		memset(u->wanted, 0, s->info->n_parts * sizeof(*u->wanted));
	return 0;
}

static int upcall_fd(struct kulink_session *s)
{
	const struct upcall *u = s->private;

	return u->fd < 0 ? -EINVAL : u->fd;
}

/* Root alone is believed: the kernel starts programs as root. */
static bool is_roots(struct msghdr *msg)
{
	struct cmsghdr *c;
	struct ucred cred;

	for (c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_CREDENTIALS)
			continue;
		memcpy(&cred, CMSG_DATA(c), sizeof(cred));
		return !cred.uid;
	}
	return false;
}

/* A message of root's into @u->message; -EAGAIN */
static int receive(struct upcall *u)
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(sizeof(struct ucred))];
	} control;
	struct iovec iov = { .iov_base = u->message, .iov_len = sizeof(u->message) - 1 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	ssize_t n;

	do {
		msg.msg_control = &control;
		msg.msg_controllen = sizeof(control);
		n = recvmsg(u->fd, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
		if (n < 0 && errno != EINTR)
			return -errno;
		u->taken += n >= 0;
	} while (n < 0 || msg.msg_flags & MSG_TRUNC || !is_roots(&msg));
	u->len = n;
	u->message[n] = '\0';
	return 0;
}

static const char *variable(void *ctx, const char *key)
{
	const struct upcall *u = ctx;
	size_t n = strlen(key);
	const char *at;

	for (at = u->message; at < u->message + u->len; at += strlen(at) + 1)
		if (!strncmp(at, key, n) && at[n] == '=')
			return at + n + 1;
	return NULL;
}

static int take_event(struct kulink_session *s, const struct kulink_variables *vars,
		      struct kulink_raw_event *event)
{
	struct upcall *u = s->private;
	const char *name = variable(u, "EVENT");
	const struct kulink_part *part = name ? kulink_part_find(s->info, KULINK_EVENTS, name) : NULL;

	if (!part || !u->wanted[kulink_part_index(s->info, part)])
		return -EAGAIN;
	event->part = part;
	event->cells = u->cells;
	return kulink_variables_number(vars, "SEQ", &event->seq) ||
	       kulink_variables_fields(vars, part) ? -EPROTO : 0;
}

/* -EAGAIN: not for us */
static int take(struct kulink_session *s, struct kulink_raw_event *event)
{
	struct upcall *u = s->private;
	struct kulink_variables vars = {
		.get = variable, .ctx = u, .cells = u->cells, .text = u->text,
	};
	const char *service = variable(u, "SERVICE");

	if (!service || strcmp(service, s->service))
		return -EAGAIN;
	if (kulink_variables_number(&vars, "NS", &event->ns))
		return -EPROTO;
	if (event->ns < u->since)
		return -EAGAIN;
	if (!variable(u, "GONE"))
		return take_event(s, &vars, event);
	/* First the handle asks for the sequences, which the message has. */
	u->ending = true;
	event->overrun = true;
	return 0;
}

static int upcall_next(struct kulink_session *s, struct kulink_raw_event *event)
{
	struct upcall *u = s->private;
	int error;

	*event = (struct kulink_raw_event){ .gone = u->ending };
	if (u->ending)
		return 0;
	if (u->fd < 0)
		return -EAGAIN;
	do {
		error = receive(u);
		if (!error)
			error = take(s, event);
		else if (error == -EAGAIN)
			break;
	} while (error == -EAGAIN);
	if (error != -EAGAIN)
		return error;
	event->overrun = u->taken >= u->queue;
	u->taken = 0;
	return event->overrun ? 0 : -EAGAIN;
}

/*
 * What has been begun: it may have found our queue full already. While its program runs it may still
 * come; then it is waited for a moment, or it would be told as lost.
 */
static int ask_kernel(struct upcall *u, const struct kulink_part *event, uint64_t *seq)
{
	const struct timespec ms = { .tv_nsec = 1000000 };
	uint64_t done_begun[2];
	int i, error;

	error = kulink_variables_sequences(u->dir, DONE, event, done_begun, 2);
	*seq = done_begun[1];
	for (i = 0; i < 100 && !error && done_begun[0] < *seq; i++) {
		nanosleep(&ms, NULL);
		error = kulink_variables_sequences(u->dir, DONE, event, done_begun, 2);
	}
	return error;
}

static int upcall_sequence(struct kulink_session *s, const struct kulink_part *event,
			   uint64_t *seq)
{
	struct upcall *u = s->private;
	struct kulink_variables vars = { .get = variable, .ctx = u };
	char key[KULINK_NAME_SIZE + 8];

	if (!u->ending)
		return ask_kernel(u, event, seq);
	snprintf(key, sizeof(key), "LAST_%s", event->name);
	return kulink_variables_number(&vars, key, seq);
}

static int upcall_available(char *why, size_t size)
{
	int error = kulink_module_available("", "kulink_upcall", "upcall", why, size);
	FILE *file = error ? NULL : fopen(KULINK_UPCALL_PATH, "re");
	char path[512] = "", *name;

	if (!file)
		return error;
	if (!fgets(path, sizeof(path), file))
		path[0] = '\0';
	fclose(file);
	path[strcspn(path, "\n")] = '\0';
	name = strrchr(path, '/');
	if (name && !strcmp(name + 1, KULINK_UPCALL_PROGRAM))
		return 0;
	if (why)
		snprintf(why, size, name ? "events start %s, which is not " KULINK_UPCALL_PROGRAM :
			 "%sno program is named: as root, kulink-upcall --on", path);
	return -EACCES;
}

const struct kulink_channel kulink_upcall = {
	.info = {
		.name = "upcall",
		.carries = KULINK_EVENTS,
		.lossy = true,
		.where = "a program: /sys/module/kulink_upcall/parameters/path",
		.who = "root names the program; kulink-upcall tells each subscriber what its mode lets it read",
		.limits = "a process an event; 20 a second and 4 at a time unless told otherwise, what "
			  "is more is lost",
	},
	.available = upcall_available,
	.open = upcall_open,
	.close = upcall_close,
	.subscribe = upcall_subscribe,
	.unsubscribe = upcall_unsubscribe,
	.fd = upcall_fd,
	.next = upcall_next,
	.sequence = upcall_sequence,
};
