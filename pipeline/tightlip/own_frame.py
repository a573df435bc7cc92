"""No frame of ours in the host's tracebacks.

What stands between the host's code and the interpreter (a hook, a decorator) is on the way of the host's exceptions, and the interpreter
would print its line. Guarantee: an exception that passes through a function that calls `step_out` has the traceback that it would have
had without that function.

Not covered: while such a function runs, its frame is on the stack, as that of any decorator: ``inspect.stack()`` shows it, and the
``stacklevel`` of ``warnings.warn`` and the recursion limit count it, and where asyncio says of a task's coroutine where it is defined or
running, it names the decorator's file. Where that matters, use ``with reporter.guard():``, which has none.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

_TRACEBACK = BaseException.__dict__["__traceback__"]


def step_out(exc: BaseException) -> None:
    """Take the caller's frame off the traceback of the exception that the caller is handling.

    A bare ``raise`` must follow: it goes on with the traceback as it is, while ``raise exc`` would put the frame back. With the stack nearly
    full the call itself fails, so the caller stands in a ``try``.
    """
    # The interpreter's own slots: a class of the host's may define `__traceback__`.
    traceback: TracebackType | None = _TRACEBACK.__get__(exc)
    if traceback is not None and traceback.tb_frame is sys._getframe(1):  # noqa: SLF001 - documented
        _TRACEBACK.__set__(exc, traceback.tb_next)
