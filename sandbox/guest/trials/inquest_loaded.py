"""Serves runs of tests that are loaded already, with functions exchanged for what changed files make of them.

A project's imports can take a hundred times as long as one test. Here they happen once; where a change is inside of
functions that nobody has called by then, giving the live functions their new code is all that importing the changed file
would do. Of any other change `Loaded.exchange` says None, and the run is to begin at the beginning. Works on Python 3.6
and later.
"""
import __future__

import ast
import gc
import os
import stat
import sys
import threading
import types

_SOURCE_BYTES = 1 << 20
_SOURCES_BYTES = 64 << 20
_NOT_OURS = ("site-packages", "dist-packages")
_IS_FUNCTION = 0x1 | 0x2  # CO_OPTIMIZED, CO_NEWLOCALS: no body of a class or of a module
# Their flags have other meanings in code.
_OLD_FEATURES = ("nested_scopes", "generators")


def _features():
    mask = 0
    for name in __future__.all_feature_names:
        if name not in _OLD_FEATURES:
            mask |= getattr(__future__, name).compiler_flag
    return mask


def _key(path, code):
    return path, code.co_name, code.co_firstlineno


def _inner(code):
    return [one for one in code.co_consts if isinstance(one, types.CodeType)]


def _around(code):
    """What it does itself, without what the functions in it do."""
    constants = tuple((type(one).__name__, one) if not isinstance(one, types.CodeType) else one.co_name
                      for one in code.co_consts)
    table = getattr(code, "co_exceptiontable", b"")
    return (code.co_code, code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars, constants, table,
            code.co_argcount, code.co_kwonlyargcount, code.co_flags)


def _same(one, other):
    """But for their lines."""
    return _around(one) == _around(other) and all(map(_same, _inner(one), _inner(other)))


def _pairs(old, new):
    """(old, new) of the functions in two bodies; None where the bodies themselves differ."""
    if _around(old) != _around(new):
        return None
    pairs = []
    for before, after in zip(_inner(old), _inner(new)):
        if before.co_flags & _IS_FUNCTION == _IS_FUNCTION:
            pairs.append((before, after))
        else:
            deeper = _pairs(before, after)
            if deeper is None:
                return None
            pairs += deeper
    return pairs


class _Source:
    """A file as it was loaded."""

    def __init__(self, text):
        self.lines = text.split("\n")
        tree = ast.parse(text)
        self.blocks = []  # (first line, line after the last, is a function or a class), 1-based
        for node, after in zip(tree.body, tree.body[1:] + [None]):
            end = self._first(after) if after is not None else len(self.lines) + 1
            is_definition = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
            self.blocks.append((self._first(node), end, is_definition))

    @staticmethod
    def _first(node):
        return min([node.lineno] + [one.lineno for one in getattr(node, "decorator_list", [])])

    def block(self, text):
        """The only definition in which the text differs: its first line, it and what it is now. Or None."""
        lines = text.split("\n")
        most = min(len(lines), len(self.lines))
        same = 0
        while same < most and lines[same] == self.lines[same]:
            same += 1
        tail = 0
        while tail < most - same and lines[-1 - tail] == self.lines[-1 - tail]:
            tail += 1
        first, end = same + 1, len(self.lines) - tail + 1
        for begin, after, is_definition in self.blocks:
            if is_definition and begin <= first and max(end, first + 1) <= after:
                longer = len(lines) - len(self.lines)
                return (begin, "\n".join(self.lines[begin - 1:after - 1]) + "\n",
                        "\n".join(lines[begin - 1:after - 1 + longer]) + "\n")
        return None


class Loaded:
    """What is loaded by now: to be made when loading is done, after `watch` since before its begin."""

    def __init__(self, root, called):
        self._root = os.path.realpath(root) + os.sep
        self._called = {_key(os.path.realpath(code.co_filename), code) for code in called}
        self._functions = {}  # by _key
        self._texts = {}
        self._sources = {}
        for one in gc.get_objects():
            if type(one) is types.FunctionType:
                path = os.path.realpath(one.__code__.co_filename)
                if self._is_ours(path):
                    self._functions.setdefault(_key(path, one.__code__), []).append(one)
        left = _SOURCES_BYTES
        for path in {key[0] for key in self._functions}:
            text = _read(path)
            if text is not None and len(text) <= left:
                left -= len(text)
                self._texts[path] = text

    def _is_ours(self, path):
        return path.startswith(self._root) and not any(part in path.split(os.sep) for part in _NOT_OURS)

    def exchange(self, paths):
        """[(function, its new code)], or None where that is not all that there is to do."""
        exchanged = []
        for path in paths:
            one = self._exchange_in(os.path.realpath(path))
            if one is None:
                return None
            exchanged += one
        return exchanged

    def _exchange_in(self, path):
        text = _read(path)
        if text is None or path not in self._texts:
            return None
        if text == self._texts[path]:
            return []
        if path not in self._sources:
            self._sources[path] = _Source(self._texts[path])
        block = self._sources[path].block(text)
        if block is None:
            return None
        begin, old, new = block
        flags = self._flags(path)
        pairs = _pairs(_compile(old, path, begin, flags), _compile(new, path, begin, flags))
        if pairs is None or len({_key(path, before) for before, _ in pairs}) != len(pairs):
            return None
        exchanged = []
        for before, after in pairs:
            if _same(before, after):
                continue
            live = self._functions.get(_key(path, before), [])
            if not live or _key(path, before) in self._called:
                return None
            if any(one.__code__.co_freevars != after.co_freevars for one in live):
                return None
            exchanged += [(one, after) for one in live]
        return exchanged

    def _flags(self, path):
        for key, functions in self._functions.items():
            if key[0] == path:
                return functions[0].__code__.co_flags & _features()
        return 0


def _compile(text, path, first_line, flags):
    return compile("\n" * (first_line - 1) + text, path, "exec", flags, dont_inherit=True)


def _read(path):
    try:
        if os.path.getsize(path) > _SOURCE_BYTES:
            return None
        with open(path, encoding="utf-8", newline="") as file:
            return file.read().replace("\r\n", "\n")
    except (OSError, ValueError):
        return None


def watch():
    """Notes the code that is called from here on, in the set that it answers."""
    called = set()

    def note(frame, event, _):
        if event == "call":
            called.add(frame.f_code)

    sys.setprofile(note)
    return called


def unwatch():
    sys.setprofile(None)


def opened(before):
    """Whether something was opened since that forked children would share: a file with a place in it, a pipe, a socket;
    but no device, and no file without a name (what a test runner captures output in)."""
    for descriptor in descriptors() - before:
        try:
            info = os.fstat(descriptor)
        except OSError:
            continue
        nameless = stat.S_ISREG(info.st_mode) and info.st_nlink == 0
        if not nameless and not stat.S_ISCHR(info.st_mode):
            return True
    return threading.active_count() > 1


def descriptors():
    found = set()
    for name in os.listdir("/proc/self/fd"):
        try:
            os.fstat(int(name))
            found.add(int(name))
        except OSError:
            pass  # the one that listed them
    return found


def redirect(descriptor, path):
    """Whatever writes to the file behind the descriptor writes to this one instead."""
    old = os.fstat(descriptor)
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for one in descriptors():
        try:
            if one != file and os.path.samestat(os.fstat(one), old):
                os.dup2(file, one)
        except OSError:
            pass
    os.close(file)


def at_first_test(serve):
    """`serve(session)` is called when unittest or pytest (then with its session) has loaded everything and would begin.
    It answers in the processes that are to go on."""
    main = sys.modules.get("unittest.main")
    if main is not None:
        run_tests = main.TestProgram.runTests

        def run(self):
            serve(None)
            run_tests(self)

        main.TestProgram.runTests = run
    pytest = sys.modules.get("_pytest.main")
    if pytest is not None:
        run_session = pytest._main

        class Begin:
            def pytest_runtestloop(self, session):
                serve(session)

        Begin.pytest_runtestloop = sys.modules["pytest"].hookimpl(tryfirst=True)(Begin.pytest_runtestloop)

        def main_of_session(config, session):
            config.pluginmanager.register(Begin(), "inquest_begin")
            return run_session(config, session)

        pytest._main = main_of_session
