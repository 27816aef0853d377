"""Readings of sensors: lines of "<time> <sensor> <kind> <value> <unit>"."""

UNITS = {"C": 1.0, "mC": 0.001, "%": 1.0, "hPa": 1.0, "Pa": 0.01}


class BadLine(Exception):
    pass


def parse_time(text):
    hours, minutes, seconds = (int(part) for part in text.split(":"))
    if hours > 23 or minutes > 59 or seconds > 59:
        raise BadLine("no time: " + text)
    return (hours * 60 + minutes) * 60 + seconds


def parse_line(line):
    words = line.split()
    if len(words) != 5:
        raise BadLine("expected five words: " + line)
    time, sensor, kind, value, unit = words
    if unit not in UNITS:
        raise BadLine("unknown unit: " + unit)
    return parse_time(time), sensor, kind, float(value) * UNITS[unit]


def parse(text):
    readings = []
    for line in text.splitlines():
        line = line.partition("#")[0].strip()
        if line:
            readings.append(parse_line(line))
    return readings
