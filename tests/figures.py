"""Prints the figures of the README: leaks, equal bytes and words kept, on the failures in ``real_sdks``.

python tests/figures.py [--lost] [--misfits] [--dropped] [--not-yet] [--messages] [SUBJECT ...]
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from measure import fits, kept, leaks, literal_words
from probe import failure, last_value, without_ids
from real_sdks import FAILURES, Failure, canaries, is_version_read, reporters

from tightlip.envelope import encode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import tightlip

SEEDS = ("alpha", "bravo")
RUNGS = ("code", "alternatives", "adapter", "builtin", "outer", "type")
#: Subjects that are packages of ours: what C says, and the forms that messages have.
OWN_SUBJECTS = ("builtins", "forms")
COLUMNS = ("cases", "leaks", "same bytes", "dropped", *RUNGS, "templates", "fit", "words kept")


@dataclass
class Outcome:
    """What came of one case, with two sets of canaries."""

    case: Failure
    messages: list[str] = field(default_factory=list)
    events: list[dict[str, Any] | None] = field(default_factory=list)
    leaks: int = 0

    @property
    def rung(self) -> str:
        event = self.events[-1]
        return "dropped" if event is None else str(event["tags"]["rung"])

    @property
    def reported(self) -> str:
        event = self.events[-1]
        return "" if event is None else str(last_value(event).get("value") or "")

    @property
    def is_same(self) -> bool:
        first, second = (json.dumps(without_ids(event)) for event in self.events)
        return first == second

    @property
    def has_template(self) -> bool:
        return bool(literal_words(self.reported))

    @property
    def is_fitting(self) -> bool:
        return fits(self.reported, self.messages[-1])

    @property
    def share(self) -> float | None:
        """The share of the words that survived; None where there are none to keep."""
        if not literal_words(self.case.template or ""):
            return None
        survived, words = kept(self.case.template or "", self.reported)
        return survived / words

    @property
    def place(self) -> str:
        """The innermost line of the package's own."""
        event = self.events[-1]
        frames = [] if event is None else last_value(event).get("stacktrace", {}).get("frames", [])
        own = [frame for frame in frames if frame["in_app"]]
        return f"{own[-1]['filename']}:{own[-1]['lineno']}" if own else "-"


def outcome(case: Failure, reporter: tightlip.Reporter) -> Outcome:
    """Run ``case`` with two sets of canaries."""
    found = Outcome(case)
    for seed in SEEDS:
        planted = canaries(seed)
        before = threading.enumerate()
        exc = failure(case.run, planted)
        for thread in set(threading.enumerate()).difference(before):
            thread.join(1)  # the number of threads is a fact of the report: those that are about to end must have ended
        found.messages.append(str(exc))
        event = reporter.preview(exc)
        found.events.append(event)
        if event is not None:
            found.leaks += len(leaks(encode(event).decode("ascii"), planted.values()))
    return found


def row(outcomes: Iterable[Outcome]) -> list[str]:
    """One line of the table."""
    found = list(outcomes)
    reported = [one for one in found if one.rung != "dropped"]
    shares = [one.share for one in found if one.share is not None]
    numbers = [
        len(found),
        sum(one.leaks for one in found),
        sum(one.is_same for one in found),
        len(found) - len(reported),
        *(sum(one.rung == rung for one in reported) for rung in RUNGS),
        sum(one.has_template for one in reported),
        sum(one.has_template and one.is_fitting for one in reported),
    ]
    return [*map(str, numbers), f"{sum(shares) / len(shares):.1%}" if shares else "-"]


def table(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """A line for each subject, and one for all."""
    subjects: dict[str, list[Outcome]] = defaultdict(list)
    for one in outcomes:
        subjects[one.case.subject].append(one)
    rows = [["subject", *COLUMNS], *([name, *row(found)] for name, found in subjects.items())]
    published = [one for name, found in subjects.items() if name not in OWN_SUBJECTS for one in found]
    if len(subjects) > 1 and published:
        rows.append(["published", *row(published)])
    if len(subjects) > 1:
        rows.append(["all", *row(one for found in subjects.values() for one in found)])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for name, *cells in rows:
        yield name.ljust(widths[0]) + "".join(
            f"  {cell:>{width}}" for cell, width in zip(cells, widths[1:], strict=True)
        )


def details(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """What was expected and what came, case by case."""
    for one in outcomes:
        share = "" if one.share is None else f"  {one.share:.0%} of the words"
        yield f"\n{one.case.name}  [{one.rung}]  {one.place}{share}"
        yield f"    expected  {one.case.template!r}"
        yield f"    reported  {one.reported or None!r}"
        if one.case.note:
            yield f"    note      {one.case.note}"


def main() -> None:
    """Run every failure twice, with two sets of canaries, and print what is asked for."""
    parser = argparse.ArgumentParser(description="Leaks and words kept, on the real failures of published SDKs.")
    parser.add_argument("subjects", nargs="*", help="only these")
    parser.add_argument("--lost", action="store_true", help="list the cases that lose words")
    parser.add_argument("--misfits", action="store_true", help="list the cases whose template does not fit the message")
    parser.add_argument("--dropped", action="store_true", help="list the cases that are not reported")
    parser.add_argument("--not-yet", action="store_true", help="print the set of names for test_real_sdks.NOT_YET")
    parser.add_argument("--messages", action="store_true", help="with a list: the real messages too")
    options = parser.parse_args()
    os.environ["DO_NOT_TRACK"] = "1"
    logging.disable()  # packages log what they fail at
    by_package = reporters()
    chosen = [case for case in FAILURES if not options.subjects or case.subject in options.subjects]
    outcomes = [outcome(case, by_package[case.package]) for case in chosen]
    out = list(table(outcomes))
    lists: tuple[tuple[bool, str, Callable[[Outcome], bool]], ...] = (
        (options.lost, "lost words", lambda one: one.share is not None and one.share < 1),
        (options.misfits, "misfits", lambda one: one.has_template and not one.is_fitting),
        (options.dropped, "dropped", lambda one: one.rung == "dropped"),
    )
    for is_wanted, title, is_listed in lists:
        if is_wanted:
            listed = [one for one in outcomes if is_listed(one)]
            out += ["", f"== {title}: {len(listed)}"]
            for one in listed:
                out += details([one])
                if options.messages:
                    out.append(f"    message   {one.messages[-1]!r}")
    if options.not_yet:
        lost = [one.case for one in outcomes if one.share is not None and one.share < 1]
        out += ["", "NOT_YET = {", *(f'    "{case.name}",' for case in lost if is_version_read(case)), "}"]
    sys.stdout.write("\n".join(out) + "\n")


if __name__ == "__main__":
    main()
