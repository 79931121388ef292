#!/usr/bin/python3
"""Stands in for ssh (as $REKEY_SSH): runs the agent here and cuts the connection after a message.

    CUT_AFTER   number of the message, from 1, of all that pass in one run in both directions; 0: never
    CUT_STATE   a folder: `count` of messages, `made` with a line for each key: token, SHA-256 of its request;
                `was-cut` once it was
    CUT_AGENT   the rekey to run

What was sent to the agent before the cut it still gets, and does: only its answer is lost.
"""

import hashlib
import json
import os
import subprocess
import sys

AFTER = int(os.environ["CUT_AFTER"])
STATE = os.environ["CUT_STATE"]


def count():
    """The number of this message. One connection at a time is open, so nobody else counts."""
    path = os.path.join(STATE, "count")
    number = int(open(path, encoding="ascii").read()) + 1 if os.path.exists(path) else 1
    with open(path, "w", encoding="ascii") as file:
        file.write(str(number))
    return number


def note_key(request, answer):
    message = json.loads(request)
    if message["op"] != "create_key" or not answer:
        return
    made = json.loads(answer).get("result", {}).get("request")
    if made:
        with open(os.path.join(STATE, "made"), "a", encoding="ascii") as file:
            file.write(f"{message['token']} {hashlib.sha256(made.encode()).hexdigest()}\n")


def cut():
    """From here on rekey sees a connection that is gone."""
    open(os.path.join(STATE, "was-cut"), "w", encoding="ascii").close()
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)


def main():
    # A session of its own: it is on another machine, where nobody kills it with the connection.
    agent = subprocess.Popen([os.environ["CUT_AGENT"], "agent", "--stdio"], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, start_new_session=True)
    while request := sys.stdin.buffer.readline():
        agent.stdin.write(request)
        agent.stdin.flush()
        before = count() == AFTER
        if before:
            cut()
        answer = agent.stdout.readline()
        note_key(request, answer)
        if before:
            break
        sys.stdout.buffer.write(answer)
        sys.stdout.buffer.flush()
        if count() == AFTER:
            cut()
            break
    agent.stdin.close()
    agent.wait()
    # As ssh does when the connection is lost.
    if os.path.exists(os.path.join(STATE, "was-cut")):
        sys.stderr.write("Connection reset by peer\n")
        sys.exit(255)


main()
