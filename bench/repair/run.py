"""The repair benchmark: gives each case of a folder to Inquest and judges what it answers.

The judge stands outside: it lays the hidden tests over a fresh copy with the patch applied, and
runs them with a time limit. Inquest never sees them. Prints a table; --json writes a row a case.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import cases
import table
from investigation import Investigation

HIDDEN_SECONDS_MAX = 60
# ERROR: Inquest did not answer, or refused the request. It counts as a miss, and is shown.
OUTCOMES = ["ERROR", "NOTHING", "OBSERVED", "REPRODUCED", "ROOT_CAUSE_SUPPORTED", "VERIFIED_FIX"]


def find_cases(folder, text):
    root = pathlib.Path(folder)
    for path in sorted([*root.glob("*/case.json"), *root.glob("*/*/case.json")]):
        case = json.loads(path.read_text(encoding="utf-8"))
        case["folder"] = path.parent
        if text in f"{case['set']}-{case['name']}":
            yield case


def places(hypotheses):
    """(path, first line, last line, status) a hypothesis: the supported first, then by score."""
    supported = lambda one: one.get("status", "").endswith("_SUPPORTED")
    ordered = sorted(hypotheses, key=lambda one: (not supported(one), -float(one.get("score", 0))))
    found = []
    for hypothesis in ordered:
        location = hypothesis.get("location", {})
        first = int(location.get("firstLine", 0))
        found.append((location.get("path", ""), first, int(location.get("lastLine", first)),
                      hypothesis.get("status", "")))
    return found


def rank(locations, faulty):
    """Place (from 1) of the first location that covers a faulty line; 0: none does."""
    for place, (path, first, last, _) in enumerate(locations, 1):
        if any(line["path"] == path and first <= line["line"] <= last for line in faulty):
            return place
    return 0


def judge(case, patch):
    """(whether the hidden tests pass on the tree with this patch, what they said); "": no patch."""
    with tempfile.TemporaryDirectory(prefix="inquest-judge-") as copy:
        shutil.copytree(case["folder"] / "tree", copy, dirs_exist_ok=True)
        # Whatever repository is above the copy, git is to see none.
        environment = os.environ | {"GIT_CEILING_DIRECTORIES": str(pathlib.Path(copy).parent)}
        applied = subprocess.run(["git", "apply", "--whitespace=nowarn", "-"], cwd=copy,
                                 input=patch.encode(), env=environment, capture_output=True,
                                 check=False)
        if patch and applied.returncode != 0:
            return False, "git apply: " + applied.stderr.decode(errors="replace")
        hidden = case["folder"] / "hidden"
        if hidden.is_dir():
            shutil.copytree(hidden, copy, dirs_exist_ok=True)
        status, output = cases.run(case["hidden"], copy, HIDDEN_SECONDS_MAX)
        return status == 0, output[-4000:] if status is not None else "out of time"


def examine(case, inquest, seconds):
    """One row of the results."""
    with tempfile.TemporaryDirectory(prefix="inquest-tree-") as copy, \
            Investigation(inquest) as investigation:
        tree = pathlib.Path(copy) / "tree"
        shutil.copytree(case["folder"] / "tree", tree)
        answer, minutes = investigation.run(case, tree, seconds)
        tried, runs = (investigation.candidates(answer["investigation"])
                       if answer.get("investigation") else (0, 0))
    patch = answer.get("patch") or ""
    passes, said = judge(case, patch) if patch else (False, "")
    # Where the hidden tests pass on the buggy tree too, they cannot tell a fix from no change.
    tells = bool(patch) and not judge(case, "")[0]
    outcome = answer.get("outcome") or "ERROR"
    faulty, locations = case.get("faulty", []), places(answer.get("hypotheses", []))
    return {
        "set": case["set"], "name": case["name"], "language": case["language"],
        "split": case.get("split", ""),
        "outcome": outcome, "ended_by": answer.get("ended_by", "error"),
        "message": answer.get("message") or answer.get("error", {}).get("message", ""),
        "question": answer.get("question"), "truth_known": bool(faulty),
        "reproduced": OUTCOMES.index(outcome) >= OUTCOMES.index("REPRODUCED"),
        "rank": rank(locations, faulty), "locations": locations, "patched": bool(patch),
        "verified": outcome == "VERIFIED_FIX", "hidden_pass": passes, "hidden_output": said,
        "hidden_tells": tells,
        "minutes": round(minutes, 3), "candidates": tried, "runs": runs,
        "timings": answer.get("timings", {}), "patch": patch}


def parse_options():
    parser = argparse.ArgumentParser(prog="bench-repair", description=__doc__)
    parser.add_argument("folder", nargs="?", default=os.environ.get("INQUEST_BENCH_CASES"),
                        help="the cases; by default $INQUEST_BENCH_CASES")
    parser.add_argument("--limit", type=int, default=0, help="so many cases of each set")
    parser.add_argument("--seconds", type=int, default=300, help="for a case (default 300)")
    parser.add_argument("--jobs", type=int, default=1, help="cases at once (default 1)")
    parser.add_argument("--filter", default="", help="only cases with this text in SET-NAME")
    parser.add_argument("--json", help="write a row a case to this file")
    parser.add_argument("--inquest", required=True, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not options.folder:
        parser.error("name a folder of cases, or set INQUEST_BENCH_CASES")
    return options


def choose(folder, text, limit):
    """The cases, at most `limit` of each set, chosen by the hash of their names."""
    sets = {}
    for case in find_cases(folder, text):
        sets.setdefault(case["set"], []).append(case)
    return [case for name in sorted(sets) for case in cases.sample(sets[name], limit)]


def main():
    options = parse_options()
    chosen = choose(options.folder, options.filter, options.limit)
    if not chosen:
        sys.exit(f"no case.json with {options.filter!r} in its name below {options.folder}")
    rows = []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for row in pool.map(lambda case: examine(case, options.inquest, options.seconds), chosen):
            rows.append(row)
            print(f"[{len(rows)}/{len(chosen)}] {table.line(row)}", file=sys.stderr, flush=True)
            if options.json:
                pathlib.Path(options.json).write_text(json.dumps(rows, indent=1) + "\n")
    print(table.table(rows))


if __name__ == "__main__":
    main()
