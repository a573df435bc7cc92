"""``tightlip report``: a run of the suite as one page for a person who does not program.

Exit status: 0 when the page was written, whatever it shows; 2 for bad arguments, cases or results.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tightlip.policy_file import find_policy
from tightlip.suite import baseline
from tightlip.suite.case_file import CaseError, load_all
from tightlip.suite.choosing import add_arguments
from tightlip.suite.formats import WRITERS
from tightlip.suite.outcome import CrewError
from tightlip.suite.report.document import DocumentError, read
from tightlip.suite.report.figures import held, left_values, peers_of
from tightlip.suite.report.page import render
from tightlip.suite.report.reasons import Why, scrubber_name
from tightlip.suite.report.words import count
from tightlip.suite.running import add_arguments as add_arguments_of_run
from tightlip.suite.running import refused, run, selected, sensible
from tightlip.suite.whole_file import write_whole
from tightlip.terminal import command_parser, never_fails_to_print, say, without_arguments

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from tightlip.suite.report.document import Document

_DESCRIPTION = """\
Runs cases as `tightlip check` does, or takes what it wrote, and makes one page
of HTML: the verdict, the score by class of data, a scoreboard, and for each
case what went in beside what left, with the reason for each field. The page
loads nothing and needs nothing; it can be mailed, printed and archived."""
_EXAMPLES = """\
examples:
  tightlip report fixtures -o report.html
      tightlip itself, under both promises
  tightlip report fixtures --compare -o report.html
      beside other scrubbers, with the scoreboard as a chart
  tightlip report cases --scrubber acme.telemetry:before_send -o report.html
      your own before_send
  tightlip check cases --format json -o results.json
  tightlip report --from results.json -o report.html
      of a run that was made elsewhere, as in CI

exit status:
  0 when the page was written, whatever it shows (`tightlip check` is what fails
  a build); 2 for bad arguments, cases or results
"""
_NONE_MISSING: Final[Mapping[str, str]] = {}


def parser() -> argparse.ArgumentParser:
    """The arguments of ``tightlip report``."""
    found = command_parser("report", _DESCRIPTION, _EXAMPLES)
    found.add_argument(
        "--from",
        dest="results",
        metavar="FILE",
        type=Path,
        help="what `tightlip check --format json` wrote, in place of cases; - for stdin",
    )
    found.add_argument("-o", "--output", type=Path, metavar="FILE", required=True, help="the page")
    add_arguments(found)
    add_arguments_of_run(found)
    found.add_argument("--baseline", type=Path, metavar="FILE", help="failures in this file are shown as known")
    return found


def main(argv: Sequence[str]) -> int:
    """Write the page.

    Args:
        argv: The arguments behind ``report``.

    Returns:
        0; 2 for bad arguments, cases or results.
    """
    never_fails_to_print()
    parser_ = parser()
    parsed = parser_.parse_args(argv)
    _sensible(parser_, parsed)
    try:
        document, missing = _run(parsed) if parsed.results is None else (_read(parsed.results), _NONE_MISSING)
        if all(one.status == "skipped" for one in document.checks):
            say(f"nothing was checked, so there is nothing to report: {document.checks[0].reason}")
            return 2
        names: list[str] = parsed.policy or []
        policies = [find_policy(name) for name in names]
        with without_arguments():
            page = render(document, Why({scrubber_name(policy): policy for policy in policies}), _today(), missing)
        write_whole(parsed.output, page)
    except (CaseError, CrewError, DocumentError, ValueError, OSError) as error:
        return refused(error)
    say(_summary(document, parsed.output))
    return 0


def _sensible(parser_: argparse.ArgumentParser, parsed: argparse.Namespace) -> None:
    if parsed.results is None and not parsed.cases:
        parser_.error(
            "which cases? Give a file or a folder, or --from results.json: tightlip report fixtures -o report.html"
        )
    if parsed.results is not None:
        # Of a run that is over nothing can be chosen any more.
        late = [
            name
            for name, is_given in (
                ("cases", parsed.cases), ("--scrubber", parsed.scrubber), ("--command", parsed.command),
                ("--live", parsed.live), ("--compare", parsed.compare), ("-k", parsed.k), ("--class", parsed.classes),
                ("--seed", parsed.seed is not None),
                ("--baseline", parsed.baseline),
            )
            if is_given
        ]  # fmt: skip
        if late:
            parser_.error(f"--from shows a run that is over; {late[0]} belongs to tightlip check")
    sensible(parser_, parsed)


def _run(parsed: argparse.Namespace) -> tuple[Document, Mapping[str, str]]:
    entries = baseline.read(parsed.baseline) if parsed.baseline else frozenset[baseline.Entry]()
    ran = run(selected(load_all(parsed.cases), parsed), parsed)
    if not ran.results:
        raise ValueError("nothing was checked: no case is held to this promise; see --profile")
    # By way of JSON, as `--from` has it: both give the same page.
    return read(WRITERS["json"](baseline.known(ran.results, entries), ran.seed), "the run"), ran.missing


def _read(file: Path) -> Document:
    if str(file) == "-":
        return read(sys.stdin.read(), "stdin")
    try:
        text = file.read_text("utf-8")
    except UnicodeDecodeError:
        raise DocumentError(f"{file} is no UTF-8 text, so no results of tightlip check") from None
    except OSError as error:
        raise DocumentError(f"{file} cannot be read: {(error.strerror or type(error).__name__).lower()}") from None
    return read(text, str(file))


def _today() -> str:
    """The day, in UTC; that of ``SOURCE_DATE_EPOCH`` (https://reproducible-builds.org/specs/source-date-epoch/) where it is set."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    moment = datetime.fromtimestamp(int(given), UTC) if given.isdigit() else datetime.now(UTC)
    return moment.date().isoformat()


def _summary(document: Document, file: Path) -> str:
    checks = held(document.checks)
    failed = sum(check.status == "failed" for check in checks)
    beside = len(peers_of(document.checks))
    more = f"; {count(beside, 'other scrubber')} beside" if beside else ""
    return (
        f"{file} shows {count(len({check.case for check in checks}), 'case')} in {count(len(checks), 'check')}: "
        f"{failed} failed, {count(left_values(checks), 'planted value')} left{more}"
    )
