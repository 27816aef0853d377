"""Sums up the rows of the repair benchmark."""

COLUMNS = ["set", "tried", "errors", "reproduced", "top 1", "top 3", "top 5", "patched",
           "hidden pass", "verified", "precision", "telling", "minutes", "candidates/min"]


def line(row):
    """What happened to one case."""
    judged = "" if not row["patched"] else " hidden pass" if row["hidden_pass"] else " HIDDEN FAIL"
    place = f" place {row['rank']}" if row["rank"] else ""
    error = f" {row['message']}" if row["outcome"] == "ERROR" else ""
    return (f"{row['set']}-{row['name']}: {row['outcome']}{error}{place}{judged} "
            f"({row['minutes']:.1f} min)")


def _share(part, whole):
    return f"{part}/{whole}" if whole else "-"


def _sums(name, rows):
    known = [row for row in rows if row["truth_known"]]
    within = lambda place: _share(sum(1 <= row["rank"] <= place for row in known), len(known))
    patched = [row for row in rows if row["patched"]]
    verified = [row for row in rows if row["verified"]]
    minutes = sum(row["minutes"] for row in rows)
    candidates = sum(row["candidates"] for row in rows)
    right = lambda chosen: _share(sum(row["hidden_pass"] for row in chosen), len(chosen))
    errors = sum(row["outcome"] == "ERROR" for row in rows)
    return [name, str(len(rows)), str(errors), str(sum(row["reproduced"] for row in rows)),
            within(1), within(3), within(5), str(len(patched)), right(patched),
            str(len(verified)), right(verified),
            right([row for row in verified if row["hidden_tells"]]),
            f"{minutes:.1f}", f"{candidates / minutes:.0f}" if minutes else "-"]


def table(rows):
    """A Markdown table with a line a set, and one for all when there are several.

    Located (top 1, 3, 5) is counted of the cases whose faulty lines are known; hidden pass of the
    patched, precision of the verified.
    """
    sets = {}
    for row in rows:
        sets.setdefault(row["set"], []).append(row)
    lines = [_sums(name, sets[name]) for name in sorted(sets)]
    if len(sets) > 1:
        lines.append(_sums("all", rows))
    widths = [max(map(len, column)) for column in zip(COLUMNS, *lines)]
    text = lambda cells: "| " + " | ".join(map(str.ljust, cells, widths)) + " |"
    return "\n".join([text(COLUMNS), "|" + "|".join("-" * (width + 2) for width in widths) + "|",
                      *map(text, lines)])
