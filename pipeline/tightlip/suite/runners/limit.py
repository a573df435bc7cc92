"""A time limit for code that runs in this process.

It holds for the main thread on platforms with an alarm, and for code that the interpreter can interrupt. What it does not stop, the
checker's own limit does: it gives the whole process up.
"""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Generator

#: Seconds for one run; two runs of a case stay below what `checking` gives a case.
SECONDS: Final = 8.0


class TookTooLong(BaseException):
    """The time is up. No ``Exception``, so that handlers of the code that it stops let it through."""


@contextmanager
def limited(seconds: float) -> Generator[None]:
    """Raise `TookTooLong` in the block when the time is up."""
    if (
        not hasattr(signal, "SIGALRM")
        or threading.current_thread() is not threading.main_thread()
        or signal.getsignal(signal.SIGALRM) is not signal.SIG_DFL
    ):
        yield
        return
    armed = True

    def stop(_number: int, _frame: object) -> None:
        if armed:
            raise TookTooLong

    signal.signal(signal.SIGALRM, stop)
    # Again and again: the code may swallow the first, or be in a destructor, where it is lost.
    signal.setitimer(signal.ITIMER_REAL, seconds, max(seconds / 10, 0.05))
    try:
        yield
    finally:
        armed = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
