"""Where the markers of a text stand, and why: what a report can say of itself without saying what was there."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Remark:
    """One marker in a scrubbed text.

    Attributes:
        rule: The rule that found what it stands for.
        start: Where the marker begins in the scrubbed text, in characters.
        end: Where it ends.
    """

    rule: str
    start: int
    end: int
