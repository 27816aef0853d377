#!/usr/bin/python3
"""package_test.py BUILD: makes the package of that build, looks at it, and runs it unpacked."""

import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest

BUILD = pathlib.Path(sys.argv.pop(1)).resolve()
HOME = "usr/lib/inquest"


def output(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="inquest-package-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        output("cpack", "-G", "DEB", "-B", str(cls.folder / "made"), cwd=BUILD)
        (cls.deb,) = (cls.folder / "made").glob("inquest_*.deb")
        cls.tree = cls.folder / "tree"
        cls.control = cls.folder / "control"
        output("dpkg-deb", "-x", str(cls.deb), str(cls.tree))
        output("dpkg-deb", "-e", str(cls.deb), str(cls.control))

    def field(self, name):
        return output("dpkg-deb", "-f", str(self.deb), name).strip()

    def environment(self):
        """Of somebody who has nothing, and a home that is removed with the test."""
        home = tempfile.mkdtemp(prefix="h", dir=self.folder)
        return {"PATH": os.environ["PATH"], "HOME": home, "LANG": "C.UTF-8"}

    def run_installed(self, *words, **options):
        options.setdefault("env", self.environment())
        return output(str(self.tree / "usr/bin/inquest"), *words, **options)

    def programs(self):
        for path in sorted(self.tree.rglob("*")):
            if path.is_file() and not path.is_symlink() and path.read_bytes()[:4] == b"\x7fELF":
                yield path

    def test_it_depends_on_what_the_programs_load_and_start(self):
        names = {re.split(r"[ (]", one)[0] for one in self.field("Depends").split(", ")}
        self.assertLessEqual({"bubblewrap", "libc6", "libstdc++6", "libsqlite3-0", "libseccomp2"}, names)
        self.assertTrue(any(name.startswith("libgrpc++") for name in names), names)
        self.assertFalse([name for name in names if name.endswith("-dev")])
        self.assertIn("python3", self.field("Recommends"))

    def test_it_has_its_parts_where_debian_wants_them(self):
        for path in [
            "usr/bin/inquest", "usr/bin/inquestd", f"{HOME}/bin/inquest-run",
            f"{HOME}/share/inquest/policies/scratch.yaml", f"{HOME}/share/inquest/demo/billing/discount.py",
            f"{HOME}/share/inquest/instruments/trials/inquest-trials",
            f"{HOME}/share/inquest/instruments/c-coverage/bin/gcc",
            "usr/share/man/man1/inquest.1.gz", "usr/share/man/man1/inquest-investigate.1.gz",
            "usr/share/man/man5/inquest-settings.5.gz", "usr/share/man/man7/inquest-errors.7.gz",
            "usr/share/man/man8/inquestd.8.gz", "usr/share/bash-completion/completions/inquest",
            "usr/share/zsh/vendor-completions/_inquest", "usr/share/fish/vendor_completions.d/inquest.fish",
            "usr/share/doc/inquest/copyright", "usr/share/doc/inquest/changelog.gz",
            "usr/lib/systemd/system/inquestd.service", "usr/lib/sysusers.d/inquest.conf",
            "etc/inquest/inquestd.env", "etc/inquest/policies",
        ]:  # fmt: skip
            self.assertTrue((self.tree / path).exists(), path)
        # All instruments of the build, and of each all files.
        relative = "share/inquest"
        here = {str(path.relative_to(BUILD / relative)) for path in (BUILD / relative).rglob("*")}
        there = {str(path.relative_to(self.tree / HOME / relative)) for path in (self.tree / HOME / relative).rglob("*")}
        self.assertEqual({name for name in here if "__pycache__" not in name} - there, set())

    def test_everybody_may_read_it_and_only_root_may_write_it(self):
        for line in output("dpkg-deb", "-c", str(self.deb)).splitlines():
            mode, owner, *_, path = re.split(r" +", line, maxsplit=5)
            self.assertEqual(owner, "root/root", line)
            self.assertTrue(path.startswith(("./etc/inquest", "./usr/")) or path in ("./", "./etc/", "./usr/"), line)
            if mode[0] == "l":
                continue
            self.assertEqual((mode[5], mode[8]), ("-", "-"), f"others may write: {line}")
            self.assertEqual(mode[7], "r", f"not everybody may read: {line}")
            self.assertNotIn("s", mode, f"set-user-id: {line}")

    def test_configuration_is_kept_as_the_operator_left_it(self):
        listed = (self.control / "conffiles").read_text().split()
        shipped = [f"/{path.relative_to(self.tree)}" for path in (self.tree / "etc").rglob("*") if path.is_file()]
        self.assertEqual(sorted(listed), sorted(shipped))

    def test_programs_are_stripped_and_only_where_programs_of_an_architecture_belong(self):
        found = list(self.programs())
        self.assertGreater(len(found), 5)
        for path in found:
            self.assertTrue(str(path.relative_to(self.tree)).startswith("usr/lib/"), path)
            self.assertNotIn(".debug_info", output("readelf", "-S", "--wide", str(path)), path)
            # No folder of the machine that built it.
            self.assertNotIn(str(BUILD).encode(), path.read_bytes(), path)

    def test_scripts_and_completion_are_shell(self):
        for name in ["postinst", "prerm", "postrm"]:
            self.assertEqual((self.control / name).stat().st_mode & 0o777, 0o755)
            output("sh", "-n", str(self.control / name))
        output("bash", "-n", str(self.tree / "usr/share/bash-completion/completions/inquest"))

    def test_the_service_uses_options_that_there_are(self):
        unit = (self.tree / "usr/lib/systemd/system/inquestd.service").read_text()
        start = re.search(r"^ExecStart=(.*)$", unit, re.M).group(1)
        settings = (self.tree / "etc/inquest/inquestd.env").read_text()
        known = output(str(self.tree / "usr/bin/inquestd"), "--help")
        options = re.findall(r"--[a-z][a-z-]+", start + settings)
        self.assertGreater(len(options), 3)
        for option in options:
            self.assertIn(option, known)
        group = re.search(r"--allow-group=(\w+)", start).group(1)
        self.assertIn(f"g {group} -", (self.tree / "usr/lib/sysusers.d/inquest.conf").read_text())
        self.assertIn("KillMode=process", unit)

    def test_it_is_this_build(self):
        self.assertEqual(self.run_installed("version"), output(str(BUILD / "bin/inquest"), "version"))
        self.assertIn(f"{self.tree / HOME}/bin", self.run_installed("debug", "paths"))

    def test_its_daemon_tells_systemd_and_answers_its_own_command_line(self):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="d", dir="/tmp"))
        self.addCleanup(shutil.rmtree, folder)
        manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(manager.close)
        manager.bind(str(folder / "notify"))
        manager.settimeout(60)
        door = folder / "s"
        environment = self.environment() | {"NOTIFY_SOCKET": str(folder / "notify")}
        daemon = subprocess.Popen(
            [self.tree / "usr/bin/inquestd", f"--data-dir={folder}/data", f"--socket={door}"],
            env=environment, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.addCleanup(daemon.wait)
        self.addCleanup(daemon.kill)
        self.assertEqual(manager.recv(100), b"READY=1")
        environment = self.environment() | {"INQUEST_SOCKET": str(door)}
        self.assertIn('"investigations"', self.run_installed("list", "--output", "json", env=environment))
        daemon.terminate()
        self.assertEqual(manager.recv(100), b"STOPPING=1")
        self.assertEqual(daemon.wait(60), 0)


if __name__ == "__main__":
    unittest.main()
