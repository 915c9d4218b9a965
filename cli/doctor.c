// SPDX-License-Identifier: MIT
/*
 * kulink doctor: what this kernel allows, and the command that removes what stands in the way.
 * Of use before kulink is there at all.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "doctor.h"

static void (*const checks[])(struct doctor *d) = {
	doctor_kernel,
	doctor_config,
	doctor_module,
	doctor_modules_disabled,
	doctor_lockdown,
	doctor_signatures,
	doctor_privileges,
	doctor_namespaces,
	doctor_mounts,
	doctor_channels,
	doctor_services,
	doctor_nodes,
	doctor_ia32,
	doctor_headers,
	doctor_tools,
};

static const struct {
	const char *word;
	const char *color;
} levels[] = {
	[FINE] = { "ok", "32" },
	[WARNING] = { "warning", "33" },
	[PROBLEM] = { "problem", "31" },
};

const char *doctor_root = "";

FILE *open_file(const char *path)
{
	char full[512];

	snprintf(full, sizeof(full), "%s%s", doctor_root, path);
	return fopen(full, "re");
}

bool exists(const char *path, int mode)
{
	char full[512];

	snprintf(full, sizeof(full), "%s%s", doctor_root, path);
	return !access(full, mode);
}

void found(struct doctor *d, enum level level, const char *check, const char *remedy,
	   const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	d->warnings += level == WARNING;
	d->problems += level == PROBLEM;
	if (d->o->json) {
		json_begin(&d->json, NULL, '{');
		json_string(&d->json, "check", check);
		json_string(&d->json, "status", levels[level].word);
		json_string(&d->json, "text", text);
		json_string(&d->json, "remedy", remedy);
		json_end(&d->json);
		return;
	}
	if (color_wanted())
		printf("\033[%sm%-8s\033[0m %-12s %s\n", levels[level].color, levels[level].word,
		       check, text);
	else
		printf("%-8s %-12s %s\n", levels[level].word, check, text);
	if (remedy)
		printf("%21s %s\n", "->", remedy);
}

bool slurp(const char *path, char *text, size_t size)
{
	FILE *f = open_file(path);
	size_t n;

	*text = '\0';
	if (!f)
		return false;
	n = fread(text, 1, size - 1, f);
	fclose(f);
	text[n] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return true;
}

bool line_has(const char *path, const char *what)
{
	FILE *f = open_file(path);
	bool has = false;
	char *line = NULL;
	size_t size = 0;

	if (!f)
		return false;
	while (!has && getline(&line, &size, f) > 0)
		has = strstr(line, what);
	free(line);
	fclose(f);
	return has;
}

bool capable(unsigned int capability)
{
	FILE *f = open_file("/proc/self/status");
	unsigned long long caps = 0;
	char line[256];

	if (!f)
		return !geteuid();
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "CapEff: %llx", &caps) == 1)
			break;
	fclose(f);
	return caps >> capability & 1;
}

const char *install_command(const char *debian, const char *fedora, const char *arch)
{
	static char text[512];

	if (exists("/usr/bin/apt", X_OK))
		snprintf(text, sizeof(text), "sudo apt install %s", debian);
	else if (exists("/usr/bin/dnf", X_OK))
		snprintf(text, sizeof(text), "sudo dnf install %s", fedora);
	else if (exists("/usr/bin/pacman", X_OK))
		snprintf(text, sizeof(text), "sudo pacman -S %s", arch);
	else
		return NULL;
	return text;
}

static char *read_all(FILE *f)
{
	size_t size = 0, len = 0, n;
	char *text = NULL, *more;

	do {
		if (size - len < 4096) {
			size = size * 2 + 65536;
			more = realloc(text, size);
			if (!more)
				break;
			text = more;
		}
		n = fread(text + len, 1, size - len - 1, f);
		len += n;
	} while (n);
	if (text)
		text[len] = '\0';
	return text;
}

static void config_load(struct doctor *d)
{
	static const char *const paths[] = {
		"/boot/config-%s", "/lib/modules/%s/config", "/usr/lib/modules/%s/config",
		"/lib/modules/%s/build/.config",
	};
	size_t i;
	FILE *f;

	snprintf(d->config_path, sizeof(d->config_path), "/proc/config.gz");
	f = *doctor_root || !exists(d->config_path, R_OK) ? NULL :
	    popen("gzip -dc /proc/config.gz 2>/dev/null", "re");
	if (f) {
		d->config = read_all(f);
		pclose(f);
	}
	for (i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		if (d->config && strstr(d->config, "CONFIG_"))
			return;
		free(d->config);
		d->config = NULL;
		snprintf(d->config_path, sizeof(d->config_path), paths[i], d->uts.release);
		f = open_file(d->config_path);
		if (!f)
			continue;
		d->config = read_all(f);
		fclose(f);
	}
	if (!d->config)
		*d->config_path = '\0';
}

char config(const struct doctor *d, const char *option)
{
	size_t len = strlen(option);
	const char *s = d->config;

	if (!s)
		return '?';
	while ((s = strstr(s, option))) {
		if ((s == d->config || s[-1] == '\n') && s[len] == '=')
			return s[len + 1];
		s += len;
	}
	return 'n';
}

static int doctor_run(const struct options *o, int argc, char **argv)
{
	struct doctor d = { .o = o, .here = exists("/sys/class/kulink", F_OK),
			    .json.out = stdout };
	size_t i;

	(void)argc;
	(void)argv;
	uname(&d.uts);
	slurp("/proc/sys/kernel/osrelease", d.uts.release, sizeof(d.uts.release));
	config_load(&d);
	if (o->json)
		json_begin(&d.json, NULL, '[');
	for (i = 0; i < sizeof(checks) / sizeof(*checks); i++)
		checks[i](&d);
	if (o->json)
		json_end(&d.json);
	else
		printf("\n%u %s, %u %s\n", d.problems, d.problems == 1 ? "problem" : "problems",
		       d.warnings, d.warnings == 1 ? "warning" : "warnings");
	free(d.config);
	return d.problems ? STATUS_FAILED : STATUS_DONE;
}

const struct verb doctor_verb = {
	.name = "doctor",
	.arguments = "",
	.summary = "what this kernel allows, and the command that remedies what is missing",
	.details = "ok: as it should be; warning: some of kulink will be missing; problem: kulink "
		   "cannot be\nloaded or used. Exit status 0 if there is no problem.\n",
	.options = "",
	.no_channel = true,
	.run = doctor_run,
};
