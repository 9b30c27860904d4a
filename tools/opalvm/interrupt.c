// SPDX-License-Identifier: GPL-2.0
#include <signal.h>
#include <stddef.h>
#include <time.h>

#include "interrupt.h"

static sigset_t those_held(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	return set;
}

void interrupt_hold(void)
{
	const sigset_t set = those_held();

	sigprocmask(SIG_BLOCK, &set, NULL);
}

bool interrupt_wait(double seconds)
{
	const time_t whole = seconds;
	const struct timespec time = {
		.tv_sec = whole, .tv_nsec = (long)((seconds - whole) * 1e9),
	};
	const sigset_t set = those_held();

	return sigtimedwait(&set, NULL, &time) > 0;
}
