"""The sentences of the page that say what a run came to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from tightlip.suite.report.figures import left_values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tightlip.suite.report.document import Check

PROMISES: Final[Mapping[str, str]] = {
    "strict": "the code alone leaves, never a value",
    "app": "text leaves, after scrubbing",
}
STATUSES: Final[Mapping[str, str]] = {
    "failed": "failed",
    "known": "known failure",
    "passed": "holds",
    "skipped": "not run",
}
"""How a check ended, worst first."""
KINDS: Final[Mapping[str, str]] = {
    "leak": "a planted value left",
    "interference": "what left depends on the planted values",
    "lost": "something that must survive was lost",
    "present": "something left that must not",
    "changed": "what left is not exactly what the case asks for",
    "crash": "the scrubber, or the program, broke down",
    "hang": "there was no answer in time",
    "garbage": "what left is no event",
}
_COUNT_WORDS: Final = {1: "one promise", 2: "two promises"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a run came to, in one sentence of three parts.

    Attributes:
        ran: What was run.
        left: What of the planted values left.
        but: What else failed; empty for nothing.
        leaks: Whether something left.
        mood: How the whole is coloured.
        details: What failed, a sentence each.
    """

    ran: str
    left: str
    but: str
    leaks: bool
    mood: Literal["good", "bad", "known"]
    details: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The whole."""
        return f"{self.ran}: {self.left}{self.but}."


def verdict(held: Sequence[Check]) -> Verdict:
    """The verdict of the checks that count: those that were run with the scrubbers that are held to a promise."""
    ran = [check for check in held if check.status != "skipped"]
    failed = [check for check in ran if check.status == "failed"]
    known = [check for check in ran if check.status == "known"]
    planted, left = sum(len(check.canaries) for check in ran), left_values(ran)
    details = [*_details(failed, ""), *_details(known, ", as the baseline knows")]
    mood: Literal["good", "bad", "known"] = "bad" if failed else "known" if known else "good"
    return Verdict(_opening(ran), _what_left(planted, left), _but(failed, left), left > 0, mood, tuple(details))


def _opening(ran: Sequence[Check]) -> str:
    cases = len({check.case for check in ran})
    promises = len({check.profile for check in ran})
    under = f" under {_COUNT_WORDS[promises]}" if promises > 1 else ""
    return f"{count(cases, 'case')}{under}, {'each ' if cases > 1 else ''}run at least twice with other made-up secrets"


def _what_left(planted: int, left: int) -> str:
    if not planted:
        return "no value was planted in them"
    return (
        f"{left:,} of {count(planted, 'planted value')} left"
        if left
        else f"none of {count(planted, 'planted value')} left"
    )


def _but(failed: Sequence[Check], left: int) -> str:
    if not failed:
        return ""
    return f", and {count(len(failed), 'check')} failed" if left else f", but {count(len(failed), 'check')} failed"


def _details(checks: Sequence[Check], more: str) -> list[str]:
    kinds = Counter(kind for check in checks for kind in dict.fromkeys(one.kind for one in check.wrong))
    return [f"In {count(kinds[kind], 'check')}, {words}{more}." for kind, words in KINDS.items() if kinds[kind]]


def count(number: int, what: str) -> str:
    """A number with what it counts: ``1 case``, ``1,200 cases``."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def percent(share: float) -> str:
    """A share as a person reads it; never 100% for what is less, nor 0% for what is more."""
    if share in (0.0, 1.0):
        return f"{share:.0%}"
    return f"{min(max(share, 0.001), 0.999):.1%}"
