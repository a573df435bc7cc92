"""What the words of texts call for: gates whose needles have a word in them, asked only of texts that have it.

Most words call for nothing. Those of texts that were found clean are remembered, a bounded number of them; of others none is kept.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from tightlip_scrubbers.words_inside import SHORTEST_WORD, Inside, Three

if TYPE_CHECKING:
    from collections.abc import Mapping

LONG: Final = 1_024
"""Words of longer texts are looked for all at once, and not remembered."""
_LETTERS: Final = re.compile("[A-Za-z]+")
_WORDS: Final = re.compile("[A-Za-z]{3,}")
_LONGEST_WORD: Final = 24
_MOST_WORDS: Final = 8_192

Calls: TypeAlias = tuple[tuple[str, int], ...]
"""What a word calls: needles with it in them, each with the number of its gate."""


class Unknown(NamedTuple):
    """What was not known of a text: see `Vocabulary.learn`.

    Attributes:
        words: Words, with what they call.
        pieces: What stands between the blanks of a text of ordinary words.
    """

    words: dict[str, Calls]
    pieces: list[str]


NOTHING: Final = Unknown({}, [])
_NO_GATES: Final[frozenset[int]] = frozenset()


def word_of(needle: str) -> str:
    """The longest run of letters in a needle, if it is one that few words have in them."""
    word = max(_LETTERS.findall(needle), key=len, default="")
    return word if len(word) >= SHORTEST_WORD else ""


class Vocabulary:
    """The words that call for gates, and what is known of others.

    Args:
        spoken: The needles with a word in them, by that word, each with the number of its gate.
        worded: The gates that a text of ordinary words can open.
        wordless: Their needles without a word in them.
    """

    def __init__(self, spoken: Mapping[str, list[tuple[str, int]]], worded: frozenset[int], wordless: Calls) -> None:
        self._spoken = spoken
        self._worded = worded
        # Such a needle calls from the piece of a text that holds the longest of its own pieces.
        self._wordless = tuple((max(needle.split(), key=len), (needle, number)) for needle, number in wordless)
        self._inside = Inside(spoken)
        self.dull: set[str] = set()
        """Words that call for nothing."""
        self.calling: dict[str, Calls] = {}
        self.pieces: dict[str, Calls] = {}
        """What stands between the blanks of texts of ordinary words, with what calls in such a text."""

    def called_in_words(self, text: str) -> tuple[frozenset[int] | set[int], Unknown]:
        """The gates that a text of ordinary words calls for, whatever else they ask, and what was not known of it."""
        pieces = text.split()
        try:
            calls = set(map(self.pieces.__getitem__, pieces))
        except KeyError:
            numbers = {number for _, (needle, number) in self._wordless if needle in text}
            return numbers, Unknown(self.open(text, self._worded, numbers, None).words, pieces)
        calls.discard(())
        if not calls:  # most texts
            return _NO_GATES, NOTHING
        return {number for called in calls for needle, number in called if needle in text}, NOTHING

    def open(
        self,
        text: str,
        may_open: frozenset[int],
        numbers: set[int],
        threes: set[Three] | None,
    ) -> Unknown:
        """Add those of the gates that words of the text call for; ``threes`` are those of a long text, of which nothing is remembered."""
        fresh: dict[str, Calls] = {}
        words = _WORDS.findall(text)
        if self.dull.issuperset(words):
            return NOTHING
        calls: list[Calls] = []
        if threes is not None:
            calls = [tuple(self._spoken[one]) for one in self._inside.found_among(threes, text)]
            words = []
        for word in words:
            if word in self.dull:
                continue
            called = self.calling.get(word)
            if called is None:
                spoken = self._inside.found(word)
                called = fresh[word] = tuple(pair for one in spoken for pair in self._spoken[one])
            calls.append(called)
        for called in calls:
            for needle, number in called:
                if number in may_open and needle in text:
                    numbers.add(number)
        return Unknown(fresh, []) if fresh else NOTHING

    def learn(self, unknown: Unknown) -> None:
        """Remember what words and pieces call. Only of texts that were found clean: others are not kept."""
        words, pieces = unknown
        if len(self.dull) + len(self.calling) + len(words) > _MOST_WORDS:
            self.dull.clear()
            self.calling.clear()
        for word, called in words.items():
            if len(word) > _LONGEST_WORD:
                continue
            if called:
                self.calling[word] = called
            else:
                self.dull.add(word)
        if len(self.pieces) + len(pieces) > _MOST_WORDS:
            self.pieces.clear()
        for piece in pieces:
            calls = self._calls_of(piece) if len(piece) <= _LONGEST_WORD else None
            if calls is not None:
                wordless = [pair for part, pair in self._wordless if part in piece]
                self.pieces[piece] = (*(pair for pair in calls if pair[1] in self._worded), *wordless)

    def _calls_of(self, piece: str) -> Calls | None:
        """What the words of a piece call; None where one of them is not known."""
        found: Calls = ()
        for word in _WORDS.findall(piece):
            if word not in self.dull:
                called = self.calling.get(word)
                if called is None:
                    return None
                found += called
        return found
