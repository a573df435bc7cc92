"""Forks of the process wait for a moment in which our threads hold nothing that the child would need.

A forked child has one thread, and every lock that another one held stays locked in it for ever: that of a module which is being
imported, and SQLite's own. A host whose child then imports the same module would hang, because of us. So what our threads do
with such locks is marked (`undisturbed`), and a fork waits until nothing is, at most `MOST_SECONDS`; and not again for what it has
waited for in vain, so that a host that forks often loses that time once. What may take long, sending and nothing else, is not marked.

The hook that does this cannot be taken out again (``os.register_at_fork``); it is put in with our first thread, and looks at one
empty list in a process in which our threads rest.
"""

from __future__ import annotations

import os
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Generator

#: How long a fork may wait for us; a vendor's callable may hang in our worker.
MOST_SECONDS: Final = 1.0
_POLL_SECONDS: Final = 0.0005


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


_STATE: Final = _State()


def watch() -> None:
    """Put the hook in; once a process and its children."""
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


def _awaited() -> list[_Stretch]:
    own = threading.get_ident()
    return [stretch for stretch in tuple(_STATE.busy) if stretch.ident != own and not stretch.is_given_up]


def _in_parent() -> None:
    if _STATE.forking:  # not where the hook was put in while another thread was forking
        _STATE.forking.pop()


def _in_child() -> None:
    _STATE.forking.clear()
    _STATE.busy.clear()
