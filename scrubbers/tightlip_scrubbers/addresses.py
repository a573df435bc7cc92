"""Confirm network and mail addresses: the patterns find candidates, these functions say which of them are addresses.

Sources: RFC 4291 section 2.2 (IPv6 text forms), RFC 4007 section 11 (zone ids), RFC 5321 section 4.5.3.1.1 (a local part
has at most 64 octets), RFC 6531 (addresses in other alphabets).
"""

import ipaddress
import re
from typing import Final

from tightlip_scrubbers.possessive import compile_pattern
from tightlip_scrubbers.spans import Span, is_ascii_alnum

_HEX: Final = frozenset("0123456789abcdefABCDEF")
_DIGIT: Final = re.compile(r"[0-9]")
_SUBSCRIPT: Final = re.compile(r"[\w)\]]\[")
_ZONE: Final = compile_pattern(r"%[0-9A-Za-z_.\-]++")
_LOCAL_BACKWARDS: Final = compile_pattern(r"[^\s\"'`<>()\[\]{},;:=|@\\/?&]{1,64}+")
_QUOTED_LOCAL_BACKWARDS: Final = re.compile(r"\"[^\"\n]{1,64}\"")
# ASCII letters end where another alphabet, an underscore or a hyphen begins: "ann@example.com_old", "ann@example.com是".
_TOP_LEVEL: Final = re.compile(r"xn--[0-9a-z\-]{1,59}|[A-Za-z]{2,63}(?![0-9A-Za-z])|[^\W\d_A-Za-z]{2,63}")
_OCTETS: Final = 4
_AUTHORITY_REACH: Final = 512


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


def _in_authority(text: str, position: int) -> bool:
    """Tell whether the position stands in a URL before its first slash: "pass@host" there is no mail address."""
    scheme = text.rfind("://", max(0, position - _AUTHORITY_REACH), position)
    if scheme < 0:
        return False
    return not any(character.isspace() or character in "/?#\"'<>" for character in text[scheme + 3 : position])


def email(text: str, start: int, end: int) -> Span | None:
    """Confirm an at sign and the domain after it as a mail address, and find the local part before it."""
    at = 3 if text[start] == "%" else 1
    domain = text[start + at : end].split("..", 1)[0].rstrip(".-_")
    labels = domain.split(".")
    if len(labels) < 2 or not all(labels):  # noqa: PLR2004
        return None
    end = start + at + len(domain)
    if len(labels) != _OCTETS or not all(label.isdecimal() for label in labels):  # root@10.0.0.1
        top = _TOP_LEVEL.match(labels[-1])
        if top is None:  # package@1.2.3
            return None
        end += top.end() - len(labels[-1])
    backwards = text[max(0, start - 66) : start][::-1]
    local = _QUOTED_LOCAL_BACKWARDS.match(backwards) or _LOCAL_BACKWARDS.match(backwards)
    if local is None or _in_authority(text, start):
        return None
    return start - local.end(), end
