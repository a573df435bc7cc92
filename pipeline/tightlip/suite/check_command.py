"""``tightlip check``: the privacy regression suite from the command line."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tightlip.ink import colours_of, printable
from tightlip.suite import baseline
from tightlip.suite.case_file import CaseError, load_all
from tightlip.suite.choosing import add_arguments, words
from tightlip.suite.formats import WRITERS
from tightlip.suite.formats.text import failure_lines, summary_lines, verdict
from tightlip.suite.outcome import CrewError
from tightlip.suite.running import add_arguments as add_arguments_of_run
from tightlip.suite.running import refused, run, selected, sensible
from tightlip.suite.whole_file import write_whole
from tightlip.terminal import command_parser, never_fails_to_print, say

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from tightlip.suite.outcome import Result
    from tightlip.suite.running import Ran

_DESCRIPTION = """\
Holds a scrubber or an SDK to its promise. Each case plants made-up secrets in
an event, a program or a log line; none may leave in any encoding, what leaves
must not depend on them, and what was promised to survive must be there.
The cases' format: fixtures/README.md of tightlip's sources, and --schema."""
_EXAMPLES = """\
examples:
  tightlip check fixtures
      tightlip itself, under both promises
  tightlip check cases --scrubber acme.telemetry:before_send
      your own before_send
  tightlip check cases --command 'node scrub.js'
      any command: a line of JSON in, a line of JSON out (null: dropped)
  tightlip check cases --live 'node {file}' --language javascript
      programs that use any SDK with a Sentry DSN
  tightlip check cases -k cookies --seed 4711
      some cases, with the same canaries as in another run
  tightlip check fixtures --compare
      a scoreboard: leaks and words kept, with peers beside
  tightlip check cases --baseline known.json
      failures that are known; the file can only shrink

exit status:
  0; 1 when a case failed, or a known failure is mended and still listed; 2 for
  bad arguments or cases that cannot be read
"""
_MOST_SHOWN: Final = 40
_MOST_COMPLAINTS: Final = 20


def parser() -> argparse.ArgumentParser:
    """The arguments of ``tightlip check``."""
    found = command_parser("check", _DESCRIPTION, _EXAMPLES)
    add_arguments(found)
    add_arguments_of_run(found)
    out = found.add_argument_group("what comes out")
    out.add_argument("--format", choices=["text", *WRITERS], default="text", help="default: text")
    out.add_argument("-o", "--output", type=Path, metavar="FILE", help="write there instead of stdout")
    out.add_argument("--fields", action="store_true", help="the summary by field too")
    out.add_argument(
        "--show-stderr",
        action="store_true",
        help="what commands and programs wrote to stderr in cases that failed; it may hold made-up secrets",
    )
    out.add_argument("--list", action="store_true", help="list the cases and stop")
    out.add_argument(
        "--schema", action="store_true", help="print the JSON schema of a file of cases, for editors, and stop"
    )
    known = found.add_argument_group("known failures")
    known.add_argument("--baseline", type=Path, metavar="FILE", help="failures in this file are known; others fail")
    known.add_argument("--shrink", action="store_true", help="with --baseline: take out what is mended")
    known.add_argument("--write-baseline", type=Path, metavar="FILE", help="write what fails now to a new file")
    return found


def main(argv: Sequence[str]) -> int:
    """Check cases.

    Args:
        argv: The arguments behind ``check``.

    Returns:
        0; 1 when a case failed, or the baseline lists one that does not; 2 for bad arguments or cases.
    """
    never_fails_to_print()
    parser_ = parser()
    parsed = parser_.parse_args(argv)
    _sensible(parser_, parsed)
    if parsed.schema:
        from tightlip.suite.schema import schema_text  # noqa: PLC0415 - for those who ask

        sys.stdout.write(schema_text())
        return 0
    try:
        cases = selected(load_all(parsed.cases), parsed)
        if parsed.list:
            sys.stdout.writelines(f"{case.id:<50} {case.place}\n" for case in cases)
            return 0
        entries = baseline.read(parsed.baseline) if parsed.baseline else frozenset[baseline.Entry]()
        return _Outcome(run(cases, parsed), entries, parsed).written()
    except (CaseError, CrewError, ValueError, OSError) as error:
        return refused(error)


def _sensible(parser_: argparse.ArgumentParser, parsed: argparse.Namespace) -> None:
    if not parsed.cases and not parsed.schema:
        parser_.error("which cases? Give a file of cases, or a folder: tightlip check fixtures")
    sensible(parser_, parsed)
    if parsed.shrink and not parsed.baseline:
        parser_.error("--shrink: of which --baseline?")


class _Outcome:
    """What is said of a run, and the exit status."""

    def __init__(self, ran: Ran, entries: frozenset[baseline.Entry], parsed: argparse.Namespace) -> None:
        self._ran = ran
        self._entries = entries
        self._parsed = parsed
        self._results = baseline.known(ran.results, entries)
        self._held = [result for result in self._results if result.scrubber not in ran.peers]
        self._mended = baseline.mended(ran.results, entries)

    def written(self) -> int:
        """Write it; the exit status."""
        parsed = self._parsed
        if parsed.format == "text":
            self._put("\n".join(self._lines()) + "\n")
        else:
            self._put(WRITERS[parsed.format](self._results, self._ran.seed))
        if not any(result.status != "skipped" for result in self._results):
            reasons = dict.fromkeys(result.reason for result in self._results)
            say(f"nothing was checked: {'; '.join(reasons) or 'no case is held to this promise; see --profile'}")
            return 2
        if parsed.write_baseline:
            count = baseline.write(parsed.write_baseline, self._results)
            say(f"{count} known failures written to {parsed.write_baseline}")
            return 0
        status = int(any(result.status == "failed" for result in self._held))
        return max(status, self._shrunk())

    def _shrunk(self) -> int:
        if not self._mended:
            return 0
        what = f"{len(self._mended)} known failures are mended"
        if self._parsed.shrink:
            baseline.shrink(self._parsed.baseline, self._entries, self._mended)
            say(f"{what} and taken out of {self._parsed.baseline}")
            return 0
        for case, scrubber, kind, canary, path, _ in sorted(self._mended):
            say(f"mended: {case} [{scrubber}] {kind} {canary} {path}".rstrip())
        say(f"{what}; take them out of {self._parsed.baseline} with --shrink, so that they cannot come back unnoticed")
        return 1

    def _put(self, text: str) -> None:
        file: Path | None = self._parsed.output
        if file is None:
            sys.stdout.write(text)
            return
        write_whole(file, text)

    def _lines(self) -> list[str]:
        colours: Mapping[str, str] = {} if self._parsed.output else colours_of(sys.stdout)
        results, parsed = self._results, self._parsed
        if getattr(parsed, "compare", False):
            from tightlip.suite.scoreboard import score, table_lines  # noqa: PLC0415 - for those who compare

            return [*table_lines(score(results), self._ran.missing, colours), "", self._verdict(colours)]
        failed = [result for result in results if result.status == "failed"]
        lines: list[str] = []
        for result in failed[:_MOST_SHOWN]:
            lines.extend([*failure_lines(result, colours, again=self._again(result)), ""])
            if result.complaints and not parsed.show_stderr:
                lines[-1:] = ["       --show-stderr: what it wrote to stderr in failed cases", ""]
            elif result.complaints:
                lines.extend(
                    [f"    | {printable(line)}" for line in result.complaints.splitlines()[-_MOST_COMPLAINTS:]]
                )
                lines.append("")
        if len(failed) > _MOST_SHOWN:
            lines.extend([f"... and {len(failed) - _MOST_SHOWN} more cases; --format json lists all", ""])
        lines.extend(summary_lines(results, colours, fields=parsed.fields))
        return [*lines, self._verdict(colours)]

    def _verdict(self, colours: Mapping[str, str]) -> str:
        return verdict(self._held, self._ran.seconds, self._ran.seed, colours)

    def _again(self, result: Result) -> str:
        where = [str(path) for path in self._parsed.cases]
        which = ["-k", result.case.id, "--seed", str(self._ran.seed)]
        return f"tightlip check {shlex.join([*where, *words(self._parsed), *which])}"
