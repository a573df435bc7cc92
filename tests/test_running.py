"""The frames of running threads are asked for only where that is safe."""

from __future__ import annotations

import _thread
import os
import subprocess
import sys
import threading
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from probe import failure, reporter_for

from tightlip import running
from tightlip.origin import parsing
from tightlip.running import running_frames

if TYPE_CHECKING:
    from probe import MakePackage

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def own_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """As from 3.12 on, with one interpreter, unless a test says otherwise."""
    monkeypatch.setattr(running, "_HAVE_THEIR_OWN", True)
    monkeypatch.setattr(_thread, "_is_main_interpreter", lambda: True, raising=False)
    for name in running._MAKERS:
        monkeypatch.delitem(sys.modules, name, raising=False)


def interpreters(*found: object) -> Any:
    """What makes interpreters, and says that these are there."""
    return SimpleNamespace(list_all=lambda: list(found))


def fails() -> bool:
    raise RuntimeError("as it is in this version")


def test_all_threads_where_there_is_one_interpreter() -> None:
    """This one, and one that waits."""
    gate = threading.Event()
    thread = threading.Thread(target=gate.wait)
    thread.start()
    try:
        assert {threading.get_ident(), thread.ident} <= set(running_frames())
    finally:
        gate.set()
        thread.join()


@pytest.mark.parametrize("name", running._MAKERS)
def test_none_where_there_is_another_interpreter(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """The interpreter is not even asked: asking alone ends the process."""
    monkeypatch.setattr(sys, "_current_frames", fails)
    monkeypatch.setitem(sys.modules, name, interpreters((0, 1), (1, 5)))
    assert running_frames() == {}


def test_modules_that_can_make_one_and_have_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """The frames are there; also if a host keeps such a module out."""
    monkeypatch.setitem(sys.modules, "_interpreters", interpreters((0, 1)))
    monkeypatch.setitem(sys.modules, "_xxsubinterpreters", None)
    assert threading.get_ident() in running_frames()


def test_none_in_an_interpreter_that_is_not_the_main_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is another one then, whether or not a module knows of it."""
    monkeypatch.setattr(sys, "_current_frames", fails)
    monkeypatch.setattr(_thread, "_is_main_interpreter", lambda: False, raising=False)
    assert running_frames() == {}


def test_none_in_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    """The modules have no stable interface."""
    monkeypatch.setattr(sys, "_current_frames", fails)
    monkeypatch.setitem(sys.modules, "_interpreters", SimpleNamespace(list_all=fails))
    assert running_frames() == {}
    monkeypatch.setitem(sys.modules, "_interpreters", SimpleNamespace())
    assert running_frames() == {}


def test_one_memory_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before 3.12 other interpreters do no harm."""
    monkeypatch.setattr(running, "_HAVE_THEIR_OWN", False)
    monkeypatch.setitem(sys.modules, "_xxsubinterpreters", interpreters(0, 1))
    assert threading.get_ident() in running_frames()


def test_a_report_goes_without(make_package: MakePackage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads are counted; where they are is not told."""
    sdk: Any = make_package("probe_running", "def fail(*_):\n    raise ValueError('no')\n")
    monkeypatch.setitem(sys.modules, "_interpreters", interpreters((0, 1), (1, 5)))
    monkeypatch.setattr(parsing, "IS_AFFECTED", False)  # 3.11.7 asks for frames before it parses
    event = reporter_for("probe_running").preview(failure(sdk.fail, 1))
    assert event is not None
    assert event["contexts"]["threads"]["total"] >= 1
    assert event["exception"]["values"][-1]["value"] == "no"


@pytest.mark.skipif(find_spec("_interpreters") is None, reason="this Python's own modules make no interpreters (3.13)")
def test_interpreters_that_run_and_report_beside_this_one() -> None:
    """Both sides capture; the process goes on, and ends as it should."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "pipeline"), str(ROOT / "scrubbers")])}
    command = [sys.executable, "-X", "faulthandler", str(ROOT / ".ci" / "interpreters.py")]
    found = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert (found.returncode, found.stderr) == (0, "")
    assert "12 interpreters" in found.stdout
