"""Last-chance hooks in finalisers and event loops, side by side with the hooks of others; and that the host notices none of it."""

from __future__ import annotations

import ast
import asyncio
import contextlib
import functools
import gc
import itertools
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import traceback
import weakref
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from probe import PROBE_SDK, failure

from tightlip import Consent, Reporter, hooks, loop_hooks
from tightlip.envelope import decode
from tightlip.hooks import Hooks
from tightlip.outbox import Outbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from probe import MakePackage

ROOT = Path(__file__).resolve().parents[1]
WAIT = 60.0


class Host(Exception):
    """The host's."""


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """Whatever a test did to the hooks, afterwards they are as they were, and so are the classes of loops."""
    before = sys.excepthook, threading.excepthook, sys.unraisablehook
    methods = dict(vars(asyncio.BaseEventLoop)), dict(vars(asyncio.AbstractEventLoop))
    yield
    sys.excepthook, threading.excepthook, sys.unraisablehook = before
    assert (dict(vars(asyncio.BaseEventLoop)), dict(vars(asyncio.AbstractEventLoop))) == methods


class Made:
    """Hooks that write down what they report; all are taken out at the end of a test."""

    def __init__(self) -> None:
        self.all: list[Hooks] = []

    def __call__(self, into: list[tuple[str, object]]) -> Hooks:
        made = Hooks(lambda exc, mechanism: into.append((mechanism, exc)))
        self.all.append(made)
        return made


@pytest.fixture
def made() -> Iterator[Made]:
    made = Made()
    yield made
    for one in made.all:
        one.uninstall()


def host_fails() -> None:
    raise Host


def raise_(error: BaseException) -> None:
    raise error


def _call_excepthook(error: BaseException) -> None:
    sys.excepthook(type(error), error, error.__traceback__)


def _call_threading(error: BaseException) -> None:
    threading.excepthook(threading.ExceptHookArgs((type(error), error, error.__traceback__, None)))


def _call_unraisable(error: BaseException) -> None:
    sys.unraisablehook(
        SimpleNamespace(exc_type=type(error), exc_value=error, exc_traceback=error.__traceback__, err_msg=None, object=None)
    )  # fmt: skip


def _call_loop(error: BaseException) -> None:
    loop = asyncio.new_event_loop()
    loop.set_exception_handler(lambda *_: None)
    try:
        loop.call_exception_handler({"message": "x", "exception": error})
    finally:
        loop.close()


CALLS = {
    "excepthook": _call_excepthook,
    "threading": _call_threading,
    "unraisable": _call_unraisable,
    "asyncio": _call_loop,
}
PLACES: dict[str, tuple[Any, str]] = {
    "excepthook": (sys, "excepthook"),
    "threading": (threading, "excepthook"),
    "unraisable": (sys, "unraisablehook"),
    "asyncio": (asyncio.BaseEventLoop, "call_exception_handler"),
}


def silence() -> None:
    def nothing(*_: object) -> None: ...

    sys.excepthook = threading.excepthook = sys.unraisablehook = nothing


@pytest.mark.parametrize("mechanism", CALLS)
class TestEveryHook:
    def test_reports_and_goes_on(self, made: Made, mechanism: str) -> None:
        """The exception is reported under the hook's name; the one before is called once, after it, with the very same arguments."""
        module, name = PLACES[mechanism]
        seen: list[tuple[str, object]] = []
        given: list[tuple[object, ...]] = []
        at_call: list[int] = []

        def own(*args: object) -> str:
            given.append(args)
            at_call.append(len(seen))
            return "returned"

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, name, own)
            one = made(seen)
            one.install()
            error = failure(raise_, Host())
            arguments = (
                (object(), {"exception": error}) if mechanism == "asyncio" else (SimpleNamespace(exc_value=error),)
            )
            if mechanism == "excepthook":
                arguments = (Host, error, error.__traceback__)  # type: ignore[assignment]
            assert getattr(module, name)(*arguments) == "returned"
            one.uninstall()
            assert getattr(module, name) is own
        assert seen == [(mechanism, error)]
        assert len(given) == 1
        assert all(one is other for one, other in zip(given[0], arguments, strict=True))
        assert at_call == [1]

    def test_what_the_one_before_raises_comes_out_as_without_ours(self, made: Made, mechanism: str) -> None:
        """The same object, with the same traceback: the interpreter prints it, byte for byte."""
        module, name = PLACES[mechanism]
        thrown = Host("the host's")

        def broken(*_: object) -> None:
            raise thrown

        def lines() -> list[str]:
            error = failure(raise_, KeyError("x"))
            thrown.__traceback__ = None
            arguments: tuple[object, ...] = {
                "excepthook": (KeyError, error, None),
                "asyncio": (None, {"exception": error}),
            }.get(mechanism, (SimpleNamespace(exc_value=error),))
            assert failure(getattr(module, name), *arguments) is thrown
            assert thrown.__context__ is None
            return traceback.format_tb(thrown.__traceback__)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, name, broken)
            expected = lines()
            seen: list[tuple[str, object]] = []
            one, other = made(seen), made(seen)
            one.install()
            other.install()
            assert lines() == expected
            one.uninstall()
            assert lines() == expected
            other.uninstall()
        assert [found for found, _ in seen] == [mechanism] * 3

    def test_a_report_that_fails_is_not_noticed(self, mechanism: str) -> None:
        """Whatever goes wrong in ours, the next hook comes as always."""
        calls: list[object] = []

        def report(*_: object) -> None:
            calls.append("ours")
            raise Host

        module, name = PLACES[mechanism]
        one = Hooks(report)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, name, lambda *_, **__: calls.append("host"))
            one.install()
            CALLS[mechanism](failure(raise_, Host()))
            one.uninstall()
        assert calls == ["ours", "host"]

    def test_ctrl_c_while_ours_runs(self, mechanism: str) -> None:
        """The crash is still handed on, once, and the interrupt comes out."""
        calls: list[object] = []

        def report(*_: object) -> None:
            raise KeyboardInterrupt

        module, name = PLACES[mechanism]
        one = Hooks(report)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, name, lambda *_, **__: calls.append("host"))
            one.install()
            with contextlib.suppress(KeyboardInterrupt):
                CALLS[mechanism](failure(raise_, Host()))
            one.uninstall()
        assert calls == ["host"]

    def test_at_finalisation_it_is_passed_on_only(self, made: Made, mechanism: str) -> None:
        """Once the interpreter is shutting down nothing is reported, and the one before is called."""
        seen: list[tuple[str, object]] = []
        calls: list[object] = []
        module, name = PLACES[mechanism]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, name, lambda *_, **__: calls.append("host"))
            one = made(seen)
            one.install()
            patch.setattr(sys, "is_finalizing", lambda: True)
            CALLS[mechanism](failure(raise_, Host()))
            one.uninstall()
        assert (seen, calls) == ([], ["host"])

    def test_nothing_is_kept(self, made: Made, mechanism: str) -> None:
        """The exception is gone when its last holder lets go, without a collection."""
        silence()
        one = made([])
        one._report = lambda *_: None
        one.install()
        error: BaseException | None = failure(host_fails)  # no frame of it holds it
        gone = weakref.ref(error)
        gc.disable()
        try:
            CALLS[mechanism](error)  # type: ignore[arg-type]
            error = None
            assert gone() is None
        finally:
            gc.enable()

    @pytest.mark.parametrize("given", [None, 5, "text", Host], ids=repr)
    def test_what_is_no_exception_is_passed_on_only(self, made: Made, mechanism: str, given: object) -> None:
        """A hook may be called with no value at all, or with nonsense."""
        silence()
        seen: list[tuple[str, object]] = []
        made(seen).install()
        if mechanism == "excepthook":
            sys.excepthook(Host, given, None)  # type: ignore[arg-type]
        elif mechanism == "asyncio":
            _call_loop(given)  # type: ignore[arg-type]
        else:
            getattr(*PLACES[mechanism])(SimpleNamespace(exc_value=given))
        assert seen == []

    def test_no_hook_touches_a_lock(self, made: Made, mechanism: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """Not even for a moment: the interrupted thread may hold it."""

        class Forbidden:
            def acquire(self, *_: object, **__: object) -> bool:
                raise AssertionError("a lock was asked for")

        silence()
        seen: list[tuple[str, object]] = []
        made(seen).install()
        with monkeypatch.context() as patch:
            patch.setattr(hooks, "_LOCK", Forbidden())
            patch.setattr(loop_hooks, "_LOCK", Forbidden())
            CALLS[mechanism](failure(raise_, Host()))
        assert len(seen) == 1


class TestTogether:
    @pytest.mark.parametrize("order", list(itertools.permutations(range(3))), ids=str)
    def test_removed_in_any_order(self, made: Made, order: tuple[int, ...]) -> None:
        """Those that are left report, once each, and at the end what was there is there again."""
        silence()
        before = [getattr(*place) for place in PLACES.values()]
        seen: list[list[tuple[str, object]]] = [[], [], []]
        all_hooks = [made(one) for one in seen]
        for one in all_hooks:
            one.install()
        left = {0, 1, 2}
        for number in (None, *order):
            if number is not None:
                all_hooks[number].uninstall()
                left.remove(number)
            for mechanism, call in CALLS.items():
                error = failure(raise_, Host())
                call(error)
                assert [found.count((mechanism, error)) for found in seen] == [int(i in left) for i in range(3)]
        assert [getattr(*place) for place in PLACES.values()] == before

    def test_installed_twice_is_once(self, made: Made) -> None:
        """So is removing twice, and it can be installed again."""
        silence()
        before = [getattr(*place) for place in PLACES.values()]
        seen: list[tuple[str, object]] = []
        one = made(seen)
        for _ in range(3):
            one.install()
            one.install()
            for call in CALLS.values():
                call(failure(raise_, Host()))
            assert [mechanism for mechanism, _ in seen] == list(CALLS)
            seen.clear()
            one.uninstall()
            one.uninstall()
            assert [getattr(*place) for place in PLACES.values()] == before

    def test_from_many_threads_at_once(self, made: Made) -> None:
        """However install and uninstall of several reporters fall together, none is lost, none reports twice, and all come out."""
        silence()
        before = [getattr(*place) for place in PLACES.values()]
        interval = sys.getswitchinterval()
        sys.setswitchinterval(1e-6)
        try:
            for _ in range(5):
                seen: list[list[tuple[str, object]]] = [[] for _ in range(6)]
                all_hooks = [made(one) for one in seen]
                _at_once([one.install for one in all_hooks for _ in range(3)])
                for call in CALLS.values():
                    call(failure(raise_, Host()))
                assert [[mechanism for mechanism, _ in one] for one in seen] == [list(CALLS)] * 6
                _at_once([one.uninstall for one in all_hooks for _ in range(2)])
                assert [getattr(*place) for place in PLACES.values()] == before
        finally:
            sys.setswitchinterval(interval)

    def test_in_a_signal_handler_that_interrupts_an_install(self, made: Made) -> None:
        """It goes on without the lock that its own thread holds, after a moment."""
        silence()
        seen: list[tuple[str, object]] = []
        one = made(seen)
        before = signal.signal(signal.SIGUSR1, lambda *_: one.install())
        try:
            with hooks._LOCK, loop_hooks._LOCK:
                os.kill(os.getpid(), signal.SIGUSR1)
                CALLS["excepthook"](failure(raise_, Host()))
        finally:
            signal.signal(signal.SIGUSR1, before)
        assert len(seen) == 1

    @pytest.mark.parametrize("mechanism", ["excepthook", "threading", "unraisable"])
    @pytest.mark.parametrize(
        "steps",
        [
            "replace install restore uninstall",
            "replace install uninstall restore",
            "install replace restore uninstall",
            "install replace uninstall restore",
        ],
    )
    def test_beside_a_tool_that_puts_its_hook_in_for_a_while(self, made: Made, mechanism: str, steps: str) -> None:
        """As pytest and debuggers do, comparing by identity: theirs works while it is in, and in the end nothing of ours reports."""
        module, name = PLACES[mechanism]
        calls: list[str] = []
        seen: list[tuple[str, object]] = []

        def host(*_: object) -> None:
            calls.append("host")

        def tool(*_: object) -> None:
            calls.append("tool")

        setattr(module, name, host)
        one = made(seen)
        saved: Any = None
        inside = False
        for step in steps.split():
            if step == "replace":
                saved, inside = getattr(module, name), True
                setattr(module, name, tool)
            elif step == "restore":
                if "replace install restore" not in steps:
                    assert getattr(module, name) is tool
                setattr(module, name, saved)
                inside = False
            else:
                getattr(one, step)()
            calls.clear()
            CALLS[mechanism](failure(raise_, Host()))
            assert calls == ["tool" if inside else "host"], step
        seen.clear()
        CALLS[mechanism](failure(raise_, Host()))
        assert seen == []
        made(seen).install()
        CALLS[mechanism](failure(raise_, Host()))
        assert len(seen) == 1
        made.all[-1].uninstall()
        assert getattr(module, name) is host

    @pytest.mark.parametrize("value", [None, "deleted"])
    @pytest.mark.parametrize("name", ["excepthook", "unraisablehook"])
    def test_a_hook_that_the_host_took_away(self, made: Made, name: str, value: str | None) -> None:
        """It stays away: the interpreter does what it does without one."""
        setattr(sys, name, None)
        if value == "deleted":
            delattr(sys, name)
        one = made([])
        one.install()
        assert getattr(sys, name, None) is None
        one.uninstall()
        assert getattr(sys, name, None) is None

    def test_a_hook_in_the_chain_holds_no_reporter(self) -> None:
        """One that went quiet under somebody else's keeps nothing alive."""
        silence()

        class Reports:
            def __call__(self, *_: object) -> None: ...

        report: Any = Reports()
        gone = weakref.ref(report)
        one = Hooks(report)
        one.install()
        below = sys.excepthook
        sys.excepthook = below
        one.uninstall()
        del one, report
        gc.collect()
        assert gone() is None


def _at_once(calls: list[Callable[[], object]]) -> None:
    barrier = threading.Barrier(len(calls))

    def run(call: Callable[[], object]) -> None:
        barrier.wait()
        call()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


class Loops:
    """What reaches the last resort of a loop, in the ways that asyncio itself does it."""

    @staticmethod
    async def task(fail: Callable[[], object]) -> None:
        async def run() -> None:
            fail()

        task = asyncio.create_task(run())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        del task
        gc.collect()

    @staticmethod
    async def callback(fail: Callable[[], object]) -> None:
        asyncio.get_running_loop().call_soon(fail)
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    @staticmethod
    async def from_another_thread(fail: Callable[[], object]) -> None:
        asyncio.get_running_loop().call_soon_threadsafe(fail)
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    @staticmethod
    async def transport(fail: Callable[[], object]) -> None:
        class Protocol(asyncio.Protocol):
            def data_received(self, data: bytes) -> None:
                fail()

            def connection_lost(self, exc: Exception | None) -> None:
                lost.set_result(None)

        loop = asyncio.get_running_loop()
        lost = loop.create_future()
        ours, theirs = socket.socketpair()
        with ours, theirs:
            await loop.create_connection(Protocol, sock=ours)
            theirs.send(b"x")
            await lost

    @staticmethod
    async def future(fail: Callable[[], object]) -> None:
        future = asyncio.get_running_loop().create_future()
        future.set_exception(failure(fail))
        del future
        gc.collect()
        await asyncio.sleep(0)


WAYS = ["task", "callback", "from_another_thread", "transport", "future"]


class TestLoops:
    @pytest.mark.parametrize("is_later", [False, True], ids=["loop before", "loop later"])
    @pytest.mark.parametrize("way", WAYS)
    def test_each_way(self, made: Made, way: str, is_later: bool) -> None:
        """What nobody awaited, callbacks and transports: reported once, and handed to the host's handler once."""
        seen: list[tuple[str, object]] = []
        contexts: list[dict[str, Any]] = []
        thrown = Host()
        one = made(seen)
        if is_later:
            one.install()
        loop = asyncio.new_event_loop()
        handler = lambda _, context: contexts.append(dict(context))  # noqa: E731
        loop.set_exception_handler(handler)
        if not is_later:
            one.install()
        assert loop.get_exception_handler() is handler
        try:
            loop.run_until_complete(getattr(Loops, way)(functools.partial(raise_, thrown)))
        finally:
            loop.close()
        assert seen == [("asyncio", thrown)]
        assert [context["exception"] for context in contexts] == [thrown]

    def test_a_handler_is_set_after_ours(self, made: Made) -> None:
        """Setting, changing and taking away a handler does to the loop what it does without us, and reports go on."""
        seen: list[tuple[str, object]] = []
        calls: list[str] = []
        made(seen).install()
        loop = asyncio.new_event_loop()
        loop.default_exception_handler = lambda context: calls.append("default")  # type: ignore[method-assign]
        assert loop.get_exception_handler() is None
        for handler in (None, lambda *_: calls.append("one"), lambda *_: calls.append("two"), None):
            loop.set_exception_handler(handler)
            assert loop.get_exception_handler() is handler
            loop.call_exception_handler({"message": "x", "exception": Host()})
        loop.close()
        assert calls == ["default", "one", "two", "default"]
        assert len(seen) == 4

    def test_what_has_no_exception(self, made: Made) -> None:
        """``Task was destroyed but it is pending`` and a context of another class are passed on only; by keyword it works too."""
        seen: list[tuple[str, object]] = []
        made(seen).install()
        contexts: list[object] = []
        loop = asyncio.new_event_loop()
        loop.set_exception_handler(lambda _, context: contexts.append(context))

        class Mine(dict[str, Any]):
            pass

        for context in ({"message": "x"}, Mine(exception=Host()), {"exception": None}):
            loop.call_exception_handler(context)
        assert seen == []
        loop.call_exception_handler(context={"exception": Host()})
        loop.close()
        assert (len(contexts), len(seen)) == (4, 1)

    def test_classes_of_loops(self, made: Made) -> None:
        """One that is there, one that comes later, one that hands on, one that does not, and one on a compiled base as uvloop's."""

        class Compiled:  # no event loop of asyncio's: as uvloop.loop.Loop
            def call_exception_handler(self, context: object) -> None:
                calls.append("compiled")

        class Before(asyncio.SelectorEventLoop):
            def call_exception_handler(self, context: Any) -> None:
                calls.append("before")

        seen: list[tuple[str, object]] = []
        calls: list[str] = []
        one = made(seen)
        one.install()

        class After(asyncio.SelectorEventLoop):
            def call_exception_handler(self, context: Any) -> None:
                calls.append("after")
                super().call_exception_handler(context)

        class Like(Compiled, asyncio.AbstractEventLoop):
            pass

        classes: tuple[Any, ...] = (Before, After, Like)
        for cls in classes:
            error = Host()
            loop = cls.__new__(cls)
            loop._exception_handler = lambda *_: calls.append("handler")
            loop._closed = True
            loop.call_exception_handler({"exception": error})
            assert ("asyncio", error) in seen
        assert calls == ["before", "after", "handler", "compiled"]
        assert Before.call_exception_handler.__name__ == "call_exception_handler"
        one.uninstall()
        count = len(seen)
        for cls in classes:
            loop = cls.__new__(cls)
            loop._exception_handler = lambda *_: None
            loop._closed = True
            loop.call_exception_handler({"exception": Host()})
        assert len(seen) == count
        assert "call_exception_handler" not in vars(Like)
        assert not any(hasattr(vars(cls).get("call_exception_handler"), "__wrapped__") for cls in classes)

    def test_a_class_that_cannot_be_made(self, made: Made) -> None:
        """The error is that of Python, and so is its traceback."""

        def make() -> None:
            class Loop(asyncio.AbstractEventLoop, color="red"):  # type: ignore[call-arg]
                pass

        def told(error: BaseException) -> tuple[str, list[str]]:
            return str(error), traceback.format_tb(error.__traceback__)

        expected = told(failure(make))
        made([]).install()
        assert told(failure(make)) == expected

    def test_somebody_wraps_ours(self, made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
        """Their wrapper stays when ours goes quiet, and installing again reports once through it."""
        seen: list[tuple[str, object]] = []
        calls: list[str] = []
        original = vars(asyncio.BaseEventLoop)["call_exception_handler"]
        one = made(seen)
        one.install()
        ours = vars(asyncio.BaseEventLoop)["call_exception_handler"]

        def theirs(self: Any, context: Any) -> None:
            calls.append("theirs")
            ours(self, context)

        asyncio.BaseEventLoop.call_exception_handler = theirs  # type: ignore[method-assign]
        one.uninstall()
        assert vars(asyncio.BaseEventLoop)["call_exception_handler"] is theirs
        _call_loop(failure(raise_, Host()))
        assert (seen, calls) == ([], ["theirs"])
        asyncio.BaseEventLoop.call_exception_handler = original  # type: ignore[method-assign]

    def test_uvloop(self, made: Made) -> None:
        """Its loops too, where it is installed."""
        uvloop = pytest.importorskip(
            "uvloop", reason="uvloop is not installed; test_classes_of_loops has a class like its"
        )
        seen: list[tuple[str, object]] = []
        made(seen).install()
        thrown = Host()
        loop = uvloop.new_event_loop()
        loop.set_exception_handler(lambda *_: None)
        loop.run_until_complete(Loops.task(functools.partial(raise_, thrown)))
        loop.close()
        assert seen == [("asyncio", thrown)]


_LATE = """
import sys, tightlip
from tightlip import loop_hooks
reporter = tightlip.Reporter("probe_sdk", [], outbox=False, consent=tightlip.Consent(default=True))
reporter.install()
found = ["asyncio" in sys.modules]
import asyncio
method = vars(asyncio.BaseEventLoop)["call_exception_handler"]
{look}
found.append(vars(asyncio.BaseEventLoop)["call_exception_handler"] is not method)
reporter.uninstall()
found.append(vars(asyncio.BaseEventLoop)["call_exception_handler"] is method)
print(found)
"""


def _environment(folder: Path) -> dict[str, str]:
    paths = [str(folder), str(ROOT / "pipeline"), str(ROOT / "scrubbers")]
    return {
        **{name: value for name, value in os.environ.items() if name != "DO_NOT_TRACK"},
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _probe_sdk(folder: Path) -> None:
    (folder / "probe_sdk").mkdir(parents=True)
    (folder / "probe_sdk" / "__init__.py").write_text(PROBE_SDK)


@pytest.mark.parametrize("look", ["with reporter.guard(): pass", "reporter.install()"])
def test_asyncio_is_never_imported_and_found_when_it_comes(tmp_path: Path, look: str) -> None:
    """Installing leaves asyncio alone; the next guard, or installing once more, meets it."""
    _probe_sdk(tmp_path)
    found = subprocess.run(
        [sys.executable, "-W", "error", "-c", _LATE.format(look=look)],
        capture_output=True, text=True, env=_environment(tmp_path), timeout=300, check=False,
    )  # fmt: skip
    assert (found.stdout, found.stderr) == ("[False, True, True]\n", "")


_INNER = """
import gc, sys, threading
import probe_sdk

seen = []
hooks = None
if {watched}:
    from tightlip.hooks import Hooks
    hooks = Hooks(lambda exc, mechanism: seen.append(mechanism))


class Owner:
    def __del__(self):
        probe_sdk.fail("x")


def crash():
    thread = threading.Thread(target=probe_sdk.fail, args=("x",), name="crash")
    thread.start()
    thread.join()
    Owner()


def test_before():
    crash()


def test_installed_inside():
    if hooks is not None:
        hooks.install()
    crash()


def test_left_there():
    crash()


def test_removed_inside():
    if hooks is not None:
        hooks.uninstall()
    crash()


def test_after():
    crash()
    assert hooks is None or set(seen) == {{"threading", "unraisable"}}
"""


def test_under_pytest(tmp_path: Path) -> None:
    """pytest puts hooks of its own in: what it tells of threads and finalisers that fail is the same, whenever ours come and go."""
    told: list[tuple[int, list[str]]] = []
    for watched in (True, False):
        folder = tmp_path / str(watched)
        _probe_sdk(folder)
        (folder / "test_inner.py").write_text(_INNER.format(watched=watched))
        found = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", str(folder), "test_inner.py"],
            cwd=folder, capture_output=True, text=True, timeout=300, check=False,
            env={**_environment(folder), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        )  # fmt: skip
        lines = re.sub(r"0x[0-9a-f]+|in [0-9.]+s", "", found.stdout.replace(str(folder), "")).splitlines()
        told.append((found.returncode, lines))
    assert told[0] == told[1]
    assert sum("PytestUnhandledThreadExceptionWarning" in line for line in told[1][1]) > 0
    assert sum("PytestUnraisableExceptionWarning" in line for line in told[1][1]) > 0


# With a reporter: one exception is one report.


@pytest.fixture
def sdk(make_package: MakePackage) -> Any:
    return make_package("probe_sdk", PROBE_SDK)


@pytest.fixture
def reporter(sdk: Any) -> Iterator[Reporter]:
    silence()
    reporter = Reporter("probe_sdk", [], outbox=False, consent=Consent(default=True))
    reporter.install()
    yield reporter
    reporter.close(WAIT)


def mechanisms(reporter: Reporter) -> list[str]:
    assert reporter.flush(WAIT)
    found = [decode(reporter.outbox.read(entry.event_id) or b"") for entry in reporter.outbox.entries()]
    assert all(event["exception"]["values"][-1]["mechanism"]["handled"] is False for event in found)
    return [event["exception"]["values"][-1]["mechanism"]["type"] for event in found]


class TestReports:
    def test_a_finaliser(self, sdk: Any, reporter: Reporter) -> None:
        """An SDK's ``__del__`` that fails is reported."""

        class Owner:
            def __del__(self) -> None:
                sdk.fail("x")

        Owner()
        assert mechanisms(reporter) == ["unraisable"]

    def test_a_weakref_callback(self, sdk: Any, reporter: Reporter) -> None:
        """So is what fails in the callback of a weak reference."""

        class Owner:
            pass

        owner = Owner()
        reference = weakref.ref(owner, sdk.fail)
        del owner
        assert reference() is None
        assert mechanisms(reporter) == ["unraisable"]

    def test_the_hosts_own_is_not_reported(self, reporter: Reporter) -> None:
        """A finaliser of the host's that fails is the host's."""

        class Owner:
            def __del__(self) -> None:
                raise_(Host())

        Owner()
        assert mechanisms(reporter) == []

    @pytest.mark.parametrize("way", WAYS)
    @pytest.mark.parametrize("fail", ["fail", "fail_in_c"])
    def test_loops(self, sdk: Any, reporter: Reporter, way: str, fail: str) -> None:
        """Each way to the last resort of a loop is one report."""
        loop = asyncio.new_event_loop()
        loop.set_exception_handler(lambda *_: None)
        loop.run_until_complete(getattr(Loops, way)(lambda: getattr(sdk, fail)("x")))
        loop.close()
        assert mechanisms(reporter) == ["asyncio"]

    @pytest.mark.parametrize(
        "error", [KeyboardInterrupt(), SystemExit(1), asyncio.CancelledError(), GeneratorExit()], ids=lambda e: type(e).__name__
    )  # fmt: skip
    @pytest.mark.parametrize("mechanism", CALLS)
    def test_control_flow_is_not_reported(self, reporter: Reporter, mechanism: str, error: BaseException) -> None:
        """What steers the program is no failure, wherever it comes out."""
        CALLS[mechanism](failure(raise_, error))
        assert mechanisms(reporter) == []

    @pytest.mark.parametrize("pair", list(itertools.permutations(CALLS, 2)), ids="-".join)
    @pytest.mark.parametrize("fail", ["fail", "fail_in_c"])
    def test_two_hooks_are_one_report(self, sdk: Any, reporter: Reporter, pair: tuple[str, str], fail: str) -> None:
        """Whichever two hooks an exception passes, the first reports it."""
        error = failure(getattr(sdk, fail), "x")
        for mechanism in pair:
            CALLS[mechanism](error)
        assert mechanisms(reporter) == [pair[0]]

    @pytest.mark.parametrize("mechanism", CALLS)
    @pytest.mark.parametrize("fail", ["fail", "fail_in_c"])
    def test_guard_and_hook_are_one_report(self, sdk: Any, reporter: Reporter, mechanism: str, fail: str) -> None:
        """What a guard reported is not reported again."""
        error = failure(reporter.guard()(getattr(sdk, fail)), "x")
        CALLS[mechanism](error)
        assert mechanisms(reporter) == ["guard"]

    def test_a_loop_class_that_hands_on_is_one_report(self, sdk: Any, reporter: Reporter) -> None:
        """A class of its own that calls the one it derives from passes two wrappers of ours."""

        class Loop(asyncio.SelectorEventLoop):
            def call_exception_handler(self, context: Any) -> None:
                super().call_exception_handler(context)

        loop = Loop()
        loop.set_exception_handler(lambda *_: None)
        loop.call_exception_handler({"exception": failure(sdk.fail, "x")})
        loop.close()
        assert mechanisms(reporter) == ["asyncio"]

    def test_a_guarded_task_that_nobody_awaits(self, sdk: Any, reporter: Reporter) -> None:
        """The guard reports it; the loop's last resort does not again."""

        async def main() -> None:
            asyncio.get_running_loop().set_exception_handler(lambda *_: None)
            task = asyncio.create_task(reporter.guard()(sdk.fail_later)("x"))
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            del task
            gc.collect()

        asyncio.run(main())
        assert mechanisms(reporter) == ["guard"]


#: Names that wait: a signal handler or a finaliser may have interrupted the thread that it waits for.
_WAITING = {"RLock", "Condition", "Event", "Semaphore", "BoundedSemaphore", "Barrier", "Queue"}


@pytest.mark.parametrize(
    "name", ["hooks", "loop_hooks", "guard", "own_frame", "capture", "chain", "concurrency", "breadcrumbs", "consent", "config_file"]
)  # fmt: skip
def test_no_lock_that_can_be_met_twice(name: str) -> None:
    """What runs in a hook uses none of the locks that wait without end."""
    tree = ast.parse((ROOT / "pipeline" / "tightlip" / f"{name}.py").read_bytes())
    used = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in ("threading", "queue")
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module in ("threading", "queue"):
            used |= {alias.name for alias in node.names}
    assert used & _WAITING == set()


# Exit code and output of a host, with tightlip and without.

#: Each runs in a process of its own. The number: reports with tightlip.
HOSTS: dict[str, tuple[str, int]] = {
    "finaliser": ("class A:\n    def __del__(self): probe_sdk.fail('x')\nA()\nprint('on')", 1),
    "finaliser at the end": ("class A:\n    def __del__(self): probe_sdk.fail('x')\nkept = A()", 0),
    "finaliser in a cycle at the end": (
        "class A:\n    def __del__(self): probe_sdk.fail('x')\na = A()\na.self = a\nimport gc\ngc.disable()\ndel a", 0,
    ),
    "exit callback": ("import atexit\natexit.register(probe_sdk.fail, 'x')", 1),
    "own unraisable hook": (
        ("sys.unraisablehook = lambda args: print('mine', args.exc_value, args.err_msg, args.object)\n"
        "class A:\n    def __del__(self): probe_sdk.fail('x')\nA()"), 0,
    ),
    "own unraisable hook that fails": (
        ("def hook(args): raise OSError('mine')\nbefore(sys, 'unraisablehook', hook)\n"
        "class A:\n    def __del__(self): probe_sdk.fail('x')\nA()"), 1,
    ),
    "own excepthook that fails": ("def hook(*args): raise OSError('mine')\nbefore(sys, 'excepthook', hook)\nprobe_sdk.fail('x')", 1),
    "own excepthook that exits": ("def hook(*args): sys.exit(9)\nbefore(sys, 'excepthook', hook)\nprobe_sdk.fail('x')", 1),
    "own thread hook that fails": (
        ("import threading\ndef hook(args): raise OSError('mine')\nbefore(threading, 'excepthook', hook)\n"
        "t = threading.Thread(target=probe_sdk.fail, args=('x',), name='w')\nt.start()\nt.join()"), 1,
    ),
    "no excepthook": ("del sys.excepthook\nprobe_sdk.fail('x')", 0),
    "task nobody awaited": (
        ("import asyncio\nasync def main():\n    t = asyncio.create_task(probe_sdk.fail_later('x'), name='t')\n"
        "    await asyncio.sleep(0.01)\n    del t\nasyncio.run(main())"), 1,
    ),
    "task at the end": (
        ("import asyncio\nasync def bad():\n    try:\n        await asyncio.sleep(60)\n    finally:\n        probe_sdk.fail('x')\n"
        "async def main():\n    global t\n    t = asyncio.create_task(bad(), name='t')\n    await asyncio.sleep(0)\nasyncio.run(main())"), 1,
    ),
    "callback": (
        ("import asyncio\nasync def main():\n    asyncio.get_running_loop().call_soon(probe_sdk.fail, 'x')\n    await asyncio.sleep(0.01)\n"
        "asyncio.run(main())"), 1,
    ),
    "main of a loop": ("import asyncio\nasyncio.run(probe_sdk.fail_later('x'))", 1),
    "guarded main of a loop": ("import asyncio\nasyncio.run(guard(probe_sdk.fail_later)('x'))", 1),
    "own handler that fails": (
        ("import asyncio\ndef handler(loop, context): raise OSError('mine')\nasync def main():\n    loop = asyncio.get_running_loop()\n"
        "    loop.set_exception_handler(handler)\n    loop.call_soon(probe_sdk.fail, 'x')\n    await asyncio.sleep(0.01)\nasyncio.run(main())"), 1,
    ),
    "own handler that interrupts": (
        ("import asyncio\ndef handler(loop, context): raise KeyboardInterrupt\nasync def main():\n    loop = asyncio.get_running_loop()\n"
        "    loop.set_exception_handler(handler)\n    loop.call_soon(probe_sdk.fail, 'x')\n    await asyncio.sleep(0.01)\nasyncio.run(main())"), 1,
    ),
    "guarded function": ("@guard\ndef entry():\n    probe_sdk.fail('x')\nentry()", 1),
    "guarded function, wrong arguments": ("@guard\ndef entry():\n    pass\nentry(1)", 0),
    "guarded generator": ("@guard\ndef entry():\n    yield 1\n    probe_sdk.fail('x')\nlist(entry())", 1),
    "guarded asynchronous generator": (
        ("import asyncio\n@guard\nasync def entry():\n    yield 1\n    probe_sdk.fail('x')\nasync def main():\n    async for _ in entry(): pass\n"
        "asyncio.run(main())"), 1,
    ),
    "generator closed badly": ("def g():\n    try:\n        yield\n    finally:\n        probe_sdk.fail('x')\nit = g()\nnext(it)\ndel it", 1),
}  # fmt: skip

# One process without tightlip and one with it, which fork for each host: starting an interpreter each time would take half a minute.
_FORKS = """
import os, sys
sys.path.insert(0, {code!r})
import probe_sdk

folder, watched = sys.argv[1], sys.argv[2] == "with"
hosts = {hosts!r}
if watched:
    import tightlip
    # What each of them would load again.
    reporter = tightlip.Reporter("probe_sdk", [], outbox=folder + "/first.sqlite3", consent=tightlip.Consent(default=True))
    try:
        probe_sdk.fail("x")
    except Exception as error:
        reporter.capture(error)
    reporter.close(60)
for number, name in enumerate(hosts):
    child = os.fork()
    if not child:
        break
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    with open(os.path.join(folder, f"{{number}}.code"), "w") as file:
        file.write(str(code))
else:
    os._exit(0)
for stream, descriptor in (("out", 1), ("err", 2)):
    os.dup2(os.open(os.path.join(folder, f"{{number}}.{{stream}}"), os.O_WRONLY | os.O_CREAT), descriptor)
guard = lambda function: function
installed = lambda: None
if watched:
    reporter = tightlip.Reporter("probe_sdk", [], outbox=os.path.join(folder, f"{{number}}.sqlite3"), consent=tightlip.Consent(default=True))
    guard = lambda function: reporter.guard()(function)
    installed = reporter.install
def before(module, name, hook):
    # The host's own hook, with ours on top of it.
    if watched:
        reporter.uninstall()
    setattr(module, name, hook)
    installed()
installed()
if watched and "asyncio" in hosts[name][0]:
    import asyncio
    installed()
exec(compile(hosts[name][0], "host.py", "exec"))
"""


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("hosts")
    _probe_sdk(folder)
    script = folder / "script.py"
    script.write_text(_FORKS.format(code=str(folder), hosts=HOSTS))
    running = {}
    for kind in ("with", "without"):
        (folder / kind).mkdir()
        running[kind] = subprocess.Popen(
            [sys.executable, "script.py", str(folder / kind), kind],
            cwd=folder, env={**_environment(folder), "PYTHONHASHSEED": "0"},
        )  # fmt: skip
    for process in running.values():
        assert process.wait(120) == 0
    return {kind: folder / kind for kind in running}


@pytest.mark.parametrize("name", HOSTS)
def test_a_host_runs_the_same(ran: dict[str, Path], name: str) -> None:
    """Exit code, output and traceback are byte for byte those of the program without tightlip, and what is the SDK's is reported once."""
    number = list(HOSTS).index(name)

    def found(kind: str) -> list[bytes]:
        parts = [(ran[kind] / f"{number}.{part}").read_bytes() for part in ("code", "out", "err")]
        return [re.sub(rb"0x[0-9a-f]+", b"0x", part) for part in parts]

    assert found("with") == found("without")
    outbox = ran["with"] / f"{number}.sqlite3"
    assert (len(Outbox(outbox).entries()) if outbox.exists() else 0) == HOSTS[name][1]
