"""The scrub stage: the patterns of `tightlip_scrubbers` over whatever is still plain text.

Strict mode needs it for nothing: there the allowlist drops plain text. It runs all the same, so that a hole in one stage is not a leak.
Code text and typed fields are left alone by their place in the event, never by the name of a key: a list of harmless names is a hole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import tightlip_scrubbers
from tightlip.allowlist import NOTHING, TREE, Fields, Kind
from tightlip.exact import is_dict, is_list
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
        return _json_only(tightlip_scrubbers.scrub(value, keep=CodeText))
    if type(value) is str:
        return tightlip_scrubbers.scrub_text(value)
    return value if type(value) in (bool, int, float) else NOTHING


def _json_only(value: object) -> object:
    """``value`` in JSON's containers; what JSON does not have is left out, so that one odd value does not cost the event."""
    if is_dict(value):
        kept = {key: _json_only(item) for key, item in value.items() if type(key) is str or is_code(key)}
        return {key: item for key, item in kept.items() if item is not NOTHING}
    if is_list(value) or type(value) is tuple:
        items: list[object] = list(value)  # pyright: ignore[reportUnknownArgumentType]
        return [found for item in items if (found := _json_only(item)) is not NOTHING]
    return value if value is None or type(value) in (str, bool, int, float) or is_code(value) else NOTHING
