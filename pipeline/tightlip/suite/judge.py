"""Judges what left in the runs of a case.

Guarantees:

1. A canary that left is found in every encoding of `encoding_forms`, in the event and beside it.
2. What left is equal byte for byte in all runs, the order of keys included, but for the paths that vary; so whatever depends on the
   values is found, if it comes out differently for the values of these runs.
3. What varies is searched too; where the case's own event fixes a field that varies otherwise (``event_id``), it is compared as all else is.
4. No sentence shows a canary's value.

Not covered: a leak that comes out the same for the values of all runs ("begins with a vowel"): more runs make that less likely. What an SDK
draws anew for each event (``event_id``) can hide a keyed hash, unless one run more repeats the values of the first: then that is found, too.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from tightlip.suite.canaries import is_searchable
from tightlip.suite.case import ALWAYS_VARY, EventInput, LogInput
from tightlip.suite.differences import differences
from tightlip.suite.encodings import BESIDE, Haystack, search
from tightlip.suite.naming import Names, common_names
from tightlip.suite.outcome import Broken, Failure, Output
from tightlip.suite.paths import found, is_mapping, parse, shown, without
from tightlip.suite.survival import survival
from tightlip.suite.texts import flaw, texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tightlip.suite.case import Case, Profile
    from tightlip.suite.encodings import Found
    from tightlip.suite.outcome import FailureKind, Run
    from tightlip.suite.paths import Step

_WORST_FIRST: Final[tuple[FailureKind, ...]] = (
    "leak", "interference", "present", "crash", "hang", "garbage", "lost", "changed",
)  # fmt: skip
#: Places that are listed for each canary, and for what depends on the values; the rest is counted.
MOST_PLACES: Final = 5


_BY_VALUE: Final = "what left{} depends on the canaries' values"
_BY_CHANCE: Final = "what left{} is another each time, with the same values too"
_IDENTIFIER: Final = re.compile(r"[0-9A-Fa-f-]{12,}")
_FRACTION: Final = re.compile(r"(?:[0-9]{9,}|:[0-9]{2})\.([0-9]{4,})")


def judge(case: Case, profile: Profile, runs: Sequence[Run], varies: Iterable[str] = ()) -> tuple[Failure, ...]:
    """What is wrong with what left.

    Args:
        case: The case.
        profile: The promise it is held to.
        runs: At least two runs, with other values each; a run with the values of an earlier one may follow.
        varies: Paths that differ between any two runs of this scrubber, beside the case's own.

    Returns:
        Failures, worst first; none if the case passed.

    Raises:
        ValueError: There are fewer than two runs, which prove little.
    """
    if len(runs) < 2:  # noqa: PLR2004 - the fewest that can differ
        raise ValueError("a case is judged by at least two runs, with other canaries each")
    more = tuple(varies)
    outputs: list[tuple[Run, Output]] = []
    usable: list[tuple[Run, Output]] = []
    failures: dict[Failure, None] = {}
    for run in runs:
        output = run.output
        if isinstance(output, Broken):
            failures[Failure(output.kind, output.words)] = None
            continue
        garbage = dict.fromkeys(_garbage(case, output))
        failures.update(garbage)
        outputs.append((run, output))
        if not garbage:
            usable.append((run, output))
    names = _names(case, outputs)
    left = _leaks(case, outputs, usable, names)
    kinds = {canary.name: canary.kind for canary in case.canaries}
    for name, places in left.items():
        failures.update(dict.fromkeys(leak_failures(name, kinds.get(name, ""), places)))
    # A canary explains the difference where it stands: in a text, or in a key.
    leaking = {f"{path}.*".lstrip(".") if key else path for places in left.values() for path, key in places}
    failures.update(dict.fromkeys(_interference(case, usable, more, leaking, names)))
    if len(usable) == len(runs):
        failures.update(dict.fromkeys(survival(case, profile, [output.event for _, output in usable], more)))
    hidden = {value: name for run in runs for name, value in run.values.items() if is_searchable(value)}
    return tuple(
        sorted((_hiding(failure, hidden) for failure in failures), key=lambda one: _WORST_FIRST.index(one.kind))
    )


def _hiding(failure: Failure, hidden: Mapping[str, str]) -> Failure:
    """The last look at a sentence: what a case asks to be kept may hold a value, and so may what a scrubber remembered."""
    words = failure.words
    for value, name in hidden.items():
        words = words.replace(value, f"[canary {name}]")
    return failure if words == failure.words else replace(failure, words=words)


def _garbage(case: Case, output: Output) -> Iterator[Failure]:
    event = output.event
    if event is None or is_mapping(event) or (isinstance(event, str) and isinstance(case.input, LogInput)):
        for place, tree in _trees(output):
            wrong = flaw(tree)
            if wrong is not None:
                path = shown((*place, *wrong.steps)) or None
                where = f"at {path}" if path else "in the event"
                yield Failure("garbage", f"what left is no JSON: {where}, {wrong.words}", path=path)
        return
    kind = "a text" if isinstance(event, str) else "a list" if isinstance(event, (list, tuple)) else "another value"
    yield Failure("garbage", f"what left is {kind}, but an event is a mapping")


def _trees(output: Output) -> Iterator[tuple[tuple[Step, ...], Any]]:
    yield (), output.event
    for number, item in enumerate(output.beside):
        yield (BESIDE, number), item


def _names(case: Case, outputs: Sequence[tuple[Run, Output]]) -> Names:
    given = case.input.event if isinstance(case.input, EventInput) else None
    trees = [[output.event, *output.beside] for _, output in outputs]
    return Names((text for run, _ in outputs for text in run.values.values()), common_names(trees, given))


def _leaks(
    case: Case, outputs: Sequence[tuple[Run, Output]], usable: Sequence[tuple[Run, Output]], names: Names
) -> dict[str, dict[tuple[str, bool], Found]]:
    """Where canaries left: by canary, by path and whether in a key."""
    stacks: list[Haystack] = []
    # What is no JSON may contain itself, and cannot be compared.
    sound = {id(output) for _, output in usable}
    for number, (_, output) in enumerate(outputs):
        # In most cases the same left in all runs: it is made ready once.
        last = number if id(output) in sound else 0
        same = next((at for at in range(last) if id(outputs[at][1]) in sound and outputs[at][1] == output), None)
        stacks.append(Haystack(output) if same is None else stacks[same])
    # What a case gives may be a name that stands in the event anyway.
    given = {canary.name for canary in case.canaries if canary.given}
    found: dict[str, dict[tuple[str, bool], Found]] = {canary.name: {} for canary in case.canaries}
    for (run, _), stack in zip(outputs, stacks, strict=True):
        for name, value in run.values.items():
            other = next((at for at, (one, _) in enumerate(outputs) if one.values.get(name, value) != value), None)
            other_value = outputs[other][0].values[name] if other is not None else None
            elsewhere = stacks[other] if other is not None else None
            for place in search(stack, value, other_value, elsewhere, ordinary=name in given):
                found.setdefault(name, {}).setdefault((names.path(place.steps), place.key), place)
    return found


def leak_failures(name: str, kind: str, places: dict[tuple[str, bool], Found]) -> Iterator[Failure]:
    """The failures of one canary, the rest of them counted.

    Args:
        name: The canary's name.
        kind: And its kind; may be empty.
        places: Where it stands, by path and whether in a key.
    """
    what = f"the {kind} canary {name}" if kind else f"the canary {name}"
    rest = len(places) - MOST_PLACES
    for number, ((path, key), place) in enumerate(places.items()):
        if number == MOST_PLACES:
            break
        where = f"in a key of {path or 'the event'}" if key else f"at {path}" if path else "in the text"
        more = f"; and in {rest} more place{'s' if rest > 1 else ''}" if rest > 0 and number == MOST_PLACES - 1 else ""
        yield Failure(
            "leak", f"{what} left {where} ({place.encoding}){more}", path=path or None, canary=name, canary_kind=kind or None,
            encoding=place.encoding,
        )  # fmt: skip


def _interference(
    case: Case, usable: Sequence[tuple[Run, Output]], varies: tuple[str, ...], leaking: set[str], names: Names
) -> Iterator[Failure]:
    if len(usable) < 2:  # noqa: PLR2004 - one alone cannot differ
        return
    free = [parse(path) for path in (*case.varies, *_free(case, varies))]
    trees = [_comparable(output, free) for _, output in usable]
    seen: dict[str, str] = {}
    for (run, _), tree in zip(usable[1:], trees[1:], strict=True):
        what = _BY_CHANCE if run.values == usable[0][0].values else _BY_VALUE
        if (trees[0]["event"] is None) != (tree["event"] is None):
            seen.setdefault("", f"{what}: an event left in one run and nothing in another")
            continue
        for difference in differences(trees[0], tree):
            inside = difference.steps[1:] if difference.steps[:1] == ("event",) else difference.steps
            seen.setdefault(names.path(inside), f"{what}: {difference.words}{_made_anew(case, inside)}")
    for steps in _made_of_values(usable):
        seen.setdefault(
            names.path(steps), f"{_BY_VALUE}: it is the same again for the same values, and another for others"
        )
    new = {path: words for path, words in seen.items() if path not in leaking}
    rest = len(new) - MOST_PLACES
    for number, (path, words) in enumerate(new.items()):
        if number == MOST_PLACES:
            break
        more = (
            f"; and {rest} more difference{'s' if rest > 1 else ''}" if rest > 0 and number == MOST_PLACES - 1 else ""
        )
        yield Failure("interference", words.format(f" at {path}" if path else "") + more, path=path or None)


def _free(case: Case, varies: tuple[str, ...]) -> Iterator[str]:
    """The fields that differ anyway. Those that the case's own event fixes do not: no scrubber has to make them anew."""
    event: Any = case.input.event if isinstance(case.input, EventInput) else {}
    return (path for path in (*ALWAYS_VARY, *varies) if not found(event, parse(path)))


def _made_anew(case: Case, steps: tuple[Step, ...]) -> str:
    path = shown(steps)
    if path in ALWAYS_VARY and isinstance(case.input, EventInput):
        return f"; the case's own event gives it, the same in every run (if the scrubber draws it anew, list {path} under varies)"
    return ""


def _made_of_values(usable: Sequence[tuple[Run, Output]]) -> Iterator[tuple[Step, ...]]:
    """What may differ from run to run, but is the same in two runs with the same values: a hash in an identifier, or in a time."""
    first, output = usable[0]
    again = [other for run, other in usable[1:] if run.values == first.values]
    others = [other for run, other in usable[1:] if run.values != first.values]
    if not again or not others:
        return
    ours, same, another = (
        {text.steps: _drawn(text.text) for text in texts(one.event) if not text.key}
        for one in (output, again[0], others[0])
    )
    for steps, drawn in ours.items():
        if drawn and drawn == same.get(steps) and steps in another and drawn != another[steps]:
            yield steps


def _drawn(text: str) -> str | None:
    """What of an identifier or a time is drawn anew for each event, and not the same in two of them but by a chance of one in 10,000."""
    time = _FRACTION.search(text)
    if time is not None:
        return time[1]
    return text if _IDENTIFIER.fullmatch(text) else None


def _comparable(output: Output, gone: Sequence[tuple[Step, ...]]) -> dict[str, Any]:
    return {"event": without(output.event, gone), BESIDE: [without(item, gone) for item in output.beside]}
