"""One failure, what each reporter made of it, and whether that is as it should be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from tightlip.demo.template import has_words

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Sequence

    from tightlip.types import Event

#: Scenarios whose message the present rungs do not find, or not always: a class's default message, CPython's own messages. Their
#: reports hold the type and the position, and the demo says so.
BEYOND: frozenset[str] = frozenset({"signed-out", "file-empty", "no-backup-yet", "unknown-plan"})
#: Top-level package of the sample application.
_APPLICATION = "harbour"

Said: TypeAlias = Literal["template", "type only"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One failure.

    Attributes:
        name: The scenario's slug.
        title: What happened, in plain words.
        via: ``raise``, ``thread`` or ``task``.
        should_report: Whether the SDK is to blame.
        expect: Text that the report is to hold.
        traceback: What a person saw.
        plain: What a plain sentry-sdk would have sent.
        plain_leaks: Planted values in it, by kind.
        report: What tightlip stored to be sent; None when it dropped the failure.
        report_leaks: Planted values in that, and facts that identify the machine, by kind.
        dropped: Why there is no report, as stage and reason.
    """

    name: str
    title: str
    via: str
    should_report: bool
    expect: str
    traceback: str
    plain: Event
    plain_leaks: Counter[str]
    report: Event | None
    report_leaks: Counter[str]
    dropped: tuple[str, ...]

    @property
    def exceptions(self) -> list[dict[str, Any]]:
        """The exceptions of the report, the one that was caught first."""
        return [] if self.report is None else list(reversed(self.report["exception"]["values"]))

    @property
    def said(self) -> Said:
        """Whether the report says what happened, or only where."""
        return "template" if self.exceptions and has_words(str(self.exceptions[0].get("value", ""))) else "type only"

    @property
    def application_lines(self) -> int:
        """Lines of the application's own source in the plain event."""
        return sum(
            _context_lines(frame)
            for frame in _frames(self.plain)
            if str(frame.get("module", "")).split(".")[0] == _APPLICATION
        )

    def problems(self) -> list[str]:
        """What is not as it should be, for a person to read; empty when all is well."""
        found = [f"{count} values of kind {kind} leaked" for kind, count in sorted(self.report_leaks.items())]
        if (self.report is not None) != self.should_report:
            found.append(
                "reported, though the application failed"
                if self.report is not None
                else f"not reported ({', '.join(self.dropped)})"
            )
        messages = "\n".join(str(exception.get("value", "")) for exception in self.exceptions)
        if self.report is not None and self.should_report and self.expect not in messages and self.name not in BEYOND:
            found.append(f"the report does not say {self.expect!r}")
        return found


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums over all failures."""

    failures: int
    reported: int
    not_reported: int
    templates: int
    plain_leaks: int
    report_leaks: int
    leaking_events: int
    application_lines: int

    @property
    def share(self) -> float:
        """The share of reports that say what happened."""
        return self.templates / self.reported if self.reported else 0.0


def totals(outcomes: Sequence[Outcome]) -> Totals:
    """Sum ``outcomes`` up."""
    return Totals(
        failures=len(outcomes),
        reported=sum(outcome.report is not None for outcome in outcomes),
        not_reported=sum(outcome.report is None and not outcome.should_report for outcome in outcomes),
        templates=sum(outcome.report is not None and outcome.said == "template" for outcome in outcomes),
        plain_leaks=sum(outcome.plain_leaks.total() for outcome in outcomes),
        report_leaks=sum(outcome.report_leaks.total() for outcome in outcomes),
        leaking_events=sum(outcome.plain_leaks.total() > 0 for outcome in outcomes),
        application_lines=sum(outcome.application_lines for outcome in outcomes),
    )


def _frames(event: Event) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for value in event["exception"]["values"]:
        if value.get("stacktrace"):  # an exception that was never raised has none
            found.extend(value["stacktrace"]["frames"])
    return found


def _context_lines(frame: dict[str, Any]) -> int:
    lines = [*frame.get("pre_context", ()), frame.get("context_line") or "", *frame.get("post_context", ())]
    return sum(bool(line.strip()) for line in lines)
