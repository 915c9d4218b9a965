// SPDX-License-Identifier: GPL-2.0-only
/*
 * The test driver's calls:
 *
 *	echo, reverse	what came, up to the limit; they change nothing
 *	big		the request is a u64: so many bytes of the pattern
 *	sink		takes anything, answers nothing
 *	tiny		eight bytes at most, both ways
 *	count		how often it has been made, as the value "counted" has it
 *	write		changes the value "written": the request's u64; needs write permission
 *	write_any	the same, open to all
 *	written		answers it
 *	slow		the request is a u64: sleeps so many milliseconds, 0 until released
 *	fail		the request is a u64: refuses with this errno
 *	mode_0400, mode_0440, mode_0220		for some
 */
#include <linux/jiffies.h>
#include <linux/string.h>

#include "ktest.h"

int ktest_sleep(struct ktest *kt, u64 ms)
{
	unsigned int before = READ_ONCE(kt->release);
	long left;

	ktest_log_begin();
	left = wait_event_interruptible_timeout(kt->release_wait,
						READ_ONCE(kt->release) != before ||
						READ_ONCE(kt->leaving),
						ms ? msecs_to_jiffies(ms) : MAX_SCHEDULE_TIMEOUT);
	ktest_log_end(left >= 0);
	return left < 0 ? -EINTR : 0;
}

int ktest_delay(struct ktest *kt)
{
	unsigned int ms = READ_ONCE(ktest_delay_ms);

	return ms ? ktest_sleep(kt, ms) : 0;
}

int ktest_release(struct ktest *kt, unsigned long arg)
{
	WRITE_ONCE(kt->release, kt->release + 1);
	wake_up_all(&kt->release_wait);
	return 0;
}

void ktest_leave(struct work_struct *work)
{
	struct ktest *kt = container_of(work, struct ktest, leave.work);

	WRITE_ONCE(kt->leaving, true);
	wake_up_all(&kt->release_wait);
}

static int echo(void *priv, const void *request, size_t request_len, void *reply,
		size_t *reply_len)
{
	memcpy(reply, request, request_len);
	*reply_len = request_len;
	return 0;
}

static int reverse(void *priv, const void *request, size_t request_len, void *reply,
		   size_t *reply_len)
{
	const u8 *from = request;
	u8 *to = reply;
	size_t i;

	for (i = 0; i < request_len; i++)
		to[i] = from[request_len - 1 - i];
	*reply_len = request_len;
	return 0;
}

static int big(void *priv, const void *request, size_t request_len, void *reply,
	       size_t *reply_len)
{
	u8 *to = reply;
	u64 i, n;

	if (request_len != sizeof(n))
		return -EINVAL;
	memcpy(&n, request, sizeof(n));
	if (n > *reply_len)
		return -EMSGSIZE;
	for (i = 0; i < n; i++)
		to[i] = ktest_byte(i);
	*reply_len = n;
	return 0;
}

static int sink(void *priv, const void *request, size_t request_len, void *reply,
		size_t *reply_len)
{
	*reply_len = 0;
	return 0;
}

static int write_it(void *priv, const void *request, size_t request_len, void *reply,
		    size_t *reply_len)
{
	struct ktest *kt = priv;

	if (request_len != sizeof(u64))
		return -EINVAL;
	mutex_lock(&kt->fn_lock);
	memcpy(&kt->written, request, sizeof(kt->written));
	mutex_unlock(&kt->fn_lock);
	*reply_len = 0;
	return 0;
}

static int written(void *priv, const void *request, size_t request_len, void *reply,
		   size_t *reply_len)
{
	struct ktest *kt = priv;

	mutex_lock(&kt->fn_lock);
	memcpy(reply, &kt->written, sizeof(kt->written));
	mutex_unlock(&kt->fn_lock);
	*reply_len = sizeof(kt->written);
	return 0;
}

static int count(void *priv, const void *request, size_t request_len, void *reply,
		 size_t *reply_len)
{
	struct ktest *kt = priv;
	u64 counted;

	mutex_lock(&kt->fn_lock);
	counted = ++kt->counted;
	mutex_unlock(&kt->fn_lock);
	memcpy(reply, &counted, sizeof(counted));
	*reply_len = sizeof(counted);
	return 0;
}

static int slow(void *priv, const void *request, size_t request_len, void *reply,
		size_t *reply_len)
{
	u64 ms;

	if (request_len != sizeof(ms))
		return -EINVAL;
	memcpy(&ms, request, sizeof(ms));
	*reply_len = 0;
	return ktest_sleep(priv, ms);
}

static int fail(void *priv, const void *request, size_t request_len, void *reply,
		size_t *reply_len)
{
	u64 number;

	if (request_len != sizeof(u64))
		return -EINVAL;
	memcpy(&number, request, sizeof(number));
	*reply_len = 0;
	return number < 4096 ? -(int)number : -EINVAL;
}

#define CALL(_name, _mode, in, out, _call)					\
	{									\
		.name = (_name), .mode = (_mode), .request_max = (in),		\
		.reply_max = (out), .call = (_call),				\
	}

struct kulink_call ktest_calls[] = {
	CALL("echo", 0444, KULINK_CALL_MAX, KULINK_CALL_MAX, echo),
	CALL("reverse", 0444, KULINK_CALL_MAX, KULINK_CALL_MAX, reverse),
	CALL("big", 0444, KULINK_CALL_MAX, KULINK_CALL_MAX, big),
	CALL("sink", 0444, KULINK_CALL_MAX, 0, sink),
	CALL("tiny", 0444, 8, 8, echo),
	CALL("write", 0200, 8, 8, write_it),
	CALL("write_any", 0222, 8, 8, write_it),
	CALL("written", 0444, 0, 8, written),
	CALL("count", 0222, 0, 8, count),
	CALL("slow", 0444, 8, 8, slow),
	CALL("fail", 0444, 8, 8, fail),
	CALL("mode_0400", 0400, 64, 64, echo),
	CALL("mode_0440", 0440, 64, 64, echo),
	CALL("mode_0220", 0220, 8, 8, write_it),
	{}
};
