#!/usr/bin/env python3
"""Plants in pages what the tests of the documentation have to find. docs_test.py BUILD"""

import pathlib
import sys
import unittest

import blocks
import claims
import page

BUILD = pathlib.Path(sys.argv.pop(1)).resolve()
HELP = claims.Help(BUILD / "bin")


def findings(text):
    path = page.ROOT / "docs" / "planted.md"
    return [message for _, message in claims.check(page.ROOT, path, HELP, blocks.read_page(text))]


class Claims(unittest.TestCase):
    def expect(self, text, *parts):
        found = findings(text)
        self.assertEqual(len(found), len(parts), found)
        for message, part in zip(found, parts):
            self.assertIn(part, message)

    def test_what_is_right_passes(self):
        self.expect("# T\n\n```sh\ninquest list --json\n```\n\n`inquest apply ID --branch NAME`, [x](cli.md)\n\n"
                    "- a list\n\n    goes on\n\n```text\na diagram\n```\n")

    def test_unknown_languages(self):
        self.expect("```bash\ntrue\n```\n", "fence language 'bash'")
        self.expect("```\ntrue\n```\n", "fence language ''")

    def test_indented_blocks_and_fences(self):
        self.expect("Run\n\n    inquest list\n", "an indented block")
        self.expect("- a\n\n  ```sh\n  true\n  ```\n", "a fence is indented")
        self.expect("```sh\ntrue\n", "not closed")

    def test_commands_in_text(self):
        for line in ("$ true", "inquest list", "build/bin/inquest", "scripts/demo", "ctest -R x", "git apply x"):
            self.expect(f"```text\n{line}\n```\n", "a command in a block of text")

    def test_verbs_and_options_that_do_not_exist(self):
        self.expect("`inquest invent ID`\n", "`inquest invent` is not known")
        self.expect("`inquest\ninvent` in two lines\n", "`inquest invent` is not known")
        self.expect("`inquest export|invent ID`\n", "`inquest invent` is not known")
        self.expect("| a | `inquest report ID --fast` |\n", "has no --fast")
        self.expect("```sh\nbuild/bin/inquest list --fast\n```\n", "has no --fast")
        self.expect("```console\n$ true && inquest list --fast\n```\n", "has no --fast")
        self.expect("`inquestd --trust-everybody`\n", "has no --trust-everybody")
        self.expect("`scripts/invented`, `scripts/invented --all`\n", "no scripts/invented", "no scripts/invented")
        self.expect("`runtime/invented/x.cc`, `runtime/base/*.zz`, `steps/steps`\n", "no runtime/invented", "no runtime/base")

    def test_commands_that_nothing_else_runs(self):
        self.expect("<!-- run by: acceptance: An invented row -->\n```sh\nscripts/demo\n```\n", "has no row", "does not run")
        self.expect("<!-- run by: acceptance: Shown: benchmarks against their limits -->\n```sh\nscripts/bench\n"
                    "scripts/demo  # not there\n```\n", "does not run: scripts/demo")
        self.expect("<!-- run by: tests/invented_test.cc -->\n```sh\ntrue\n```\n", "is no file of tests/", "does not run")
        self.expect("<!-- run by: tests/docs/page.py -->\n```sh\ninquestd --tls-key x\n```\n", "does not run")
        self.expect("<!-- run by: README.md -->\n```sh\ntrue\n```\n", "is no file of tests/", "does not run")

    def test_commands_that_change_the_machine(self):
        for line in ("sudo true", "scripts/build", "true && scripts/test -L unit", "apt-get install x"):
            self.expect(f"```sh\n{line}\n```\n", "say what runs it")
        self.expect("```sh\nscripts/bench-repair x\n```\n")

    def test_marks_of_the_wrong_kind(self):
        self.expect("<!-- skip -->\n```sh\ntrue\n```\n", "not a comment that this test knows")
        self.expect("<!-- file: x -->\n```sh\ntrue\n```\n", "is run here or marked")
        self.expect("<!-- run by: .ci/run -->\nText.\n", "marks no block")
        self.expect("```yaml\na: 1\n```\n", "is a file")

    def test_excerpts_that_are_not_there(self):
        self.expect("<!-- from: tests/docs/blocks.py -->\n```python\nimport dataclasses\n...\nFILES = none\n```\n",
                    "does not say (in this order): FILES = none")
        self.expect("<!-- from: tests/docs/blocks.py -->\n```python\nimport re\nimport dataclasses\n```\n", "in this order")
        self.expect("<!-- from: tests/docs/blocks.py -->\n```python\nimport dataclasses\nimport re\n```\n")

    def test_links(self):
        self.expect("[x](invented.md)\n", "a link to invented.md")


class Runs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = page.Home(BUILD, None)

    @classmethod
    def tearDownClass(cls):
        cls.home.end_processes()
        page.shutil.rmtree(cls.home.path)

    def run_page(self, text):
        return [wrong for block in blocks.read_page(text).blocks if (wrong := page.run_block(self.home, block))]

    def test_folder_and_variables_go_on(self):
        self.assertEqual(self.run_page("```sh\ncd ~; mkdir -p d; cd d; word='a b'\n```\n<!-- file: f.py -->\n```python\n"
                                       "print(1)\n```\n```console\n$ echo $word; cat f.py\na b\nprint(1)\n$ pwd\n.../d\n```\n"), [])

    def test_a_command_that_fails(self):
        wrong, = self.run_page("```sh\ntrue\nfalse\ntrue\n```\n")
        self.assertIn("exit code 1", wrong)
        self.assertEqual(len(self.run_page("```sh\nfalse | true\n```\n")), 1)
        self.assertEqual(len(self.run_page("```sh\necho $unset_variable\n```\n")), 1)

    def test_another_output(self):
        wrong, = self.run_page("```console\n$ echo a; echo b\na\nc\n```\n")
        self.assertIn("has not (in this place): c", wrong)
        self.assertIn("- c", wrong)
        self.assertIn("+ b", wrong)
        self.assertEqual(len(self.run_page("```console\n$ echo a; echo b\na\n```\n")), 1)
        self.assertEqual(len(self.run_page("```console\n$ true\na\n```\n")), 1)

    def test_a_second_command_is_compared_too(self):
        self.assertEqual(len(self.run_page("```console\n$ echo a\na\n$ echo b\nc\n```\n")), 1)

    def test_what_is_masked_and_what_is_not(self):
        self.assertTrue(page.agrees(["[0.5s]  x 2.1s"], ["[1m06s] x 19.8s"]))
        self.assertTrue(page.agrees(["bszptpc2tpwbvorzgkhq 232b4f3d94b6548419ff"], ["aaaaaaaaaaaaaaaaaaaa 00000000000000001111"]))
        self.assertTrue(page.agrees(["a", "...", "d"], ["a", "b", "c", "d"]))
        self.assertTrue(page.agrees(["failed in ... runs"], ["failed in 3 of 3 runs"]))
        self.assertFalse(page.agrees(["3 of 3 runs"], ["2 of 3 runs"]))
        self.assertFalse(page.agrees(["a", "...", "d"], ["a", "b", "c"]))


if __name__ == "__main__":
    unittest.main()
