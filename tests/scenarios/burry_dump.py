#!/usr/bin/env python3
"""Makes a dump in burry's format of a live ZooKeeper: burry_dump.py HOST:PORT SNAPSHOT_ID writes SNAPSHOT_ID.zip and SNAPSHOT_ID/.

The layout is burry's: a directory a znode, its value in a file `content`, a colon in a name as BURRY_ESC_COLON; no ACLs, no
kinds; null is an empty file; /zookeeper and ephemerals as all else.
"""
import json
import os
import struct
import sys
import zipfile

import zookeeper_client


def ask(client, kind, path):
    error, body = client.call(kind, zookeeper_client.buffer(path.encode()) + b"\0")
    if error:
        raise SystemExit(f"burry_dump: {path}: error {error}")
    return body


def data(client, path):
    body = ask(client, 4, path)
    (size,) = struct.unpack(">i", body[:4])
    return body[4:4 + max(size, 0)]


def children(client, path):
    body = ask(client, 8, path)
    (count,) = struct.unpack(">i", body[:4])
    at = 4
    for _ in range(count):
        (length,) = struct.unpack(">i", body[at:at + 4])
        yield body[at + 4:at + 4 + length].decode()
        at += 4 + length


def walk(client, path):
    yield path, data(client, path)
    for name in sorted(children(client, path)):
        yield from walk(client, path.rstrip("/") + "/" + name)


def main(connect, snapshot):
    client = zookeeper_client.Client(connect)
    files = {".burrymeta": json.dumps({"snapshot-date": "2026-11-20T23:30:00Z", "svc": "zk", "svc-endpoint": connect, "target": "local",
                                       "target-endpoint": os.getcwd()}).encode()}
    for path, value in walk(client, "/"):
        files[path.replace(":", "BURRY_ESC_COLON").strip("/") + ("/" if path != "/" else "") + "content"] = value
    with zipfile.ZipFile(snapshot + ".zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, value in sorted(files.items()):
            archive.writestr(snapshot + "/" + name, value)
            os.makedirs(os.path.dirname(os.path.join(snapshot, name)), exist_ok=True)
            with open(os.path.join(snapshot, name), "wb") as file:
                file.write(value)


if __name__ == "__main__":
    main(*sys.argv[1:])
