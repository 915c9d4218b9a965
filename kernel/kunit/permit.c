// SPDX-License-Identifier: GPL-2.0-only
/* Who may do what: every kind of peer, every mode, read and write */
#include <linux/cred.h>
#include <linux/slab.h>
#include <linux/user_namespace.h>

#include "kunit.h"

#define OWNER	1000
#define GROUP	2000
#define OTHER	3000

struct peers {
	struct kulink_service *service;
	struct cred *cred;
	struct group_info *groups;
};

static int permit_init(struct kunit *test)
{
	struct peers *p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	p->service = kunit_kzalloc(test, sizeof(*p->service), GFP_KERNEL);
	p->cred = kunit_kzalloc(test, sizeof(*p->cred), GFP_KERNEL);
	p->groups = kunit_kzalloc(test, struct_size(p->groups, gid, 3), GFP_KERNEL);
	KUNIT_ASSERT_TRUE(test, p->service && p->cred && p->groups);
	p->service->uid = KUIDT_INIT(OWNER);
	p->service->gid = KGIDT_INIT(GROUP);
	p->cred->user_ns = &init_user_ns;
	p->cred->group_info = p->groups;
	test->priv = p;
	return 0;
}

static const struct cred *peer(struct peers *p, unsigned int uid, unsigned int gid)
{
	p->cred->fsuid = KUIDT_INIT(uid);
	p->cred->fsgid = KGIDT_INIT(gid);
	return p->cred;
}

/* The three bits that count, and nothing else, for each of the 512 modes */
static void expect_bits(struct kunit *test, const struct cred *cred, int shift)
{
	struct peers *p = test->priv;
	umode_t mode;

	for (mode = 0; mode <= 0777; mode++) {
		int r = mode >> shift & 4 ? 0 : -EACCES;
		int w = mode >> shift & 2 ? 0 : -EACCES;

		KUNIT_EXPECT_EQ_MSG(test, r, kulink_permit(p->service, cred, mode, MAY_READ),
				    "read, mode %o", mode);
		KUNIT_EXPECT_EQ_MSG(test, w, kulink_permit(p->service, cred, mode, MAY_WRITE),
				    "write, mode %o", mode);
	}
}

static void owner(struct kunit *test)
{
	expect_bits(test, peer(test->priv, OWNER, OTHER), 6);
}

/* An owner who is in the group too has the owner's bits alone. */
static void owner_in_group(struct kunit *test)
{
	expect_bits(test, peer(test->priv, OWNER, GROUP), 6);
}

static void in_group(struct kunit *test)
{
	expect_bits(test, peer(test->priv, OTHER, GROUP), 3);
}

static void in_supplementary_group(struct kunit *test)
{
	struct peers *p = test->priv;

	p->groups->ngroups = 3;
	p->groups->gid[0] = KGIDT_INIT(OTHER);
	p->groups->gid[1] = KGIDT_INIT(OTHER + 1);
	p->groups->gid[2] = KGIDT_INIT(GROUP);
	expect_bits(test, peer(p, OTHER, OTHER), 3);
}

static void other(struct kunit *test)
{
	expect_bits(test, peer(test->priv, OTHER, OTHER), 0);
}

static void no_credentials(struct kunit *test)
{
	expect_bits(test, NULL, 0);
}

/* Root without its capability is a user like any. */
static void uid_0_without_capability(struct kunit *test)
{
	expect_bits(test, peer(test->priv, 0, 0), 0);
}

/* Root passes the classes, not what the part says of itself. */
static void capability(struct kunit *test)
{
	struct peers *p = test->priv;
	const struct cred *cred = peer(p, 0, 0);
	umode_t mode;

	cap_raise(p->cred->cap_effective, CAP_DAC_OVERRIDE);
	for (mode = 0; mode <= 0777; mode++) {
		KUNIT_EXPECT_EQ(test, mode & 0444 ? 0 : -EACCES,
				kulink_permit(p->service, cred, mode, MAY_READ));
		KUNIT_EXPECT_EQ(test, mode & 0222 ? 0 : -EACCES,
				kulink_permit(p->service, cred, mode, MAY_WRITE));
	}
}

static void other_user_namespace(struct kunit *test)
{
	struct user_namespace *ns = kunit_kzalloc(test, sizeof(*ns), GFP_KERNEL);
	struct peers *p = test->priv;

	KUNIT_ASSERT_NOT_NULL(test, ns);
	p->cred->user_ns = ns;
	cap_raise(p->cred->cap_effective, CAP_DAC_OVERRIDE);
	KUNIT_EXPECT_EQ(test, -ENOENT,
			kulink_permit(p->service, peer(p, OWNER, GROUP), 0777, MAY_READ));
	KUNIT_EXPECT_EQ(test, -ENOENT, kulink_permit(p->service, peer(p, 0, 0), 0, MAY_WRITE));
}

static void call_want(struct kunit *test)
{
	struct kulink_call call = { .mode = 0444 };

	KUNIT_EXPECT_EQ(test, MAY_READ, kulink_call_want(&call));
	call.mode = 0200;
	KUNIT_EXPECT_EQ(test, MAY_WRITE, kulink_call_want(&call));
	call.mode = 0664;
	KUNIT_EXPECT_EQ(test, MAY_WRITE, kulink_call_want(&call));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(owner),
	KUNIT_CASE(owner_in_group),
	KUNIT_CASE(in_group),
	KUNIT_CASE(in_supplementary_group),
	KUNIT_CASE(other),
	KUNIT_CASE(no_credentials),
	KUNIT_CASE(uid_0_without_capability),
	KUNIT_CASE(capability),
	KUNIT_CASE(other_user_namespace),
	KUNIT_CASE(call_want),
	{}
};

struct kunit_suite kulink_permit_suite = {
	.name = "kulink-permit",
	.init = permit_init,
	.test_cases = cases,
};
