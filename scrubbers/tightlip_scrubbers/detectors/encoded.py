r"""Data behind an encoding: percent, ``\u`` and ``\x`` escapes, HTML's character references, Base64, hexadecimal digits.

A run is decoded, and what the rules find in the decoded text goes from the run, but for what they find in the run as it is: the other rules
know that better. Of Base64 and digits the whole run goes, since no part of it stands for a part of the text.

Sources: RFC 3986 section 2.1 (percent-encoding), RFC 8259 section 7 (JSON's escapes), the HTML standard's section on character
references, RFC 4648 sections 4 and 5 (Base64).
"""

import base64
import binascii
import re
import threading
from collections.abc import Callable
from typing import Final
from urllib.parse import unquote_to_bytes

from tightlip_scrubbers.rule import Found, Rule, has
from tightlip_scrubbers.spans import Span

_DEEPEST: Final = 2
"""An encoding inside of an encoding is looked into so many times."""
_LONGEST: Final = 8_192
_LONGEST_SEEN: Final = 1_024
"""Of a longer run, what other rules would find in it as it is does not count: no address is so long, and the look costs as much again."""
_BEFORE: Final = 256
_RUN_END: Final = frozenset(" \t\r\n\"'`<>")
_PERCENT: Final = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_ESCAPE: Final = re.compile(r"\\+(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2}))")
_REFERENCE: Final = re.compile(r"&#(?:[xX]([0-9A-Fa-f]{1,6})|([0-9]{1,7}));?|&(commat|colon|sol|equals|period|lowbar);")
_NAMED: Final = {"commat": "@", "colon": ":", "sol": "/", "equals": "=", "period": ".", "lowbar": "_"}
_MOST_UNICODE: Final = 0x10FFFF
_PRINTABLE: Final = re.compile(r"[\x20-\x7e\t\r\n\u00a0-\uffef]+")
_TYPED: Final = re.compile(r"[\x20-\x7e\t\r\n]+")
_DIFFERENT: Final = 5
_DOCUMENT: Final = 96
"""Digits of a text that is long enough for its size class to say something: see `content.blobs`."""
_MARKER: Final = "[encoded]"

_state = threading.local()


def _found(text: str, *, as_it_is: bool = False) -> list[Span]:
    """What all rules find in a decoded text, as spans; nothing beyond the depth that is looked into.

    ``as_it_is``: nothing that is encoded in it counts.
    """
    # The engine is made of the table that this row stands in.
    from tightlip_scrubbers.engine import DEFAULT  # noqa: PLC0415

    depth: int = getattr(_state, "depth", 0)
    if depth >= _DEEPEST:
        return []
    _state.depth = _DEEPEST if as_it_is else depth + 1
    try:
        return [(finding.start, finding.end) for finding in DEFAULT.find(text)]
    finally:
        _state.depth = depth


def _behind(
    text: str, start: int, end: int, pattern: re.Pattern[str], decoded: Callable[[re.Match[str]], str]
) -> Found | None:
    """Find in a run what is only seen once it is decoded; the span in the run is that of all findings together."""
    first = start
    while first > 0 and start - first < _BEFORE and text[first - 1] not in _RUN_END:
        first -= 1
    end = min(end, first + _LONGEST)
    parts: list[str] = []
    places: list[int] = []  # of each decoded character, where it begins in the text
    position = first
    for match in pattern.finditer(text, first, end):
        plain = decoded(match)
        parts += (text[position : match.start()], plain)
        places += range(position, match.start())
        places += [match.start() + number * len(match[0]) // max(1, len(plain)) for number in range(len(plain))]
        position = match.end()
    parts.append(text[position:end])
    places += [*range(position, end), end]
    found = _found("".join(parts))
    if not found:
        return None
    spans = [(places[start], places[close] if close < len(places) else end) for start, close in found]
    seen = _found(text[first:end], as_it_is=True) if end - first <= _LONGEST_SEEN else []
    hidden = [one for one in spans if not any(a + first <= one[0] and one[1] <= b + first for a, b in seen)]
    return (hidden[0][0], max(close for _, close in hidden)) if hidden else None


def _from_percent(match: re.Match[str]) -> str:
    return unquote_to_bytes(match[0]).decode("utf-8", "replace")


def _from_escape(match: re.Match[str]) -> str:
    return chr(int(match[1] or match[2], 16))


def _from_reference(match: re.Match[str]) -> str:
    if match[3]:
        return _NAMED[match[3]]
    number = int(match[1], 16) if match[1] else int(match[2])
    return chr(number) if number <= _MOST_UNICODE else ""


def percent(text: str, start: int, end: int) -> Found | None:
    """Find what percent-encoding hides: ``token%3Dabc``, ``%2Fhome%2Fann``."""
    return _behind(text, start, end, _PERCENT, _from_percent)


def escapes(text: str, start: int, end: int) -> Found | None:
    r"""Find what escapes hide: ``ann\u0040example.com``."""
    return _behind(text, start, end, _ESCAPE, _from_escape)


def references(text: str, start: int, end: int) -> Found | None:
    """Find what character references hide: ``ann&#64;example.com``."""
    return _behind(text, start, end, _REFERENCE, _from_reference)


def in_base64(text: str, start: int, end: int) -> Found | None:
    """Confirm Base64 of a readable text in which something is found."""
    run = text[start:end].rstrip("=").replace("-", "+").replace("_", "/")[: _LONGEST - _LONGEST % 4]
    try:
        # Eight characters tell whether it is a text at all.
        if not _PRINTABLE.fullmatch(base64.b64decode(run[:8]).decode("latin-1")):
            return None
        plain = base64.b64decode(run + "=" * (-len(run) % 4)).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (start, end) if _PRINTABLE.fullmatch(plain) and _found(plain) else None


def in_hexadecimal(text: str, start: int, end: int) -> Found | None:
    """Confirm hexadecimal digits of a readable text: no digest, id or number reads as one.

    Its own digits alone may be a card by chance, so it goes whole, whatever it says. A long document is for the rows of contents.
    """
    run = text[start:end]
    # Two digits of a letter or sign each, as most of a text has: this decides for most digests without decoding.
    if len(run) % 2 or not "2" <= run[0] <= "7" or not "2" <= run[2] <= "7":
        return None
    try:
        plain = bytes.fromhex(run[:_LONGEST]).decode("ascii")
    except ValueError:
        return None
    if _TYPED.fullmatch(plain) is None or len(set(plain)) < _DIFFERENT or plain.isdecimal():
        return None
    return (start, end) if len(run) < _DOCUMENT or not any(map(str.isspace, plain)) else None


RUNS: Final[tuple[Rule, ...]] = (
    Rule(
        id="secret.in-base64",
        kind="secret",
        gate=has(run=16),
        pattern=r"[A-Za-z0-9+/_\-]{16,}+={0,2}+",
        validator=in_base64,
        marker=_MARKER,
        matches=(
            "cfg cGFzc3dvcmQ9aHVudGVyMi14",
            "got eyJwYXNzd29yZCI6ICJodW50ZXIyIn0= back",
            "sent c2tfbGl2ZV93VEVoaGlRYnJzQmxYckZWSHFWTUNTdlhXY2dYdVg1b04wb0U2RmxGMTFVaDgzclczZ0oyWXhsSFFGUHhSRmd0bGd4ZW8wQ2h1eUM= twice",
        ),
        misses=("SGVsbG8gd29ybGQsIGhvdyBhcmU=", "test_that_something_is_right"),
    ),
    Rule(
        id="secret.in-hexadecimal",
        kind="secret",
        gate=has(run=24, digits=4),
        pattern=r"[0-9A-Fa-f](?<![0-9A-WYZa-wyz].)[0-9A-Fa-f]{23,}+(?![0-9A-Za-z])",
        validator=in_hexadecimal,
        marker=_MARKER,
        matches=(
            "dump 4d3548664a6f556c36636e484c6b695150615334383020 of it",
            "(416e6e204c65652077617320686572652121)",
            "0x413173442d4b39786c5f6e34423764466d32",
        ),
        misses=(
            "commit 7468652066697273742a8b09f8e7d6c5b4a39281",
            "digest 5d41402abc4b2a76b9719d911017c592",
            "number 333333333333333333333333333333",
            "object 507f1f77bcf86cd799439011",
        ),
    ),
)
"""What goes whole, however long: before the rows of contents, whose markers tell how long it was."""

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="secret.percent-encoded",
        kind="secret",
        gate=has("%2", "%3", "%4", "%5", "%6", "%7"),
        pattern=r"%[0-9A-Fa-f]{2}[^\s\"'`<>]*+",
        validator=percent,
        marker=_MARKER,
        matches=("next=token%3Dhunter2x", "open %2Fhome%2Fann%2Fx.txt now", "Authorization%3A%20Bearer%20abc123def456"),
        misses=("100%25 of it", "a%20b%20c", "progress: 50%2 done"),
    ),
    Rule(
        id="secret.escaped",
        kind="secret",
        gate=has("\\u00", "\\x"),
        pattern=r"\\(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2})[^\s\"'`<>]*+",
        validator=escapes,
        marker=_MARKER,
        matches=(r"mail ann\u0040example.com", r"\x2fhome\x2fann\x2fx.txt is gone"),
        misses=(r"caf\u00e9", r"\u0041 and \u0042", r"bad escape \x2 at 3"),
    ),
    Rule(
        id="secret.character-references",
        kind="secret",
        gate=has("&#", "&commat;", "&colon;", "&sol;", "&equals;"),
        pattern=r"&(?:#[xX]?[0-9A-Fa-f]{1,7}|commat|colon|sol|equals);?[^\s\"'`<>]*+",
        validator=references,
        marker=_MARKER,
        matches=("mail ann&#64;example.com", "by ann&commat;example.com", "ann&#x40;example.com wrote"),
        misses=("Tom &#38; Jerry", "a &#x2014; b", "R&D;"),
    ),
)
