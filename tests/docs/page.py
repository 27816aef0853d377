#!/usr/bin/env python3
"""Runs the commands of one page of the documentation and compares what it says that they print.

page.py PAGE BUILD: the page begins in a folder that looks like a built clone of this repository (what it changes it
copies to ~), with build/bin first in PATH and all of XDG private. docs/develop/documentation.md says how pages mark
their blocks.
"""

import difflib
import os
import pathlib
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile

import blocks
import claims

ROOT = pathlib.Path(__file__).resolve().parents[2]
BLOCK_SECONDS = 240
MASKS = [
    (r"\x1b\[[0-9;]*m", ""),
    (r"\b\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d)?(\.\d+)?Z?)?", "DATE"),
    (r"\b\d+m(\d\ds)?\b|\b\d+(\.\d+)? ?(ms|us|s|min)\b", "TIME"),
    (r"\b[a-z2-7]{20}\b", "ID"),
    (r"\b(?=[0-9a-f]*\d)[0-9a-f]{12,64}\b", "DIGEST"),
    (r"\b\d+(\.\d+)? (B|KiB|MiB|bytes)\b", "SIZE"),
    (r"[ \t]+", " "),
]


def masked(line):
    for pattern, word in MASKS:
        line = re.sub(pattern, word, line)
    return line.strip()


def agrees(expected, got, match=re.fullmatch):
    """Expected lines against printed ones; `...` as a line stands for any lines, within one for any text."""
    pattern = ""
    for line in expected:
        if line.strip() == "...":
            pattern += "(?:.*\n)*"
        else:
            pattern += ".*".join(re.escape(part) for part in masked(line).split("...")) + "\n"
    return match(pattern, "".join(masked(line) + "\n" for line in got)) is not None


def first_difference(expected, got):
    """The first line of the page after which nothing fits any more; None: only the end is another."""
    return next((line for end, line in enumerate(expected, 1) if not agrees(expected[:end], got, re.match)), None)


class Home:
    """A private home, with a folder `clone` that looks like a built clone of the repository."""

    def __init__(self, build, begins_with):
        # Short: the path of a Unix socket has 107 bytes.
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="inquest-docs.", dir="/tmp"))
        if begins_with:
            _copy(begins_with, self.path)
        self.state = self.path / ".state"
        self.addresses = {}  # what pages call 127.0.0.1:73xx
        self.sessions = []
        (self.path / "run").mkdir(mode=0o700, exist_ok=True)
        clone = self.path / "clone"
        if not begins_with:
            clone.mkdir()
            for entry in ROOT.iterdir():
                if entry.name not in (".git", "build"):
                    (clone / entry.name).symlink_to(entry)
            (clone / "build").symlink_to(build)
        self.environment = {
            "HOME": str(self.path), "PATH": f"{build}/bin:{build}/docs/bin:/usr/bin:/bin:/usr/sbin:/sbin",
            "TMPDIR": "/tmp", "LANG": "C.UTF-8", "CI": "true",
            "XDG_DATA_HOME": f"{self.path}/data", "XDG_STATE_HOME": f"{self.path}/state",
            "XDG_CONFIG_HOME": f"{self.path}/.config", "XDG_CACHE_HOME": f"{self.path}/cache",
            "XDG_RUNTIME_DIR": f"{self.path}/run",
            "GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.org",
            "GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "ada@example.org",
            "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1",
        }
        if os.geteuid() != 0 and not begins_with:
            subprocess.run([ROOT / "scripts/accept-missing-layers", "cgroup-memory", "cgroup-pids"],
                           env=self.environment, check=True, capture_output=True)

    def run(self, script):
        """(exit code, what it printed). Folder and variables are those that the last script left."""
        script = re.sub(r"127\.0\.0\.1:73\d\d\b", self._free_address, script)
        begin = f"set -a\nsource {self.state}\n" if self.state.exists() else f"set -a\ncd {self.path}/clone\n"
        end = f"{{ export -p | grep -v '^declare -[a-z]*r'; printf 'cd %q\\n' \"$PWD\"; }} >{self.state}"
        with tempfile.TemporaryFile() as output:
            process = subprocess.Popen(["bash", "-eu", "-o", "pipefail", "-c", f"{begin}{script}\n{end}"],
                                       env=self.environment, cwd=self.path, stdin=subprocess.DEVNULL, stdout=output,
                                       stderr=subprocess.STDOUT, start_new_session=True)
            self.sessions.append(process.pid)
            try:
                code = process.wait(BLOCK_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                code = f"none within {BLOCK_SECONDS} s"
            output.seek(0)
            return code, output.read().decode(errors="replace")

    def _free_address(self, match):
        if match[0] not in self.addresses:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                self.addresses[match[0]] = f"127.0.0.1:{probe.getsockname()[1]}"
        return self.addresses[match[0]]

    def forget_variables(self):
        """Who goes on from here begins in the same folder of another home."""
        _, folder = self.run("pwd")
        self.state.write_text(f'cd "$HOME/{pathlib.Path(folder.strip()).relative_to(self.path)}"\n', encoding="utf-8")

    def end_processes(self):
        for session in self.sessions:
            try:
                os.killpg(session, signal.SIGTERM)
            except ProcessLookupError:
                pass
        for path in self.path.rglob("*.sock"):
            _end_daemon(path)


def _end_daemon(path):
    with socket.socket(socket.AF_UNIX) as daemon:
        try:
            daemon.connect(str(path))
        except OSError:
            return
        pid = struct.unpack("3i", daemon.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]
    ended = os.pidfd_open(pid)
    os.kill(pid, signal.SIGTERM)
    if not select.select([ended], [], [], 30)[0]:
        os.kill(pid, signal.SIGKILL)


def _copy(home, to):
    """With owners: a workspace belongs to the user of its run slot."""
    subprocess.run(["cp", "-a", f"{home}/.", to], check=True)


def run_block(home, block):
    """What went wrong, in words, or None."""
    if block.marked("run by") or block.marked("from") or block.language in blocks.TEXT:
        return None
    if block.language in blocks.FILES:
        name, = block.marked("file")
        code, output = home.run(f"cat > {name} <<'END-OF-THE-FILE'\n{block.text}END-OF-THE-FILE")
        return None if code == 0 else output
    if block.language == "sh":
        code, output = home.run(block.text)
        return None if code == 0 else f"exit code {code}:\n{output}"
    for command, expected in blocks.transcript(block.text):
        code, output = home.run(command)
        if code != 0:
            return f"$ {command}\nexit code {code}:\n{output}"
        if not agrees(expected, output.splitlines()):
            first = first_difference(expected, output.splitlines())
            where = "goes on where the page has ended" if first is None else f"has not (in this place): {first}"
            difference = difflib.ndiff([masked(line) for line in expected], [masked(line) for line in output.splitlines()])
            return f"$ {command}\n{where}\n(- the page, + the command; times and ids masked)\n" + "\n".join(
                line for line in difference if not line.startswith("?"))
    return None


def main(name, build):
    build = pathlib.Path(build).resolve()
    path = ROOT / name
    page = blocks.read_page(path.read_text(encoding="utf-8"))
    findings = list(claims.check(ROOT, path, claims.Help(build / "bin"), page))
    kept = build / "docs" / "homes" / name.replace("/", "-")
    shutil.rmtree(kept, ignore_errors=True)
    begins_with = build / "docs" / "homes" / page.goes_on.replace("/", "-") if page.goes_on else None
    ran = 0
    if not findings:
        home = Home(build, begins_with)
        try:
            for block in page.blocks:
                wrong = run_block(home, block)
                ran += block.language in blocks.COMMANDS and not block.marks
                if wrong:
                    findings.append((block.line, wrong))
                    break
        finally:
            home.end_processes()
            if not findings and "--keep" in sys.argv:
                home.forget_variables()
                kept.mkdir(parents=True)
                _copy(home.path, kept)
            shutil.rmtree(home.path, ignore_errors=True)
    for line, message in findings:
        print(f"{name}:{line}: {message}")
    print(f"{name}: {len(page.blocks)} blocks, {ran} of them commands that ran, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
