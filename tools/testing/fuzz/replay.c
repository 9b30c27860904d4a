// SPDX-License-Identifier: GPL-2.0
/* replay FILE...: runs each file once, without a fuzzer */
#include "fuzz.h"

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max)
{
	(void)data;
	(void)max;
	return size;
}

int main(int argc, char **argv)
{
	static u8 data[1 << 20];
	size_t len;
	FILE *file;

	while (*++argv) {
		file = fopen(*argv, "rb");
		if (!file) {
			perror(*argv);
			return 1;
		}
		len = fread(data, 1, sizeof(data), file);
		fclose(file);
		LLVMFuzzerTestOneInput(data, len);
	}
	(void)argc;
	return 0;
}
