"""The allowlist, the scrub stage and the notice: what may leave, in what form, and that nothing else does."""

from __future__ import annotations

import copy
import json
import math
import re
from typing import TYPE_CHECKING, Any

import pytest
from probe import failure, reporter_for

import tightlip
from tightlip import foreign
from tightlip.allowlist import FIELDS, TREE, Allowlist, Field, Fields, Kind
from tightlip.chain import Pipeline
from tightlip.envelope import encode, plain
from tightlip.event_forms import CODE, FINGERPRINT, IDENTITY, LABEL, PLAIN, REMOVED
from tightlip.event_map import APP_FIELDS, APP_ROWS
from tightlip.event_routes import ROUTE
from tightlip.event_tree import keys_of
from tightlip.failure import Origin
from tightlip.notice import notice
from tightlip.policy import APP, STRICT, STRICT_UNREAD
from tightlip.scrub import Scrub
from tightlip.text import CodeText, Safe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from probe import MakePackage

CANARY = "s3cr3tcanary"
TABLES = {"STRICT": FIELDS, "APP": APP_ROWS}
#: The rows of values that may leave: not those of what is removed, and not those that only refer to others.
ROWS = {name: tuple(row for row in table if row.kind not in (REMOVED, IDENTITY) and not row.kind.same and row.path != "_meta") for name, table in TABLES.items()}  # fmt: skip
ALLOW = {name: Allowlist(Fields(rows), keeps_text=name == "APP") for name, rows in TABLES.items()}

#: Plain texts that have the form of a row, tried in turn; the rest are built from the row's own words.
_SAMPLES: tuple[object, ...] = (
    "0123456789abcdef0123456789abcdef", "0123456789abcdef", "2024-01-02T03:04:05.678901Z", "3.11.7", "acme@1.4.2", "team-blue", True, 3,
    "0x7f01", "de-AT", "800x600", "German (Austria)", "elf", "abs", {"Accept": "text/html", "Cookie": None}, {"name": "[str]", "flag": True}, {CodeText("named"): "text"},
)  # fmt: skip


def fitting(kind: Kind) -> object:
    """A value that the kind accepts, found by asking it."""
    if kind.words.startswith("one of "):
        return kind.words.removeprefix("one of ").split(", ")[0]
    if kind.holds_text and not kind.whole:
        return CodeText("text of the code")
    if kind.holds_text:
        return {"key": ["words", 1, True, None, 0.5, {"deep": "words"}]}
    return copy.deepcopy(next(sample for sample in _SAMPLES if kind.accepts(sample)))


def put(event: dict[str, Any], path: str, value: object) -> None:
    """Write ``value`` where a row's path says, next to what is there."""
    where: Any = event
    keys = keys_of(path)
    for key, following in zip(keys, [*keys[1:], None], strict=True):
        fresh: Any = value if following is None else [] if following == "[]" else {}
        if key == "[]":
            if not where:
                where.append(fresh)
            where = where[0]
        else:
            name = CodeText("named") if key == "*" else key
            if following is None and isinstance(where.get(name), dict) and isinstance(value, dict):
                fresh = {**where[name], **value}
                where[name] = fresh
            where = where.setdefault(name, fresh)


def get(event: Any, path: str) -> object:
    """What stands at a row's path; None for nothing."""
    for key in keys_of(path):
        if key == "[]":
            if type(event) is not list or not event:
                return None
            event = event[0]
        else:
            if type(event) is not dict:
                return None
            event = event.get("named" if key == "*" else key)
    return event


def maximal(rows: tuple[Field, ...]) -> dict[str, Any]:
    """An event that holds a fitting value at every row's place."""
    event: dict[str, Any] = {}
    # Whole trees first: the rows inside them are written into them.
    for row in sorted(rows, key=lambda row: row.path.count(".")):
        if not row.path.startswith("message."):  # a message is a text or a dict
            put(event, row.path, fitting(row.kind))
    return event


def kinds_of(value: object) -> Iterator[type]:
    """The exact type of everything in ``value``, keys included."""
    yield type(value)
    if isinstance(value, dict):
        for key, item in value.items():
            yield type(key)
            yield from kinds_of(item)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for item in value:
            yield from kinds_of(item)


def rows() -> list[Any]:
    return [pytest.param(policy, row, id=f"{policy} {row.path}") for policy, table in ROWS.items() for row in table]


def parent_of(path: str) -> str:
    """The path above a row's."""
    return re.sub(r'\.?(?:"[^"]+"|[^."\[\]]+)(?:\[\])*$', "", path)


def is_closed(policy: str, row: Field) -> bool:
    """Whether only the keys that rows name may stand beside ``row``: not in a whole of one kind, and not where any name may."""
    parent = parent_of(row.path)
    if parent == "message":
        return False  # it is a text or a dict
    return not any(other.path == f"{parent}.*" or (other.path == parent and other.kind.whole) for other in ROWS[policy])


def strict_rows() -> list[Any]:
    return [pytest.param(row, id=row.path) for row in FIELDS]


class TestRows:
    @pytest.mark.parametrize("policy", ROWS)
    def test_all_together_survive(self, policy: str) -> None:
        """One event with every field: each of them is there afterwards, unchanged, and it encodes."""
        event = maximal(ROWS[policy])
        found = ALLOW[policy](event, {})
        assert found == event
        for row in ROWS[policy]:
            assert row.path.startswith("message.") or get(found, row.path) is not None, row.path
        assert json.loads(encode(found).split(b"\n")[2]) == json.loads(json.dumps(plain(event)))

    @pytest.mark.parametrize(("policy", "row"), rows())
    def test_a_fitting_value_survives_alone(self, policy: str, row: Field) -> None:
        """At its place, with nothing beside it."""
        event: dict[str, Any] = {}
        put(event, row.path, fitting(row.kind))
        assert ALLOW[policy](event, {}) == event

    @pytest.mark.parametrize("row", strict_rows())
    def test_a_plain_text_is_dropped(self, row: Field) -> None:
        """In strict no row lets a value's text through; the container goes with it."""
        event: dict[str, Any] = {}
        put(event, row.path, f"{CANARY} of ann@example.com")
        assert ALLOW["STRICT"](event, {}) == {}

    @pytest.mark.parametrize("row", [row for row in FIELDS if row.kind.holds_text], ids=lambda row: row.path)
    def test_where_text_is_demanded_a_plain_word_is_no_text(self, row: Field) -> None:
        """However harmless it looks."""
        for text in (CANARY, "", "a", "code"):
            event: dict[str, Any] = {}
            put(event, row.path, text)
            assert ALLOW["STRICT"](event, {}) == {}

    @pytest.mark.parametrize("row", strict_rows())
    def test_every_other_kind_of_value_is_dropped(self, row: Field) -> None:
        """Containers, bytes, objects, None, subclasses, code text of another class, lone surrogates, huge numbers."""

        class Text(CodeText):
            __slots__ = ()

        class Words(str):
            __slots__ = ()

        class Number(int):
            pass

        odd: list[object] = [
            None, b"x", object(), Text("x"), Words("x"), Number(1), [CANARY], (1,), {1}, 10**30, -(10**30), math.nan, math.inf, "\ud800", 1j, Ellipsis, int, print,
            {CANARY: CANARY}, {"[]": {CANARY: 1}},
        ]  # fmt: skip
        for value in odd:
            event: dict[str, Any] = {}
            put(event, row.path, value)
            assert ALLOW["STRICT"](event, {}) == {}, value

    @pytest.mark.parametrize(("policy", "row"), [one for one in rows() if is_closed(*one.values)])
    def test_beside_a_row_nothing_else_stands(self, policy: str, row: Field) -> None:
        """A key that no row names does not exist, beside each of them."""
        event = maximal(ROWS[policy])
        clean = ALLOW[policy](copy.deepcopy(event), {})
        parent = parent_of(row.path)
        where: Any = event
        for key in keys_of(parent) if parent else []:
            where = where[0] if key == "[]" else where["named" if key == "*" else key]
        where[CANARY] = CodeText("text")
        where[f"{row.path}x"] = 1
        where[""] = True
        assert ALLOW[policy](event, {}) == clean

    def test_every_place_has_one_row(self) -> None:
        """A path that stood twice would have two forms."""
        for table in ROWS.values():
            paths = [row.path for row in table]
            assert len(paths) == len(set(paths))

    def test_every_row_says_what_it_is(self) -> None:
        """In words, for the notice."""
        for row in FIELDS + APP_FIELDS:
            assert re.fullmatch(r"[^|\n]+", row.purpose)
            assert re.fullmatch(r"[^|\n]+", row.kind.words)
            assert re.fullmatch(r"(?:[a-z_0-9*]+|\"[A-Za-z_. ]+\"|\[\]|\.)+", row.path)


#: A typed field -> near misses of its form.
NEAR: dict[str, list[object]] = {
    "event_id": ["", "0" * 15, "0" * 33, "0123456789ABCDEF", "0123456789abcdeg", "0" * 16 + "\n", "\u0660" * 32],
    "timestamp": [
        "2024-01-02", "2024-01-02T03:04:05", "2024-01-02T03:04:05+01:00", "2024-01-02T03:04:05Z\n", "2024-01-02 03:04:05Z", "2024-01-02T03:04:05.1234567890Z",
        "\u0662\u0660\u0662\u0664-01-02T03:04:05Z", 1704164645,
    ],
    "contexts.os.version": ["6.1-acme", "v6.1", "6..1", "6.1.", "6.1\n", "\u0666.\u0661", "1.2.3.4.5.6.7", "6.1acmecorp", "1234567890", "6.1 ", 6.1],
    "contexts.runtime.version": ["3.11.7+acme", "3.11.7 (acme)", "\u0663.\u0661\u0661"],
    "sdk.version": ["1.0-acme", "\uff11.\uff10"],
    "release": ["acme 1", "acme@1\n", "-x", "a" * 129, "acme@1.4.2/x", "acmé@1", "acme@\u0661"],
    "environment": ["a b", "prod\n", "a" * 65, "prod@eu", "\u0661"],
    "tags.workspace": ["a b\n", "a" * 65, "tëam", "", "\u0661", "ann@example.com"],
    "tags.commit": ["9F2C1D0", "9f2c1d", "a" * 65, "\u0661" * 7],
    "level": ["ERROR", "error\n", "critical", "", 40],
    "platform": ["Python", "perl", "python\n"],
    "exception.values[].mechanism.type": ["Generic", "generic\n", "custom"],
    "exception.values[].mechanism.handled": [0, 1, "true", None],
    "exception.values[].mechanism.exception_id": [-1, 10**9 + 1, 1.0, True, "1"],
    "contexts.threads.total": [-1, 10**9 + 1, 1.0, True, "1", 2**80],
    "contexts.runtime.free_threaded": [0, 1, "no"],
    "sdk.name": ["sentry.python", "Tightlip", "tightlip\n"],
    "breadcrumbs.values[].data.*": [math.nan, math.inf, -math.inf, 10**9 + 1, 1e10, "5", CANARY, None, [1], {"a": 1}],
}  # fmt: skip


def near_misses() -> list[Any]:
    return [
        pytest.param(path, value, id=f"{path} {number}")
        for path, values in NEAR.items()
        for number, value in enumerate(values)
    ]


class TestForms:
    @pytest.mark.parametrize(("path", "value"), near_misses())
    def test_a_near_miss_is_dropped(self, path: str, value: object) -> None:
        """The whole value must have the form, in ASCII, and its exact type."""
        event: dict[str, Any] = {}
        put(event, path, value)
        assert ALLOW["STRICT"](event, {}) == {}

    def test_a_typed_form_in_code_text_is_accepted(self) -> None:
        """The SDK's name and version are constants."""
        event = {"sdk": {"name": CodeText("tightlip"), "version": CodeText("1.2.3")}}
        assert ALLOW["STRICT"](event, {}) == event

    def test_safe_text_is_text(self) -> None:
        """The author's explicit word."""
        event = {"exception": {"values": [{"value": Safe("vouched")}]}}
        assert ALLOW["STRICT"](event, {}) == event

    def test_a_key_that_no_row_names_leaves_only_if_it_is_code(self) -> None:
        """``data.*``: the names of data are the author's."""
        event = {
            "breadcrumbs": {
                "values": [
                    {"data": {CodeText("size"): 1, CANARY: 2, Safe("count"): 3, 5: 5, None: 6, ("a",): 7, b"x": 8}}
                ]
            }
        }
        assert ALLOW["STRICT"](event, {}) == {"breadcrumbs": {"values": [{"data": {"size": 1, "count": 3}}]}}

    @pytest.mark.parametrize("key", ["[]", "*"])
    def test_the_tables_own_signs_are_no_keys(self, key: str) -> None:
        """``[]`` and ``*`` stand for items and names; a key of that name is one that no row names."""
        event = {
            "breadcrumbs": {"values": {key: {"level": "info"}}},
            "exception": {"values": {key: {"mechanism": {"handled": True}}}},
            "fingerprint": {key: CodeText("text")},
        }
        assert ALLOW["STRICT"](event, {}) == {}
        inside = {"breadcrumbs": {"values": [{"level": "info", "data": {key: 5}}]}}
        assert ALLOW["STRICT"](inside, {}) == {"breadcrumbs": {"values": [{"level": "info"}]}}


class Mapping(dict[Any, Any]):
    """A dict that records every question."""

    def _ran(self, *_args: Any, **_kwargs: Any) -> Any:
        raise AssertionError("code of the event ran")

    __getitem__ = __iter__ = items = keys = values = get = __contains__ = __len__ = __eq__ = _ran
    __hash__ = None


class Sequence(list[Any]):
    """A list that records every question."""

    def _ran(self, *_args: Any, **_kwargs: Any) -> Any:
        raise AssertionError("code of the event ran")

    __getitem__ = __iter__ = __len__ = __eq__ = __contains__ = _ran
    __hash__ = None


class Key(str):
    """A key that answers to any name."""

    __slots__ = ()

    def __hash__(self) -> int:
        return hash("level")

    def __eq__(self, _other: object) -> bool:
        return True


class TestHostileContainers:
    @pytest.mark.parametrize("policy", ROWS)
    def test_subclasses_are_no_containers(self, policy: str) -> None:
        """At every depth; none of their code runs."""
        for event in (
            {"exception": Mapping(values=[])},
            {"exception": {"values": Sequence([{"type": CodeText("x")}])}},
            {"exception": {"values": [Mapping(type=CodeText("x"))]}},
            {"exception": {"values": ({"type": CodeText("x")},)}},
            {"contexts": {"os": Mapping(name=CodeText("Linux"))}},
            {"fingerprint": Sequence([CodeText("x")])},
        ):
            assert ALLOW[policy](event, {}) == {}

    def test_an_event_that_is_no_dict_has_no_fields(self) -> None:
        """What a hook returns in its place."""
        assert ALLOW["STRICT"](Mapping(level="error"), {}) == {}

    def test_a_key_that_answers_to_any_name(self) -> None:
        """Keys are exact texts."""
        assert ALLOW["STRICT"]({Key("evil"): "error"}, {}) == {}
        assert ALLOW["STRICT"]({"contexts": {Key("evil"): {"name": CodeText("x")}}}, {}) == {}

    def test_values_of_subclasses(self) -> None:
        """A number that prints as it likes."""

        class Number(int):
            def __repr__(self) -> str:
                return CANARY

        assert ALLOW["STRICT"]({"contexts": {"threads": {"total": Number(3)}}}, {}) == {}

    @pytest.mark.parametrize("policy", ROWS)
    def test_huge_lists_and_dicts_are_cut(self, policy: str) -> None:
        """The work and the result are bounded."""
        event = {
            "fingerprint": [CodeText("x")] * 100_000,
            "breadcrumbs": {"values": [{"level": "info", "data": {CodeText(f"k{n}"): n for n in range(5_000)}}]},
            **{f"unknown{number}": 1 for number in range(100_000)},
        }
        found = ALLOW[policy](event, {})
        assert len(found["fingerprint"]) == 512
        assert len(json.dumps(found)) < 200_000

    @pytest.mark.parametrize("policy", [STRICT, APP], ids=lambda policy: policy.name)
    def test_deep_and_circular_containers_end(self, policy: tightlip.Policy) -> None:
        """Through the stages as they stand, an event of any depth gives an answer."""
        deep: Any = CANARY
        for _ in range(50_000):
            deep = {"x": [deep]}
        ring: dict[str, Any] = {"level": "error"}
        ring["extra"] = ring["contexts"] = ring["exception"] = ring
        for event in ({"extra": deep, "contexts": {"a": deep}, "exception": deep, "level": "error"}, ring):
            found = foreign.pipeline(policy)(event, {})
            assert found is not None
            assert found["level"] == "error"
            assert CANARY not in json.dumps(plain(found))
        while type(deep) is dict:  # taken apart by hand: freeing it at once would recurse
            deep = deep["x"].pop()


class TestPromises:
    @pytest.mark.parametrize("policy", ROWS)
    def test_applying_it_again_changes_nothing(self, policy: str) -> None:
        """A fixed point after one pass."""
        for event in (maximal(ROWS[policy]), DIRTY):
            once = ALLOW[policy](event, {})
            assert ALLOW[policy](once, {}) == once
            assert list(kinds_of(ALLOW[policy](once, {}))) == list(kinds_of(once))

    @pytest.mark.parametrize("policy", ROWS)
    def test_the_input_is_not_changed_and_not_shared(self, policy: str) -> None:
        """The result is made of new containers, all the way down."""
        event = maximal(ROWS[policy])
        before = copy.deepcopy(event)
        found = ALLOW[policy](event, {})
        assert event == before
        assert containers(event).isdisjoint(containers(found))

    @pytest.mark.parametrize("policy", [STRICT, APP], ids=lambda policy: policy.name)
    def test_the_stages_together_keep_these_promises(self, policy: tightlip.Policy) -> None:
        """Scrubbing and allowlist: idempotent, nothing changed, nothing shared."""
        stages = clean(policy)
        before = copy.deepcopy(DIRTY)
        once = stages(DIRTY, {})
        assert before == DIRTY
        assert once is not None
        assert containers(DIRTY).isdisjoint(containers(once))
        assert stages(once, {}) == once

    @pytest.mark.parametrize("policy", [STRICT, APP], ids=lambda policy: policy.name)
    def test_the_result_has_exact_types_only(self, policy: tightlip.Policy) -> None:
        """Whatever came in: dict, list, str, code text, int, float, bool and None."""
        found = clean(policy)({**DIRTY, "extra": ODD}, {})
        assert found is not None
        assert set(kinds_of(found)) <= {dict, list, str, CodeText, Safe, int, float, bool, type(None)}

    def test_what_python_programs_put_into_extra_can_be_sent(self) -> None:
        """Tuples, sets, odd keys and numbers that JSON does not have cost themselves, not the event."""
        found = tightlip.scrub({"event_id": "0" * 32, "level": "error", "extra": ODD}, APP)
        assert found is not None
        assert set(kinds_of(found)) <= {dict, list, str, int, float, bool, type(None)}
        assert json.loads(json.dumps(found, allow_nan=False)) == found
        encode(found)

    def test_numbers_that_json_does_not_have(self) -> None:
        """In tags as well."""
        found = tightlip.scrub(
            {"event_id": "0" * 32, "level": "error", "tags": {"ratio": math.nan, "size": math.inf, "n": 5}}, APP
        )
        assert found is not None
        assert found["tags"] == {"n": 5}
        encode(found)


ODD: dict[Any, Any] = {
    "tuple": (1, "two", (3,)), "set": {1}, "frozen": frozenset({"x"}), 5: "number", None: "none", True: "flag", 2.5: "ratio", ("a", 1): "pair", b"raw": b"raw",
    "nan": math.nan, "inf": [math.inf, -math.inf], "object": object(), "surrogate": "\ud800", "complex": 1j, "class": int, "huge": 10**5_000,
}  # fmt: skip


def containers(value: object) -> set[int]:
    """The identities of all containers in ``value``."""
    found: set[int] = set()
    if isinstance(value, dict):
        found = {id(value)}.union(*map(containers, value.values()))
    elif isinstance(value, list):
        found = {id(value)}.union(*map(containers, value))
    return found


def clean(policy: tightlip.Policy) -> Pipeline:
    """The last two stages."""
    return Pipeline(
        (("scrub", Scrub(policy.fields)), ("allowlist", Allowlist(policy.fields, keeps_text=policy.keeps_text)))
    )


#: Class of data -> (texts that hold it, with the part that must go).
LEAKS: dict[str, list[tuple[str, str]]] = {
    "ip": [("connect to 10.1.2.3:443 refused", "10.1.2.3"), ("peer [2001:db8::17]:443 reset", "2001:db8::17"), ("host=192.168.7.19", "192.168.7.19")],
    "email": [("no user ann.smith@acme-corp.example here", "ann.smith"), ("<bob+x@example.com>", "bob+x")],
    "url credentials": [("GET https://ann:hunter2@acme.example/v1 failed", "hunter2"), ("redis://:hunter2@cache:6379/0", "hunter2")],
    "url query": [("GET https://acme.example/v1?account=4711 failed", "4711"), ("https://acme.example/#id4711", "id4711")],
    "home path": [("open /home/annsmith/notes.txt", "annsmith"), ("C:\\Users\\annsmith\\notes.txt missing", "annsmith"), ("in /Users/annsmith", "annsmith")],
    "absolute path": [("no /srv/acmecorp/data/q3.csv", "acmecorp"), ("cannot read /var/lib/acmecorp.db", "acmecorp")],
    "key=value": [("login with password=hunter2 failed", "hunter2"), ('{"api_key": "hunter2"}', "hunter2"), ("client_secret: hunter2", "hunter2")],
    "bearer": [("Authorization: Bearer abcDEF123456ghiJKL", "abcDEF123456ghiJKL"), ("sent bearer abcDEF123456ghiJKL", "abcDEF123456ghiJKL")],
    "jwt": [
        ("token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJlc2lnbmF0dXJl was refused", "eyJzdWIiOiJhbm4ifQ"),
    ],
}  # fmt: skip

#: Sentences of the same look that say nothing of anybody.
HARMLESS = [
    "version 3.11.7 is required",
    "read 10.5 of 20 MB in 1.5 s",
    "the password is required",
    "retry 2/5 after 429",
    "use either/or, not both",
    "Bearer tokens are not supported here",
    "key: value pairs only",
    "12:30:45 is not a time zone",
    "found 3 @ 4 items",
    "https://docs.acme.example/errors",
    "expected <class 'int'>, got str",
    "module acme.http has no attribute get",
    "status_code=401",
    "ratio 1/2 at 50%",
]

#: Path of a row that holds text in APP -> how a text is put there.
PLACES: dict[str, Any] = {
    "message": lambda text: {"message": text},
    "logentry": lambda text: {"logentry": {"message": text, "formatted": text}},
    "exception value": lambda text: {"exception": {"values": [{"type": "E", "value": text}]}},
    "breadcrumb message": lambda text: {"breadcrumbs": {"values": [{"message": text}]}},
    "breadcrumb data": lambda text: {"breadcrumbs": {"values": [{"data": {"a": text, "b": [text, {"c": text}]}}]}},
    "tag": lambda text: {"tags": {"note": text}},
    "extra": lambda text: {"extra": {"note": text, "deep": [{"er": [text]}]}},
    "context": lambda text: {"contexts": {"response": {"note": text}}},
    "transaction": lambda text: {"transaction": text},
    "url": lambda text: {"request": {"url": text}},
    "frame": lambda text: {"exception": {"values": [{"stacktrace": {"frames": [{"function": text, "module": text}]}}]}},
    "fingerprint": lambda text: {"fingerprint": [text]},
    "thread": lambda text: {"threads": {"values": [{"name": text}]}},
}

#: An event with a bit of everything that must not leave.
DIRTY: dict[str, Any] = {
    "event_id": "0123456789abcdef0123456789abcdef",
    "level": "error",
    "platform": "python",
    "server_name": CANARY,
    "user": {"id": CANARY, "ip_address": "10.1.2.3"},
    "message": "login of ann@example.com",
    "tags": {"workspace": "team-blue", "customer": "host=10.1.2.3", "size": 5},
    "extra": {"headers": [["Authorization", "Bearer abcDEF123456ghiJKL"]], "n": 1},
    "request": {
        "url": "https://a:b@acme.example/?q=1",
        "method": "POST",
        "data": CANARY,
        "headers": {"Cookie": CANARY},
        "env": {"REMOTE_ADDR": CANARY},
        "cookies": CANARY,
    },
    "exception": {
        "values": [
            {
                "type": "ValueError",
                "value": "no /home/ann/x",
                "stacktrace": {
                    "frames": [{"vars": {"a": CANARY}, "abs_path": CANARY, "context_line": CANARY, "lineno": 3}]
                },
            }
        ]
    },
    "breadcrumbs": {
        "values": [{"message": "GET https://x.example/?k=v", "data": {"url": "https://x.example/?k=v", "status": 200}}]
    },
    "contexts": {"os": {"name": CodeText("Linux"), "kernel_version": CANARY}, "trace": {"trace_id": "0" * 32}},
    "threads": {"values": [{"id": 1, "name": "worker of ann@example.com"}]},
    "modules": {"acme-private": "1.0"},
    "attachments": [CANARY],
    "debug_meta": {"images": [CANARY]},
}


def leaks() -> list[Any]:
    return [
        pytest.param(text, gone, id=f"{kind} {number}")
        for kind, cases in LEAKS.items()
        for number, (text, gone) in enumerate(cases)
    ]


class TestScrubStage:
    @pytest.mark.parametrize("place", PLACES)
    @pytest.mark.parametrize(("text", "gone"), leaks())
    def test_alone_it_removes_what_it_knows(self, place: str, text: str, gone: str) -> None:
        """From each place where text stands in an event of an application's, without the allowlist behind it."""
        found = Scrub(APP.fields)(PLACES[place](text), {})
        assert gone not in repr(found)
        assert found != {}

    @pytest.mark.parametrize("place", PLACES)
    @pytest.mark.parametrize("text", HARMLESS)
    def test_it_leaves_harmless_sentences_alone(self, place: str, text: str) -> None:
        """Near misses of every pattern."""
        event = PLACES[place](text)
        assert Scrub(APP.fields)(event, {}) == event

    def test_code_text_is_not_touched(self) -> None:
        """It has its provenance: a template may well look like a secret."""
        for place in PLACES.values():
            event = place(CodeText("password={password} at /etc/acme for {user}@example.com"))
            assert Scrub(APP.fields)(event, {}) == event

    def test_names_are_scrubbed_too(self) -> None:
        """A tag's or a header's name can be a value."""
        found = Scrub(APP.fields)({"tags": {"ann@example.com": "x"}, "extra": {"bob@example.com": 1}}, {})
        assert "@" not in repr(found)

    def test_a_value_under_a_secret_name_goes_whole(self) -> None:
        """Whatever it looks like."""
        found = Scrub(APP.fields)(
            {"extra": {"password": "hunter2", "Authorization": ["hunter2"], "headers": [("Cookie", "hunter2")]}}, {}
        )
        assert "hunter2" not in repr(found)

    def test_in_an_application_text_survives_scrubbing(self) -> None:
        """APP rows: what is harmless is still there at the end, and readable."""
        event: dict[str, Any] = {}
        plain_text = [row for row in APP_FIELDS if row.kind in (PLAIN, CODE, LABEL, ROUTE, FINGERPRINT) and not row.path.startswith("message.")]  # fmt: skip
        trees = [row for row in APP_FIELDS if row.kind is TREE]
        for row in trees:
            put(event, row.path, {"note": "upload of ann@example.com failed"})
        for row in plain_text:
            put(event, row.path, "upload of ann@example.com failed")
        found = clean(APP)(event, {})
        for row in trees:
            assert get(found, f"{row.path}.note") == "upload of [email] failed", row.path
        for row in plain_text:
            assert get(found, row.path) == "upload of [email] failed", row.path

    def test_the_whole_dirty_event(self) -> None:
        """What must not leave does not; what may is there."""
        found = tightlip.scrub(DIRTY, APP)
        assert found is not None
        text = json.dumps(found)
        for gone in (CANARY, "ann@", "10.1.2.3", "a:b@", "?q=1", "k=v", "abcDEF", "/home/ann"):
            assert gone not in text
        assert found["message"] == "login of [email]"
        assert found["tags"]["workspace"] == "team-blue"
        assert found["request"]["url"].startswith("https://[credentials]@acme.example/?")
        assert found["request"] == {"url": found["request"]["url"], "method": "POST", "headers": {"Cookie": None}}
        strict = tightlip.scrub(DIRTY, STRICT)
        # The id is the host's text there, so that it goes too.
        assert strict == {"level": "error", "platform": "python", "exception": {"values": [{"type": "ValueError"}]}}


def tables(text: str) -> list[list[list[str]]]:
    """The tables of a Markdown text as rows of cells.

    Raises:
        AssertionError: A table is none: no heading row, no line of dashes, or rows of different width.
    """
    found: list[list[list[str]]] = []
    block: list[str] = []
    for line in [*text.split("\n"), ""]:
        if line.startswith("|"):
            assert line.endswith("|")
            block.append(line)
        elif block:
            cells = [[cell.strip() for cell in row[1:-1].split("|")] for row in block]
            assert len(cells) > 2
            assert all(re.fullmatch(r":?-+:?", cell) for cell in cells[1])
            assert {len(row) for row in cells} == {len(cells[0])}
            assert all(cell for row in cells for cell in row)
            found.append([cells[0], *cells[2:]])
            block = []
        else:
            assert "|" not in line
    return found


class TestNotice:
    @pytest.mark.parametrize("policy", [STRICT, STRICT_UNREAD, APP], ids=lambda policy: policy.name)
    def test_it_names_every_row_once(self, policy: tightlip.Policy) -> None:
        """With what it is and its form, in tables of one width."""
        told = tables(notice(policy))
        assert {tuple(table[0]) for table in told} == {("field", "what it is", "its form")}
        paths = [row[0] for table in told for row in table[1:]]
        assert sorted(paths) == sorted(f"`{row.path}`" for row in policy.fields.rows)
        purposes = {row[0]: row[1] for table in told for row in table[1:]}
        assert all(purposes[f"`{row.path}`"] == row.purpose for row in policy.fields.rows)

    def test_it_says_what_is_never_collected_and_what_consent_does(self) -> None:
        """A reader finds both without reading the tables."""
        text = notice(STRICT)
        assert text.startswith("# ")
        assert text.endswith("\n")
        assert "## Never collected" in text
        assert "DO_NOT_TRACK=1" in text

    def test_policies_differ(self) -> None:
        """By name, promise, what is never collected, rows and forms."""
        texts = {policy.name: notice(policy) for policy in (STRICT, STRICT_UNREAD, APP)}
        assert len(set(texts.values())) == 3
        assert "`extra`" in texts["APP"]
        assert "`extra`" not in texts["STRICT"]
        assert "after the scrubbers" in texts["APP"]
        assert "scrubbers" not in texts["STRICT"]
        assert "not even compared" in texts["STRICT_UNREAD"]

    def test_sections_come_once(self) -> None:
        """Rows of one section stand together."""
        for policy in (STRICT, APP):
            headings = re.findall(r"^### (.*)$", notice(policy), re.MULTILINE)
            assert len(headings) == len(set(headings))

    def test_it_is_plain_ascii(self) -> None:
        """It prints on any terminal."""
        for policy in (STRICT, STRICT_UNREAD, APP):
            assert notice(policy).isascii()


SDK = """
import enum
def fail(name):
    raise ValueError(f"no {name}")
def call(back, name):
    return back(name)
"""


def without(made: tightlip.Reporter, *names: str) -> Pipeline:
    """The reporter's own pipeline with some stages taken out."""
    steps = made._pipeline.steps
    assert {name for name, _ in steps} >= set(names)
    return Pipeline(tuple(step for step in steps if step[0] not in names))


class TestStagesMatter:
    """Each stage keeps something that no other one keeps: without it, it is gone."""

    def result(
        self, made: tightlip.Reporter, error: BaseException, *names: str, extra: dict[str, Any] | None = None
    ) -> dict[str, Any] | None:
        bare, hint = made._taken(error)
        return without(made, *names)({**bare, **(extra or {})}, hint)

    def test_without_origin_a_callbacks_error_would_be_reported(self, make_package: MakePackage) -> None:
        """Whole, the application's failure is dropped. A stage that keeps everything in place of it shows the application's names."""
        module = make_package("probe_matters", SDK)

        def s3cr3tcanary(name: str) -> None:
            raise LookupError(name)

        error = failure(module.call, s3cr3tcanary, CANARY)
        made = reporter_for("probe_matters")
        assert self.result(made, error) is None
        assert made.preview(error) is None
        # The stage makes the exception, so that without it there is nothing to report, which drops the event: it fails closed.
        assert self.result(made, error, "origin") is None
        keeping = tuple(
            (name, Origin(made._sources, keeps_application=True) if name == "origin" else step)
            for name, step in made._pipeline.steps
        )
        bare, hint = made._taken(error)
        assert Pipeline(keeping)(bare, hint) is not None
        last_two_out = tuple(step for step in keeping if step[0] not in ("scrub", "allowlist"))
        bare, hint = made._taken(error)
        assert CANARY in repr(Pipeline(last_two_out)(bare, hint))

    def test_without_the_allowlist_fields_exist_that_must_not(self, make_package: MakePackage) -> None:
        """A stage before it that adds a field or a value's text: alone the allowlist takes it away."""
        module = make_package("probe_matters", SDK)
        error = failure(module.fail, "x")
        made = reporter_for("probe_matters")
        smuggled = {"tags": {"customer": CANARY}, "logger": CANARY, "level": CANARY, "user": {"id": CANARY}}
        whole = self.result(made, error, extra=smuggled)
        assert whole is not None
        assert CANARY not in repr(whole)
        assert "level" not in whole
        # The scrub stage walks the same table, so that unknown keys have two locks; plain text has this one.
        found = self.result(made, error, "allowlist", extra=smuggled)
        assert found is not None
        assert found["level"] == CANARY
        both = self.result(made, error, "allowlist", "scrub", extra=smuggled)
        assert both is not None
        assert both["user"] == {"id": CANARY}
        assert both["tags"]["customer"] == CANARY

    def test_without_the_allowlist_plain_text_leaves_in_strict(self) -> None:
        """Scrubbers know forms; an ordinary word has none."""
        event = {"exception": {"values": [{"value": CANARY}]}}
        assert clean(STRICT)(event, {}) == {}
        assert Pipeline((("scrub", Scrub(STRICT.fields)),))(event, {}) == event

    def test_without_scrubbing_an_application_leaks(self, make_package: MakePackage) -> None:
        """The allowlist alone keeps the text of known fields as it is."""
        module = make_package("probe_matters", SDK)

        def callback(name: str) -> None:
            raise LookupError(name)

        error = failure(module.call, callback, "no user ann@example.com, password=hunter2")
        made = reporter_for("probe_matters", policy=APP)
        whole = self.result(made, error)
        assert whole is not None
        assert "hunter2" not in repr(whole)
        assert "ann@" not in repr(whole)
        leaking = self.result(made, error, "scrub")
        assert "hunter2" in repr(leaking)
        assert "ann@example.com" in repr(leaking)

    @pytest.mark.parametrize(("text", "gone"), leaks())
    def test_without_scrubbing_each_class_leaks(self, text: str, gone: str) -> None:
        """Every case of the table is one that the stage decides."""
        event = {"message": text}
        assert gone not in repr(clean(APP)(event, {}))
        assert gone in repr(ALLOW["APP"](event, {}))

    @pytest.mark.parametrize("policy", [STRICT, APP], ids=lambda policy: policy.name)
    def test_a_hook_cannot_put_anything_back(self, make_package: MakePackage, policy: tightlip.Policy) -> None:
        """Both stages run again on what it returns; without the second pass it could."""
        module = make_package("probe_matters", SDK)

        def hook(event: dict[str, Any], _hint: dict[str, Any]) -> dict[str, Any]:
            return {
                **event,
                "user": {"id": CANARY},
                "tags": {**event["tags"], "note": "mail ann@example.com"},
                "server_name": CANARY,
            }

        made = reporter_for("probe_matters", policy=policy, hook=hook)
        found = made.preview(failure(module.fail, "x"))
        assert CANARY not in repr(found)
        assert "ann@" not in repr(found)
        steps = made._pipeline.steps
        assert [name for name, _ in steps][-5:] == ["scrub", "allowlist", "hook", "scrub", "allowlist"]
        # Without its cover and the second pass, what the hook wrote would leave.
        bare, hint = made._taken(failure(module.fail, "x"))
        assert CANARY in repr(Pipeline((*steps[:-3], ("hook", hook)))(bare, hint))
