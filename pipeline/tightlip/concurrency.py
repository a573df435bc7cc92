"""The concurrency context: what the runtime was doing, the counterpart of a goroutine dump.

`sample` runs in the thread that failed and takes code objects, offsets and counts; `Concurrency` names them later. Of threads and
tasks that are outside the SDK's code only the number leaves. Names of threads and tasks are data: one leaves only in the form that the
interpreter itself gives (``Thread-3``), and without the function name that Python puts behind it.

Bounded: the first `MOST_THREADS` threads and `MOST_TASKS` tasks are looked into, the rest are counted.

No code of a thread's or task's class runs: instance dicts and the interpreter's slots are read.
"""

from __future__ import annotations

import gc
import re
import sys
import threading
from collections import Counter, deque
from dataclasses import dataclass
from itertools import islice
from types import CoroutineType
from typing import TYPE_CHECKING, Any

from tightlip.capture import FrameSnapshot, stack
from tightlip.exact import is_dict
from tightlip.failure import event_frames
from tightlip.origin.attribution import OwnedFrame, owned_frame
from tightlip.running import running_frames
from tightlip.text import CodeText

if TYPE_CHECKING:
    from types import FrameType

    from tightlip.origin.sources import Sources
    from tightlip.types import Event, Hint

#: The interpreter's own thresholds: up to 3.12, and from 3.13.
_GC_THRESHOLDS = frozenset({(700, 10, 10), (2000, 10, 10), (2000, 10, 0)})
MOST_THREADS = 64
MOST_TASKS = 256
_MOST_FRAMES = 64
_MOST_AWAITS = 32
#: How far from its outer end a pool thread's stack has the pool's function, and how far that end is looked for.
_POOL_DEPTH, _MOST_STEPS = 6, 2_000
_MOST_PLACES = 20

#: The names that threading and concurrent.futures give by themselves; what follows is the target's name, which is data.
_DEFAULT_NAME = re.compile(
    r"(MainThread|Thread-[0-9]{1,4}|Dummy-[0-9]{1,4}|ThreadPoolExecutor-[0-9]{1,4}_[0-9]{1,4}|asyncio_[0-9]{1,4})(?: \(.*\))?",
    re.DOTALL,
)
#: Under gevent `threading.Thread` is a subclass of the class that has it.
_THREAD_DICT = next(vars(cls)["__dict__"] for cls in threading.Thread.__mro__ if "__dict__" in vars(cls))
#: The functions at the bottom of a pool's threads.
_POOLS = (("concurrent.futures.thread", "_worker"), ("multiprocessing.pool", "worker"))


@dataclass(frozen=True, slots=True)
class ThreadSample:
    """One thread: its default name if it has one, what kind it is, and its stack (outermost first)."""

    name: str | None
    is_main: bool
    is_daemon: bool
    is_pool: bool
    is_current: bool
    frames: tuple[FrameSnapshot, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """The state of the runtime at one moment; no object of the host's is held.

    Attributes:
        threads: Those looked into.
        thread_count: All of them.
        tasks: ``(state, frames)`` of the asyncio tasks looked into.
        task_count: All of them, or None when no event loop was ever imported.
        gc_counts: ``gc.get_count()``, and its thresholds.
    """

    threads: tuple[ThreadSample, ...]
    thread_count: int
    tasks: tuple[tuple[str, tuple[FrameSnapshot, ...]], ...]
    task_count: int | None
    gc_counts: tuple[tuple[int, int], ...]


def sample(skip: frozenset[int] = frozenset()) -> Sample:
    """Take the state of threads, asyncio tasks and the garbage collector.

    Args:
        skip: Identifiers of threads that are not the host's, such as our own worker.
    """
    stacks = running_frames()
    try:
        return _sampled(stacks, skip)
    finally:
        stacks.clear()  # it holds our own frame, which holds it: nothing of the host's could go before the next collection


def _sampled(stacks: dict[int, FrameType], skip: frozenset[int]) -> Sample:
    # Not threading.enumerate(): it takes a lock, which the interrupted thread may hold when a signal handler fails.
    active: dict[int, threading.Thread] = dict(vars(threading)["_active"])
    known = {ident: thread for ident, thread in active.items() if ident not in skip}
    current = threading.get_ident()
    pools = _pool_codes()
    threads = tuple(
        _thread(thread, stacks.get(ident), is_current=ident == current, pools=pools)
        for ident, thread in islice(sorted(known.items(), key=lambda item: item[0] != current), MOST_THREADS)
    )
    tasks, task_count = _tasks()
    gc_counts = tuple(zip(gc.get_count(), gc.get_threshold(), strict=True))
    return Sample(threads, len(known), tasks, task_count, gc_counts)


def _pool_codes() -> frozenset[int]:
    found: set[int] = set()
    for module, name in _POOLS:
        function = getattr(sys.modules.get(module), name, None)
        if function is not None:
            found.add(id(function.__code__))
    return frozenset(found)


def _thread(
    thread: threading.Thread, frame: FrameType | None, *, is_current: bool, pools: frozenset[int]
) -> ThreadSample:
    fields = _THREAD_DICT.__get__(thread)
    if not is_dict(fields):
        fields = {}  # a dict of a class of its own brings a `get` of its own
    name = fields.get("_name")
    match = _DEFAULT_NAME.fullmatch(name) if type(name) is str else None
    frames = stack(frame, _MOST_FRAMES)
    return ThreadSample(
        name=match[1] if match is not None else None,
        is_main=thread is threading.main_thread(),
        is_daemon=fields.get("_daemonic") is True,
        is_pool=_is_pool(frame, pools),
        is_current=is_current,
        frames=() if is_current else frames,  # the exception's own stack tells where this one is
    )


def _is_pool(frame: FrameType | None, pools: frozenset[int]) -> bool:
    """Whether a pool's function stands at the outer end of a stack."""
    outermost: deque[int] = deque(maxlen=_POOL_DEPTH)
    for _ in range(_MOST_STEPS):
        if frame is None:
            break
        outermost.append(id(frame.f_code))
        frame = frame.f_back
    return not pools.isdisjoint(outermost)


def _tasks() -> tuple[tuple[tuple[str, tuple[FrameSnapshot, ...]], ...], int | None]:
    asyncio = sys.modules.get("asyncio.tasks")
    if asyncio is None:
        return (), None
    # The weak sets behind asyncio.all_tasks(), which would copy all of them and call each task's methods.
    registered: list[Any] = [
        getattr(asyncio, name) for name in ("_all_tasks", "_scheduled_tasks") if hasattr(asyncio, name)
    ]
    found: list[tuple[str, tuple[FrameSnapshot, ...]]] = []
    try:
        count = sum(len(tasks) for tasks in registered)
        for tasks in registered:
            for task in islice(tasks, MOST_TASKS - len(found)):
                if type(task) is asyncio.Task:  # a class of the host's own may run code when it is asked
                    state = _task(task)
                    if state is None:
                        count -= 1
                    else:
                        found.append(state)
    except RuntimeError:
        return (), None  # another thread changed the set while it was walked
    return tuple(found), count


def _task(task: Any) -> tuple[str, tuple[FrameSnapshot, ...]] | None:
    if task.done():
        return None
    coroutine = task.get_coro()
    if type(coroutine) is not CoroutineType:
        return "other", ()
    frames: list[FrameSnapshot] = []
    awaited: Any = coroutine  # pyright: ignore[reportUnknownVariableType]
    while type(awaited) is CoroutineType and len(frames) < _MOST_AWAITS:  # pyright: ignore[reportUnknownArgumentType]
        frame: FrameType | None = awaited.cr_frame
        if frame is not None:
            frames.append(FrameSnapshot(frame.f_code, frame.f_lasti))
        awaited = awaited.cr_await
    if coroutine.cr_running:
        return "running", tuple(frames)
    if task.cancelling():
        return "cancelling", tuple(frames)
    return ("suspended" if coroutine.cr_suspended else "created"), tuple(frames)


class Concurrency:
    """Writes ``contexts.threads``, ``contexts.tasks``, ``contexts.gc`` and ``threads`` from ``hint["concurrency"]``."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def __call__(self, event: Event, hint: Hint) -> Event:
        """Add the concurrency context of the sample in the hint; an event without one is left as it is."""
        taken: Sample | None = hint.get("concurrency")
        if taken is None:
            return event
        stacks = [self._inside(thread.frames) for thread in taken.threads]
        contexts: dict[str, Any] = {
            **event.get("contexts", {}),
            "threads": _thread_counts(taken, stacks),
            "gc": _gc(taken),
        }
        if taken.task_count is not None:
            contexts["tasks"] = self._task_counts(taken)
        # Numbered among those that are shown: the number of the application's threads before one is not told by it.
        shown = [pair for pair in zip(taken.threads, stacks, strict=True) if pair[0].is_current or pair[1]]
        threads = [_thread_value(number, thread, frames) for number, (thread, frames) in enumerate(shown)]
        return {**event, "contexts": contexts, "threads": {"values": threads}}

    def _inside(self, frames: tuple[FrameSnapshot, ...]) -> list[OwnedFrame]:
        """The owned frames of a stack that has any of the SDK's; empty otherwise."""
        place = self._sources.owners.place
        if not any((found := place(frame.code.co_filename)) is not None and found.owner == "sdk" for frame in frames):
            return []
        owned = [owned_frame(frame, self._sources) for frame in frames]
        return owned if any(frame.owner == "sdk" for frame in owned) else []

    def _task_counts(self, taken: Sample) -> dict[str, Any]:
        states = Counter(state for state, _ in taken.tasks)
        places: Counter[tuple[str, str, int]] = Counter()
        for _, frames in taken.tasks:
            innermost = next(
                (frame.trusted for frame in reversed(self._inside(frames)) if frame.trusted is not None), None
            )
            if innermost is not None:
                places[innermost.module, innermost.function, innermost.line] += 1
        inside = [
            {"module": CodeText(module), "function": CodeText(function), "lineno": line, "count": count}
            for (module, function, line), count in places.most_common(_MOST_PLACES)
        ]
        found: dict[str, Any] = {"type": "tasks", "total": taken.task_count, "in_sdk": sum(places.values()), **states}
        if len(taken.tasks) < (taken.task_count or 0):
            found["sampled"] = len(taken.tasks)
        if inside:
            found["where"] = inside
        return found


def _thread_counts(taken: Sample, stacks: list[list[OwnedFrame]]) -> dict[str, Any]:
    return {
        "type": "threads",
        "total": taken.thread_count,
        "main": sum(thread.is_main for thread in taken.threads),
        "daemon": sum(thread.is_daemon for thread in taken.threads),
        "pool": sum(thread.is_pool for thread in taken.threads),
        "in_sdk": sum(bool(frames) for frames in stacks),
    }


def _gc(taken: Sample) -> dict[str, Any]:
    """Whether each generation's count is ten times beyond its threshold (1) or not (0, as in a healthy process).

    The raw counts depend on how many objects a value happened to need, so that they would tell of values.
    """
    found: dict[str, Any] = {"type": "gc", "enabled": gc.isenabled()}
    if not found["enabled"] or tuple(threshold for _, threshold in taken.gc_counts) not in _GC_THRESHOLDS:
        return found  # uncollected, the counts are the number of objects that a value needed
    for generation, (count, threshold) in enumerate(taken.gc_counts):
        found[f"generation_{generation}"] = min(len(str(count // max(threshold, 1))) - 1, 1)
    return found


def _thread_value(number: int, thread: ThreadSample, frames: list[OwnedFrame]) -> dict[str, Any]:
    value: dict[str, Any] = {
        "id": number,
        "crashed": thread.is_current,
        "current": thread.is_current,
        "main": thread.is_main,
    }
    if thread.name is not None:
        value["name"] = CodeText(thread.name)
    if frames:
        value["stacktrace"] = {"frames": list(event_frames(frames))}
    return value
