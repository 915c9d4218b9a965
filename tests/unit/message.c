// SPDX-License-Identifier: GPL-2.0-only
/* Messages over a transport that answers what the test says. */
#include "message.h"
#include "unit.h"

/* Most bytes of a payload, and of a message */
#define ROOM	400
#define MAX	(sizeof(struct kulink_msg) + ROOM)

/* A transport that is a session's private, as a channel's is */
struct side {
	struct kulink_transport transport;
	int error;			/* of the transport itself */
	int status;
	int probe_status;		/* of KULINK_OP_INFO */
	size_t lie;			/* added to the length in the header */
	struct kulink_msg head;		/* what differs from an honest reply */
	unsigned char payload[4096];
	size_t payload_len;
	bool paged;			/* payload is a table: KULINK_OP_PAGE gives pieces of it */
	size_t page;			/* bytes of one */
	struct kulink_page page_lie;	/* added to the page's head */
	unsigned int interrupt_at;	/* this page is -EAGAIN; 0: none */
	unsigned int asked;
	struct {
		struct kulink_msg head;
		unsigned char payload[4096];
	} request;
};

static struct side side;
static struct kulink_declaration declaration;
static struct kulink_session session = {
	.service = "demo0", .root = "", .info = &declaration.info, .private = &side,
};

static size_t answer_page(unsigned char *to, size_t room)
{
	struct kulink_page page;
	size_t n;

	memcpy(&page, side.request.payload, sizeof(page));
	n = side.payload_len - page.offset;
	n = n < side.page ? n : side.page;
	n = n < room - sizeof(page) ? n : room - sizeof(page);
	memcpy(to + sizeof(page), side.payload + page.offset, n);
	page.snapshot = page.offset + n < side.payload_len ? 77 : 0;
	page.size = side.payload_len;
	page.snapshot += side.page_lie.snapshot;
	page.offset += side.page_lie.offset;
	page.size += side.page_lie.size;
	memcpy(to, &page, sizeof(page));
	return sizeof(page) + n;
}

static int exchange(void *ctx, struct kulink_msg *request, struct kulink_msg *reply,
		    size_t *len)
{
	size_t room = *len, n = side.payload_len;

	assert_ptr_equal(&side, ctx);
	assert_true(request->len <= MAX);
	assert_true(room >= sizeof(*reply) && room <= MAX);
	memcpy(&side.request, request, request->len);
	side.asked++;
	if (side.error)
		return side.error;
	*reply = (struct kulink_msg){
		.abi = KULINK_ABI + side.head.abi, .op = request->op + side.head.op,
		.id = request->id + side.head.id, .status = side.status,
	};
	if (request->op == KULINK_OP_INFO)
		reply->status = side.probe_status;
	if (side.interrupt_at && side.asked == side.interrupt_at)
		reply->status = -EAGAIN;
	if (reply->status)
		n = 0;
	else if (side.paged)
		n = answer_page((unsigned char *)(reply + 1), room - sizeof(*reply));
	else if (n > room - sizeof(*reply))
		return -EMSGSIZE;
	else
		memcpy(reply + 1, side.payload, n);
	*len = sizeof(*reply) + n;
	reply->len = *len + side.lie;
	return 0;
}

static int setup(void **state)
{
	(void)state;
	memset(&side, 0, sizeof(side));
	side.transport = (struct kulink_transport){
		.exchange = exchange, .ctx = &side, .max = MAX, .service = "demo0",
	};
	return kulink_declaration_parse(&declaration, DECLARATION, strlen(DECLARATION));
}

static int teardown(void **state)
{
	(void)state;
	kulink_transport_free(&side.transport);
	kulink_declaration_free(&declaration);
	return 0;
}

static const struct kulink_part *part(uint32_t kind, const char *name)
{
	const struct kulink_part *p = kulink_part_find(&declaration.info, kind, name);

	assert_non_null(p);
	return p;
}

static void reply_is(const void *payload, size_t len)
{
	memcpy(side.payload, payload, len);
	side.payload_len = len;
}

static int call(const void *request, size_t request_len, void *reply, size_t *reply_len)
{
	return kulink_message_call(&session, part(KULINK_CALLS, "echo"), request, request_len,
				   reply, reply_len);
}

static void request(void **state)
{
	char reply[8];
	size_t len = sizeof(reply);

	(void)state;
	reply_is("pong", 4);
	assert_int_equal(0, call("ping!", 5, reply, &len));
	assert_int_equal(4, len);
	assert_memory_equal("pong", reply, 4);
	assert_int_equal(sizeof(struct kulink_msg) + 5, side.request.head.len);
	assert_int_equal(KULINK_ABI, side.request.head.abi);
	assert_int_equal(KULINK_OP_CALL, side.request.head.op);
	assert_int_equal(0, side.request.head.status);
	assert_string_equal("demo0", side.request.head.service);
	assert_string_equal("echo", side.request.head.part);
	assert_memory_equal("ping!", side.request.payload, 5);
}

/* Each request has another id, and none has that of what comes unasked */
static void ids(void **state)
{
	size_t len = 0;

	(void)state;
	side.transport.id = UINT32_MAX - 1;
	assert_int_equal(0, call("", 0, NULL, &len));
	assert_int_equal(UINT32_MAX, side.request.head.id);
	assert_int_equal(0, call("", 0, NULL, &len));
	assert_int_equal(1, side.request.head.id);
}

static void sizes(void **state)
{
	unsigned char bytes[ROOM + 1] = { 7, 8 }, reply[ROOM + 1];
	size_t len = sizeof(reply);

	(void)state;
	reply_is(bytes, ROOM);
	assert_int_equal(0, call(bytes, ROOM, reply, &len));
	assert_int_equal(ROOM, len);
	assert_memory_equal(bytes, reply, ROOM);
	assert_memory_equal(bytes, side.request.payload, ROOM);
	side.asked = 0;
	assert_int_equal(-EMSGSIZE, call(bytes, ROOM + 1, reply, &len));
	assert_int_equal(0, side.asked);
	len = ROOM - 1;
	assert_int_equal(-EMSGSIZE, call(bytes, 1, reply, &len));
	assert_int_equal(-EMSGSIZE, call(bytes, 1, NULL, NULL));
}

static void value(void **state)
{
	const struct kulink_part *threshold = part(KULINK_VALUES, "threshold");
	struct kulink_datum datum = { .type = KULINK_TYPE_S64, .number = 5 }, got;

	(void)state;
	reply_is(&datum, sizeof(datum));
	assert_int_equal(0, kulink_message_get(&session, threshold, &got));
	assert_int_equal(KULINK_OP_GET, side.request.head.op);
	assert_int_equal(sizeof(struct kulink_msg), side.request.head.len);
	assert_string_equal("threshold", side.request.head.part);
	assert_memory_equal(&datum, &got, sizeof(datum));
	side.payload_len--;
	assert_int_equal(-EPROTO, kulink_message_get(&session, threshold, &got));

	side.payload_len = 0;
	assert_int_equal(0, kulink_message_set(&session, threshold, &datum));
	assert_int_equal(KULINK_OP_SET, side.request.head.op);
	assert_memory_equal(&datum, side.request.payload, sizeof(datum));
}

static void errors(void **state)
{
	struct kulink_datum datum = { .type = KULINK_TYPE_S64 };

	(void)state;
	side.status = -ERANGE;
	assert_int_equal(-ERANGE, kulink_message_set(&session, part(KULINK_VALUES, "threshold"), &datum));
	side.error = -ETIMEDOUT;
	assert_int_equal(-ETIMEDOUT, kulink_message_set(&session, part(KULINK_VALUES, "threshold"), &datum));
}

/* ENOENT of a service that is there is the driver's own; else the service has left */
static void gone(void **state)
{
	struct kulink_datum datum;

	(void)state;
	side.status = -ENOENT;
	reply_is("text", 4);
	assert_int_equal(-ENOENT, kulink_message_get(&session, part(KULINK_VALUES, "threshold"), &datum));
	assert_int_equal(KULINK_OP_INFO, side.request.head.op);
	side.probe_status = -ENOENT;
	assert_int_equal(-ENODEV, kulink_message_get(&session, part(KULINK_VALUES, "threshold"), &datum));
	assert_int_equal(-ENOENT, kulink_message_probe(&session));
	side.probe_status = 0;
	assert_int_equal(0, kulink_message_probe(&session));
}

static void lies(struct kulink_msg head, size_t lie, int status, int want)
{
	char reply[8];
	size_t len = sizeof(reply);

	side.head = head;
	side.lie = lie;
	side.status = status;
	assert_int_equal(want, call("x", 1, reply, &len));
}

static void lying_replies(void **state)
{
	const struct kulink_msg good = { .id = 0 };

	(void)state;
	reply_is("ok", 2);
	lies(good, 0, 0, 0);
	lies((struct kulink_msg){ .abi = 1 }, 0, 0, -EPROTONOSUPPORT);
	lies((struct kulink_msg){ .op = 1 }, 0, 0, -EPROTO);
	lies((struct kulink_msg){ .id = 1 }, 0, 0, -EPROTO);
	lies(good, 1, 0, -EPROTO);
	lies(good, -1, 0, -EPROTO);
	lies(good, 0, 1, -EPROTO);
}

static void answers(void **state)
{
	struct kulink_msg ask = { .op = KULINK_OP_CALL, .id = 9 }, reply = ask;

	(void)state;
	assert_true(kulink_message_answers(&ask, &reply, sizeof(reply)));
	assert_false(kulink_message_answers(&ask, &reply, sizeof(reply) - 1));
	reply.id++;
	assert_false(kulink_message_answers(&ask, &reply, sizeof(reply)));
	reply.id--;
	reply.op = KULINK_OP_EVENT;
	assert_false(kulink_message_answers(&ask, &reply, sizeof(reply)));
}

static void text(void **state)
{
	char *got;
	size_t len;

	(void)state;
	reply_is("demo0\ndemo1\n", 12);
	assert_int_equal(0, kulink_message_text(&side.transport, KULINK_OP_LIST, &got, &len));
	assert_int_equal(KULINK_OP_LIST, side.request.head.op);
	assert_int_equal(12, len);
	assert_string_equal("demo0\ndemo1\n", got);
	free(got);
}

/* A table of @n rows of DECLARATION's links */
static void table_is(uint64_t n)
{
	struct kulink_table_head head = { .len = sizeof(head), .record_size = 48, .generation = 3, .count = n };
	uint64_t i, row[6];

	memcpy(side.payload, &head, sizeof(head));
	for (i = 0; i < n; i++) {
		memset(row, 0, sizeof(row));
		row[2] = i;
		memcpy(side.payload + sizeof(head) + i * sizeof(row), row, sizeof(row));
	}
	side.payload_len = sizeof(head) + n * sizeof(row);
	side.paged = true;
	side.asked = 0;
}

static int dump(size_t page, uint64_t rows)
{
	struct kulink_table table = { .part = NULL };
	int error;

	side.page = page;
	side.asked = 0;
	kulink_table_init(&table, part(KULINK_TABLES, "links"));
	error = kulink_message_dump(&session, &table);
	if (!error) {
		assert_int_equal(rows, table.n_rows);
		assert_int_equal(3, table.generation);
		assert_memory_equal(side.payload + sizeof(struct kulink_table_head), table.records, rows * 48);
	}
	kulink_table_free(&table);
	return error;
}

static void pages(void **state)
{
	(void)state;
	table_is(80);
	assert_int_equal(0, dump(SIZE_MAX, 80));
	assert_int_equal((side.payload_len + ROOM - 25) / (ROOM - 24), side.asked);
	assert_int_equal(KULINK_OP_PAGE, side.request.head.op);
	assert_int_equal(0, dump(7, 80));	/* no respect for records */
	table_is(0);
	assert_int_equal(0, dump(SIZE_MAX, 0));
	assert_int_equal(1, side.asked);
}

/* The handle begins afresh */
static void interrupted(void **state)
{
	(void)state;
	table_is(80);
	side.interrupt_at = 5;
	assert_int_equal(-EAGAIN, dump(100, 0));
	assert_int_equal(5, side.asked);
	assert_int_equal(0, (side.interrupt_at = 0, dump(100, 80)));
}

static void lying_pages(void **state)
{
	(void)state;
	table_is(20);
	side.page_lie.offset = 8;
	assert_int_equal(-EPROTO, dump(100, 0));
	side.page_lie = (struct kulink_page){ .size = 1 };
	assert_int_equal(-EPROTO, dump(100, 0));
	side.page_lie = (struct kulink_page){ .snapshot = 0 };
	assert_int_equal(-EPROTO, dump(0, 0));	/* would never end */
	assert_int_equal(1, side.asked);
	side.page_lie.snapshot = 1;		/* never the last one */
	assert_int_equal(-EPROTO, dump(100, 0));
	side.page_lie.snapshot = 0;
	side.paged = false;
	side.payload_len = sizeof(struct kulink_page) - 1;
	assert_int_equal(-EPROTO, dump(100, 0));
}

static void subscriptions(void **state)
{
	uint64_t seq[2] = { UINT64_MAX, UINT64_MAX }, two[2] = { 5, 6 };

	(void)state;
	reply_is(&two[1], 8);
	assert_int_equal(0, kulink_message_subscribe(&session, part(KULINK_EVENTS, "tick"), seq));
	assert_int_equal(KULINK_OP_SUBSCRIBE, side.request.head.op);
	assert_string_equal("tick", side.request.head.part);
	assert_true(seq[0] == UINT64_MAX && seq[1] == 6);
	assert_int_equal(-EPROTO, kulink_message_subscribe(&session, NULL, seq));
	reply_is(two, 16);
	assert_int_equal(0, kulink_message_subscribe(&session, NULL, seq));
	assert_string_equal("", side.request.head.part);
	assert_memory_equal(two, seq, 16);
	assert_int_equal(-EMSGSIZE, kulink_message_sequence(&session, part(KULINK_EVENTS, "tick"), seq));
	side.payload_len = 8;
	assert_int_equal(0, kulink_message_sequence(&session, part(KULINK_EVENTS, "tick"), seq));
	assert_int_equal(KULINK_OP_SEQUENCE, side.request.head.op);
	assert_int_equal(5, seq[0]);
	side.payload_len = 0;
	assert_int_equal(-EPROTO, kulink_message_sequence(&session, part(KULINK_EVENTS, "tick"), seq));
	assert_int_equal(0, kulink_message_unsubscribe(&session, NULL));
	assert_int_equal(KULINK_OP_UNSUBSCRIBE, side.request.head.op);
}

static void events(void **state)
{
	struct {
		struct kulink_msg head;
		struct kulink_event_head event;
		uint64_t sensor;
		char where[8];
	} m = {
		{ .len = sizeof(m), .abi = KULINK_ABI, .op = KULINK_OP_EVENT, .part = "overheat" },
		{ .seq = 4, .ns = 5 }, 2, "left",
	};
	struct kulink_cell *cells = kulink_event_cells(&declaration.info);
	struct kulink_raw_event event;

	(void)state;
	assert_int_equal(0, kulink_message_event(&session, &m.head, sizeof(m), cells, &event));
	assert_ptr_equal(part(KULINK_EVENTS, "overheat"), event.part);
	assert_true(event.seq == 4 && event.ns == 5 && !event.gone && event.cells[0].number == 2);
	assert_string_equal("left", event.cells[1].string);
	assert_int_equal(-EPROTO, kulink_message_event(&session, &m.head, sizeof(m) - 1, cells, &event));
	assert_int_equal(-EPROTO, kulink_message_event(&session, &m.head, 79, cells, &event));
	m.head.len = sizeof(m) - 8;
	assert_int_equal(-EPROTO, kulink_message_event(&session, &m.head, sizeof(m) - 8, cells, &event));
	m.head.len = sizeof(m);
	memset(m.head.part, 'a', sizeof(m.head.part));
	assert_int_equal(-EPROTO, kulink_message_event(&session, &m.head, sizeof(m), cells, &event));
	m.head.op = KULINK_OP_GONE;
	assert_int_equal(0, kulink_message_event(&session, &m.head, sizeof(m), cells, &event));
	assert_true(event.gone && !event.part);
	m.head.op = KULINK_OP_GET;
	assert_int_equal(-EPROTO, kulink_message_event(&session, &m.head, sizeof(m), cells, &event));
	free(cells);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(request), T(ids), T(sizes), T(value), T(errors), T(gone), T(lying_replies),
		T(answers), T(text), T(pages), T(interrupted), T(lying_pages), T(subscriptions),
		T(events),
	};

	return unit_main(tests);
}
