// SPDX-License-Identifier: MIT
/*
 * signal: a realtime signal an event, taken by a signalfd.
 *
 * What it does to the program: for each event it takes a realtime signal that is at its default and neither blocked
 * nor pending in the calling thread, from SIGRTMAX down, and blocks it in that thread alone until the end of
 * the subscription. No handler is touched, no other thread sees it: the kernel sends it to this thread.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "dev.h"

/**
 * struct receiver - an event's
 * @part: the event
 * @signo: its signal; 0: not subscribed
 * @last: sequence that came last
 * @lost: how many the kernel says it did not queue
 */
struct receiver {
	const struct kulink_part *part;
	int signo;
	uint64_t last;
	uint64_t lost;
};

/**
 * struct receivers - an open node
 * @node: its descriptor
 * @fd: the signalfd
 * @thread: who subscribed, and alone can read it
 * @set: the signals taken
 * @n: declared events
 * @receiver: one for each
 */
struct receivers {
	int node;
	int fd;
	pid_t thread;
	sigset_t set;
	size_t n;
	struct receiver *receiver;
};

static pid_t this_thread(void)
{
	return syscall(SYS_gettid);
}

static int do_ioctl(const struct receivers *c, unsigned long cmd, const struct receiver *r,
		    struct kulink_ioc_signal *args)
{
	*args = (struct kulink_ioc_signal){ .signo = r->signo };
	if (kulink_name_put(args->name, r->part->name))
		return -ENOENT;
	return ioctl(c->node, cmd, args) < 0 ? kulink_dev_error(-errno) : 0;
}

/* Block it in this thread, and let the signalfd take it */
static int take_this_signal(struct receivers *c, int signo)
{
	sigset_t one;
	int error;

	sigemptyset(&one);
	sigaddset(&one, signo);
	error = pthread_sigmask(SIG_BLOCK, &one, NULL);
	if (error)
		return -error;
	sigaddset(&c->set, signo);
	if (signalfd(c->fd, &c->set, 0) >= 0)
		return 0;
	error = -errno;
	sigdelset(&c->set, signo);
	pthread_sigmask(SIG_UNBLOCK, &one, NULL);
	return error;
}

/* Takes a signal that nobody here uses; its number, or -EBUSY */
static int take_signal(struct receivers *c)
{
	sigset_t blocked, pending;
	struct sigaction action;
	int signo, error;

	if (sigpending(&pending))
		return -errno;
	error = -pthread_sigmask(SIG_BLOCK, NULL, &blocked);
	if (error)
		return error;
	for (signo = SIGRTMAX; signo >= SIGRTMIN; signo--) {
		if (sigismember(&blocked, signo) || sigismember(&pending, signo) ||
		    sigaction(signo, NULL, &action) || action.sa_handler != SIG_DFL)
			continue;
		error = take_this_signal(c, signo);
		return error ? error : signo;
	}
	return -EBUSY;
}

/* None is sent any more: those that wait would kill us once it is not blocked */
static void give_signal(struct receivers *c, int signo)
{
	const struct timespec now = { 0 };
	sigset_t one;

	if (c->thread != this_thread())
		return;
	sigemptyset(&one);
	sigaddset(&one, signo);
	while (sigtimedwait(&one, NULL, &now) > 0 || errno == EINTR)
		;
	pthread_sigmask(SIG_UNBLOCK, &one, NULL);
	sigdelset(&c->set, signo);
	signalfd(c->fd, &c->set, 0);
}

static void signal_close(struct kulink_session *s)
{
	struct receivers *c = s->private;
	struct kulink_ioc_signal args;
	size_t i;

	if (!c)
		return;
	for (i = 0; c->receiver && i < c->n; i++) {
		if (c->receiver[i].signo)
			do_ioctl(c, KULINK_IOC_SIGNAL_REMOVE, &c->receiver[i], &args);
	}
	/* what could not be removed ends with the node */
	if (c->node >= 0)
		close(c->node);
	for (i = 0; c->receiver && i < c->n; i++) {
		if (c->receiver[i].signo)
			give_signal(c, c->receiver[i].signo);
	}
	if (c->fd >= 0)
		close(c->fd);
	free(c->receiver);
	free(c);
	s->private = NULL;
}

static int signal_open(struct kulink_session *s)
{
	struct receivers *c = calloc(1, sizeof(*c));
	size_t i;
	int error;

	if (!c)
		return -ENOMEM;
	s->private = c;
	c->node = -1;
	c->thread = this_thread();
	sigemptyset(&c->set);
	c->fd = signalfd(-1, &c->set, SFD_NONBLOCK | SFD_CLOEXEC);
	c->receiver = calloc(s->info->n_parts + 1, sizeof(*c->receiver));
	for (i = 0; c->receiver && i < s->info->n_parts; i++) {
		if (s->info->parts[i].kind == KULINK_EVENTS)
			c->receiver[c->n++].part = &s->info->parts[i];
	}
	error = c->fd < 0 ? -errno : c->receiver ? kulink_dev_open(s, true, &c->node) : -ENOMEM;
	if (!error)
		error = kulink_dev_probe(c->node, KULINK_IOC_SIGNAL_STATE);
	if (error)
		signal_close(s);
	return error;
}

/* A signal belongs to a thread: in another one there is nothing to read, for ever */
static int check_thread(struct kulink_session *s)
{
	const struct receivers *c = s->private;

	if (c->thread == this_thread())
		return 0;
	snprintf(s->message, sizeof(s->message),
		 "the signals are thread %d's, which subscribed", (int)c->thread);
	return -EINVAL;
}

static int start(struct receivers *c, struct receiver *r)
{
	struct kulink_ioc_signal args;
	int error, signo = r->signo ? r->signo : take_signal(c);

	if (signo < 0)
		return signo;
	r->signo = signo;
	error = do_ioctl(c, KULINK_IOC_SIGNAL_ADD, r, &args);
	if (error) {
		give_signal(c, signo);
		r->signo = 0;
		return error;
	}
	r->last = args.first;
	r->lost = 0;
	return 0;
}

static int subscribe_one(struct kulink_session *s, size_t i, uint64_t *seq)
{
	struct receivers *c = s->private;
	struct receiver *r = &c->receiver[i];
	struct kulink_ioc_signal args = { 0 };
	int error;

	error = r->signo ? do_ioctl(c, KULINK_IOC_SIGNAL_STATE, r, &args) : -ESRCH;
	if (error == -ESRCH)
		error = start(c, r);
	if (error || args.ended)
		return error ? error : -ENODEV;
	seq[i] = r->last;
	return 0;
}

static int signal_subscribe(struct kulink_session *s, const struct kulink_part *event, uint64_t *seq)
{
	struct receivers *c = s->private;
	bool any = false;
	size_t i;

	for (i = 0; i < c->n; i++)
		any |= c->receiver[i].signo;
	if (!any)
		c->thread = this_thread();
	if (check_thread(s))
		return -EINVAL;
	if (event)
		return subscribe_one(s, kulink_part_index(s->info, event), seq);
	return kulink_dev_subscribe_all(s, c->n, seq, subscribe_one);
}

/* While the kernel may still send it the signal is ours: not given back, it would kill the program */
static int stop(struct receivers *c, struct receiver *r)
{
	struct kulink_ioc_signal args;
	int error = do_ioctl(c, KULINK_IOC_SIGNAL_REMOVE, r, &args);

	if (error && error != -ESRCH && error != -ENODEV)
		return error;
	give_signal(c, r->signo);
	r->signo = 0;
	return error == -ESRCH ? 0 : error;
}

static int signal_unsubscribe(struct kulink_session *s, const struct kulink_part *event)
{
	struct receivers *c = s->private;
	int error, first = 0;
	size_t i;

	if (check_thread(s))
		return -EINVAL;
	for (i = 0; i < c->n; i++) {
		struct receiver *r = &c->receiver[i];

		if (!r->signo || (event && event != r->part))
			continue;
		error = stop(c, r);
		first = first ? first : error;
	}
	return first;
}

static int signal_fd(struct kulink_session *s)
{
	struct receivers *c = s->private;

	return c->fd;
}

/* All is taken: did the kernel refuse some, is it the end? */
static int ask_states(struct receivers *c, struct kulink_raw_event *event)
{
	size_t i, wanted = 0, ended = 0;
	struct kulink_ioc_signal args;
	uint64_t lost;
	int error;

	for (i = 0; i < c->n; i++) {
		struct receiver *r = &c->receiver[i];

		if (!r->signo)
			continue;
		error = do_ioctl(c, KULINK_IOC_SIGNAL_STATE, r, &args);
		if (error)
			return error;
		lost = args.full + args.ignored + args.denied + args.absent;
		event->overrun |= lost != r->lost;
		r->lost = lost;
		wanted++;
		ended += args.ended;
	}
	if (event->overrun)
		return 0;
	event->gone = wanted && ended == wanted;
	return event->gone ? 0 : -EAGAIN;
}

/* True: an event's. Its 32 bits go on from the last that came */
static bool take_signal_info(struct receivers *c, const struct signalfd_siginfo *info,
			     struct kulink_raw_event *event)
{
	size_t i;

	if (info->ssi_code != SI_QUEUE || info->ssi_errno || info->ssi_pid)
		return false;
	for (i = 0; i < c->n; i++) {
		struct receiver *r = &c->receiver[i];

		if (r->signo != (int)info->ssi_signo)
			continue;
		r->last += (uint32_t)((uint32_t)info->ssi_int - (uint32_t)r->last);
		event->part = r->part;
		event->seq = r->last;
		return true;
	}
	return false;
}

static int signal_next(struct kulink_session *s, struct kulink_raw_event *event)
{
	struct receivers *c = s->private;
	struct signalfd_siginfo info;
	ssize_t n;

	*event = (struct kulink_raw_event){ 0 };
	if (check_thread(s))
		return -EINVAL;
	do {
		n = read(c->fd, &info, sizeof(info));
		if (n == sizeof(info) && take_signal_info(c, &info, event))
			return 0;
	} while (n == sizeof(info) || (n < 0 && errno == EINTR));
	if (errno != EAGAIN)
		return n < 0 ? -errno : -EPROTO;
	return ask_states(c, event);
}

static int signal_sequence(struct kulink_session *s, const struct kulink_part *event, uint64_t *seq)
{
	struct receivers *c = s->private;
	struct kulink_ioc_signal args;
	int error;

	error = do_ioctl(c, KULINK_IOC_SIGNAL_STATE,
			 &c->receiver[kulink_part_index(s->info, event)], &args);
	if (!error)
		*seq = args.seq;
	return error;
}

static int signal_available(char *why, size_t size)
{
	return kulink_module_available("", "kulink_dev", "signal", why, size);
}

const struct kulink_channel kulink_signal = {
	.info = {
		.name = "signal",
		.carries = KULINK_EVENTS,
		.lossy = true,
		.fieldless = true,
		.where = "/dev/kulink/SERVICE",
		.who = "who may open the node for reading; then each event's mode, at each delivery again",
		.limits = "32 bits of the sequence, no fields, no time; at most RLIMIT_SIGPENDING wait for all of a user's programs; one thread",
	},
	.available = signal_available,
	.open = signal_open,
	.close = signal_close,
	.subscribe = signal_subscribe,
	.unsubscribe = signal_unsubscribe,
	.fd = signal_fd,
	.next = signal_next,
	.sequence = signal_sequence,
};
