// SPDX-License-Identifier: MIT
/* kulink call: a request and its reply */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "cli.h"

/* All of stdin; one byte more than a call may have tells that it is too much */
static int request_read(char **request, size_t *len)
{
	size_t size = KULINK_CALL_MAX + 1;

	*request = malloc(size);
	if (!*request)
		return -ENOMEM;
	*len = fread(*request, 1, size, stdin);
	return ferror(stdin) ? -EIO : *len == size ? -EMSGSIZE : 0;
}

static void call_json(const char *channel, const void *reply, size_t len)
{
	struct json j = { .out = stdout };

	json_begin(&j, NULL, '{');
	json_string(&j, "channel", channel);
	json_u64(&j, "length", len);
	if (utf8_text(reply, len))
		json_bytes(&j, "text", reply, len);
	else
		json_null(&j, "text");
	json_base64(&j, "base64", reply, len);
	json_end(&j);
}

static int call_make(const struct options *o, struct kulink *k, const struct place *at,
		     const void *request, size_t request_len)
{
	const struct kulink_part *part;
	size_t len;
	char *reply;
	int err;

	part = session_part(k, at->service, KULINK_CALLS, at->part, at->doing);
	if (!part)
		return STATUS_FAILED;
	len = part->reply_max;
	reply = malloc(len + 1);
	if (!reply)
		return report(at, -ENOMEM);
	err = kulink_call(k, at->part, request, request_len, reply, &len);
	session_say(o, k);
	if (err) {
		report(at, err);
	} else if (o->json) {
		call_json(kulink_channel(k), reply, len);
	} else {
		fwrite(reply, 1, len, stdout);
		if (len && reply[len - 1] != '\n' && isatty(STDOUT_FILENO))
			putchar('\n');
	}
	free(reply);
	return err ? STATUS_FAILED : STATUS_DONE;
}

static int call_run(const struct options *o, int argc, char **argv)
{
	struct place at = { .doing = "call", .service = argv[0], .part = argv[1],
			    .kind = KULINK_CALLS, .channel = o->channel };
	const char *request = argc > 2 ? argv[2] : "";
	size_t len = strlen(request);
	char *input = NULL;
	int err = 0, status;

	status = session_open(&at.k, o, argv[0]);
	if (status)
		return status;
	if (!strcmp(request, "-")) {
		err = request_read(&input, &len);
		request = input;
	}
	if (err)
		status = report(&at, err);
	else
		status = call_make(o, at.k, &at, request, len);
	free(input);
	kulink_close(at.k);
	return status;
}

const struct verb call_verb = {
	.name = "call",
	.arguments = "SERVICE CALL [REQUEST | -]",
	.summary = "make a call; the reply goes to stdout as it is",
	.details = "REQUEST is the argument's bytes, - all of stdin, none an empty request.\n",
	.options = "",
	.min_args = 2,
	.max_args = 3,
	.run = call_run,
};
