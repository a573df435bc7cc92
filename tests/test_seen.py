"""One exception is one report, also when it is kept for a while, or comes out in another thread."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from probe import failure

from tightlip import Consent, Reporter
from tightlip.envelope import decode
from tightlip.seen import MOST_MARKS, MOST_REFERENCES, Seen

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
WAIT = 60.0
SDK_SOURCE = """
class ProbeError(Exception):
    pass


def fail(name):
    raise ProbeError(f"no record called {name!r}")


def fail_in_c(name):
    return int(name)
"""


@pytest.fixture
def sdk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    (tmp_path / "probe_sdk").mkdir()
    (tmp_path / "probe_sdk" / "__init__.py").write_text(SDK_SOURCE)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delenv("DO_NOT_TRACK", raising=False)
    import probe_sdk  # type: ignore[import-not-found]

    yield probe_sdk
    del sys.modules["probe_sdk"]


@pytest.fixture
def reporter(sdk: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reporter]:
    def nothing(*_: object) -> None: ...

    monkeypatch.setattr(sys, "excepthook", nothing)
    monkeypatch.setattr(threading, "excepthook", nothing)
    reporter = Reporter("probe_sdk", [], outbox=False, consent=Consent(default=True))
    reporter.install()
    yield reporter
    reporter.close(WAIT)


def mechanisms(reporter: Reporter) -> list[str]:
    assert reporter.flush(WAIT)
    found = [decode(reporter.outbox.read(entry.event_id) or b"") for entry in reporter.outbox.entries()]
    return [event["exception"]["values"][-1]["mechanism"]["type"] for event in found]


@pytest.mark.parametrize("fail", ["fail", "fail_in_c"])
class TestReports:
    def test_guarded_tasks_that_nobody_awaits(self, sdk: Any, reporter: Reporter, fail: str) -> None:
        """Tasks fail in turn, each in a guard, and go together later: the loop's last resort reports none of them again."""

        @reporter.guard()
        async def entry(number: int) -> None:
            await asyncio.sleep(0)
            getattr(sdk, fail)(f"n{number}")

        async def main() -> None:
            asyncio.get_running_loop().set_exception_handler(lambda *_: None)
            tasks = [asyncio.create_task(entry(number)) for number in range(4)]
            await asyncio.wait(tasks)
            del tasks
            gc.collect()

        asyncio.run(main())
        assert mechanisms(reporter) == ["guard"] * 4

    def test_a_future_of_another_thread(self, sdk: Any, reporter: Reporter, fail: str) -> None:
        """What a guard in a pool's thread reported comes out of the main thread: once."""
        with ThreadPoolExecutor(1) as pool:
            error = pool.submit(reporter.guard()(getattr(sdk, fail)), "x").exception(WAIT)
        assert error is not None
        sys.excepthook(type(error), error, error.__traceback__)
        assert mechanisms(reporter) == ["guard"]

    def test_another_failure_in_between(self, sdk: Any, reporter: Reporter, fail: str) -> None:
        """A failure that is captured while another one is on its way does not make that one two."""

        def entry() -> None:
            with reporter.guard():
                try:
                    with reporter.guard():
                        getattr(sdk, fail)("x")
                finally:
                    try:
                        sdk.fail("y")
                    except sdk.ProbeError as error:
                        reporter.capture(error)

        error = failure(entry)
        sys.excepthook(type(error), error, error.__traceback__)
        found = mechanisms(reporter)
        # Of the interpreter's own classes the outer guard cannot know it: that is what is given up.
        assert sorted(found) == (["generic", "guard"] if fail == "fail" else ["generic", "guard", "guard"])

    def test_the_next_crash_is_another(self, sdk: Any, reporter: Reporter, fail: str) -> None:
        """One that comes out of a hook after others were reported is reported."""
        for _ in range(5):
            thread = threading.Thread(target=getattr(sdk, fail), args=("x",))
            thread.start()
            thread.join()
        assert mechanisms(reporter) == ["threading"] * 5


@pytest.mark.parametrize("mechanism", ["excepthook", "threading", "unraisable", "asyncio"])
class TestAnAddressThatIsUsedAgain:
    """The same object stands for another one at the same address, of the same class and from the same place: nothing tells them apart."""

    def test_after_a_last_chance(self, mechanism: str) -> None:
        """What comes out where another has come out before is reported."""
        seen, error = Seen(), failure(int, "x")
        for _ in range(3):
            assert not seen.knows(error, mechanism)
            leave = seen.passage(error)
            seen.add(error, mechanism)
            leave()

    def test_inside_of_a_last_chance(self, mechanism: str) -> None:
        """While one hook hands it on to another it is the same one, also where a guard had reported it in another thread."""
        for how in (mechanism, "guard"):
            seen, error = Seen(), failure(int, "x")
            thread = threading.Thread(target=seen.add, args=(error, how))
            if how == "guard":
                thread.start()
                thread.join()
            assert seen.knows(error, mechanism) == (how == "guard")
            leave = seen.passage(error)
            if how != "guard":
                seen.add(error, how)
            for inner in ("excepthook", mechanism):
                assert seen.knows(error, inner)
                seen.passage(error)()
            leave()

    def test_a_handler_raises_it_later(self, mechanism: str) -> None:
        """What a loop's handler kept is known at each other last chance, once."""
        seen, error = Seen(), failure(int, "x")
        leave = seen.passage(error)
        seen.add(error, "asyncio")
        leave()
        assert seen.knows(error, mechanism) == (mechanism != "asyncio")
        assert not seen.knows(error, mechanism)

    def test_the_one_on_its_way_stays_known(self, mechanism: str) -> None:
        """A finaliser that fails while an exception leaves two guards does not make that one two."""
        seen, error, other = Seen(), failure(int, "x"), failure(int, "y")
        seen.add(error, "guard")
        assert not seen.knows(other, mechanism)
        seen.passage(other)()
        assert seen.knows(error, "guard")


def test_a_loop_that_logs() -> None:
    """What is logged where another was logged before is another; two log calls about one, in one function or further out, are one."""
    seen = Seen()
    new: list[bool] = []

    def logged(error: BaseException) -> None:
        new.append(not seen.knows(error, "logging"))
        if new[-1]:
            seen.add(error, "logging")

    def run(times: int) -> None:
        try:
            int("x")
        except ValueError as error:
            for _ in range(times):
                logged(error)
            logged(error)
            raise

    with pytest.raises(ValueError, match="int"):
        run(3)
    assert new == [True, True, True, False]
    new.clear()
    seen = Seen()
    try:
        run(0)
    except ValueError as error:
        logged(error)
    assert new == [True, False]


def test_an_interrupt_while_a_last_chance_reports(reporter: Reporter, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C in the middle: what fails there later is reported all the same."""
    error = failure(int, "x")

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(reporter, "_capture", interrupted)
        with pytest.raises(KeyboardInterrupt):
            reporter._last_chance(error, "excepthook")
    assert not reporter._seen.knows(error, "excepthook")


@pytest.mark.parametrize("cls", [LookupError, type("Own", (Exception,), {})], ids=["interpreter's", "own"])
def test_memory_is_bounded(cls: type[Exception]) -> None:
    """However many fail, so many are remembered, the last ones, and none is kept."""
    seen = Seen()
    alive = [cls() for _ in range(2 * MOST_REFERENCES)]
    for error in alive:
        seen.add(error)
    assert len(seen._references) <= MOST_REFERENCES
    assert len(seen._marks) <= MOST_MARKS
    assert seen.knows(alive[-1], "excepthook")
    assert not seen.knows(alive[0], "excepthook")
    fresh = [cls() for _ in range(3)]
    assert [sys.getrefcount(error) for error in alive[:3]] == [sys.getrefcount(error) for error in fresh[:3]]


_INTERRUPTED = """
import probe_sdk, tightlip
reporter = tightlip.Reporter("probe_sdk", [], outbox=False, consent=tightlip.Consent(default=True))
try:
    probe_sdk.fail("x")
except probe_sdk.ProbeError as error:
    reporter.capture(error)
{end}
"""


@pytest.mark.parametrize(
    ("end", "status"), [("raise KeyboardInterrupt", -2), ("raise SystemExit(3)", 3), ("1 / 0", 1), ("", 0)], ids=["interrupt", "exit", "crash", "end"]
)  # fmt: skip
@pytest.mark.usefixtures("sdk")
def test_the_exit_status_while_a_report_is_finished(tmp_path: Path, end: str, status: int) -> None:
    """Ctrl-C right after a failure: the process ends by SIGINT, as a shell expects, though modules are loaded for the report meanwhile."""
    found = subprocess.run(
        [sys.executable, "-c", _INTERRUPTED.format(end=end)],
        env={"PYTHONPATH": f"{tmp_path}:{ROOT / 'pipeline'}:{ROOT / 'scrubbers'}", "HOME": str(tmp_path)},
        capture_output=True, timeout=300, check=False,
    )  # fmt: skip
    assert found.returncode == status
