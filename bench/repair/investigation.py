"""Runs one investigation with a daemon of its own, and reads from its journal what it tried."""

import json
import os
import pathlib
import select
import signal
import subprocess
import tempfile
import time

import cases

GRACE_SECONDS = 90
END_SECONDS = 10
# Steps in which changes of the target are tried.
TRYING_STEPS = ("STEP_HYPOTHESIZE", "STEP_TEST", "STEP_FIX")


class Investigation:
    """Use as a context: at its end the daemon is ended and everything it kept is removed."""

    def __init__(self, inquest):
        self._inquest = inquest
        self._home = tempfile.TemporaryDirectory(prefix="inquest-bench-")
        self._environment = {"PATH": cases.PATH, "LANG": "C.UTF-8", "HOME": self._home.name}
        for name in ("DATA", "CONFIG", "STATE", "CACHE", "RUNTIME"):
            key = "XDG_RUNTIME_DIR" if name == "RUNTIME" else f"XDG_{name}_HOME"
            self._environment[key] = str(pathlib.Path(self._home.name) / name.lower())
            os.mkdir(self._environment[key], 0o700)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._end_daemon()
        self._home.cleanup()

    def run(self, case, tree, seconds):
        """The object that `inquest investigate --output json` prints, and the minutes it took."""
        command = ["investigate", "--source", str(tree), "--test", case["test"],
                   "--title", f"{case['set']} {case['name']}", "--max-wall", f"{seconds}s"]
        for option in ("build", "suite"):
            if case.get(option):
                command += [f"--{option}", case[option]]
        begun = time.monotonic()
        output = self._call(command, seconds + GRACE_SECONDS)
        minutes = (time.monotonic() - begun) / 60
        try:
            return json.loads(output), minutes
        except ValueError:
            return {"error": {"id": "NO_RESULT", "message": output[-2000:]}}, minutes

    def candidates(self, identifier):
        """(changes of the target that were tried, sandboxed runs), as the journal tells."""
        patches, trials, runs, effects = set(), 0, 0, {}
        for line in self._call(["watch", identifier], GRACE_SECONDS).splitlines():
            try:
                event = json.loads(line)
            except ValueError:
                continue  # the call was cut short
            effect = event.get("effectScheduled", {}).get("effect", {})
            if "run" in effect:
                effects[effect["id"]] = effect
            done = event.get("effectCompleted", {})
            effect = effects.get(done.get("effectId"))
            if effect is None:
                continue
            runs += 1
            if effect["step"] in TRYING_STEPS:
                patches.add(tuple(use["digest"] for use in effect["run"].get("patches", [])))
                trials += _trials(done)
        return len(patches - {()}) + trials, runs

    def _call(self, arguments, seconds):
        command = [self._inquest, *arguments, "--output", "json"]
        try:
            done = subprocess.run(command, env=self._environment, timeout=seconds, check=False,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL)
            return done.stdout.decode("utf-8", errors="replace")
        except subprocess.TimeoutExpired as expired:
            return (expired.stdout or b"").decode("utf-8", errors="replace")

    def _end_daemon(self):
        """Ends the processes that have this investigation's own data directory, and no others."""
        mark = f"XDG_DATA_HOME={self._environment['XDG_DATA_HOME']}".encode()
        for sent in (signal.SIGTERM, signal.SIGKILL):
            handles = [handle for pid in _processes(mark) if (handle := _open(pid)) is not None]
            for handle in handles:
                _send(handle, sent)
            deadline = time.monotonic() + END_SECONDS
            for handle in handles:
                _wait(handle, deadline)


def _trials(done):
    """Trials that a run with a plan came to, wherever the observation keeps them."""
    observation = done.get("observation", {})
    return sum(len(part["trials"]) for part in observation.values()
               if isinstance(part, dict) and isinstance(part.get("trials"), list))


def _processes(mark):
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    yield int(entry.name)
            except OSError:
                pass  # it ended, or is another user's


def _open(pid):
    try:
        return os.pidfd_open(pid)
    except OSError:
        return None


def _send(handle, sent):
    try:
        signal.pidfd_send_signal(handle, sent)
    except ProcessLookupError:
        pass  # it ended by itself


def _wait(handle, deadline):
    select.select([handle], [], [], max(0, deadline - time.monotonic()))
    os.close(handle)
