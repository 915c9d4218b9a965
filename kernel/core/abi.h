/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Proof, when compiling, that the ABI's structs are what the ABI says: the offset of
 * each member is the end of the one before it, so there are no holes, and the sizes are
 * the same for a kernel, a 64-bit and a 32-bit program. The core includes this
 * (abi.c), so does tests/abi/layout.c.
 */
#ifndef _KULINK_ABI_H
#define _KULINK_ABI_H

#define KULINK_END_OF(strct, member) \
	(offsetof(struct strct, member) + sizeof(((struct strct *)0)->member))
#define KULINK_FIRST(strct, member) \
	static_assert(offsetof(struct strct, member) == 0)
#define KULINK_THEN(strct, before, member) \
	static_assert(offsetof(struct strct, member) == KULINK_END_OF(strct, before))
#define KULINK_LAST(strct, member, size) \
	static_assert(sizeof(struct strct) == KULINK_END_OF(strct, member) && \
		      sizeof(struct strct) == (size))

KULINK_FIRST(kulink_datum, type);
KULINK_THEN(kulink_datum, type, len);
KULINK_THEN(kulink_datum, len, number);
KULINK_THEN(kulink_datum, number, string);
KULINK_LAST(kulink_datum, string, 272);

KULINK_FIRST(kulink_table_head, len);
KULINK_THEN(kulink_table_head, len, record_size);
KULINK_THEN(kulink_table_head, record_size, generation);
KULINK_THEN(kulink_table_head, generation, count);
KULINK_THEN(kulink_table_head, count, ns);
KULINK_LAST(kulink_table_head, ns, 32);

KULINK_FIRST(kulink_event_head, seq);
KULINK_THEN(kulink_event_head, seq, ns);
KULINK_LAST(kulink_event_head, ns, 16);

KULINK_FIRST(kulink_page, snapshot);
KULINK_THEN(kulink_page, snapshot, offset);
KULINK_THEN(kulink_page, offset, size);
KULINK_LAST(kulink_page, size, 24);

KULINK_FIRST(kulink_msg, len);
KULINK_THEN(kulink_msg, len, abi);
KULINK_THEN(kulink_msg, abi, op);
KULINK_THEN(kulink_msg, op, id);
KULINK_THEN(kulink_msg, id, status);
KULINK_THEN(kulink_msg, status, service);
KULINK_THEN(kulink_msg, service, part);
KULINK_LAST(kulink_msg, part, 80);

KULINK_FIRST(kulink_syscall, request);
KULINK_THEN(kulink_syscall, request, reply);
KULINK_THEN(kulink_syscall, reply, request_len);
KULINK_THEN(kulink_syscall, request_len, reply_len);
KULINK_THEN(kulink_syscall, reply_len, flags);
KULINK_LAST(kulink_syscall, flags, KULINK_SYSCALL_SIZE_1);

KULINK_FIRST(kulink_ioc_info, buffer);
KULINK_THEN(kulink_ioc_info, buffer, len);
KULINK_THEN(kulink_ioc_info, len, abi);
KULINK_THEN(kulink_ioc_info, abi, flags);
KULINK_LAST(kulink_ioc_info, flags, 24);

KULINK_FIRST(kulink_ioc_find, name);
KULINK_THEN(kulink_ioc_find, name, kind);
KULINK_THEN(kulink_ioc_find, kind, index);
KULINK_LAST(kulink_ioc_find, index, 40);

KULINK_FIRST(kulink_ioc_value, name);
KULINK_THEN(kulink_ioc_value, name, flags);
KULINK_THEN(kulink_ioc_value, flags, index);
KULINK_THEN(kulink_ioc_value, index, datum);
KULINK_LAST(kulink_ioc_value, datum, 312);

KULINK_FIRST(kulink_ioc_table, name);
KULINK_THEN(kulink_ioc_table, name, buffer);
KULINK_THEN(kulink_ioc_table, buffer, len);
KULINK_THEN(kulink_ioc_table, len, flags);
KULINK_THEN(kulink_ioc_table, flags, index);
KULINK_LAST(kulink_ioc_table, index, 56);

KULINK_FIRST(kulink_ioc_call, name);
KULINK_THEN(kulink_ioc_call, name, request);
KULINK_THEN(kulink_ioc_call, request, reply);
KULINK_THEN(kulink_ioc_call, reply, request_len);
KULINK_THEN(kulink_ioc_call, request_len, reply_len);
KULINK_THEN(kulink_ioc_call, reply_len, flags);
KULINK_THEN(kulink_ioc_call, flags, index);
KULINK_LAST(kulink_ioc_call, index, 64);

KULINK_FIRST(kulink_map_head, abi);
KULINK_THEN(kulink_map_head, abi, seq);
KULINK_THEN(kulink_map_head, seq, state);
KULINK_THEN(kulink_map_head, state, reserved);
KULINK_THEN(kulink_map_head, reserved, ns);
KULINK_THEN(kulink_map_head, ns, size);
KULINK_LAST(kulink_map_head, size, 32);

KULINK_FIRST(kulink_map_table, map);
KULINK_THEN(kulink_map_table, map, changes);
KULINK_LAST(kulink_map_table, changes, 40);

KULINK_FIRST(kulink_map_value, number);
KULINK_THEN(kulink_map_value, number, ns);
KULINK_THEN(kulink_map_value, ns, error);
KULINK_THEN(kulink_map_value, error, flags);
KULINK_THEN(kulink_map_value, flags, len);
KULINK_THEN(kulink_map_value, len, reserved);
KULINK_LAST(kulink_map_value, reserved, 32);

KULINK_FIRST(kulink_ioc_map, name);
KULINK_THEN(kulink_ioc_map, name, kind);
KULINK_THEN(kulink_ioc_map, kind, flags);
KULINK_THEN(kulink_ioc_map, flags, offset);
KULINK_THEN(kulink_ioc_map, offset, len);
KULINK_THEN(kulink_ioc_map, len, at);
KULINK_THEN(kulink_ioc_map, at, size);
KULINK_THEN(kulink_ioc_map, size, mode);
KULINK_THEN(kulink_ioc_map, mode, reserved);
KULINK_LAST(kulink_ioc_map, reserved, 80);

KULINK_FIRST(kulink_ioc_eventfd, name);
KULINK_THEN(kulink_ioc_eventfd, name, fd);
KULINK_THEN(kulink_ioc_eventfd, fd, flags);
KULINK_THEN(kulink_ioc_eventfd, flags, first);
KULINK_THEN(kulink_ioc_eventfd, first, seq);
KULINK_THEN(kulink_ioc_eventfd, seq, missed);
KULINK_THEN(kulink_ioc_eventfd, missed, ended);
KULINK_THEN(kulink_ioc_eventfd, ended, reserved);
KULINK_LAST(kulink_ioc_eventfd, reserved, 72);

KULINK_FIRST(kulink_ioc_signal, name);
KULINK_THEN(kulink_ioc_signal, name, signo);
KULINK_THEN(kulink_ioc_signal, signo, flags);
KULINK_THEN(kulink_ioc_signal, flags, first);
KULINK_THEN(kulink_ioc_signal, first, seq);
KULINK_THEN(kulink_ioc_signal, seq, queued);
KULINK_THEN(kulink_ioc_signal, queued, full);
KULINK_THEN(kulink_ioc_signal, full, ignored);
KULINK_THEN(kulink_ioc_signal, ignored, denied);
KULINK_THEN(kulink_ioc_signal, denied, absent);
KULINK_THEN(kulink_ioc_signal, absent, ended);
KULINK_THEN(kulink_ioc_signal, ended, reserved);
KULINK_LAST(kulink_ioc_signal, reserved, 104);

KULINK_FIRST(kulink_ring_user, tail);
KULINK_THEN(kulink_ring_user, tail, reserved);
KULINK_LAST(kulink_ring_user, reserved, 16);

KULINK_FIRST(kulink_ring_head, map);
KULINK_THEN(kulink_ring_head, map, records);
KULINK_THEN(kulink_ring_head, records, n_events);
KULINK_THEN(kulink_ring_head, n_events, size);
KULINK_THEN(kulink_ring_head, size, head);
KULINK_THEN(kulink_ring_head, head, tail);
KULINK_THEN(kulink_ring_head, tail, wakeups);
KULINK_THEN(kulink_ring_head, wakeups, seq);
static_assert(sizeof(struct kulink_ring_head) == offsetof(struct kulink_ring_head, seq) &&
	      sizeof(struct kulink_ring_head) == 72);

KULINK_FIRST(kulink_ring_record, size);
KULINK_THEN(kulink_ring_record, size, event);
KULINK_THEN(kulink_ring_record, event, lost);
KULINK_THEN(kulink_ring_record, lost, head);
KULINK_LAST(kulink_ring_record, head, 32);

KULINK_FIRST(kulink_ioc_ring, name);
KULINK_THEN(kulink_ioc_ring, name, flags);
KULINK_THEN(kulink_ioc_ring, flags, watermark);
KULINK_THEN(kulink_ioc_ring, watermark, size);
KULINK_THEN(kulink_ioc_ring, size, user_offset);
KULINK_THEN(kulink_ioc_ring, user_offset, data_offset);
KULINK_THEN(kulink_ioc_ring, data_offset, data_len);
KULINK_THEN(kulink_ioc_ring, data_len, seq);
KULINK_LAST(kulink_ioc_ring, seq, 80);

KULINK_FIRST(kulink_ioc_wait, timeout_ms);
KULINK_THEN(kulink_ioc_wait, timeout_ms, flags);
KULINK_LAST(kulink_ioc_wait, flags, 8);

KULINK_FIRST(kulink_uring, buffer);
KULINK_THEN(kulink_uring, buffer, request_len);
KULINK_THEN(kulink_uring, request_len, room);
KULINK_LAST(kulink_uring, room, 16);

/* The numbers that are written down in programs already */
static_assert(KULINK_IOC_INFO == 0xc018b500);
static_assert(KULINK_IOC_GET == 0xc138b501);
static_assert(KULINK_IOC_SET == 0x4138b502);
static_assert(KULINK_IOC_DUMP == 0xc038b503);
static_assert(KULINK_IOC_CALL == 0xc040b504);
static_assert(KULINK_IOC_FIND == 0xc028b505);
static_assert(KULINK_IOC_MAP == 0xc050b508);
static_assert(KULINK_IOC_RING_ADD == 0xc050b509);
static_assert(KULINK_IOC_RING_REMOVE == 0xc050b50a);
static_assert(KULINK_IOC_RING_WAIT == 0x4008b50b);
static_assert(KULINK_IOC_EVENTFD_ADD == 0xc048b510);
static_assert(KULINK_IOC_EVENTFD_REMOVE == 0xc048b511);
static_assert(KULINK_IOC_EVENTFD_STATE == 0xc048b512);
static_assert(KULINK_IOC_SIGNAL_ADD == 0xc068b518);
static_assert(KULINK_IOC_SIGNAL_REMOVE == 0xc068b519);
static_assert(KULINK_IOC_SIGNAL_STATE == 0xc068b51a);
static_assert(KULINK_OP_GET == 1 && KULINK_OP_GONE == 8);
static_assert(KULINK_TYPE_BOOL == 1 && KULINK_TYPE_STRING == 5);
static_assert(KULINK_OP_REPLY == 0x8000 && KULINK_PACKET_ETHERTYPE == 0x88b5);
static_assert(KULINK_SO_ABI == 0xb500 && KULINK_SO_MESSAGE == 0xb501);
static_assert(KULINK_CMD_MAX == 9 && KULINK_A_MAX == 17);

#endif /* _KULINK_ABI_H */
