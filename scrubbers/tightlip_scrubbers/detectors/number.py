"""Numbers of cards, phones, accounts and papers: one search for rows of digits serves them all.

What stands in front of a row is asked first (`named`), then its form: a card's checksum, the areas of US social security numbers, the
layouts of telephone numbers.

Source of the rules for social security numbers: SSA, "Social Security Number Randomization" (no area 000, 666 or from 900 on, no
group 00, no serial number 0000).
"""

import re
from typing import Final

from tightlip_scrubbers import markers
from tightlip_scrubbers.detectors.card import cards
from tightlip_scrubbers.detectors.named import named
from tightlip_scrubbers.detectors.phone import phones
from tightlip_scrubbers.rule import ROW, Found, Rule, has

_SSN: Final = re.compile(
    r"(?<![0-9])(?<![0-9A-Za-z][.\-])(?!000|666|9)[0-9]{3}([ \-\u2010\u2011\u2013])(?!00)[0-9]{2}\1(?!0000)[0-9]{4}(?![0-9]|[.\-][0-9])"
)
_CARD_DIGITS: Final = 13
_SHORTEST: Final = 8
"""So many digits has a telephone number at least: shorter rows are what their name says, or nothing."""
_SEPARATOR: Final = "[ \u00a0\u2009\u202f.\\-\u2010\u2011\u2013/()]"


def number(text: str, start: int, end: int) -> Found | None:
    """Say what a row of digits and separators is, if it is a number of somebody."""
    found = named(text, start, end)
    if found is not None:
        return found
    if end - start < _SHORTEST:
        return None
    if end - start >= _CARD_DIGITS:
        card = cards(text, start, end)
        if card is not None:
            return (*card, "pii.card")
    numbers = [match.span() for match in _SSN.finditer(text, start, end)]
    if numbers:
        return numbers[0][0], numbers[-1][1], "pii.ssn"
    phone = phones(text, start, end)
    return None if phone is None else (*phone, "pii.phone")


_GATE: Final = has(digits=ROW)
_PATTERN: Final = f"[0-9+(](?:{_SEPARATOR}{{0,2}}+[0-9]){{4,}}+"


def _row(rule: str, marker: str, matches: tuple[str, ...], misses: tuple[str, ...]) -> Rule:
    return Rule(
        id=rule,
        kind="pii",
        gate=_GATE,
        pattern=_PATTERN,
        validator=number,
        marker=marker,
        matches=matches,
        misses=misses,
    )


RULES: Final[tuple[Rule, ...]] = (
    _row(
        "pii.card",
        markers.CARD,
        matches=(
            "card 4111 1111 1111 1111 declined",
            "4111111111111111",
            "paid with 5500-0000-0000-0004.",
            "amex 3782 822463 10005",
            "ref 12 4111 1111 1111 1111 7",
            "é6011111111111117é",
            "credit card number is 4111 1111 1111 1112",
        ),
        misses=(
            "at 1700000000000",
            "order 1234567890123456",
            "4111 1111 1111 1112",
            "ids 4096 8192 1024 2049",
            "0000000000000000",
            "1700000000123456789",
        ),
    ),
    _row(
        "pii.ssn",
        markers.SSN,
        matches=("SSN 123456789", "his is 123-45-6789.", "social security number is 219 09 9998"),
        misses=("000-12-3456", "666-12-3456", "900-12-3456", "123-00-4567", "123-45-0000", "1-123-45-6789-2"),
    ),
    _row(
        "pii.phone",
        markers.PHONE,
        matches=(
            "call +1 (555) 123-4567 now",
            "+442079460958",
            "tel 5551234567",
            "(555) 123-4567",
            "555-123-4567",
            "020 7946 0958",
            "07700 900123",
            "030/1234567",
            "01 23 45 67 89",
            "0049 30 1234567",
            "+49 (0)30 123456",
            "98765 43210",
            "+33 1 23 45 67 89",
            "8 (495) 123-45-67",
            "138 0013 8000",
        ),
        misses=(
            "2026-11-22 10:11:12",
            "worker started\n2026-11-22 10:11:12,255 INFO ready",
            "1-2-3",
            "ISBN 978-3-16-148410-0",
            "ISBN 0-306-40615-2",
            "12345678",
            "1700000000",
            "01.02.2026 10:30",
            "52.520008, 13.404954",
            "range 1000-2000",
            "+0530",
            "x+12345678",
            "1.2.3.4.5.6",
            "100 200 3000",
            "550e8400-e29b-41d4-a716-446655440000",
        ),
    ),
    _row(
        "pii.id",
        markers.ID,
        matches=(
            "passport number X1234567 expired",
            "Aadhaar 1234 5678 9012 is in use",
            "NHS number 943 476 5919",
            "driver's license D1234567",
            "IMEI 490154203237518",
            "user 1234567 not found",
        ),
        misses=("passport 12", "user 42 not found", "employee 7 of 10", "passport is required"),
    ),
    _row(
        "pii.account",
        markers.ACCOUNT,
        matches=("account 123456789 is closed", "sort code 12-34-56", "account number 12-345678-9"),
        misses=("account 12 is closed", "the account is closed", "sort code is missing"),
    ),
    _row(
        "pii.birthday",
        markers.BIRTHDAY,
        matches=("born on 1985-03-12", "DOB 03/12/1985, male", "date of birth 12.03.1985"),
        misses=("updated on 2026-11-22", "born in 1985", "date of birth is required"),
    ),
)
