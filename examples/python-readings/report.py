"""report.py FILE: the steepest change of every sensor."""

import sys

from readings.parse import parse
from readings.rates import steepest


def main():
    with open(sys.argv[1]) as file:
        readings = parse(file.read())
    for (sensor, kind), rate in sorted(steepest(readings).items()):
        print("%-8s %-12s %s" % (sensor, kind, "-" if rate is None else "%+.2f" % rate))


if __name__ == "__main__":
    main()
