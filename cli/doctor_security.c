// SPDX-License-Identifier: MIT
/* kulink doctor: whether a module of ours may be loaded: disabled modules, lockdown, signatures */
#include <string.h>
#include <unistd.h>
#include "doctor.h"

#define EFIVARS "/sys/firmware/efi/efivars"
#define SECURE_BOOT EFIVARS "/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
#define MOK "/var/lib/dkms/mok.pub"

void doctor_modules_disabled(struct doctor *d)
{
	char text[16];

	if (slurp("/proc/sys/kernel/modules_disabled", text, sizeof(text)) && *text == '1')
		found(d, d->here ? WARNING : PROBLEM, "modules", "sudo reboot",
		      "loading was switched off until the next boot (kernel.modules_disabled)");
}

/* "integrity" of "none [integrity] confidentiality"; "" where it is not known */
static void lockdown(char *text, size_t size)
{
	char *begin, *end;

	slurp("/sys/kernel/security/lockdown", text, size);
	begin = strchr(text, '[');
	end = begin ? strchr(begin, ']') : NULL;
	if (!end) {
		*text = '\0';
		return;
	}
	*end = '\0';
	memmove(text, begin + 1, end - begin);
}

void doctor_lockdown(struct doctor *d)
{
	char text[128];

	lockdown(text, sizeof(text));
	if (!*text && config(d, "CONFIG_SECURITY_LOCKDOWN_LSM") == 'y' &&
	    !exists("/sys/kernel/security/lsm", F_OK))
		found(d, WARNING, "lockdown",
		      "sudo mount -t securityfs securityfs /sys/kernel/security",
		      "cannot be seen: securityfs is not mounted");
	else if (!*text || !strcmp(text, "none"))
		found(d, FINE, "lockdown", NULL, "none");
	else
		found(d, WARNING, "lockdown", NULL,
		      "%s: modules need a signature, and debugfs shows nothing that can be written. "
		      "It ends with Secure Boot off, or without lockdown= at boot", text);
}

static bool secure_boot(void)
{
	unsigned char data[5];
	FILE *f = open_file(SECURE_BOOT);
	bool on;

	if (!f)
		return false;
	on = fread(data, 1, sizeof(data), f) == sizeof(data) && data[4] == 1;
	fclose(f);
	return on;
}

/* Why a module without a signature that this kernel knows is refused; NULL: it is not */
static const char *enforced(const struct doctor *d)
{
	char text[128];

	if (slurp("/sys/module/module/parameters/sig_enforce", text, sizeof(text)) && *text == 'Y')
		return "module.sig_enforce";
	if (config(d, "CONFIG_MODULE_SIG_FORCE") == 'y')
		return "CONFIG_MODULE_SIG_FORCE";
	lockdown(text, sizeof(text));
	return *text && strcmp(text, "none") ? "lockdown" : NULL;
}

void doctor_signatures(struct doctor *d)
{
	const char *why = enforced(d), *remedy;
	bool secure = secure_boot();

	if (config(d, "CONFIG_MODULES") == 'n')
		return;
	if (!why) {
		found(d, FINE, "signatures", NULL, "modules without a signature can be loaded%s",
		      secure ? ", although Secure Boot is on" : "");
		return;
	}
	remedy = exists(MOK, F_OK) ? "sudo mokutil --import " MOK :
		"sudo openssl req -new -x509 -newkey rsa:2048 -nodes -days 3650 -outform DER "
		"-subj /CN=kulink/ -keyout MOK.key -out MOK.der && sudo mokutil --import MOK.der";
	found(d, d->here ? WARNING : PROBLEM, "signatures", remedy,
	      "modules without a signature are refused (%s%s): enrol a key of yours, reboot, and "
	      "sign each with /lib/modules/%s/build/scripts/sign-file", why,
	      secure ? ", Secure Boot" : "", d->uts.release);
}
