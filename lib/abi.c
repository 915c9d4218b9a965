// SPDX-License-Identifier: MIT
/* The ABI as this library was compiled: no struct has changed its shape behind our back. */
#include <assert.h>
#include <stddef.h>
#include <kulink.h>

#define SIZE(type, size)	static_assert(sizeof(struct type) == (size), #type)
#define AT(type, member, at)	static_assert(offsetof(struct type, member) == (at), #type "." #member)

SIZE(kulink_datum, 16 + KULINK_STRING_SIZE);
AT(kulink_datum, number, 8);
AT(kulink_datum, string, 16);
SIZE(kulink_table_head, 32);
AT(kulink_table_head, generation, 8);
AT(kulink_table_head, count, 16);
AT(kulink_table_head, ns, 24);
SIZE(kulink_event_head, 16);
SIZE(kulink_msg, 16 + 2 * KULINK_NAME_SIZE);
AT(kulink_msg, abi, 4);
AT(kulink_msg, op, 6);
AT(kulink_msg, id, 8);
AT(kulink_msg, status, 12);
AT(kulink_msg, service, 16);
AT(kulink_msg, part, 16 + KULINK_NAME_SIZE);
SIZE(kulink_ioc_info, 24);
AT(kulink_ioc_info, abi, 16);
SIZE(kulink_ioc_find, KULINK_NAME_SIZE + 8);
SIZE(kulink_ioc_value, KULINK_NAME_SIZE + 8 + sizeof(struct kulink_datum));
AT(kulink_ioc_value, datum, KULINK_NAME_SIZE + 8);
SIZE(kulink_ioc_table, KULINK_NAME_SIZE + 24);
AT(kulink_ioc_table, buffer, KULINK_NAME_SIZE);
AT(kulink_ioc_table, flags, KULINK_NAME_SIZE + 16);
SIZE(kulink_ioc_call, KULINK_NAME_SIZE + 32);
AT(kulink_ioc_call, request, KULINK_NAME_SIZE);
AT(kulink_ioc_call, request_len, KULINK_NAME_SIZE + 16);
AT(kulink_ioc_call, index, KULINK_NAME_SIZE + 28);

unsigned int kulink_abi(void)
{
	return KULINK_ABI;
}

const char *kulink_version(void)
{
	return KULINK_VERSION;
}
