"""`tightlip fuzz`: what it finds, how small it makes it, and that what it calls does no harm."""

from __future__ import annotations

import functools
import json
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tightlip.event_map import APP_ROWS
from tightlip.suite.case import Canary, Case, CodeInput, EventInput, Keep, Place
from tightlip.suite.case_file import load
from tightlip.suite.check_command import main as check
from tightlip.suite.choosing import tightlip_runner
from tightlip.suite.fuzz_command import main
from tightlip.suite.fuzzing.bench import Bench
from tightlip.suite.fuzzing.events import events, rows
from tightlip.suite.fuzzing.saving import case_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHECKS: list[Any] = list(HealthCheck)
LEAKY = """\
def takes_the_request(event, hint):
    event.pop("request", None)
    return event

def keeps_messages(event, hint):
    return {"message": value["value"] for value in event.get("exception", {}).get("values", ())}

def tells_a_length(event, hint):
    return {"extra": {"n": len(repr(event))}}

def removes_all(event, hint):
    return {"level": "error"}
"""
#: Functions that do what no call may do, each noted before it is done: nothing of it may come true.
HARMFUL = """\
import os, pathlib, socket, subprocess, sys, time

def hangs(name: str):
    while True:
        pass

def ends(name: str):
    os._exit(3)

def leaves(name: str):
    sys.exit(name)

def swallows(name: str):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass

def recurses(name: str):
    return recurses(name)

def connects(name: str):
    try:
        socket.create_connection(("127.0.0.1", PORT), timeout=1)
    except OSError as error:
        raise RuntimeError(f"no connection for {name}") from error

def writes(name: str):
    pathlib.Path(WHERE).write_text(name)

def starts(name: str):
    subprocess.run([sys.executable, "-c", f"open({WHERE!r}, 'w')"])

def waits_long(name: str):
    time.sleep(3600)
    raise ValueError(f"waited for {name}")

def delete_all(name: str):
    raise SystemError("it was called")

"""
CALM = """\
class Client:
    def __init__(self, key: str):
        self.key = key

    def get(self, name: str):
        raise ValueError(f"no {name!r} for {self.key!r}")

    async def fetch(self, name: str):
        raise ValueError(f"nothing to fetch at {name!r}")

    def pages(self, name: str):
        yield from ()
        raise LookupError(f"no pages of {name!r}")
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    (tmp_path / "leaky_fuzzed.py").write_text(LEAKY, encoding="utf-8")
    (tmp_path / "acmefuzz.py").write_text(
        (HARMFUL + CALM).replace("WHERE", repr(str(tmp_path / "harm"))).replace("PORT", "9"), encoding="utf-8"
    )
    (tmp_path / "acmecalm.py").write_text(CALM, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    yield tmp_path
    sys.modules.pop("leaky_fuzzed", None)


def fuzz(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    status = main(arguments)
    return status, capsys.readouterr().out


def code(function: str, number: int = 0) -> Case:
    return Case(
        id=f"fuzz.call.{number}", why="w", kind="secret", about=function, profiles=("strict",),
        input=CodeInput(f"import acmefuzz\nacmefuzz.{function}(${{key|python}})\n", {}, "acmefuzz"), canaries=(Canary("key", "api_key", form="stripe"),),
        keep={"strict": Keep(), "app": Keep()}, absent={}, dropped=frozenset(), exact={}, varies=(), place=Place("f", 1, 1),
    )  # fmt: skip


def test_a_leak_is_found_made_small_and_written_as_a_case_that_fails(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One place, one canary; `tightlip check` reads the file and fails in the same words; the run can be repeated."""
    arguments = (
        "--scrubber",
        "leaky_fuzzed:takes_the_request",
        "--only",
        "events",
        "--examples=50",
        "--most=1",
        "--seed=3",
    )
    status, out = fuzz(capsys, *arguments)
    assert status == 1
    (file,) = (folder / "tightlip-fuzz").iterdir()
    (case,) = load(file)
    assert isinstance(case.input, EventInput)
    assert len(case.canaries) == 1
    assert len(json.dumps(case.input.event)) < 60
    words = f"leak: the {case.canaries[0].kind} canary {case.canaries[0].name} left at "
    assert words in out
    assert check([str(file), "--scrubber", "leaky_fuzzed:takes_the_request", "--jobs=0", "--seed=3"]) == 1
    assert words in capsys.readouterr().out
    assert check([str(file), "--scrubber", "leaky_fuzzed:removes_all", "--jobs=0"]) == 0
    capsys.readouterr()
    before = file.read_text(encoding="utf-8")
    _, again = fuzz(capsys, *arguments, "--save", "again")
    assert [one.read_text(encoding="utf-8") for one in (folder / "again").iterdir()] == [before]
    assert again.splitlines()[:2] == out.splitlines()[:2]


def test_what_depends_on_the_values_is_found(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A length is no text that a search could find."""
    status, out = fuzz(
        capsys, "--scrubber", "leaky_fuzzed:tells_a_length", "--only=events", "--examples=40", "--seed=3", "--most=1"
    )
    assert status == 1
    assert "interference: what left at extra.n depends on the canaries' values" in out


def test_calls_find_a_scrubber_that_keeps_messages(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The failure of a function that was called with a canary; the program is a case."""
    status, out = fuzz(
        capsys, "--scrubber", "leaky_fuzzed:keeps_messages", "--package=acmecalm", "--only=calls", "--examples=60", "--seed=8", "--most=1", "--seconds=20",
    )  # fmt: skip
    assert status == 1, out
    (file,) = (folder / "tightlip-fuzz").iterdir()
    (case,) = load(file)
    assert isinstance(case.input, CodeInput)
    assert case.input.package == "acmecalm"
    assert len(case.input.application.splitlines()) <= 5
    assert "left at message (" in out
    assert check([str(file), "--scrubber", "leaky_fuzzed:keeps_messages", "--jobs=0"]) == 1
    assert "left at message (" in capsys.readouterr().out


def test_calls_do_no_harm(folder: Path) -> None:
    """They reach no network, start no process, write nothing outside; those that hang or end the process cost that process alone."""
    opener = functools.partial(tightlip_runner, "STRICT", ("acmefuzz",))
    runner = opener()
    ends: dict[str, str] = {}
    reported: dict[str, int] = {}
    with Bench(functools.partial(_quick, opener), seed=1, times=2, seconds=2.6, package="acmefuzz") as bench:
        names = [target.name for target in bench.targets]
        for number, name in enumerate(("leaves", "connects", "ends", "writes", "starts", "waits_long", "swallows")):
            checked = bench.check(code(name, number), runner)
            ends[name], reported[name] = checked.end, checked.seen.reported
    runner.close()
    assert "delete_all" not in names
    assert [target.name for target in bench.targets[0].methods] == ["fetch", "get", "pages"]
    assert ends["ends"] == "ended"
    assert ends["swallows"] == "hung"
    assert {ends[name] for name in names if name in ends} - {"ended", "hung"} == {""}
    assert all(reported[name] >= 2 for name in ("connects", "writes", "starts", "waits_long"))
    assert not (folder / "harm").exists()


def _quick(opener: Any) -> Any:
    runner = opener()
    runner._programs.seconds = 0.8
    return runner


def test_strict_holds(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is found in events and calls under tightlip's own promise of code alone."""
    status, out = fuzz(capsys, "--policy=STRICT", "--package=acmecalm", "--examples=40", "--seed=1", "--seconds=8")
    assert status == 0, out
    assert "nothing found" in out
    assert " 0 of them by a template that does not fit" in out


def test_every_field_occurs() -> None:
    """Each row of the event map is a place that an event may have, and those that are like others are written out."""
    paths = {".".join(keys) for keys, _ in rows()}
    plain = [row for row in APP_ROWS if not row.kind.same]
    assert len(paths) > len(plain)
    assert "exception.[].stacktrace.frames.[].vars" in paths
    assert "threads.values.[].raw_stacktrace.frames.[].abs_path" in paths


@pytest.mark.parametrize("profile", ["strict", "app"])
def test_what_is_written_is_what_was_drawn(tmp_path: Path, profile: Any) -> None:
    """Any random event comes back from its file as it was."""

    @settings(
        max_examples=60, database=None, derandomize=True, deadline=None, phases=[Phase.generate], suppress_health_check=CHECKS,
    )  # fmt: skip
    @given(st.data())
    def written(data: Any) -> None:
        event, canaries = data.draw(events(profile))
        case = Case(
            id="fuzz.event.1", why='a "b": c', kind="secret", about="a.b", profiles=(profile,), input=EventInput(event), canaries=canaries,
            keep={"strict": Keep(), "app": Keep()}, absent={}, dropped=frozenset(), exact={}, varies=(), place=Place("f", 1, 1),
        )  # fmt: skip
        file = tmp_path / "a.yaml"
        file.write_text(case_text(case), encoding="utf-8")
        (found,) = load(file)
        assert (found.input, found.canaries, found.why) == (case.input, canaries, case.why)

    written()


def _no_spec(_name: str) -> None:
    return None


def test_bad_arguments_are_told(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What to install, what is missing, what cannot be imported."""
    with pytest.raises(SystemExit):
        main(["--only", "calls"])
    assert "of which --package?" in capsys.readouterr().err
    assert main(["--package", "nowhere_fuzz", "--only", "calls", "--policy", "STRICT"]) == 2
    assert "nowhere_fuzz" in capsys.readouterr().err
    monkeypatch.setattr("tightlip.suite.fuzz_command.find_spec", _no_spec)
    assert main([]) == 2
    assert "python -m pip install hypothesis" in capsys.readouterr().err
