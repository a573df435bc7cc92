"""A run of the suite as its commands' arguments have it: which cases, how often, with which scrubbers."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tightlip.ink import colours_of
from tightlip.suite.case_file import CaseError
from tightlip.suite.checking import SECONDS, check, fresh_seed, held
from tightlip.suite.choosing import chosen
from tightlip.suite.formats.text import Progress
from tightlip.suite.trial import TIMES
from tightlip.terminal import say

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from tightlip.suite.case import Case
    from tightlip.suite.choosing import Chosen
    from tightlip.suite.outcome import Result

#: How the names of tightlip's own runners begin.
_OWN: Final = "tightlip "


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments that say which cases are run and how."""
    parser.add_argument("cases", nargs="*", metavar="DIR|FILE", type=Path, help="files of cases, or folders with some")
    runs = parser.add_argument_group("how")
    runs.add_argument(
        "-k", metavar="TEXT", action="append", default=[], help="cases with this in their id; may be repeated"
    )
    runs.add_argument(
        "--class", metavar="NAME", action="append", default=[], dest="classes", help="cases of this class"
    )
    runs.add_argument("--seed", type=int, help="of the canaries: repeats a run (default: another one each time)")
    runs.add_argument(
        "--times", type=int, default=TIMES, metavar="N", help=f"runs of each case (default: {TIMES}, the fewest)"
    )
    runs.add_argument(
        "--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="processes (default: one a core; 0: none)"
    )
    runs.add_argument(
        "--limit", type=float, default=SECONDS, metavar="SECONDS", help=f"for one case (default: {SECONDS:g})"
    )


def sensible(parser: argparse.ArgumentParser, parsed: argparse.Namespace) -> None:
    """Refuse arguments that make no sense together."""
    if parsed.times < TIMES:
        parser.error(f"--times: at least {TIMES} runs are needed, since what leaves is compared between them")
    if parsed.limit <= 0:
        parser.error("--limit: seconds, more than 0")


def refused(error: Exception) -> int:
    """Say why nothing was run; the exit status. What is wrong with cases begins with file and line, so that editors can follow."""
    if isinstance(error, BrokenPipeError):
        raise error  # the reader had enough
    sys.stderr.write(f"{error}\n") if isinstance(error, CaseError) else say(str(error))
    return 2


def selected(cases: Sequence[Case], parsed: argparse.Namespace) -> list[Case]:
    """The cases that ``-k`` and ``--class`` leave.

    Raises:
        ValueError: None is left.
    """
    found = [
        case
        for case in cases
        if (not parsed.k or any(text in case.id for text in parsed.k))
        and (not parsed.classes or case.kind in parsed.classes)
    ]
    if not found:
        wanted = " ".join([*(f"-k {text}" for text in parsed.k), *(f"--class {name}" for name in parsed.classes)])
        raise ValueError(f"no case is left of {len(cases)} by {wanted}; --list shows their ids")
    return found


@dataclass(frozen=True, slots=True)
class Ran:
    """A run.

    Attributes:
        results: Of all scrubbers.
        peers: The names of those that are there to be compared with alone.
        missing: Scrubbers that were asked for and are not here, and why.
        seed: Whence the canaries came.
        seconds: How long it took.
    """

    results: list[Result]
    peers: frozenset[str]
    missing: Mapping[str, str]
    seed: int
    seconds: float


def run(cases: Sequence[Case], parsed: argparse.Namespace) -> Ran:
    """Run the cases with each scrubber that the arguments choose, with progress on a terminal.

    Raises:
        ValueError: A scrubber makes no sense.
    """
    choice = chosen(parsed)
    seed = fresh_seed() if parsed.seed is None else parsed.seed
    begun = time.monotonic()
    progress = Progress(sys.stderr, _total(cases, choice), colours_of(sys.stderr))
    results: list[Result] = []
    peers: set[str] = set()
    try:
        for number, opener in enumerate(choice.openers):
            found = check(
                cases,
                opener,
                seed=seed,
                times=parsed.times,
                jobs=parsed.jobs,
                seconds=parsed.limit,
                on_result=progress,
            )
            results.extend(found)
            if number < choice.beside:
                peers.update(result.scrubber for result in found if not result.scrubber.startswith(_OWN))
    finally:
        progress.end()
    return Ran(results, frozenset(peers), choice.missing, seed, time.monotonic() - begun)


def _total(cases: Sequence[Case], choice: Chosen) -> int:
    total = 0
    for opener in choice.openers:
        runner = opener()
        total += len(held(cases, runner))
        runner.close()
    return total
