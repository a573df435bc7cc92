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

from tightlip import Consent, Reporter
from tightlip.envelope import decode
from tightlip.seen import MOST_MARKS, MOST_REFERENCES, Seen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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


def failure(function: Callable[..., object], *arguments: object) -> BaseException:
    try:
        function(*arguments)
    except BaseException as error:
        return error
    raise AssertionError("it did not fail")


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
        capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert found.returncode == status
