#!/usr/bin/env python3
"""Runs a program, stops it right before it exits, and keeps a copy of its memory.

    stop_and_look.py MEMORY TRACE PROGRAM ARGUMENT...

strace records what it writes, sends and starts in TRACE.PID, and holds it at exit_group. The memory
is read as a debugger would; exit status is the program's.
"""
import os
import re
import signal
import subprocess
import sys
import time

EXIT_GROUP = {"x86_64": 231, "aarch64": 94}[os.uname().machine]


def at_its_end(pid):
    """The exit code that it is about to end with, once it is held at exit_group; else nothing."""
    try:
        with open(f"/proc/{pid}/syscall") as call, open(f"/proc/{pid}/status") as status:
            words = call.read().split()
            held = re.search(r"^State:\s+t", status.read(), re.M)
    except OSError:
        return None
    return int(words[1], 16) if held and words[0] == str(EXIT_GROUP) else None


def main_process(trace, tracer):
    """The program itself: the child of strace that is no thread. Numbers alone do not tell, as they begin anew."""
    folder, name = os.path.split(trace)
    for each in os.listdir(folder):
        if not each.startswith(name + "."):
            continue
        pid = int(each.rsplit(".", 1)[1])
        try:
            with open(f"/proc/{pid}/status") as status:
                words = dict(line.split(":\t", 1) for line in status.read().splitlines() if ":\t" in line)
        except OSError:
            continue
        if words["PPid"] == str(tracer) and words["Tgid"] == str(pid):
            return pid
    return None


def memory(pid, out):
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as mem, open(out, "wb") as copy:
        for line in maps:
            span, rights = line.split()[:2]
            if "r" not in rights or "[v" in line:
                continue
            begin, end = (int(each, 16) for each in span.split("-"))
            # A sanitizer reserves terabytes that nobody touched.
            if end - begin > 1 << 32:
                continue
            try:
                mem.seek(begin)
                copy.write(mem.read(end - begin))
            except OSError:
                pass


def main():
    out, trace, *command = sys.argv[1:]
    tracer = subprocess.Popen(
        ["strace", "-ff", "-qq", "-s", "1048576", "-o", trace, "-e", "trace=write,pwrite64,writev,sendto,sendmsg,execve,exit_group",
         "-e", "inject=exit_group:delay_enter=600000000", *command])
    deadline = time.monotonic() + 300
    code = None
    while code is None:
        if tracer.poll() is not None:
            sys.exit(f"it ended with {tracer.returncode} and was not stopped")
        if time.monotonic() > deadline:
            tracer.kill()
            sys.exit("it did not come to its end")
        time.sleep(0.02)
        pid = main_process(trace, tracer.pid)
        code = at_its_end(pid) if pid else None
    memory(pid, out)
    # All that it had to do is done, and strace has written what it saw.
    os.kill(pid, signal.SIGKILL)
    tracer.kill()
    tracer.wait()
    sys.exit(code)


main()
