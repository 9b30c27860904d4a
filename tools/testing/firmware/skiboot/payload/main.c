// SPDX-License-Identifier: GPL-2.0
/*
 * A kernel that does one thing: it calls OPAL V4 with translation off and on,
 * and tells what it saw as TAP. It maps the areas that the firmware lists, each
 * with its own flags, and nothing else but itself: a call that touches more
 * ends in a fault, and the test fails.
 */

typedef unsigned long u64;
typedef long s64;
typedef unsigned int u32;
typedef unsigned char u8;

#define be64(x) __builtin_bswap64(x)
#define be32(x) __builtin_bswap32(x)

#define MSR_EE 0x8000ul
#define MSR_IRDR 0x30ul

enum {
	OPAL_TEST = 0, CONSOLE_WRITE = 1, RTC_READ = 3, POWER_DOWN = 5, POLL = 10,
	PCI_READ_WORD = 15, XSCOM_READ = 65, REINIT_CPUS = 70, CHECK_TOKEN = 80,
	QUERY_CPU = 42, QUIESCE = 158, SYNC_REBOOT = 87,
	ADDR_TO_SYM = 181, SYM_TO_ADDR, REPORT_TRAP, FIND_VM_AREA, REGISTER_OS_OPS,
};

enum { PARAMETER = -1, BUSY = -2, PARTIAL = -3, UNSUPPORTED = -7, WRONG_STATE = -14, EMPTY = -16 };

#define V4FT(n)	(0x56344654ul << 32 | (n))
#define LINEAR	0xc000000000000000ul

extern s64 call_real(u64 token, u64 base, u64 entry, u64 *args);
extern s64 call_v4(u64 token, u64 entry, u64 *args, u64 stack, u64 *bad);
extern void set_msr(u64 msr);
extern void os_printf(u64 level, const char *line);
extern char interrupt[], gate_fault[], _end[];
extern u64 os_r2[3];

u8 stack[65536] __attribute__((aligned(65536)));
static u8 v4_stack[65536] __attribute__((aligned(65536)));
u8 int_stack[16384] __attribute__((aligned(16)));

static u64 opal_base, opal_entry, v4_entry;
static int tests, failed;

struct frame {
	u64 gpr[32], vec, lr, nip, msr, dar, dsisr, cr, ctr, xer;
};

static struct frame frame;
static struct { u64 vec, nip, dar, dsisr, msr, resumed; } seen;
static u32 severity;
static char message[168], symbol[64];
static int in_v4;

static u64 get_msr(void)
{
	u64 v;

	asm volatile("mfmsr %0" : "=r" (v));
	return v;
}

#define mfspr(n) ({ u64 v; asm volatile("mfspr %0," #n : "=r" (v)); v; })
#define mtspr(n, v) ({ asm volatile("mtspr " #n ",%0" : : "r" ((u64)(v)) : "memory"); })

void *memset(void *p, int c, u64 n)
{
	u8 *d = p;

	while (n--)
		*d++ = c;
	return p;
}

void *memcpy(void *p, const void *q, u64 n)
{
	u8 *d = p;
	const u8 *s = q;

	while (n--)
		*d++ = *s++;
	return p;
}

static u64 len(const char *s)
{
	u64 n = 0;

	while (s[n])
		n++;
	return n;
}

static int has(const char *s, const char *what)
{
	u64 n = len(what), i;

	for (; *s; s++) {
		for (i = 0; i < n && s[i] == what[i]; i++)
			;
		if (i == n)
			return 1;
	}
	return !n;
}

/* The ordinary entry, always with translation off */
static s64 real(u64 token, u64 a, u64 b, u64 c, u64 d)
{
	u64 args[6] = { a, b, c, d, 0, 0 }, msr = get_msr();
	s64 rc;

	set_msr(msr & ~MSR_IRDR);
	rc = call_real(token, opal_base, opal_entry, args);
	set_msr(msr);
	return rc;
}

static char out[512];
static void flush(u64 n)
{
	static u64 l;
	u64 done = 0;
	int i;

	for (i = 0; done < n && i < 1000000; i++) {
		l = be64(n - done);
		if (real(CONSOLE_WRITE, 0, (u64)&l, (u64)out + done, 0) == 0)
			done += be64(l);
		real(POLL, 0, 0, 0, 0);
	}
}

/* %x %d %s */
static void say(const char *f, ...)
{
	__builtin_va_list ap;
	u64 n = 0, v;
	const char *s;
	char d[24];
	int i;

	__builtin_va_start(ap, f);
	for (; *f && n < sizeof(out) - 32; f++) {
		if (*f == '\n')
			out[n++] = '\r';
		if (*f != '%') {
			out[n++] = *f;
			continue;
		}
		i = 0;
		switch (*++f) {
		case 's':
			for (s = __builtin_va_arg(ap, char *); *s && n < sizeof(out) - 32; s++)
				if (*s != '\n')
					out[n++] = *s;
			break;
		case 'x':
			v = __builtin_va_arg(ap, u64);
			do
				d[i++] = "0123456789abcdef"[v & 15];
			while (v >>= 4);
			break;
		case 'd':
			v = __builtin_va_arg(ap, u64);
			if ((s64)v < 0) {
				out[n++] = '-';
				v = -v;
			}
			do
				d[i++] = '0' + v % 10;
			while (v /= 10);
			break;
		}
		while (i)
			out[n++] = d[--i];
	}
	__builtin_va_end(ap);
	flush(n);
}

static s64 ask(u64 address, u32 flags);

static void ok(int good, const char *what)
{
	tests++;
	if (!good)
		failed++;
	say("%sok %d %s\n", good ? "" : "not ", (u64)tests, what);
}

static void expect(s64 is, s64 should, const char *what)
{
	if (is != should)
		say("# %d (%x) and not %d\n", is, is, should);
	if (seen.vec && !seen.resumed) {
		say("# interrupt %x at %x, DAR %x, DSISR %x\n", seen.vec, seen.nip, seen.dar,
		    seen.dsisr);
		ask(seen.nip, 1);
		say("# in %s\n", symbol);
		memset(&seen, 0, sizeof(seen));
	}
	ok(is == should, what);
}

/* A V4 call with the MSR that is given, from the stack in the linear mapping */
static u64 v4_bad;
static s64 v4_msr(u64 msr, u64 token, u64 a, u64 b, u64 c, u64 d)
{
	u64 args[6] = { a, b, c, d, 0, 0 }, old = get_msr();
	s64 rc;

	memset(&seen, 0, sizeof(seen));
	set_msr(msr);
	in_v4 = 1;
	rc = call_v4(token, v4_entry, args, (LINEAR | (u64)(v4_stack + sizeof(v4_stack))) - 256,
		     &v4_bad);
	in_v4 = 0;
	set_msr(old);
	if (v4_bad == 1) {
		say("# token %d did not preserve all registers\n", token);
		failed++;
	}
	return rc;
}

static s64 v4(u64 token, u64 a, u64 b, u64 c, u64 d)
{
	return v4_msr(get_msr() | MSR_IRDR, token, a, b, c, d);
}

/* ---- what the firmware calls ---- */
static int lines, levels, os_ok = 1;
static char last_line[320];
void os_printf_c(u64 level, const char *line)
{
	u64 i;

	lines++;
	levels |= 1 << level;
	if ((get_msr() & MSR_IRDR) != MSR_IRDR || os_r2[1] != 0x1000 + 13)
		os_ok = 0;
	if (os_r2[2] >> 60 != 0xc)
		os_ok = 0;
	for (i = 0; i < sizeof(last_line) - 1 && line[i]; i++)
		last_line[i] = line[i];
	last_line[i] = 0;
}

/* ---- radix, 52 bits, pages of 64K ---- */
#define TABLES 0x24000000ul
static u64 next_table = TABLES;
static u64 *alloc(u64 size)
{
	u64 p = (next_table + size - 1) & -size;

	next_table = p + size;
	return memset((void *)p, 0, size);
}

#define RTS	(0x5ul << 5 | 0x2ul << 61)
#define PTE_VALID (1ul << 63)
#define PTE_LEAF (1ul << 62)
#define ADDR_MASK 0x01ffffffffffff00ul

static u64 *root;
static const struct { int shift, bits; } level[] = { { 39, 13 }, { 30, 9 }, { 21, 9 }, { 16, 5 } };

static u64 *alloc_table(int l)
{
	u64 size = 8ul << level[l].bits;

	return alloc(size < 256 ? 256 : size);
}

static void map(u64 ea, u64 pa, u64 n, u64 flags)
{
	u64 end = ea + n, size, prot = 0x100 | 0x80 | 0x8, *t, *e;
	int l;

	prot |= (flags & 1 ? 4 : 0) | (flags & 2 ? 2 : 0) | (flags & 4 ? 1 : 0) |
		(flags & 8 ? 0x20 : 0);
	for (; ea < end; ea += size, pa += size) {
		t = root;
		for (l = 0; ; l++) {
			size = 1ul << level[l].shift;
			e = &t[ea >> level[l].shift & ((1ul << level[l].bits) - 1)];
			if (l == 3 || (l && !*e && !((ea | pa) & (size - 1)) && end - ea >= size))
				break;
			if (!*e)
				*e = be64(PTE_VALID | (u64)alloc_table(l + 1) | level[l + 1].bits);
			t = (u64 *)(be64(*e) & 0x0fffffffffffff00ul);
		}
		*e = be64(PTE_VALID | PTE_LEAF | (pa & 0x01fffffffffff000ul) | prot);
	}
	asm volatile("ptesync; isync" : : : "memory");
}

/* One page: enough for os_vm_unmap */
static void unmap(u64 ea)
{
	u64 *t = root, i;
	int l;

	for (l = 0; l < 3; l++) {
		i = ea >> level[l].shift & ((1ul << level[l].bits) - 1);
		t = (u64 *)(be64(t[i]) & 0x0fffffffffffff00ul);
	}
	t[ea >> 16 & 31] = 0;
	/* all of PID 0, in every quadrant */
	asm volatile(".machine push; .machine power9; ptesync; tlbie %0,%1,2,1,1; "
		     "eieio; tlbsync; ptesync; isync; .machine pop"
		     : : "r" (1ul << 10), "r" (0ul) : "memory");
}

static int maps, unmaps;
static s64 os_vm_map(u64 ea, u64 pa, u64 n, u64 flags)
{
	maps++;
	map(ea, pa, n, flags);
	return 0;
}

static s64 os_vm_unmap(u64 ea, u64 n)
{
	unmaps++;
	for (; n; n -= 65536, ea += 65536)
		unmap(ea);
	return 0;
}

static void mmu_init(void)
{
	u64 *prtb = alloc(65536), *patb = alloc(65536);

	root = alloc(65536);
	prtb[0] = be64(RTS | (u64)root | 13);
	patb[0] = be64(1ul << 63 | RTS | (u64)root | 13);
	patb[1] = be64(1ul << 63 | (u64)prtb | 4);
	mtspr(464, (u64)patb | 4);		/* PTCR */
	mtspr(319, 0);				/* LPIDR */
	mtspr(48, 0);				/* PIDR */
	mtspr(318, mfspr(318) | 0x400000 | 0x100000);	/* LPCR: UPRT, HR */
	asm volatile("ptesync; isync" : : : "memory");
	/* ourselves and our tables; the linear mapping is the same tables */
	map(0x20000000, 0x20000000, 0x08000000, 7);
}

/* ---- interrupts ---- */
static void install_vectors(void)
{
	static const u32 v[] = { 0x100, 0x200, 0x300, 0x380, 0x400, 0x480, 0x500, 0x600, 0x700,
				 0x800, 0x900, 0xc00, 0xd00, 0xe40, 0xf00 };
	u64 i, h = (u64)interrupt, f = (u64)&frame;
	u32 *p;

	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		p = (u32 *)(u64)v[i];
		asm volatile("" : "+r" (p));
		*p++ = 0x7c7043a6;			/* mtsprg0 r3 */
		*p++ = 0x7c3143a6;			/* mtsprg1 r1 */
		*p++ = 0x7c6802a6;			/* mflr r3 */
		*p++ = 0x7c7243a6;			/* mtsprg2 r3 */
		*p++ = 0x3c600000 | h >> 16;
		*p++ = 0x60630000 | (h & 0xffff);
		*p++ = 0x7c6803a6;			/* mtlr r3 */
		*p++ = 0x38200000 | v[i];		/* li r1 */
		*p++ = 0x3c600000 | f >> 16;
		*p++ = 0x60630000 | (f & 0xffff);
		*p++ = 0x4e800020;			/* blr */
	}
	asm volatile("sync; icbi 0,%0; sync; isync" : : "r" (0x100ul) : "memory");
}

static struct {
	u64 address;
	u32 flags, severity;
	u64 symbol_address;
	char symbol[64], message[168];
} report;

static int ask_v4;
static s64 v4(u64 token, u64 a, u64 b, u64 c, u64 d);

static s64 ask(u64 address, u32 flags)
{
	s64 rc;

	memset(&report, 0x55, sizeof(report));
	report.address = be64(address);
	report.flags = be32(flags);
	if (ask_v4 && !in_v4)
		rc = v4(REPORT_TRAP, (u64)&report, 0, 0, 0);
	else
		rc = real(REPORT_TRAP, (u64)&report, 0, 0, 0);
	severity = be32(report.severity);
	memcpy(message, report.message, sizeof(message));
	memcpy(symbol, report.symbol, sizeof(symbol));
	return rc;
}

void interrupt_c(void)
{
	if (frame.vec == 0xe40) {
		frame.nip = mfspr(314);
		frame.msr = mfspr(315);
	}
	/* The decrementer and the like: not now */
	if (frame.vec == 0x900 || frame.vec == 0x500) {
		frame.msr &= ~MSR_EE;
		mtspr(22, 0x7fffffff);
		return;
	}
	seen.vec = frame.vec;
	seen.nip = frame.nip;
	seen.dar = frame.dar;
	seen.dsisr = frame.dsisr;
	seen.msr = frame.msr;
	if (!in_v4) {
		say("Bail out! interrupt %x at %x, DAR %x, LR %x\n", frame.vec, frame.nip,
		    frame.dar, frame.lr);
		real(POWER_DOWN, 0, 0, 0, 0);
		for (;;)
			real(POLL, 0, 0, 0, 0);
	}
	if (frame.vec == 0x700 && ask(frame.nip, 0) == 0 && severity == 1) {
		frame.nip += 4;
		seen.resumed++;
		return;
	}
	frame.nip = (u64)gate_fault;
	frame.msr = (frame.msr & ~0x783f0000ul) | MSR_IRDR;
}

/* The report comes before any other call: that would be re-entry */
static void must_fault(u64 what, u64 vec, const char *name)
{
	s64 rc = v4(OPAL_TEST, V4FT(what), 0, 0, 0), end = 1;
	u64 fault = v4_bad == 2, is = seen.vec, nip = seen.nip, dar = seen.dar, dsisr = seen.dsisr;

	ask_v4 = !ask_v4;
	if (fault)
		end = ask(nip, 1);
	memset(&seen, 0, sizeof(seen));

	if (!fault || is != vec)
		say("# rc %d, interrupt %x at %x\n", rc, is, nip);
	ok(fault && is == vec, name);
	if ((what == 4 || what == 5) && !(dsisr & 0x08000000))
		ok(0, "not for want of permission");
	say("# at %x (%s), DAR %x: report %d, severity %d, \"%s\"\n", nip, symbol, dar, end,
	    (u64)severity, message);
	ok(end == 0 || end == EMPTY, ask_v4 ? "and its call is ended by a hosted one" :
					      "and its call is ended by one in real mode");
}

static u64 fdt_prop64(const u8 *fdt, const char *name)
{
	const u32 *h = (const u32 *)fdt, *p = (const u32 *)(fdt + be32(h[2]));
	const char *strings = (const char *)fdt + be32(h[3]), *s;
	u32 t, n;

	while ((t = be32(*p++)) != 9) {
		if (t == 1)
			p += (len((const char *)p) + 4) / 4;
		if (t != 3)
			continue;
		n = be32(*p++);
		s = strings + be32(*p++);
		if (len(s) == len(name) && has(s, name))
			return n == 8 ? (u64)be32(p[0]) << 32 | be32(p[1]) : 1;
		p += (n + 3) / 4;
	}
	return 0;
}

static struct { u64 address, length, pa, flags; } area;
static u64 buf[64] __attribute__((aligned(4096)));

static void test_areas(void)
{
	u64 ea = 0, last = 0, n = 0, moved = 0;
	int good = 1, disjoint = 1, wx = 0;

	while (v4_msr(get_msr(), FIND_VM_AREA, ea, (u64)&area, 0, 0) == 0 && n++ < 500) {
		u64 a = be64(area.address), l = be64(area.length);
		u64 pa = be64(area.pa), f = be64(area.flags);

		say("# area %x+%x at %x %s%s%s%s\n", a, l, pa, f & 1 ? "R" : "-",
		    f & 2 ? "W" : "-", f & 4 ? "X" : "-", f & 8 ? " CI" : "");
		if ((a | l | pa) & 0xffff || !l || a + l > 1ul << 52 || f & ~15ul || !(f & 1))
			good = 0;
		if (a < last)
			disjoint = 0;
		if ((f & 6) == 6)
			wx = 1;
		if (a != pa)
			moved++;
		ea = a + l;
		last = ea;
		map(a, pa, l, f);
	}
	ok(n > 5 && n < 500, "areas are listed");
	ok(good, "areas are aligned, with flags that make sense");
	ok(disjoint, "areas are in order and do not overlap");
	ok(!wx, "no area is writable and executable");
	ok(moved > 0, "an area is not at its real address");
	expect(v4_msr(get_msr(), FIND_VM_AREA, ea, (u64)&area, 0, 0), EMPTY,
	       "no area behind the last one");
	expect(v4_msr(get_msr(), FIND_VM_AREA, 0, 0, 0, 0), PARAMETER, "FIND_VM_AREA refuses NULL");
	expect(v4_msr(get_msr(), FIND_VM_AREA, 0, 0xd000000000000000ul, 0, 0), PARAMETER,
	       "FIND_VM_AREA refuses 0xd...");
}

static void ops(u64 p, u64 m, u64 u)
{
	buf[0] = be64(p);
	buf[1] = be64(m);
	buf[2] = be64(u);
}

static void test_faulty(void)
{
	expect(v4(OPAL_TEST, V4FT(1), 0, 0, 0), 0, "a warning is resumed behind");
	say("# \"%s\" in %s\n", message, symbol);
	ok(seen.resumed == 1 && severity == 1 && has(message, "warning at core/opal-v4-faulty.c:"),
	   "and was reported");
	expect(v4(OPAL_TEST, V4FT(17), 0, 0, 0), 0, "a lock survives the report of a warning");
	expect(v4(OPAL_TEST, V4FT(13), 0, 0, 0), 0, "and is free afterwards");
	must_fault(2, 0x700, "an assert is a trap");
	ok(severity == 2 && has(message, "assert failed at core/opal-v4-faulty.c:"),
	   "and is reported as fatal");
	must_fault(3, 0x300, "a load from where nothing is");
	must_fault(4, 0x300, "a store to text");
	must_fault(5, 0x300, "a store to rodata");
	must_fault(6, 0x400, "a jump to data");
	ok(v4(OPAL_TEST, V4FT(8), 0, 0, 0) == 0, "a call of two seconds");
	levels = 0;
	lines = 0;
	expect(v4(OPAL_TEST, V4FT(9), 0, 0, 0), 0, "lines at each level");
	say("# %d lines, levels %x, the last: %s\n", (u64)lines, (u64)levels, last_line);
	ok((levels & 0xff) == 0xff, "came to the OS up to debug");
	expect(v4(OPAL_TEST, V4FT(10), 0, 0, 0), 0, "map, use and unmap");
	ok(maps == 1 && unmaps == 1, "by the OS's functions");
	must_fault(11, 0x300, "a load from what was unmapped");
	maps = 0;
	unmaps = 0;
	expect(v4(OPAL_TEST, V4FT(18), 0, 0, 0), 0, "map, and keep");
	ok(maps == 1 && !unmaps, "which it does");
	expect(v4(OPAL_TEST, V4FT(19), 0, 0, 0), 0, "and unmap later");
	must_fault(20, 0x300, "a store to what was mapped for reading");
	expect(v4(OPAL_TEST, V4FT(19), 0, 0, 0), 0, "which can still be unmapped");
	expect(v4(OPAL_TEST, V4FT(21), 0, 0, 0), 0, "map many");
	ok(maps == 66 && unmaps == 66, "each of which is unmapped");
	expect(v4(OPAL_TEST, V4FT(22), 0, 0, 0), 0, "a register at another address");
	expect(v4(OPAL_TEST, V4FT(23), 0, 0, 0), 0, "a page of the OS");
	expect(v4(OPAL_TEST, V4FT(24), 0, 0, 0), 0, "text that can be written");
	must_fault(12, 0x700, "an assert with a lock held");
	expect(v4(OPAL_TEST, V4FT(13), 0, 0, 0), 0, "the lock is free again");
	must_fault(14, 0x700, "a load for real mode only");
	expect(v4(OPAL_TEST, V4FT(16), 0, 0, 0), 0, "a backtrace");
	expect(v4(OPAL_TEST, V4FT(99), 0, 0, 0), PARAMETER, "no such fault");
	expect(real(OPAL_TEST, V4FT(2), 0, 0, 0), WRONG_STATE, "no faults in real mode");
}

void main(const u8 *fdt, u64 base, u64 entry)
{
	static char name[64];
	u64 x, ymd, hms, i, bad = 0;
	s64 rc;

	opal_base = base;
	opal_entry = entry;
	say("\n# OPAL at %x, fdt at %x, msr %x\n", base, (u64)fdt, get_msr());
	expect(real(REINIT_CPUS, 2 | 8, 0, 0, 0), 0, "OPAL_REINIT_CPUS: little endian, radix");
	install_vectors();

	ok(fdt_prop64(fdt, "ibm,opal-v4") == 1, "ibm,opal-v4");
	v4_entry = fdt_prop64(fdt, "opal-v4-le-entry-address");
	ok(v4_entry > base, "opal-v4-le-entry-address");
	memcpy(name, "opal_v4_entry", 14);
	expect(real(SYM_TO_ADDR, (u64)name, (u64)buf, 0, 0), 0, "SYM_TO_ADDR");
	ok(be64(buf[0]) == v4_entry, "finds the entry");

	mmu_init();
	expect(v4_msr(get_msr(), OPAL_TEST, 1, 0, 0, 0), 0xfeedf00d, "OPAL_TEST, translation off");
	ok(!v4_bad, "which preserves registers");
	test_areas();

	expect(v4(OPAL_TEST, 2, 0, 0, 0), 0xfeedf00d, "OPAL_TEST, translation on");
	if (v4_bad == 2) {
		say("Bail out! interrupt %x at %x DAR %x dsisr %x\n", seen.vec, seen.nip, seen.dar,
		    seen.dsisr);
		goto end;
	}
	ok(!v4_bad, "which preserves registers");

	expect(v4(CHECK_TOKEN, FIND_VM_AREA, 0, 0, 0), 1, "CHECK_TOKEN");
	expect(v4(999, 0, 0, 0, 0), PARAMETER, "a bad token");
	expect(v4(REINIT_CPUS, 2 | 8, 0, 0, 0), UNSUPPORTED, "REINIT_CPUS is refused");
	expect(v4(QUIESCE, 1, -1, 0, 0), UNSUPPORTED, "QUIESCE is refused");

	rc = real(XSCOM_READ, 0, 0xf000f, (u64)buf, 0);
	x = buf[0];
	buf[0] = 0;
	expect(v4(XSCOM_READ, 0, 0xf000f, (u64)buf, 0), rc, "XSCOM_READ");
	say("# %x, %x\n", be64(x), be64(buf[0]));
	ok(buf[0] == x && x, "reads the same as in real mode");
	for (i = 0; i < 20000; i++) {
		if (v4(XSCOM_READ, 0, 0xf000f, LINEAR | (u64)buf, 0) || buf[0] != x || v4_bad)
			bad++;
	}
	ok(!bad, "and does so 20000 times");

	for (i = 0; i < 100000; i++) {
		rc = v4(RTC_READ, (u64)&buf[0], (u64)&buf[1], 0, 0);
		if (rc != BUSY && rc != -12)
			break;
		v4(POLL, (u64)&buf[2], 0, 0, 0);
	}
	ymd = be32(*(u32 *)&buf[0]);
	hms = be64(buf[1]);
	expect(rc, 0, "RTC_READ with POLL_EVENTS");
	say("# %x %x\n", ymd, hms);
	memcpy(name, "# from a hosted call\r\n", 23);
	buf[0] = be64(len(name));
	expect(v4(CONSOLE_WRITE, 0, (u64)buf, (u64)name, 0), 0, "CONSOLE_WRITE");
	expect(v4(QUERY_CPU, 0, (u64)buf, 0, 0), 0, "QUERY_CPU_STATUS");
	for (i = 0; i < 8; i++) {
		buf[0] = 0;
		rc = v4(PCI_READ_WORD, i, 0, 0, (u64)buf);
		if (!v4_bad && rc == real(PCI_READ_WORD, i, 0, 0, (u64)buf))
			continue;
		bad++;
		say("# PHB %d: %d, interrupt %x at %x DAR %x\n", i, rc, seen.vec, seen.nip,
		    seen.dar);
		if (v4_bad == 2)
			ask(seen.nip, 1);
	}
	ok(!bad, "PCI_CONFIG_READ_WORD of 8 PHBs is as in real mode");

	/* symbols */
	expect(v4(ADDR_TO_SYM, v4_entry + 8, (u64)name, sizeof(name), (u64)buf), 0, "ADDR_TO_SYM");
	say("# %s+%x\n", name, be64(buf[0]));
	ok(has(name, "opal_v4_entry") && be64(buf[0]) == 8, "the entry has a name");
	expect(v4(ADDR_TO_SYM, v4_entry, (u64)name, 5, 0), PARTIAL, "ADDR_TO_SYM cuts");
	ok(len(name) == 4, "to what fits");
	expect(v4(ADDR_TO_SYM, 0, (u64)name, 64, 0), EMPTY, "ADDR_TO_SYM of 0");
	expect(v4(ADDR_TO_SYM, ~0ul, (u64)name, 64, 0), EMPTY, "ADDR_TO_SYM of ~0");
	expect(v4(ADDR_TO_SYM, base, (u64)name, 0, 0), PARAMETER, "ADDR_TO_SYM into nothing");
	memcpy(name, "no_such_symbol", 15);
	expect(v4(SYM_TO_ADDR, (u64)name, (u64)buf, 0, 0), EMPTY, "SYM_TO_ADDR of none");
	expect(v4(SYM_TO_ADDR, 0, (u64)buf, 0, 0), PARAMETER, "SYM_TO_ADDR of NULL");

	/* reports that are none */
	expect(ask(v4_entry, 0), EMPTY, "no trap at the entry");
	ok(has(symbol, "opal_v4_entry") && !severity && !message[0], "but a name");
	expect(ask(v4_entry, 1), WRONG_STATE, "no call to end");
	expect(ask(v4_entry, 2), PARAMETER, "unknown flags");

	/* OS operations */
	ops((u64)os_printf, (u64)os_vm_map, (u64)os_vm_unmap);
	expect(real(REGISTER_OS_OPS, (u64)buf, 24, 0, 0), WRONG_STATE,
	       "OS ops are not offered in real mode");
	expect(v4_msr(get_msr(), REGISTER_OS_OPS, (u64)buf, 24, 0, 0), WRONG_STATE,
	       "nor with translation off");
	expect(v4(REGISTER_OS_OPS, (u64)buf, 23, 0, 0), PARAMETER, "an odd size");
	expect(v4(REGISTER_OS_OPS, (u64)buf, 8192, 0, 0), PARAMETER, "too large a size");
	expect(v4(REGISTER_OS_OPS, 0xd000000000000000ul, 24, 0, 0), PARAMETER, "a bad pointer");
	ops((u64)os_printf + 2, 0, 0);
	expect(v4(REGISTER_OS_OPS, (u64)buf, 24, 0, 0), PARAMETER, "an odd function");
	ops(v4_entry, 0, 0);
	expect(v4(REGISTER_OS_OPS, (u64)buf, 24, 0, 0), PARAMETER, "a function of the firmware");
	ops((u64)os_printf, (u64)os_vm_map, (u64)os_vm_unmap);
	expect(v4(REGISTER_OS_OPS, (u64)buf, 24, 0, 0), 0, "REGISTER_OS_OPS");
	lines = 0;
	v4(OPAL_TEST, 3, 0, 0, 0);
	say("# %d: %s\n", (u64)lines, last_line);
	ok(lines == 1 && has(last_line, "Test function called with arg 0x3"), "a line of the log");
	ok(os_ok && !v4_bad, "with r13, MSR and the stack of the OS");
	asm volatile("mr %0,2" : "=r" (x));
	ok(os_r2[0] == x, "and its r2");
	real(OPAL_TEST, 4, 0, 0, 0);
	v4_msr(get_msr(), OPAL_TEST, 4, 0, 0, 0);
	ok(lines == 1, "none of calls with translation off");

	if (v4(OPAL_TEST, V4FT(99), 0, 0, 0) == PARAMETER)
		test_faulty();

	expect(v4(REGISTER_OS_OPS, 0, 0, 0, 0), 0, "the OS ops are withdrawn");
	lines = 0;
	v4(OPAL_TEST, 5, 0, 0, 0);
	ok(!lines, "and not used any more");
	ops((u64)os_printf, 0, 0);
	expect(v4(REGISTER_OS_OPS, (u64)buf, 8, 0, 0), 0, "one of them is offered again");
	v4(OPAL_TEST, 5, 0, 0, 0);
	ok(lines == 1, "and used");
	expect(real(SYNC_REBOOT, 0, 0, 0, 0), 0, "SYNC_HOST_REBOOT");
	v4(OPAL_TEST, 6, 0, 0, 0);
	ok(lines == 1, "withdraws it");
	expect(v4(REGISTER_OS_OPS, (u64)buf, 8, 0, 0), 0, "once more");
	expect(real(REINIT_CPUS, 2 | 8, 0, 0, 0), 0, "REINIT_CPUS");
	v4(OPAL_TEST, 6, 0, 0, 0);
	ok(lines == 1, "withdraws it, too");
end:
	say("1..%d\n# failed %d\n", (u64)tests, (u64)failed);
	real(POWER_DOWN, 0, 0, 0, 0);
	for (;;)
		real(POLL, 0, 0, 0, 0);
}
