"""What was reported already: one exception that passes a guard, a log call and a hook is one report."""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tightlip.capture import raised_at

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Seen:
    """An exception that was reported, without keeping it: is the next one the same, on its way out?

    By a weak reference where its class has them (classes written in Python do). The interpreter's own do not: there the address, the
    class and the place that raised it must agree, since an address alone is used again once its object is gone.
    """

    reference: weakref.ref[BaseException] | None
    mark: tuple[int, int, tuple[int, int]]

    @classmethod
    def of(cls, exc: BaseException) -> Seen:
        """What is remembered of ``exc``."""
        try:
            reference = weakref.ref(exc)
        except TypeError:
            reference = None
        return cls(reference, _mark(exc))

    def is_same(self, exc: BaseException) -> bool:
        """Whether ``exc`` is the one that was seen."""
        return self.reference() is exc if self.reference is not None else self.mark == _mark(exc)


def _mark(exc: BaseException) -> tuple[int, int, tuple[int, int]]:
    return id(exc), id(type(exc)), raised_at(exc)


def entered(local: threading.local) -> Callable[[], None]:
    """A guarded entry point begins; what is returned is called at its end.

    What was seen before says nothing of what fails inside: an address is used again once its object is gone. If nothing fails
    inside (an entry point in a ``finally``, while an exception is on its way), what was seen before counts again.

    Args:
        local: Its ``last`` is what was seen last in a thread.
    """
    before: Seen | None = getattr(local, "last", None)
    local.last = None

    def leave() -> None:
        # A generator may be left in another thread than it was entered in: hence getattr.
        if getattr(local, "last", None) is None:
            local.last = before

    return leave
