"""The command line: what it prints, where, and with which exit code."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from probe import failure, reporter_for

import tightlip
from tightlip.cli import main
from tightlip.envelope import encode
from tightlip.facts import Facts
from tightlip.notice import notice
from tightlip.outbox import FILE_NAME, Outbox, default_path
from tightlip.policy import POLICIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from probe import MakePackage

ROOT = Path(__file__).resolve().parents[1]
PATHS = os.pathsep.join([str(ROOT / "pipeline"), str(ROOT / "scrubbers")])


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """``python -m tightlip`` in a process of its own."""
    full = {**os.environ, "PYTHONPATH": PATHS, **environment}
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "tightlip", *arguments],
        env=full,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


class Answer:
    """Exit code and output of one command, in this process."""

    def __init__(self, arguments: Sequence[str], capsys: pytest.CaptureFixture[str]) -> None:
        try:
            self.code: object = main(list(arguments))
        except SystemExit as end:
            self.code = end.code
        self.out, self.err = capsys.readouterr()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / FILE_NAME


@pytest.fixture
def stored(make_package: MakePackage, path: Path) -> list[str]:
    """The ids of three real reports in an outbox."""
    text = "class NotFound(Exception): pass\ndef fail(name): raise NotFound(f'no workspace {name!r}')\ndef bare(): raise ValueError\ndef lines(): raise ValueError('two\\nlines')\n"
    module = make_package("probe_cli", text)
    reporter = reporter_for("probe_cli", outbox=path)
    ids = [
        reporter.capture(failure(module.fail, "s3cr3tcanary")),
        reporter.capture(failure(module.bare)),
        reporter.capture(failure(module.lines)),
    ]
    assert reporter.close(60)
    assert reporter.stats()["stored"] == 3
    return [str(one) for one in ids]


class TestHelp:
    def test_help_shows_examples(self) -> None:
        """Every command, and what to type."""
        found = run("--help")
        assert (found.returncode, found.stderr) == (0, "")
        for command in ("demo", "policy", "consent", "outbox"):
            assert re.search(rf"^\s+{command}\s+\w", found.stdout, re.MULTILINE)
            assert f"tightlip {command}" in found.stdout.split("examples:")[1]

    @pytest.mark.parametrize(
        "arguments",
        [["policy"], ["consent"], ["outbox"], ["outbox", "list"], ["outbox", "show"], ["outbox", "purge"]],
        ids=" ".join,
    )
    def test_every_command_has_help(self, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        """Its arguments with a word on each."""
        found = Answer([*arguments, "--help"], capsys)
        assert (found.code, found.err) == (0, "")
        assert found.out.startswith(f"usage: tightlip {' '.join(arguments)} ")

    def test_version(self, capsys: pytest.CaptureFixture[str]) -> None:
        """As the package says."""
        assert Answer(["--version"], capsys).out == f"tightlip {tightlip.__version__}\n"

    @pytest.mark.parametrize(
        ("arguments", "word"),
        [
            ([], "COMMAND"),
            (["nonsense"], "nonsense"),
            (["--nonsense"], "COMMAND"),
            (["policy", "NONSENSE"], "STRICT"),
            (["policy", "STRICT", "APP"], "APP"),
            (["consent", "--nonsense"], "--nonsense"),
            (["consent", "--config"], "--config"),
            (["outbox"], "ACTION"),
            (["outbox", "nonsense"], "nonsense"),
            (["outbox", "list"], "--package"),
            (["outbox", "list", "--path"], "--path"),
            (["outbox", "list", "--path", "x", "--package", "y"], "not allowed with"),
            (["outbox", "show", "--path", "x"], "ID"),
            (["outbox", "purge"], "--path"),
            (["outbox", "list", "--package", ""], "--package"),
            (["outbox", "list", "--path", ""], "--path"),
            (["outbox", "list", "--package", "../../elsewhere"], "--package"),
        ],
        ids=lambda value: " ".join(value) or "nothing" if isinstance(value, list) else value,
    )
    def test_bad_arguments(self, arguments: list[str], word: str, capsys: pytest.CaptureFixture[str]) -> None:
        """Exit code 2, a message on stderr that names what is wrong, nothing on stdout, no traceback."""
        found = Answer(arguments, capsys)
        assert (found.code, found.out) == (2, "")
        assert word in found.err
        assert "Traceback" not in found.err

    def test_bad_arguments_in_a_process(self) -> None:
        """The same for the process."""
        found = run("outbox", "list")
        assert (found.returncode, found.stdout) == (2, "")
        assert "usage: tightlip outbox list" in found.stderr


class TestPolicy:
    @pytest.mark.parametrize("name", sorted(POLICIES))
    def test_it_prints_the_notice(self, name: str, capsys: pytest.CaptureFixture[str]) -> None:
        """In either case of letters."""
        for typed in (name, name.lower()):
            found = Answer(["policy", typed], capsys)
            assert (found.code, found.out, found.err) == (0, notice(Facts().allowed(POLICIES[name])), "")

    def test_strict_is_the_default(self) -> None:
        """As for a reporter."""
        found = run("policy")
        assert (found.returncode, found.stdout, found.stderr) == (0, notice(Facts().allowed(tightlip.STRICT)), "")

    def test_a_reader_that_has_enough(self) -> None:
        """``tightlip policy | head -1`` is no error."""
        process = subprocess.Popen(
            [sys.executable, "-m", "tightlip", "policy", "APP"],
            env={**os.environ, "PYTHONPATH": PATHS},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        error = process.stderr.read()
        process.stderr.close()
        assert (process.wait(300), error) == (0, b"")

    @pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
    def test_any_terminal(self, encoding: str) -> None:
        """It has no characters that a terminal could lack."""
        assert run("policy", PYTHONIOENCODING=encoding, PYTHONUTF8="0").returncode == 0


class TestConsent:
    @pytest.mark.parametrize(
        ("variable", "file", "code", "words"),
        [
            ("", None, 1, "reports are not allowed: the default, which is off"),
            ("1", None, 1, "reports are not allowed: DO_NOT_TRACK=1 in the environment"),
            ("0", None, 0, "reports are allowed: DO_NOT_TRACK=0 in the environment"),
            ("", "tracking: true\n", 0, "reports are allowed: tracking: true in "),
            ("", "tracking: false\n", 1, "reports are not allowed: tracking: false in "),
            ("", "other: 1\n", 1, "reports are not allowed: the default"),
            ("", "tracking: maybe\n", 1, "reports are not allowed: tracking in "),
            ("", "- a\n", 1, "reports are not allowed: "),
            ("", ": : :\n\t{", 1, "reports are not allowed: "),
            ("1", "tracking: true\n", 1, "reports are not allowed: DO_NOT_TRACK=1"),
            ("0", "tracking: false\n", 0, "reports are allowed: DO_NOT_TRACK=0"),
        ],
        ids=range(11),
    )
    def test_status(
        self,
        variable: str,
        file: str | None,
        code: int,
        words: str,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        """Exit code 0 means yes and 1 means no; the line says what decided."""
        monkeypatch.setenv("DO_NOT_TRACK", variable)
        arguments = ["consent"]
        if file is not None:
            (tmp_path / "config.yaml").write_text(file, encoding="utf-8")
            arguments += ["--config", str(tmp_path / "config.yaml")]
        found = Answer(arguments, capsys)
        assert (found.code, found.err) == (code, "")
        assert found.out.startswith(words)
        assert found.out.count("\n") == 1

    def test_another_key(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """As the SDK calls it."""
        monkeypatch.delenv("DO_NOT_TRACK", raising=False)
        file = tmp_path / "config.yaml"
        file.write_text("reports: yes\ntracking: no\n", encoding="utf-8")
        assert Answer(["consent", "--config", str(file), "--key", "reports"], capsys).code == 0
        assert Answer(["consent", "--config", str(file)], capsys).code == 1

    def test_a_missing_file(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """It says nothing, so that the default holds."""
        monkeypatch.delenv("DO_NOT_TRACK", raising=False)
        found = Answer(["consent", "--config", str(tmp_path / "none.yaml")], capsys)
        said = f"reports are not allowed: the default, which is off ({tmp_path / 'none.yaml'} is not there)\n"
        assert (found.code, found.out) == (1, said)

    def test_a_folder(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """It cannot be understood, which is no consent."""
        monkeypatch.delenv("DO_NOT_TRACK", raising=False)
        found = Answer(["consent", "--config", str(tmp_path)], capsys)
        assert found.code == 1
        assert "not allowed" in found.out

    def test_in_a_process(self) -> None:
        """The exit code is the process's."""
        assert run("consent", DO_NOT_TRACK="0").returncode == 0
        assert run("consent", DO_NOT_TRACK="1").returncode == 1


class TestOutbox:
    def test_list(self, stored: list[str], path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """One line for each report, oldest first, and a last one with number and place."""
        found = Answer(["outbox", "list", "--path", str(path)], capsys)
        lines = found.out.splitlines()
        assert (found.code, found.err, len(lines)) == (0, "", 4)
        for event_id, line in zip(stored, lines, strict=False):
            assert re.fullmatch(rf"{event_id}  \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d UTC  +\d+ bytes  \S.*", line)
        assert lines[0].endswith("NotFound: no workspace {name!r}")
        assert lines[1].endswith("  ValueError")
        assert lines[3] == f"3 reports in {path}"

    def test_show(self, stored: list[str], path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """The report as it would leave, as JSON."""
        found = Answer(["outbox", "show", "--path", str(path), stored[0]], capsys)
        assert (found.code, found.err) == (0, "")
        event = json.loads(found.out)
        assert event["event_id"] == stored[0]
        assert event["exception"]["values"][-1]["value"] == "no workspace {name!r}"
        assert "s3cr3tcanary" not in found.out

    def test_show_by_the_first_characters(self, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """As many as tell it apart."""
        for event_id in ("aa11", "aa22", "bb33"):
            Outbox(path).add(event_id, encode({"event_id": event_id}))
        for prefix, expected in (("b", "bb33"), ("aa1", "aa11"), ("aa22", "aa22")):
            assert json.loads(Answer(["outbox", "show", "--path", str(path), prefix], capsys).out) == {
                "event_id": expected
            }
        found = Answer(["outbox", "show", "--path", str(path), "aa"], capsys)
        assert (found.code, found.out) == (1, "")
        assert "2 reports" in found.err
        assert "'aa'" in found.err

    def test_a_whole_id_is_that_report(self, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Though another id begins with it."""
        for event_id in ("aa", "aa22"):
            Outbox(path).add(event_id, encode({"event_id": event_id}))
        found = Answer(["outbox", "show", "--path", str(path), "aa"], capsys)
        assert found.code == 0
        assert json.loads(found.out) == {"event_id": "aa"}

    @pytest.mark.parametrize("unknown", ["ffff", "%", "_", "' OR 1=1 --", "\N{SNOWMAN}"])
    def test_an_unknown_id(
        self, stored: list[str], path: Path, unknown: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Exit code 1, and which it was."""
        assert not any(event_id.startswith(unknown) for event_id in stored)
        found = Answer(["outbox", "show", "--path", str(path), unknown], capsys)
        assert (found.code, found.out) == (1, "")
        assert repr(unknown) in found.err
        assert "no report" in found.err

    def test_purge(self, stored: list[str], path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """It says how many there were, and where."""
        for number in (len(stored), 0):
            found = Answer(["outbox", "purge", "--path", str(path)], capsys)
            assert (found.code, found.out, found.err) == (0, f"{number} reports deleted from {path}\n", "")
        assert Outbox(path).entries() == []

    def test_by_package(
        self,
        make_package: MakePackage,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        """The outbox that the SDK's reporter uses by default."""
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "state"))
        module = make_package("probe_state", "def fail(): raise ValueError('no')\n")
        reporter = reporter_for("probe_state", outbox=None)
        event_id = reporter.capture(failure(module.fail))
        assert reporter.close(60)
        found = Answer(["outbox", "list", "--package", "probe_state"], capsys)
        assert str(event_id) in found.out
        assert f"1 reports in {default_path('probe_state')}" in found.out

    @pytest.mark.parametrize("action", ["list", "purge", "show"])
    def test_a_missing_file(self, action: str, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """It is an empty outbox, and looking at it does not make it."""
        found = Answer(["outbox", action, "--path", str(path), *(["abc"] if action == "show" else [])], capsys)
        assert found.code == (1 if action == "show" else 0)
        assert not path.parent.exists()

    @pytest.mark.parametrize("action", ["list", "purge", "show"])
    def test_a_folder(self, action: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Exit code 2, and what to give."""
        found = Answer(["outbox", action, "--path", str(tmp_path), *(["abc"] if action == "show" else [])], capsys)
        assert (found.code, found.out) == (2, "")
        assert found.err.startswith("tightlip: ")
        assert "folder" in found.err

    @pytest.mark.parametrize("action", ["list", "purge", "show"])
    def test_a_file_that_is_no_outbox(self, action: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """A slip of the hand must not rename a person's file: exit code 2, a message, and the file is as it was."""
        notes = tmp_path / "notes.txt"
        notes.write_text("these are my notes\n" * 300, encoding="utf-8")
        found = Answer(["outbox", action, "--path", str(notes), *(["abc"] if action == "show" else [])], capsys)
        assert [file.name for file in tmp_path.iterdir()] == ["notes.txt"]
        assert notes.read_text(encoding="utf-8") == "these are my notes\n" * 300
        assert (found.code, found.out) == (2, "")
        assert found.err.startswith("tightlip: ")

    @pytest.mark.parametrize("action", ["list", "purge", "show"])
    def test_a_database_of_another_program(
        self, action: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Nothing is added to it."""
        file = tmp_path / "places.sqlite"
        with closing(sqlite3.connect(file)) as database, database:
            database.execute("CREATE TABLE places (url TEXT)")
        before = file.read_bytes()
        found = Answer(["outbox", action, "--path", str(file), *(["abc"] if action == "show" else [])], capsys)
        assert file.read_bytes() == before
        assert (found.code, found.out) == (2, "")
        assert found.err.startswith("tightlip: ")

    def test_a_corrupt_outbox(self, stored: list[str], path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Whatever is said of it, its bytes are still there."""
        path.write_bytes(b"\x00garbage" * 1_000)
        found = Answer(["outbox", "list", "--path", str(path)], capsys)
        assert found.code == 2
        assert found.err.startswith("tightlip: ")
        assert b"\x00garbage" * 1_000 in [file.read_bytes() for file in path.parent.iterdir()]

    def test_a_report_that_cannot_be_read(self, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """It is listed, and showing it is an error with a message."""
        for event_id, envelope in (
            ("aa", b"\xff\xfe"),
            ("bb", b"{}\n{}\n[1]\n"),
            ("cc", b"{}\n{}\n{nonsense\n"),
            ("dd", b""),
            ("ee", b'{}\n{}\n{"exception":5}\n'),
        ):
            Outbox(path).add(event_id, envelope)
        listed = Answer(["outbox", "list", "--path", str(path)], capsys)
        assert (listed.code, len(listed.out.splitlines())) == (0, 6)
        for event_id in ("aa", "bb", "cc", "dd"):
            found = Answer(["outbox", "show", "--path", str(path), event_id], capsys)
            assert (found.code, found.out) == (2, "")
            assert found.err.startswith("tightlip: ")

    @pytest.mark.parametrize(
        "text", ["two\nlines", "\x1b[2Jcleared", "tab\tand\rreturn", "\u2028", "\x9b2J"], ids=ascii
    )
    def test_a_line_is_a_line_whatever_a_report_holds(
        self, text: str, path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """A message with line breaks or control characters does neither break the list nor reach the terminal."""
        Outbox(path).add(
            "aa", encode({"event_id": "aa", "exception": {"values": [{"type": "ValueError", "value": text}]}})
        )
        found = Answer(["outbox", "list", "--path", str(path)], capsys)
        assert len(found.out.splitlines()) == 2
        assert text not in found.out
        assert all(character.isprintable() for character in found.out.replace("\n", ""))

    @pytest.mark.parametrize("text", ["cut…", "\ud800", "日本"], ids=ascii)
    @pytest.mark.parametrize("encoding", ["ascii", "utf-8"])
    def test_any_text_on_any_terminal(self, text: str, encoding: str, path: Path) -> None:
        """A character that the terminal lacks must not hide the report."""
        Outbox(path).add(
            "aa", encode({"event_id": "aa", "exception": {"values": [{"type": "ValueError", "value": text}]}})
        )
        for arguments in (["list"], ["show", "aa"]):
            found = run("outbox", *arguments, "--path", str(path), PYTHONIOENCODING=encoding)
            assert (found.returncode, found.stderr) == (0, "")
            assert "ValueError" in found.stdout

    def test_in_a_process(self, stored: list[str], path: Path) -> None:
        """List, show and purge, as a person types them, in the process's own outbox file."""
        assert "3 reports in" in run("outbox", "list", "--path", str(path)).stdout
        shown: Any = json.loads(run("outbox", "show", "--path", str(path), stored[1]).stdout)
        assert shown["exception"]["values"][-1]["type"] == "ValueError"
        assert run("outbox", "purge", "--path", str(path)).stdout.startswith("3 reports deleted")
        assert "0 reports in" in run("outbox", "list", "--path", str(path)).stdout

    def test_a_file_that_is_not_there_is_told(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Its path may be misspelt."""
        assert main(["outbox", "list", "--path", str(tmp_path / "outbx.sqlite3")]) == 0
        assert "outbx.sqlite3 (there is no such file)" in capsys.readouterr().out


@pytest.mark.parametrize(
    "command",
    ["", "demo", "catalogue", "catalogue build", "catalogue show", "catalogue coverage", "scrub", "explain", "check", "fuzz", "report", "policy", "consent", "outbox"],
)  # fmt: skip
def test_each_help_has_examples_and_fits_a_terminal(
    command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No line is longer than 80 columns, and somebody new sees what to type."""
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit) as ended:
        main([*command.split(), "--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert f"examples:\n  tightlip {command}".rstrip() in said
    assert [line for line in said.splitlines() if len(line) > 80] == []


@pytest.mark.skipif(os.name != "posix", reason="a shell's way to close a stream")
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_closed_streams_do_no_harm(closed: str) -> None:
    """The exit status still says."""
    command = f'"{sys.executable}" -m tightlip policy {closed}'
    found = subprocess.run(
        ["/bin/sh", "-c", command],
        env={**os.environ, "PYTHONPATH": PATHS},
        capture_output=True,
        timeout=300,
        check=False,
    )
    assert (found.returncode, found.stderr) == (0, b"")
