"""Values as arguments and answers: a text for each, and the fields of objects.

Part of inquest_inputs.py. Works on Python 3.6 and later.
"""
import enum
import itertools
import re
import types

_ITEMS_LIMITS = (60, 20, 8, 8, 8, 8)  # by depth
_TEXT_LIMIT = 600
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
    if isinstance(value, enum.Enum):
        return str(value)
    own = kind.__repr__
    if own is not object.__repr__ and kind.__module__.split(".")[0] in _PLAIN_MODULES:
        return repr(value)
    fields = fields_of(value)
    if fields is None:
        return _ADDRESS.sub("0x", repr(value))[:_TEXT_LIMIT]
    return "%s(%s)" % (kind.__name__, ", ".join(
        "%s=%s" % (name, describe(item, depth + 1)) for name, item in
        itertools.islice(sorted(fields.items()), most)))


def fields_of(value):
    """The attributes that an object holds itself, by name; None for what holds none."""
    state = getattr(value, "__dict__", None)
    slots = [name for base in type(value).__mro__ for name in _names(getattr(base, "__slots__", ()))]
    if state is None and not slots:
        return None
    fields = dict(state or {})
    for name in slots:
        if name not in ("__dict__", "__weakref__") and hasattr(value, name):
            fields[name] = getattr(value, name)
    return fields


def _names(slots):
    return (slots,) if isinstance(slots, str) else [one for one in slots or () if isinstance(one, str)]
