"""The demo on a terminal."""

from __future__ import annotations

import os
import re
import shutil
import textwrap
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from tightlip.demo.leaks import group_of
from tightlip.demo.outcome import Outcome, Totals, totals
from tightlip.demo.template import pieces

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Sequence

_NARROWEST, _WIDEST, _UNKNOWN = 60, 120, 100
_LABEL = 15
_STEPS = 3
_TRACE_LINES = 5
_MESSAGE_LINES = 3
_MOST_KINDS = 5
_MARKERS = re.compile(r"^[\s|+]*[\^~]+\s*$")
_FILE = re.compile(r'File "[^"]*?((?:[^"/\\]+[/\\])?[^"/\\]+)"')
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Ink:
    """Colours, or none.

    Attributes:
        is_on: Whether there are any.
    """

    is_on: bool

    @classmethod
    def for_stream(cls, stream: IO[str], *, wanted: bool) -> Ink:
        """Colours where ``stream`` is a terminal that has them and nobody objects (https://no-color.org)."""
        return cls(wanted and stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb")

    def _dyed(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.is_on and text else text

    def bold(self, text: str) -> str:
        """A heading."""
        return self._dyed("1", text)

    def faint(self, text: str) -> str:
        """What may be skipped."""
        return self._dyed("2", text)

    def bad(self, text: str) -> str:
        """A leak, or a problem."""
        return self._dyed("31", text)

    def good(self, text: str) -> str:
        """As it should be."""
        return self._dyed("32", text)

    def hole(self, text: str) -> str:
        """Where a value stood."""
        return self._dyed("36", text)


class Paper:
    """Lays the demo out for one terminal.

    Args:
        ink: Colours.
        width: Columns.
    """

    def __init__(self, ink: Ink, width: int) -> None:
        """Leave room for the labels."""
        self._ink = ink
        self._room = min(max(width, _NARROWEST), _WIDEST) - _LABEL - 4

    @classmethod
    def for_stream(cls, stream: IO[str], *, wants_colour: bool) -> Paper:
        """Paper as wide as the terminal."""
        width = shutil.get_terminal_size((_UNKNOWN, 24)).columns if stream.isatty() else _UNKNOWN
        return cls(Ink.for_stream(stream, wanted=wants_colour), width)

    def failure(self, number: int, outcome: Outcome) -> Iterator[str]:
        """The lines on one failure."""
        ink = self._ink
        yield ""
        yield f"{ink.faint(f'{number:>2}')}  {ink.bold(outcome.title)}  {ink.faint(outcome.name)}"
        *before, last = last_lines(outcome.traceback)
        message = _wrapped(last, self._room)[:_MESSAGE_LINES]
        yield from self._block("happened here", [*map(ink.faint, self._cut(before)), *message])
        yield from self._block("would leave", list(self._report(outcome)))
        if outcome.report is not None:
            yield from self._block("last steps", list(self._steps(outcome.report)))
            tags = "  ".join(
                f"{name}={outcome.report['tags'][name]}"
                for name in ("workspace", "commit", "rung")
                if name in outcome.report.get("tags", {})
            )
            yield from self._block("tags", [tags])
        yield from self._block("leaks", self._leaks(outcome))
        for problem in outcome.problems():
            yield from self._block("WRONG", [ink.bad(problem)])

    def summary(self, outcomes: Sequence[Outcome]) -> Iterator[str]:
        """The table at the end, and the totals."""
        ink = self._ink
        name_width = max(len(outcome.name) for outcome in outcomes)
        yield ""
        yield ink.bold(f"{'failure':{name_width}}  {'report':>13}  {'plain sentry-sdk':>16}  {'tightlip':>8}")
        for outcome in outcomes:
            verdict = "not reported" if outcome.report is None else outcome.said
            plain, ours = outcome.plain_leaks.total(), outcome.report_leaks.total()
            shown_plain = ink.bad(f"{plain:>16}") if plain else f"{plain:>16}"
            shown_ours = ink.bad(f"{ours:>8}") if ours else ink.good(f"{ours:>8}")
            yield f"{outcome.name:{name_width}}  {verdict:>13}  {shown_plain}  {shown_ours}"
        yield ""
        yield from self._totals(totals(outcomes))

    def _totals(self, sums: Totals) -> Iterator[str]:
        ink = self._ink
        rows = (
            ("failures", f"{sums.failures}"),
            (
                "reported",
                f"{sums.reported}, of which {sums.templates} ({sums.share:.0%}) say what happened and the others where",
            ),
            ("not reported", f"{sums.not_reported}, as intended: the application's own failures"),
            (
                "leaked values",
                f"plain sentry-sdk {ink.bad(str(sums.plain_leaks))} in {sums.leaking_events} of {sums.failures} events",
            ),
            ("", f"tightlip         {(ink.bad if sums.report_leaks else ink.good)(str(sums.report_leaks))}"),
            (
                "also",
                f"{sums.application_lines} lines of customers' source in plain events, none in tightlip's",
            ),
        )
        for label, text in rows:
            yield f"{label:{_LABEL}}{text}"

    def _block(self, label: str, lines: list[str]) -> Iterator[str]:
        for number, line in enumerate(lines):
            margin = (label if not number else "").ljust(_LABEL)
            yield f"    {self._ink.faint(margin)}{line}"

    def _report(self, outcome: Outcome) -> Iterator[str]:
        ink = self._ink
        if outcome.report is None:
            intended = "not reported: the application's own failure"
            yield (
                ink.good(intended)
                if not outcome.should_report
                else ink.bad(f"not reported: {', '.join(outcome.dropped)}")
            )
            return
        for number, exception in enumerate(outcome.exceptions):
            said = str(exception.get("value", ""))
            text = (
                f"{exception['type']}: {said}"
                if said
                else f"{exception['type']} {ink.faint('(type and position only)')}"
            )
            first, *more = self._cut(_wrapped(text, self._room - 2)) if said else [text]
            yield ("" if not number else "+ ") + self._holes(first)
            yield from ("  " + self._holes(line) for line in more)
            for frame in exception.get("stacktrace", {}).get("frames", ()):
                yield "    " + (ink.faint(frame["function"]) if "lineno" not in frame else _place(frame))

    def _steps(self, report: dict[str, Any]) -> Iterator[str]:
        steps = report.get("breadcrumbs", {}).get("values", [])
        if len(steps) > _STEPS:
            yield self._ink.faint(f"({len(steps) - _STEPS} before)")
        for step in steps[-_STEPS:]:
            data = "  ".join(
                f"{name}={str(value).lower() if value in (True, False) else value}"
                for name, value in step.get("data", {}).items()
            )
            text = f"{step.get('category', 'default')}: {step.get('message', '(no text)')}"
            yield self._holes(text) + (f"  {self._ink.faint(data)}" if data else "")

    def _leaks(self, outcome: Outcome) -> list[str]:
        """On one line, if it has the room."""
        ink = self._ink
        plain, ours = outcome.plain_leaks, outcome.report_leaks
        count = plain.total()
        said = f"{count} planted value{'' if count == 1 else 's'} leaked"
        which = f"({kinds(plain)})" if count else ""
        theirs = f"plain sentry-sdk event: {ink.bad(said) if count else said}"
        mine = f"tightlip: {ink.bad(f'{ours.total()} ({kinds(ours)})') if ours else ink.good('0')}"
        if len(f"plain sentry-sdk event: {said} {which}   tightlip: 0") <= self._room:
            return [f"{theirs} {which}   {mine}"]
        return [theirs, *(_wrapped(which, self._room) if which else ()), mine]

    def _holes(self, text: str) -> str:
        return "".join(self._ink.hole(piece.text) if piece.is_hole else piece.text for piece in pieces(text))

    def _cut(self, lines: Sequence[str]) -> list[str]:
        return [line if len(line) <= self._room else line[: self._room - 1] + "…" for line in lines]


def last_lines(traceback: str, most: int = _TRACE_LINES) -> list[str]:
    """The end of a traceback, without the rows of ``^^^^`` and with short paths."""
    lines = [line.rstrip() for line in textwrap.dedent(traceback).splitlines()]
    kept = [_UNPRINTABLE.sub("?", shortened(line)) for line in lines if line.strip(" |+-") and not _MARKERS.match(line)]
    return kept[-most:]


def shortened(text: str) -> str:
    """``text`` with the last folder and the name of each file that a traceback names."""
    return _FILE.sub(r'File "…/\1"', text)


def kinds(leaks: Counter[str]) -> str:
    """The kinds of leaked values, the most telling first."""
    names = sorted(leaks, key=lambda kind: (group_of(kind) == "business", -leaks[kind], kind))
    more = len(names) - _MOST_KINDS
    return ", ".join(names[:_MOST_KINDS]) + (f", and {more} more" if more > 0 else "")


def _place(frame: dict[str, Any]) -> str:
    return f"{frame['filename']}:{frame['lineno']}  {frame['function']}"


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, break_on_hyphens=False) or [""]
