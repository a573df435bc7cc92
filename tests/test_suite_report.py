"""``tightlip report``: one page, that says the truth of a run, loads nothing, and works in a browser."""

from __future__ import annotations

import base64
import hashlib
import io
import itertools
import json
import re
import sys
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import chromium
import pytest

from tightlip.policy import APP, STRICT
from tightlip.suite.case_file import load_all
from tightlip.suite.checking import check
from tightlip.suite.formats import WRITERS
from tightlip.suite.report.document import Document, DocumentError, read
from tightlip.suite.report.figures import by_class, held, is_peer, left_values, scores
from tightlip.suite.report.markup import LONGEST, Piece, attribute, pieced, plain
from tightlip.suite.report.page import render
from tightlip.suite.report.planted import Planted
from tightlip.suite.report.reasons import Why
from tightlip.suite.report.rows import Row, compared, listed, note_path
from tightlip.suite.report.template import holes, words_in_source
from tightlip.suite.report.words import percent, verdict
from tightlip.suite.report_command import main
from tightlip.suite.runners.callable import CallableRunner
from tightlip.suite.runners.pipeline import PipelineRunner
from tightlip.suite.scoreboard import score

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from tightlip.suite.outcome import Result

CASES = r"""
tightlip: 1
class: request
cases:
  - id: request.cookies.sid
    why: Cookies are request data, and <b id="owned">nothing</b> else.
    canaries: {session: cookie}
    event:
      level: error
      message: "could not refresh sid=${session} </script><script>owned()</script> \u202egnp.exe \u0007"
      request: {cookies: {sid: "${session|base64}"}}
    keep: {app: {words: [refresh]}}
  - id: secret.log.key
    why: A key is nobody's business.
    class: secret
    canaries: {key: api_key}
    log: "the key ${key} is refused"
    keep: {app: {words: [refused]}}
    dropped: [strict]
  - id: secret.code.key
    why: The sentence of an error is the author's, the key in it is not.
    class: secret
    canaries: {key: api_key}
    code:
      sdk: |
        def connect(key):
            raise ValueError(f"key {key!r} has the wrong length")
      application: |
        import acme_case
        acme_case.connect("${key}")
    keep: {template: "key {key!r} has the wrong length"}
  - id: collected.level
    why: How bad it is may be told.
    class: collected
    profiles: [strict]
    event: {level: warning}
    keep: {fields: {level: warning}}
"""


def leaky(event: dict[str, Any], _hint: dict[str, Any]) -> dict[str, Any]:
    """Removes what is called a cookie, and lets the rest go."""
    event.get("request", {}).pop("cookies", None)
    return event


def written(results: list[Result]) -> Document:
    return read(WRITERS["json"](results, 5), "results.json")


def page_of(document: Document, **more: Any) -> str:
    return render(document, Why(), "2031-05-20", **more)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> list[Result]:
    file = tmp_path_factory.mktemp("cases") / "all.yaml"
    file.write_text(CASES, encoding="utf-8")
    cases = load_all([file])
    runners = (
        lambda: PipelineRunner(STRICT),
        lambda: PipelineRunner(APP),
        lambda: CallableRunner(leaky, "leaky"),
        lambda: CallableRunner(leaky, "sentry-relay 9.9"),
    )
    return [result for opener in runners for result in check(cases, opener, seed=5, jobs=0)]


@pytest.fixture(scope="module")
def green(results: list[Result]) -> str:
    return page_of(written([result for result in results if result.scrubber.startswith("tightlip")]))


@pytest.fixture(scope="module")
def red(results: list[Result]) -> str:
    return page_of(written([result for result in results if result.scrubber == "leaky"]))


class Parsed(HTMLParser):
    """Elements, addresses, handlers and text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text: dict[str, list[str]] = {"style": [], "script": [], "": []}
        self._raw = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.extend((tag, name, value or "") for name, value in attrs)
        self._raw = tag if tag in self.text else ""

    def handle_endtag(self, tag: str) -> None:
        self._raw = "" if tag == self._raw else self._raw

    def handle_data(self, data: str) -> None:
        self.text[self._raw].append(data)

    @property
    def words(self) -> str:
        """The text that a reader sees."""
        return "".join(self.text[""])

    def values(self, name: str) -> list[str]:
        """The values of an attribute."""
        return [value for _, found, value in self.attributes if found == name]


class TestPage:
    @pytest.mark.parametrize("which", ["green", "red"])
    def test_it_names_no_address_to_load_from(self, which: str, request: pytest.FixtureRequest) -> None:
        """The only addresses are places of its own; styles load nothing; no attribute holds code or style."""
        page = Parsed(request.getfixturevalue(which))
        names = {name for _, name, _ in page.attributes}
        assert names.isdisjoint({"src", "srcset", "action", "data", "poster", "background", "style"})
        assert not [name for name in names if name.startswith("on")]
        assert all(address.startswith("#") for address in page.values("href"))
        (style,), (script,) = page.text["style"], page.text["script"]
        assert not re.search(r"url\(|@import|https?:|//", style)
        assert not re.search(r"fetch|XMLHttp|import\(|https?:|innerHTML", script)
        assert not {"link", "img", "iframe", "object", "embed", "base"} & set(page.tags)

    def test_its_policy_allows_its_own_style_and_script_alone(self, green: str) -> None:
        page = Parsed(green)
        policy = next(value for value in page.values("content") if "default-src" in value)
        assert "default-src 'none'" in policy
        for name in ("style", "script"):
            (text,) = page.text[name]
            digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            assert f"{name}-src 'sha256-{digest}'" in policy
            assert page.tags.count(name) == 1

    def test_text_of_a_case_is_never_markup(self, green: str, red: str) -> None:
        """It is all there to read, and makes no element."""
        for text in (green, red):
            page = Parsed(text)
            assert "owned" not in page.values("id")
            assert '<b id="owned">nothing</b>' in page.words
            assert "</script><script>owned()</script>" in page.words
            assert not any("owned" in script for script in page.text["script"])

    def test_what_cannot_be_seen_is_spelled(self, red: str) -> None:
        """Marks of direction and controls change what a reader sees, or are lost; half characters cannot be written at all."""
        assert "\u202e" not in red
        assert "\x07" not in red
        assert r"\u202e" in Parsed(red).words
        assert plain("a\ud800b\u200bc\x1b") == r"a<i>\ud800</i>b<i>\u200b</i>c<i>\x1b</i>"
        assert attribute('"\x00\ud800') == r'"&quot;\x00\ud800"'
        assert plain("line\n\tnext é 漢") == "line\n\tnext é 漢"

    def test_it_has_landmarks_and_headings_in_order(self, green: str) -> None:
        page = Parsed(green)
        for landmark in ("header", "main", "footer", "h1"):
            assert page.tags.count(landmark) == 1, landmark
        levels = [int(tag[1]) for tag in page.tags if re.fullmatch(r"h[1-6]", tag)]
        assert all(below - above <= 1 for above, below in itertools.pairwise(levels))
        identifiers = page.values("id")
        assert len(identifiers) == len(set(identifiers))
        assert set(page.values("aria-labelledby")) <= set(identifiers)
        assert ("html", "lang", "en") in page.attributes

    def test_without_its_script_all_cases_are_there(self, green: str) -> None:
        """Native disclosure, and only the filters, which would do nothing, are hidden."""
        page = Parsed(green)
        cases = [value for value in page.values("class") if value.startswith("case ")]
        assert len(cases) == 4
        hidden = [tag for tag, name, _ in page.attributes if name == "hidden"]
        assert sorted(hidden) == ["button", "form", "p"]

    def test_the_same_run_gives_the_same_page(self, results: list[Result]) -> None:
        document = written(results)
        assert page_of(document) == page_of(document)

    def test_cases_that_failed_come_first(self, results: list[Result]) -> None:
        own = [result for result in results if result.scrubber == "leaky"]
        page = page_of(written(sorted(own, key=lambda result: result.status == "failed")))
        order = [value for value in Parsed(page).values("class") if value.startswith("case ")]
        assert order == sorted(order, key=lambda value: value != "case failed")

    def test_the_scoreboard_is_a_chart_with_its_figures_beside_it(self, results: list[Result]) -> None:
        page = Parsed(page_of(written(results), missing={"rollbar": "not installed <here>"}))
        assert "Scoreboard" in page.words
        assert "rollbar was not run: not installed <here>" in page.words
        leaking = next(one for one in score(results) if one.scrubber == "leaky")
        assert f"{leaking.cases - leaking.leaking:,} of {leaking.cases:,}" in page.words
        assert all(re.fullmatch(r"[0-9.]+%|10", width) for width in page.values("width"))


class TestWords:
    def test_the_verdict_is_one_sentence(self, results: list[Result]) -> None:
        checks = written(results).checks
        own = verdict([one for one in checks if one.scrubber.startswith("tightlip")])
        assert own.mood == "good"
        assert own.sentence == (
            "4 cases under two promises, each run at least twice with other made-up secrets: none of 6 planted values left."
        )
        leaking = verdict([one for one in checks if one.scrubber == "leaky"])
        assert leaking.mood == "bad"
        assert "3 of 3 planted values left, and 3 checks failed" in leaking.sentence
        assert (own.leaks, leaking.leaks) == (False, True)
        assert leaking.details[0] == "In 3 checks, a planted value left."

    def test_what_peers_leak_is_no_failure_of_the_run(self, results: list[Result]) -> None:
        ours = [result for result in results if result.scrubber != "leaky"]
        assert {one.scrubber for one in held(written(ours).checks)} == {"tightlip strict", "tightlip app"}
        page = Parsed(page_of(written(ours)))
        assert "none of 6 planted values left" in page.words
        assert "sentry-relay 9.9" in page.words

    def test_a_peer_alone_is_what_is_checked(self) -> None:
        assert not is_peer("sentry-relay 9.9", ["sentry-relay 9.9"])
        assert is_peer("none", ["none", "tightlip app"])
        assert not is_peer("nonesuch:scrub", ["nonesuch:scrub", "tightlip app"])

    def test_a_share_is_never_rounded_to_all_or_nothing(self) -> None:
        assert [percent(share) for share in (0.0, 0.0001, 0.5, 0.99999, 1.0)] == [
            "0%",
            "0.1%",
            "50.0%",
            "99.9%",
            "100%",
        ]


class TestFigures:
    def test_they_are_those_of_the_scoreboard(self, results: list[Result]) -> None:
        assert scores(written(results).checks) == score(results)

    def test_classes_add_up(self, results: list[Result]) -> None:
        checks = written(results).checks
        figures = by_class(checks)
        assert sum(one.total for one in figures) == sum(one.status != "skipped" for one in checks)
        secret = next(one for one in figures if (one.kind, one.scrubber) == ("secret", "leaky"))
        assert (secret.passed, secret.failed) == (0, 2)
        assert left_values(checks) == sum(one.left for one in score(results))


class TestReasons:
    def rows(self, results: list[Result], scrubber: str, case: str) -> list[Row] | None:
        checks = written(results).checks
        return Why().rows(next(one for one in checks if (one.scrubber, one.case) == (scrubber, case)))

    def test_a_marker_has_the_rule_that_put_it_there(self, results: list[Result]) -> None:
        rows = self.rows(results, "tightlip app", "request.cookies.sid")
        assert rows is not None
        message = next(row for row in rows if row.path == "message")
        assert message.state == "changed"
        assert message.after is not None
        assert [message.after[mark.start : mark.end] for mark in message.marks] == ["[secret]"]
        assert message.reasons[0].rule.startswith("secret.")
        cookies = next(row for row in rows if row.path.startswith("request"))
        assert cookies.state == "removed"
        assert cookies.reasons

    def test_a_line_has_its_reason_under_both_promises(self, results: list[Result]) -> None:
        (app,) = self.rows(results, "tightlip app", "secret.log.key") or []
        assert app.reasons[0].rule
        (strict,) = self.rows(results, "tightlip strict", "secret.log.key") or []
        assert (strict.state, strict.after) == ("removed", None)
        assert "only text from code leaves" in strict.reasons[0].words

    def test_of_another_scrubber_none_is_given(self, results: list[Result]) -> None:
        assert self.rows(results, "leaky", "request.cookies.sid") is None

    def test_none_is_given_where_the_stages_make_something_else_of_it_here(self, results: list[Result]) -> None:
        """Results of another machine or version: a reason that is not that of the run would be a guess."""
        data = json.loads(WRITERS["json"](results, 5))
        for result in data["results"]:
            if isinstance(result["left"], dict):
                result["left"]["level"] = "fatal"
            elif isinstance(result["left"], str):
                result["left"] += "!"
        for check_ in read(json.dumps(data), "other.json").checks:
            if check_.scrubber == "tightlip app" and check_.left is not None:
                assert Why().rows(check_) is None

    def test_of_a_program_the_sentence_is_found_in_its_source(self, results: list[Result]) -> None:
        checks = written(results).checks
        program = next(one for one in checks if (one.scrubber, one.case) == ("tightlip strict", "secret.code.key"))
        rows = {row.path: row for row in Why().of_program(program, listed(program.left))}
        said = rows["exception.values.0.value"]
        assert said.after == "key {key!r} has the wrong length"
        assert "each word of it is written in the SDK's source" in [reason.words for reason in said.reasons]
        assert "the instruction that raised" in rows["tags.rung"].reasons[0].words

    def test_a_sentence_of_elsewhere_is_not_called_the_sources(self) -> None:
        assert words_in_source("key {key!r} has", ["x = f'key {key!r} has'"])
        assert not words_in_source("key {key!r} had", ["x = f'key {key!r} has'"])
        assert not words_in_source("{key!r}", ["x = f'{key!r}'"])

    def test_an_error_in_them_costs_the_reasons_alone(
        self, results: list[Result], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*_: object) -> None:
            raise RuntimeError

        monkeypatch.setattr("tightlip.suite.report.reasons.scrub", broken)
        own = [result for result in results if result.scrubber == "tightlip app"]
        page = page_of(written(own))
        assert "none of 3 planted values left" in page
        assert "secret.assignment" not in page


class TestRows:
    def test_what_left_is_laid_beside_what_went_in(self) -> None:
        rows = compared({"a": 1, "b": ["x", "y"], "c": {"d": "gone"}}, {"a": 1, "b": ["x", "[z]"], "e": None})
        assert [(row.path, row.state, row.before, row.after) for row in rows] == [
            ("a", "kept", "1", "1"),
            ("b.0", "kept", "x", "x"),
            ("b.1", "changed", "y", "[z]"),
            ("c", "removed", '{"d": "gone"}', None),
            ("e", "added", None, "null"),
        ]

    def test_true_is_not_one(self) -> None:
        assert [row.state for row in compared({"a": True}, {"a": 1})] == ["changed"]

    def test_nothing_that_left_is_all_removed(self) -> None:
        assert {row.state for row in compared({"a": {"b": "x" * 200, "c": 1}, "d": []}, None)} == {"removed"}

    def test_deep_data_has_an_end(self) -> None:
        deep: Any = "end"
        for _ in range(200):
            deep = {"k": deep, "filler": "x" * 200}
        assert compared(deep, None)
        assert compared(deep, deep)
        assert listed(deep)

    def test_paths_are_those_of_failures(self) -> None:
        assert note_path('exception.values[0].vars."a.b"') == 'exception.values.0.vars["a.b"]'
        assert note_path("[3].x") == "3.x"
        assert note_path("") == ""


class TestMarking:
    def test_a_value_is_found_as_it_was_planted_and_as_json_shows_it(self) -> None:
        value = 'C:\\Users\\"zerelki"\\moxfuva.csv'
        planted = Planted({"file": "windows_path"}, {"file": value})
        for text in (value, json.dumps({"a": value}), base64.b64encode(value.encode()).decode(), value.upper()):
            (span,) = planted.spans(f"in {text} here")
            assert span.kind == "windows_path"

    def test_a_short_value_is_a_whole_word(self) -> None:
        planted = Planted({"age": "number"}, {"age": "41"})
        assert [span.start for span in planted.spans("41 of 1411, 41")] == [0, 12]

    def test_holes_are_what_stands_in_braces(self) -> None:
        assert holes("a {b} {c['{'}]} d {open") == [(2, 5), (6, 15)] or holes("a {b!r} c") == [(2, 7)]
        assert holes("{a}{b}") == [(0, 3), (3, 6)]

    def test_a_long_text_is_cut_and_what_is_hidden_is_counted(self) -> None:
        text = "x" * (LONGEST + 50) + "SECRET"
        shown = pieced(text, [Piece(LONGEST + 50, LONGEST + 56, "mark.p", "token")])
        assert "SECRET" not in shown
        assert "56 more characters, 1 planted value among them" in shown

    def test_pieces_never_lie_over_each_other(self) -> None:
        shown = pieced("abcdef", [Piece(0, 4, "mark.p", "k"), Piece(2, 6, "span.m")])
        assert shown == '<mark class="p">abcd<small>k</small></mark>ef'

    def test_a_secret_that_left_is_marked_where_it_stands(self, red: str) -> None:
        assert re.search(r'<mark class="leak">[^<]+<small>cookie</small></mark>', red)
        assert '<p class="bad">leak: cookie</p>' in red


GOOD: dict[str, Any] = {
    "version": 1, "tightlip": "0.1", "seed": 1,
    "results": [{
        "case": "a.b", "why": "w", "class": "secret", "about": "a", "place": {"file": "f", "line": 1}, "scrubber": "s", "profile": "app",
        "status": "passed", "reason": "", "failures": [], "canaries": {}, "values": {}, "planted": {"log": "x"}, "left": "x", "beside": [],
    }],
}  # fmt: skip


def with_result(**changes: Any) -> str:
    return json.dumps({**GOOD, "results": [{**GOOD["results"][0], **changes}]})


class TestDocument:
    def test_an_older_file_without_counts_of_words_is_read(self) -> None:
        document = read(json.dumps(GOOD), "old.json")
        assert document.checks[0].words is None
        assert "words kept" not in page_of(document)

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("{", "old.json:1:2: no JSON"),
            ("[" * 100_000, "old.json"),
            ("[]", "holds no results"),
            (json.dumps({**GOOD, "version": 2}), "version 2"),
            (json.dumps({**GOOD, "version": "1"}), "no version"),
            (json.dumps({**GOOD, "seed": "1"}), "names no seed"),
            (json.dumps({**GOOD, "results": []}), "nothing was checked"),
            (json.dumps({**GOOD, "results": [1]}), "result 1 is no mapping"),
            (with_result(case=1), "result 1 has no case"),
            (with_result(status="fine"), "status is none of passed"),
            (with_result(profile="lax"), "profile is none of strict"),
            (with_result(values={"a": 1}), "values has to be texts"),
            (with_result(failures=[{"kind": "leak"}]), "a kind and words"),
            (with_result(planted={"log": 1}), "a log line is a text"),
            (with_result(planted={"event": []}), "an event is a mapping"),
            (with_result(planted={"code": {"application": "x"}}), "an application and files"),
            (with_result(planted={"code": {"application": "x", "files": {"a": 1}}}), "texts by name"),
            (with_result(planted={"mail": "x"}), "planted is one of"),
            (with_result(words={"asked": 1, "kept": 2}), "how many were asked"),
        ],
    )
    def test_another_file_is_told_with_what_to_do(self, text: str, words: str) -> None:
        with pytest.raises(DocumentError) as error:
            read(text, "old.json")
        assert words in str(error.value)
        assert "old.json" in str(error.value)
        assert "tightlip check DIR --format json -o results.json" in str(error.value)

    def test_whatever_left_there_is_a_page(self) -> None:
        """A scrubber may answer with anything, and a run may have been ended."""
        wrong = [{"kind": "leak", "words": "it left", "path": "a.0", "canary": "k"}]
        for left in (None, "text", 7, [], [["a"]], {"a": [{"": None}]}, {"\ud800": "\ud800"}):
            inputs: list[Any] = [
                {"event": {"a": ["x"]}},
                {"log": "x"},
                {"code": {"application": "x", "files": {}}},
                None,
            ]
            for planted in inputs:
                text = with_result(left=left, planted=planted, failures=wrong, status="failed", beside=[left])
                page_of(read(text, "odd.json")).encode("utf-8")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "all.yaml").write_text(CASES, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1934000000")
    return tmp_path


class TestCommand:
    def test_it_writes_the_page_and_says_what_it_shows(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["cases", "-o", "report.html", "--jobs", "0", "--seed", "3", "-k", "cookies", "-k", "log"]) == 0
        page = (folder / "report.html").read_text("utf-8")
        assert "none of 4 planted values left" in Parsed(page).words
        assert "2031-04-15" in page
        captured = capsys.readouterr()
        assert captured.out == ""
        assert captured.err == "tightlip: report.html shows 2 cases in 4 checks: 0 failed, 0 planted values left\n"
        assert sorted(file.name for file in folder.iterdir()) == ["cases", "report.html"]

    def test_the_results_of_check_give_the_same_page(
        self, folder: Path, results: list[Result], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        text = WRITERS["json"](results, 5)
        (folder / "results.json").write_text(text, encoding="utf-8")
        assert main(["--from", "results.json", "-o", "a.html"]) == 0
        monkeypatch.setattr(sys, "stdin", io.StringIO(text))
        assert main(["--from", "-", "-o", "b.html"]) == 0
        assert (folder / "a.html").read_bytes() == (folder / "b.html").read_bytes()

    def test_a_page_of_failures_is_a_page(self, folder: Path, results: list[Result]) -> None:
        """It is `tightlip check` that fails a build."""
        bad = [result for result in results if result.scrubber == "leaky"]
        (folder / "results.json").write_text(WRITERS["json"](bad, 5), encoding="utf-8")
        assert main(["--from", "results.json", "-o", "a.html"]) == 0

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["--from", "missing.json"], "missing.json cannot be read: no such file"),
            (["--from", "cases/all.yaml"], "no JSON"),
            (["nowhere"], "nowhere"),
            (["cases", "-k", "nothing-like-it"], "no case is left"),
            (["cases", "--scrubber", "nothing.there:f"], "no module named"),
            (["cases", "--policy", "APP", "-k", "collected"], "no case is held to this promise"),
            (["cases", "--baseline", "known.json"], "known.json: no such file"),
        ],
    )
    def test_bad_input_leaves_the_page_of_before(
        self, folder: Path, arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (folder / "report.html").write_text("before", encoding="utf-8")
        assert main([*arguments, "-o", "report.html", "--jobs", "0"]) == 2
        assert words in capsys.readouterr().err
        assert (folder / "report.html").read_text("utf-8") == "before"

    def test_a_place_that_cannot_be_written_is_told(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (folder / "results.json").write_text(json.dumps(GOOD), encoding="utf-8")
        assert main(["--from", "results.json", "-o", "no/such/report.html"]) == 2
        assert "no/such/report.html" in capsys.readouterr().err

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            ([], "which cases?"),
            (["cases", "--from", "results.json"], "cases belongs to tightlip check"),
            (["--from", "results.json", "--compare"], "--compare belongs to"),
            (["cases", "--times", "1"], "at least 2 runs"),
            (["cases", "--limit", "0"], "more than 0"),
        ],
    )
    def test_arguments_that_make_no_sense(
        self, arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(SystemExit) as end:
            main([*arguments, "-o", "report.html"])
        assert end.value.code == 2
        assert words in capsys.readouterr().err

    def test_nothing_that_was_run_is_no_report(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (folder / "results.json").write_text(with_result(status="skipped", reason="it cannot"), encoding="utf-8")
        assert main(["--from", "results.json", "-o", "report.html"]) == 2
        assert "it cannot" in capsys.readouterr().err
        assert not (folder / "report.html").exists()


_WATCH = """
window.wrong = [];
addEventListener("error", (event) => wrong.push(String(event.message)));
addEventListener("unhandledrejection", (event) => wrong.push(String(event.reason)));
addEventListener("securitypolicyviolation", (event) => wrong.push(event.violatedDirective));
for (const name of ["error", "warn"]) console[name] = (...all) => wrong.push(all.join(" "));
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Generator[chromium.Page]:
    with chromium.page(tmp_path_factory.mktemp("browser")) as page:
        page.tell("Page.enable")
        page.tell("Page.addScriptToEvaluateOnNewDocument", source=_WATCH)
        yield page


@pytest.fixture
def opened(browser: chromium.Page, results: list[Result], tmp_path: Path) -> chromium.Page:
    """A browser with a page of four scrubbers open, 1200 px wide, in light colours."""
    file = tmp_path / "report.html"
    file.write_text(page_of(written(results)), encoding="utf-8")
    look(browser, 1200, "light")
    browser.open(file.as_uri())
    return browser


def look(page: chromium.Page, width: int, colours: str) -> None:
    page.tell("Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=width < 500)
    page.tell("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": colours}])


def choose(page: chromium.Page, field: str, value: str) -> None:
    """As a person does it: the field changes and says so."""
    page.run(
        f"{{ const field = document.getElementById('filter-{field}'); field.value = {json.dumps(value)};"
        "field.dispatchEvent(new Event('input', {bubbles: true})); }"
    )


def press(page: chromium.Page, key: str) -> None:
    text = {"text": key} if len(key) == 1 else {}
    page.tell("Input.dispatchKeyEvent", type="keyDown", key=key, **text)
    page.tell("Input.dispatchKeyEvent", type="keyUp", key=key)


SHOWN = (
    "[...document.querySelectorAll('.case')].filter(one => one.checkVisibility()).map(one => one.id.slice(5)).sort()"
)


@pytest.mark.skipif(chromium.PROGRAM is None, reason="no Chromium here; the page was not looked at in a browser")
class TestBrowser:
    def test_it_opens_without_an_error(self, opened: chromium.Page) -> None:
        assert opened.run("wrong") == []
        assert opened.run("document.getElementById('count').textContent") == "4 of 4 cases"
        assert opened.run("performance.getEntriesByType('resource').length") == 0

    def test_it_cannot_reach_a_network(self, opened: chromium.Page) -> None:
        """The policy holds, and whoever breaks it is seen by the test above."""
        opened.run("fetch('http://127.0.0.1:9/').catch(() => 0)")
        opened.run(
            'document.body.insertAdjacentHTML(\'beforeend\', \'<p onclick="1" style="color:red">x</p><img src="x.png">\')'
        )
        opened.wait_for("wrong.length >= 4")
        assert {"connect-src", "img-src"} <= set(opened.run("wrong"))

    def test_filters_narrow_and_are_cleared(self, opened: chromium.Page) -> None:
        choose(opened, "text", "NOBODY's")
        assert opened.run(SHOWN) == ["secret.log.key"]
        assert opened.run("document.getElementById('count').textContent") == "1 of 4 cases"
        choose(opened, "text", "")
        choose(opened, "class", "secret")
        assert opened.run(SHOWN) == ["secret.code.key", "secret.log.key"]
        choose(opened, "status", "failed")
        choose(opened, "scrubber", "tightlip app")
        assert opened.run(SHOWN) == []
        assert opened.run("document.getElementById('none').checkVisibility()")
        opened.run("document.getElementById('clear-none').click()")
        assert len(opened.run(SHOWN)) == 4
        assert opened.run("document.activeElement.id") == "filter-text"

    def test_a_scrubber_shows_its_own_checks_alone(self, opened: chromium.Page) -> None:
        choose(opened, "scrubber", "leaky")
        opened.run("document.getElementById('open').click()")
        names = "[...new Set([...document.querySelectorAll('.check')].filter(one => one.checkVisibility()).map(one => one.dataset.scrubber))]"
        assert opened.run(names) == ["leaky"]

    def test_filters_are_kept_in_the_address(self, opened: chromium.Page) -> None:
        choose(opened, "class", "secret")
        choose(opened, "text", "nobody's key")
        assert opened.run("location.hash") == "#text=nobody%27s+key&class=secret"
        opened.run("location.reload()")
        opened.wait_for(
            "document.readyState == 'complete' && document.getElementById('count').textContent == '1 of 4 cases'"
        )
        assert opened.run("document.getElementById('filter-class').value") == "secret"
        opened.run("location.hash = 'case-collected.level'")
        opened.wait_for("document.getElementById('case-collected.level').open")
        assert len(opened.run(SHOWN)) == 4

    def test_the_keyboard_is_enough(self, opened: chromium.Page) -> None:
        """A stroke focuses the filter, what is typed filters, Escape clears."""
        press(opened, "/")
        assert opened.run("document.activeElement.id") == "filter-text"
        for key in "log":
            press(opened, key)
        assert opened.run(SHOWN) == ["secret.log.key"]
        press(opened, "Escape")
        assert len(opened.run(SHOWN)) == 4
        assert opened.run("location.hash") == ""

    def test_nothing_sticks_out(self, opened: chromium.Page) -> None:
        """From the narrowest telephone on, with all cases open."""
        opened.run("document.querySelectorAll('details').forEach(one => one.open = true)")
        for width in (360, 700, 1200):
            look(opened, width, "light")
            assert opened.run("document.documentElement.scrollWidth <= innerWidth"), width
            assert opened.run(_STICKS_OUT) == [], width

    def test_dark_has_other_colours_and_a_button(self, opened: chromium.Page) -> None:
        paper = "getComputedStyle(document.body).backgroundColor"
        light = opened.run(paper)
        look(opened, 1200, "dark")
        dark = opened.run(paper)
        assert dark != light
        opened.run("document.getElementById('theme').click()")
        assert opened.run(paper) == light
        assert opened.run("document.getElementById('theme').textContent") == "Dark colours"

    def test_text_stands_out_from_what_is_behind_it(self, opened: chromium.Page) -> None:
        """At least 4.5 to 1, as WCAG 2.2 asks at AA (https://www.w3.org/TR/WCAG22/#contrast-minimum)."""
        opened.run("document.querySelectorAll('details').forEach(one => one.open = true)")
        for colours in ("light", "dark"):
            look(opened, 1200, colours)
            assert opened.run(_CONTRAST) == [], colours

    def test_why_of_what_is_kept_is_told_on_request(self, opened: chromium.Page) -> None:
        opened.run("document.getElementById('open').click()")
        seen = (
            "[...document.querySelectorAll('tr.kept td:last-child > span')].filter(one => one.checkVisibility()).length"
        )
        assert opened.run(seen) == 0
        opened.run("document.getElementById('kept-why').click()")
        assert opened.run(seen) > 0


_STICKS_OUT = """
[...document.querySelectorAll('main *')]
  .filter(one => one.checkVisibility() && one.getBoundingClientRect().right > innerWidth + 1)
  .map(one => one.outerHTML.slice(0, 80))
"""
_CONTRAST = """
(() => {
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (node) => {
    for (; node; node = node.parentElement) {
      const found = rgba(getComputedStyle(node).backgroundColor);
      if (found[3] === 255) return found;
    }
    return [255, 255, 255, 255];
  };
  const bad = new Set();
  for (const node of document.querySelectorAll("body *")) {
    const has = [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
    if (!has || !node.checkVisibility() || ["SCRIPT", "OPTION"].includes(node.tagName)) continue;
    const style = getComputedStyle(node), back = behind(node), front = rgba(style.color);
    const mixed = front.map((c, at) => c * style.opacity + back[at] * (1 - style.opacity));
    const [a, b] = [light(mixed), light(back)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) bad.add(`${node.tagName}.${node.className} ${ratio.toFixed(2)}`);
  }
  return [...bad];
})()
"""
