"""build_history.py FOLDER: a git repository of 30 commits, from history.diff: always the same one."""

import os
import pathlib
import subprocess
import sys

IDENTITY = {"GIT_AUTHOR_NAME": "n", "GIT_AUTHOR_EMAIL": "n@example.org",
            "GIT_COMMITTER_NAME": "n", "GIT_COMMITTER_EMAIL": "n@example.org",
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null"}
FIRST_DAY = 1_767_600_000
RELEASED_DAY = 14  # as v1, before the regression


def git(folder, *arguments, stdin="", **environment):
    subprocess.run(["git", "-C", folder, *arguments], input=stdin, text=True, check=True,
                   env={**os.environ, **IDENTITY, **environment})


def main(folder):
    description = pathlib.Path(__file__).with_name("history.diff").read_text()
    pathlib.Path(folder).mkdir(parents=True)
    git(folder, "init", "--quiet", "--initial-branch=main")
    for day, commit in enumerate(("\n" + description).split("\n== ")[1:]):
        subject, _, diff = commit.partition("\n")
        git(folder, "apply", "--index", "--unidiff-zero", stdin=diff + "\n")
        date = "%d +0000" % (FIRST_DAY + 86_400 * day)
        git(folder, "commit", "--quiet", "-m", subject,
            GIT_AUTHOR_DATE=date, GIT_COMMITTER_DATE=date)
        if day == RELEASED_DAY:
            git(folder, "tag", "v1")


if __name__ == "__main__":
    main(sys.argv[1])
