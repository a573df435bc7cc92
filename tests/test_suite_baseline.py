"""Known failures: a file that can only shrink."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from suite_fakes import case

from tightlip.suite import baseline
from tightlip.suite.outcome import Failure, Result

if TYPE_CHECKING:
    from pathlib import Path

LEAK = Failure("leak", "it left", path="message", canary="secret", canary_kind="api_key", encoding="raw")
OTHER = Failure("lost", "the word is gone", path=None)


def result(name: str, *failures: Failure) -> Result:
    return Result(case(name), "fake", "app", "failed" if failures else "passed", failures)


def test_what_was_written_is_known_and_nothing_else(tmp_path: Path) -> None:
    """A case with one more failure than before fails."""
    file = tmp_path / "known.json"
    assert baseline.write(file, [result("a", LEAK), result("b"), result("c", OTHER)]) == 2
    entries = baseline.read(file)
    again = [result("a", LEAK), result("a", LEAK, OTHER), result("b", LEAK), result("c", OTHER)]
    assert [one.status for one in baseline.known(again, entries)] == ["known", "failed", "failed", "known"]


def test_it_holds_no_words_and_no_values(tmp_path: Path) -> None:
    """What a failure is known by may stand in a repository."""
    file = tmp_path / "known.json"
    baseline.write(file, [result("a", LEAK)])
    assert json.loads(file.read_text("utf-8"))["known"] == [
        {"case": "a", "scrubber": "fake", "kind": "leak", "canary": "secret", "path": "message", "encoding": "raw"}
    ]


def test_what_is_mended_is_told_of_cases_that_ran_alone(tmp_path: Path) -> None:
    """A run of some cases says nothing of the others."""
    file = tmp_path / "known.json"
    baseline.write(file, [result("a", LEAK, OTHER), result("b", LEAK)])
    entries = baseline.read(file)
    gone = baseline.mended([result("a", OTHER)], entries)
    assert {one[:3] for one in gone} == {("a", "fake", "leak")}
    baseline.shrink(file, entries, gone)
    assert baseline.read(file) == entries - gone
    assert list(tmp_path.iterdir()) == [file]


def test_it_is_not_written_over(tmp_path: Path) -> None:
    """Or it would grow."""
    file = tmp_path / "known.json"
    baseline.write(file, [])
    with pytest.raises(baseline.BaselineError, match="can only shrink"):
        baseline.write(file, [result("a", LEAK)])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "--write-baseline"),
        ("{", ":1:2: no JSON"),
        ("[]", "is no baseline"),
        ('{"version": 2, "known": []}', "needs version 1"),
        ('{"version": 1, "known": [{"case": "a", "words": "x"}]}', "known failure 1 may hold case"),
        ('{"version": 1, "known": [{"case": 3}]}', "all of them texts"),
    ],
)
def test_a_file_that_is_none_is_an_error_that_says_so(tmp_path: Path, text: str | None, words: str) -> None:
    file = tmp_path / "known.json"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    with pytest.raises(baseline.BaselineError) as caught:
        baseline.read(file)
    assert words in str(caught.value)
    assert str(file) in str(caught.value)


@pytest.mark.parametrize(
    "known",
    [{}, {"case": "a"}, {"case": "a", "scrubber": "fake"}, {"case": "a", "scrubber": "fake", "kind": "any"}],
)
def test_an_entry_that_could_match_nothing_is_a_mistake(tmp_path: Path, known: dict[str, str]) -> None:
    """Nor does one with fewer names stand for more failures."""
    file = tmp_path / "known.json"
    file.write_text(json.dumps({"version": 1, "known": [known]}), encoding="utf-8")
    with pytest.raises(baseline.BaselineError, match="known failure 1 needs case, scrubber, and a kind of leak"):
        baseline.read(file)
