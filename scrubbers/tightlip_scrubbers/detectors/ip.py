"""Network addresses: the patterns find candidates, the functions say which of them are addresses.

Sources: RFC 4291 section 2.2 (IPv6 text forms) and 2.4 (which prefixes are given out), RFC 4007 section 11 (zone ids), RFC 5952;
POSIX ``inet_addr`` for octal and hexadecimal parts, and tcpdump(8) for a port as the fifth number.

Four numbers with dots are an address unless the word before or the ending behind says that they are a version or a section.
"""

import ipaddress
import re
from typing import Final

from tightlip_scrubbers import markers
from tightlip_scrubbers.possessive import compile_pattern
from tightlip_scrubbers.rule import Rule, has, many
from tightlip_scrubbers.spans import Span, is_ascii_alnum

_HEX: Final = frozenset("0123456789abcdefABCDEF")
_DIGIT: Final = re.compile(r"[0-9]")
_SUBSCRIPT: Final = re.compile(r"[\w)\]]\[")
_ZONE: Final = compile_pattern(r"%[0-9A-Za-z_.\-]++")
_OCTETS: Final = 4
_GROUP: Final = 4
_COLONS: Final = 7

_REACH: Final = 32
# Read at the end of what stands before: "version 1.2.3.4", "FileVersion=6.1.7.1", "section 1.2.3.4", "v1.2.3.4".
_NUMBERED: Final = re.compile(
    r"(?:[Vv]ersions?|VERSIONS?|(?<![A-Za-z])[Vv]er\.?|[Ss]ections?|SECTIONS?|(?<![A-Za-z])[Ss]ec\.?|[Cc]hapters?|[Cc]lauses?"
    r"|[Pp]aragraphs?|[Aa]ppendix|[Rr]evisions?|(?<![A-Za-z])(?:[Rr]ev\.?|OIDs?|oids?)|§§?)(?:[ _=:\"'(\[\-]|\\){0,4}[vV]?\Z"
    r"|(?<![A-Za-z])[vV]\Z"
)
_BETWEEN: Final = " _=:\"'([\\-"
_COMPARING: Final = frozenset("~^<>=")
_RELEASED: Final = re.compile(r"(?:[Rr]elease|[Bb]uild)(?:[ _=:\"'(\[]|\\){0,4}\Z")
# "foo>=1.2.3.4", "foo~=1.2.3.4": only versions are compared so. An equal sign also stands before addresses.
# Neither do tags and arrows: "<b>10.0.0.1</b>", "10.0.0.1->10.0.0.2", "<10.0.0.1>".
_COMPARED: Final = re.compile(r"(?:[~^<]|(?<![\-=>])>)=?\Z")
_TAG: Final = re.compile(r"<[/!?]?[A-Za-z][^<>]*>\Z")
_PINNED: Final = re.compile(r"([A-Za-z][A-Za-z0-9_.\-]{0,30})==\Z")
_ADDRESS_WORD: Final = re.compile(r"(?i:ip|addr|host|peer|remote|src|dst|source|dest|client|server|gateway|dns|node)")
_VERSION_END: Final = re.compile(
    r"(?:[.\-]?(?:dev|post|rc|alpha|beta)|[ab])[0-9]{1,4}(?![A-Za-z0-9])|\.(?:whl|jar|dll|so|deb|rpm|nupkg|gem|tar\.[gxb]z)(?![A-Za-z0-9])"
)
_BROWSER: Final = re.compile(
    r"(?:Chrome|Chromium|CriOS|Edg|EdgA|Edge|OPR|Opera|Version|Safari|Firefox|Electron|Vivaldi|YaBrowser|SamsungBrowser)/\Z"
)
# No address is "or later"; the word for version stands in the sentence before it all the same.
_SENTENCE_REACH: Final = 96
_OR_LATER: Final = re.compile(
    r" (?:or|and) (?:later|newer|higher|above|greater|older|earlier|lower|below|up)(?![A-Za-z]| [0-9])"
)
_UPGRADED: Final = re.compile(r"(?:[Uu]pgrad|[Dd]owngrad|[Uu]pdat)(?:e|ed|ing)(?: [\w.\-]{1,16}){0,3} to [vV]?\Z")
_AND_VERSION: Final = re.compile(
    r"[Vv]ersions [vV]?[0-9][0-9.]{2,23}(?:,? (?:and|or|to|through) | ?- ?|, )[vV]?\Z"
    r"|[Vv]ersion [vV]?[0-9][0-9.]{2,23},? (?:but |or )?(?:expected|required|needs?|requires?|instead of|older than|newer than|lower than|higher than|is not|vs\.?) [vV]?\Z"
)
_PREFIX: Final = re.compile(
    r"(?:[23][0-9a-f]{3}|f[cd][0-9a-f]{2}|fe[89ab][0-9a-f]|ff[0-9a-f]{2}|0{0,3}64|100|0{0,4})", re.ASCII
)


# With zeros before it, and in octal: inet_addr reads 0177.0.0.1 so.
_WRITTEN: Final = frozenset(f"{number:0{width}d}" for number in range(256) for width in (1, 2, 3)) | frozenset(
    f"0{number:03o}" for number in range(256)
)


def _octet(octet: str) -> str:
    """One of these as a decimal number without padding."""
    return str(int(octet, 8 if len(octet) == 4 else 10))  # noqa: PLR2004


def _is_private(octets: list[str]) -> bool:
    return ipaddress.IPv4Address(".".join(map(_octet, octets))).is_private


def _is_version(text: str, start: int, end: int, octets: list[str]) -> bool:
    """Tell a version or a section from an address, by what stands around it."""
    before = text[max(0, start - _REACH) : start]
    last = before.rstrip(_BETWEEN)[-1:]
    if (("A" <= last <= "z") or last in {".", "§"}) and _NUMBERED.search(before):
        return True
    if before[-1:] in _COMPARING and _COMPARED.search(before) and not _TAG.search(before):
        if text[end : end + 1] == ":" or (
            before[-1] != "=" and all(len(octet) > 1 for octet in octets)
        ):  # no version has a port, or four parts of two digits
            return False
        return not text.startswith("</" if before[-1] == ">" else ">", end)
    if before[-1:] == "/" and (octets[1:] == ["0", "0", "0"] or _BROWSER.search(before)):  # Chrome/120.0.0.0
        return before[-2:-1].isalpha()
    pinned = _PINNED.search(before) if before.endswith("==") else None
    named = (
        (last in {"e", "d"} and _RELEASED.search(before))
        or _VERSION_END.match(text, end)
        or (pinned and not _ADDRESS_WORD.search(pinned[1]))
    )
    return named is not None and bool(named) and not _is_private(octets)


def _is_other_version(text: str, start: int, end: int, octets: list[str]) -> bool:
    """Tell the second version of a sentence: "version 1.2.3.4 is too old, 2.0.0.4 or later is needed", "versions 1.2.3.4 and 1.2.3.5"."""
    is_behind_to = text[start - 1 : start] in {" ", "v", "V"}
    if is_behind_to and _UPGRADED.search(text, max(0, start - _REACH), start) and _OR_LATER.match(text, end):
        return octets[0] == "0" or not _is_private(octets)  # nothing is at 0.10.1.0
    word = text.rfind("ersion", max(0, start - _SENTENCE_REACH), start)
    if word < 0 or text.find("\n", word, start) >= 0 or _is_private(octets):
        return False
    before = text[max(0, start - _SENTENCE_REACH) : start]
    return _OR_LATER.match(text, end) is not None or _AND_VERSION.search(before) is not None


def ipv4(text: str, start: int, end: int) -> Span | None:
    """Confirm numbers with dots between as one IPv4 address; zero-padded octets count, a fifth number only as a port."""
    octets = text[start:end].split(".")
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    if _DIGIT.match(after) or _DIGIT.search(before, len(before) - 1) or not _WRITTEN.issuperset(octets[:_OCTETS]):
        return None
    if before[-1:] == "." and _DIGIT.match(before):  # the rest of a longer row of numbers
        return None
    if len(octets) == _OCTETS + 1 and int(octets[4]) > 255:  # noqa: PLR2004  # tcpdump: 10.0.0.1.51234
        end -= len(octets.pop()) + 1
    if len(octets) != _OCTETS or _is_version(text, start, end, octets) or _is_other_version(text, start, end, octets):
        return None
    return start, end


def hexadecimal(text: str, start: int, end: int) -> Span | None:
    """Confirm ``0x7f.0x0.0x0.0x1``."""
    return None if text[end : end + 1] in _HEX else (start, end)


def ipv6(text: str, start: int, end: int) -> Span | None:
    """Confirm a run that begins at a colon, with the group before it, as one IPv6 address."""
    firsts, lasts = _ipv6_starts(text, start), _ipv6_ends(text, start, end)
    for first in firsts:
        for last in lasts:
            if _is_v6(text, first, last):
                zone = _ZONE.match(text, last)
                return first, zone.end() if zone else last
    return None


def _is_v6(text: str, start: int, end: int) -> bool:
    address = text[start:end]
    colons = address.count(":")
    if colons < 2 or not _DIGIT.search(address):  # noqa: PLR2004  # "a::b", and "::" alone, are code
        return False
    groups = address.split(":")
    if len(groups[-1]) > _GROUP and "." not in groups[-1]:  # glued to a word of the same letters
        address = address[: _GROUP - len(groups[-1])]
    try:
        ipaddress.IPv6Address(address)
    except ValueError:
        return False
    if colons > 3:  # noqa: PLR2004
        return True
    # Few groups: code has the same form. It is glued to its words, an address is not, or begins as one that is given out.
    before, after = text[start - 1 : start], text[end : end + 1]
    named = groups[0] != "" and _PREFIX.fullmatch(groups[0].lower()) is not None
    if not (named and _DIGIT.search(groups[0])) and (is_ascii_alnum(after) or is_ascii_alnum(before)):
        return False
    if colons > 2 or groups[0]:  # noqa: PLR2004
        return colons > 2 or named  # noqa: PLR2004
    if groups[-1].lstrip("0") == "1":  # loopback: no name of code begins with a digit, but a slice does
        return not (_SUBSCRIPT.match(text, max(0, start - 2), start) or (after == "]" and before != "["))
    if before == ":" and groups[-1].isdecimal():  # ":::3000", a port of every address
        return False
    return before not in {"_", ")", "]", ">", "["}  # items[::2], f()::x


def _ipv6_starts(text: str, start: int) -> list[int]:
    """Where the address may begin: with the group of hex digits before the colon, at it, or behind it."""
    first = start
    while first > 0 and start - first < _GROUP and text[first - 1] in _HEX:
        first -= 1
    # A longer word: "added:2001:db8::1", "code:2001:db8::1". With a digit in it, it is a group glued to a word.
    word = is_ascii_alnum(text[first - 1 : first]) and not _DIGIT.search(text, first, start)
    starts = [] if word or first == start else [first]
    if text.startswith(":::", start):  # "address:::1"
        return [*starts, start + 1]
    return [*starts, start] if text.startswith("::", start) else [*starts, start + 1]


def _ipv6_ends(text: str, start: int, end: int) -> list[int]:
    """Where it may end: at the end of the run, before the sentence's own marks, or before a port."""
    ends = [end]
    dot = text.find(".", start, end)
    if dot >= 0:  # "::1.5" of a sentence
        ends.append(dot)
    last = ends[-1]
    if text[last - 1] == ":" and text[last - 2] != ":":  # "2001:db8::1: refused"
        ends.append(last - 1)
    elif text.count(":", start, last) >= _COLONS:  # eight groups, then a port without brackets
        ends.append(text.rfind(":", start, last))
    return ends


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="ip.v6",
        kind="ip",
        gate=many(":", 2),
        pattern=r":[0-9A-Fa-f:]++(?:\.[0-9]{1,3}+){0,3}+",
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
            "code:2001:db8:1:2:3:4:5:6 is down",
            "from x2001:db8::8:800:200c:417ay",
            "2001:db8:1:2:3:4:5:6:8080",
            "at 2001:db8::1.Failed",
            "http://[fe80::1%25en0]/x",
            "address:::1, port 5",
            "x_::1_y",
            "at 2a00::e6f0later",
        ),
        misses=(
            "std::cout",
            "MyClass::toString",
            "12:34:56",
            "2001::db8::1",
            "a::b",
            "::",
            "lst[::2]",
            "2026-11-22T10:11:12",
            "dead::beef1",
            "crate1::add2",
            "x[1::2] and [::3]",
            "x[::1] and x[i::1]",
            "fe::a1",
            "aa:bb:cc:dd:ee:ff:00:11:22:33:44:55:66:77:88:99",
            "ab::cd1::ef",
            "address already in use :::3000",
            "tcp6 0 0 :::50051 :::* LISTEN",
        ),
    ),
    Rule(
        id="ip.v4",
        kind="ip",
        gate=many(".", 3, digits=4),
        pattern=r"[0-9]{1,5}+(?:\.[0-9]{1,5}+){3,}+",
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
            "at 0177.0.0.01",
            "IP 10.0.0.1.51234 > 10.0.0.2.443: Flags [S]",
            "peer==8.8.8.8",
            "recv8.8.4.4",
            "cannot release 10.0.0.9",
            "<b>8.8.8.8</b>",
            "peer <8.8.8.8>",
            "tcp x:1->8.8.8.8:443",
            "client of version 9.3.1.2 on 8.8.4.4 refused",
            "version 9.3.1.2 is too old, 8.8.4.4 or later 8.8.8.8 said",
            "versions differ between 8.8.4.4 and 8.8.8.8",
        ),
        misses=(
            "Version 1.2.3",
            "v1.2.3.4",
            "1.3.6.1.4.1.311",
            "256.1.1.1",
            "10.0.19041.1",
            "Chrome/120.0.0.0",
            "1.2.3.99999",
            "version 1.2.3.4 is too old",
            "driver version 10.3.1.2 is too old, 11.0.0.4 or later is needed",
            "found version 9.3.1.2, expected 11.0.0.4",
            "versions 9.3.1.2 and 9.3.1.4 differ",
            "FileVersion: 6.1.7.1",
            "see section 4.1.2.3",
            "needs opencv>=4.8.1.78, has opencv==4.5.1.48",
            "tool 1.2.3.4rc1",
            "foo-1.2.3.4.jar",
            "release 9.8.7.6",
            "upgrading your broker to 0.10.1.0 or newer",
            "see rfc5849#section-3.4.1.2",
            "OID 1.3.6.1",
            "1.2.3.4.5",
            "foo>1.2.3.4",
        ),
    ),
    Rule(
        id="ip.hexadecimal",
        kind="ip",
        gate=has(".0x", ".0X", digits=4),
        pattern=r"0[xX][0-9A-Fa-f]{1,2}+(?:\.0[xX][0-9A-Fa-f]{1,2}+){3}",
        validator=hexadecimal,
        marker=markers.IP,
        matches=("0x7f.0x0.0x0.0x1", "from 0xC0.0xA8.0x01.0x14, twice"),
        misses=("0x7f.0x0", "0x7f 0x00", "0x7f.0x00.0x00.0x001"),
    ),
)
