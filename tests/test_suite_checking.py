"""Cases are run more than once, judged, and kept apart from one another."""

from __future__ import annotations

import multiprocessing
from typing import TYPE_CHECKING

import pytest
from suite_fakes import Fake, Unmade, canaries, case

from tightlip.suite.case import CodeInput
from tightlip.suite.checking import check
from tightlip.suite.crew import batches
from tightlip.suite.outcome import CrewError
from tightlip.suite.trial import check_case

if TYPE_CHECKING:
    from tightlip.suite.outcome import Result


def names(results: list[Result]) -> list[tuple[str, str, list[str]]]:
    return [(one.case.id, one.status, [failure.kind for failure in one.failures]) for one in results]


class TestOneCase:
    def test_an_honest_scrubber_passes(self) -> None:
        """What left is there to look at: two runs, with other canaries each."""
        result = check_case(case(canaries=canaries()), Fake(), seed=1)
        assert (result.status, result.failures) == ("passed", ())
        assert len({run.values["secret"] for run in result.runs}) == 2
        assert result.filled is not None
        assert result.filled.values == result.runs[0].values

    def test_a_leak_is_a_failure_that_names_canary_and_place(self) -> None:
        """And never shows the value."""
        result = check_case(case("secret.leaks", canaries=canaries()), Fake(), seed=1)
        assert result.status == "failed"
        first = result.failures[0]
        assert (first.kind, first.canary, first.canary_kind, first.path) == ("leak", "secret", "api_key", "message")
        assert not any(run.values["secret"] in failure.words for run in result.runs for failure in result.failures)

    def test_the_same_seed_gives_the_same_canaries(self) -> None:
        """Whatever else runs: the values hang on seed and id alone."""
        one, other = (check_case(case(canaries=canaries()), Fake(), seed=7) for _ in range(2))
        assert one.runs == other.runs
        assert check_case(case(canaries=canaries()), Fake(), seed=8).runs != one.runs

    def test_an_error_of_the_runner_is_a_crash_without_its_words(self) -> None:
        """Its message holds the canary."""
        result = check_case(case("secret.raises", canaries=canaries()), Fake(), seed=1)
        assert [failure.kind for failure in result.failures] == ["crash"]
        assert "RuntimeError" in result.failures[0].words
        assert "secret" not in result.failures[0].words

    def test_what_it_cannot_run_is_skipped_with_the_reason(self) -> None:
        assert check_case(case("secret.refused"), Fake(), seed=1).reason == "it cannot"

    def test_a_case_of_another_promise_is_skipped(self) -> None:
        result = check_case(case(profiles=("strict",)), Fake(), seed=1)
        assert (result.status, result.reason) == ("skipped", "it is held to strict")

    def test_it_can_be_run_more_often(self) -> None:
        assert len(check_case(case(canaries=canaries()), Fake(), seed=1, times=5).runs) == 5


class TestProcesses:
    @pytest.mark.parametrize("jobs", [0, 2])
    def test_results_come_in_the_order_of_the_cases(self, jobs: int) -> None:
        """However many processes there are; and each is told once as it comes."""
        cases = [case(f"secret.n{number}", canaries=canaries()) for number in range(7)]
        told: list[Result] = []
        results = check(cases, Fake, seed=3, jobs=jobs, on_result=told.append)
        assert [one.case for one in results] == cases
        assert {one.status for one in results} == {"passed"}
        assert sorted(one.case.id for one in told) == sorted(one.id for one in cases)

    def test_a_case_that_ends_or_blocks_its_process_fails_alone(self) -> None:
        """The others are checked, and no process is left."""
        cases = [case(f"secret.{name}", canaries=canaries()) for name in ("a", "dies", "b", "hangs", "leaks", "c")]
        results = check(cases, Fake, seed=3, jobs=2, seconds=1.0)
        assert names(results) == [
            ("secret.a", "passed", []),
            ("secret.dies", "failed", ["crash"]),
            ("secret.b", "passed", []),
            ("secret.hangs", "failed", ["hang"]),
            ("secret.leaks", "failed", names(results)[4][2]),
            ("secret.c", "passed", []),
        ]
        assert "leak" in names(results)[4][2]
        assert "1 seconds" in results[3].failures[0].words
        assert multiprocessing.active_children() == []

    def test_canaries_do_not_hang_on_the_number_of_processes(self) -> None:
        cases = [case(f"secret.n{number}", canaries=canaries()) for number in range(4)]
        alone = check(cases, Fake, seed=3, jobs=0)
        together = check(cases, Fake, seed=3, jobs=2)
        assert [one.runs for one in alone] == [one.runs for one in together]

    def test_a_runner_that_cannot_be_made_there_is_no_failure_of_the_cases(self) -> None:
        """It ends with an error, instead of starting processes for ever."""
        with pytest.raises(CrewError, match="before they are ready"):
            check([case()], Unmade, seed=1, jobs=1)
        assert multiprocessing.active_children() == []

    def test_cases_of_a_package_go_to_one_process_and_come_first(self) -> None:
        """Each package is learnt once; those with an SDK of their own share nothing."""
        own = CodeInput("", {"acme_case.py": ""}, "acme_case")
        inputs = {
            "a": None,
            "b": CodeInput("", {}, "httpx"),
            "c": CodeInput("", {}, "redis"),
            "d": own,
            "e": CodeInput("", {}, "redis"),
        }
        cases = [
            case(f"secret.{name}", **({} if given is None else {"input": given})) for name, given in inputs.items()
        ]
        assert [[cases[number].id[-1] for number in batch] for batch in batches(cases)] == [
            ["c", "e"],
            ["b"],
            ["a"],
            ["d"],
        ]

    def test_the_cases_of_one_package_are_shared_when_nothing_else_is_left(self) -> None:
        """And none is lost when the process that has them dies; more processes than cores come one by one."""
        cases = [
            case(f"secret.{name}", canaries=canaries(), input=CodeInput("x = '${secret}'", {}, "httpx"))
            for name in ("a", "dies", "b", "c", "d", "e")
        ]
        results = check(cases, Fake, seed=3, jobs=4)
        assert [one.status for one in results] == ["passed", "failed", *["passed"] * 4]
        assert multiprocessing.active_children() == []
