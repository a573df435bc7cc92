"""Policies from files of YAML: what they say holds, and what they cannot say is refused with its line."""

from __future__ import annotations

import copy
import os
import re
import subprocess
import sys
from dataclasses import FrozenInstanceError, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from probe import failure, reporter_for

import tightlip
from tightlip import APP, STRICT, STRICT_UNREAD, Policy, PolicyError, load_policy
from tightlip.cli import main
from tightlip.facts import Facts
from tightlip.notice import notice
from tightlip.policy_fields import droppable, keepable
from tightlip.policy_file import EXAMPLE, find_policy
from tightlip.yaml_nodes import MOST_BYTES
from tightlip_scrubbers import RULES
from tightlip_scrubbers.engine import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Callable

    from probe import MakePackage

    Load = Callable[[str], Policy]

ROOT = Path(__file__).resolve().parents[1]
HEAD = "name: mine\nextends: APP\n"
RULE = """\
rules:
  - id: acme.ticket
    class: pii
    pattern: 'ACME-[0-9]{6}'
    marker: '[ticket]'
    matches: ['ACME-204518 was closed']
    misses: ['ACME-2045']
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "policy.yaml"


@pytest.fixture
def load(file: Path) -> Load:
    def write(text: str) -> Policy:
        file.write_text(text, encoding="utf-8")
        return load_policy(file)

    return write


def event(**fields: Any) -> dict[str, Any]:
    return {"event_id": "a" * 32, **fields}


def clean(policy: Policy, **fields: Any) -> dict[str, Any]:
    found = tightlip.scrub(event(**fields), policy)
    assert found is not None
    found.pop("_meta", None)
    return found


class TestWhatItSays:
    def test_the_example_is_a_policy(self, load: Load) -> None:
        """The documented file loads, and does each thing that it says."""
        policy = load(EXAMPLE)
        assert (policy.name, policy.keeps_text) == ("acme-support", True)
        found = clean(
            policy,
            message="ACME-204518 of ann@x.example, see support@acme.example and /home/ann/cat.png",
            tags={"customer_name": "Ann Lee", "plan": "pro"},
            user={"id": "c-17", "email": "ann@x.example"},
            modules={"acme": "1.4.2"},
            extra={"badge": 4711, "note": "lic_live_Q2w3E4r5T6y7U8i9O0p1"},
        )
        assert found == event(
            message="[ticket] of [email], see support@acme.example and [path:image]",
            tags={"plan": "pro"},
            user={"id": "c-17"},
            extra={"badge": "[secret]", "note": "[secret:acme]"},
        )

    def test_a_minimal_one_is_its_base(self, load: Load) -> None:
        """Nothing differs but the name, and the very same detectors are used."""
        for base in (APP, STRICT, STRICT_UNREAD):
            policy = load(f"name: mine\nextends: {base.name}\n")
            assert replace(policy, name=base.name, promise=base.promise) == base
            assert policy.scrubber is base.scrubber is DEFAULT

    def test_classes(self, load: Load) -> None:
        """A class that is off is not looked for; the others are."""
        policy = load(HEAD + "classes:\n  ip: off\n  pii: on\n")
        assert clean(policy, message="from 10.1.2.3 by ann@x.example")["message"] == "from 10.1.2.3 by [email]"

    @pytest.mark.parametrize(
        ("word", "off"),
        [("off", True), ("no", True), ("false", True), ("OFF", True), ("on", False), ("True", False), ("yes", False)],
    )
    def test_words_for_on_and_off(self, load: Load, word: str, off: bool) -> None:
        """As YAML has them."""
        assert (load(f"{HEAD}classes: {{ip: {word}}}\n").scrubbing.off == {"ip"}) is off

    def test_options(self, load: Load) -> None:
        """What a path and a URL may tell."""
        text = "read /home/ann/cat.png of https://files.acme-internal.example/a"
        plain = clean(APP, message=text)["message"]
        told = clean(load(HEAD + "classes: {path: {extension: keep}}\n"), message=text)["message"]
        bare = clean(load(HEAD + "classes: {url: {host: remove}}\n"), message=text)["message"]
        assert "[path:image]" in told
        assert "[path:image]" not in plain
        assert "acme-internal" in plain
        assert "acme-internal" not in bare
        same = load(HEAD + "classes: {path: {extension: remove}, url: {host: keep}}\n")
        assert clean(same, message=text)["message"] == plain

    def test_keys(self, load: Load) -> None:
        """In any case style, in data and in text; what is clear is still looked at as text is."""
        policy = load(HEAD + "keys:\n  secret: [desk_code]\n  clear: [api_token]\n")
        found = clean(
            policy,
            extra={"deskCode": 17, "apiToken": "public", "api_token": "to ann@x.example"},
            message="desk-code=17, password=x1",
        )
        assert found["extra"] == {"deskCode": "[secret]", "apiToken": "public", "api_token": "to [email]"}
        assert found["message"] == "desk-code=[secret], password=[secret]"

    def test_safe_values(self, load: Load) -> None:
        """A value stays where it is the whole finding."""
        policy = load(HEAD + "safe: [ops@acme.example]\n")
        assert clean(policy, message="ops@acme.example, devops@acme.example")["message"] == "ops@acme.example, [email]"

    def test_disabled_rules(self, load: Load) -> None:
        """In texts, and where the name of a key says the same."""
        policy = load(HEAD + "disable: [secret.assignment]\n")
        found = clean(policy, message="password=hunter2x at 10.1.2.3", extra={"password": "hunter2x"})
        assert found["message"] == "password=hunter2x at [ip]"
        assert found["extra"] == {"password": "hunter2x"}

    def test_own_rules_look_at_every_text(self, load: Load) -> None:
        """Also at one of ordinary words, in which no rule of the package's finds anything."""
        rule = RULE.replace("ACME-[0-9]{6}", "Project (?:Falcon|Heron)").replace(
            "ACME-204518 was closed", "of Project Heron"
        )
        policy = load(HEAD + rule)
        assert clean(policy, message="start of Project Falcon failed")["message"] == "start of [ticket] failed"

    def test_own_markers_stay(self, load: Load) -> None:
        """Scrubbing the result again changes nothing, under the same policy and under its base."""
        policy = load(HEAD + RULE)
        for text in ("password=ACME-204518, ACME-204518", "(ACME-204518)", "ACME-204518@x.example"):
            once = tightlip.scrub(event(message=text), policy)
            assert once is not None
            assert tightlip.scrub(once, policy) == once
        assert clean(APP, message="at [ticket], x")["message"] == "at [ticket], x"


class TestFields:
    def test_dropped_rows(self, load: Load) -> None:
        """A row, all rows below a place, and names below open data, wherever they are written."""
        policy = load(
            HEAD + "fields: {drop: [logger, request, tags.customer, extra.order, contexts.os, modules.acme]}\n"
        )
        found = clean(
            policy,
            logger="a.b", request={"method": "GET", "url": "/x"}, extra={"order": "x", "n": 1}, modules={"acme": "1.0", "b": "2.0"},
            tags=[["customer", "Ann"], ["plan", "pro"]], contexts={"os": {"name": "Linux", "type": "os"}, "mine": {"name": "Linux", "type": "os"}, "app": {"app_name": "x"}},
        )  # fmt: skip
        assert found == event(
            extra={"n": 1}, modules={"b": "2.0"}, tags=[["plan", "pro"]], contexts={"app": {"app_name": "x"}}
        )

    def test_dropped_in_strict(self, load: Load) -> None:
        """It can leave less."""
        policy = load("name: mine\nextends: STRICT\nfields: {drop: [platform, breadcrumbs]}\n")
        given = event(platform="python", level="error", breadcrumbs={"values": [{"level": "info"}]})
        assert clean(STRICT, **given)["platform"] == "python"
        assert clean(policy, **given) == {"level": "error"}

    def test_what_refers_to_a_dropped_place_loses_it_too(self, load: Load) -> None:
        """Threads have the rows of the exception's stack: a path below either is a path below both."""
        stack = {"frames": [{"function": "f", "filename": "a.py", "lineno": 3}]}
        for path in (
            "threads.values[].stacktrace.frames[].filename",
            "exception.values[].stacktrace.frames[].filename",
        ):
            policy = load(f"{HEAD}fields: {{drop: ['{path}']}}\n")
            found = clean(
                policy,
                threads={"values": [{"id": 1, "stacktrace": stack}]},
                exception={"values": [{"type": "E", "stacktrace": stack}]},
            )
            for part in ("threads", "exception"):
                assert found[part]["values"][0]["stacktrace"]["frames"] == [{"function": "f", "lineno": 3}]

    def test_kept_fields_are_scrubbed(self, load: Load) -> None:
        """They leave as text that passed the scrubbers, and nothing beside them does."""
        policy = load(HEAD + "fields: {keep: [user.id, server_name, request.headers]}\n")
        found = clean(
            policy,
            user={"id": "ann@x.example", "email": "ann@x.example", "name": "Ann"},
            server_name="web-3",
            request={"headers": {"X-Trace": "t-1", "Authorization": "Bearer abcdefgh12345678"}, "cookies": {"a": "b"}},
        )
        assert found["user"] == {"id": "[email]"}
        assert found["server_name"] == "web-3"
        assert found["request"]["headers"]["X-Trace"] == "t-1"
        assert "abcdefgh" not in str(found)
        assert "cookies" not in found["request"]

    def test_every_place_can_be_dropped(self) -> None:
        """What an error offers as the nearest name is accepted."""
        from tightlip.policy_fields import dropped, kept

        for base in (APP, STRICT):
            for path in droppable(base.fields.rows):
                assert len(dropped(base.fields.rows, path)) <= len(base.fields.rows) + 1
        for path in keepable(APP.fields.rows):
            kept(APP.fields.rows, path)

    def test_dropping_everything_leaves_the_id(self, load: Load) -> None:
        """No row finds what another no longer holds."""
        tops = sorted({re.split(r"[.\[]", path)[0] for path in droppable(APP.fields.rows)} - {"event_id", "_meta"})
        policy = load(HEAD + f"fields: {{drop: {tops}}}\n".replace('"', "'"))
        given = event(
            message="x",
            tags={"a": "b"},
            extra={"a": "b"},
            contexts={"os": {"name": "x"}, "y": {"z": 1}},
            exception={"values": [{"type": "E"}]},
            user={"id": 1},
        )
        assert clean(policy, **given) == event()


class TestWhereverAPolicyIs:
    def test_a_reporter(self, load: Load, make_package: MakePackage) -> None:
        """Its events and its notice are the policy's."""
        module = make_package("probe_policy", "def fail(n): raise ValueError(f'no ticket {n}')\n")
        policy = load("name: mine\nextends: STRICT\nfields: {drop: [platform]}\n")
        reporter = reporter_for("probe_policy", policy=policy)
        found = reporter.preview(failure(module.fail, 3))
        assert found is not None
        assert "platform" not in found
        assert found["exception"]["values"][-1]["value"] == "no ticket {n}"
        assert "(mine)" in reporter.notice()

    def test_before_send(self, load: Load, make_package: MakePackage) -> None:
        """As for sentry_sdk.init."""
        make_package("probe_policy_2", "x = 1\n")
        send = tightlip.before_send("probe_policy_2", load(HEAD + RULE))
        found = send(event(message="ACME-204518", level="info"), {})
        assert found is not None
        assert found["message"] == "[ticket]"

    def test_commands(self, load: Load, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """``tightlip policy FILE`` and ``tightlip scrub --policy FILE``."""
        policy = load(HEAD + RULE)
        assert main(["policy", str(file)]) == 0
        assert capsys.readouterr().out == notice(Facts().allowed(policy))
        given = tmp_path / "event.json"
        given.write_text('{"event_id": "%s", "message": "ACME-204518"}' % ("a" * 32), encoding="utf-8")
        assert main(["scrub", "--policy", str(file), str(given)]) == 0
        assert '"message": "[ticket]"' in capsys.readouterr().out

    def test_the_example_is_printed(self, capsys: pytest.CaptureFixture[str]) -> None:
        """To begin with."""
        assert main(["policy", "--example"]) == 0
        assert capsys.readouterr().out == EXAMPLE

    @pytest.mark.parametrize("command", [["policy"], ["scrub", "--policy"], ["explain", "x.json", "--policy"]])
    @pytest.mark.parametrize(
        ("given", "word"),
        [("STRICKT", "did you mean STRICT?"), ("absent.yaml", "there is no such file"), ("", "there is no")],
    )
    def test_errors_of_commands(
        self, command: list[str], given: str, word: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Exit status 2, in one line, with what to do."""
        with pytest.raises(SystemExit) as end:
            main([*command, given])
        assert end.value.code == 2
        out, err = capsys.readouterr()
        assert (out, "Traceback" in err) == ("", False)
        assert word in err

    def test_the_notice_says_what_differs(self, load: Load) -> None:
        """A privacy officer reads of each part of the file."""
        text = notice(load(EXAMPLE))
        for word in (
            "acme-support",
            "Acme desk",
            "`tags.customer_name`",
            "`user.id`",
            "`acme.ticket`",
            "`[secret:acme]`",
            "`badge`",
            "`csrf_token_name`",
            "`support@acme.example`",
            "[path:image]",
            "host of a URL",
        ):
            assert word in text
        assert "| `modules" not in text
        assert "What this policy changes" not in notice(APP) + notice(STRICT)

    def test_by_name_or_file(self, load: Load, file: Path) -> None:
        """In either case of letters."""
        assert find_policy("app") is APP
        assert find_policy(str(file.parent / "policy.yaml")) == load(HEAD) if file.exists() else load(HEAD)


class TestPolicies:
    def test_they_compare_and_copy(self, load: Load) -> None:
        """By what they say."""
        first, second = load(EXAMPLE), load(EXAMPLE)
        assert first == second
        assert hash(first) == hash(second)
        assert first.scrubber is second.scrubber
        assert copy.copy(first) == copy.deepcopy(first) == first
        assert first != APP
        assert APP != "APP"
        assert replace(first, name="other") != first
        with pytest.raises(FrozenInstanceError):
            first.name = "x"  # type: ignore[misc]

    def test_the_detectors_are_made_when_asked_for(self) -> None:
        """Importing tightlip, and naming a policy, load none of them."""
        code = "import sys, tightlip; tightlip.APP.fields; assert not [m for m in sys.modules if m.startswith(('tightlip_scrubbers', 'yaml', 'difflib'))]; tightlip.APP.scrubber; assert 'tightlip_scrubbers' in sys.modules"
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "pipeline"), str(ROOT / "scrubbers")])}
        assert subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0


BAD = [
    # What is unknown, with the nearest name.
    ("name: a\nextends: APP\nclases: {ip: on}\n", 3, "did you mean classes?"),
    ("name: a\nextends: APPP\n", 2, "did you mean APP?"),
    (HEAD + "classes:\n  secrets: on\n", 4, "did you mean secret?"),
    (HEAD + "classes:\n  ip: maybe\n", 4, "write `ip: on` or `ip: off`"),
    (HEAD + "classes:\n  ip: {host: keep}\n", 4, "has no options"),
    (HEAD + "classes:\n  url: {hosts: keep}\n", 4, "did you mean host?"),
    (HEAD + "classes:\n  url: {host: maybe}\n", 4, "there are keep, remove"),
    (HEAD + "fields:\n  drop:\n    - logger\n    - exception.values.value\n", 6, "did you mean exception.values[]"),
    (HEAD + "fields: {drop: [usr]}\n", 3, "did you mean user?"),
    (HEAD + "fields: {drop: [event_id]}\n", 3, "without its id"),
    (HEAD + "fields: {drop: [_meta]}\n", 3, "it says what was removed"),
    (HEAD + "fields: {drop: ['a..b']}\n", 3, "that is no path"),
    (HEAD + "fields: {drop: [extra.a.b]}\n", 3, "no such field"),
    (HEAD + "fields: {keep: [message]}\n", 3, "not removed"),
    (HEAD + "fields: {keep: [user.id.x]}\n", 3, "removes no such field"),
    (HEAD + "fields: {kept: [user.id]}\n", 3, "did you mean keep?"),
    (HEAD + "keys: {secrets: [a]}\n", 3, "did you mean secret?"),
    (HEAD + "disable: [secret.asignment]\n", 3, "did you mean secret.assignment?"),
    (HEAD + "disable: [email]\n", 3, "did you mean pii.email?"),
    (HEAD + "disable: [known.path]\n", 3, "there is no rule known.path"),
    # What is missing, doubled or of a wrong type.
    ("extends: APP\n", 1, "`name` is missing"),
    ("name: a\n", 1, "`extends` is missing"),
    ("name: a b\nextends: APP\n", 1, "is no name"),
    ("name: strict\nextends: APP\n", 1, "take another name"),
    ("name: 12\nextends: APP\n", 1, "YAML takes 12 for a number"),
    ("name: a\nname: b\nextends: APP\n", 2, "twice, first in line 1"),
    ("- a\n- b\n", 1, "not a list"),
    ("APP\n", 1, "not a text"),
    (HEAD + "classes: [ip]\n", 3, "not a list"),
    (HEAD + "classes: {ip: on, ip: off}\n", 3, "there twice"),
    (HEAD + "safe: support@acme.example\n", 3, "not a text"),
    (HEAD + "safe:\n  - a@b.example\n  - 1234\n", 5, "put it in quotes"),
    (HEAD + "safe: [a, a]\n", 3, "there twice"),
    (HEAD + "safe: ['']\n", 3, "it is empty"),
    (HEAD + "keys: {secret: [desk_code], clear: [deskCode]}\n", 3, "the same name as desk_code"),
    (HEAD + "keys: {secret: ['--']}\n", 3, "no word in it"),
    (HEAD + "promise: [a]\n", 3, "give one sentence"),
    (HEAD + "? [a, b]\n: c\n", 3, "write a name here"),
    # YAML that means more than it shows, or none.
    (HEAD + "safe: &x [a]\n", 3, "anchors and aliases"),
    (HEAD + "safe: [a]\ndisable: *x\n", 4, "alias"),
    (HEAD + "safe: !!python/object/apply:os.system ['true']\n", 3, "tags"),
    (HEAD + "safe: [!!str 12]\n", 3, "tags"),
    (HEAD + "---\nname: b\n", 3, "second document"),
    (HEAD + "safe: " + "[" * 50 + "]" * 50 + "\n", 3, "nested too deeply"),
    (HEAD + "safe: [a\n", 4, "no YAML here"),
    (HEAD + "\tsafe: [a]\n", 3, "no YAML here"),
    (HEAD + "promise: a\x07b\n", 3, "a character stands here"),
    ("", None, "it is empty"),
    ("# nothing\n", None, "it is empty"),
    # Rules.
    (HEAD + RULE.replace("    misses: ['ACME-2045']\n", ""), 4, "no `misses`"),
    (HEAD + RULE.replace("['ACME-2045']", "[]"), 9, "no misses"),
    (HEAD + RULE.replace("['ACME-204518 was closed']", "[]"), 8, "no matches"),
    (HEAD + RULE.replace("ACME-204518 was", "AC-204518 was"), 8, "finds nothing in this match"),
    (HEAD + RULE.replace("['ACME-2045']", "['ok', 'ACME-204500']"), 9, "finds something in this miss"),
    (HEAD + RULE.replace("acme.ticket", "secret.ticket"), 4, "the package's own"),
    (HEAD + RULE.replace("acme.ticket", "Ticket"), 4, "write it as acme.ticket"),
    (HEAD + RULE + RULE.removeprefix("rules:\n"), 10, "another rule has this id"),
    (HEAD + RULE.replace("pii", "ppi"), 5, "did you mean pii?"),
    (HEAD + "classes: {pii: off}\n" + RULE, 6, "is off in this file"),
    (HEAD + RULE.replace("ACME-[0-9]{6}", "(a+)+b"), 6, "could be slow"),
    (HEAD + RULE.replace("ACME-[0-9]{6}", "[a-z]+@"), 6, "begins again"),
    (HEAD + RULE.replace("ACME-[0-9]{6}", "ACME-("), 6, "no regular expression"),
    (HEAD + RULE.replace("ACME-[0-9]{6}", "(?:ACME)?"), 6, "empty text"),
    (HEAD + RULE.replace("[ticket]", "ticket"), 7, "square brackets"),
    (HEAD + RULE.replace("[ticket]", "[Ticket]"), 7, "square brackets"),
    (HEAD + RULE.replace("[ticket]", "[10.0.0.1]"), 7, "the rule ip.v4 finds something in this marker"),
    (HEAD + RULE.replace("ACME-[0-9]{6}", "ticket|ACME-[0-9]{6}"), 7, "acme.ticket finds something in this marker"),
    (HEAD + RULE.replace("pattern:", "patern:"), 6, "did you mean pattern?"),
    (HEAD + "rules: {id: a}\n", 3, "not a mapping"),
    # What would let more leave, where nothing may.
    ("name: a\nextends: STRICT\nclasses: {ip: off}\n", 3, "under STRICT no text of a value leaves"),
    ("name: a\nextends: STRICT\nclasses: {path: {extension: keep}}\n", 3, "under STRICT"),
    ("name: a\nextends: STRICT\nfields: {keep: [user.id]}\n", 3, "under STRICT"),
    ("name: a\nextends: STRICT\nsafe: [a]\n", 3, "under STRICT"),
    ("name: a\nextends: STRICT_UNREAD\ndisable: [ip.v4]\n", 3, "under STRICT_UNREAD"),
    ("name: a\nextends: STRICT\nkeys: {clear: [token]}\n", 3, "under STRICT"),
]  # fmt: skip


class TestErrors:
    @pytest.mark.parametrize(
        ("text", "line", "words"), BAD, ids=[f"{number}-{case[2][:24]}" for number, case in enumerate(BAD)]
    )
    def test_file_line_and_what_to_do(self, text: str, line: int | None, words: str, load: Load, file: Path) -> None:
        """Each is one line: where, what is wrong, and behind a semicolon or colon what to do."""
        with pytest.raises(PolicyError) as caught:
            load(text)
        message = str(caught.value)
        place = str(file) if line is None else f"{file}:{line}"
        assert message.startswith(f"{place}: ")
        assert words in message
        assert "\n" not in message
        assert isinstance(caught.value, ValueError)

    def test_bytes(self, file: Path) -> None:
        """What is no UTF-8, with its line; a byte order mark and line ends of Windows are none of its business."""
        file.write_bytes(b"name: a\nextends: APP\nsafe: [\xff]\n")
        with pytest.raises(PolicyError, match=r":3: it is no UTF-8 here; save"):
            load_policy(file)
        file.write_bytes("name: a\nextends: APP\n".encode("utf-16"))
        with pytest.raises(PolicyError, match=r"no UTF-8"):
            load_policy(file)
        file.write_bytes(b"\xef\xbb\xbfname: a\r\nextends: APP\r\nsafe: [x]\r\n")
        assert load_policy(str(file)).scrubbing.safe == {"x"}

    def test_files(self, tmp_path: Path) -> None:
        """One that is none, is a folder, is a pipe, or has no end."""
        with pytest.raises(PolicyError, match="there is no such file"):
            load_policy(tmp_path / "absent.yaml")
        with pytest.raises(PolicyError, match="a folder"):
            load_policy(tmp_path)
        with pytest.raises(PolicyError, match="no path"):
            load_policy("a\0b")
        if hasattr(os, "mkfifo"):
            os.mkfifo(tmp_path / "pipe")
            with pytest.raises(PolicyError, match="no regular file"):
                load_policy(tmp_path / "pipe")
            with pytest.raises(PolicyError, match="no regular file"):
                load_policy("/dev/zero")

    def test_size(self, file: Path) -> None:
        """256 KB are read, and not a byte more."""
        padding = "#" * (MOST_BYTES - len(HEAD) - 1) + "\n"
        file.write_text(HEAD + padding, encoding="utf-8")
        assert load_policy(file).name == "mine"
        file.write_text(HEAD + "#" + padding, encoding="utf-8")
        with pytest.raises(PolicyError, match="more than 256 KB"):
            load_policy(file)

    def test_deep_and_wide(self, load: Load) -> None:
        """Neither nests nor lists without an end."""
        for text in ("[" * 100_000, "{a: " * 50_000, "- " * 50_000 + "a"):
            with pytest.raises(PolicyError):
                load(HEAD + "safe: " + text)
        with pytest.raises(PolicyError, match="1001 entries"):
            load(HEAD + f"safe: {[f'v{n}' for n in range(1_001)]}\n")

    def test_nothing_of_a_rule_depends_on_the_machine(self, load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
        """A user called as a marker or a miss says makes no policy wrong."""
        from tightlip_scrubbers.known import KNOWN

        monkeypatch.setenv("USER", "ticket")
        monkeypatch.setenv("LOGNAME", "ticket")
        KNOWN.refresh(now=True)
        assert load(HEAD + RULE.replace("'ACME-2045'", "'ACME-2045', 'a ticket'")).scrubbing.own[0].id == "acme.ticket"

    def test_ids_of_the_package_are_taken(self) -> None:
        """No rule of a file can hide one of the package's."""
        from tightlip.own_rules import BadRule, check_id

        for rule in RULES:
            with pytest.raises(BadRule):
                check_id(rule.id, ())
