"""``tightlip explain`` of events and texts: what, where, which rule, and why not; never what was removed."""

from __future__ import annotations

import gzip
import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sample_events

import tightlip
from tightlip import APP, STRICT, load_policy
from tightlip.cli import main
from tightlip.explain_event import NO_RULE, Explainer, Mark, Note, explain_text
from tightlip.explain_page import Page
from tightlip.ink import COLOURS
from tightlip.policy_file import EXAMPLE
from tightlip.reasons import Reasons
from tightlip_scrubbers import RULES

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "pipeline"), str(ROOT / "scrubbers")])}
CANARY = "c4n4ry"
EVENT: dict[str, Any] = {
    "event_id": "a" * 32,
    "level": "error",
    "message": "login of c4n4ry@x.example from 10.9.8.7",
    "server_name": "c4n4ry-host",
    "user": {"id": "c4n4ry"},
    "extra": {"password": "c4n4ry-77-c4n4ry", "c4n4ry@x.example": "x", "n": 3, "ok": "fine"},
    "request": {"method": "GET", "cookies": {"sid": "c4n4ry"}, "headers": {"Authorization": "c4n4ry", "Accept": "*/*"}},
    "c4n4ry@x.example": 1,
    "c4n4ry with a blank": 1,
    "unknown": {"c4n4ry": "c4n4ry"},
    "tags": [["a", "b"], ["plan", "at /home/c4n4ry/x"]],
    "exception": {
        "values": [
            "c4n4ry",
            {"type": "ValueError", "value": "bad c4n4ry-77-c4n4ry", "stacktrace": {"frames": [{"function": "f", "lineno": 3, "vars": {"x": "'c4n4ry'"}, "context_line": "c4n4ry = 1"}]}},
        ]
    },
}  # fmt: skip


def notes(event: dict[str, Any] = EVENT, policy: tightlip.Policy = APP) -> dict[str, Note]:
    found = Explainer(policy).notes(event)
    assert found is not None
    assert len({note.path for note in found}) == len(found)
    return {note.path: note for note in found}


class Answer:
    """Exit status and output of one run, in this process."""

    def __init__(self, arguments: Sequence[object], capsys: pytest.CaptureFixture[str]) -> None:
        try:
            self.code: object = main(["explain", *map(str, arguments)])
        except SystemExit as end:
            self.code = end.code
        self.out, self.err = capsys.readouterr()


@pytest.fixture
def explain(capsys: pytest.CaptureFixture[str]) -> Any:
    return lambda *arguments: Answer(arguments, capsys)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    found = tmp_path / "event.json"
    found.write_text(json.dumps(EVENT), encoding="utf-8")
    return found


class TestNotes:
    def test_texts(self) -> None:
        """What leaves, with the place and the rule of each marker."""
        note = notes()["message"]
        assert (note.state, note.text) == ("changed", "login of [email] from [ip]")
        assert note.marks == (Mark(9, 16, "pii.email"), Mark(22, 26, "ip.v4"))

    @pytest.mark.parametrize(
        ("path", "rule"),
        [
            ("user", "event.field"),
            ("server_name", "event.field"),
            ("request.cookies", "event.field"),
            ("request.headers.Authorization", "event.header"),
            ("exception.values[1].stacktrace.frames[0].context_line", "event.field"),
        ],
    )
    def test_fields_that_never_leave(self, path: str, rule: str) -> None:
        """With the rule of the table that says so."""
        note = notes()[path]
        assert (note.state, note.text, note.rules) == ("removed", None, (rule,))

    @pytest.mark.parametrize(
        ("path", "why"), [("unknown", "APP has no such field"), ("exception.values[0]", "APP has fields below it only")]
    )
    def test_fields_without_a_row(self, path: str, why: str) -> None:
        """They are named, with what the table lacks."""
        assert (notes()[path].state, notes()[path].why) == ("removed", why)

    @pytest.mark.parametrize(
        ("path", "why"),
        [
            ("event_id", "it has the form of the field: a random id"),
            ("extra.ok", NO_RULE),
            ("extra.n", "a number, a yes or no, or nothing: no text"),
            ("tags[1][0]", NO_RULE),
            ("exception.values[1].stacktrace.frames[0].lineno", "a number, a yes or no, or nothing: no text"),
        ],
    )
    def test_why_not(self, path: str, why: str) -> None:
        """What stays, says why."""
        assert (notes()[path].state, notes()[path].why) == ("kept", why)

    def test_values_that_stand_for_others(self) -> None:
        """Without a place in a text, the rule is the value's."""
        assert notes()["exception.values[1].stacktrace.frames[0].vars.x"].rules == ("event.values",)
        assert notes()["exception.values[1].value"].text == "bad [secret]"

    def test_scrubbed_names(self) -> None:
        """A name that was scrubbed is shown as it is now; one without a row, as a text would be."""
        found = notes()
        assert found['extra."[email]"'].text == "x"
        assert '"[email]"' in found
        assert '"[key]"' in found

    def test_strict(self) -> None:
        """Nothing of an event of elsewhere but typed facts, and the reason of each loss."""
        found = notes(policy=STRICT)
        assert {path for path, note in found.items() if note.state == "kept"} == {"level", "exception.values[1].type"}
        assert (
            found["exception.values[1].value"].why == "text of unknown origin: under STRICT only text from code leaves"
        )
        assert found["message"].why == "STRICT has no such field"

    def test_a_policy_of_ones_own(self, tmp_path: Path) -> None:
        """Its rules and its dropped fields are told as its own."""
        (tmp_path / "p.yaml").write_text(EXAMPLE, encoding="utf-8")
        policy = load_policy(tmp_path / "p.yaml")
        found = notes({"message": "ACME-204518", "tags": {"customer_name": "Ann"}, "modules": {"a": "1"}}, policy)
        reasons = Reasons(policy)
        assert reasons.why(found["message"].marks[0].rule) == "a rule of this policy's file"
        assert found["tags.customer_name"].state == found["modules"].state == "removed"

    @pytest.mark.parametrize("policy", [APP, STRICT], ids=["APP", "STRICT"])
    def test_no_character_of_what_is_removed(self, policy: tightlip.Policy) -> None:
        """Neither in paths, nor in texts, nor in reasons: only in what is asked for by name."""
        for note in notes(policy=policy).values():
            assert CANARY not in f"{note.path}{note.text}{note.why}{note.rules}{note.marks}"

    @pytest.mark.parametrize("name", ["PYTHON", "JAVASCRIPT"])
    def test_what_leaves_is_what_is_explained(self, name: str) -> None:
        """Each value of the result is the text of a note, and the event is not changed."""
        event = getattr(sample_events, name)
        before = json.dumps(event)
        clean = tightlip.scrub(event)
        assert clean is not None
        clean.pop("_meta", None)
        texts = {note.text for note in notes(event).values()}
        assert {str(leaf) for leaf in _leaves(clean) if type(leaf) is str} <= texts
        assert json.dumps(event) == before

    def test_an_event_that_is_scrubbed_already(self) -> None:
        """Nothing changes any more; its own remarks are no field."""
        once = tightlip.scrub(EVENT)
        assert once is not None
        assert {note.state for note in notes(once).values()} <= {"kept"}

    def test_a_stage_that_fails(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Then nothing leaves, and nothing is explained."""
        from tightlip.scrub import Scrub

        def fail(*_: object) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(Scrub, "__call__", fail)
        assert Explainer(APP).notes(EVENT) is None

    def test_one_text(self) -> None:
        """By itself."""
        assert explain_text("all is well", APP) == Note("", "kept", "all is well", why=NO_RULE)
        found = explain_text("from 10.9.8.7", APP)
        assert (found.state, found.text, found.marks) == ("changed", "from [ip]", (Mark(5, 9, "ip.v4"),))


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in _leaves(item)]
    return [leaf for item in value for leaf in _leaves(item)] if isinstance(value, list) else [value]


class TestReasons:
    def test_every_rule_has_one(self) -> None:
        """Short words, without the id again."""
        from tightlip_scrubbers.known import KINDS_OF

        reasons = Reasons(APP)
        for rule in (*(rule.id for rule in RULES), *KINDS_OF, "length", "event.form", "event.echo"):
            why = reasons.why(rule)
            assert 5 < len(why) <= 72
            assert rule not in why or rule == "length"
            assert why[0].islower() or why.startswith(("user", "CPython"))
            assert reasons.kind(rule)

    def test_vendors_are_named(self) -> None:
        """Whose token it is."""
        assert Reasons(APP).why("secret.github") == "a token or key as github gives them"


class TestPage:
    def page(self, **options: Any) -> Page:
        return Page(Reasons(APP), {}, **options)

    def test_lines_fit(self) -> None:
        """Into the width of the terminal, at any of them."""
        event = {
            **EVENT,
            "message": "word " * 60 + "10.9.8.7 " * 30 + "x" * 300,
            "extra": {f"key {n}": "y" * n for n in range(0, 120, 17)},
        }
        for width in (60, 80, 132):
            for line in self.page(width=width, all=True).lines(notes(event).values()):
                assert len(line) <= width, line

    def test_columns(self) -> None:
        """Marker, rule, class and reason stand below one another."""
        lines = list(self.page().lines([explain_text("c4n4ry@x.example from 10.9.8.7, 10.9.8.8", APP)]))
        assert lines == [
            "  [email] from [ip], [ip]",
            "    [email]  pii.email  pii  an e-mail address",
            "    [ip]     ip.v4      ip   an IP address (2 times)",
        ]

    def test_control_characters(self) -> None:
        """None reaches the terminal, from wherever it comes."""
        text = "\x1b[31mred\x1b[0m \x07\x9b \u202e 10.9.8.7 \r\nnext\t\x00"
        event = {"message": text, "extra": {text: text, "\x1b]0;x\x07": 1}, "\x1b[2J": 1, "tags": {"\x1b": "\x1b"}}
        for options in ({}, {"all": True}, {"all": True, "values": True}):
            for line in self.page(**options).lines(notes(event).values()):
                assert line.isprintable(), line

    def test_markers_of_the_data_itself_are_not_coloured(self) -> None:
        """Only what a rule put in is."""
        page = Page(Reasons(APP), COLOURS)
        (first, *_) = page.lines([explain_text("[ip] and 10.9.8.7", APP)])
        assert first == "  [ip] and \x1b[36m[ip]\x1b[0m"

    def test_long_texts(self) -> None:
        """Their beginning is shown, and how much more there is."""
        page = list(self.page(all=True).lines([Note("x", "kept", "word " * 1_000, why=NO_RULE)]))
        assert any("3,500 characters more" in line for line in page)
        assert len(page) < 40


class TestCommand:
    def test_an_event(self, file: Path, explain: Any) -> None:
        """Where, what and why, and a last line that counts; no value that was removed."""
        found = explain(file)
        assert (found.code, found.err) == (0, "")
        for words in (
            f"{file}:1 (policy APP)\n", "  message\n    login of [email] from [ip]\n", "      [email]  pii.email  pii  an e-mail address\n",
            "    removed: this field never leaves under this policy (event.field)\n", "    removed: APP has no such field\n", " kept as they are (--all shows them)\n",
        ):  # fmt: skip
            assert words in found.out
        assert re.search(r"^1 event: \d+ changed, \d+ removed, \d+ kept; findings: ", found.out, re.MULTILINE)
        assert CANARY not in found.out
        assert "\x1b" not in found.out

    def test_all(self, file: Path, explain: Any) -> None:
        """What stays, too."""
        found = explain(file, "--all")
        assert "  extra.ok\n    fine  kept: no rule found anything\n" in found.out
        assert "--all shows them" not in found.out
        assert CANARY not in found.out

    def test_values_only_when_asked_for(self, file: Path, explain: Any) -> None:
        """With a warning first."""
        found = explain(file, "--show-values")
        assert found.out.startswith("careful: what is removed is shown here")
        assert "    was: login of c4n4ry@x.example from 10.9.8.7\n" in found.out
        assert 'was: {"id": "c4n4ry"}' in found.out

    def test_text(self, explain: Any) -> None:
        """One, on the command line."""
        assert (
            explain("--text", "login of ann@x.example").out
            == "  login of [email]\n    [email]  pii.email  pii  an e-mail address\n"
        )
        assert explain("--text=all is well").out == "  all is well  kept: no rule found anything\n"
        assert explain("--text", "").out == "  kept: no rule found anything\n"

    @pytest.mark.parametrize("name", ["app.log", "app.txt", "app.log.gz", "app.unknown"])
    def test_lines_of_text(self, name: str, tmp_path: Path, explain: Any) -> None:
        """Those that change, by their number; all, if asked for."""
        data = b"started\nfrom 10.9.8.7\nended\n"
        (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        found = explain(tmp_path / name)
        assert (
            found.out
            == f"{tmp_path / name}:2\n  from [ip]\n    [ip]  ip.v4  ip  an IP address\n\n3 lines: 1 changed, 0 removed, 2 kept; findings: ip 1\n"
        )
        assert "ended  kept" in explain(tmp_path / name, "--all").out

    @pytest.mark.parametrize("name", ["e.ndjson", "e.jsonl", "e.json", "e.ndjson.gz", "e.gz", "e", "e.txt.gz"])
    def test_several_events(self, name: str, tmp_path: Path, explain: Any) -> None:
        """Each with its line, however the file is called."""
        data = json.dumps(EVENT).encode() + b"\n{c4n4ry\n" + json.dumps({"message": "ok"}).encode()
        (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        found = explain(tmp_path / name)
        assert found.code == 1
        assert f"{name}:1 (policy APP)" in found.out
        assert f"{name}:3 (policy APP)" in found.out
        assert f"{name}:2: no JSON" in found.err
        assert CANARY not in found.out + found.err

    def test_stdin(self) -> None:
        """Events or text, by how it begins."""
        for data, words in (
            (json.dumps({"message": "10.9.8.7"}), b"stdin:1 (policy APP)\n  message\n"),
            ("from 10.9.8.7\n", b"stdin:1\n  from [ip]\n"),
        ):
            found = subprocess.run(
                [sys.executable, "-m", "tightlip", "explain", "-"],
                env=ENVIRONMENT,
                input=data.encode(),
                capture_output=True,
                timeout=300,
                check=False,
            )
            assert (found.returncode, found.stderr) == (0, b"")
            assert words in found.stdout

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            ([], "name a script"),
            (["x.py"], "--package"),
            (["x.json", "--package", "acme"], "are for scripts"),
            (["x.json", "--event"], "are for scripts"),
            (["x.json", "--text", "y"], "not both"),
            (["absent.json"], "absent.json: no such file"),
            (["."], "is a directory"),
            (["--text", "x", "--policy", "strict"], "under STRICT no text"),
            (["x.json", "--policy", "nonsense"], "there is no policy nonsense"),
            (["x.py", "--package", "json"], "there is no script 'x.py'"),
        ],
    )
    def test_bad_arguments(
        self, arguments: list[str], words: str, explain: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Exit status 2, with what to do."""
        monkeypatch.chdir(tmp_path)
        found = explain(*arguments)
        assert (found.code, found.out) == (2, "")
        assert words in found.err
        assert "Traceback" not in found.err

    def test_strict_of_text_lines(self, tmp_path: Path, explain: Any) -> None:
        """No text of a value leaves there, so that there is nothing to explain."""
        (tmp_path / "x.log").write_text("from 10.9.8.7\n", encoding="utf-8")
        assert explain(tmp_path / "x.log", "--policy", "strict").code == 2

    def test_an_empty_file(self, tmp_path: Path, explain: Any) -> None:
        """Nothing to explain is exit status 1, as for a script that does not fail."""
        (tmp_path / "x.json").write_bytes(b"")
        assert explain(tmp_path / "x.json").code == 1

    @pytest.mark.parametrize(
        ("variables", "has_colours"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
    )
    def test_colours_at_a_terminal(self, variables: dict[str, str], has_colours: bool, file: Path) -> None:
        """Unless somebody objects."""
        environment = {name: value for name, value in ENVIRONMENT.items() if name not in ("NO_COLOR", "TERM")}
        leader, follower = pty.openpty()
        arguments = [sys.executable, "-m", "tightlip", "explain", str(file)]
        with subprocess.Popen(arguments, env={**environment, "TERM": "xterm", **variables}, stdout=follower) as running:
            os.close(follower)
            shown = b""
            while True:
                try:
                    piece = os.read(leader, 4096)
                except OSError:
                    break
                if not piece:
                    break
                shown += piece
            assert running.wait(60) == 0
        os.close(leader)
        assert (b"\x1b[36m" in shown) is has_colours
        assert b"login of " in shown
