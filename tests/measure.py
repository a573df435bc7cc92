"""How much of a message survives, and whether anything of a value does. Used by the tests and by ``make figures``."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
#: An expression that is cut to the longest that is shown has this before its last brace.
_CUT = "…}"


def spellings(value: str) -> Iterator[tuple[str, str]]:
    """The encodings that a value may leave in: ``(name, text)``, each long enough to be no accident."""
    raw = value.encode()
    yield "raw", value
    yield "lower", value.lower()
    yield "upper", value.upper()
    yield "reversed", value[::-1]
    yield "hex", raw.hex()
    yield "url", quote(value, safe="")
    yield "url plus", quote_plus(value)
    yield "json", json.dumps(value)[1:-1]
    yield "repr", repr(value)[1:-1]
    yield "escapes", "".join(f"\\u{ord(char):04x}" for char in value if ord(char) < 0x10000)
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + raw).decode().rstrip("=")
        yield f"base64 at {shift}", encoded[(shift * 8 + 5) // 6 : len(encoded) - 1]
        yield (
            f"base64 url at {shift}",
            encoded[(shift * 8 + 5) // 6 : len(encoded) - 1].replace("+", "-").replace("/", "_"),
        )
    for name in ("md5", "sha1", "sha256"):
        yield name, hashlib.new(name, raw).hexdigest()
    if len(value) >= 16 and "://" not in value:
        yield "first 8", value[:8]
        yield "last 8", value[-8:]


def leaks(text: str, values: Iterable[str]) -> list[tuple[str, str]]:
    """``(encoding, value)`` for each value that occurs in ``text``."""
    return [(name, value) for value in values for name, spelt in spellings(value) if len(spelt) >= 6 and spelt in text]


def literals(template: str) -> list[str]:
    """What stands before, between and after the holes of ``template``; a brace that is not closed is text."""
    found, start, position = [], 0, 0
    while (position := template.find("{", position)) >= 0:
        end = _closing(template, position)
        if end is None:
            position += 1
            continue
        found.append(template[start:position])
        start = position = end
    return [*found, template[start:]]


def _closing(template: str, position: int) -> int | None:
    depth = 0
    for index in range(position, len(template)):
        if template[index] == "{":
            depth += 1
        elif template[index] == "}":
            depth -= 1
            if not depth or template[index - 1 : index + 1] == _CUT:
                return index + 1
    return None


def literal_words(template: str) -> list[str]:
    """The words of a template that the author wrote, without the holes."""
    return _WORD.findall(" ".join(literals(template)))


def fits(template: str, message: str) -> bool:
    """Whether ``message`` could have been made from ``template``, each hole standing for any text."""
    return re.fullmatch(".*".join(map(re.escape, literals(template))), message, re.DOTALL) is not None


def kept(expected: str, reported: str | None) -> tuple[int, int]:
    """How many of the literal words of ``expected`` stand in ``reported``, and how many there are."""
    words, found = literal_words(expected), literal_words(reported or "")
    survived = 0
    for word in words:
        if word in found:
            found.remove(word)
            survived += 1
    return survived, len(words)
