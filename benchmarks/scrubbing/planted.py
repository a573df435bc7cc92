"""What is planted, and how it is told whether it is still there.

A secret survives if any six characters in a row of one of its distinctive parts do. What is public about a token (a
vendor's prefix, the header of a JWT, the folder ``/home``) is no part of it: who keeps that leaks nothing.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Iterator, Sequence

PIECE: Final = 6
"""So many characters in a row of a distinctive part are a leak; of a shorter part, all of it."""

ALNUM: Final = string.ascii_letters + string.digits
HEX: Final = "0123456789abcdef"
URLSAFE: Final = ALNUM + "-_"
BASE64: Final = ALNUM + "+/"
BASE58: Final = "".join(character for character in ALNUM if character not in "0OIl")
BECH32: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"

_ALPHABETS: Final = {
    "A": ALNUM,
    "h": HEX,
    "H": "0123456789ABCDEF",
    "d": string.digits,
    "u": string.ascii_uppercase,
    "U": string.ascii_uppercase + string.digits,
    "l": string.ascii_lowercase,
    "L": string.ascii_lowercase + string.digits,
    "a": string.ascii_letters,
    "b": URLSAFE,
    "B": BASE64,
    "r": string.ascii_uppercase + "234567",
    "c": BECH32,
}
_HOLE: Final = re.compile(r"\{([A-Za-z])([0-9]+)\}")
_WORD: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Secret:
    """One made-up secret.

    Attributes:
        kind: The kind under which it counts.
        text: What is planted: the value with what stands around it by its nature, such as a key.
        parts: What is distinctive of it; none of it may survive.
    """

    kind: str
    text: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """A secret in a sentence.

    Attributes:
        secret: The secret.
        context: The name of the context.
        text: The whole text.
        planted: The secret as it stands there: escaped, or percent-encoded.
        words: The words beside the secret, which are worth keeping.
    """

    secret: Secret
    context: str
    text: str
    planted: str
    words: tuple[str, ...]


def run(rng: random.Random, alphabet: str, length: int) -> str:
    """So many characters of an alphabet; where it has both, with a letter and a digit among them, as real tokens have."""
    while True:
        made = "".join(rng.choices(alphabet, k=length))
        mixed = length < 10 or not alphabet.isalnum() or alphabet.isalpha() or alphabet.isdigit()
        if mixed or (not made.isalpha() and not made.isdigit()):
            return made


def shaped(rng: random.Random, shape: str) -> tuple[str, tuple[str, ...]]:
    """A text of a shape such as ``ghp_{A36}``, and its random parts that are long enough to be distinctive."""
    parts: list[str] = []

    def fill(hole: re.Match[str]) -> str:
        made = run(rng, _ALPHABETS[hole[1]], int(hole[2]))
        if len(made) >= PIECE:
            parts.append(made)
        return made

    return _HOLE.sub(fill, shape), tuple(parts)


def pieces(parts: Iterable[str]) -> Iterator[str]:
    """The pieces that must not survive."""
    for part in parts:
        yield from (part[start : start + PIECE] for start in range(max(1, len(part) - PIECE + 1)))


def survivor(parts: Sequence[str], result: str) -> str | None:
    """A piece of the secret that is still in the result, as it is or percent-encoded; None if there is none."""
    quoted = tuple(quote(part, safe="") for part in parts)
    return next((piece for piece in pieces((*parts, *quoted)) if piece in result), None)


def words(text: str) -> list[str]:
    """The words of a text: runs of letters and digits of any alphabet."""
    return _WORD.findall(text)


def unmarked(result: str, text: str, marks: re.Pattern[str]) -> str:
    """The result without the tool's own markers, whose words are not the text's; what the text holds itself stays."""
    return marks.sub(lambda mark: mark[0] if mark[0] in text else " ", result)


def kept(wanted: Iterable[str], result: str) -> tuple[int, int]:
    """How many of the wanted words the result holds, each as often as it is wanted, and how many there are."""
    counted, there = Counter(wanted), Counter(words(result))
    return sum((counted & there).values()), sum(counted.values())


def lost(wanted: Iterable[str], result: str) -> list[str]:
    """The wanted words that the result does not hold."""
    return list((Counter(wanted) - Counter(words(result))).elements())
