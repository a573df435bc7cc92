"""The command: which part is measured, and what is printed of it."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.scrubbing import costs, fields, growth, peers, recall, sentences, workload
from benchmarks.scrubbing.report import listed, shown, table
from benchmarks.scrubbing.tools import own

from tightlip.suite.runners.peers import relay as relay_of_a_project

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
        self.missing: dict[str, str] = {}
        if not options.no_peers:
            found, self.missing = peers.available()
            self.tools += found
        self.numbers: dict[str, Any] = {
            "seed": options.seed,
            "tools": {tool.name: tool.note for tool in self.tools},
            "missing": self.missing,
        }

    def of_text(self) -> list[Tool]:
        """The tools that scrub text."""
        return [tool for tool in self.tools if tool.texts is not None]


def progress(text: str) -> None:
    """Say what is under way, beside the tables."""
    print(text, file=sys.stderr, flush=True)


def _fields(run: Run) -> Iterator[str]:
    valid = peers.validator()
    numbers: dict[str, Any] = {}
    leaks: list[str] = []
    for title, planted in (("fields", fields.FIELDS), ("more fields", fields.MORE)):
        found: list[fields.Leaks] = []
        for tool in run.tools:
            progress(f"{title}: {tool.name}")
            found.append(fields.measure(tool, run.options.seed, planted, valid))
        yield f"{title}: {len(planted)} fields of Sentry's event format x {found[0].probes // len(planted)} kinds of secret"
        yield from table(
            ["", "leaks", "of", "refused", "made invalid", "type or function lost", "not idempotent"],
            [
                [
                    one.tool,
                    str(len(one.leaked)),
                    str(one.probes),
                    str(one.refused),
                    "?" if valid is None else str(len(one.invalid)),
                    str(len(one.ungrouped)),
                    str(len(one.unstable)),
                ]
                for one in found
            ],
        )
        yield ""
        numbers[title] = {
            one.tool: {
                "leaked": one.leaked,
                "probes": one.probes,
                "refused": one.refused,
                "invalid": None if valid is None else len(one.invalid),
                "ungrouped": len(one.ungrouped),
                "unstable": len(one.unstable),
            }
            for one in found
        }
        for one in found[: len(own())]:
            leaks += (f"  {one.tool}: leaks {kind} in {name}: {piece}..." for name, kind, piece in one.leaked)
        for what, pairs in (
            ("makes the event invalid", found[0].invalid),
            ("takes its group", found[0].ungrouped),
            ("is changed by a second pass", found[0].unstable),
        ):
            counts = Counter(name for name, _ in pairs)
            leaks += (f"  {found[0].tool}: {name}, {count} kinds: {what}" for name, count in counts.items())
    yield "A STRICT event that was made elsewhere loses its functions by design: they are not from a listed package."
    if valid is None:
        yield "Whether events stay valid is not known: sentry-relay, whose normaliser tells, is not installed."
    run.numbers["fields"] = numbers
    if run.options.leaked:
        yield from leaks


def _recall(run: Run) -> Iterator[str]:
    exams = recall.exams(run.options.seed)
    found: dict[str, dict[str, recall.Recall]] = {}
    for name, samples in exams.items():
        for tool in run.of_text():
            progress(f"recall: {name}, {tool.name}")
            found.setdefault(tool.name, {})[name] = recall.measure(tool, samples[: tool.sampled(len(samples))])
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
    for axis, title in (("context", "by context"), ("kind", "by kind")):
        if axis == "context" or run.options.kinds:
            yield f"\nrecall on the {recall.SECRETS:,} secrets {title}"
            yield from _by(axis, {tool: by_exam["secrets"] for tool, by_exam in found.items()})
    run.numbers["recall"] = {
        tool: {
            name: {
                "texts": one.texts,
                "recall": one.share,
                "words": one.share_of_words,
                "unstable": one.unstable,
                "by_context": one.by("context"),
                "by_kind": one.by("kind"),
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


def _by(axis: str, found: dict[str, recall.Recall]) -> Iterator[str]:
    by_tool = {tool: one.by(axis) for tool, one in found.items()}
    rows = list(dict.fromkeys(name for shares in by_tool.values() for name in shares))
    yield from table(
        ["", *(tool.split()[0] for tool in by_tool)],
        [[name, *(f"{shares[name]:.0%}" if name in shares else "-" for shares in by_tool.values())] for name in rows],
    )


def _survival(run: Run) -> Iterator[str]:
    progress("survival: reading raise statements")
    clean = sentences.sample(run.options.seed)
    found: list[sentences.Survival] = []
    for tool in run.of_text():
        progress(f"survival: {tool.name}")
        found.append(sentences.measure(tool, clean.texts[: tool.sampled(len(clean.texts))]))
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


def _growth(run: Run) -> Iterator[str]:
    found = growth.measure(progress)
    slow = sorted(found, key=lambda one: -one.slowest)
    yield f"growth of tightlip's time over {len(found)} hostile families, {growth.SIZES[0]:,} to {growth.SIZES[-1]:,} characters"
    yield f"  worst exponent       {found[0].exponent:.2f}  ({found[0].family})"
    yield f"  slowest 8 KB text    {slow[0].slowest * 1e3:.1f} ms  ({slow[0].family})"
    unstable = [one.family for one in found if not one.stable]
    yield f"  not idempotent       {len(unstable)}  {', '.join(unstable)}"
    yield from table(
        ["next worst exponents", "", "next slowest 8 KB", ""],
        [
            [one.family, f"{one.exponent:.2f}", other.family, f"{other.slowest * 1e3:.1f} ms"]
            for one, other in zip(found[1:6], slow[1:6], strict=True)
        ],
    )
    run.numbers["growth"] = {
        one.family: {"exponent": one.exponent, "ms_8k": one.slowest * 1e3, "stable": one.stable} for one in found
    }


def _costs(run: Run) -> Iterator[str]:
    relay = None
    if not run.options.no_peers:
        with contextlib.suppress(ImportError):
            relay = relay_of_a_project()
    progress("costs: texts")
    found = costs.of_texts()
    progress("costs: events")
    found += costs.of_events(relay)
    yield "costs: times as fast as the other, in alternating rounds of one process [absolute]"
    rows: list[list[str]] = []
    for cost in found:
        for ours in ("tightlip", "tightlip APP"):
            for other in ("sentry-relay", "one by one"):
                if ours in cost.seconds and other in cost.seconds:
                    mine, theirs = cost.seconds[ours], cost.seconds[other]
                    rows.append(
                        [cost.what, ours, other, f"{theirs / mine:.1f}x", f"[{shown(mine)}", f"{shown(theirs)}]"]
                    )
    yield from table(["", "", "beside", "", "ours", "theirs"], rows)
    yield f"  the event: {workload.described()}; tightlip APP is the whole of tightlip.scrub, with the allowlist and a copy as JSON data"
    run.numbers["costs"] = {cost.what: cost.seconds for cost in found}


PARTS: Final[dict[str, Callable[[Run], Iterator[str]]]] = {
    "fields": _fields,
    "recall": _recall,
    "survival": _survival,
    "growth": _growth,
    "costs": _costs,
}


def notes(run: Run) -> Iterator[str]:
    """Who is measured and how; and who could not be."""
    yield f"seed {run.options.seed}; everything planted is made up"
    width = max(map(len, (*(tool.name for tool in run.tools), *run.missing)))
    yield from (f"  {tool.name:<{width}}  {tool.note}" for tool in run.tools)
    yield from (f"  {name:<{width}}  NOT MEASURED: {reason}" for name, reason in run.missing.items())


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
    parser.add_argument("--kinds", action="store_true", help="recall by kind of secret as well")
    parser.add_argument("--lines", type=int, default=200, help="so many examples in each list (default: 200)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers there as well")
    options = parser.parse_args(arguments)
    run = Run(options)
    start = time.perf_counter()
    print("\n".join(notes(run)), end="\n\n")
    for name, part in PARTS.items():
        if not options.only or name in options.only:
            for line in part(run):
                print(line)
            print(flush=True)
    progress(f"{time.perf_counter() - start:.0f} s")
    if options.json:
        options.json.write_text(json.dumps(run.numbers, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0
