#!/usr/bin/env python3
"""Counts made-up results: a failed test is named, what it said last is told, and the last line counts."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAM = pathlib.Path(__file__).resolve().parent.parent / "count_results.py"


class CountResultsTest(unittest.TestCase):
    def counted(self, cases, skipped="", left="", **environment):
        with tempfile.TemporaryDirectory() as top:
            directory = pathlib.Path(top)
            (directory / "tests.xml").write_text(f"<testsuite>{cases}</testsuite>", encoding="utf-8")
            (directory / "skipped.txt").write_text(skipped)
            (directory / "left-behind.txt").write_text(left)
            clean = {name: value for name, value in os.environ.items() if name != "CI"}
            run = subprocess.run([sys.executable, PROGRAM, directory], env={**clean, **environment}, text=True,
                                 stdout=subprocess.PIPE, check=False)
            return run.returncode, run.stdout.splitlines()

    def test_all_passed(self):
        status, lines = self.counted('<testcase name="one" status="run"/>')
        self.assertEqual((status, lines), (0, ["2 passed, 0 failed, 0 skipped"]))

    def test_a_failed_test_is_told_with_the_end_of_its_output(self):
        said = "".join(f"line {number}\n\n" for number in range(100))
        status, lines = self.counted(f'<testcase name="one" status="fail"><system-out>{said}</system-out></testcase>')
        self.assertEqual(status, 1)
        self.assertEqual(lines[0], "---- one: the last 40 of 100 lines")
        self.assertEqual(lines[1:41], [f"    line {number}" for number in range(60, 100)])
        self.assertEqual(lines[41:], ["failed: one", "1 passed, 1 failed, 0 skipped"])

    def test_of_many_failed_tests_the_first_are_told(self):
        cases = "".join(f'<testcase name="t{number}" status="fail"><system-out>x</system-out></testcase>'
                        for number in range(50))
        status, lines = self.counted(cases)
        self.assertEqual(status, 1)
        self.assertEqual(sum(line.startswith("---- ") for line in lines), 5)
        self.assertEqual(sum(line.startswith("failed: ") for line in lines), 50)

    def test_what_is_left_behind_is_a_failure(self):
        status, lines = self.counted("", left="process 7: server\n")
        self.assertEqual(status, 1)
        self.assertEqual(lines, ["left behind: process 7: server", "failed: nothing is left behind",
                                 "0 passed, 1 failed, 0 skipped"])

    def test_a_skipped_test_is_a_failure_with_ci_only(self):
        for environment, wanted in (({}, 0), ({"CI": "true"}, 1)):
            status, lines = self.counted("", skipped="asleep\n", **environment)
            self.assertEqual((status, lines), (wanted, ["skipped: asleep", "1 passed, 0 failed, 1 skipped"]))


if __name__ == "__main__":
    unittest.main()
