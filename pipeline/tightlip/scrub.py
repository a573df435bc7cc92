"""The scrub stage: the patterns of `tightlip_scrubbers` over whatever is still plain text.

Strict mode needs it for nothing: there the allowlist drops plain text. It runs all the same, so that a hole in one stage is not a leak.
Code text and typed fields are left alone by their place in the event, never by the name of a key: a list of harmless names is a hole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import tightlip_scrubbers
from tightlip.allowlist import NOTHING, TREE, Fields, Kind
from tightlip.text import CodeText, is_code

if TYPE_CHECKING:
    from tightlip.types import Event, Hint


class Scrub:
    """Scrubs the text fields of the table, and drops what no row names."""

    def __init__(self, fields: Fields) -> None:
        self._fields = fields

    def __call__(self, event: Event, _hint: Hint) -> Event:
        """A new event whose plain texts have been scrubbed."""
        return self._fields.walk(event, _leaf)


def _leaf(kind: Kind, value: object) -> object:
    if not kind.holds_text or is_code(value):
        return value
    if kind is TREE:
        return tightlip_scrubbers.scrub(value, keep=CodeText)
    if type(value) is str:
        return tightlip_scrubbers.scrub_text(value)
    return value if type(value) in (bool, int, float) else NOTHING
