// SPDX-License-Identifier: GPL-2.0-only
/*
 * edu: QEMU's educational PCI device (1234:11e8) on kulink, the nearest thing to
 * custom hardware that everyone can run. Each device is a service: its registers are
 * values and a table, its factorial unit is a call that waits for the interrupt, each
 * interrupt is an event, emitted where it happens, and what it reads and writes by itself
 * (dma.c) is a region.
 *
 * Devices are unplugged while programs use them: a register then reads as all ones.
 */
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/kulink.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/sizes.h>

#include "edu.h"

#define EDU_ID			0x00
#define EDU_LIVENESS		0x04	/* reads as the inverse of what was written */
#define EDU_FACTORIAL		0x08	/* write n, read n! modulo 2^32 */
#define EDU_STATUS		0x20
#define EDU_STATUS_COMPUTING	0x01
#define EDU_STATUS_IRQ		0x80	/* interrupt when the factorial is there */
#define EDU_IRQ_STATUS		0x24
#define EDU_IRQ_RAISE		0x60
#define EDU_IRQ_ACK		0x64

#define EDU_GONE		(~0U)
#define EDU_TIMEOUT		(5 * HZ)

struct edu_interrupt {
	u32 status;
	u64 count;
};

struct edu_register {
	char name[16];
	u32 offset;
	u32 value;
};

static const struct edu_register edu_registers[] = {
	{ "id", EDU_ID },
	{ "liveness", EDU_LIVENESS },
	{ "factorial", EDU_FACTORIAL },
	{ "status", EDU_STATUS },
	{ "irq_status", EDU_IRQ_STATUS },
};

/* All ones may be a register's value, but not the identification's. */
int edu_read(struct edu *edu, u32 offset, u32 *value)
{
	if (READ_ONCE(edu->leaving))
		return -ENODEV;
	*value = readl(edu->regs + offset);
	if (*value == EDU_GONE && readl(edu->regs + EDU_ID) == EDU_GONE)
		return -ENODEV;
	return 0;
}

int edu_write(struct edu *edu, u32 offset, u32 value)
{
	u32 id;
	int err;

	err = edu_read(edu, EDU_ID, &id);
	if (!err)
		writel(value, edu->regs + offset);
	return err;
}

static int edu_get(struct edu *edu, u32 offset, struct kulink_datum *datum)
{
	u32 value;
	int err;

	err = edu_read(edu, offset, &value);
	datum->number = value;
	return err;
}

/* Registers as values */

static int id_get(void *priv, struct kulink_datum *datum)
{
	return edu_get(priv, EDU_ID, datum);
}

static int status_get(void *priv, struct kulink_datum *datum)
{
	return edu_get(priv, EDU_STATUS, datum);
}

static int irq_status_get(void *priv, struct kulink_datum *datum)
{
	return edu_get(priv, EDU_IRQ_STATUS, datum);
}

static int interrupts_get(void *priv, struct kulink_datum *datum)
{
	struct edu *edu = priv;

	datum->number = atomic64_read(&edu->interrupts);
	return 0;
}

static int raise_irq_set(void *priv, const struct kulink_datum *datum)
{
	return edu_write(priv, EDU_IRQ_RAISE, datum->number);
}

/* Inverted again, so that it reads as it was written */
static int liveness_get(void *priv, struct kulink_datum *datum)
{
	struct edu *edu = priv;
	int err;

	mutex_lock(&edu->liveness_lock);
	err = edu_get(edu, EDU_LIVENESS, datum);
	mutex_unlock(&edu->liveness_lock);
	datum->number = (u32)~datum->number;
	return err;
}

static int liveness_set(void *priv, const struct kulink_datum *datum)
{
	struct edu *edu = priv;
	int err;

	mutex_lock(&edu->liveness_lock);
	err = edu_write(edu, EDU_LIVENESS, datum->number);
	mutex_unlock(&edu->liveness_lock);
	return err;
}

/* Whether the device inverts what it is given; puts back what was there */
static int alive_get(void *priv, struct kulink_datum *datum)
{
	struct edu *edu = priv;
	u32 old, now;
	int err;

	mutex_lock(&edu->liveness_lock);
	err = edu_read(edu, EDU_LIVENESS, &old);
	if (!err)
		err = edu_write(edu, EDU_LIVENESS, old);
	if (!err)
		err = edu_read(edu, EDU_LIVENESS, &now);
	if (!err)
		err = edu_write(edu, EDU_LIVENESS, ~old);
	mutex_unlock(&edu->liveness_lock);
	datum->number = !err && now == ~old;
	return err;
}

/* Table registers */

static void *registers_start(void *priv)
{
	return (void *)&edu_registers[0];
}

static void *registers_next(void *priv, void *item)
{
	const struct edu_register *r = item;

	return ++r < edu_registers + ARRAY_SIZE(edu_registers) ? (void *)r : NULL;
}

static void registers_stop(void *priv)
{
}

static int registers_row(void *priv, void *item, void *row)
{
	struct edu_register *r = row;

	*r = *(const struct edu_register *)item;
	return edu_read(priv, r->offset, &r->value);
}

int edu_wait(struct edu *edu, s64 seen, u32 offset, u32 busy)
{
	long left = EDU_TIMEOUT;
	u32 status;
	int err;

	do {
		left = wait_event_interruptible_timeout(edu->wait,
							atomic64_read(&edu->interrupts) != seen ||
							READ_ONCE(edu->leaving), left);
		if (left < 0)
			return -EINTR;
		seen = atomic64_read(&edu->interrupts);
		err = edu_read(edu, offset, &status);
		if (err)
			return err;
		if (!left)
			return -ETIMEDOUT;
	} while (status & busy);
	return 0;
}

int edu_idle(struct edu *edu, u32 offset, u32 busy)
{
	s64 seen = atomic64_read(&edu->interrupts);
	u32 status;
	int err;

	err = edu_read(edu, offset, &status);
	return err || !(status & busy) ? err : edu_wait(edu, seen, offset, busy);
}

static int edu_compute(struct edu *edu, u32 n, u32 *result)
{
	s64 seen;
	int err;

	err = edu_idle(edu, EDU_STATUS, EDU_STATUS_COMPUTING);
	if (err)
		return err;

	seen = atomic64_read(&edu->interrupts);
	err = edu_write(edu, EDU_FACTORIAL, n);
	if (!err)
		err = edu_wait(edu, seen, EDU_STATUS, EDU_STATUS_COMPUTING);
	if (!err)
		err = edu_read(edu, EDU_FACTORIAL, result);
	return err;
}

int edu_number(const void *request, size_t len, u32 *number)
{
	char text[16] = "";

	memcpy(text, request, min(len, sizeof(text) - 1));
	return strlen(text) == len ? kstrtou32(text, 10, number) : -EINVAL;
}

/* "10" in, "3628800\n" out, modulo 2^32 as the device computes */
static int edu_factorial(void *priv, const void *request, size_t request_len,
			 void *reply, size_t *reply_len)
{
	struct edu *edu = priv;
	u32 n, result;
	int err;

	err = edu_number(request, request_len, &n);
	if (err)
		return err;
	if (mutex_lock_interruptible(&edu->factorial_lock))
		return -EINTR;
	err = edu_compute(edu, n, &result);
	mutex_unlock(&edu->factorial_lock);
	if (!err)
		*reply_len = scnprintf(reply, *reply_len, "%u\n", result);
	return err;
}

/* The declaration */

static const struct kulink_value edu_values[] = {
	KULINK_VALUE_FN("id", U64, 0444, .get = id_get),
	KULINK_VALUE_FN("liveness", U64, 0644, .ranged = true, .max = U32_MAX,
			.get = liveness_get, .set = liveness_set),
	KULINK_VALUE_FN("alive", BOOL, 0444, .get = alive_get),
	KULINK_VALUE_FN("status", U64, 0444, .get = status_get),
	KULINK_VALUE_FN("irq_status", U64, 0444, .get = irq_status_get),
	KULINK_VALUE_FN("raise_irq", U64, 0200, .ranged = true, .min = 1, .max = S32_MAX,
			.set = raise_irq_set),
	KULINK_VALUE_FN("interrupts", U64, 0444, .get = interrupts_get),
	{}
};

static const struct kulink_field register_columns[] = {
	KULINK_FIELD(struct edu_register, name),
	KULINK_FIELD(struct edu_register, offset),
	KULINK_FIELD(struct edu_register, value),
	{}
};

static const struct kulink_table edu_tables[] = {
	{ "registers", 0444, register_columns, sizeof(struct edu_register),
	  registers_start, registers_next, registers_stop, registers_row },
	{}
};

static const struct kulink_call edu_calls[] = {
	{ "factorial", 0444, 15, 16, edu_factorial },
	{ "to_device", 0200, 15, 0, edu_to_device },
	{ "from_device", 0200, 15, 0, edu_from_device },
	{}
};

static const struct kulink_region edu_regions[] = {
	{ .name = "buffer", .mode = 0644, .size = SZ_4K, .page = edu_dma_page },
	{}
};

static const struct kulink_field interrupt_fields[] = {
	KULINK_FIELD(struct edu_interrupt, status),
	KULINK_FIELD(struct edu_interrupt, count),
	{}
};

enum { EDU_INTERRUPT };

static const struct kulink_event edu_events[] = {
	[EDU_INTERRUPT] = { "interrupt", 0444, interrupt_fields, sizeof(struct edu_interrupt) },
	{}
};

static const struct kulink_desc edu_desc = {
	.name = "edu%d", .owner = THIS_MODULE, .channels = "*",
	.values = edu_values, .tables = edu_tables,
	.calls = edu_calls, .events = edu_events, .regions = edu_regions,
};

/* The device */

static irqreturn_t edu_irq(int irq, void *data)
{
	struct edu *edu = data;
	struct edu_interrupt event = { .status = readl(edu->regs + EDU_IRQ_STATUS) };

	/* Not ours on a shared line, or the device is out. */
	if (!event.status || event.status == EDU_GONE)
		return IRQ_NONE;

	writel(event.status, edu->regs + EDU_IRQ_ACK);
	event.count = atomic64_inc_return(&edu->interrupts);
	wake_up(&edu->wait);
	/* Pairs with edu_probe(); NULL before it and in edu_remove(): nobody is told. */
	kulink_emit(smp_load_acquire(&edu->service), EDU_INTERRUPT, &event);
	return IRQ_HANDLED;
}

static void edu_free_vectors(void *pdev)
{
	pci_free_irq_vectors(pdev);
}

static int edu_start(struct pci_dev *pdev, struct edu *edu)
{
	struct device *dev = &pdev->dev;
	int err;

	err = pcim_enable_device(pdev);
	if (err)
		return err;
	edu->regs = devm_ioremap_resource(dev, &pdev->resource[0]);
	if (IS_ERR(edu->regs))
		return PTR_ERR(edu->regs);
	err = edu_dma_quiesce(edu);
	if (err)
		return err;

	/* A message-signalled interrupt is a write of the device's own, like what dma.c has it do. */
	pci_set_master(pdev);
	err = pci_alloc_irq_vectors(pdev, 1, 1, PCI_IRQ_ALL_TYPES);
	if (err < 0)
		return err;
	err = devm_add_action_or_reset(dev, edu_free_vectors, pdev);
	if (err)
		return err;
	err = devm_request_irq(dev, pci_irq_vector(pdev, 0), edu_irq, IRQF_SHARED, "edu", edu);
	if (err)
		return err;
	return edu_write(edu, EDU_STATUS, EDU_STATUS_IRQ);
}

static int edu_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct kulink_service *service;
	struct edu *edu;
	int err;

	edu = devm_kzalloc(&pdev->dev, sizeof(*edu), GFP_KERNEL);
	if (!edu)
		return -ENOMEM;
	edu->dev = &pdev->dev;
	mutex_init(&edu->factorial_lock);
	mutex_init(&edu->liveness_lock);
	init_waitqueue_head(&edu->wait);
	pci_set_drvdata(pdev, edu);

	err = edu_dma_init(edu);
	if (!err)
		err = edu_start(pdev, edu);
	if (err)
		return err;

	service = devm_kulink_register(&pdev->dev, &edu_desc, edu);
	if (IS_ERR(service))
		return PTR_ERR(service);
	/* Pairs with edu_irq(). */
	smp_store_release(&edu->service, service);
	return 0;
}

/*
 * What was managed above goes afterwards, last first: the service, then the interrupt. So
 * the interrupt must not emit any more, and nobody may go on waiting for it.
 */
static void edu_remove(struct pci_dev *pdev)
{
	struct edu *edu = pci_get_drvdata(pdev);

	WRITE_ONCE(edu->leaving, true);
	wake_up_all(&edu->wait);
	/* It may still compute; QEMU hangs if it has to interrupt while it is taken out. */
	writel(0, edu->regs + EDU_STATUS);
	WRITE_ONCE(edu->service, NULL);
	synchronize_irq(pci_irq_vector(pdev, 0));
}

static const struct pci_device_id edu_ids[] = {
	{ PCI_DEVICE(0x1234, 0x11e8) },
	{}
};
MODULE_DEVICE_TABLE(pci, edu_ids);

static struct pci_driver edu_driver = {
	.name = "edu",
	.id_table = edu_ids,
	.probe = edu_probe,
	.remove = edu_remove,
};
module_pci_driver(edu_driver);

MODULE_DESCRIPTION("QEMU's educational PCI device over every channel of kulink");
MODULE_AUTHOR("The kulink authors");
MODULE_LICENSE("GPL");
