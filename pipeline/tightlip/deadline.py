"""A moment until which all must be done, and calls that cannot be told when to stop."""

from __future__ import annotations

import threading
import time
from contextvars import copy_context
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")


class Deadline:
    """A moment, ``seconds`` from now, by the clock that is never set back."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self, most: float = 3600.0) -> float:
        """Seconds until then, at most ``most``.

        Raises:
            TimeoutError: It is over.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return min(left, most)


def within(deadline: Deadline, call: Callable[[], Result]) -> Result:
    """What ``call`` returns. It runs in a daemon thread of its own, which is left to itself if the deadline comes first.

    Where no thread can be started any more (at the end of the process, from Python 3.12 on), it is called directly in a thread that
    nobody has to wait for, and not at all in the main thread.

    Raises:
        TimeoutError: The deadline came first, or it could not be kept to.
        Exception: What ``call`` raised.
    """
    results: list[Result] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            results.append(call())
        except BaseException as error:  # raised again where it is waited for
            failures.append(error)

    # In the caller's context: what keeps tracers away there keeps them away here.
    thread = threading.Thread(target=copy_context().run, args=(run,), name="tightlip look-up", daemon=True)
    try:
        thread.start()
    except RuntimeError:
        if threading.current_thread() is threading.main_thread():
            raise TimeoutError from None
        return call()
    thread.join(deadline.left())
    for failure in failures:
        raise failure
    if not results:
        raise TimeoutError
    return results[0]
