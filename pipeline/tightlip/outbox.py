"""The outbox: scrubbed envelopes on disk that wait to be sent, or to be looked at.

Guarantees:

1. What `add` has accepted survives the end of the process, however it ends (SQLite, write-ahead log).
2. A file that SQLite cannot read is set aside under another name, never written over, and deleted by `discard` only.
3. Number, bytes and age are bounded; the oldest go first.
4. Where the disk cannot be written, envelopes are kept in memory, and `where` says so. `store_held` tries once more.

Every operation opens the file and closes it again: nothing is held across a fork, and several processes share one file. Who writes makes
sure, with the file locked, that it is still the one at its path: another process may just have discarded it. Only the owner
may read it (mode 0600 in a folder of mode 0700), though it holds nothing but what would be sent.
"""

from __future__ import annotations

import glob
import os
import sqlite3
import sys
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tightlip.outbox_file import erased, has_content, locked, looked_into

if TYPE_CHECKING:
    from collections.abc import Generator

FILE_NAME = "outbox.sqlite3"


@dataclass(frozen=True, slots=True)
class Entry:
    """One envelope in the outbox: the event's id, when it was added (seconds since the epoch) and its size in bytes."""

    event_id: str
    created: float
    size: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much an outbox holds.

    Attributes:
        count: Envelopes.
        size: Bytes of all envelopes.
        age: Seconds after which an envelope is dropped.
    """

    count: int = 1_000
    size: int = 10_000_000
    age: float = 30 * 24 * 3600.0


def state_folder() -> Path:
    """Where programs keep their state on this platform.

    ``$XDG_STATE_HOME`` or ``~/.local/state`` (XDG base directories), ``~/Library/Application Support`` on macOS, ``%LOCALAPPDATA%`` on
    Windows.

    Raises:
        RuntimeError: The user has no home folder.
    """
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return Path(local) if local else Path.home() / "AppData" / "Local"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    given = os.environ.get("XDG_STATE_HOME", "")
    return Path(given) if given.startswith("/") else Path.home() / ".local" / "state"


def default_path(package: str) -> Path:
    """The outbox of the SDK ``package`` in the user's state folder."""
    return state_folder() / "tightlip" / package / FILE_NAME


def chosen_path(outbox: str | os.PathLike[str] | bool | None, package: str) -> str | os.PathLike[str] | None:
    """The file that ``outbox=`` of a reporter names; None for memory only.

    Args:
        outbox: A path; None for the user's state folder; False for memory only.
        package: Import name of the SDK.

    Raises:
        ValueError: It is True.
    """
    if outbox is None:
        try:
            return default_path(package)
        except RuntimeError:
            return None  # a user without a home folder
    if outbox is False:
        return None
    if outbox is True:
        raise ValueError(
            "outbox=True means nothing: give a file, None for the user's state folder, or False for memory only"
        )
    return outbox


class Outbox:
    """Envelopes by event id.

    Args:
        path: The SQLite file; it and its folder are made when the first envelope comes. None: memory only.
        bounds: How much it holds.

    Raises:
        ValueError: ``path`` is a folder.
    """

    def __init__(self, path: str | os.PathLike[str] | None, bounds: Bounds | None = None) -> None:
        self._path = None if path is None else Path(path).expanduser()
        self._bounds = bounds or Bounds()
        self._held: dict[str, tuple[float, bytes]] = {}
        self._pid = os.getpid()
        self._reason = "memory only" if self._path is None else ""
        if self._path is not None and self._path.is_dir():
            raise ValueError(
                f"outbox={str(path)!r} is a folder; give a file in it, such as {str(self._path / FILE_NAME)!r}, or False for memory only"
            )

    def where(self) -> str:
        """Where envelopes go, for a person to read."""
        return f"memory ({self._reason})" if self._reason else str(self._path)

    @property
    def memory(self) -> dict[str, tuple[float, bytes]]:
        """What is not on the disk: when it was added, and the envelope. After a fork it is the parent's to send, and empty here."""
        if self._pid != os.getpid():
            self._pid, self._held = os.getpid(), {}
        return self._held

    def may_hold(self) -> bool:
        """Whether anything may be in it, without opening it: one look at the file."""
        return bool(self.memory) or (self._path is not None and has_content(self._path))

    def add(self, event_id: str, envelope: bytes) -> int:
        """Keep ``envelope``; one with the same id is replaced.

        Returns:
            How many older ones had to go for the sake of the bounds.
        """
        now = time.time()
        try:
            with self.transaction(create=True) as database:
                if database is not None:
                    row = (event_id, now, len(envelope), envelope)
                    database.execute("INSERT OR REPLACE INTO envelopes VALUES (?, ?, ?, ?)", row)
                    gone = self.enforce(database, now)
                    self._reason = ""
                    return gone
        except (sqlite3.Error, OSError, RuntimeError, ValueError) as error:
            self._reason = f"the file cannot be written: {type(error).__name__}"
        return self._keep(event_id, envelope, now)

    def store_held(self, seconds: float) -> int:
        """Put what is in memory on the disk, if that can be written by now; how many envelopes that were.

        Args:
            seconds: How long this may wait for another process's lock.
        """
        rows = [(event_id, created, len(kept), kept) for event_id, (created, kept) in list(self.memory.items())]
        if not rows or self._path is None:
            return 0
        try:
            with self.transaction(create=True, seconds=seconds / 2) as database:
                if database is None:
                    return 0
                database.executemany("INSERT OR REPLACE INTO envelopes VALUES (?, ?, ?, ?)", rows)
                self.enforce(database, time.time())
        except (sqlite3.Error, OSError, RuntimeError, ValueError):
            return 0
        self._reason = ""
        for event_id, *_ in rows:
            self.memory.pop(event_id, None)
        return len(rows)

    def _keep(self, event_id: str, envelope: bytes, now: float) -> int:
        """Keep ``envelope`` in memory. Without a lock, each step being atomic: a forked child must not find one held."""
        memory, bounds = self.memory, self._bounds
        memory.pop(event_id, None)  # one that is replaced is the newest
        memory[event_id] = (now, envelope)
        held = list(memory.items())
        size, count = sum(len(kept) for _, (_, kept) in held), len(held)
        for key, (created, kept) in held:
            if created >= now - bounds.age and count <= bounds.count and size <= bounds.size:
                break
            memory.pop(key, None)
            size, count = size - len(kept), count - 1
        return len(held) - count

    def entries(self) -> list[Entry]:
        """What is in the outbox, oldest first.

        Raises:
            sqlite3.Error: The file cannot be read.
        """
        found = [Entry(key, created, len(envelope)) for key, (created, envelope) in list(self.memory.items())]
        with self.transaction() as database:
            if database is not None:
                found.extend(Entry(*row) for row in database.execute("SELECT event_id, created, size FROM envelopes"))
        return sorted(found, key=lambda entry: entry.created)

    def read(self, event_id: str) -> bytes | None:
        """The envelope of ``event_id``, or None.

        Raises:
            sqlite3.Error: The file cannot be read.
        """
        held = self.memory.get(event_id)
        if held is not None:
            return held[1]
        with self.transaction() as database:
            row = None
            if database is not None:
                row = database.execute("SELECT envelope FROM envelopes WHERE event_id = ?", (event_id,)).fetchone()
        return None if row is None else bytes(row[0])

    def remove(self, event_id: str) -> None:
        """Forget ``event_id``.

        Raises:
            sqlite3.Error: The file cannot be written.
        """
        self.memory.pop(event_id, None)
        with self.transaction() as database:
            if database is not None:
                database.execute("DELETE FROM envelopes WHERE event_id = ?", (event_id,))

    def purge(self) -> int:
        """Forget everything; how many there were.

        Raises:
            sqlite3.Error: The file cannot be written.
        """
        count = len(self.memory)
        self.memory.clear()
        with self.transaction() as database:
            if database is not None:
                count += database.execute("DELETE FROM envelopes").rowcount
        return count

    def discard(self) -> int:
        """Forget everything and leave nothing of it on the disk: the file, and what was set aside; how many envelopes there were.

        Raises:
            sqlite3.Error: The file is no outbox, or cannot be written; what is there stays.
            OSError: What was set aside cannot be deleted.
        """
        count = len(self.memory)
        self.memory.clear()
        if self._path is None:
            return count
        if has_content(self._path):
            count += erased(self._path)
        for broken in self._path.parent.glob(f"{glob.escape(self._path.name)}.broken-*"):
            broken.unlink(missing_ok=True)
        return count

    @contextmanager
    def transaction(
        self, *, create: bool = False, writes: bool = False, seconds: float | None = None
    ) -> Generator[sqlite3.Connection | None]:
        """A connection inside a transaction; None without a file, unless ``create``.

        Only ``create`` changes a file that is no outbox, by setting it aside: whoever looks into the wrong file must find it as it was.

        Args:
            create: Make the file if there is none, and lock it for writing.
            writes: Lock it for writing.
            seconds: How long to wait for each lock where it is made; None: as usual.

        Raises:
            sqlite3.Error: The file cannot be read, or not be locked in time.
            OSError: It cannot be made.
        """
        if self._path is None or (not create and not has_content(self._path)):
            yield None
            return
        if create:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        database = locked(self._path, create=create, seconds=seconds) if create or writes else looked_into(self._path)
        if database is None:
            yield None
            return
        with closing(database), database:
            yield database

    def enforce(self, database: sqlite3.Connection, now: float) -> int:
        """Delete what is beyond the bounds; how many."""
        old = database.execute("DELETE FROM envelopes WHERE created < ?", (now - self._bounds.age,)).rowcount
        more = database.execute(
            "DELETE FROM envelopes WHERE event_id IN (SELECT event_id FROM (SELECT event_id, row_number() OVER newest AS place, "
            "sum(size) OVER newest AS total FROM envelopes WINDOW newest AS (ORDER BY created DESC, event_id)) WHERE place > ? OR total > ?)",
            (self._bounds.count, self._bounds.size),
        ).rowcount
        return old + more
