"""Which searches a text needs: most texts need none, and that is found out first.

In the order of their price: a text of ordinary words needs none but those that a word calls for; one without a random run of
letters and digits, none of those that look for tokens; else a search is made if what it cannot do without stands in the text. Which of
the gates a text can open at all is told by the punctuation that it has.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from tightlip_scrubbers.boring import DULL, is_name, is_plain
from tightlip_scrubbers.possessive import compile_pattern
from tightlip_scrubbers.rule import ROW

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tightlip_scrubbers.rule import Gate, NamesValidator, Rule, Validator

SIGNS: Final = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~\n\t")
"""Punctuation that decides which gates are asked at all. Letters, digits and blanks stand in every text."""

# How many digits a text has, up to four: the price of a look for one, and no more.
_DIGITS: Final = compile_pattern("[0-9](?:[^0-9]*+[0-9])?+(?:[^0-9]*+[0-9])?+(?:[^0-9]*+([0-9]))?+")
_FOUR: Final = 4
_ROW: Final = compile_pattern("[0-9](?:[^0-9]{0,12}+[0-9]){3}")
_MOST_SETS: Final = 1_024
_LETTERS: Final = re.compile("[A-Za-z]+")
_SHORTEST_WORD: Final = 3
_WORDS: Final = re.compile("[A-Za-z]{3,}")
_LONGEST_WORD: Final = 24
_LONG: Final = 1_024
"""Words of longer texts are looked for all at once, and not remembered."""
_MOST_WORDS: Final = 8_192
_Key: TypeAlias = tuple[frozenset[str], int, bool]
"""What is known of a text at no price: its punctuation, how many digits it has, and whether it is ASCII."""
_Calls: TypeAlias = tuple[tuple[str, int], ...]
"""What a word calls: needles with it in them, each with the number of its gate."""


class Unknown(NamedTuple):
    """What was not known of a text: see `Searches.learn`.

    Attributes:
        words: Words, with what they call.
        pieces: What stands between the blanks of a text of ordinary words.
    """

    words: dict[str, _Calls]
    pieces: list[str]


_NOTHING: Final = Unknown({}, [])


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


@dataclass(frozen=True, slots=True)
class _Rows:
    """What a text with certain signs can open: needles without a word in them, each with the number of its gate.

    Attributes:
        open: The numbers of gates that ask for nothing else.
        needles: The needle, and the number.
        counted: The needle, how often it stands there at least, and the number.
        may_open: The numbers of all gates that such a text can open, if a needle stands in it.
    """

    open: frozenset[int]
    needles: list[tuple[str, int]]
    counted: list[tuple[str, int, int]]
    may_open: frozenset[int]


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
        self._worded = frozenset(number for number, (gate, _) in enumerate(self.gated) if gate.words)
        self._wordless = _wordless(self.gated)
        # Needles with a word in them, by that word: asked only of texts that have it.
        self._spoken: dict[str, list[tuple[str, int]]] = {}
        self._quiet: list[tuple[int, tuple[str, ...]]] = []
        for number, (gate, _) in enumerate(self.gated):
            words = {needle: _word_of(needle) for needle in gate.needles if gate.least == 1}
            for needle, word in words.items():
                if word:
                    self._spoken.setdefault(word, []).append((needle, number))
            quiet = tuple(needle for needle in gate.needles if not words.get(needle))
            self._quiet.append((number, quiet))
        # Made as texts come: the gates that a text with these signs can open, and words that call for none.
        self._by_signs: dict[_Key, _Rows] = {}
        self._dull_words: set[str] = set()
        self._pieces: dict[str, _Calls] = {}  # between the blanks of texts of ordinary words: what calls in such a text
        self._calling_words: dict[str, _Calls] = {}
        self._spoken_in = _Many(self._spoken)
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
            return self.always.copy(), _NOTHING
        rows = self._rows(text)
        numbers = set(rows.open)
        for needle, number in rows.needles:
            if needle in text:
                numbers.add(number)
        for needle, least, number in rows.counted:
            if text.count(needle) >= least:
                numbers.add(number)
        threes = _threes(text) if len(text) >= _LONG else None
        fresh = self._called(text, rows.may_open, numbers, threes)
        found = self._behind(numbers)
        if len(text) >= self._tokens.shortest and not is_plain(text):
            found = found + self._tokens.opened(text, threes or _threes(text))
        return found, Unknown(fresh, []) if fresh else _NOTHING

    def _behind(self, numbers: set[int]) -> list[Search]:
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
        numbers: set[int] = set()
        unknown = _NOTHING
        pieces = text.split()
        try:
            for called in set(map(self._pieces.__getitem__, pieces)):
                for needle, number in called:
                    if needle in text:
                        numbers.add(number)
        except KeyError:
            unknown = Unknown(self._called(text, self._worded, numbers), pieces)
        if numbers:
            numbers = {number for number in numbers if _may_be_in_words(self.gated[number][0], text)}
        for sign, needles in self._wordless:
            if sign in text and text.find(sign) < len(text) - 1:  # else it is the sentence's own
                numbers.update(number for needle, number in needles if needle in text)
        return self._behind(numbers) if numbers else self.always, unknown

    def _rows(self, text: str) -> _Rows:
        """What a text with these signs and digits can open."""
        key = SIGNS.intersection(text), _digits(text), text.isascii()
        return self._by_signs.get(key) or self._rows_for(key)

    def _called(
        self,
        text: str,
        may_open: frozenset[int],
        numbers: set[int],
        threes: set[tuple[str, str, str]] | None = None,
    ) -> dict[str, _Calls]:
        """Add the gates that words of the text call for; the words that were not known, with what they call: none of a long text."""
        fresh: dict[str, _Calls] = {}
        words = _WORDS.findall(text)
        if self._dull_words.issuperset(words):
            return fresh
        calls: list[_Calls] = []
        if threes is not None:
            calls = [tuple(self._spoken[one]) for one in self._spoken_in.found_among(threes, text)]
            words = []
        for word in words:
            if word in self._dull_words:
                continue
            called = self._calling_words.get(word)
            if called is None:
                spoken = self._spoken_in.found(word)
                called = fresh[word] = tuple(pair for one in spoken for pair in self._spoken[one])
            calls.append(called)
        for called in calls:
            for needle, number in called:
                if number in may_open and needle in text:
                    numbers.add(number)
        return fresh

    def learn(self, unknown: Unknown) -> None:
        """Remember what words and pieces call. Only of texts that were found clean: others are not kept."""
        words, pieces = unknown
        if len(self._dull_words) + len(self._calling_words) + len(words) > _MOST_WORDS:
            self._dull_words.clear()
            self._calling_words.clear()
        for word, called in words.items():
            if len(word) > _LONGEST_WORD:
                continue
            if called:
                self._calling_words[word] = called
            else:
                self._dull_words.add(word)
        if len(self._pieces) + len(pieces) > _MOST_WORDS:
            self._pieces.clear()
        for piece in pieces:
            called = self._calls_of(piece) if len(piece) <= _LONGEST_WORD else None
            if called is not None:
                self._pieces[piece] = tuple(pair for pair in called if pair[1] in self._worded)

    def _calls_of(self, piece: str) -> _Calls | None:
        """What the words of a piece call; None where one of them is not known."""
        found: _Calls = ()
        for word in _WORDS.findall(piece):
            if word not in self._dull_words:
                called = self._calling_words.get(word)
                if called is None:
                    return None
                found += called
        return found

    def _rows_for(self, key: _Key) -> _Rows:
        needles: list[tuple[str, int]] = []
        counted: list[tuple[str, int, int]] = []
        free: set[int] = set()
        may_open: set[int] = set()
        for number, quiet in self._quiet:
            gate = self.gated[number][0]
            if not _may_open(gate, key):
                continue
            may_open.add(number)
            if not gate.needles:
                free.add(number)
                continue
            allowed = [needle for needle in quiet if _may_stand(needle, key)]
            if gate.least == 1 and not SIGNS.isdisjoint(allowed):  # the sign alone: it is known to stand there
                free.add(number)
            elif gate.least > 1:
                counted += ((needle, gate.least, number) for needle in allowed)
            else:
                needles += ((needle, number) for needle in allowed)
        if len(self._by_signs) >= _MOST_SETS:
            self._by_signs.clear()
        rows = self._by_signs[key] = _Rows(frozenset(free), needles, counted, frozenset(may_open))
        return rows


def _digits(text: str) -> int:
    """What `Gate.digits` says of a text."""
    found = _DIGITS.search(text)
    if found is None:
        return 0
    if found[1] is None:
        return 1
    return _FOUR if _ROW.search(text, found.start()) is None else ROW


def _may_be_in_words(gate: Gate, text: str) -> bool:
    """Whether a text of ordinary words has the signs and the digits that a gate asks for; a full stop at its end is the sentence's own."""
    if gate.digits and _DIGITS.search(text) is None:
        return False
    return all(sign in text and (sign != "." or text.find(sign) < len(text) - 1) for sign in gate.signs)


def _word_of(needle: str) -> str:
    """The longest run of letters in a needle, if it is one that few words have in them."""
    word = max(_LETTERS.findall(needle), key=len, default="")
    return word if len(word) >= _SHORTEST_WORD else ""


def _may_stand(needle: str, key: _Key) -> bool:
    signs, digits, is_ascii = key
    if (is_ascii and not needle.isascii()) or (not digits and _DIGITS.search(needle)):
        return False
    return signs.issuperset(SIGNS.intersection(needle))


def _may_open(gate: Gate, key: _Key) -> bool:
    signs, digits, _ = key
    if gate.either and signs.isdisjoint(gate.either):
        return False
    return signs.issuperset(gate.signs) and digits >= gate.digits


class _Many:
    """Finds which of many words stand inside of a word, or in a long text.

    Args:
        words: The words, of three letters or more.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._behind: dict[str, list[str]] = {}
        for word in words:
            self._behind.setdefault(word[:_SHORTEST_WORD], []).append(word)
        self._beginnings = {(one[0], one[1], one[2]): behind for one, behind in self._behind.items()}

    def found(self, text: str) -> set[str]:
        """Those that stand in a text, in exactly this case: one look for each three letters, however many words there are."""
        if len(text) > _LONGEST_WORD:
            return self.found_among(_threes(text), text)
        found: set[str] = set()
        behind = self._behind.get
        for start in range(len(text) - _SHORTEST_WORD + 1):
            words = behind(text[start : start + _SHORTEST_WORD])
            if words is not None:
                found.update(word for word in words if text.startswith(word, start))
        return found

    def found_among(self, threes: set[tuple[str, str, str]], text: str) -> set[str]:
        """The same, for a text of which all threes of neighbours are known."""
        known = self._beginnings
        return {word for three in known.keys() & threes for word in known[three] if word in text}


def _threes(text: str) -> set[tuple[str, str, str]]:
    return set(zip(text, text[1:], text[2:], strict=False))


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
                word = _word_of(needle)
                (self._spoken.setdefault(word, []) if word else self._quiet).append((needle, number))
        self._spoken_in = _Many(self._spoken)

    def opened(self, text: str, threes: set[tuple[str, str, str]]) -> list[Search]:
        """The searches whose needles stand in a text with a random piece as long as they ask; ``threes`` are those of the text."""
        pieces = {piece for piece in text.split() if len(piece) >= self.shortest and not is_plain(piece)}
        if not pieces:
            return []
        longest = max(map(len, pieces))
        numbers = set(self._free)
        # A needle without a word begins the token itself. Short ones are slow to look for, and stand in any long text.
        random = "\n".join(pieces)
        numbers.update(number for needle, number in self._quiet if needle in random)
        for one in self._spoken_in.found_among(threes, text):
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


def _wordless(
    gated: tuple[tuple[Gate, tuple[Search, ...]], ...],
) -> tuple[tuple[str, tuple[tuple[str, int], ...]], ...]:
    """The needles without a word in them that a text of ordinary words can hold, each with the number of its gate, by a sign in them or with them."""
    found: dict[str, list[tuple[str, int]]] = {}
    for number, (gate, _) in enumerate(gated):
        for needle in gate.needles if gate.words else ():
            # An apostrophe of such a text stands inside of a word.
            if not _word_of(needle) and DULL.issuperset(needle) and "'" not in needle:
                sign = next((one for one in gate.signs + needle if one in "().-"), " ")
                found.setdefault(sign, []).append((needle, number))
    return tuple((sign, tuple(pairs)) for sign, pairs in found.items())


def _by_gate(searches: Iterable[Search]) -> tuple[tuple[Gate, tuple[Search, ...]], ...]:
    """The searches behind each gate, so that none is asked twice."""
    found: dict[Gate, list[Search]] = {}
    for search in searches:
        found.setdefault(search.rule.gate, []).append(search)
    return tuple((gate, tuple(behind)) for gate, behind in found.items())
