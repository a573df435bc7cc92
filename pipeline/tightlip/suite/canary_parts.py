"""Pieces that canaries are put together from: random characters, made-up words, numbers with their check digits.

A piece is a function of a `random.Random`, so that the same seed gives the same text on every machine.
"""

from __future__ import annotations

import base64
import string
from typing import TYPE_CHECKING, Final

from tightlip.suite.canary_kind import Part

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

DIGITS: Final = string.digits
HEX: Final = "0123456789abcdef"
UPPER: Final = string.ascii_uppercase + DIGITS
BASE32: Final = string.ascii_uppercase + "234567"
BASE62: Final = string.ascii_letters + DIGITS
BASE64URL: Final = BASE62 + "-_"
BASE64: Final = BASE62 + "+/"
# Without the signs that end a text, a parameter or a placeholder in the languages that a case can be written in: where a value stands in
# `a=1&b=2`, what comes after its own `&` is another parameter, and no scrubber can know better.
_SIGNS: Final = "!*-@^_~"
# Syllables that no common English word is made of three of in a row.
_BEGINS: Final = ("b", "br", "d", "dr", "f", "fl", "g", "gr", "h", "j", "k", "kl", "kr", "l", "m", "n", "p", "pl", "r", "s", "sk", "sn", "t", "tr", "v", "vr", "w", "z", "zh")  # fmt: skip
_VOWELS: Final = "aeiou"
_ENDS: Final = ("", "", "", "", "k", "l", "m", "n", "r", "s", "x", "z")


def chars(alphabet: str, low: int, high: int | None = None) -> Part:
    """From ``low`` to ``high`` characters of an alphabet; ``low`` exactly without ``high``."""

    def make(random: Random) -> str:
        return "".join(random.choices(alphabet, k=low if high is None else random.randint(low, high)))

    return Part(make, varies=high is not None)


def between(low: int, high: int, form: str = "d") -> Part:
    """A whole number from ``low`` to ``high``, in a format such as ``02d``."""
    return Part(
        lambda random: format(random.randint(low, high), form), len(format(low, form)) != len(format(high, form))
    )


def one(*texts: str) -> Part:
    """One of several texts."""
    return Part(lambda random: random.choice(texts), len({len(text) for text in texts}) > 1)


def made_up(random: Random) -> str:
    """A word of three or four made-up syllables; in no dictionary, and of 6 to 16 letters."""
    return "".join(
        random.choice(_BEGINS) + random.choice(_VOWELS) + random.choice(_ENDS) for _ in range(random.choice((3, 3, 4)))
    )


WORD: Final = Part(made_up, varies=True)
TITLE: Final = Part(lambda random: made_up(random).capitalize(), varies=True)


def words(low: int, high: int, between_them: str = " ") -> Part:
    """From ``low`` to ``high`` made-up words."""
    return Part(
        lambda random: between_them.join(made_up(random) for _ in range(random.randint(low, high))), varies=True
    )


def _password(random: Random) -> str:
    """With a letter of either case, a digit and a sign, as forms ask for."""
    found = [random.choice(group) for group in (string.ascii_lowercase, string.ascii_uppercase, DIGITS, _SIGNS)]
    found += random.choices(BASE62 + _SIGNS, k=random.randint(8, 16))
    random.shuffle(found)
    # A sign first is taken for an option of a command, or for an anchor of YAML; one last, for the end of a sentence.
    return f"{random.choice(string.ascii_letters)}{''.join(found)}{random.choice(BASE62)}"


PASSWORD: Final = Part(_password, varies=True)


def _luhn(digits: str) -> str:
    """The digits with their check digit (ISO/IEC 7812-1, annex B)."""
    total = 0
    for index, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if index % 2 == 0 else 1)
        total += value - 9 if value > 9 else value  # noqa: PLR2004 - the sum of the two digits
    return f"{digits}{-total % 10}"


def card(prefixes: tuple[str, ...], length: int, groups: tuple[int, ...] = ()) -> Part:
    """The number of a payment card, whose check digit is right."""

    def make(random: Random) -> str:
        prefix = random.choice(prefixes)
        number = _luhn(prefix + "".join(random.choices(DIGITS, k=length - len(prefix) - 1)))
        parts: list[str] = []
        for group in groups:
            parts.append(number[:group])
            number = number[group:]
        return " ".join([*parts, number] if number else parts)

    return Part(make)


def iban(country: str, *bank: Part) -> Part:
    """An account number whose check digits are right (ISO 13616: modulo 97)."""

    def make(random: Random) -> str:
        account = "".join(part.make(random) for part in bank)
        check = 98 - int("".join(str(int(c, 36)) for c in f"{account}{country}00")) % 97
        return f"{country}{check:02d}{account}"

    return Part(make)


def encoded(low: int, high: int) -> Part:
    """What the payload of a token looks like: base64 without padding of a subject of random characters."""

    def make(random: Random) -> str:
        subject = "".join(random.choices(BASE62, k=random.randint(low, high)))
        return base64.urlsafe_b64encode(f'{{"sub":"{subject}"}}'.encode()).rstrip(b"=").decode()

    return Part(make, varies=True)


def lines(low: int, high: int, line: Callable[[Random], str]) -> Part:
    """From ``low`` to ``high`` lines."""
    return Part(lambda random: "\n".join(line(random) for _ in range(random.randint(low, high))), varies=True)


def pem_body(random: Random) -> str:
    """The lines between the first and the last of a key in PEM: 64 characters each (RFC 7468)."""
    return "\n".join("".join(random.choices(BASE64, k=64)) for _ in range(random.randint(6, 12)))


def row(random: Random) -> str:
    """One line of a file that holds data: a name, a reference and an amount, with commas between."""
    reference = "".join(random.choices(BASE62, k=14))
    return f"{made_up(random).capitalize()},{reference},{random.randint(10_000, 9_999_999) / 100:.2f}"


def prose(random: Random) -> str:
    """One line of made-up text."""
    return " ".join(made_up(random) for _ in range(random.randint(4, 9))).capitalize() + "."
