// SPDX-License-Identifier: GPL-2.0
/*
 * Which RTAS calls there are is the machine's to say, by name: the table of services
 * is made of its device tree. Which of them are made from here is said below: the
 * kernel goes on to call RTAS beside us, and what it does for itself, or what would
 * take something from it, stays with it. What is unknown is not called.
 */
#include <linux/bits.h>
#include <linux/ctype.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "service/rtas.h"

/* why a call is never made from here */
#define DOWN		"ends the machine's work, which is the kernel's to do"
#define CPUS		"changes what CPUs do, which the kernel alone may decide"
#define IRQ		"changes interrupts, which are the kernel's"
#define PCI		"drives PCI, which is the kernel's"
#define MESSAGES	"takes messages that the kernel waits for"
#define DRIVER		"belongs to a driver of the kernel"
#define ADDRESS		"takes addresses that nobody translates"
#define KEEPS		"leaves an address in the firmware that outlives the call"
#define LAST		"tells of the call before it, which can be the kernel's"
#define ERRORS		"makes the machine fail"
#define UNKNOWN		"nothing is known of what it does"

#define ALLOWED(nm)		{ .name = (nm) }
#define BUFFER(nm, kind)	{ .name = (nm), .buffer = OPALVM_ARG_##kind }
#define REFUSED(nm, reason)	{ .name = (nm), .why = (reason) }

static const struct opalvm_rtas_rule rules[] = {
	ALLOWED("display-character"),
	ALLOWED("get-power-level"),
	ALLOWED("get-sensor-state"),
	ALLOWED("get-time-of-day"),
	ALLOWED("ibm,get-config-addr-info"),
	ALLOWED("ibm,get-config-addr-info2"),
	ALLOWED("ibm,get-xive"),
	ALLOWED("ibm,query-interrupt-source-number"),
	ALLOWED("ibm,query-pe-dma-window"),
	ALLOWED("ibm,read-pci-config"),
	ALLOWED("ibm,read-slot-reset-state"),
	ALLOWED("ibm,read-slot-reset-state2"),
	ALLOWED("query-cpu-stopped-state"),
	ALLOWED("read-pci-config"),
	ALLOWED("set-time-for-power-on"),
	ALLOWED("set-time-of-day"),
	BUFFER("ibm,get-system-parameter", OUT),
	BUFFER("nvram-fetch", OUT),
	BUFFER("nvram-store", IN),
	REFUSED("check-exception", MESSAGES),
	REFUSED("event-scan", MESSAGES),
	REFUSED("freeze-time-base", CPUS),
	REFUSED("get-term-char", DRIVER),
	REFUSED("ibm,activate-firmware", DRIVER),
	REFUSED("ibm,change-msi", IRQ),
	REFUSED("ibm,close-errinjct", ERRORS),
	REFUSED("ibm,configure-bridge", PCI),
	REFUSED("ibm,configure-connector", DRIVER),
	REFUSED("ibm,configure-kernel-dump", KEEPS),
	REFUSED("ibm,configure-pe", PCI),
	REFUSED("ibm,create-pe-dma-window", PCI),
	REFUSED("ibm,display-message", ADDRESS),
	REFUSED("ibm,errinjct", ERRORS),
	REFUSED("ibm,get-dynamic-sensor-state", ADDRESS),
	REFUSED("ibm,get-indices", ADDRESS),
	REFUSED("ibm,get-vpd", ADDRESS),
	REFUSED("ibm,int-off", IRQ),
	REFUSED("ibm,int-on", IRQ),
	REFUSED("ibm,io-quiesce-ack", DRIVER),
	REFUSED("ibm,lpar-perftools", ADDRESS),
	REFUSED("ibm,manage-flash-image", DRIVER),
	REFUSED("ibm,manage-storage-preservation", DRIVER),
	REFUSED("ibm,nmi-interlock", CPUS),
	REFUSED("ibm,nmi-register", KEEPS),
	REFUSED("ibm,open-errinjct", ERRORS),
	REFUSED("ibm,open-sriov-allow-unfreeze", PCI),
	REFUSED("ibm,open-sriov-map-pe-number", PCI),
	REFUSED("ibm,os-term", DOWN),
	REFUSED("ibm,physical-attestation", ADDRESS),
	REFUSED("ibm,platform-dump", MESSAGES),
	REFUSED("ibm,power-off-ups", DOWN),
	REFUSED("ibm,remove-pe-dma-window", PCI),
	REFUSED("ibm,reset-pe-dma-window", PCI),
	REFUSED("ibm,reset-pe-dma-windows", PCI),
	REFUSED("ibm,scan-log-dump", MESSAGES),
	REFUSED("ibm,set-dynamic-indicator", DRIVER),
	REFUSED("ibm,set-eeh-option", PCI),
	REFUSED("ibm,set-slot-reset", PCI),
	REFUSED("ibm,set-system-parameter", DRIVER),
	REFUSED("ibm,set-tce-bypass", PCI),
	REFUSED("ibm,set-xive", IRQ),
	REFUSED("ibm,slot-error-detail", MESSAGES),
	REFUSED("ibm,suspend-me", DOWN),
	REFUSED("ibm,tune-dma-parms", PCI),
	REFUSED("ibm,update-flash-64-and-reboot", DOWN),
	REFUSED("ibm,update-nodes", DRIVER),
	REFUSED("ibm,update-properties", DRIVER),
	REFUSED("ibm,validate-flash-image", DRIVER),
	REFUSED("ibm,write-pci-config", PCI),
	REFUSED("power-off", DOWN),
	REFUSED("put-term-char", DRIVER),
	REFUSED("quiesce", DOWN),
	REFUSED("rtas-last-error", LAST),
	REFUSED("set-indicator", DRIVER),
	REFUSED("set-power-level", DRIVER),
	REFUSED("start-cpu", CPUS),
	REFUSED("stop-self", CPUS),
	REFUSED("system-reboot", DOWN),
	REFUSED("thaw-time-base", CPUS),
	REFUSED("write-pci-config", PCI),
};

/* properties of four bytes that tell of RTAS, and are no calls */
static const char *const not_calls[] = {
	"ibm,associativity-reference-points",
	"ibm,configure-kernel-dump-version",
	"ibm,display-line-length",
	"ibm,display-number-of-lines",
	"ibm,display-truncation-length",
	"ibm,flash-block-version",
	"ibm,form-feed",
	"ibm,max-associativity-domains",
	"ibm,phandle",
	"ibm,read-slot-reset-state-functions",
	"ibm,termno",
	"ibm,vpd-size",
	"name",
	"phandle",
	"power-on-max-latency",
	"rtas-display-device",
	"rtas-error-log-max",
	"rtas-event-scan-rate",
	"rtas-size",
	"rtas-version",
};

/**
 * opalvm_rtas_find_rule() - what is known of a call
 * @name: its name
 *
 * Context: Any; pure.
 * Return: the rule; for a name that is not known, one that refuses it.
 */
const struct opalvm_rtas_rule *opalvm_rtas_find_rule(const char *name)
{
	static const struct opalvm_rtas_rule unknown = REFUSED("unknown", UNKNOWN);
	u32 i;

	for (i = 0; i < ARRAY_SIZE(rules); i++)
		if (!strcmp(rules[i].name, name))
			return &rules[i];
	return &unknown;
}

/* Can it be the name of a directory, and stand in a line of the log? */
static bool is_name(const char *name)
{
	size_t i;

	if (!isalnum(name[0]))
		return false;
	for (i = 0; name[i]; i++)
		if (!isalnum(name[i]) && !strchr(",-._+", name[i]))
			return false;
	return i < OPALVM_RTAS_NAME_LEN;
}

/**
 * opalvm_rtas_is_call() - does a property of the RTAS node stand for a call
 * @name: its name
 * @len: bytes of its value
 *
 * Context: Any; pure.
 */
bool opalvm_rtas_is_call(const char *name, int len)
{
	u32 i;

	if (len != sizeof(u32) || !is_name(name) || !strncmp(name, "linux,", 6))
		return false;
	for (i = 0; i < ARRAY_SIZE(not_calls); i++)
		if (!strcmp(not_calls[i], name))
			return false;
	return true;
}

static bool is_before(u32 token, const char *name, const struct opalvm_service *service)
{
	if (token != service->token)
		return token < service->token;
	return strcmp(name, service->name) < 0;
}

/**
 * opalvm_rtas_table_add() - add a call to the table
 * @table: the table; of too many calls, those with the lowest tokens stay
 * @name: its name, for which opalvm_rtas_is_call()
 * @token: its token
 *
 * Context: Any; pure.
 */
void opalvm_rtas_table_add(struct opalvm_rtas_table *table, const char *name, u32 token)
{
	struct opalvm_service *services = table->services;
	u32 at = table->nr;
	char *copy;

	while (at && is_before(token, name, &services[at - 1]))
		at--;
	if (table->nr == OPALVM_MAX_SERVICES) {
		table->nr_dropped++;
		if (at == OPALVM_MAX_SERVICES)
			return;
		/* the last one leaves, and its name makes room */
		copy = (char *)services[--table->nr].name;
	} else {
		copy = table->names[table->nr];
	}
	strscpy(copy, name, OPALVM_RTAS_NAME_LEN);
	memmove(&services[at + 1], &services[at], (table->nr - at) * sizeof(services[0]));
	table->nr++;
	services[at] = (struct opalvm_service) { .name = copy, .token = token };
	if (opalvm_rtas_find_rule(name)->why)
		services[at].flags = OPALVM_SERVICE_INTERNAL;
}

/**
 * opalvm_rtas_table_finish() - say what the services may do to each other
 * @table: the table; nothing is added any more
 *
 * One call at a time is allowed (PAPR section 7.2.3).
 *
 * Context: Any; pure.
 */
void opalvm_rtas_table_finish(struct opalvm_rtas_table *table)
{
	u32 i;

	for (i = 0; i < table->nr; i++) {
		table->services[i].not_while = GENMASK_ULL(table->nr - 1, 0);
		table->services[i].spoils = BIT_ULL(i);
	}
}

/**
 * opalvm_rtas_table_services() - which services may be called
 * @table: the table
 *
 * Context: Any; pure.
 * Return: a bit each.
 */
u64 opalvm_rtas_table_services(const struct opalvm_rtas_table *table)
{
	u64 services = 0;
	u32 i;

	for (i = 0; i < table->nr; i++)
		if (!(table->services[i].flags & OPALVM_SERVICE_INTERNAL))
			services |= BIT_ULL(i);
	return services;
}
