"""A lock for changes that take microseconds, and that nobody waits for for long.

A signal handler may run in the thread that holds it, and a fork may copy it while another thread does: neither may stop the host. So
waiting has an end, and who waited in vain goes on as if there were no lock.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import threading
    from collections.abc import Generator

SECONDS: Final = 0.2


@contextmanager
def held_briefly(lock: threading.Lock) -> Generator[None]:
    """Hold ``lock`` if it can be had within `SECONDS`."""
    had = lock.acquire(timeout=SECONDS)
    try:
        yield
    finally:
        if had:
            lock.release()
