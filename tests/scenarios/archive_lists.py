#!/usr/bin/env python3
"""What an archive in a store holds, by its own lists, and whether that is what others have.

  archive_lists.py STORE paths                       every archived .log or .log.zst, a line each
  archive_lists.py STORE eval EXPRESSION             over: topics (list of lists of segments), by_name, index, manifest
  archive_lists.py STORE bytes TOPIC DIRECTORY...    the archived bytes stand in the logs of one of these brokers
  archive_lists.py STORE dump TOPIC ID DUMP LINES    what dump-log printed (DUMP) is what was produced (LINES, JSON)
"""
import hashlib, glob, json, os, re, subprocess, sys

store, action, *rest = sys.argv[1:]


def listed(sha256):
    data = open(f"{store}/lists/{sha256}.json", "rb").read()
    assert hashlib.sha256(data).hexdigest() == sha256, f"list {sha256} is another one"
    return json.loads(data)


runs = [json.load(open(path)) for path in glob.glob(f"{store}/runs/main/*.json")]
manifest = max(runs, key=lambda run: (run["started_ms"] if "started_ms" in run else run["started"], run["id"]))
index = listed(manifest["logs"]["sha256"])
topics = [listed(topic["segments_list"]) for topic in index["topics"]]
by_name = {}
for topic in topics:
    by_name.setdefault(topic["topic"], []).append(topic)


def path(topic, partition, segment):
    return "%s/topics/main/%s@%s/%d/g%d%s/%020d.log%s" % (
        store, topic["topic"], topic["id"] or "none", partition["partition"], segment["generation"],
        ".m%d" % segment["merge"] if "merge" in segment else "", segment["base_offset"], ".zst" if "zstd_bytes" in segment else "")


def stored(topic, partition, segment):
    """The segment's bytes; what stands in the store is what the list says."""
    file = path(topic, partition, segment)
    data = open(file, "rb").read()
    if len(data) != segment.get("zstd_bytes", segment["bytes"]) or hashlib.sha256(data).hexdigest() != segment["sha256"]:
        wrong(f"{file} is not what the list says")
    if "zstd_bytes" in segment:
        data = subprocess.run(["zstd", "-d", "-q", "-c", file], stdout=subprocess.PIPE, check=True).stdout
    if len(data) != segment["bytes"]:
        wrong(f"{file} becomes {len(data)} bytes, the list says {segment['bytes']}")
    return data


def segments(topic):
    return [(partition, segment) for partition in topic["partitions"] for segment in partition["segments"]]


def wrong(text):
    print(text)
    sys.exit(1)


def is_in_a_broker(topic, partition, data, directories):
    name = "%s-%d" % (topic["topic"], partition["partition"])
    for directory in directories:
        for place in glob.glob(f"{directory}/**/{name}", recursive=True):
            log = b"".join(open(file, "rb").read() for file in sorted(glob.glob(place + "/*.log")))
            if data in log:
                return True
    return False


def compare_bytes(topic_name, directories):
    compared = 0
    for topic in by_name[topic_name]:
        for partition, segment in segments(topic):
            data = stored(topic, partition, segment)
            if not is_in_a_broker(topic, partition, data, directories):
                wrong(f"{path(topic, partition, segment)}: no broker has these bytes")
            compared += len(data)
    if compared == 0:
        wrong(f"nothing of {topic_name} is archived")
    print(f"{topic_name}: {compared} bytes")


# The words stand in another order in each version.
RECORD = [re.compile(pattern) for pattern in
          (r"\boffset: (\d+)", r"(?:CreateTime|LogAppendTime): (-?\d+)", r"\bkey[sS]ize: (-?\d+)", r"\bvalue[sS]ize: (-?\d+)")]


def dumped(file, topic):
    """{(partition, offset): (timestamp, size of the key, size of the value)} of records that are no markers."""
    found, partition = {}, None
    for line in open(file, errors="replace"):
        if line.startswith("Dumping "):
            place = re.search(r"/topics/main/([^/]+)@([^/]+)/(\d+)/g0/", line)
            partition = int(place[3]) if place and (place[1], place[2]) == (topic["topic"], topic["id"] or "none") else None
            continue
        matches = [pattern.search(line) for pattern in RECORD]
        if partition is None or line.startswith("baseOffset") or "endTxnMarker" in line or None in matches:
            continue
        offset, *facts = (int(match[1]) for match in matches)
        if (partition, offset) in found:
            wrong(f"{topic['topic']}-{partition}: offset {offset} twice")
        found[partition, offset] = tuple(facts)
    return found


def size(value):
    if value is None:
        return -1
    if isinstance(value, dict):
        import base64
        return len(base64.b64decode(value["base64"]))
    return len(value.encode())


def compare_dump(topic_name, topic_id, dump, lines):
    topic = next(topic for topic in by_name[topic_name] if topic_id in ("-", topic["id"]))
    produced = {}
    for line in map(json.loads, open(lines)):
        if line["topic"] == topic_name:
            produced[line["partition"], line["offset"]] = (line["timestamp"], size(line["key"]), size(line["value"]))
    got = dumped(dump, topic)
    if got != produced:
        missing, more = sorted(produced.keys() - got.keys())[:5], sorted(got.keys() - produced.keys())[:5]
        other = sorted(key for key in got.keys() & produced.keys() if got[key] != produced[key])[:5]
        wrong(f"{topic_name}: not dumped {missing}, not produced {more}, other "
              f"{[(key, produced[key], got[key]) for key in other]}; {len(got)} of {len(produced)}")
    if not got:
        wrong(f"{topic_name}: nothing was compared")
    print(f"{topic_name}: {len(got)} records")


if action == "paths":
    for topic in topics:
        for partition, segment in segments(topic):
            print(path(topic, partition, segment))
elif action == "eval":
    if not eval(rest[0]):
        wrong("not so: " + rest[0] + "\n" + json.dumps({"index": index, "topics": topics}, indent=1)[:5000])
elif action == "bytes":
    compare_bytes(rest[0], rest[1:])
elif action == "dump":
    compare_dump(*rest)
