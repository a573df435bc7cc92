"""The command line of the demo.

Exit status: 0 when every report is as it should be, 1 when one is not, 2 when the demo could not run.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from tightlip.demo import page, sample, stage
from tightlip.demo.outcome import Outcome, totals
from tightlip.demo.terminal import Paper
from tightlip.terminal import command_parser

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Sequence

_DESCRIPTION = """\
Run a pharmacy's application in which the SDK that it uses fails, and show for
each failure what happened here, what tightlip would send, and what a plain
sentry-sdk would have sent. Nothing leaves this machine."""
_EXAMPLES = """\
examples:
  tightlip demo
      all failures, and the page demo.html
  tightlip demo --html /tmp/private.html
      the page elsewhere
  tightlip demo --scenario key-refused --no-html
      one failure, in the terminal alone
  tightlip demo --json --no-html | jq '.totals'
      for programs

exit status:
  0; 1 when tightlip leaked anything or a report is not as it should be"""


def main(argv: list[str] | None = None) -> int:
    """Run the demo with the arguments ``argv``, by default those of the process; its exit status."""
    options = _parser().parse_args(argv)
    try:
        play = stage.perform(sample.find(), options.scenario, _progress(sys.stderr))
    except stage.Refused as refused:
        return _failed(str(refused))
    except (sample.NoSample, stage.Crashed, OSError) as error:
        return _failed(str(error))
    outcomes = play.outcomes
    if options.html is not None:
        try:
            _write(Path(options.html), page.render(play))
        except OSError as error:
            return _failed(
                f"cannot write {options.html}: {error.strerror or type(error).__name__}; give another file with --html, or --no-html"
            )
    where = None if options.html is None else Path(options.html).resolve()
    lines = (
        [json.dumps(_summary(outcomes, where), indent=2)]
        if options.json
        else _text(outcomes, where, wants_colour=not options.no_color)
    )
    _print(lines)
    return 1 if any(outcome.problems() for outcome in outcomes) else 0


def _parser() -> argparse.ArgumentParser:
    parser = command_parser("demo", _DESCRIPTION, _EXAMPLES)
    target = parser.add_mutually_exclusive_group()
    target.add_argument(
        "--html", metavar="FILE", default="demo.html", help="where the page is written (default: %(default)s)"
    )
    target.add_argument("--no-html", dest="html", action="store_const", const=None, help="write no page")
    parser.add_argument(
        "--scenario",
        metavar="NAME",
        action="append",
        default=[],
        help="only this failure; may be given again (default: all)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object in place of text")
    parser.add_argument(
        "--no-color", action="store_true", help="print no colours, as with NO_COLOR=1 in the environment"
    )
    return parser


def _text(outcomes: Sequence[Outcome], where: Path | None, *, wants_colour: bool) -> Iterable[str]:
    paper = Paper.for_stream(sys.stdout, wants_colour=wants_colour)
    for number, outcome in enumerate(outcomes, 1):
        yield from paper.failure(number, outcome)
    yield from paper.summary(outcomes)
    if where is not None:
        yield f"{'page':15}{where}"


def _summary(outcomes: Sequence[Outcome], where: Path | None) -> dict[str, Any]:
    sums = totals(outcomes)
    return {
        "totals": {
            "failures": sums.failures,
            "reported": sums.reported,
            "not_reported_as_intended": sums.not_reported,
            "with_template": sums.templates,
            "template_share": round(sums.share, 4),
            "plain_leaks": sums.plain_leaks,
            "tightlip_leaks": sums.report_leaks,
            "application_lines_in_plain_events": sums.application_lines,
        },
        "failures": [
            {
                "name": outcome.name,
                "title": outcome.title,
                "via": outcome.via,
                "reported": outcome.report is not None,
                "should_report": outcome.should_report,
                "dropped": list(outcome.dropped),
                "says": outcome.said if outcome.report is not None else None,
                "plain_leaks": dict(sorted(outcome.plain_leaks.items())),
                "tightlip_leaks": dict(sorted(outcome.report_leaks.items())),
                "problems": outcome.problems(),
                "event": outcome.report,
            }
            for outcome in outcomes
        ],
        "page": None if where is None else str(where),
    }


def _progress(stream: IO[str]) -> stage.Progress:
    is_shown = stream.isatty()

    def show(seen: int, expected: int) -> None:
        if is_shown and expected:
            # Back to the start of the line, and nothing left of it at the end.
            stream.write(f"\r\x1b[K{f'running the application: {seen} of {expected}' if seen < expected else ''}")
            stream.flush()

    return show


def _write(path: Path, text: str) -> None:
    """Write ``text`` at once or not at all."""
    target = path.resolve()
    handle, draft = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(draft).replace(target)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def _print(lines: Iterable[str]) -> None:
    encoding = sys.stdout.encoding or "utf-8"
    try:
        for line in lines:
            sys.stdout.write(line.encode(encoding, "replace").decode(encoding) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has seen enough. Python would complain once more when it flushes at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _failed(why: str) -> int:
    sys.stderr.write(f"tightlip demo: {why}\n")
    return 2
