// SPDX-License-Identifier: GPL-2.0-only
/*
 * uevent: events as uevents of the class device
 *
 * The driver model tells of each device by a text of variables, multicast over netlink; udev
 * applies its rules to it, and any program may listen. Here each event of a service is a "change"
 * of its class device, with variables of ours.
 *
 * Choose it for the rare news that an administrator's udev rule or a daemon acts upon. For a stream
 * of events take genl or the device node.
 *
 * Creates	uevents: KULINK_EVENT=NAME KULINK_SEQ=N KULINK_NS=N and KULINK_FIELD=VALUE for each field
 *		KULINK_GONE=uevent when the service leaves the channel, before the device's removal
 *		/sys/class/kulink/SERVICE/kulink/uevents, 0444: the last sequence that was sent
 *
 * Who may	whoever may open a netlink socket in a network namespace of the first user namespace;
 *		so that only events which others may read are sent, whatever the owner asks
 *
 * What it cannot: restricted events; more than 2048 bytes and 64 variables, the driver core's own
 * among them (such an event goes without its fields and says KULINK_TRUNCATED=1); be quick.
 *
 * docs/channels/uevent.md
 */
#include <linux/kobject.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "stream.h"
#include "variables.h"

/*
 * What the driver core adds to ours: ACTION, DEVPATH, SUBSYSTEM, MAJOR, MINOR, DEVNAME, DEVMODE, DEVUID,
 * DEVGID, SEQNUM, and HOME and PATH for the kernel's own uevent helper. Their bytes without the path
 * are 240 at most. A variable too many is not an error there but a warning and no uevent.
 */
#define CORE_VARIABLES	16
#define CORE_BYTES	256

/**
 * struct uevent - a service's stream
 * @stream: the core's part
 * @list: of the variables
 * @text: of the variables
 */
struct uevent {
	struct kulink_stream stream;
	char *list[UEVENT_NUM_ENVP - CORE_VARIABLES + 1];
	char text[UEVENT_BUFFER_SIZE - CORE_BYTES];
};

static struct kulink_streams streams;
static DEFINE_MUTEX(leaving);	/* a stream's last events are on their way */

static bool everyone_may(const struct kulink_service *service, unsigned int event)
{
	return !kulink_permit(service, NULL, kulink_event_mode(service, event), MAY_READ);
}

/* -ENOMEM; -ENOSPC: the device's path alone fills the buffer */
static int begin(struct uevent *uevent, struct kulink_variables *vars)
{
	struct kobject *kobj = &kulink_service_device(uevent->stream.service)->kobj;
	char *path = kobject_get_path(kobj, GFP_KERNEL);
	size_t len;

	if (!path)
		return -ENOMEM;
	len = strlen(path);
	kfree(path);
	if (len >= sizeof(uevent->text))
		return -ENOSPC;
	*vars = (struct kulink_variables){
		.list = uevent->list,
		.most = ARRAY_SIZE(uevent->list) - 1,
		.text = uevent->text,
		.size = sizeof(uevent->text) - len,
	};
	return 0;
}

static int put_event(struct kulink_variables *vars, struct kulink_service *service,
		     const struct kulink_event_buffer *event)
{
	int err = kulink_variables_add(vars, "KULINK_EVENT=%s",
				       kulink_event_name(service, event->event));

	err = err ?: kulink_variables_add(vars, "KULINK_SEQ=%llu", event->head.seq);
	err = err ?: kulink_variables_add(vars, "KULINK_NS=%llu", event->head.ns);
	if (!err && kulink_variables_fields(vars, kulink_event_layout(service, event->event),
					    event->record))
		err = kulink_variables_add(vars, "KULINK_TRUNCATED=1");
	return err;
}

static int send(struct kulink_service *service, struct kulink_variables *vars)
{
	return kobject_uevent_env(&kulink_service_device(service)->kobj, KOBJ_CHANGE, vars->list);
}

/* One that cannot be sent is a gap in the sequence for all. */
static void uevent_event(struct kulink_stream *stream, const struct kulink_event_buffer *event)
{
	struct uevent *uevent = container_of(stream, struct uevent, stream);
	struct kulink_service *service = stream->service;
	struct kulink_variables vars;
	int err;

	if (!everyone_may(service, event->event))
		return;
	err = begin(uevent, &vars);
	err = err ?: put_event(&vars, service, event);
	err = err ?: send(service, &vars);
	if (err)
		dev_warn_ratelimited(kulink_service_device(service),
				     "%s %llu was not sent: error %d\n",
				     kulink_event_name(service, event->event), event->head.seq, err);
}

static void uevent_gone(struct kulink_stream *stream)
{
	struct uevent *uevent = container_of(stream, struct uevent, stream);
	struct kulink_variables vars;

	if (!begin(uevent, &vars) && !kulink_variables_add(&vars, "KULINK_GONE=uevent"))
		send(stream->service, &vars);
}

static const struct kulink_stream_ops stream_ops = {
	.event = uevent_event,
	.gone = uevent_gone,
};

/* The service of a device that has a stream, with a reference */
static struct kulink_service *find(const struct device *dev)
{
	struct kulink_service *service = NULL;
	struct kulink_stream *stream;

	mutex_lock(&streams.lock);
	list_for_each_entry(stream, &streams.list, node)
		if (kulink_service_device(stream->service) == dev)
			service = kulink_service_get(stream->service);
	mutex_unlock(&streams.lock);
	return service;
}

/* What was emitted before it is read has been sent when it is: what is missing then was lost. */
static ssize_t uevents_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct kulink_service *service = find(dev);
	unsigned int i;
	int len = 0, err = service ? 0 : -ENODEV;
	u64 seq;

	for (i = 0; !err && i < kulink_count_events(service); i++) {
		if (!everyone_may(service, i))
			continue;
		err = kulink_stream_seq(&streams, service, i, &seq);
		if (!err)
			len += sysfs_emit_at(buf, len, "%s\t%llu\n",
					     kulink_event_name(service, i), seq);
	}
	kulink_service_put(service);
	if (!err)
		return len;
	/* It is leaving; who hears so has been sent everything. */
	mutex_lock(&leaving);
	mutex_unlock(&leaving);
	return err;
}
static DEVICE_ATTR_RO(uevents);

static int uevent_add(struct kulink_service *service, void **slot)
{
	struct kobject *kobj = &kulink_service_device(service)->kobj;
	struct uevent *uevent = kvzalloc(sizeof(*uevent), GFP_KERNEL);
	int err;

	if (!uevent)
		return -ENOMEM;
	err = kulink_stream_init(&uevent->stream, &streams, service);
	if (err)
		goto free;
	err = sysfs_add_file_to_group(kobj, &dev_attr_uevents.attr, "kulink");
	if (err)
		goto destroy;
	*slot = uevent;
	return 0;

destroy:
	kulink_stream_destroy(&uevent->stream);
free:
	kvfree(uevent);
	return err;
}

static void uevent_remove(struct kulink_service *service, void *slot)
{
	struct uevent *uevent = slot;

	mutex_lock(&leaving);
	kulink_stream_destroy(&uevent->stream);
	mutex_unlock(&leaving);
	sysfs_remove_file_from_group(&kulink_service_device(service)->kobj,
				     &dev_attr_uevents.attr, "kulink");
	kvfree(uevent);
}

static struct kulink_channel uevent_channel = {
	.name = "uevent",
	.owner = THIS_MODULE,
	.carries = KULINK_EVENTS,
	.add = uevent_add,
	.remove = uevent_remove,
};

static int __init uevent_start(void)
{
	int err = kulink_streams_init(&streams, "kulink_uevent", &stream_ops);

	if (err)
		return err;
	err = kulink_channel_register(&uevent_channel);
	if (err)
		kulink_streams_destroy(&streams);
	return err;
}

static void __exit uevent_stop(void)
{
	kulink_channel_unregister(&uevent_channel);
	kulink_streams_destroy(&streams);
}

KULINK_MODULE(uevent, uevent_start, uevent_stop);

MODULE_DESCRIPTION("kulink over uevents");
MODULE_AUTHOR("The kulink authors");
MODULE_LICENSE("GPL");
