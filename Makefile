# SPDX-License-Identifier: GPL-2.0
#
# make                     build the module for the running kernel
# make install             install module, tool, and what an initramfs needs
# make tool                build the tool
# make check               run all tests that gate a change
# make check-quick         a minute's worth of them
# make check-full          the matrix of kernels and machines; can be resumed
# make soak [MINUTES=N]    what takes hours, for so long; can be resumed
# make demo                show it in a guest
# make shell               a guest to try things in, with a shell of it
# make bench               measure what a hop costs, in a guest
# make htmldocs            the documentation, in Documentation/output
# make clean               remove what was built here
#
# ARCH=x86_64, ARCH=ppc64  check, check-full, soak, demo, bench: only one side
# KERNELDIR=DIR            build for another kernel
# PREFIX=                  where the tool goes
# DESTDIR=                 before all that is installed, but modules
# INSTALL_MOD_PATH=        where /lib/modules is

KERNELDIR ?= /lib/modules/$(shell uname -r)/build
MODULE := $(CURDIR)/drivers/firmware/opalvm
VM := tools/testing/vm
# the makefiles that scripts call have an ARCH of their own
UNMADE = env -u MAKEFLAGS -u MAKEOVERRIDES ARCH=$(ARCH)

all: module

headers:
	@test -e "$(KERNELDIR)/Makefile" || { \
		echo "no kernel headers in $(KERNELDIR): install linux-headers-$$(uname -r), or set KERNELDIR" >&2; \
		exit 1; }

module: headers
	$(MAKE) -C "$(KERNELDIR)" M="$(MODULE)" modules

install: module tool
	$(MAKE) -C "$(KERNELDIR)" M="$(MODULE)" modules_install
	$(MAKE) -C tools/opalvm install
	$(MAKE) -C tools/initramfs install
	depmod -b "$(INSTALL_MOD_PATH)/" "$$(cut -d\" -f2 "$(KERNELDIR)/include/generated/utsrelease.h")"

tool:
	$(MAKE) -C tools/opalvm

check:
	@$(UNMADE) $(VM)/check.sh

check-quick:
	@$(UNMADE) $(VM)/check.sh quick

check-full:
	@$(UNMADE) $(VM)/check.sh full

soak:
	@$(UNMADE) $(VM)/soak.sh $(MINUTES)

demo:
	@$(UNMADE) $(VM)/demo.sh

shell:
	@$(UNMADE) $(VM)/shell.sh

bench:
	@$(UNMADE) $(VM)/bench.sh

htmldocs:
	@$(UNMADE) $(VM)/htmldocs.sh

# without a kernel's makefiles: its headers may have gone
clean:
	$(MAKE) -C tools/opalvm clean
	$(MAKE) -C tools/testing/selftests/opalvm/tool clean
	find drivers arch-glue \( -name '*.o' -o -name '*.ko' -o -name '*.mod' -o -name '*.mod.c' \
		-o -name '.*.cmd' -o -name '.*.o.d' -o -name '*.gcno' \
		-o -name 'Module.symvers' -o -name 'modules.order' -o -name '.module-common.o' \) -delete

.PHONY: all headers module install tool check check-quick check-full soak demo shell bench htmldocs clean
