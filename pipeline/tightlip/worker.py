"""The worker: one daemon thread a reporter, started by the first job, that does what the failing thread should not wait for.

The queue is bounded; what does not fit is refused, and the reporter counts it. After a fork the child starts with an empty queue and
a worker of its own. Where no thread can be started any more (the interpreter is shutting down), the job is done at once.

The queue is a `queue.SimpleQueue`: its `put` may be called from a signal handler, a finaliser, and after a failed allocation, where the
condition variables of `threading` would stay locked.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from queue import SimpleQueue
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from tightlip.types import Event, Hint

    Job: TypeAlias = tuple[Event, Hint]

MOST_JOBS = 100
_POLL_SECONDS = 0.01
#: An hour: what ``Thread.join`` takes on every platform.
_LONGEST_SECONDS = 3600.0


def bounded(timeout: object) -> float:
    """``timeout`` in seconds, from 0 to an hour; 0 for what is no number."""
    if type(timeout) not in (int, float):
        return 0.0
    return min(max(float(timeout), 0.0), _LONGEST_SECONDS)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


class Worker:
    """Runs jobs one after the other.

    Args:
        run: Called with each job; it must not raise.
    """

    def __init__(self, run: Callable[[Job], None]) -> None:
        self._run = run
        self._reset()

    def _reset(self) -> None:
        self._pid = os.getpid()
        self._queue: SimpleQueue[Job | None] = SimpleQueue()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._unfinished: deque[None] = deque()  # one entry a job, from being queued until it is done
        self._is_closed = False

    @property
    def ident(self) -> int | None:
        """The identifier of the thread, None before the first job."""
        return self._thread.ident if self._thread is not None else None

    def submit(self, job: Job) -> bool:
        """Queue ``job``; False when the queue is full or closed."""
        if self._pid != os.getpid():
            self._reset()  # forked: the parent's thread is not here, and its jobs are the parent's
        if self._is_closed or self._queue.qsize() >= MOST_JOBS:
            return False
        if not self._ensure_thread():
            self._run(job)
            return True
        self._unfinished.append(None)
        self._queue.put(job)
        return True

    def _ensure_thread(self) -> bool:
        if self._thread is not None and self._thread.is_alive():
            return True
        if not self._starting.acquire(blocking=False):
            return True  # another thread is about to start it, and it will find this job too
        try:
            if self._thread is None or not self._thread.is_alive():
                thread = threading.Thread(target=self._loop, name="tightlip", daemon=True)
                thread.start()
                self._thread = thread
        except RuntimeError:
            return False  # the interpreter is shutting down, or the system has no thread left
        finally:
            self._starting.release()
        return True

    def _loop(self) -> None:
        while True:
            job = self._queue.get()
            if job is None:
                return
            try:
                self._run(job)
            finally:
                self._unfinished.pop()
                del job  # it holds code objects; nothing waits in an idle thread

    def flush(self, timeout: float) -> bool:
        """Wait until all jobs are done, at most ``timeout`` seconds; whether they are."""
        end = time.monotonic() + bounded(timeout)
        while self._pid == os.getpid() and self._unfinished and threading.get_ident() != self.ident:
            is_running = self._starting.locked() or (self._thread is not None and self._thread.is_alive())
            if not is_running or time.monotonic() >= end:
                return False
            time.sleep(_POLL_SECONDS)
        return True

    def end(self, timeout: float) -> bool:
        """Finish what waits and end the thread, in ``timeout`` seconds; whether all was done. A later job starts another one."""
        is_done = self.flush(timeout)
        thread = self._thread
        if thread is not None and self._pid == os.getpid() and threading.get_ident() != thread.ident:
            self._queue.put(None)
            thread.join(bounded(timeout) if is_done else 0)
        return is_done

    def close(self, timeout: float) -> bool:
        """`end`, and take no more jobs."""
        self._is_closed = True
        return self.end(timeout)
