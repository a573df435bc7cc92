"""What is wrong with what left is found, and said so that a person understands it."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from suite_fakes import case

from tightlip.suite import assert_private, paths
from tightlip.suite.case import Canary, CodeInput, EventInput, Filled, Keep, LogInput
from tightlip.suite.judge import MOST_PLACES, judge
from tightlip.suite.outcome import Broken, Output, Run

if TYPE_CHECKING:
    from collections.abc import Callable

    from tightlip.suite.case import Case
    from tightlip.suite.outcome import Failure

# Not secrets: made up for these tests, of different length.
KEYS = ("sk_live_9fQ2zK7mRbXtW4cPq1", "sk_live_Gd6xuV1hNpLoY8jTe5sMa0")
MAILS = ("zhodri.kanvel@lundresa.example", "brakuv@tekrumov-dri.example")
VALUES = [{"key": key, "mail": mail} for key, mail in zip(KEYS, MAILS, strict=True)]
EVENT: dict[str, Any] = {
    "event_id": "fc6d8c0c43fc4630ad850ee518f1b9d0",
    "level": "error",
    "message": "no session for ${mail} with ${key}",
    "tags": {"queue": "orders"},
    "request": {"headers": {"Authorization": "Bearer ${key}"}},
}
CLEAN: dict[str, Any] = {
    "event_id": EVENT["event_id"], "level": "error", "message": "no session for [email] with [secret]", "tags": {"queue": "orders"},
}  # fmt: skip
CANARIES = (Canary("key", "api_key"), Canary("mail", "email"))


def own(**changes: Any) -> Case:
    given: dict[str, Any] = {"input": EventInput(EVENT), "canaries": CANARIES, "keep": {}}
    return case(**(given | changes))


def keeping(**keep: Any) -> Case:
    return own(keep={"app": Keep(**keep)})


def runs(made: Callable[[dict[str, str]], Any], values: list[dict[str, str]] = VALUES) -> list[Run]:
    found: list[Run] = []
    for one in values:
        output = made(one)
        found.append(Run(one, output if isinstance(output, (Output, Broken)) else Output(output)))
    return found


def judged(made: Callable[[dict[str, str]], Any], of: Case | None = None, **more: Any) -> tuple[Failure, ...]:
    return judge(of or own(), "app", runs(made), **more)


def words(failures: tuple[Failure, ...]) -> list[str]:
    return [failure.words for failure in failures]


def test_one_run_is_too_few() -> None:
    """It cannot differ from itself: a length would leave unnoticed."""
    with pytest.raises(ValueError, match="at least two runs"):
        judge(own(), "app", runs(lambda values: CLEAN)[:1])


def test_a_clean_output_passes() -> None:
    assert judged(lambda values: CLEAN) == ()


class TestLeaks:
    def test_a_leak_names_canary_kind_path_and_encoding(self) -> None:
        """In words, and in fields for programs."""
        failures = judged(lambda values: CLEAN | {"extra": {"auth": [f"Bearer {values['key']}"]}})
        assert words(failures) == ["the api_key canary key left at extra.auth.0 (raw)"]
        assert (failures[0].kind, failures[0].canary, failures[0].canary_kind) == ("leak", "key", "api_key")
        assert (failures[0].path, failures[0].encoding) == ("extra.auth.0", "raw")

    def test_a_leak_in_a_key_names_the_mapping(self) -> None:
        """Without the key, which holds the canary."""
        failures = judged(lambda values: CLEAN | {"tags": {values["key"]: "yes"}})
        assert words(failures) == ["the api_key canary key left in a key of tags (raw)"]

    def test_a_path_through_a_key_that_holds_a_canary_does_not_show_it(self) -> None:
        failures = judged(lambda values: CLEAN | {"tags": {values["key"]: {"mail": values["mail"]}}})
        assert [failure.path for failure in failures] == ["tags", "tags.*.mail"]

    def test_nor_does_one_that_is_made_of_a_canary(self) -> None:
        """So that a known failure is known again in the next run, whose values are others."""
        failures = judged(
            lambda values: (
                CLEAN | {"tags": {hashlib.sha1(b"salt" + values["key"].encode()).hexdigest(): values["mail"]}}
            )
        )
        assert [failure.path for failure in failures] == ["tags.*"]
        failures = judged(lambda values: CLEAN | {"tags": {values["key"].encode().hex(): {"mail": values["mail"]}}})
        assert [failure.path for failure in failures] == ["tags", "tags.*.mail"]

    def test_a_field_that_leaks_in_one_run_alone_has_its_name(self) -> None:
        """If it is one of the format, or of the case's own event."""
        failures = judged(lambda values: CLEAN | ({"logger": values["key"]} if values is VALUES[0] else {}))
        assert failures[0].path == "logger"

    def test_what_left_beside_the_event_is_searched(self) -> None:
        failures = judged(lambda values: Output(CLEAN, ({"headers": {"X-User": values["mail"]}},)))
        assert words(failures) == ["the email canary mail left at beside.0.headers.X-User (raw)"]

    def test_what_varies_is_searched(self) -> None:
        """A field that may differ is no place to hide."""
        failures = judged(
            lambda values: CLEAN | {"id": hashlib.sha1(values["key"].encode()).hexdigest()}, own(varies=("id",))
        )
        assert words(failures) == ["the api_key canary key left at id (sha1)"]

    def test_a_given_value_that_is_there_anyway_is_no_leak(self) -> None:
        """Whatever the value is, the text is there."""
        made = own(
            canaries=(Canary("stage", "word", ("production", "staging")),),
            input=EventInput({"environment": "production"}),
        )
        given = [{"stage": "production"}, {"stage": "staging"}]
        assert judge(made, "app", runs(lambda values: {"environment": "production"}, given)) == ()
        leaking = judge(
            made, "app", runs(lambda values: {"environment": "production", "x": f"at {values['stage']}"}, given)
        )
        assert [(failure.kind, failure.path) for failure in leaking] == [("leak", "x")]

    def test_many_places_are_counted(self) -> None:
        """A sentence a place, to a bound; no canary is pushed out by another."""
        failures = judged(
            lambda values: CLEAN | {"extra": {f"x{at}": values["key"] for at in range(9)} | {"y": values["mail"]}}
        )
        assert [failure.canary for failure in failures] == ["key"] * MOST_PLACES + ["mail"]
        assert failures[MOST_PLACES - 1].words.endswith("(raw); and in 4 more places")

    def test_a_leak_in_one_run_alone_is_a_leak(self) -> None:
        failures = judged(lambda values: CLEAN | ({"logger": values["key"]} if values is VALUES[1] else {}))
        assert [failure.kind for failure in failures][:1] == ["leak"]

    def test_the_plainest_encoding_comes_first(self) -> None:
        failures = judged(
            lambda values: CLEAN | {"a": hashlib.md5(values["key"].encode()).hexdigest(), "b": values["key"]}
        )
        assert [failure.encoding for failure in failures] == ["raw", "md5"]

    def test_a_leak_is_found_in_what_is_no_event(self) -> None:
        """It leaves all the same."""
        failures = judged(lambda values: [values["key"]])
        assert [failure.kind for failure in failures] == ["leak", "garbage"]


#: What is put into a clean event, where it then differs, and how that is said.
DIFFERENCES: list[tuple[Callable[[dict[str, str]], Any], str, str]] = [
    (lambda values: {"n": len(values["key"])}, "n", "the number is another"),
    (lambda values: {"x": "*" * len(values["key"])}, "x", "the text is another, and of another length"),
    (lambda values: {"x": hashlib.sha256(b"salt" + values["key"].encode()).hexdigest()}, "x", "the text is another, of the same length"),
    (lambda values: {"x": "fixed" + " " * len(values["key"])}, "x", "the text differs in blanks or in characters that are not seen"),
    (lambda values: {"x": "fiXed" if values is VALUES[0] else "fixed"}, "x", "the text differs in capitals"),
    (lambda values: {"x": [0] * len(values["key"])}, "x", "the number of items is another"),
    (lambda values: {"x": [1, 2, 3] if values is VALUES[0] else [3, 2, 1]}, "x", "the items stand in another order"),
    (lambda values: {"x": {"a": 1, "b": 2} if values is VALUES[0] else {"b": 2, "a": 1}}, "x", "the keys stand in another order"),
    (lambda values: {"x": {"long": 1} if values is VALUES[0] else {}}, "x.*", "there in one run and not in another"),
    (lambda values: {"x": {"u81": 1} if values is VALUES[0] else {"u77": 1}}, "x.*", "a key with another name"),
    (lambda values: {"x": None if values is VALUES[0] else "there"}, "x", "it is null in one run and a text in another"),
    (lambda values: {"x": 1 if values is VALUES[0] else 1.0}, "x", "the number is another"),
    (lambda values: {"x": 1 if values is VALUES[0] else True}, "x", "it is a number in one run and a truth value in another"),
    (lambda values: {"x": values is VALUES[0]}, "x", "the value is another"),
]  # fmt: skip


class TestInterference:
    @pytest.mark.parametrize(("made", "path", "how"), DIFFERENCES)
    def test_a_difference_is_named_by_its_path_and_its_kind(
        self, made: Callable[[dict[str, str]], Any], path: str, how: str
    ) -> None:
        """Without showing what stood there."""
        failures = judged(lambda values: CLEAN | made(values))
        assert [(failure.kind, failure.path) for failure in failures] == [("interference", path)]
        assert failures[0].words == f"what left at {path} depends on the canaries' values: {how}"

    def test_what_varies_may_differ(self) -> None:
        """For the case, and for the runner."""
        event = {name: item for name, item in EVENT.items() if name != "event_id"}
        made = own(input=EventInput(event), varies=("contexts.*.at",))

        def output(values: dict[str, str]) -> Any:
            at = id(values)
            return {"event_id": str(at), "timestamp": at, "contexts": {"a": {"at": at}}, "crumbs": [{"t": at}]}

        assert judged(output, made, varies=("crumbs.*.t",)) == ()
        assert [failure.path for failure in judged(output, made)] == ["crumbs.0.t"]

    def test_what_the_cases_event_fixes_does_not_vary(self) -> None:
        """An identifier that is made of a value says as much as a tag; unless the author says that it is drawn anew."""
        failures = judged(
            lambda values: CLEAN | {"event_id": hashlib.sha1(b"salt" + values["key"].encode()).hexdigest()[:32]}
        )
        assert [failure.path for failure in failures] == ["event_id"]
        assert "list event_id under varies" in failures[0].words
        assert judged(lambda values: CLEAN | {"event_id": str(id(values))}, own(varies=("event_id",))) == ()

    def test_a_field_of_the_event_that_is_not_there_in_one_run_is_named(self) -> None:
        failures = judged(lambda values: CLEAN | {"tags": {"queue": "orders"} if values is VALUES[0] else {}})
        assert [failure.path for failure in failures] == ["tags.queue"]

    def test_an_event_in_one_run_alone_is_a_difference(self) -> None:
        failures = judged(lambda values: CLEAN if values is VALUES[0] else None)
        assert (
            words(failures)[0]
            == "what left depends on the canaries' values: an event left in one run and nothing in another"
        )

    def test_nought_and_less_than_nought_are_other_bytes(self) -> None:
        assert [
            failure.path for failure in judged(lambda values: CLEAN | {"x": 0.0 if values is VALUES[0] else -0.0})
        ] == ["x"]

    def test_without_canaries_a_difference_is_chance(self) -> None:
        """A case of what is meant to be sent plants none."""
        numbers = iter(range(9))
        failures = judge(own(canaries=()), "app", runs(lambda values: CLEAN | {"n": next(numbers)}, [{}, {}]))
        assert words(failures) == [
            "what left at n is another each time, with the same values too: the number is another"
        ]

    def test_many_differences_are_counted(self) -> None:
        failures = judged(lambda values: CLEAN | {"x": {f"k{at}": len(values["key"]) for at in range(9)}})
        assert len(failures) == MOST_PLACES
        assert failures[-1].words.endswith("; and 4 more differences")

    def test_a_leak_explains_the_difference_in_its_place(self) -> None:
        """One cause, one failure; others are there as well."""
        failures = judged(lambda values: CLEAN | {"x": values["key"], "n": len(values["key"])})
        assert [(failure.kind, failure.path) for failure in failures] == [("leak", "x"), ("interference", "n")]

    def test_beside_the_event_nothing_may_differ_either(self) -> None:
        failures = judged(lambda values: Output(CLEAN, ({"length": len(values["key"])},)))
        assert [failure.path for failure in failures] == ["beside.0.length"]

    def test_a_difference_between_runs_of_the_same_values_is_chance(self) -> None:
        """A repeated run tells an identifier that is drawn from one that is made of the values."""
        numbers = iter(range(9))
        failures = judge(own(), "app", runs(lambda values: CLEAN | {"n": next(numbers)}, [VALUES[0], VALUES[0]]))
        assert words(failures) == [
            "what left at n is another each time, with the same values too: the number is another"
        ]

    def test_a_repeated_run_finds_a_keyed_hash_in_what_varies(self) -> None:
        made = own(input=EventInput({"message": "x"}))

        def hashed(values: dict[str, str]) -> Any:
            return {"event_id": hashlib.sha1(b"salt" + values["key"].encode()).hexdigest()}

        assert judge(made, "app", runs(hashed)) == ()
        failures = judge(made, "app", runs(hashed, [*VALUES, dict(VALUES[0])]))
        assert [(failure.kind, failure.path) for failure in failures] == [("interference", "event_id")]


class TestSurvival:
    def test_a_lost_word_is_named_with_the_marker_in_its_place(self) -> None:
        failures = judged(
            lambda values: CLEAN | {"message": "no [text] with [secret]"}, keeping(words=("session", "no"))
        )
        assert words(failures) == ['the word "session" is lost; now [text] and [secret] stand there']
        assert failures[0].path == "message"

    def test_words_that_were_lost_in_one_place_are_one_failure(self) -> None:
        """A message that went as a whole is not said word by word."""
        failures = judged(
            lambda values: CLEAN | {"message": "[text]"}, keeping(words=("no", "session", "with", "elsewhere"))
        )
        assert words(failures) == [
            'the words "no", "session", "with" are lost; now [text] stands there', 'the word "elsewhere" is lost',
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("text", "there"),
        [("the other day", False), ("the day", True), ("the_day", True), ("The", False), ("(the)", True)],
    )
    def test_a_word_is_no_part_of_another(self, text: str, there: bool) -> None:
        """``the`` does not stand in "other"."""
        failures = judged(lambda values: {"message": text.replace("the other", "other")}, keeping(words=("the",)))
        assert (failures == ()) is there

    def test_words_stand_in_keys_numbers_and_what_is_nested(self) -> None:
        assert (
            judged(lambda values: {"extra": {"refresh_count": [{"n": 404}]}}, keeping(words=("refresh", "404"))) == ()
        )

    def test_a_field_keeps_its_value_and_its_type(self) -> None:
        made = keeping(fields={"level": "error", "n": 1, "gone": None, "frames.*.name": "b"})
        output = {"level": "warning", "n": True, "frames": [{"name": "a"}, {"name": "b"}]}
        assert words(judged(lambda values: output, made)) == [
            'level must be "error", but it is "warning"',
            "n must be 1, but it is True",
            "gone is not there; it must be None",
        ]

    def test_a_value_that_differs_between_runs_is_not_shown(self) -> None:
        """It may be a canary."""
        failures = judged(lambda values: CLEAN | {"level": values["key"]}, keeping(fields={"level": "error"}))
        assert [failure.kind for failure in failures] == ["leak", "lost"]
        assert failures[1].words == 'level must be "error", but it is another text'

    def test_a_path_must_be_there_or_must_not(self) -> None:
        made = own(keep={"app": Keep(present=("tags.queue", "contexts.os"))}, absent={"app": ("tags", "user")})
        assert words(judged(lambda values: CLEAN, made)) == [
            "tags is there, but it must not be",
            "contexts.os is not there, but it must be",
        ]

    @pytest.mark.parametrize(
        "event",
        [
            {"message": "key {key!r} is wrong"},
            {"logentry": {"formatted": "key {key!r} is wrong"}},
            {"logentry": {"message": "key {key!r} is wrong"}},
            {"exception": {"values": [{"value": "another"}, {"value": "key {key!r} is wrong"}]}},
            {"exception": [{"value": "key {key!r} is wrong"}]},
        ],
    )
    def test_a_template_is_the_whole_message_wherever_it_stands(self, event: Any) -> None:
        assert judged(lambda values: event, keeping(template="key {key!r} is wrong")) == ()

    def test_a_lost_template_says_what_stands_there_and_which_words_are_gone(self) -> None:
        made = keeping(template="key {key!r} of the session is wrong")
        output = {"exception": {"values": [{"value": "KeyError"}, {"value": "key [secret] is wrong"}]}}
        failures = judged(lambda values: output, made)
        assert words(failures) == [
            'the message must be "key {key!r} of the session is wrong", but it is "key [secret] is wrong"; lost: of the session'
        ]
        assert failures[0].path == "exception.values.1.value"
        assert words(judged(lambda values: {}, made)) == [
            'there is no message; it must be "key {key!r} of the session is wrong"'
        ]

    def test_nothing_at_all_is_a_loss(self) -> None:
        assert words(judged(lambda values: None)) == ["nothing left: the event was dropped, and nothing of it survived"]

    def test_unless_nothing_may_leave(self) -> None:
        made = own(dropped=frozenset({"app"}), keep={"app": Keep(words=("never",))})
        assert judged(lambda values: None, made) == ()
        assert words(judged(lambda values: CLEAN, made)) == ["an event left, but nothing may leave in this case"]
        assert [failure.kind for failure in judge(made, "strict", runs(lambda values: None))] == ["lost"]

    def test_what_must_survive_is_asked_for_under_its_promise_alone(self) -> None:
        assert judge(keeping(words=("never",)), "strict", runs(lambda values: CLEAN)) == ()

    def test_an_exact_output_is_compared_whole(self) -> None:
        """But for what varies; the order of keys is the author's affair."""
        made = own(exact={"app": {"message": CLEAN["message"], "tags": {"queue": "orders"}, "level": "error"}})
        assert judged(lambda values: CLEAN, made) == ()
        failures = judged(lambda values: {"level": "warning", "tags": {"queue": "orders", "more": 1}}, made)
        assert [(failure.kind, failure.path) for failure in failures] == [("changed", "message")]
        assert (
            failures[0].words
            == "what left is not the exact output that the case gives: message is missing, tags has 1 key too many, level is another"
        )

    def test_keep_is_judged_on_each_run(self) -> None:
        failures = judged(
            lambda values: CLEAN if values is VALUES[0] else {"message": "x"}, keeping(fields={"level": "error"})
        )
        assert [failure.words for failure in failures if failure.kind == "lost"] == [
            'level is not there; it must be "error"'
        ]

    def test_a_log_line_keeps_words_and_template(self) -> None:
        made = own(
            input=LogInput("user ${mail} came in"), keep={"app": Keep(words=("user",), template="user [email] came in")}
        )
        assert judged(lambda values: "user [email] came in", made) == ()
        assert words(judged(lambda values: "[email] in", made)) == [
            'the word "user" is lost; now [email] stands there',
            'the message must be "user [email] came in", but it is "[email] in"; lost: user came',
        ]
        assert judged(lambda values: {"logentry": {"formatted": "user [email] came in"}}, made) == ()


class TestBroken:
    @pytest.mark.parametrize("kind", ["crash", "hang", "garbage"])
    def test_a_broken_run_is_said_once(self, kind: Any) -> None:
        assert [
            (failure.kind, failure.words) for failure in judged(lambda values: Broken(kind, "it did not go well"))
        ] == [(kind, "it did not go well")]

    def test_the_other_run_is_judged_all_the_same(self) -> None:
        failures = judged(lambda values: Broken("crash", "it crashed") if values is VALUES[0] else {"x": values["key"]})
        assert [failure.kind for failure in failures] == ["leak", "crash"]

    @pytest.mark.parametrize(
        ("output", "said"),
        [
            ("text", "what left is a text, but an event is a mapping"),
            ([1], "what left is a list, but an event is a mapping"),
            (7, "what left is another value, but an event is a mapping"),
            ({"a": {"b": float("nan")}}, "what left is no JSON: at a.b, nan is a number that JSON does not have"),
            ({"a": {1, 2}}, "what left is no JSON: at a, a value of type set is no JSON data"),
            ({1: 2}, "what left is no JSON: in the event, a key that is no text but of type int"),
        ],
    )
    def test_what_is_no_event_is_garbage(self, output: Any, said: str) -> None:
        assert words(judged(lambda values: output)) == [said]

    def test_what_contains_itself_is_garbage_and_searched_all_the_same(self) -> None:
        """To its end, which it does not have."""

        def looping(values: dict[str, str]) -> Any:
            event: dict[str, Any] = {"key": values["key"]}
            event["a"], event["b"] = event, [event]
            return event

        failures = judged(looping)
        assert {failure.kind for failure in failures} == {"leak", "garbage"}
        assert "or in itself" in failures[-1].words

    def test_code_gives_an_event_too(self) -> None:
        made = own(input=CodeInput("raise ValueError", {}, "acme_case"))
        assert [failure.kind for failure in judged(lambda values: "text", made)] == ["garbage"]


def scrubbed(change: Callable[[str], str], value: Any) -> Any:
    """The event with something done to every secret in it."""
    if isinstance(value, str):
        return change(value)
    return {key: scrubbed(change, item) for key, item in value.items()} if isinstance(value, dict) else value  # pyright: ignore[reportUnknownVariableType]


def filled(values: dict[str, str]) -> Any:
    return scrubbed(lambda text: text.replace("${key}", values["key"]).replace("${mail}", values["mail"]), EVENT)


def replaced(values: dict[str, str], made: Callable[[str], str]) -> Any:
    return scrubbed(
        lambda text: text.replace(values["key"], made(values["key"])).replace(values["mail"], made(values["mail"])),
        filled(values),
    )


BAD: dict[str, tuple[Callable[[dict[str, str]], Any], str]] = {
    "matches keys alone": (
        lambda values: filled(values) | {"request": {"headers": {"Authorization": "[Filtered]"}}},
        "the api_key canary key left at message (raw)",
    ),
    "hashes": (
        lambda values: replaced(values, lambda text: hashlib.sha256(text.encode()).hexdigest()),
        "the api_key canary key left at request.headers.Authorization (sha256)",
    ),
    "truncates": (
        lambda values: replaced(values, lambda text: f"{text[:16]}…"),
        "the api_key canary key left at message (first 8 characters)",
    ),
    "leaks a length": (
        lambda values: replaced(values, lambda text: "*" * len(text)),
        "what left at message depends on the canaries' values: the text is another, and of another length",
    ),
    "crashes": (lambda values: Broken("crash", "the scrubber raised ValueError"), "the scrubber raised ValueError"),
    "hangs": (lambda values: Broken("hang", "no answer within 5 seconds"), "no answer within 5 seconds"),
    "prints garbage": (lambda values: Broken("garbage", "the answer is no JSON"), "the answer is no JSON"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_scrubber_gets_the_right_words(name: str) -> None:
    """Seven of them; an eighth that does all well gets none."""
    made, said = BAD[name]
    assert said in words(judged(made))
    assert judged(lambda values: replaced(values, lambda text: "[removed]")) == ()


@pytest.mark.parametrize("name", BAD)
def test_no_sentence_shows_a_value(name: str) -> None:
    """Nor does any other text of a failure: they go into the logs of a CI."""
    made, _ = BAD[name]
    keep = Keep(words=("session",), fields={"level": "x", "message": "y"}, template="z", present=("q",))
    failures = judged(made, own(keep={"app": keep}, exact={"app": {}}, absent={"app": ("tags",)}))
    text = "\n".join(repr(failure) for failure in failures)
    assert failures
    for values in VALUES:
        for value in values.values():
            assert value not in text
            assert value[:12] not in text


def test_a_value_that_looks_like_a_marker_is_not_shown() -> None:
    """``<ann.lee>`` in a text that lost its words; and what a scrubber remembered of an earlier run stands in all of them."""
    made = own(canaries=(Canary("who", "word"),), keep={"app": Keep(words=("session",), template="no session")})
    named = [{"who": "zhodrikan"}, {"who": "brakuvelun"}]
    outputs: list[Callable[[dict[str, str]], Any]] = [
        lambda values: {"message": f"no <{values['who']}>"},
        lambda values: {"message": "no <zhodrikan>"},
    ]
    for output in outputs:
        failures = judge(made, "app", runs(output, named))
        assert failures
        assert not any(name in repr(failure) for failure in failures for name in ("zhodrikan", "brakuvelun"))


def planted(random: Random, value: str, depth: int) -> tuple[Any, str]:
    """A tree with the value somewhere in it, and where."""
    filler: list[Any] = [None, True, 3, 2.5, "text", {"a": ["b"]}, []]
    if not depth:
        return random.choice(("", "at ", "(")) + value + random.choice(("", ".", ")")), ""
    inner, path = planted(random, value, depth - 1)
    before = random.choices(filler, k=random.randrange(3))
    if random.random() < 0.5:
        return [*before, inner, *random.choices(filler, k=2)], f".{len(before)}{path}"
    name = random.choice(["values", "x y", "http.method", "0", "*", "frames"])
    shown = f".{name}" if name in {"values", "x y", "frames"} else f'["{name}"]'
    return {f"k{at}": item for at, item in enumerate(before)} | {name: inner}, f"{shown}{path}"


@pytest.mark.parametrize("seed", range(40))
def test_a_canary_is_found_wherever_it_stands_and_its_path_leads_there(seed: int) -> None:
    """In trees of any form; the path is one that a case could name."""
    trees = [planted(Random(seed), values["key"], seed % 7) for values in VALUES]
    path = f"extra{trees[0][1]}"
    failures = judge(
        own(), "app", [Run(values, Output({"extra": tree})) for values, (tree, _) in zip(VALUES, trees, strict=True)]
    )
    assert [(failure.kind, failure.path) for failure in failures] == [("leak", path)]
    assert KEYS[0] in paths.found({"extra": trees[0][0]}, paths.parse(path))[0][1]


class TestAssertPrivate:
    def test_nothing_is_said_of_a_clean_event(self) -> None:
        assert_private(CLEAN, VALUES[0])
        assert_private("a line", VALUES[0])
        assert_private([CLEAN, CLEAN], VALUES[0])

    def test_a_leak_is_explained(self) -> None:
        """As a person would, without the value."""
        event = CLEAN | {"extra": {"x": VALUES[0]["key"][::-1]}, "user": {"email": VALUES[0]["mail"]}}
        with pytest.raises(AssertionError) as caught:
            assert_private(event, VALUES[0])
        assert str(caught.value).splitlines() == [
            "2 of 2 planted canaries left:",
            "  the canary key left at extra.x (reversed)",
            "  the canary mail left at user.email (raw)",
            "Nothing of a canary may leave, in whatever encoding: take the field out, or put a fixed marker in its place.",
        ]

    def test_a_filled_case_tells_the_kinds(self) -> None:
        with pytest.raises(AssertionError, match="the api_key canary key left at x"):
            assert_private({"x": VALUES[0]["key"]}, Filled(own(), VALUES[0], EventInput({})))

    def test_a_short_value_is_found_as_a_word(self) -> None:
        with pytest.raises(AssertionError, match="the canary pin left at x"):
            assert_private({"x": "pin 4711"}, {"pin": "4711"})
        assert_private({"x": "47110"}, {"pin": "4711"})

    @pytest.mark.parametrize("values", [{}, {"key": ""}])
    def test_an_assertion_that_proves_nothing_is_an_error(self, values: dict[str, str]) -> None:
        with pytest.raises(ValueError, match="needs canaries"):
            assert_private(CLEAN, values)

    def test_the_suite_is_loaded_when_it_is_used(self) -> None:
        """A plugin that imports the package costs a test run nothing."""
        code = "import sys, tightlip.suite; print([n for n in sys.modules if n.startswith('tightlip.suite.')])"
        done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "[]"

    def test_another_name_is_none(self) -> None:
        import tightlip.suite

        with pytest.raises(AttributeError, match="no attribute 'assert_secret'"):
            tightlip.suite.assert_secret  # noqa: B018  # pyright: ignore
