"""Looks for a random case that fails, and shrinks it: Hypothesis draws and shrinks, the suite's own judge says what a failure is.

Guarantees:

1. The same seed looks at the same cases in the same order, as long as the time does not end it and the scrubber is the same.
2. A find is a case that fails by itself: as it is written to a file, read, and checked.
3. Each find is another one: by what failed, how, and where.

Not covered, of random calls: that what leaves depends on the values where the values decide where a program fails. Strict mode does not hide
control flow.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from random import Random
from typing import TYPE_CHECKING, Any, Final

from hypothesis import HealthCheck, Phase, find, settings
from hypothesis.errors import Flaky, NoSuchExample

from tightlip.suite.canaries import KINDS
from tightlip.suite.case import Case, CodeInput, EventInput, Keep, Place
from tightlip.suite.paths import is_mapping
from tightlip.suite.runners.programs import NOTHING

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import SearchStrategy

    from tightlip.suite.case import Canary, Profile
    from tightlip.suite.fuzzing.bench import Bench, Checked
    from tightlip.suite.outcome import Failure, Runner

    Key = tuple[str, str, str]

#: Slow and large examples are what a scrubber has to stand.
_ALL_CHECKS: Final[list[Any]] = list(HealthCheck)
#: What counts as a failure of a random case: it asks for nothing to be kept.
_BAD: Final = ("leak", "interference", "crash", "hang", "garbage")
#: An example that fails in another way is taken while it is made smaller, if it fails in this one: it says more.
_CLEAREST: Final = "leak"
#: Of random calls: that one crashes or hangs is its own affair.
_BAD_OF_CALLS: Final = ("leak", "interference", "garbage")
_NUMBER: Final = re.compile(r"(?<![^.\[])[0-9]+(?![^.\]])")
_ID_DIGITS: Final = 10


class OutOfTime(BaseException):  # Hypothesis takes an ``Exception`` for a failure of the example
    """The time is up: no more cases are checked."""


@dataclass(slots=True)
class Figures:
    """Counts of a session.

    Attributes:
        counts: ``events``, ``calls``, ``exceptions``, ``reports``, ``templates``, ``hung``, ``ended``.
        misfits: Code positions whose template does not fit the message, and how often.
    """

    counts: Counter[str] = field(default_factory=Counter[str])
    misfits: Counter[str] = field(default_factory=Counter[str])


@dataclass(frozen=True, slots=True)
class Find:
    """A case that fails, as small as it could be made.

    Attributes:
        case: The case.
        failures: What is wrong.
        scrubber: With which scrubber.
    """

    case: Case
    failures: tuple[Failure, ...]
    scrubber: str


class Hunt:
    """Looks for failing cases of one kind with one scrubber.

    Args:
        bench: Where cases are checked.
        runner: Tells the scrubber's name and promise.
        figures: Where to count.
        until: When to stop, by the monotonic clock.
        on_example: Called for each example.
    """

    def __init__(
        self, bench: Bench, runner: Runner, figures: Figures, until: float, on_example: Callable[[], object]
    ) -> None:
        self._bench, self._runner, self._figures, self._until, self._on_example = (
            bench,
            runner,
            figures,
            until,
            on_example,
        )
        self._known: set[Key] = set()
        self._seen: dict[str, tuple[Failure, ...]] = {}

    def finds(
        self,
        strategy: SearchStrategy[tuple[Any, tuple[Canary, ...]]],
        package: str,
        seed: int,
        examples: int,
        most: int,
    ) -> list[Find]:
        """The failing cases.

        Args:
            strategy: Of events or programs with placeholders, with their canaries.
            package: Of programs; empty for events.
            seed: Of what is drawn.
            examples: How many to look at, without those that shrink.
            most: How many finds are enough.
        """
        found: list[Find] = []
        left = examples
        while left > 0 and len(found) < most and time.monotonic() < self._until:
            search = _Search(self, package)
            try:
                given, canaries = find(
                    strategy,
                    search,
                    settings=settings(
                        max_examples=left, database=None, deadline=None, phases=(Phase.generate, Phase.shrink),
                        suppress_health_check=_ALL_CHECKS,
                    ),
                    random=Random(f"{seed}/{len(found)}"),  # noqa: S311 - a run has to be repeatable
                )  # fmt: skip
            except (NoSuchExample, Flaky, OutOfTime):
                if search.best is None:
                    break
                given, canaries = search.best
            left -= search.before
            case = _case(given, canaries, package, self._runner.profile)
            failures = self.failures(case, is_call=bool(package))
            if not failures:
                continue
            self._known.update(_key(failure, case) for failure in failures)
            found.append(Find(_described(case, failures[0]), failures, self._runner.name))
        return found

    def failures(self, case: Case, *, is_call: bool) -> tuple[Failure, ...]:
        """What is wrong with a case; each is checked once.

        Raises:
            OutOfTime: It was not checked yet, and there is no time left.
        """
        known = self._seen.get(case.id)
        if known is not None:
            return known
        if time.monotonic() > self._until:
            raise OutOfTime
        checked = self._bench.check(case, self._runner)
        self._count(checked, is_call=is_call)
        found = tuple(one for one in checked.result.failures if _counts(one, checked, is_call=is_call))
        self._seen[case.id] = found
        return found

    def is_new(self, failure: Failure, case: Case) -> bool:
        """Whether nothing like it was found."""
        return _key(failure, case) not in self._known

    def _count(self, checked: Checked, *, is_call: bool) -> None:
        counts, seen = self._figures.counts, checked.seen
        counts["calls" if is_call else "events"] += 1
        counts["exceptions"] += seen.failed
        counts["reports"] += seen.reported
        counts["templates"] += seen.templates
        self._figures.misfits.update(seen.misfits)
        if checked.end:
            counts[checked.end] += 1
        self._on_example()


class _Search:
    """The question of `find`: does this example fail, and as the first one did that does?"""

    def __init__(self, hunt: Hunt, package: str) -> None:
        self._hunt, self._package = hunt, package
        self._kind = ""
        self.before = 0
        self.best: tuple[Any, tuple[Canary, ...]] | None = None

    def __call__(self, example: tuple[Any, tuple[Canary, ...]]) -> bool:
        if not self._kind:
            self.before += 1
        given, canaries = example
        case = _case(given, canaries, self._package, self._hunt._runner.profile)  # noqa: SLF001 - of the same module
        failures = self._hunt.failures(case, is_call=bool(self._package))
        kinds = [one.kind for one in failures if self._hunt.is_new(one, case)]
        if not kinds or (self._kind and self._kind not in kinds and _CLEAREST not in kinds):
            return False
        self._kind = _CLEAREST if _CLEAREST in kinds else self._kind or kinds[0]
        self.best = example
        return True


def _counts(failure: Failure, checked: Checked, *, is_call: bool) -> bool:
    if failure.words == NOTHING:
        return False  # a call that succeeds
    if not is_call:
        return failure.kind in _BAD
    if failure.kind == "interference" and not checked.seen.is_alike:
        return False  # the values decided where it failed
    return failure.kind in _BAD_OF_CALLS or (failure.kind == "crash" and failure.words.startswith("tightlip"))


def _key(failure: Failure, case: Case) -> Key:
    # Of a call, the place is that of the report, which is nearly always the message.
    where = case.about if isinstance(case.input, CodeInput) else _NUMBER.sub("*", failure.path or "")
    return failure.kind, failure.encoding or "", where


def _case(given: Any, canaries: tuple[Canary, ...], package: str, profile: Profile) -> Case:
    is_call = isinstance(given, str)
    written = json.dumps([given, [(one.name, one.kind, one.form) for one in canaries], package])
    digest = hashlib.sha256(written.encode()).hexdigest()[:_ID_DIGITS]
    about = _called(given) if is_call else _first_path(given)
    return Case(
        id=f"fuzz.{'call' if is_call else 'event'}.{digest}",
        why="A random case.",
        kind=KINDS[canaries[0].kind].data_class if canaries else "application",
        about=about,
        profiles=(profile,),
        input=CodeInput(given, {}, package) if is_call else EventInput(given),
        canaries=canaries,
        keep={"strict": Keep(), "app": Keep()},
        absent={},
        dropped=frozenset(),
        exact={},
        varies=(),
        place=Place("fuzz", 1, 1),
    )


def _described(case: Case, failure: Failure) -> Case:
    where = "what leaves of a random event" if isinstance(case.input, EventInput) else "the report of a random call"
    words = failure.words.rstrip(".")
    return replace(case, why=f"In {where}, this was found: {words}.")


def _called(program: str) -> str:
    lines = [line for line in program.splitlines() if "(" in line]
    return (
        ".".join(
            line.removeprefix("found = ").removeprefix("asyncio.run(").removeprefix("next(").partition("(")[0]
            for line in lines
        )
        or "call"
    )


def _first_path(event: Any) -> str:
    names: list[str] = []
    while is_mapping(event) and event:
        name = next(iter(event))
        if not re.fullmatch(r"[a-z_]+", str(name)):
            break
        names.append(str(name))
        event = event[name]
    return ".".join(names[:3]) or "event"
