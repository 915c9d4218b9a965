// SPDX-License-Identifier: GPL-2.0-only
/*
 * upcall: events start a program
 *
 * The kernel forks and executes a file, as it does for modprobe and for core_pattern's: as root,
 * with all capabilities, in the first process's namespaces, with no shell and no open file. Here
 * each event starts the one program that the administrator has named, with the event in its
 * arguments and its environment; it is waited for, and the next event of the service comes then.
 *
 * Choose it where a program must act and none is running: early at boot, or on a machine without
 * a daemon. Where udev runs, a rule on a uevent does the same with less power; where a daemon may
 * run, genl or the device node cost no process an event.
 *
 * Creates	processes, none until the administrator names a program
 *		/sys/module/kulink_upcall/parameters/path, rate, programs, backlog, 0644; statistics, 0444
 *		/sys/class/kulink/SERVICE/kulink/upcalls, 0444: the last sequences that are done with
 *		and that are begun
 *
 * Who may	the administrator (root with CAP_SYS_ADMIN) names the program, which is told all events.
 *		kulink-upcall is one that hands them to subscribers, each what the event's mode allows
 *
 * What it cannot: many events; programs that do not end hold up the events of their service.
 *
 * docs/channels/upcall.md
 */
#include <linux/slab.h>
#include <linux/sysfs.h>
#include <linux/timekeeping.h>
#include <linux/user_namespace.h>

#include "upcall.h"

/* When a service leaves: for the program that runs and those of the events that wait, in ms */
#define GRACE_MS	2000

static struct kulink_streams streams;

/* What every program gets */
static int put_common(struct kulink_variables *vars, struct kulink_service *service,
		      const char *event, umode_t mode)
{
	int err = kulink_variables_add(vars, "HOME=/");

	err = err ?: kulink_variables_add(vars, "PATH=/sbin:/usr/sbin:/bin:/usr/bin");
	err = err ?: kulink_variables_add(vars, "SERVICE=%s", kulink_service_name(service));
	err = err ?: kulink_variables_add(vars, "EVENT=%s", event);
	err = err ?: kulink_variables_add(vars, "MODE=%04o", mode);
	err = err ?: kulink_variables_add(vars, "OWNER=%u", from_kuid(&init_user_ns,
								kulink_service_uid(service)));
	return err ?: kulink_variables_add(vars, "GROUP=%u", from_kgid(&init_user_ns,
								kulink_service_gid(service)));
}

static void begin(struct upcall *upcall, struct kulink_variables *vars)
{
	*vars = (struct kulink_variables){
		.list = upcall->list, .most = VARIABLES_MAX,
		.text = upcall->text, .size = sizeof(upcall->text),
	};
}

static int put_event(struct kulink_variables *vars, struct upcall *upcall,
		     const struct kulink_event_buffer *event)
{
	struct kulink_service *service = upcall->stream.service;
	unsigned int i = event->event;
	u64 seq = event->head.seq;
	int err;

	begin(upcall, vars);
	err = put_common(vars, service, kulink_event_name(service, i),
			 kulink_event_mode(service, i));
	err = err ?: kulink_variables_add(vars, "SEQ=%llu", seq);
	err = err ?: kulink_variables_add(vars, "NS=%llu", event->head.ns);
	err = err ?: kulink_variables_add(vars, "LOST=%llu", seq - upcall->told[i] - 1);
	return err ?: kulink_variables_fields(vars, kulink_event_layout(service, i),
					      event->record);
}

static bool tell(struct upcall *upcall, const struct kulink_event_buffer *event)
{
	struct kulink_service *service = upcall->stream.service;
	char *arguments[ARGUMENTS] = { "" };
	struct kulink_variables vars;

	if (!kulink_upcall_begin(upcall, event->event, event->head.seq))
		return false;
	/* The program's turn is ours; an event always fits. */
	if (WARN_ON_ONCE(put_event(&vars, upcall, event)))
		vars.n = 0;
	snprintf(upcall->number, sizeof(upcall->number), "%llu", event->head.seq);
	arguments[1] = (char *)kulink_service_name(service);
	arguments[2] = (char *)kulink_event_name(service, event->event);
	arguments[3] = upcall->number;
	return kulink_upcall_run(upcall, arguments, &vars);
}

/* While it is off nothing is lost, for nobody was to be told. */
static void upcall_event(struct kulink_stream *stream, const struct kulink_event_buffer *event)
{
	struct upcall *upcall = container_of(stream, struct upcall, stream);

	WRITE_ONCE(upcall->begun[event->event], event->head.seq);
	if (!kulink_upcall_is_on() || tell(upcall, event))
		upcall->told[event->event] = event->head.seq;
	WRITE_ONCE(upcall->done[event->event], event->head.seq);
}

/* The end: with the last sequence of each event, for nobody can ask any more. */
static void upcall_gone(struct kulink_stream *stream)
{
	struct upcall *upcall = container_of(stream, struct upcall, stream);
	char *arguments[ARGUMENTS] = { "" };
	struct kulink_variables vars;
	unsigned int i;
	int err;

	if (!kulink_upcall_is_on())
		return;
	begin(upcall, &vars);
	err = put_common(&vars, stream->service, "gone", 0444);
	err = err ?: kulink_variables_add(&vars, "GONE=1");
	err = err ?: kulink_variables_add(&vars, "NS=%llu", ktime_get_ns());
	for (i = 0; !err && i < kulink_count_events(stream->service); i++)
		err = kulink_variables_add(&vars, "LAST_%s=%llu",
					   kulink_event_name(stream->service, i),
					   kulink_event_seq(stream->service, i));
	arguments[1] = (char *)kulink_service_name(stream->service);
	arguments[2] = "gone";
	kulink_upcall_start(arguments, &vars);
}

static const struct kulink_stream_ops stream_ops = {
	.event = upcall_event,
	.gone = upcall_gone,
};

/* Not what waits: a reader must not wait for programs. */
static ssize_t upcalls_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct kulink_stream *stream;
	struct upcall *upcall;
	unsigned int i;
	int len = -ENODEV;

	mutex_lock(&streams.lock);
	list_for_each_entry(stream, &streams.list, node) {
		if (kulink_service_device(stream->service) != dev)
			continue;
		upcall = container_of(stream, struct upcall, stream);
		for (i = 0, len = 0; i < kulink_count_events(stream->service); i++)
			len += sysfs_emit_at(buf, len, "%s\t%llu\t%llu\n",
					     kulink_event_name(stream->service, i),
					     READ_ONCE(upcall->done[i]),
					     READ_ONCE(upcall->begun[i]));
	}
	mutex_unlock(&streams.lock);
	return len;
}
static DEVICE_ATTR_RO(upcalls);

static void upcall_free(struct upcall *upcall)
{
	if (upcall) {
		kfree(upcall->told);
		kfree(upcall->begun);
		kfree(upcall->done);
	}
	kvfree(upcall);
}

static struct upcall *upcall_new(struct kulink_service *service)
{
	unsigned int i, n = kulink_count_events(service);
	struct upcall *upcall = kvzalloc(sizeof(*upcall), GFP_KERNEL);

	if (!upcall)
		return NULL;
	upcall->told = kcalloc(n, sizeof(*upcall->told), GFP_KERNEL);
	upcall->done = kcalloc(n, sizeof(*upcall->done), GFP_KERNEL);
	upcall->begun = kcalloc(n, sizeof(*upcall->begun), GFP_KERNEL);
	if (!upcall->told || !upcall->done || !upcall->begun) {
		upcall_free(upcall);
		return NULL;
	}
	for (i = 0; i < n; i++) {
		upcall->told[i] = kulink_event_seq(service, i);
		upcall->begun[i] = upcall->told[i];
		upcall->done[i] = upcall->told[i];
	}
	return upcall;
}

static int upcall_add(struct kulink_service *service, void **slot)
{
	struct kobject *kobj = &kulink_service_device(service)->kobj;
	struct upcall *upcall = upcall_new(service);
	int err;

	if (!upcall)
		return -ENOMEM;
	err = kulink_stream_init(&upcall->stream, &streams, service);
	if (err)
		goto free;
	err = sysfs_add_file_to_group(kobj, &dev_attr_upcalls.attr, "kulink");
	if (err)
		goto destroy;
	*slot = upcall;
	return 0;

destroy:
	kulink_upcall_leave(upcall, 0);
	kulink_stream_destroy(&upcall->stream);
free:
	upcall_free(upcall);
	return err;
}

static void upcall_remove(struct kulink_service *service, void *slot)
{
	struct upcall *upcall = slot;

	kulink_upcall_leave(upcall, GRACE_MS);
	kulink_stream_destroy(&upcall->stream);
	sysfs_remove_file_from_group(&kulink_service_device(service)->kobj,
				     &dev_attr_upcalls.attr, "kulink");
	upcall_free(upcall);
}

static struct kulink_channel upcall_channel = {
	.name = "upcall",
	.owner = THIS_MODULE,
	.carries = KULINK_EVENTS,
	.add = upcall_add,
	.remove = upcall_remove,
};

static int __init upcall_start(void)
{
	int err = kulink_streams_init(&streams, "kulink_upcall", &stream_ops);

	if (err)
		return err;
	err = kulink_channel_register(&upcall_channel);
	if (err)
		kulink_streams_destroy(&streams);
	return err;
}

static void __exit upcall_stop(void)
{
	kulink_channel_unregister(&upcall_channel);
	kulink_streams_destroy(&streams);
}

KULINK_MODULE(upcall, upcall_start, upcall_stop);

MODULE_DESCRIPTION("kulink over programs that the kernel starts");
MODULE_AUTHOR("The kulink authors");
MODULE_LICENSE("GPL");
