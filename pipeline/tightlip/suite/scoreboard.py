"""The scoreboard: several scrubbers over the same cases, by what leaks and by what is lost. Both count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tightlip.exact import is_dict, is_list
from tightlip.ink import dyed
from tightlip.suite.outcome import Output
from tightlip.suite.survival import stands

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tightlip.suite.outcome import Result


@dataclass(frozen=True, slots=True)
class Score:
    """The figures of one scrubber.

    Attributes:
        scrubber: Its name.
        cases: How many cases it was held to.
        passed: How many it passed.
        leaking: Cases in which a canary left, or in which what left depends on one.
        planted: Canaries planted.
        left: Canaries that left, in any encoding.
        words: Words that had to survive.
        kept: Words that did.
        broken: Cases in which it crashed, hung or printed garbage.
        skipped: Cases that it cannot run.
    """

    scrubber: str
    cases: int
    passed: int
    leaking: int
    planted: int
    left: int
    words: int
    kept: int
    broken: int
    skipped: int


def score(results: Sequence[Result]) -> list[Score]:
    """The figures by scrubber, best first: fewest leaking cases, then most words kept.

    Args:
        results: Of any number of scrubbers.
    """
    names = dict.fromkeys(result.scrubber for result in results)
    scores = [_of(name, [result for result in results if result.scrubber == name]) for name in names]
    return sorted(scores, key=lambda one: (one.leaking + one.broken, -share(one.kept, one.words)))


def share(part: int, whole: int) -> float:
    """A share from 0.0 to 1.0; 1.0 of nothing."""
    return part / whole if whole else 1.0


def _of(name: str, results: list[Result]) -> Score:
    held = [result for result in results if result.status != "skipped"]
    words = kept = left = planted = leaking = broken = 0
    for result in held:
        kinds = {failure.kind for failure in result.failures}
        leaking += not kinds.isdisjoint({"leak", "interference"})
        broken += not kinds.isdisjoint({"crash", "hang", "garbage"})
        planted += len(result.case.canaries)
        left += len({failure.canary for failure in result.failures if failure.kind == "leak"})
        asked, survived = words_kept(result)
        words += asked
        kept += survived
    return Score(
        scrubber=name,
        cases=len(held),
        passed=sum(result.status == "passed" for result in held),
        leaking=leaking,
        planted=planted,
        left=left,
        words=words,
        kept=kept,
        broken=broken,
        skipped=len(results) - len(held),
    )


def words_of(result: Result) -> list[str]:
    """The words that had to survive in a case: those of ``words``, and those of the template's own text."""
    keep = result.case.keep.get(result.profile)
    if keep is None or result.profile in result.case.dropped:
        return []
    template = keep.template or ""
    return [*keep.words, *(word for word in template.split() if "{" not in word and "}" not in word)]


def words_kept(result: Result) -> tuple[int, int]:
    """How many words had to survive in a case, and how many did."""
    expected = words_of(result)
    text = _text(result)
    return len(expected), sum(stands(word, text) for word in expected)


def _text(result: Result) -> str:
    output = result.runs[0].output if result.runs else None
    return "\n".join(_texts(output.event)) if isinstance(output, Output) else ""


def _texts(value: Any) -> Iterable[str]:
    if type(value) is str:
        yield value
    elif is_dict(value):
        for key, item in value.items():
            yield from _texts(key)
            yield from _texts(item)
    elif is_list(value):
        for item in value:
            yield from _texts(item)


def table_lines(scores: Sequence[Score], missing: Mapping[str, str], colours: Mapping[str, str]) -> list[str]:
    """The scoreboard as lines for a terminal.

    Args:
        scores: The figures.
        missing: Scrubbers that could not be run, and why.
        colours: Of the terminal.
    """
    width = max([len("scrubber"), *(len(one.scrubber) for one in scores)])
    lines = [
        dyed(f"{'scrubber':<{width}}  cases  leaking  canaries left  words kept  passed  broken", "faint", colours)
    ]
    for one in scores:
        leaking = f"{one.leaking:>7}"
        lines.append(
            f"{one.scrubber:<{width}}  {one.cases:>5}  {dyed(leaking, 'bad' if one.leaking else 'good', colours)}  "
            f"{one.left:>5} of {one.planted:<5}  {share(one.kept, one.words):>9.1%}  {one.passed:>6}  {one.broken:>6}"
        )
    lines.extend(f"{name:<{width}}  not run: {why}" for name, why in missing.items())
    return lines
