"""ITSP (github: jyi/ITSP): 661 wrong C programs, each with the same student's right one."""

import re

import c_tests
import cases
from source import Source

FOLDER = "dataset"
# The set writes inputs, outputs and verdicts at the top of each program: no project has that.
RECORD = re.compile(r"\A\s*/\*numPass=.*?\*/\s*", re.DOTALL)


def _program(source, path):
    lab, problem, file = path.split("/")[1:]
    number = file.removesuffix("_buggy.c")
    right = path.replace("_buggy.c", "_correct.c")
    tests = []
    for name in source.paths():
        if re.fullmatch(rf"{FOLDER}/test/in\.{problem}\.\w+\.txt", name):
            expected = name.replace("/in.", "/out.")
            if source.has(expected):
                data = source.text(name), source.text(expected)
                tests.append(cases.Test(f"t{name.split('.')[-2]}", data))
    return cases.Program(
        name=f"{lab}-{problem}-{number}".lower(), set="itsp", language="c",
        files={"program.c": RECORD.sub("", source.text(path))},
        right={"program.c": RECORD.sub("", source.text(right))}, reference={}, tests=tests,
        test_files=c_tests.stream_files, test_command=c_tests.stream_command,
        report_command=c_tests.stream_command)


def programs(options):
    source = Source(options.repository, FOLDER)
    return [_program(source, path) for path in source.paths()
            if path.endswith("_buggy.c") and source.has(path.replace("_buggy.c", "_correct.c"))]


if __name__ == "__main__":
    cases.main(__doc__, programs)
