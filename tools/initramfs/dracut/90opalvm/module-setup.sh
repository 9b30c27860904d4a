#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Takes the kernel module along if it is installed, and keeps the handover table.
# To have it loaded as well, put it into force_drivers in /etc/dracut.conf.d.

check()
{
	return 0
}

depends()
{
	return 0
}

installkernel()
{
	hostonly='' instmods opalvm
}

install()
{
	inst_multiple cat mkdir mv
	inst_hook pre-pivot 90 "${moddir?}/opalvm-keep-table.sh"
}
