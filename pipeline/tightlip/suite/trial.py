"""One case with one runner: it is filled, run at least twice with other canaries, and judged."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from tightlip.suite.filling import fill
from tightlip.suite.judge import judge
from tightlip.suite.outcome import Failure, Result, Run
from tightlip.suite.survival import not_told

if TYPE_CHECKING:
    from tightlip.suite.case import Case
    from tightlip.suite.outcome import Broken, Runner

#: Runs of each case: two are the fewest that can differ.
TIMES: Final = 2


def check_case(case: Case, runner: Runner, *, seed: int, times: int = TIMES) -> Result:
    """Check one case.

    Args:
        case: The case.
        runner: What runs it.
        seed: Whence the canaries come.
        times: How often it is run, each time with other canaries; at least 2. Where the outputs differ, it is run once more with the first ones.

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
        runs = [Run(one.values, runner.run(one)) for one in filled]
        if any(run.output != runs[0].output for run in runs):
            # The first values once more: what differs even so is chance (a new id), what does not may be made of them (a keyed hash).
            filled.append(fill(case, seed, 0))
            runs.append(Run(filled[-1].values, runner.run(filled[-1])))
        failures = judge(case, runner.profile, runs, runner.varies)
        untold = not_told(case, runner.profile) if runner.is_blind else None
        failures += () if untold is None else (untold,)
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
        runs=tuple(runs),
        seconds=time.perf_counter() - begun,
        complaints=getattr(runner, "complaints", str)() if failures else "",
    )


def gave_up(case: Case, runner: Runner, broken: Broken) -> Result:
    """The result of a case whose process had to be ended, or ended by itself."""
    return _failed(case, runner, Failure(broken.kind, broken.words))


def _skipped(case: Case, runner: Runner, reason: str) -> Result:
    return Result(case, runner.name, runner.profile, "skipped", reason=reason)


def _failed(case: Case, runner: Runner, failure: Failure) -> Result:
    return Result(case, runner.name, runner.profile, "failed", failures=(failure,))
