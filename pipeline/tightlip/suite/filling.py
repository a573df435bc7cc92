"""Fills a case with the canaries of one run.

Guarantees:

1. What `fill` returns depends on the seed, the case and the number of the run, and on nothing else.
2. No value of a case contains another, and none is that of an earlier run; generated ones have no piece of `PIECE` characters in common
   beyond what their forms fix. So a hit names one canary of one run.
3. The form of a canary (whose vendor's key, what country's number) is the case's, the same for every seed and run: a marker such as
   ``[secret:stripe]`` that names the form does not make two runs differ.
4. The case is not changed, and no container of it is shared with the filled input.

Not covered: values that the case gives. `case_file` sees to it that they are different, and at least two.
"""

from __future__ import annotations

import base64
import functools
import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from tightlip.suite.canaries import KINDS
from tightlip.suite.canary_kind import pieces, seeded
from tightlip.suite.case import EventInput, Filled, LogInput
from tightlip.suite.paths import is_list, is_mapping
from tightlip.yaml_nodes import nearest, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from random import Random

    from tightlip.suite.case import Canary, Case, Input

#: The filters of ``${name|filter}``, applied from left to right.
FILTERS: Final[Mapping[str, Callable[[str], str]]] = {
    "base64": lambda value: base64.b64encode(value.encode()).decode(),
    "url": lambda value: quote(value, safe=""),
    "hex": lambda value: value.encode().hex(),
    "json": lambda value: json.dumps(value, ensure_ascii=False)[1:-1],
    "upper": str.upper,
    "lower": str.lower,
    "reversed": lambda value: value[::-1],
    "python": repr,
    "number": lambda value: value,
}
#: What a filter makes, for a person.
FILTER_WORDS: Final[Mapping[str, str]] = {
    "base64": "base64 of its UTF-8",
    "url": "percent-encoded, every sign",
    "hex": "its UTF-8 in hexadecimal",
    "json": "as inside a JSON text, without the quotes around it; right for string literals of most languages",
    "upper": "in capitals",
    "lower": "in small letters",
    "reversed": "from the last character to the first",
    "python": "as a literal of Python, with its quotes",
    "number": "as a number; it must be the whole value, and the canary all digits",
}
NUMBER: Final = "number"
_PLACEHOLDER: Final = re.compile(r"\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)((?:\|[A-Za-z0-9]+)*)\}", re.ASCII)
_OPENING: Final = "${"
# Of a thousand draws of the narrowest kind, fewer than one in three is refused; so many in a row never are.
_MOST_DRAWS: Final = 200
_MOST_DRAWS_FOR_LENGTH: Final = 40


@dataclass(frozen=True, slots=True)
class Use:
    """A placeholder in a text.

    Attributes:
        at: Where it begins in the text.
        name: The canary's name.
        filters: What is done to the value.
        whole: Whether it is the whole text.
    """

    at: int
    name: str
    filters: tuple[str, ...]
    whole: bool


def uses(text: str) -> Iterator[Use | int]:
    """The placeholders of a text; where a ``${`` is none, its position."""
    at = text.find(_OPENING)
    while at >= 0:
        begin = at - 1 if at and text[at - 1] == "$" else at
        match = _PLACEHOLDER.match(text, begin) or _PLACEHOLDER.match(text, at)
        if match is None:
            yield at
            at = text.find(_OPENING, at + len(_OPENING))
            continue
        if match[1] is not None:
            filters = tuple(match[2].split("|")[1:])
            yield Use(match.start(), match[1], filters, match[0] == text)
        at = text.find(_OPENING, match.end())


def problem(text: str, names: Iterable[str]) -> str | None:
    """What is wrong with the placeholders of a text; None if nothing is.

    Args:
        text: A text or a key of a case's input.
        names: The canaries that the case has.
    """
    known = tuple(names)
    for use in uses(text):
        if isinstance(use, int):
            return f"{shown(text[use : use + 20])} is no placeholder; write ${{name}} or ${{name|filter}}, or $${{ for a plain ${{"
        if use.name not in known:
            meant = nearest(use.name, known) if known else "the case has no canaries"
            return f"there is no canary {shown(use.name)}; {meant} (a plain ${{ is written $${{)"
        for name in use.filters:
            if name not in FILTERS:
                return f"there is no filter {shown(name)}; {nearest(name, FILTERS)}"
        if NUMBER in use.filters and (use.filters != (NUMBER,) or not use.whole):
            return (
                f"the filter {NUMBER} makes a number: the placeholder must be the whole value, and have no other filter"
            )
    return None


def fill(case: Case, seed: int, run: int) -> Filled:
    """Put the canaries of one run in place.

    Args:
        case: The case.
        seed: Of all runs; the same seed gives the same values.
        run: Which run of the case, from 0.

    Returns:
        The input with the values in place, and the values.
    """
    values = dict(_values(case.id, case.canaries, seed, run)[0])
    return Filled(case, values, filled_input(case.input, values))


def filled_input(given: Input, values: Mapping[str, str]) -> Input:
    """The input with values in place of its placeholders."""
    if isinstance(given, EventInput):
        return EventInput(_filled(given.event, values))
    if isinstance(given, LogInput):
        return LogInput(filled_text(given.text, values))
    return replace(given, application=filled_text(given.application, values), files=dict(given.files))


def filled_text(text: str, values: Mapping[str, str]) -> str:
    """A text with values in place of its placeholders."""
    if _OPENING not in text:
        return text

    def value(match: re.Match[str]) -> str:
        if match[1] is None:
            return _OPENING
        found = values[match[1]]
        for name in match[2].split("|")[1:]:
            found = FILTERS[name](found)
        return found

    return _PLACEHOLDER.sub(value, text)


def _filled(value: Any, values: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        if _OPENING not in value:
            return value
        text = filled_text(value, values)
        match = _PLACEHOLDER.fullmatch(value)
        return int(text) if match is not None and match[2] == f"|{NUMBER}" else text
    if is_mapping(value):
        return {filled_text(key, values): _filled(item, values) for key, item in value.items()}
    if is_list(value):
        return [_filled(item, values) for item in value]
    return value


@functools.lru_cache(maxsize=512)
def _values(
    case_id: str, canaries: tuple[Canary, ...], seed: int, run: int
) -> tuple[tuple[tuple[str, str], ...], frozenset[str], frozenset[tuple[str, int]]]:
    """The values of a run, and all pieces and lengths that are taken after it."""
    if run:
        _, before, seen = _values(case_id, canaries, seed, run - 1)
        taken, lengths = set(before), set(seen)
    else:
        taken = {piece for canary in canaries for value in canary.given for piece in pieces(value)}
        lengths = set[tuple[str, int]]()
    random = seeded(seed, run, case_id)
    values: list[tuple[str, str]] = []
    for canary in canaries:
        if canary.given:
            values.append((canary.name, canary.given[run % len(canary.given)]))
            continue
        value = _drawn(canary, case_id, random, taken, lengths)
        taken |= pieces(value)
        lengths.add((canary.name, len(value)))
        values.append((canary.name, value))
    return tuple(values), frozenset(taken), frozenset(lengths)


def _drawn(canary: Canary, case_id: str, random: Random, taken: set[str], lengths: set[tuple[str, int]]) -> str:
    """A value that has nothing in common with what is taken."""
    kind = KINDS[canary.kind]
    names = tuple(kind.forms)
    form = kind.forms[canary.form or names[seeded(case_id, canary.name).randrange(len(names))]]
    value = apart = None
    for draw in range(_MOST_DRAWS):
        value = form.make(random)
        if not form.may_share(taken & pieces(value)):
            continue
        if not form.varies or (canary.name, len(value)) not in lengths:
            return value
        # A form of few lengths has none left after some runs.
        apart = apart or value
        if draw > _MOST_DRAWS_FOR_LENGTH:
            break
    return apart or value or ""
