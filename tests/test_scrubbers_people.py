"""Data of people: mail, telephone, cards, accounts, papers, names: by their form, by the word before, by their key."""

import random
from collections.abc import Callable

import pytest

from tightlip_scrubbers import find, scrub, scrub_text
from tightlip_scrubbers.detectors.card import ISSUERS, cards, is_card, luhn
from tightlip_scrubbers.detectors.iban import LENGTHS, is_iban
from tightlip_scrubbers.keys import NAMES

CONTEXTS = [
    "failed for {}.",
    "rejected {}, then retried",
    "denied ({}) by policy",
    'value "{}" refused',
    "f('{}', n=2) failed",
    "2026-11-22 10:11:12,123 ERROR [app] {} failed",
    "| zeroth | {} | last |",
    "zeroth\n{}\nlast",
    "v={}; last",
    "é{}é",
    "было{}было",
    "from_{}_now",
]


def digits(dice: random.Random, count: int) -> str:
    """So many random digits."""
    return "".join(dice.choice("0123456789") for _ in range(count))


def card(dice: random.Random) -> str:
    """A number that some issuer could give out."""
    first, _, lengths = dice.choice(ISSUERS)
    length = dice.choice(sorted(lengths))
    body = first + digits(dice, length - len(first) - 1)
    return next(body + last for last in "0123456789" if luhn(body + last))


def iban(dice: random.Random) -> str:
    """An account of some country, with the right check digits."""
    country = dice.choice(sorted(LENGTHS))
    body = digits(dice, LENGTHS[country] - 4)
    return next(number for check in range(2, 99) if is_iban(number := f"{country}{check:02}{body}"))


def phone(dice: random.Random) -> str:
    """A telephone number in one of the layouts."""
    layout = dice.choice(
        [
            "+1 (2dd) 5dd-dddd",
            "(3dd) 4dd-dddd",
            "4dd-5dd-dddd",
            "4dd.5dd.dddd",
            "+44 20 dddd dddd",
            "020 7ddd dddd",
            "+49 30 ddddddd",
            "0171-ddddddd",
            "+33 1 dd dd dd dd",
            "06 dd dd dd dd",
            "+91 9dddd ddddd",
            "+55 11 9dddd-dddd",
            "+8190dddddddd",
        ]
    )
    return "".join(dice.choice("0123456789") if character == "d" else character for character in layout)


def grouped(number: str) -> str:
    """With a blank after each four."""
    return " ".join(number[n : n + 4] for n in range(0, len(number), 4))


def grouped_card(dice: random.Random) -> str:
    """As it is embossed."""
    return grouped(card(dice))


def grouped_iban(dice: random.Random) -> str:
    """As it is printed."""
    return grouped(iban(dice))


class TestForms:
    @pytest.mark.parametrize("context", CONTEXTS)
    @pytest.mark.parametrize(
        "make",
        [card, iban, phone, grouped_card, grouped_iban],
    )
    def test_any_number(self, make: Callable[[random.Random], str], context: str) -> None:
        """Whatever stands around a number, no group of it stays."""
        dice = random.Random(1)
        for _ in range(25):
            number = make(dice)
            clean = scrub_text(context.format(number))
            assert number not in clean
            assert number[-6:] not in clean
            assert number[:8] not in clean

    @pytest.mark.parametrize(
        ("text", "clean"),
        [
            ("card 4111 1111 1111 1111 declined", "card [card] declined"),
            ("cards 4111111111111111 and 5500000000000004.", "cards [card] and [card]."),
            ("SSN 123-45-6789, born 1985-03-12", "SSN [ssn], born [birthday]"),
            ("call (555) 123-4567 or +44 20 7946 0958.", "call [phone] or [phone]."),
            ("to GB82 WEST 1234 5698 7654 32 IS CLOSED", "to [iban] IS CLOSED"),
            ("from 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa, twice", "from [wallet], twice"),
            ("passport X1234567 and Aadhaar 1234 5678 9012 expired", "passport [id] and Aadhaar [id] expired"),
            ("mail o'brien@example.ie or ann [at] example [dot] com", "mail [email] or [email]"),
            ("icon@2x.png of ann@example.com", "icon@2x.png of [email]"),
            ("NI number: QQ 12 34 56 C", None),
        ],
    )
    def test_whole_sentences(self, text: str, clean: str | None) -> None:
        """The value goes, the words around it stay."""
        if clean is None:
            assert "12 34 56" not in scrub_text(text.replace("NI number", "national insurance number"))
        else:
            assert scrub_text(text) == clean

    @pytest.mark.parametrize(
        "text",
        [
            "at 1700000000000 ms, 1700000000 s, 1700000000123456789 ns",
            "order 1234567890123456, trace 123456789012345678",
            "4111 1111 1111 1112",
            "ISBN 978-3-16-148410-0, ISBN 0-306-40615-2",
            "2026-11-22 10:11:12.123 and 22.11.2026 10:30",
            "1-2-3, 10-20-30, 3.14159265358979",
            "52.520008, 13.404954",
            "550e8400-e29b-41d4-a716-446655440000",
            "000-12-3456 and 666-12-3456 and 900-12-3456",
            "range 1000-2000, pages 100-200-300",
            "DE89370400440532013001",
            "+0530 and -0800",
            "line 123456, column 7890123",
            "exit code 12345678 after 100000 steps",
            "0x7f8a1c2d3e4f",
        ],
    )
    def test_near_misses(self, text: str) -> None:
        """Times, identifiers, ranges, coordinates and numbers with a wrong checksum are left by these rules."""
        assert not [finding for finding in find(text) if finding.kind == "pii"]

    def test_a_card_inside_of_a_longer_row(self) -> None:
        """Other numbers before and behind do not hide it, nor digits that are glued to it."""
        text = "12 4111 1111 1111 1111 7"
        assert cards(text, 0, len(text)) == (3, 22)
        assert "4111111111111111" not in scrub_text("ref 0004111111111111111100")

    def test_an_issuer_is_asked_for(self) -> None:
        """A right checksum is not enough: one number of ten has it."""
        assert luhn("1234567890123452")
        assert not is_card("1234567890123452")
        assert not is_card("0000000000000000")


class TestKeys:
    @pytest.mark.parametrize(
        ("text", "clean"),
        [
            ("login failed, user=zann", "login failed, user=[user]"),
            ('{"firstName": "Ann", "n": 1}', '{"firstName": "[person]", "n": 1}'),
            ("full name: Ann van Dyke is banned", "full name: [person] is banned"),
            ("address: 12 Main Street, Springfield, IL 62704; n=1", "address: [address]; n=1"),
            ("dob: March 12, 1985, female", "dob: [birthday], female"),
            ("card number: 4111 1111 1111 1112 is wrong", "card number: [card] is wrong"),
            ("ssn=123456789, n=1", "ssn=[ssn], n=1"),
            ("passport number: X1234567.", "passport number: [id]."),
            ("coordinates: 52.5200, 13.4049 rejected", "coordinates: [location] rejected"),
            ("bic=DEUTDEFF500, n=1", "bic=[account], n=1"),
            ("postcode: SW1A 1AA is wrong", "postcode: [address] is wrong"),
            ("user_id=123456, user_id=7", "user_id=[id], user_id=7"),
            ('password authentication failed for user "ann"', 'password authentication failed for user "[user]"'),
            ("ssh -p 22 ann@web01 failed", "ssh -p 22 [user] failed"),
            (
                "Failed password for invalid user ann from 10.0.0.1 port 22",
                "Failed password for invalid user [user] from [ip] port 22",
            ),
            ("Accepted publickey for ann from 10.0.0.1", "Accepted publickey for [user] from [ip]"),
            ("session opened for user ann(uid=1000) by (uid=0)", "session opened for user [user](uid=1000) by (uid=0)"),
            ("wrote Ada Lovelace <ada@example.com>, twice", "wrote [email], twice"),
            ("Open Issue <ada@example.com>", "Open Issue <[email]>"),
        ],
    )
    def test_whole_sentences(self, text: str, clean: str) -> None:
        """The value goes as far as it reaches, the sentence stays."""
        assert scrub_text(text) == clean

    @pytest.mark.parametrize(
        "text",
        [
            "user is None",
            "User authenticated",
            "user not found, no such user",
            "user=%s, host={host}, email: str, phone=None",
            "filename=ann, class_name: Ann, function_name=ann, name: ann",
            "address already in use, address: 0x7f8a1c2d3e4f",
            "host: localhost",
            "def f(user: User, host: str, phone: int) -> None",
            "first_name: this field is required",
            "birth_date: must be a date",
            "license: MIT, swift: 5.9, mobile=true, account: closed",
            "the city is required",
            "author=ann",
        ],
    )
    def test_near_misses(self, text: str) -> None:
        """Words about a value, places for one, types and code are no values."""
        assert not [finding for finding in find(text) if finding.kind in {"ip", "pii"}]

    def test_a_dict(self) -> None:
        """The same meanings decide over the values of a dict, numbers among them."""
        assert scrub(
            {
                "username": "ann",
                "phone": 5551234567,
                "lat": 52.520008,
                "name": "queue",
                "n": 5,
                "host": "localhost",
                "user_id": 7,
            }
        ) == {
            "username": "[user]",
            "phone": "[phone]",
            "lat": "[location]",
            "name": "queue",
            "n": 5,
            "host": "localhost",
            "user_id": 7,
        }

    @pytest.mark.parametrize(
        ("name", "rule"),
        [
            ("email_address", "pii.email-keyed"),
            ("ip_address", "ip.keyed"),
            ("billingAddress", "pii.address-part"),
            ("WALLET_ADDRESS", "pii.wallet-keyed"),
            ("mac-address", "ip.mac-keyed"),
            ("hostname", "pii.host"),
            ("date_of_birth", "pii.birthday-keyed"),
            ("socialSecurityNumber", "pii.ssn-keyed"),
            ("driver_license_number", "pii.id-keyed"),
            ("createdBy", "pii.user"),
        ],
    )
    def test_names(self, name: str, rule: str) -> None:
        """The head noun decides with the words before it."""
        meaning = NAMES.meaning(name)
        assert meaning is not None
        assert meaning.rule == rule

    @pytest.mark.parametrize(
        "name",
        ["filename", "module_name", "class_name", "author", "age", "country", "name", "phone_count", "user_agent"],
    )
    def test_names_that_say_nothing(self, name: str) -> None:
        """A word of the table that is not the head noun says nothing."""
        meaning = NAMES.meaning(name)
        assert meaning is None or meaning.kind != "pii"


@pytest.mark.parametrize(
    "seed",
    [
        "1 ",
        "1-",
        "4111 ",
        "+1",
        "(1",
        "a@",
        "@a.",
        "user=",
        "address: A ",
        "full name: A ",
        "DE89 ",
        "1111111111",
        "bc1q",
        "ssn ",
        "'a' ",
    ],
)
def test_hostile_texts_settle(seed: str) -> None:
    """A long repetition gives a fixed point."""
    clean = scrub_text(seed * 3_000)
    assert scrub_text(clean) == clean
