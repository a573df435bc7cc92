"""Hardware addresses, and which rows of hex digits are none.

Sources: IEEE 802-2014 section 8 (hyphens), RFC 7042 section 2 (48 and 64 bits), Cisco's "MAC address formats" (three groups of four
with dots).

A fingerprint (16, 20 or 32 bytes with colons, RFC 4716 section 4) stays: it is a digest of a public key, as other digests are.
"""

import re
from typing import Final

from tightlip_scrubbers import markers
from tightlip_scrubbers.rule import Rule, many
from tightlip_scrubbers.spans import Span, is_ascii_alnum

_LENGTHS: Final = (6, 8)
_LETTER: Final = re.compile(r"[A-Fa-f]")
_DIGIT: Final = re.compile(r"[0-9]")
_DATE_TIME: Final = re.compile(r"[0-9]{2}-[01][0-9]-[0-3][0-9]-[0-2][0-9]-[0-5][0-9]-[0-5][0-9]")
_HEX: Final = frozenset("0123456789abcdefABCDEF")


def colons(text: str, start: int, end: int) -> Span | None:
    """Confirm six or eight bytes with colons; macOS leaves the zero out of ``0a``."""
    groups = text[start:end].split(":")
    if len(groups) - 1 in _LENGTHS and is_ascii_alnum(text[start - 1 : start]) and start:  # "added:00:1a:..."
        start += len(groups.pop(0)) + 1
    if len(groups) not in _LENGTHS or text[end : end + 1] in _HEX or text[max(0, start - 1) : start] == "::":
        return None
    short = any(len(group) == 1 for group in groups)
    return None if short and not _LETTER.search(text, start, end) else (start, end)


def hyphens(text: str, start: int, end: int) -> Span | None:
    """Confirm six or eight bytes with hyphens: not a date and a time, not a part of a longer identifier."""
    run = text[start:end]
    if run.count("-") + 1 not in _LENGTHS or _DATE_TIME.fullmatch(run):
        return None
    if is_ascii_alnum(text[start - 1 : start] if start else "") or text[end : end + 1] in _HEX:
        return None
    return start, end


def dots(text: str, start: int, end: int) -> Span | None:
    """Confirm three groups of four; digits alone or letters alone are something else."""
    if not _LETTER.search(text, start, end) or not _DIGIT.search(text, start, end):
        return None
    before, after = text[max(0, start - 1) : start], text[end : end + 2]
    if before == "." or before in _HEX or after[:1] in _HEX or (after[:1] == "." and after[1:].isalnum()):
        return None
    return start, end


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="ip.mac",
        kind="ip",
        gate=many(":", 5),
        pattern=r"[0-9A-Fa-f]{1,2}+(?::[0-9A-Fa-f]{1,2}+){5,}+",
        validator=colons,
        marker=markers.MAC,
        matches=(
            "aa:bb:cc:dd:ee:ff",
            "HWaddr 00:1A:2b:3c:4d:5e is up",
            "added:00:1a:2b:3c:4d:5e.",
            "0:1a:2b:3:4:5",
            "EUI 00:1a:2b:ff:fe:3c:4d:5e",
        ),
        misses=(
            "10:11:12",
            "1:2:3:4:5:6",
            "MD5 aa:bb:cc:dd:ee:ff:00:11:22:33:44:55:66:77:88:99",
            "ab:cd:ef:01:23",
            "2026:11:22 10:11:12",
        ),
    ),
    Rule(
        id="ip.mac-hyphen",
        kind="ip",
        gate=many("-", 5),
        pattern=r"[0-9A-Fa-f]{2}(?:-[0-9A-Fa-f]{2}){5,}+",
        validator=hyphens,
        marker=markers.MAC,
        matches=("00-1A-2B-3C-4D-5E", "the adapter AA-BB-CC-DD-EE-FF, on"),
        misses=("26-11-22-10-11-12", "1a-2b-3c-4d-5e", "2026-11-22-10-11-12", "aa-bb-cc-dd-ee-ff-00"),
    ),
    Rule(
        id="ip.mac-dot",
        kind="ip",
        gate=many(".", 2),
        pattern=r"[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}",
        validator=dots,
        marker=markers.MAC,
        matches=("001a.2b3c.4d5e", "dynamic 0011.22aa.bb33 on Gi0/1"),
        misses=("2026.1122.1011", "face.dead.beef", "1a2b.3c4d", "x.1a2b.3c4d.5e6f", "1a2b.3c4d.5e6f.7a8b"),
    ),
)
