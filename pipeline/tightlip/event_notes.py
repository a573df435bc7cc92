"""The ``_meta`` of an event: what was taken away where, and why, in Sentry's own form.

``_meta`` mirrors the event. At the place of a value, its key ``""`` holds remarks, of which these forms exist here:

- ``[rule, "s", start, end]``: in the text that is now there, these characters stand for something;
- ``[rule, "s"]``: the value that is now there stands for another;
- ``[rule, "x"]``: the value was removed; there is null, or nothing.

Sentry's server fills in more, among it the length and the text of before; neither is ever written here, and an event that has them loses
them. A rule is `CodeText`: it comes from a table of ours, and what an event says of itself counts only after it was found there.

Sources: "Event Payloads" (``_meta``), https://develop.sentry.dev/sdk/data-model/event-payloads/, and what Relay documents of its remarks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from tightlip.exact import is_dict, is_list
from tightlip.text import CodeText, is_code

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Meta: TypeAlias = dict[str, Any]
"""A part of ``_meta``."""
Remark: TypeAlias = tuple[str, str] | tuple[str, str, int, int]
"""Rule, type, and in a text its place."""

KEY = "_meta"
SUBSTITUTED = "s"
REMOVED = "x"
_RANGED = 4
_MOST_REMARKS = 256


def item_of(value: dict[Any, Any], key: str) -> object:
    """The item under a key, None without one. A key of another type that claims to be equal is not asked."""
    for name, item in value.items():  # a loop is twice as fast as next() here
        if (type(name) is str or is_code(name)) and name == key:
            return item
    return None


def noted(*remarks: Remark) -> Meta | None:
    """The ``_meta`` of a value with these remarks; None for none."""
    if not remarks:
        return None
    return {"": {"rem": [[CodeText(rule), *rest] for rule, *rest in remarks]}}


def removed(rule: str) -> Meta | None:
    """The ``_meta`` of a value that was taken away."""
    return noted((rule, REMOVED))


def substituted(meta: Meta | None) -> Meta | None:
    """The ``_meta`` of what was removed, where something is left after all: it stands for more."""
    remarks: list[list[str]] = meta.get("", {}).get("rem", []) if meta else []
    return noted(*((remark[0], SUBSTITUTED) for remark in remarks))


def shifted(remarks: Iterable[Remark], by: int) -> Iterator[Remark]:
    """The remarks of a piece of text, where the piece stands so many characters from the start of the whole."""
    for remark in remarks:
        match remark:
            case (rule, kind, start, end):
                yield rule, kind, start + by, end + by
            case _:
                yield remark


def joined(first: Meta | None, second: Meta | None) -> Meta | None:
    """Both; where both have remarks for one place, those of the first."""
    if not first or not second:
        return first or second
    found = dict(second)
    for key, item in first.items():
        found[key] = joined(item, second.get(key)) if key else item
    return found


def ordered(meta: Meta) -> Meta:
    """The same in a fixed order: that of the keys of an event that is scrubbed again is another."""
    return {key: ordered(meta[key]) if key else meta[key] for key in sorted(meta)}


def still_true(
    found: object, value: object, is_rule: Callable[[object], bool], is_marker: Callable[[str], bool]
) -> Meta | None:
    """What an event's ``_meta`` says at the place of a value, as far as it has our form and fits the value.

    Args:
        found: What stands under ``""``.
        value: The value; None where there is none.
        is_rule: Whether a rule is one of ours.
        is_marker: Whether a text may stand for something that was removed.
    """
    remarks = item_of(found, "rem") if is_dict(found) else None
    if not is_list(remarks):
        return None
    kept = [
        [CodeText(remark[0]), *remark[1:]]
        for remark in remarks[:_MOST_REMARKS]
        if is_list(remark) and _is_remark(remark) and is_rule(remark[0]) and _fits(remark, value, is_marker)
    ]
    return {"": {"rem": kept}} if kept else None


def _is_remark(remark: list[Any]) -> bool:
    types: list[type] = [type(part) if not is_code(part) else str for part in remark]
    return types in ([str, str], [str, str, int, int])


def _fits(remark: list[Any], value: object, is_marker: Callable[[str], bool]) -> bool:
    kind = str(remark[1])
    if kind == REMOVED:
        return len(remark) != _RANGED and value is None
    if kind != SUBSTITUTED or value is None:
        return False
    if len(remark) != _RANGED:
        return True
    _, _, start, end = remark
    return type(value) is str and 0 <= start < end <= len(value) and is_marker(value[start:end])
