// SPDX-License-Identifier: GPL-2.0
/*
 * A firmware that misbehaves when it is asked to: a UEFI runtime driver that
 * puts itself before the runtime services.
 *
 * GetVariable or SetVariable of a variable of the vendor below is a request.
 * Its name is "FAULT", which happens in this very call, or "FAULT@SERVICE":
 * the call returns, and the next call of SERVICE does it. What falsifies
 * results waits for a call that has such results; "next-" goes on until the
 * next request. All other calls go to the real services.
 *
 * After SetVirtualAddressMap nothing here may hold an address that was not
 * converted, and nothing relocates an image of gnu-efi's: code and constants
 * are reached relative to the instruction pointer, and there are no tables of
 * pointers.
 */
#include <efi.h>

#define EXPORT __attribute__((used))

static const EFI_GUID request_vendor = {
	0x46415554, 0x4c54, 0x4641, { 0x55, 0x4c, 0x54, 0x46, 0x41, 0x55, 0x4c, 0x54 }
};

/* of variables that are listed and do not exist */
static const EFI_GUID listed_vendor = {
	0x4c495354, 0x4c54, 0x4641, { 0x55, 0x4c, 0x54, 0x46, 0x41, 0x55, 0x4c, 0x54 }
};

#define NAME_LEN	32
#define PAGE		4096

/* where never anything is mapped: in the user half, and the kernel half's guard hole */
#define USER_HOLE	0x600000000000ULL
#define KERNEL_HOLE	0xffff800000001000ULL
/* no CPU has it */
#define NON_CANONICAL	0x8000000000000000ULL

#define TOP_BIT		(1ULL << 63)

static EFI_RUNTIME_SERVICES real;
static EFI_RUNTIME_SERVICES *services;

/* what is to happen, and in which service */
static CHAR16 fault[NAME_LEN];
static CHAR16 place[NAME_LEN];
static UINT32 counter;

/* where a call returns to in truth, see leave() */
static EXPORT UINT64 return_to asm("return_to");

static UINT8 some_data[16] = { 0xc3 };	/* ret */

static BOOLEAN same(const CHAR16 *a, const CHAR16 *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

static BOOLEAN wants(const CHAR16 *name)
{
	return same(fault, name);
}

static void forget(void)
{
	fault[0] = 0;
}

/* It ends the call: do it once. */
static BOOLEAN now(const CHAR16 *name)
{
	if (!wants(name))
		return FALSE;
	forget();
	return TRUE;
}

static BOOLEAN same_guid(const EFI_GUID *a, const EFI_GUID *b)
{
	return ((const UINT64 *)a)[0] == ((const UINT64 *)b)[0] &&
	       ((const UINT64 *)a)[1] == ((const UINT64 *)b)[1];
}

static BOOLEAN is_request(const EFI_GUID *vendor)
{
	return vendor && same_guid(vendor, &request_vendor);
}

static void copy(CHAR16 *to, const CHAR16 *from, CHAR16 end)
{
	UINTN i;

	for (i = 0; i < NAME_LEN - 1 && from[i] && from[i] != end; i++)
		to[i] = from[i];
	to[i] = 0;
}

/* TRUE: it is to happen in this very call. */
static BOOLEAN request(const CHAR16 *name, const CHAR16 *here)
{
	const CHAR16 *at = name;

	while (*at && *at != L'@')
		at++;
	copy(fault, name, L'@');
	counter = 0;
	if (!*at) {
		copy(place, here, 0);
		return TRUE;
	}
	copy(place, at + 1, 0);
	return FALSE;
}

static void read_from(UINT64 address)
{
	asm volatile("movq (%0), %%rax" : : "r" (address) : "rax", "memory");
}

static void write_to(UINT64 address)
{
	asm volatile("movq %0, (%0)" : : "r" (address) : "memory");
}

static void call_to(UINT64 address)
{
	asm volatile("call *%0" : : "r" (address)
		     : "rax", "rcx", "rdx", "r8", "r9", "r10", "r11", "memory");
}

static void jump_to(UINT64 address)
{
	asm volatile("jmp *%0" : : "r" (address) : "memory");
}

/* the kernel's table of interrupts, which it keeps read-only */
static UINT64 idt(void)
{
	struct __attribute__((packed)) {
		UINT16 limit;
		UINT64 base;
	} table;

	asm volatile("sidt %0" : "=m" (table));
	return table.base;
}

/* the kernel's code that meets an interrupt */
static UINT64 kernel_text(void)
{
	const UINT64 *gate = (const UINT64 *)idt();

	return (gate[0] & 0xffff) | ((gate[0] >> 48) << 16) | (gate[1] << 32);
}

static UINT64 here(void)
{
	UINT64 ip;

	asm volatile("leaq (%%rip), %0" : "=r" (ip));
	return ip;
}

static UINT64 stack(void)
{
	UINT64 sp;

	asm volatile("movq %%rsp, %0" : "=r" (sp));
	return sp;
}

static void touch_memory(void)
{
	if (now(L"read-null"))
		read_from(0);
	else if (now(L"write-null"))
		write_to(0);
	else if (now(L"exec-null"))
		call_to(0);
	else if (now(L"read-user-hole"))
		read_from(USER_HOLE);
	else if (now(L"write-user-hole"))
		write_to(USER_HOLE);
	else if (now(L"exec-user-hole"))
		call_to(USER_HOLE);
	else if (now(L"read-kernel-hole"))
		read_from(KERNEL_HOLE);
	else if (now(L"write-kernel-hole"))
		write_to(KERNEL_HOLE);
	else if (now(L"exec-kernel-hole"))
		call_to(KERNEL_HOLE);
	else if (now(L"write-code"))
		write_to(here());
	else if (now(L"exec-data"))
		call_to((UINT64)some_data);
	else if (now(L"exec-stack"))
		call_to(stack());
	else if (now(L"write-kernel-readonly"))
		write_to(idt());
	else if (now(L"exec-kernel-data"))
		call_to(idt());
	else if (now(L"jump-kernel-text"))
		jump_to(kernel_text());
	else if (now(L"read-non-canonical"))
		read_from(NON_CANONICAL);
	else if (now(L"exec-non-canonical"))
		call_to(NON_CANONICAL);
}

static void raise_exception(void)
{
	if (now(L"stack-segment"))
		asm volatile("pushq %%rbp; movq %0, %%rbp; movq (%%rbp), %%rax; popq %%rbp"
			     : : "r" (NON_CANONICAL) : "rax", "memory");
	else if (now(L"no-such-segment"))
		asm volatile("movw %0, %%fs" : : "r" ((UINT16)0xfff8) : "memory");
	else if (now(L"undefined"))
		asm volatile("ud2" : : : "memory");
	else if (now(L"divide"))
		asm volatile("divl %0" : : "r" (0), "a" (1), "d" (0) : "cc", "memory");
	else if (now(L"breakpoint"))
		asm volatile("int3" : : : "memory");
	else if (now(L"single-step"))
		asm volatile("pushfq; orl $0x100, (%%rsp); popfq; nop; nop" : : : "memory", "cc");
	else if (now(L"overflow-trap"))
		asm volatile("int $4" : : : "memory");
	else if (now(L"x87"))
		asm volatile("fninit; pushq $0x370; fldcw (%%rsp); popq %%rax;"
			     "fldz; fld1; fdivp; fwait" : : : "rax", "memory");
	else if (now(L"alignment"))
		asm volatile("pushfq; orl $0x40000, (%%rsp); popfq; movq 1(%0), %%rax;"
			     "pushfq; andl $~0x40000, (%%rsp); popfq"
			     : : "r" (some_data) : "rax", "cc", "memory");
	else if (now(L"lost-stack"))
		asm volatile("movq %0, %%rsp; pushq %%rax" : : "r" (USER_HOLE) : "memory");
}

static void never_return(void)
{
	if (now(L"loop"))
		asm volatile("1: jmp 1b" : : : "memory");
	else if (now(L"loop-irqs-off"))
		asm volatile("cli; 1: jmp 1b" : : : "memory");
	else if (now(L"halt-irqs-off"))
		asm volatile("cli; 1: hlt; jmp 1b" : : : "memory");
	else if (now(L"recursion"))
		asm volatile("1: call 1b" : : : "memory");
}

/* Before the real service, if it is this one's turn */
static void before(const CHAR16 *service)
{
	if (!fault[0] || !same(place, service))
		return;
	touch_memory();
	raise_exception();
	never_return();
}

/* Results in a buffer whose size stands in *size */
static EFI_STATUS falsify(const CHAR16 *service, EFI_STATUS status, UINTN *size, UINTN room,
			  UINT8 *data)
{
	if (!fault[0] || !same(place, service))
		return status;
	if (status == EFI_BUFFER_TOO_SMALL) {
		if (wants(L"too-small-shrinks"))
			*size = 0;
		else if (wants(L"too-small-huge"))
			*size = TOP_BIT;
		return status;
	}
	if (status != EFI_SUCCESS || !data)
		return status;
	if (wants(L"size-beyond"))
		*size = room + 1;
	else if (wants(L"size-huge"))
		*size = TOP_BIT;
	else if (wants(L"size-zero"))
		*size = 0;
	else if (wants(L"overrun-byte"))
		data[room]++;
	else if (wants(L"overrun-page"))
		for (UINTN i = 0; i < PAGE; i += sizeof(UINT64))
			write_to((UINT64)data + room + i);
	else if (wants(L"overrun-4g"))
		write_to((UINT64)data + room + (1ULL << 32));
	else if (wants(L"overrun-4g-steps"))
		for (UINTN i = 0; i < 1ULL << 32; i += PAGE)
			write_to((UINT64)data + room + i);
	else if (wants(L"underrun-byte"))
		data[-1]++;
	else if (wants(L"status-unknown"))
		return TOP_BIT | 0x1234;
	else if (wants(L"status-warning"))
		return 0x1234;
	else if (wants(L"status-aborted"))
		return EFI_ABORTED;
	else
		return status;
	forget();
	return status;
}

static void put_name(CHAR16 *name, UINTN *size, UINT32 number)
{
	static const CHAR16 stem[] = L"Faulty00000000";
	UINTN digit = sizeof(stem) / sizeof(*stem) - 1;

	for (UINTN i = 0; i < sizeof(stem) / sizeof(*stem); i++)
		name[i] = stem[i];
	for (; number; number /= 10)
		name[--digit] = L'0' + number % 10;
	*size = sizeof(stem);
}

/* TRUE: this is the answer, and the real service is not asked. */
static BOOLEAN falsify_next(UINTN *size, CHAR16 *name, EFI_GUID *vendor)
{
	static const CHAR16 service[] = L"GetNextVariableName";

	if (!fault[0] || !same(place, service))
		return FALSE;
	if (wants(L"next-unterminated")) {
		for (UINTN i = 0; i < *size / sizeof(*name); i++)
			name[i] = L'A';
		forget();
		return TRUE;
	}
	if (*size < 64 || !(wants(L"next-same") || wants(L"next-cycle") || wants(L"next-endless")))
		return FALSE;
	counter++;
	if (wants(L"next-same"))
		counter = 1;
	else if (wants(L"next-cycle"))
		counter %= 2;
	put_name(name, size, counter);
	*vendor = listed_vendor;
	return TRUE;
}

/*
 * What a call may leave different behind it. These are gone to in place of the
 * caller, with the callee's registers restored, and go on to the caller.
 */
#define STUB(name, code) \
	asm(".pushsection .text\n" #name ": " code "; jmp *return_to(%rip)\n.popsection"); \
	extern UINT8 name[] __attribute__((visibility("hidden")))

#define SET_FLAG(flag)	"pushfq; orl $" #flag ", (%rsp); popfq"
#define CONTROL(n, insn) \
	"pushq %rax; movq %cr" #n ", %rax; " insn "; movq %rax, %cr" #n "; popq %rax"
#define MSR(n, insn) \
	"pushq %rax; movl $" #n ", %ecx; rdmsr; " insn "; wrmsr; popq %rax"

STUB(leave_registers, "xorl %ebx, %ebx; decq %rbx; movq %rbx, %rbp; movq %rbx, %rsi;"
	"movq %rbx, %rdi; movq %rbx, %r12; movq %rbx, %r13; movq %rbx, %r14; movq %rbx, %r15");
STUB(leave_direction, "std");
STUB(leave_alignment, SET_FLAG(0x40000));
STUB(leave_nested_task, SET_FLAG(0x4000));
STUB(leave_irqs_off, "cli");
STUB(leave_fpu, "fldpi; fldpi; fldpi; pushq $0; fldcw (%rsp); ldmxcsr (%rsp); popq %rcx;"
	"pcmpeqd %xmm6, %xmm6; movdqa %xmm6, %xmm15");
STUB(leave_write_protect, CONTROL(0, "andl $~0x10000, %eax"));
STUB(leave_cr3, CONTROL(3, "xorq $8, %rax"));
STUB(leave_cr4, CONTROL(4, "xorl $4, %eax"));
STUB(leave_efer, MSR(0xc0000080, "andl $~1, %eax"));
STUB(leave_fs_base, MSR(0xc0000100, "xorl $0x1000, %eax"));
STUB(leave_gs_base, "cli; " MSR(0xc0000101, "xorl $0x1000, %eax"));
STUB(leave_dr7, "pushq %rax; leaq return_to(%rip), %rax; movq %rax, %dr0;"
	"movl $0xd0402, %eax; movq %rax, %dr7; popq %rax");

static UINT8 *stub(void)
{
	if (wants(L"registers"))
		return leave_registers;
	if (wants(L"direction-flag"))
		return leave_direction;
	if (wants(L"alignment-flag"))
		return leave_alignment;
	if (wants(L"nested-task-flag"))
		return leave_nested_task;
	if (wants(L"irqs-off"))
		return leave_irqs_off;
	if (wants(L"fpu"))
		return leave_fpu;
	if (wants(L"cr0-write-protect"))
		return leave_write_protect;
	if (wants(L"cr3"))
		return leave_cr3;
	if (wants(L"cr4"))
		return leave_cr4;
	if (wants(L"efer"))
		return leave_efer;
	if (wants(L"fs-base"))
		return leave_fs_base;
	if (wants(L"gs-base"))
		return leave_gs_base;
	if (wants(L"dr7"))
		return leave_dr7;
	return NULL;
}

static void leave(const CHAR16 *service, UINT64 *return_address)
{
	UINT8 *to;

	if (!fault[0] || !same(place, service))
		return;
	to = stub();
	if (!to)
		return;
	return_to = *return_address;
	*return_address = (UINT64)to;
	forget();
}

/* In a service itself: where its return address is */
#define LEAVE(service)	leave(service, (UINT64 *)__builtin_frame_address(0) + 1)

static EFI_STATUS EFIAPI get_variable(CHAR16 *name, EFI_GUID *vendor, UINT32 *attributes,
				      UINTN *size, VOID *data)
{
	static const CHAR16 me[] = L"GetVariable";
	UINTN room = size ? *size : 0;
	EFI_STATUS status;

	if (is_request(vendor) && !request(name, me))
		return EFI_SUCCESS;
	before(me);
	status = real.GetVariable(name, vendor, attributes, size, data);
	status = falsify(me, status, size, room, data);
	LEAVE(me);
	return status;
}

static EFI_STATUS EFIAPI get_next_variable_name(UINTN *size, CHAR16 *name, EFI_GUID *vendor)
{
	static const CHAR16 me[] = L"GetNextVariableName";
	UINTN room = size ? *size : 0;
	EFI_STATUS status;

	before(me);
	if (falsify_next(size, name, vendor))
		return EFI_SUCCESS;
	status = real.GetNextVariableName(size, name, vendor);
	status = falsify(me, status, size, room, (UINT8 *)name);
	LEAVE(me);
	return status;
}

static EFI_STATUS EFIAPI set_variable(CHAR16 *name, EFI_GUID *vendor, UINT32 attributes,
				      UINTN size, VOID *data)
{
	static const CHAR16 me[] = L"SetVariable";
	EFI_STATUS status;

	if (is_request(vendor) && !request(name, me))
		return EFI_SUCCESS;
	before(me);
	/* a request is no variable */
	status = is_request(vendor) ? EFI_SUCCESS :
		 real.SetVariable(name, vendor, attributes, size, data);
	LEAVE(me);
	return status;
}

static EFI_STATUS EFIAPI query_variable_info(UINT32 attributes, UINT64 *storage,
					     UINT64 *remaining, UINT64 *max_size)
{
	static const CHAR16 me[] = L"QueryVariableInfo";
	EFI_STATUS status;

	before(me);
	status = real.QueryVariableInfo(attributes, storage, remaining, max_size);
	LEAVE(me);
	return status;
}

static EFI_STATUS EFIAPI get_time(EFI_TIME *time, EFI_TIME_CAPABILITIES *capabilities)
{
	static const CHAR16 me[] = L"GetTime";
	EFI_STATUS status;

	before(me);
	status = real.GetTime(time, capabilities);
	LEAVE(me);
	return status;
}

static EFI_STATUS EFIAPI get_wakeup_time(BOOLEAN *enabled, BOOLEAN *pending, EFI_TIME *time)
{
	static const CHAR16 me[] = L"GetWakeupTime";
	EFI_STATUS status;

	before(me);
	status = real.GetWakeupTime(enabled, pending, time);
	LEAVE(me);
	return status;
}

/* SetVirtualAddressMap: the table of services is converted by its owner. */
static VOID EFIAPI move(EFI_EVENT event, VOID *context)
{
	services->ConvertPointer(0, (VOID **)&real.GetVariable);
	services->ConvertPointer(0, (VOID **)&real.GetNextVariableName);
	services->ConvertPointer(0, (VOID **)&real.SetVariable);
	services->ConvertPointer(0, (VOID **)&real.QueryVariableInfo);
	services->ConvertPointer(0, (VOID **)&real.GetTime);
	services->ConvertPointer(0, (VOID **)&real.GetWakeupTime);
	services->ConvertPointer(0, (VOID **)&services);
}

/*
 * Of drivers that are loaded after the end of the DXE phase, EDK II's table of
 * memory attributes knows nothing: their code is not executable for those who
 * believe it. So the last thing before an OS runs is to put this one in.
 */
struct attributes {
	UINT32 version;
	UINT32 entries;
	UINT32 entry_size;
	UINT32 reserved;
};

#define ATTRIBUTES_ROOM	(4 * PAGE)
#define EFI_MEMORY_RO	0x20000

static const EFI_GUID attributes_guid = {
	0xdcfa911d, 0x26eb, 0x469f, { 0xa2, 0x20, 0x38, 0xb7, 0xdc, 0x46, 0x12, 0x20 }
};

static EFI_SYSTEM_TABLE *system;
static struct attributes *attributes;

/* of the image, see gnu-efi's linker script */
extern UINT8 _text[] __attribute__((visibility("hidden")));
extern UINT8 _etext[] __attribute__((visibility("hidden")));

static UINT8 *put_entry(UINT8 *to, const EFI_MEMORY_DESCRIPTOR *from, UINT64 start, UINT64 end,
			UINT64 attribute)
{
	EFI_MEMORY_DESCRIPTOR *entry = (EFI_MEMORY_DESCRIPTOR *)to;

	if (start == end)
		return to;
	for (UINTN i = 0; i < attributes->entry_size; i++)
		to[i] = ((const UINT8 *)from)[i];
	entry->PhysicalStart = start;
	entry->NumberOfPages = (end - start) / PAGE;
	entry->Attribute = attribute;
	attributes->entries++;
	return to + attributes->entry_size;
}

static void add_to(const struct attributes *old)
{
	UINT64 text = (UINT64)_text & ~(PAGE - 1ULL);
	UINT64 etext = ((UINT64)_etext + PAGE - 1) & ~(PAGE - 1ULL);
	const UINT8 *from = (const UINT8 *)(old + 1);
	UINT8 *to = (UINT8 *)(attributes + 1);

	*attributes = *old;
	attributes->entries = 0;
	for (UINT32 i = 0; i < old->entries; i++, from += old->entry_size) {
		const EFI_MEMORY_DESCRIPTOR *entry = (const EFI_MEMORY_DESCRIPTOR *)from;
		UINT64 start = entry->PhysicalStart;
		UINT64 end = start + entry->NumberOfPages * PAGE;
		UINT64 attribute = entry->Attribute;

		if (text < start || etext > end) {
			to = put_entry(to, entry, start, end, attribute);
			continue;
		}
		to = put_entry(to, entry, start, text, attribute);
		to = put_entry(to, entry, text, etext,
			       (attribute & ~EFI_MEMORY_XP) | EFI_MEMORY_RO);
		to = put_entry(to, entry, etext, end, attribute);
	}
}

static VOID EFIAPI add_attributes(EFI_EVENT event, VOID *context)
{
	for (UINTN i = 0; i < system->NumberOfTableEntries; i++) {
		EFI_CONFIGURATION_TABLE *table = &system->ConfigurationTable[i];
		const struct attributes *old = table->VendorTable;

		if (!same_guid(&table->VendorGuid, &attributes_guid) ||
		    sizeof(*old) + (old->entries + 2ULL) * old->entry_size > ATTRIBUTES_ROOM)
			continue;
		add_to(old);
		table->VendorTable = attributes;
	}
}

EFI_STATUS efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *table)
{
	EFI_BOOT_SERVICES *boot = table->BootServices;
	EFI_EVENT event;
	EFI_STATUS status;

	system = table;
	services = table->RuntimeServices;
	real = *services;
	status = boot->AllocatePool(EfiBootServicesData, ATTRIBUTES_ROOM, (VOID **)&attributes);
	if (EFI_ERROR(status))
		return status;
	status = boot->CreateEvent(EVT_SIGNAL_EXIT_BOOT_SERVICES, TPL_NOTIFY, add_attributes,
				   NULL, &event);
	if (EFI_ERROR(status))
		return status;
	status = boot->CreateEvent(EVT_SIGNAL_VIRTUAL_ADDRESS_CHANGE, TPL_NOTIFY, move, NULL,
				   &event);
	if (EFI_ERROR(status))
		return status;
	services->GetVariable = get_variable;
	services->GetNextVariableName = get_next_variable_name;
	services->SetVariable = set_variable;
	services->QueryVariableInfo = query_variable_info;
	services->GetTime = get_time;
	services->GetWakeupTime = get_wakeup_time;
	services->Hdr.CRC32 = 0;
	return boot->CalculateCrc32(&services->Hdr, services->Hdr.HeaderSize,
				    &services->Hdr.CRC32);
}
