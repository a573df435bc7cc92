"""The adapters for ``json.JSONDecodeError``: ``Expecting value: line {lineno} column {colno} (char {pos})``.

The fields are instance attributes that anyone can set, so they count only if they make the very text that the error has.
"""

from __future__ import annotations

from dataclasses import dataclass

from tightlip.attributes import attribute
from tightlip.message.adapter import Adapter
from tightlip.message.adapters.only_text import only_text
from tightlip.message.template import Hole, Template

#: Lib/json/decoder.py, Lib/json/scanner.py, Lib/json/__init__.py and Modules/_json.c, from 3.11 to 3.13.
MESSAGES = frozenset({
    "Expecting value",
    "Expecting property name enclosed in double quotes",
    "Expecting ':' delimiter",
    "Expecting ',' delimiter",
    "Extra data",
    "Illegal trailing comma before end of array",
    "Illegal trailing comma before end of object",
    "Invalid control character at",
    "Invalid \\escape",
    "Invalid \\escape: ",
    "Invalid \\uXXXX escape",
    "Unexpected UTF-8 BOM (decode using utf-8-sig)",
    "Unterminated string starting at",
})  # fmt: skip

_MOST_TEXT = 1_000
#: A position beyond it is no document's.
_MOST = 10**15


@dataclass(frozen=True, slots=True)
class Facts:
    """A member of `MESSAGES`; None for another message."""

    message: str | None


def take(exc: BaseException) -> Facts | None:
    """Which message the error's text begins with."""
    said, message = only_text(exc, _MOST_TEXT), attribute(exc, "msg")
    places = [attribute(exc, name) for name in ("lineno", "colno", "pos")]
    if said is None or type(message) is not str or len(message) > _MOST_TEXT:
        return None
    if not all(type(place) is int and 0 <= place <= _MOST for place in places):
        return None
    line, column, position = places
    if said != f"{message}: line {line} column {column} (char {position})":
        return None
    return Facts(message if message in MESSAGES else None)


def template(facts: Facts) -> Template:
    """The text with its places as holes."""
    begin: Template = (Hole("msg"), ": line ") if facts.message is None else (f"{facts.message}: line ",)
    return (*begin, Hole("lineno"), " column ", Hole("colno"), " (char ", Hole("pos"), ")")


#: The class, and those that wrap or copy it: requests' has ``OSError`` among its bases, which would otherwise answer for it.
ADAPTERS = tuple(
    Adapter(cls, take, template)
    for cls in (
        "json.decoder.JSONDecodeError",
        "requests.exceptions.JSONDecodeError",
        "simplejson.errors.JSONDecodeError",
    )
)
