"""Claims: several processes share one outbox; no event is sent twice at once, none is forgotten, and a server in trouble has its peace."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from tightlip.backoff import LEAST_SECONDS, OF_EVENT, OF_SERVER, Backoff, drawn
from tightlip.claims import LEASE_SECONDS, LONGEST_SECONDS, NEVER, Claim, Claims
from tightlip.outbox import Bounds, Outbox

if TYPE_CHECKING:
    from pathlib import Path


class Time:
    """The clock on the wall, which may be set, and one that never is."""

    def __init__(self) -> None:
        self.wall = 2_000_000_000.0
        self.steady = 500.0

    def sleep(self, seconds: float) -> None:
        self.wall += seconds
        self.steady += seconds


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    made = Time()
    monkeypatch.setattr("tightlip.outbox.time.time", lambda: made.wall)
    return made


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outbox.sqlite3"


class Process:
    """What one process has: an outbox and claims of its own."""

    def __init__(self, path: Path | None, time: Time, bounds: Bounds | None = None) -> None:
        self.outbox = Outbox(path, bounds)
        self.claims = Claims(self.outbox, lambda: time.wall, lambda: time.steady)

    def add(self, *names: str) -> None:
        for name in names:
            self.outbox.add(name, name.encode())

    def taken(self) -> Claim:
        found = self.claims.take()
        assert isinstance(found, Claim)
        return found

    def wait(self) -> float:
        found = self.claims.take()
        assert isinstance(found, float)
        return found


@pytest.fixture
def one(path: Path, time: Time) -> Process:
    return Process(path, time)


@pytest.fixture
def other(path: Path, time: Time) -> Process:
    return Process(path, time)


class TestTaking:
    def test_nothing_there(self, one: Process, path: Path) -> None:
        """Nothing waits, and no file is made to find that out."""
        assert one.wait() == NEVER
        assert not path.exists()

    def test_the_oldest_first(self, one: Process, time: Time) -> None:
        """In the order in which they were stored."""
        for name in ("a", "b", "c"):
            one.add(name)
            time.sleep(1)
        found = list[tuple[str, bytes]]()
        for _ in range(3):
            claim = one.taken()
            found.append((claim.event_id, claim.envelope))
            one.claims.done(claim)
        assert found == [("a", b"a"), ("b", b"b"), ("c", b"c")]
        assert one.wait() == NEVER

    def test_two_processes_never_have_the_same(self, one: Process, other: Process) -> None:
        """What one has the other does not get, and waits for no longer than the lease."""
        one.add("a", "b")
        first, second = one.taken(), other.taken()
        assert {first.event_id, second.event_id} == {"a", "b"}
        other.claims._owner += "x"  # a third process
        assert 0 < other.wait() <= LEASE_SECONDS

    def test_a_dead_process_loses_it(self, one: Process, other: Process, time: Time) -> None:
        """When its lease is over another one gets the event, under the same id."""
        one.add("a")
        assert one.taken().event_id == "a"
        assert 0 < other.wait() <= LEASE_SECONDS
        time.sleep(LEASE_SECONDS + 1)
        assert other.taken().event_id == "a"

    def test_what_was_released_is_free_at_once(self, one: Process, other: Process) -> None:
        """It was not tried, so nothing is held against it."""
        one.add("a")
        one.claims.release(one.taken())
        assert other.taken() == Claim("a", b"a", 0, is_stored=True)

    def test_only_what_was_there_before(self, one: Process, time: Time) -> None:
        """A process that leaves its own events to the next one sends the earlier ones."""
        one.add("earlier")
        time.sleep(10)
        started = time.wall
        time.sleep(1)
        one.add("own")
        claim = one.claims.take(before=started)
        assert isinstance(claim, Claim)
        assert claim.event_id == "earlier"
        one.claims.done(claim)
        assert one.claims.take(before=started) == NEVER

    def test_what_is_too_old_is_not_sent(self, path: Path, time: Time) -> None:
        """The bounds of the outbox hold for what waits."""
        process = Process(path, time, Bounds(age=100))
        process.add("a")
        time.sleep(200)
        assert process.wait() == NEVER
        assert process.outbox.entries() == []

    def test_processes_at_once(self, path: Path) -> None:
        """Three real processes share fifteen events: each is taken once, and all are."""
        outbox = Outbox(path)
        for number in range(15):
            outbox.add(f"{number:02}", b"x")
        script = (
            "import sys; from tightlip.claims import Claims; from tightlip.outbox import Outbox\n"
            "claims = Claims(Outbox(sys.argv[1]))\n"
            "while not isinstance(found := claims.take(), float): print(found.event_id); claims.done(found)\n"
        )
        running = [
            subprocess.Popen([sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE, text=True, env={"PYTHONPATH": ":".join(sys.path)})
            for _ in range(3)
        ]  # fmt: skip
        taken = [line for process in running for line in process.communicate(timeout=300)[0].split()]
        assert [process.returncode for process in running] == [0, 0, 0]
        assert sorted(taken) == [f"{number:02}" for number in range(15)]
        assert outbox.entries() == []


class TestAfterFailure:
    def test_the_event_waits_and_longer_each_time(
        self, one: Process, time: Time, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The waits double, up to a bound."""
        monkeypatch.setattr("tightlip.backoff.drawn", lambda: 0.5)
        one.add("a")
        waits = list[float]()
        for failures in range(14):
            claim = one.taken()
            assert claim.attempts == failures
            one.claims.put_off(claim)
            wait = 0.0
            while not isinstance(found := one.claims.take(), Claim):
                time.sleep(found + 0.001)
                wait += found
            one.claims.release(found)
            waits.append(wait)
        assert waits[:3] == pytest.approx([1 + 5, 1 + 10, 1 + 20], abs=0.1)
        assert waits[-1] == pytest.approx(1 + OF_EVENT.most / 2, abs=1)
        assert max(waits) <= OF_EVENT.most + LEAST_SECONDS + 1

    def test_the_server_is_asked_by_one_for_all(self, one: Process, other: Process, time: Time) -> None:
        """After a failure no other event is tried at once, by this process or another, or by one that starts later."""
        one.add("a", "b", "c")
        one.claims.put_off(one.taken())
        assert one.wait() <= OF_SERVER.first + LEAST_SECONDS
        assert 0 < other.wait() <= OF_SERVER.first + LEAST_SECONDS
        time.sleep(OF_SERVER.first + LEAST_SECONDS + 0.1)
        probing = one.taken()
        assert 0 < other.wait() <= LEASE_SECONDS  # one asks whether it is well again
        one.claims.done(probing)
        assert other.taken().event_id in "abc"

    def test_a_server_that_is_down_is_asked_seldom(self, path: Path, time: Time) -> None:
        """Thirty events and three processes for six hours: tries are few, whatever waits."""
        processes = [Process(path, time) for _ in range(3)]
        processes[0].add(*(f"{number:03}" for number in range(30)))
        end, tries = time.wall + 21_600, 0
        while time.wall < end:
            waits = list[float]()
            for process in processes:
                found = process.claims.take()
                if isinstance(found, Claim):
                    tries += 1
                    process.claims.put_off(found)
                    found = 0.0
                waits.append(found)
            time.sleep(max(min(waits), 1.0))
        assert 9 <= tries <= 60

    def test_others_go_past_one_that_the_server_stumbles_over(self, one: Process, time: Time) -> None:
        """The rest is sent while it waits, and the server is in no trouble any more."""
        one.add("bad")
        time.sleep(0.01)
        one.add("good", "better")
        bad = one.taken()
        one.claims.put_off(bad)
        time.sleep(OF_SERVER.first + LEAST_SECONDS)
        sent = list[str]()
        while len(sent) < 2:
            claim = one.claims.take()
            if not isinstance(claim, Claim):
                time.sleep(claim + 0.001)
            elif claim.event_id == "bad":
                one.claims.put_off(claim)
            else:
                sent.append(claim.event_id)
                one.claims.done(claim)
        assert sorted(sent) == ["better", "good"]

    def test_a_wait_that_the_server_asks_for(self, one: Process, other: Process, time: Time) -> None:
        """All obey it, also a process that knows of it only by the file; and after a success, too."""
        one.add("a", "b")
        one.claims.put_off(one.taken(), wait=300)
        assert one.wait() == pytest.approx(300)
        assert other.wait() == pytest.approx(300)
        time.sleep(301)
        one.claims.done(one.taken(), wait=100)
        assert one.wait() == pytest.approx(100)
        assert other.wait() == pytest.approx(100)

    def test_a_success_of_another_does_not_end_it(self, one: Process, other: Process, time: Time) -> None:
        """A try that was under way when the server asked for peace says nothing about that."""
        one.add("a", "b", "c")
        slow, limited = one.taken(), other.taken()
        other.claims.put_off(limited, wait=300)
        one.claims.done(slow)
        assert other.wait() == pytest.approx(300)
        assert one.wait() == pytest.approx(300)

    def test_an_endless_wait_is_none(self, one: Process) -> None:
        """What a server asks for is bounded."""
        one.add("a")
        one.claims.put_off(one.taken(), wait=1e12)
        assert one.wait() <= LONGEST_SECONDS


class TestClock:
    @pytest.mark.parametrize("years", [1, 30])
    def test_set_back(self, one: Process, path: Path, time: Time, years: int) -> None:
        """Neither a lease nor a wait from the future holds for ever, and one answer ends the rush."""
        one.add(*(f"{number}" for number in range(20)))
        dead = one.taken()
        assert dead.attempts == 0
        one.claims.put_off(Process(path, time).taken(), wait=1_000)
        time.wall -= years * 365 * 86_400.0
        fresh = Process(path, time)
        tries = 0
        while isinstance(found := fresh.claims.take(), Claim):
            tries += 1
            fresh.claims.put_off(found)
        assert tries == 1
        assert found <= 2 * OF_SERVER.first + LEAST_SECONDS

    def test_set_back_a_little(self, one: Process, path: Path, time: Time) -> None:
        """A wait is at most so much longer."""
        one.add("a")
        one.claims.put_off(one.taken(), wait=60)
        time.wall -= 600
        assert Process(path, time).wait() == pytest.approx(660)

    def test_set_forward(self, one: Process, path: Path, time: Time) -> None:
        """The process that failed waits by a clock that nobody sets; the outbox keeps what is not too old."""
        one.add("a")
        one.claims.put_off(one.taken(), wait=60)
        time.wall += 86_400
        assert one.wait() == pytest.approx(60)
        assert Process(path, time).taken().event_id == "a"


class TestFile:
    @staticmethod
    def rows(path: Path, table: str) -> list[Any]:
        with closing(sqlite3.connect(path)) as database:
            return database.execute(f"SELECT event_id FROM {table} WHERE event_id <> ''").fetchall()

    def test_a_claim_goes_with_its_event(self, one: Process, path: Path) -> None:
        """Whoever removes an event, also an earlier version that knows nothing of claims."""
        one.add("a", "b", "c")
        for _ in range(3):
            one.taken()
            one.claims._owner += "x"  # as another process
        assert len(self.rows(path, "claims")) == 3
        one.outbox.remove("a")
        with closing(sqlite3.connect(path)) as database, database:
            database.execute("DELETE FROM envelopes WHERE event_id = 'b'")
        assert self.rows(path, "claims") == self.rows(path, "envelopes") == [("c",)]
        one.outbox.purge()
        assert self.rows(path, "claims") == []

    def test_a_file_of_an_earlier_version(self, path: Path, time: Time) -> None:
        """Without the table it works as with it, and stays an outbox."""
        with closing(sqlite3.connect(path)) as database, database:
            database.execute(
                "CREATE TABLE envelopes (event_id TEXT PRIMARY KEY, created REAL NOT NULL, size INTEGER NOT NULL, envelope BLOB NOT NULL) STRICT"
            )
            database.execute("INSERT INTO envelopes VALUES ('a', ?, 1, x'41')", (time.wall - 5,))
        process = Process(path, time)
        claim = process.taken()
        assert claim.envelope == b"A"
        process.claims.done(claim)
        process.add("b")
        assert [entry.event_id for entry in process.outbox.entries()] == ["b"]

    def test_an_event_that_the_server_has_and_that_cannot_be_removed(
        self, one: Process, time: Time, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It is not sent again by this process, and is removed as soon as that can be done."""
        one.add("a", "b")
        claim = one.taken()

        def full(*_: object) -> None:
            raise sqlite3.OperationalError("database or disk is full")

        with monkeypatch.context() as patch:
            patch.setattr(one.claims, "_remove_taken", full)
            with pytest.raises(sqlite3.OperationalError):
                one.claims.done(claim)
        time.sleep(LEASE_SECONDS * 2)
        assert one.taken().event_id == "b"
        assert [entry.event_id for entry in one.outbox.entries()] == ["b"]

    def test_removed_meanwhile(self, one: Process, path: Path) -> None:
        """An event that somebody deleted while it was tried is no error, and no claim is left behind."""
        for settle in (one.claims.done, one.claims.put_off, one.claims.release):
            one.claims._server = type(one.claims._server)()
            one.add("a")
            claim = one.taken()
            one.outbox.purge()
            settle(claim)
            assert self.rows(path, "claims") == []


class TestMemory:
    def test_without_a_file(self, time: Time) -> None:
        """What is in memory is sent and put off the same way."""
        process = Process(None, time)
        process.add("a", "b")
        process.claims.done(process.taken())
        assert [entry.event_id for entry in process.outbox.entries()] == ["b"]
        process.claims.put_off(process.taken())
        assert 0 < process.wait() <= OF_SERVER.first + LEAST_SECONDS
        time.sleep(OF_EVENT.first + LEAST_SECONDS)
        assert process.taken().attempts == 1


class TestBackoff:
    def test_full_jitter(self) -> None:
        """From a second up to the bound, which doubles."""
        backoff = Backoff(first=10, most=100)
        assert [backoff.seconds(failures, lambda: 0.0) for failures in (1, 2, 9)] == [1.0, 1.0, 1.0]
        assert [backoff.seconds(failures, lambda: 1.0) for failures in (1, 2, 3, 4, 5, 10**9)] == [
            11,
            21,
            41,
            81,
            101,
            101,
        ]

    def test_draws_are_spread(self) -> None:
        """Evenly from 0 to 1, and without the module ``random``, whose numbers are the host's."""
        import random

        random.seed(1)
        before = random.getstate()
        found = [drawn() for _ in range(2_000)]
        assert random.getstate() == before
        assert all(0 <= number < 1 for number in found)
        assert all(any(tenth / 10 <= number < (tenth + 1) / 10 for number in found) for tenth in range(10))
