"""record_sets.py ALL READ: what a consumer has yet to read.

ALL: JSON lines of record_producer read. READ: a file of java_consume's lines, or a number: all offsets below it.
Prints "partition<TAB>key<TAB>value" of the records of ALL that are not in READ, sorted.
"""
import json
import sys


def shown(field):
    return "null" if field is None else field


def main():
    read = None
    if not sys.argv[2].isdigit():
        with open(sys.argv[2]) as lines:
            read = {tuple(int(word) for word in line.split("\t")[:2]) for line in lines}
    left = []
    with open(sys.argv[1]) as lines:
        for line in lines:
            record = json.loads(line)
            if "partition" not in record:
                continue
            at = (record["partition"], record["offset"])
            if at in read if read is not None else at[1] < int(sys.argv[2]):
                continue
            left.append("%d\t%s\t%s" % (at[0], shown(record["key"]), shown(record["value"])))
    for line in sorted(left):
        print(line)


if __name__ == "__main__":
    main()
