"""Compares the records of exported topics: same_records.py WANTED.jsonl GOT.jsonl [--by-key]. Offsets and
names may differ; within a partition (with --by-key: of a key) the order may not."""
import collections
import json
import sys


def records(path, by_key):
    found = collections.defaultdict(list)
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            place = json.dumps(record.get("key")) if by_key else record["partition"]
            kept = {name: value for name, value in record.items()
                    if name not in ("offset", "topic", "partition", "timestampType")}
            if kept["timestamp"] is None:  # messages of magic 0 have none
                kept["timestamp"] = -1
            found[place].append(json.dumps(kept, sort_keys=True))
    return found


def main():
    by_key = "--by-key" in sys.argv
    wanted, got = (records(path, by_key) for path in sys.argv[1:3])
    for place in sorted(set(wanted) | set(got), key=str):
        if wanted[place] == got[place]:
            continue
        print(f"{place}: wanted {len(wanted[place])} records, got {len(got[place])}")
        for at, (one, other) in enumerate(zip(wanted[place], got[place])):
            if one != other:
                print(f"record {at}:\n  wanted {one[:500]}\n  got    {other[:500]}")
                break
        sys.exit(1)
    print(sum(map(len, wanted.values())), "records")


main()
