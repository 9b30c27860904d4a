/* SPDX-License-Identifier: GPL-2.0 */
/* What the targets share. */
#ifndef OPALVM_FUZZ_H
#define OPALVM_FUZZ_H

#include "shim.h"
#include "map.h"

/* libFuzzer's */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed);

/* What must be true of the code under test; the input is kept if it is not */
#define CHECK(condition) \
	do { \
		if (!(condition)) { \
			fprintf(stderr, "CHECK failed, %s:%d: %s\n", \
				__FILE__, __LINE__, #condition); \
			abort(); \
		} \
	} while (0)

/**
 * struct input - what is left of the fuzzer's bytes
 * @p: the next one
 * @left: how many
 */
struct input {
	const u8 *p;
	size_t left;
};

/* take() - the next bytes; zeroes behind the end */
static inline void take(struct input *in, void *to, size_t len)
{
	size_t got = min(len, in->left);

	memset(to, 0, len);
	memcpy(to, in->p, got);
	in->p += got;
	in->left -= got;
}

static inline u64 take_u64(struct input *in)
{
	u64 value;

	take(in, &value, sizeof(value));
	return le64toh(value);
}

/*
 * tweak() - change one number of 32 bits a little, where @seed says; the fuzzer
 * itself rarely hits a count, and rarer still makes it one more
 */
static inline void tweak(uint8_t *data, size_t size, unsigned int seed)
{
	u32 value;

	if (size < sizeof(value))
		return;
	data += seed / 64 % (size / sizeof(value)) * sizeof(value);
	memcpy(&value, data, sizeof(value));
	value += seed & 1 ? 1U << (seed / 2 % 32) : seed / 2 % 8 - 3;
	memcpy(data, &value, sizeof(value));
}

/* A refusal has a reason, which is one line that can be printed. */
static inline void check_why(int err, const struct opalvm_why *why)
{
	size_t i;

	CHECK(err < 0 && err > -4096);
	CHECK(memchr(why->text, 0, sizeof(why->text)));
	CHECK(why->text[0]);
	for (i = 0; why->text[i]; i++)
		CHECK(why->text[i] >= ' ' && why->text[i] <= '~');
}

#endif /* OPALVM_FUZZ_H */
