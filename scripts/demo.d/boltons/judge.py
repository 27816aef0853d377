"""Values that the trigger does not have: a patch that only fits the trigger falls here."""
from boltons.strutils import bytes2human

UNITS = "BKMGTPEZ"
for power, unit in enumerate(UNITS):
    if power > 0:
        assert bytes2human(1024 ** power) == "1" + unit, (power, bytes2human(1024 ** power))
        assert bytes2human(-(1024 ** power)) == "-1" + unit
        below = 1024 ** power - 1024 ** (power - 1)
        assert bytes2human(below) == "1023" + UNITS[power - 1], (power, bytes2human(below))
    assert bytes2human(3 * 1024 ** power, 2) == "3.00" + unit
    assert bytes2human(700 * 1024 ** power) == "700" + unit
assert bytes2human(0, 2) == "0.00B"
