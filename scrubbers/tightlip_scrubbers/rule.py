r"""The form of a detector: one row of a table, with the examples that define it.

How to write one:

- The pattern begins with a literal or a character class, so that the search for a start is a scan in C.
- It never ignores case: that switches the scan off. Write both cases, or classes.
- It is linear on hostile text. A run is possessive or bounded, and a pattern that reads a run takes it whether or not
  it is a finding, so that the next search begins behind it; the validator then says no.
- ``\w`` and ``\b`` are not used as borders: they lose what is glued to ``é`` or to ``_``.
- The gate is a cheap necessary condition on the whole text. A gate that says no to an example is a leak.
- What is found and what is removed may differ: a validator returns the whole token, not the part that gave it away.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from tightlip_scrubbers.findings import Kind
    from tightlip_scrubbers.keys import Names

Found: TypeAlias = tuple[int, int] | tuple[int, int, str]
"""Start and end of what to remove; and the row under which it counts, where one search serves several rows."""

ROW: Final = 5
"""For ``Gate.digits``: four digits, with at most twelve other characters between two of them."""

Validator: TypeAlias = Callable[[str, int, int], Found | None]
"""``(text, start, end)`` of a candidate to what to remove, which may be wider or narrower, or None for no finding."""

NamesValidator: TypeAlias = "Callable[[str, int, int, Names], Found | None]"
"""A validator that asks what a key's name says of its value; it is given the names that the policy knows."""

Mark: TypeAlias = Callable[[str, int, int], str]
"""``(text, start, end)`` of a finding to one of a few fixed markers: the kind and size class, never the text."""


@dataclass(frozen=True, slots=True)
class Gate:
    """A cheap necessary condition for a match anywhere in a text.

    Attributes:
        needles: At least one of them occurs, in exactly this case. Empty: no such condition.
        least: So many times, for a single needle.
        run: At least one piece without white space has this many characters, and the letters and digits of the text are
            not all words and small numbers (`boring.is_plain`). For what is random, as tokens are.
        signs: Punctuation that stands in every text with a match: all of it.
        either: Punctuation of which some stands in every text with a match.
        digits: So many digits stand in every text with a match: 0, 1, 4 or ``ROW``.
        words: A text of ordinary words and small numbers alone (`boring.is_boring`) may have a match. Else it is not asked.
    """

    needles: tuple[str, ...] = ()
    least: int = 1
    run: int = 0
    signs: str = ""
    either: str = ""
    digits: int = 0
    words: bool = False

    def is_open(self, text: str) -> bool:
        """Whether the needles stand in a text. ``run`` is asked once for all gates (`searches`)."""
        needles = self.needles
        if self.least > 1:
            return text.count(needles[0]) >= self.least
        for needle in needles:  # a loop is twice as fast as any() here
            if needle in text:
                return True
        return not needles


ALWAYS = Gate()


def has(*needles: str, run: int = 0, signs: str = "", either: str = "", digits: int = 0, words: bool = False) -> Gate:
    """A gate for texts with one of the needles; see `Gate` for what else it may ask for."""
    return Gate(needles, run=run, signs=signs, either=either, digits=digits, words=words)


def many(needle: str, least: int, *, signs: str = "", digits: int = 0) -> Gate:
    """A gate for texts with enough of the needle."""
    return Gate((needle,), least, signs=signs, digits=digits)


@dataclass(frozen=True, slots=True)
class Rule:
    """One detector, with the examples that define it.

    Attributes:
        id: ``class.name``, in lower case.
        kind: Its class.
        gate: What a text needs to be searched at all.
        pattern: The search, as source: it is compiled when a text first opens the gate, so that importing stays cheap.
            Rows with the same pattern and validator are searched once.
        marker: What stands in place of a finding: fixed, of the form ``[words]``, and never a finding itself.
        matches: Texts in which this rule finds something.
        misses: Texts that look alike and in which no rule at all finds anything.
        group: The part of the match that the validator is given, and that goes if there is none.
        validator: Confirms a candidate and bounds it.
        by_name: The same, for rows that ask for the meaning of a key's name.
        mark: Chooses one of ``marks`` instead, where a finding's kind and size class may be told.
        marks: All that ``mark`` may return.
        whole: Whether it may find all of a long text: lines, a structure, a document. There it is looked for first.
    """

    id: str
    kind: Kind
    gate: Gate
    pattern: str
    marker: str
    matches: tuple[str, ...]
    misses: tuple[str, ...]
    group: int = 0
    validator: Validator | None = None
    by_name: NamesValidator | None = None
    mark: Mark | None = None
    marks: tuple[str, ...] = ()
    whole: bool = False
