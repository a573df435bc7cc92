"""What scrubbing costs, beside Relay and beside the same rules one by one.

All in one process, in alternating rounds, so that what slows the machine for a while slows all; the medians. Cold: every
call has texts that were not seen before (the keys of Sentry's event format are the same in all events). Warm: the same
again. Relay remembers nothing; a text's own length is all that its time depends on.
"""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Final

from benchmarks.scrubbing import one_by_one, workload

import tightlip
import tightlip_scrubbers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

ROUNDS: Final = 15
TEXTS: Final = 500

_fresh = itertools.count()


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds for one call, by who does it.

    Attributes:
        what: What is scrubbed.
        seconds: By name; ours first.
    """

    what: str
    seconds: dict[str, float]


def of_texts() -> list[Cost]:
    """A clean text of 60 characters."""
    known = workload.sentences("known", TEXTS)
    ways: dict[str, Callable[[Sequence[str]], object]] = {
        "tightlip": lambda texts: [tightlip_scrubbers.scrub_text(text) for text in texts],
        "one by one": lambda texts: [one_by_one.find(text) for text in texts],
    }
    cold = _alternating(ways, lambda: workload.sentences(f"cold {next(_fresh)}", TEXTS))
    warm = _alternating(ways, lambda: known)
    return [
        Cost(
            f"clean text of {workload.LENGTH} characters, {name}", {who: taken / TEXTS for who, taken in found.items()}
        )
        for name, found in (("cold", cold), ("warm", warm))
    ]


def of_events(relay: Callable[[dict[str, Any]], object] | None) -> list[Cost]:
    """An event of about 38 KB and 900 texts."""
    known = workload.event("known")
    ways: dict[str, Callable[[Any], object]] = {
        "tightlip": tightlip_scrubbers.scrub,
        "tightlip APP": lambda event: tightlip.scrub(event, policy=tightlip.APP),
        "one by one": lambda event: [one_by_one.find(text) for text in workload.texts(event)],
    }
    if relay is not None:
        ways["sentry-relay"] = relay
    return [
        Cost("event, cold", _alternating(ways, lambda: workload.event(f"cold {next(_fresh)}"))),
        Cost("event, warm", _alternating(ways, lambda: known)),
    ]


def _alternating(ways: dict[str, Callable[[Any], object]], make: Callable[[], Any]) -> dict[str, float]:
    """The median of each way, over rounds in which each has its turn with input of its own."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(ROUNDS + 1):
        for name, way in ways.items():
            given = make()
            start = time.perf_counter()
            way(given)
            spent = time.perf_counter() - start
            if turn:  # the first warms up what is compiled late
                taken[name].append(spent)
    return {name: median(times) for name, times in taken.items()}
