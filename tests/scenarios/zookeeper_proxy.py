#!/usr/bin/env python3
"""A proxy before a ZooKeeper that counts what clients ask for.

usage: zookeeper_proxy.py HOST:PORT COUNTS
Listens on a free port of 127.0.0.1, which it prints. The file COUNTS holds a line "changing N" and a line "other N":
requests that change znodes (ZooDefs.OpCode of ZooKeeper 3.9), and all others but pings and the session's own.
"""
import os
import socket
import struct
import sys
import threading

CHANGING = {1, 2, 5, 7, 13, 14, 15, 16, 19, 20, 21}  # create, delete, setData, setACL, check, multi, create2, reconfig, ...
NOT_COUNTED = {11, 100, -11}  # ping, auth, closeSession
counts = {"changing": 0, "other": 0}
lock = threading.Lock()


def exactly(source, size):
    data = b""
    while len(data) < size:
        more = source.recv(size - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def count(operation, path):
    if operation in NOT_COUNTED:
        return
    with lock:
        counts["changing" if operation in CHANGING else "other"] += 1
        with open(path + ".new", "w") as file:
            file.write("".join(f"{name} {number}\n" for name, number in counts.items()))
        os.rename(path + ".new", path)


def requests(client, server, path):
    first = True
    try:
        while True:
            head = exactly(client, 4)
            frame = exactly(client, struct.unpack(">i", head)[0])
            if not first:
                count(struct.unpack(">i", frame[4:8])[0], path)
            first = False
            server.sendall(head + frame)
    except (EOFError, OSError):
        pass
    for side in (client, server):
        try:
            side.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def answers(server, client):
    try:
        while data := server.recv(65536):
            client.sendall(data)
        client.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


def main():
    host, port = sys.argv[1].split("/")[0].rsplit(":", 1)
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    while True:
        client, _ = listener.accept()
        try:
            server = socket.create_connection((host, int(port)), timeout=10)
        except OSError:
            client.close()
            continue
        server.settimeout(None)
        threading.Thread(target=requests, args=(client, server, sys.argv[2]), daemon=True).start()
        threading.Thread(target=answers, args=(server, client), daemon=True).start()


main()
