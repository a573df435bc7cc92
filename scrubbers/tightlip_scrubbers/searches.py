"""Which searches a text needs: most texts need none, and that is found out first.

In the order of their price: a text of ordinary words needs none but those that a word calls for; one without a random run of
letters and digits, none of those that look for tokens; else a search is made if what it cannot do without stands in the text. Which of
the gates a text can open at all is told by the punctuation that it has.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tightlip_scrubbers.boring import is_plain
from tightlip_scrubbers.possessive import compile_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tightlip_scrubbers.rule import Gate, NamesValidator, Rule, Validator

SIGNS: Final = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~\n\t")
"""Punctuation that decides which gates are asked at all. Letters, digits and blanks stand in every text."""

_DIGIT: Final = re.compile("[0-9]")
_MOST_SETS: Final = 1_024


@dataclass(slots=True)
class Search:
    """One search of a text, for one row of the table or for several that share it."""

    gate: Gate
    source: str
    group: int
    validator: Validator | None
    by_name: NamesValidator | None
    rule: Rule
    compiled: re.Pattern[str] | None = None

    def pattern(self) -> re.Pattern[str]:
        """The compiled pattern."""
        if self.compiled is None:
            self.compiled = compile_pattern(self.source)
        return self.compiled


@dataclass(frozen=True, slots=True)
class _Row:
    """A gate, and the searches behind it; of its needles only those that the signs of a text allow."""

    sign: str
    needles: tuple[str, ...]
    least: int
    searches: tuple[Search, ...]


class Searches:
    """All searches of a table, by what they need.

    Args:
        rules: The rows.
        own: Those of them that a policy brought: nothing is known of what they match, so they look at every text.
    """

    def __init__(self, rules: tuple[Rule, ...], own: tuple[Rule, ...]) -> None:
        searches = _searches(rules)
        self.always = [search for search in searches if search.rule in own]
        others = [search for search in searches if search.rule not in own]
        self.gated = _by_gate(search for search in others if not search.gate.run)
        self.random = _by_gate(search for search in others if search.gate.run)
        self._worded = tuple(
            _Row(gate.signs[:1], gate.needles, gate.least, behind) for gate, behind in self.gated if gate.words
        )
        # Made as texts come: the gates that a text with these signs can open.
        self._by_signs: dict[tuple[frozenset[str], bool], tuple[_Row, ...]] = {}
        self._tokens = _Tokens(self.random)

    def opened(self, text: str, *, is_dull: bool) -> list[Search]:
        """The searches that may find something in a text.

        Args:
            text: Any text.
            is_dull: Whether it is one of ordinary words: what `boring.is_boring` says of it.
        """
        found = self.always.copy()
        if is_dull:
            _open(self._worded, text, found)
            return found
        key = SIGNS.intersection(text), _DIGIT.search(text) is not None
        rows = self._by_signs.get(key)
        if rows is None:
            if len(self._by_signs) >= _MOST_SETS:
                self._by_signs.clear()
            rows = self._by_signs[key] = tuple(_rows(self.gated, *key))
        _open(rows, text, found)
        if not is_plain(text):
            self._tokens.open(text, found)
        return found


def _rows(gated: tuple[tuple[Gate, tuple[Search, ...]], ...], signs: frozenset[str], has_digit: bool) -> Iterable[_Row]:
    for gate, behind in gated:
        if not signs.issuperset(gate.signs) or (gate.digit and not has_digit):
            continue
        needles = tuple(needle for needle in gate.needles if signs.issuperset(SIGNS.intersection(needle)))
        if needles or not gate.needles:
            yield _Row("", needles, gate.least, behind)


def _open(rows: tuple[_Row, ...], text: str, found: list[Search]) -> None:
    """Add the searches of those rows of which a needle stands in a text."""
    for row in rows:
        if row.sign and row.sign not in text:
            continue
        if row.least > 1:
            if text.count(row.needles[0]) >= row.least:
                found += row.searches
            continue
        for needle in row.needles:
            if needle in text:
                found += row.searches
                break
        else:
            if not row.needles:
                found += row.searches


class _Tokens:
    """The searches for random runs: one pattern looks for the beginnings of all tokens at once.

    Args:
        gates: The gates with a ``run``, and the searches behind each.
    """

    def __init__(self, gates: tuple[tuple[Gate, tuple[Search, ...]], ...]) -> None:
        self._gates = gates
        self._free = tuple(number for number, (gate, _) in enumerate(gates) if not gate.needles)
        self._shortest = min((gate.run for gate, _ in gates), default=0)
        self._behind: dict[str, list[int]] = {}
        self._pattern: re.Pattern[str] | None = None

    def open(self, text: str, found: list[Search]) -> None:
        """Add the searches whose needles stand in a text with a piece as long as they ask."""
        longest = max(map(len, text.split()), default=0)
        if longest < self._shortest:
            return
        pattern = self._pattern or self._prepared()
        numbers = set(self._free)
        for needle in set(pattern.findall(text)):
            numbers.update(self._behind[needle])
        for number in sorted(numbers):
            gate, behind = self._gates[number]
            if gate.run <= longest and gate.is_open(text):
                found += behind

    def _prepared(self) -> re.Pattern[str]:
        needles = {needle for gate, _ in self._gates for needle in gate.needles}
        # A needle that begins with another one is found with it: "sk-proj-" wherever "sk-" is.
        shortest = {needle for needle in needles if not any(needle[:end] in needles for end in range(1, len(needle)))}
        for number, (gate, _) in enumerate(self._gates):
            for needle in gate.needles:
                start = next(needle[:end] for end in range(1, len(needle) + 1) if needle[:end] in shortest)
                self._behind.setdefault(start, []).append(number)
        # A look ahead takes nothing, so that needles that overlap are all found.
        self._pattern = re.compile(f"(?=({_trie(sorted(shortest))}))")
        return self._pattern


def _trie(words: list[str]) -> str:
    """A pattern for words of which none begins with another, with what they share written once: fewer ways to try."""
    if len(words) == 1:
        return re.escape(words[0])
    heads: dict[str, list[str]] = {}
    for word in words:
        heads.setdefault(word[0], []).append(word[1:])
    ends = [re.escape(head) + (_trie(rest) if rest != [""] else "") for head, rest in heads.items()]
    return ends[0] if len(ends) == 1 else f"(?:{'|'.join(ends)})"


def _searches(rules: tuple[Rule, ...]) -> tuple[Search, ...]:
    """The searches of a table: rows that look for the same share one."""
    found: dict[object, Search] = {}
    for rule in rules:
        key = (rule.gate, rule.pattern, rule.group, rule.validator, rule.by_name)
        found.setdefault(key, Search(*key, rule))
    return tuple(found.values())


def _by_gate(searches: Iterable[Search]) -> tuple[tuple[Gate, tuple[Search, ...]], ...]:
    """The searches behind each gate, so that none is asked twice."""
    found: dict[Gate, list[Search]] = {}
    for search in searches:
        found.setdefault(search.gate, []).append(search)
    return tuple((gate, tuple(behind)) for gate, behind in found.items())
