"""The pace: how many reports go on, so that a crash loop sends a few and counts the rest.

Two doors. `Pace.admits` stands in the thread that fails, before anything is taken: at 10,000 failures a second the host pays for a walk
along the traceback and a look into a table, and not for a snapshot, a place in the queue or a run of the pipeline. It knows the place
alone (types, code objects and offsets; never a value), and not yet whose failure it is, so it is wide. `Pace.passes` stands on the
worker, behind the pipeline: what is another's failure has not used anything up there, and what is the same failure is known.

Guarantees:

1. In any stretch of ``seconds`` no more pass than `Limits` says, over all threads: an allowance is taken from a deque in one step, and
   can be used again ``seconds`` after it was.
2. Memory is bounded: `MOST_KEYS` places and as many failures; the longest known is forgotten for a new one, which the limit in all bounds.
3. No lock: a signal handler may interrupt a thread anywhere, and a fork copies no held one.

Not covered: several processes count each for themselves; the bounds of the outbox hold for all.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tightlip.exact import is_dict, is_list

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from types import TracebackType

    from tightlip.types import Event

#: Places, and failures, that are told apart.
MOST_KEYS = 256
#: How much wider the door in the failing thread is: one place may be reached by several failures, and most failures in a host
#: that guards its callbacks are not the SDK's.
_PLACES, _IN_ALL = 4, 20
_MOST_STEPS = 20_000
_TRACEBACK = BaseException.__dict__["__traceback__"]


@dataclass(frozen=True, slots=True)
class Limits:
    """How many reports go on.

    Attributes:
        same: Of one failure (one fingerprint) in ``seconds``.
        total: In all in ``seconds``.
        seconds: The stretch of time.

    Raises:
        ValueError: One of them is below 1, or ``seconds`` is not above 0.
        TypeError: One of them is no number.
    """

    same: int = 5
    total: int = 30
    seconds: float = 60.0

    def __post_init__(self) -> None:
        """Check the numbers."""
        for name, given in (("same", self.same), ("total", self.total)):
            if type(given) is not int:
                raise TypeError(f"{name}= must be an int, not {type(given).__name__}")
            if not 1 <= given <= _MOST_STEPS:
                raise ValueError(f"{name}={given} makes no sense; give 1 to {_MOST_STEPS}")
        if type(self.seconds) not in (int, float):
            raise TypeError(f"seconds= must be a number, not {type(self.seconds).__name__}")
        if not 0 < self.seconds < float("inf"):
            raise ValueError(f"seconds={self.seconds} makes no sense; give a number above 0")


#: A minute's worth: enough to see that something repeats, and how many kinds there are.
USUAL = Limits()


class Allowance:
    """So many in any stretch of time.

    Args:
        count: How many.
        seconds: The stretch.
        clock: Gives seconds; never goes back.
    """

    __slots__ = ("_clock", "_free", "_seconds")

    def __init__(self, count: int, seconds: float, clock: Callable[[], float]) -> None:
        self._seconds = seconds
        self._clock = clock
        #: When each may be used (again), the soonest first.
        self._free: deque[float] = deque([float("-inf")] * count)

    def take(self) -> bool:
        """Use one up; False when there is none."""
        now = self._clock()
        try:
            soonest = self._free.popleft()
        except IndexError:
            return False  # other threads hold them all in their hands: there are more of those than allowed anyway
        if soonest > now:
            self._free.appendleft(soonest)
            return False
        self._free.append(now + self._seconds)
        return True


class Allowances:
    """An `Allowance` for each key, for `MOST_KEYS` keys."""

    __slots__ = ("_clock", "_count", "_known", "_seconds")

    def __init__(self, count: int, seconds: float, clock: Callable[[], float]) -> None:
        self._count, self._seconds, self._clock = count, seconds, clock
        self._known: dict[Hashable, Allowance] = {}

    def take(self, key: Hashable) -> bool:
        """Use one of ``key`` up; False when there is none."""
        allowance = self._known.get(key)
        if allowance is None:
            while len(self._known) >= MOST_KEYS:
                try:
                    self._known.pop(next(iter(self._known)), None)
                except (RuntimeError, StopIteration):
                    continue  # another thread was here at the same time
            allowance = self._known.setdefault(key, Allowance(self._count, self._seconds, self._clock))
        return allowance.take()

    def __len__(self) -> int:
        """How many keys are known."""
        return len(self._known)


class Pace:
    """The two doors of one reporter.

    Args:
        limits: How many go on; None: all.
        clock: Gives seconds; never goes back.
    """

    def __init__(self, limits: Limits | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._is_open = limits is None
        allowed = limits or USUAL
        self._places = Allowances(allowed.same * _PLACES, allowed.seconds, clock)
        self._failures = Allowances(allowed.same, allowed.seconds, clock)
        self._admitted = Allowance(allowed.total * _IN_ALL, allowed.seconds, clock)
        self._passed = Allowance(allowed.total, allowed.seconds, clock)

    def admits(self, exc: BaseException) -> str | None:
        """None if ``exc`` may go to the worker, else why not; for the thread that failed."""
        if self._is_open:
            return None
        if not self._places.take(place(exc)):
            return "same place"
        return None if self._admitted.take() else "too many"

    def passes(self, event: Event) -> str | None:
        """None if the finished ``event`` may be stored, else why not; for the worker."""
        if self._is_open:
            return None
        if not self._failures.take(failure_key(event)):
            return "same failure"
        return None if self._passed.take() else "too many"


def place(exc: BaseException) -> int:
    """A number that tells the class and the way along which ``exc`` came from others; no code of its class runs."""
    traceback: TracebackType | None = _TRACEBACK.__get__(exc)
    found, steps = id(type(exc)), 0
    while traceback is not None and steps < _MOST_STEPS:
        found = hash((found, id(traceback.tb_frame.f_code), traceback.tb_lasti))
        traceback, steps = traceback.tb_next, steps + 1
    return found


def failure_key(event: Event) -> Hashable:
    """What makes two finished events the same failure: the fingerprint, else class and position."""
    fingerprint: object = event.get("fingerprint")
    if is_list(fingerprint) and fingerprint:
        return tuple(str(part) for part in fingerprint)
    value = _last(event.get("exception"))
    frame = _last(value.get("stacktrace"), "frames")
    return tuple(str(holder.get(name)) for holder, name in ((value, "type"), (value, "module"), (frame, "module"), (frame, "function"), (frame, "lineno")))  # fmt: skip


def _last(holder: object, name: str = "values") -> dict[str, Any]:
    items = holder.get(name) if is_dict(holder) else None
    last: object = items[-1] if is_list(items) and items else None
    return last if is_dict(last) else {}
