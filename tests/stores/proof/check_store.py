#!/usr/bin/env python3
"""Checks the proof of a store without arkive, as docs/format-proof.md says: check_store.py STORE PUBLIC-KEYS prints what does not fit and ends
with 1 then. STORE is a plain or a decrypted one. check_store.py --page PAGE checks the page's own examples. Needs python3-cryptography."""
import base64, glob, hashlib, json, os, re, sys
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

BLOCK = re.compile(b"-----BEGIN PUBLIC KEY-----.*?-----END PUBLIC KEY-----", re.S)
problems = []

def sha(data):
    return hashlib.sha256(data).hexdigest()

def written(document):
    return (json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()

def keys_in(pem):
    keys = [load_pem_public_key(block) for block in BLOCK.findall(pem)]
    return {sha(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)): key for key in keys}

def statement(data):
    """The hash of what is signed of a file; the seal is checked on the way."""
    document = json.loads(data)
    seal = document.pop("seal")
    assert seal == sha(written(document)), "the seal does not fit"
    for part, field in (("proof", "signature"), ("tree", "location"), ("record", "location")):
        document.get(part, {}).pop(field, None)
    return sha(written(document))

def is_signed(kind, data, keys):
    proof = json.loads(data).get("proof")
    if not proof or proof["key"] not in keys:
        return False
    try:
        keys[proof["key"]].verify(base64.b64decode(proof["signature"]), f"arkive {kind} {statement(data)}\n".encode())
        return True
    except InvalidSignature:
        return False

def read_history(store, keys):
    """The signed records; what is wrong with the chain of all of them is a problem."""
    before, number, signed = "", 0, []
    for path in sorted(glob.glob(os.path.join(store, "history", "*.json"))):
        data = open(path, "rb").read()
        record, number = json.loads(data), number + 1
        if record["number"] != number or record["previous"] != before:
            problems.append(f"{path}: does not follow the record before")
        if "proof" in record and not is_signed("history", data, keys):
            problems.append(f"{path}: the signature does not fit")
        elif "proof" in record:
            signed.append(record)
        before = sha(data)
    return signed

def check_cluster(cluster, folder, keys, records):
    chains, told = {key: {} for key in keys}, {key: 0 for key in keys}
    for path in sorted(glob.glob(os.path.join(folder, "*.json"))):
        data = open(path, "rb").read()
        run = json.loads(data)
        if not is_signed("run", data, keys) or (run["cluster"], run["id"] + ".json") != (cluster, os.path.basename(path)):
            problems.append(f"{path}: not proven")
        elif run["proof"]["number"] in chains[run["proof"]["key"]]:
            problems.append(f"{path}: its number is taken")
        else:
            chains[run["proof"]["key"]][run["proof"]["number"]] = (run["proof"]["previous"], statement(data), path)
    for key, chain in chains.items():
        gone = set()
        for record in (record for record in records if record["cluster"] == cluster):
            told[key] = max([told[key]] + [run["number"] for run in record["runs"] if run.get("key") == key])
            gone.update(*(range(r["first"], r["last"] + 1) for r in record["removed"] if r["key"] == key))
        for number in range(1, max([told[key], *chain], default=0) + 1):
            if number not in chain and number not in gone:
                problems.append(f"runs/{cluster}: number {number} is missing")
            if number in chain and number - 1 in chain and chain[number][0] != chain[number - 1][1]:
                problems.append(f"{chain[number][2]}: does not follow the run before")

def check_page(page):
    def block(mark):
        lines = page.split(f"<!-- {mark} -->\n\n")[1].split("\n")
        return "".join(line[4:] + "\n" for line in lines[:next(i for i, line in enumerate(lines) if not line.startswith("    "))]).encode()
    keys = keys_in(block("vectors: public key"))
    values = dict(re.split("  +", line, maxsplit=1) for line in block("vectors").decode().splitlines())
    manifest, record = block("example: signed manifest"), block("example: record")
    assert list(keys) == [values["key id"]] and sha(record) == values["sha-256 of the record"]
    assert statement(manifest) == values["statement of the manifest"] and statement(record) == values["statement of the record"]
    assert is_signed("run", manifest, keys) and is_signed("history", record, keys)
    assert not is_signed("history", manifest, keys) and not is_signed("run", record, keys)

if __name__ == "__main__":
    if sys.argv[1] == "--page":
        check_page(open(sys.argv[2], encoding="utf-8").read())
        sys.exit(0)
    store, keys = sys.argv[1], keys_in(open(sys.argv[2], "rb").read())
    records = read_history(store, keys)
    for folder in sorted(glob.glob(os.path.join(store, "runs", "*"))):
        check_cluster(os.path.basename(folder), folder, keys, records)
    print("\n".join(problems) if problems else "proven")
    sys.exit(1 if problems else 0)
