// SPDX-License-Identifier: GPL-2.0-only
/* Names, and lists of names between spaces. */
#include <kunit/visibility.h>
#include <linux/ctype.h>
#include <linux/string.h>

#include "core.h"

bool kulink_name_ok(const char *name, size_t len)
{
	size_t i;

	if (!len || len >= KULINK_NAME_SIZE || !islower(name[0]))
		return false;
	for (i = 1; i < len; i++)
		if (!islower(name[i]) && !isdigit(name[i]) && name[i] != '_')
			return false;
	return true;
}
EXPORT_SYMBOL_IF_KUNIT(kulink_name_ok);

/* The next word of a list, from *@list on; its length, 0 at the end */
static size_t next_word(const char **list)
{
	*list += strspn(*list, "\n ");
	return strcspn(*list, "\n ");
}

/* "*", or names between spaces; none at all is a list, too */
bool kulink_list_ok(const char *list)
{
	size_t len;

	if (!strcmp(list, "*"))
		return true;
	if (strlen(list) >= KULINK_LIST_MAX)
		return false;
	for (; (len = next_word(&list)); list += len)
		if (!kulink_name_ok(list, len))
			return false;
	return true;
}
EXPORT_SYMBOL_IF_KUNIT(kulink_list_ok);

static bool has(const char *list, const char *name, size_t name_len)
{
	size_t len;

	if (!strcmp(list, "*"))
		return true;
	for (; (len = next_word(&list)); list += len)
		if (len == name_len && !strncmp(list, name, len))
			return true;
	return false;
}

bool kulink_list_has(const char *list, const char *name)
{
	return has(list, name, strlen(name));
}
EXPORT_SYMBOL_IF_KUNIT(kulink_list_has);

/* Whether every channel of @list is in @whole */
bool kulink_list_within(const char *list, const char *whole)
{
	size_t len;

	if (!strcmp(list, "*"))
		return !strcmp(whole, "*");
	for (; (len = next_word(&list)); list += len)
		if (!has(whole, list, len))
			return false;
	return true;
}
EXPORT_SYMBOL_IF_KUNIT(kulink_list_within);
