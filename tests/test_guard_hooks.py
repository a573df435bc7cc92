"""Guards and last-chance hooks: they see what passes, and change nothing of it."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import functools
import inspect
import os
import subprocess
import sys
import textwrap
import threading
import traceback
import types
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from probe import PROBE_SDK

from tightlip import Consent, Reporter
from tightlip.envelope import decode
from tightlip.guard import Guard
from tightlip.outbox import Outbox

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Generator, Iterator

    from probe import MakePackage

ROOT = Path(__file__).resolve().parents[1]
WAIT = 60.0


@pytest.fixture
def sdk(make_package: MakePackage) -> Any:
    return make_package("probe_sdk", PROBE_SDK)


def made() -> Reporter:
    return Reporter("probe_sdk", [], outbox=False, consent=Consent(default=True), pace=None)


def test_parentheses_that_were_forgotten(reporter: Reporter) -> None:
    """``@reporter.guard``: said at once, and how it is written."""
    with pytest.raises(TypeError, match=r"write @reporter\.guard\(\)"):

        @reporter.guard  # type: ignore[arg-type]
        def entry() -> None: ...


@pytest.fixture
def reporter(sdk: Any) -> Iterator[Reporter]:
    reporter = made()
    yield reporter
    reporter.close(WAIT)


def events(reporter: Reporter) -> list[dict[str, Any]]:
    assert reporter.flush(WAIT)
    return [decode(reporter.outbox.read(entry.event_id) or b"") for entry in reporter.outbox.entries()]


def mechanisms(reporter: Reporter) -> list[tuple[str, bool]]:
    found = [event["exception"]["values"][-1]["mechanism"] for event in events(reporter)]
    return [(mechanism["type"], mechanism["handled"]) for mechanism in found]


class TestContextManager:
    def test_a_failure_is_reported_and_passes(self, sdk: Any, reporter: Reporter) -> None:
        """The same object comes out; its arguments, notes, chain and the frames that were there are as they were."""
        cause = KeyError("cause")
        error = sdk.ProbeError("x")
        error.add_note("the host's note")
        error.__cause__ = cause
        with pytest.raises(sdk.ProbeError) as caught, reporter.guard():
            sdk.throw(error)
        assert caught.value is error
        assert error.args == ("x",)
        assert error.__notes__ == ["the host's note"]
        assert error.__cause__ is cause
        assert error.__context__ is None
        assert vars(error) == {"__notes__": ["the host's note"]}
        assert [frame.name for frame in traceback.extract_tb(error.__traceback__)][-1] == "throw"
        assert mechanisms(reporter) == [("guard", False)]

    def test_without_failure_nothing_happens(self, reporter: Reporter) -> None:
        """A block that succeeds leaves no trace."""
        with reporter.guard() as given:
            pass
        assert given is None
        assert reporter.stats() == {}

    @pytest.mark.parametrize(
        "error",
        [KeyboardInterrupt(), SystemExit(3), GeneratorExit(), StopIteration(5), asyncio.CancelledError()],
        ids=lambda e: type(e).__name__,
    )
    def test_control_flow_passes_unreported(self, sdk: Any, reporter: Reporter, error: BaseException) -> None:
        """What steers the program is no failure."""
        with pytest.raises(type(error)) as caught, reporter.guard():
            sdk.throw(error)
        assert caught.value is error
        assert events(reporter) == []
        assert reporter.stats()["dropped.origin.control flow"] == 1

    def test_the_applications_own_failure_passes_unreported(self, reporter: Reporter) -> None:
        """A callback of the host's that fails inside a guarded block is the host's."""
        with pytest.raises(LookupError), reporter.guard():
            raise LookupError("mine")
        assert events(reporter) == []
        assert reporter.stats()["dropped.origin.application"] == 1

    def test_nested_guards_report_once(self, sdk: Any, reporter: Reporter) -> None:
        """A failure that passes several guards of one reporter is one report."""
        with pytest.raises(sdk.ProbeError), reporter.guard(), reporter.guard(), reporter.guard():
            sdk.fail("x")
        assert len(events(reporter)) == 1
        assert reporter.stats() == {"captured": 1, "stored": 1}

    def test_nested_guards_with_work_in_between(self, sdk: Any, reporter: Reporter) -> None:
        """Guards that are entered while a failure passes, as in a ``finally``, do not make it two."""
        with pytest.raises(sdk.ProbeError), reporter.guard():
            try:
                with reporter.guard():
                    sdk.fail("x")
            finally:
                with reporter.guard():
                    pass
        assert len(events(reporter)) == 1

    def test_guards_of_two_reporters_report_each(self, sdk: Any, reporter: Reporter) -> None:
        """Reporters know nothing of each other."""
        other = made()
        with pytest.raises(sdk.ProbeError), reporter.guard(), other.guard():
            sdk.fail("x")
        assert len(events(reporter)) == len(events(other)) == 1
        assert other.close(WAIT)

    def test_a_handled_failure_that_was_captured_is_not_reported_again(self, sdk: Any, reporter: Reporter) -> None:
        """``capture`` and then ``raise`` through a guard is one report."""
        with pytest.raises(sdk.ProbeError), reporter.guard():
            try:
                sdk.fail("x")
            except sdk.ProbeError as error:
                reporter.capture(error)
                raise
        assert mechanisms(reporter) == [("generic", True)]

    @pytest.mark.parametrize("fail", ["fail", "fail_in_c"])
    def test_a_loop_reports_each(self, sdk: Any, reporter: Reporter, fail: str) -> None:
        """Each failure counts, though the memory of the one before may be used again."""
        for _ in range(10):
            with contextlib.suppress(Exception), reporter.guard():
                getattr(sdk, fail)("x")
        assert len(events(reporter)) == 10

    @pytest.mark.parametrize("fail", ["fail", "fail_in_c"])
    def test_a_loop_inside_a_guard_reports_each(self, sdk: Any, reporter: Reporter, fail: str) -> None:
        """So it is when the loop itself runs in a guarded entry point."""
        with reporter.guard():
            for _ in range(10):
                with contextlib.suppress(Exception), reporter.guard():
                    getattr(sdk, fail)("x")
        assert len(events(reporter)) == 10

    def test_one_guard_object_may_be_nested(self, sdk: Any, reporter: Reporter) -> None:
        """The same object can be entered again before it is left."""
        guard = reporter.guard()
        with pytest.raises(sdk.ProbeError), guard, guard:
            sdk.fail("x")
        with guard:
            pass
        assert len(events(reporter)) == 1

    def test_threads_report_each_their_own(self, sdk: Any, reporter: Reporter) -> None:
        """Guards in threads at the same time do not take each other's failures for seen."""
        barrier = threading.Barrier(8)

        def work() -> None:
            barrier.wait()
            for _ in range(5):
                with contextlib.suppress(Exception), reporter.guard():
                    sdk.fail("x")

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
            assert reporter.flush(WAIT)
        assert len(events(reporter)) == 40


@pytest.mark.parametrize("attempt", range(10))
def test_threads_that_fail_first_at_the_same_moment_start_one_worker(sdk: Any, attempt: int) -> None:
    """One worker thread a reporter, also when many threads come with the first failure; and closing ends it."""
    reporter = made()
    barrier = threading.Barrier(8)

    def work() -> None:
        error = _error(sdk.fail, "x")
        barrier.wait()
        reporter.capture(error)

    def workers() -> set[int | None]:
        return {thread.ident for thread in threading.enumerate() if thread.name == "tightlip"}

    before, interval = workers(), sys.getswitchinterval()
    threads = [threading.Thread(target=work) for _ in range(8)]
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert len(workers() - before) == 1
    assert len(events(reporter)) == 8
    assert reporter.close(WAIT)
    assert workers() <= before


class TestDecorator:
    def test_a_function(self, sdk: Any, reporter: Reporter) -> None:
        """It is called with its arguments, returns what it returns, and keeps its name, document and signature."""

        def entry(name: str, *, fails: bool = False) -> str:
            """The document."""
            return str(sdk.fail(name)) if fails else name

        guarded = reporter.guard()(entry)
        assert guarded("x") == "x"
        assert (guarded.__name__, guarded.__doc__, inspect.signature(guarded)) == (
            "entry",
            "The document.",
            inspect.signature(entry),
        )
        with pytest.raises(sdk.ProbeError):
            guarded("x", fails=True)
        assert mechanisms(reporter) == [("guard", False)]

    def test_recursion_reports_once(self, sdk: Any, reporter: Reporter) -> None:
        """A guarded function that calls itself reports a failure of the innermost call once."""

        @reporter.guard()
        def entry(depth: int) -> None:
            if depth:
                entry(depth - 1)
            else:
                sdk.fail("x")

        with pytest.raises(sdk.ProbeError):
            entry(20)
        assert len(events(reporter)) == 1

    def test_a_coroutine_function(self, sdk: Any, reporter: Reporter) -> None:
        """It stays a coroutine function; its failure is reported when it is awaited."""

        @reporter.guard()
        async def entry(name: str) -> str:
            await asyncio.sleep(0)
            return name or str(sdk.fail(name))

        assert inspect.iscoroutinefunction(entry)

        async def main() -> list[Any]:
            return list(await asyncio.gather(entry("a"), entry(""), entry("b"), entry(""), return_exceptions=True))

        found = asyncio.run(main())
        assert [found[0], found[2]] == ["a", "b"]
        assert [type(found[1]), type(found[3])] == [sdk.ProbeError, sdk.ProbeError]
        assert len(events(reporter)) == 2

    def test_tasks_that_wait_inside_guards(self, sdk: Any, reporter: Reporter) -> None:
        """Tasks of one thread that are inside guards at the same time each report, though their failures come in turn."""

        @reporter.guard()
        async def entry(turn: asyncio.Event, following: asyncio.Event) -> None:
            await turn.wait()
            following.set()
            sdk.fail("x")

        async def quiet(turn: asyncio.Event, following: asyncio.Event) -> None:
            with contextlib.suppress(Exception):
                await entry(turn, following)

        async def main() -> None:
            turns = [asyncio.Event() for _ in range(11)]
            turns[0].set()
            async with asyncio.TaskGroup() as group:
                for number in range(10):
                    group.create_task(quiet(turns[number], turns[number + 1]))

        asyncio.run(main())
        assert len(events(reporter)) == 10

    def test_cancellation_passes(self, reporter: Reporter) -> None:
        """A guarded task can be cancelled, and that is no failure."""

        @reporter.guard()
        async def entry() -> None:
            await asyncio.sleep(3600)

        async def main() -> None:
            task = asyncio.create_task(entry())
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        asyncio.run(main())
        assert events(reporter) == []

    def test_a_generator(self, sdk: Any, reporter: Reporter) -> None:
        """Values go in and out, and the return value comes back."""

        @reporter.guard()
        def entry() -> Generator[str, str, str]:
            first = yield "ready"
            second = yield first.upper()
            return first + second

        assert inspect.isgeneratorfunction(entry)
        generator = entry()
        assert next(generator) == "ready"
        assert generator.send("a") == "A"
        with pytest.raises(StopIteration) as stop:
            generator.send("b")
        assert stop.value.value == "ab"
        assert events(reporter) == []

    def test_throwing_into_a_generator(self, sdk: Any, reporter: Reporter) -> None:
        """What is thrown in arrives inside as the same object, and can be handled there."""
        seen: list[object] = []

        @reporter.guard()
        def entry() -> Generator[int, None, None]:
            try:
                yield 1
            except LookupError as error:
                seen.append(error)
            yield 2

        thrown = LookupError("x")
        generator = entry()
        next(generator)
        assert generator.throw(thrown) == 2
        assert seen == [thrown]
        assert events(reporter) == []

    def test_a_generator_that_fails_or_is_closed(self, sdk: Any, reporter: Reporter) -> None:
        """A failure is reported once and passes; closing runs the ``finally`` inside and is no failure."""
        closed: list[str] = []

        @reporter.guard()
        def entry(name: str) -> Iterator[int]:
            try:
                yield 1
                sdk.fail(name)
            finally:
                closed.append(name)

        with pytest.raises(sdk.ProbeError):
            list(entry("a"))
        generator = entry("b")
        next(generator)
        generator.close()  # type: ignore[attr-defined]
        assert closed == ["a", "b"]
        assert len(events(reporter)) == 1

    def test_generators_that_take_turns(self, sdk: Any, reporter: Reporter) -> None:
        """Guarded generators that are left in another order than they were entered report each failure."""

        @reporter.guard()
        def entry() -> Iterator[int]:
            yield 1
            sdk.fail("x")

        running = [entry() for _ in range(6)]
        for generator in running:
            next(generator)
        for generator in running:
            with contextlib.suppress(Exception):
                next(generator)
        assert len(events(reporter)) == 6
        with contextlib.suppress(Exception), reporter.guard():
            sdk.fail("after")
        assert len(events(reporter)) == 7

    def test_an_asynchronous_generator(self, sdk: Any, reporter: Reporter) -> None:
        """Values go in and out, errors are thrown in as the same object, and the end is the end."""
        seen: list[object] = []

        @reporter.guard()
        async def entry() -> Any:
            sent = yield "ready"
            try:
                yield sent.upper()
            except LookupError as error:
                seen.append(error)
                yield "handled"

        assert inspect.isasyncgenfunction(entry)
        thrown = LookupError("x")

        async def main() -> None:
            generator: Any = entry()
            assert await anext(generator) == "ready"
            assert await generator.asend("a") == "A"
            assert await generator.athrow(thrown) == "handled"
            with pytest.raises(StopAsyncIteration):
                await anext(generator)

        asyncio.run(main())
        assert seen == [thrown]
        assert events(reporter) == []

    def test_an_asynchronous_generator_that_fails_or_is_closed(self, sdk: Any, reporter: Reporter) -> None:
        """A failure is reported once and passes; an early end runs the ``finally`` inside and is no failure."""
        closed: list[str] = []

        @reporter.guard()
        async def entry(name: str) -> AsyncIterator[int]:
            try:
                yield 1
                await asyncio.sleep(0)
                sdk.fail(name)
            finally:
                await asyncio.sleep(0)
                closed.append(name)

        async def main() -> None:
            with pytest.raises(sdk.ProbeError):
                [item async for item in entry("a")]
            generator: Any = entry("b")
            await anext(generator)
            await generator.aclose()
            unstarted: Any = entry("c")
            await unstarted.aclose()

        asyncio.run(main())
        assert closed == ["a", "b"]
        assert len(events(reporter)) == 1

    def test_an_asynchronous_generator_that_reraises_what_was_thrown(self, sdk: Any, reporter: Reporter) -> None:
        """The error that was thrown in comes out as the same object without a context that the guard made."""
        thrown = LookupError("x")

        @reporter.guard()
        async def entry() -> AsyncIterator[int]:
            yield 1

        async def main() -> None:
            generator: Any = entry()
            await anext(generator)
            with pytest.raises(LookupError) as caught:
                await generator.athrow(thrown)
            assert caught.value is thrown
            assert thrown.__context__ is None

        asyncio.run(main())

    def test_methods(self, sdk: Any, reporter: Reporter) -> None:
        """A decorated method is a method; beneath ``classmethod`` and ``staticmethod`` it works too."""

        class Client:
            @reporter.guard()
            def one(self) -> object:
                return self

            @classmethod
            @reporter.guard()
            def two(cls) -> object:
                return cls

            @staticmethod
            @reporter.guard()
            def three() -> None:
                sdk.fail("x")

        client = Client()
        assert client.one() is client
        assert client.two() is Client
        with pytest.raises(sdk.ProbeError):
            client.three()
        assert len(events(reporter)) == 1


def _lines(error: BaseException) -> list[str]:
    """The traceback as it is printed, from the first frame on that is no test's."""
    return [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]


def _finished(coroutine: Any) -> Any:
    return asyncio.run(coroutine)


class TestNotThere:
    """What a guard puts around a function shows in no traceback, and changes nothing that the function can do."""

    @pytest.mark.parametrize("guarded", [False, True], ids=["without", "with"])
    def test_no_frame_of_ours(self, sdk: Any, reporter: Reporter, guarded: bool) -> None:
        """Functions, coroutines, generators of both kinds and blocks: the frames are those of the caller and of the function."""
        guard: Any = reporter.guard() if guarded else lambda function: function

        def function() -> None:
            sdk.fail("x")

        async def coroutine() -> None:
            await asyncio.sleep(0)
            sdk.fail("x")

        def generator() -> Iterator[int]:
            yield 1
            sdk.fail("x")

        async def asynchronous() -> AsyncIterator[int]:
            yield 1
            sdk.fail("x")

        async def over(items: Any) -> None:
            async for _ in items:
                pass

        def started(items: Any) -> Any:
            next(items)
            return items

        async def thrown(items: Any) -> None:
            await anext(items)
            await items.athrow(LookupError("x"))

        calls: dict[str, Callable[[], object]] = {
            "function": guard(function),
            "coroutine": lambda: _finished(guard(coroutine)()),
            "generator": lambda: list(guard(generator)()),
            "asynchronous generator": lambda: _finished(over(guard(asynchronous)())),
            "thrown into a generator": lambda: started(guard(generator)()).throw(LookupError("x")),
            "thrown into an asynchronous one": lambda: _finished(thrown(guard(asynchronous)())),
            "wrong arguments": lambda: guard(function)(1),
        }
        for name, call in calls.items():
            error = _error(call)
            own = [line for line in _lines(error) if os.sep + "tightlip" + os.sep in line]
            assert own == [], name
            if name.startswith("thrown"):
                assert isinstance(error, LookupError)
                assert _lines(error)[-1].startswith(__file__)

    def test_what_a_generator_sees_of_a_thrown_error(self, reporter: Reporter) -> None:
        """Inside, its traceback begins where it would without a guard."""
        seen: list[list[str]] = []

        async def entry() -> AsyncIterator[int]:
            try:
                yield 1
            except LookupError as error:
                seen.append(_lines(error))
                yield 2

        async def main(items: Any) -> None:
            await anext(items)
            assert await items.athrow(LookupError("x")) == 2
            await items.aclose()

        asyncio.run(main(entry()))
        asyncio.run(main(reporter.guard()(entry)()))
        assert seen[0] == seen[1]

    @pytest.mark.parametrize("thrown", [StopIteration, StopAsyncIteration, asyncio.CancelledError, ValueError])
    def test_what_comes_of_what_is_thrown(self, reporter: Reporter, thrown: type[BaseException]) -> None:
        """The end of an asynchronous generator that is thrown into is that without a guard, whatever is thrown."""

        async def entry() -> AsyncIterator[int]:
            yield 1

        async def main(items: Any) -> tuple[str, str, str]:
            await anext(items)
            try:
                await items.athrow(thrown("x"))
            except BaseException as error:
                return repr(error), repr(error.__cause__), repr(error.__context__)
            return "", "", ""

        assert _finished(main(reporter.guard()(entry)())) == _finished(main(entry()))

    def test_context_variables(self, reporter: Reporter) -> None:
        """What is set inside is set for the caller, and the other way round, as without a guard."""
        variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable", default="unset")

        def function() -> str:
            before = variable.get()
            variable.set("inside")
            return before

        async def coroutine() -> str:
            await asyncio.sleep(0)
            return function()

        def generator() -> Iterator[str]:
            yield function()

        async def asynchronous() -> AsyncIterator[str]:
            yield function()

        async def main(guard: Any) -> list[str]:
            seen: list[str] = []
            for use in ("function", "coroutine", "generator", "asynchronous"):
                variable.set(f"before {use}")
                if use == "function":
                    seen.append(guard(function)())
                elif use == "coroutine":
                    seen.append(await guard(coroutine)())
                elif use == "generator":
                    seen.extend(guard(generator)())
                else:
                    seen.extend([item async for item in guard(asynchronous)()])
                seen.append(variable.get())
            return seen

        expected = asyncio.run(main(lambda function: function))
        assert expected[:2] == ["before function", "inside"]
        assert asyncio.run(main(reporter.guard())) == expected

    def test_async_with(self, sdk: Any, reporter: Reporter) -> None:
        """A block can be entered with ``async with`` too: nothing is awaited, and a failure is reported once."""

        async def main() -> None:
            async with reporter.guard() as given:
                assert given is None
            async with reporter.guard(), reporter.guard():
                await asyncio.sleep(0)
                sdk.fail("x")

        with pytest.raises(sdk.ProbeError):
            asyncio.run(main())
        assert mechanisms(reporter) == [("guard", False)]

    def test_async_with_is_left_by_cancellation(self, reporter: Reporter) -> None:
        """A task that is cancelled in such a block is cancelled, and that is no failure."""

        async def entry() -> None:
            async with reporter.guard():
                await asyncio.sleep(3600)

        async def main() -> None:
            task = asyncio.create_task(entry())
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert task.cancelled()

        asyncio.run(main())
        assert events(reporter) == []

    def test_whatever_can_be_called(self, sdk: Any, reporter: Reporter) -> None:
        """Partials, objects with an asynchronous ``__call__``, bound methods and generator-based coroutines are run inside the guard."""

        class Entry:
            async def __call__(self) -> None:
                sdk.fail("x")

            async def method(self) -> None:
                sdk.fail("x")

        @types.coroutine
        def old() -> Generator[None, None, None]:
            yield
            sdk.fail("x")

        async def coroutine(_name: str) -> None:
            sdk.fail("x")

        def generator(_name: str) -> Iterator[int]:
            yield 1
            sdk.fail("x")

        guard = reporter.guard()
        awaited: list[Callable[[], Any]] = [
            guard(Entry()), guard(Entry().method), guard(functools.partial(coroutine, "x")), guard(old),
        ]  # fmt: skip
        for number, entry in enumerate(awaited):

            async def main(entry: Callable[[], Any] = entry) -> None:
                await entry()

            with pytest.raises(sdk.ProbeError):
                asyncio.run(main())
            assert len(events(reporter)) == number + 1
        with pytest.raises(sdk.ProbeError):
            list(guard(functools.partial(generator, "x"))())
        assert len(events(reporter)) == 5


@pytest.fixture
def hooks() -> Iterator[None]:
    before = sys.excepthook, threading.excepthook
    yield
    sys.excepthook, threading.excepthook = before


def _error(function: Callable[..., object], *arguments: object) -> BaseException:
    try:
        function(*arguments)
    except BaseException as error:
        return error
    raise AssertionError("it did not fail")


def call_excepthook(error: BaseException) -> None:
    sys.excepthook(type(error), error, error.__traceback__)


@pytest.mark.usefixtures("hooks")
class TestHooks:
    def test_the_one_before_is_called_with_the_same(self, sdk: Any, reporter: Reporter) -> None:
        """The hook that was there gets exactly what ours got, after it."""
        calls: list[tuple[object, ...]] = []
        sys.excepthook = lambda *args: calls.append(args)
        threading.excepthook = lambda args: calls.append((args,))
        reporter.install()
        error = _error(sdk.fail, "x")
        call_excepthook(error)
        arguments = threading.ExceptHookArgs((sdk.ProbeError, _error(sdk.fail, "y"), None, None))
        threading.excepthook(arguments)
        assert calls == [(sdk.ProbeError, error, error.__traceback__), (arguments,)]
        assert mechanisms(reporter) == [("excepthook", False), ("threading", False)]

    def test_uninstall_puts_back(self, reporter: Reporter) -> None:
        """The very objects that were there are there again; twice is once."""
        before = sys.excepthook, threading.excepthook
        reporter.install()
        reporter.install()
        assert sys.excepthook is not before[0]
        reporter.uninstall()
        reporter.uninstall()
        assert (sys.excepthook, threading.excepthook) == before
        reporter.install()
        reporter.close(WAIT)
        assert (sys.excepthook, threading.excepthook) == before

    @pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (0, 2, 1), (1, 2, 0), (2, 0, 1)], ids=str)
    def test_reporters_leave_in_any_order(self, sdk: Any, order: tuple[int, ...]) -> None:
        """What is left works after each step, the host's own hook is called once each time, and at the end it stands alone."""
        calls: list[object] = []

        def own(*args: object) -> None:
            calls.append(args)

        sys.excepthook = own
        reporters = [made() for _ in range(3)]
        for reporter in reporters:
            reporter.install()
        active = set(range(3))
        for number in order:
            reporters[number].uninstall()
            active.remove(number)
            before = [len(events(reporter)) for reporter in reporters]
            call_excepthook(_error(sdk.fail, "x"))
            after = [len(events(reporter)) for reporter in reporters]
            assert [after[i] - before[i] for i in range(3)] == [int(i in active) for i in range(3)]
        assert len(calls) == 3
        assert sys.excepthook is own
        for reporter in reporters:
            assert reporter.close(WAIT)

    def test_a_hook_installed_over_ours_survives(self, sdk: Any, reporter: Reporter) -> None:
        """Taking ours out from below leaves the other in place; ours is quiet from then on."""
        seen: list[object] = []
        sys.excepthook = lambda *_: seen.append("bottom")
        reporter.install()
        ours = sys.excepthook

        def top(*args: Any) -> None:
            seen.append("top")
            ours(*args)

        sys.excepthook = top
        reporter.uninstall()
        assert sys.excepthook is top
        call_excepthook(_error(sdk.fail, "x"))
        assert seen == ["top", "bottom"]
        assert events(reporter) == []

    def test_installed_again_after_that(self, sdk: Any, reporter: Reporter) -> None:
        """Installing once more gives one report, not two."""
        sys.excepthook = lambda *_: None
        reporter.install()
        ours = sys.excepthook

        def top(*args: Any) -> None:
            ours(*args)

        sys.excepthook = top
        reporter.uninstall()
        reporter.install()
        call_excepthook(_error(sdk.fail, "x"))
        assert len(events(reporter)) == 1

    def test_guard_and_hook_report_once(self, sdk: Any, reporter: Reporter) -> None:
        """A failure that passed a guard is not reported again by the hook."""
        sys.excepthook = lambda *_: None
        reporter.install()
        with pytest.raises(sdk.ProbeError) as caught, reporter.guard():
            sdk.fail("x")
        call_excepthook(caught.value)
        assert mechanisms(reporter) == [("guard", False)]

    def test_a_crash_after_a_handled_failure_is_reported(self, sdk: Any, reporter: Reporter) -> None:
        """An earlier report, whose exception is gone, does not stand in for the crash that uses its memory."""
        sys.excepthook = lambda *_: None
        reporter.install()
        for _ in range(10):
            try:
                sdk.fail("handled")
            except sdk.ProbeError as error:
                reporter.capture(error)
            call_excepthook(_error(sdk.fail, "not handled"))
        assert len(events(reporter)) == 20

    def test_a_thread(self, sdk: Any, reporter: Reporter) -> None:
        """A failure that ends a thread is reported as such."""
        threading.excepthook = lambda _: None
        reporter.install()
        thread = threading.Thread(target=sdk.fail, args=("x",))
        thread.start()
        thread.join()
        assert mechanisms(reporter) == [("threading", False)]

    def test_without_an_exception(self, reporter: Reporter) -> None:
        """``threading.excepthook`` may be called with no value; that is passed on."""
        calls: list[object] = []
        threading.excepthook = calls.append
        reporter.install()
        arguments = threading.ExceptHookArgs((SystemExit, None, None, None))
        threading.excepthook(arguments)
        assert calls == [arguments]
        assert reporter.stats() == {}

    def test_the_one_before_may_raise(self, sdk: Any, reporter: Reporter) -> None:
        """An error of the host's own hook is the host's: it comes out as it would without us."""

        def broken(*_: object) -> None:
            raise OSError("the host's")

        sys.excepthook = broken
        reporter.install()
        with pytest.raises(OSError, match="the host's"):
            call_excepthook(_error(sdk.fail, "x"))
        assert len(events(reporter)) == 1


_PLAIN = """
import sys
sys.path.insert(0, {code!r})
import probe_sdk
"""
_WATCHED = """
import tightlip
reporter = tightlip.Reporter("probe_sdk", [], outbox=sys.argv[1], consent=tightlip.Consent(default=True))
reporter.install()
guard = reporter.guard()
"""
_UNWATCHED = """
import contextlib


guard = contextlib.nullcontext()
"""

_CRASHES = {
    "uncaught": "probe_sdk.fail('secret')",
    "chained": "try:\n    probe_sdk.fail('secret')\nexcept Exception as error:\n    raise KeyError('x') from error",
    "group": "raise ExceptionGroup('several', [ValueError(1), KeyError(2)])",
    "guarded": "with guard:\n    probe_sdk.fail('secret')",
    "exit code": "sys.exit(7)",
    "exit text": "sys.exit('goodbye')",
    "interrupt": "raise KeyboardInterrupt",
    "thread": "import threading\nt = threading.Thread(target=probe_sdk.fail, args=('x',), name='w')\nt.start()\nt.join()",
    "syntax": "compile('1 +', 'file.py', 'exec')",
    "broken str": "class E(Exception):\n    def __str__(self):\n        raise ValueError\nprobe_sdk.throw(E())",
    "recursion": "def f():\n    f()\nf()",
    "output": "print('out')\nprint('err', file=sys.stderr)\nprobe_sdk.fail('x')",
    "abort": "import os\nos._exit(9)",
}


def _script(folder: Path, body: str, *, watched: bool) -> Path:
    # Both have the same name and the same line numbers: what is printed is compared byte by byte.
    (folder / ("with" if watched else "without")).mkdir(parents=True)
    file = folder / ("with" if watched else "without") / "script.py"
    assert _UNWATCHED.count("\n") == _WATCHED.count("\n")
    file.write_text(_PLAIN.format(code=str(folder)) + (_WATCHED if watched else _UNWATCHED) + body + "\n")
    return file


def _run(file: Path, outbox: Path) -> tuple[int, bytes, bytes]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "pipeline"), str(ROOT / "scrubbers")])}
    environment.pop("DO_NOT_TRACK", None)
    found = subprocess.run(
        [sys.executable, file.name, str(outbox)],
        capture_output=True,
        env=environment,
        cwd=file.parent,
        check=False,
        timeout=120,
    )
    name = str(file.parent).encode()
    return found.returncode, found.stdout.replace(name, b"."), found.stderr.replace(name, b".")


@pytest.mark.parametrize("name", _CRASHES)
def test_a_crash_looks_the_same(tmp_path: Path, name: str) -> None:
    """Exit code, output and traceback are byte for byte those of the program without tightlip."""
    (tmp_path / "probe_sdk").mkdir()
    (tmp_path / "probe_sdk" / "__init__.py").write_text(PROBE_SDK)
    outbox = tmp_path / "outbox.sqlite3"
    expected = _run(_script(tmp_path, _CRASHES[name], watched=False), outbox)
    assert not outbox.exists()
    assert _run(_script(tmp_path, _CRASHES[name], watched=True), outbox) == expected
    reported = 1 if name in ("uncaught", "chained", "guarded", "thread", "broken str", "output") else 0
    assert len(Outbox(outbox).entries()) == reported


_FORK = """
    import os, sys, threading
    import probe_sdk, tightlip
    reporter = tightlip.Reporter("probe_sdk", [], outbox=sys.argv[1], consent=tightlip.Consent(default=True))
    reporter.install()

    def capture(name):
        try:
            probe_sdk.fail(name)
        except Exception as error:
            return reporter.capture(error)

    if {before}:
        assert capture("before")
        assert reporter.flush(60)
    child = os.fork()
    if not child:
        assert capture("child")
        assert reporter.flush(60)
        if {plain}:
            sys.exit(5)
        os._exit(5)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 5
    assert capture("parent")
    assert reporter.close(60)
    print(reporter.stats())
"""


@pytest.mark.parametrize("plain", [True, False], ids=["exit", "_exit"])
@pytest.mark.parametrize("before", [True, False], ids=["used before", "fresh"])
def test_a_forked_child_can_capture(tmp_path: Path, before: bool, plain: bool) -> None:
    """Parent and child each have a worker, and one outbox has the reports of both."""
    (tmp_path / "probe_sdk").mkdir()
    (tmp_path / "probe_sdk" / "__init__.py").write_text(PROBE_SDK)
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT / "pipeline"), str(ROOT / "scrubbers")]),
    }
    environment.pop("DO_NOT_TRACK", None)
    source = textwrap.dedent(_FORK.format(before=before, plain=plain))
    found = subprocess.run(
        [sys.executable, "-W", "error", "-c", source, str(tmp_path / "outbox.sqlite3")],
        capture_output=True,
        text=True,
        env=environment,
        timeout=120,
        check=False,
    )
    assert (found.returncode, found.stderr) == (0, "")
    assert len(Outbox(tmp_path / "outbox.sqlite3").entries()) == 2 + before


_FORK_BUSY = """
    import os, sys, threading
    import probe_sdk, tightlip

    def workspace():
        entered.set()
        leave.wait(60)
        return "team"

    entered, leave = threading.Event(), threading.Event()
    reporter = tightlip.Reporter("probe_sdk", [], outbox=sys.argv[1], consent=tightlip.Consent(default=True), workspace=workspace)

    def capture():
        try:
            probe_sdk.fail("x")
        except Exception as error:
            return reporter.capture(error)

    assert capture()
    entered.wait()
    assert capture()
    child = os.fork()
    leave.set()
    if not child:
        assert capture()
        assert reporter.flush(60)
        os._exit(5)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 5
    assert reporter.close(60)
"""


def test_a_fork_while_the_worker_is_busy(tmp_path: Path) -> None:
    """The child neither hangs nor repeats what the parent's worker had begun or queued: each failure is reported once."""
    (tmp_path / "probe_sdk").mkdir()
    (tmp_path / "probe_sdk" / "__init__.py").write_text(PROBE_SDK)
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT / "pipeline"), str(ROOT / "scrubbers")]),
    }
    environment.pop("DO_NOT_TRACK", None)
    found = subprocess.run(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(_FORK_BUSY), str(tmp_path / "outbox.sqlite3")],
        capture_output=True, text=True, env=environment, timeout=120, check=False,
    )  # fmt: skip
    assert (found.returncode, found.stderr) == (0, "")
    assert len(Outbox(tmp_path / "outbox.sqlite3").entries()) == 3


def test_a_guard_that_cannot_be_entered() -> None:
    """With the stack nearly full the block runs all the same, and the guards around it are left in their order."""
    left: list[str] = []
    entered = iter([lambda: left.append("outer"), None, lambda: left.append("inner")])

    def enter() -> Callable[[], None]:
        found = next(entered)
        if found is None:
            raise RecursionError
        return found

    guard = Guard(enter, lambda _: None)
    with guard, guard:
        left.append("block")
        with guard:
            pass
        left.append("block")
    assert left == ["block", "inner", "block", "outer"]
