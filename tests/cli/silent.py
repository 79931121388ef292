#!/usr/bin/env python3
"""A server on loopback that takes connections and never answers.

    silent.py PORT CONNECTED

The file PORT gets its port, the file CONNECTED is made once somebody has connected."""
import os
import socket
import sys

server = socket.create_server(("127.0.0.1", 0))
with open(sys.argv[1] + ".new", "w") as file:
    file.write(str(server.getsockname()[1]))
os.rename(sys.argv[1] + ".new", sys.argv[1])
kept = []
while True:
    kept.append(server.accept())
    open(sys.argv[2], "w").close()
