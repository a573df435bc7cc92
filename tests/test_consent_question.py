"""The question at the terminal: who is asked, what an answer does, and that none is no consent."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tightlip.consent_question import CI_VARIABLES, MOST_ATTEMPTS, why_silent

ROOT = Path(__file__).resolve().parents[1]
CODE = """
import sys
from tightlip.consent import ask
decision = ask("Acme", {config!r}, policy_url="https://acme.example/privacy")
sys.stdout.write(f"{{decision.allowed}}|{{decision.source}}\\n")
"""


@dataclass
class Run:
    """A CLI in a terminal of its own."""

    screen: str
    output: str


def _start(config: Path, home: Path, *arguments: str, **environment: str) -> tuple[subprocess.Popen[bytes], int]:
    code = CODE.format(config=str(config))
    ours, theirs = pty.openpty()
    clean = {
        name: value
        for name, value in os.environ.items()
        if name not in CI_VARIABLES and name not in ("TERM", "DO_NOT_TRACK")
    }
    clean |= {"HOME": str(home), "XDG_STATE_HOME": str(home / "state"), "TERM": "xterm"}
    clean |= {"PYTHONPATH": os.pathsep.join([str(ROOT / "pipeline"), str(ROOT / "scrubbers")]), **environment}
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments], stdin=theirs, stderr=theirs, stdout=subprocess.PIPE, env=clean,
        start_new_session=True, preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY),  # noqa: PLW1509 - no thread runs here
    )  # fmt: skip
    os.close(theirs)
    return process, ours


def _read(terminal: int, until: str, seconds: float = 30) -> str:
    """What the screen shows, up to some text or the end of the process."""
    shown = b""
    end = time.monotonic() + seconds
    while time.monotonic() < end and until.encode() not in shown:
        if not select.select([terminal], [], [], 0.1)[0]:
            continue
        try:
            piece = os.read(terminal, 4_096)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        shown += piece
    return shown.decode()


def run(config: Path, home: Path, typed: str | None, *arguments: str, **environment: str) -> Run:
    """Start the CLI, type when it asks, and read what it says. None: whatever it says, nothing is typed."""
    process, terminal = _start(config, home, *arguments, **environment)
    screen = ""
    if typed is not None:
        screen = _read(terminal, "[y/N] ")
        os.write(terminal, typed.encode())
    output, _ = process.communicate(timeout=300)
    screen += _read(terminal, "\0", 0.5)
    os.close(terminal)
    return Run(screen.replace("\r\n", "\n"), output.decode())


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / ".acme" / "config.yaml"


class TestAnswers:
    @pytest.mark.parametrize(
        ("typed", "word", "allowed"),
        [("y\n", "true", True), ("YES\n", "true", True), ("n\n", "false", False), ("\n", "false", False)],
    )
    def test_are_kept(self, config: Path, tmp_path: Path, typed: str, word: str, allowed: bool) -> None:
        """The answer stands in the config file, the user is told where, and nobody is asked again."""
        found = run(config, tmp_path, typed)
        assert found.output == f"{allowed}|tracking: {word} in {config} line 1\n"
        assert config.read_text() == f"tracking: {word}\n"
        assert str(config) in found.screen
        assert "https://acme.example/privacy" in found.screen
        again = run(config, tmp_path, None)
        assert again.output == found.output
        assert again.screen == ""

    @pytest.mark.parametrize(
        "typed", ["\x04", "perhaps\n", "yy\n", "1\n", "\x03"], ids=["end", "perhaps", "yy", "1", "ctrl-c"]
    )
    def test_no_answer_is_no_consent(self, config: Path, tmp_path: Path, typed: str) -> None:
        """Dismissed or unreadable: not allowed, and nothing is written into the config file."""
        found = run(config, tmp_path, typed)
        assert found.output == "False|the question was not answered\n"
        assert not config.exists()

    def test_nobody_is_asked_for_ever(self, config: Path, tmp_path: Path) -> None:
        """After so many attempts there is silence."""
        screens = [run(config, tmp_path, "?\n").screen for _ in range(MOST_ATTEMPTS)]
        assert all("[y/N]" in screen for screen in screens)
        last = run(config, tmp_path, None)
        assert last.screen == ""
        assert last.output.startswith("False|")

    def test_killed_in_the_middle(self, config: Path, tmp_path: Path) -> None:
        """An attempt that was ended by force is an attempt."""
        for _ in range(MOST_ATTEMPTS):
            process, terminal = _start(config, tmp_path)
            assert "[y/N]" in _read(terminal, "[y/N] ")
            process.send_signal(signal.SIGKILL)
            process.communicate()
            os.close(terminal)
        assert run(config, tmp_path, None).screen == ""
        assert not config.exists()

    def test_two_at_once(self, config: Path, tmp_path: Path) -> None:
        """While one asks, the other goes on without asking and without consent."""
        process, terminal = _start(config, tmp_path)
        assert "[y/N]" in _read(terminal, "[y/N] ")
        other = run(config, tmp_path, None)
        assert (other.screen, other.output) == ("", "False|the default, which is off\n")
        os.write(terminal, b"y\n")
        output, _ = process.communicate(timeout=300)
        os.close(terminal)
        assert output.decode().startswith("True|")

    def test_the_file_is_edited_in_place(self, config: Path, tmp_path: Path) -> None:
        """Comments, order and unknown keys stay."""
        config.parent.mkdir()
        config.write_text("# mine\nregion: eu # near\n")
        run(config, tmp_path, "y\n")
        assert config.read_text() == "# mine\nregion: eu # near\ntracking: true\n"

    def test_a_broken_file_is_left(self, config: Path, tmp_path: Path) -> None:
        """It says no by being broken, so that nobody is asked, and it is not written."""
        config.parent.mkdir()
        config.write_text("a: [")
        found = run(config, tmp_path, None)
        assert found.output.startswith("False|")
        assert found.screen == ""
        assert config.read_text() == "a: ["

    def test_a_folder_that_cannot_be_written(self, config: Path, tmp_path: Path) -> None:
        """An answer that cannot be saved is no consent, and the user is told."""
        config.parent.write_text("a file where the folder should be")
        found = run(config, tmp_path, "y\n")
        assert found.output == "False|the answer could not be saved\n"
        assert "could not be saved" in found.screen


class TestSilence:
    @pytest.mark.parametrize(
        "arguments", [["--version"], ["completion", "bash"], ["-h"], ["__complete", ""]], ids=" ".join
    )
    def test_commands_that_only_tell(self, config: Path, tmp_path: Path, arguments: list[str]) -> None:
        """Output that a person or a shell waits for is not held up by a question."""
        found = run(config, tmp_path, None, *arguments)
        assert (found.screen, found.output) == ("", "False|the default, which is off\n")

    @pytest.mark.parametrize("name", sorted(CI_VARIABLES))
    def test_in_ci(self, name: str) -> None:
        """Each of the vendors' variables counts; one that is set to false does not."""
        assert why_silent({name: "true"}, [], is_terminal=True) == f"{name} is set"
        assert why_silent({name: "false"}, [], is_terminal=True) is None

    def test_with_an_environment_that_decides(self, config: Path, tmp_path: Path) -> None:
        """Whoever set the variable has answered."""
        found = run(config, tmp_path, None, DO_NOT_TRACK="1")
        assert (found.screen, found.output) == ("", "False|DO_NOT_TRACK=1 in the environment\n")

    def test_the_other_reasons(self) -> None:
        """No terminal, a dumb one, a shell that completes; and where there is none, a person is asked."""
        assert why_silent({}, [], is_terminal=False) is not None
        assert why_silent({"TERM": "dumb"}, [], is_terminal=True) is not None
        assert why_silent({"_ARGCOMPLETE": "1"}, [], is_terminal=True) is not None
        assert why_silent({"TERM": "xterm", "CI": ""}, ["upload"], is_terminal=True) is None
