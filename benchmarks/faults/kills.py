"""Two processes that share an outbox, killed at random moments, again and again.

A nursery process has imported everything and forks the two: three hundred interpreters that start from nothing would take minutes. A
failure counts as accepted once the worker is done with it and has counted it as stored: its id is then written to a file.
"""

from __future__ import annotations

import importlib
import itertools
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from benchmarks.faults.hosts import FAILURES, write_sdk

if TYPE_CHECKING:
    from collections.abc import Callable

    from tightlip.reporter import Reporter

_MOST_SECONDS = 0.25
_LATER_SECONDS = 3600.0
_PAUSE = 0.2
_MOST_REST_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Kills:
    """The figures.

    Attributes:
        kills: Processes killed before they were done.
        accepted: Failures that a process had been told are stored.
        arrived: Of those, how many the server has.
        lost: And how many it has not.
        twice: Events that arrived more than once; under their one id.
        odd: Ids under which two different events arrived.
        corrupt: Outboxes that were set aside, or that SQLite finds fault with.
    """

    kills: int
    accepted: int
    arrived: int
    lost: int
    twice: int
    odd: int
    corrupt: int


def killed(count: int, seed: int, told: Callable[[int], None]) -> Kills:
    """Kill ``count`` processes, two at a time.

    Args:
        count: How many.
        seed: Of the moments.
        told: Called with the number of kills so far.
    """
    from receiver import Receiver, Reply

    with tempfile.TemporaryDirectory() as name, Receiver(Reply(pause=0.005)) as receiver:
        folder = Path(name)
        write_sdk(folder)
        outbox = folder / "state" / "outbox.db"
        with _Nursery(folder, receiver.dsn(), outbox) as nursery:
            random_ = random.Random(seed)
            kills = 0
            while kills < count:
                kills += nursery.pair(random_.uniform(0.0, _MOST_SECONDS), random_.uniform(0.0, _MOST_SECONDS))
                told(kills)
            accepted = nursery.accepted()
            nursery.rest()
        corrupt = len(list(outbox.parent.glob("*.broken-*"))) + (not _is_sound(outbox))
        bodies: dict[str, set[str]] = {}
        times: Counter[str] = Counter()
        for event in receiver.events:
            event_id = str(event["event_id"])
            times[event_id] += 1
            bodies.setdefault(event_id, set()).add(json.dumps(event, sort_keys=True))
        lost = accepted - set(times)
        return Kills(
            kills=kills,
            accepted=len(accepted),
            arrived=len(accepted) - len(lost),
            lost=len(lost),
            twice=sum(number > 1 for number in times.values()),
            odd=sum(len(found) > 1 for found in bodies.values()),
            corrupt=corrupt,
        )


def _is_sound(path: Path) -> bool:
    if not path.exists():
        return True
    database = sqlite3.connect(path)
    try:
        return bool(database.execute("PRAGMA integrity_check").fetchone() == ("ok",))
    finally:
        database.close()


class _Nursery:
    """A process without threads that forks the two that are killed."""

    def __init__(self, folder: Path, dsn: str, outbox: Path) -> None:
        self._accepted = folder / "accepted"
        self._accepted.touch()
        code = f"import sys; sys.path[:0] = {[str(folder), *sys.path]!r}; from benchmarks.faults import kills; kills.serve(*sys.argv[1:])"
        self._process = subprocess.Popen(
            [sys.executable, "-c", code, str(self._accepted), dsn, str(outbox)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._process as process:
            assert process.stdin is not None
            process.stdin.close()

    def pair(self, *seconds: float) -> int:
        """Fork two, and kill each after so many seconds; how many had not ended by themselves."""
        return self._asked(*map(str, seconds))

    def rest(self) -> None:
        """A process that is not killed sends what is left, an hour later: what the killed ones had claimed is free then."""
        self._asked()

    def accepted(self) -> set[str]:
        """The ids that processes were told are stored."""
        return set(self._accepted.read_text("utf-8").split())

    def _asked(self, *words: str) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{' '.join(words)}\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


def serve(accepted: str, dsn: str, outbox: str) -> None:
    """What the nursery does: for each line on stdin, two moments to kill at, or none for the rest to be sent."""
    fault_sdk: Any = importlib.import_module("fault_sdk")

    try:
        fault_sdk.open_lake_0("x")
    except fault_sdk.LakeError as error:
        # What a first report imports is imported now: the children are killed in the middle of what is asked about.
        _reporter(dsn, Path(outbox)).preview(error)
    for line in sys.stdin:
        moments = [float(word) for word in line.split()]
        if moments:
            number = _pair(moments, lambda: _fail_again_and_again(Path(accepted), dsn, Path(outbox)))
        else:
            # A process of its own, whose clock is right from the start.
            number = subprocess.run([sys.executable, "-c", _REST, repr(sys.path), dsn, outbox], check=False).returncode
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


def _pair(moments: list[float], work: Callable[[], None]) -> int:
    begun = time.monotonic()
    children = sorted(((after, _forked(work)) for after in moments), key=lambda one: one[0])
    number = 0
    for after, child in children:
        time.sleep(max(0.0, begun + after - time.monotonic()))
        os.kill(child, signal.SIGKILL)
        number += os.WIFSIGNALED(os.waitpid(child, 0)[1])
    return number


def _forked(work: Callable[[], None]) -> int:
    child = os.fork()
    if child:
        return child
    try:
        work()
    finally:
        os._exit(0)


def _reporter(dsn: str, outbox: Path) -> Reporter:
    import tightlip

    return tightlip.Reporter(
        "fault_sdk",
        release="fault_sdk@1.0.0",
        dsn=dsn,
        outbox=outbox,
        consent=tightlip.Consent(default=True),
        pace=None,  # all of them, however many
    )


def _fail_again_and_again(accepted: Path, dsn: str, outbox: Path) -> None:
    fault_sdk: Any = importlib.import_module("fault_sdk")

    reporter = _reporter(dsn, outbox)
    with accepted.open("a", encoding="utf-8") as told:
        for number in itertools.cycle(range(FAILURES)):
            try:
                getattr(fault_sdk, f"open_lake_{number}")("x")
            except fault_sdk.LakeError as error:
                before = reporter.stats().get("stored", 0)
                event_id = reporter.capture(error)
                reporter._worker.flush(2.0)  # noqa: SLF001 - `flush` would wait for the server too
                if event_id is not None and reporter.stats().get("stored", 0) > before:
                    told.write(f"{event_id}\n")
                    told.flush()


_REST = f"""
import ast, sys, time
real = time.time
time.time = lambda: real() + {_LATER_SECONDS}
sys.path[:] = ast.literal_eval(sys.argv[1])
from benchmarks.faults.kills import send_what_is_left
send_what_is_left(*sys.argv[2:])
"""


def send_what_is_left(dsn: str, outbox: str) -> None:
    """Send until the outbox is empty."""
    from tightlip.outbox import Outbox

    until = time.monotonic() + _MOST_REST_SECONDS
    while Outbox(outbox).entries() and time.monotonic() < until:
        reporter = _reporter(dsn, Path(outbox))
        reporter.flush(10.0)
        reporter.close()
        time.sleep(_PAUSE)
