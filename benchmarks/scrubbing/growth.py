"""Hostile texts: does the time grow with the length, or faster?

A family is a head, a unit that is repeated, and a tail. The exponent is the slope of a line through the logarithms of
time and length; 1 is linear, 2 quadratic.
"""

from __future__ import annotations

import base64
import itertools
import json
import math
import random
import time
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING, Final, TypeAlias

from tightlip_scrubbers import scrub_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Family: TypeAlias = Callable[[int], str]

SIZES: Final = (1_000, 2_000, 4_000, 8_000, 16_000, 32_000)
RUNS: Final = 5
TOO_LONG: Final = 0.5
"""Seconds: a family whose text takes longer is not measured on longer ones; its slope is known by then."""
SLOWEST: Final = 8_192

_counter = itertools.count()

_REPEATED: Final[dict[str, tuple[str, str, str]]] = {
    "one letter": ("", "a", ""),
    "one capital": ("", "A", ""),
    "one digit": ("", "1", ""),
    "zeros": ("", "0", ""),
    "blanks": ("x", " ", "x"),
    "tabs": ("x", "\t", "x"),
    "line breaks": ("x", "\n", "x"),
    "dots": ("", ".", ""),
    "octets": ("", "1.", ""),
    "octets of three": ("", "255.", "x"),
    "addresses that are none": ("", "999.1.1.1 ", ""),
    "addresses": ("", "10.1.2.3 ", ""),
    "colons": ("", ":", ""),
    "groups": ("", "f:", ""),
    "double colons": ("", "::1", ""),
    "pairs of hex": ("", "0f:", ""),
    "slashes": ("", "/", ""),
    "folders": ("", "/a", ""),
    "folders of a machine": ("", "/home/a", ""),
    "paths with spaces": ("/Users/", "A b/", ""),
    "paths with commas": ("/home/a", ",b", ""),
    "parents": ("", "../", ""),
    "homes": ("", "~a/", ""),
    "backslashes": ("", "\\", ""),
    "escaped backslashes and quotes": ("", '\\\\"', ""),
    "drives": ("", "C:\\a ", ""),
    "shares": ("", "\\\\a\\b ", ""),
    "names with blanks and backslashes": ("C:\\", "a b\\", ""),
    "at signs": ("", "@", ""),
    "mailboxes that are none": ("", "a@", ""),
    "mailboxes": ("", "a@b.co ", ""),
    "mail domains": ("a@", "b.", ""),
    "dotted mailboxes": ("", "a.b+c", "@"),
    "schemes": ("", "http://", ""),
    "user infos": ("", "http://a:b@", ""),
    "passwords with slashes": ("redis://:", "p/w", "@h"),
    "queries": ("http://h/?", "a=b&", ""),
    "fragments": ("http://h/#", "a#", ""),
    "question marks": ("", "?a=", ""),
    "equal signs": ("", "=", ""),
    "keys without values": ("", "password=", ""),
    "keys with values": ("", "password=abc;", ""),
    "keys with blanks": ("", "password : ", ""),
    "one key, one long value": ("password=", "ab1", ""),
    "one key, a value without an end": ('password="', 'a\\"', ""),
    "one key, many words": ("password: ", "word ", ""),
    "keys of many segments": ("", "api_", "key=x"),
    "keys in camel case": ("", "ApiKey", "=x"),
    "options": ("", "--token ", ""),
    "options that are none": ("", "-", ""),
    "headers": ("", "Authorization: ", ""),
    "bearers": ("", "Bearer ", ""),
    "bearers and dots": ("Bearer ", "a.b", ""),
    "cookies": ("Cookie: ", "a=b; ", ""),
    "markup": ("", "<password>", ""),
    "angles": ("", "<", ""),
    "open brackets": ("", "[", ""),
    "open braces": ("", '{"a":', ""),
    "open brackets and quotes": ("", '["', ""),
    "open parentheses": ("", "(", ""),
    "quotes": ("", '"', ""),
    "apostrophes": ("", "'a", ""),
    "backticks and slashes": ("", "`/", ""),
    "pairs": ("{", '"token": "a", ', "}"),
    "reprs": ("{", "'token': 'a', ", "}"),
    "heads of keys": ("", "-----BEGIN RSA PRIVATE KEY-----", ""),
    "half heads of keys": ("", "-----BEGIN ", ""),
    "one head, no end": ("-----BEGIN PRIVATE KEY-----\n", "QUJD\n", ""),
    "one head, escaped lines": ("-----BEGIN PRIVATE KEY-----\\n", "QUJD\\n", ""),
    "heads of tokens": ("", "eyJ", ""),
    "token parts": ("eyJ", "hbGci.eyJ", ""),
    "vendor prefixes": ("", "ghp_", ""),
    "vendor prefixes and runs": ("", "sk-proj-abc ", ""),
    "prefixes of webhooks": ("", "https://hooks.slack.com/services/T", ""),
    "access keys that are none": ("", "AKIAAAA", ""),
    "hexadecimal": ("0x", "0f", ""),
    "base64": ("", "aB3+", "=="),
    "url-safe base64": ("", "aB3-_", ""),
    "percent": ("", "%41", ""),
    "escapes": ("", "\\u0041", ""),
    "hex escapes": ("", "\\x41", ""),
    "cards": ("", "4111 1111 1111 1111 ", ""),
    "digits in fours": ("", "4111 ", ""),
    "digits and dashes": ("", "1-", ""),
    "phones": ("", "+1 212 555 0100 ", ""),
    "pluses": ("", "+1", ""),
    "parentheses and digits": ("", "(1) ", ""),
    "accounts": ("", "DE00 ", ""),
    "one long account": ("DE44", "5001", ""),
    "dates": ("", "2026-11-22T10:33:12Z ", ""),
    "versions": ("", "1.2.3-rc1 ", ""),
    "assignments in SQL": ("SELECT ", "'a' = 'b' AND ", ""),
    "quotes in SQL": ("INSERT INTO t VALUES ('", "''", ""),
    "rows": ("", "ann,lee,3,x\n", ""),
    "lines of variables": ("", "A_KEY=b\n", ""),
    "lines of yaml": ("", "key:\n  ", ""),
    "words": ("", "the order was empty and ", ""),
    "words with accents": ("", "é", ""),
    "words of another alphabet": ("", "登录 ", ""),
    "glued to accents": ("", "é1.1.1.1", ""),
    "underscores": ("", "a_", ""),
    "one name in camel case": ("", "aB", ""),
    "markers": ("", "[secret]", ""),
    "half markers": ("", "[secret:", ""),
    "surrogates": ("", "\ud800", ""),
    "null characters": ("", "\0", ""),
    "user names": ("", "user=", ""),
    "frames": ("", '  File "/home/a/b.py", line 3, in c\n', ""),
}


@dataclass(frozen=True, slots=True)
class Growth:
    """How the time grows over one family.

    Attributes:
        family: Its name.
        exponent: The slope.
        slowest: Seconds for a text of 8 KB.
        stable: Whether every result was a fixed point.
    """

    family: str
    exponent: float
    slowest: float
    stable: bool


def _repeated(head: str, unit: str, tail: str) -> Family:
    def text(length: int) -> str:
        room = max(0, length - len(head) - len(tail))
        return head + (unit * (room // len(unit) + 1))[:room] + tail

    return text


def _nested_json(length: int) -> str:
    text = "a@b.co"
    while len(text) < length:
        text = json.dumps({"a": text})
    return text[:length]


def _nested_base64(length: int) -> str:
    text = "password=abc"
    while len(text) < length:
        text = base64.b64encode(text.encode()).decode()
    return text[:length]


def _random(alphabet: str) -> Family:
    def text(length: int) -> str:
        return "".join(random.Random(0).choices(alphabet, k=length))

    return text


def families() -> dict[str, Family]:
    """All families."""
    found: dict[str, Family] = {name: _repeated(*parts) for name, parts in _REPEATED.items()}
    found["JSON in JSON"] = _nested_json
    found["base64 of base64"] = _nested_base64
    found["random signs"] = _random("".join(map(chr, range(33, 127))))
    found["random signs and blanks"] = _random(" \n\"'=:/.@\\-_aB1")
    found["random brackets"] = _random("()[]{}<>\"'\\")
    found["random key characters"] = _random("keytoken_=: \"'")
    return found


def measure(progress: Callable[[str], None]) -> list[Growth]:
    """Every family, the worst exponent first."""
    found = [_measured(name, family) for name, family in _told(families(), progress)]
    return sorted(found, key=lambda one: -one.exponent)


def _told(given: dict[str, Family], progress: Callable[[str], None]) -> Iterator[tuple[str, Family]]:
    for number, pair in enumerate(given.items(), 1):
        if number % 20 == 0:
            progress(f"growth: {number} of {len(given)} families")
        yield pair


def _measured(name: str, family: Family) -> Growth:
    stable = all(scrub_text(result) == result for result in map(scrub_text, map(family, SIZES[:2])))
    points: list[tuple[float, float]] = []
    for size in SIZES:
        points.append((size, _seconds(family, size)))
        if len(points) > 1 and points[-1][1] > TOO_LONG:
            break
    return Growth(name, slope(points), _seconds(family, SLOWEST), stable)


def slope(points: Sequence[tuple[float, float]]) -> float:
    """The slope of the logarithm of the second over that of the first, by least squares."""
    logs = [(math.log(x), math.log(y)) for x, y in points]
    middle_x, middle_y = fmean(x for x, _ in logs), fmean(y for _, y in logs)
    return sum((x - middle_x) * (y - middle_y) for x, y in logs) / sum((x - middle_x) ** 2 for x, _ in logs)


def _seconds(family: Family, size: int) -> float:
    """The least of several runs, each over a text of its own: what is known clean is not read again."""
    text, best = family(size), math.inf
    for _ in range(RUNS):
        given = f"{text[:-6]}{next(_counter):06d}"
        start = time.perf_counter()
        scrub_text(given)
        best = min(best, time.perf_counter() - start)
        if best > TOO_LONG:
            break
    return best
