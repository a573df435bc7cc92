"""Processes that check cases, one case at a time each.

A process that does not answer in time is killed, and one that dies is replaced; the case that it had fails as ``hang`` or ``crash``, and
no other one does. The processes are spawned, not forked: they begin clean, whatever threads run here.

Cases of one installed package go to the same process while there is other work: what tightlip learns of a package takes longer than a case.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field, replace
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, Final, Self

from tightlip.suite.case import CodeInput
from tightlip.suite.outcome import Broken, CrewError
from tightlip.suite.trial import check_case, gave_up

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.connection import Connection
    from types import TracebackType

    from tightlip.suite.case import Case
    from tightlip.suite.outcome import Result, Runner

    Opener = Callable[[], Runner]

_SPAWN: Final = multiprocessing.get_context("spawn")
#: Seconds in which a new process must have made its runner.
_OPENING_SECONDS: Final = 60.0
_ENDING_SECONDS: Final = 2.0
#: How often a process that dies before its runner is made is started again, in all.
_MOST_FALSE_STARTS: Final = 3
_READY: Final = -1


@dataclass(slots=True)
class _Hand:
    """One process.

    Attributes:
        process: The process.
        pipe: Our end of the pipe.
        number: Of the case that it has; None: it has none, or is not ready.
        until: When its time for that is over.
        batch: Cases that it gets next.
    """

    process: Any
    pipe: Connection
    number: int | None
    until: float
    batch: deque[int] = field(default_factory=deque[int])


class Crew:
    """Checks cases in several processes; a context manager, at whose end none of them is left.

    Args:
        cases: The cases.
        opener: Makes the runner in each process; it is pickled.
        seed: Whence the canaries come.
        times: How often each case is run.
        jobs: How many processes.
        seconds: How long one case may take.
    """

    def __init__(
        self, cases: Sequence[Case], opener: Opener, *, seed: int, times: int, jobs: int, seconds: float
    ) -> None:
        self._cases = cases
        self._opener = opener
        self._seed, self._times, self._jobs, self._seconds = seed, times, jobs, seconds
        self._hands: list[_Hand] = []
        self._batches = batches(cases)
        self._false_starts = 0

    def __enter__(self) -> Self:
        """Start the processes."""
        # More than there are cores come one by one: all at once, none of them would be ready in time.
        for _ in range(min(self._jobs, os.cpu_count() or 1)):
            self._start()
        return self

    def __exit__(
        self, cls: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End them: kindly if all is done, at once otherwise."""
        for hand in self._hands:
            if exc is None and hand.number is None:
                with suppress(OSError):
                    hand.pipe.send(None)
        for hand in list(self._hands):
            self._end(hand, kindly=exc is None)

    def results(self, runner: Runner) -> Iterator[tuple[int, Result]]:
        """The number of each case and what it came to, in the order in which they come.

        Args:
            runner: Tells the name and profile of a case whose process could not.

        Raises:
            CrewError: The processes end before they are ready.
        """
        open_ = len(self._cases)
        while open_:
            ready = wait([hand.pipe for hand in self._hands], timeout=self._until_next())
            for hand in list(self._hands):
                found = self._heard(hand, runner) if hand.pipe in ready else self._late(hand, runner)
                if found is not None:
                    open_ -= 1
                    yield found

    def _until_next(self) -> float:
        busy = [hand.until for hand in self._hands if hand.until]
        return max(0.0, min(busy) - time.monotonic()) + 0.01 if busy else 1.0

    def _heard(self, hand: _Hand, runner: Runner) -> tuple[int, Result] | None:
        try:
            number, answer = hand.pipe.recv()
        except (EOFError, OSError):
            return self._lost(hand, runner, "crash", "the process that ran it ended in the middle of it")
        result = None if number == _READY else (number, replace(answer, case=self._cases[number]))
        hand.number, hand.until = None, 0.0
        self._give(hand)
        if number == _READY and len(self._hands) < self._jobs and self._is_waiting():
            self._start()
        return result

    def _late(self, hand: _Hand, runner: Runner) -> tuple[int, Result] | None:
        if not hand.until or time.monotonic() < hand.until:
            return None
        return self._lost(hand, runner, "hang", f"no answer within {self._seconds:g} seconds")

    def _lost(self, hand: _Hand, runner: Runner, kind: Any, words: str) -> tuple[int, Result] | None:
        number = hand.number
        self._end(hand, kindly=False)
        if number is None:
            self._false_starts += 1
            if self._false_starts > _MOST_FALSE_STARTS:
                raise CrewError("the processes that check the cases end before they are ready; try --jobs 0")
        if self._is_waiting() or number is None:
            self._start()
        return None if number is None else (number, gave_up(self._cases[number], runner, Broken(kind, words)))

    def _start(self) -> None:
        ours, theirs = _SPAWN.Pipe()
        process = _SPAWN.Process(
            target=_serve,
            args=(theirs, self._opener, self._cases, self._seed, self._times),
            name="tightlip-check",
            daemon=True,
        )
        process.start()
        theirs.close()
        self._hands.append(_Hand(process, ours, None, time.monotonic() + _OPENING_SECONDS))

    def _give(self, hand: _Hand) -> None:
        number = self._next(hand)
        if number is None:
            return
        hand.number, hand.until = number, time.monotonic() + self._seconds
        try:
            hand.pipe.send(number)
        except OSError:
            # It ended between two cases: that is none of the next one's.
            hand.number = None
            hand.batch.appendleft(number)

    def _next(self, hand: _Hand) -> int | None:
        """The case that a process gets: of its batch, of the next one, or from the end of the longest that another has."""
        if not hand.batch and self._batches:
            hand.batch = self._batches.popleft()
        if hand.batch:
            return hand.batch.popleft()
        other = max(self._hands, key=lambda one: len(one.batch))
        return other.batch.pop() if other.batch else None

    def _is_waiting(self) -> bool:
        return bool(self._batches) or any(hand.batch for hand in self._hands)

    def _end(self, hand: _Hand, *, kindly: bool) -> None:
        self._hands.remove(hand)
        if hand.batch:
            self._batches.appendleft(hand.batch)
        if kindly and hand.number is None:
            hand.process.join(_ENDING_SECONDS)
        hand.process.kill()
        hand.process.join()
        hand.process.close()
        hand.pipe.close()


def batches(cases: Sequence[Case]) -> deque[deque[int]]:
    """The numbers of the cases, those of one installed package together and before the others, the most first."""
    packages: dict[str, deque[int]] = {}
    others: list[deque[int]] = []
    for number, case in enumerate(cases):
        given = case.input
        if isinstance(given, CodeInput) and not given.files:
            packages.setdefault(given.package, deque()).append(number)
        else:
            others.append(deque([number]))
    return deque([*sorted(packages.values(), key=len, reverse=True), *others])


def _serve(pipe: Any, opener: Opener, cases: Sequence[Case], seed: int, times: int) -> None:
    """What a process does."""
    # Ctrl-C reaches all processes of a terminal; the first one ends these.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    runner = opener()
    try:
        pipe.send((_READY, None))
        while True:
            number: int | None = pipe.recv()
            if number is None:
                break
            result = check_case(cases[number], runner, seed=seed, times=times)
            pipe.send((number, replace(result, case=None)))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType] - it is there already
    except (EOFError, OSError):
        pass
    finally:
        runner.close()
