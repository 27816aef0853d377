"""BugsInPy (github: soarsmu/BugsInPy): real bugs of a Python project, with its repository.

The project is taken at the buggy commit, with the test file of the fixed one. Of the failing test's
own assertions the visible half stays in it; the judge runs the whole test file as it was.
Where there is nothing to split, the failing test is visible as it is, and the row says so.
"""

import argparse
import ast
import hashlib
import io
import json
import pathlib
import re
import shutil
import subprocess
import tarfile
import tempfile

import cases
from source import Source

INFO = re.compile(r'^(\w+)\s*=\s*"(.*?)"', re.MULTILINE)
SOURCES_MAX = 5


def _git(repository, *arguments):
    command = ["git", "-C", repository, *arguments]
    return subprocess.run(command, check=True, capture_output=True).stdout


def _text(repository, commit, path):
    try:
        return _git(repository, "show", f"{commit}:{path}").decode("utf-8")
    except subprocess.CalledProcessError:
        return ""


def _assertions(text, function):
    """[(first line, last line)] of the assertions that are statements of the test itself."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef) and node.name == function:
            for statement in node.body:
                said = ast.unparse(statement)
                if said.startswith(("assert ", "self.assert")) and statement is not node.body[0]:
                    found.append((statement.lineno, statement.end_lineno))
    return found


def _without(text, ranges):
    dropped = {line for first, last in ranges for line in range(first, last + 1)}
    lines = enumerate(text.splitlines(True), 1)
    return "".join(line for number, line in lines if number not in dropped)


def _status(tree, path, text, command):
    """The exit status of the command in the tree with this test file."""
    (tree / path).write_text(text, encoding="utf-8")
    return cases.run(command, tree, cases.RUN_SECONDS_MAX)[0]


def _split(name, text, function, right, buggy, path, command):
    """(visible test file, how it was split): fails on the buggy tree, passes on the right one."""
    ranges = _assertions(text, function)
    for salt in range(cases.SALTS_MAX if len(ranges) > 1 else 0):
        odd = [one for one in ranges if
               hashlib.sha256(f"{salt}:{name}:{one[0]}".encode()).digest()[-1] % 2]
        if not 0 < len(odd) < len(ranges):
            continue
        visible = _without(text, odd)
        if _status(buggy, path, visible, command) and _status(right, path, visible, command) == 0:
            count = f"{len(ranges) - len(odd)} of {len(ranges)}"
            return visible, (f"sha256 parity, salt {salt}: {count} assertions visible; "
                             "hidden: the whole test file")
    if _status(buggy, path, text, command) and _status(right, path, text, command) == 0:
        return text, "not split: the whole failing test is visible; hidden: the whole test file"
    return None, "the test does not tell the two commits apart here"


def _checkout(repository, commit, directory):
    with tarfile.open(fileobj=io.BytesIO(_git(repository, "archive", commit))) as tar:
        tar.extractall(directory, filter="tar")


def _make(source, bug, options, work):
    """None when the case was written, else why it was left out."""
    folder = f"projects/{options.project}/bugs/{bug}"
    info = dict(INFO.findall(source.text(f"{folder}/bug.info")))
    fixed, path = info["fixed_commit_id"], info["test_file"].split(";")[0]
    script = source.text(f"{folder}/run_test.sh").strip().splitlines()
    if len(script) != 1 or not script[0].startswith(("python ", "pytest ")):
        return "more than one test command"
    command = re.sub(r"^(python|pytest) (-m pytest)?", lambda match: "python3 -m pytest -q"
                     if "pytest" in match[0] else "python3 ", script[0])
    buggy, right = work / "buggy", work / "right"
    _checkout(options.upstream, info["buggy_commit_id"], buggy)
    _checkout(options.upstream, fixed, right)
    text = _text(options.upstream, fixed, path)
    visible, how = _split(f"{options.project}-{bug}", text, re.split(r"[.:]", command)[-1],
                          right, buggy, path, command)
    if visible is None:
        return how
    module = ("python3 -m unittest -q " + path.removesuffix(".py").replace("/", ".")
              if "unittest" in command else f"python3 -m pytest -q {path}")
    hidden = module if _status(right, path, text, module) == 0 else command
    target = pathlib.Path(options.out) / f"bugsinpy-{options.project}-{bug}"
    shutil.rmtree(target, ignore_errors=True)
    (buggy / path).write_text(visible, encoding="utf-8")
    shutil.copytree(buggy, target / "tree", symlinks=True)
    cases.write_files(target / "hidden", {path: text})
    patch = source.text(f"{folder}/bug_patch.txt")
    changed = re.findall(r"^\+\+\+ b/(\S+\.py)", patch, re.MULTILINE)
    faulty = [line for file in changed[:SOURCES_MAX] for line in cases.faulty_lines(
        file, _text(options.upstream, info["buggy_commit_id"], file),
        _text(options.upstream, fixed, file))]
    case = {"name": f"{options.project}-{bug}", "set": "bugsinpy", "language": "python",
            "test": command, "hidden": hidden, "faulty": faulty, "split": how}
    (target / "case.json").write_text(json.dumps(case) + "\n", encoding="utf-8")
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("repository", help="BugsInPy, as fetched")
    parser.add_argument("out", help="folder for the cases, outside of this repository")
    parser.add_argument("--project", required=True)
    parser.add_argument("--upstream", required=True, help="the project's repository, with history")
    parser.add_argument("--limit", type=int, default=0)
    options = parser.parse_args()
    prefix = f"projects/{options.project}/bugs/"
    source = Source(options.repository, prefix)
    bugs = sorted({int(path.removeprefix(prefix).split("/")[0]) for path in source.paths()})
    made = 0
    for bug in bugs[:options.limit or None]:
        with tempfile.TemporaryDirectory(prefix="inquest-case-") as work:
            try:
                reason = _make(source, bug, options, pathlib.Path(work))
            except (subprocess.CalledProcessError, SyntaxError, KeyError) as error:
                reason = str(error)
        made += reason is None
        if reason:
            print(f"left out: {options.project} {bug}: {reason}")
    print(f"{made} of {len(bugs)} bugs of {options.project} are cases in {options.out}")


if __name__ == "__main__":
    main()
