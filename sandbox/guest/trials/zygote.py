"""Runs one Python command many times, each in a forked child that starts out warm.

Started as `python3 zygote.py -m pytest ARGUMENTS` or `python3 zygote.py SCRIPT ARGUMENTS`. Says "ready"; then, for each
line "STDOUT<tab>STDERR<tab>first" or "...<tab>all" that it reads, forks a child that does what the command would
(pytest: up to its first failure, or all of it), with its output in those files, says the child's pid, and when it has
ended its wait status. Nothing of the workspace is imported before the fork. Works on Python 3.6 and later.

With --loaded before the command, all that the tests import is loaded first (inquest_loaded.py); a line then has the
changed files too, and the answer is "no" where a run with those has to begin at the beginning.
"""
import os
import sys

# What every run has loaded before it begins.
_AT_START = set(sys.modules) | {"__pycache__"}
_OUTPUT_BYTES = 64 << 20


def _command(words):
    """(is a module, name, arguments), or None for a command that is not understood."""
    if len(words) >= 2 and words[0] == "-m":
        return True, words[1], words[2:]
    if words and not words[0].startswith("-"):
        return False, words[0], words[1:]
    return None


def _is_pytest(module, name):
    return name == "pytest" if module else os.path.basename(name) in ("pytest", "py.test")


def _runs_tests(module, name):
    """Whether there is a point at which a run has loaded its tests and begins them."""
    if module or _is_pytest(module, name):
        return name == "unittest" or _is_pytest(module, name)
    try:
        with open(name, "rb") as script:
            return b"unittest" in script.read(_OUTPUT_BYTES)
    except OSError:
        return False


def _warm(module, name, arguments, with_unittest):
    import importlib
    wanted = ["runpy", "resource", "json", "re", "collections", "functools", "itertools", "traceback", "inspect",
              "random", "math", "copy", "string", "threading", "tempfile"]
    if _is_pytest(module, name):
        wanted += ["pytest", "_pytest.config", "_pytest.main", "_pytest._argcomplete", "_pytest.config.compat", "pdb",
                   "faulthandler"]
        try:
            from _pytest.config import default_plugins
            wanted += ["_pytest." + plugin for plugin in default_plugins]
        except ImportError:
            pass
    elif module or with_unittest:
        wanted += ["unittest", "unittest.main", "unittest.loader", "unittest.runner", "unittest.mock", "difflib"]
    for one in wanted:
        try:
            importlib.import_module(one)
        except Exception:
            pass
    if _is_pytest(module, name):
        _configure_pytest(arguments)


def _configure_pytest(arguments):
    """Registers pytest's own plugins once: a tenth of a short run. Nothing of the workspace is read for that."""
    try:
        from _pytest import config
        plain = config.get_config
        made = plain(list(arguments))
    except Exception:
        return
    config.get_config = lambda args=None, plugins=None: (
        made if plugins is None and args == arguments else plain(args, plugins))


def _shadowed(module, name):
    """Whether the target has modules of its own in the place of some that are loaded here already."""
    loaded = {one.split(".")[0] for one in sys.modules} - _AT_START
    folder = os.getcwd() if module else os.path.dirname(os.path.abspath(name))
    places = [folder] + os.environ.get("PYTHONPATH", "").split(os.pathsep)
    for place in places:
        try:
            entries = os.listdir(place or ".")
        except OSError:
            continue
        for entry in entries:
            is_module = entry.endswith((".py", ".so")) or os.path.exists(os.path.join(place, entry, "__init__.py"))
            if is_module and entry.split(".")[0] in loaded:
                return True
    return False


def _become(module, name, arguments, stdout, stderr, failures):
    import random
    os.setsid()
    for descriptor, path in ((1, stdout), (2, stderr)):
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(file, descriptor)
        os.close(file)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    _limit_output()
    if failures == "first":
        os.environ["PYTEST_ADDOPTS"] = os.environ.get("PYTEST_ADDOPTS", "") + " -x --tb=no"
    random.seed()
    _run(module, name, arguments)


def _limit_output():
    import resource
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (_OUTPUT_BYTES, _OUTPUT_BYTES))
    except (OSError, ValueError):
        pass


def _run(module, name, arguments):
    import runpy
    sys.argv = [name] + arguments
    try:
        if module:
            sys.path[0] = os.getcwd()
            runpy.run_module(name, run_name="__main__", alter_sys=True)
        else:
            sys.path[0] = os.path.dirname(os.path.abspath(name))
            runpy.run_path(name, run_name="__main__")
    except SystemExit as end:
        judged_by_status = _is_pytest(module, name) or module and name == "unittest"
        if not judged_by_status or not isinstance(end.code, int):
            raise
        _leave(end.code)
        raise


def _leave(code):
    """As the interpreter ends, without taking its modules apart, which takes as long as a short run. Only for what is
    judged by its exit status: a file that was never closed loses its end."""
    import atexit
    import threading
    try:
        threading._shutdown()
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
    except Exception:
        return  # the interpreter knows what to do about it
    os._exit(code & 255)


def _serve(orders, answers, prepare=lambda order: order):
    """In each child, what `prepare` made of its order; None where there are no more."""
    os.write(answers, b"ready\n")
    for line in orders:
        order = prepare(line.rstrip("\n").split("\t"))
        if order is None:
            os.write(answers, b"no\n")
            continue
        child = os.fork()
        if child == 0:
            os.close(answers)
            os.close(orders.fileno())
            return order
        os.write(answers, b"%d\n" % child)
        _, status = os.waitpid(child, 0)
        os.write(answers, b"%d\n" % status)
    return None


def _serve_loaded(module, name, arguments, orders, answers):
    import gc
    import random
    import tempfile

    import inquest_loaded
    for descriptor in (1, 2):
        with tempfile.TemporaryFile() as loading:
            os.dup2(loading.fileno(), descriptor)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    before = inquest_loaded.descriptors()
    random.seed()
    seeded = random.getstate()

    def serve(session):
        inquest_loaded.unwatch()
        sys.stdout.flush()
        sys.stderr.flush()
        if inquest_loaded.opened(before):
            os._exit(3)
        loaded = inquest_loaded.Loaded(os.environ.get("INQUEST_WORKSPACE") or "/workspace", called)
        gc.collect()
        if hasattr(gc, "freeze"):
            gc.freeze()

        def prepare(order):
            try:
                exchanged = loaded.exchange(order[3:])
            except Exception:  # a file that is no program any more
                return None
            return None if exchanged is None else order[:3] + [exchanged]

        order = _serve(orders, answers, prepare)
        if order is None:
            os._exit(0)
        stdout, stderr, failures, exchanged = order
        os.setsid()
        inquest_loaded.redirect(1, stdout)
        inquest_loaded.redirect(2, stderr)
        _limit_output()
        if random.getstate() == seeded:
            random.seed()
        if failures == "first" and session is not None:
            session.config.option.maxfail = 1
            session.config.option.tbstyle = "no"
        for function, code in exchanged:
            function.__code__ = code

    inquest_loaded.at_first_test(serve)
    called = inquest_loaded.watch()
    _run(module, name, arguments)


_words = sys.argv[1:]
_is_loaded = _words[:1] == ["--loaded"]
_understood = _command(_words[1:] if _is_loaded else _words)
if _understood is None or _is_loaded and not _runs_tests(_understood[0], _understood[1]):
    sys.exit(3)
_warm(*_understood, with_unittest=_is_loaded)
if _shadowed(_understood[0], _understood[1]):
    sys.exit(3)
_orders = os.fdopen(os.dup(0), "r")
_answers = os.dup(1)
if _is_loaded:
    # It is served from within; what comes back has been a run, or never came to its tests.
    _serve_loaded(*_understood, orders=_orders, answers=_answers)
else:
    _mine = _serve(_orders, _answers)
    if _mine is not None:
        # From here on this is the command itself: its exit, its exceptions, its farewell.
        _become(*_understood, *_mine)
