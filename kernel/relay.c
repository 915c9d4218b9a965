// SPDX-License-Identifier: GPL-2.0-only
/*
 * relay: the kernel's relay, a stream of events for each processor. Choose it to take very many
 * events in few system calls, a hundred of them a read(), when root reads: bulk tracing.
 *
 * Creates /sys/kernel/debug/kulink_relay/SERVICE/control. Who opens it has a session: SUBSCRIBE, as
 * a message, says which events, each one's mode decides; with the first there are SERVICE/N/cpu0,
 * cpu1 ..., the session's alone, whose bytes are messages: EVENT, and LOST at the beginning of each
 * sub-buffer. They go when the control file is closed. Root alone enters debugfs, unless the
 * administrator opens it. docs/channels/relay.md
 *
 * Events only. When the buffers are full the newest are lost, and counted. A kernel without
 * CONFIG_RELAY has no such module. An open file holds this module, not the driver.
 */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include "relay.h"

/* Each has its own buffers */
#define SESSIONS_MAX	64

static unsigned int subbuf_size = 16384;
module_param(subbuf_size, uint, 0444);
MODULE_PARM_DESC(subbuf_size, "bytes of a sub-buffer");

static unsigned int subbufs = 16;
module_param(subbufs, uint, 0444);
MODULE_PARM_DESC(subbufs, "sub-buffers of each processor, of each session");

/* A published service */
struct relay_slot {
	struct kref ref;		/* of the channel and of each session */
	struct kulink_service *service;	/* while @dir is there */
	struct dentry *dir;
	unsigned int next;		/* session's name; under relay_lock, as */
	bool removed;
};

/*
 * Guards the streams' beginning and end. Inside the class's mutex and an exchange's; debugfs's and
 * relay's locks inside: never taken in a file's open, for which debugfs waits while it removes one
 */
static DEFINE_MUTEX(relay_lock);
static LIST_HEAD(relay_sessions);
static unsigned int n_sessions;
static struct dentry *relay_root;

static void slot_free(struct kref *ref)
{
	kfree(container_of(ref, struct relay_slot, ref));
}

static void session_free(struct kref *ref)
{
	struct relay_session *session = container_of(ref, struct relay_session, ref);

	kulink_exchange_destroy(&session->exchange);
	kref_put(&session->slot->ref, slot_free);
	kulink_service_put(session->service);
	put_cred(session->cred);
	kfree(session->cpus);
	kfree(session->heads);
	kfree(session->seq);
	kfree(session);
}

void kulink_relay_put(struct relay_session *session)
{
	kref_put(&session->ref, session_free);
}

/* Any context, under the lock of the service's events */
static void relay_wake(struct kulink_subscription *sub)
{
	struct relay_session *session = container_of(sub, struct relay_session, sub);

	if (!READ_ONCE(session->waiting))
		return;
	WRITE_ONCE(session->waiting, false);
	wake_up_interruptible_poll(&session->wait, EPOLLIN | EPOLLRDNORM);
}

static int session_memory(struct relay_session *session, unsigned int n)
{
	struct kulink_service *service = session->service;
	unsigned int i;

	session->cpus = kcalloc(nr_cpu_ids, sizeof(*session->cpus), GFP_KERNEL_ACCOUNT);
	session->heads = kcalloc(n + 1, sizeof(*session->heads), GFP_KERNEL_ACCOUNT);
	session->seq = kcalloc(n + 1, sizeof(*session->seq), GFP_KERNEL_ACCOUNT);
	if (!session->cpus || !session->heads || !session->seq)
		return -ENOMEM;
	for (i = 0; i < nr_cpu_ids; i++)
		mutex_init(&session->cpus[i].lock);
	for (i = 0; i < n; i++)
		kulink_message_head(&session->heads[i], KULINK_OP_EVENT, service,
				    kulink_event_name(service, i),
				    sizeof(struct kulink_event_head) +
				    kulink_event_layout(service, i)->record_size);
	return 0;
}

/* debugfs calls it while the file is there, and so the slot's service */
static int control_open(struct inode *inode, struct file *file)
{
	struct relay_slot *slot = inode->i_private;
	struct relay_session *session = kzalloc(sizeof(*session), GFP_KERNEL_ACCOUNT);
	int err;

	if (!session)
		return -ENOMEM;
	kref_init(&session->ref);
	spin_lock_init(&session->lock);
	init_waitqueue_head(&session->wait);
	kulink_exchange_init(&session->exchange);
	session->service = kulink_service_get(slot->service);
	session->cred = get_cred(file->f_cred);
	session->slot = slot;
	kref_get(&slot->ref);
	err = session_memory(session, kulink_count_events(session->service));
	if (!err)
		err = kulink_subscription_init(&session->sub, session->service, relay_wake);
	if (err) {
		kulink_relay_put(session);
		return err;
	}
	session->sub.emitted = kulink_relay_emitted;
	file->private_data = session;
	return nonseekable_open(inode, file);
}

/* With the first event the streams */
static int begin(struct relay_session *session)
{
	struct dentry *dir;
	int err;

	lockdep_assert_held(&relay_lock);
	if (session->slot->removed)
		return -ENODEV;
	if (session->dir)
		return 0;
	if (n_sessions == SESSIONS_MAX)
		return -ENOSPC;
	snprintf(session->name, sizeof(session->name), "%u", session->slot->next++);
	dir = debugfs_create_dir(session->name, session->slot->dir);
	if (IS_ERR(dir))
		return PTR_ERR(dir);
	err = kulink_relay_begin(session, dir);
	if (err) {
		debugfs_remove(dir);
		return err;
	}
	session->dir = dir;
	list_add_tail(&session->node, &relay_sessions);
	n_sessions++;
	return 0;
}

static void end(struct relay_session *session)
{
	lockdep_assert_held(&relay_lock);
	if (!session->dir || session->ended)
		return;
	list_del(&session->node);
	n_sessions--;
	kulink_relay_end(session);
	debugfs_remove(session->dir);
	wake_up_interruptible_poll(&session->wait, EPOLLIN | EPOLLRDNORM | EPOLLHUP);
}

static int control_release(struct inode *inode, struct file *file)
{
	struct relay_session *session = file->private_data;

	mutex_lock(&relay_lock);
	end(session);
	mutex_unlock(&relay_lock);
	kulink_subscription_destroy(&session->sub);
	kulink_relay_put(session);
	return 0;
}

static int subscribe_event(struct relay_session *session, unsigned int event, u64 *seq)
{
	int err = begin(session);

	if (!err)
		err = kulink_subscribe(&session->sub, event, seq);
	if (err)
		return err;
	spin_lock_irq(&session->lock);
	session->seq[event] = max(session->seq[event], *seq);
	spin_unlock_irq(&session->lock);
	return 0;
}

/* The named event, or each one that this opener may read */
static int subscribe(struct relay_session *session, const char *name, u64 *seq, size_t *n)
{
	struct kulink_service *service = session->service;
	int i, err = -EACCES;

	if (name[0]) {
		i = kulink_resolve(service, session->cred, MAY_READ, KULINK_EVENTS, name, 0);
		*n = 1;
		return i < 0 ? i : subscribe_event(session, i, seq);
	}
	*n = session->sub.n_events;
	for (i = 0; i < *n; i++) {
		seq[i] = U64_MAX;
		if (kulink_permit(service, session->cred, kulink_event_mode(service, i), MAY_READ))
			continue;
		err = subscribe_event(session, i, &seq[i]);
		if (err)
			break;
	}
	return err;
}

static int unsubscribe(struct relay_session *session, const char *name)
{
	int i, event = name[0] ? kulink_find(session->service, KULINK_EVENTS, name) : 0;

	if (event < 0)
		return event;
	if (session->slot->removed)
		return -ENODEV;
	for (i = 0; i < session->sub.n_events; i++)
		if (!name[0] || i == event)
			kulink_unsubscribe(&session->sub, i);
	return 0;
}

/* Also when the service has left: what was lost at the very end is known by it */
static int sequence(struct relay_session *session, const char *name, u64 *seq)
{
	int event = kulink_find(session->service, KULINK_EVENTS, name), err;

	if (event < 0)
		return event;
	err = kulink_permit(session->service, session->cred,
			    kulink_event_mode(session->service, event), MAY_READ);
	if (err)
		return err;
	spin_lock_irq(&session->lock);
	*seq = session->seq[event];
	spin_unlock_irq(&session->lock);
	return 0;
}

static int run(struct relay_session *session, const struct kulink_msg *msg, u64 *numbers, size_t *n)
{
	switch (msg->op) {
	case KULINK_OP_SUBSCRIBE:
		return subscribe(session, msg->part, numbers, n);
	case KULINK_OP_UNSUBSCRIBE:
		return unsubscribe(session, msg->part);
	default:
		*n = 1;
		return sequence(session, msg->part, numbers);
	}
}

/* Where the streams are, below the control file's directory */
static int streams_name(struct relay_session *session, void **reply, size_t *reply_len)
{
	char *name;

	if (!session->dir)
		return -ENOENT;
	name = kvmalloc(sizeof(session->name), GFP_KERNEL_ACCOUNT);
	if (!name)
		return -ENOMEM;
	*reply_len = strscpy(name, session->name, sizeof(session->name));
	*reply = name;
	return 0;
}

static int control_op(void *ctx, struct kulink_service *service, const struct kulink_msg *msg,
		      void **reply, size_t *reply_len)
{
	struct relay_session *session = ctx;
	size_t n = 0;
	u64 *numbers;
	int err;

	if (msg->op != KULINK_OP_SUBSCRIBE && msg->op != KULINK_OP_UNSUBSCRIBE &&
	    msg->op != KULINK_OP_SEQUENCE && msg->op != KULINK_OP_STREAMS)
		return -EOPNOTSUPP;
	if (msg->len != sizeof(*msg))
		return -EINVAL;
	if (msg->op == KULINK_OP_STREAMS)
		return msg->part[0] ? -EINVAL : streams_name(session, reply, reply_len);
	numbers = kvmalloc_array(session->sub.n_events + 1, sizeof(*numbers), GFP_KERNEL_ACCOUNT);
	if (!numbers)
		return -ENOMEM;
	mutex_lock(&relay_lock);
	err = run(session, msg, numbers, &n);
	mutex_unlock(&relay_lock);
	if (err) {
		kvfree(numbers);
		return err;
	}
	*reply = numbers;
	*reply_len = n * sizeof(*numbers);
	return 0;
}

static ssize_t control_write(struct file *file, const char __user *buf, size_t size, loff_t *pos)
{
	struct relay_session *session = file->private_data;
	const struct kulink_peer peer = {
		.cred = session->cred,
		.hook = control_op,
		.ctx = session,
	};

	return kulink_exchange_write(&session->exchange, &peer, session->service, buf, size);
}

static ssize_t control_read(struct file *file, char __user *buf, size_t size, loff_t *pos)
{
	struct relay_session *session = file->private_data;

	return kulink_exchange_read(&session->exchange, buf, size);
}

/* Of all the session's streams, so that there is one descriptor to wait on */
static __poll_t control_poll(struct file *file, poll_table *wait)
{
	struct relay_session *session = file->private_data;
	__poll_t mask = EPOLLOUT | EPOLLWRNORM;

	poll_wait(file, &session->wait, wait);
	if (kulink_relay_readable(session) || kulink_exchange_pending(&session->exchange))
		mask |= EPOLLIN | EPOLLRDNORM;
	if (READ_ONCE(session->ended))
		mask |= EPOLLHUP;
	return mask;
}

static const struct file_operations control_fops = {
	.owner = THIS_MODULE,
	.open = control_open,
	.read = control_read,
	.write = control_write,
	.poll = control_poll,
	.release = control_release,
};

/* To ask and to read the answer takes both, for whoever may read any event at all */
static umode_t control_mode(const struct kulink_service *service)
{
	umode_t any = 0;
	unsigned int i;

	for (i = 0; i < kulink_count_events(service); i++)
		any |= kulink_event_mode(service, i) & 0444;
	return any | any >> 1;
}

static void relay_remove(struct kulink_service *service, void *data)
{
	struct relay_slot *slot = data;
	struct relay_session *session, *next;

	mutex_lock(&relay_lock);
	slot->removed = true;
	list_for_each_entry_safe(session, next, &relay_sessions, node)
		if (session->slot == slot)
			end(session);
	mutex_unlock(&relay_lock);
	debugfs_remove(slot->dir);
	kref_put(&slot->ref, slot_free);
}

static int relay_add(struct kulink_service *service, void **data)
{
	struct relay_slot *slot = kzalloc(sizeof(*slot), GFP_KERNEL);
	struct dentry *control;
	int err;

	if (!slot)
		return -ENOMEM;
	kref_init(&slot->ref);
	slot->service = service;
	slot->dir = debugfs_create_dir(kulink_service_name(service), relay_root);
	err = PTR_ERR_OR_ZERO(slot->dir);
	if (err)
		goto free;
	control = debugfs_create_file_unsafe("control", control_mode(service), slot->dir, slot,
					     &control_fops);
	err = PTR_ERR_OR_ZERO(control);
	if (err)
		goto remove;
	d_inode(control)->i_uid = kulink_service_uid(service);
	d_inode(control)->i_gid = kulink_service_gid(service);
	*data = slot;
	return 0;
remove:
	debugfs_remove(slot->dir);
free:
	kfree(slot);
	return err;
}

static struct kulink_channel relay_channel = {
	.name = "relay",
	.owner = THIS_MODULE,
	.carries = KULINK_EVENTS,
	.inodes = true,
	.add = relay_add,
	.remove = relay_remove,
};

static int __init relay_start(void)
{
	int err = kulink_relay_sizes(subbuf_size, subbufs);

	if (err)
		return err;
	/* An error here is the kernel's way to say that debugfs is off. */
	relay_root = debugfs_create_dir(KULINK_ROOT "_relay", NULL);
	if (IS_ERR(relay_root))
		return PTR_ERR(relay_root);
	err = kulink_channel_register(&relay_channel);
	if (err)
		debugfs_remove(relay_root);
	return err;
}

static void __exit relay_stop(void)
{
	kulink_channel_unregister(&relay_channel);
	debugfs_remove(relay_root);
}

KULINK_MODULE(relay, relay_start, relay_stop);

MODULE_DESCRIPTION("kulink over relay");
MODULE_AUTHOR("The kulink authors");
MODULE_LICENSE("GPL");
