"""What was reported already: one exception that passes a guard, a log call and hooks is one report, wherever it passes them.

No exception is kept. One whose class has weak references (classes written in Python do) is known by such a reference, in any thread and
for as long as it lives. The interpreter's own have none: there the address, the class and the place that raised it must agree (its mark).
An address is used again as soon as its object is gone, so a mark counts only where the exception is likely to be alive still:

1. While a last chance has it (`Seen.passage`). When that is over the exception is most likely gone: what comes out there later is
   another one. A hook or handler of the host's may have kept it to raise it elsewhere, so that the other last chances know it once more.
2. On the way out of a guard or past log calls, in the thread that reported it. A log call at the place of the one before is a loop, and
   its exception is another.
3. Once more at a last chance, perhaps in another thread: it was kept in a task or a future.

Not covered: an exception of the interpreter's own that fails at the same place and address as one that was reported before and is gone,
and comes out elsewhere than that one: its last chance takes it for that one, once. One that is logged twice by one call is two.
"""

from __future__ import annotations

import threading
import weakref
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from tightlip.capture import raised_at

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    _Mark: TypeAlias = tuple[int, int, tuple[int, int]]

#: Exceptions that are remembered: of classes that have weak references, and of the interpreter's own.
MOST_REFERENCES: Final = 256
MOST_MARKS: Final = 64
#: Where an exception comes out that nobody caught.
LAST_CHANCES: Final = frozenset({"excepthook", "threading", "unraisable", "asyncio"})
_LOGGING: Final = "logging"
_MOST_STEPS: Final = 20_000
_TRACEBACK = BaseException.__dict__["__traceback__"]


class _Report(NamedTuple):
    """What is known of a report: the exception's mark, the mechanism, and for a log call where it stood."""

    mark: _Mark
    mechanism: str
    place: tuple[int, int, int] | None = None


class Seen:
    """The exceptions that one reporter has reported. Takes no lock: each step is one of the interpreter's own."""

    def __init__(self) -> None:
        self._local = threading.local()
        self._references: dict[int, weakref.ref[BaseException]] = {}
        self._marks: dict[int, _Report] = {}

    def add(self, exc: BaseException, mechanism: str = "generic") -> None:
        """Remember ``exc``, which is reported by ``mechanism``."""
        try:
            self._references[id(exc)] = weakref.ref(exc)
        except TypeError:
            report = _Report(_mark(exc), mechanism, _handled_at(exc) if mechanism == _LOGGING else None)
            self._marks[id(exc)] = self._local.last = report
        else:
            self._local.last = None
        _shorten(self._references, MOST_REFERENCES)
        _shorten(self._marks, MOST_MARKS)

    def knows(self, exc: BaseException, mechanism: str) -> bool:
        """Whether ``exc``, which passes by, was reported.

        Args:
            exc: The exception.
            mechanism: Where it passes; see `LAST_CHANCES`.
        """
        reference = self._references.get(id(exc))
        if reference is not None and reference() is exc:
            return True
        mark = _mark(exc)
        if mark == getattr(self._local, "passing", None):
            return True
        last: _Report | None = getattr(self._local, "last", None)
        if mechanism in LAST_CHANCES:
            # Once: the next one at its address is another. So is one that comes out where that one has come out.
            kept = self._marks.pop(id(exc), None)
            return any(
                found is not None and found.mark == mark and found.mechanism != mechanism for found in (last, kept)
            )
        if last is None or last.mark != mark:
            return False
        return mechanism != _LOGGING or last.place is None or last.place != _handled_at(exc)

    def passage(self, exc: BaseException) -> Callable[[], None]:
        """A last chance has ``exc``, and has just asked `knows`; what is returned is called when it is done with it.

        Nothing of the exception is kept.
        """
        before: _Mark | None = getattr(self._local, "passing", None)
        mark = self._local.passing = _mark(exc)

        def leave() -> None:
            self._local.passing = before
            if mark == before:
                return
            last: _Report | None = getattr(self._local, "last", None)
            if last is not None and last.mark == mark:
                self._local.last = None

        return leave

    def entered(self) -> Callable[[], None]:
        """A guarded entry point begins; what is returned is called at its end.

        What was seen before says nothing of what fails inside: an address is used again once its object is gone. If nothing fails
        inside (an entry point in a ``finally``, while an exception is on its way), what was seen before counts again.
        """
        before: _Report | None = getattr(self._local, "last", None)
        self._local.last = None

        def leave() -> None:
            # A generator may be left in another thread than it was entered in: hence getattr.
            if getattr(self._local, "last", None) is None:
                self._local.last = before

        return leave


def _mark(exc: BaseException) -> _Mark:
    return id(exc), id(type(exc)), raised_at(exc)


def _handled_at(exc: BaseException) -> tuple[int, int, int]:
    """What tells the place that handles ``exc`` now: how far it has come, a code object's address, and an offset."""
    traceback: TracebackType | None = _TRACEBACK.__get__(exc)
    if traceback is None:
        return 0, 0, 0
    frame, steps = traceback.tb_frame, 0
    while traceback is not None and steps < _MOST_STEPS:
        traceback, steps = traceback.tb_next, steps + 1
    return steps, id(frame.f_code), frame.f_lasti


def _shorten(kept: dict[int, weakref.ref[BaseException]] | dict[int, _Report], most: int) -> None:
    while len(kept) > most:
        # Another thread may make room too.
        with suppress(KeyError, RuntimeError, StopIteration):
            del kept[next(iter(kept))]
