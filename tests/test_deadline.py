"""A deadline that the clock of the day does not move, and calls that are left behind at it."""

from __future__ import annotations

import threading
import time
from contextvars import ContextVar

import pytest

from tightlip.deadline import Deadline, within

PLACE: ContextVar[str] = ContextVar("PLACE", default="nowhere")


def test_what_is_left() -> None:
    """Less and less, at most what was asked for, and an error once it is over."""
    deadline = Deadline(60.0)
    first = deadline.left()
    assert deadline.left() <= first <= 60.0
    assert deadline.left(2.0) == 2.0
    with pytest.raises(TimeoutError):
        Deadline(0.0).left()
    with pytest.raises(TimeoutError):
        Deadline(-1.0).left()


def test_the_time_of_day_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that is set back by years makes nothing wait for years."""
    monkeypatch.setattr(time, "time", lambda: 0.0)
    assert Deadline(1.0).left() <= 1.0


def test_a_call_in_time() -> None:
    """Its result, or its error, as if it had been called here; also what is set for the caller alone is set for it."""
    token = PLACE.set("here")
    try:
        assert within(Deadline(20.0), PLACE.get) == "here"
    finally:
        PLACE.reset(token)

    def fail() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        within(Deadline(20.0), fail)


def test_a_call_that_does_not_end() -> None:
    """It is left to itself, in a thread that does not keep the process alive."""
    may_end = threading.Event()
    threads: list[threading.Thread] = []

    def stay() -> None:
        threads.append(threading.current_thread())
        may_end.wait(20.0)

    with pytest.raises(TimeoutError):
        within(Deadline(0.05), stay)
    assert threads[0].is_alive()
    assert threads[0].daemon
    may_end.set()
    threads[0].join(20.0)
