"""Paths into an event, as cases name them."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tightlip.suite.paths import ANY, found, parse, shown, without

TREE: Any = {
    "exception": {"values": [{"type": "A", "vars": {"x": 1}}, {"type": "B", "vars": {"y": 2}}]},
    "tags": {"http.method": "GET", "0": "zero", "*": "star", "": "empty", 'a"b': "quote"},
    "pairs": ([1, 2], [3, 4]),
}


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("level", ("level",)),
        ("exception.values.0.type", ("exception", "values", 0, "type")),
        ("frames.-1.*.vars", ("frames", -1, ANY, "vars")),
        ('tags["http.method"]', ("tags", "http.method")),
        ('tags["http.method"].0', ("tags", "http.method", 0)),
        ('["a.b"]["*"]', ("a.b", "*")),
        ('tags["0"]', ("tags", "0")),
        ('tags["a\\"b\\u00e9"]', ("tags", 'a"bé')),
        ("request.headers.X-Api-Key", ("request", "headers", "X-Api-Key")),
        ("a.b c", ("a", "b c")),
    ],
)
def test_a_path_is_names_numbers_and_stars_and_is_shown_as_it_was_written(text: str, steps: tuple[Any, ...]) -> None:
    """Numbers are numbers, a star is any step, and what stands in brackets is a name."""
    assert parse(text) == steps
    assert parse(shown(steps)) == steps
    if "u00e9" not in text:
        assert shown(steps) == text


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", "must not be empty"),
        (".a", "column 1"),
        ("a.", "empty|column"),
        ("a..b", "column 3"),
        ("a[0]", "column 2"),
        ("a['b']", "double quotes"),
        ('a["b"', "column 2"),
        ('a["b"]c', "column 7"),
        ("a]", "column 2"),
        ('a.["b"]', "column 3"),
        ('a["\\q"]', "no JSON text"),
    ],
)
def test_what_is_no_path_is_refused_with_the_column(text: str, where: str) -> None:
    """The author of a case is told where to look."""
    with pytest.raises(ValueError, match=where):
        parse(text)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("exception.values.0.type", ["A"]),
        ("exception.values.-1.type", ["B"]),
        ("exception.values.*.type", ["A", "B"]),
        ("exception.values.2.type", []),
        ("exception.values.-3.type", []),
        ("exception.*.*.vars.*", [1, 2]),
        ('tags["http.method"]', ["GET"]),
        ("tags.http.method", []),
        ("tags.0", ["zero"]),
        ('tags["*"]', ["star"]),
        ('tags[""]', ["empty"]),
        ("pairs.*.1", [2, 4]),
        ("exception.values.type", []),
        ("exception.values.0.type.x", []),
    ],
)
def test_a_path_finds_what_stands_there(text: str, values: list[Any]) -> None:
    """In order; nothing where there is nothing."""
    assert [value for _, value in found(TREE, parse(text))] == values


def test_what_is_found_is_named_without_stars() -> None:
    """So that a failure names one place."""
    assert [shown(steps) for steps, _ in found(TREE, parse("exception.values.*.type"))] == [
        "exception.values.0.type",
        "exception.values.1.type",
    ]
    assert [shown(steps) for steps, _ in found(TREE, parse("exception.values.-1.type"))] == ["exception.values.1.type"]


def test_a_name_that_cannot_be_printed_is_shown_escaped() -> None:
    """A terminal would obey it."""
    assert shown(("tags", "a\x1b[31m")) == 'tags["a\\u001b[31m"]'
    assert parse(shown(("tags", "a\ud800\n"))) == ("tags", "a\ud800\n")


def test_a_path_into_a_text_finds_nothing() -> None:
    """A log line has no fields."""
    assert found("a line", parse("message")) == []
    assert found(None, parse("*")) == []


def test_a_tree_without_paths_is_a_copy_and_the_tree_stays_as_it_was() -> None:
    """What varies is left out of the comparison, never out of the output."""
    before = copy.deepcopy(TREE)
    left = without(TREE, [parse("exception.values.*.vars"), parse("tags"), parse("pairs.0"), parse("not.there")])
    assert left == {"exception": {"values": [{"type": "A"}, {"type": "B"}]}, "pairs": [[3, 4]]}
    left["exception"]["values"][0]["type"] = "changed"
    left["pairs"][0].append(5)
    assert before == TREE
