"""Text as HTML.

Guarantees:

1. Text becomes text of the page, never markup, in whatever it holds.
2. What a reader cannot see, or what would change the order of what he sees (controls, marks of direction, half characters), is written out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Characters of a value that are shown.
LONGEST: Final = 700
# All that `str.isprintable` calls no character of a page, but for the line ends and tabs that a page shows.
_MAYBE_UNSEEN: Final = re.compile(r"[^\x20-\x7e\n\t]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text that is shown in another way.

    Attributes:
        start: Where it begins.
        end: Where it ends.
        tag: The element's name and class, as ``mark.leak``.
        label: A word that stands behind it; empty for none.
    """

    start: int
    end: int
    tag: str
    label: str = ""


def plain(text: str) -> str:
    """A text as HTML, all of it."""
    return _MAYBE_UNSEEN.sub(_seen, escape(text))


def attribute(text: str) -> str:
    """A text as the value of an attribute, in double quotes."""
    return f'"{_MAYBE_UNSEEN.sub(_spelled, escape(text))}"'


def pieced(text: str, pieces: Iterable[Piece], longest: int = LONGEST) -> str:
    """A text as HTML with pieces of it marked.

    Args:
        text: Any text.
        pieces: Its pieces. Of two that overlap, the first one counts.
        longest: How many characters are shown; a piece in which it would be cut is shown whole. What follows is counted.
    """
    parts: list[str] = []
    end = hidden = 0
    for piece in sorted(pieces, key=lambda one: one.start):
        if piece.start < end:
            continue
        if piece.start >= longest:
            hidden += bool(piece.label)
            continue
        name, _, kind = piece.tag.partition(".")
        label = f"<small>{plain(piece.label)}</small>" if piece.label else ""
        parts.append(plain(text[end : piece.start]))
        parts.append(f'<{name} class="{kind}">{_cut(text[piece.start : piece.end], longest)}{label}</{name}>')
        end = piece.end
    rest = text[end:]
    room = max(longest - end, 0)
    parts.append(plain(rest[:room]))
    if len(rest) > room:
        also = f", {hidden} planted value{'s' if hidden > 1 else ''} among them" if hidden else ""
        parts.append(f"<i>… and {len(rest) - room:,} more characters{also}</i>")
    return "".join(parts)


def _cut(text: str, longest: int) -> str:
    more = len(text) - longest
    return plain(text) if more <= 0 else f"{plain(text[:longest])}<i>… and {more:,} more characters</i>"


def _seen(match: re.Match[str]) -> str:
    spelled = _spelled(match)
    return spelled if spelled == match[0] else f"<i>{spelled}</i>"


def _spelled(match: re.Match[str]) -> str:
    character = match[0]
    return character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
