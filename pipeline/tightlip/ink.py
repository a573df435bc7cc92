"""Text for a terminal: colours, where there are any, and no character that a terminal would obey."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, TextIO

if TYPE_CHECKING:
    from collections.abc import Mapping

COLOURS: Final = {"good": "32", "bad": "31", "hole": "36", "head": "1", "faint": "2"}


def dyed(text: str, ink: str, colours: Mapping[str, str]) -> str:
    """The text in a colour of those that are on."""
    return f"\x1b[{colours[ink]}m{text}\x1b[0m" if ink in colours and text else text


def colours_of(stream: TextIO) -> Mapping[str, str]:
    """Colours on a terminal that has them, unless somebody objects (https://no-color.org)."""
    is_on = stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return COLOURS if is_on else {}


def printable(text: str, *, lines: bool = False) -> str:
    """The text without a character that a terminal would obey; ``lines``: line breaks stay."""
    return "".join(
        c if c.isprintable() or (lines and c == "\n") else c.encode("unicode_escape").decode("ascii") for c in text
    )
