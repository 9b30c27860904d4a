#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
tutorial.py: does what Documentation/tutorial.rst says, and compares what comes of
it with what stands there. Prints KTAP.

In its console blocks, "$ " is in front of a command for the host, "# " of one for
the guest that "make shell" starts; other lines are what it prints, "..." in them
stands for anything.
"""
import os
import re
import sys

import pexpect

TOP = os.path.realpath(os.path.join(os.path.dirname(__file__), "../../.."))
SHELL = "make shell"
SECONDS = 600


def steps(path):
    """[prompt, command, expected lines] of each command"""
    found, inside = [], False
    with open(path) as page:
        for line in page:
            line = line.rstrip()
            if line and not line.startswith(" "):
                inside = line == ".. code-block:: console"
            elif inside and line:
                line = line[2:]
                if line[:2] in ("$ ", "# "):
                    found.append([line[0], line[2:], []])
                else:
                    found[-1][2].append(line)
    return found


def agrees(expected, seen):
    # at the end of a line a terminal may leave spaces
    seen = re.sub(r"[ \r]*\n", "\n", seen).strip("\r\n")
    pattern = ".*".join(re.escape(part) for part in "\n".join(expected).split("..."))
    return not expected or re.fullmatch(pattern, seen, re.DOTALL)


class Guest:
    """the shell that is open, if any"""

    def __init__(self):
        self.child = None

    def prompt(self):
        self.child.expect([r"\n(\x1b\[\?2004h)?# $"], timeout=SECONDS)
        return re.sub(r"\x1b\[\?2004[hl]\r?", "", self.child.before)

    def start(self):
        self.child = pexpect.spawn(SHELL, cwd=TOP, encoding="utf-8", dimensions=(40, 200),
                                   timeout=SECONDS)
        self.prompt()
        return 0, ""

    def run(self, command):
        self.child.sendline(command)
        if command == "exit":
            self.child.expect(pexpect.EOF, timeout=SECONDS)
            self.child.close()
            return self.child.exitstatus, ""
        # behind its echo
        return 0, self.prompt().partition("\n")[2]


def on_host(command):
    seen, status = pexpect.run(command, cwd=TOP, encoding="utf-8", timeout=SECONDS, withexitstatus=True)
    return status, seen


def do(guest, prompt, command):
    if prompt == "#":
        return guest.run(command)
    return guest.start() if command == SHELL else on_host(command)


def main():
    todo = steps(os.path.join(TOP, "Documentation/tutorial.rst"))
    guest, failed = Guest(), 0
    print(f"KTAP version 1\n1..{len(todo)}")
    for number, (prompt, command, expected) in enumerate(todo, 1):
        try:
            status, seen = do(guest, prompt, command)
        except (pexpect.TIMEOUT, pexpect.EOF) as error:
            print(f"not ok {number} {command}\nBail out! {str(error).splitlines()[0]}")
            print(guest.child.before if guest.child else "", file=sys.stderr)
            return 1
        good = not status and agrees(expected, seen)
        failed += not good
        if not good:
            print("".join(f"# {line}\n" for line in seen.splitlines()), end="")
        print(f"{'ok' if good else 'not ok'} {number} {command}", flush=True)
    return 1 if failed or not todo else 0


sys.exit(main())
