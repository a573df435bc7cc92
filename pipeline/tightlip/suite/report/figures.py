"""The figures of a run, from its results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tightlip.suite.scoreboard import Score, share

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tightlip.suite.report.document import Check

LEAKING: Final = frozenset({"leak", "interference"})
BROKEN: Final = frozenset({"crash", "hang", "garbage"})
#: How the names of tightlip's own runners begin, and those of the scrubbers that ``--compare`` puts beside them.
_OWN: Final = "tightlip "


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """How one class of data fared with one scrubber.

    Attributes:
        kind: The class.
        scrubber: The scrubber.
        passed: Cases that hold.
        failed: Cases that do not.
        known: Cases that do not, as the baseline knows.
    """

    kind: str
    scrubber: str
    passed: int
    failed: int
    known: int

    @property
    def total(self) -> int:
        """Cases that were run."""
        return self.passed + self.failed + self.known


def is_peer(scrubber: str, scrubbers: Iterable[str]) -> bool:
    """Whether a scrubber is there to be compared with only: one of those of ``--compare``, and tightlip beside it."""
    from tightlip.suite.runners.peers import NAMES  # noqa: PLC0415 - it knows many modules by name

    if not any(name.startswith(_OWN) for name in scrubbers):
        return False
    peers = tuple(name for name in NAMES if not name.startswith(_OWN))
    # The version of a peer stands behind its name.
    return any(scrubber == name or scrubber.startswith(f"{name} ") for name in peers)


def peers_of(checks: Iterable[Check]) -> frozenset[str]:
    """The scrubbers that are there to be compared with only."""
    scrubbers = list(dict.fromkeys(check.scrubber for check in checks))
    return frozenset(name for name in scrubbers if is_peer(name, scrubbers))


def held(checks: Sequence[Check]) -> list[Check]:
    """The checks that a verdict is about: what peers leak is no failure of the run."""
    peers = peers_of(checks)
    return [check for check in checks if check.scrubber not in peers]


def by_class(checks: Iterable[Check]) -> list[ClassFigures]:
    """The figures by class and scrubber; classes by name, scrubbers in their order."""
    counts: dict[tuple[str, str], dict[str, int]] = {}
    order: dict[str, int] = {}
    for check in checks:
        order.setdefault(check.scrubber, len(order))
        if check.status != "skipped":
            own = counts.setdefault((check.kind, check.scrubber), {})
            own[check.status] = own.get(check.status, 0) + 1
    return [
        ClassFigures(kind, scrubber, own.get("passed", 0), own.get("failed", 0), own.get("known", 0))
        for (kind, scrubber), own in sorted(counts.items(), key=lambda item: (item[0][0], order[item[0][1]]))
    ]


def scores(checks: Sequence[Check]) -> list[Score]:
    """The scoreboard, as `scoreboard.score` has it of the same run; best first."""
    names = dict.fromkeys(check.scrubber for check in checks)
    found = [_score(name, [check for check in checks if check.scrubber == name]) for name in names]
    return sorted(found, key=lambda one: (one.leaking + one.broken, -share(one.kept, one.words)))


def clean_cases(checks: Iterable[Check], scrubber: str) -> int:
    """How many cases a scrubber answered without a leak."""
    held = [check for check in checks if check.scrubber == scrubber and check.status != "skipped"]
    return sum((LEAKING | BROKEN).isdisjoint(one.kind for one in check.wrong) for check in held)


def says_words(checks: Iterable[Check]) -> bool:
    """Whether the results say how many words were kept: those of older files do not."""
    return all(check.words is not None for check in checks)


def left_values(checks: Iterable[Check]) -> int:
    """How many planted values left, each counted once for each scrubber that let it."""
    return sum(len({one.canary for one in check.wrong if one.kind == "leak"}) for check in checks)


def _score(name: str, checks: list[Check]) -> Score:
    held = [check for check in checks if check.status != "skipped"]
    kinds = [{one.kind for one in check.wrong} for check in held]
    return Score(
        scrubber=name,
        cases=len(held),
        passed=sum(check.status == "passed" for check in held),
        leaking=sum(not own.isdisjoint(LEAKING) for own in kinds),
        planted=sum(len(check.canaries) for check in held),
        left=left_values(held),
        words=sum(check.words[0] for check in held if check.words),
        kept=sum(check.words[1] for check in held if check.words),
        broken=sum(not own.isdisjoint(BROKEN) for own in kinds),
        skipped=len(checks) - len(held),
    )
