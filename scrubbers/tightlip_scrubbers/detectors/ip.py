"""Network addresses: the patterns find candidates, the functions say which of them are addresses.

Sources: RFC 4291 section 2.2 (IPv6 text forms), RFC 4007 section 11 (zone ids).
"""

import ipaddress
import re
from typing import Final

from tightlip_scrubbers import markers
from tightlip_scrubbers.possessive import compile_pattern
from tightlip_scrubbers.rule import Rule, many
from tightlip_scrubbers.spans import Span, is_ascii_alnum

_HEX: Final = frozenset("0123456789abcdefABCDEF")
_DIGIT: Final = re.compile(r"[0-9]")
_SUBSCRIPT: Final = re.compile(r"[\w)\]]\[")
_ZONE: Final = compile_pattern(r"%[0-9A-Za-z_.\-]++")
_OCTETS: Final = 4


def ipv4(text: str, start: int, end: int) -> Span | None:
    """Confirm numbers with dots between as one IPv4 address; zero-padded octets count, a fifth number does not."""
    octets = text[start:end].split(".")
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    if len(octets) != _OCTETS or _DIGIT.match(after) or _DIGIT.search(before, len(before) - 1):
        return None
    if before[-1:] == "." and _DIGIT.match(before):  # the rest of a longer row of numbers
        return None
    try:
        ipaddress.IPv4Address(".".join(octet.lstrip("0") or "0" for octet in octets))
    except ValueError:
        return None
    if before[-1:] in {"v", "V"}:
        return None
    if before[-1:] == "/" and before[:1].isalpha() and octets[1:] == ["0", "0", "0"]:  # Chrome/120.0.0.0
        return None
    return start, end


def ipv6(text: str, start: int, end: int) -> Span | None:
    """Confirm a run that begins at a colon, with the group before it, as one IPv6 address."""
    start, end = _ipv6_bounds(text, start, end)
    address = text[start:end]
    colons = address.count(":")
    if colons < 2 or not _DIGIT.search(address):  # noqa: PLR2004  # "a::b", and "::" alone, are code
        return None
    if colons == 2 and _SUBSCRIPT.match(text, max(0, start - 2), start):  # noqa: PLR2004  # items[::2]
        return None
    try:
        ipaddress.IPv6Address(address)
    except ValueError:
        return None
    glued = is_ascii_alnum(text[start - 1 : start]) or is_ascii_alnum(text[end : end + 1])
    if glued and colons < 4:  # noqa: PLR2004  # "std::c0ut"
        return None
    zone = _ZONE.match(text, end)
    return start, zone.end() if zone else end


def _ipv6_bounds(text: str, start: int, end: int) -> Span:
    """Return the run with the group of hex digits before it, and without the sentence's own colons and full stops."""
    first = start
    while first > 0 and start - first < 4 and text[first - 1] in _HEX:  # noqa: PLR2004
        first -= 1
    if first > 0 and text[first - 1] in _HEX:  # a longer word: "added:2001:db8::1"
        first = start
    while text[end - 1] == ".":
        end -= 1
    if text[first] == ":" and not text.startswith("::", first):  # "address:2001:db8::1"
        first += 1
    if end - first > 1 and text[end - 1] == ":" and text[end - 2] != ":":  # "2001:db8::1: refused"
        end -= 1
    return first, end


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="ip.v6",
        kind="ip",
        gate=many(":", 2),
        pattern=r":[0-9A-Fa-f:.]*+",
        group=0,
        validator=ipv6,
        marker=markers.IP,
        matches=(
            "2001:db8::1",
            "host 2001:0db8:85a3:0000:0000:8a2e:0370:7334 is down",
            "[::1]:8080",
            "::ffff:10.0.0.1",
            "fe80::1%eth0",
            "added:2001:db8::1: refused",
            "2001:db8::/32",
            "at 2001:db8::1.",
        ),
        misses=(
            "std::cout",
            "MyClass::toString",
            "12:34:56",
            "2001::db8::1",
            "aa:bb:cc:dd:ee:ff",
            "a::b",
            "::",
            "lst[::2]",
            "2026-11-22T10:11:12",
        ),
    ),
    Rule(
        id="ip.v4",
        kind="ip",
        gate=many(".", 3),
        pattern=r"[0-9]{1,3}+(?:\.[0-9]{1,3}+){3,}+",
        group=0,
        validator=ipv4,
        marker=markers.IP,
        matches=(
            "host 10.0.0.1.",
            "192.168.1.20:8080",
            "10.0.0.0/8",
            "é10.0.0.1é",
            "x_127.0.0.1_y",
            "192.168.001.001",
            "10.0.0.1..10.0.0.9",
            "http://10.0.0.1/x",
        ),
        misses=(
            "Version 1.2.3",
            "v1.2.3.4",
            "1.3.6.1.4.1.311",
            "256.1.1.1",
            "10.0.19041.1",
            "Chrome/120.0.0.0",
            "1.2.3.99999",
        ),
    ),
)
