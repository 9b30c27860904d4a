#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""matrix.py [--update]: tables of what check.sh had as results with the tree that it
saw last: the checks that passed, by what was tested and by kernel. With --update they
are put into README.md, in the place of those that are there. What has not run with
that tree is "-"; what failed or was skipped is said."""

import os
import pathlib
import re
import sys

CACHE = pathlib.Path(os.environ.get("OPALVM_CACHE", pathlib.Path.home() / ".cache/opalvm"))
OUT = CACHE / "check"
README = pathlib.Path(__file__).resolve().parents[3] / "README.md"
FIRST, LAST = "<!-- matrix.py makes this: -->\n", "<!-- up to here -->\n"

# What was tested: its jobs, where K is the kernel and S its series, and those that do not
# name theirs.
TABLES = {
    "x86-64": (["6.1", "6.12", "6.12-rt", "7.2"], [
        ("builds with gcc, `W=1`, sparse", "build-K", {}),
        ("compiles with clang, `W=1`", "full/clang-S", {}),
        ("KUnit", "(full/)?kunit-K", {}),
        ("OVMF with and without SMM, six machines each", "full/K-(plain|smm)-.*|hosted-K", {"6.1": "normal-6.1"}),
        ("chains of kexec", "full/(hops-.*|hop-6.1)-K", {"6.1": "hops|hop-.*|full/hops-long-6.1"}),
        ("fwts, efivarfs, RTC, pstore", "(full/)?(fwts|fwts-hop|consumers|pstore)-K", {"6.1": "efi-test"}),
        ("firmware that misbehaves", "full/faulty-efi-K", {"6.1": "faulty-efi|fatal-efi"}),
        ("attackers, page tables, events", "full/(attack|walk|events|seen)-K", {"6.1": "attack|walk|seen"}),
    ]),
    "POWER": (["ppc64-6.1", "ppc64-6.12", "ppc64-7.2"], [
        ("builds with gcc, `W=1`, sparse", "build-K", {}),
        ("compiles with clang, `W=1`", "full/clang-S", {}),
        ("KUnit", "(full/)?kunit-K", {}),
        ("stock OPAL, powernv9 or powernv10", "opal-S", {"6.1": "opal-powernv9", "6.12": "opal-powernv10"}),
        ("chains of kexec with it", "full/hops-powernv10-K", {"6.1": "hops-powernv9"}),
        ("OPAL that exports its map, chains", "full/hops-v4-K", {"6.1": "opal-v4|hops-v4|full/hops-v4-powernv10"}),
        ("RTAS of pseries, chains", "rtas-S", {"6.1": "rtas-hash|hops-pseries"}),
        ("device trees and flash that are wrong", "full/tree-.*-K", {"6.1": "tree-opal|tree-rtas|tree-v4"}),
    ]),
}


def results():
    """{job: (passed, failed, skipped)} of the tree that was checked last"""
    tree = (OUT / "tree").read_text().strip()
    found = {}
    for file in (OUT / "results").rglob("*"):
        if file.is_file():
            of_tree, *counts = file.read_text().split()
            if of_tree == tree:
                found[str(file.relative_to(OUT / "results"))] = [int(n) for n in counts]
    return found


def cell(found, jobs):
    """What the jobs of this regular expression had"""
    counts = [found[job] for job in found if re.fullmatch(jobs, job)]
    if not counts:
        return "-"
    passed, failed, skipped = (sum(n) for n in zip(*counts))
    return f"{passed}" + (f", **{failed} failed**" if failed else "") + (f", {skipped} skipped" if skipped else "")


def tables(found):
    """The lines of all tables"""
    for name, (kernels, rows) in TABLES.items():
        series = [kernel.removeprefix("ppc64-") for kernel in kernels]
        yield f"| {name} | " + " | ".join(series) + " |"
        yield "| --- |" + " --- |" * len(kernels)
        for what, jobs, others in rows:
            cells = []
            for kernel, number in zip(kernels, series):
                wanted = jobs.replace("K", re.escape(kernel)).replace("S", re.escape(number))
                if number in others:
                    wanted += "|" + others[number]
                cells.append(cell(found, wanted))
            yield f"| {what} | " + " | ".join(cells) + " |"
        yield ""


def main():
    """Prints them, or puts them into README.md"""
    if sys.argv[1:] not in ([], ["--update"]):
        sys.exit("usage: matrix.py [--update]")
    if not (OUT / "tree").exists():
        sys.exit(f"matrix.py: no results in {OUT}: run make check-full")
    made = "\n".join(tables(results()))
    if not sys.argv[1:]:
        print(made, end="")
        return
    text = README.read_text()
    before, rest = text.split(FIRST)
    README.write_text(before + FIRST + made + LAST + rest.split(LAST)[1])


main()
