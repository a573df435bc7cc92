"""Capture: shape, bounds, and that nothing of the host's is held or run."""

from __future__ import annotations

import gc
import sys
import weakref
from typing import Any

import pytest
from probe import failure

from tightlip.capture import INNER_FRAMES, MOST_LINKS, OUTER_FRAMES, SUPPRESSED, Reading, Taker, snapshot


def shape(exc: BaseException) -> list[tuple[str, int | None, str]]:
    return [(link.type.__name__, link.parent, link.source) for link in snapshot(exc).links]


def chained(*, cause: bool, suppressed: bool = False) -> BaseException:
    def inner() -> None:
        raise KeyError("inner")

    def outer() -> None:
        try:
            inner()
        except KeyError as error:
            if cause:
                raise ValueError("outer") from error
            if suppressed:
                raise ValueError("outer") from None
            raise ValueError("outer")  # noqa: B904

    return failure(outer)


def test_a_cause_hangs_on_the_exception_it_caused() -> None:
    """``raise ... from error`` is a link called ``__cause__``; the same exception as context is not told twice."""
    assert shape(chained(cause=True)) == [("ValueError", None, ""), ("KeyError", 0, "__cause__")]


def test_a_context_counts_without_a_cause() -> None:
    """What was being handled is a link called ``__context__``."""
    assert shape(chained(cause=False)) == [("ValueError", None, ""), ("KeyError", 0, "__context__")]


def test_a_suppressed_context_is_marked() -> None:
    """``from None``: taken for its template only."""
    assert shape(chained(cause=False, suppressed=True)) == [("ValueError", None, ""), ("KeyError", 0, SUPPRESSED)]


def test_nested_groups_keep_their_structure() -> None:
    """Members hang on their group, by number, at every depth."""
    group = ExceptionGroup("a", [ValueError("1"), ExceptionGroup("b", [KeyError("2"), OSError(2, "x")])])
    assert shape(group) == [
        ("ExceptionGroup", None, ""),
        ("ValueError", 0, "exceptions[0]"),
        ("ExceptionGroup", 0, "exceptions[1]"),
        ("KeyError", 2, "exceptions[0]"),
        ("FileNotFoundError", 2, "exceptions[1]"),
    ]
    assert [link.is_group for link in snapshot(group).links] == [True, False, True, False, False]


def test_cycles_end() -> None:
    """A cycle of causes is walked once."""
    one, two = ValueError("1"), KeyError("2")
    one.__cause__, two.__cause__ = two, one
    assert shape(one) == [("ValueError", None, ""), ("KeyError", 0, "__cause__")]


def test_links_are_bounded() -> None:
    """A chain and a group without end give a bounded snapshot that says it was cut."""
    deep: BaseException = ValueError("0")
    for number in range(5_000):
        outer = ValueError(str(number))
        outer.__cause__ = deep
        deep = outer
    wide = ExceptionGroup("wide", [ValueError(str(number)) for number in range(5_000)])
    for exc in (deep, wide):
        taken = snapshot(exc)
        assert len(taken.links) <= MOST_LINKS + 1
    assert snapshot(deep).truncated


def test_a_deep_recursion_keeps_both_ends() -> None:
    """A RecursionError's thousand frames become the outermost and the innermost, and a number."""

    def forever(depth: int) -> int:
        return forever(depth + 1) + 1

    link = snapshot(failure(forever, 0)).links[0]
    assert link.type is RecursionError
    assert len(link.frames) == OUTER_FRAMES + INNER_FRAMES
    assert link.omitted > 300
    assert link.frames[0].code is failure.__code__
    assert link.frames[-1].code is forever.__code__


def test_an_exception_that_was_never_raised_has_no_frames() -> None:
    """No traceback is no error."""
    assert snapshot(ValueError("x")).links[0].frames == ()


class Liar(Exception):
    """Every way in which an exception can lie about itself."""

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        raise RuntimeError("asked for __class__")

    @property
    def __cause__(self) -> Any:  # type: ignore[override]
        raise RuntimeError("asked for __cause__")

    @property
    def __context__(self) -> Any:  # type: ignore[override]
        raise RuntimeError("asked for __context__")

    @property
    def __traceback__(self) -> Any:  # type: ignore[override]
        raise RuntimeError("asked for __traceback__")

    @property
    def __suppress_context__(self) -> Any:  # type: ignore[override]
        raise RuntimeError("asked for __suppress_context__")

    def __str__(self) -> str:
        raise RuntimeError("asked for text")

    def __repr__(self) -> str:
        raise RuntimeError("asked for text")

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("asked for equality")

    def __hash__(self) -> int:
        raise RuntimeError("asked for a hash")

    def __bool__(self) -> bool:
        raise RuntimeError("asked for truth")

    def __getattribute__(self, name: str) -> Any:
        raise RuntimeError(f"asked for {name}")


def test_no_code_of_the_exception_runs() -> None:
    """The interpreter's own slots are read; a lying class is not even asked."""

    def fail() -> None:
        try:
            raise KeyError("inner")
        except KeyError as error:
            raise Liar from error

    exc = failure(fail)
    assert [(link.type, link.parent) for link in snapshot(exc).links] == [(Liar, None), (KeyError, 0)]
    assert [frame.code.co_name for frame in snapshot(exc).links[0].frames] == ["failure", "fail"]


def test_nothing_is_kept_alive() -> None:
    """After the snapshot, the exception, its frames and their locals can go."""

    class Local:
        pass

    seen: list[weakref.ref[Local]] = []

    def fail() -> None:
        local = Local()
        seen.append(weakref.ref(local))
        raise ValueError("x")

    exc: BaseException | None = failure(fail)
    assert exc is not None
    taken = snapshot(exc)
    exc = None
    gc.collect()
    assert seen[0]() is None
    assert taken.links[0].type is ValueError


def test_takers_take_and_one_that_fails_takes_nothing() -> None:
    """What a stage's reader returns is kept under its name; one that raises or has nothing to say leaves no entry."""
    takers: dict[str, Taker] = {"number": lambda _: 7, "broken": lambda exc: exc.args[9], "silent": lambda _: None}
    assert snapshot(ValueError("s3cr3t"), Reading(takers=takers)).links[0].taken == {"number": 7}


def test_arguments_are_taken_only_where_they_are_compared() -> None:
    """Exact texts of bearable length; anything else is None, and a policy that does not compare takes none."""

    class Text(str):
        __slots__ = ()

    exc = ValueError("s3cr3t", 7, Text("sub"), "x" * 100_000)
    assert snapshot(exc).links[0].arguments is None
    assert snapshot(exc, Reading(arguments=True)).links[0].arguments == ("s3cr3t", None, None, None)


@pytest.mark.parametrize("value", [None, "text", ValueError, object()])
def test_only_exceptions_are_captured(value: Any) -> None:
    """Anything else is a TypeError that names the type."""
    with pytest.raises(TypeError, match=type(value).__name__):
        snapshot(value)


def test_text_is_read_only_when_asked() -> None:
    """Strict never reads a message; a policy that scrubs text does, and survives a broken ``__str__``."""
    assert snapshot(ValueError("s3cr3t")).links[0].text is None
    assert snapshot(ValueError("s3cr3t"), Reading(text=True)).links[0].text == "s3cr3t"
    assert snapshot(Liar(), Reading(text=True)).links[0].text is None


def test_the_recursion_limit_is_left_alone() -> None:
    """Capturing changes no global state."""
    before = sys.getrecursionlimit()
    snapshot(chained(cause=True))
    assert sys.getrecursionlimit() == before
