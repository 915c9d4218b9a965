/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tests of the channel signal share: its commands by the ABI alone, and the signals that are pending. */
#ifndef SIGNALS_H
#define SIGNALS_H

#include <pthread.h>
#include <time.h>

#include "raw.h"

enum { SIGNO = 50, OTHER = 51 };

static int node;
static struct kulink_ioc_signal args;
static siginfo_t info;

static inline int ask_of(int fd, unsigned long cmd, const char *name, int signo)
{
	args = (struct kulink_ioc_signal){ .signo = signo };
	memcpy(args.name, name, strlen(name));
	return ioctl(fd, cmd, &args) < 0 ? -errno : 0;
}

static inline int add(const char *name, int signo)
{
	return ask_of(node, KULINK_IOC_SIGNAL_ADD, name, signo);
}

static inline int removed(const char *name, int signo)
{
	return ask_of(node, KULINK_IOC_SIGNAL_REMOVE, name, signo);
}

static inline int state(const char *name, int signo)
{
	return ask_of(node, KULINK_IOC_SIGNAL_STATE, name, signo);
}

static inline void mask(int how, int signo)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, signo);
	pthread_sigmask(how, &set, NULL);
}

/* The signal that is pending, into @info; 0, or -EAGAIN */
static inline int take(int signo)
{
	const struct timespec now = { 0 };
	sigset_t set;

	memset(&info, 0, sizeof(info));
	sigemptyset(&set);
	sigaddset(&set, signo);
	return sigtimedwait(&set, &info, &now) == signo ? 0 : -errno;
}

static inline int take_all(int signo)
{
	int n = 0;

	while (!take(signo))
		n++;
	return n;
}

static inline unsigned long sum(void)
{
	return args.queued + args.full + args.ignored + args.denied + args.absent;
}

#endif
