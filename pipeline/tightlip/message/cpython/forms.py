r"""Templates from C format strings, and templates as one line of text.

`PyErr_Format` takes the specifiers of ``PyUnicode_FromFormat`` (https://docs.python.org/3/c-api/unicode.html#c.PyUnicode_FromFormat),
and some messages come from ``snprintf``. Every specifier becomes a nameless hole: ``%R`` is ``{!r}``, ``%A`` is ``{!a}``, all others are ``{}``.

One line of text is lossless: braces of the text are doubled, and a backslash, a tab and a line end are written ``\\``, ``\t``, ``\n``.
"""

from __future__ import annotations

import re

from tightlip.message.template import Hole, Part, Template, join

#: Flags (no space: "100% sure" is text), width, precision, length, and the conversion.
_SPECIFIER = re.compile(
    r"%(?P<hole>[-0#+]*(?:\d+|\*)?(?:\.(?:\d+|\*))?(?:hh|h|ll|l|z|t|j)?[diouxXcspAURSVTNeEfFgG])|%%|%"
)
_CONVERSIONS = {"R": "!r", "A": "!a"}
#: One object for each kind of hole: a table has a thousand of them.
_HOLES = {conversion: Hole("", conversion) for conversion in ("", "!r", "!a")}
_HOLE = re.compile(r"\{(![ra])?\}|\{\{|\}\}|[{}]")
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "{": "{{", "}": "}}"})
_ESCAPE = re.compile(r"\\(.)")
_UNESCAPED = {"\\": "\\", "t": "\t", "n": "\n"}


def from_format(text: str) -> Template:
    """The template of a C format string; text with a stray ``%`` is no format, and stands as it is."""
    parts: list[Part] = []
    at = 0
    for found in _SPECIFIER.finditer(text):
        parts.append(text[at : found.start()])
        at = found.end()
        if found["hole"]:
            parts.append(_HOLES[_CONVERSIONS.get(found["hole"][-1], "")])
        elif found[0] == "%%":
            parts.append("%")
        else:
            return (text,)
    return without_neighbours(join([(part,) for part in (*parts, text[at:])]))


def without_neighbours(template: Template) -> Template:
    """``template`` with each run of holes as one: what stands in them cannot be told apart."""
    return tuple(
        part
        for part, before in zip(template, ("", *template), strict=False)
        if isinstance(part, str) or isinstance(before, str)
    )


def written(template: Template) -> str:
    """``template`` as one line of text."""
    return "".join(part.translate(_ESCAPES) if isinstance(part, str) else f"{{{part.conversion}}}" for part in template)


def read(line: str) -> Template:
    """The template that `written` made ``line`` of.

    Raises:
        ValueError: for a single brace or an unknown escape.
    """
    parts: list[Part] = []
    at = 0
    for found in _HOLE.finditer(line):
        parts.append(_text(line[at : found.start()]))
        at = found.end()
        mark = found[0]
        if len(mark) == 1:
            raise ValueError(f"a single {mark!r} in a template: double it")
        parts.append(mark[0] if mark in ("{{", "}}") else _HOLES[found[1] or ""])
    return join([(part,) for part in (*parts, _text(line[at:]))])


def _text(escaped: str) -> str:
    return _ESCAPE.sub(_unescaped, escaped) if "\\" in escaped else escaped


def _unescaped(found: re.Match[str]) -> str:
    character = _UNESCAPED.get(found[1])
    if character is None:
        raise ValueError(f"an unknown escape in a template: {found[0]!r}")
    return character
