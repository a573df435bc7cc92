"""A template as it is reported: which of it is text and which is a hole.

A report does not mark its holes otherwise than with braces, so literal braces of the author's look like a hole here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def holes(template: str) -> list[tuple[int, int]]:
    """Where the holes of a template stand; what is open at its end is text."""
    found: list[tuple[int, int]] = []
    start = depth = 0
    for position, char in enumerate(template):
        if char == "{":
            start = start if depth else position
            depth += 1
        elif char == "}" and depth:
            depth -= 1
            if not depth:
                found.append((start, position + 1))
    return found


def words_in_source(template: str, sources: Sequence[str]) -> bool:
    """Whether a template has words, and each of them stands in one of the source files."""
    found = [word for text in _between(template) for word in text.split()]
    return bool(found) and all(any(word in source for source in sources) for word in found)


def _between(template: str) -> Iterable[str]:
    end = 0
    for start, stop in holes(template):
        yield template[end:start]
        end = stop
    yield template[end:]
