"""The table of scripts/bench, and the page that it writes."""

import io
import pathlib
import sys
import tempfile
import unittest
from contextlib import redirect_stdout

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))
import page  # noqa: E402

GOAL = '{"name": "%s", "value": %s, "unit": "x", "goal": ">= 0.8", "ok": %s}\n'


class Page(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.results = pathlib.Path(self.folder.name)
        self.page = self.results / "performance.md"
        (self.results / "commit").write_text("0123456789ab\n", encoding="utf-8")

    def tearDown(self):
        self.folder.cleanup()

    def round(self, number, *goals, told=""):
        folder = self.results / str(number)
        folder.mkdir()
        (folder / "load").write_text("0.5 0.4 0.3 1/2 3\n", encoding="utf-8")
        (folder / "bench_store.goals").write_text("".join(GOAL % goal for goal in goals), encoding="utf-8")
        (folder / "bench_store.told").write_text(told, encoding="utf-8")

    def run_page(self, *arguments):
        with redirect_stdout(io.StringIO()) as printed:
            code = page.main([str(self.results), *arguments])
        return code, printed.getvalue()

    def test_a_goal_that_is_missed_in_one_round_is_missed(self):
        self.round(1, ("events", "0.84", "true"), ("bytes", "1.0", "true"))
        self.round(2, ("events", "0.78", "false"), ("bytes", "1.0", "true"))
        self.round(3, ("events", "0.86", "true"), ("bytes", "1.0", "true"), told="17 watchers\n")
        code, printed = self.run_page("--write", str(self.page))

        self.assertEqual(code, 1)
        self.assertIn("1 goals hold, 1 missed", printed)
        text = self.page.read_text(encoding="utf-8")
        self.assertIn("| events | 0.84 x | 0.78 to 0.86 | >= 0.8 | **in 2 of 3 rounds** |", text)
        self.assertIn("| bytes | 1 x | 1 to 1 | >= 0.8 | yes |", text)
        self.assertIn("17 watchers", text)
        self.assertIn("| commit | 0123456789ab |", text)

    def test_one_round_without_a_page(self):
        self.round(1, ("events", "0.84", "true"))
        code, printed = self.run_page()

        self.assertEqual(code, 0)
        self.assertIn("1 goals hold, 0 missed", printed)
        self.assertFalse(self.page.exists())

    def test_nothing_measured_is_an_error(self):
        (self.results / "1").mkdir()
        with self.assertRaises(SystemExit):
            page.main([str(self.results)])


if __name__ == "__main__":
    unittest.main()
