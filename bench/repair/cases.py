"""Turns a buggy program and its tests into a case of the repair benchmark.

A case is a folder: case.json, tree/ (what Inquest is given) and hidden/ (what judges the patch; it
is laid over a patched copy). The tests are split by the hash of their names, and the split is kept
only if the visible half fails on the buggy program and, where a right program is known, all tests
pass on it. What cannot be split so is listed with the reason and left out.
"""

import argparse
import concurrent.futures
import dataclasses
import difflib
import hashlib
import io
import json
import os
import pathlib
import re
import resource
import shutil
import subprocess
import tempfile
import tokenize

SALTS_MAX = 64
RUN_SECONDS_MAX = 40
HANG_SECONDS = 10
MEMORY_BYTES_MAX = 4 << 30
FILE_BYTES_MAX = 64 << 20
PATH = "/usr/local/bin:/usr/bin:/bin"

# One line a test, in the words of pytest -rA, of node's TAP reporter and of our run_tests.sh.
RESULT_LINE = re.compile(
    r"^(?:(?P<pytest>PASSED|FAILED|ERROR) \S*?::(?P<function>\w+)"
    r"|(?P<tap>ok|not ok) (?:\d+ - )?(?P<name>\S+))", re.MULTILINE)
LAYOUT_TOKENS = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT,
                 tokenize.ENDMARKER)
COMMENT_OR_STRING = re.compile(
    r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.DOTALL)


@dataclasses.dataclass
class Test:
    name: str  # a word, unique in the program
    data: object  # what the program's `test_files` makes files of


@dataclasses.dataclass
class Program:
    name: str
    set: str
    language: str
    files: dict  # path -> text: the buggy source
    right: dict  # the same paths -> text of the mended program; empty where it is not known
    reference: dict  # a right program by another hand, which checks the tests as `right` would
    tests: list
    # (tests, "visible" or "hidden") -> {path: text}, and the command that runs them.
    test_files: object
    test_command: object
    report_command: object  # as test_command, but prints a RESULT_LINE a test
    recorded: object = None  # names of the tests that pass by the set's own record, if it has one


def _limits():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES_MAX, FILE_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _sandboxed(command, directory):
    """The programs are other people's: they see the system and their folder, and no network."""
    return ["bwrap", "--unshare-all", "--die-with-parent", "--clearenv",
            "--setenv", "PATH", PATH, "--setenv", "HOME", "/tmp", "--setenv", "LANG", "C.UTF-8",
            "--setenv", "PYTHONDONTWRITEBYTECODE", "1",
            "--ro-bind", "/usr", "/usr", "--symlink", "usr/bin", "/bin",
            "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64",
            "--ro-bind-try", "/etc/alternatives", "/etc/alternatives",
            "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp",
            "--bind", str(directory), "/case", "--chdir", "/case", "sh", "-c", command]


def run(command, directory, seconds):
    """Runs a shell command; (exit status or None at the time limit, its output)."""
    process = subprocess.Popen(
        _sandboxed(command, directory), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=_limits)
    try:
        output, _ = process.communicate(timeout=seconds)
        return process.returncode, output.decode("utf-8", errors="replace")
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        output, _ = process.communicate()
        return None, output.decode("utf-8", errors="replace")


def write_files(directory, files):
    for path, text in files.items():
        target = pathlib.Path(directory) / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def results(program, files):
    """The names of the tests that pass with these files."""
    with tempfile.TemporaryDirectory(prefix="inquest-case-") as directory:
        write_files(directory, files)
        write_files(directory, program.test_files(program.tests, "hidden"))
        status, output = run(program.report_command("hidden"), directory, HANG_SECONDS)
        if status is not None or len(program.tests) == 1:
            return _passed(output)
    # Something hangs, and its silence may cover the others: each test alone.
    passed = set()
    for test in program.tests:
        with tempfile.TemporaryDirectory(prefix="inquest-case-") as directory:
            write_files(directory, files)
            write_files(directory, program.test_files([test], "hidden"))
            _, output = run(program.report_command("hidden"), directory, HANG_SECONDS)
            passed |= _passed(output)
    return passed


def _passed(output):
    good, bad = set(), set()
    for match in RESULT_LINE.finditer(output):
        name = match["function"] or match["name"]
        (good if match["pytest"] == "PASSED" or match["tap"] == "ok" else bad).add(name)
    return good - bad


def _visible(program, test, salt):
    key = f"{salt}:{program.set}:{program.name}:{test.name}"
    return hashlib.sha256(key.encode()).digest()[-1] % 2 == 0


def split(program, passed):
    """(visible, hidden, how), or (None, None, why not): the first salt with the best split."""
    failing = [test for test in program.tests if test.name not in passed]
    if not failing:
        return None, None, "no test fails on the buggy program"
    if len(program.tests) < 2:
        return None, None, "a single test cannot be split"
    best, best_score = None, 0
    for salt in range(SALTS_MAX):
        visible = [test for test in program.tests if _visible(program, test, salt)]
        hidden = [test for test in program.tests if test not in visible]
        if not hidden or not any(test in failing for test in visible):
            continue
        passing_visible = any(test not in failing for test in visible)
        failing_hidden = any(test in failing for test in hidden)
        score = 1 + 2 * passing_visible + failing_hidden
        if score > best_score:
            best, best_score = (visible, hidden, salt), score
    if best is None:
        return None, None, f"no salt below {SALTS_MAX} puts a failing test on the visible side"
    visible, hidden, salt = best
    how = (f"sha256 parity, salt {salt}: {len(visible)} visible "
           f"({sum(test in failing for test in visible)} failing), {len(hidden)} hidden "
           f"({sum(test in failing for test in hidden)} failing)")
    return visible, hidden, how


def _python_code_lines(text):
    lines, kept, begins = text.splitlines(), {}, True
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        # A string that begins a logical line is a docstring.
        if token.type not in LAYOUT_TOKENS and not (begins and token.type == tokenize.STRING):
            for number in range(token.start[0], token.end[0] + 1):
                kept[number] = lines[number - 1].rstrip()
        if token.type not in (tokenize.COMMENT, tokenize.NL):
            begins = token.type in LAYOUT_TOKENS
    return sorted(kept.items())


def code_lines(path, text):
    """[(line number, text)] without blank lines, comments and docstrings: what can be wrong."""
    if path.endswith(".py"):
        return _python_code_lines(text)
    blank = lambda match: "\n" * match[0].count("\n") if match[0].startswith("/") else match[0]
    lines = enumerate(COMMENT_OR_STRING.sub(blank, text).splitlines(), 1)
    return [(number, " ".join(line.split())) for number, line in lines if line.strip()]


def faulty_lines(path, buggy, right):
    """Lines of the buggy code that differ from the right one; of lines left out, the neighbours."""
    before, after = code_lines(path, buggy), code_lines(path, right)
    texts = [text for _, text in before], [text for _, text in after]
    lines = set()
    for tag, first, last, _, _ in difflib.SequenceMatcher(None, *texts, False).get_opcodes():
        if tag == "insert":
            lines |= {before[at][0] for at in (first - 1, first) if 0 <= at < len(before)}
        elif tag != "equal":
            lines |= {before[at][0] for at in range(first, last)}
    return [{"path": path, "line": line} for line in sorted(lines)]


def make(program, out):
    """Writes the case; None when it was written, else why it was left out."""
    if program.right or program.reference:
        passed = results(program, program.right or program.reference)
        # A test that the right program fails is no test.
        program.tests = [test for test in program.tests if test.name in passed]
    if len(program.tests) < 2:
        return "fewer than two tests that the right program passes"
    passed = results(program, program.files)
    names = {test.name for test in program.tests}
    if program.recorded is not None and passed != program.recorded & names:
        return "the tests do not give what the set recorded"
    visible, hidden, how = split(program, passed)
    if visible is None:
        return how
    directory = pathlib.Path(out) / f"{program.set}-{program.name}"
    shutil.rmtree(directory, ignore_errors=True)
    write_files(directory / "tree", program.files)
    write_files(directory / "tree", program.test_files(visible, "visible"))
    write_files(directory / "hidden", program.test_files(hidden, "hidden"))
    test = program.test_command("visible")
    with tempfile.TemporaryDirectory(prefix="inquest-case-") as copy:
        shutil.copytree(directory / "tree", copy, dirs_exist_ok=True)
        status, _ = run(test, copy, RUN_SECONDS_MAX)
    if status == 0:
        shutil.rmtree(directory)
        return "the visible tests pass on the buggy program"
    if status is None:
        test = f"timeout {HANG_SECONDS} {test}"
    case = {"name": program.name, "set": program.set, "language": program.language,
            "test": test, "hidden": program.test_command("hidden"), "split": how}
    if program.right:
        case["faulty"] = [line for path in program.right for line in
                          faulty_lines(path, program.files[path], program.right[path])]
    (directory / "case.json").write_text(json.dumps(case) + "\n", encoding="utf-8")
    return None


def sample(programs, limit):
    """The first `limit` (0: all) by the hash of their names: neither the first nor the easiest."""
    def key(one):
        name = one["name"] if isinstance(one, dict) else one.name
        return hashlib.sha256(name.encode()).digest()
    return sorted(programs, key=key)[:limit or None]


def main(description, programs_of, add_options=None):
    """The command line that all makers share: REPOSITORY OUT [--limit N] [--jobs N]."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("repository", help="the fetched repository: a folder or a git directory")
    parser.add_argument("out", help="folder for the cases, outside of this repository")
    parser.add_argument("--limit", type=int, default=0, help="sample of so many programs")
    parser.add_argument("--jobs", type=int, default=1)
    if add_options:
        add_options(parser)
    options = parser.parse_args()
    pathlib.Path(options.out).mkdir(parents=True, exist_ok=True)
    programs = sample(programs_of(options), options.limit)
    left_out = {}
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        reasons = pool.map(lambda program: make(program, options.out), programs)
        for program, reason in zip(programs, reasons):
            if reason:
                left_out[f"{program.set}-{program.name}"] = reason
    (pathlib.Path(options.out) / "left-out.json").write_text(json.dumps(left_out, indent=1) + "\n")
    print(f"{len(programs) - len(left_out)} cases in {options.out}, {len(left_out)} left out")
