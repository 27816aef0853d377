"""Records which lines of the workspace each test runs, and how the test ended.

Appends JSON lines to $INQUEST_OUT/coverage.jsonl, one object each:

    {"p": 12, "files": {"0": "shop/price.py"}, "test": "test_price.T.test_a", "outcome": "failed",
     "lines": {"0": "1-5,9"}}

    p        the process; file numbers are its own
    files    numbers that are new in this record
    test     id of the pytest item or the unittest method; "" is what ran outside of any test
    outcome  passed, failed, skipped; "running": more of this test follows, or it never ended;
             of "" at the end of the process: failed (an exception ended it) or ended
    lines    per file, what ran since the last record of this test

A record is written when a test ends and, while one goes on, some 20 ms after it reached a new line: a
program that hangs or is killed leaves its trace too. Works on Python 3.6 and later, in threads and in
forked children. Nothing in here may change what the program does.
"""
import atexit
import json
import os
import sys
import threading
import time

_FLUSH_SECONDS = 0.02
_OUTPUT_LIMIT_BYTES = 48 << 20
_FILES_LIMIT = 4000
_EVENTS_BETWEEN_CLOCKS = 256
_NOT_OURS = ("site-packages", "dist-packages", ".venv", "venv", "node_modules")


def _ranges(lines):
    parts = []
    first = last = None
    for line in sorted(lines):
        if last is not None and line == last + 1:
            last = line
            continue
        if first is not None:
            parts.append(str(first) if first == last else "%d-%d" % (first, last))
        first = last = line
    if first is not None:
        parts.append(str(first) if first == last else "%d-%d" % (first, last))
    return ",".join(parts)


class Recorder:
    """What is seen, by test; one for the process."""

    def __init__(self, root, path):
        self._roots = tuple({os.path.join(r, "") for r in (root, os.path.realpath(root))})
        self._path = path
        self._numbers = {}  # co_filename -> number of the file, or None: not of the workspace
        self._names = []
        self._lock = threading.RLock()
        self._flush_seconds = _FLUSH_SECONDS
        self.failed = False
        self._reset()

    def _reset(self):
        self._pid = os.getpid()
        self._named = 0
        self._test = ""
        self._seen = {}     # number -> lines seen in this test
        self._pending = {}  # number -> those not written yet
        self._outside = {}
        self._written = 0
        self._due = 0.0

    def number(self, filename):
        try:
            return self._numbers[filename]
        except KeyError:
            pass
        number = None
        path = os.path.abspath(filename) if filename and filename[0] != "<" else ""
        for root in self._roots:
            if not path.startswith(root):
                continue
            relative = path[len(root):]
            if len(self._names) < _FILES_LIMIT and not set(relative.split(os.sep)) & set(_NOT_OURS):
                number = len(self._names)
                self._names.append(relative)
            break
        self._numbers[filename] = number
        return number

    def lines_seen(self, number):
        seen = self._seen.get(number)
        if seen is None:
            seen = self._seen.setdefault(number, set())
        return seen

    def add(self, number, line):
        """A line that lines_seen() did not have."""
        with self._lock:
            if not self._pending:
                self._due = time.monotonic() + self._flush_seconds
            self.lines_seen(number).add(line)
            self._pending.setdefault(number, set()).add(line)
        self.flush_when_due()

    def flush_when_due(self):
        """True: nothing is left to write."""
        if not self._pending:
            return True
        if time.monotonic() < self._due:
            return False
        with self._lock:
            self._write("running")
        return True

    def begin(self, test):
        with self._lock:
            if self._test or not test:
                return False
            if self._pending:
                self._write("running")
            self._outside = self._seen
            self._test, self._seen, self._pending = test, {}, {}
            return True

    def end(self, outcome):
        with self._lock:
            self._write(outcome)
            self._test, self._seen, self._pending = "", self._outside, {}

    def finish(self):
        if os.getpid() != self._pid:
            return
        with self._lock:
            self._write("running" if self._test else "failed" if self.failed else "ended")

    def forked(self):
        self._lock = threading.RLock()
        self._reset()
        self._flush_seconds = 0.0  # such children often end without any farewell

    def _write(self, outcome):
        pending, self._pending = self._pending, {}
        record = {"p": self._pid}
        if self._named < len(self._names):
            record["files"] = {str(i): self._names[i] for i in range(self._named, len(self._names))}
            self._named = len(self._names)
        record["test"] = self._test
        record["outcome"] = outcome
        record["lines"] = {str(number): _ranges(lines) for number, lines in pending.items()}
        data = (json.dumps(record, separators=(",", ":")) + "\n").encode("utf-8", "replace")
        if self._written + len(data) > _OUTPUT_LIMIT_BYTES:
            return
        self._written += len(data)
        try:
            out = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o666)
            try:
                os.write(out, data)
            finally:
                os.close(out)
        except OSError:
            pass


def _code_lines(code):
    """Lines that a call of the code may report; the line of its def is not one of them."""
    if hasattr(code, "co_lines"):
        lines = {line for _, _, line in code.co_lines() if line}
    else:
        import dis
        lines = {line for _, line in dis.findlinestarts(code)}
    if len(lines) > 1:
        lines.discard(code.co_firstlineno)
    return frozenset(lines)


def _trace_calls(recorder):
    """Python before 3.12: the trace function. It leaves functions that have no new line alone."""
    code_lines = {}
    events = [0]

    def on_call(frame, event, _):
        try:
            code = frame.f_code
            number = recorder.number(code.co_filename)
            if number is None:
                return None
            if code not in code_lines:
                code_lines[code] = _code_lines(code)
            if code_lines[code] <= recorder.lines_seen(number):
                recorder.flush_when_due()
                return None
        except RecursionError:
            return None

        def on_line(frame, event, _):
            try:
                if event != "line" or not frame.f_lineno:
                    return on_line
                if frame.f_lineno not in recorder.lines_seen(number):
                    recorder.add(number, frame.f_lineno)
                    return on_line
                events[0] += 1
                if events[0] % _EVENTS_BETWEEN_CLOCKS == 0:
                    recorder.flush_when_due()
            except RecursionError:
                pass
            return on_line

        return on_line

    threading.settrace(on_call)
    sys.settrace(on_call)
    return lambda: None


def _monitor_lines(recorder):
    """Python 3.12 and later: a line reports until it is known and written, then costs nothing."""
    monitoring = sys.monitoring
    tool = monitoring.COVERAGE_ID
    monitoring.use_tool_id(tool, "inquest")

    def on_line(code, line):
        number = recorder.number(code.co_filename)
        if number is None:
            return monitoring.DISABLE
        if line not in recorder.lines_seen(number):
            recorder.add(number, line)
            return None
        return monitoring.DISABLE if recorder.flush_when_due() else None

    monitoring.register_callback(tool, monitoring.events.LINE, on_line)
    monitoring.set_events(tool, monitoring.events.LINE)
    return monitoring.restart_events


def _patch_unittest(module, recorder, restart):
    run = module.TestCase.run

    def count(result):
        kinds = ("failures", "errors", "unexpectedSuccesses")
        bad = [getattr(result, kind, None) for kind in kinds]
        return (sum(len(part) for part in bad if isinstance(part, list)),
                len(getattr(result, "skipped", None) or []))

    def recorded_run(self, result=None):
        if result is None or not recorder.begin(self.id()):
            return run(self, result)
        before = count(result)
        outcome = "failed"
        try:
            restart()
            returned = run(self, result)
            after = count(result)
            outcome = ("failed" if after[0] > before[0] else
                       "skipped" if after[1] > before[1] else "passed")
            return returned
        finally:
            recorder.end(outcome)

    module.TestCase.run = recorded_run


def _patch_pytest(module, recorder, restart):
    protocol = module.runtestprotocol

    def recorded_protocol(item, *arguments, **options):
        if not recorder.begin(item.nodeid):
            return protocol(item, *arguments, **options)
        outcome = "failed"
        try:
            restart()
            reports = protocol(item, *arguments, **options)
            outcomes = {report.outcome for report in reports}
            outcome = ("failed" if "failed" in outcomes else
                       "skipped" if "skipped" in outcomes else "passed")
            return reports
        finally:
            recorder.end(outcome)

    module.runtestprotocol = recorded_protocol


class _PatchOnImport:
    """A finder that lets the others find, and patches a module once it has been executed."""

    def __init__(self, patches):
        self._patches = patches

    def find_spec(self, name, path=None, target=None):
        patch = self._patches.get(name)
        if patch is None:
            return None
        for finder in sys.meta_path:
            if finder is self or not hasattr(finder, "find_spec"):
                continue
            spec = finder.find_spec(name, path, target)
            if spec is None or not hasattr(spec.loader, "exec_module"):
                continue
            execute = spec.loader.exec_module

            def execute_and_patch(module):
                execute(module)
                try:
                    patch(module)
                except Exception:
                    pass

            spec.loader.exec_module = execute_and_patch
            return spec
        return None


def start():
    out = os.environ.get("INQUEST_OUT")
    if not out or not os.path.isdir(out):
        return
    recorder = Recorder(os.environ.get("INQUEST_WORKSPACE", "/workspace"),
                        os.path.join(out, "coverage.jsonl"))
    excepthook = sys.excepthook

    def failed(kind, value, traceback):
        recorder.failed = True
        excepthook(kind, value, traceback)

    sys.excepthook = failed
    atexit.register(recorder.finish)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=recorder.forked)
    restart = (_monitor_lines if hasattr(sys, "monitoring") else _trace_calls)(recorder)
    sys.meta_path.insert(0, _PatchOnImport({
        "unittest.case": lambda module: _patch_unittest(module, recorder, restart),
        "_pytest.runner": lambda module: _patch_pytest(module, recorder, restart),
    }))
