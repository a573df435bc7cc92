"""``tightlip consent``: an answer is kept in the user's file, no deletes what waits, and what is shown is what would be sent."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

import tightlip
from tightlip import cli
from tightlip.envelope import decode
from tightlip.outbox import Outbox

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def outbox(tmp_path: Path) -> Path:
    """An outbox with one real report in it."""
    import httpx

    path = tmp_path / "outbox.sqlite3"
    reporter = tightlip.Reporter("httpx", outbox=path, consent=tightlip.Consent(default=True))
    try:
        httpx.URL("https://example.invalid/s3cr3t-canary\x00")
    except httpx.InvalidURL as error:
        reporter.capture(error)
    assert reporter.close(30)
    return path


@pytest.mark.parametrize(("action", "word", "code"), [("enable", "true", 0), ("disable", "false", 0)])
def test_an_answer_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], action: str, word: str, code: int
) -> None:
    """One key changes, the rest of the file stays, and the new decision is said."""
    config = tmp_path / "config.yaml"
    config.write_text("# mine\nregion: eu\n", encoding="utf-8")
    assert cli.main(["consent", action, "--config", str(config)]) == code
    assert config.read_text(encoding="utf-8") == f"# mine\nregion: eu\ntracking: {word}\n"
    assert f"tracking: {word} in {config} line 3" in capsys.readouterr().out


def test_the_variable_still_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever enables reports against the environment is told that they are not on."""
    monkeypatch.setenv("DO_NOT_TRACK", "1")
    assert cli.main(["consent", "enable", "--config", str(tmp_path / "c.yaml")]) == 1
    assert "not allowed: DO_NOT_TRACK=1" in capsys.readouterr().out


def test_no_deletes_what_waits(tmp_path: Path, outbox: Path) -> None:
    """Reports from before the answer are not sent after it."""
    assert len(Outbox(outbox).entries()) == 1
    assert cli.main(["consent", "disable", "--config", str(tmp_path / "c.yaml"), "--path", str(outbox)]) == 0
    assert Outbox(outbox).entries() == []


def test_view_is_what_would_be_sent(outbox: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The events of the outbox, field by field, and nothing of a value."""
    assert cli.main(["consent", "view", "--path", str(outbox)]) == 0
    shown = capsys.readouterr().out
    store = Outbox(outbox)
    envelope = store.read(store.entries()[0].event_id)
    assert envelope is not None
    assert json.loads(shown) == decode(envelope)
    assert "canary" not in shown


def test_an_empty_outbox(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing waits: said on stderr, and by the exit status."""
    assert cli.main(["consent", "view", "--path", str(tmp_path / "none.sqlite3")]) == 1
    found = capsys.readouterr()
    assert found.out == ""
    assert found.err.startswith("0 reports")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["enable"], "--config"),
        (["view"], "--package"),
        (["view", "--package", "a b"], "no import name"),
        (["maybe"], "maybe"),
    ],
)
def test_bad_arguments(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What is missing is named."""
    with pytest.raises(SystemExit) as ended:
        cli.main(["consent", *arguments])
    assert ended.value.code == 2
    assert words in capsys.readouterr().err


def test_a_broken_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is not written, and the error names it with its line."""
    config = tmp_path / "c.yaml"
    config.write_text("a: [", encoding="utf-8")
    assert cli.main(["consent", "disable", "--config", str(config)]) == 2
    assert config.read_text(encoding="utf-8") == "a: ["
    assert f"{config}, line 1" in capsys.readouterr().err
