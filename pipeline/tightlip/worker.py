"""The worker: a daemon thread, started by its first job, that does what the failing thread should not wait for.

The queue is bounded; what does not fit is refused, and the caller counts it. After a fork the child starts with an empty queue and
a thread of its own. Where no thread can be started any more (the interpreter is shutting down), the job is done at once if it is one
that never takes long (``is_short``), else refused.

The queue is a `queue.SimpleQueue`: its `put` may be called from a signal handler, a finaliser, and after a failed allocation, where the
condition variables of `threading` would stay locked. Queue and thread are made together, at the first job, with what the modules `queue`
and `threading` hold then: a host that lets gevent replace them after it has imported us gets green ones, not a thread of the one kind
that waits on a queue of the other, which would stop the whole process.
"""

from __future__ import annotations

import os
import queue
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from tightlip import forks

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_JOBS = 100
_POLL_SECONDS = 0.01
#: What a thread that rests takes to end is some ten microseconds.
_PAUSE_SECONDS = 0.1
#: An hour: what ``Thread.join`` takes on every platform.
_LONGEST_SECONDS = 3600.0

Job = TypeVar("Job")
_END: Any = object()


def bounded(timeout: object) -> float:
    """``timeout`` in seconds, from 0 to an hour; 0 for what is no number."""
    if type(timeout) not in (int, float):
        return 0.0
    return min(max(float(timeout), 0.0), _LONGEST_SECONDS)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


class Worker(Generic[Job]):
    """Runs jobs one after the other.

    Args:
        run: Called with each job; it must not raise. What it returns is the seconds after which it wants to be called with None if no job
            comes; None for never.
        name: The thread's name.
        most: How many jobs may wait.
        is_short: Whether a job may run in the caller's thread where no thread can be started.
    """

    def __init__(
        self,
        run: Callable[[Any], float | None],
        *,
        name: str = "tightlip",
        most: int = MOST_JOBS,
        is_short: bool = True,
    ) -> None:
        self._run = run
        self._name = name
        self._most = most
        self._is_short = is_short
        self._reset()

    def _reset(self) -> None:
        self._pid = os.getpid()
        self._queues: dict[None, Any] = {}  # the one queue, once it is made
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._unfinished: deque[None] = deque()  # one entry a job, from being queued until it is done
        self._is_closed = False

    @property
    def ident(self) -> int | None:
        """The identifier of the thread, None before the first job, and after the last one."""
        thread = self._thread
        return thread.ident if thread is not None and self._pid == os.getpid() and thread.is_alive() else None

    @property
    def is_idle(self) -> bool:
        """Whether all jobs are done."""
        return self._pid != os.getpid() or not self._unfinished

    @property
    def is_closed(self) -> bool:
        """Whether it takes no more jobs."""
        return self._pid == os.getpid() and self._is_closed

    def start(self) -> None:
        """Start the thread, for jobs that will come when none can be started any more."""
        jobs = self._made()
        if not self._is_closed:
            self._ensure_thread(jobs)

    def _made(self) -> Any:
        if self._pid != os.getpid():
            self._reset()  # forked: the parent's thread is not here, and its jobs are the parent's
        jobs = self._queues.get(None)
        return self._queues.setdefault(None, queue.SimpleQueue()) if jobs is None else jobs

    def submit(self, job: Job) -> bool:
        """Queue ``job``; False when the queue is full or closed."""
        jobs = self._made()
        if self._is_closed or jobs.qsize() >= self._most:
            return False
        if not self._ensure_thread(jobs):
            if self._is_short:
                self._run(job)
            return self._is_short
        self._unfinished.append(None)
        jobs.put(job)
        return True

    def _ensure_thread(self, jobs: Any) -> bool:
        if self._thread is not None and self._thread.is_alive():
            return True
        if not self._starting.acquire(blocking=False):
            return True  # another thread is about to start it, and it will find this job too
        try:
            if self._thread is None or not self._thread.is_alive():
                forks.watch(self)
                thread = threading.Thread(
                    target=self._loop, args=(jobs, self._unfinished), name=self._name, daemon=True
                )
                thread.start()
                self._thread = thread
        except RuntimeError:
            return False  # the interpreter is shutting down, or the system has no thread left
        finally:
            self._starting.release()
        return True

    def _loop(self, jobs: Any, unfinished: deque[None]) -> None:
        pause: float | None = None
        while True:
            try:
                job = jobs.get(timeout=pause)
            except queue.Empty:
                pause = self._ran(None)
                continue
            if job is _END:
                return
            try:
                pause = self._ran(job)
            finally:
                unfinished.pop()
                del job  # it holds code objects; nothing waits in an idle thread

    def _ran(self, job: Job | None) -> float | None:
        pause = self._run(job)
        return bounded(pause) if type(pause) is float else None

    def pause(self) -> bool:
        """End the thread if it has nothing to do, before a fork; whether it has ended. A job that comes meanwhile starts another."""
        thread, jobs = self._thread, self._queues.get(None)
        if self._unfinished or jobs is None or thread is None or threading.get_ident() == thread.ident:
            return False
        jobs.put(_END)
        thread.join(_PAUSE_SECONDS)
        return not thread.is_alive()

    def resume(self) -> None:
        """Start the thread again if a job came while it ended. Not for a call without a job: that comes after the next one."""
        jobs = self._queues.get(None)
        if jobs is not None and self._unfinished:
            self._ensure_thread(jobs)

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
        until = time.monotonic() + bounded(timeout)
        is_done = self.flush(timeout)
        thread = self._thread
        if thread is not None and self._pid == os.getpid() and threading.get_ident() != thread.ident:
            self._queues[None].put(_END)
            thread.join(max(until - time.monotonic(), 0.0) if is_done else 0)
        return is_done

    def close(self, timeout: float) -> bool:
        """`end`, and take no more jobs."""
        self._is_closed = True
        return self.end(timeout)
