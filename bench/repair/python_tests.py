"""Writes tests of Python programs: one function a test, so that spectra can tell them apart."""

# A buggy program may never end. The limit is of processor time, so that a busy machine is no bug.
CONFTEST = '''import signal

import pytest

SECONDS_MAX = 3


@pytest.fixture(autouse=True)
def processor_time_limit():
    def stop(*_):
        raise TimeoutError(f"more than {SECONDS_MAX} seconds of processor time")

    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, SECONDS_MAX)
    yield
    signal.setitimer(signal.ITIMER_PROF, 0)
'''


def function(name, body):
    """The text of a test function; `body` is its statements, not indented."""
    lines = "\n".join(f"    {line}" if line.strip() else "" for line in body.splitlines())
    return f"def {name}():\n{lines}\n"


def files(tests, side, prelude):
    """`data` of each test is the text of its functions."""
    return {"conftest.py": CONFTEST,
            f"test_{side}.py": prelude + "\n\n" + "\n\n".join(test.data for test in tests)}


def command(side):
    return f"python3 -m pytest -q test_{side}.py"


def report_command(side):
    return f"python3 -m pytest -q -rA -p no:cacheprovider --tb=no test_{side}.py"
