"""The sender: what it sends and when, and that it stops; with a transport of the test's own."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from tightlip import Delivery
from tightlip.claims import NEVER, Claims
from tightlip.consent import Decision
from tightlip.delivery import Sender
from tightlip.outbox import Outbox
from tightlip.types import Answer
from tightlip.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[1]
WAIT = 60.0
YES = Decision(allowed=True, source="test", is_said=True)
#: Said by the user; not understood; a default.
NO = Decision(allowed=False, source="test", is_said=True)
BROKEN = Decision(allowed=False, source="test")
TAKEN, LATER = Answer("taken", "200"), Answer("later", "no connection")


class Wire:
    """A transport that remembers, and answers what it is told."""

    def __init__(self) -> None:
        self.sent = list[str]()
        self.answers: Callable[[str], Answer] = lambda _: TAKEN
        self.open = threading.Event()
        self.open.set()
        self.entered = threading.Event()
        self.closed = 0

    def __call__(self, envelope: bytes) -> Answer:
        self.sent.append(envelope.decode())
        self.entered.set()
        if not self.open.wait(WAIT):
            return Answer("later", "time-out")
        return self.answers(envelope.decode())

    def close(self) -> None:
        self.closed += 1
        self.answers = (lambda _: LATER) if not self.open.is_set() else self.answers
        self.open.set()


class Bench:
    """A sender and what it needs."""

    def __init__(self, path: Path | None, delivery: Delivery, *, has_wire: bool = True) -> None:
        self.decision = YES
        self.counts = list[str]()
        self.wire = Wire()
        self.outbox = Outbox(path)
        self.sender = Sender(
            self.outbox, self.wire if has_wire else None, delivery, lambda: self.decision, self.counts.append
        )

    def store(self, *names: str) -> None:
        for name in names:
            self.outbox.add(name, name.encode())
        self.sender.stored()

    @property
    def waiting(self) -> list[str]:
        return [entry.event_id for entry in self.outbox.entries()]


Make: TypeAlias = "Callable[..., Bench]"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "outbox.sqlite3"


@pytest.fixture
def bench(path: Path) -> Iterator[Make]:
    made = list[Bench]()

    def make(mode: Any = "background", where: Path | None = path, **options: Any) -> Bench:
        made.append(Bench(where, Delivery(mode), **options))
        return made[-1]

    yield make
    for one in made:
        one.wire.open.set()
        one.sender.end(WAIT, is_final=True)
    assert not [thread for thread in threading.enumerate() if thread.name == "tightlip sender"]


def until(condition: Callable[[], object]) -> bool:
    end = time.monotonic() + WAIT
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.005)
    return False


class TestModes:
    def test_background(self, bench: Make) -> None:
        """What is stored is sent soon, without being asked for."""
        one = bench()
        one.store("a", "b")
        assert until(lambda: not one.waiting)
        assert one.wire.sent == ["a", "b"]
        assert one.counts == ["sent", "sent"]

    @pytest.mark.parametrize("mode", ["at_exit", "next_run", "manual"])
    def test_nothing_in_the_background(self, bench: Make, mode: str) -> None:
        """In the other modes it stays, also when the thread runs."""
        one = bench(mode)
        one.store("a")
        one.sender.begin()
        assert until(lambda: one.sender.ident is None or one.sender._thread.is_idle)
        assert one.wire.sent == []
        assert one.waiting == ["a"]

    @pytest.mark.parametrize(
        ("mode", "is_sent"), [("background", True), ("at_exit", True), ("next_run", False), ("manual", False)]
    )
    def test_the_end(self, bench: Make, mode: str, is_sent: bool) -> None:
        """At the end of the process those are sent that the mode says."""
        one = bench(mode)
        one.outbox.add("a", b"a")
        assert one.sender.end(WAIT)
        assert one.wire.sent == (["a"] if is_sent else [])

    @pytest.mark.parametrize(
        ("mode", "is_sent"), [("background", True), ("at_exit", True), ("next_run", False), ("manual", True)]
    )
    def test_flush(self, bench: Make, mode: str, is_sent: bool) -> None:
        """Asked for, all is sent but what belongs to the next run."""
        one = bench(mode)
        one.store("a")
        assert one.sender.flush(WAIT)
        assert one.wire.sent == (["a"] if is_sent else [])

    @pytest.mark.parametrize(
        ("mode", "is_sent"), [("background", True), ("at_exit", False), ("next_run", True), ("manual", False)]
    )
    def test_what_earlier_runs_have_left(self, bench: Make, path: Path, mode: str, is_sent: bool) -> None:
        """At the first use."""
        Outbox(path).add("earlier", b"earlier")
        time.sleep(0.01)
        one = bench(mode)
        one.sender.begin()
        assert until(lambda: one.sender.ident is None or one.sender._thread.is_idle)
        assert one.wire.sent == (["earlier"] if is_sent else [])

    def test_an_empty_outbox_starts_nothing(self, bench: Make, path: Path) -> None:
        """No thread, and no file."""
        one = bench()
        one.sender.begin()
        assert one.sender.flush(WAIT)
        assert one.sender.end(WAIT)
        assert one.sender.ident is None
        assert not path.parent.exists()

    def test_in_memory(self, bench: Make) -> None:
        """Without a file it works the same way."""
        one = bench(where=None)
        one.store("a")
        assert until(lambda: not one.waiting)
        assert one.wire.sent == ["a"]


class TestAnswers:
    def test_later(self, bench: Make) -> None:
        """It stays, is tried once in each round at most, and the rest is left alone too."""
        one = bench()
        one.wire.answers = lambda _: LATER
        one.store("a", "b")
        assert one.sender.flush(WAIT)
        assert one.sender.flush(WAIT)
        assert len(one.wire.sent) == 1
        assert one.waiting == ["a", "b"]
        assert one.counts == ["unsent"]

    def test_it_is_tried_again_by_itself(self, bench: Make, monkeypatch: pytest.MonkeyPatch) -> None:
        """After its wait, without anything else happening."""
        monkeypatch.setattr("tightlip.backoff.LEAST_SECONDS", 0.05)
        monkeypatch.setattr("tightlip.backoff.drawn", lambda: 0.0)
        one = bench()
        one.wire.answers = lambda _: TAKEN if len(one.wire.sent) > 2 else LATER
        one.store("a")
        assert until(lambda: not one.waiting)
        assert one.wire.sent == ["a"] * 3

    def test_refused(self, bench: Make) -> None:
        """It is dropped, and counted by the server's reason."""
        one = bench()
        one.wire.answers = lambda name: Answer("refused", "413") if name == "a" else TAKEN
        one.store("a", "b")
        assert one.sender.flush(WAIT)
        assert one.waiting == []
        assert sorted(one.counts) == ["dropped.delivery.413", "sent"]

    def test_a_wait(self, bench: Make, path: Path) -> None:
        """A server that takes one and wants peace gets it, from the next process too."""
        one = bench()
        one.wire.answers = lambda _: Answer("taken", "200", wait=600.0)
        one.store("a", "b")
        assert one.sender.flush(WAIT)
        other = bench()
        assert other.sender.flush(WAIT)
        assert (one.wire.sent, other.wire.sent, one.waiting) == (["a"], [], ["b"])

    def test_what_has_become_too_old_is_counted(self, bench: Make, path: Path) -> None:
        """It is not sent, and does not go without a word."""
        Outbox(path).add("a", b"a")
        database = sqlite3.connect(path)
        with database:
            database.execute("UPDATE envelopes SET created = created - 31 * 86400")
        database.close()
        one = bench()
        assert one.sender.flush(WAIT)
        assert (one.wire.sent, one.waiting, one.counts) == ([], [], ["dropped.outbox.bounds"])

    def test_a_transport_that_raises(self, bench: Make) -> None:
        """It is counted; the thread lives on, the event is kept."""

        def broken(_: str) -> Answer:
            raise RuntimeError("canary")

        one = bench()
        one.wire.answers = broken
        one.store("a")
        assert one.sender.flush(WAIT)
        assert one.counts == ["failed.delivery.RuntimeError", "unsent"]
        assert one.waiting == ["a"]

    @pytest.mark.parametrize("kind", ["garbage", "other database", "folder"])
    def test_an_outbox_that_cannot_be_read(self, bench: Make, path: Path, kind: str) -> None:
        """Nothing is sent, nothing raised, and the file is as it was."""
        path.parent.mkdir(parents=True)
        one = bench()
        if kind == "garbage":
            path.write_bytes(b"garbage " * 1_000)
        elif kind == "folder":
            path.mkdir()
        else:
            database = sqlite3.connect(path)
            database.execute("CREATE TABLE mine (x)")
            database.close()
        before = None if kind == "folder" else path.read_bytes()
        assert one.sender.flush(WAIT)
        assert one.wire.sent == []
        assert [name.partition("Error")[1] for name in one.counts] == ["Error"]
        assert path.is_dir() if before is None else path.read_bytes() == before


class TestHanging:
    def test_storing_goes_on(self, bench: Make) -> None:
        """The caller never waits for the wire."""
        one = bench()
        one.wire.open.clear()
        one.store("a")
        assert one.wire.entered.wait(WAIT)
        for number in range(50):
            one.store(f"{number}")
        assert len(one.waiting) == 51
        assert len(one.wire.sent) == 1

    def test_flush_gives_up(self, bench: Make) -> None:
        """When its time is over it says so."""
        one = bench()
        one.wire.open.clear()
        one.store("a")
        assert one.sender.flush(0.05) is False

    def test_the_end_breaks_it_off(self, bench: Make) -> None:
        """The thread ends although the server never answers, and the event waits."""
        one = bench()
        one.wire.open.clear()
        one.store("a", "b")
        assert one.wire.entered.wait(WAIT)
        assert one.sender.end(0.3) is False
        assert one.wire.closed
        assert until(lambda: one.sender._thread.is_idle)
        assert one.wire.sent == ["a"]
        assert one.waiting == ["a", "b"]


class TestWithdrawal:
    @pytest.mark.parametrize("has_wire", [True, False])
    def test_it_empties_the_outbox(self, bench: Make, path: Path, has_wire: bool) -> None:
        """File and all, at the first use of a process whose user has said no; others' files are not touched."""
        Outbox(path).add("a", b"canary")
        Outbox(path).add("b", b"canary")
        (path.parent / f"{path.name}.broken-17").write_bytes(b"canary")
        other = path.with_name("other.sqlite3")
        Outbox(other).add("x", b"canary")
        one = bench(has_wire=has_wire)
        one.decision = NO
        one.sender.begin()
        assert one.sender.flush(WAIT)
        assert one.wire.sent == []
        assert one.counts == ["dropped.outbox.withdrawn"] * 2
        assert [file.name for file in path.parent.iterdir()] == ["other.sqlite3"]
        assert [entry.event_id for entry in Outbox(other).entries()] == ["x"]

    @pytest.mark.parametrize("mode", ["background", "at_exit", "next_run", "manual"])
    def test_in_every_mode(self, bench: Make, path: Path, mode: str) -> None:
        """When a capture finds that consent is gone."""
        Outbox(path).add("a", b"canary")
        one = bench(mode)
        one.decision = NO
        one.sender.forbidden(NO)
        assert until(lambda: not path.exists())

    def test_what_is_not_understood_stops_and_keeps(self, bench: Make, path: Path) -> None:
        """A broken config file is no consent, and no order to delete either."""
        Outbox(path).add("a", b"a")
        one = bench()
        one.decision = BROKEN
        one.sender.begin()
        one.sender.forbidden(BROKEN)
        assert one.sender.flush(WAIT)
        assert one.sender.end(WAIT)
        assert one.wire.sent == []
        assert one.waiting == ["a"]

    def test_while_sending(self, bench: Make, path: Path) -> None:
        """The try under way is broken off, no other follows, and what waits is gone."""
        one = bench()
        one.wire.open.clear()
        one.store("a", "b", "c")
        assert one.wire.entered.wait(WAIT)
        one.decision = NO
        one.sender.forbidden(NO)
        assert until(lambda: one.counts.count("dropped.outbox.withdrawn") == 3)
        assert not path.exists()
        assert one.wire.sent == ["a"]
        assert one.wire.closed == 1
        assert "sent" not in one.counts

    def test_between_two(self, bench: Make, path: Path) -> None:
        """Consent is looked at before each envelope, though nobody says a word."""
        one = bench()

        def answer(name: str) -> Answer:
            if name == "b":
                one.decision = NO
            return TAKEN

        one.wire.answers = answer
        one.store("a", "b", "c", "d")
        assert until(lambda: len(one.counts) == 4)
        assert not path.exists()
        assert one.wire.sent == ["a", "b"]
        assert one.counts == ["sent", "sent", "dropped.outbox.withdrawn", "dropped.outbox.withdrawn"]

    def test_after_the_claim(self, bench: Make, path: Path) -> None:
        """The last look is taken when the event is in hand."""
        one = bench()
        answers = iter([YES, NO])
        one.sender._decision = lambda: next(answers, NO)
        one.store("a")
        assert until(lambda: not path.exists())
        assert one.wire.sent == []

    def test_while_a_try_fails(self, bench: Make, path: Path) -> None:
        """The outbox is emptied when the try ends, and not after the wait that follows a failure."""
        one = bench()

        def answer(_: str) -> Answer:
            one.decision = NO
            return Answer("later", "500")

        one.wire.answers = answer
        one.store("a", "b")
        assert until(lambda: len(one.counts) == 3)
        assert not path.exists()
        assert one.wire.sent == ["a"]
        assert sorted(one.counts) == ["dropped.outbox.withdrawn", "dropped.outbox.withdrawn", "unsent"]

    def test_given_again(self, bench: Make) -> None:
        """What is stored after that is sent again, and a second no empties again."""
        one = bench()
        for number in range(3):
            one.store(f"{number}")
            assert one.sender.flush(WAIT)
            one.outbox.add("left", b"left")
            one.decision = NO
            one.sender.forbidden(NO)
            assert until(lambda: not one.outbox.may_hold())
            one.decision = YES
        assert one.wire.sent == ["0", "1", "2"]

    def test_without_an_outbox_nothing_is_touched(self, bench: Make, path: Path) -> None:
        """No file, no folder, no thread."""
        one = bench()
        one.decision = NO
        one.sender.begin()
        one.sender.forbidden(NO)
        assert one.sender.flush(WAIT)
        assert one.sender.end(WAIT)
        assert one.sender.ident is None
        assert not path.parent.exists()

    def test_no_bytes_are_left(self, path: Path) -> None:
        """While another process has the file open it cannot be deleted; what was in it is overwritten all the same."""
        outbox = Outbox(path)
        for number in range(20):
            outbox.add(f"{number}", b"canary" * 2_000)
        reader = sqlite3.connect(path)
        reader.execute("SELECT count(*) FROM envelopes").fetchone()
        assert outbox.discard() == 20
        reader.execute("SELECT count(*) FROM envelopes").fetchone()
        reader.close()
        assert b"canary" not in b"".join(file.read_bytes() for file in path.parent.iterdir())
        assert outbox.entries() == []
        assert outbox.discard() == 0
        assert not path.exists()

    def test_a_file_that_is_just_being_made(self, path: Path) -> None:
        """Between the moment that another process makes the file and that of its first table there is nothing, and nothing is wrong."""
        path.parent.mkdir(parents=True)
        with closing(sqlite3.connect(path)) as other:
            other.execute("PRAGMA journal_mode=WAL")
            outbox = Outbox(path)
            assert outbox.may_hold()
            assert outbox.discard() == 0
            assert outbox.entries() == []
            assert Claims(outbox).take() == NEVER
        outbox.add("a", b"a")
        assert [entry.event_id for entry in outbox.entries()] == ["a"]

    def test_a_file_that_is_replaced_at_that_moment(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Another process empties the outbox and a third one stores: that is found, and not the file that is gone."""
        outbox, connect = Outbox(path), sqlite3.connect
        outbox.add("a", b"canary")

        def replaced(*args: Any, **kwargs: Any) -> sqlite3.Connection:
            monkeypatch.setattr(sqlite3, "connect", connect)
            found: sqlite3.Connection = connect(*args, **kwargs)
            found.execute("SELECT 1 FROM envelopes").fetchone()
            path.unlink()
            for log in ("-wal", "-shm"):
                path.with_name(path.name + log).unlink()
            Outbox(path).add("b", b"canary")
            return found

        monkeypatch.setattr(sqlite3, "connect", replaced)
        assert outbox.discard() == 1
        assert list(path.parent.iterdir()) == []

    def test_while_others_write(self, path: Path) -> None:
        """Two processes add and one discards: what is there at the end is an outbox, and what was added last is in it."""
        script = """
            import sys; from tightlip.outbox import Outbox
            outbox = Outbox(sys.argv[1])
            for number in range(20):
                if sys.argv[2] == "discard":
                    outbox.discard()
                else:
                    outbox.add(f"{sys.argv[2]}{number}", b"x" * 3000)
                    assert not outbox.memory, outbox.where()
        """
        running = [_process(script, path, name) for name in ("a", "b", "discard")]
        assert [(process.communicate(timeout=300), process.returncode) for process in running] == [(("", ""), 0)] * 3
        outbox = Outbox(path)
        outbox.add("last", b"x")
        assert "last" in [entry.event_id for entry in outbox.entries()]
        assert list(path.parent.glob("*.broken-*")) == []


class TestSeveralProcesses:
    def test_each_event_once(self, path: Path, tmp_path: Path) -> None:
        """Two senders and two that store: no event is lost, and none is sent twice."""
        script = """
            import sys, time
            from tightlip.consent import Decision
            from tightlip.delivery import Delivery, Sender
            from tightlip.outbox import Outbox
            from tightlip.types import Answer
            def wire(envelope):
                with open(sys.argv[3], "ab", 0) as file:
                    file.write(envelope + b"\\n")
                return Answer("taken", "200")
            outbox = Outbox(sys.argv[1])
            sender = Sender(outbox, wire, Delivery(), lambda: Decision(True, ""), print)
            for number in range(30):
                name = f"{sys.argv[2]}{number}"
                outbox.add(name, name.encode())
                sender.stored()
            assert sender.flush(30) and sender.end(30)
            print(sorted(outbox.memory))
        """
        log = tmp_path / "log"
        running = [_process(script, path, name, log) for name in ("a", "b")]
        output = "".join("".join(process.communicate(timeout=300)) for process in running)
        assert sorted(set(output.split())) == ["[]", "sent"], output
        lines = log.read_text().split()
        assert sorted(lines) == sorted(f"{name}{number}" for name in "ab" for number in range(30))
        assert Outbox(path).entries() == []

    @pytest.mark.parametrize("moment", ["claimed", "answered", "removed"])
    def test_killed(self, path: Path, tmp_path: Path, moment: str) -> None:
        """Between claim and answer, between answer and removal, and after it: nothing is lost, and twice only means the same event id."""
        Outbox(path).add("a", b"a")
        script = """
            import os, signal, sys
            from tightlip.claims import Claims
            from tightlip.consent import Decision
            from tightlip.delivery import Delivery, Sender
            from tightlip.outbox import Outbox
            from tightlip.types import Answer
            def killed(*_):
                os.kill(os.getpid(), signal.SIGKILL)
            def wire(envelope):
                if sys.argv[2] == "claimed":
                    killed()
                with open(sys.argv[3], "ab", 0) as file:
                    file.write(envelope)
                return Answer("taken", "200")
            done = Claims.done
            Claims.done = killed if sys.argv[2] == "answered" else lambda *args: (done(*args), killed())
            sender = Sender(Outbox(sys.argv[1]), wire, Delivery(), lambda: Decision(True, ""), lambda _: None)
            sender.flush(30)
        """
        log = tmp_path / "log"
        process = _process(script, path, moment, log)
        assert (process.communicate(timeout=300), process.returncode) == (("", ""), -9)
        before = [] if moment == "claimed" else ["a"]
        assert (log.read_text().split() if log.exists() else []) == before
        left = [] if moment == "removed" else ["a"]
        assert [entry.event_id for entry in Outbox(path).entries()] == left
        heir = Bench(path, Delivery())
        try:
            assert heir.sender.flush(WAIT)
            assert heir.wire.sent == []  # the dead one's lease
            heir.sender._claims._clock = lambda: time.time() + 61
            assert heir.sender.flush(WAIT)
            assert heir.wire.sent == left
            assert heir.waiting == []
        finally:
            heir.sender.end(WAIT, is_final=True)

    def test_a_forked_child(self, path: Path, tmp_path: Path) -> None:
        """While the parent's sender is in the middle of a try, the child sends what it stores itself, with a thread of its own."""
        script = """
            import os, sys, threading
            from tightlip.consent import Decision
            from tightlip.delivery import Delivery, Sender
            from tightlip.outbox import Outbox
            from tightlip.types import Answer
            parent, entered, leave = os.getpid(), threading.Event(), threading.Event()
            def wire(envelope):
                if os.getpid() == parent:
                    entered.set()
                    leave.wait(30)
                with open(sys.argv[2], "ab", 0) as file:
                    file.write(envelope + b" ")
                return Answer("taken", "200")
            outbox = Outbox(sys.argv[1])
            sender = Sender(outbox, wire, Delivery(), lambda: Decision(True, ""), lambda _: None)
            outbox.add("parent", b"parent"); sender.stored()
            assert entered.wait(30)
            for _ in range(3):
                child = os.fork()
                if not child:
                    name = f"child{os.getpid()}"
                    outbox.add(name, name.encode()); sender.stored()
                    os._exit(0 if sender.flush(30) and sender.end(30) else 1)
                assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
            leave.set()
            assert sender.end(30)
        """
        process = _process(script, path, tmp_path / "log")
        assert (process.communicate(timeout=300), process.returncode) == (("", ""), 0)
        sent = (tmp_path / "log").read_text().split()
        assert len(sent) == len(set(sent)) == 4
        assert sent[-1] == "parent"
        assert Outbox(path).entries() == []

    def test_what_is_in_memory_is_the_parents(self) -> None:
        """A forked child neither sends it nor keeps it."""
        outbox = Outbox(None)
        outbox.add("a", b"a")
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            os.write(writing, json.dumps([entry.event_id for entry in outbox.entries()]).encode())
            os._exit(0)
        os.waitpid(child, 0)
        os.close(writing)
        with os.fdopen(reading, "rb") as stream:
            assert json.loads(stream.read()) == []
        assert [entry.event_id for entry in outbox.entries()] == ["a"]


class TestOptions:
    @pytest.mark.parametrize("given", ["background", "at_exit", "next_run", "manual"])
    def test_by_name(self, given: str) -> None:
        """A mode's name is enough."""
        assert Delivery.of(given) == Delivery(mode=given)  # type: ignore[arg-type]
        assert Delivery.of(Delivery(exit_seconds=5)).exit_seconds == 5

    @pytest.mark.parametrize(
        ("options", "error", "words"),
        [({"mode": "later"}, ValueError, "one of background, at_exit"), ({"mode": 1}, TypeError, "mode="), ({"exit_seconds": -1}, ValueError, "exit_seconds="),
         ({"exit_seconds": float("inf")}, ValueError, "exit_seconds="), ({"exit_seconds": float("nan")}, ValueError, "exit_seconds="),
         ({"exit_seconds": "2"}, TypeError, "exit_seconds="), ({"exit_seconds": True}, TypeError, "exit_seconds=")],
        ids=str,
    )  # fmt: skip
    def test_that_make_no_sense(self, options: dict[str, Any], error: type[Exception], words: str) -> None:
        """They are refused with their name."""
        with pytest.raises(error, match=words):
            Delivery(**options)

    @pytest.mark.parametrize("given", [None, 1, True, ["background"]])
    def test_of_another_type(self, given: object) -> None:
        """Neither a delivery nor a name."""
        with pytest.raises(TypeError, match="delivery="):
            Delivery.of(given)


class TestWorker:
    def test_it_comes_back_by_itself(self) -> None:
        """What a job returns is the time after which it is called without one."""
        calls, enough = list[object](), threading.Event()

        def run(job: object) -> float | None:
            calls.append(job)
            if len(calls) == 3:
                enough.set()
                return None
            return 0.001

        worker = Worker[str](run)
        assert worker.submit("job")
        assert enough.wait(WAIT)
        assert worker.close(WAIT)
        assert calls == ["job", None, None]

    def test_long_jobs_are_refused_where_no_thread_starts(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A short one is done at once; one that may hang would hold up the caller."""

        def no_thread(_: object) -> None:
            raise RuntimeError("can't start new thread")

        monkeypatch.setattr(threading.Thread, "start", no_thread)
        calls = list[object]()
        assert Worker[str](calls.append).submit("short")
        assert not Worker[str](calls.append, is_short=False).submit("long")
        assert calls == ["short"]


def _process(script: str, *arguments: object) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "pipeline"), str(ROOT / "scrubbers")])}
    command = [sys.executable, "-W", "error", "-c", textwrap.dedent(script), *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
