"""How fast the value of each sensor changes, in units per minute."""


def by_sensor(readings):
    series = {}
    for time, sensor, kind, value in readings:
        series.setdefault((sensor, kind), []).append((time, value))
    return series


def rates(points):
    result = []
    for (before, old), (after, new) in zip(points, points[1:]):
        if after < before:
            continue  # the next day has begun
        result.append(60 * (new - old) / (after - before))
    return result


def steepest(readings):
    """For each sensor and kind the largest rate, up or down; None: fewer than two readings."""
    found = {}
    for key, points in by_sensor(readings).items():
        found[key] = max(rates(points), key=abs, default=None)
    return found
