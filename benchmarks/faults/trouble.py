"""Hosts in trouble: a disk, a network, a clock or a process that fails, with tightlip and without."""

from __future__ import annotations

import os
import socket
import sqlite3
import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import receiver
from benchmarks.faults.hosts import FAILURES, Ended, Setting, run, write_sdk
from receiver import Receiver, Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: What a host without tightlip may take from its last line to its end beyond the promise: starting and ending threads, a busy machine.
SLACK_SECONDS: Final = 1.5
EXIT_SECONDS: Final = 2.0
#: Megabytes that tightlip may cost a host, whatever happens: what it imports, and its bounded queues and caches.
MOST_MEMORY: Final = 60.0
#: Root may write everywhere; without its capabilities (capset(2)) it is a user like others.
_WITHOUT_PRIVILEGES: Final = """
import ctypes
if ctypes.CDLL(None, use_errno=True).capset((ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()):
    raise OSError(ctypes.get_errno(), "capset")
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One fault.

    Attributes:
        fault: Its name.
        stored: Reports that are safe: in the outbox, or with the server.
        expected: How many there could be; None where the fault keeps some from being stored.
        is_same: Whether exit code, stdout and stderr were those of a host without tightlip.
        delay: Seconds that the end of the host took longer.
        memory: Megabytes more.
        why: What was not kept, in words; empty if all was.
    """

    fault: str
    stored: int
    expected: int | None
    is_same: bool
    delay: float
    memory: float
    why: str


@dataclass(frozen=True, slots=True)
class Fault:
    """How a fault is made.

    Attributes:
        name: For the table.
        made: A context manager over a folder that gives the setting, and what counts reports that arrived.
        expected: As in `Row`.
    """

    name: str
    made: Callable[[Path, ExitStack], tuple[Setting, Callable[[], int]]]
    expected: int | None = FAILURES + 1


def rows(told: Callable[[str], None], only: str = "") -> Iterator[Row]:
    """Run each fault once with tightlip and once without.

    Args:
        told: Called with the name of each before it runs.
        only: Faults with this in their name.
    """
    for fault in FAULTS:
        if only not in fault.name:
            continue
        told(fault.name)
        yield _row(fault)


def _row(fault: Fault) -> Row:
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        write_sdk(folder)
        setting, arrived = fault.made(folder, stack)
        without = run(folder, setting, is_with=False)
        with_ = run(folder, setting, is_with=True)
        stored = arrived() + _waiting(setting.outbox)
        return _judged(fault, stored, with_, without)


def _judged(fault: Fault, stored: int, with_: Ended, without: Ended) -> Row:
    is_same = (with_.code, with_.out, with_.err) == (without.code, without.out, without.err)
    delay = max(0.0, with_.delay - without.delay)
    memory = with_.memory - without.memory
    why = [
        words
        for is_bad, words in (
            (with_.code != without.code, f"exit code {with_.code}, without tightlip {without.code}"),
            (with_.out != without.out, "stdout differs"),
            (with_.err != without.err, f"stderr differs: {with_.err[-300:]!r}"),
            (delay > EXIT_SECONDS + SLACK_SECONDS, f"the end took {delay:.1f} s longer"),
            (memory > MOST_MEMORY, f"{memory:.0f} MB more"),
            (fault.expected is not None and stored != fault.expected, f"{stored} of {fault.expected} reports are safe"),
        )
        if is_bad
    ]
    return Row(fault.name, stored, fault.expected, is_same, delay, memory, "; ".join(why))


def _waiting(outbox: Path) -> int:
    from tightlip.outbox import Outbox

    try:
        return len(Outbox(outbox).entries())
    except (sqlite3.Error, OSError, ValueError):
        return 0


def _server(*behaviours: Any, **options: Any) -> Callable[[Path, ExitStack], tuple[Setting, Callable[[], int]]]:
    def made(folder: Path, stack: ExitStack) -> tuple[Setting, Callable[[], int]]:
        server = stack.enter_context(Receiver(*behaviours, **options))

        def arrived() -> int:
            # What a server that says 200 has; a report that it refused for now is still in the outbox.
            is_good = not behaviours or (isinstance(behaviours[-1], Reply) and behaviours[-1].status == 200)
            return len({event["event_id"] for event in server.events}) if is_good else 0

        return Setting(server.dsn(), folder / "state" / "outbox.db"), arrived

    return made


def _dsn(dsn: str) -> Callable[[Path, ExitStack], tuple[Setting, Callable[[], int]]]:
    return lambda folder, _: (Setting(dsn, folder / "state" / "outbox.db"), lambda: 0)


def _closed_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://k@127.0.0.1:{listener.getsockname()[1]}/1"


def _outbox(
    change: Callable[[Setting, Path], Setting],
) -> Callable[[Path, ExitStack], tuple[Setting, Callable[[], int]]]:
    """A fault of the disk, with a server that takes everything: what cannot be stored is sent from memory."""

    def made(folder: Path, stack: ExitStack) -> tuple[Setting, Callable[[], int]]:
        setting, arrived = _server()(folder, stack)
        return change(setting, folder), arrived

    return made


def _corrupt(setting: Setting, _: Path) -> Setting:
    setting.outbox.parent.mkdir()
    setting.outbox.write_bytes(b"SQLite format 3\0" + os.urandom(8192))
    return setting


def _denied(setting: Setting, folder: Path) -> Setting:
    locked = folder / "locked"
    locked.mkdir(mode=0o500)
    return replace(setting, outbox=locked / "outbox.db", start=_WITHOUT_PRIVILEGES if os.getuid() == 0 else "")


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    from tightlip.outbox import Outbox

    outbox = Outbox(path)
    outbox.add("0" * 32, b"{}")
    outbox.remove("0" * 32)
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        database.close()


def _locked(folder: Path, stack: ExitStack) -> tuple[Setting, Callable[[], int]]:
    setting, arrived = _server()(folder, stack)
    lock = _lock(setting.outbox)
    lock.__enter__()

    def counted() -> int:
        lock.__exit__(None, None, None)
        return arrived()

    return setting, counted


def _in_the_middle(code: str, *, after: str = "") -> Callable[[Path, ExitStack], tuple[Setting, Callable[[], int]]]:
    def made(folder: Path, stack: ExitStack) -> tuple[Setting, Callable[[], int]]:
        setting, arrived = _server()(folder, stack)
        return replace(setting, middle=code, after=after), arrived

    return made


_LOOP = """
import threading
def loop():
    for number in range(2500):
        work(number % COUNT)
threads = [threading.Thread(target=loop) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""
_FORK = """
children = []
for number in range(4):
    child = os.fork()
    if not child:
        work(number)
        if reporter is not None: reporter.flush(5)
        os._exit(0)
    children.append(child)
for child in children: os.waitpid(child, 0)
"""
_EXIT = """
threading.Timer(0.0, lambda: work(1)).start()
print("the host is done", flush=True)
raise SystemExit(3)
"""
_CLOCK_BACK = "import time as _time; _real = _time.time; _time.time = lambda: _real() - 86400.0"


def _tls(folder: Path, stack: ExitStack) -> tuple[Setting, Callable[[], int]]:
    # Plain HTTP behind a DSN that says https.
    server = stack.enter_context(Receiver())
    return Setting(server.dsn().replace("http://", "https://"), folder / "state" / "outbox.db"), lambda: 0


FAULTS: Final = (
    Fault("none: the server takes everything", _server()),
    Fault("refused connection", _dsn(_closed_port())),
    Fault("server that hangs", _server(receiver.hang)),
    Fault("server that never reads", _server(reads=False)),
    Fault("answer of a byte every 20 ms", _server(receiver.drip)),
    Fault("slow server, 1 s an answer", _server(Reply(500, pause=1.0))),
    Fault("reset connections", _server(receiver.reset)),
    Fault("garbage for an answer", _server(receiver.garbage)),
    Fault("an answer without an end", _server(receiver.endless_headers)),
    Fault("name that is not found", _dsn("http://k@no-such-host.invalid/1")),
    Fault("TLS failure", _tls),
    Fault("429 storm", _server(Reply(429, {"Retry-After": "60"}))),
    Fault("500s", _server(Reply(500))),
    Fault("disk full", _outbox(lambda setting, _: replace(setting, file_size=0))),
    Fault("read-only place", _outbox(lambda setting, _: replace(setting, outbox=Path("/proc/nowhere/outbox.db")))),
    Fault("permission denied", _outbox(_denied)),
    Fault("corrupt outbox", _outbox(_corrupt)),
    # Locked for longer than SQLite waits: reports are in memory, and are sent if the process lives long enough.
    Fault("locked outbox", _locked, expected=None),
    Fault("clock set back a day", _in_the_middle("", after=_CLOCK_BACK)),
    Fault("10,000 failures, 4 threads", _in_the_middle(_LOOP), expected=None),
    Fault("fork in the middle", _in_the_middle(_FORK), expected=FAILURES + 1 + 4),
    Fault("end in the middle", _in_the_middle(_EXIT), expected=None),
)
