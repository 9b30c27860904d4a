// SPDX-License-Identifier: GPL-2.0
/*
 * scom_read CHIP ADDRESS: reads a register of a chip through the kernel's own OPAL
 * calls, by the driver opal-prd, and prints it as "opalvm call" prints memory.
 */
#include <fcntl.h>
#include <linux/types.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>

/* arch/powerpc/include/uapi/asm/opal-prd.h, which the C library's headers may lack */
struct opal_prd_scom {
	__u64 chip;
	__u64 addr;
	__u64 data;
	__s64 rc;
};

#define OPAL_PRD_SCOM_READ	_IOR('o', 0x02, struct opal_prd_scom)

int main(int argc, char **argv)
{
	struct opal_prd_scom scom = {};
	int fd = open("/dev/opal-prd", O_RDWR);

	if (argc != 3 || fd < 0) {
		perror("scom_read: /dev/opal-prd");
		return 1;
	}
	scom.chip = strtoull(argv[1], NULL, 0);
	scom.addr = strtoull(argv[2], NULL, 0);
	if (ioctl(fd, OPAL_PRD_SCOM_READ, &scom) || scom.rc) {
		fprintf(stderr, "scom_read: error %lld\n", (long long)scom.rc);
		return 1;
	}
	printf("%016llx\n", (unsigned long long)scom.data);
	return 0;
}
