"""What the values that tests give for one argument have in common.

Part of inquest_inputs.py. Works on Python 3.6 and later.
"""
import decimal
import fractions
import itertools

from inquest_arguments import fields_of

_DEPTH_LIMIT = 3
_ITEMS_LIMIT = 50


def _parts(value, place=(), depth=0):
    """The values in a value, not too deep, each with its place: the items of a collection share one, fields and values
    of named keys have one for each name."""
    yield place, value
    if depth >= _DEPTH_LIMIT:
        return
    inner = ()
    if type(value) in (list, tuple, set, frozenset):
        inner = ((place + ("*",), item) for item in value)
    elif type(value) is dict:
        inner = ((place + ("[]", key if type(key) is str else ""), item) for key, item in value.items())
    elif not isinstance(value, type):
        fields = fields_of(value) or {}
        inner = ((place + (type(value).__name__, name), item) for name, item in fields.items())
    for at, item in itertools.islice(inner, _ITEMS_LIMIT):
        for found in _parts(item, at, depth + 1):
            yield found


def _is_sorted(value):
    try:
        return all(a <= b for a, b in zip(value, value[1:]))
    except TypeError:
        return False


class _Place:
    """The customs of one place."""

    def __init__(self, values):
        numbers = [value for value in values if _is_number(value)]
        self._not_negative = bool(numbers) and min(numbers) >= 0
        lists = [value for value in values if type(value) in (list, tuple) and len(value) > 1]
        # One list in order is no custom yet.
        self._in_order = (sum(len(value) > 2 for value in lists) > 1
                          and all(map(_is_sorted, lists)))

    def allows(self, value):
        if self._not_negative and _is_number(value) and value < 0:
            return False
        return not (self._in_order and type(value) in (list, tuple) and not _is_sorted(value))


def _is_number(value):
    return type(value) in (int, float, decimal.Decimal, fractions.Fraction)


class Custom:
    """Of all values of one argument: what breaks it is no input of the function, as far as anybody can tell, and says
    nothing about patches."""

    def __init__(self, values):
        places = {}
        for value in values:
            for place, part in _parts(value):
                places.setdefault(place, []).append(part)
        self._places = {place: _Place(parts) for place, parts in places.items()}

    def allows(self, value):
        return all(self._places[place].allows(part) for place, part in _parts(value)
                   if place in self._places)
