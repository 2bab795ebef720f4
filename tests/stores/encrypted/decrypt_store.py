#!/usr/bin/env python3
"""Reads an encrypted store without arkive, as docs/format-encryption.md says: decrypt_store.py STORE KEY OUT writes every object below OUT.
KEY is a key file, or passphrase:FILE. Needs python3-cryptography."""
import base64, hashlib, hmac, json, os, struct, sys
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

STAYING = ("changes", "history", "journals", "lists", "runs", "topics", "trees")

def hkdf(key, salt, info, size):
    return HKDF(hashes.SHA256(), size, salt or None, info).derive(key)

def text(data):
    return struct.pack(">H", len(data)) + data

def read(*path):
    with open(os.path.join(*path), "rb") as file:
        return file.read()

def secret_of(key, wrapping):
    if key.startswith("passphrase:"):
        return hashlib.scrypt(read(key[11:]).split(b"\n")[0], salt=bytes.fromhex(wrapping["salt"]), n=wrapping["scrypt_n"],
                              r=wrapping["scrypt_r"], p=wrapping["scrypt_p"], maxmem=1 << 30, dklen=32)
    data = read(key)
    return data if len(data) == 32 else bytes.fromhex(data.decode()) if len(data.strip()) == 64 else base64.b64decode(data)

def data_key_of(store, key):
    encryption = hashlib.sha256(read(store, "keys/encryption.json")).digest()
    for name in sorted(os.listdir(os.path.join(store, "keys"))):
        wrapping = json.loads(read(store, "keys", name))
        if wrapping["arkive"] != "wrapped-key" or (wrapping["method"] == "passphrase") != key.startswith("passphrase:"):
            continue
        kek = hkdf(secret_of(key, wrapping), bytes.fromhex(wrapping["salt"]), b"arkive.wrapping.1", 32)
        try:
            return AESGCM(kek).decrypt(bytes(12), bytes.fromhex(wrapping["wrapped"]),
                                       b"arkive.wrapping.1\0" + text(wrapping["id"].encode()) + encryption)
        except Exception:
            continue
    sys.exit("the key opens no wrapping")

def open_object(data_key, store_id, key, stored):
    magic, fmt, zero, chunk, key_id, salt, place, header_tag = struct.unpack(">8sHHI16s32s16s16s", stored[:96])
    keys = hkdf(data_key, salt, b"arkive.object.1", 64)
    tag = lambda data: hmac.new(keys[32:], data, "sha256").digest()[:16]
    assert (magic, fmt, zero) == (b"arkivenc", 1, 0) and key_id == hkdf(data_key, b"", b"arkive.key-id.1", 16), key
    assert header_tag == tag(b"arkive.header.1\0" + stored[:80]), key
    assert place == tag(b"arkive.place.1\0" + text(store_id) + text(key)), key
    body, plain = stored[96:], b""
    count = max(1, -(-len(body) // (chunk + 16)))
    for n in range(count):
        aad = b"arkive.chunk.1\0" + text(store_id) + text(key) + struct.pack(">QB", n, n + 1 == count)
        plain += AESGCM(keys[:32]).decrypt(struct.pack(">IQ", 0, n), body[n * (chunk + 16):(n + 1) * (chunk + 16)], aad)
    return plain

def plain_key(data_key, store, store_id, stored):
    names, plain = AESSIV(hkdf(data_key, b"", b"arkive.names.1", 64)), b""
    for part in stored.split("/"):
        if not plain and part in STAYING:
            name = part.encode()
        elif part[0] == "n":
            name = names.decrypt(base64.urlsafe_b64decode(part[1:] + "=" * (-len(part[1:]) % 4)), [b"arkive.name.1\0" + plain]).rstrip(b"\0")
        else:
            name = open_object(data_key, store_id, b"names/" + part.encode(), read(store, "names", part))
        plain += (b"/" if plain else b"") + name
    return plain

def main(store, key, out):
    encryption = json.loads(read(store, "keys/encryption.json"))
    data_key, store_id = data_key_of(store, key), encryption["store"].encode()
    for folder, _, files in os.walk(store):
        for name in files:
            stored = os.path.relpath(os.path.join(folder, name), store)
            if stored == "arkive.json" or stored.startswith(("keys/", "locks/", "names/")):
                continue
            plain = plain_key(data_key, store, store_id, stored) if encryption["names"] == "hidden" else stored.encode()
            target = os.path.join(out, plain.decode())
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open(target, "wb") as file:
                file.write(open_object(data_key, store_id, plain, read(store, stored)))

if __name__ == "__main__":
    main(*sys.argv[1:4])
