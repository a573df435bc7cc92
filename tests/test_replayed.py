"""Events without a live exception get their templates from a catalogue, and no character of their own."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest

import tightlip
from tightlip.catalogue_command import main as catalogue
from tightlip.origin.catalogued import CatalogueError
from tightlip.scrub_command import main as scrub

if TYPE_CHECKING:
    from pathlib import Path

SDK = """
class AcmeError(Exception):
    def __init__(self, message, status=0):
        super().__init__(f"{message} (status {status})")

def fail(message):
    raise AcmeError(message)

class Client:
    def upload(self, path):
        raise AcmeError(f"cannot upload {path}", status=404)

    def check(self, name):
        fail(f"bad name {name!r}")

    def choose(self, kind, name):
        msg = f"no file {name}" if kind else f"no folder {name}"
        raise ValueError(msg)
"""


@pytest.fixture
def file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    (tmp_path / "acmer").mkdir()
    (tmp_path / "acmer" / "__init__.py").write_text(SDK, encoding="utf-8")
    output = tmp_path / "acmer.bin"
    assert catalogue(["build", "acmer", "--source", str(tmp_path), "--version", "1.2", "-o", str(output)]) == 0
    capsys.readouterr()
    return output


def event(*frames: tuple[str, str, int], kind: str = "AcmeError", value: str = "s3cr3t", **more: Any) -> dict[str, Any]:
    named = [
        {"module": m, "function": f, "lineno": n, "abs_path": "/home/s3cr3t/x.py", "vars": {"k": "s3cr3t"}}
        for m, f, n in frames
    ]
    found = {
        "type": kind,
        "module": "acmer" if kind == "AcmeError" else None,
        "value": value,
        "stacktrace": {"frames": named},
    }
    return {"release": "acmer@1.2", "platform": "python", "exception": {"values": [found]}, **more}


def last(found: dict[str, Any] | None) -> dict[str, Any]:
    assert found is not None
    values: list[dict[str, Any]] = found.get("exception", {}).get("values", [{}])
    return values[-1]


def strict(given: dict[str, Any], file: Path, policy: tightlip.Policy = tightlip.STRICT) -> dict[str, Any] | None:
    before = copy.deepcopy(given)
    found = tightlip.scrub(given, policy=policy, catalogues=[file])
    assert given == before
    return found


def test_a_template_by_module_function_and_line(file: Path) -> None:
    """Class, frames and template come from the catalogue; the customer's frames are counted."""
    found = last(strict(event(("app", "run", 3), ("acmer", "Client.upload", 11)), file))
    assert (found["type"], found["module"]) == ("AcmeError", "acmer")
    assert found["value"] == "cannot upload {path} (status 404)"
    assert found["stacktrace"]["frames"] == [
        {"function": "[1 other frame]", "in_app": False},
        {"module": "acmer", "function": "Client.upload", "filename": "acmer/__init__.py", "lineno": 11, "in_app": True},
    ]


def test_a_bare_function_name_will_do(file: Path) -> None:
    """Senders that do not know qualified names are understood; the qualified one is reported."""
    found = last(strict(event(("acmer", "upload", 11)), file))
    assert found["stacktrace"]["frames"][-1]["function"] == "Client.upload"


def test_what_the_caller_said(file: Path) -> None:
    """A helper that raises what it is told shows its caller's text."""
    found = last(strict(event(("acmer", "Client.check", 14), ("acmer", "fail", 7)), file))
    assert found["value"] == "bad name {name!r} (status 0)"


def test_one_of_several(file: Path) -> None:
    """The message chooses among the templates of its line, unless the policy does not compare."""
    given = event(("acmer", "Client.choose", 18), kind="ValueError", value="no folder s3cr3t")
    assert last(strict(given, file))["value"] == "no folder {name}"
    assert last(strict(given, file, tightlip.STRICT_UNREAD))["value"] == "no {…} {name}"


@pytest.mark.parametrize(
    "change",
    [
        {"release": "acmer@1.3"},
        {"release": None},
        {"release": "other@1.2"},
        {"modules": {"acmer": "1.3"}, "release": "x"},
    ],
)
def test_another_version_is_not_answered_for(file: Path, change: dict[str, Any]) -> None:
    """Lines move between releases: only the very version counts."""
    found = last(strict({**event(("acmer", "Client.upload", 11)), **change}, file))
    assert "value" not in found


def test_the_version_in_modules(file: Path) -> None:
    """The list of installed packages names the version as well."""
    given = {**event(("acmer", "Client.upload", 11)), "release": "app@7", "modules": {"acmer": "1.2"}}
    assert last(strict(given, file))["value"] == "cannot upload {path} (status 404)"


@pytest.mark.parametrize(
    ("frames", "kind"),
    [
        ([("acmer", "Client.upload", 12)], "AcmeError"),
        ([("acmer", "Client.download", 11)], "AcmeError"),
        ([("acmer", "Client.upload", "11")], "AcmeError"),
        ([("acmer", "Client.upload", 11), ("app", "callback", 3)], "AcmeError"),
        ([("acmer", "Client.upload", 11)], "s3cr3t"),
        ([("acmer", "Client.upload", 11)], "KeyError"),
    ],
)  # fmt: skip
def test_what_does_not_agree_has_no_template(file: Path, frames: list[Any], kind: str) -> None:
    """Another line, function or class, a frame of the customer's on top: no template, and nothing of the event's text."""
    found = strict(event(*frames, kind=kind), file)
    assert "value" not in last(found)
    assert "s3cr3t" not in json.dumps(found)


def test_values_change_nothing(file: Path) -> None:
    """Two events that differ in their values leave as the same bytes."""
    first, second = (
        strict(event(("acmer", "Client.upload", 11), value=value, extra={value: value}, user={"id": value}), file)
        for value in ("s3cr3t-a", "an0th3r-b")
    )
    assert json.dumps(first) == json.dumps(second)


def test_an_application_keeps_its_text(file: Path) -> None:
    """Under ``APP`` the rest of the event passes the scrubbers, and the template takes the place of the message."""
    given = event(("acmer", "Client.upload", 11), value="cannot upload /home/me/x", extra={"note": "kept"})
    found = strict(given, file, tightlip.APP)
    assert last(found)["value"] == "cannot upload {path} (status 404)"


def test_a_file_that_is_no_catalogue(tmp_path: Path) -> None:
    """It is refused with its name and what to do."""
    bad = tmp_path / "bad.bin"
    bad.write_bytes(b"nothing")
    with pytest.raises(CatalogueError, match=r"bad\.bin is no catalogue"):
        tightlip.scrub({}, catalogues=[bad])
    with pytest.raises(CatalogueError, match="cannot be read"):
        tightlip.scrub({}, catalogues=[tmp_path / "absent"])


class TestCommand:
    def test_ndjson_with_a_bad_line(self, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Good lines are cleaned; a bad one is named with its number, left out, and gives status 1."""
        lines = [
            json.dumps(event(("acmer", "Client.upload", 11))),
            "{s3cr3t",
            json.dumps([1]),
            json.dumps({"message": "s3cr3t"}),
        ]
        events = tmp_path / "events.ndjson"
        events.write_text("\n".join(lines), encoding="utf-8")
        assert scrub(["--policy", "strict", "--catalogue", str(file), str(events)]) == 1
        out, err = capsys.readouterr()
        assert json.loads(out.splitlines()[0])["exception"]["values"][0]["value"] == "cannot upload {path} (status 404)"
        assert f"{events}:2: no JSON" in err
        assert f"{events}:3: an event is a JSON object" in err
        assert "s3cr3t" not in out + err

    def test_one_event(self, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """A file that holds one event over several lines is one event."""
        one = tmp_path / "event.json"
        one.write_text(json.dumps(event(("acmer", "Client.upload", 11)), indent=2), encoding="utf-8")
        assert scrub(["--policy", "strict", "--catalogue", str(file), str(one)]) == 0
        assert len(capsys.readouterr().out.splitlines()) == 1

    def test_bad_arguments(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """A file that is not there is an error with status 2."""
        assert scrub([str(tmp_path / "absent.json")]) == 2
        assert "absent.json" in capsys.readouterr().err
