"""What a run of a case comes to: what left, what was wrong with it, and the words for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tightlip.suite.case import Case, Filled, Place, Profile

#: ``leak``: a canary left. ``interference``: what left depends on the values. ``lost``: something that must survive did not.
#: ``present``: something left that must not. ``changed``: the output is not the exact one. ``crash``, ``hang``, ``garbage``: the
#: scrubber raised or ended, did not answer in time, or answered with something that is no event.
FailureKind: TypeAlias = Literal["leak", "interference", "lost", "present", "changed", "crash", "hang", "garbage"]
#: ``known``: it fails and the baseline lists it. ``skipped``: the runner cannot run such a case; it says why.
Status: TypeAlias = Literal["passed", "failed", "known", "skipped"]


class CrewError(Exception):
    """The processes cannot make the runner, though this one can."""


@dataclass(frozen=True, slots=True)
class Output:
    """What left in one run.

    Attributes:
        event: The event, or the text of a log line; None when nothing left.
        beside: Whatever else left, as JSON data: envelope headers, other items, HTTP headers, attachments. It is searched and compared too.
    """

    event: Any
    beside: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Broken:
    """A run without a usable output.

    Attributes:
        kind: How it failed.
        words: A sentence for a person; no canary in it, no text of the scrubber's.
    """

    kind: Literal["crash", "hang", "garbage"]
    words: str


@dataclass(frozen=True, slots=True)
class Run:
    """One run: the canaries' values by name, and what left."""

    values: Mapping[str, str]
    output: Output | Broken


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that is wrong.

    Attributes:
        kind: Which.
        words: A sentence for a person, complete in itself; it names canaries, never shows their values.
        path: Where in the output, as ``exception.values.0.value``; None where it is about the whole.
        canary: The canary's name.
        canary_kind: And its kind.
        encoding: How it stood there: ``raw``, ``base64``, ``sha256``, ``first 8 characters``, ...
    """

    kind: FailureKind
    words: str
    path: str | None = None
    canary: str | None = None
    canary_kind: str | None = None
    encoding: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What a case came to with one scrubber.

    Attributes:
        case: The case.
        scrubber: Its name: ``tightlip strict``, ``sentry-relay``, ...
        profile: The promise it was held to.
        status: How it ended.
        failures: What is wrong, worst first.
        reason: Why it was skipped.
        filled: The first run's input, to show beside what left.
        runs: All runs.
        seconds: How long they took, together.
        complaints: The last of what a command or program wrote to its standard error, if it failed; it may hold canaries.
    """

    case: Case
    scrubber: str
    profile: Profile
    status: Status
    failures: tuple[Failure, ...] = ()
    reason: str = ""
    filled: Filled | None = None
    runs: tuple[Run, ...] = ()
    seconds: float = 0.0
    complaints: str = ""

    @property
    def place(self) -> Place:
        """Where the case stands."""
        return self.case.place


class Runner(Protocol):
    """Runs cases with one scrubber.

    Attributes:
        name: The scrubber's, for people.
        profile: The promise that it is held to.
        varies: Paths that differ between any two runs of it, beside the case's own.
        is_blind: Whether it cannot tell the failure that a case means from any other, such as a program's that does not start.
    """

    name: str
    profile: Profile
    varies: tuple[str, ...]
    is_blind: bool

    def refuses(self, case: Case) -> str | None:
        """Why it cannot run such a case; None if it can."""
        ...

    def run(self, filled: Filled) -> Output | Broken:
        """Run it once. Never raises an ``Exception``."""
        ...

    def close(self) -> None:
        """End what was started: processes, servers, temporary folders."""
        ...


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of a run, for a table: how many cases of a class or field passed, failed, are known or were skipped."""

    name: str
    passed: int = 0
    failed: int = 0
    known: int = 0
    skipped: int = 0
    failures: Mapping[FailureKind, int] = field(default_factory=dict[FailureKind, int])
