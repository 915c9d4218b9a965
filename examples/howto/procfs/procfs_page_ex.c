// SPDX-License-Identifier: GPL-2.0-only
/*
 * The procfs of old books: a read function that is given one page
 *
 * Until Linux 3.10 a file in /proc had no file operations but a read_proc: it filled a page from its start and said
 * how much, and procfs did the rest, so that small files were easy. For larger ones it had to be told *start and be
 * called once for each part. That is gone; legacy_read() below is what procfs did around a read_proc, on top of
 * today's proc_ops, to see what the old way could do and to read old code with.
 *
 * Choose it never: short text is simple_read_from_buffer() as in procfs_ex.c, long text is seq_file as in ../seqfile.
 *
 * Creates	/proc/example_page/simple, 0444: 500 lines of 16 bytes, of which one page arrives
 *		/proc/example_page/split, 0444: the same lines, told in parts, of which all arrive
 *
 * What goes wrong: a read_proc that prints without a limit writes past its page; one that forgets *eof or *start
 * ends too early or never; and every part is printed at another time.
 */
#include <linux/gfp.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/uaccess.h>

#define LINES	500

typedef int (*read_proc_t)(char *page, char **start, off_t offset, int count, int *eof, void *data);

/* Everything into the page, wherever the reader is: what does not fit is lost. */
static int read_simple(char *page, char **start, off_t offset, int count, int *eof, void *data)
{
	int line, length = 0;

	for (line = 0; line < LINES; line++)
		length += scnprintf(page + length, PAGE_SIZE - length, "line %10d\n", line);
	*eof = 1;
	return length;
}

/* The lines from the offset on, as many as fit; *start in the page means that what is there belongs at the offset. */
static int read_split(char *page, char **start, off_t offset, int count, int *eof, void *data)
{
	int line, length = 0;

	for (line = offset / 16; line < LINES && length + 16 < PAGE_SIZE; line++)
		length += scnprintf(page + length, PAGE_SIZE - length, "line %10d\n", line);
	*start = page + offset % 16;
	*eof = line == LINES;
	return length - offset % 16;
}

static ssize_t legacy_read(struct file *file, char __user *buffer, size_t size, loff_t *offset)
{
	read_proc_t read_proc = pde_data(file_inode(file));
	char *page, *start = NULL;
	int length, eof = 0;
	ssize_t done;

	/* no part begins behind the last line, and off_t and int stay in range */
	if (*offset < 0 || *offset >= LINES * 16)
		return 0;
	page = (char *)get_zeroed_page(GFP_KERNEL);
	if (!page)
		return -ENOMEM;
	size = min_t(size_t, size, PAGE_SIZE);
	length = read_proc(page, &start, *offset, size, &eof, NULL);
	if (!start) {	/* the page holds the whole file: skip what was read before */
		start = page + min_t(loff_t, *offset, length);
		length -= start - page;
	}
	done = min_t(size_t, size, length);
	if (copy_to_user(buffer, start, done))
		done = -EFAULT;
	else
		*offset += done;
	free_page((unsigned long)page);
	return done;
}

static const struct proc_ops legacy_ops = {
	.proc_read	= legacy_read,
	.proc_lseek	= default_llseek,
};

static struct proc_dir_entry *directory;

static int __init procfs_page_ex_init(void)
{
	directory = proc_mkdir("example_page", NULL);
	if (!directory)
		return -ENOMEM;
	if (!proc_create_data("simple", 0444, directory, &legacy_ops, read_simple) ||
	    !proc_create_data("split", 0444, directory, &legacy_ops, read_split)) {
		proc_remove(directory);
		return -ENOMEM;
	}
	return 0;
}

static void __exit procfs_page_ex_exit(void)
{
	proc_remove(directory);
}

module_init(procfs_page_ex_init);
module_exit(procfs_page_ex_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("HOWTO: procfs as it was, one page at a time");
