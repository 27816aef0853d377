"""Values like one that a test gave: of the same type, near it or where programs tend to have their edges.

Part of inquest_inputs.py. Works on Python 3.6 and later.
"""
import copy
import datetime
import decimal
import enum
import fractions
import inspect
import itertools
import types

from inquest_arguments import describe, fields_of

_BIG_INT = 10 ** 6  # no argument becomes larger than this: sizes, counts and exponents are ints
_DEPTH_LIMIT = 3
_ITEMS = 3  # of a list, a dict
_FIELDS = 6  # of an object
_CHANGES_OF_PART = (30, 16, 8)  # of an item or a field, by depth
_NO_DATA = (type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType, types.MethodType)


def mutations(value, constants, depth=0):
    """Those of one value; none for a type that has no neighbours known here."""
    kind = type(value)
    if kind is bool:
        return [not value]
    if kind is int:
        return _near_int(value, constants)
    if kind in (float, decimal.Decimal, fractions.Fraction):
        return _near_number(kind, value, constants)
    if kind is str:
        edges = [edge for edge in constants if type(edge) is str and len(edge) <= 20]
        near = ["", value[:-1], value[1:], value + value, value + " ", " " + value, value.upper(),
                value.lower(), value[::-1], value + "a", value + "0", value[:len(value) // 2]]
        return _plain(value, near, edges[:6])
    if kind is bytes:
        return [b"", value[:-1], value[1:], value + value, value[::-1], value + b"\0"]
    if isinstance(value, enum.Enum):
        return [other for other in kind if other is not value]
    if isinstance(value, (datetime.date, datetime.timedelta)):
        return _near_time(value)
    if depth >= _DEPTH_LIMIT or isinstance(value, _NO_DATA):
        return []
    if kind in (list, tuple):
        columns = [[value[:at] + kind([other]) + value[at + 1:]
                    for other in _of_part(value[at], constants, depth)]
                   for at in range(min(len(value), _ITEMS))]
        return _in_turn([value[:0], value[:-1], value[1:], value[::-1], value + value, value[:1]],
                        *columns)
    if kind in (set, frozenset):
        items = sorted(value, key=describe)
        return [kind(), kind(items[:-1]), kind(items[1:])]
    if kind is dict:
        keys = list(value)[:_ITEMS]
        without = [{other: item for other, item in value.items() if other != key} for key in keys]
        columns = [[{one: other if one == key else item for one, item in value.items()}
                    for other in _of_part(value[key], constants, depth)] for key in keys]
        return _in_turn([{}] + without, *columns)
    if isinstance(value, tuple) and hasattr(value, "_replace"):
        return _of_fields(dict(zip(value._fields, value)), constants, depth,
                          lambda name, other: value._replace(**{name: other}))
    fields = fields_of(value)
    return _of_fields(fields, constants, depth, _remake(value, fields)) if fields else []


def _near_int(value, constants):
    near = [0, 1, -1, 2, value + 1, value - 1, -value, value * 2, value // 2, value + 2, value * 10]
    edges = [edge + step for edge in constants if type(edge) is int for step in (0, -1, 1)]
    return [number for number in _plain(value, near, edges)
            if abs(number) <= max(_BIG_INT, abs(value))]


def _near_number(kind, value, constants):
    edges = [kind(str(edge)) if kind is decimal.Decimal else kind(edge) for edge in constants
             if type(edge) in (int, float) or type(edge) is kind]
    near = [kind(0), kind(1), kind(-1), -value, value + 1, value - 1, value / 2, value * 2,
            value + (0.1 if kind is float else kind("0.01"))]
    return _plain(value, near, edges)


def _near_time(value):
    """The next and the one before, and those a month or so away; a point of time also at midnight."""
    near = []
    steps = [datetime.timedelta(days=days) for days in (1, -1, 31, -31, 366)]
    if isinstance(value, datetime.datetime):
        steps[2:2] = [datetime.timedelta(hours=1), datetime.timedelta(seconds=-1)]
        near.append(value.replace(hour=0, minute=0, second=0, microsecond=0))
    if isinstance(value, datetime.timedelta):
        near += [datetime.timedelta(0), -value, value * 2, value / 2]
        steps = steps[:2] + [datetime.timedelta(seconds=1), datetime.timedelta(seconds=-1)]
    for step in steps:
        try:
            near.append(value + step)
        except OverflowError:
            pass
    return near


def _of_part(value, constants, depth):
    """Some of the mutations of an item in a collection."""
    return mutations(value, constants, depth + 1)[:_CHANGES_OF_PART[depth]]


def _of_fields(fields, constants, depth, remade):
    """Objects with one field changed."""
    columns = [[(name, other) for other in _of_part(item, constants, depth)]
               for name, item in itertools.islice(fields.items(), _FIELDS)]
    changed = []
    for name, other in _in_turn(*columns):
        try:
            changed.append(remade(name, other))
        except Exception:
            pass  # the class does not take it
    return changed


def _remake(value, fields):
    """Makes an object like `value` with one field changed: by its constructor where that takes what the object holds,
    so that what it derives or refuses holds; else by a copy."""
    try:
        taken = [parameter for name, parameter in inspect.signature(type(value)).parameters.items()]
        if taken and all(one.name in fields and one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)
                         for one in taken):
            names = [one.name for one in taken]

            def made(name, other):
                if name not in names:
                    raise TypeError(name)
                given = {one: copy.deepcopy(fields[one]) for one in names}
                given[name] = other
                return type(value)(**given)

            if describe(made(names[0], fields[names[0]])) == describe(value):
                return made
    except Exception:
        pass

    def copied(name, other):
        made = copy.copy(value)
        object.__setattr__(made, name, other)
        return made

    return copied


def _plain(value, near, edges):
    """Other numbers or texts than the value, each once."""
    return [one for one in dict.fromkeys(_in_turn(near, edges)) if one != value]


def _in_turn(*columns):
    """The first of each, then the second of each: none crowds out the others where only the first few are taken."""
    return [one for row in itertools.zip_longest(*columns, fillvalue=_NOTHING)
            for one in row if one is not _NOTHING]


_NOTHING = object()
