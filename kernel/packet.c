// SPDX-License-Identifier: GPL-2.0-only
/*
 * packet: messages in Ethernet frames of our own EtherType, beside IP.
 *
 * When to choose it: for a machine without addresses, or a bus of machines that share a wire and no
 * configuration: calls to a driver, and its events to whoever listens. Between the programs and the
 * kernel of one machine nearly everything else is simpler.
 *
 * It creates no name: a frame of EtherType KULINK_PACKET_ETHERTYPE that comes in by the interface
 * which the administrator has named (the module's parameter "interface"; off until then, and of the
 * initial network namespace) is a request, one message in one frame. Its reply goes back where it
 * came from. Each event that others may read is sent to all.
 *
 * Anyone on the wire may ask and listen. A frame has no credentials: every peer is "others", and a
 * part whose mode gives others nothing is out of reach.
 *
 * It cannot carry more than a frame holds, so no values (take a call), no tables and no fragments; a
 * frame may get lost: a request is sent again with the same id and run once, a lost event shows in
 * the sequence. docs/channels/packet.md
 */
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>

#include "packet.h"
#include "root.h"

static unsigned long events_dropped;
module_param(events_dropped, ulong, 0444);
MODULE_PARM_DESC(events_dropped, "events that did not leave: longer than a frame, no interface, or its queue was full");

struct kulink_streams kulink_packet_streams;

static void send_event(struct kulink_stream *stream, const struct kulink_event_buffer *event)
{
	struct kulink_service *service = stream->service;
	struct kulink_msg head;

	if (kulink_permit(service, NULL, kulink_event_mode(service, event->event), MAY_READ))
		return;
	kulink_message_head(&head, KULINK_OP_EVENT, service,
			    kulink_event_name(service, event->event),
			    sizeof(event->head) + event->len);
	if (kulink_packet_send(NULL, &head, &event->head))
		WRITE_ONCE(events_dropped, READ_ONCE(events_dropped) + 1);
}

static void send_gone(struct kulink_stream *stream)
{
	struct kulink_msg head;

	kulink_message_head(&head, KULINK_OP_GONE, stream->service, "", 0);
	kulink_packet_send(NULL, &head, NULL);
}

static const struct kulink_stream_ops stream_ops = {
	.event = send_event,
	.gone = send_gone,
};

static int packet_add(struct kulink_service *service, void **slot)
{
	struct kulink_stream *stream = kzalloc(sizeof(*stream), GFP_KERNEL);
	int err;

	if (!stream)
		return -ENOMEM;
	err = kulink_stream_init(stream, &kulink_packet_streams, service);
	if (err) {
		kfree(stream);
		return err;
	}
	*slot = stream;
	return 0;
}

static void packet_remove(struct kulink_service *service, void *slot)
{
	kulink_stream_destroy(slot);
	kfree(slot);
}

struct kulink_channel kulink_packet_channel = {
	.name = "packet",
	.owner = THIS_MODULE,
	.carries = KULINK_CALLS | KULINK_EVENTS,
	.add = packet_add,
	.remove = packet_remove,
};

static int __init packet_init(void)
{
	int err;

	err = kulink_streams_init(&kulink_packet_streams, "kulink_packet_events", &stream_ops);
	if (err)
		return err;
	err = kulink_packet_requests_init();
	if (err)
		goto streams;
	err = kulink_channel_register(&kulink_packet_channel);
	if (err)
		goto requests;
	err = kulink_packet_link_init();
	if (err)
		goto channel;
	return 0;

channel:
	kulink_channel_unregister(&kulink_packet_channel);
requests:
	kulink_packet_requests_exit();
streams:
	kulink_streams_destroy(&kulink_packet_streams);
	return err;
}

/* The ends of the streams still go out; then nothing comes in, then nothing runs */
static void __exit packet_exit(void)
{
	kulink_channel_unregister(&kulink_packet_channel);
	kulink_packet_link_exit();
	kulink_packet_requests_exit();
	kulink_streams_destroy(&kulink_packet_streams);
}

KULINK_MODULE(packet, packet_init, packet_exit);

MODULE_AUTHOR("The kulink authors");
MODULE_DESCRIPTION("kulink channel: messages in frames of a network interface");
MODULE_LICENSE("GPL");
