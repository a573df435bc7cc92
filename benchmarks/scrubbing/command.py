"""The command: which part is measured, and what is printed of it."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

# Nothing that is imported from here on may report to anybody.
os.environ["DO_NOT_TRACK"] = "1"
os.environ.pop("SENTRY_DSN", None)

from benchmarks.scrubbing import recall, sentences
from benchmarks.scrubbing.report import listed, table
from benchmarks.scrubbing.tools import own

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from benchmarks.scrubbing.tools import Tool

_EXAMPLES: Final = """\
examples:
  scrub_figures.py                              everything, with peers beside
  scrub_figures.py --no-peers                   tightlip alone, which is quick
  scrub_figures.py --only recall --lost --leaked --no-peers
                                                which made-up secrets leak, and which words are lost
  scrub_figures.py --only survival --seed 7     other clean sentences
  scrub_figures.py --json figures.json          the same numbers for a program
"""


class Run:
    """What one run of the command was asked for, and the numbers that it found."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.tools: list[Tool] = own()
        self.unavailable: dict[str, str] = {}
        self.numbers: dict[str, Any] = {"seed": options.seed}

    def of_text(self) -> list[Tool]:
        """The tools that scrub text."""
        return [tool for tool in self.tools if tool.text is not None]


def progress(text: str) -> None:
    """Say what is under way, beside the tables."""
    print(text, file=sys.stderr, flush=True)


def _recall(run: Run) -> Iterator[str]:
    exams = recall.exams(run.options.seed)
    found: dict[str, dict[str, recall.Recall]] = {}
    for name, samples in exams.items():
        for tool in run.of_text():
            progress(f"recall: {name}, {tool.name}")
            found.setdefault(tool.name, {})[name] = recall.measure(tool, samples[: _share(tool, len(samples))])
    yield "recall: secrets of which nothing distinctive survives | words beside them that survive"
    yield from table(
        ["", *(f"{len(samples):,} {name}" for name, samples in exams.items()), "words beside", "not idempotent"],
        [
            [
                tool,
                *(f"{one.share:.1%}" for one in by_exam.values()),
                f"{sum(one.words_kept for one in by_exam.values()) / sum(one.words for one in by_exam.values()):.1%}",
                str(sum(one.unstable for one in by_exam.values())),
            ]
            for tool, by_exam in found.items()
        ],
    )
    run.numbers["recall"] = {
        tool: {
            name: {
                "texts": one.texts,
                "recall": one.share,
                "words": one.share_of_words,
                "unstable": one.unstable,
                "leaked": [[kind, count, where] for kind, count, where in recall.crossed(one.leaked)],
                "lost": [[kind, count, where] for kind, count, where in recall.crossed(one.lost)],
            }
            for name, one in by_exam.items()
        }
        for tool, by_exam in found.items()
    }
    ours = found[run.tools[0].name]
    for wanted, what in ((run.options.leaked, "leaked"), (run.options.lost, "lost")):
        if wanted:
            for name, one in ours.items():
                pairs: list[tuple[Any, str]] = getattr(one, what)
                yield from listed(f"{what} by tightlip: {name}", recall.crossed(pairs), pairs, run.options.lines)


def _survival(run: Run) -> Iterator[str]:
    progress("survival: reading raise statements")
    clean = sentences.sample(run.options.seed)
    found: list[sentences.Survival] = []
    for tool in run.of_text():
        progress(f"survival: {tool.name}")
        found.append(sentences.measure(tool, clean.texts[: _share(tool, len(clean.texts))]))
    yield (
        f"survival of {len(clean.texts):,} clean sentences, of {clean.found:,} different ones in raise statements of the "
        f"standard library and {clean.packages} installed packages"
    )
    yield from table(
        ["", "sentences", "words", "kept", "sentences changed", "not idempotent"],
        [
            [one.tool, f"{one.texts:,}", f"{one.words:,}", f"{one.share:.2%}", str(len(one.lost)), str(one.unstable)]
            for one in found
        ],
    )
    run.numbers["survival"] = {
        one.tool: {"texts": one.texts, "words": one.words, "kept": one.share, "unstable": one.unstable} for one in found
    }
    if run.options.lost:
        for text, result, words in found[0].lost:
            yield f"  {' '.join(words)}"
            yield f"    {text!r}"
            yield f"    {result!r}"


PARTS: Final[dict[str, Callable[[Run], Iterator[str]]]] = {
    "recall": _recall,
    "survival": _survival,
}


def _share(tool: Tool, count: int) -> int:
    return max(1, round(count * tool.share))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what was asked for, and print it."""
    parser = argparse.ArgumentParser(
        description="The scrubbers' figures: leaks, words kept, growth and costs, with peers beside.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--only", action="append", choices=list(PARTS), help="this part alone; may be repeated")
    parser.add_argument("--seed", type=int, default=1, help="for everything that is made up (default: 1)")
    parser.add_argument("--no-peers", action="store_true", help="tightlip alone")
    parser.add_argument("--leaked", action="store_true", help="list what tightlip leaks; all of it is made up")
    parser.add_argument("--lost", action="store_true", help="list the words that tightlip loses")
    parser.add_argument("--lines", type=int, default=200, help="so many examples in each list (default: 200)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers there as well")
    options = parser.parse_args(arguments)
    run = Run(options)
    start = time.perf_counter()
    for name, part in PARTS.items():
        if not options.only or name in options.only:
            for line in part(run):
                print(line)
            print(flush=True)
    progress(f"{time.perf_counter() - start:.0f} s")
    if options.json:
        options.json.write_text(json.dumps(run.numbers, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0
