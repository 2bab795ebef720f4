#!/usr/bin/env python3
"""A ZooKeeper client of a page, independent of arkive's: makes and reads the znodes of the scenarios.

usage: zookeeper_client.py HOST:PORT < COMMANDS
A command a line, words as a shell splits them; in paths and data \\xNN, \\n, \\\\ are bytes; data \\N is null:
  auth SCHEME ID | create PATH DATA [ACL...] | sequential PATH DATA | ephemeral PATH DATA | set PATH DATA
  set_acl PATH ACL... | delete PATH | get PATH | acl PATH | children PATH | hold (until killed)
An ACL entry is SCHEME:ID:PERMISSIONS, permissions of r w c d a. Parents must exist.
"""
import shlex
import socket
import struct
import sys
import time

NULL = b"\xff\xff\xff\xff"
PERMISSIONS = {"r": 1, "w": 2, "c": 4, "d": 8, "a": 16}


def unescape(text):
    raw = text.encode("utf-8", "surrogateescape").decode("latin-1")
    return raw.encode("latin-1").decode("unicode_escape").encode("latin-1")


def buffer(data):
    return NULL if data is None else struct.pack(">i", len(data)) + data


def acl(entries):
    if not entries:
        entries = ["world:anyone:rwcda"]
    out = struct.pack(">i", len(entries))
    for entry in entries:
        scheme, rest = entry.split(":", 1)
        who, letters = rest.rsplit(":", 1)
        out += struct.pack(">i", sum(PERMISSIONS[p] for p in letters)) + buffer(scheme.encode()) + buffer(who.encode())
    return out


class Client:
    def __init__(self, connect):
        host, port = connect.split(",")[0].split("/")[0].rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), timeout=60)
        self.xid = 0
        self.send(struct.pack(">iqiq", 0, 0, 30000, 0) + buffer(b"\0" * 16) + b"\0")
        self.receive()

    def send(self, frame):
        self.socket.sendall(struct.pack(">i", len(frame)) + frame)

    def receive(self):
        def exactly(n):
            data = b""
            while len(data) < n:
                more = self.socket.recv(n - len(data))
                if not more:
                    raise SystemExit("zookeeper_client: the server closed the connection")
                data += more
            return data
        return exactly(struct.unpack(">i", exactly(4))[0])

    def call(self, kind, body, xid=None):
        if xid is None:
            self.xid += 1
            xid = self.xid
        self.send(struct.pack(">ii", xid, kind) + body)
        answer = self.receive()
        error = struct.unpack(">i", answer[12:16])[0]
        return error, answer[16:]


def data_of(word):
    return None if word == "\\N" else unescape(word)


def do(client, words):
    name, rest = words[0], words[1:]
    path = buffer(unescape(rest[0])) if rest else b""
    if name == "auth":
        return client.call(100, struct.pack(">i", 0) + buffer(rest[0].encode()) + buffer(rest[1].encode()), -4)
    if name in ("create", "sequential", "ephemeral"):
        flags = {"create": 0, "ephemeral": 1, "sequential": 2}[name]
        return client.call(1, path + buffer(data_of(rest[1])) + acl(rest[2:]) + struct.pack(">i", flags))
    if name == "set":
        return client.call(5, path + buffer(data_of(rest[1])) + struct.pack(">i", -1))
    if name == "set_acl":
        return client.call(7, path + acl(rest[1:]) + struct.pack(">i", -1))
    if name == "delete":
        return client.call(2, path + struct.pack(">i", -1))
    if name in ("get", "acl", "children"):
        return client.call({"get": 4, "acl": 6, "children": 8}[name], path + b"\0"[: name != "acl"])
    raise SystemExit("zookeeper_client: no such command: " + name)


def show(name, body):
    (size,) = struct.unpack(">i", body[:4])
    if name in ("get", "sequential"):
        sys.stdout.buffer.write((b"" if size < 0 else body[4:4 + size]) + b"\n")
    elif name == "children":
        at, names = 4, []
        for _ in range(size):
            (length,) = struct.unpack(">i", body[at:at + 4])
            names.append(body[at + 4:at + 4 + length])
            at += 4 + length
        for child in sorted(names):
            sys.stdout.buffer.write(child + b"\n")
    elif name == "acl":
        at = 4
        for _ in range(size):
            (mask, length) = struct.unpack(">ii", body[at:at + 8])
            scheme = body[at + 8:at + 8 + length].decode()
            at += 8 + length
            (length,) = struct.unpack(">i", body[at:at + 4])
            who = body[at + 4:at + 4 + length].decode()
            at += 4 + length
            print(f"{scheme}:{who}:" + "".join(p for p, bit in PERMISSIONS.items() if mask & bit))
    sys.stdout.flush()


def main():
    client = Client(sys.argv[1])
    for line in sys.stdin:
        words = shlex.split(line.rstrip("\n").replace("\\", "\\\\")) if "\\" in line else shlex.split(line)
        if not words:
            continue
        if words[0] == "hold":
            print("holding", flush=True)
            while True:
                time.sleep(5)
                client.call(11, b"", -2)
        error, body = do(client, words)
        if error:
            raise SystemExit(f"zookeeper_client: {' '.join(words)[:300]}: error {error}")
        if words[0] in ("get", "acl", "children", "sequential"):
            show(words[0], body)
    client.call(-11, b"")


if __name__ == "__main__":
    main()
