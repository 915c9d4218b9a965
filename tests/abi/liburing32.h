/* SPDX-License-Identifier: GPL-2.0-only */
/* The functions of liburing that its header does not have inline, as these tests use them: there is no library of 32 bits. */
#ifndef LIBURING32_H
#define LIBURING32_H

#include <errno.h>
#include <liburing.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LIBURING32_OR_ERRNO(ret)	({ int _ret = (ret); _ret < 0 ? -errno : _ret; })

static inline int liburing32_enter(struct io_uring *ring, unsigned int submit, unsigned int wait,
				   unsigned int flags)
{
	return LIBURING32_OR_ERRNO(syscall(__NR_io_uring_enter, ring->ring_fd, submit, wait, flags, NULL, 0));
}

static inline int liburing32_register(struct io_uring *ring, unsigned int what, const void *with, unsigned int n)
{
	return LIBURING32_OR_ERRNO(syscall(__NR_io_uring_register, ring->ring_fd, what, with, n));
}

static inline void *liburing32_map(int fd, size_t size, off_t at)
{
	return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, at);
}

/* Both rings are in one mapping since 5.4 */
int io_uring_queue_init_params(unsigned int entries, struct io_uring *ring, struct io_uring_params *p)
{
	struct io_uring_sq *sq = &ring->sq;
	struct io_uring_cq *cq = &ring->cq;
	size_t in, out, sqes;
	unsigned int i;
	char *at;

	memset(ring, 0, sizeof(*ring));
	ring->ring_fd = LIBURING32_OR_ERRNO(syscall(__NR_io_uring_setup, entries, p));
	if (ring->ring_fd < 0)
		return ring->ring_fd;
	ring->flags = p->flags;
	in = p->sq_off.array + p->sq_entries * sizeof(*sq->array);
	out = p->cq_off.cqes + p->cq_entries * sizeof(*cq->cqes) * (p->flags & IORING_SETUP_CQE32 ? 2 : 1);
	sqes = p->sq_entries * sizeof(*sq->sqes) * (p->flags & IORING_SETUP_SQE128 ? 2 : 1);
	sq->ring_sz = in > out ? in : out;
	at = liburing32_map(ring->ring_fd, sq->ring_sz, IORING_OFF_SQ_RING);
	sq->sqes = liburing32_map(ring->ring_fd, sqes, IORING_OFF_SQES);
	if (at == MAP_FAILED || (void *)sq->sqes == MAP_FAILED)
		return -ENOMEM;
	sq->ring_ptr = at;
	sq->khead = (void *)(at + p->sq_off.head);
	sq->ktail = (void *)(at + p->sq_off.tail);
	sq->kflags = (void *)(at + p->sq_off.flags);
	sq->array = (void *)(at + p->sq_off.array);
	sq->ring_mask = p->sq_entries - 1;
	sq->ring_entries = p->sq_entries;
	for (i = 0; i < p->sq_entries; i++)
		sq->array[i] = i;
	cq->khead = (void *)(at + p->cq_off.head);
	cq->ktail = (void *)(at + p->cq_off.tail);
	cq->cqes = (void *)(at + p->cq_off.cqes);
	cq->ring_mask = p->cq_entries - 1;
	cq->ring_entries = p->cq_entries;
	return 0;
}

void io_uring_queue_exit(struct io_uring *ring)
{
	struct io_uring_sq *sq = &ring->sq;

	munmap(sq->sqes, sq->ring_entries * sizeof(*sq->sqes) * (ring->flags & IORING_SETUP_SQE128 ? 2 : 1));
	munmap(sq->ring_ptr, sq->ring_sz);
	close(ring->ring_fd);
}

/* The kernel's thread, if there is one, is woken if it sleeps */
int io_uring_submit(struct io_uring *ring)
{
	struct io_uring_sq *sq = &ring->sq;
	unsigned int n = sq->sqe_tail - *sq->ktail;

	io_uring_smp_store_release(sq->ktail, sq->sqe_tail);
	if (!(ring->flags & IORING_SETUP_SQPOLL))
		return liburing32_enter(ring, n, 0, 0);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (IO_URING_READ_ONCE(*sq->kflags) & IORING_SQ_NEED_WAKEUP)
		return liburing32_enter(ring, n, 0, IORING_ENTER_SQ_WAKEUP);
	return n;
}

int __io_uring_get_cqe(struct io_uring *ring, struct io_uring_cqe **cqe, unsigned int submit,
		       unsigned int wait, sigset_t *mask)
{
	int err;

	(void)submit;
	(void)mask;
	for (;;) {
		err = __io_uring_peek_cqe(ring, cqe, NULL);
		if (err || *cqe)
			return err;
		err = liburing32_enter(ring, 0, wait, IORING_ENTER_GETEVENTS);
		if (err < 0)
			return err;
		if (!wait)
			return __io_uring_peek_cqe(ring, cqe, NULL) ?: *cqe ? 0 : -EAGAIN;
	}
}

int io_uring_register_buffers(struct io_uring *ring, const struct iovec *buffers, unsigned int n)
{
	return liburing32_register(ring, IORING_REGISTER_BUFFERS, buffers, n);
}

int io_uring_register_iowq_max_workers(struct io_uring *ring, unsigned int *most)
{
	return liburing32_register(ring, IORING_REGISTER_IOWQ_MAX_WORKERS, most, 2);
}

int io_uring_unregister_buffers(struct io_uring *ring)
{
	return liburing32_register(ring, IORING_UNREGISTER_BUFFERS, NULL, 0);
}

#endif
