"""The walk: everything is copied, nothing foreign is run, every bound has its marker."""

import copy
import enum
import json
import sys
import types
from collections import OrderedDict, defaultdict
from dataclasses import dataclass
from typing import Any, NamedTuple, NoReturn

import pytest

from tightlip_scrubbers import scrub, walk

RAN: list[str] = []


def raw(kind: Any) -> Any:
    """Return the class itself, untyped: its slots are called on instances of classes that no checker knows."""
    return kind


def _ran(name: str) -> Any:
    def method(*args: object, **kwargs: object) -> NoReturn:
        RAN.append(name)
        raise AssertionError(name)

    return method


HOSTILE = {
    name: _ran(name)
    for name in (
        *(
            "__str__",
            "__repr__",
            "__format__",
            "__bytes__",
            "__eq__",
            "__ne__",
            "__hash__",
            "__bool__",
            "__len__",
            "__iter__",
        ),
        *(
            "__getitem__",
            "__contains__",
            "__getattribute__",
            "__getattr__",
            "__int__",
            "__index__",
            "__float__",
            "__add__",
        ),
        *(
            "__copy__",
            "__deepcopy__",
            "__reduce__",
            "__reduce_ex__",
            "__lt__",
            "__gt__",
            "__call__",
            "__dir__",
            "__mod__",
        ),
        *(
            "items",
            "keys",
            "values",
            "get",
            "copy",
            "encode",
            "lower",
            "split",
            "join",
            "startswith",
            "replace",
            "strip",
        ),
    )
}
HOSTILE["__class__"] = property(_ran("__class__"))


class Meta(type):
    """A class whose own attributes are traps as well."""

    def __getattribute__(cls, name: str) -> Any:
        if ARMED:
            RAN.append(f"Meta.{name}")
            raise AssertionError(name)
        return super().__getattribute__(name)

    def __eq__(cls, other: object) -> bool:
        RAN.append("Meta.__eq__")
        raise AssertionError

    def __hash__(cls) -> int:
        RAN.append("Meta.__hash__")
        raise AssertionError

    def __instancecheck__(cls, instance: object) -> bool:
        RAN.append("Meta.__instancecheck__")
        raise AssertionError


ARMED: list[int] = []


def hostile(*bases: type) -> Any:
    return types.new_class("Hostile", bases, {"metaclass": Meta}, lambda body: body.update(HOSTILE))


@pytest.fixture(autouse=True)
def nothing_ran() -> Any:
    RAN.clear()
    ARMED.clear()
    yield
    ARMED.clear()
    assert RAN == []


class TestForeignCode:
    def test_foreign_objects(self) -> None:
        """A foreign object becomes a marker, wherever it stands."""
        thing = object.__new__(hostile())
        value: dict[str, object] = {"a": thing, "b": [thing, (thing,)], "password": thing}
        ARMED.append(1)
        assert scrub(value) == {"a": "[object]", "b": ["[object]", ("[object]",)], "password": "[secret]"}
        assert scrub(thing) == "[object]"

    def test_foreign_subclasses_of_text(self) -> None:
        """A subclass of str is read without its methods, and scrubbed as text."""
        text = str.__new__(hostile(str), "from 10.9.8.7")
        ARMED.append(1)
        assert scrub([text]) == ["from [ip]"]
        clean = scrub(text)
        ARMED.clear()
        assert type(clean) is str

    def test_foreign_subclasses_of_containers(self) -> None:
        """A subclass of a container is read through the built-in's own methods."""
        kinds = dict, list, tuple, set, frozenset
        classes = {kind: hostile(kind) for kind in kinds}
        values: list[object] = [
            dict.__new__(classes[dict]),
            list.__new__(classes[list]),
            raw(tuple).__new__(classes[tuple], ("10.9.8.7",)),
            set.__new__(classes[set]),
            raw(frozenset).__new__(classes[frozenset], ("10.9.8.7",)),
        ]
        filled: list[Any] = values
        raw(dict).__setitem__(filled[0], "password", 1)
        raw(list).append(filled[1], "10.9.8.7")
        raw(set).add(filled[3], "10.9.8.7")
        ARMED.append(1)
        clean = [scrub(value) for value in values]
        ARMED.clear()
        assert clean == [{"password": "[secret]"}, ["[ip]"], ("[ip]",), {"[ip]"}, frozenset({"[ip]"})]
        assert [type(value) for value in clean] == list(kinds)

    def test_foreign_subclasses_of_numbers(self) -> None:
        """A number with a class of its own, an enum member too, is an object."""

        class Colour(enum.IntEnum):
            RED = 1

        number = int.__new__(hostile(int), 7)
        ARMED.append(1)
        assert scrub([number, Colour.RED]) == ["[object]", "[object]"]

    def test_foreign_keys(self) -> None:
        """A key is never hashed again in its own class."""

        class Key:
            armed = False

            def __hash__(self) -> int:
                if self.armed:
                    RAN.append("hash")
                return 1

        class TextKey(str):
            __slots__ = ()
            armed = False

            def __hash__(self) -> int:
                if TextKey.armed:
                    RAN.append("hash")
                return 1

        value: dict[object, object] = {Key(): 1, TextKey("a@example.com"): 2, TextKey("my_token"): 3}
        Key.armed = TextKey.armed = True
        clean: Any = scrub(value)
        assert clean == {"[object]": 1, "[email]": 2, "my_token": "[secret]"}
        assert all(type(key) is str for key in clean)

    def test_members_with_a_hash_of_their_own(self) -> None:
        """A list that can be hashed has no plain copy that a set could hold."""

        class Hashed(list[str]):
            __hash__ = raw(object).__hash__

        assert scrub({Hashed(["10.9.8.7"])}) == {"[object]"}
        assert scrub({(1, Hashed())}) == {(1, "[object]")}

    def test_objects_are_not_read(self) -> None:
        """Fields of an object are behind its own code; a dataclass has a repr that shows them all."""

        @dataclass
        class Login:
            password: str

        assert scrub([Login("canary"), Login, ValueError("canary"), memoryview(b"canary"), sys]) == ["[object]"] * 5


class TestKeep:
    class Text(str):
        __slots__ = ()

    class Sub(Text):
        __slots__ = ()

        def __hash__(self) -> int:
            RAN.append("hash")
            return 1

        __eq__ = str.__eq__

    def test_passes_unchanged(self) -> None:
        """Text from code passes as the object it is, in every container; so does that of a subclass."""
        text, sub = self.Text("at 10.9.8.7"), self.Sub("at 10.9.8.7")
        clean: Any = scrub({"a": [text, (sub,)], "b": {text}, text: 1}, keep=self.Text)
        assert clean["a"][0] is text
        assert clean["a"][1][0] is sub
        assert next(iter(clean["b"])) is text
        assert [key for key in clean if type(key) is self.Text] == [text]

    def test_is_an_explicit_choice(self) -> None:
        """Without keep, the same object is plain text."""
        assert scrub([self.Text("at 10.9.8.7")]) == ["at [ip]"]

    def test_not_under_a_secret_key(self) -> None:
        """The key decides before the type does."""
        assert scrub({"token": self.Text("x")}, keep=self.Text) == {"token": "[secret]"}

    def test_a_subclass_is_not_hashed(self) -> None:
        """In a set or as a key, only the exact type is trusted with its hash."""
        sub = self.Sub("at 10.9.8.7")
        value = {1: sub}
        assert scrub(frozenset({(1, self.Text("b"))}), keep=self.Text) == frozenset({(1, "b")})
        keyed: dict[object, object] = {sub: 1}
        members = {sub}
        RAN.clear()
        assert scrub(keyed, keep=self.Text) == {"at [ip]": 1}
        assert scrub(members, keep=self.Text) == {"at [ip]"}
        assert scrub(value, keep=self.Text) == {1: sub}


class Point(NamedTuple):
    x: int
    y: int


class TestValues:
    def test_scalars(self) -> None:
        """None, booleans and numbers pass; bytes and endless integers are data."""
        assert scrub([None, True, 1, -2.5, b"canary", bytearray(b"canary"), 10**100]) == [
            *(None, True, 1, -2.5),
            *("[bytes]", "[bytes]", "[number]"),
        ]

    @pytest.mark.parametrize("secret", ["x", 1, None, True, b"bytes", [1], {"a": 1}, object(), 1.5, ()])
    def test_a_secret_key_takes_all(self, secret: object) -> None:
        """Whatever its type, a value under a secret key goes whole."""
        assert scrub({"a": [{"clientSecret": secret, "n": 1}]}) == {"a": [{"clientSecret": "[secret]", "n": 1}]}
        assert scrub({b"x-api-key": secret}) == {"x-api-key": "[secret]"}

    def test_pairs(self) -> None:
        """A list of pairs is a mapping, as in HTTP headers."""
        headers = [
            ["Authorization", "canary"],
            ("cookie", "canary"),
            (b"x-api-key", b"canary"),
            ["accept", "text/html"],
        ]
        assert scrub({"headers": headers}) == {
            "headers": [
                ["Authorization", "[secret]"],
                ("cookie", "[secret]"),
                ("x-api-key", "[secret]"),
                ["accept", "text/html"],
            ]
        }
        assert scrub(["token", "name"]) == ["token", "name"]

    def test_keys_are_data(self) -> None:
        """Keys are scrubbed, and two that become the same both stay."""
        clean = scrub({"a@example.com": 1, "b@example.com": 2, 7: 3, None: 4, (1, "canary"): 5})
        assert clean == {"[email]": 1, "[email]#2": 2, 7: 3, None: 4, "[object]": 5}

    def test_counts_of_tokens(self) -> None:
        """A number of tokens is none; a text under the same key, and a long number, is one."""
        value = {"tokens": 1532, "usage": {"total_tokens": 99}, "token": 1532}
        assert scrub(value) == {**value, "token": "[secret]"}
        assert scrub({"tokens": ["a", "b"], "tokens2": "1532"})["tokens"] == "[secret]"  # type: ignore[index]

    def test_a_key_with_a_value_in_it(self) -> None:
        """A key that holds a secret is scrubbed; a second pass decides as the first."""
        for value in ({"password=abc": 1}, [("password=abc", 1)], {"x token": "y z"}):
            clean = scrub(value)
            assert "abc" not in str(clean)
            assert scrub(clean) == clean

    def test_subclasses_become_plain(self) -> None:
        """Known subclasses of the built-ins are copied as the built-in."""
        ordered: OrderedDict[str, int] = OrderedDict(a=1)
        defaults: defaultdict[str, list[str]] = defaultdict(list, b=["10.9.8.7"])
        clean: Any = scrub([ordered, defaults, Point(1, 2)])
        assert clean == [{"a": 1}, {"b": ["[ip]"]}, (1, 2)]
        assert [type(item) for item in clean] == [dict, dict, tuple]

    def test_input_is_not_mutated(self) -> None:
        """The input is as it was, and the copy shares no container with it."""
        value: dict[str, Any] = {"a": [1, {"password": "x"}], "b": {"10.9.8.7"}, "c": ([],), "d": {}}
        before = copy.deepcopy(value)
        clean: Any = scrub(value)
        assert value == before
        clean["a"][1]["new"] = clean["d"]["new"] = 1
        clean["c"][0].append(1)
        clean["b"].add("x")
        assert value == before


class TestBounds:
    def test_depth(self) -> None:
        """Containers beyond the depth become a marker; neither input nor result is walked by recursion without end."""
        value: Any = "10.9.8.7"
        for _ in range(50_000):
            value = [value]
        clean = scrub(value)
        assert json.dumps(clean) == "[" * walk.MAX_DEPTH + '"[depth]"' + "]" * walk.MAX_DEPTH
        for _ in range(50_000):  # taken apart here: the interpreter would do it by recursion
            value = value.pop()

    def test_breadth(self) -> None:
        """A wide container keeps the bound, with the marker as its last item."""
        for value in (list(range(10**6)), tuple(range(10**6))):
            clean: Any = scrub(value)
            assert len(clean) == walk.MAX_BREADTH
            assert clean[-1] == "[breadth]"
            assert type(clean) is type(value)
        assert scrub(dict.fromkeys(range(10**6))).popitem() == ("[breadth]", "[breadth]")  # type: ignore[attr-defined]
        assert "[breadth]" in scrub(set(range(10**6)))  # type: ignore[operator]
        assert len(scrub([0] * walk.MAX_BREADTH)) == walk.MAX_BREADTH  # type: ignore[arg-type]
        assert "[breadth]" not in scrub([0] * walk.MAX_BREADTH)  # type: ignore[operator]

    def test_shared_containers_do_not_multiply(self) -> None:
        """Thirty levels of two references each would be a billion values."""
        value: Any = ["x"]
        for _ in range(20):
            value = [value, value]
        assert "[total]" in json.dumps(scrub(value))

    def test_total_characters(self) -> None:
        """Past the total, texts are not read any more."""
        clean: Any = scrub(["word " * 6_000] * 100)
        assert clean[0].startswith("word")
        assert clean[-1] == "[total]"
        assert sum(map(len, clean)) <= walk.MAX_CHARACTERS + 100 * len("[total]")

    def test_length(self) -> None:
        """One long text is cut, with a marker."""
        assert str(scrub("word " * 100_000)).endswith("[length]")

    def test_cycles(self) -> None:
        """What contains itself is marked where it does; what stands twice side by side is not."""
        loop: list[Any] = [1]
        loop.append(loop)
        mapping: dict[str, Any] = {"loop": loop}
        mapping["self"] = mapping
        assert scrub(mapping) == {"loop": [1, "[cycle]"], "self": "[cycle]"}
        shared = ["x"]
        assert scrub([shared, shared]) == [["x"], ["x"]]


@pytest.mark.parametrize(
    ("value", "clean"),
    [
        (["docker", "login", "--password", "hunter"], ["docker", "login", "--password", "[secret]"]),
        (["run", "--password", "--verbose", "x"], ["run", "--password", "--verbose", "x"]),
        ({"loc": ("body", "password"), "input": "hunter"}, {"loc": ("body", "password"), "input": "[secret]"}),
        ({"path": "/user/password", "value": "hunter"}, {"path": "/user/password", "value": "[secret]"}),
        ({"id": 7, "label": "Password", "value": "hunter"}, {"id": 7, "label": "Password", "value": "[secret]"}),
        ({"field": "password", "old": "a", "new": "b"}, {"field": "password", "old": "[secret]", "new": "[secret]"}),
        ({"loc": (), "input": "x"}, {"loc": (), "input": "x"}),
    ],
)
def test_a_neighbour_names_the_value(value: object, clean: object) -> None:
    """Arguments behind their flag, and records of fields, errors and changes."""
    assert scrub(value) == clean
    assert scrub(clean) == clean


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(
            {"a@example.com": "x", "b@example.com": [("token", 1)], "password=1": 2, "k": {"10.9.8.7"}}, id="keys"
        ),
        pytest.param([list(range(2_000)), "word " * 10_000, {n: n for n in range(2_000)}, b"", object()], id="bounds"),
        pytest.param([["10.9.8.7"] * 999] * 99, id="values"),
        pytest.param(["a@b.co " * 4_600] * 90, id="characters"),
        pytest.param({"[total]": "[total]", "[email]#2": 1, "x": ["[ip]", ["password", None]]}, id="markers"),
    ],
)
def test_scrubbing_is_idempotent(value: object) -> None:
    """Scrubbing the result again changes nothing, whatever was cut."""
    once = scrub(value)
    assert scrub(once) == once
