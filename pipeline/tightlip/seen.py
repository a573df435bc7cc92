"""What was reported already: one exception that passes a guard, a log call and hooks is one report, wherever it passes them.

No exception is kept. One whose class has weak references (classes written in Python do) is known by such a reference, in any thread and
for as long as it lives. The interpreter's own have none: there the address, the class and the place that raised it must agree, and since an
address is used again once its object is gone, that counts only on the way out of a guard, in the thread that reported it, and once more
at the last chance: an exception that was kept in a task or a future comes out there, perhaps in another thread.

Not covered: an exception of the interpreter's own that fails at the same place and address as one reported before, and passes no guard:
its last chance takes it for that one, once.
"""

from __future__ import annotations

import threading
import weakref
from contextlib import suppress
from typing import TYPE_CHECKING, Final, TypeAlias

from tightlip.capture import raised_at

if TYPE_CHECKING:
    from collections.abc import Callable

    _Mark: TypeAlias = tuple[int, int, tuple[int, int]]

#: Exceptions that are remembered: of classes that have weak references, and of the interpreter's own.
MOST_REFERENCES: Final = 256
MOST_MARKS: Final = 64
#: Where an exception comes out that nobody caught.
LAST_CHANCES: Final = frozenset({"excepthook", "threading", "unraisable", "asyncio"})


class Seen:
    """The exceptions that one reporter has reported. Takes no lock: each step is one of the interpreter's own."""

    def __init__(self) -> None:
        self._local = threading.local()
        self._references: dict[int, weakref.ref[BaseException]] = {}
        self._marks: dict[int, _Mark] = {}

    def add(self, exc: BaseException) -> None:
        """Remember ``exc``."""
        try:
            self._references[id(exc)] = weakref.ref(exc)
        except TypeError:
            self._marks[id(exc)] = self._local.last = _mark(exc)
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
        # Once: the next one at its address is another.
        kept = self._marks.pop(id(exc), None) if mechanism in LAST_CHANCES else None
        return mark in (getattr(self._local, "last", None), kept)

    def entered(self) -> Callable[[], None]:
        """A guarded entry point begins; what is returned is called at its end.

        What was seen before says nothing of what fails inside: an address is used again once its object is gone. If nothing fails
        inside (an entry point in a ``finally``, while an exception is on its way), what was seen before counts again.
        """
        before: _Mark | None = getattr(self._local, "last", None)
        self._local.last = None

        def leave() -> None:
            # A generator may be left in another thread than it was entered in: hence getattr.
            if getattr(self._local, "last", None) is None:
                self._local.last = before

        return leave


def _mark(exc: BaseException) -> _Mark:
    return id(exc), id(type(exc)), raised_at(exc)


def _shorten(kept: dict[int, weakref.ref[BaseException]] | dict[int, _Mark], most: int) -> None:
    while len(kept) > most:
        # Another thread may make room too.
        with suppress(KeyError, RuntimeError, StopIteration):
            del kept[next(iter(kept))]
