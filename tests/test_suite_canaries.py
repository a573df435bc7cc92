"""Canaries: realistic, made afresh, and not to be mistaken for anything else."""

from __future__ import annotations

import base64
import ipaddress
import itertools
import json
import math
import re
import uuid
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tightlip.suite import schema
from tightlip.suite.canaries import KINDS, LEAST_BITS, is_searchable, make
from tightlip.suite.canary_kind import PIECE, Kind, form, pieces, seeded
from tightlip.suite.canary_parts import chars
from tightlip_scrubbers import scrub, scrub_text

FORMS = [(kind.name, name) for kind in KINDS.values() for name in kind.forms]


def drawn(kind: str, name: str = "", count: int = 30) -> list[str]:
    random = seeded("tests", kind, name)
    return [make(kind, random, name) for _ in range(count)]


@pytest.mark.parametrize(("kind", "name"), FORMS)
class TestEveryForm:
    def test_the_same_seed_draws_the_same(self, kind: str, name: str) -> None:
        assert drawn(kind, name, 3) == drawn(kind, name, 3)

    def test_no_two_values_are_equal(self, kind: str, name: str) -> None:
        values = drawn(kind, name, 200)
        assert len(set(values)) == len(values)

    def test_a_hit_is_no_chance(self, kind: str, name: str) -> None:
        """Each value can be searched for, and what differs between two values is more than a hit by chance has."""
        values = drawn(kind, name)
        assert all(map(is_searchable, values))
        alphabets = [set(column) for column in zip(*(value[: min(map(len, values))] for value in values), strict=True)]
        assert sum(math.log2(len(alphabet)) for alphabet in alphabets) >= LEAST_BITS

    def test_the_length_differs_where_the_form_has_none(self, kind: str, name: str) -> None:
        lengths = {len(value) for value in drawn(kind, name, 60)}
        assert (len(lengths) > 1) is KINDS[kind].forms[name].varies

    def test_pieces_that_values_have_in_common_are_declared(self, kind: str, name: str) -> None:
        """A piece of the form that half of the values have is no chance."""
        values = [pieces(value) for value in drawn(kind, name, 40)]
        often = {piece for piece in set().union(*values) if sum(piece in one for one in values) >= 20}
        assert often <= KINDS[kind].forms[name].fixed

    def test_a_plain_kind_can_stand_in_a_string_literal(self, kind: str, name: str) -> None:
        if KINDS[kind].plain:
            for value in drawn(kind, name, 100):
                assert not re.search(r"[\"'\\{}\r\n]", value), value

    def test_a_value_can_stand_in_an_event(self, kind: str, name: str) -> None:
        for value in drawn(kind, name):
            assert "${" not in value
            assert json.loads(json.dumps(value)) == value
            assert value == value.strip()


@pytest.mark.parametrize("kind", [kind for kind in KINDS.values() if not kind.plain], ids=lambda kind: kind.name)
def test_a_kind_that_is_not_plain_needs_to_be_written_as_a_literal(kind: Kind) -> None:
    assert any(re.search(r"[\"'\\{}\r\n]", value) for name in kind.forms for value in drawn(kind.name, name))


def left(value: str, fixed: frozenset[str]) -> bool:
    """Whether eight characters in a row of a value, which its form does not fix, are left in a text without any hint."""
    text = scrub_text(f"could not handle {value} today") + repr(scrub({"value": value}))
    eights = [value[at : at + 8] for at in range(len(value) - 7)]
    return any(eight in text and not pieces(eight) <= fixed for eight in eights)


@pytest.mark.parametrize(
    ("kind", "name"), [(kind.name, name) for kind in KINDS.values() for name in kind.forms if kind.found == "form"]
)
def test_a_kind_that_is_found_by_its_form_is(kind: str, name: str) -> None:
    fixed = KINDS[kind].forms[name].fixed
    assert [value for value in drawn(kind, name, 12) if left(value, fixed)] == []


@pytest.mark.parametrize("kind", [kind for kind in KINDS.values() if kind.found == "place"], ids=lambda kind: kind.name)
def test_a_kind_that_is_found_by_its_place_alone_has_no_form_that_gives_it_away(kind: Kind) -> None:
    values = [(value, kind.forms[name].fixed) for name in kind.forms for value in drawn(kind.name, name)]
    assert any(left(value, fixed) for value, fixed in values)


# Realistic in form.


def test_cards_have_the_right_check_digit() -> None:
    for name in KINDS["card"].forms:
        for value in drawn("card", name):
            digits = [int(c) for c in value if c != " "]
            total = sum(d if at % 2 == 0 else sum(divmod(2 * d, 10)) for at, d in enumerate(reversed(digits)))
            assert total % 10 == 0, value


def test_bank_accounts_have_the_right_check_digits() -> None:
    lengths = {"de": 22, "fr": 27, "gb": 22, "nl": 18}
    for name in KINDS["iban"].forms:
        for value in drawn("iban", name):
            assert len(value) == lengths[name]
            assert int("".join(str(int(c, 36)) for c in value[4:] + value[:4])) % 97 == 1


def test_addresses_of_machines_are_ones() -> None:
    for name in KINDS["ip"].forms:
        assert all(ipaddress.IPv4Address(value).is_private == (name == "private") for value in drawn("ip", name))
    for name in KINDS["ipv6"].forms:
        assert all(ipaddress.IPv6Address(value) for value in drawn("ipv6", name))
    assert all(re.fullmatch(r"02(:[0-9a-f]{2}){5}", value) for value in drawn("mac"))


def test_tokens_urls_bodies_and_ids_parse() -> None:
    for value in drawn("jwt"):
        header, payload, signature = (
            base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in value.split(".")
        )
        assert json.loads(header) == {"alg": "HS256", "typ": "JWT"}
        assert list(json.loads(payload)) == ["sub"]
        assert len(signature) == 32
    assert all(json.loads(value)["delivery"] for value in drawn("request_body"))
    assert all(
        len(parse_qs(value, strict_parsing=True)) == 2
        for kind in ("form_body", "query_string")
        for value in drawn(kind)
    )
    assert all(urlsplit(value).netloc == "api.acme.example" for value in drawn("url"))
    assert all(urlsplit(value).port == 5432 for value in drawn("connection"))
    assert all(uuid.UUID(value).version == 4 for value in drawn("uuid"))
    assert all(bytes.fromhex(value) for value in drawn("bytes_hex"))
    assert all(value.isdigit() and int(value) < 2**53 for value in drawn("number"))


# The forms.


def test_the_fixed_pieces_of_a_form_are_those_of_its_texts() -> None:
    made = form("sk_live_", chars("ab", 3), "_x", fixed=("12345",))
    assert made.fixed == {"sk_li", "k_liv", "_live", "live_", "12345"}
    assert made.varies is False
    assert made.may_share({"sk_li", "live_", "ive_a", "ve_ab", "12345"})
    assert not made.may_share({"e_aba"})
    assert form("x", chars("ab", 1, 2)).varies is True


@pytest.mark.parametrize(
    ("text", "expected"), [("", False), ("41", False), ("000000", False), ("ababab", False), ("abcde", False), ("abcdef", True)]
)  # fmt: skip
def test_what_stands_anywhere_by_chance_is_not_searched_for(text: str, expected: bool) -> None:
    assert is_searchable(text) is expected


def test_a_piece_is_as_long_as_it_says() -> None:
    assert pieces("abcdefg") == {"abcde", "bcdef", "cdefg"}
    assert pieces("abcd") == set()
    assert len(next(iter(pieces("abcdef")))) == PIECE


# The table.


def test_every_kind_belongs_to_a_class_of_data() -> None:
    assert {kind.data_class for kind in KINDS.values()} <= set(schema.CLASSES)


def test_every_class_of_data_that_must_not_leave_has_a_kind() -> None:
    assert {kind.data_class for kind in KINDS.values()} == set(schema.CLASSES) - {"collected"}


def test_names_are_told_apart() -> None:
    assert all(
        re.fullmatch(r"[a-z][a-z0-9_]*", name)
        for kind in KINDS.values()
        for name in (kind.name, *filter(None, kind.forms))
    )
    whats = [kind.what for kind in KINDS.values()]
    assert len(set(whats)) == len(whats)
    assert not any(a in b for a, b in itertools.pairwise(sorted(whats)))


def test_the_table_of_the_documentation_is_that_of_the_program() -> None:
    readme = (Path(__file__).resolve().parents[1] / "fixtures" / "README.md").read_text("utf-8")
    assert schema.kinds_table() in readme, "put what `schema.kinds_table()` returns in fixtures/README.md"
