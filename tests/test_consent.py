"""Consent: who decides, and that without it nothing happens at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import tightlip
from tightlip import Consent, Decision

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[1]
SECRET = "sk_live_51canary7Jq"

SDK_SOURCE = """
class ProbeError(Exception):
    pass


def fail(name):
    raise ProbeError(f"no record called {name!r}")
"""

#: What the variable says: None for nothing.
VARIABLE: dict[str | None, bool | None] = {
    None: None,
    "": None,
    "   ": None,
    "0": True,
    " 0 ": True,
    "false": True,
    "FALSE": True,
    "1": False,
    "true": False,
    "True": False,
    "yes": False,
    "on": False,
    "2": False,
    "00": False,
    "-1": False,
    "0.0": False,
    "null": False,
    "none": False,
    "\u0660": False,
    "anything": False,
}

#: What a file's content says about the key ``tracking``: None for nothing.
CONTENT: dict[str, tuple[bytes, bool | None]] = {
    "empty": (b"", None),
    "blank": (b"\n \n", None),
    "comment": (b"# tracking: true\n", None),
    "null document": (b"null\n", None),
    "other key": (b"region: us\n", None),
    "nested key": (b"acme:\n  tracking: true\n", None),
    "true": (b"tracking: true\n", True),
    "True": (b"tracking: True\n", True),
    "yes": (b"tracking: yes\n", True),
    "on": (b"tracking: on\n", True),
    "quoted true": (b'tracking: "true"\n', True),
    "quoted yes": (b"tracking: 'Yes'\n", True),
    "quoted with blanks": (b"tracking: ' on '\n", True),
    "byte order mark": (b"\xef\xbb\xbftracking: true\n", True),
    "json": (b'{"tracking": true}', True),
    "windows line ends": (b"region: us\r\ntracking: true\r\n", True),
    "false": (b"tracking: false\n", False),
    "no": (b"tracking: no\n", False),
    "off": (b"tracking: off\n", False),
    "quoted false": (b'tracking: "false"\n', False),
    "quoted no": (b"tracking: 'no'\n", False),
    "null": (b"tracking:\n", False),
    "tilde": (b"tracking: ~\n", False),
    "one": (b"tracking: 1\n", False),
    "zero": (b"tracking: 0\n", False),
    "float": (b"tracking: 1.0\n", False),
    "y": (b"tracking: y\n", False),
    "t": (b"tracking: t\n", False),
    "word": (f"tracking: {SECRET}\n".encode(), False),
    "enabled": (b"tracking: enabled\n", False),
    "empty text": (b"tracking: ''\n", False),
    "list": (b"tracking: [true]\n", False),
    "mapping": (b"tracking: {enabled: true}\n", False),
    "date": (b"tracking: 2026-01-01\n", False),
    "document is a list": (b"- tracking: true\n", False),
    "document is a word": (f"{SECRET}\n".encode(), False),
    "document is a number": (b"1\n", False),
    "two documents": (b"tracking: true\n---\ntracking: true\n", False),
    "broken": (f"tracking: true\n  token: [{SECRET}\n".encode(), False),
    "tab": (b"tracking:\ttrue\n\t- x\n", False),
    "python object": (b"tracking: !!python/object/apply:os.getcwd []\n", False),
    "binary": (bytes(range(256)), False),
    "utf-16": ("tracking: true\n".encode("utf-16-le"), False),
    "nul": (b"tracking: true\n\0", False),
    "deep": (b"[" * 50_000, False),
    "huge": (b"tracking: true\n" + b"# x\n" * 500_000, False),
    "unhashable key": (b"{[a]: b}: true\ntracking: true\n", False),
    "key twice, taken back": (b"tracking: true\ntracking: false\n", False),
    "key twice, contradicting": (b"tracking: false\nregion: us\ntracking: true\n", False),
    "key twice, by merge": (b"base: &base {tracking: true}\n<<: *base\ntracking: false\n", False),
}


@pytest.fixture(autouse=True)
def _variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DO_NOT_TRACK", raising=False)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config.yaml"


def set_variable(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    if value is None:
        monkeypatch.delenv("DO_NOT_TRACK", raising=False)
    else:
        monkeypatch.setenv("DO_NOT_TRACK", value)


@pytest.mark.parametrize("default", [True, False])
@pytest.mark.parametrize("name", CONTENT)
@pytest.mark.parametrize("value", [None, "0", "1"])
def test_variable_beats_file_beats_default(
    monkeypatch: pytest.MonkeyPatch, config: Path, value: str | None, name: str, default: bool
) -> None:
    """The first of the three that says something decides; what is there and cannot be understood says no."""
    content, in_file = CONTENT[name]
    config.write_bytes(content)
    set_variable(monkeypatch, value)
    said = VARIABLE[value]
    expected = said if said is not None else in_file if in_file is not None else default
    decision = Consent(config=config, default=default).decision()
    assert decision.allowed is expected
    if said is not None:
        assert decision.source.startswith("DO_NOT_TRACK=")
    elif in_file is not None:
        assert str(config) in decision.source
    else:
        assert "default" in decision.source
    assert SECRET not in decision.source
    assert "\n" not in decision.source


@pytest.mark.parametrize("default", [True, False])
@pytest.mark.parametrize(
    "in_file", [b"tracking: true\n", b"tracking: false\n", None], ids=["file on", "file off", "no file"]
)
@pytest.mark.parametrize("value", VARIABLE, ids=repr)
def test_every_value_of_the_variable(
    monkeypatch: pytest.MonkeyPatch, config: Path, value: str | None, in_file: bytes | None, default: bool
) -> None:
    """``0`` and ``false`` switch on, over the file's no; empty counts as unset; anything else switches off, over the file's yes."""
    if in_file is not None:
        config.write_bytes(in_file)
    set_variable(monkeypatch, value)
    said = VARIABLE[value]
    expected = said if said is not None else b"true" in in_file if in_file is not None else default
    assert Consent(config=config, default=default).decision().allowed is expected


def test_the_variable_is_never_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody's secret in the wrong variable is not printed back."""
    monkeypatch.setenv("DO_NOT_TRACK", SECRET)
    assert Consent().decision() == Decision(allowed=False, source="DO_NOT_TRACK=1 in the environment")


class TestOtherThanAFile:
    @pytest.mark.parametrize("default", [True, False])
    def test_nothing_there(self, config: Path, default: bool) -> None:
        """A file that does not exist says nothing."""
        assert Consent(config=config, default=default).decision().allowed is default

    def test_a_folder(self, config: Path) -> None:
        """A folder in its place is no consent, and the source names it."""
        config.mkdir()
        decision = Consent(config=config, default=True).decision()
        assert decision.allowed is False
        assert str(config) in decision.source

    def test_a_symlink(self, config: Path, tmp_path: Path) -> None:
        """A symlink is followed."""
        (tmp_path / "real.yaml").write_text("tracking: true\n")
        config.symlink_to(tmp_path / "real.yaml")
        assert Consent(config=config).decision().allowed is True

    def test_a_symlink_to_itself(self, config: Path) -> None:
        """A symlink that goes round in circles is no consent."""
        config.symlink_to(config)
        assert Consent(config=config, default=True).decision().allowed is False

    def test_a_symlink_to_nowhere(self, config: Path, tmp_path: Path) -> None:
        """A config that was put elsewhere and is not there now may have said no: no consent."""
        config.symlink_to(tmp_path / "not mounted" / "config.yaml")
        assert Consent(config=config, default=True).decision().allowed is False

    @pytest.mark.parametrize("path", ["bad\0name", "x" * 5000], ids=["nul", "long"])
    def test_a_path_that_no_file_can_have(self, path: str) -> None:
        """A path that the system refuses raises nothing and gives no consent."""
        assert Consent(config=path, default=False).decision().allowed is False

    @pytest.mark.parametrize("kind", ["fifo", "device"])
    def test_what_never_ends(self, config: Path, kind: str) -> None:
        """A pipe or a device in its place is no consent; it is not read, so that the host does not wait."""
        path = config if kind == "fifo" else Path("/dev/zero")
        if kind == "fifo":
            os.mkfifo(config)
        code = (
            "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30)); from tightlip import Consent;"
            "found = Consent(config=sys.argv[1], default=True).decision(); print(found.allowed)"
        )
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "pipeline"), str(ROOT / "scrubbers")])}
        try:
            found = subprocess.run(
                [sys.executable, "-c", code, str(path)],
                capture_output=True,
                text=True,
                env=environment,
                timeout=300,
                check=False,
            )
        except subprocess.TimeoutExpired:
            found = None
        assert found is not None, "it waits for ever"
        assert (found.stdout, found.stderr) == ("False\n", "")


def test_the_home_folder_is_expanded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """``~`` is the user's home."""
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".acme").mkdir()
    (tmp_path / ".acme" / "config.yaml").write_text("telemetry: true\n")
    decision = Consent(config="~/.acme/config.yaml", key="telemetry").decision()
    assert decision == Decision(allowed=True, source="telemetry: true in ~/.acme/config.yaml line 1")


@pytest.mark.parametrize(
    "default", [1, "yes", "false", object(), [True]], ids=["one", "yes", "false", "object", "list"]
)
def test_a_default_that_is_no_boolean_is_off(default: Any) -> None:
    """Only ``True`` itself switches on."""
    assert Consent(default=default).decision() == Decision(allowed=False, source="the default, which is off")


class TestChange:
    def test_another_content(self, config: Path) -> None:
        """What the user writes counts from then on, both ways."""
        consent = Consent(config=config)
        seen = []
        for content in (None, "tracking: true\n", "tracking: false\n", "tracking: true  # again\n", None):
            if content is None:
                config.unlink(missing_ok=True)
            else:
                config.write_text(content)
            seen.append(consent.decision().allowed)
        assert seen == [False, True, False, True, False]

    def test_the_same_size_and_time(self, config: Path) -> None:
        """A file that takes the place of another of equal size and time is seen: some tools give all files one time."""
        consent = Consent(config=config)
        seen = []
        for word in ("yes", "off", "yes"):
            new = config.with_suffix(".new")
            new.write_text(f"tracking: {word}\n")
            os.utime(new, ns=(0, 0))
            new.replace(config)
            seen.append(consent.decision().allowed)
        assert seen == [True, False, True]

    def test_another_target_of_a_link(self, config: Path, tmp_path: Path) -> None:
        """A link that is turned to another file of equal size and time is seen."""
        for word in ("yes", "off"):
            (tmp_path / word).write_text(f"tracking: {word}\n")
            os.utime(tmp_path / word, ns=(0, 0))
        consent = Consent(config=config)
        config.symlink_to(tmp_path / "yes")
        assert consent.decision().allowed is True
        config.unlink()
        config.symlink_to(tmp_path / "off")
        assert consent.decision().allowed is False

    def test_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The variable is read at each decision."""
        consent = Consent(default=True)
        assert consent.decision().allowed is True
        monkeypatch.setenv("DO_NOT_TRACK", "1")
        assert consent.decision().allowed is False


# With a reporter.


@pytest.fixture
def sdk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    (tmp_path / "code" / "probe_sdk").mkdir(parents=True)
    (tmp_path / "code" / "probe_sdk" / "__init__.py").write_text(SDK_SOURCE)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.syspath_prepend(tmp_path / "code")
    import probe_sdk  # type: ignore[import-not-found]

    yield probe_sdk
    del sys.modules["probe_sdk"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    monkeypatch.chdir(folder)
    return folder


def failure(function: Callable[..., object], *arguments: object) -> Exception:
    try:
        function(*arguments)
    except Exception as error:
        return error
    raise AssertionError("it did not fail")


@pytest.mark.parametrize("reason", ["variable", "file", "default", "nothing given"])
def test_without_consent_nothing_is_stored(sdk: Any, home: Path, monkeypatch: pytest.MonkeyPatch, reason: str) -> None:
    """``capture`` returns None and counts it, no file is made in the home folder, no worker starts; ``preview`` still works."""
    consent: Consent | None = Consent(config="~/config.yaml", default=reason in ("variable", "file"))
    if reason == "variable":
        monkeypatch.setenv("DO_NOT_TRACK", "1")
    elif reason == "file":
        (home / "config.yaml").write_text("tracking: false\n")
    elif reason == "nothing given":
        consent = None
    before = {file: file.read_bytes() for file in home.rglob("*")}
    reporter = tightlip.Reporter("probe_sdk", [], consent=consent)
    error = failure(sdk.fail, "canary")
    assert reporter.capture(error) is None
    with pytest.raises(sdk.ProbeError), reporter.guard():
        sdk.fail("canary")
    event = reporter.preview(error)
    assert event is not None
    assert event["exception"]["values"][0]["value"] == "no record called {name!r}"
    assert reporter.flush()
    assert reporter.outbox.entries() == []
    assert reporter.stats() == {"dropped.consent.not given": 2}
    assert reporter.close()
    assert {file: file.read_bytes() for file in home.rglob("*")} == before
    assert {file.name for file in home.iterdir()} <= {"config.yaml"}


def test_with_consent_it_is_stored_in_the_state_folder(sdk: Any, home: Path) -> None:
    """The file that would tell otherwise: with consent there is one, and only there."""
    reporter = tightlip.Reporter("probe_sdk", [], consent=Consent(default=True))
    event_id = reporter.capture(failure(sdk.fail, "canary"))
    assert event_id is not None
    assert reporter.close(30)
    assert [entry.event_id for entry in reporter.outbox.entries()] == [event_id]
    assert [file.relative_to(home).as_posix() for file in home.rglob("*") if file.is_file()] == [
        ".local/state/tightlip/probe_sdk/outbox.sqlite3"
    ]


def test_consent_that_is_withdrawn_meanwhile_counts(sdk: Any, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure that waits for the worker is not stored when the user has said no by then."""

    def workspace() -> str:
        monkeypatch.setenv("DO_NOT_TRACK", "1")
        return "team"

    reporter = tightlip.Reporter("probe_sdk", [], consent=Consent(default=True), workspace=workspace)
    assert reporter.capture(failure(sdk.fail, "canary")) is not None
    assert reporter.close(30)
    assert reporter.outbox.entries() == []
    assert reporter.stats() == {"captured": 1, "dropped.consent.withdrawn": 1}
    assert list(home.iterdir()) == []
