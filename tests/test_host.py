"""The host is left alone: nothing of it is kept alive, nothing waits, and nothing of ours surfaces in it."""

from __future__ import annotations

import gc
import subprocess
import sys
import textwrap
import threading
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from probe import failure, last_value, reporter_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from probe import MakePackage

ROOT = Path(__file__).parent.parent
SDK = "class Error(Exception): pass\ndef fail(x):\n    raise Error(f'no {x}')\ndef steps():\n    yield 1\n    raise Error('late')\n"


@pytest.fixture
def sdk(make_package: MakePackage) -> Any:
    return make_package("probe_host", SDK)


@pytest.fixture
def no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def run(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A host of its own, which must come to an end by itself."""
    (folder / "probe_host.py").write_text(SDK)
    paths = [str(ROOT / "pipeline"), str(ROOT / "scrubbers"), str(folder)]
    head = f"import sys; sys.path[:0] = {paths!r}\nimport probe_host, tightlip\n"
    reporter = "reporter = tightlip.Reporter('probe_host', [], outbox=False, consent=tightlip.Consent(default=True))\n"
    return subprocess.run(
        [sys.executable, "-c", head + reporter + textwrap.dedent(script)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.usefixtures("no_collector")
@pytest.mark.parametrize("how", ["preview", "capture", "before_send"])
def test_nothing_is_kept_alive(how: str, sdk: Any) -> None:
    """The exception, its frames and the locals of every thread can go at once, without waiting for the collector."""

    class Local:
        pass

    seen: list[weakref.ref[object]] = []
    reporter = reporter_for("probe_host")

    def host() -> None:
        local = Local()
        seen.append(weakref.ref(local))
        exc = failure(sdk.fail, local)
        seen.append(weakref.ref(exc))
        if how == "before_send":
            assert reporter.before_send({}, {"exc_info": (type(exc), exc, None)}) is not None
        else:
            assert getattr(reporter, how)(exc) is not None
        assert reporter.flush(60)
        del exc, local  # the traceback holds this frame: with them it would be a cycle of the host's own making

    host()
    assert [reference() for reference in seen] == [None, None]
    reporter.close(60)


def test_a_signal_handler_may_report_in_the_middle_of_a_report(tmp_path: Path) -> None:
    """No lock of ours is waited for by the thread that holds it."""
    done = run(
        """
        import signal
        def caught():
            try: probe_host.fail(1)
            except probe_host.Error as error: return error
        def handler(*_):
            reporter.before_send({}, {"exc_info": (None, caught(), None)})
            reporter.capture(caught())
            reporter.stats()
        signal.signal(signal.SIGALRM, handler)
        for attempt in range(60):
            signal.setitimer(signal.ITIMER_REAL, 0.0002 + 0.0003 * attempt)  # one at another moment each time
            reporter = tightlip.Reporter('probe_host', [], outbox=False, consent=tightlip.Consent(default=True))
            reporter.before_send({}, {"exc_info": (None, caught(), None)})
            reporter.stats()
        signal.setitimer(signal.ITIMER_REAL, 0)
        print("done")
        """,
        tmp_path,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "done\n", "")


def test_the_hosts_own_parsing_is_not_disturbed(tmp_path: Path) -> None:
    """Before 3.11.8 two threads that make syntax trees at once can break one another (gh-106905)."""
    done = run(
        """
        import ast, gc, threading, weakref
        def caught():
            try: probe_host.fail(1)
            except probe_host.Error as error: return error
        stop = threading.Event()
        def report():
            while not stop.is_set():
                tightlip.Reporter('probe_host', [], outbox=False).preview(caught())
        class Busy:
            def __del__(self): sum(range(2000))
        thread = threading.Thread(target=report); thread.start()
        text = "x = [" + ",".join("(a, b)" for _ in range(3000)) + "]"
        gc.set_threshold(50)
        for _ in range(60):
            for _ in range(20):
                one = Busy(); one.self = one
            ast.parse(text)
        stop.set(); thread.join()
        print("done")
        """,
        tmp_path,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "done\n", "")


def test_a_guarded_generator_may_change_threads(sdk: Any) -> None:
    """Started here, finished there: its own error comes out, and nothing of ours."""
    reporter = reporter_for("probe_host")
    steps = reporter.guard()(sdk.steps)()
    assert next(steps) == 1
    caught: list[BaseException] = []
    thread = threading.Thread(target=lambda: caught.append(failure(next, steps)))
    thread.start()
    thread.join()
    assert type(caught[0]) is sdk.Error
    assert reporter.flush(60)
    assert reporter.stats()["stored"] == 1


@pytest.mark.parametrize("error", [SystemExit(3), GeneratorExit(), RuntimeError("s3cr3t")])
def test_a_vendors_callable_may_raise_anything(
    error: BaseException, sdk: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """The workspace is unknown; the report leaves, the worker goes on, and nothing is printed."""

    def workspace() -> str:
        raise error

    reporter = reporter_for("probe_host", workspace=workspace)
    for _ in range(2):
        assert reporter.capture(failure(sdk.fail, 1)) is not None
    assert reporter.flush(60)
    assert reporter.stats()["stored"] == 2
    assert reporter.stats()[f"left out.workspace.{type(error).__name__}"] == 2
    event = reporter.preview(failure(sdk.fail, 1))
    assert event is not None
    assert event["tags"]["workspace"] == "unknown"
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    "body",
    [
        "\n".join(f"def f{n}(x):\n    raise ValueError(f'no {{x}} {n}')" for n in range(3_000)),
        "def many(x):\n"
        + "".join(f"    if x == {n}:\n        y = {n}\n    if y:\n        raise ValueError(y)\n" for n in range(800)),
        "def deep(x):\n    if x: pass\n"
        + "".join(f"    elif x == {n}: y = '{n}'\n" for n in range(600))
        + "    raise ValueError(y)",
        "X = " + " + ".join("'a'" for _ in range(900)),
    ],
    ids=["functions", "branches", "elif", "terms"],
)
def test_a_strange_source_costs_no_report(body: str, make_package: MakePackage) -> None:
    """Large and deep files are indexed in linear work, or done without."""
    module = make_package("probe_strange", f"{body}\ndef fail(x):\n    raise LookupError(f'no {{x}} at all')\n")
    value = last_value(reporter_for("probe_strange").preview(failure(module.fail, "s3cr3t")))
    assert value["type"] == "LookupError"
    assert value.get("value") in ("no {x} at all", None)


@pytest.mark.parametrize("timeout", [None, float("inf"), -1, 1e300, "soon"])
def test_odd_times_to_wait_are_no_error(timeout: Any, sdk: Any) -> None:
    """`flush` and `close` take what they are given."""
    reporter = reporter_for("probe_host")
    assert reporter.capture(failure(sdk.fail, 1)) is not None
    assert reporter.flush(60)
    assert reporter.flush(timeout) is True
    assert reporter.close(timeout) is True
