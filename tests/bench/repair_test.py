"""The repair benchmark: how cases are split, and how an answer is judged."""

import json
import os
import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "bench" / "repair"))

import cases
import run
import statements
import table

BUGGY = "def half(x):\n    return x // 3\n"
PATCH = """--- a/half.py
+++ b/half.py
@@ -1,2 +1,2 @@
 def half(x):
-    return x // 3
+    return x // {divisor}
"""
TEST = "from half import half\nassert half(8) == 4\n"


def program(names):
    return cases.Program(name="half", set="tiny", language="python", files={}, right={},
                         reference={}, tests=[cases.Test(name, "") for name in names],
                         test_files=None, test_command=None, report_command=None)


def is_running(pid):
    """An ended process that nobody has waited for yet is not running."""
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(") ")[2][0] not in "ZX"


class Folder(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.addCleanup(self.temporary.cleanup)
        self.folder = pathlib.Path(self.temporary.name)

    def case(self):
        cases.write_files(self.folder, {"tree/half.py": BUGGY, "tree/test_visible.py": TEST,
                                        "hidden/test_hidden.py": TEST})
        return {"name": "half", "set": "tiny", "language": "python", "folder": self.folder,
                "test": "python3 test_visible.py", "hidden": "python3 test_hidden.py",
                "faulty": [{"path": "half.py", "line": 2}]}


class Split(unittest.TestCase):
    def test_puts_a_failing_and_a_passing_test_on_the_visible_side_and_leaves_some_hidden(self):
        names = ["a", "b", "c", "d", "e", "f"]
        visible, hidden, how = cases.split(program(names), {"a", "b", "c"})
        shown = {test.name for test in visible}
        self.assertTrue(shown & {"d", "e", "f"})
        self.assertTrue(shown & {"a", "b", "c"})
        self.assertTrue({test.name for test in hidden} & {"d", "e", "f"})
        self.assertEqual(sorted(names), sorted(test.name for test in visible + hidden))
        self.assertIn("salt", how)

    def test_says_why_there_is_no_split(self):
        self.assertEqual(cases.split(program(["a", "b"]), {"a", "b"}),
                         (None, None, "no test fails on the buggy program"))
        self.assertEqual(cases.split(program(["a"]), set()),
                         (None, None, "a single test cannot be split"))


class FaultyLines(unittest.TestCase):
    def lines(self, buggy, right, path="x.py"):
        return [line["line"] for line in cases.faulty_lines(path, buggy, right)]

    def test_are_those_that_differ_and_the_neighbours_of_those_left_out(self):
        self.assertEqual(self.lines("a = 1\nb = 2\nc = 3\n", "a = 1\nb = 4\nc = 3\n"), [2])
        self.assertEqual(self.lines("a = 1\nc = 3\n", "a = 1\nb = 2\nc = 3\n"), [1, 2])

    def test_are_also_inside_of_a_string_that_is_no_docstring(self):
        self.assertEqual(self.lines("f(\n 'a')\n", "f(\n 'b')\n"), [2])
        self.assertEqual(self.lines('s = """\na\n"""\n', 's = """\nb\n"""\n'), [2])

    def test_are_not_comments_docstrings_or_blank_lines(self):
        self.assertEqual(self.lines('"""Old."""\na = 1\n\nb = 2\n', "a = 1\n# new\nb = 2\n"), [])
        self.assertEqual(self.lines("/* old\n */\nint a = 1;\n", "int  a = 1; // new\n", "x.c"), [])


class Statements(unittest.TestCase):
    def test_are_found_by_brackets_outside_of_strings_and_loops(self):
        text = "function t() { check(f('a)b', [1, 2])); for (;;) { check(2) }\n // check(3)\n }"
        self.assertEqual(statements.arguments(text, "check"), ["f('a)b', [1, 2])"])
        self.assertEqual(statements.split_top("f(a == b) == g('==')", ["=="]),
                         ("f(a == b)", "g('==')"))


class Results(unittest.TestCase):
    def test_are_read_from_pytest_tap_and_scripts(self):
        self.assertEqual(cases._passed("PASSED t.py::a\nFAILED t.py::b - x\n"), {"a"})
        self.assertEqual(cases._passed("TAP version 13\nok 1 - a\nnot ok 2 - b\n"), {"a"})
        self.assertEqual(cases._passed("ok a\nnot ok b\n"), {"a"})


class Rank(unittest.TestCase):
    FAULTY = [{"path": "half.py", "line": 2}]

    def hypothesis(self, line, score, status="PROPOSED", path="half.py"):
        return {"location": {"path": path, "firstLine": line, "lastLine": line}, "score": score,
                "status": f"HYPOTHESIS_STATUS_{status}"}

    def test_takes_the_supported_first_and_then_the_higher_score(self):
        right, other = self.hypothesis(2, 0.1), self.hypothesis(9, 0.9)
        self.assertEqual(run.rank(run.places([right, other]), self.FAULTY), 2)
        supported = run.places([other, self.hypothesis(2, 0.1, "SUPPORTED")])
        self.assertEqual(run.rank(supported, self.FAULTY), 1)

    def test_is_nought_when_no_location_covers_the_line(self):
        elsewhere = run.places([self.hypothesis(2, 1, path="other.py")])
        self.assertEqual(run.rank(elsewhere, self.FAULTY), 0)


class Judge(Folder):
    def test_takes_the_right_patch_and_refuses_the_others(self):
        case = self.case()
        self.assertTrue(run.judge(case, PATCH.format(divisor=2))[0])
        self.assertFalse(run.judge(case, PATCH.format(divisor=1))[0])
        self.assertFalse(run.judge(case, "")[0])
        self.assertFalse(run.judge(case, PATCH.format(divisor=2).replace("// 3", "// 7"))[0])

    def test_lays_its_own_tests_over_what_a_patch_made_of_them(self):
        patch = "--- /dev/null\n+++ b/test_hidden.py\n@@ -0,0 +1 @@\n+print('fine')\n"
        self.assertFalse(run.judge(self.case(), patch)[0])


class Examine(Folder):
    def inquest(self, answer):
        """A program that answers as `inquest` does, and leaves a process as its daemon."""
        journal = [{"effectScheduled": {"effect": {"id": "7", "step": "STEP_FIX", "run": {
            "patches": [{"digest": "d"}]}}}}, {"effectCompleted": {"effectId": "7"}}]
        cases.write_files(self.folder, {
            "answer.json": json.dumps(answer), "journal": "\n".join(map(json.dumps, journal)),
            "inquest": f'#!/bin/sh\ncd {self.folder}\n[ "$1" = watch ] && exec cat journal\n'
                       "tail -f /dev/null >/dev/null 2>&1 &\necho $! >daemon\ncat answer.json\n"})
        os.chmod(self.folder / "inquest", 0o755)
        return str(self.folder / "inquest")

    def test_makes_a_row_of_the_answer_and_ends_the_daemon(self):
        answer = {"investigation": "i", "outcome": "VERIFIED_FIX", "ended_by": "done",
                  "patch": PATCH.format(divisor=2), "hypotheses": [
                      {"location": {"path": "half.py", "firstLine": 1, "lastLine": 2}, "score": 1}]}
        row = run.examine(self.case(), self.inquest(answer), 5)
        self.assertTrue(row["verified"] and row["hidden_pass"] and row["hidden_tells"])
        self.assertTrue(row["reproduced"])
        self.assertEqual((row["rank"], row["candidates"], row["runs"]), (1, 1, 1))
        self.assertFalse(is_running((self.folder / "daemon").read_text().strip()))
        self.assertIn("| 1/1 ", table.table([row]))

    def test_shows_an_error_as_one(self):
        row = run.examine(self.case(), self.inquest({"error": {"id": "X", "message": "no"}}), 5)
        self.assertEqual((row["outcome"], row["message"], row["patched"]), ("ERROR", "no", False))


if __name__ == "__main__":
    unittest.main()
