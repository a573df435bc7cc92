"""The stage: starts the application once under each reporter, and pairs what they made of each failure."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeAlias

from tightlip.demo.leaks import Secrets, machine
from tightlip.demo.outcome import Outcome

if TYPE_CHECKING:
    from tightlip.demo.sample import Sample

REPORTERS = ("tightlip", "sentry")
#: Seconds that a run may take; on a laptop it takes two.
PATIENCE = 180.0
_LAST_LINES = 12

Record: TypeAlias = dict[str, Any]
#: Called after each failure with the number of those seen and of all.
Progress: TypeAlias = Callable[[int, int], None]


class Refused(Exception):  # noqa: N818 - it reads as what happened
    """The application does not have what was asked for."""


class Crashed(Exception):  # noqa: N818 - it reads as what happened
    """The application did not come to its end."""


@dataclass(frozen=True, slots=True)
class Play:
    """All failures, and the values that were planted."""

    outcomes: tuple[Outcome, ...]
    secrets: Secrets
    planted: int


@dataclass(slots=True)
class _Actor:
    """One process, and what it has told so far."""

    reporter: str
    process: subprocess.Popen[str]
    errors: Path
    begun: Record = field(default_factory=dict[str, Any])
    failures: dict[str, Record] = field(default_factory=dict[str, Record])
    is_done: bool = False


def perform(sample: Sample, scenarios: Sequence[str], progress: Progress) -> Play:
    """Run the scenarios that are named, or all, under both reporters at once.

    Raises:
        Refused: There is no scenario of a name.
        Crashed: A process died, or took too long.
    """
    with tempfile.TemporaryDirectory(prefix="tightlip-demo-") as root, ExitStack() as stack:
        told: queue.Queue[tuple[_Actor, str | None]] = queue.Queue()
        copy = sample.copied(Path(root) / "installed")
        actors = [_start(reporter, copy, Path(root) / reporter, scenarios) for reporter in REPORTERS]
        for actor in actors:
            stack.callback(_stop, actor)
            threading.Thread(target=_listen, args=(actor, told), daemon=True).start()
        _gather(actors, told, progress)
        return _paired(*actors)


def _start(reporter: str, sample: Sample, folder: Path, scenarios: Sequence[str]) -> _Actor:
    (folder / "home").mkdir(parents=True)
    errors = folder / "stderr.txt"
    with errors.open("w", encoding="utf-8") as stderr:
        process = subprocess.Popen(  # noqa: S603 - this interpreter, with fixed arguments
            # -P: the current folder is not the place to import from.
            [sys.executable, "-P", "-m", "tightlip.demo.child", reporter, *scenarios],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            encoding="utf-8",
            cwd=folder,
            env=sample.environment(os.environ, folder),
        )
    return _Actor(reporter, process, errors)


def _stop(actor: _Actor) -> None:
    actor.process.kill()
    actor.process.wait()


def _listen(actor: _Actor, told: queue.Queue[tuple[_Actor, str | None]]) -> None:
    stream: IO[str] | None = actor.process.stdout
    assert stream is not None
    with stream:
        for line in stream:
            told.put((actor, line))
    told.put((actor, None))


def _gather(actors: Sequence[_Actor], told: queue.Queue[tuple[_Actor, str | None]], progress: Progress) -> None:
    deadline = time.monotonic() + PATIENCE
    open_pipes = len(actors)
    while open_pipes:
        try:
            actor, line = told.get(timeout=max(deadline - time.monotonic(), 0.0))
        except queue.Empty:
            raise Crashed(f"the sample application did not end within {PATIENCE:.0f} s") from None
        if line is None:
            open_pipes -= 1
            if not actor.is_done:
                raise Crashed(_obituary(actor))
            continue
        _take(actor, json.loads(line))
        progress(sum(len(each.failures) for each in actors), sum(each.begun.get("scenarios", 0) for each in actors))


def _take(actor: _Actor, record: Record) -> None:
    match record["record"]:
        case "begin":
            actor.begun = record
        case "failure":
            actor.failures[record["name"]] = record
        case "refused":
            raise Refused(record["why"])
        case _:
            actor.is_done = True


def _obituary(actor: _Actor) -> str:
    status = actor.process.wait()
    lines = actor.errors.read_text(encoding="utf-8", errors="replace").splitlines()[-_LAST_LINES:]
    said = "\n".join(f"    {line}" for line in lines) or "    (it said nothing)"
    seen = f"after {len(actor.failures)} failures" if actor.failures else "before its first failure"
    return f"the sample application with {actor.reporter} died {seen}, with status {status}:\n{said}"


def _paired(ours: _Actor, plain: _Actor) -> Play:
    planted: dict[str, list[str]] = ours.begun["planted"]
    secrets = Secrets(planted)
    facts = Secrets(machine(ours.begun["machine"]))
    outcomes = tuple(
        _outcome(ours.failures[name], plain.failures[name]["event"], secrets, facts) for name in ours.failures
    )
    return Play(outcomes, secrets, sum(map(len, planted.values())))


def _outcome(ours: Record, plain: Record, secrets: Secrets, facts: Secrets) -> Outcome:
    report = ours["event"]
    leaks: Counter[str] = Counter() if report is None else secrets.count(report) + facts.count(report)
    return Outcome(
        name=ours["name"],
        title=ours["title"],
        via=ours["via"],
        should_report=ours["reported"],
        expect=ours["expect"],
        traceback=ours["traceback"],
        plain=plain,
        plain_leaks=secrets.count(plain),
        report=report,
        report_leaks=leaks,
        dropped=tuple(ours["dropped"]),
    )
