"""The file of an outbox: how it is opened, locked, looked into, set aside and erased.

Who writes holds the file's lock and has made sure that it is still the one at its path (`locked`): another process may just have
erased it, and what is written into a deleted file is lost.
"""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

#: Seconds to wait for another process's transaction.
_BUSY_SECONDS = 2.0
_RETRY_SECONDS = 0.005
#: How often a file may be replaced between being opened and being locked.
_MOST_OPENINGS = 20
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


def locked(path: Path, *, create: bool, seconds: float | None = None) -> sqlite3.Connection | None:
    """A connection that has the write lock of the file that is at ``path`` now; None if there is none any more, or nothing in it yet.

    Args:
        path: The file.
        create: Make it, and set one aside that SQLite cannot read.
        seconds: How long each of the two locks that making takes may be waited for; None: as usual.

    Raises:
        sqlite3.Error: The file is no outbox, or cannot be locked in time.
        OSError: It cannot be made.
    """
    seconds = _BUSY_SECONDS if seconds is None else seconds
    for _ in range(_MOST_OPENINGS):
        if create:
            _make(path)
        before = _identity(path)
        if before is None and not create:
            return None
        database: sqlite3.Connection | None = None
        try:
            database = _opened(path, before, seconds) if create else looked_into(path)
            if database is None:
                return None
            database.execute("PRAGMA synchronous=NORMAL")
            database.execute("BEGIN IMMEDIATE")
            is_there = before is not None and _identity(path) == before
        except BaseException as error:
            if database is not None:
                database.close()
            if not isinstance(error, (sqlite3.Error, _OtherSchemaError)) or _identity(path) == before:
                raise
        else:
            if is_there:
                return database
            database.close()
        time.sleep(_RETRY_SECONDS)  # erased, or set aside, by another process
    raise sqlite3.OperationalError("the file is replaced again and again")


def _opened(path: Path, before: tuple[int, int] | None, seconds: float) -> sqlite3.Connection:
    end = time.monotonic() + seconds
    while True:
        try:
            return _connect(path, seconds)
        except (sqlite3.DatabaseError, _OtherSchemaError) as error:
            name = getattr(error, "sqlite_errorname", "")
            if name.startswith("SQLITE_BUSY") and time.monotonic() < end:
                # Two processes that switch a new file to WAL at once: SQLite does not wait there by itself.
                time.sleep(_RETRY_SECONDS)
                continue
            if type(error) is not _OtherSchemaError and name not in _CORRUPT:
                raise
            if _identity(path) != before:
                raise  # what cannot be read is gone, and what is there now was not looked at
            break
    _set_aside(path)
    return _connect(path, seconds)


def _make(path: Path) -> None:
    """Make the file before SQLite does it with the host's umask."""
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def erased(path: Path) -> int:
    """Delete all envelopes, their bytes and, if no other process is in the middle of something, the file; how many there were.

    Raises:
        sqlite3.Error: The file is no outbox, or cannot be locked in time.
    """
    database = locked(path, create=False)
    if database is None:
        return 0
    with closing(database):
        database.execute("PRAGMA secure_delete=ON")  # a deleted row's bytes would stay in the file
        with database:
            count = database.execute("DELETE FROM envelopes").rowcount
        with suppress(sqlite3.OperationalError, OSError):  # in use: it stays, and is empty
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            # Back to a journal: then the log is gone, and the lock below is one that any other process sees.
            database.execute("PRAGMA journal_mode=DELETE")
            database.execute("BEGIN EXCLUSIVE")
            if database.execute("SELECT 1 FROM envelopes LIMIT 1").fetchone() is None:
                path.unlink()
            database.rollback()
    return count


def _connect(path: Path, seconds: float) -> sqlite3.Connection:
    _make(path)
    database = sqlite3.connect(path, timeout=seconds)
    try:
        database.execute("PRAGMA journal_mode=WAL")
        database.executescript(_SCHEMA)
        _check_schema(database)
        database.execute("SELECT event_id, created, size, envelope FROM envelopes LIMIT 1").fetchone()
    except BaseException:
        database.close()
        raise
    return database


def has_content(path: Path) -> bool:
    """Whether there is a file with anything in it."""
    try:
        return path.stat().st_size > 0
    except OSError:
        return False


def looked_into(path: Path) -> sqlite3.Connection | None:
    """A connection to an outbox that is there; None for a database without tables, as another process may just have made it.

    Raises:
        sqlite3.Error: It is none.
    """
    database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=_BUSY_SECONDS)
    try:
        if database.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone() is None:
            database.close()
            return None
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
