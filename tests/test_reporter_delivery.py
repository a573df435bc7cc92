"""From a failure to the server, in processes of their own: modes, exits, forks, hosts of other kinds, withdrawal. Loopback only."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from probe import failure, reporter_for
from receiver import Receiver, Reply, hang

import tightlip
from tightlip import Consent
from tightlip.outbox import Outbox

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from probe import MakePackage

ROOT = Path(__file__).resolve().parents[1]
WAIT = 60.0
SDK = "class ProbeError(Exception): pass\ndef fail(x):\n    raise ProbeError(f'no {x}')\n"
#: ``reporter`` with the options of the command line, and two ways to fail.
HEAD = """
import atexit, os, sys, threading, time
import probe_delivery, tightlip
def make(delivery="background", **options):
    if type(delivery) is str:  # on a busy machine the two seconds that are the default may be over before the server has answered
        delivery = tightlip.Delivery(delivery, exit_seconds=50.0)
    return tightlip.Reporter("probe_delivery", [], outbox=sys.argv[1], dsn=sys.argv[2] or None, consent=tightlip.Consent(default=True),
                             pace=None, delivery=delivery, **options)
def caught():
    try:
        probe_delivery.fail("canary")
    except Exception as error:
        return error
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outbox.sqlite3"


@pytest.fixture
def sdk(make_package: MakePackage) -> ModuleType:
    return make_package("probe_delivery", SDK)


@pytest.fixture
def run(tmp_path: Path, path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a host; it must come to an end by itself."""
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "probe_delivery.py").write_text(SDK)

    def start(script: str, dsn: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        paths = [str(ROOT / "pipeline"), str(ROOT / "scrubbers"), str(tmp_path / "code")]
        file = tmp_path / "code" / "host.py"
        file.write_text(HEAD + textwrap.dedent(script))
        return subprocess.run(
            [sys.executable, "-W", "error", str(file), str(path), dsn],
            capture_output=True, text=True, timeout=300, check=False, cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "NO_PROXY": "127.0.0.1", "PYTHONPATH": os.pathsep.join(paths), **environment},
        )  # fmt: skip

    return start


def waiting(path: Path) -> int:
    return len(Outbox(path).entries())


class TestModes:
    @pytest.mark.parametrize(
        ("mode", "runs"), [("background", (1, 2)), ("at_exit", (1, 2)), ("next_run", (0, 1)), ("manual", (0, 0))]
    )
    def test_two_runs_that_crash(self, run: Any, path: Path, mode: str, runs: tuple[int, int]) -> None:
        """How many reports the server has after each; exit code and standard error are the crash's own."""
        script = f"reporter = make(delivery={mode!r}); reporter.install(); probe_delivery.fail('canary')"
        with Receiver() as receiver:
            for number, expected in enumerate(runs, 1):
                found = run(script, receiver.dsn())
                assert (found.returncode, found.stdout) == (1, "")
                assert found.stderr.endswith("probe_delivery.ProbeError: no canary\n")
                assert "tightlip" not in found.stderr.replace("/tightlip", "")
                assert len(receiver.requests) == expected
                assert waiting(path) == number - expected
            assert b"canary" not in b"".join(request.envelope for request in receiver.requests)

    def test_manual(self, sdk: Any, path: Path) -> None:
        """Only ``flush`` sends."""
        with Receiver() as receiver:
            reporter = reporter_for("probe_delivery", outbox=path, dsn=receiver.dsn(), delivery="manual")
            assert reporter.capture(failure(sdk.fail, 1)) is not None
            assert reporter._worker.flush(WAIT)
            assert waiting(path) == 1
            assert reporter.flush(WAIT)
            assert (len(receiver.requests), waiting(path)) == (1, 0)
            assert reporter.close(WAIT)
        assert reporter.stats() == {"captured": 1, "stored": 1, "sent": 1}

    @pytest.mark.parametrize("use", ["install", "guard", "capture"])
    def test_what_earlier_runs_have_left_goes_with_the_first_use(self, sdk: Any, path: Path, use: str) -> None:
        """Making a reporter starts nothing; using it does."""
        earlier = reporter_for("probe_delivery", outbox=path)
        assert earlier.capture(failure(sdk.fail, 1)) is not None
        assert earlier.close(WAIT)
        with Receiver() as receiver:
            reporter = reporter_for("probe_delivery", outbox=path, dsn=receiver.dsn())
            assert reporter._sender.ident is None
            if use == "install":
                reporter.install()
            elif use == "guard":
                with reporter.guard():
                    pass
            else:
                reporter.capture(KeyboardInterrupt())
            assert receiver.wait_for(1, WAIT)
            assert reporter.close(WAIT)
        assert waiting(path) == 0
        assert reporter.stats()["sent"] == 1

    def test_a_refused_argument(self, sdk: Any) -> None:
        """An error that names it."""
        with pytest.raises(ValueError, match="no delivery mode 'later'"):
            tightlip.Reporter("probe_delivery", [], delivery="later")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


class TestExit:
    def test_an_interrupt_while_it_waits(self, run: Any) -> None:
        """Ctrl-C, or a handler of SIGTERM that raises, ends the wait; nothing of ours is printed, and the exit status is the program's."""
        script = """
            import signal
            def end(*_):
                raise SystemExit(9)
            signal.signal(signal.SIGTERM, end)
            reporter = make(delivery=tightlip.Delivery(exit_seconds=50.0))
            reporter.capture(caught())
            real = reporter._finish
            def finish(seconds):
                os.kill(os.getpid(), NUMBER)
                real(seconds)
            reporter._end._end = lambda: finish
            sys.exit(3)
        """
        with Receiver(hang) as receiver:
            for name in ("SIGINT", "SIGTERM"):
                found = run(script.replace("NUMBER", f"signal.{name}"), receiver.dsn())
                assert (found.returncode, found.stdout, found.stderr) == (3, "", "")

    #: A try would take an hour; the process ends all the same. What is captured is stored by then, however busy the machine is.
    SLOW = (
        "reporter._sender._transport._seconds = 3600.0\nreporter.capture(caught())\nassert reporter._worker.flush(30)\n"
    )

    @pytest.mark.parametrize(
        ("mode", "end", "code"),
        [
            ("background", "pass", 0),
            ("background", "probe_delivery.fail(1)", 1),
            ("at_exit", "sys.exit(3)", 3),
            ("next_run", "pass", 0),
        ],
    )
    def test_a_server_that_hangs(self, run: Any, path: Path, mode: str, end: str, code: int) -> None:
        """The process ends in its own way, and what was captured waits."""
        earlier = reporter_for("tightlip", outbox=path)
        earlier.outbox.add("0" * 32, b"{}\n")
        with Receiver(hang) as receiver:
            script = f"reporter = make(delivery=tightlip.Delivery({mode!r}, exit_seconds=0.3))\n{self.SLOW}{end}\n"
            found = run(script, receiver.dsn())
        assert (found.returncode, found.stdout) == (code, "")
        assert bool(found.stderr) is (code == 1)
        assert "Exception ignored" not in found.stderr
        assert waiting(path) == 2

    def test_captures_in_exit_callbacks_share_the_bound(self, run: Any, path: Path) -> None:
        """Fifty of them, after ours has run: each is stored, and the bound is counted once."""
        script = """
            @atexit.register
            def last():
                for _ in range(50):
                    reporter.capture(caught())
                assert reporter._end.left() == 0
                reporter._worker.flush(30)
            reporter = make(delivery=tightlip.Delivery(exit_seconds=0.2))
            reporter._sender._transport._seconds = 3600.0
            reporter.capture(caught())
            assert reporter._worker.flush(30)
        """
        with Receiver(hang) as receiver:
            found = run(script, receiver.dsn())
        assert (found.returncode, found.stderr) == (0, "")
        assert waiting(path) == 51

    def test_no_server_at_all(self, run: Any, path: Path) -> None:
        """A refused connection is silent."""
        found = run("reporter = make()\nreporter.capture(caught())\n", "http://key@127.0.0.1:9/1")
        assert (found.returncode, found.stdout, found.stderr) == (0, "", "")
        assert waiting(path) == 1

    def test_the_next_run_does_not_wait_for_a_server_in_trouble(self, run: Any, path: Path) -> None:
        """Its own process was told by the one before: it does not even connect."""
        with Receiver(hang) as receiver:
            script = f"reporter = make(delivery=tightlip.Delivery(exit_seconds=2.0))\n{self.SLOW}"
            for _ in range(2):
                assert run(script + "\n", receiver.dsn()).stderr == ""
            assert len(receiver.requests) == 1
        assert waiting(path) == 2

    #: Another process is in the middle of a transaction until all is captured, longer than SQLite waits.
    LOCKED = """
        import sqlite3
        from tightlip import outbox_file
        outbox_file._BUSY_SECONDS = 0.01
        reporter = make(delivery="manual")
        reporter.capture(caught()); assert reporter._worker.flush(60)
        other = sqlite3.connect(sys.argv[1], isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        reporter.capture(caught()); assert reporter._worker.flush(60)
        assert reporter.outbox.where().startswith("memory ("), reporter.outbox.where()
        other.execute("ROLLBACK")
        other.close()
    """

    @pytest.mark.parametrize("end", ["", "assert reporter.close(60)", "probe_delivery.fail(1)"])
    def test_what_a_lock_kept_from_the_disk_is_stored_at_the_end(self, run: Any, path: Path, end: str) -> None:
        """If the lock is gone by then."""
        found = run(textwrap.dedent(self.LOCKED) + end + "\n")
        assert found.returncode == (1 if "fail" in end else 0), found.stderr
        assert waiting(path) == 2

    def test_without_consent_nothing_is_stored_at_the_end(self, run: Any, path: Path) -> None:
        """Withdrawn while it was in memory: it stays off the disk."""
        found = run(textwrap.dedent(self.LOCKED) + "os.environ['DO_NOT_TRACK'] = '1'\n")
        assert (found.returncode, found.stderr) == (0, "")
        assert waiting(path) < 2


class TestProcesses:
    def test_children_of_multiprocessing(self, run: Any, path: Path) -> None:
        """Forked ones end without exit callbacks: what they captured last is stored all the same; so it is with spawned ones and pools."""
        script = """
            def work(_=0):
                reporter.capture(caught())
            reporter = make()
            if __name__ == "__main__":
                import multiprocessing
                assert threading.active_count() == 1
                for method in ("fork", "spawn"):
                    context = multiprocessing.get_context(method)
                    children = [context.Process(target=work)]
                    for child in children: child.start()
                    for child in children: child.join()
                    assert [child.exitcode for child in children] == [0]
                from concurrent.futures import ProcessPoolExecutor
                with ProcessPoolExecutor(2, multiprocessing.get_context("fork")) as pool:
                    list(pool.map(work, range(2)))
        """
        found = run(script)
        assert (found.returncode, found.stdout, found.stderr) == (0, "", "")
        assert waiting(path) == 4

    def test_a_child_that_ends_while_the_server_hangs(self, run: Any, path: Path) -> None:
        """Its report is stored, and it ends."""
        script = """
            import multiprocessing
            reporter = make(delivery=tightlip.Delivery(exit_seconds=0.7))
            reporter._sender._transport._seconds = 3600.0
            child = multiprocessing.get_context("fork").Process(target=lambda: (reporter.capture(caught()), reporter._worker.flush(30)))
            child.start(); child.join()
            assert child.exitcode == 0
            assert "multiprocessing.util" in sys.modules
        """
        with Receiver(hang) as receiver:
            found = run(script, receiver.dsn())
        assert (found.returncode, found.stderr) == (0, "")
        assert waiting(path) == 1

    def test_nothing_is_imported_for_it(self, run: Any) -> None:
        """A host without multiprocessing stays without."""
        found = run(
            "reporter = make()\nreporter.capture(caught()); assert reporter.close(30)\nassert 'multiprocessing' not in sys.modules\n"
        )
        assert (found.returncode, found.stderr) == (0, "")

    def test_forks_in_the_middle(self, run: Any, path: Path) -> None:
        """While threads capture and both threads of ours are busy, children capture, store and send: none hangs, none is lost."""
        script = """
            reporter = make()
            stop = threading.Event()
            def busy():
                for _ in range(400):  # fewer than the outbox holds
                    reporter.capture(caught())
                    if stop.wait(0.005):
                        break
            threads = [threading.Thread(target=busy) for _ in range(2)]
            for thread in threads: thread.start()
            for _ in range(5):
                child = os.fork()
                if not child:
                    is_captured = reporter.capture(caught()) is not None
                    os._exit(1 if not is_captured else 2 if not reporter._worker.flush(20) else 3 if not reporter.flush(20) else 0)
                code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
                if code:
                    break
            stop.set()
            for thread in threads: thread.join()
            assert not code, code
            assert reporter.close(30)
            assert not {"unsent", "dropped.outbox.bounds"} & set(reporter.stats()), reporter.stats()
            print(reporter.stats()["stored"])
        """
        with Receiver() as receiver:
            found = run(script, receiver.dsn())
            assert (found.returncode, found.stderr) == (0, "")
            ids = [event["event_id"] for event in receiver.events]
        assert waiting(path) == 0
        assert len(ids) == len(set(ids)) == int(found.stdout) + 5

    def test_a_host_that_is_patched_after_the_import(self, run: Any, path: Path) -> None:
        """As gevent does it: queue, sleep and threads are replaced when tightlip is loaded already. What is used is of one kind."""
        script = """
            import queue
            class Green(queue.Queue):
                made = []
                def __init__(self):
                    super().__init__()
                    Green.made.append(self)
            sleep, slept = time.sleep, []
            reporter = make()
            queue.SimpleQueue = Green
            time.sleep = lambda seconds: (slept.append(seconds), sleep(seconds))[1]
            reporter.capture(caught())
            assert reporter.flush(30)
            assert reporter.close(30)
            assert len(Green.made) == 2, Green.made
            assert slept
        """
        with Receiver() as receiver:
            found = run(script, receiver.dsn())
            assert (found.returncode, found.stderr) == (0, "")
            assert len(receiver.requests) == 1

    def test_all_that_sending_imports_is_imported_before(self, run: Any) -> None:
        """A module that is half imported when the host forks can never be imported in the child, by the host neither."""
        script = """
            reporter = make()
            transport, after = reporter._sender._transport, []
            def sending(envelope):
                before = set(sys.modules)
                answer = transport(envelope)
                after.extend(set(sys.modules) - before)
                return answer
            reporter._sender._transport = sending
            reporter.capture(caught())
            assert reporter.close(30)
            assert reporter.stats()["sent"] == 1
            print(*after)
        """
        with Receiver(Reply(200, {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"})) as receiver:
            found = run(script, receiver.dsn())
        assert (found.returncode, found.stdout, found.stderr) == (0, "\n", "")

    def test_two_threads_and_one_reporter(self, sdk: Any, path: Path) -> None:
        """Our own threads are not the host's: no report counts them."""
        with Receiver() as receiver:
            reporter = reporter_for("probe_delivery", outbox=path, dsn=receiver.dsn())
            error = failure(sdk.fail, 1)
            before = reporter.preview(error)
            assert reporter.capture(error) is not None
            assert reporter.flush(WAIT)
            after = reporter.preview(error)
            assert None not in (reporter._worker.ident, reporter._sender.ident)
            assert reporter.close(WAIT)
        assert before is not None
        assert after is not None
        assert len(after["threads"]["values"]) == len(before["threads"]["values"])


class TestWithdrawal:
    @pytest.mark.parametrize("said", ["tracking: false\n", "DO_NOT_TRACK"])
    def test_while_the_server_hangs(self, sdk: Any, tmp_path: Path, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """The next failure finds it out: the try ends, the outbox is gone, nothing more is sent."""
        config, path = tmp_path / "config.yaml", tmp_path / "state" / "outbox.sqlite3"
        config.write_text("tracking: true\n")
        with Receiver(hang, Reply()) as receiver:
            reporter = reporter_for("probe_delivery", outbox=path, dsn=receiver.dsn(), consent=Consent(config=config))
            for number in range(3):
                assert reporter.capture(failure(sdk.fail, number)) is not None
            assert receiver.wait_for(1, WAIT)
            assert reporter._worker.flush(WAIT)
            if said == "DO_NOT_TRACK":
                monkeypatch.setenv(said, "1")
            else:
                config.write_text(said)
            assert reporter.capture(failure(sdk.fail, 4)) is None
            assert reporter.close(WAIT)
            assert len(receiver.requests) == 1
        assert list(path.parent.iterdir()) == []
        stats = reporter.stats()
        assert stats["dropped.outbox.withdrawn"] == 3
        assert stats["dropped.consent.not given"] == 1
        assert "sent" not in stats

    def test_a_broken_config_keeps(self, sdk: Any, tmp_path: Path, path: Path) -> None:
        """It may be a slip of an editor: nothing is sent or stored, and what is there stays."""
        config = tmp_path / "config.yaml"
        config.write_text("tracking: true\n")
        with Receiver(Reply(503)) as receiver:
            reporter = reporter_for("probe_delivery", outbox=path, dsn=receiver.dsn(), consent=Consent(config=config))
            assert reporter.capture(failure(sdk.fail, 1)) is not None
            assert reporter.flush(WAIT)
            config.write_text("tracking: [\n")
            assert reporter.capture(failure(sdk.fail, 2)) is None
            assert reporter.close(WAIT)
            assert len(receiver.requests) == 1
        assert waiting(path) == 1

    @pytest.mark.parametrize("dsn", [True, False])
    def test_the_next_process_finds_it_out(self, run: Any, path: Path, dsn: bool) -> None:
        """With the first use, before anything fails."""
        Outbox(path).add("0" * 32, b"canary")
        with Receiver() as receiver:
            found = run(
                "reporter = make()\nreporter.install()\nassert reporter.flush(30)\n",
                receiver.dsn() if dsn else "",
                DO_NOT_TRACK="1",
            )
            assert (found.returncode, found.stderr) == (0, "")
            assert receiver.requests == []
        assert [file for file in path.parent.iterdir() if "outbox" in file.name] == []

    def test_stored_a_moment_too_late(self, sdk: Any, path: Path) -> None:
        """Consent that goes between the last question and the disk: the report does not stay."""
        answers = [Consent(default=True).decision()] * 3
        reporter = reporter_for("probe_delivery", outbox=path)

        class Fickle(Outbox):
            def add(self, event_id: str, envelope: bytes) -> int:
                os.environ["DO_NOT_TRACK"] = "1"
                return super().add(event_id, envelope)

        assert answers[0].allowed
        reporter._storing._outbox = Fickle(path)
        try:
            assert reporter.capture(failure(sdk.fail, 1)) is not None
            assert reporter.flush(WAIT)
            assert reporter.close(WAIT)
        finally:
            os.environ.pop("DO_NOT_TRACK", None)
        assert not path.exists()


def test_the_hosts_random_numbers_are_its_own(run: Any) -> None:
    """A seeded host gets the numbers that it would get without us, also after a try that failed."""
    script = """
        import random
        random.seed(7)
        before = random.getstate()
        reporter = make()
        reporter.capture(caught())
        assert reporter.flush(30)
        assert reporter.stats()["unsent"] == 1
        assert random.getstate() == before
    """
    found = run(script, "http://key@127.0.0.1:9/1")
    assert (found.returncode, found.stderr) == (0, "")
