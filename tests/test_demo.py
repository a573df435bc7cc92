"""The demo: it runs whatever the caller's consent says, leaks nothing, and its counter counts."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tightlip.demo import main, sample, stage
from tightlip.demo.leaks import Secrets, machine
from tightlip.demo.outcome import Outcome
from tightlip.demo.page import render
from tightlip.demo.template import Piece, has_words, pieces
from tightlip.demo.terminal import Ink, Paper, kinds, last_lines
from tightlip.demo.tree import Leaking, tree

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": os.pathsep.join([str(ROOT / "pipeline"), str(ROOT / "scrubbers")]),
    "DO_NOT_TRACK": "1",
    "SENTRY_DSN": "http://key@127.0.0.1:9/2",
    "SENTRY_RELEASE": "the-callers-own-release",
    "HARBOUR_SEED": "",
}
NOT_REPORTED = {"progress-callback", "event-callback", "lookalike-folder"}


def run(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tightlip.demo", *arguments],
        capture_output=True,
        encoding="utf-8",
        cwd=cwd,
        env={**ENVIRONMENT, **environment},
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the demo has run once, for a caller who asked not to be tracked."""
    where = tmp_path_factory.mktemp("demo")
    done = run("--json", cwd=where, ACME_OUTBOX=str(where / "the-callers.sqlite3"), HOME=str(where / "home"))
    (where / "status").write_text(f"{done.returncode}\n{done.stderr}", encoding="utf-8")
    (where / "report.json").write_text(done.stdout, encoding="utf-8")
    return where


@pytest.fixture(scope="module")
def report(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def planted() -> dict[str, tuple[str, ...]]:
    sys.path.insert(0, str(ROOT / "fixtures" / "acme_app"))
    try:
        from harbour.secrets import planted as made
    finally:
        sys.path.pop(0)
    return made()


class Page(HTMLParser):
    """Collects every address that a page would load, and the text of tightlip's side."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.ours: list[str] = []
        self.events = 0
        self.depth = 0
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.loads.extend(
            value
            for name in ("src", "href", "srcset", "data", "poster")
            if (value := given.get(name)) and not value.startswith("#")
        )
        if tag in ("link", "iframe", "object", "embed", "base"):
            self.loads.append(tag)
        if "id" in given:
            self.ids.append(given["id"] or "")
        if tag == "section" and (self.depth or "ours" in (given.get("class") or "")):
            self.events += not self.depth
            self.depth += 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "section" and self.depth:
            self.depth -= 1

    def handle_data(self, data: str) -> None:
        if self.depth:
            self.ours.append(data)


@pytest.fixture(scope="module")
def page(folder: Path) -> Page:
    found = Page()
    found.feed((folder / "demo.html").read_text(encoding="utf-8"))
    return found


class TestRun:
    def test_it_runs_for_a_caller_who_asked_not_to_be_tracked(self, folder: Path) -> None:
        assert (folder / "status").read_text(encoding="utf-8") == "0\n"

    def test_the_callers_outbox_and_home_are_left_alone(self, folder: Path) -> None:
        assert not (folder / "the-callers.sqlite3").exists()
        assert not (folder / "home").exists()

    def test_nothing_leaks_and_at_least_eight_kinds_of_failure_are_reported(self, report: dict[str, Any]) -> None:
        totals = report["totals"]
        assert totals["tightlip_leaks"] == 0
        assert totals["reported"] >= 8
        assert len({str(found["event"]["fingerprint"]) for found in report["failures"] if found["event"]}) >= 8
        assert totals["template_share"] >= 0.8
        assert not [found["problems"] for found in report["failures"] if found["problems"]]

    def test_the_applications_own_failures_are_not_reported(self, report: dict[str, Any]) -> None:
        silent = {found["name"]: found["dropped"] for found in report["failures"] if not found["reported"]}
        assert silent == {name: ["origin: application"] for name in NOT_REPORTED}

    def test_the_counter_counts_what_a_plain_event_leaks(self, report: dict[str, Any]) -> None:
        leaks = {found["name"]: found["plain_leaks"] for found in report["failures"]}
        assert all(leaks.values())
        assert {"api_key", "cookie", "ip", "patient_number", "request_body", "url_query"} <= set(leaks["key-refused"])
        assert report["totals"]["plain_leaks"] == sum(sum(kinds.values()) for kinds in leaks.values())

    def test_each_report_shows_its_own_steps(self, report: dict[str, Any]) -> None:
        steps = {
            found["name"]: found["event"]["breadcrumbs"]["values"] for found in report["failures"] if found["event"]
        }
        assert len(steps["file-missing"]) < 3
        assert [step["category"] for step in steps["ward-unknown"]] == ["http", "workspace", "http"]

    def test_no_planted_value_stands_anywhere_in_the_reports(
        self, report: dict[str, Any], planted: dict[str, tuple[str, ...]]
    ) -> None:
        text = json.dumps([found["event"] for found in report["failures"]], ensure_ascii=False)
        assert not [value for values in planted.values() for value in values if value in text]

    def test_another_seed_changes_the_secrets_and_nothing_that_leaves(
        self, report: dict[str, Any], tmp_path: Path
    ) -> None:
        name = "ward-unknown"
        done = run("--json", "--no-html", "--scenario", name, cwd=tmp_path, HARBOUR_SEED="other")
        (other,) = json.loads(done.stdout)["failures"]
        (first,) = (found for found in report["failures"] if found["name"] == name)
        for key in ("exception", "fingerprint", "tags", "release"):
            assert other["event"][key] == first["event"][key]
        assert other["plain_leaks"] == first["plain_leaks"]


class TestPage:
    def test_it_loads_nothing(self, page: Page, folder: Path) -> None:
        text = (folder / "demo.html").read_text(encoding="utf-8")
        style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
        assert page.loads == []
        assert style is not None
        assert "url(" not in style[1]
        assert "@import" not in style[1]
        assert "default-src 'none'" in text

    def test_tightlips_side_holds_every_report_and_no_planted_value(
        self, page: Page, report: dict[str, Any], planted: dict[str, tuple[str, ...]]
    ) -> None:
        assert page.events == report["totals"]["reported"]
        text = "".join(page.ours)
        assert "workspace {name!r} not found in {region}" in text
        assert not [value for values in planted.values() for value in values if value in text]
        assert Secrets(planted).count(text) == Counter()

    def test_every_failure_can_be_linked_to(self, page: Page, report: dict[str, Any]) -> None:
        assert {found["name"] for found in report["failures"]} <= set(page.ids)
        assert len(page.ids) == len(set(page.ids))

    def test_it_is_written_where_asked_and_said_so(self, tmp_path: Path) -> None:
        done = run("--html", "here.html", "--scenario", "file-missing", cwd=tmp_path)
        assert done.returncode == 0
        assert done.stdout.splitlines()[-1].endswith(str((tmp_path / "here.html").resolve()))
        assert [path.name for path in tmp_path.iterdir()] == ["here.html"]

    def test_markup_in_an_event_stays_text(self) -> None:
        attack = '<script>alert("x")</script>'
        html = tree({"exception": {"values": [{"value": attack, attack: attack}]}}, Leaking(Secrets({"key": [attack]})))
        assert "<script" not in html
        outcome = made_up(title=attack, name=attack, traceback=attack)
        html = render(stage.Play((outcome,), Secrets({"key": [attack]}), 1))
        assert attack not in html
        assert html.count("<script") == 1


class TestTerminal:
    def test_it_prints_each_failure_and_a_summary_without_colours_in_a_pipe(self, tmp_path: Path) -> None:
        done = run("--no-html", "--scenario", "key-refused", "--scenario", "event-callback", cwd=tmp_path)
        assert done.returncode == 0
        assert "\x1b" not in done.stdout
        assert (
            "would leave    AuthError: API key {self._api_key[:12]}... was refused for {method} {route}" in done.stdout
        )
        assert "not reported: the application's own failure" in done.stdout
        assert re.search(
            r"plain sentry-sdk event: \d+ planted values leaked\s+\(api_key, [^)]*\)\s+tightlip: 0", done.stdout
        )
        assert done.stderr == ""
        assert list(tmp_path.iterdir()) == []

    def test_colours_are_for_terminals_whose_owner_did_not_object(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class Terminal:
            def isatty(self) -> bool:
                return True

        monkeypatch.delenv("NO_COLOR", raising=False)
        monkeypatch.setenv("TERM", "xterm")
        terminal: Any = Terminal()
        assert Ink.for_stream(terminal, wanted=True).is_on
        assert not Ink.for_stream(terminal, wanted=False).is_on
        monkeypatch.setenv("NO_COLOR", "1")
        assert not Ink.for_stream(terminal, wanted=True).is_on

    def test_a_leak_a_wrong_verdict_and_a_lost_sentence_are_said(self) -> None:
        leaked = made_up(report_leaks=Counter(api_key=2))
        assert leaked.problems() == ["2 values of kind api_key leaked"]
        assert made_up(report=None, dropped=("allowlist: KeyError",)).problems() == [
            "not reported (allowlist: KeyError)"
        ]
        assert made_up(should_report=False).problems() == ["reported, though the application failed"]
        assert made_up(expect="something else").problems() == ["the report does not say 'something else'"]
        assert made_up(expect="something else", name="no-backup-yet").problems() == []
        text = "\n".join(Paper(Ink(is_on=False), 80).failure(1, leaked))
        assert "WRONG          2 values of kind api_key leaked" in text
        assert "tightlip: 2 (api_key)" in text

    @pytest.mark.parametrize("width", [80, 100, 120])
    def test_what_leaked_fits_the_terminal(self, width: int) -> None:
        """On one line where there is room, else on several."""
        found = made_up(
            plain_leaks=Counter(
                {"api_key": 2, "url_credentials": 1, "patient_number": 3, "password": 1, "person": 1, "ip": 1}
            )
        )
        lines = list(Paper(Ink(is_on=False), width).failure(1, found))
        assert max(map(len, lines)) <= width
        said = " ".join(" ".join(lines).split())
        assert "9 planted values leaked (patient_number, api_key, ip, password, person, and 1 more) tightlip: 0" in said

    def test_the_end_of_a_traceback_without_underlines_and_long_paths(self) -> None:
        text = 'Traceback (most recent call last):\n  File "/a/b/c/d.py", line 1, in f\n    boom()\n    ~~~~^^\nValueError: \x1b[31mno\n'
        assert last_lines(text, 3) == ['  File "…/c/d.py", line 1, in f', "    boom()", "ValueError: ?[31mno"]

    def test_kinds_are_listed_the_telling_ones_first(self) -> None:
        assert kinds(Counter(ward=9, api_key=1, person=2)) == "person, api_key, ward"
        assert kinds(Counter("abcdefg")).endswith(", and 2 more")


class TestStatus:
    def test_it_is_one_when_something_leaked(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        play = stage.Play((made_up(report_leaks=Counter(api_key=1)),), Secrets({}), 0)
        monkeypatch.setattr(stage, "perform", lambda *_: play)
        assert main(["--no-html", "--json"]) == 1
        assert json.loads(capsys.readouterr().out)["totals"]["tightlip_leaks"] == 1

    def test_an_unknown_scenario_is_said_with_the_known_ones(self, tmp_path: Path) -> None:
        done = run("--scenario", "no-such-thing", cwd=tmp_path)
        assert done.returncode == 2
        assert done.stderr.startswith("tightlip demo: no scenario 'no-such-thing'; there are ")
        assert "ward-unknown" in done.stderr
        assert list(tmp_path.iterdir()) == []

    def test_a_page_that_cannot_be_written_is_said(self, tmp_path: Path) -> None:
        done = run("--html", str(tmp_path / "missing" / "x.html"), "--scenario", "file-missing", cwd=tmp_path)
        assert done.returncode == 2
        assert "cannot write" in done.stderr
        assert "--no-html" in done.stderr

    def test_a_crash_of_the_application_is_said_with_its_last_words(self, tmp_path: Path) -> None:
        sdk = tmp_path / "acme_sdk"
        (sdk / "acme").mkdir(parents=True)
        (sdk / "acme" / "__init__.py").write_text("raise SystemError('a broken SDK')", encoding="utf-8")
        with pytest.raises(stage.Crashed, match=r"died before its first failure, with status 1:[\s\S]*a broken SDK"):
            stage.perform(sample.Sample(sdk, ROOT / "fixtures" / "acme_app"), [], lambda *_: None)

    def test_a_missing_sample_is_said(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(sample, "_HERE", tmp_path / "a" / "b" / "c" / "d")
        assert main(["--no-html"]) == 2
        assert "neither in" in capsys.readouterr().err

    def test_the_sample_of_a_wheel_is_found_first(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        here = tmp_path / "site-packages" / "tightlip" / "demo"
        for package in ("acme_sdk/acme", "acme_app/harbour"):
            (here / "fixtures" / package).mkdir(parents=True)
        monkeypatch.setattr(sample, "_HERE", here)
        assert sample.find() == sample.Sample(here / "fixtures" / "acme_sdk", here / "fixtures" / "acme_app")


class TestLeaks:
    @pytest.mark.parametrize(
        "text",
        [
            "a/b c\"d'é-12",
            json.dumps("a/b c\"d'é-12"),
            repr("a/b c\"d'é-12"),
            json.dumps({"vars": repr("a/b c\"d'é-12")}),
            repr("a/b c\"d'é-12".encode()),
            "a%2Fb%20c%22d%27%C3%A9-12",
            "A/B C\"D'É-12",
            "xYS9iIGMiZCfDqS0xMg==",
        ],
    )
    def test_a_value_is_found_in_every_spelling(self, text: str) -> None:
        assert Secrets({"key": ["a/b c\"d'é-12"]}).count({"deep": [{"in": f"<{text}>"}]}) == Counter(key=1)

    def test_a_value_counts_once_an_event_and_a_near_miss_not_at_all(self) -> None:
        secrets = Secrets({"key": ["abc-123", "abc-124"]})
        assert secrets.count(["abc-123", {"abc-123": "abc-123"}]) == Counter(key=1)
        assert secrets.count(["abc-12", "bc-123", 123]) == Counter()

    def test_of_a_file_the_name_alone_is_a_leak(self) -> None:
        assert Secrets({"path": ["/home/someone/hip-xray.dcm"]}).count("opening hip-xray.dcm") == Counter(path=1)

    def test_spans_are_apart_and_name_the_kind(self) -> None:
        found = list(Secrets({"whole": ["abc-def"], "part": ["abc"]}).spans("abc-def abc"))
        assert [(span.start, span.end, span.kind) for span in found] == [(0, 7, "whole"), (8, 11, "part")]

    def test_a_machine_called_linux_is_no_leak(self) -> None:
        assert machine({"path": ["/"], "host_name": ["linux"]}) == {"path": [], "host_name": []}
        assert machine({"path": ["/home/x"], "host_name": ["till-3.example"]}) == {
            "path": ["/home/x"],
            "host_name": ["till-3.example"],
        }


class TestTemplate:
    def test_holes_may_hold_braces(self) -> None:
        assert pieces("no {d['{']} in {a!r}") == [Piece("no ", False), Piece("{d['{']} in {a!r}", False)]
        assert pieces("no {f({1})} in") == [Piece("no ", False), Piece("{f({1})}", True), Piece(" in", False)]

    @pytest.mark.parametrize(
        ("template", "is_readable"), [("", False), ("{message}", False), ("{a}: {b}", False), ("bad {a}", True)]
    )
    def test_a_template_of_holes_alone_says_nothing(self, template: str, is_readable: bool) -> None:
        assert has_words(template) is is_readable


def made_up(**changed: Any) -> Outcome:
    """An outcome with nothing wrong."""
    report = {
        "exception": {
            "values": [
                {
                    "type": "AcmeError",
                    "value": "no {thing}",
                    "stacktrace": {"frames": [{"function": "[1 stdlib frame]"}]},
                }
            ]
        },
        "tags": {"rung": "code"},
    }
    given: dict[str, Any] = {
        "name": "made-up",
        "title": "Made up",
        "via": "raise",
        "should_report": True,
        "expect": "no {thing}",
        "traceback": "AcmeError: no tea\n",
        "plain": {"exception": {"values": [{"type": "AcmeError", "value": "no tea"}]}},
        "plain_leaks": Counter(),
        "report": report,
        "report_leaks": Counter(),
        "dropped": (),
    }
    return Outcome(**{**given, **changed})
