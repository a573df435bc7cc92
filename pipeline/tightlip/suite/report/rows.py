"""Lays what left beside what went in, field by field."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from tightlip.exact import is_dict, is_list
from tightlip.suite.paths import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tightlip.suite.paths import Step

State: TypeAlias = Literal["kept", "changed", "removed", "added"]

#: A container is told in one row as long as its text is no longer.
_ONE_ROW: Final = 160
#: A container whose values have each a meaning of their own.
_EACH_ALONE: Final = "tags"
_DEEPEST: Final = 40
#: Keys that a reader of a report looks for first.
FIRST: Final = ("exception", "logentry", "message", "level", "breadcrumbs", "tags")
_NOTHING: Final = object()
_STEP: Final = re.compile(r'"(?P<quoted>[^"]*)"|\[(?P<number>[0-9]+)\]|(?P<bare>[^.\["]+)')


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands for something that was removed, in a text that left."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something became of a value.

    Attributes:
        words: For a person.
        rule: The rule that did it; empty where none did.
    """

    words: str
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One field.

    Attributes:
        path: Where it stands, as failures have it; empty for a text by itself.
        state: What became of it.
        before: What it was; None where it is new.
        after: What left of it; None for nothing.
        marks: The markers in ``after``.
        reasons: Why, where it is known.
    """

    path: str
    state: State
    before: str | None
    after: str | None
    marks: tuple[Mark, ...] = ()
    reasons: tuple[Reason, ...] = ()


def compared(before: Any, after: Any) -> list[Row]:
    """The rows of two values that are alike in their form: an event and what a scrubber made of it, None for nothing.

    They have no reasons: nobody told them.
    """
    return list(_compared(before, _NOTHING if after is None else after, ()))


def listed(left: Any) -> list[Row]:
    """The rows of what left where there is nothing to lay beside it, most interesting first."""
    if is_dict(left):
        first = {key: left[key] for key in FIRST if key in left}
        left = {**first, **left}
    return list(_listed(left, ()))


def note_path(path: str) -> str:
    """A path as `explain_event` writes it (``values[0].vars``), as failures have it (``values.0.vars``)."""
    steps: list[Step] = []
    for match in _STEP.finditer(path):
        number = match["number"]
        steps.append(int(number) if number is not None else match["bare"] or match["quoted"] or "")
    return shown(steps)


def text_of(value: Any) -> str:
    """A value as text: a text as it is, all else as JSON."""
    if type(value) is str:
        return value
    try:
        return json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        return "(something that is no JSON)"


def _compared(before: Any, after: Any, steps: tuple[Step, ...]) -> Iterator[Row]:
    path = shown(steps)
    if after is _NOTHING or before is _NOTHING:
        yield from _alone(before, after, steps)
    elif len(steps) < _DEEPEST and is_dict(before) and is_dict(after) and (before or after):
        for key in dict.fromkeys((*before, *after)):
            yield from _compared(before.get(key, _NOTHING), after.get(key, _NOTHING), (*steps, str(key)))
    elif len(steps) < _DEEPEST and is_list(before) and is_list(after) and (before or after):
        for number in range(max(len(before), len(after))):
            one, other = (part[number] if number < len(part) else _NOTHING for part in (before, after))
            yield from _compared(one, other, (*steps, number))
    elif type(before) is type(after) and before == after:
        text = text_of(before)
        yield Row(path, "kept", text, text)
    else:
        yield Row(path, "changed", text_of(before), text_of(after))


def _alone(before: Any, after: Any, steps: tuple[Step, ...]) -> Iterator[Row]:
    is_gone = after is _NOTHING
    for path, text in _leaves(before if is_gone else after, steps):
        yield Row(path, "removed", text, None) if is_gone else Row(path, "added", None, text)


def _leaves(value: Any, steps: tuple[Step, ...]) -> Iterator[tuple[str, str]]:
    text = text_of(value)
    if not (is_dict(value) or is_list(value)) or not value or len(text) <= _ONE_ROW or len(steps) >= _DEEPEST:
        yield shown(steps), text
        return
    for key, item in value.items() if is_dict(value) else enumerate(value):
        yield from _leaves(item, (*steps, key if type(key) is int else str(key)))


def _listed(value: Any, steps: tuple[Step, ...]) -> Iterator[Row]:
    path = shown(steps)
    if is_dict(value) and value and len(steps) < _DEEPEST:
        flat = steps and steps != (_EACH_ALONE,) and not any(is_dict(item) or is_list(item) for item in value.values())
        text = ", ".join(f"{key}: {text_of(item)}" for key, item in value.items()) if flat else ""
        if flat and len(text) <= _ONE_ROW:
            yield Row(path, "added", None, text)
            return
        for key, item in value.items():
            yield from _listed(item, (*steps, str(key)))
    elif is_list(value) and value and len(steps) < _DEEPEST:
        for number, item in enumerate(value):
            yield from _listed(item, (*steps, number))
    else:
        yield Row(path, "added", None, text_of(value))
