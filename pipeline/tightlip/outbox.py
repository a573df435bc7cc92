"""The outbox: scrubbed envelopes on disk that wait to be sent, or to be looked at.

Guarantees:

1. What `add` has accepted survives the end of the process, however it ends (SQLite, write-ahead log).
2. A file that SQLite cannot read is set aside under another name, never deleted and never written over.
3. Number, bytes and age are bounded; the oldest go first.
4. Where the disk cannot be written, envelopes are kept in memory, and `where` says so.

Every operation opens the file and closes it again: nothing is held across a fork, and several processes share one file. Only the owner
may read it (mode 0600 in a folder of mode 0700), though it holds nothing but what would be sent.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator

FILE_NAME = "outbox.sqlite3"
#: Seconds to wait for another process's transaction.
_BUSY_SECONDS = 2.0
_RETRY_SECONDS = 0.005
_SCHEMA = """
CREATE TABLE IF NOT EXISTS envelopes (
    event_id TEXT PRIMARY KEY,
    created REAL NOT NULL,
    size INTEGER NOT NULL,
    envelope BLOB NOT NULL
) STRICT;
"""
_COLUMNS = [("event_id", "TEXT"), ("created", "REAL"), ("size", "INTEGER"), ("envelope", "BLOB")]
#: What SQLite says of a file that it cannot make sense of (SQLITE_CORRUPT, SQLITE_NOTADB).
_CORRUPT = frozenset({"SQLITE_CORRUPT", "SQLITE_NOTADB"})


class _OtherSchemaError(Exception):
    """A database, but no outbox."""


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
        self._memory: dict[str, tuple[float, bytes]] = {}
        self._reason = "memory only" if self._path is None else ""
        if self._path is not None and self._path.is_dir():
            raise ValueError(
                f"outbox={str(path)!r} is a folder; give a file in it, such as {str(self._path / FILE_NAME)!r}, or False for memory only"
            )

    def where(self) -> str:
        """Where envelopes go, for a person to read."""
        return f"memory ({self._reason})" if self._reason else str(self._path)

    def add(self, event_id: str, envelope: bytes) -> None:
        """Keep ``envelope``; one with the same id is replaced."""
        now = time.time()
        try:
            with self._transaction(create=True) as database:
                if database is not None:
                    row = (event_id, now, len(envelope), envelope)
                    database.execute("INSERT OR REPLACE INTO envelopes VALUES (?, ?, ?, ?)", row)
                    self._enforce(database, now)
                    self._reason = ""
                    return
        except (sqlite3.Error, OSError, RuntimeError, ValueError) as error:
            self._reason = f"the file cannot be written: {type(error).__name__}"
        self._keep(event_id, envelope, now)

    def _keep(self, event_id: str, envelope: bytes, now: float) -> None:
        """Keep ``envelope`` in memory. Without a lock, each step being atomic: a forked child must not find one held."""
        memory, bounds = self._memory, self._bounds
        memory.pop(event_id, None)  # one that is replaced is the newest
        memory[event_id] = (now, envelope)
        held = list(memory.items())
        size, count = sum(len(kept) for _, (_, kept) in held), len(held)
        for key, (created, kept) in held:
            if created >= now - bounds.age and count <= bounds.count and size <= bounds.size:
                break
            memory.pop(key, None)
            size, count = size - len(kept), count - 1

    def entries(self) -> list[Entry]:
        """What is in the outbox, oldest first.

        Raises:
            sqlite3.Error: The file cannot be read.
        """
        found = [Entry(key, created, len(envelope)) for key, (created, envelope) in list(self._memory.items())]
        with self._transaction() as database:
            if database is not None:
                found.extend(Entry(*row) for row in database.execute("SELECT event_id, created, size FROM envelopes"))
        return sorted(found, key=lambda entry: entry.created)

    def read(self, event_id: str) -> bytes | None:
        """The envelope of ``event_id``, or None.

        Raises:
            sqlite3.Error: The file cannot be read.
        """
        held = self._memory.get(event_id)
        if held is not None:
            return held[1]
        with self._transaction() as database:
            row = None
            if database is not None:
                row = database.execute("SELECT envelope FROM envelopes WHERE event_id = ?", (event_id,)).fetchone()
        return None if row is None else bytes(row[0])

    def remove(self, event_id: str) -> None:
        """Forget ``event_id``.

        Raises:
            sqlite3.Error: The file cannot be written.
        """
        self._memory.pop(event_id, None)
        with self._transaction() as database:
            if database is not None:
                database.execute("DELETE FROM envelopes WHERE event_id = ?", (event_id,))

    def purge(self) -> int:
        """Forget everything; how many there were.

        Raises:
            sqlite3.Error: The file cannot be written.
        """
        count = len(self._memory)
        self._memory.clear()
        with self._transaction() as database:
            if database is not None:
                count += database.execute("DELETE FROM envelopes").rowcount
        return count

    @contextmanager
    def _transaction(self, *, create: bool = False) -> Generator[sqlite3.Connection | None]:
        """A connection inside a transaction; None without a file, unless ``create``.

        Only ``create`` changes a file that is no outbox, by setting it aside: whoever looks into the wrong file must find it as it was.
        """
        if self._path is None or (not create and not _has_content(self._path)):
            yield None
            return
        if create:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        database = self._opened(self._path) if create else _looked_into(self._path)
        with closing(database), database:
            yield database

    def _opened(self, path: Path) -> sqlite3.Connection:
        end = time.monotonic() + _BUSY_SECONDS
        while True:
            try:
                return _connect(path)
            except (sqlite3.DatabaseError, _OtherSchemaError) as error:
                name = getattr(error, "sqlite_errorname", "")
                if name.startswith("SQLITE_BUSY") and time.monotonic() < end:
                    # Two processes that switch a new file to WAL at once: SQLite does not wait there by itself.
                    time.sleep(_RETRY_SECONDS)
                    continue
                if type(error) is not _OtherSchemaError and name not in _CORRUPT:
                    raise
                break
        _set_aside(path)
        return _connect(path)

    def _enforce(self, database: sqlite3.Connection, now: float) -> None:
        database.execute("DELETE FROM envelopes WHERE created < ?", (now - self._bounds.age,))
        database.execute(
            "DELETE FROM envelopes WHERE event_id IN (SELECT event_id FROM (SELECT event_id, row_number() OVER newest AS place, "
            "sum(size) OVER newest AS total FROM envelopes WINDOW newest AS (ORDER BY created DESC, event_id)) WHERE place > ? OR total > ?)",
            (self._bounds.count, self._bounds.size),
        )


def _connect(path: Path) -> sqlite3.Connection:
    if not path.exists():
        # Before SQLite makes it with the host's umask.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    database = sqlite3.connect(path, timeout=_BUSY_SECONDS)
    try:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=NORMAL")
        database.executescript(_SCHEMA)
        _check_schema(database)
        database.execute("SELECT event_id, created, size, envelope FROM envelopes LIMIT 1").fetchone()
    except BaseException:
        database.close()
        raise
    return database


def _has_content(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except OSError:
        return False


def _looked_into(path: Path) -> sqlite3.Connection:
    """A connection to an outbox that is there.

    Raises:
        sqlite3.Error: It is none.
    """
    database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=_BUSY_SECONDS)
    try:
        _check_schema(database)
    except _OtherSchemaError:
        database.close()
        raise sqlite3.DatabaseError(f"{path} is a database, but no outbox") from None
    except sqlite3.Error as error:
        database.close()
        raise sqlite3.DatabaseError(f"{path} cannot be read as an outbox: {error}") from error
    return database


def _check_schema(database: sqlite3.Connection) -> None:
    kinds = database.execute("SELECT type FROM sqlite_schema WHERE name = 'envelopes'").fetchall()
    columns = [row[1:3] for row in database.execute("PRAGMA table_info(envelopes)")]
    if kinds != [("table",)] or columns != _COLUMNS:
        raise _OtherSchemaError


def _set_aside(path: Path) -> None:
    """Move a broken file and its log out of the way, so that a person can look at it."""
    stamp = f"{time.time_ns()}"
    for suffix in ("", "-wal", "-shm"):
        broken = path.with_name(path.name + suffix)
        if broken.exists():
            broken.replace(path.with_name(f"{path.name}.broken-{stamp}{suffix}"))
