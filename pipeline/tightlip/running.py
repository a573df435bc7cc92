"""The frames that the threads of this process are running, where asking for them is safe.

``sys._current_frames`` is the only way to them, and it can do harm:

1. Up to 3.11.7 and 3.12.0 a collection of garbage inside it can let another thread run, or let go of a ``threading.local``, while the
   interpreter's list of threads is locked, and all stop for ever (gh-106883). So the collector is kept out meanwhile.
2. From 3.12 on an interpreter may have a lock and a memory of its own (``concurrent.interpreters``, ``_interpreters``), and
   ``sys._current_frames`` makes frame objects for the threads of *all* interpreters, as if they were the caller's: while those run, and in
   the wrong memory. That ends the process, at once or when the other interpreter goes. So it is not asked where there is another one.

Not covered: interpreters with a lock of their own that a program in C makes, without Python's modules for it: from the main one they
cannot be seen.
"""

from __future__ import annotations

import _thread
import gc
import sys
import threading
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from types import FrameType

#: Whether ``sys._current_frames`` can stop all threads.
_IS_AFFECTED: Final = sys.version_info < (3, 12, 1)
#: Whether interpreters can have a memory of their own.
_HAVE_THEIR_OWN: Final = sys.version_info >= (3, 12)
#: Where Python code makes interpreters: 3.13 and later, 3.12.
_MAKERS: Final = ("_interpreters", "_xxsubinterpreters")
_TAKING: Final = threading.Lock()


def running_frames() -> dict[int, FrameType]:
    """The innermost running frame of every thread, by the thread's identifier.

    Empty where there are other interpreters, and while another thread of ours asks: two that ask at once would switch the collector on for
    one another, so the second goes without.
    """
    if _HAVE_THEIR_OWN and not _is_alone():
        return {}
    if not _IS_AFFECTED:
        return sys._current_frames()  # noqa: SLF001 - documented, and the only way to other threads' stacks
    if not _TAKING.acquire(blocking=False):
        return {}
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        return sys._current_frames()  # noqa: SLF001
    finally:
        if was_enabled:
            gc.enable()
        _TAKING.release()


def _is_alone() -> bool:
    """Whether this is the only interpreter of the process, as far as Python's own modules know; in doubt it is not.

    Nothing is imported for it: who has made another interpreter has one of them.
    """
    try:
        is_main: Any = getattr(_thread, "_is_main_interpreter", None)
        if is_main is not None and not is_main():
            return False
        return all(len(sys.modules[name].list_all()) == 1 for name in _MAKERS if sys.modules.get(name) is not None)
    except Exception:
        return False
