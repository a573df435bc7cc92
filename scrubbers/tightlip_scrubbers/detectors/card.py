"""Payment cards: issuer, length and checksum together, in any window of a row of digits.

Sources: ISO/IEC 7812-1 annex B (Luhn), the card networks' published ranges of issuer numbers. No issuer begins with 1, so that a
time in milliseconds (13 digits until the year 2286) is never one.
"""

import re
from typing import Final

from tightlip_scrubbers.spans import Span

_SIXTEEN: Final = frozenset({16})
_SIXTEEN_UP: Final = frozenset({16, 17, 18, 19})
_MAESTRO: Final = frozenset(range(13, 20))

ISSUERS: Final[tuple[tuple[str, str, frozenset[int]], ...]] = (
    ("4", "4", frozenset({13, 16, 19})),  # Visa
    ("51", "55", _SIXTEEN),  # Mastercard
    ("2221", "2720", _SIXTEEN),
    ("34", "34", frozenset({15})),  # American Express
    ("37", "37", frozenset({15})),
    ("300", "305", frozenset({14, 16, 19})),  # Diners Club
    ("3095", "3095", frozenset({14, 16, 19})),
    ("36", "36", frozenset({14, 16, 19})),
    ("38", "39", frozenset({14, 16, 19})),
    ("3528", "3589", _SIXTEEN_UP),  # JCB
    ("6011", "6011", _SIXTEEN_UP),  # Discover
    ("644", "649", _SIXTEEN_UP),
    ("65", "65", _SIXTEEN_UP),  # Discover, RuPay, Troy
    ("60", "60", _SIXTEEN),  # RuPay, Hipercard
    ("62", "62", _SIXTEEN_UP),  # UnionPay
    ("81", "82", _SIXTEEN_UP),  # UnionPay, RuPay
    ("50", "50", _MAESTRO),  # Maestro, Elo, Verve
    ("56", "58", _MAESTRO),
    ("6304", "6304", _MAESTRO),
    ("6362", "6363", _SIXTEEN),  # Elo
    ("636", "639", _SIXTEEN_UP),  # InterPayment, InstaPayment, Maestro
    ("67", "67", _MAESTRO),
    ("2200", "2205", _SIXTEEN_UP),  # Mir, Borica
    ("8600", "8600", _SIXTEEN),  # Uzcard
    ("9792", "9792", _SIXTEEN),  # Troy
    ("9860", "9860", _SIXTEEN),  # Humo
)
"""First and last prefix of a range of issuer numbers, and the lengths of its cards."""

_GROUP: Final = re.compile(r"[0-9]+")
_SEPARATOR: Final = re.compile(r"[ \u00a0\u2009\u202f.\-\u2010\u2011\u2013]?")
_LENGTHS: Final = range(13, 20)
_COMMON: Final = (16, 15)
_LONG: Final = 17
_MOST_WINDOWS: Final = 512
_FIRST_GROUP: Final = range(4, 20)
_DOUBLED: Final = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def luhn(digits: str) -> bool:
    """Whether the last digit is the checksum of the others."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        total += _DOUBLED[int(digit)] if position % 2 else int(digit)
    return total % 10 == 0


def is_card(digits: str) -> bool:
    """Whether an issuer gives out such a number."""
    length = len(digits)
    for first, last, lengths in ISSUERS:
        if length in lengths and first <= digits[: len(first)] <= last and luhn(digits):
            return digits.strip(digits[0]) != ""
    return False


def cards(text: str, start: int, end: int) -> Span | None:
    """From the first card to the last in a row of digits: whole groups, and windows of a group longer than any card."""
    groups = [match.span() for match in _GROUP.finditer(text, start, end)]
    found: list[Span] = []
    if sum(close - first for first, close in groups) < _LENGTHS[0]:
        return None
    position = 0
    windows = 0
    while position < len(groups) and windows < _MOST_WINDOWS:
        first, close = groups[position]
        last = position
        digits = text[first:close]
        hit: Span | None = None
        while True:
            windows += 1
            if len(digits) in _LENGTHS and (last == position or len(text[first : groups[position][1]]) in _FIRST_GROUP):
                hit = (first, groups[last][1]) if is_card(digits) else hit
            last += 1
            if last >= len(groups) or len(digits) >= _LENGTHS[-1]:
                break
            if not _SEPARATOR.fullmatch(text, groups[last - 1][1], groups[last][0]):
                break
            digits += text[slice(*groups[last])]
        if hit is None and close - first >= _LONG:
            hit = _inside(text, first, close)
        if hit is None:
            position += 1
            continue
        found.append(hit)
        while position < len(groups) and groups[position][0] < hit[1]:
            position += 1
    return (found[0][0], found[-1][1]) if found else None


def _inside(text: str, start: int, end: int) -> Span | None:
    """A card that other digits are glued to: at either end of a number of 17 to 19 digits, anywhere in a longer one.

    The whole number goes then: nothing says where the card begins.
    """
    number = text[start:end]
    for length in _COMMON:
        offsets = range(len(number) - length + 1) if len(number) >= 20 else (0, len(number) - length)  # noqa: PLR2004
        if any(is_card(number[offset : offset + length]) for offset in offsets[:_MOST_WINDOWS]):
            return start, end
    return None
