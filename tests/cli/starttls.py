#!/usr/bin/python3
"""Servers that show a certificate after STARTTLS: starttls.py FOLDER [PROTOCOL]...

FOLDER has fullchain.pem and key.pem, which are read anew for each connection. Each PROTOCOL listens on a port of its
own of 127.0.0.1; one line `PROTOCOL PORT` each is printed once all listen. `named` is TLS at once, for the name
web.example only.
"""

import socket
import ssl
import sys
import threading


def line(connection):
    said = b""
    while not said.endswith(b"\n"):
        one = connection.recv(1)
        if not one:
            raise ConnectionError
        said += one
    return said.strip().upper()


def expect(connection, word):
    if not line(connection).startswith(word):
        connection.sendall(b"500 what?\r\n")
        raise ConnectionError


def smtp(connection, hello=b"EHLO"):
    connection.sendall(b"220-mail.example\r\n220 ESMTP\r\n")
    expect(connection, hello)
    connection.sendall(b"250-mail.example\r\n250-PIPELINING\r\n250 STARTTLS\r\n")
    expect(connection, b"STARTTLS")
    connection.sendall(b"220 go ahead\r\n")


def lmtp(connection):
    smtp(connection, b"LHLO")


def imap(connection):
    connection.sendall(b"* OK IMAP4rev1 ready\r\n")
    tag, _, command = line(connection).partition(b" ")
    if command == b"CAPABILITY":
        connection.sendall(b"* CAPABILITY IMAP4rev1 STARTTLS\r\n" + tag + b" OK done\r\n")
        tag, _, command = line(connection).partition(b" ")
    if command != b"STARTTLS":
        raise ConnectionError
    connection.sendall(b"* OK by the way\r\n" + tag.lower() + b" OK begin\r\n")


def pop3(connection):
    connection.sendall(b"+OK ready\r\n")
    expect(connection, b"STLS")
    connection.sendall(b"+OK begin\r\n")


def nntp(connection):
    connection.sendall(b"200 ready\r\n")
    command = line(connection)
    if command == b"CAPABILITIES":
        connection.sendall(b"101 list\r\nSTARTTLS\r\n.\r\n")
        command = line(connection)
    if command != b"STARTTLS":
        raise ConnectionError
    connection.sendall(b"382 begin\r\n")


def sieve(connection):
    connection.sendall(b'"IMPLEMENTATION" "test"\r\n"STARTTLS"\r\nOK\r\n')
    expect(connection, b"STARTTLS")
    connection.sendall(b"OK begin\r\n")


def ftp(connection):
    connection.sendall(b"220-ready\r\n some words\r\n220 now\r\n")
    command = line(connection)
    if command == b"FEAT":
        connection.sendall(b"211-Features\r\n AUTH TLS\r\n211 End\r\n")
        command = line(connection)
    if not command.startswith(b"AUTH TLS"):
        raise ConnectionError
    connection.sendall(b"234 begin\r\n")


def until(connection, mark):
    said = b""
    while mark not in said:
        more = connection.recv(1000)
        if not more:
            raise ConnectionError
        said += more
    return said


def xmpp(connection, space=b"jabber:client"):
    if space not in until(connection, b">"):
        raise ConnectionError
    connection.sendall(b"<?xml version='1.0'?><stream:stream xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>"
                       b"<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>")
    until(connection, b"/>")
    connection.sendall(b"<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")


def xmpp_server(connection):
    xmpp(connection, b"jabber:server")


def postgres(connection):
    if connection.recv(8) != b"\0\0\0\x08\x04\xd2\x16\x2f":
        raise ConnectionError
    connection.sendall(b"S")


def ldap(connection):
    request = connection.recv(100)
    if b"1.3.6.1.4.1.1466.20037" not in request or len(request) != request[1] + 2:
        raise ConnectionError
    connection.sendall(b"\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00")


def mysql(connection):
    greeting = b"\x0a8.0.0\0" + b"\1\0\0\0" + b"saltsalt" + b"\0" + b"\xff\xff" + b"\x21" + b"\2\0" + b"\xff\xff"
    greeting += b"\x15" + bytes(10) + b"saltsaltsalt\0"
    connection.sendall(len(greeting).to_bytes(3, "little") + b"\0" + greeting)
    request = connection.recv(36, socket.MSG_WAITALL)
    if request[:4] != b"\x20\0\0\1" or not request[5] & 0x08:
        raise ConnectionError


def at_once(_):
    pass


TALKS = {"tls": at_once, "named": at_once, "smtp": smtp, "lmtp": lmtp, "imap": imap, "pop3": pop3, "nntp": nntp,
         "sieve": sieve, "ftp": ftp, "xmpp": xmpp, "xmpp-server": xmpp_server, "postgres": postgres, "ldap": ldap,
         "mysql": mysql}


def only_web_example(_, name, __):
    return None if name == "web.example" else ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME


def show_certificate(connection, folder, protocol):
    try:
        connection.settimeout(5)
        TALKS[protocol](connection)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if protocol == "named":
            context.sni_callback = only_web_example
        context.load_cert_chain(f"{folder}/fullchain.pem", f"{folder}/key.pem")
        context.wrap_socket(connection, server_side=True).recv(10)
    except (OSError, ConnectionError):
        pass
    finally:
        connection.close()


def serve(listening, folder, protocol):
    while True:
        connection, _ = listening.accept()
        threading.Thread(target=show_certificate, args=(connection, folder, protocol), daemon=True).start()


folder, protocols = sys.argv[1], sys.argv[2:] or list(TALKS)
threads = []
for each in protocols:
    place = socket.create_server(("127.0.0.1", 0))
    print(each, place.getsockname()[1])
    threads.append(threading.Thread(target=serve, args=(place, folder, each), daemon=True))
sys.stdout.flush()
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
