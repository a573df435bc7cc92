"""The worker: one daemon thread a reporter, started by the first job, that does what the failing thread should not wait for.

The queue is bounded; what does not fit is refused, and the reporter counts it. After a fork the child starts with an empty queue and
a worker of its own. Where no thread can be started any more (the interpreter is shutting down), the job is done at once.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from tightlip.types import Event, Hint

    Job: TypeAlias = tuple[Event, Hint]

MOST_JOBS = 100
_POLL_SECONDS = 0.01


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
        self._jobs: deque[Job] = deque()
        self._wake = threading.Semaphore(0)
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._is_busy = False
        self._is_closed = False

    @property
    def ident(self) -> int | None:
        """The identifier of the thread, None before the first job."""
        return self._thread.ident if self._thread is not None else None

    def submit(self, job: Job) -> bool:
        """Queue ``job``; False when the queue is full or closed."""
        if self._pid != os.getpid():
            self._reset()  # forked: the parent's thread is not here, and its jobs are the parent's
        if self._is_closed or len(self._jobs) >= MOST_JOBS:
            return False
        if not self._ensure_thread():
            self._run(job)
            return True
        self._jobs.append(job)
        self._wake.release()
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
            self._wake.acquire()
            self._is_busy = True
            try:
                if not self._jobs:
                    return  # woken by close()
                self._run(self._jobs.popleft())
            finally:
                self._is_busy = False

    def flush(self, timeout: float) -> bool:
        """Wait until all jobs are done, at most ``timeout`` seconds; whether they are."""
        end = time.monotonic() + timeout
        while self._pid == os.getpid() and (self._jobs or self._is_busy) and threading.get_ident() != self.ident:
            is_running = self._starting.locked() or (self._thread is not None and self._thread.is_alive())
            if not is_running or time.monotonic() >= end:
                return False
            time.sleep(_POLL_SECONDS)
        return True

    def close(self, timeout: float) -> bool:
        """Take no more jobs, finish those that wait, end the thread; whether all were done in ``timeout`` seconds."""
        is_done = self.flush(timeout)
        self._is_closed = True
        self._wake.release()
        if self._thread is not None and self._pid == os.getpid() and threading.get_ident() != self.ident:
            self._thread.join(timeout if is_done else 0)
        return is_done
