"""The end of the process, as far as it is ours: what is under way is finished, within seconds that are counted once.

``atexit`` tells of it; but a child that ``multiprocessing`` has forked ends with ``os._exit``, and calls the finalizers of
``multiprocessing.util`` before. They are registered in the child, at its first capture, and only if it is such a child: nothing is
imported for it. A child of a plain ``os.fork`` that ends with ``os._exit`` tells nobody: `Reporter.flush` is the way there.
"""

from __future__ import annotations

import atexit
import os
import sys
import time
import weakref
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from tightlip import interrupt_status

if TYPE_CHECKING:
    from collections.abc import Callable

#: Before the queues of multiprocessing wait for their threads (-5), with its other finalizers.
_PRIORITY = 1


class ProcessEnd:
    """Calls a method with the seconds that are left.

    Args:
        end: A method of an object that may be gone by then.
        seconds: How long all that is done at the end may take together.
    """

    def __init__(self, end: Callable[[float], object], seconds: float) -> None:
        self._end = weakref.WeakMethod(end)
        self._seconds = seconds
        self._is_registered = False
        self._pid = 0
        self._until: float | None = None

    def register(self) -> None:
        """Ask to be called; once a process."""
        if self._pid == os.getpid():
            return
        self._pid, self._until = os.getpid(), None
        if not self._is_registered:  # a child has its parent's callbacks
            self._is_registered = True
            atexit.register(self._run)
        processes: Any = sys.modules.get("multiprocessing.process")
        finalizers: Any = sys.modules.get("multiprocessing.util")
        if processes is not None and finalizers is not None and processes.parent_process() is not None:
            finalizers.Finalize(None, self._run, exitpriority=_PRIORITY)

    def left(self) -> float:
        """The seconds that are left, counted from the first call on."""
        now = time.monotonic()
        if self._until is None:
            self._until = now + self._seconds
        return max(self._until - now, 0.0)

    def _run(self) -> None:
        # A host's signal handler may raise here (Ctrl-C is one); the interpreter would print that with our frames and go on, and so do we.
        with suppress(BaseException):
            end = self._end()
            if end is not None:
                end(self.left())
        interrupt_status.keep()  # after the last import that finishing may have needed
