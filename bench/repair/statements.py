"""Finds calls in JavaScript and C++ text by their brackets; skips strings and comments."""

import re

OPENING, CLOSING = "([{", ")]}"
SKIPPED = re.compile(
    r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`", re.DOTALL)


def walk(text, begin=0):
    """(position, character, open brackets before it) of all that is code."""
    brackets, at = [], begin
    while at < len(text):
        skipped = SKIPPED.match(text, at)
        if skipped:
            at = skipped.end()
            continue
        character = text[at]
        yield at, character, brackets
        if character in OPENING:
            brackets.append(character)
        elif character in CLOSING and brackets:
            brackets.pop()
        at += 1


def arguments(text, name):
    """What is in the brackets of each call of `name` that is a statement of a function's body."""
    found, call = [], re.compile(re.escape(name) + r"\s*\(")
    for at, character, brackets in walk(text):
        match = call.match(text, at) if character == name[0] and brackets == ["{"] else None
        if match:
            end = _end(text, match.end())
            if end is not None:
                found.append(text[match.end():end].strip())
    return found


def _end(text, begin):
    """Position of the bracket that closes what was opened just before `begin`."""
    for at, character, brackets in walk(text, begin):
        if character in CLOSING and not brackets:
            return at
    return None


def split_top(text, separators):
    """(left, right) at the first separator outside of all brackets, or None."""
    for at, _, brackets in walk(text):
        for separator in separators:
            if not brackets and text.startswith(separator, at):
                return text[:at].strip(), text[at + len(separator):].strip()
    return None
