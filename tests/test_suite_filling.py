"""Filling a case: the same for a seed, other values in each run, and nothing of one value in another."""

from __future__ import annotations

import ast
import base64
import copy
import dataclasses
import itertools
import json
from typing import Any

import pytest

from tightlip.suite.canaries import KINDS
from tightlip.suite.canary_kind import pieces
from tightlip.suite.case import Canary, Case, CodeInput, EventInput, Input, LogInput, Place
from tightlip.suite.filling import FILTER_WORDS, FILTERS, Use, fill, filled_text, problem, uses


def case(given: Input, *canaries: Canary, name: str = "one") -> Case:
    return Case(
        id=name, why="It is tried.", kind="secret", about="x", profiles=("app",), input=given, canaries=canaries, keep={}, absent={},
        dropped=frozenset(), exact={}, varies=(), place=Place("a.yaml", 1, 1),
    )  # fmt: skip


def event(value: Any, *canaries: Canary, name: str = "one") -> Case:
    return case(EventInput({"a": value}), *canaries, name=name)


KEY = Canary("key", "api_key", form="stripe")
MAIL = Canary("mail", "email", ("ann@example.com", "bo@example.org"))


def filled(value: Any, *canaries: Canary, run: int = 0) -> Any:
    found = fill(event(value, *canaries), 1, run).input
    assert isinstance(found, EventInput)
    return found.event["a"]


def test_a_run_is_the_same_for_the_same_seed_and_another_for_another() -> None:
    one = event("${key}", KEY)
    assert fill(one, 1, 0) == fill(one, 1, 0)
    values = {fill(one, seed, run).values["key"] for seed in range(5) for run in range(5)}
    assert len(values) == 25
    assert fill(one, 1, 0).values != fill(event("${key}", KEY, name="two"), 1, 0).values


def test_a_run_does_not_depend_on_which_runs_were_made_before() -> None:
    alone = fill(event("${key}", KEY, name="fresh"), 7, 3).values
    again = [fill(event("${key}", KEY, name="fresh"), 7, run).values for run in range(4)]
    assert again[3] == alone


def test_values_stand_in_texts_and_keys_of_an_event_at_any_depth() -> None:
    found = filled({"${mail}": [{"x": "to ${mail}: ${mail}"}], "n": 1, "no": None, "yes": True, "f": 1.5}, MAIL)
    assert found == {
        "ann@example.com": [{"x": "to ann@example.com: ann@example.com"}], "n": 1, "no": None, "yes": True, "f": 1.5,
    }  # fmt: skip


def test_given_values_are_taken_in_turn() -> None:
    assert [filled("${mail}", MAIL, run=run) for run in range(3)] == [
        "ann@example.com",
        "bo@example.org",
        "ann@example.com",
    ]


def test_a_log_line_and_a_program_are_filled_and_an_sdk_is_not() -> None:
    assert fill(case(LogInput("for ${mail}"), MAIL), 1, 0).input == LogInput("for ann@example.com")
    code = CodeInput("f('${mail}') # $${mail}", {"acme/__init__.py": "'${mail}'"}, "acme")
    assert fill(case(code, MAIL), 1, 0).input == dataclasses.replace(code, application="f('ann@example.com') # ${mail}")


def test_the_case_stays_as_it_is_and_shares_nothing_that_can_change() -> None:
    one = event({"b": ["${key}"], "c": {"d": []}}, KEY)
    before = copy.deepcopy(one)
    found = fill(one, 1, 0)
    assert isinstance(found.input, EventInput)
    found.input.event["a"]["b"].append("x")
    found.input.event["a"]["c"]["d"].append("x")
    assert one == before
    again = fill(one, 1, 0).input
    assert isinstance(again, EventInput)
    assert again.event["a"]["c"] == {"d": []}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("$", "$"),
        ("${a}", "V"),
        ("x${a}y${a}", "xVyV"),
        ("$${a}", "${a}"),
        ("$$${a}", "$${a}"),
        ("$${a}${a}", "${a}V"),
        ("$a {a} $ {a}", "$a {a} $ {a}"),
    ],
)
def test_a_placeholder_is_filled_and_two_dollars_are_a_plain_one(text: str, expected: str) -> None:
    assert filled_text(text, {"a": "V"}) == expected
    assert problem(text, ["a"]) is None


def test_a_value_that_looks_like_a_placeholder_is_not_filled_again() -> None:
    assert filled_text("${a}", {"a": "${b}", "b": "x"}) == "${b}"


VALUE = 'C:\\new "dir"\n{é}'


def test_filters_encode() -> None:
    found = {name: filled_text(f"${{a|{name}}}", {"a": VALUE}) for name in FILTERS}
    assert base64.b64decode(found["base64"]).decode() == VALUE
    assert bytes.fromhex(found["hex"]).decode() == VALUE
    assert found["url"] == "C%3A%5Cnew%20%22dir%22%0A%7B%C3%A9%7D"
    assert json.loads(f'"{found["json"]}"') == VALUE
    assert ast.literal_eval(found["python"]) == VALUE
    assert found["upper"] == VALUE.upper()
    assert found["lower"] == VALUE.lower()
    assert found["reversed"] == VALUE[::-1]
    assert set(FILTER_WORDS) == set(FILTERS)


def test_filters_are_applied_from_left_to_right() -> None:
    assert filled_text("${a|upper|hex}", {"a": "x"}) == "58"


def test_a_number_is_planted_as_one() -> None:
    number = Canary("n", "number")
    value = filled({"id": "${n|number}", "text": "${n}"}, number)
    assert type(value["id"]) is int
    assert str(value["id"]) == value["text"]


def test_a_python_literal_holds_any_kind_of_value() -> None:
    for kind in KINDS.values():
        found = fill(case(CodeInput("x = ${c|python}\n", {}, "acme"), Canary("c", kind.name)), 1, 0)
        assert isinstance(found.input, CodeInput)
        assert ast.literal_eval(found.input.application.removeprefix("x = ")) == found.values["c"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${b}", "there is no canary b; there are a, mail (a plain ${ is written $${)"),
        ("${mial}", "there is no canary mial; did you mean mail? (a plain ${ is written $${)"),
        ("${a|jsn}", "there is no filter jsn; did you mean json?"),
        ("x ${a", "${a is no placeholder; write ${name} or ${name|filter}, or $${ for a plain ${"),
        ("${}", "${} is no placeholder; write ${name} or ${name|filter}, or $${ for a plain ${"),
        ("${a }", "${a } is no placeholder; write ${name} or ${name|filter}, or $${ for a plain ${"),
        ("${a|}", "${a|} is no placeholder; write ${name} or ${name|filter}, or $${ for a plain ${"),
        ("$${x ${b}", "there is no canary b; there are a, mail (a plain ${ is written $${)"),
    ],
)
def test_a_placeholder_that_is_none_is_told(text: str, expected: str) -> None:
    assert problem(text, ["a", "mail"]) == expected


def test_uses_say_where_and_how_a_canary_is_used() -> None:
    assert list(uses("a ${b|hex} $${c} ${d} ${")) == [Use(2, "b", ("hex",), False), Use(17, "d", (), False), 22]
    assert list(uses("${b}")) == [Use(0, "b", (), True)]


# What makes a hit unmistakable.


def test_the_form_of_a_canary_is_the_same_in_every_run_and_for_every_seed() -> None:
    canary = Canary("key", "api_key")
    for name in ("one", "two", "three"):
        values = [
            fill(event("${key}", canary, name=name), seed, run).values["key"] for seed in range(4) for run in range(3)
        ]
        fixed = {len(value) - len(value.lstrip(values[0][:3])) > 0 for value in values}
        assert fixed == {True}
        assert len({value[:2] for value in values}) == 1
    assert len({fill(event("${key}", canary, name=f"case{n}"), 1, 0).values["key"][:4] for n in range(60)}) > 8


@pytest.mark.parametrize(("kind", "name"), [(kind.name, name) for kind in KINDS.values() for name in kind.forms])
def test_values_of_a_case_have_nothing_in_common_beyond_their_form(kind: str, name: str) -> None:
    """Two of a kind beside each other, in four runs: no piece of one is in another, and each run has a length of its own."""
    form = KINDS[kind].forms[name]
    one = event("${a}${b}", Canary("a", kind, form=name), Canary("b", kind, form=name), name=f"{kind}.{name}")
    runs = [fill(one, 1, run).values for run in range(4)]
    values = [value for run in runs for value in run.values()]
    for left, right in itertools.combinations(values, 2):
        assert form.may_share(pieces(left) & pieces(right)), (left, right)
        assert left not in right
        assert right not in left
    if form.varies:
        for canary in ("a", "b"):
            assert len({len(run[canary]) for run in runs}) >= 3, [run[canary] for run in runs]


def test_all_kinds_stand_in_one_case_without_touching_each_other() -> None:
    canaries = [Canary(f"c_{kind}", kind) for kind in KINDS]
    values = [value for run in range(2) for value in fill(event("", *canaries), 1, run).values.values()]
    assert len(set(values)) == len(values)
    assert not any(left in right for left, right in itertools.permutations(values, 2))


def test_made_values_keep_away_from_given_ones() -> None:
    given = Canary("given", "word", tuple(f"{a}.{b}" for a in range(20, 60) for b in range(20, 60)))
    for run in range(3):
        value = fill(event("", given, Canary("ip", "ip", form="private")), 1, run).values["ip"]
        assert not any(one in value for one in given.given[:3])
        assert pieces(value).isdisjoint(given.given)
