"""The concurrency context: what the runtime was doing, by number and by place in the SDK, and never by name."""

from __future__ import annotations

import asyncio
import collections.abc
import gc
import json
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from multiprocessing.pool import ThreadPool
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from probe import failure, reporter_for

from tightlip import concurrency
from tightlip.concurrency import MOST_TASKS, MOST_THREADS, Concurrency, Sample, sample
from tightlip.origin.owners import Owners
from tightlip.origin.sources import Sources

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from types import ModuleType

    from probe import MakePackage

CANARY = "s3cr3tcanary"
SDK = """
def wait(started, gate, *_):
    started.set()
    gate.wait()

def handing_over(call, *args):
    call(*args)

def fail():
    raise ValueError("no")

async def pause(gate, *_):
    await gate.wait()

async def outer(gate, *_):
    await pause(gate)

async def handing_on(call, *args):
    await call(*args)
"""
WAIT_LINE, PAUSE_LINE = 4, 13
ROOT = Path(__file__).resolve().parents[1]
#: Samples among garbage that only the collector frees, with the collector about to run at every step. A hang ends it by itself.
COLLECTING = """
import faulthandler, gc, os, threading, time
from tightlip.concurrency import sample

faulthandler.dump_traceback_later(100, exit=True)

class Garbage:
    def __init__(self):
        self.itself = self
        self.local = threading.local()
        self.local.value = 1

def deep(levels):
    deep(levels - 1) if levels else time.sleep(3600)

for _ in range(20):
    threading.Thread(target=deep, args=(3,), daemon=True).start()
time.sleep(0.1)
for number in range(1_000):
    Garbage()
    gc.set_threshold(1 + number % 40)
    assert len(sample().threads) == 21
print(f"all taken, {gc.isenabled()}", flush=True)
os._exit(0)
"""


@pytest.fixture(autouse=True)
def all_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tests leave idle threads behind; they must not push ours beyond the bound."""
    monkeypatch.setattr(concurrency, "MOST_THREADS", 100_000)


@pytest.fixture
def sdk(make_package: MakePackage) -> ModuleType:
    return make_package("probe_runtime", SDK)


def context(taken: Sample | None = None) -> dict[str, Any]:
    """What is reported of a sample."""
    found = Concurrency(Sources(Owners(("probe_runtime",))))({}, {"concurrency": taken or sample()})
    json.dumps(found)  # nothing but JSON
    return found


def threads(event: dict[str, Any], *, current: bool = False) -> list[dict[str, Any]]:
    return [thread for thread in event["threads"]["values"] if thread["current"] is current]


def more(after: dict[str, Any], before: dict[str, Any], name: str) -> int:
    difference: int = after["contexts"]["threads"][name] - before["contexts"]["threads"][name]
    return difference


def at_gate(gate: threading.Event, count: int) -> None:
    """Wait until ``count`` threads wait at ``gate``: one that has said that it started may still be on its way there."""
    condition: Any = vars(gate)["_cond"]
    end = time.monotonic() + 60
    while len(condition._waiters) < count:
        assert time.monotonic() < end
        time.sleep(0.001)


@contextmanager
def waiting(*made: threading.Thread, gate: threading.Event, started: threading.Event) -> Generator[None]:
    """Each of the threads started and at its place."""
    try:
        for thread in made:
            started.clear()
            thread.start()
            assert started.wait(60)
        at_gate(gate, len(made))
        yield
    finally:
        gate.set()
        for thread in made:
            if thread.ident is not None:
                thread.join(60)


@contextmanager
def inside(sdk: ModuleType, *names: str | None, daemon: bool = False) -> Generator[list[threading.Thread]]:
    """Threads that wait inside the SDK."""
    gate, started = threading.Event(), threading.Event()
    made = [threading.Thread(target=sdk.wait, args=(started, gate, CANARY), name=name, daemon=daemon) for name in names]
    with waiting(*made, gate=gate, started=started):
        yield made


class TestThreads:
    def test_kinds_are_counted(self, sdk: ModuleType) -> None:
        """Main, daemons, pools, all, and those inside the SDK."""
        before = context()
        assert before["contexts"]["threads"]["main"] == 1
        assert before["contexts"]["threads"]["type"] == "threads"
        with inside(sdk, None, None), inside(sdk, None, None, None, daemon=True):
            after = context()
        assert [more(after, before, name) for name in ("total", "main", "daemon", "pool", "in_sdk")] == [5, 0, 3, 0, 5]
        assert [more(context(), before, name) for name in ("total", "in_sdk")] == [0, 0]

    @pytest.mark.parametrize("kind", [ThreadPoolExecutor, ThreadPool], ids=["executor", "pool"])
    def test_threads_of_pools_are_counted(self, sdk: ModuleType, kind: Any) -> None:
        """Idle and busy ones."""
        before = context()
        gate, started = threading.Event(), threading.Event()
        with kind(3) as pool:
            apply = pool.submit if kind is ThreadPoolExecutor else lambda f, *args: pool.apply_async(f, args)
            for _ in range(3):
                started.clear()
                apply(sdk.wait, started, gate)
                assert started.wait(60)
            at_gate(gate, 3)
            after = context()
            gate.set()
            if kind is ThreadPool:  # leaving it does not wait for its threads, which the next test would count
                pool.close()
                pool.join()
        assert [more(after, before, name) for name in ("pool", "in_sdk")] == [3, 3]

    def test_a_pools_thread_is_one_however_deep_it_is(self, sdk: ModuleType) -> None:
        """The functions of the pool stand at the far end of its stack."""
        before = context()
        gate, started = threading.Event(), threading.Event()

        def deep(levels: int) -> None:
            deep(levels - 1) if levels else sdk.wait(started, gate)

        with ThreadPoolExecutor(1) as pool:
            pool.submit(deep, 200)
            assert started.wait(60)
            after = context()
            gate.set()
        assert more(after, before, "pool") == 1

    def test_where_is_told_by_the_sdks_frames_and_markers(self, sdk: ModuleType) -> None:
        """The frames of others become one marker each run."""
        gate, started = threading.Event(), threading.Event()

        def secret_callback(*args: object) -> None:
            sdk.wait(*args)

        thread = threading.Thread(target=sdk.handing_over, args=(secret_callback, started, gate))
        with waiting(thread, gate=gate, started=started):
            event = context()
        (value,) = threads(event)
        frames = value["stacktrace"]["frames"]
        assert [frame["function"] for frame in frames][:4] == [
            "[3 stdlib frames]",
            "handing_over",
            "[1 application frame]",
            "wait",
        ]
        assert all(frame["function"].startswith("[") for frame in frames[4:])  # the wait itself, if it is there yet
        assert frames[3] == {
            "module": "probe_runtime",
            "function": "wait",
            "filename": "probe_runtime/__init__.py",
            "lineno": WAIT_LINE,
            "in_app": True,
        }
        assert [frame["in_app"] for frame in frames[:4]] == [False, True, False, True]
        assert "secret_callback" not in str(event)

    def test_a_thread_outside_the_sdk_is_a_number(self, sdk: ModuleType) -> None:
        """Of the application's own threads nothing but the count leaves, though the SDK may have been passed as a value."""
        before = context()
        gate, started = threading.Event(), threading.Event()

        def secret_work(_sdk: object) -> None:
            started.set()
            gate.wait()

        thread = threading.Thread(target=secret_work, args=(sdk.wait,))
        with waiting(thread, gate=gate, started=started):
            event = context()
        assert (more(event, before, "total"), more(event, before, "in_sdk")) == (1, 0)
        assert threads(event) == []
        assert "secret_work" not in str(event)

    def test_code_under_the_sdks_file_name_is_the_applications(self, sdk: ModuleType) -> None:
        """A claim in ``co_filename`` does not put a thread into the SDK."""
        source = "def s3cr3tcanary(started, gate):\n    started.set()\n    gate.wait()\n"
        room: dict[str, Any] = {}
        exec(compile(source, str(sdk.__file__), "exec"), room)
        gate, started = threading.Event(), threading.Event()
        with waiting(threading.Thread(target=room[CANARY], args=(started, gate)), gate=gate, started=started):
            event = context()
        assert threads(event) == []
        assert CANARY not in str(event)

    def test_the_current_thread_is_marked_and_has_no_second_stack(self, sdk: ModuleType) -> None:
        """The exception's own stack tells where it is."""
        (value,) = threads(context(), current=True)
        assert value == {"id": value["id"], "crashed": True, "current": True, "main": True, "name": "MainThread"}
        found: list[dict[str, Any]] = []
        thread = threading.Thread(target=lambda: found.append(context()))
        thread.start()
        thread.join()
        (value,) = threads(found[0], current=True)
        assert (value["main"], "stacktrace" in value) == (False, False)

    def test_the_failing_thread_is_shown_however_many_there_are(
        self, sdk: ModuleType, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It is the one thread that a reader looks for; the bound must not leave it out."""
        monkeypatch.setattr(concurrency, "MOST_THREADS", MOST_THREADS)
        found: list[dict[str, Any]] = []
        with inside(sdk, *[None] * (MOST_THREADS + 5), daemon=True):
            thread = threading.Thread(target=lambda: found.append(context()))
            thread.start()
            thread.join()
        assert found[0]["contexts"]["threads"]["total"] >= MOST_THREADS + 7
        assert len(threads(found[0], current=True)) == 1

    def test_many_threads_are_looked_into_up_to_the_bound(
        self, sdk: ModuleType, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The rest are counted."""
        monkeypatch.setattr(concurrency, "MOST_THREADS", MOST_THREADS)
        with inside(sdk, *[None] * (MOST_THREADS + 5), daemon=True):
            taken = sample()
            assert taken.thread_count >= MOST_THREADS + 6
            assert len(taken.threads) <= MOST_THREADS + 1
            assert all(len(thread.frames) <= 2 * concurrency._MOST_FRAMES for thread in taken.threads)


class TestThreadNames:
    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("Thread-3", "Thread-3"),
            ("Thread-3 (secret_target)", "Thread-3"),
            ("Thread-41 (<lambda>)", "Thread-41"),
            ("Thread-3 (two\nlines)", "Thread-3"),
            ("Thread-3 (a) (b)", "Thread-3"),
            ("ThreadPoolExecutor-0_12", "ThreadPoolExecutor-0_12"),
            ("asyncio_4", "asyncio_4"),
            ("Dummy-7", "Dummy-7"),
            ("MainThread", "MainThread"),
        ],
    )
    def test_a_default_name_is_kept(self, sdk: ModuleType, name: str, expected: str) -> None:
        """The form that the interpreter gives, without the target behind it."""
        with inside(sdk, name):
            (value,) = threads(context())
        assert value["name"] == expected

    def test_the_names_that_this_interpreter_gives(self, sdk: ModuleType) -> None:
        """Whatever they are in this version, the target is not part of them."""
        gate, started = threading.Event(), threading.Event()

        def secret_target() -> None:
            sdk.wait(started, gate)

        thread = threading.Thread(target=secret_target)
        with waiting(thread, gate=gate, started=started):
            event = context()
        (value,) = threads(event)
        assert value["name"] == thread.name.split(" ")[0]
        assert "secret_target" not in str(event)
        with ThreadPoolExecutor(1) as pool:
            gate.clear()
            started.clear()
            pool.submit(sdk.wait, started, gate)
            assert started.wait(60)
            (value,) = threads(context())
            gate.set()
        assert value["name"].startswith("ThreadPoolExecutor-")

    @pytest.mark.parametrize(
        "name",
        [
            CANARY, f"Thread-3 {CANARY}", f"Thread-3({CANARY})", f"{CANARY} (Thread-3)", f"Thread-{CANARY}", f"{CANARY}-3", f"{CANARY}_0", "Thread-", "thread-3",
            "Thread-3\n", " Thread-3", "Thread-3 (open", "Thread-3x", "Thread-1234567890", "Thread-\u0663", "ThreadPoolExecutor-\u0660_\u0661", "asyncio_\u0663",
            f"ThreadPoolExecutor-0_{CANARY}", f"ThreadPoolExecutor-{CANARY}_0", "MainThread-2", "", "worker", "ann@example.com",
        ],
    )  # fmt: skip
    def test_any_other_name_is_data(self, sdk: ModuleType, name: str) -> None:
        """It is never sent, near misses included."""
        with inside(sdk, "Thread-1") as (thread,):
            thread.name = name
            event = context()
        (value,) = threads(event)
        assert "name" not in value
        assert CANARY not in str(event)

    def test_a_prefix_of_the_hosts_is_data(self, sdk: ModuleType) -> None:
        """``thread_name_prefix`` is the host's text."""
        gate, started = threading.Event(), threading.Event()
        with ThreadPoolExecutor(1, thread_name_prefix=CANARY) as pool:
            pool.submit(sdk.wait, started, gate)
            assert started.wait(60)
            event = context()
            gate.set()
        (value,) = threads(event)
        assert "name" not in value
        assert CANARY not in str(event)


#: What ran of a hostile class while a sample was taken.
RAN: list[str] = []


class _Watch:
    """Records what runs in this thread while it is on."""

    def __init__(self) -> None:
        self.thread: int | None = None

    def __call__(self, name: str) -> None:
        if self.thread == threading.get_ident():
            RAN.append(name)

    @contextmanager
    def on(self) -> Iterator[None]:
        RAN.clear()
        self.thread = threading.get_ident()
        try:
            yield
        finally:
            self.thread = None


watch = _Watch()


def recorded(base: type, *names: str) -> dict[str, Any]:
    """Overriding methods that record their call and do what the base does."""

    def method(name: str) -> Any:
        def overriding(self: object, *args: object, **kwargs: object) -> Any:
            watch(name)
            return getattr(base, name)(self, *args, **kwargs)

        return overriding

    return {name: method(name) for name in names}


def hostile_property(name: str) -> property:
    def get(self: Any) -> Any:
        watch(name)
        return vars(threading.Thread)[name].__get__(self)

    return property(get, vars(threading.Thread)[name].__set__)


class Hostile(threading.Thread):
    """A thread that records every question."""

    name = hostile_property("name")
    ident = hostile_property("ident")
    daemon = hostile_property("daemon")
    locals().update(
        recorded(
            threading.Thread,
            "__getattribute__",
            "is_alive",
            "__repr__",
            "__hash__",
            "__eq__",
            "__str__",
            "isDaemon",
            "getName",
        )
    )


class TestForeignCode:
    def test_no_code_of_a_threads_class_runs(self, sdk: ModuleType) -> None:
        """Neither properties nor methods nor ``__getattribute__``; what the slots hold is reported."""
        gate, started = threading.Event(), threading.Event()
        thread = Hostile(target=sdk.wait, args=(started, gate), name="Thread-77", daemon=True)
        before = context()
        with waiting(thread, gate=gate, started=started), watch.on():
            event = context()
        assert RAN == []
        assert more(event, before, "daemon") == 1
        (value,) = threads(event)
        assert value["name"] == "Thread-77"

    def test_the_recorder_records(self) -> None:
        """The test above would see it."""
        with watch.on():
            _ = Hostile(name="Thread-78").name
        assert "name" in RAN

    @pytest.mark.parametrize("name", [5, None, b"Thread-3", ["Thread-3"]], ids=lambda name: type(name).__name__)
    def test_a_name_that_is_no_text(self, sdk: ModuleType, name: object) -> None:
        """The slot may hold anything."""
        with inside(sdk, "Thread-1") as (thread,):
            vars(thread)["_name"] = name
            (value,) = threads(context())
            vars(thread)["_name"] = "Thread-1"
        assert "name" not in value

    def test_no_code_of_a_tasks_class_runs(self, sdk: ModuleType) -> None:
        """A task of a class of the host's own is counted and not looked into."""
        methods = (
            "done",
            "get_coro",
            "cancelling",
            "get_name",
            "get_stack",
            "__repr__",
            "__hash__",
            "__eq__",
            "__getattribute__",
            "get_loop",
        )
        kind: Any = type(CANARY, (asyncio.Task,), recorded(asyncio.Task, *methods))

        async def run() -> dict[str, Any]:
            asyncio.get_running_loop().set_task_factory(lambda loop, coro, **rest: kind(coro, loop=loop, **rest))
            task = asyncio.create_task(sdk.pause(asyncio.Event(), CANARY), name=CANARY)
            await asyncio.sleep(0)
            with watch.on():
                event = context()
            task.cancel()
            return event

        event = asyncio.run(run())
        assert RAN == []
        assert event["contexts"]["tasks"]["total"] == 2
        assert event["contexts"]["tasks"]["sampled"] == 1
        assert CANARY not in str(event)

    def test_no_code_of_a_coroutines_class_runs(self, sdk: ModuleType) -> None:
        """Something that only behaves like a coroutine is of another kind."""

        class Odd(collections.abc.Coroutine[Any, Any, None]):
            cr_frame = cr_await = property(lambda _self: watch("cr"))

            def __getattribute__(self, name: str) -> Any:
                watch(name)
                return object.__getattribute__(self, name)

            def send(self, _value: object) -> Any:
                raise StopIteration

            def throw(self, *_args: Any) -> Any:
                raise StopIteration

            def close(self) -> None: ...

            def __await__(self) -> Any:
                return iter(())

        async def run() -> dict[str, Any]:
            task = asyncio.create_task(Odd())
            with watch.on():
                event = context()
            await task
            return event

        event = asyncio.run(run())
        assert RAN == []
        assert event["contexts"]["tasks"]["other"] == 1


def in_loop(sdk: ModuleType, *coroutines: Any, name: str | None = None) -> dict[str, Any]:
    """The context as a task sees it that has started ``coroutines`` beside itself."""

    async def run() -> dict[str, Any]:
        tasks = [asyncio.create_task(coroutine, name=name) for coroutine in coroutines]
        await asyncio.sleep(0)
        event = context()
        for task in tasks:
            task.cancel()
        return event

    return asyncio.run(run())


class TestTasks:
    def test_states_are_counted(self, sdk: ModuleType) -> None:
        """Created, waiting, running, being cancelled; what is done does not count."""

        async def run() -> dict[str, Any]:
            gate = asyncio.Event()
            done = asyncio.create_task(asyncio.sleep(0))
            await done
            suspended = [asyncio.create_task(sdk.pause(gate)) for _ in range(3)]
            cancelling = [asyncio.create_task(sdk.pause(gate)) for _ in range(2)]
            await asyncio.sleep(0)
            created = [asyncio.create_task(sdk.pause(gate)) for _ in range(4)]
            for task in cancelling:
                task.cancel()
            event = context()
            for task in (*suspended, *created):
                task.cancel()
            assert done.done()
            return event

        found = asyncio.run(run())["contexts"]["tasks"]
        where = found.pop("where")
        assert found == {
            "type": "tasks",
            "total": 10,
            "running": 1,
            "suspended": 3,
            "cancelling": 2,
            "created": 4,
            "in_sdk": 9,
        }
        assert sum(place["count"] for place in where) == 9

    def test_where_is_the_sdks_innermost_place(self, sdk: ModuleType) -> None:
        """Equal places are one, with their number; the most frequent first."""
        gate = asyncio.Event()
        event = in_loop(
            sdk, *[sdk.outer(gate) for _ in range(3)], *[sdk.pause(gate) for _ in range(2)], asyncio.sleep(5)
        )
        assert event["contexts"]["tasks"]["where"] == [
            {"module": "probe_runtime", "function": "pause", "lineno": PAUSE_LINE, "count": 5}
        ]
        assert event["contexts"]["tasks"]["in_sdk"] == 5

    def test_below_the_sdk_the_applications_frames_stay_out(self, sdk: ModuleType) -> None:
        """The SDK awaits the application's callback: the place is the SDK's."""

        async def secret_callback(_text: str) -> None:
            await asyncio.sleep(5)

        event = in_loop(sdk, sdk.handing_on(secret_callback, CANARY))
        (place,) = event["contexts"]["tasks"]["where"]
        assert place["function"] == "handing_on"
        assert "secret_callback" not in str(event)
        assert CANARY not in str(event)

    def test_above_the_sdk_the_applications_frames_stay_out(self, sdk: ModuleType) -> None:
        """The application awaits the SDK: the place is the SDK's."""

        async def secret_caller(text: str) -> None:
            await sdk.outer(asyncio.Event(), text)

        event = in_loop(sdk, secret_caller(CANARY))
        (place,) = event["contexts"]["tasks"]["where"]
        assert (place["function"], place["lineno"]) == ("pause", PAUSE_LINE)
        assert "secret_caller" not in str(event)

    def test_a_task_outside_the_sdk_is_a_number(self, sdk: ModuleType) -> None:
        """No place, and no name."""

        async def secret_work() -> None:
            await asyncio.sleep(5)

        event = in_loop(sdk, secret_work(), name=CANARY)
        found = event["contexts"]["tasks"]
        assert (found["total"], found["suspended"], found["in_sdk"], "where" in found) == (2, 1, 0, False)
        assert "secret_work" not in str(event)

    def test_names_and_arguments_are_never_sent(self, sdk: ModuleType) -> None:
        """Of the task, of the coroutine, in its locals."""

        async def secret_work(text: str) -> None:
            local = text * 2
            await sdk.pause(asyncio.Event(), local)

        coroutine: Any = secret_work(CANARY)
        coroutine.__name__ = coroutine.__qualname__ = CANARY
        inner = sdk.pause(asyncio.Event(), CANARY)
        inner.__name__ = inner.__qualname__ = CANARY
        event = in_loop(sdk, coroutine, inner, name=CANARY)
        assert event["contexts"]["tasks"]["in_sdk"] == 2
        assert CANARY not in str(event)

    def test_many_places_are_cut(self, make_package: MakePackage) -> None:
        """A report lists the most frequent ones."""
        lines = "".join(f"async def pause_{n}(gate):\n    await gate.wait()\n" for n in range(40))
        sdk = make_package("probe_runtime", lines)
        gate = asyncio.Event()
        event = in_loop(
            sdk, *[getattr(sdk, f"pause_{n}")(gate) for n in range(40)], *[sdk.pause_7(gate) for _ in range(3)]
        )
        found = event["contexts"]["tasks"]
        assert (found["in_sdk"], len(found["where"])) == (43, concurrency._MOST_PLACES)
        assert found["where"][0] == {"module": "probe_runtime", "function": "pause_7", "lineno": 16, "count": 4}

    def test_a_deep_chain_of_awaits_is_bounded(self, sdk: ModuleType) -> None:
        """At most so many coroutines of one task are followed."""

        async def deep(levels: int) -> None:
            await (deep(levels - 1) if levels else sdk.pause(asyncio.Event()))

        async def run() -> Sample:
            task = asyncio.create_task(deep(300))
            await asyncio.sleep(0)
            taken = sample()
            task.cancel()
            return taken

        assert max(len(frames) for _, frames in asyncio.run(run()).tasks) == concurrency._MOST_AWAITS

    def test_ten_thousand_tasks_are_counted_and_few_looked_into(
        self, sdk: ModuleType, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The cost does not grow with their number: neither are they walked over."""
        looked = walked = 0
        one = concurrency._task

        def counting(task: Any) -> Any:
            nonlocal looked
            looked += 1
            return one(task)

        class Registered:
            def __init__(self, tasks: Any) -> None:
                self._tasks = tasks

            def __len__(self) -> int:
                return len(self._tasks)

            def __iter__(self) -> Iterator[Any]:
                nonlocal walked
                for task in self._tasks:
                    walked += 1
                    yield task

        async def run() -> tuple[dict[str, Any], int, int]:
            gate = asyncio.Event()
            tasks = [asyncio.create_task(sdk.pause(gate, number)) for number in range(10_000)]
            await asyncio.sleep(0)
            with monkeypatch.context() as patch:
                patch.setattr(concurrency, "_task", counting)
                for name in ("_all_tasks", "_scheduled_tasks"):
                    if hasattr(asyncio.tasks, name):
                        patch.setattr(asyncio.tasks, name, Registered(getattr(asyncio.tasks, name)))
                event = context()
            for task in tasks:
                task.cancel()
            return event, looked, walked

        event, looked, walked = asyncio.run(run())
        gc.collect()  # cancelled tasks stay in the weak set until then
        found = event["contexts"]["tasks"]
        assert (found["total"], found["sampled"]) == (10_001, MOST_TASKS)
        assert found["in_sdk"] == sum(place["count"] for place in found["where"]) <= MOST_TASKS
        assert looked == MOST_TASKS
        assert walked <= MOST_TASKS + 1

    def test_tasks_of_other_loops_count(self, sdk: ModuleType) -> None:
        """A failure in a thread tells what the loop in another thread was doing."""
        ready, end = threading.Event(), threading.Event()

        async def run() -> None:
            task = asyncio.create_task(sdk.pause(asyncio.Event()))
            await asyncio.sleep(0)
            ready.set()
            await asyncio.to_thread(end.wait)
            task.cancel()

        thread = threading.Thread(target=asyncio.run, args=(run(),))
        thread.start()
        assert ready.wait(60)
        event = context()
        end.set()
        thread.join()
        assert event["contexts"]["tasks"]["in_sdk"] == 1

    def test_without_asyncio_there_is_no_context_of_tasks(
        self, sdk: ModuleType, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It is not imported for that."""
        monkeypatch.setattr(concurrency, "sys", _Sys())
        event = context()
        assert "tasks" not in event["contexts"]
        assert "threads" in event["contexts"]


class _Sys:
    """``sys`` before asyncio was imported."""

    def __init__(self) -> None:
        self.modules = {name: module for name, module in sys.modules.items() if not name.startswith("asyncio")}

    def __getattr__(self, name: str) -> Any:
        return getattr(sys, name)


class TestGarbageCollector:
    @pytest.mark.parametrize(
        ("counts", "thresholds", "expected"),
        [
            ((0, 0, 0), (700, 10, 10), [0, 0, 0]),
            ((699, 9, 9), (700, 10, 10), [0, 0, 0]),
            ((6_999, 99, 100), (700, 10, 10), [0, 0, 1]),
            ((7_000, 1_000, 99_999), (700, 10, 10), [1, 1, 1]),
            ((123_456, 5, 5), (0, 0, 0), [None, None, None]),
            ((123_456, 5, 5), (7, 1, 1), [None, None, None]),
        ],
        ids=str,
    )
    def test_a_backlog_is_told_as_yes_or_no(
        self,
        sdk: ModuleType,
        monkeypatch: pytest.MonkeyPatch,
        counts: tuple[int, ...],
        thresholds: tuple[int, ...],
        expected: list[int | None],
    ) -> None:
        """The exact counts would tell of the objects that a value needed; so would any, under a threshold of the host's."""
        monkeypatch.setattr(gc, "get_count", lambda: counts)
        monkeypatch.setattr(gc, "get_threshold", lambda: thresholds)
        found = context()["contexts"]["gc"]
        assert [found.get(f"generation_{number}") for number in range(3)] == expected

    def test_switched_off_or_on(self, sdk: ModuleType) -> None:
        """It is the commonest reason for a process that grows."""
        assert context()["contexts"]["gc"]["enabled"] is True
        gc.disable()
        try:
            assert context()["contexts"]["gc"]["enabled"] is False
        finally:
            gc.enable()

    def test_this_process(self, sdk: ModuleType) -> None:
        """Four typed facts."""
        found = context()["contexts"]["gc"]
        assert {name: type(item) for name, item in found.items()} == {
            "type": str, "enabled": bool, "generation_0": int, "generation_1": int, "generation_2": int,
        }  # fmt: skip


class TestWhileThingsChange:
    def test_threads_start_and_stop(self, sdk: ModuleType) -> None:
        """A sample is taken of whatever is there at the moment; it never raises."""
        end = threading.Event()

        def churn() -> None:
            while not end.is_set():
                short = [threading.Thread(target=sdk.handing_over, args=(time.sleep, 0)) for _ in range(5)]
                for thread in short:
                    thread.start()
                for thread in short:
                    thread.join()

        with ExitStack() as stack:
            churning = [threading.Thread(target=churn) for _ in range(3)]
            for thread in churning:
                thread.start()
                stack.callback(thread.join)
            stack.callback(end.set)
            until = time.monotonic() + 1
            while time.monotonic() < until:
                assert context()["contexts"]["threads"]["total"] >= 4

    def test_tasks_start_and_stop(self, sdk: ModuleType) -> None:
        """In a loop of another thread, while the set of all tasks is walked."""
        end = threading.Event()

        async def churn() -> None:
            while not end.is_set():
                await asyncio.gather(*[asyncio.sleep(0) for _ in range(50)])

        thread = threading.Thread(target=asyncio.run, args=(churn(),))
        thread.start()
        try:
            until = time.monotonic() + 1
            while time.monotonic() < until:
                context()
        finally:
            end.set()
            thread.join()

    def test_garbage_is_never_collected_while_stacks_are_taken(self) -> None:
        """CPython 3.11 hangs for ever when that frees a ``threading.local``; so must not a host that is failing."""
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "pipeline"), str(ROOT / "scrubbers")])}
        found = subprocess.run(
            [sys.executable, "-c", COLLECTING],
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert (found.stdout, found.returncode) == ("all taken, True\n", 0), found.stderr

    def test_two_samples_at_once_leave_the_collector_on(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Each keeps it out for a moment; the second must not take the first one's moment for the host's wish."""
        inside, asked, over = threading.Event(), threading.Event(), threading.Event()
        frames, is_enabled = sys._current_frames, gc.isenabled

        def slow_frames() -> dict[int, Any]:
            if threading.current_thread() is first:
                inside.set()
                asked.wait(1)
            return frames()

        def slow_answer() -> bool:
            answer = is_enabled()
            if threading.current_thread() is second:
                asked.set()
                over.wait(5)
            return answer

        monkeypatch.setattr(sys, "_current_frames", slow_frames)
        monkeypatch.setattr(gc, "isenabled", slow_answer)
        first, second = threading.Thread(target=sample), threading.Thread(target=sample)
        try:
            first.start()
            assert inside.wait(60)
            second.start()
            first.join(60)
            over.set()
            second.join(60)
            assert is_enabled()
        finally:
            gc.enable()

    def test_a_set_that_changes_under_the_walk(self, sdk: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
        """It costs the context of tasks, not the report."""

        class Changing:
            def __len__(self) -> int:
                return 1

            def __iter__(self) -> Iterator[Any]:
                raise RuntimeError("Set changed size during iteration")

        monkeypatch.setattr(asyncio.tasks, "_all_tasks", Changing(), raising=False)
        event = context()
        assert "tasks" not in event["contexts"]
        assert "threads" in event["contexts"]


class TestReports:
    def test_our_own_worker_is_not_counted(self, sdk: ModuleType) -> None:
        """It is not the host's."""
        error = failure(sdk.fail)
        reporter = reporter_for("probe_runtime")
        before = reporter.preview(error)
        assert reporter.capture(error) is not None
        assert reporter.flush(60)
        assert "tightlip" in [thread.name for thread in threading.enumerate()]
        after = reporter.preview(error)
        reporter.close(60)
        assert before is not None
        assert after is not None
        assert after["contexts"]["threads"] == before["contexts"]["threads"]
        assert len(after["threads"]["values"]) == len(before["threads"]["values"])

    def test_the_whole_context_survives_the_stages_and_no_name_does(self, sdk: ModuleType) -> None:
        """Threads and tasks with canaries wherever text can be put."""
        gate, started = threading.Event(), threading.Event()
        made = [
            Hostile(target=sdk.wait, args=(started, gate, CANARY), name=name)
            for name in (CANARY, f"Thread-5 ({CANARY})")
        ]

        async def run() -> dict[str, Any] | None:
            tasks = [asyncio.create_task(sdk.outer(asyncio.Event(), CANARY), name=CANARY) for _ in range(3)]
            await asyncio.sleep(0)
            event = reporter_for("probe_runtime").preview(failure(sdk.fail))
            for task in tasks:
                task.cancel()
            return event

        with waiting(*made, gate=gate, started=started):
            event = asyncio.run(run())
        assert event is not None
        assert CANARY not in json.dumps(event)
        assert event["contexts"]["threads"]["in_sdk"] == 2
        assert [thread.get("name") for thread in threads(event)] == [None, "Thread-5"]
        assert all(thread["stacktrace"]["frames"] for thread in threads(event))
        assert event["contexts"]["tasks"]["where"] == [
            {"module": "probe_runtime", "function": "pause", "lineno": PAUSE_LINE, "count": 3}
        ]
        assert event["contexts"]["tasks"]["suspended"] == 3
        assert event["contexts"]["gc"]["type"] == "gc"

    def test_a_failure_in_a_task_of_the_sdks(self, make_package: MakePackage) -> None:
        """The running task is counted as such, and the others by their place."""
        sdk = make_package("probe_runtime", SDK + "\nasync def failing():\n    raise ValueError('in a task')\n")

        async def run() -> dict[str, Any] | None:
            beside = asyncio.create_task(sdk.pause(asyncio.Event()))
            task: asyncio.Task[Any] = asyncio.create_task(sdk.failing())
            await asyncio.wait([task])
            error = task.exception()
            assert error is not None
            event = reporter_for("probe_runtime").preview(error)
            beside.cancel()
            return event

        event = asyncio.run(run())
        assert event is not None
        assert {name: event["contexts"]["tasks"][name] for name in ("total", "running", "suspended")} == {
            "total": 2,
            "running": 1,
            "suspended": 1,
        }

    def test_an_event_without_a_sample_is_left_as_it_is(self, sdk: ModuleType) -> None:
        """Events that were made elsewhere have none."""
        event = {"level": "error"}
        assert Concurrency(Sources(Owners(("probe_runtime",))))(event, {}) is event

    def test_a_sample_holds_no_object_of_the_hosts(self, sdk: ModuleType) -> None:
        """Code objects, offsets, names in default form and numbers only."""

        async def run() -> Sample:
            tasks = [asyncio.create_task(sdk.pause(asyncio.Event(), CANARY))]
            await asyncio.sleep(0)
            taken = sample()
            tasks[0].cancel()
            return taken

        with inside(sdk, CANARY):
            taken = asyncio.run(run())
        seen: set[int] = set()
        pending: list[Any] = [taken]
        kinds: set[str] = set()
        while pending:
            item = pending.pop()
            if id(item) in seen or type(item).__name__ == "code":
                continue
            seen.add(id(item))
            kinds.add(type(item).__name__)
            pending.extend(other for other in gc.get_referents(item) if not isinstance(other, type))
        assert kinds <= {"Sample", "ThreadSample", "FrameSnapshot", "tuple", "str", "int", "bool", "NoneType"}
