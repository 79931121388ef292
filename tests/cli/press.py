#!/usr/bin/env python3
"""Runs rekey on a terminal of its own, as somebody would who looks on and presses keys.

    press.py STEP... -- ARGUMENT...

A step is `await:FILE` (until it is there), `read:TEXT` (until the terminal shows it, after what was read before),
`touch:FILE`, `type:TEXT` (and Enter), `press:X` (^X), or `columns:N` (of the terminal, from the start). Prints what the terminal showed, control characters as ^X, and how the program ended."""
import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time

PATIENCE = 60

steps = sys.argv[1 : sys.argv.index("--")]
command = [os.environ["REKEY_BINARY"]] + sys.argv[sys.argv.index("--") + 1 :]
columns = [int(step.removeprefix("columns:")) for step in steps if step.startswith("columns:")]
child, terminal = pty.fork()
if child == 0:
    for n in columns:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("4H", 50, n, 0, 0))
    os.execv(command[0], command)

shown = b""
read = 0


def look(seconds):
    """False once the program has ended."""
    global shown
    if not select.select([terminal], [], [], seconds)[0]:
        return True
    try:
        got = os.read(terminal, 65536)
    except OSError:
        return False
    shown += got
    return bool(got)


def until(happened, what):
    end = time.monotonic() + PATIENCE
    while not happened():
        if not look(0.02) and not happened():
            sys.exit(f"ended before {what}: {shown!r}")
        if time.monotonic() > end:
            sys.exit(f"never came: {what}: {shown!r}")


for step in steps:
    what, _, value = step.partition(":")
    if what == "await":
        until(lambda: os.path.exists(value), step)
    elif what == "read":
        until(lambda: value.encode() in shown[read:], step)
        read = shown.index(value.encode(), read) + len(value.encode())
    elif what == "touch":
        open(value, "w").close()
    elif what == "type":
        os.write(terminal, value.encode() + b"\n")
    elif what == "press":
        os.write(terminal, bytes([ord(value) - 64]))
    elif what != "columns":
        sys.exit(f"no such step: {step}")
while look(PATIENCE):
    pass
status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
text = "".join(c if c == "\n" or ord(c) >= 32 else f"^{chr(ord(c) + 64)}" for c in shown.decode().replace("\r\n", "\n"))
print(text, end="")
print(f"[signal {-status}]" if status < 0 else f"[{status}]")
