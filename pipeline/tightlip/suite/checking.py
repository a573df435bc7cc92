"""Checks many cases with a runner, in processes of their own.

Guarantees:

1. The same seed gives the same canaries for a case, whatever other cases run beside it and in how many processes.
2. A case that ends its process, or does not come back, fails by itself; the others are checked.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final

from tightlip.suite.trial import TIMES, check_case

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tightlip.suite.case import Case
    from tightlip.suite.outcome import Result, Runner

    #: Makes a runner, in the process that uses it; can be pickled.
    Opener = Callable[[], Runner]
    OnResult = Callable[[Result], object]

#: Seconds for one case, all its runs together, before its process is given up.
SECONDS: Final = 20.0


def fresh_seed() -> int:
    """A seed for one run of the suite, short enough to be typed again."""
    return random.SystemRandom().randrange(1_000_000)


def held(cases: Sequence[Case], runner: Runner) -> list[Case]:
    """The cases that are held to a runner's promise."""
    return [case for case in cases if runner.profile in case.profiles]


def check(
    cases: Sequence[Case],
    opener: Opener,
    *,
    seed: int,
    times: int = TIMES,
    jobs: int = 1,
    seconds: float = SECONDS,
    on_result: OnResult | None = None,
) -> list[Result]:
    """Check many cases, in processes of their own.

    Args:
        cases: The cases.
        opener: Makes the runner; it is called once in each process, and once here to know its name.
        seed: Whence the canaries come.
        times: How often each case is run.
        jobs: How many processes; 0: all in this one, without a time limit.
        seconds: How long one case may take.
        on_result: Called with each result, in the order in which they come.

    Returns:
        The results in the order of the cases, without those that are not held to the runner's promise.

    Raises:
        CrewError: The processes end before they are ready.
        Exception: What ``opener`` raises: a runner that cannot be made is a mistake of the caller's, no failure of a case.
    """
    runner = opener()
    cases = held(cases, runner)
    try:
        if jobs < 1:
            results: list[Result] = []
            for case in cases:
                result = check_case(case, runner, seed=seed, times=times)
                results.append(result)
                if on_result is not None:
                    on_result(result)
            return results
    finally:
        runner.close()
    from tightlip.suite.crew import Crew  # noqa: PLC0415 - a run in one process needs no multiprocessing

    with Crew(cases, opener, seed=seed, times=times, jobs=min(jobs, len(cases) or 1), seconds=seconds) as crew:
        found: dict[int, Result] = {}
        for number, result in crew.results(runner):
            found[number] = result
            if on_result is not None:
                on_result(result)
    return [found[number] for number in range(len(cases))]
