"""Refactory (github: githubhuyang/refactory): wrong Python programs of students for five questions.

The set's data.zip is read as it is. The lines at fault are not known.
"""

import io
import re
import zipfile

import cases
import python_tests
from source import Source

PRELUDE = "from solution import *\n"


def _tests(files, question):
    tests = []
    for path in sorted(files):
        match = re.fullmatch(rf"data/{question}/ans/input_(\d+)\.txt", path)
        output = f"data/{question}/ans/output_{match[1]}.txt" if match else None
        if output in files:
            name = f"test_{match[1]}"
            body = f"assert {files[path].strip()} == {files[output].strip()}"
            tests.append(cases.Test(name, python_tests.function(name, body)))
    return tests


def programs(options):
    archive = zipfile.ZipFile(io.BytesIO(Source(options.repository, "data.zip").data("data.zip")))
    files = {name: archive.read(name).decode("utf-8", errors="replace").replace("\r\n", "\n")
             for name in archive.namelist() if name.endswith((".py", ".txt"))}
    made = []
    for path in sorted(files):
        match = re.fullmatch(r"data/(question_\d)/code/wrong/wrong_(\w+)\.py", path)
        if not match:
            continue
        reference = files[f"data/{match[1]}/code/reference/reference.py"]
        made.append(cases.Program(
            name=match[2], set="refactory", language="python",
            files={"solution.py": files[path].rstrip() + "\n"}, right={},
            reference={"solution.py": reference}, tests=_tests(files, match[1]),
            test_files=lambda tests, side: python_tests.files(tests, side, PRELUDE),
            test_command=python_tests.command, report_command=python_tests.report_command))
    return made


if __name__ == "__main__":
    cases.main(__doc__, programs)
