// SPDX-License-Identifier: GPL-2.0
/*
 * The checks of 'opalvm doctor'. What the module alone can find out, it says
 * when it is loaded.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "cmdline.h"
#include "doctor.h"
#include "loaded.h"
#include "sysfs.h"
#include "tool.h"

#define SIGNATURE	"~Module signature appended~\n"
#define SECURE_BOOT	"/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
#define MAX_FILE	(64 * 1024 * 1024)

/* the oldest and the newest kernels that it is tested with */
#define OLDEST_MAJOR	6
#define OLDEST_MINOR	1
#define NEWEST_MAJOR	7
#define NEWEST_MINOR	2

__attribute__((format(printf, 4, 5)))
static void say_it(struct finding *finding, enum verdict verdict, const char *next,
		   const char *fmt, ...)
{
	va_list args;

	finding->verdict = verdict;
	snprintf(finding->next, sizeof(finding->next), "%s", next);
	va_start(args, fmt);
	vsnprintf(finding->says, sizeof(finding->says), fmt, args);
	va_end(args);
}

#define fine(finding, ...)		say_it(finding, FINE, "", __VA_ARGS__)
#define note(finding, next, ...)	say_it(finding, NOTE, next, __VA_ARGS__)
#define stops(finding, next, ...)	say_it(finding, STOPS, next, __VA_ARGS__)

static bool is_there(const char *name)
{
	return !sysfs_absent(name);
}

/* whether the text of @name is @text */
static bool holds(const char *name, const char *text)
{
	char found[SYSFS_TEXT];

	return !sysfs_text(found, name) && !strcmp(found, text);
}

/* whether @name has a line that begins with @key and has @word behind */
static bool line_has(const char *name, const char *key, const char *word)
{
	struct sysfs_lines lines;
	bool has = false;

	if (sysfs_lines(&lines, name))
		return false;
	for (size_t i = 0; i < lines.nr; i++)
		has |= !strncmp(lines.lines[i], key, strlen(key)) && strstr(lines.lines[i], word);
	sysfs_lines_free(&lines);
	return has;
}

static void look_at_root(const struct patient *patient, struct finding *finding)
{
	(void)patient;
	if (geteuid())
		stops(finding, "run it as root: sudo opalvm doctor",
		      "not run by root, who alone can load the module and see what it shows; "
		      "some of what follows may be wrong");
	else
		fine(finding, "run by root");
}

static void look_at_kernel(const struct patient *patient, struct finding *finding)
{
	unsigned int major, minor;
	bool known = sscanf(patient->release, "%u.%u", &major, &minor) == 2;

	if (!patient->known_arch)
		stops(finding, "use a machine of one of these two kinds",
		      "neither x86-64 nor 64-bit POWER");
	else if (!known || major < OLDEST_MAJOR || (major == OLDEST_MAJOR && minor < OLDEST_MINOR))
		stops(finding, "boot Linux 6.1 or later", "Linux %s is older than 6.1",
		      patient->release);
	else if (major > NEWEST_MAJOR || (major == NEWEST_MAJOR && minor > NEWEST_MINOR))
		note(finding, "if the module cannot be built, or fails: boot Linux 6.1 to 7.2",
		     "Linux %s is newer than those that opalvm is tested with", patient->release);
	else
		fine(finding, "Linux %s on %s", patient->release,
		     patient->power ? "64-bit POWER" : "x86-64");
}

static void look_at_power(struct finding *finding)
{
	if (line_has("/proc/cpuinfo", "MMU", "Hash"))
		stops(finding,
		      "use POWER9 or later, and leave disable_radix out of the command line",
		      "the MMU uses a hash table, and only radix trees can be hosted in");
	else
		fine(finding, "the MMU uses radix trees");
}

/* the kernel tells of most of it only to those inside */
static void look_at_machine(const struct patient *patient, struct finding *finding)
{
	if (patient->power)
		look_at_power(finding);
	else if (holds("/sys/hypervisor/type", "xen") && holds("/sys/hypervisor/guest_type", "PV"))
		stops(finding, "use a Xen HVM or PVH guest",
		      "a Xen PV guest does not own its page tables");
	else if (cmdline_running("mem_encrypt=on") || is_there("/dev/sev-guest") ||
		 line_has("/proc/cpuinfo", "flags", " tdx_guest"))
		stops(finding, "use the kernel's own EFI support, or a machine without it",
		      "memory encryption (SME, SEV or TDX) is on");
	else if (is_there("/sys/firmware/sgi_uv") || is_there("/proc/sgi_uv"))
		stops(finding, "boot without noefi and efi=noruntime",
		      "an SGI UV needs the kernel's own EFI support");
	else
		fine(finding, "nothing about this machine is known to be in the way");
}

static void look_at_power_firmware(struct finding *finding)
{
	if (is_there("/proc/device-tree/ibm,opal"))
		fine(finding, "OPAL is there");
	else if (!is_there("/proc/device-tree/rtas"))
		stops(finding, "use a machine that has one of them",
		      "the device tree has neither OPAL nor RTAS");
	else if (!line_has("/proc/cpuinfo", "machine", "emulated by qemu"))
		stops(finding, "nothing has to be done: the kernel goes on to call it",
		      "this RTAS does its work itself; only that of QEMU can be hosted");
	else
		fine(finding, "the RTAS of QEMU is there");
}

static void look_at_efi(struct finding *finding)
{
	static const char *const tables[] = { "/opalvm.handover", "/run/opalvm/handover" };

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		if (is_there(tables[i])) {
			fine(finding, "a kernel before this one left its map: %s", tables[i]);
			return;
		}
	}
	if (!is_there("/sys/firmware/efi"))
		stops(finding, "boot with EFI, or start this kernel with: opalvm kexec",
		      "this kernel knows of no EFI, and no kernel before it left a map");
	else if (holds("/sys/firmware/efi/fw_platform_size", "32"))
		stops(finding, "use a machine with 64-bit EFI",
		      "the firmware is 32-bit EFI");
	else if (cmdline_runtime_off())
		fine(finding, "EFI is there, and this kernel leaves its services alone");
	else
		note(finding, "nothing has to be done; for a kernel in which opalvm calls: "
		     "opalvm kexec ... --append=\"... efi=noruntime\"",
		     "this kernel calls EFI itself: opalvm only records its map, for the next one");
}

static void look_at_firmware(const struct patient *patient, struct finding *finding)
{
	char state[SYSFS_TEXT], name[SYSFS_NAME];

	if (patient->hosts && !sysfs_text(state, firmware_file(name, "state")))
		fine(finding, "%s is %s", firmware(), state);
	else if (patient->power)
		look_at_power_firmware(finding);
	else
		look_at_efi(finding);
}

/* the file of the module below /lib/modules/RELEASE, or false */
static bool find_module(const struct patient *patient, char file[SYSFS_NAME])
{
	char name[SYSFS_NAME];
	struct sysfs_lines lines;
	bool found = false;

	snprintf(name, sizeof(name), "/lib/modules/%.64s/modules.dep", patient->release);
	if (sysfs_lines(&lines, name))
		return false;
	for (size_t i = 0; i < lines.nr && !found; i++) {
		char *path = strtok(lines.lines[i], ":");
		char *base = path ? strrchr(path, '/') : NULL;

		if (!path || strncmp(base ? base + 1 : path, "opalvm.ko", 9))
			continue;
		snprintf(file, SYSFS_NAME, "/lib/modules/%.64s/%.160s", patient->release, path);
		found = true;
	}
	sysfs_lines_free(&lines);
	return found;
}

static void look_at_module(const struct patient *patient, struct finding *finding)
{
	char version[SYSFS_TEXT], headers[SYSFS_NAME], file[SYSFS_NAME];

	snprintf(headers, sizeof(headers), "/lib/modules/%.64s/build", patient->release);
	if (patient->loaded && (sysfs_text(version, "version") || strcmp(version, TOOL_VERSION)))
		note(finding, "use the tool and the module of the same version",
		     "loaded, but the tool is of another version: " TOOL_VERSION);
	else if (patient->loaded && !patient->hosts)
		stops(finding, "the reason: dmesg | grep opalvm",
		      "loaded, but it hosts no firmware");
	else if (patient->loaded)
		fine(finding, "loaded");
	else if (find_module(patient, file))
		note(finding, "modprobe opalvm; what it says if it fails: dmesg | grep opalvm",
		     "not loaded, but there for this kernel");
	else if (is_there(headers))
		stops(finding, "where the source of opalvm is: make && make install",
		      "there is none for this kernel, %s", patient->release);
	else
		stops(finding, "install the headers of this kernel, then, where the source of "
		      "opalvm is: make && make install",
		      "there is none for this kernel, %s, nor the headers to build it",
		      patient->release);
}

static bool is_secure_boot(void)
{
	unsigned char *data;
	bool is_on = false;
	void *bytes;
	size_t len;

	/* four bytes of attributes, and the value */
	if (sysfs_bytes(&bytes, &len, SYSFS_TEXT, SECURE_BOOT))
		return false;
	data = bytes;
	is_on = len == 5 && data[4];
	free(bytes);
	return is_on;
}

/* 1: it is, 0: it is not, -1: it cannot be told from a file that is compressed */
static int is_signed(const char *file)
{
	const size_t mark = strlen(SIGNATURE);
	const char *end = strrchr(file, '.');
	void *bytes;
	size_t len;
	int found;

	if (!end || strcmp(end, ".ko") || sysfs_bytes(&bytes, &len, MAX_FILE, file))
		return -1;
	found = len >= mark && !memcmp((char *)bytes + len - mark, SIGNATURE, mark);
	free(bytes);
	return found;
}

static void look_at_signature(const struct patient *patient, struct finding *finding)
{
	static const char sign[] = "sign the module with a key that the kernel has: "
				   "Documentation/admin-guide/lockdown.rst";
	const char *boot = is_secure_boot() ? "Secure Boot is on, and" : "Secure Boot is off, but";
	char file[SYSFS_NAME] = "";
	int is;

	find_module(patient, file);
	is = is_signed(file);
	if (patient->loaded)
		fine(finding, "the module was accepted");
	else if (!patient->locked_down && !holds("/sys/module/module/parameters/sig_enforce", "Y"))
		fine(finding, "the kernel takes modules that are not signed");
	else if (!*file)
		note(finding, sign, "%s the kernel takes signed modules alone", boot);
	else if (is < 0)
		note(finding, sign, "%s the kernel takes signed modules alone; whether this one is "
		     "cannot be told, as it is compressed", boot);
	else if (is)
		fine(finding, "the module is signed; whether by somebody whom the kernel trusts "
		     "shows when it is loaded");
	else
		stops(finding, sign, "%s the kernel takes signed modules alone: this one is not",
		      boot);
}

/* the first character of its value, 'n' if it is not set, 0 if nothing is known */
static char option_of(const struct patient *patient, const char *option)
{
	const char *const formats[] = {
		"/boot/config-%.64s", "/lib/modules/%.64s/config", "/proc/config.gz"
	};
	char name[SYSFS_NAME], path[PATH_MAX], line[SYSFS_TEXT];
	size_t len = strlen(option);
	gzFile file = NULL;
	char value = 'n';

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]) && !file; i++) {
		snprintf(name, sizeof(name), formats[i], patient->release);
		/* a file that is not compressed is read as it is */
		if (!sysfs_path(path, name))
			file = gzopen(path, "re");
	}
	if (!file)
		return 0;
	while (gzgets(file, line, sizeof(line))) {
		if (!strncmp(line, option, len) && line[len] == '=')
			value = line[len + 1];
	}
	gzclose(file);
	return value;
}

static void look_at_config(const struct patient *patient, struct finding *finding)
{
	static const char other[] = "boot a kernel that has it";

	if (!option_of(patient, "CONFIG_MODULES"))
		note(finding,
		     "put it where it is looked for, /boot/config-RELEASE, or: modprobe configs",
		     "the kernel's configuration is not known: nothing is said about it");
	else if (!patient->power && option_of(patient, "CONFIG_EFI") == 'n')
		stops(finding, other, "the kernel is built without CONFIG_EFI");
	else if (patient->power && option_of(patient, "CONFIG_PPC_RADIX_MMU") == 'n')
		stops(finding, other, "the kernel is built without CONFIG_PPC_RADIX_MMU");
	else if (option_of(patient, "CONFIG_KPROBES") == 'n')
		note(finding, other, "the kernel is built without CONFIG_KPROBES: a fault of the "
		     "firmware is contained, but an oops is printed before");
	else if (option_of(patient, "CONFIG_KEXEC") == 'n' &&
		 option_of(patient, "CONFIG_KEXEC_FILE") == 'n')
		note(finding, other,
		     "the kernel is built without kexec: the map cannot be handed over");
	else
		fine(finding, "the kernel is built with what is needed");
}

static void look_at_helper(const struct patient *patient, struct finding *finding)
{
	if (patient->hosts)
		fine(finding, "not needed any more");
	else if (option_of(patient, "CONFIG_STATIC_USERMODEHELPER") == 'y')
		stops(finding, "boot another kernel, or build opalvm into this one",
		      "the kernel lets one program alone be a helper "
		      "(CONFIG_STATIC_USERMODEHELPER), and an address space is taken from one");
	else
		fine(finding, "the kernel can start the helper whose address space is taken");
}

static void look_at_lockdown(const struct patient *patient, struct finding *finding)
{
	if (patient->locked_down)
		note(finding, "what is used instead: Documentation/admin-guide/lockdown.rst; "
		     "load the next kernel with: opalvm kexec -s",
		     "the kernel is locked down: it takes no map from an initrd, "
		     "and /dev/opalvm calls nothing");
	else
		fine(finding, "the kernel is not locked down");
}

static bool has_program(const char *name)
{
	const char *path = getenv("PATH");
	char *dirs, *rest, *dir, file[PATH_MAX];
	bool found = false;

	if (asprintf(&dirs, "%s:/usr/sbin:/sbin", path ? path : "/usr/bin") < 0)
		return false;
	rest = dirs;
	while (!found && (dir = strsep(&rest, ":"))) {
		snprintf(file, sizeof(file), "%s/%s", dir, name);
		found = !access(file, X_OK);
	}
	free(dirs);
	return found;
}

static void look_at_kexec(const struct patient *patient, struct finding *finding)
{
	(void)patient;
	if (holds("/proc/sys/kernel/kexec_load_disabled", "1"))
		note(finding, "reboot without what sets kernel.kexec_load_disabled",
		     "loading kernels was switched off: the map cannot be handed over");
	else if (!has_program("kexec"))
		note(finding, "install kexec-tools",
		     "kexec is not installed: the map cannot be handed over");
	else
		fine(finding, "kexec is installed");
}

static void look_at_loss(const struct patient *patient, struct finding *finding)
{
	char name[SYSFS_NAME], windows[SYSFS_TEXT];

	if (!patient->hosts)
		note(finding, "load the module first, and go with: opalvm kexec",
		     "a kexec would lose the firmware: nobody hands its map over");
	else if (holds(firmware_file(name, "capsule_pending"), "1"))
		note(finding, "reboot before the next kexec",
		     "a kexec would lose an update capsule that waits for a reset");
	else if (holds("/sys/kernel/kexec_loaded", "1") && !loaded_is_noted())
		note(finding, "load it again: opalvm kexec -l KERNEL, or -s",
		     "a kernel is loaded, but not by opalvm kexec: it would not get the map");
	else if (!sysfs_text(windows, firmware_file(name, "windows")) && *windows)
		note(finding, "nothing has to be done: OPAL asks for them again",
		     "a kexec would lose the windows that OPAL has mapped");
	else
		fine(finding, "a kexec by opalvm kexec would lose nothing");
}

static void look_at_quarantine(const struct patient *patient, struct finding *finding)
{
	char names[SYSFS_TEXT], name[SYSFS_NAME], next[FINDING_TEXT];

	if (!patient->hosts || sysfs_text(names, firmware_file(name, "quarantine")) || !*names) {
		fine(finding, "nothing is in quarantine");
		return;
	}
	for (char *c = names; *c; c++)
		*c = *c == '\n' ? ' ' : *c;
	snprintf(next, sizeof(next), "the reason: dmesg | grep opalvm; to lift it: echo SERVICE > "
		 "/sys/firmware/opalvm/%s/quarantine, or reboot where opalvm services says "
		 "spoiled", firmware());
	note(finding, next, "refused after a fault or a hang: %.300s", names);
}

const struct check doctor_checks[] = {
	{ "root",	look_at_root },
	{ "kernel",	look_at_kernel },
	{ "machine",	look_at_machine },
	{ "firmware",	look_at_firmware },
	{ "module",	look_at_module },
	{ "signature",	look_at_signature },
	{ "config",	look_at_config },
	{ "helper",	look_at_helper },
	{ "lockdown",	look_at_lockdown },
	{ "kexec",	look_at_kexec },
	{ "loss",	look_at_loss },
	{ "quarantine",	look_at_quarantine },
	{ 0 }
};
