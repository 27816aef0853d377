"""Reads a fetched repository: a git directory (bare or not) or a plain folder."""

import pathlib
import subprocess


class Source:
    """Files below `folder` of a repository's newest commit, read when they are asked for.

    A fetched snapshot may lack its largest files; reading such a one raises KeyError.
    """

    def __init__(self, root, folder=""):
        self._root = pathlib.Path(root)
        git = self._root / ".git" if (self._root / ".git").is_dir() else self._root
        self._reader = None
        if (git / "HEAD").is_file():
            command = ["git", "-C", str(git), "ls-tree", "-r", "-z", "--name-only", "HEAD"]
            command += [folder] if folder else []
            listed = subprocess.run(command, check=True, capture_output=True)
            self._paths = sorted(listed.stdout.decode().split("\0")[:-1])
            self._reader = subprocess.Popen(["git", "-C", str(git), "cat-file", "--batch"],
                                            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        else:
            self._paths = sorted(str(path.relative_to(self._root))
                                 for path in (self._root / folder).rglob("*") if path.is_file())
        self._known = set(self._paths)

    def paths(self):
        return self._paths

    def has(self, path):
        return path in self._known

    def data(self, path):
        if self._reader is None:
            return (self._root / path).read_bytes()
        self._reader.stdin.write(f"HEAD:{path}\n".encode())
        self._reader.stdin.flush()
        header = self._reader.stdout.readline().split()
        if header[-1] == b"missing":
            raise KeyError(path)
        data = self._reader.stdout.read(int(header[2]) + 1)
        return data[:-1]

    def text(self, path):
        return self.data(path).decode("utf-8", errors="replace").replace("\r\n", "\n")
