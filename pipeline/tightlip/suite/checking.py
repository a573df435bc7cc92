"""Checks cases with a runner: each is filled, run at least twice, and judged.

Guarantees:

1. The same seed gives the same canaries for a case, whatever other cases run beside it and in how many processes.
2. A case that ends its process, or does not come back, fails by itself; the others are checked.
"""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Any, Final

from tightlip.suite.filling import fill
from tightlip.suite.judge import judge
from tightlip.suite.outcome import Broken, Failure, Result, Run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tightlip.suite.case import Case
    from tightlip.suite.outcome import Runner

    #: Makes a runner, in the process that uses it; can be pickled.
    Opener = Callable[[], Runner]
    OnResult = Callable[[Result], object]

#: Runs of each case: two are the fewest that can differ.
TIMES: Final = 2
#: Seconds for one case, all its runs together, before its process is given up.
SECONDS: Final = 20.0


def fresh_seed() -> int:
    """A seed for one run of the suite, short enough to be typed again."""
    return random.SystemRandom().randrange(1_000_000)


def check_case(case: Case, runner: Runner, *, seed: int, times: int = TIMES) -> Result:
    """Check one case.

    Args:
        case: The case.
        runner: What runs it.
        seed: Whence the canaries come.
        times: How often it is run, each time with other canaries; at least 2.

    Returns:
        What it came to. Never raises an ``Exception``: what goes wrong here is the case's failure.
    """
    begun = time.perf_counter()
    if case.profiles and runner.profile not in case.profiles:
        return _skipped(case, runner, f"it is held to {' and '.join(case.profiles)}")
    try:
        refusal = runner.refuses(case)
        if refusal is not None:
            return _skipped(case, runner, refusal)
        filled = [fill(case, seed, number) for number in range(max(times, TIMES))]
        runs = tuple(Run(one.values, runner.run(one)) for one in filled)
        failures = judge(case, runner.profile, runs, runner.varies)
    except Exception as error:
        # The words of the error may hold a canary.
        words = f"the check itself failed: {type(error).__name__}; this is a mistake in the suite or in its runner"
        return _failed(case, runner, Failure("crash", words))
    return Result(
        case=case,
        scrubber=runner.name,
        profile=runner.profile,
        status="failed" if failures else "passed",
        failures=failures,
        filled=filled[0],
        runs=runs,
        seconds=time.perf_counter() - begun,
    )


def gave_up(case: Case, runner: Any, broken: Broken) -> Result:
    """The result of a case whose process had to be ended, or ended by itself."""
    return _failed(case, runner, Failure(broken.kind, broken.words))


def _skipped(case: Case, runner: Runner, reason: str) -> Result:
    return Result(case, runner.name, runner.profile, "skipped", reason=reason)


def _failed(case: Case, runner: Any, failure: Failure) -> Result:
    return Result(case, runner.name, runner.profile, "failed", failures=(failure,))


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
        The results in the order of the cases.

    Raises:
        Exception: What ``opener`` raises: a runner that cannot be made is a mistake of the caller's, no failure of a case.
    """
    runner = opener()
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
