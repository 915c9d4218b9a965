// SPDX-License-Identifier: MIT
/* kulink pick --ask: one question after the other, on stderr; the answers come from stdin */
#include <stdlib.h>
#include <string.h>
#include "pick.h"

/* The answer without white space at its ends, to be freed; NULL: there are no more */
static char *answer(const char *question)
{
	char *line = NULL, *end;
	size_t size = 0, lead;

	fprintf(stderr, "%s ", question);
	if (getline(&line, &size, stdin) < 0) {
		free(line);
		return NULL;
	}
	end = line + strlen(line);
	while (end > line && strchr(" \t\r\n", end[-1]))
		*--end = '\0';
	lead = strspn(line, " \t");
	memmove(line, line + lead, strlen(line + lead) + 1);
	return line;
}

static bool take(const struct pick_need *need, struct pick_needs *needs, const char *text, char *why)
{
	if (need->argument)
		return need->take(needs, text, why);
	if (!strcmp(text, "yes") || !strcmp(text, "y"))
		return need->take(needs, NULL, why);
	if (!strcmp(text, "no") || !strcmp(text, "n"))
		return true;
	snprintf(why, PICK_WHY, "yes or no, not '%.60s'", text);
	return false;
}

/* Until it is understood; nothing means that it is no matter */
static bool ask_one(const struct pick_need *need, struct pick_needs *needs, char **said)
{
	char why[PICK_WHY];
	char *text;

	while ((text = answer(need->question))) {
		bool none = !*text;

		if (!none && take(need, needs, text, why)) {
			*said = text;
			return true;
		}
		free(text);
		if (none)
			return true;
		hint("%s; nothing, if it is no matter", why);
	}
	return false;
}

static int no_more(void)
{
	fputs("\nkulink pick: there are no more answers\n", stderr);
	hint("each question has an option, too: kulink help pick");
	return STATUS_USAGE;
}

static bool ask_kind(struct pick_needs *needs)
{
	char why[PICK_WHY];
	char *text;

	while (!needs->kind) {
		text = answer("What is carried: a value, table, call, event or region?");
		if (!text)
			return false;
		if (!pick_take_kind(needs, text, why))
			hint("%s", why);
		free(text);
	}
	return true;
}

static void say_option(const struct pick_need *need, const char *said)
{
	if (!need->argument)
		fprintf(stderr, said[0] == 'y' ? " --%s" : "", need->name);
	else
		fprintf(stderr, strpbrk(said, " '\"$&;") ? " --%s '%s'" : " --%s %s", need->name, said);
}

int pick_ask(struct pick_needs *needs)
{
	/* they stay: needs point at them */
	static char *said[32];
	size_t i;

	if (!ask_kind(needs))
		return no_more();
	for (i = 0; pick_need_list[i].name; i++) {
		const struct pick_need *need = &pick_need_list[i];

		if (!need->question || (need->kinds && !(need->kinds & needs->kind)))
			continue;
		if (!ask_one(need, needs, &said[i]))
			return no_more();
	}
	fprintf(stderr, "\nThe same without questions: kulink pick %s", kind_name(needs->kind));
	for (i = 0; pick_need_list[i].name; i++)
		if (said[i])
			say_option(&pick_need_list[i], said[i]);
	fputs("\n\n", stderr);
	return STATUS_DONE;
}
