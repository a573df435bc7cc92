"""The results for a person at a terminal."""

from __future__ import annotations

import shutil
from collections import Counter
from typing import TYPE_CHECKING, Final, TextIO

from tightlip.ink import dyed, printable
from tightlip.suite.summary import by, places_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tightlip.suite.outcome import Failure, Result, Summary

_WORDS: Final = {"passed": "good", "failed": "bad", "known": "hole", "skipped": "faint"}
_MOST_FAILURES: Final = 6
_BAR: Final = 24


class Progress:
    """One line that is written over again, on a terminal alone.

    Args:
        stream: Where.
        total: How many results will come.
        colours: Of the terminal.
    """

    def __init__(self, stream: TextIO, total: int, colours: Mapping[str, str]) -> None:
        self._stream, self._total, self._colours = stream, total, colours
        self._counts: Counter[str] = Counter()
        self._is_on = stream.isatty() and total > 1

    def __call__(self, result: Result) -> None:
        """Count ``result`` and show it."""
        self._counts[result.status] += 1
        if not self._is_on:
            return
        done = self._counts.total()
        full = _BAR * done // self._total
        failed = f", {self._counts['failed']} failed" if self._counts["failed"] else ""
        line = f"[{'#' * full}{'.' * (_BAR - full)}] {done} of {self._total} checks{failed}  {result.case.id}"
        self._stream.write(f"\r\x1b[K{line[: shutil.get_terminal_size().columns - 1]}")
        self._stream.flush()

    def end(self) -> None:
        """Take the line away."""
        if self._is_on:
            self._stream.write("\r\x1b[K")
            self._stream.flush()


def failure_lines(result: Result, colours: Mapping[str, str], *, again: str = "") -> list[str]:
    """What is wrong with one case, as lines.

    Args:
        result: A result that failed, or is known to.
        colours: Of the terminal.
        again: The command that runs this case again.
    """
    head = "FAILED" if result.status == "failed" else "known "
    lines = [
        (
            f"{dyed(head, 'bad' if result.status == 'failed' else 'hole', colours)} {dyed(result.case.id, 'head', colours)}  "
            f"{dyed(f'[{result.scrubber}]  {result.case.place}', 'faint', colours)}"
        ),
        f"       {printable(result.case.why)}",
    ]
    lines.extend(f"    {_shown(failure, colours)}" for failure in result.failures[:_MOST_FAILURES])
    more = len(result.failures) - _MOST_FAILURES
    if more > 0:
        lines.append(f"    ... and {more} more; --format json lists all")
    if again:
        lines.append(f"       {dyed('again:', 'faint', colours)} {again}")
    return lines


def _shown(failure: Failure, colours: Mapping[str, str]) -> str:
    return f"{dyed(f'{failure.kind}:', 'bad', colours)} {printable(failure.words)}"


def summary_lines(results: Sequence[Result], colours: Mapping[str, str], *, fields: bool = False) -> list[str]:
    """The figures by class (and by field), a table for each scrubber."""
    lines: list[str] = []
    for scrubber in dict.fromkeys(result.scrubber for result in results):
        own = [result for result in results if result.scrubber == scrubber and result.status != "skipped"]
        if not own:
            continue
        lines.append(f"{dyed(scrubber, 'head', colours)}")
        lines.extend(_table("class", by(own, lambda result: result.case.kind), colours))
        if fields:
            lines.append("")
            lines.extend(_table("field", by(own, lambda result: result.case.about), colours))
        where = places_of(own)
        if where:
            lines.append("")
            width = max(len(printable(path)) for path, _ in where)
            lines.append("  canaries left at:")
            lines.extend(f"    {printable(path):<{width}} {count:>6}" for path, count in where)
        lines.append("")
    return lines


def _table(title: str, rows: Sequence[Summary], colours: Mapping[str, str]) -> list[str]:
    width = max([len(title), *(len(row.name) for row in rows)])
    known = any(row.known for row in rows)
    lines = [dyed(f"  {title:<{width}}   passed  failed{'   known' if known else ''}", "faint", colours)]
    for row in rows:
        failed = f"{row.failed:>6}" if row.failed else f"{'-':>6}"
        kinds = ", ".join(f"{count} {kind}" for kind, count in row.failures.items())
        line = f"  {row.name:<{width}}   {row.passed:>6}  {dyed(failed, 'bad' if row.failed else 'faint', colours)}"
        line += f"  {row.known:>6}" if known else ""
        lines.append(f"{line}   {kinds}".rstrip())
    return lines


def verdict(results: Sequence[Result], seconds: float, seed: int, colours: Mapping[str, str]) -> str:
    """The last line."""
    counts = Counter(result.status for result in results)
    parts = [
        dyed(f"{counts[status]} {status}", _WORDS[status], colours)
        for status in ("passed", "failed", "known", "skipped")
        if counts[status] or status == "passed"
    ]
    return f"{', '.join(parts)} in {seconds:.1f} s (seed {seed})"
