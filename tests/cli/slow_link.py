#!/usr/bin/env python3
"""A ProxyCommand of ssh that is a slow link: 150 ms and 16 kB a second, each way.

    slow_link.py HOST PORT
"""
import os
import socket
import sys
import threading
import time

DELAY = 0.15
BYTES_A_SECOND = 16000
PIECE = 2048

far = socket.create_connection((sys.argv[1], int(sys.argv[2])))


def carry(take, give):
    while piece := take():
        time.sleep(DELAY + len(piece) / BYTES_A_SECOND)
        give(piece)


def up():
    carry(lambda: os.read(0, PIECE), far.sendall)
    far.shutdown(socket.SHUT_WR)


threading.Thread(target=up, daemon=True).start()
carry(lambda: far.recv(PIECE), lambda piece: os.write(1, piece))
