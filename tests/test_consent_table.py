"""Consent as a table: what the environment, the file and the version say, alone and in every combination; who is asked; and that
without consent no byte is written or sent."""

from __future__ import annotations

import io
import json
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tightlip import Consent, config_file
from tightlip.config_file import MOST_BYTES
from tightlip.consent import ask
from tightlip.consent_question import CI_VARIABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[1]

# The three tables. True: on; False: off; None: it says nothing, and the next one decides.

ENVIRONMENT: tuple[tuple[bytes | None, bool | None], ...] = (
    (None, None),
    (b"", None),
    (b" ", None),
    (b"\t \n", None),
    (b"0", True),
    (b"false", True),
    (b"no", True),
    (b"off", True),
    (b"FALSE", True),
    (b"No", True),
    (b"oFF", True),
    (b"  0", True),
    (b"off\n", True),
    (b"1", False),
    (b"true", False),
    (b"yes", False),
    (b"on", False),
    (b"TRUE", False),
    (b" 1 ", False),
    (b"2", False),
    (b"-0", False),
    (b"00", False),
    (b"0.0", False),
    (b"0 0", False),
    (b"n", False),
    (b"f", False),
    (b"disabled", False),
    (b"none", False),
    (b"null", False),
    (b"'0'", False),
    (b"anything", False),
    (b"\xff\xfe", False),
    (b"0\xff", False),
    ("\uff10".encode(), False),  # a full-width zero is no zero
    (b"0" * 10_000, False),
)

_NESTED_MERGES = b"".join(b"a%d: &a%d {<<: [%b]}\n" % (i, i, b",".join([b"*a%d" % (i - 1)] * 10)) for i in range(1, 12))
_NESTED_ALIASES = b"".join(b"a%d: &a%d [%b]\n" % (i, i, b",".join([b"*a%d" % (i - 1)] * 10)) for i in range(1, 12))

#: What stands in the file.
CONTENTS: tuple[tuple[str, bytes, bool | None], ...] = (
    ("empty", b"", None),
    ("blank", b" \n\n", None),
    ("comments", b"# tracking: true\n# tracking: false\n", None),
    ("document mark", b"---\n", None),
    ("directive", b"%YAML 1.1\n---\ntracking: true\n", True),
    ("null", b"~\n", None),
    ("byte order mark alone", b"\xef\xbb\xbf", None),
    ("another key", b"region: us\n", None),
    ("key in another case", b"Tracking: true\nTRACKING: true\n", None),
    ("key in another place", b"acme:\n  tracking: true\n", None),
    ("key with blanks", b"'tracking ': true\n", None),
    ("key as a value", b"key: tracking\n", None),
    ("true", b"tracking: true\n", True),
    ("True", b"tracking: True\n", True),
    ("TRUE", b"tracking: TRUE\n", True),
    ("yes", b"tracking: yes\n", True),
    ("on", b"tracking: on\n", True),
    ("quoted key", b'"tracking": true\n', True),
    ("explicit key", b"? tracking\n: true\n", True),
    ("quoted true", b"tracking: 'true'\n", True),
    ("quoted YES", b'tracking: "YES"\n', True),
    ("quoted on, with blanks", b"tracking: ' on '\n", True),
    ("folded", b"tracking: >\n  true\n", True),
    ("tagged", b"tracking: !!bool 'yes'\n", True),
    ("by alias", b"yes: &on true\ntracking: *on\n", True),
    ("by merge", b"base: &base {tracking: true}\n<<: *base\n", True),
    ("byte order mark", b"\xef\xbb\xbftracking: true\n", True),
    ("windows line ends", b"# mine\r\ntracking: true\r\n", True),
    ("old mac line ends", b"# mine\rtracking: true\r", True),
    ("no line end", b"tracking: true", True),
    ("json", b'{"tracking": true, "a": [1]}', True),
    ("a comment behind", b"tracking: true # false\n", True),
    ("end mark", b"tracking: true\n...\n", True),
    ("unknown tag elsewhere", b"a: !mine 1\ntracking: true\n", True),
    ("python tag elsewhere", b"a: !!python/object/apply:os.abort []\ntracking: true\n", True),
    ("false", b"tracking: false\n", False),
    ("no", b"tracking: no\n", False),
    ("Off", b"tracking: Off\n", False),
    ("quoted false", b"tracking: 'false'\n", False),
    ("quoted NO", b"tracking: 'NO'\n", False),
    ("no value", b"tracking:\n", False),
    ("null value", b"tracking: null\n", False),
    ("tilde", b"tracking: ~\n", False),
    ("empty text", b"tracking: ''\n", False),
    ("one", b"tracking: 1\n", False),
    ("zero", b"tracking: 0\n", False),
    ("quoted one", b"tracking: '1'\n", False),
    ("float", b"tracking: 1.0\n", False),
    ("y", b"tracking: y\n", False),
    ("word", b"tracking: enabled\n", False),
    ("sentence", b"tracking: true that\n", False),
    ("list", b"tracking: [true]\n", False),
    ("list below", b"tracking:\n- true\n", False),
    ("mapping", b"tracking: {enabled: true}\n", False),
    ("mapping below", b"tracking:\n  enabled: true\n", False),
    ("date", b"tracking: 2026-01-01\n", False),
    ("binary value", b"tracking: !!binary dHJ1ZQ==\n", False),
    ("unknown tag", b"tracking: !mine true\n", False),
    ("python tag", b"tracking: !!python/object/apply:os.abort []\n", False),
    ("bad boolean", b"tracking: !!bool perhaps\n", False),
    ("unknown alias", b"tracking: *on\n", False),
    ("document is a list", b"- tracking: true\n", False),
    ("document is a word", b"tracking\n", False),
    ("document is a number", b"1\n", False),
    ("document is a boolean", b"true\n", False),
    ("document is a set", b"!!set {tracking}\n", False),
    ("ini", b"[acme]\ntracking = true\n", False),
    ("two documents", b"tracking: true\n---\ntracking: true\n", False),
    ("broken", b"tracking: true\nkey: [\n", False),
    ("broken before", b"key: ]\ntracking: true\n", False),
    ("bad indent", b"a: 1\n  tracking: true\n", False),
    ("tab before the value", b"tracking:\ttrue\n", False),  # PyYAML cannot read it, so no program on it can
    ("tab as indent", b"a:\n\tb: 1\ntracking: true\n", False),
    ("conflict marks", b"<<<<<<< ours\ntracking: true\n=======\ntracking: false\n>>>>>>> theirs\n", False),
    ("key twice", b"tracking: true\ntracking: true\n", False),
    ("key twice, contradicting", b"tracking: false\ntracking: true\n", False),
    ("key twice, quoted", b"tracking: true\n'tracking': false\n", False),
    ("key twice, by merge", b"base: &base {tracking: false}\n<<: *base\ntracking: true\n", False),
    ("key twice, by two merges", b"a: &a {tracking: true}\nb: &b {tracking: false}\n<<: [*a, *b]\n", False),
    ("merge of a word", b"<<: text\ntracking: true\n", False),
    ("merge of itself", b"&r\n<<: *r\ntracking: true\n", False),
    ("unhashable key", b"[a]: b\ntracking: true\n", False),
    ("binary", bytes(range(256)), False),
    ("compressed", b"\x1f\x8b\x08\x00tracking: true", False),
    ("latin-1", b"# gr\xf6\xdfe\ntracking: true\n", False),
    ("utf-16", "tracking: true\n".encode("utf-16"), False),
    ("utf-32", "tracking: true\n".encode("utf-32"), False),
    ("nul", b"tracking: true\n\x00", False),
    ("control character", b"tracking: true\n# \x07\n", False),
    ("alias bomb", b"a0: &a0 [x]\n" + _NESTED_ALIASES + b"tracking: true\n", True),
    ("alias bomb as value", b"a0: &a0 [x]\n" + _NESTED_ALIASES + b"tracking: *a11\n", False),
    ("merge bomb", b"a0: &a0 {x: 1}\n" + _NESTED_MERGES + b"<<: *a11\ntracking: true\n", True),
    ("merge bomb that says it", b"a0: &a0 {tracking: true}\n" + _NESTED_MERGES + b"<<: *a11\n", False),
    ("deep", b"tracking: true\na: " + b"[" * 600 + b"]" * 600 + b"\n", False),
    ("deep, unfinished", b"[" * 600, False),
    ("deep mapping", b"{a: " * 600, False),
    ("as large as may be", b"tracking: true\n#".ljust(MOST_BYTES, b"x"), True),
    ("huge", b"tracking: true\n#".ljust(MOST_BYTES + 1, b"x"), False),
    ("long line", b"tracking: '" + b"x" * 50_000 + b"'\n", False),
)  # fmt: skip


def _link(target: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        path.symlink_to(target)

    return make


def _content(path: Path, content: bytes = b"tracking: true\n") -> None:
    path.write_bytes(content)


def _two_links(path: Path) -> None:
    (path.parent / "real").write_bytes(b"tracking: true\n")
    (path.parent / "between").symlink_to("real")
    path.symlink_to("between")


def _link_to_no(path: Path) -> None:
    (path.parent / "real").write_bytes(b"tracking: false\n")
    path.symlink_to("real")


def _hard_link(path: Path) -> None:
    (path.parent / "real").write_bytes(b"tracking: true\n")
    path.hardlink_to(path.parent / "real")


def _folder_in_place(path: Path, make: Callable[[Path], None]) -> None:
    path.parent.rmdir()
    make(path.parent)


def _bound_socket(path: Path) -> None:
    before = Path.cwd()
    os.chdir(path.parent)  # a socket's path is short
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(path.name)
    finally:
        os.chdir(before)


#: What is in the file's place.
PLACES: tuple[tuple[str, Callable[[Path], None], bool | None], ...] = (
    ("absent", lambda _: None, None),
    ("no folder", lambda path: path.parent.rmdir(), None),
    ("a file where the folder would be", lambda path: _folder_in_place(path, _content), None),
    ("a link to a folder without it", lambda path: _folder_in_place(path, _link(".")), None),
    ("a folder", lambda path: path.mkdir(), False),
    ("a link", _two_links, True),
    ("a link to no", _link_to_no, False),
    ("a hard link", _hard_link, True),
    ("a link to nowhere", _link("not mounted/config.yaml"), False),
    ("a link to itself", _link("config.yaml"), False),
    ("a link to a folder", _link("."), False),
    ("a link to a device", _link("/dev/null"), False),
    ("the folder is a link to nowhere", lambda path: _folder_in_place(path, _link("not mounted")), False),
    ("the folder is a link to itself", lambda path: _folder_in_place(path, _link(".blaxel")), False),
    ("a pipe", os.mkfifo, False),
    ("a socket", _bound_socket, False),
)

#: Language, version, default.
VERSIONS: tuple[tuple[str, object, bool], ...] = (
    ("python", "0.2.45", True),
    ("python", "v0.2.45", True),
    ("python", "0.2.9", True),
    ("python", "0.2", True),
    ("python", "0.1.99", True),
    ("python", "0", True),
    ("python", "0.2.45.9", True),
    ("python", "0.2.46", False),
    ("python", "v0.2.46", False),
    ("python", "0.2.46.0", False),
    ("python", "0.2.47", False),
    ("python", "0.2.100", False),
    ("python", "0.3.0", False),
    ("python", "0.10.0", False),
    ("python", "1.0", False),
    ("typescript", "0.2.75", True),
    ("typescript", "0.2.46", True),
    ("typescript", "0.2.76", False),
    ("typescript", "0.2.77", False),
    ("typescript", "1.0.0", False),
    ("go", "v0.16.0", True),
    ("go", "v0.15.99", True),
    ("go", "v0.16.1", False),
    ("go", "v0.16.2", False),
    ("go", "v1.0.0", False),
    # No released version from before the change: off.
    ("python", "0.2.45rc1", False),
    ("python", "0.2.45-rc.1", False),
    ("python", "0.2.45.dev3", False),
    ("python", "0.2.45.post1", False),
    ("python", "0.2.45+local", False),
    ("python", "1!0.2.45", False),
    ("typescript", "0.2.75-beta.1", False),
    ("go", "v0.0.0-20260101000000-abcdef123456", False),
    ("go", "v0.16.0+incompatible", False),
    ("go", "(devel)", False),
    ("python", "", False),
    ("python", " 0.2.45", False),
    ("python", "0.2.45\n", False),
    ("python", "V0.2.45", False),
    ("python", "vv0.2.45", False),
    ("python", "0.2.", False),
    ("python", ".2.45", False),
    ("python", "0..2", False),
    ("python", "0.2.-1", False),
    ("python", "0.2.4\u0665", False),
    ("python", "unknown", False),
    ("python", "9" * 10_000, False),
    ("python", b"0.2.45", False),
    ("python", (0, 2, 45), False),
    ("python", 0.2, False),
    ("python", None, False),
)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where Blaxel's config file is, in an empty home."""
    for name in ("DO_NOT_TRACK", "TERM", *CI_VARIABLES):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("TERM", "xterm")
    (tmp_path / ".blaxel").mkdir()
    return tmp_path / ".blaxel" / "config.yaml"


def set_variable(value: bytes | None) -> None:
    # The fixture's monkeypatch puts it back.
    if value is None:
        os.environ.pop("DO_NOT_TRACK", None)
    else:
        os.environb[b"DO_NOT_TRACK"] = value


def by_the_table(path: Path, in_file: bool | None) -> None:
    """Each environment and each version with the file as it is."""
    wrong: list[object] = []
    versions = {
        (language, version): default
        for language, version, default in VERSIONS
        if language == "python" or in_file is None
    }
    some = list(versions.items())[:: 1 if in_file is None else 6]
    for value, in_environment in ENVIRONMENT:
        set_variable(value)
        for (language, version), default in some if in_environment is None else some[:4] + some[-4:]:
            decision = Consent.blaxel(language, version).decision()
            said = (in_environment, in_file, default)
            expected = next(answer for answer in said if answer is not None)
            place = ("DO_NOT_TRACK", "~/.blaxel/config.yaml", "the default")[
                next(number for number, answer in enumerate(said) if answer is not None)
            ]
            if decision.allowed is not expected or place not in decision.source or "\n" in decision.source:
                wrong.append((value, language, version, decision, expected))
    assert wrong == []


class TestDecision:
    @pytest.mark.parametrize(("content", "in_file"), [row[1:] for row in CONTENTS], ids=[row[0] for row in CONTENTS])
    def test_content(self, path: Path, content: bytes, in_file: bool | None) -> None:
        """Whatever stands in the file, with each environment and version."""
        path.write_bytes(content)
        by_the_table(path, in_file)

    @pytest.mark.parametrize(("make", "in_file"), [row[1:] for row in PLACES], ids=[row[0] for row in PLACES])
    def test_place(self, path: Path, make: Callable[[Path], None], in_file: bool | None) -> None:
        """Whatever is in the file's place, with each environment and version."""
        make(path)
        by_the_table(path, in_file)

    @pytest.mark.parametrize("what", ["file", "folder"])
    def test_no_permission(self, path: Path, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """A file or a folder that may not be read is no consent. For root, who may read all, the refusal is acted."""
        path.write_bytes(b"tracking: true\n")
        place = path if what == "file" else path.parent
        place.chmod(0)
        try:
            if os.geteuid() == 0:
                refused = PermissionError(13, "Permission denied", str(place))
                real = os.open

                def fails(*_: object, **__: object) -> Any:
                    raise refused

                def fails_for_it(name: Any, *arguments: Any, **more: Any) -> int:
                    return fails() if str(name) == str(path) else real(name, *arguments, **more)

                if what == "file":
                    monkeypatch.setattr(os, "open", fails_for_it)
                else:
                    monkeypatch.setattr(Path, "stat", fails)
            by_the_table(path, in_file=False)
        finally:
            monkeypatch.undo()
            place.chmod(0o700)

    @pytest.mark.parametrize(("language", "version", "default"), VERSIONS, ids=lambda value: repr(value)[:30])
    def test_version(self, path: Path, language: str, version: object, default: bool) -> None:
        """What holds when nobody has said anything."""
        assert not path.exists()
        assert Consent.blaxel(language, version).decision().allowed is default

    @pytest.mark.parametrize("value", ["true", "1", "false", "0", ""])
    @pytest.mark.parametrize(
        "name",
        ["BL_ENABLE_OPENTELEMETRY", "BL_TRACKING", "OTEL_SDK_DISABLED", "OTEL_TRACES_EXPORTER", "OTEL_EXPORTER_OTLP_ENDPOINT", "SENTRY_DSN",
         "do_not_track", "DO_NOT_TRACK_ME", "DNT", "TRACKING", "CI"],
    )  # fmt: skip
    def test_other_variables_say_nothing(
        self, path: Path, name: str, value: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """``BL_ENABLE_OPENTELEMETRY`` and its like belong to other systems: with and without them the answer is the same."""
        for content in (b"", b"tracking: true\n", b"tracking: false\n"):
            path.write_bytes(content)
            for variable in (None, b"0", b"1"):
                set_variable(variable)
                for version in ("0.2.45", "0.2.46"):
                    monkeypatch.delenv(name, raising=False)
                    before = Consent.blaxel("python", version).decision()
                    monkeypatch.setenv(name, value)
                    assert Consent.blaxel("python", version).decision() == before

    def test_a_pipe_that_comes_between_looking_and_reading(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """What was a file when it was looked at may be a pipe when it is opened: it is not waited for, and is no consent."""
        path.write_bytes(b"tracking: true\n")
        real = config_file.state

        def changed(place: Path) -> os.stat_result | None:
            found = real(place)
            path.unlink()
            os.mkfifo(path)
            return found

        monkeypatch.setattr("tightlip.consent.state", changed)
        assert Consent.blaxel("python", "0.2.45").decision().allowed is False

    def test_a_file_that_grows_between_looking_and_reading(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """No more is read than may be."""
        path.write_bytes(b"tracking: true\n")
        real = config_file.state

        def changed(place: Path) -> os.stat_result | None:
            found = real(place)
            path.write_bytes(b"tracking: true\n" + b"#" * 1_000_000)
            return found

        monkeypatch.setattr("tightlip.consent.state", changed)
        assert Consent.blaxel("python", "0.2.45").decision().allowed is False


class Terminal(io.StringIO):
    """A stream that is a terminal or not, or that cannot tell."""

    def __init__(self, text: str = "", *, is_terminal: bool | None = True) -> None:
        super().__init__(text)
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        if self._is_terminal is None:
            raise ValueError("I/O operation on closed file")
        return self._is_terminal


#: stdin is a terminal, stderr is one, the environment, the command line; whether somebody is asked. None: the stream is closed.
TERMINALS: tuple[tuple[str, bool | None, bool | None, dict[str, str], list[str], bool], ...] = (
    ("a person", True, True, {}, [], True),
    ("a person's command", True, True, {}, ["deploy", "--name", "x"], True),
    ("input from a file", False, True, {}, [], False),
    ("errors to a file", True, False, {}, [], False),
    ("neither", False, False, {}, [], False),
    ("input closed", None, True, {}, [], False),
    ("errors closed", True, None, {}, [], False),
    ("a dumb terminal", True, True, {"TERM": "dumb"}, [], False),
    ("CI", True, True, {"CI": "true"}, [], False),
    ("CI is false", True, True, {"CI": "false"}, [], True),
    ("CI is empty", True, True, {"CI": ""}, [], True),
    ("a vendor's CI", True, True, {"GITHUB_ACTIONS": "true"}, [], False),
    ("--version", True, True, {}, ["--version"], False),
    ("--help behind a command", True, True, {}, ["deploy", "--help"], False),
    ("completion", True, True, {}, ["completion", "zsh"], False),
    ("a shell completes", True, True, {"COMP_LINE": "acme de"}, [], False),
)
#: What was said before: the variable, the content of the file (None: absent); whether there is still something to ask.
BEFORE: tuple[tuple[str, bytes | None, bytes | None, bool], ...] = (
    ("nothing", None, None, True),
    ("an empty variable", b"", None, True),
    ("an empty file", None, b"", True),
    ("comments", None, b"# mine\n", True),
    ("another key", None, b"region: us\n", True),
    ("yes in the file", None, b"tracking: true\n", False),
    ("no in the file", None, b"tracking: false\n", False),
    ("yes in the environment", b"0", None, False),
    ("no in the environment", b"1", None, False),
    ("nonsense in the environment", b"?", None, False),
    ("nonsense in the file", None, b"tracking: perhaps\n", False),
    ("a broken file", None, b"a: [\n", False),
    ("a binary file", None, b"\xff\xfe\x00", False),
    ("the key twice", None, b"tracking: true\ntracking: true\n", False),
)
#: What is typed, and the answer: None for none.
TYPED: tuple[tuple[str, bool | None], ...] = (
    ("y\n", True),
    ("Yes\n", True),
    (" y \n", True),
    ("n\n", False),
    ("NO\n", False),
    ("\n", False),
    ("", None),
    ("y", None),
    ("perhaps\n", None),
    ("true\n", None),
    ("1\n", None),
    ("yy\n", None),
    ("y" * 1_000 + "\n", None),
    ("\x00\n", None),
)


@pytest.mark.parametrize("terminal", TERMINALS, ids=[row[0] for row in TERMINALS])
def test_who_is_asked(path: Path, monkeypatch: pytest.MonkeyPatch, terminal: tuple[Any, ...]) -> None:
    """Every terminal with everything that was said before: asked is who is at a terminal and has said nothing; each answer counts as said."""
    _, stdin, stderr, environment, arguments, is_person = terminal
    monkeypatch.setattr(sys, "argv", ["acme", *arguments])
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    for name, variable, content, is_open in BEFORE:
        for typed, answer in TYPED if is_person and is_open else TYPED[:1]:
            set_variable(variable)
            path.unlink(missing_ok=True)
            if content is not None:
                path.write_bytes(content)
            for file in (path.parents[1] / "state").rglob("asked-*.json"):
                file.unlink()
            before = Consent("~/.blaxel/config.yaml").decision()
            screen = Terminal(is_terminal=stderr)
            monkeypatch.setattr(sys, "stdin", Terminal(typed, is_terminal=stdin))
            monkeypatch.setattr(sys, "stderr", screen)
            decision = ask("Acme", "~/.blaxel/config.yaml")
            shown = (name, typed, screen.getvalue())
            after = path.read_bytes() if path.exists() else None
            if not (is_person and is_open):
                assert ("[y/N]" in screen.getvalue(), decision, after) == (False, before, content), shown
            elif answer is None:
                assert ("[y/N]" in screen.getvalue(), decision.allowed, after) == (True, False, content), shown
            else:
                line = b"tracking: true\n" if answer else b"tracking: false\n"
                assert ("[y/N]" in screen.getvalue(), decision.allowed, after) == (
                    True,
                    answer,
                    (content or b"") + line,
                ), shown


# Without consent no byte is written or sent.

#: Two lists: of rows that say no, and of rows that say yes. Variable, content of the file (None: absent), default.
NO: tuple[tuple[str | None, str | None, bool], ...] = (
    (None, None, False),
    ("", None, False),
    (None, "", False),
    (None, "# tracking: true\n", False),
    (None, "tracking: false\n", True),
    (None, "tracking: 1\n", True),
    (None, "tracking:\n", True),
    (None, "a: [\n", True),
    (None, "- tracking: true\n", True),
    (None, "tracking: true\ntracking: true\n", True),
    (None, "\ud800", True),
    ("1", None, True),
    ("1", "tracking: true\n", True),
    ("true", "tracking: true\n", True),
    ("anything", "tracking: true\n", True),
    ("\udcff", "tracking: true\n", True),
)
YES: tuple[tuple[str | None, str | None, bool], ...] = (
    (None, None, True),
    (None, "tracking: true\n", False),
    ("0", "tracking: false\n", False),
)

_WATCHED = """
import atexit, json, os, sys

rows, dsn, home = json.loads(sys.argv[1]), sys.argv[2], os.environ["HOME"]
seen, watching = [], [False]
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
PREFIXES = ("socket.", "sqlite3.", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod", "os.chown",
            "os.utime", "os.fork", "os.exec", "os.posix_spawn", "os.system", "subprocess.", "shutil.", "tempfile.", "mmap.", "http.", "urllib.",
            "smtplib.", "ftplib.", "os.setxattr", "syslog.")

def audit(event, args):
    if watching[0] and (event.startswith(PREFIXES) or event == "open" and args[2] & WRITES):
        seen.append([event, repr(args[:1])])

def tree():
    found = {}
    for folder, folders, files in os.walk(home):
        for name in (*folders, *files):
            path = os.path.join(folder, name)
            state = os.lstat(path)
            found[os.path.relpath(path, home)] = [state.st_size, state.st_mtime_ns, state.st_ino, state.st_mode]
    return found

def tell():
    watching[0] = False
    after = tree()
    print(json.dumps({"seen": seen, "made": sorted(set(after) - set(before)), "changed": after != before, "stats": stats, "taken": taken, "threads": threads}))

sys.addaudithook(audit)
atexit.register(tell)  # the first, so that it is called last
import threading
import probe_sdk, tightlip
import yaml, zlib, uuid  # what they load by themselves is none of ours
class Fails:
    def __del__(self):
        probe_sdk.fail("finaliser")
stats, taken, threads = [], [], []
os.chdir(home)
os.mkdir("config")
for number, (variable, content, default) in enumerate(rows):
    if content is not None:
        with open(f"config/{number}.yaml", "w", errors="surrogatepass") as file:
            file.write(content)
before = tree()
watching[0] = True
for number, (variable, content, default) in enumerate(rows):
    os.environ.pop("DO_NOT_TRACK", None)
    if variable is not None:
        os.environ["DO_NOT_TRACK"] = variable
    consent = tightlip.Consent(config=f"~/config/{number}.yaml", default=default)
    reporter = tightlip.Reporter("probe_sdk", [], dsn=dsn, consent=consent)
    reporter.install()
    reporter.add_breadcrumb("step")
    try:
        with reporter.guard():
            probe_sdk.fail("x")
    except Exception as error:
        kept = error
    taken.append(reporter.capture(kept))
    try:
        reporter.guard()(probe_sdk.fail)("x")
    except Exception:
        pass
    assert reporter.preview(kept) is not None
    Fails()
    threads.append(threading.active_count() - 1)
    reporter.flush(20)
    if number + 1 < len(rows):
        reporter.close(20)
    stats.append(sorted(reporter.stats()))
probe_sdk.fail("uncaught")
"""

_SDK = """
def fail(name):
    raise LookupError(f"no record called {name!r}")
"""


def _watch(folder: Path, rows: tuple[tuple[str | None, str | None, bool], ...]) -> tuple[dict[str, Any], int]:
    (folder / "code" / "probe_sdk").mkdir(parents=True)
    (folder / "code" / "probe_sdk" / "__init__.py").write_text(_SDK)
    (folder / "home").mkdir()
    paths = [str(folder / "code"), str(ROOT / "pipeline"), str(ROOT / "scrubbers")]
    environment = {
        **{
            name: value
            for name, value in os.environ.items()
            if name not in ("DO_NOT_TRACK", "XDG_STATE_HOME", "XDG_CACHE_HOME")
        },
        "HOME": str(folder / "home"),
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONDONTWRITEBYTECODE": "1",
        "TMPDIR": str(folder / "home"),
        # They would switch other systems on.
        "BL_ENABLE_OPENTELEMETRY": "true",
        "SENTRY_SPOTLIGHT": "1",
        "OTEL_TRACES_EXPORTER": "otlp",
    }
    accepted: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up() -> None:
            while True:
                connection, sender = server.accept()
                connection.close()
                if sender == own.getsockname():
                    return
                accepted.append(sender)

        thread = threading.Thread(target=hang_up)
        thread.start()
        dsn = f"http://{'0' * 32}@127.0.0.1:{server.getsockname()[1]}/1"
        own = socket.socket()
        own.bind(("127.0.0.1", 0))
        try:
            found = subprocess.run(
                [sys.executable, "-c", _WATCHED, json.dumps(rows), dsn],
                capture_output=True, env=environment, timeout=120, check=False,
            )  # fmt: skip
        finally:
            own.connect(server.getsockname())  # the last
            thread.join()
            own.close()
    assert found.returncode == 1, found.stderr
    assert found.stderr.rstrip().endswith(b"LookupError: no record called 'uncaught'")
    return json.loads(found.stdout), len(accepted)


def test_without_consent_no_byte_is_written_or_sent(tmp_path: Path) -> None:
    """Every way to say no: no file, folder, database, socket, thread or process is made, and the home folder is as it was."""
    found, accepted = _watch(tmp_path, NO)
    assert found["seen"] == []
    assert (found["made"], found["changed"], accepted) == ([], False, 0)
    assert found["taken"] == [None] * len(NO)
    assert found["threads"] == [0] * len(NO)
    assert found["stats"] == [["dropped.consent.not given"]] * len(NO)


@pytest.mark.parametrize("row", YES, ids=["default", "file", "environment"])
def test_with_consent_the_same_watch_sees_it(tmp_path: Path, row: tuple[str | None, str | None, bool]) -> None:
    """What shows that the watch is awake: the outbox, its folders, the worker and the connection."""
    found, accepted = _watch(tmp_path, (row,))
    events = {event for event, _ in found["seen"]}
    assert {"os.mkdir", "sqlite3.connect", "socket.connect"} <= events
    assert found["threads"] != [0]
    assert ".local/state/tightlip/probe_sdk/outbox.sqlite3" in found["made"]
    assert found["changed"]
    assert accepted > 0
    assert found["taken"] != [None]


# Read again when it may have changed, and only then.


@pytest.fixture
def opened(path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The openings of the config file."""
    assert path.parent.exists()
    opened: list[str] = []
    real = os.open

    def watched(name: Any, *arguments: Any, **more: Any) -> int:
        opened.append(str(name))
        return real(name, *arguments, **more)

    monkeypatch.setattr(os, "open", watched)
    config_file._kept.cache_clear()
    config_file._answer.cache_clear()
    yield opened
    config_file._kept.cache_clear()


def settle(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the file had been changed long ago."""
    monkeypatch.setattr(config_file, "_SETTLED_SECONDS", -1.0)


class TestReading:
    def test_once(self, path: Path, opened: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
        """A file that does not change is opened once, also by another `Consent`, and then only looked at."""
        settle(monkeypatch)
        path.write_bytes(b"tracking: true\n")
        for _ in range(50):
            assert Consent.blaxel("python", "1.0").decision().allowed is True
        assert opened.count(str(path)) == 1

    def test_not_at_all(self, path: Path, opened: list[str]) -> None:
        """Where the environment decides, or there is no file, nothing is opened."""
        assert Consent.blaxel("python", "1.0").decision().allowed is False
        path.write_bytes(b"tracking: true\n")
        set_variable(b"1")
        assert Consent.blaxel("python", "1.0").decision().allowed is False
        assert opened == []

    @pytest.mark.parametrize(
        "way", ["in place", "in place, same size", "same size and time", "replaced", "replaced, same size and time"]
    )
    def test_after_a_change(self, path: Path, opened: list[str], monkeypatch: pytest.MonkeyPatch, way: str) -> None:
        """Whichever way it changes, it is read again once: in place, by another file, with the same size, with the same time."""
        settle(monkeypatch)
        path.write_bytes(b"tracking: yes\n")
        os.utime(path, ns=(0, 0))
        assert Consent.blaxel("python", "1.0").decision().allowed is True
        before = path.stat().st_ctime_ns
        content = b"tracking: off\n" if "same size" in way else b"tracking: false # no\n"
        while True:
            if "replaced" in way:
                (path.parent / "new").write_bytes(content)
                (path.parent / "new").replace(path)
            else:
                path.write_bytes(content)
            if "time" in way:
                os.utime(path, ns=(0, 0))
            if path.stat().st_ctime_ns != before:
                break  # a step of the clock; what is in between is the next test's
        for _ in range(3):
            assert Consent.blaxel("python", "1.0").decision().allowed is False
        assert opened.count(str(path)) == 2

    def test_within_one_step_of_the_clock(self, path: Path, opened: list[str]) -> None:
        """A file that was changed a moment ago is read each time, as the next change may leave size and times as they are; parsed it is once."""
        path.write_bytes(b"tracking: yes\n")
        found = path.stat()
        for word, allowed in ((b"yes", True), (b"off", False), (b"yes", True), (b"off", False)):
            path.write_bytes(b"tracking: " + word + b"\n")
            said = config_file.read(path, found, "tracking")
            assert said is not None
            assert said.value is allowed
        assert opened.count(str(path)) == 4
        assert config_file._answer.cache_info().misses == 2

    def test_a_broken_file_is_parsed_once(self, path: Path, opened: list[str]) -> None:
        """A file that takes long to fail does so once, not for every report."""
        path.write_bytes(b"a: [\n")
        for _ in range(20):
            assert (
                Consent.blaxel("python", "0.2.45").decision().source
                == "~/.blaxel/config.yaml cannot be read (ParserError)"
            )
        assert config_file._answer.cache_info().misses == 1
        assert opened
