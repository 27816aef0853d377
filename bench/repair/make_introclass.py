"""IntroClass (github: ProgramRepair/IntroClass): versions of six small C programs by students.

Kept are versions whose tests give what the set recorded; of equal versions only the first. The
lines at fault are not known.
"""

import json
import re

import c_tests
import cases
from source import Source

KINDS = ("whitebox", "blackbox")


def _tests(source, program):
    tests = []
    for path in source.paths():
        match = re.fullmatch(rf"{program}/tests/({'|'.join(KINDS)})/(\d+)\.in", path)
        if match:
            data = source.text(path), source.text(path.removesuffix("in") + "out")
            tests.append(cases.Test(f"{match[1]}_{match[2]}", data))
    return tests


def _versions(source, program):
    """Folders of the students' versions that have a record."""
    for path in source.paths():
        folder, _, file = path.rpartition("/")
        if file == f"{program}.c" and source.has(f"{folder}/metadata.json"):
            yield folder


def programs(options):
    made, seen = [], set()
    for program in ("checksum", "digits", "grade", "median", "smallest", "syllables"):
        source = Source(options.repository, program)
        tests = _tests(source, program)
        reference = {"program.c": source.text(f"{program}/tests/{program}.c")}
        for folder in _versions(source, program):
            text = source.text(f"{folder}/{program}.c")
            if text in seen:
                continue
            seen.add(text)
            record = json.loads(source.text(f"{folder}/metadata.json"))
            student, version = folder.split("/")[1:3]
            made.append(cases.Program(
                name=f"{program}-{student[:8]}-{version}", set="introclass", language="c",
                files={"program.c": text}, right={}, reference=reference, tests=tests,
                test_files=c_tests.stream_files, test_command=c_tests.stream_command,
                report_command=c_tests.stream_command,
                recorded={f"{kind}_{number}" for kind in KINDS
                          for number in record[kind]["pass"]}))
    return made


if __name__ == "__main__":
    cases.main(__doc__, programs)
