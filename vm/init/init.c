// SPDX-License-Identifier: GPL-2.0-only
/*
 * PID 1: sets the machine up, loads the modules, runs the command, takes the modules out again, looks for leaks, and
 * writes the verdict to a serial port of its own (ttyS1), so that neither a hang nor a panic can look like success.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/reboot.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "init.h"

enum { EXIT_PORT = 0xf4, EXIT_CODE = 0x10 };	/* QEMU's isa-debug-exit: it leaves with 0x21 */

static void read_settings(struct settings *settings)
{
	char text[4096];

	if (read_file("/vm/settings", text, sizeof(text)) < 0)
		return;
	settings->tap = strstr(text, "tap\n");
	settings->interactive = strstr(text, "interactive\n");
	settings->deterministic = strstr(text, "deterministic\n");
	settings->collect = strstr(text, "collect\n");
}

static void send_verdict(const struct verdict *verdict)
{
	struct termios raw;
	char line[256];
	int fd = open("/dev/ttyS1", O_WRONLY | O_NOCTTY);

	if (fd < 0)
		return;
	if (!tcgetattr(fd, &raw)) {
		cfmakeraw(&raw);
		tcsetattr(fd, TCSANOW, &raw);
	}
	snprintf(line, sizeof(line), "verdict status=%d modules=%d tap=%d tests=%lu failed=%lu taint=%lu leaks=%u end\n",
		 verdict->status, verdict->modules_failed, verdict->tap, verdict->tests, verdict->failed, verdict->taint,
		 verdict->leaks);
	write_all(fd, line, strlen(line));
	tcdrain(fd);
	close(fd);
}

static void __attribute__((noreturn)) power_off(void)
{
	sync();
	if (!ioperm(EXIT_PORT, 4, 1))
		outb(EXIT_CODE, EXIT_PORT);
	reboot(RB_AUTOBOOT);	/* under -no-reboot, QEMU leaves too */
	_exit(1);
}

/* Whatever the command left running ends here, so that it holds no module. */
static void end_everything(void)
{
	kill(-1, SIGKILL);
	while (wait(NULL) > 0)
		;
}

static void send_out_directory(void)
{
	char *const tar[] = { "/bin/busybox", "tar", "-C", "/out", "-cf", "/dev/virtio-ports/vm.files", ".", NULL };

	run_program(tar);
}

int main(int argc, char **argv)
{
	struct settings settings = { 0 };
	struct verdict verdict = { 0 };
	unsigned long taint;

	if (argc > 1 && !strcmp(argv[1], "probe"))
		power_off();
	setenv("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin", 1);
	setenv("HOME", "/root", 1);
	setup_mounts();
	read_settings(&settings);
	if (!setup_ports())
		power_off();	/* without a verdict */
	log_start(settings.deterministic);
	setup_network();
	taint = log_taint();
	leaks_start();
	if (settings.deterministic)
		sleep(8);	/* boot's background work ends; costs nothing on the instruction clock */
	verdict.modules_failed = modules_load();
	if (!verdict.modules_failed)
		command_run(&settings, &verdict);
	if (settings.collect)
		send_out_directory();
	end_everything();
	leaks_remember_symbols();
	modules_unload();
	verdict.leaks = leaks_count();
	verdict.taint = log_taint() & ~taint;
	log_forward();
	send_verdict(&verdict);
	power_off();
}
