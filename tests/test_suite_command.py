"""``tightlip check`` as its users see it."""

from __future__ import annotations

import json
import re
import shlex
import sys
from typing import TYPE_CHECKING

import pytest

from tightlip.suite.check_command import main

if TYPE_CHECKING:
    from pathlib import Path

CASES = """\
tightlip: 1
class: request
cases:
  - id: request.cookies.sid
    why: Cookies are request data.
    canaries: {session: cookie}
    event:
      level: error
      message: could not refresh the session
      request: {cookies: {sid: "${session}"}}
    keep: {app: {words: [refresh]}}
  - id: secret.message.key
    why: A key is nobody's business.
    class: secret
    canaries: {key: api_key}
    log: "the key ${key} is refused"
    keep: {app: {words: [refused]}}
    dropped: [strict]
"""
SCRUBBERS = """\
def keys_only(event, hint):
    event.get("request", {}).pop("cookies", None)
    return event

def nothing_left(event, hint):
    return None

def twice(event):
    return {"level": "error", "message": "could not refresh the session, the key is refused"}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "all.yaml").write_text(CASES, encoding="utf-8")
    (tmp_path / "some_scrubbers.py").write_text(SCRUBBERS, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> int:
    return main(["cases", "--jobs", "0", "--seed", "1", *arguments])


def test_tightlip_itself_passes_under_both_promises(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 0
    said = capsys.readouterr().out
    assert "tightlip strict" in said
    assert "tightlip app" in said
    assert re.search(r"4 passed in [0-9.]+ s \(seed 1\)", said)


def test_a_leak_is_told_with_place_canary_and_path(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And with the command that runs the case again."""
    assert run("--scrubber", "some_scrubbers:keys_only") == 1
    said = capsys.readouterr().out
    assert "FAILED secret.message.key" in said
    assert "cases/all.yaml:12:5" in said
    assert "the api_key canary key left at logentry.formatted" in said
    assert "tightlip check cases --scrubber some_scrubbers:keys_only -k secret.message.key --seed 1" in said
    assert "1 passed, 1 failed" in said


def test_losing_everything_is_a_failure_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--scrubber", "some_scrubbers:nothing_left") == 1
    assert "2 failed" in capsys.readouterr().out


def test_a_callable_of_one_argument_is_one(folder: Path) -> None:
    assert run("--scrubber", "some_scrubbers:twice") == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--scrubber", "some_scrubbers:key_only"], "keys_only"),
        (["--scrubber", "no_such_module:f"], "no_such_module"),
        (["-k", "nothing"], "no case is left of 2 by -k nothing"),
        (["--baseline", "known.json"], "--write-baseline known.json"),
        (["--command", "no-such-command-here"], "no-such-command-here"),
    ],
)
def test_a_mistake_is_told_before_anything_runs(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert run(*arguments) == 2
    said = capsys.readouterr()
    assert words in said.err
    assert said.out == ""


@pytest.mark.parametrize("arguments", [["--times", "1"], ["--shrink"], ["--limit", "0"], ["--policy", "NONE"]])
def test_arguments_that_make_no_sense_are_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        run(*arguments)
    assert caught.value.code == 2
    assert arguments[0] in capsys.readouterr().err


def test_a_file_with_mistakes_is_told_with_line_and_column(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "cases" / "all.yaml").write_text(CASES.replace("canaries:", "canary:", 1), encoding="utf-8")
    assert run() == 2
    said = capsys.readouterr().err
    assert re.search(r"all\.yaml:6:[0-9]+: .*canary.*canaries", said)


def test_some_cases_by_name_and_class(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("-k", "cookies", "--list") == 0
    assert capsys.readouterr().out.split()[0] == "request.cookies.sid"
    assert run("--class", "secret", "--policy", "APP") == 0
    assert "1 passed" in capsys.readouterr().out


def test_known_failures_pass_until_they_are_mended(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The file can only shrink: what is mended must go out of it."""
    bad = ["--scrubber", "some_scrubbers:keys_only"]
    assert run(*bad, "--write-baseline", "known.json") == 0
    assert run(*bad, "--baseline", "known.json") == 0
    assert "1 known" in capsys.readouterr().out
    (folder / "some_scrubbers.py").write_text(
        SCRUBBERS.replace("keys_only", "old").replace("twice(event)", "keys_only(event)")
    )
    import sys

    del sys.modules["some_scrubbers"]
    assert run(*bad, "--baseline", "known.json") == 1
    assert "--shrink" in capsys.readouterr().err
    assert run(*bad, "--baseline", "known.json", "--shrink") == 0
    assert json.loads((folder / "known.json").read_text("utf-8"))["known"] == []
    assert run(*bad, "--baseline", "known.json") == 0


def test_results_go_to_a_file_whole(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--format", "json", "-o", "results.json") == 0
    assert json.loads((folder / "results.json").read_text("utf-8"))["summary"]["tightlip app"] == {"passed": 2}
    assert capsys.readouterr().out == ""
    assert {file.name for file in folder.iterdir()} >= {"results.json"}
    assert not [file for file in folder.iterdir() if file.name.startswith(".results")]


def test_a_place_that_cannot_be_written_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--format", "json", "-o", "no/such/folder.json") == 2
    assert "no/such/folder.json cannot be written: no such file or directory" in capsys.readouterr().err


def test_of_nothing_that_was_checked_no_baseline_is_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It would be empty, and look like the end of all failures."""
    assert run("--live", "true {file}", "--write-baseline", "known.json") == 2
    assert "nothing was checked" in capsys.readouterr().err
    assert not (folder / "known.json").exists()


def test_the_schema_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--schema"]) == 0
    assert "cases" in json.loads(capsys.readouterr().out)["properties"]


def test_nothing_to_check_is_a_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([])
    assert "which cases?" in capsys.readouterr().err


def test_the_scoreboard_says_what_is_not_here_and_judges_tightlip_alone(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a peer leaks is no failure of the run."""
    assert run("--compare") == 0
    said = capsys.readouterr().out
    assert "none" in said
    assert "words kept" in said
    assert re.search(r"4 passed in", said)


def test_what_a_command_said_is_shown_to_who_asks(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It may hold canaries; that there is something to see is told."""
    (folder / "ends.py").write_text("raise SystemExit('no such module')", encoding="utf-8")
    command = ("--command", f"{shlex.quote(sys.executable)} -S -E ends.py", "-k", "request")
    assert run(*command) == 1
    said = capsys.readouterr().out
    assert "--show-stderr: what it wrote" in said
    assert "no such module" not in said
    assert run(*command, "--show-stderr") == 1
    said = capsys.readouterr().out
    assert "--show-stderr: what it wrote" not in said
    assert "    | no such module" in said
