"""Values as arguments and answers: a text for each, others like it, and what those of one argument have in common.

Part of inquest_inputs.py. Works on Python 3.6 and later.
"""
import itertools
import re
import types

_ITEMS_LIMITS = (60, 20, 8, 8, 8, 8)  # by depth
_TEXT_LIMIT = 600
_BIG_INT = 10 ** 6  # no argument becomes larger than this: sizes, counts and exponents are ints
_PLAIN_MODULES = ("decimal", "fractions", "datetime", "uuid", "pathlib")
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{4,}\b")


def describe(value, depth=0):
    """A text that is the same for equal values, in any process."""
    if depth >= len(_ITEMS_LIMITS):
        return "..."
    most = _ITEMS_LIMITS[depth]
    kind = type(value)
    if kind in (int, bool, float, complex, str, bytes, type(None)):
        text = repr(value)
        return text if len(text) <= _TEXT_LIMIT else text[:_TEXT_LIMIT] + "..."
    if kind in (list, tuple):
        inner = ", ".join(describe(item, depth + 1) for item in value[:most])
        return ("[%s]" if kind is list else "(%s)") % inner + ("" if len(value) <= most else "...")
    if kind in (set, frozenset):
        return "{%s}" % ", ".join(sorted(describe(item, depth + 1) for item in
                                         itertools.islice(value, most)))
    if isinstance(value, dict):
        inner = ", ".join("%s: %s" % (describe(key, depth + 1), describe(item, depth + 1))
                          for key, item in itertools.islice(value.items(), most))
        return ("" if kind is dict else kind.__name__) + "{%s}" % inner
    if isinstance(value, (types.FunctionType, types.BuiltinFunctionType, type, types.ModuleType)):
        return getattr(value, "__qualname__", getattr(value, "__name__", kind.__name__))
    if hasattr(value, "__next__"):
        return "iterator" + describe(list(itertools.islice(value, most)), depth + 1)
    own = kind.__repr__
    if own is not object.__repr__ and kind.__module__.split(".")[0] in _PLAIN_MODULES:
        return repr(value)
    state = getattr(value, "__dict__", None)
    slots = [name for base in kind.__mro__ for name in getattr(base, "__slots__", ()) or ()
             if isinstance(name, str)]
    if state is None and not slots:
        return _ADDRESS.sub("0x", repr(value))[:_TEXT_LIMIT]
    fields = dict(state or {})
    for name in slots:
        if name not in ("__dict__", "__weakref__") and hasattr(value, name):
            fields[name] = getattr(value, name)
    return "%s(%s)" % (kind.__name__, ", ".join(
        "%s=%s" % (name, describe(item, depth + 1)) for name, item in
        itertools.islice(sorted(fields.items()), most)))


def mutations(value, constants, depth=0):
    """Values of the same type that are near, or where programs tend to have their edges."""
    kind = type(value)
    if kind is bool:
        return [not value]
    if kind is int:
        near = [0, 1, -1, 2, value + 1, value - 1, -value, value * 2, value // 2, value + 2,
                value * 10]
        edges = [edge + step for edge in constants if type(edge) is int for step in (0, -1, 1)]
        return [number for number in near + edges if abs(number) <= max(_BIG_INT, abs(value))]
    if kind is float:
        edges = [float(edge) for edge in constants if type(edge) in (int, float)]
        near = [0.0, 1.0, -1.0, -value, value + 1, value - 1, value / 2, value * 2, value + 0.1]
        return near + edges
    if kind is str:
        edges = [edge for edge in constants if type(edge) is str and len(edge) <= 20]
        near = ["", value[:-1], value[1:], value + value, value + " ", " " + value, value.upper(),
                value.lower(), value[::-1], value + "a", value + "0", value[:len(value) // 2]]
        return near + edges[:6]
    if kind is bytes:
        return [b"", value[:-1], value[1:], value + value, value[::-1], value + b"\0"]
    if kind in (list, tuple) and depth < 2:
        changed = [value[:0], value[:-1], value[1:], value[::-1], value + value, value[:1]]
        for at in range(min(len(value), 3)):
            for other in mutations(value[at], constants, depth + 1)[:8]:
                changed.append(value[:at] + kind([other]) + value[at + 1:])
        return changed
    if kind in (set, frozenset) and depth < 2:
        items = sorted(value, key=describe)
        return [kind(), kind(items[:-1]), kind(items[1:])]
    if kind is dict and depth < 2:
        changed = [{}]
        for key in list(value)[:3]:
            changed.append({other: item for other, item in value.items() if other != key})
            for other in mutations(value[key], constants, depth + 1)[:6]:
                copied = dict(value)
                copied[key] = other
                changed.append(copied)
        return changed
    return []


def _numbers(value, depth=0):
    """The numbers in a value, not too deep."""
    if type(value) in (int, float):
        yield value
    elif type(value) in (list, tuple, set, frozenset) and depth < 2:
        for item in itertools.islice(value, 50):
            for number in _numbers(item, depth + 1):
                yield number


def _is_sorted(value):
    try:
        return all(a <= b for a, b in zip(value, value[1:]))
    except TypeError:
        return False


class Custom:
    """What the values that tests give for one argument have in common: what breaks it is no input of the
    function, as far as anybody can tell, and says nothing about patches."""

    def __init__(self, values):
        numbers = [number for value in values for number in _numbers(value)]
        self._not_negative = bool(numbers) and min(numbers) >= 0
        lists = [value for value in values if type(value) in (list, tuple) and len(value) > 1]
        # One list in order is no custom yet.
        self._in_order = (sum(len(value) > 2 for value in lists) > 1
                          and all(map(_is_sorted, lists)))

    def allows(self, value):
        if self._not_negative and any(number < 0 for number in _numbers(value)):
            return False
        return not (self._in_order and type(value) in (list, tuple) and not _is_sorted(value))
