"""Results as people, CI services and code hosts read them."""

from __future__ import annotations

import io
import json
from xml.etree import ElementTree as ET

from suite_fakes import Fake, canaries, case

from tightlip.suite.checking import check
from tightlip.suite.formats import WRITERS
from tightlip.suite.formats.text import Progress, failure_lines, summary_lines, verdict
from tightlip.suite.outcome import Failure, Output, Result, Run
from tightlip.suite.scoreboard import score, table_lines, words_of
from tightlip.suite.summary import by, places_of

CASES = [case(f"secret.{name}", canaries=canaries()) for name in ("a", "leaks", "refused", "broken")]
RESULTS = check(CASES, Fake, seed=5, jobs=0)


class TestJunit:
    def test_a_test_a_case_with_its_place(self) -> None:
        """Counts, file, line, and the sentence of the failure."""
        root = ET.fromstring(WRITERS["junit"](RESULTS, 5))
        (suite,) = root.findall("testsuite")
        assert {name: suite.get(name) for name in ("name", "tests", "failures", "skipped")} == {
            "name": "fake", "tests": "4", "failures": "2", "skipped": "1",
        }  # fmt: skip
        tests = {test.get("name"): test for test in suite.findall("testcase")}
        assert (tests["secret.leaks"].get("file"), tests["secret.leaks"].get("line")) == ("cases/request.yaml", "4")
        failure = tests["secret.leaks"].find("failure")
        assert failure is not None
        assert failure.get("type") == "leak"
        assert "secret" in (failure.text or "")
        assert tests["secret.refused"].find("skipped") is not None
        assert list(tests["secret.a"]) == []

    def test_no_text_breaks_it(self) -> None:
        """Control characters have no form in XML 1.0 at all."""
        odd = Result(case(), 'a "<&', "app", "failed", (Failure("lost", 'no <"&\x00\x1b\ud800> \uffff'),))
        root = ET.fromstring(WRITERS["junit"]([odd], 1))
        assert root[0].get("name") == 'a "<&'


class TestSarif:
    def test_each_failure_stands_at_the_line_of_its_case(self) -> None:
        found = json.loads(WRITERS["sarif"](RESULTS, 5))
        (run,) = found["runs"]
        rules = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
        assert {one["ruleId"] for one in run["results"]} <= rules
        assert len(run["results"]) == sum(len(result.failures) for result in RESULTS)
        region = run["results"][0]["locations"][0]["physicalLocation"]
        assert region == {
            "artifactLocation": {"uri": "cases/request.yaml"},
            "region": {"startLine": 4, "startColumn": 5},
        }

    def test_known_failures_are_suppressed(self) -> None:
        known = Result(case(), "fake", "app", "known", (Failure("leak", "it left"),))
        (one,) = json.loads(WRITERS["sarif"]([known], 1))["runs"][0]["results"]
        assert one["suppressions"][0]["kind"] == "external"


class TestJson:
    def test_it_holds_what_was_planted_and_what_left(self) -> None:
        found = json.loads(WRITERS["json"](RESULTS, 5))
        assert found["summary"] == {"fake": {"failed": 2, "passed": 1, "skipped": 1}}
        first = found["results"][0]
        assert first["left"]["message"] == "it failed for [x]"
        assert first["values"]["secret"] in first["planted"]["event"]["message"]

    def test_what_is_no_json_shows_its_type_alone(self) -> None:
        """No code of a scrubber's objects runs."""
        odd = Result(case(), "fake", "app", "failed", runs=(Run({}, Output({"a": object()})),))
        assert json.loads(WRITERS["json"]([odd], 1))["results"][0]["left"] == {"a": "<object>"}

    def test_half_of_a_pair_can_be_written(self) -> None:
        """It comes back as it was."""
        odd = Result(case(), "fake", "app", "failed", runs=(Run({}, Output({"a": "x\ud800y\u00e9"})),))
        text = WRITERS["json"]([odd], 1)
        assert json.loads(text.encode())["results"][0]["left"] == {"a": "x\ud800y\u00e9"}


class TestText:
    def test_a_failure_names_case_place_canary_and_how_to_run_it_again(self) -> None:
        lines = "\n".join(failure_lines(RESULTS[1], {}, again="tightlip check x -k secret.leaks --seed 5"))
        for words in (
            "FAILED secret.leaks",
            "cases/request.yaml:4:5",
            "Cookies are request data.",
            "leak:",
            "--seed 5",
        ):
            assert words in lines
        assert RESULTS[1].runs[0].values["secret"] not in lines

    def test_the_summary_goes_by_class_and_by_place(self) -> None:
        lines = "\n".join(summary_lines(RESULTS, {}, fields=True))
        assert "secret" in lines
        assert "secret.leaks" in lines
        assert "message" in lines
        assert verdict(RESULTS, 1.25, 5, {}) == "1 passed, 2 failed, 1 skipped in 1.2 s (seed 5)"

    def test_no_control_character_reaches_the_terminal(self) -> None:
        odd = Result(case(why="a\x1b[2J"), "fake", "app", "failed", (Failure("lost", "b\x1b[2J"),))
        assert "\x1b" not in "".join(failure_lines(odd, {}))

    def test_progress_is_silent_where_nobody_watches(self) -> None:
        stream = io.StringIO()
        shown = Progress(stream, 9, {})
        shown(RESULTS[0])
        shown.end()
        assert stream.getvalue() == ""


class TestSummary:
    def test_a_case_counts_once_for_each_way_it_failed(self) -> None:
        (row,) = by(RESULTS, lambda result: result.case.kind)
        assert (row.passed, row.failed, row.skipped) == (1, 2, 1)
        assert row.failures["leak"] == 1
        assert row.failures["garbage"] == 1

    def test_places_have_no_numbers_of_items(self) -> None:
        leaks = tuple(Failure("leak", "", path=f"exception.values.{number}.value") for number in range(3))
        assert places_of([Result(case(), "fake", "app", "failed", leaks)]) == [("exception.values.*.value", 3)]


class TestScoreboard:
    def test_both_sides_are_counted(self) -> None:
        """Leaks and lost words; a scrubber that drops everything wins nothing."""
        nothing = [
            Result(one.case, "nothing", "app", "failed", (Failure("lost", ""),), runs=(Run({}, Output(None)),))
            for one in RESULTS
        ]
        scores = {one.scrubber: one for one in score([*RESULTS, *nothing])}
        fake = scores["fake"]
        assert (fake.cases, fake.leaking, fake.left, fake.planted, fake.broken, fake.skipped) == (3, 1, 1, 3, 1, 1)
        assert (fake.kept, fake.words) == (2, 3)
        assert (scores["nothing"].kept, scores["nothing"].leaking) == (0, 0)
        assert "66.7%" in "\n".join(table_lines(list(scores.values()), {"relay": "not installed"}, {}))
        assert "relay" in table_lines([fake], {"relay": "not installed"}, {})[-1]

    def test_the_words_of_a_template_are_those_of_its_literals(self) -> None:
        from tightlip.suite.case import Keep

        held = case(keep={"app": Keep(words=("one",), template="key {key!r} is too long")})
        assert words_of(Result(held, "fake", "app", "passed")) == ["one", "key", "is", "too", "long"]
