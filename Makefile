# SPDX-License-Identifier: GPL-2.0
#
# make                     build the module for the running kernel
# make install             install module, tool, and what initramfs and systemd need
# make tool                build the tool
# make dkms-install        have dkms build and install the module, for each kernel
# make deb                 build packages for Debian 12, in deb/
# make rpm                 the same as RPM, in rpm/
# make in-tree KSRC=DIR    put the module into a kernel's sources
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
# DESTDIR=                 before all that is installed, but modules; dkms-install then
#                          only puts the sources there
# INSTALL_MOD_PATH=        where /lib/modules is
#
# What these need and Debian 12 has is installed, except by those that say "put".

MODULE := $(CURDIR)/drivers/firmware/opalvm
VM := tools/testing/vm
# the makefiles that scripts call have an ARCH of their own
UNMADE = env -u MAKEFLAGS -u MAKEOVERRIDES ARCH=$(ARCH)

# one version for everything
VERSION := $(shell sed -n 's/^\#define OPALVM_VERSION[^"]*"\([^"]*\)".*/\1/p' $(MODULE)/opalvm.h)
DKMS_SOURCE := $(DESTDIR)/usr/src/opalvm-$(VERSION)

all: module

# The kernel's headers are looked for, and installed, when they are needed
KERNELDIR ?= $(eval KERNELDIR := $$(shell tools/headers.sh))$(KERNELDIR)

RELEASE = $$(cut -d\" -f2 "$(KERNELDIR)/include/generated/utsrelease.h")

headers:
	@test -e "$(KERNELDIR)/Makefile" || { \
		echo "no kernel headers in '$(KERNELDIR)': set KERNELDIR to where they are" >&2; \
		exit 1; }

module: headers
	$(MAKE) -C "$(KERNELDIR)" M="$(MODULE)" modules

install: module tool
	@$(VM)/deps.sh kmod make
	$(MAKE) -C "$(KERNELDIR)" M="$(MODULE)" modules_install
	$(MAKE) -C tools/opalvm install
	$(MAKE) -C tools/initramfs install
	$(MAKE) -C tools/systemd install
	depmod -b "$(INSTALL_MOD_PATH)/" "$(RELEASE)"

# What dkms builds of: no tests, no objects
dkms-source:
	install -d "$(DKMS_SOURCE)"
	sed 's/#MODULE_VERSION#/$(VERSION)/' dkms.conf > "$(DKMS_SOURCE)/dkms.conf"
	find drivers arch-glue include -path '*/tests' -prune -o -type f \
		\( -name '*.[chS]' -o -name Kbuild -o -name Kconfig \) ! -name '*.mod.c' \
		-exec cp --parents -t "$(DKMS_SOURCE)" {} +

ifeq ($(DESTDIR),)
dkms-install: dkms-source
	@$(VM)/deps.sh dkms make
	[ ! -e /var/lib/dkms/opalvm/$(VERSION) ] || dkms remove opalvm/$(VERSION) --all
	@$(MAKE) -s headers
	dkms install --force opalvm/$(VERSION) -k "$(RELEASE)"
else
dkms-install: dkms-source
endif

tool:
	@$(VM)/deps.sh gcc libc6-dev libjson-c-dev libsmartcols-dev libtraceevent-dev libtracefs-dev \
		pkg-config zlib1g-dev
	$(MAKE) -C tools/opalvm

deb:
	@$(UNMADE) $(VM)/deb.sh deb

rpm:
	@$(UNMADE) $(VM)/rpm.sh rpm

in-tree:
	@tools/in-tree.sh "$(KSRC)"

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

.PHONY: all headers module install tool dkms-source dkms-install deb rpm in-tree check check-quick check-full \
	soak demo shell bench htmldocs clean
