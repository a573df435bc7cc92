"""What the punctuation and the digits of a text say of the gates that it can open: most gates are out of the question at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from tightlip_scrubbers.possessive import compile_pattern
from tightlip_scrubbers.rule import ROW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tightlip_scrubbers.rule import Gate

SIGNS: Final = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~\n\t")
"""Punctuation that decides which gates are asked at all. Letters, digits and blanks stand in every text."""

# How many digits a text has, up to four: the price of a look for one, and no more.
_DIGITS: Final = compile_pattern("[0-9](?:[^0-9]*+[0-9])?+(?:[^0-9]*+[0-9])?+(?:[^0-9]*+([0-9]))?+")
_FOUR: Final = 4
_ROW: Final = compile_pattern("[0-9](?:[^0-9]{0,12}+[0-9]){3}")
_MOST_SETS: Final = 1_024
_Key: TypeAlias = tuple[frozenset[str], int, bool]
"""What is known of a text at no price: its punctuation, how many digits it has, and whether it is ASCII."""


@dataclass(frozen=True, slots=True)
class Rows:
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


class BySigns:
    """The gates by the signs of texts.

    Args:
        gates: Each gate, and those of its needles that have no word in them, in the order of their numbers.
    """

    def __init__(self, gates: Sequence[tuple[Gate, tuple[str, ...]]]) -> None:
        self._gates = gates
        self._rows: dict[_Key, Rows] = {}  # made as texts come

    def rows(self, text: str) -> Rows:
        """What a text with these signs and digits can open."""
        key = SIGNS.intersection(text), _digits(text), text.isascii()
        return self._rows.get(key) or self._rows_for(key)

    def _rows_for(self, key: _Key) -> Rows:
        needles: list[tuple[str, int]] = []
        counted: list[tuple[str, int, int]] = []
        free: set[int] = set()
        may_open: set[int] = set()
        for number, (gate, wordless) in enumerate(self._gates):
            if not _may_open(gate, key):
                continue
            may_open.add(number)
            allowed = [needle for needle in wordless if _may_stand(needle, key)]
            # Without a needle it asks for nothing else; a sign alone is known to stand there.
            if not gate.needles or (gate.least == 1 and not SIGNS.isdisjoint(allowed)):
                free.add(number)
            elif gate.least > 1:
                counted += ((needle, gate.least, number) for needle in allowed)
            else:
                needles += ((needle, number) for needle in allowed)
        if len(self._rows) >= _MOST_SETS:
            self._rows.clear()
        rows = self._rows[key] = Rows(frozenset(free), needles, counted, frozenset(may_open))
        return rows


def may_be_in_words(gate: Gate, text: str) -> bool:
    """Whether a text of ordinary words has the signs and the digits that a gate asks for; full stops at its end are the sentence's own."""
    if gate.digits and _DIGITS.search(text) is None:
        return False
    for sign in gate.signs:
        at = text.find(sign)
        if at < 0 or (sign == "." and not text[at:].strip(".")):
            return False
    return True


def _digits(text: str) -> int:
    """What `Gate.digits` says of a text."""
    found = _DIGITS.search(text)
    if found is None:
        return 0
    if found[1] is None:
        return 1
    return _FOUR if _ROW.search(text, found.start()) is None else ROW


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
