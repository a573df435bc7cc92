"""Where a quoted text in a text ends."""

import re
from typing import Final

from tightlip_scrubbers.possessive import compile_pattern

_INNER: Final = {quote: compile_pattern(rf"(?:[^{quote}\\]|\\[\s\S])*+") for quote in ('"', "'", "`")}
_OPENING: Final = re.compile(r"[bBuUrRfF]{0,2}(\\{0,8}(?:\"\"\"|'''|[\"'`]))")


def quoted(text: str, position: int) -> tuple[int, int] | None:
    """The span between the quotes that open at a position, or None where none do. A text cut inside of them goes to its end."""
    opening = _OPENING.match(text, position)
    if opening is None:
        return None
    quote, start = opening[1], opening.end()
    if len(quote) > 1:
        end = text.find(quote, start)
        return start, len(text) if end < 0 else end
    inner = _INNER[quote].match(text, start)
    return start, inner.end() if inner else start
