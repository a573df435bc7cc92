"""The power of the judge: every way to leak that is built in on purpose is found, and honest scrubbers are not accused."""

from __future__ import annotations

import copy
import functools
from typing import TYPE_CHECKING, Any

import pytest
from leaky_scrubbers import LEAKS, REMEMBERED, Leak, cleaned
from sample_events import PYTHON

import tightlip
from tightlip.suite.case import Canary, Case, EventInput, Keep, Place
from tightlip.suite.filling import fill
from tightlip.suite.judge import judge
from tightlip.suite.outcome import Output, Run
from tightlip.suite.paths import is_list, is_mapping

if TYPE_CHECKING:
    from collections.abc import Callable

    from tightlip.suite.case import Filled, Profile
    from tightlip.suite.outcome import Failure

    Event = dict[str, Any]

#: Seeds that each leak is tried with: what is found by luck is not found with all of them.
SEEDS = range(3)
FEWEST = 40
PLANTED: dict[str, Any] = {
    "extra": {"secret": "${secret}", "attempt": 3},
    "message": "no session for ${secret}",
    "user": {"id": "${secret}"},
    "request": {"url": "https://shop.acme.example/orders", "headers": {"X-Session": "${secret}"}},
}


#: What the leaks are put into.
SMALL = {name: PYTHON[name] for name in ("event_id", "timestamp", "platform", "level", "exception")}


def case(name: str, kind: str, base: Event, *, minted: bool = False) -> Case:
    event = copy.deepcopy(base) | copy.deepcopy(PLANTED)
    if minted:
        del event["event_id"], event["timestamp"]
    return Case(
        id=f"power.{name}", why="It leaks.", kind="secret", about="extra", profiles=("strict", "app"), input=EventInput(event),
        canaries=(Canary("secret", kind),), keep={"strict": Keep(), "app": Keep()}, absent={}, dropped=frozenset(), exact={}, varies=(),
        place=Place("cases/power.yaml", 1, 1),
    )  # fmt: skip


def event_of(filled: Filled) -> Event:
    assert isinstance(filled.input, EventInput)
    return copy.deepcopy(dict(filled.input.event))


def judged(leak: Leak, seed: int, runs: int, *, repeat: bool = False) -> tuple[Failure, ...]:
    own = case(leak.name.replace(" ", "-"), leak.kind, SMALL, minted=leak.minted)
    numbers = [*range(runs), *([0] if repeat else [])]
    filled = [fill(own, seed, number) for number in numbers]
    return judge(own, "app", [Run(one.values, Output(leak.before_send(event_of(one), {}))) for one in filled])


@functools.cache
def found(leak: Leak, runs: int, *, repeat: bool = False) -> bool:
    """Whether it is found with every seed: not with one that happens to suit."""
    REMEMBERED.clear()
    return all(
        any(failure.kind in {"leak", "interference"} for failure in judged(leak, seed, runs, repeat=repeat))
        for seed in SEEDS
    )


@pytest.mark.parametrize(
    "leak", [leak for leak in LEAKS if leak.runs == 2 and not leak.repeat], ids=lambda leak: leak.name
)
def test_a_leak_is_found_with_two_runs(leak: Leak) -> None:
    """As many as a case is run without being told otherwise."""
    assert found(leak, 2)


@pytest.mark.parametrize("leak", [leak for leak in LEAKS if leak.runs > 2], ids=lambda leak: leak.name)
def test_a_leak_that_only_some_values_show_is_found_with_more_runs(leak: Leak) -> None:
    """Two runs find it as often as two values differ in it."""
    assert found(leak, leak.runs)


@pytest.mark.parametrize("leak", [leak for leak in LEAKS if leak.repeat], ids=lambda leak: leak.name)
def test_a_keyed_hash_in_what_is_drawn_anew_is_found_by_a_repeated_run(leak: Leak) -> None:
    """It is the same again for the same values; what is drawn by chance is not."""
    assert found(leak, 2, repeat=True)


def test_the_figure(capsys: pytest.CaptureFixture[str]) -> None:
    """All of at least forty."""
    names = [leak.name for leak in LEAKS if found(leak, leak.runs, repeat=leak.repeat)]
    more = [f"{leak.name} ({leak.runs})" for leak in LEAKS if leak.runs > 2]
    again = [leak.name for leak in LEAKS if leak.repeat]
    with capsys.disabled():
        print(
            f"\n{len(names)} of {len(LEAKS)} ways to leak found, {len(LEAKS) - len(more) - len(again)} of them by any two runs;"
        )
        print(f"by more runs: {', '.join(more)}; by a repeated run: {', '.join(again)}")
    assert len({leak.name for leak in LEAKS}) == len(LEAKS) >= FEWEST
    assert len(names) == len(LEAKS)


def masked(event: Event) -> Event:
    def walk(value: Any) -> Any:
        if is_mapping(value):
            return {key: walk(item) for key, item in value.items()}
        if is_list(value):
            return [walk(item) for item in value]
        return "[removed]" if isinstance(value, str) else value

    return {key: item if key in {"event_id", "timestamp"} else walk(item) for key, item in event.items()}


def scrubbed(policy: tightlip.Policy) -> Callable[[Event], Any]:
    return lambda event: tightlip.scrub(event, policy)


HONEST: dict[str, tuple[Profile, Callable[[Event], Any]]] = {
    "tightlip strict": ("strict", scrubbed(tightlip.STRICT)),
    "tightlip app": ("app", scrubbed(tightlip.APP)),
    "cleaned": ("app", cleaned),
    "masked": ("app", masked),
}
#: Kinds that text scrubbing finds wherever they stand.
KINDS = ("api_key", "jwt", "email", "ip", "card", "iban", "home_path", "url", "connection", "mac")


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_scrubber_is_not_accused(name: str) -> None:
    """No false alarm, over many values of every kind."""
    profile, scrub = HONEST[name]
    for kind in KINDS:
        own = case(kind, kind, PYTHON)
        for seed in range(3):
            filled = [fill(own, seed, number) for number in (0, 1, 0)]
            failures = judge(own, profile, [Run(one.values, Output(scrub(event_of(one)))) for one in filled])
            assert failures == (), (kind, seed)
