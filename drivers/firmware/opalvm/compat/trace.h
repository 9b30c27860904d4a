/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints, as they differ between kernels.
 */
#ifndef OPALVM_COMPAT_TRACE_H
#define OPALVM_COMPAT_TRACE_H

#include <linux/version.h>

/* 6.10 remembers the source */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0)
#define opalvm_compat_assign_str(dst, src)	__assign_str(dst)
#else
#define opalvm_compat_assign_str(dst, src)	__assign_str(dst, src)
#endif

#endif /* OPALVM_COMPAT_TRACE_H */
