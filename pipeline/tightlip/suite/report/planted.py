"""Finds made-up values in texts, to mark them for a reader. What counts as a leak the judge has said already: nothing is decided here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote_plus

from tightlip.suite.canaries import is_searchable
from tightlip.suite.filling import FILTERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SHORTEST_PART: Final = 8


@dataclass(frozen=True, slots=True)
class Span:
    """A value in a text.

    Attributes:
        start: Where it begins.
        end: Where it ends.
        name: The canary's name.
        kind: Its kind, as ``api_key``.
    """

    start: int
    end: int
    name: str
    kind: str


class Planted:
    """The values of one case.

    Args:
        canaries: Kinds by name.
        values: Values by name.
    """

    def __init__(self, canaries: Mapping[str, str], values: Mapping[str, str]) -> None:
        self._kinds = canaries
        self._names: dict[str, str] = {}
        for name, value in values.items():
            for form in _forms(value):
                self._names.setdefault(form, name)
        # A value may stand in another's encoded form: the longest is what is there.
        longest_first = sorted(self._names, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(_whole, longest_first))) if longest_first else None

    def spans(self, text: str) -> Iterator[Span]:
        """Where values stand in a text, from left to right; none over another."""
        if self._pattern is None:
            return
        for match in self._pattern.finditer(text):
            name = self._names[match[0]]
            yield Span(match.start(), match.end(), name, self._kinds.get(name, "value"))


def _whole(form: str) -> str:
    escaped = re.escape(form)
    return escaped if is_searchable(form) else rf"(?<!\w){escaped}(?!\w)"


def _forms(value: str) -> Iterator[str]:
    """The value as a case can plant it, and as it stands in data that is shown as JSON."""
    if not value:
        return
    yield value
    if not is_searchable(value):
        return
    encoded = [apply(value) for name, apply in FILTERS.items() if name != "number"]
    encoded += [quote_plus(value), repr(value)[1:-1]]
    # Of a value of several lines, each may stand by itself.
    encoded += [line for line in value.splitlines() if len(line) >= _SHORTEST_PART]
    yield from encoded
    for form in (value, *encoded):
        yield FILTERS["json"](form)
