#!/usr/bin/env python3
"""Counts what tests/run found, in the directory given: *.xml (JUnit, of ctest), skipped.txt (names of tests that could
not be run), left-behind.txt (processes and files the tests left). Prints what failed tests said, the end of it, then
failed and skipped tests by name, then, as the last line, "N passed, N failed, N skipped". Exit status 0 when none
failed; with CI=true, none skipped either."""

import os
import pathlib
import sys
import xml.etree.ElementTree


LINES_OF_ONE = 40  # of a failed test's output
CHARACTERS_OF_A_LINE = 300
TOLD_IN_FULL = 5  # failed tests


def outcome(case):
    if case.get("status") == "run":
        return "passed"
    if case.get("status") == "disabled":
        return "skipped"
    # ctest also calls a test "skipped" whose program was not built.
    skipped = case.find("skipped")
    if skipped is not None and skipped.get("message", "").startswith("SKIP"):
        return "skipped"
    return "failed"


def print_end_of_output(case):
    """Where a log is cut at its begin, what a test said must stand close to the end."""
    lines = [line for line in case.findtext("system-out", "").splitlines() if line.strip()]
    print(f"---- {case.get('name')}: the last {min(len(lines), LINES_OF_ONE)} of {len(lines)} lines")
    for line in lines[-LINES_OF_ONE:]:
        print("    " + line[:CHARACTERS_OF_A_LINE])


def main(directory):
    names = {"passed": [], "failed": [], "skipped": []}
    for results in sorted(directory.glob("*.xml")):
        for case in xml.etree.ElementTree.parse(results).getroot().iter("testcase"):
            found = outcome(case)
            names[found].append(case.get("name"))
            if found == "failed" and len(names[found]) <= TOLD_IN_FULL:
                print_end_of_output(case)
    names["skipped"] += (directory / "skipped.txt").read_text().split()
    left = (directory / "left-behind.txt").read_text().splitlines()
    names["failed" if left else "passed"].append("nothing is left behind")
    for line in left:
        print("left behind:", line)
    for kind in ("skipped", "failed"):
        for name in names[kind]:
            print(f"{kind}: {name}")
    print(", ".join(f"{len(names[kind])} {kind}" for kind in ("passed", "failed", "skipped")))
    bad = len(names["failed"]) + (len(names["skipped"]) if os.environ.get("CI") == "true" else 0)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
