"""Tags of events, as a dict or as pairs: each name and value through the scrubbers.

Guarantee: a tag leaves under a name in which the scrubbers find nothing, with a text or a number; one whose name is a finding goes whole.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from tightlip.event_forms import FORM_RULE
from tightlip.event_notes import removed
from tightlip.event_tree import MOST_ITEMS, NOTHING, Kind, pair_of
from tightlip.exact import is_dict, is_list
from tightlip.text import is_code

if TYPE_CHECKING:
    from tightlip.event_notes import Meta
    from tightlip.event_tree import Texts, Treated

_TAG_KEY: Final = re.compile(r"[^\r\n\[\]]{1,200}")


def _is_scalar(value: object) -> bool:
    return type(value) in (str, bool, int, float) or is_code(value)


def tags(value: object, texts: Texts) -> Treated:
    """Tags as a dict or as pairs. One whose name is a finding goes whole: Sentry takes no marker for a name."""
    if is_dict(value):
        given = {key: item for key, item in list(value.items())[:MOST_ITEMS] if _is_tag_key(key) and _is_scalar(item)}
        clean, meta = texts.tree(given)
        kept = {key: item for key, item in clean.items() if key in given} if is_dict(clean) else {}
        return _kept_tags(kept, {key: item for key, item in (meta or {}).items() if key in kept})
    if not is_list(value):
        return NOTHING, removed(FORM_RULE)
    pairs: list[object] = []
    notes: Meta = {}
    for pair in map(pair_of, value[:MOST_ITEMS]):
        if pair is None or not _is_tag_key(pair[0]) or not _is_scalar(pair[1]):
            continue
        name, item = pair
        clean, meta = texts.tree({name: item})
        if is_dict(clean) and name in clean:
            if meta and name in meta:
                notes[str(len(pairs))] = {"1": meta[name]}
            pairs.append([name, clean[name]])
    return _kept_tags(pairs, notes)


def _is_tag_key(key: object) -> bool:
    return (type(key) is str or is_code(key)) and _TAG_KEY.fullmatch(str(key)) is not None


def _kept_tags(kept: Any, meta: Meta) -> Treated:
    return (kept, meta or None) if kept else (NOTHING, None)


def _are_tags(value: object) -> bool:
    if is_dict(value):
        return all(_is_tag_key(key) and _is_scalar(item) for key, item in value.items())
    pairs = map(pair_of, value) if is_list(value) else [None]
    return all(pair is not None and _is_tag_key(pair[0]) and _is_scalar(pair[1]) for pair in pairs)


TAGS = Kind("names, and text or numbers after the scrubbers", _are_tags, whole=True, treat=tags)
