"""Forks of the process wait for a moment in which our threads hold nothing that the child would need.

A forked child has one thread, and every lock that another one held stays locked in it for ever: that of a module which is being
imported, and SQLite's own. A host whose child then imports the same module would hang, because of us. So what our threads do
with such locks is marked (`undisturbed`), and a fork waits until nothing is, at most `MOST_SECONDS`; and not again for what it has
waited for in vain, so that a host that forks often loses that time once. What may take long, sending and nothing else, is not marked.

Where a process would have one thread without ours, ours end before it forks, if they rest (from Python 3.12 on a fork warns of any other
thread, on standard error). They are started again with the next job, not at once: some versions count after the fork. So what waits for
another try waits for the next report too, or for the end of the process.

The hook that does this cannot be taken out again (``os.register_at_fork``); it is put in with our first thread, and looks at one
empty list in a process in which our threads rest.
"""

from __future__ import annotations

import os
import sys
import threading
import time
import weakref
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Generator

#: How long a fork may wait for us; a vendor's callable may hang in our worker.
MOST_SECONDS: Final = 1.0
_POLL_SECONDS: Final = 0.0005
#: Whether a fork warns of other threads.
WARNS: Final = sys.version_info >= (3, 12)
_TASKS: Final = "/proc/self/task"
_GONE_SECONDS: Final = 0.01


class _Stretch:
    """Something that must not be disturbed."""

    __slots__ = ("ident", "is_given_up")

    def __init__(self) -> None:
        self.ident = threading.get_ident()
        self.is_given_up = False  # a fork has waited for it in vain


class _State:
    def __init__(self) -> None:
        self.is_registered = False
        self.forking: list[None] = []  # one for each thread that forks
        self.busy: list[_Stretch] = []
        self.resting: list[weakref.ref[Resting]] = []
        self.ended: list[Resting] = []


class Resting(Protocol):
    """A thread of ours."""

    @property
    def ident(self) -> int | None:
        """Its identifier, None while there is none."""
        ...

    def pause(self) -> bool:
        """End it if it has nothing to do; whether it has ended."""
        ...

    def resume(self) -> None:
        """Start it again if it was given something to do meanwhile."""
        ...


_STATE: Final = _State()


def watch(thread: Resting) -> None:
    """Put the hook in, once a process and its children, and remember ``thread``, weakly."""
    _STATE.resting = [known for known in _STATE.resting if known() not in (None, thread)] + [weakref.ref(thread)]
    if not _STATE.is_registered and hasattr(os, "register_at_fork"):
        _STATE.is_registered = True
        os.register_at_fork(before=_before, after_in_parent=_in_parent, after_in_child=_in_child)


@contextmanager
def undisturbed() -> Generator[None]:
    """Nobody forks in the middle of this; entered by our own threads, for what takes milliseconds."""
    own = _Stretch()
    _STATE.busy.append(own)
    end = time.monotonic() + 2 * MOST_SECONDS
    # Marked first and looked then, as the fork does it the other way round: one of the two sees the other.
    while _STATE.forking and time.monotonic() < end:
        _remove(own)
        time.sleep(_POLL_SECONDS)
        _STATE.busy.append(own)
    try:
        yield
    finally:
        _remove(own)


def _remove(stretch: _Stretch) -> None:
    if stretch in _STATE.busy:  # not in a child: it has forgotten its parent's
        _STATE.busy.remove(stretch)


def _before() -> None:
    _STATE.forking.append(None)
    if _STATE.busy:
        end = time.monotonic() + MOST_SECONDS
        while (awaited := _awaited()) and time.monotonic() < end:
            time.sleep(_POLL_SECONDS)
        for stretch in awaited:
            stretch.is_given_up = True
    if WARNS:
        _end_ours()


def _end_ours() -> None:
    alive = [thread for known in _STATE.resting if (thread := known()) is not None and thread.ident is not None]
    # Not threading.active_count: it waits for a lock that a signal handler which forks may have interrupted.
    if alive and len(getattr(threading, "_active", ())) == 1 + len(alive):
        _STATE.ended = [thread for thread in alive if thread.pause()]
        end = time.monotonic() + _GONE_SECONDS
        with suppress(
            OSError
        ):  # only Linux has it, and only there a thread of the system's may outlive that of Python's
            while len(os.listdir(_TASKS)) > 1 and time.monotonic() < end:  # noqa: PTH208 - a fork waits for it
                time.sleep(_POLL_SECONDS / 5)


def _awaited() -> list[_Stretch]:
    own = threading.get_ident()
    return [stretch for stretch in tuple(_STATE.busy) if stretch.ident != own and not stretch.is_given_up]


def _in_parent() -> None:
    if _STATE.forking:  # not where the hook was put in while another thread was forking
        _STATE.forking.pop()
    ended, _STATE.ended = _STATE.ended, []
    for thread in ended:
        thread.resume()


def _in_child() -> None:
    _STATE.forking.clear()
    _STATE.busy.clear()
    _STATE.ended = []
