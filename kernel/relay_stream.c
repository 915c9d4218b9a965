// SPDX-License-Identifier: GPL-2.0-only
/*
 * A session's streams: relay's buffers, a file a processor.
 *
 * The memory, the sub-buffers and the counts of those that are complete and of those that are given
 * back are relay's. What is not taken is its read(): it believes what a writer on another processor
 * is changing (docs/channels/relay.md says where, tests/relay shows it). Here a lock guards every
 * writing and switching, and what is read are sub-buffers that are complete and not given back, which
 * no writer touches.
 */
#include <linux/cred.h>
#include <linux/debugfs.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "relay.h"

/* What begins a sub-buffer */
struct relay_lost {
	struct kulink_msg msg;
	u64 lost;
};

#define HEAD_SIZE	sizeof(struct relay_lost)
#define SIZE_MIN	4096
#define SIZE_MAX_ALL	(64U << 20)

static unsigned int subbuf_size, n_subbufs;

int kulink_relay_sizes(unsigned int size, unsigned int count)
{
	if (size < SIZE_MIN || size % 8 || count < 2 || size > SIZE_MAX_ALL / count)
		return -EINVAL;
	static_assert(HEAD_SIZE + sizeof(struct kulink_msg) + sizeof(struct kulink_event_head) +
		      KULINK_EVENT_MAX <= SIZE_MIN);
	subbuf_size = size;
	n_subbufs = count;
	return 0;
}

static struct relay_session *session_of(const struct rchan_buf *buf)
{
	return buf->chan->private_data;
}

static struct relay_cpu *cpu_of(const struct rchan_buf *buf)
{
	return &session_of(buf)->cpus[buf->cpu];
}

/* Another sub-buffer begins, under the session's lock; or the buffer is being made, unknown to all */
static int subbuf_start(KULINK_SUBBUF_START_ARGS)
{
	struct relay_session *session = session_of(buf);
	struct relay_cpu *cpu = cpu_of(buf);
	struct relay_lost *head = subbuf;

	if (relay_buf_full(buf))
		return 0;
	kulink_message_head(&head->msg, KULINK_OP_LOST, session->service, "", sizeof(head->lost));
	head->lost = cpu->lost;
	cpu->tells = cpu->lost;
	cpu->lost = 0;
	subbuf_start_reserve(buf, HEAD_SIZE);
	return 1;
}

/* There was no room to begin one */
static bool stuck(const struct rchan_buf *buf)
{
	return buf->offset > buf->chan->subbuf_size;
}

/* What is in the one being written is worth reading */
static bool begun(const struct rchan_buf *buf)
{
	return !stuck(buf) && (buf->offset > HEAD_SIZE || cpu_of(buf)->tells);
}

/* Complete ones that are not given back */
static bool has_complete(const struct rchan_buf *buf)
{
	return buf->subbufs_produced != buf->subbufs_consumed;
}

static bool readable(struct rchan_buf *buf)
{
	return has_complete(buf) || begun(buf) || cpu_of(buf)->lost;
}

/* What there is becomes complete. Not after the end, for relay writes into the file's inode */
static void flush(struct rchan_buf *buf)
{
	lockdep_assert_held(&session_of(buf)->lock);
	if (has_complete(buf))
		return;
	if (stuck(buf) && cpu_of(buf)->lost)
		relay_switch_subbuf(buf, 0);	/* one that tells of the loss */
	if (begun(buf))
		relay_switch_subbuf(buf, 0);
}

/* This processor's; one that came while the session began may have none */
static struct rchan_buf *here(struct rchan *chan)
{
	struct rchan_buf *buf = *this_cpu_ptr(chan->buf);
	unsigned int cpu;

	if (likely(buf))
		return buf;
	for_each_possible_cpu(cpu) {
		buf = *per_cpu_ptr(chan->buf, cpu);
		if (buf)
			break;
	}
	return buf;
}

/* relay_reserve() of a buffer that need not be this processor's */
static void *reserve(struct rchan_buf *buf, size_t len)
{
	void *at;

	if (buf->offset + len > buf->chan->subbuf_size && !relay_switch_subbuf(buf, len))
		return NULL;
	at = buf->data + buf->offset;
	buf->offset += len;
	return at;
}

static void write_event(struct relay_session *session, unsigned int event,
			const struct kulink_event_head *head, const void *record)
{
	struct rchan_buf *buf = here(session->chan);
	const struct kulink_msg *prepared = &session->heads[event];
	struct kulink_msg *msg;

	session->seq[event] = head->seq;
	if (!buf)
		return;
	msg = reserve(buf, prepared->len);
	if (!msg) {
		cpu_of(buf)->lost++;
		return;
	}
	*msg = *prepared;
	msg->id = ++session->id;
	memcpy(msg + 1, head, sizeof(*head));
	memcpy((void *)(msg + 1) + sizeof(*head), record,
	       prepared->len - sizeof(*msg) - sizeof(*head));
}

void kulink_relay_emitted(struct kulink_subscription *sub, unsigned int event,
			  const struct kulink_event_head *head, const void *record)
{
	struct relay_session *session = container_of(sub, struct relay_session, sub);
	unsigned long flags;

	spin_lock_irqsave(&session->lock, flags);
	if (!session->ended)
		write_event(session, event, head, record);
	spin_unlock_irqrestore(&session->lock, flags);
}

/* Of one stream, or of all of them */
static bool look(struct relay_session *session, struct rchan_buf *buf)
{
	unsigned long flags;
	bool found = false;
	unsigned int cpu;

	spin_lock_irqsave(&session->lock, flags);
	session->waiting = true;
	if (buf) {
		found = session->ended || readable(buf);
	} else if (session->ended) {
		found = true;
	} else if (session->chan) {
		for_each_possible_cpu(cpu) {
			buf = *per_cpu_ptr(session->chan->buf, cpu);
			found = found || (buf && readable(buf));
		}
	}
	spin_unlock_irqrestore(&session->lock, flags);
	return found;
}

bool kulink_relay_readable(struct relay_session *session)
{
	return look(session, NULL);
}

static int buf_open(struct inode *inode, struct file *file)
{
	struct rchan_buf *buf = inode->i_private;
	struct relay_session *session = session_of(buf);
	int err;

	/* two readers would each lose what the other took */
	if (test_and_set_bit(0, &cpu_of(buf)->opened))
		return -EBUSY;
	kref_get(&session->ref);
	err = relay_file_operations.open(inode, file);
	if (err) {
		clear_bit(0, &cpu_of(buf)->opened);
		kulink_relay_put(session);
	}
	return err;
}

/* Only here is a reference of the buffer dropped: relay has no other way */
static int buf_release(struct inode *inode, struct file *file)
{
	struct rchan_buf *buf = file->private_data;
	struct relay_session *session = session_of(buf);
	struct relay_cpu *cpu = cpu_of(buf);

	relay_file_operations.release(inode, file);
	clear_bit(0, &cpu->opened);
	kulink_relay_put(session);
	return 0;
}

/*
 * The oldest complete sub-buffer. What was read whole is given back now and not before, so that who
 * polls is told of it until then. Bytes of it; 0: the end; -EAGAIN
 */
static ssize_t oldest(struct rchan_buf *buf, const void **data)
{
	struct relay_session *session = session_of(buf);
	struct relay_cpu *cpu = cpu_of(buf);
	unsigned long flags;
	ssize_t len = 0;
	size_t i;

	spin_lock_irqsave(&session->lock, flags);
	for (;;) {
		if (!session->ended)
			flush(buf);
		if (!has_complete(buf)) {
			len = session->ended ? 0 : -EAGAIN;
			break;
		}
		i = buf->subbufs_consumed % n_subbufs;
		len = subbuf_size - buf->padding[i];
		*data = buf->start + i * subbuf_size;
		if (cpu->taken < len)
			break;
		relay_subbufs_consumed(buf->chan, buf->cpu, 1);
		cpu->taken = 0;
	}
	spin_unlock_irqrestore(&session->lock, flags);
	return len;
}

static ssize_t read_some(struct rchan_buf *buf, char __user *to, size_t room)
{
	struct relay_cpu *cpu = cpu_of(buf);
	const void *data;
	ssize_t len;
	size_t n;

	if (mutex_lock_interruptible(&cpu->lock))
		return -ERESTARTSYS;
	len = oldest(buf, &data);
	if (len > 0) {
		n = min_t(size_t, room, len - cpu->taken);
		len = copy_to_user(to, data + cpu->taken, n) ? -EFAULT : n;
		if (len > 0)
			cpu->taken += n;
	}
	mutex_unlock(&cpu->lock);
	return len;
}

static ssize_t buf_read(struct file *file, char __user *to, size_t room, loff_t *pos)
{
	struct rchan_buf *buf = file->private_data;
	struct relay_session *session = session_of(buf);
	ssize_t len;

	while (room) {
		len = read_some(buf, to, room);
		if (len != -EAGAIN || file->f_flags & O_NONBLOCK)
			return len;
		len = wait_event_interruptible(session->wait, look(session, buf));
		if (len)
			return len;
	}
	return 0;
}

static __poll_t buf_poll(struct file *file, poll_table *wait)
{
	struct rchan_buf *buf = file->private_data;
	struct relay_session *session = session_of(buf);

	poll_wait(file, &session->wait, wait);
	if (!look(session, buf))
		return 0;
	return EPOLLIN | EPOLLRDNORM | (READ_ONCE(session->ended) ? EPOLLHUP : 0);
}

static const struct file_operations buf_fops = {
	.owner = THIS_MODULE,
	.open = buf_open,
	.read = buf_read,
	.poll = buf_poll,
	.release = buf_release,
};

/* Also for a processor that comes later, in the kernel's own context */
static struct dentry *create_buf_file(const char *name, struct dentry *parent, umode_t mode,
				      struct rchan_buf *buf, int *is_global)
{
	const struct relay_session *session = session_of(buf);
	struct dentry *file = debugfs_create_file_unsafe(name, mode, parent, buf, &buf_fops);

	if (!IS_ERR(file))
		d_inode(file)->i_uid = session->cred->fsuid;
	return file;
}

static int remove_buf_file(struct dentry *file)
{
	debugfs_remove(file);
	return 0;
}

static const struct rchan_callbacks callbacks = {
	.subbuf_start = subbuf_start,
	.create_buf_file = create_buf_file,
	.remove_buf_file = remove_buf_file,
};

int kulink_relay_begin(struct relay_session *session, struct dentry *dir)
{
	struct rchan *chan = relay_open("cpu", dir, subbuf_size, n_subbufs, &callbacks, session);

	if (!chan)
		return -ENOMEM;
	spin_lock_irq(&session->lock);
	session->chan = chan;
	spin_unlock_irq(&session->lock);
	return 0;
}

void kulink_relay_end(struct relay_session *session)
{
	struct rchan *chan = session->chan;
	struct rchan_buf *buf;
	unsigned int cpu;

	spin_lock_irq(&session->lock);
	for_each_possible_cpu(cpu) {
		buf = *per_cpu_ptr(chan->buf, cpu);
		if (buf && begun(buf))
			relay_switch_subbuf(buf, 0);
	}
	session->ended = true;
	session->chan = NULL;
	spin_unlock_irq(&session->lock);
	relay_close(chan);
}
