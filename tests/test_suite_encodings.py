"""A value is found in any encoding, and nothing else is taken for it."""

from __future__ import annotations

import base64
import binascii
import codecs
import gzip
import hashlib
import html
import json
import uuid
import zlib
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

import pytest

from tightlip.suite.canaries import KINDS
from tightlip.suite.case import Canary, Case, EventInput, Place
from tightlip.suite.encodings import Haystack, search
from tightlip.suite.filling import fill
from tightlip.suite.outcome import Output
from tightlip.suite.paths import shown
from tightlip.suite.texts import DEEPEST, flaw

if TYPE_CHECKING:
    from collections.abc import Callable

# Not secrets: made up for these tests.
VALUE = 'sk_live_9fQ2 zK/"7mRbX+täW4c'
OTHER = 'sk_live_Gd6x uV/"1hNpL+oüY8j'
CLEAN = {
    "event_id": "fc6d8c0c43fc4630ad850ee518f1b9d0",
    "message": "the live session could not be refreshed",
    "level": "error",
}


def data(text: str) -> bytes:
    return text.encode()


def hashed(name: str) -> Callable[[str], str]:
    return lambda value: hashlib.new(name, data(value), usedforsecurity=False).hexdigest()


def b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


FORMS: dict[str, tuple[Callable[[str], Any], str]] = {
    "raw": (lambda value: value, "raw"),
    "in a sentence": (lambda value: f"no access with {value}, sorry", "raw"),
    "upper": (str.upper, "other case"),
    "lower": (str.lower, "other case"),
    "percent": (lambda value: quote(value, safe=""), "URL"),
    "percent, small digits": (lambda value: quote(value, safe="").replace("%2F", "%2f"), "URL"),
    "plus for blank": (quote_plus, "URL"),
    "as encodeURIComponent": (lambda value: quote(value, safe="!'()*"), "URL"),
    "percent, twice": (lambda value: quote(quote(value, safe=""), safe=""), "URL, twice"),
    "base64": (lambda value: b64(data(value)), "base64"),
    "base64, one before": (lambda value: b64(b"x" + data(value) + b"yy"), "base64"),
    "base64, two before": (lambda value: b64(b"xx" + data(value)), "base64"),
    "base64 for URLs": (lambda value: base64.urlsafe_b64encode(data(f"?{value}>>")).decode(), "base64"),
    "base64 in lines": (lambda value: "\n".join(b64(data(value))[at : at + 10] for at in range(0, 50, 10)), "base64, split"),
    "base64 of UTF-16": (lambda value: b64(value.encode("utf-16-le")), "base64 of UTF-16"),
    "base64, twice": (lambda value: b64(data(b64(data(value)))), "base64 within base64"),
    "base32": (lambda value: base64.b32encode(data(value)).decode(), "base32"),
    "base85": (lambda value: base64.b85encode(data(value)).decode(), "base85"),
    "hex": (lambda value: data(value).hex(), "hex"),
    "hex, capitals": (lambda value: data(value).hex().upper(), "hex"),
    "hex, colons": (lambda value: data(value).hex(":"), "hex"),
    "hex, a prefix each": (lambda value: ", ".join(f"0x{byte:02x}" for byte in data(value)), "hex"),
    "hex escapes": (lambda value: "".join(f"\\x{byte:02x}" for byte in data(value)), "hex"),
    "JSON": (json.dumps, "JSON escapes"),
    "JSON, not ASCII": (lambda value: json.dumps(value, ensure_ascii=False), "JSON escapes"),
    "JSON in JSON": (lambda value: json.dumps(json.dumps(value)), "JSON escapes, twice"),
    "repr": (lambda value: repr(data(value)), "Python escapes"),
    "Unicode escapes": (lambda value: "".join(f"\\u{ord(char):04x}" for char in value), "Unicode escapes"),
    "HTML": (html.escape, "HTML entities"),
    "HTML, numbers": (lambda value: "".join(f"&#{ord(char)};" for char in value), "character codes"),
    "reversed": (lambda value: value[::-1], "reversed"),
    "ROT13": (lambda value: codecs.encode(value, "rot13"), "ROT13"),
    "UTF-16": (lambda value: value.encode("utf-16-le").decode("latin-1"), "split or with separators"),
    "codes": (lambda value: [ord(char) for char in value], "character codes, over 28 fields"),
    "bytes": (lambda value: list(data(value)), "character codes, over 29 fields"),
    "bits": (lambda value: " ".join(f"{byte:08b}" for byte in data(value)), "bits"),
    "Cyrillic": (lambda value: value.translate(str.maketrans("eac", "еас")), "split or with separators"),  # noqa: RUF001 - that is the leak
    "percent, every character": (lambda value: "".join(f"%{byte:02X}" for byte in data(value)), "hex"),
    "percent, every character, twice": (lambda value: "".join(f"%25{byte:02X}" for byte in data(value)), "URL, every character, twice"),
    "its end in hex": (lambda value: f"ff{data(value[-8:]).hex()}", "last 8 characters, in hex"),
    "octal": (lambda value: "".join(f"\\{byte:03o}" for byte in data(value)), "octal escapes"),
    "one number": (lambda value: int.from_bytes(data(value), "big"), "one number"),
    "dots between": (".".join, "split or with separators"),
    "characters without room": ("\u200b".join, "split or with separators"),
    "full width": (lambda value: "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in value), "split or with separators"),
    "over two lines": (lambda value: f"{value[:14]}\n    {value[14:]}", "split or with separators"),
    "over two fields": (lambda value: {"a": value[:14], "b": value[14:]}, "split or with separators, over 2 fields"),
    "over three items": (lambda value: [value[:9], value[9:18], value[18:]], "split or with separators, over 3 fields"),
    "its end": (lambda value: f"…{value[-8:]}", "last 8 characters"),
    "zlib": (lambda value: b64(zlib.compress(data(f"the key is {value}"))), "zlib within base64"),
    "gzip": (lambda value: b64(gzip.compress(data(value))), "gzip within base64"),
    "deflate": (lambda value: b64(zlib.compress(data(value * 3))[2:-4]), "deflate within base64"),
    "zlib in hex": (lambda value: zlib.compress(data(value)).hex(), "zlib within hex"),
    "MD5": (hashed("md5"), "md5"),
    "SHA-1": (hashed("sha1"), "sha1"),
    "SHA-224": (hashed("sha224"), "sha224"),
    "SHA-256": (hashed("sha256"), "sha256"),
    "SHA-256, capitals": (lambda value: hashed("sha256")(value).upper(), "sha256"),
    "SHA-256 of small letters": (lambda value: hashed("sha256")(value.lower()), "sha256"),
    "SHA-256 of a line": (lambda value: hashed("sha256")(f"{value}\n"), "sha256"),
    "SHA-256, cut": (lambda value: hashed("sha256")(value)[:8], "sha256, cut"),
    "SHA-384": (hashed("sha384"), "sha384"),
    "SHA-512": (hashed("sha512"), "sha512"),
    "SHA3": (hashed("sha3_256"), "sha3-256"),
    "BLAKE2": (hashed("blake2s"), "blake2s"),
    "BLAKE2, short": (lambda value: hashlib.blake2b(data(value), digest_size=16).hexdigest(), "blake2b"),
    "SHA-256 in base64": (lambda value: b64(hashlib.sha256(data(value)).digest()), "sha256 in base64"),
    "SHA-256 in base64 for URLs, cut": (lambda value: base64.urlsafe_b64encode(hashlib.sha256(data(value)).digest()).decode()[:12], "sha256 in base64"),
    "CRC": (lambda value: f"{zlib.crc32(data(value)):08x}", "crc32"),
    "UUID": (lambda value: str(uuid.uuid5(uuid.NAMESPACE_URL, value)), "UUID of version 5 made from it"),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_a_value_is_found_in_an_encoding_and_in_its_place(name: str) -> None:
    """The encoding is named as a person would."""
    made, encoding = FORMS[name]
    event = CLEAN | {"extra": {"first": "one", "x": made(VALUE)}}
    places = search(Output(event), VALUE, OTHER, Output(CLEAN))
    assert places, name
    assert places[0].encoding == encoding
    assert shown(places[0].steps).startswith("extra.x")


@pytest.mark.parametrize("name", FORMS)
def test_a_form_of_another_value_is_not_taken_for_it(name: str) -> None:
    """A search that finds everything finds nothing."""
    made, _ = FORMS[name]
    assert search(Output(CLEAN | {"extra": {"x": made(OTHER)}}), VALUE, OTHER) == []


ADDRESSES: dict[str, tuple[str, Any]] = {
    "number": ("203.0.113.47", 3405803823),
    "hex": ("203.0.113.47", "cb00712f"),
    "octets in hex": ("203.0.113.47", "0xcb.0x0.0x71.0x2f"),
    "padded": ("203.0.113.47", "203.000.113.047"),
    "reversed": ("203.0.113.47", "47.113.0.203.in-addr.arpa"),
    "mapped": ("203.0.113.47", "::ffff:cb00:712f"),
    "dashes": ("203.110.113.47", "ip-203-110-113-47.internal"),
    "all digits": ("2a05:db8::4f1", "2a05:0db8:0000:0000:0000:0000:0000:04f1"),
    "short": ("2a05:0db8:0000:0000:0000:0000:0000:04f1", "2a05:db8::4f1"),
}


@pytest.mark.parametrize("name", ADDRESSES)
def test_an_address_is_found_in_its_other_forms(name: str) -> None:
    value, form = ADDRESSES[name]
    assert search(Output({"x": form}), value)


def test_digits_are_found_with_separators_and_as_a_number() -> None:
    """Of a card; in either direction."""
    for value, form in (
        ("4539578763621486", "4539 5787 6362 1486"),
        ("4539 5787 6362 1486", "4539-5787-6362-1486"),
        ("4539 5787 6362 1486", 4539578763621486),
        ("4539578763621486", 4539578763621486.0),
    ):
        assert search(Output({"x": form}), value), form


def test_what_every_value_of_a_kind_begins_with_is_not_taken_for_it() -> None:
    """``sk_live_`` tells that there was a key of Stripe's, which a marker may say."""
    assert (
        search(Output({"x": "sk_live_[secret]"}), "sk_live_4eC39HqLyjWDarjtT1zdp7dc", "sk_live_8aB12QmnoPPDKKKKK1zw")
        == []
    )
    assert search(Output({"x": "sk_live_[secret]"}), "sk_live_4eC39HqLyjWDarjtT1zdp7dc") == []
    assert (
        search(Output({"x": "sk_live_4eC39HqL…"}), "sk_live_4eC39HqLyjWDarjtT1zdp7dc")[0].encoding
        == "first 8 characters"
    )


def test_a_piece_that_stands_there_in_another_run_too_is_the_texts_own() -> None:
    """A given value may end as an ordinary name does."""
    output = Output({"x": "mail of orchard.com"})
    assert search(output, "ann.lee@orchard.com", "bob@zurich.ch", output) == []
    assert search(output, "ann.lee@orchard.com", "bob@zurich.ch", Output({"x": "mail"})) != []


def test_a_value_that_an_author_gives_may_stand_there_anyway() -> None:
    """``production`` is a secret of nobody's, if it is there whatever the value is; a made-up value is never there by chance."""
    there = Output({"environment": "production", "x": "staging"})
    here = Output({"environment": "production", "x": "production"})
    assert search(Output({"environment": "production"}), "production", "staging", there, ordinary=True) == []
    assert [
        shown(place.steps) for place in search(here, "production", "staging", Output({"x": "staging"}), ordinary=True)
    ] == ["environment", "x"]
    assert search(Output({"x": VALUE}), VALUE, OTHER, Output({"x": VALUE})) != []


def test_words_of_a_value_are_found_beside_another_runs_output() -> None:
    """The middle of a path."""
    output, other = Output({"x": "no folder zhodrikan"}), Output({"x": "no folder brakuvel"})
    found = search(output, "/srv/zhodrikan/tekrumov.csv", "/srv/brakuvel/lundresa.csv", other)
    assert [(shown(place.steps), place.encoding) for place in found] == [("x", "a part of it")]


def test_a_short_value_is_found_as_a_word_if_the_other_run_has_it_not() -> None:
    """``bob`` stands in "bobbin", and "root" in every event."""
    there = Output({"x": "user eva", "y": "root of the tree"})
    assert [shown(place.steps) for place in search(Output({"x": "user bob", "y": "bobbin"}), "bob", "eva", there)] == [
        "x"
    ]
    assert search(Output({"x": "user", "y": "root of the tree"}), "root", "eva", there) == []
    assert search(Output({"x": "user bob"}), "bob", "eva") == []


def test_keys_numbers_bytes_and_what_left_beside_are_searched() -> None:
    """And a key is named by the mapping that it is in."""
    value = "4539578763621486"
    output = Output(
        {"tags": {f"card {value}": 1}, "n": int(value), "b": value.encode()}, ({"headers": {"x": value}}, [value])
    )
    assert [(shown(place.steps), place.key) for place in search(output, value)] == [
        ("tags", True), ("n", False), ("b", False), ("beside.0.headers.x", False), ("beside.1.0", False),
    ]  # fmt: skip


def test_a_log_line_is_searched() -> None:
    """Which has no fields."""
    assert [place.steps for place in search(Output(f"no key {VALUE} here"), VALUE, OTHER)] == [()]
    assert search(Output(None), VALUE, OTHER) == []
    assert search(Output({}), "", OTHER) == []


def test_each_place_is_named_once_with_its_plainest_encoding() -> None:
    output = Output({"a": f"{VALUE} {b64(data(VALUE))}", "b": VALUE[::-1]})
    assert [(shown(place.steps), place.encoding) for place in search(output, VALUE, OTHER)] == [
        ("a", "raw"),
        ("b", "reversed"),
    ]


def test_a_haystack_can_be_searched_many_times() -> None:
    """It is the same as searching the output."""
    output = Output({"a": VALUE, "b": OTHER})
    stack = Haystack(output)
    assert search(stack, VALUE, OTHER) == search(output, VALUE, OTHER)
    assert search(stack, OTHER, VALUE) == search(output, OTHER, VALUE)


def test_chance_makes_no_hit() -> None:
    """Random identifiers, hashes, words and numbers, of every kind of canary: each in 6 KB."""
    random = Random(11)
    for kind in KINDS.values():
        case = Case(
            id=f"chance.{kind.name}", why="", kind="", about="", profiles=(), input=EventInput({}), canaries=(Canary("x", kind.name),),
            keep={}, absent={}, dropped=frozenset(), exact={}, varies=(), place=Place("", 1, 1),
        )  # fmt: skip
        for seed in range(2):
            stacks = [
                Haystack(Output({
                    "ids": [random.randbytes(16).hex() for _ in range(60)], "b64": [b64(random.randbytes(24)) for _ in range(40)],
                    "numbers": [random.randrange(10**12) for _ in range(60)], "floats": [random.random() for _ in range(20)],
                    "text": kind.make(random), "uuids": [str(uuid.UUID(bytes=random.randbytes(16))) for _ in range(20)],
                }))
                for _ in range(2)
            ]  # fmt: skip
            one, other = (fill(case, seed, run).values["x"] for run in (0, 1))
            found = search(stacks[0], one, other, stacks[1])
            assert found == [], (kind.name, seed, [shown(place.steps) for place in found])


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"a": float("nan")}, "nan"),
        ({"a": [1, float("-inf")]}, "-inf"),
        ({"a": {1, 2}}, "type set"),
        ({"a": b"x"}, "type bytes"),
        ({"a": {1: 2}}, "type int"),
        ({"a": object()}, "type object"),
        ({"a": binascii}, "type object"),
    ],
)
def test_what_is_no_json_is_named(value: Any, words: str) -> None:
    """By types that everybody has: another's name may hold anything."""
    found = flaw(value)
    assert found is not None
    assert words in found.words


def test_json_has_no_flaw() -> None:
    assert flaw({"a": [1, 1.5, True, None, "x", {"b": ()}]}) is None


def test_a_loop_and_a_tree_without_end_are_no_json() -> None:
    """The search ends, and so does the check."""
    loop: list[Any] = []
    loop.append(loop)
    assert flaw(loop) is not None
    assert search(Output(loop), VALUE) == []
    deep: Any = VALUE
    for _ in range(DEEPEST + 1):
        deep = [deep]
    assert flaw(deep) is not None
