/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the code under test asks of the kernel, in user space. The makefile puts
 * it in the place of each kernel header that is included there. Nothing here is
 * kinder than the kernel: sizes are exact, so that each byte too far is seen.
 */
#ifndef OPALVM_FUZZ_SHIM_H
#define OPALVM_FUZZ_SHIM_H

#include <assert.h>
#include <ctype.h>
#include <endian.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <zlib.h>

#include <linux/types.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s64 s64;

#define U64_MAX			(~0ULL)
#define SZ_4K			0x1000
#define SZ_64K			0x10000
#define SZ_64M			0x4000000
#define PAGE_SIZE		4096UL

#define BIT(n)			(1UL << (n))
#define BIT_ULL(n)		(1ULL << (n))
#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#define ALIGN_DOWN(x, a)	((x) & ~((typeof(x))(a) - 1))
#define ALIGN(x, a)		ALIGN_DOWN((x) + (typeof(x))(a) - 1, a)
#define DIV_ROUND_UP_ULL(n, d)	(((n) + (d) - 1) / (d))
#define min(a, b)		((a) < (b) ? (a) : (b))
#define max(a, b)		((a) > (b) ? (a) : (b))
#define min_t(type, a, b)	min((type)(a), (type)(b))
#define READ_ONCE(x)		(x)
#define __printf(f, a)		__attribute__((format(printf, f, a)))

#define le32_to_cpu		le32toh
#define le64_to_cpu		le64toh
#define cpu_to_le32		htole32
#define cpu_to_le64		htole64
#define be32_to_cpu		be32toh
#define be64_to_cpu		be64toh
#define cpu_to_be32		htobe32

/* the kernel's take any char */
#undef isalpha
#undef isascii
#undef isdigit
#undef isgraph
#undef isprint
#undef isxdigit
#undef tolower
#define isalpha(c)		((isalpha)((unsigned char)(c)))
#define isascii(c)		((unsigned char)(c) < 0x80)
#define isdigit(c)		((isdigit)((unsigned char)(c)))
#define isgraph(c)		((isgraph)((unsigned char)(c)))
#define isprint(c)		((isprint)((unsigned char)(c)))
#define isxdigit(c)		((isxdigit)((unsigned char)(c)))
#define tolower(c)		((tolower)((unsigned char)(c)))

/* both run over the bits in the same order; only the inversions differ */
static inline u32 crc32_le(u32 crc, const void *p, size_t len)
{
	return ~crc32_z(~crc, p, len);
}

static inline void sort(void *base, size_t nr, size_t size,
			int (*compare)(const void *a, const void *b), void *swap)
{
	(void)swap;
	qsort(base, nr, size, compare);
}

/*
 * Memory. What the fuzzer asks for is small, so that none of it may fail.
 */

#define GFP_KERNEL		0
#define struct_size(p, member, n) \
	shim_size(sizeof(*(p)), sizeof(*((p)->member)), n)

/* saturates as the kernel's, which makes the allocation fail */
static inline size_t shim_size(size_t head, size_t each, size_t nr)
{
	size_t size;

	return __builtin_mul_overflow(each, nr, &size) ||
	       __builtin_add_overflow(head, size, &size) ? SIZE_MAX : size;
}

#define kvzalloc(size, gfp)	calloc(1, size)
#define kvfree(p)		free((void *)(p))
#define kmalloc(size, gfp)	malloc(size)
#define kcalloc(n, size, gfp)	calloc(n, size)
#define kfree(p)		free((void *)(p))

#define get_order(size)		(size)
#define __get_free_pages(gfp, order) ((unsigned long)malloc(order))
#define free_pages(p, order)	free((void *)(p))
#define virt_to_phys(p)		((u64)(unsigned long)(p))
#define flush_icache_range(first, end) do { } while (0)

#define ERR_PTR(err)		((void *)(long)(err))
#define PTR_ERR(p)		((long)(p))
#define PTR_ERR_OR_ZERO(p)	(IS_ERR(p) ? PTR_ERR(p) : 0)
#define IS_ERR(p)		((unsigned long)(p) >= -4095UL)

/*
 * Physical memory: each target has its own.
 */

#define MEMREMAP_WB		0
#define IORESOURCE_MEM		1
#define IORESOURCE_SYSTEM_RAM	2
#define IORES_DESC_NONE		0
#define IORES_DESC_ACPI_TABLES	1

enum { REGION_INTERSECTS, REGION_DISJOINT };

void *memremap(u64 pa, size_t len, unsigned long flags);
int region_intersects(u64 pa, size_t len, unsigned long flags, unsigned long desc);
#define memunmap(p)		free(p)
#define pr_info(...)			((void)snprintf(NULL, 0, __VA_ARGS__))
#define scnprintf(...)		((void)snprintf(__VA_ARGS__))
#define cond_resched()		do { } while (0)

/*
 * Types that the shared headers name and this code does not use.
 */

struct hrtimer { int unused; };
struct irq_work { int unused; };
struct timer_list { int unused; };
struct list_head { struct list_head *next, *prev; };
typedef struct { int unused; } raw_spinlock_t;

#endif /* OPALVM_FUZZ_SHIM_H */
