"""Claims: who is sending what, and when what may be tried again; so that several processes share one outbox.

Guarantees:

1. No two processes send one event at the same time: a claim is taken in one transaction, and holds for `LEASE_SECONDS`.
2. A process that dies with a claim loses it when that time is over, and another one sends the event, under the same event id.
3. A server in trouble is asked by one process at a time, for one event, after a wait that grows (`tightlip.backoff`) or that it asked for;
   all processes know of it, also those that start later.
4. The clock may be set: a time that lies further ahead than one could have been written is taken for past. So nothing waits for ever;
   and no storm follows, since rule 3 holds with the first answer.

They stand in a table of their own beside the envelopes, which stay as they are: earlier versions work on the same file, and a trigger
removes a claim with its event. The claim with an empty event id is the server's.
"""

from __future__ import annotations

import math
import os
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from tightlip.backoff import OF_EVENT, OF_SERVER

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from tightlip.outbox import Outbox

#: Longer than a try takes (`tightlip.transport.TRY_SECONDS`) and a look-up of a name besides.
LEASE_SECONDS: Final = 60.0
#: No wait is longer: what a server may ask for (`tightlip.rate_limits.LONGEST_SECONDS`); backoff stays below it.
LONGEST_SECONDS: Final = 86_400.0
#: Nothing waits.
NEVER: Final = math.inf

_TABLE: Final = (
    "CREATE TABLE IF NOT EXISTS claims (event_id TEXT PRIMARY KEY, owner TEXT NOT NULL, until REAL NOT NULL, "
    "attempts INTEGER NOT NULL, not_before REAL NOT NULL) STRICT"
)
_TRIGGER: Final = (
    "CREATE TRIGGER IF NOT EXISTS claims_of_removed AFTER DELETE ON envelopes "
    "BEGIN DELETE FROM claims WHERE event_id = OLD.event_id; END"
)
_OF_SERVER: Final = ""
#: Seconds from now, 0 where a time is past or further ahead than possible.
_HELD: Final = (
    "CASE WHEN c.until > :now AND c.until <= :now + :lease AND c.owner <> :owner THEN c.until - :now ELSE 0 END"
)
_PUT_OFF: Final = (
    "CASE WHEN c.not_before > :now AND c.not_before <= :now + :longest THEN c.not_before - :now ELSE 0 END"
)
_WAITING: Final = (
    f"SELECT e.event_id, coalesce(c.attempts, 0), coalesce(max({_HELD}, {_PUT_OFF}), 0.0) AS wait "  # noqa: S608 - our own text
    "FROM envelopes e LEFT JOIN claims c ON c.event_id = e.event_id "
    "WHERE :before IS NULL OR e.created <= :before OR e.created > :now ORDER BY wait > 0, e.created LIMIT 1"
)
_SOONEST: Final = f"SELECT min(wait) FROM ({_WAITING.partition(' ORDER BY')[0]})"  # noqa: S608 - our own text
_SERVER: Final = f"SELECT c.attempts, {_HELD}, {_PUT_OFF} FROM claims c WHERE c.event_id = ''"  # noqa: S608 - our own text
_SET: Final = (
    "INSERT INTO claims VALUES (:event_id, :owner, :until, :attempts, :not_before) ON CONFLICT (event_id) DO UPDATE SET "
    "owner = excluded.owner, until = excluded.until, attempts = excluded.attempts, not_before = excluded.not_before"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """An event that is ours to send for a while.

    Attributes:
        event_id: Its id.
        envelope: What to send.
        attempts: How many tries have failed.
        is_stored: Whether it is on the disk; else only in this process's memory.
    """

    event_id: str
    envelope: bytes
    attempts: int
    is_stored: bool


@dataclass(frozen=True, slots=True)
class _Server:
    """What this process itself knows of the server: by a clock that nobody sets."""

    failures: int = 0
    not_before: float = -math.inf


class Claims:
    """The claims of one sender.

    Args:
        outbox: Where the envelopes are.
        clock: Seconds since the epoch, as all processes see it; None: `time.time`, looked up each time, as the outbox does: where a
            test of the host's has frozen one of the two, everything would be too old.
        monotonic: Seconds by a clock of this process that is never set.
    """

    def __init__(
        self, outbox: Outbox, clock: Callable[[], float] | None = None, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._outbox = outbox
        self._clock = clock or _now
        self._monotonic = monotonic
        self._owner = os.urandom(8).hex()
        self._pid = os.getpid()
        self._server = _Server()
        #: Of events in memory: failed tries, and when the next may be.
        self._held: dict[str, tuple[int, float]] = {}
        #: Events that the server has and that could not be removed yet (a full disk): never sent again by this process.
        self._taken: set[str] = set()
        self._outdated = 0

    def take(self, *, before: float | None = None) -> Claim | float:
        """The next event that is due, now claimed; else the seconds until one may be, `NEVER` if none waits.

        Args:
            before: Only those that were stored by that time (seconds since the epoch), or in what is the future now.

        Raises:
            sqlite3.Error: The file cannot be read or locked.
            OSError: Neither.
        """
        self._after_fork()
        paused = self._server.not_before - self._monotonic()
        if paused > 0:
            return paused if self._outbox.may_hold() else NEVER
        found = self._from_memory(before)
        if isinstance(found, Claim):
            return found
        with self._outbox.transaction(writes=True) as database:
            if database is None:
                return found
            _prepare(database)
            stored = self._from_file(database, before)
        return stored if isinstance(stored, Claim) else min(found, stored)

    def done(self, claim: Claim, wait: float = 0.0) -> None:
        """The server has ``claim``, or never will: it is removed.

        Args:
            claim: The event.
            wait: Seconds that the server wants to be left alone.

        Raises:
            sqlite3.Error: The file cannot be written. This process does not send the event again.
            OSError: Neither.
        """
        # A pause that another process was told meanwhile stays.
        self._server = _Server(
            0, self._monotonic() + min(wait, LONGEST_SECONDS) if wait > 0 else self._server.not_before
        )
        if not claim.is_stored:
            self._outbox.memory.pop(claim.event_id, None)
            self._held.pop(claim.event_id, None)
            return
        self._taken.add(claim.event_id)
        with self._outbox.transaction(writes=True) as database:
            if database is not None:
                _prepare(database)
                self._remove_taken(database)
                database.execute("UPDATE claims SET attempts = 0, until = 0 WHERE event_id = ''")
                if wait > 0:
                    self._set(database, _OF_SERVER, attempts=0, not_before=self._clock() + _pause(0, wait))
        self._taken.clear()

    def put_off(self, claim: Claim, wait: float = 0.0) -> None:
        """The try failed: the event waits, and so does every other one, for a shorter time or as long as the server asks.

        Args:
            claim: The event.
            wait: Seconds that the server wants to be left alone.

        Raises:
            sqlite3.Error: The file cannot be written.
            OSError: Neither.
        """
        failures, now = self._server.failures + 1, self._monotonic()
        of_event = OF_EVENT.seconds(claim.attempts + 1)
        self._server = replace(self._server, failures=failures, not_before=now + _pause(failures, wait))
        if not claim.is_stored:
            self._held[claim.event_id] = (claim.attempts + 1, now + of_event)
            return
        with self._outbox.transaction(writes=True) as database:
            if database is None or not _is_there(database, claim.event_id):
                return  # removed meanwhile
            known = database.execute("SELECT attempts FROM claims WHERE event_id = ''").fetchone()
            failures = max(failures, 1 + (known[0] if known else 0))
            pause, clock = _pause(failures, wait), self._clock()
            self._server = _Server(failures, now + pause)
            self._set(database, claim.event_id, attempts=claim.attempts + 1, not_before=clock + of_event)
            self._set(database, _OF_SERVER, attempts=failures, not_before=clock + pause)

    def release(self, claim: Claim) -> None:
        """It was not tried: another process may take it at once.

        Raises:
            sqlite3.Error: The file cannot be written.
            OSError: Neither.
        """
        if claim.is_stored:
            with self._outbox.transaction(writes=True) as database:
                if database is not None and _is_there(database, claim.event_id):
                    self._set(database, claim.event_id, attempts=claim.attempts, not_before=0.0)

    def outdated(self) -> int:
        """How many events have become too old, or too many, since this was asked last."""
        count, self._outdated = self._outdated, 0
        return count

    def forget(self) -> None:
        """The outbox was emptied."""
        self._held.clear()
        self._taken.clear()

    def _after_fork(self) -> None:
        if self._pid != os.getpid():
            # Another process: what it knows of the server holds, the claims and the memory are its parent's.
            self._pid, self._owner = os.getpid(), os.urandom(8).hex()
            self.forget()

    def _from_memory(self, before: float | None) -> Claim | float:
        now, soonest, clock = self._monotonic(), NEVER, self._clock()
        for event_id, (created, envelope) in list(self._outbox.memory.items()):
            if before is not None and before < created <= clock:
                continue
            attempts, not_before = self._held.get(event_id, (0, -math.inf))
            if not_before <= now:
                return Claim(event_id, envelope, attempts, is_stored=False)
            soonest = min(soonest, not_before - now)
        return soonest

    def _from_file(self, database: sqlite3.Connection, before: float | None) -> Claim | float:
        self._remove_taken(database)
        now = self._clock()
        self._outdated += self._outbox.enforce(database, now)
        values = {
            "now": now,
            "lease": LEASE_SECONDS,
            "longest": LONGEST_SECONDS,
            "owner": self._owner,
            "before": before,
        }
        row = database.execute(_WAITING, values).fetchone()
        if row is None:
            return NEVER
        failures, held, put_off = database.execute(_SERVER, values).fetchone() or (0, 0, 0)
        wait = max(put_off, held if failures else 0)
        if wait > 0:
            return float(wait)
        event_id, attempts, wait = row
        if wait > 0:
            return float(database.execute(_SOONEST, values).fetchone()[0])
        if failures:  # one asks whether it is well again
            self._set(database, _OF_SERVER, attempts=failures, not_before=0.0, until=now + LEASE_SECONDS)
        self._set(database, event_id, attempts=attempts, not_before=0.0, until=now + LEASE_SECONDS)
        envelope = database.execute("SELECT envelope FROM envelopes WHERE event_id = ?", (event_id,)).fetchone()[0]
        return Claim(event_id, bytes(envelope), attempts, is_stored=True)

    def _remove_taken(self, database: sqlite3.Connection) -> None:
        database.executemany("DELETE FROM envelopes WHERE event_id = ?", [(event_id,) for event_id in self._taken])

    def _set(
        self, database: sqlite3.Connection, event_id: str, *, attempts: int, not_before: float, until: float = 0.0
    ) -> None:
        row = {
            "event_id": event_id,
            "owner": self._owner,
            "until": until,
            "attempts": attempts,
            "not_before": not_before,
        }
        database.execute(_SET, row)


def _now() -> float:
    return time.time()


def _prepare(database: sqlite3.Connection) -> None:
    database.execute(_TABLE)
    database.execute(_TRIGGER)


def _is_there(database: sqlite3.Connection, event_id: str) -> bool:
    return database.execute("SELECT 1 FROM envelopes WHERE event_id = ?", (event_id,)).fetchone() is not None


def _pause(failures: int, wait: float) -> float:
    return min(wait, LONGEST_SECONDS) if wait > 0 else OF_SERVER.seconds(failures)
