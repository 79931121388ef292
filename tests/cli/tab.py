#!/usr/bin/env python3
"""Presses Tab in a real shell on a terminal of its own, and prints what the command line is then.

    tab.py bash|zsh LINE

The completions are those of the sources; `rekey` is the program under test. A key that is bound to nothing
else writes the line into a pipe, so that nothing is waited for by the clock."""
import os
import pathlib
import pty
import select
import sys
import tempfile

PATIENCE = 60
READY, SHOW = "ready-to-go", b"\x14"
sources = pathlib.Path(__file__).resolve().parents[2] / "completions"

shell, line = sys.argv[1:]
folder = pathlib.Path(tempfile.mkdtemp())
told = folder / "line"
os.mkfifo(told)
program = pathlib.Path(os.environ["REKEY_BINARY"])
path = f"{program.parent}:{os.environ['PATH']}"
START = {
    "bash": (
        "bash --norc --noprofile -i",
        f"""bind 'set bell-style none'; bind 'set completion-query-items 0'; bind 'set page-completions off'
. {sources}/rekey.bash
bind -x '"\\C-t": printf "%s\\n" "$READLINE_LINE" >{told}'
""",
    ),
    "zsh": (
        "zsh -f -i",
        f"""setopt no_beep; unsetopt prompt_sp; LISTMAX=0
fpath=({sources} $fpath); autoload -Uz compinit; compinit -u -d {folder}/dump
show() {{ print -r -- $BUFFER >{told} }}; zle -N show; bindkey '^T' show; bindkey '^I' complete-word
""",
    ),
}
command, start = START[shell]
(folder / "start").write_text(start)
child, terminal = pty.fork()
if child == 0:
    os.environ.update(PATH=path, TERM="dumb", PS1="$ ", HISTFILE="", ZDOTDIR=str(folder))
    os.execvp(command.split()[0], command.split())

seen = b""


def wait_for(ready):
    global seen
    while not ready():
        if not select.select([terminal], [], [], PATIENCE)[0]:
            sys.exit(f"{shell} says nothing more: {seen!r}")
        seen += os.read(terminal, 65536)


# The word is put together by the shell, so that its echo is not taken for it.
os.write(terminal, f". {folder}/start; echo {READY[:5]}''{READY[5:]}\n".encode())
wait_for(lambda: READY.encode() in seen)
reader = os.open(told, os.O_RDONLY | os.O_NONBLOCK)
os.write(terminal, line.encode() + b"\t" + SHOW)
answer = b""
while not answer.endswith(b"\n"):
    ready = select.select([terminal, reader], [], [], PATIENCE)[0]
    if not ready:
        sys.exit(f"{shell} does not complete: {seen!r}")
    if terminal in ready:
        seen += os.read(terminal, 65536)
    if reader in ready:
        answer += os.read(reader, 65536)
print(answer.decode(), end="")
os.kill(child, 9)
os.waitpid(child, 0)
