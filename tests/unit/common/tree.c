// SPDX-License-Identifier: GPL-2.0-only
/* A directory that stands for /. */
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../unit.h"

#define CLASS	"/sys/class/kulink/demo0/kulink/"

static void make_parents(char *path)
{
	char *slash;

	for (slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(path, 0755))
			assert_int_equal(EEXIST, errno);
		*slash = '/';
	}
}

static void full_path(char path[PATH_MAX], const char *root, const char *name)
{
	assert_true(snprintf(path, PATH_MAX, "%s%s", root, name) < PATH_MAX);
}

void tree_write(const char *root, const char *name, const void *data, size_t len)
{
	char path[PATH_MAX];
	FILE *f;

	full_path(path, root, name);
	make_parents(path);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(len, fwrite(data, 1, len, f));
	assert_int_equal(0, fclose(f));
}

void tree_text(const char *root, const char *name, const char *text)
{
	tree_write(root, name, text, strlen(text));
}

char *tree_read(const char *root, const char *name)
{
	char path[PATH_MAX], *text = NULL;
	size_t size = 0;
	FILE *f;

	full_path(path, root, name);
	f = fopen(path, "r");
	if (!f)
		return NULL;
	if (getdelim(&text, &size, '\0', f) < 0) {
		free(text);
		text = strdup("");
	}
	fclose(f);
	return text;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void tree_remove(const char *root, const char *name)
{
	char path[PATH_MAX];

	full_path(path, root, name);
	assert_int_equal(0, nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS));
}

char *tree_new(const char *published)
{
	char template[] = "/tmp/kulink-unit-XXXXXX";
	char *root = strdup(mkdtemp(template));

	assert_non_null(root);
	tree_text(root, CLASS "declaration", DECLARATION);
	tree_text(root, CLASS "published", published);
	tree_text(root, CLASS "channels", "*\n");
	return root;
}

void tree_free(char *root)
{
	tree_remove(root, "");
	free(root);
}
