#!/usr/bin/env python3
"""Compares docs/errors.md with the ids in the sources and with the hints of the command line."""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
# A word with an underscore anywhere; one without where it is an error's or a settlement's.
IDS = [r'"([A-Z]+(?:_[A-Z]+)+)"', r'(?:Code::k\w+|SETTLEMENT_[A-Z_]+),\s*"([A-Z]+)"', r"\bid: ([A-Z]{4,})\b"]
# What looks like an id and is none: status codes of gRPC, and names of the environment.
NO_ERRORS = set("""ALREADY_EXISTS DATA_LOSS FAILED_PRECONDITION INVALID_ARGUMENT NOT_FOUND OUT_OF_RANGE
    PERMISSION_DENIED RESOURCE_EXHAUSTED ALL_PROXY FORCE_COLOR CLICOLOR_FORCE GIT_SSL_CAINFO HTTPS_PROXY LEFT_CHILD NO_COLOR NO_PROXY
    HISTORY_LIMIT PYENV_VERSION PYTEST_ADDOPTS SSL_CERT_FILE""".split())


def ids_of_sources(root):
    found = {}
    for folder in ("runtime", "steps", "sandbox", "policies"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".cc", ".h"):
                text = path.read_text(encoding="utf-8")
                for one in (one for pattern in IDS for one in re.findall(pattern, text)):
                    if one not in NO_ERRORS and not one.startswith(("INQUEST_", "XDG_")):
                        found.setdefault(one, path.relative_to(root))
    return found


def rows_of_page(text):
    return {row[0]: row[1:] for row in re.findall(r"^\| `([A-Z_]+)` \| (.+?) \| (.+?) \|$", text, re.MULTILINE)}


def hints(root):
    text = (root / "runtime/cli/hints.cc").read_text(encoding="utf-8")
    for one, literals in re.findall(r'Hint\{"([A-Z_]+)",\s*((?:"(?:[^"\\]|\\.)*"\s*)+)\}', text):
        yield one, "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', literals))


def differences(sources, rows, hinted):
    for one, path in sources.items():
        if one not in rows:
            yield f"{path}: docs/errors.md has no row for {one}"
    for one in rows:
        if one not in sources:
            yield f"docs/errors.md: no source has {one}"
    for one, text in hinted:
        if one in rows and text not in rows[one][1]:
            yield f"docs/errors.md: what to do about {one} is, by runtime/cli/hints.cc: {text}"


class Errors(unittest.TestCase):
    def test_the_page_is_complete_and_true(self):
        rows = rows_of_page((ROOT / "docs/errors.md").read_text(encoding="utf-8"))
        hinted = list(hints(ROOT))
        self.assertGreater(len(hinted), 20)
        self.assertEqual(list(differences(ids_of_sources(ROOT), rows, hinted)), [])

    def test_planted_differences_are_found(self):
        rows = rows_of_page("| `A_B` | means | do this |\n| `C_D` | means | do that |\n")
        found = list(differences({"A_B": "a.cc", "E_F": "b.cc"}, rows, [("A_B", "do this"), ("C_D", "do it")]))
        self.assertEqual(len(found), 3, found)
        for one, part in zip(found, ("no row for E_F", "no source has C_D", "C_D is, by")):
            self.assertIn(part, one)


if __name__ == "__main__":
    unittest.main()
