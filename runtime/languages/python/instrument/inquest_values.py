"""Records the values of an expression where a line of the workspace is reached, before it runs.

The place and the expression come from the environment: INQUEST_VALUE_PATH,
INQUEST_VALUE_FIRST_LINE, INQUEST_VALUE_LAST_LINE, INQUEST_VALUE_EXPRESSION. Appends JSON lines to
$INQUEST_OUT/values.jsonl:

    {"started": true}                             once a process: nothing reached is told from
                                                  nothing recorded
    {"line": 12, "value": "repr of the value"}    or "error": what its evaluation raised

Works on Python 3.6 and later, in threads and forked children; the first 1,000 values of a process.
An expression that changes something changes the program: that is up to whoever writes it.
"""
import json
import os
import sys
import threading

_VALUES_LIMIT = 1000
_VALUE_LIMIT_CHARS = 4096


def _shown(value):
    try:
        text = repr(value)
    except Exception as error:
        text = "<%s in repr>" % type(error).__name__
    return text[:_VALUE_LIMIT_CHARS]


class Watch:
    def __init__(self, environment, out):
        root = environment.get("INQUEST_WORKSPACE", "/workspace")
        relative = environment["INQUEST_VALUE_PATH"]
        self._paths = {os.path.join(r, relative) for r in (root, os.path.realpath(root))}
        self._first = int(environment["INQUEST_VALUE_FIRST_LINE"])
        self._last = int(environment["INQUEST_VALUE_LAST_LINE"])
        expression = environment["INQUEST_VALUE_EXPRESSION"].strip()
        self._expression = compile(expression, "<value>", "eval")
        self._out = out
        self._left = _VALUES_LIMIT
        self._known = {}

    def write(self, record):
        data = (json.dumps(record) + "\n").encode("utf-8", "replace")
        try:
            out = os.open(self._out, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o666)
            try:
                os.write(out, data)
            finally:
                os.close(out)
        except OSError:
            pass

    def _is_there(self, code):
        filename = code.co_filename
        if filename not in self._known:
            self._known[filename] = os.path.abspath(filename) in self._paths
        return self._known[filename] and code.co_firstlineno <= self._last

    def on_call(self, frame, event, _):
        try:
            return self._on_line if self._left > 0 and self._is_there(frame.f_code) else None
        except RecursionError:
            return None

    def _on_line(self, frame, event, _):
        try:
            if event == "line" and self._first <= frame.f_lineno <= self._last and self._left > 0:
                self._left -= 1
                self._record(frame)
        except RecursionError:
            pass
        return self._on_line

    def _record(self, frame):
        record = {"line": frame.f_lineno}
        try:
            record["value"] = _shown(eval(self._expression, frame.f_globals, frame.f_locals))
        except Exception as error:
            record["error"] = type(error).__name__
        self.write(record)


def start():
    out = os.environ.get("INQUEST_OUT")
    if not out or not os.path.isdir(out):
        return
    watch = Watch(os.environ, os.path.join(out, "values.jsonl"))
    watch.write({"started": True})
    threading.settrace(watch.on_call)
    sys.settrace(watch.on_call)
