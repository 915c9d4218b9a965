// SPDX-License-Identifier: GPL-2.0-only
/* Generic netlink: requests with one reply: services, values, calls, sequences. */
#include <linux/mm.h>

#include "genl.h"

/* A reply with SERVICE and PART and room for @size bytes of attributes; *@hdr for reply_send(). */
static struct sk_buff *reply_new(struct genl_info *info, size_t size, void **hdr)
{
	struct sk_buff *skb = genlmsg_new(2 * nla_total_size(KULINK_NAME_SIZE) + size, GFP_KERNEL);

	if (!skb)
		return NULL;
	*hdr = genlmsg_put_reply(skb, info, &kulink_genl_of(info->nlhdr)->family->genl, 0,
				 info->genlhdr->cmd);
	if (*hdr &&
	    !nla_put_string(skb, KULINK_A_SERVICE, nla_data(info->attrs[KULINK_A_SERVICE])) &&
	    (!info->attrs[KULINK_A_PART] ||
	     !nla_put_string(skb, KULINK_A_PART, nla_data(info->attrs[KULINK_A_PART]))))
		return skb;
	nlmsg_free(skb);
	return NULL;
}

static int reply_send(struct genl_info *info, struct sk_buff *skb, void *hdr, int err)
{
	if (err) {
		nlmsg_free(skb);
		return err;
	}
	genlmsg_end(skb, hdr);
	return genlmsg_reply(skb, info);
}

int kulink_genl_get_service(struct sk_buff *skb, struct genl_info *info)
{
	struct kulink_service *service;
	struct sk_buff *reply;
	void *hdr;
	int err;

	service = kulink_genl_service(info->nlhdr, info->attrs, info->extack);
	if (IS_ERR(service))
		return PTR_ERR(service);

	err = kulink_permit(service, kulink_nl_cred(skb), 0444, MAY_READ);
	if (err) {
		NL_SET_ERR_MSG(info->extack, "services belong to the initial user namespace");
		goto out;
	}
	err = -ENOMEM;
	reply = nlmsg_new(kulink_genl_service_size(service), GFP_KERNEL);
	if (!reply)
		goto out;
	hdr = genlmsg_put_reply(reply, info, &kulink_genl_of(info->nlhdr)->family->genl, 0,
				KULINK_CMD_GET_SERVICE);
	err = hdr ? kulink_genl_put_service(reply, service) : -EMSGSIZE;
	err = reply_send(info, reply, hdr, err);
out:
	kulink_service_put(service);
	return err;
}

int kulink_genl_get_value(struct sk_buff *skb, struct genl_info *info)
{
	struct kulink_datum datum = {};
	struct kulink_service *service;
	struct sk_buff *reply;
	int err, value;
	void *hdr;

	value = kulink_genl_part(skb, info->nlhdr, info->attrs, info->extack, KULINK_VALUES,
				 MAY_READ, &service);
	if (value < 0)
		return value;

	err = kulink_value_get(service, value, &datum);
	kulink_service_put(service);
	if (err)
		return kulink_nl_refusal(info->extack, info->attrs[KULINK_A_PART], err);
	reply = reply_new(info, nla_total_size(KULINK_STRING_SIZE), &hdr);
	if (!reply)
		return -ENOMEM;
	return reply_send(info, reply, hdr, kulink_genl_put_datum(reply, &datum));
}

/* The one attribute with a value, or ERR_PTR with a sentence. */
static const struct nlattr *value_attr(struct genl_info *info)
{
	static const u8 types[] = { KULINK_A_BOOL, KULINK_A_S64, KULINK_A_U64, KULINK_A_STRING };
	const struct nlattr *found = NULL;
	int i;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		const struct nlattr *attr = info->attrs[types[i]];

		if (attr && found) {
			NL_SET_ERR_MSG_ATTR(info->extack, attr, "more than one value");
			return ERR_PTR(-EINVAL);
		}
		found = attr ?: found;
	}
	if (!found) {
		NL_SET_ERR_MSG(info->extack,
			       "the value is missing (KULINK_A_BOOL, _S64, _U64 or _STRING)");
		return ERR_PTR(-EINVAL);
	}
	return found;
}

static int datum_string(struct kulink_datum *datum, const struct nlattr *attr,
			struct netlink_ext_ack *extack)
{
	datum->len = strlen(nla_data(attr));
	if (datum->len + 1 != nla_len(attr)) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "bytes after the string's NUL");
		return -EINVAL;
	}
	if (datum->len >= KULINK_STRING_SIZE) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "a string has at most 255 bytes");
		return -ERANGE;
	}
	memcpy(datum->string, nla_data(attr), datum->len);
	return 0;
}

/* The attribute as a datum of the declared type; its range is the core's to check. */
static int datum_of(struct kulink_datum *datum, u32 type, const struct nlattr *attr,
		    struct netlink_ext_ack *extack)
{
	datum->type = type;
	switch (nla_type(attr)) {
	case KULINK_A_BOOL:
		datum->number = nla_get_u8(attr);
		if (type == KULINK_TYPE_BOOL)
			return 0;
		break;
	case KULINK_A_S64:
		datum->number = (u64)nla_get_s64(attr);
		if (type == KULINK_TYPE_S64)
			return 0;
		break;
	case KULINK_A_U64:
		datum->number = nla_get_u64(attr);
		if (type == KULINK_TYPE_U64 || type == KULINK_TYPE_ENUM)
			return 0;
		break;
	default:
		if (type == KULINK_TYPE_STRING || type == KULINK_TYPE_ENUM)
			return datum_string(datum, attr, extack);
	}
	NL_SET_ERR_MSG_ATTR(extack, attr, "the value is declared with another type");
	return -EINVAL;
}

static void explain_range(const struct kulink_value *value, const struct nlattr *attr,
			  struct netlink_ext_ack *extack)
{
	if (!value->ranged)
		NL_SET_ERR_MSG_ATTR(extack, attr, "more than the value holds");
	else if (value->field.type == KULINK_TYPE_S64)
		KULINK_SET_ERR_MSG_ATTR_FMT(extack, attr, "outside the value's range",
					    "the range is %lld to %lld",
					    (s64)value->min, (s64)value->max);
	else if (value->field.type == KULINK_TYPE_STRING)
		KULINK_SET_ERR_MSG_ATTR_FMT(extack, attr, "outside the value's length",
					    "the length is %llu to %llu bytes",
					    value->min, value->max);
	else
		KULINK_SET_ERR_MSG_ATTR_FMT(extack, attr, "outside the value's range",
					    "the range is %llu to %llu",
					    value->min, value->max);
}

/* Inside kulink_enter(): the declaration is at hand. */
static int set_value(struct kulink_service *service, int index, const struct nlattr *attr,
		     struct netlink_ext_ack *extack)
{
	const struct kulink_value *value = &kulink_desc_of(service)->values[index];
	struct kulink_datum datum = {};
	int err;

	err = datum_of(&datum, value->field.type, attr, extack);
	if (err)
		return err;
	err = kulink_value_set(service, index, &datum);
	if (err == -ERANGE)
		explain_range(value, attr, extack);
	else if (err == -EINVAL && value->field.type == KULINK_TYPE_ENUM)
		NL_SET_ERR_MSG_ATTR(extack, attr, "the value has no such label");
	else if (err == -EINVAL)
		NL_SET_ERR_MSG_ATTR(extack, attr, "malformed");
	else if (err)
		err = kulink_nl_refusal(extack, attr, err);
	return err;
}

int kulink_genl_set_value(struct sk_buff *skb, struct genl_info *info)
{
	struct kulink_service *service;
	const struct nlattr *attr;
	int err, value, idx;

	value = kulink_genl_part(skb, info->nlhdr, info->attrs, info->extack, KULINK_VALUES,
				 MAY_WRITE, &service);
	if (value < 0)
		return value;

	attr = value_attr(info);
	err = PTR_ERR_OR_ZERO(attr);
	if (!err) {
		err = kulink_enter(service, &idx);
		if (err)
			err = kulink_nl_refusal(info->extack, attr, err);
	}
	if (!err) {
		err = set_value(service, value, attr, info->extack);
		kulink_exit(service, idx);
	}
	kulink_service_put(service);
	return err;
}

static int call_reply(struct genl_info *info, const void *data, size_t len)
{
	struct sk_buff *reply;
	void *hdr;

	if (len > KULINK_GENL_PAYLOAD_MAX) {
		NL_SET_ERR_MSG(info->extack, "the call was made; its reply is over 60 KiB");
		return -EMSGSIZE;
	}
	reply = reply_new(info, nla_total_size(len), &hdr);
	if (!reply)
		return -ENOMEM;
	return reply_send(info, reply, hdr, nla_put(reply, KULINK_A_PAYLOAD, len, data));
}

int kulink_genl_call(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *payload = info->attrs[KULINK_A_PAYLOAD];
	struct kulink_loan loan = {
		.request = payload ? nla_data(payload) : NULL,
		.request_len = payload ? nla_len(payload) : 0,
	};
	struct kulink_service *service;
	int err, call;

	if (loan.request_len > KULINK_GENL_PAYLOAD_MAX) {
		NL_SET_ERR_MSG_ATTR(info->extack, payload, "the payload is over 60 KiB");
		return -EMSGSIZE;
	}
	call = kulink_genl_part(skb, info->nlhdr, info->attrs, info->extack, KULINK_CALLS, 0,
				&service);
	if (call < 0)
		return call;

	loan.call = call;
	err = kulink_call_lend(service, &loan);
	if (err == -EMSGSIZE) {
		NL_SET_ERR_MSG_ATTR(info->extack, payload, "more bytes than the call takes");
	} else if (err) {
		err = kulink_nl_refusal(info->extack, info->attrs[KULINK_A_PART], err);
	} else {
		err = call_reply(info, loan.reply, loan.reply_len);
		kulink_call_return(service, &loan);
	}
	kulink_service_put(service);
	return err;
}

int kulink_genl_get_sequence(struct sk_buff *skb, struct genl_info *info)
{
	struct kulink_service *service;
	struct sk_buff *reply;
	int err, event;
	void *hdr;
	u64 seq;

	event = kulink_genl_part(skb, info->nlhdr, info->attrs, info->extack, KULINK_EVENTS,
				 MAY_READ, &service);
	if (event < 0)
		return event;

	err = kulink_stream_seq(&kulink_genl_of(info->nlhdr)->streams, service, event, &seq);
	kulink_service_put(service);
	if (err)
		return kulink_nl_refusal(info->extack, info->attrs[KULINK_A_PART], err);
	reply = reply_new(info, nla_total_size_64bit(sizeof(u64)), &hdr);
	if (!reply)
		return -ENOMEM;
	return reply_send(info, reply, hdr,
			  nla_put_u64_64bit(reply, KULINK_A_SEQ, seq, KULINK_A_PAD));
}
