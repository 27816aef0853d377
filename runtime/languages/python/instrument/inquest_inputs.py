"""Answers of the target's functions to the inputs that its tests use, and to mutations of those.

While the program runs, calls from outside (a test, the top of a script) into functions of the
workspace are noted with their arguments. When it ends, each function is called again with the same
arguments, and with each argument changed a little by its type. Appends JSON lines to
$INQUEST_OUT/answers.jsonl, one object an input:

    {"input": "shop.price:total([1, 2], rate=0)", "answer": "3", "own": true,
     "ran": ["shop/price.py:total"]}

    input    the call; the same text means the same call in every run of the same tests
    answer   what it returned, raised, printed and left in its arguments, without addresses
    own      the tests made this call themselves
    ran      the functions of the workspace that ran

and before them one for each function of the workspace, and for what runs at import:

    {"function": "shop/price.py:total", "code": "5f0c...", "import": false}

    code     a digest of what it compiles to, without line numbers

Two trees whose answers differ for one input behave differently; only inputs that ran code in which
the trees differ can tell. Inputs whose answer is not the same twice in a row are left out. Works on
Python 3.6 and later. Nothing in here may change what the program does before it ends, nor its exit
status.
"""
import atexit
import copy
import decimal
import dis
import gc
import hashlib
import inspect
import io
import itertools
import json
import os
import signal
import sys
import threading
import time
import types

from inquest_arguments import describe
from inquest_customs import Custom
from inquest_mutations import mutations

_CALLS_PER_FUNCTION = 12
_FUNCTIONS_LIMIT = 400
_INPUTS_PER_CALL = 60
_INPUTS_LIMIT = 4000
_RAN_LIMIT = 100
_SOURCE_LIMIT_BYTES = 1 << 20
_CALL_SECONDS = 0.25
_TOTAL_SECONDS = 5.0
_NOT_OURS = ("site-packages", "dist-packages", ".venv", "venv", "node_modules")
_CONSTANTS = (int, float, str, decimal.Decimal)
_YIELDS = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
_RESUME = dis.opmap.get("RESUME")  # since Python 3.11


def _is_test(relative):
    parts = relative.split(os.sep)
    name = parts[-1]
    return (name.startswith("test_") or name.endswith("_test.py")
            or name in ("conftest.py", "tests.py")
            or any(part in ("test", "tests", "testing") for part in parts[:-1]))


class _OutOfTime(BaseException):
    pass


class _Call:
    def __init__(self, code, scope, positional, named):
        self.code, self.scope, self.positional, self.named = code, scope, positional, named
        self.was = None  # the text of what it returned to the test; None: not known, or nothing


class Recorder:
    def __init__(self, root, path):
        self._roots = tuple({os.path.join(r, "") for r in (root, os.path.realpath(root))})
        self._path = path
        self._pid = os.getpid()
        self._places = {}    # co_filename -> (path in the workspace, is it a test), or None
        self._inside = threading.local()
        self._calls = {}     # code -> {text of the arguments: _Call}
        self._open = {}      # frame -> _Call that has not returned
        self._written = set()
        self._names = {}     # (path, first line, name) of a code -> its name in the records

    def place(self, filename):
        try:
            return self._places[filename]
        except KeyError:
            pass
        place = None
        path = os.path.abspath(filename) if filename and filename[0] != "<" else ""
        for root in self._roots:
            if path.startswith(root):
                relative = path[len(root):]
                if not set(relative.split(os.sep)) & set(_NOT_OURS):
                    place = (relative, _is_test(relative))
                break
        self._places[filename] = place
        return place

    def on_event(self, frame, event, value):
        if event == "return" and frame in self._open:
            self._returned(self._open.pop(frame), value)
        if event != "call":
            return
        try:
            code = frame.f_code
            place = self.place(code.co_filename)
            if place is None or place[1] or code.co_name.startswith("<"):
                return
            if getattr(self._inside, "busy", False) or self._called_from_inside(frame):
                return
            self._inside.busy = True
            try:
                self._note(frame, code)
            finally:
                self._inside.busy = False
        except Exception:
            pass

    def _returned(self, call, value):
        if value is None or call.code.co_flags & _YIELDS or getattr(self._inside, "busy", False):
            return
        self._inside.busy = True
        try:
            call.was = describe(copy.deepcopy(value))  # to describe an iterator is to consume it
        except Exception:
            pass
        finally:
            self._inside.busy = False

    def _called_from_inside(self, frame):
        """Whether a function of the workspace that takes arguments is among the callers."""
        caller = frame.f_back
        for _ in range(200):
            if caller is None:
                return False
            code = caller.f_code
            place = self.place(code.co_filename)
            if place is not None:
                if place[1] or code.co_name == "<module>":
                    return False
                if code.co_argcount + code.co_kwonlyargcount > 0 or code.co_flags & 0x0C:
                    return True
            caller = caller.f_back
        return True

    def _note(self, frame, code):
        if code.co_flags & inspect.CO_GENERATOR and _goes_on(frame, code):
            return
        noted = self._calls.get(code)
        if noted is None:
            if len(self._calls) >= _FUNCTIONS_LIMIT:
                return
            noted = self._calls.setdefault(code, {})
        if len(noted) >= _CALLS_PER_FUNCTION:
            return
        scope = frame.f_locals
        names = code.co_varnames
        count = code.co_argcount
        positional = [scope[name] for name in names[:count]]
        named = {name: scope[name] for name in names[count:count + code.co_kwonlyargcount]}
        at = count + code.co_kwonlyargcount
        if code.co_flags & inspect.CO_VARARGS:
            positional.extend(scope[names[at]])
            at += 1
        if code.co_flags & inspect.CO_VARKEYWORDS:
            named.update(scope[names[at]])
        if any(hasattr(value, "__next__") for value in itertools.chain(positional, named.values())):
            return  # to copy an iterator is to consume it
        text = _arguments(positional, named)
        if text not in noted:
            noted[text] = self._open[frame] = _Call(
                code, frame.f_globals, copy.deepcopy(positional), copy.deepcopy(named))

    def finish(self):
        sys.setprofile(None)
        threading.setprofile(None)
        if os.getpid() != self._pid or threading.current_thread() is not threading.main_thread():
            return
        self._inside.busy = True
        streams = sys.stdout, sys.stderr, sys.stdin
        try:
            self._answer_all()
        except BaseException:
            pass
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            sys.stdout, sys.stderr, sys.stdin = streams

    def _answer_all(self):
        def out_of_time(_number, _frame):
            raise _OutOfTime()

        signal.signal(signal.SIGALRM, out_of_time)
        sys.stdin = io.StringIO("")
        functions = _functions(set(self._calls))
        end = time.monotonic() + _TOTAL_SECONDS
        calls = [call for noted in self._calls.values() for call in noted.values()]
        out = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o666)
        for record in self._functions_of_workspace():
            os.write(out, (json.dumps(record) + "\n").encode("utf-8", "replace"))
        # One mutation of every call, then the next of every call: time ends them evenly.
        streams = [self._inputs(call, functions) for call in calls]
        while streams and len(self._written) < _INPUTS_LIMIT:
            alive = []
            for stream in streams:
                if time.monotonic() > end:
                    return
                try:
                    record = next(stream, None)
                except _OutOfTime:
                    record = ()
                if record is None:
                    continue
                alive.append(stream)
                if record and record["input"] not in self._written:
                    self._written.add(record["input"])
                    os.write(out, (json.dumps(record) + "\n").encode("utf-8", "replace"))
            streams = alive

    def _inputs(self, call, functions):
        function = functions.get(call.code)
        if function is None:
            return
        name = "%s:%s" % (call.scope.get("__name__", ""),
                          getattr(function, "__qualname__", call.code.co_name))
        own = self._record(function, name, call.positional, call.named, True, call.was)
        yield own
        if not own:
            return
        signal.setitimer(signal.ITIMER_REAL, _CALL_SECONDS)  # constructors of the target run
        try:
            variants = list(itertools.islice(self._customary(call), _INPUTS_PER_CALL))
        except BaseException:  # out of time, or a constructor that ends the program
            return
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        for positional, named in variants:
            yield self._record(function, name, positional, named, False)

    def _customary(self, call):
        customs = self._customs(call.code)
        for variant in _variants(call):
            given = itertools.chain(enumerate(variant[0]), variant[1].items())
            if all(customs[at].allows(value) for at, value in given if at in customs):
                yield variant

    def _customs(self, code):
        """By position or name of an argument."""
        values = {}
        for call in self._calls[code].values():
            for key, value in itertools.chain(enumerate(call.positional), call.named.items()):
                values.setdefault(key, []).append(value)
        return {key: Custom(given) for key, given in values.items()}

    def _record(self, function, name, positional, named, own, was=None):
        """() for a call that does not answer the same twice, or returns other than `was`: it depends on more than what
        it is given."""
        text = _arguments(positional, named)
        codes = set()

        def note(frame, event, _):
            # Of the workspace only: what libraries run must not crowd out the function that counts.
            if event == "call" and len(codes) < _RAN_LIMIT and self.place(frame.f_code.co_filename):
                codes.add(frame.f_code)

        sys.setprofile(note)
        try:
            first = _answer(function, positional, named)
        finally:
            sys.setprofile(None)
        if first is None or first != _answer(function, positional, named) or was not in (None, first[0]):
            return ()
        return {"input": "%s(%s)" % (name, text), "answer": "".join(first), "own": own,
                "ran": sorted({ran for ran in map(self._name, codes) if ran})}

    def _name(self, code):
        place = self.place(code.co_filename)
        return place and self._names.get((place[0], code.co_firstlineno, code.co_name))

    def _functions_of_workspace(self):
        for filename in sorted(name for name, place in list(self._places.items())
                               if place and not place[1]):
            relative = self._places[filename][0]
            try:
                with open(filename, "rb") as source:
                    text = source.read(_SOURCE_LIMIT_BYTES)
                top = compile(text, filename, "exec", dont_inherit=True)
            except (OSError, SyntaxError, ValueError):
                continue
            taken = set()
            for code, name, at_import in _codes(top, relative + ":", True):
                while name in taken:
                    name += "'"
                taken.add(name)
                self._names[relative, code.co_firstlineno, code.co_name] = name
                yield {"function": name, "code": _digest(code), "import": at_import}


def _goes_on(frame, code):
    """Whether the generator has begun before. It begins before its first instruction; since Python 3.11, where it has
    made itself, at a RESUME that says so (0)."""
    at = frame.f_lasti
    if _RESUME is None or at < 0:
        return at > 0
    return code.co_code[at] != _RESUME or code.co_code[at + 1] & 3 != 0


def _arguments(positional, named):
    parts = [describe(value) for value in positional]
    parts += ["%s=%s" % (name, describe(named[name])) for name in sorted(named)]
    return ", ".join(parts)


def _constants(call):
    """Of the code, of the names of its module that it uses, and of the functions among those."""
    used = [call.scope[name] for name in call.code.co_names if name in call.scope]
    found = list(call.code.co_consts)
    found += used
    for value in used:
        if isinstance(value, types.FunctionType) and value.__globals__ is call.scope:
            found += value.__code__.co_consts
    return [value for value in found if type(value) in _CONSTANTS][:20]


def _variants(call):
    """The call with one argument changed; then with two of the same type swapped or made equal."""
    constants = _constants(call)
    columns = []
    for at, value in enumerate(call.positional):
        columns.append([(call.positional[:at] + [other] + call.positional[at + 1:], call.named)
                        for other in mutations(value, constants)])
    for name, value in sorted(call.named.items()):
        columns.append([(call.positional, dict(call.named, **{name: other}))
                        for other in mutations(value, constants)])
    for first, second in itertools.combinations(range(min(len(call.positional), 5)), 2):
        a, b = call.positional[first], call.positional[second]
        if type(a) is type(b) and type(a) in (int, float, str, list, bool):
            swapped, equal = list(call.positional), list(call.positional)
            swapped[first], swapped[second] = b, a
            equal[second] = a
            columns.append([(swapped, call.named), (equal, call.named)])
    for row in itertools.zip_longest(*columns):
        for variant in row:
            if variant is not None:
                yield variant


def _codes(code, name, at_import):
    """The code and those nested in it, each with its name and whether an import runs it."""
    yield code, name, at_import
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            # Bodies of classes have no fast locals, functions and comprehensions do.
            is_class = not inner.co_flags & inspect.CO_OPTIMIZED
            for found in _codes(inner, name + ("" if name.endswith(":") else ".") + inner.co_name,
                                at_import and is_class):
                yield found


def _digest(code):
    def plain(constant):
        if isinstance(constant, types.CodeType):
            return constant.co_name
        if isinstance(constant, frozenset):
            return sorted(map(repr, constant))
        return repr(constant)

    parts = (code.co_code, code.co_names, code.co_varnames, code.co_freevars, code.co_argcount,
             code.co_flags, [plain(constant) for constant in code.co_consts])
    return hashlib.sha256(repr(parts).encode("utf-8", "replace")).hexdigest()[:16]


def _answer(function, positional, named):
    """The texts of how it ended and of what else that did; None for what has no answer."""
    try:
        positional, named = copy.deepcopy(positional), copy.deepcopy(named)
    except Exception:
        return None
    before = _arguments(positional, named)
    printed = io.StringIO()
    sys.stdout = sys.stderr = printed
    signal.setitimer(signal.ITIMER_REAL, _CALL_SECONDS)
    try:
        try:
            value = function(*positional, **named)
            if inspect.iscoroutine(value):
                value.close()
                return None
            answer = describe(value)
        except _OutOfTime:
            return None
        except BaseException as error:
            answer = "raises " + type(error).__name__
        after = _arguments(positional, named)
    except BaseException:
        return None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    left = "; leaves " + after if after != before else ""
    if printed.getvalue():
        left += "; prints " + describe(printed.getvalue())
    return answer, left


def _functions(codes):
    """The functions that have the codes."""
    found = {}
    for candidate in gc.get_objects():
        if isinstance(candidate, types.FunctionType) and candidate.__code__ in codes:
            found.setdefault(candidate.__code__, candidate)
    return found


def start():
    out = os.environ.get("INQUEST_OUT")
    if not out or not os.path.isdir(out):
        return
    recorder = Recorder(os.environ.get("INQUEST_WORKSPACE", "/workspace"),
                        os.path.join(out, "answers.jsonl"))
    # First in, last out: what the program does at its end comes before.
    atexit.register(recorder.finish)
    threading.setprofile(recorder.on_event)
    sys.setprofile(recorder.on_event)
