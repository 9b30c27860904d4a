// SPDX-License-Identifier: GPL-2.0
/*
 * The firmware never sees a caller's memory. Each pointer argument is copied
 * to pages that end where an unmapped page begins, as close to it as the
 * argument's alignment allows; the few bytes between, and some before, hold a
 * pattern. A firmware that writes too far faults or leaves a trace. Where it
 * takes pointers into the linear map alone, it can only leave a trace.
 */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "buffer.h"

#define ALIGNMENT	16	/* of every argument, more than UEFI 2.10 section 2.3.1 asks for */
#define MARGIN		64	/* bytes of pattern before an argument */
#define PATTERN		0xa5

/* the linear map has no unmapped page to end at: there, pattern follows */
#define BEHIND		(ARCH_GLUE_LINEAR_ARGS ? MARGIN : 0)

static size_t room(size_t len)
{
	return MARGIN + round_up(len, ALIGNMENT) + BEHIND;
}

static u8 *start(const struct opalvm_buffer *buffer, size_t len)
{
	return buffer->base + buffer->size - BEHIND - round_up(len, ALIGNMENT);
}

/* bytes of pattern after an argument */
static size_t slack(size_t len)
{
	return round_up(len, ALIGNMENT) - len + BEHIND;
}

static void *pages_alloc(size_t size)
{
	return ARCH_GLUE_LINEAR_ARGS ? alloc_pages_exact(size, GFP_KERNEL) : vmalloc(size);
}

static void pages_free(struct opalvm_buffer *buffer)
{
	if (!ARCH_GLUE_LINEAR_ARGS)
		vfree(buffer->base);
	else if (buffer->base)
		free_pages_exact(buffer->base, buffer->size);
}

/**
 * opalvm_buffer_grow() - make a buffer large enough
 * @buffer: the buffer; all zero if it has no memory yet
 * @len: bytes that it has to hold
 *
 * Context: Process context, may sleep.
 * Return: 0 or -ENOMEM.
 */
int opalvm_buffer_grow(struct opalvm_buffer *buffer, size_t len)
{
	size_t size = PAGE_ALIGN(room(len));
	void *base;

	if (buffer->size >= size)
		return 0;
	base = pages_alloc(size);
	if (!base)
		return -ENOMEM;
	pages_free(buffer);
	buffer->base = base;
	buffer->size = size;
	return 0;
}

/**
 * opalvm_buffer_free() - free a buffer's memory
 * @buffer: the buffer
 *
 * Context: Process context, may sleep.
 */
void opalvm_buffer_free(struct opalvm_buffer *buffer)
{
	pages_free(buffer);
	*buffer = (struct opalvm_buffer) {};
}

/**
 * opalvm_buffer_fill() - copy an argument in and draw the pattern around it
 * @buffer: large enough
 * @arg: the argument, not a value
 *
 * What the firmware only writes starts out as zeroes: nothing of an earlier
 * call shows through.
 *
 * Context: Any.
 * Return: the address for the firmware.
 */
u64 opalvm_buffer_fill(struct opalvm_buffer *buffer, const struct opalvm_arg *arg)
{
	u8 *data = start(buffer, arg->len);

	memset(data - MARGIN, PATTERN, MARGIN);
	if (arg->kind == OPALVM_ARG_OUT)
		memset(data, 0, arg->len);
	else
		memcpy(data, arg->ptr, arg->len);
	memset(data + arg->len, PATTERN, slack(arg->len));
	return (u64)(uintptr_t)data;
}

/**
 * opalvm_buffer_intact() - did the firmware stay within an argument
 * @buffer: filled with @arg before the call
 * @arg: the argument
 *
 * Context: Any.
 */
bool opalvm_buffer_intact(const struct opalvm_buffer *buffer, const struct opalvm_arg *arg)
{
	u8 *data = start(buffer, arg->len);

	return !memchr_inv(data - MARGIN, PATTERN, MARGIN) &&
	       !memchr_inv(data + arg->len, PATTERN, slack(arg->len));
}

/**
 * opalvm_buffer_ends_at() - is an address in the unmapped page behind a buffer
 * @buffer: the buffer
 * @address: the address
 *
 * Context: Any.
 */
bool opalvm_buffer_ends_at(const struct opalvm_buffer *buffer, u64 address)
{
	u64 end = (u64)(uintptr_t)buffer->base + buffer->size;

	return !ARCH_GLUE_LINEAR_ARGS && address >= end && address - end < PAGE_SIZE;
}

/**
 * opalvm_buffer_u64() - read an argument of eight bytes as the firmware left it
 * @buffer: filled with @arg before the call
 * @arg: the argument
 *
 * Context: Any.
 */
u64 opalvm_buffer_u64(const struct opalvm_buffer *buffer, const struct opalvm_arg *arg)
{
	u64 value;

	memcpy(&value, start(buffer, arg->len), sizeof(value));
	return value;
}

/**
 * opalvm_buffer_take() - copy what the firmware wrote back to the caller
 * @buffer: filled with @arg before the call
 * @arg: the argument
 * @len: bytes to copy, @arg->len at most
 *
 * Context: Any.
 */
void opalvm_buffer_take(const struct opalvm_buffer *buffer, const struct opalvm_arg *arg,
			size_t len)
{
	memcpy(arg->ptr, start(buffer, arg->len), len);
}
