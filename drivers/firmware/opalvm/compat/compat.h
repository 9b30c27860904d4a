/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs between kernels. The rest of the module is written for the
 * newest one.
 */
#ifndef OPALVM_COMPAT_H
#define OPALVM_COMPAT_H

#include <linux/hrtimer.h>
#include <linux/kthread.h>
#include <linux/mmu_context.h>
#include <linux/smp.h>
#include <linux/timer.h>
#include <linux/version.h>

#ifdef CONFIG_X86_64
#include <asm/mmu.h>
#include <asm/msr.h>

/* 6.16 renamed them */
#ifndef rdmsrq
#define rdmsrq(msr, val)	rdmsrl(msr, val)
#define wrmsrq(msr, val)	wrmsrl(msr, val)
#endif

/* 6.9 */
static inline bool opalvm_compat_fred(void)
{
#ifdef X86_FEATURE_FRED
	return cpu_feature_enabled(X86_FEATURE_FRED);
#else
	return false;
#endif
}

/* 6.11 dropped the argument */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 11, 0)
static inline void opalvm_compat_leave_mm(void)
{
	leave_mm();
}
#else
static inline void opalvm_compat_leave_mm(void)
{
	leave_mm(smp_processor_id());
}
#endif
#endif /* CONFIG_X86_64 */

/* 6.2 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#define timer_delete(timer)		del_timer(timer)
#define timer_delete_sync(timer)	del_timer_sync(timer)
#endif

/* 6.13 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
static inline void hrtimer_setup(struct hrtimer *timer,
				 enum hrtimer_restart (*function)(struct hrtimer *),
				 clockid_t clock, enum hrtimer_mode mode)
{
	hrtimer_init(timer, clock, mode);
	timer->function = function;
}
#endif

/* 6.14 tells creating a worker from starting it */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 14, 0)
#define kthread_run_worker(flags, ...)	kthread_create_worker(flags, __VA_ARGS__)
#endif

#endif /* OPALVM_COMPAT_H */
