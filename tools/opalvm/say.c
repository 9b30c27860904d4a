// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "say.h"
#include "tool.h"

static const struct {
	int err;
	int code;
	const char *text;
} causes[] = {
	{ EACCES, EXIT_FAILED,
	  "only root may read it; run the command as root" },
	{ EPERM, EXIT_FAILED,
	  "refused by lockdown or for want of CAP_SYS_ADMIN; the reason: dmesg | grep opalvm" },
	{ ENODEV, EXIT_NOT_HERE,
	  "this machine cannot host the firmware; the reason: dmesg | grep opalvm" },
	{ EBUSY, EXIT_FAILED,
	  "the firmware is busy with another call; try again" },
	{ EAGAIN, EXIT_FAILED,
	  "too many read it at the same time; try again" },
	{ ETIMEDOUT, EXIT_FAILED,
	  "the firmware hung and was stopped at its deadline; what is refused now: opalvm status" },
	{ EIO, EXIT_FAILED,
	  "the firmware faulted or gave an error; the reason: dmesg | grep opalvm" },
	{ ESHUTDOWN, EXIT_FAILED,
	  "the service is quarantined; how to lift it: opalvm status" },
	{ EOPNOTSUPP, EXIT_FAILED,
	  "the firmware does not have this service; what it has: opalvm services" },
	{ EBADMSG, EXIT_FAILED,
	  "the checksum is wrong; the reason: dmesg | grep opalvm" },
	{ EPROTONOSUPPORT, EXIT_FAILED,
	  "the version is not known; use the tool and the module of the same version" },
	{ E2BIG, EXIT_FAILED,
	  "too many extents, or longer than the format allows; the reason: dmesg | grep opalvm" },
	{ ENOENT, EXIT_FAILED,
	  "the module does not show it; use the tool and the module of the same version" },
	{ EILSEQ, EXIT_FAILED,
	  "it holds no text; use the tool and the module of the same version" },
	{ EINVAL, EXIT_FAILED,
	  "it holds no number; use the tool and the module of the same version" },
};

static void say_list(const char *fmt, va_list args)
{
	/* what a command has already printed comes before its error */
	fflush(stdout);
	fputs("opalvm: ", stderr);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
}

void say(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say_list(fmt, args);
	va_end(args);
}

int fail(int code, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say_list(fmt, args);
	va_end(args);
	return code;
}

int fail_sysfs(const char *name, int err)
{
	for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++) {
		if (causes[i].err == err)
			return fail(causes[i].code, "%s: %s", name, causes[i].text);
	}
	return fail(EXIT_FAILED, "%s: %s; the reason: dmesg | grep opalvm", name, strerror(err));
}

int fail_line(const char *name, size_t nr)
{
	return fail(EXIT_FAILED, "%s: line %zu is damaged; "
		    "use the tool and the module of the same version", name, nr + 1);
}
