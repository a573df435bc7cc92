"""Reading a template as it is reported, for display: which of it is text and which is a hole.

A report does not mark its holes otherwise than with braces, so literal braces of the author's look like a hole here. That is a
matter of colour only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_READABLE = re.compile(r"[^\W\d_]{2}")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a template."""

    text: str
    is_hole: bool


def pieces(template: str) -> list[Piece]:
    """The parts of ``template`` in order; together they are the whole of it."""
    found: list[Piece] = []
    start = depth = 0
    for position, char in enumerate(template):
        if char == "{":
            if not depth and position > start:
                found.append(Piece(template[start:position], is_hole=False))
                start = position
            depth += 1
        elif char == "}" and depth:
            depth -= 1
            if not depth:
                found.append(Piece(template[start : position + 1], is_hole=True))
                start = position + 1
    if start < len(template):
        found.append(Piece(template[start:], is_hole=False))  # an open brace at the end is text
    return found


def has_words(template: str) -> bool:
    """Whether the text outside the holes tells a reader something."""
    return any(not piece.is_hole and _READABLE.search(piece.text) for piece in pieces(template))
