"""Structures that were written into a text: JSON, and what Python's ``repr`` makes of built-in values.

Reading gives built-in values, writing gives the text back in the style that it had. Neither runs any code: the reader of Python's
literals is a small one of our own, since the interpreter's parser can be brought to its knees by nesting.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from tightlip_scrubbers.possessive import compile_pattern

LONGEST: Final = 32_768
_DEEPEST: Final = 40
_SPACE: Final = compile_pattern(r"[ \t\r\n]*+")
_ATOM: Final = compile_pattern(r"[+\-]?+[0-9][0-9_.eE+\-jx]{0,64}+|[A-Za-z]{2,8}+")
_STRING: Final = compile_pattern(r"([bBuUrR]{0,2}+)(?:'((?:[^'\\\n]|\\[\s\S])*+)'|\"((?:[^\"\\\n]|\\[\s\S])*+)\")")
_ESCAPE: Final = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([\s\S]))")
_SIMPLE: Final = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "\n": "", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_WORDS: Final[dict[str, object]] = {
    "None": None,
    "True": True,
    "False": False,
    "null": None,
    "true": True,
    "false": False,
}
_CLOSERS: Final = {"{": "}", "[": "]", "(": ")"}
_MOST_UNICODE: Final = 0x10FFFF


class NoLiteral(ValueError):  # noqa: N818 - it is an answer
    """The text is none of the structures that are known here."""


class _Twice(Exception):  # noqa: N818
    """An object names a key twice: reading it would lose the first value, and leave it in the text."""


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Twice
    return found


def read_json(text: str) -> Any:
    """The value of a text that is a JSON object or array as a whole.

    Raises:
        NoLiteral: It is none, or one that JSON cannot give back unchanged.
    """
    if len(text) > LONGEST:
        raise NoLiteral
    try:
        return json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError, _Twice):
        raise NoLiteral from None


def write_json(value: object, like: str) -> str:
    """A value as JSON, with the blanks and escapes of the text that it came from."""
    spaced = '": ' in like or ', "' in like
    return json.dumps(value, ensure_ascii=like.isascii(), separators=(", ", ": ") if spaced else (",", ":"))


def read_python(text: str) -> Any:
    """The value of a text that is the ``repr`` of a dict, list, tuple or set as a whole.

    Raises:
        NoLiteral: It is none: a name, a call, an object's own form stands in it, or it is nested too deep.
    """
    if len(text) > LONGEST:
        raise NoLiteral
    value, end = _value(text, _skip(text, 0), 0)
    if _skip(text, end) != len(text):
        raise NoLiteral
    return value


def _skip(text: str, position: int) -> int:
    blank = _SPACE.match(text, position)
    return blank.end() if blank else position


def _value(text: str, position: int, depth: int) -> tuple[Any, int]:
    opener = text[position : position + 1]
    if opener in _CLOSERS:
        if depth >= _DEEPEST:
            raise NoLiteral
        return _container(text, position, depth + 1)
    string = _STRING.match(text, position)
    if string is not None:
        body = string[2] if string[2] is not None else string[3]
        plain = body if "r" in string[1].lower() else _ESCAPE.sub(_unescaped, body)
        return (plain.encode("latin-1", "replace") if "b" in string[1].lower() else plain), string.end()
    atom = _ATOM.match(text, position)
    if atom is None:
        raise NoLiteral
    if atom[0] in _WORDS:
        return _WORDS[atom[0]], atom.end()
    try:
        return (float if any(mark in atom[0] for mark in ".eE") else int)(atom[0]), atom.end()
    except ValueError:
        raise NoLiteral from None


def _unescaped(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2] or escape[3]
    if code is None:
        return _SIMPLE.get(escape[4], escape[4])
    number = int(code, 16)
    return chr(number) if number <= _MOST_UNICODE else ""


def _container(text: str, position: int, depth: int) -> tuple[Any, int]:
    opener = text[position]
    closer = _CLOSERS[opener]
    items: list[Any] = []
    keys: list[Any] = []
    position = _skip(text, position + 1)
    commas = 0
    while text[position : position + 1] != closer:
        item, position = _value(text, position, depth)
        position = _skip(text, position)
        if opener == "{" and text[position : position + 1] == ":" and len(keys) == len(items):
            keys.append(item)
            item, position = _value(text, _skip(text, position + 1), depth)
            position = _skip(text, position)
        items.append(item)
        if text[position : position + 1] == ",":
            commas += 1
            position = _skip(text, position + 1)
        elif text[position : position + 1] != closer:
            raise NoLiteral
    return _made(opener, keys, items, commas), position + 1


def _made(opener: str, keys: list[Any], items: list[Any], commas: int) -> Any:
    try:
        if opener == "{" and (keys or not items):
            if len(keys) != len(items) or len(set(keys)) != len(keys):
                raise NoLiteral
            return dict(zip(keys, items, strict=True))
        if opener == "{":
            return set(items)
    except TypeError:  # a list as a key
        raise NoLiteral from None
    if opener == "(":
        return tuple(items) if commas or not items else items[0]
    return items


def write_python(value: object, _like: str) -> str:
    """A value of exact built-in types as ``repr`` writes it; no other type may be in it, since its own code would run."""
    return repr(value)
