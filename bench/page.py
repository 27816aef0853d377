"""Turns what the programs of build/bench printed into a table, or into docs/performance.md.

page.py RESULTS [--write PAGE]: RESULTS has a folder a round, with NAME.goals (a JSON object a line: name, value, unit,
goal, ok) and NAME.told (what explains them) of each program. Exit 1 when a goal is missed.
"""

import datetime
import json
import os
import pathlib
import platform
import statistics
import sys

# What a program measures is measured against; how it is taken.
ABOUT = {
    "bench_store": "The store against raw SQLite with group commit, the same rows and the same disk, in turn: each ratio is of "
                   "two stretches that lie beside each other. Stored bytes are those of the data directory.",
    "sandbox_bench": "A sandboxed run of `/bin/true`, without journal and sync, against bubblewrap started with equal flags, in "
                     "turn; and the same from a process that holds 1 GiB.",
    "trials_bench": "Small changes of a project tried in one sandbox, a second; each has to be judged rightly.",
    "bench_watch": "Events to 100 watching clients through the daemon's door, against a bare callback server of the same gRPC "
                   "that sends the same bytes, in turn.",
    "bench_daemon": "The daemon as it is shipped: from exec to the first event of an investigation, idle, with many open "
                    "investigations, and ready again after kill -9.",
}


def rounds_of(results):
    return sorted(path for path in results.iterdir() if path.is_dir())


def goals_of(results):
    """{program: {name: [row of each round]}}, in the order of the first round."""
    found = {}
    for folder in rounds_of(results):
        for path in sorted(folder.glob("*.goals")):
            for line in path.read_text(encoding="utf-8").splitlines():
                row = json.loads(line)
                found.setdefault(path.stem, {}).setdefault(row["name"], []).append(row)
    return found


def number(value):
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def summary(rows):
    """The middle round, the span of all rounds, and in how many of them the goal holds."""
    values = [row["value"] for row in rows]
    unit = rows[0]["unit"]
    middle = f"{number(statistics.median(values))} {unit}".strip()
    span = f"{number(min(values))} to {number(max(values))}" if len(values) > 1 else ""
    return middle, span, sum(row["ok"] for row in rows)


def print_table(found):
    width = max(len(name) for rows in found.values() for name in rows)
    missed = 0
    for rows in found.values():
        for name, row in rows.items():
            middle, span, held = summary(row)
            missed += held < len(row)
            print(f'{"ok  " if held == len(row) else "MISS"}  {name:<{width}}  {middle:>12}  {span}  goal {row[0]["goal"]}')
    total = sum(len(rows) for rows in found.values())
    print(f"{total - missed} goals hold, {missed} missed")
    return missed


def told(results, program):
    """What the program explained in the last round."""
    path = rounds_of(results)[-1] / f"{program}.told"
    return path.read_text(encoding="utf-8").strip() if path.exists() else ""


def machine():
    cpu = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8")
                if line.startswith("model name")), platform.machine())
    memory = int(open("/proc/meminfo", encoding="utf-8").readline().split()[1]) / 1024 ** 2
    return f"{os.cpu_count()} processors ({cpu}), {memory:.0f} GiB of memory, Linux {platform.release()}"


def write_page(results, found, page):
    commit = (results / "commit").read_text(encoding="utf-8").strip()
    rounds = rounds_of(results)
    load = [(folder / "load").read_text(encoding="utf-8").split()[0] for folder in rounds]
    lines = [
        "# Performance", "",
        "This page is written by `scripts/bench --write`; do not edit it. Each figure is a ratio to a peer or a limit that is",
        "taken within one run, in turn with it, so that a machine that does other things as well slows both; absolute times",
        "are of this machine, as busy as it was.", "",
        "| | |", "|---|---|",
        f"| commit | {commit} |",
        f"| date | {datetime.date.today().isoformat()} |",
        f"| machine | {machine()} |",
        f"| load while measuring | {', '.join(load)} (average of a minute, at the begin of each round) |",
        f"| rounds | {len(rounds)} |",
        "",
        "A row has the middle round and the span of all; a goal holds if it does so in every round.",
    ]
    for program in sorted(found, key=lambda name: list(ABOUT).index(name) if name in ABOUT else len(ABOUT)):
        lines += ["", f"## {program}", "", ABOUT.get(program, ""), "",
                  "| what | middle | span | goal | holds |", "|---|---|---|---|---|"]
        for name, rows in found[program].items():
            middle, span, held = summary(rows)
            holds = "yes" if held == len(rows) else f"**in {held} of {len(rows)} rounds**"
            lines.append(f'| {name} | {middle} | {span} | {rows[0]["goal"]} | {holds} |')
        explained = told(results, program)
        if explained:
            lines += ["", "```text", explained, "```"]
    lines += [
        "", "## Goals without a program here", "",
        "| goal | where it is shown |", "|---|---|",
        "| right patches and verdicts on public sets of bugs, minutes, candidates a minute | `scripts/bench-repair` over sets that "
        "are fetched; [results](results.md) |",
        "| at most 1 % of no-op patches called a fix, with 1, 20 and 200 candidates | simulated, in the tests: `FalseFix` of "
        "`tests/simulation` |",
        "| nothing lost by kill -9 or a power cut | in the tests: `tests/end_to_end`, `tests/power_cut` |",
    ]
    page.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main(arguments):
    results = pathlib.Path(arguments[0])
    found = goals_of(results)
    if not found:
        sys.exit("error: no program measured anything")
    missed = print_table(found)
    if "--write" in arguments:
        write_page(results, found, pathlib.Path(arguments[arguments.index("--write") + 1]))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
