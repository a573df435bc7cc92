"""Which searches a text needs: most texts need none, and that is found out first.

In the order of their price: a text of ordinary words needs none but those that a word calls for; one without a random run of
letters and digits, none of those that look for tokens; else a search is made if what it cannot do without stands in the text. Which of
the gates a text can open at all is told by the punctuation that it has.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tightlip_scrubbers.boring import DULL, is_name, is_plain
from tightlip_scrubbers.possessive import compile_pattern
from tightlip_scrubbers.signs import BySigns, may_be_in_words
from tightlip_scrubbers.vocabulary import LONG, NOTHING, Unknown, Vocabulary, word_of
from tightlip_scrubbers.words_inside import Inside, Three, threes

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable

    from tightlip_scrubbers.rule import Gate, NamesValidator, Rule, Validator

_MOST_SETS: Final = 1_024


@dataclass(slots=True)
class Search:
    """One search of a text, for one row of the table or for several that share it.

    Attributes:
        rule: The first of the rows.
        validator: Confirms a candidate.
        by_name: The same, for rows that ask for the meaning of a name.
        look: Looks for a candidate: a text, and where to begin. The pattern is compiled when it is first asked for.
    """

    rule: Rule
    validator: Validator | None
    by_name: NamesValidator | None
    look: Callable[..., re.Match[str] | None] = field(init=False)

    def __post_init__(self) -> None:
        """Compile nothing yet."""
        self.look = self._compile_and_look

    def _compile_and_look(self, text: str, position: int = 0) -> re.Match[str] | None:
        self.look = compile_pattern(self.rule.pattern).search
        return self.look(text, position)


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
        self.gated = _by_gate(search for search in others if not search.rule.gate.run)
        self.random = _by_gate(search for search in others if search.rule.gate.run)
        spoken: dict[str, list[tuple[str, int]]] = {}
        quiet: list[tuple[Gate, tuple[str, ...]]] = []
        for number, (gate, _) in enumerate(self.gated):
            words = {needle: word_of(needle) for needle in gate.needles if gate.least == 1}
            for needle, word in words.items():
                if word:
                    spoken.setdefault(word, []).append((needle, number))
            quiet.append((gate, tuple(needle for needle in gate.needles if not words.get(needle))))
        worded = frozenset(number for number, (gate, _) in enumerate(self.gated) if gate.words)
        self.vocabulary = Vocabulary(spoken, worded, _wordless(self.gated))
        self._by_signs = BySigns(quiet)
        self._lists: dict[frozenset[int], list[Search]] = {}
        self._tokens = _Tokens(self.random)

    def opened(self, text: str, *, is_dull: bool) -> tuple[list[Search], Unknown]:
        """The searches that may find something in a text, and what was not known of it.

        Args:
            text: Any text.
            is_dull: Whether it is one of ordinary words: what `boring.is_boring` says of it.
        """
        if is_dull:
            return self._opened_in_words(text)
        if is_name(text) is not None:
            return self.always, NOTHING
        rows = self._by_signs.rows(text)
        numbers = set(rows.open)
        for needle, number in rows.needles:
            if needle in text:
                numbers.add(number)
        for needle, least, number in rows.counted:
            if text.count(needle) >= least:
                numbers.add(number)
        beginnings = threes(text) if len(text) >= LONG else None
        unknown = self.vocabulary.open(text, rows.may_open, numbers, beginnings)
        found = self._behind(numbers)
        if len(text) >= self._tokens.shortest and not is_plain(text):
            found = found + self._tokens.opened(text, beginnings or threes(text))
        return found, unknown

    def _behind(self, numbers: set[int] | frozenset[int]) -> list[Search]:
        """The searches behind these gates, in the order of the table. Most texts open one of a few sets of gates."""
        key = frozenset(numbers)
        found = self._lists.get(key)
        if found is None:
            found = self.always.copy()
            for number in sorted(numbers):
                found += self.gated[number][1]
            if len(self._lists) >= _MOST_SETS:
                self._lists.clear()
            self._lists[key] = found
        return found

    def _opened_in_words(self, text: str) -> tuple[list[Search], Unknown]:
        """The same for a text of ordinary words."""
        numbers, unknown = self.vocabulary.called_in_words(text)
        if numbers:
            numbers = {number for number in numbers if may_be_in_words(self.gated[number][0], text)}
        return self._behind(numbers) if numbers else self.always, unknown


class _Tokens:
    """The searches for random runs.

    Args:
        gates: The gates with a ``run``, and the searches behind each.
    """

    def __init__(self, gates: tuple[tuple[Gate, tuple[Search, ...]], ...]) -> None:
        self._gates = gates
        self._free = tuple(number for number, (gate, _) in enumerate(gates) if not gate.needles)
        self.shortest = min((gate.run for gate, _ in gates), default=0)
        # As in `Searches`: needles with a word in them are asked only of texts that have it.
        self._spoken: dict[str, list[tuple[str, int]]] = {}
        self._quiet: list[tuple[str, int]] = []
        for number, (gate, _) in enumerate(gates):
            for needle in gate.needles:
                word = word_of(needle)
                (self._spoken.setdefault(word, []) if word else self._quiet).append((needle, number))
        self._spoken_in = Inside(self._spoken)

    def opened(self, text: str, beginnings: set[Three]) -> list[Search]:
        """The searches whose needles stand in a text with a random piece as long as they ask; ``beginnings`` are its threes."""
        pieces = {piece for piece in text.split() if len(piece) >= self.shortest and not is_plain(piece)}
        if not pieces:
            return []
        longest = max(map(len, pieces))
        numbers = set(self._free)
        # A needle without a word begins the token itself. Short ones are slow to look for, and stand in any long text.
        random = "\n".join(pieces)
        numbers.update(number for needle, number in self._quiet if needle in random)
        for one in self._spoken_in.found_among(beginnings, text):
            numbers.update(number for needle, number in self._spoken[one] if needle in text)
        gates = map(self._gates.__getitem__, sorted(numbers))
        return [search for gate, behind in gates if gate.run <= longest for search in behind]


def _searches(rules: tuple[Rule, ...]) -> tuple[Search, ...]:
    """The searches of a table: rows that look for the same share one."""
    found: dict[object, Search] = {}
    for rule in rules:
        key = (rule.gate, rule.pattern, rule.group, rule.validator, rule.by_name)
        found.setdefault(key, Search(rule, rule.validator, rule.by_name))
    return tuple(found.values())


def _wordless(gated: tuple[tuple[Gate, tuple[Search, ...]], ...]) -> tuple[tuple[str, int], ...]:
    """The needles without a word in them that a text of ordinary words can hold, each with the number of its gate."""
    return tuple(
        (needle, number)
        for number, (gate, _) in enumerate(gated)
        for needle in (gate.needles if gate.words else ())
        # An apostrophe of such a text stands inside of a word.
        if not word_of(needle) and DULL.issuperset(needle) and "'" not in needle
    )


def _by_gate(searches: Iterable[Search]) -> tuple[tuple[Gate, tuple[Search, ...]], ...]:
    """The searches behind each gate, so that none is asked twice."""
    found: dict[Gate, list[Search]] = {}
    for search in searches:
        found.setdefault(search.rule.gate, []).append(search)
    return tuple((gate, tuple(behind)) for gate, behind in found.items())
