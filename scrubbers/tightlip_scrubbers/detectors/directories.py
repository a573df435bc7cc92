r"""Names as directory services write them: ``DOMAIN\user`` and distinguished names.

Sources: Windows' down-level logon names, RFC 4514 (distinguished names) and the attributes of RFC 4519.
"""

import re
from typing import Final

from tightlip_scrubbers import markers
from tightlip_scrubbers.detectors.things import TECHNICAL
from tightlip_scrubbers.meanings.values import is_user
from tightlip_scrubbers.rule import Rule, has
from tightlip_scrubbers.spans import Span

_ATTRIBUTE: Final = r"(?:CN|cn|OU|ou|O|o|DC|dc|UID|uid|ST|L|C|SN|GN|STREET|emailAddress|serialNumber)"
_RDN: Final = rf"{_ATTRIBUTE} ?= ?(?:\\.|[^,+=\r\n\"'<>;\\/()\[\]]){{1,128}}+"


# What lines of logs end with before a line break that is written as an escape: "ERROR\\nTraceback".
_BEFORE_BREAKS: Final = frozenset(
    "OK ERROR WARN WARNING INFO DEBUG FATAL CRITICAL TRACE NOTICE FAIL FAILED PASS PASSED NULL NONE TRUE FALSE DONE ABORTED".split()  # noqa: SIM905
)
_ESCAPED: Final = re.compile(r"[nrt](?:[A-Z0-9_\-.]|[nrt]?\Z)")
_ESCAPES: Final = re.compile(r"\\[nrt][\s\\A-Z\[\"'(<{.0-9\-]")


# Escapes of characters, and the fonts of roff: "SEV\\fR".
_CODED: Final = re.compile(r"x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|f[RPBI](?![A-Za-z])")
# Roots of the registry, and the owners that Windows itself has: their "users" are the same on every machine.
_HIVES: Final = frozenset(
    ["HKLM", "HKCU", "HKCR", "HKU", "HKCC", "HCU", "NT", "AUTHORITY", "BUILTIN", "APPPOOL", "SERVICE"]
)
_SIDES: Final = frozenset("TCP IP LF CR AND OR ON OFF YES NO TRUE FALSE INPUT OUTPUT GET POST CI CD READ WRITE".split())  # noqa: SIM905


def _is_word(domain: str, name: str) -> bool:
    r"""Tell a pair of sides ("TCP\\IP") and a folder of a build ("DIST\\app") from somebody's name."""
    if domain in _SIDES and name in _SIDES:
        return True
    return name.lower() in TECHNICAL | _FOLDERS


_FOLDERS: Final = frozenset(
    [
        "app",
        "build",
        "debug",
        "release",
        "main",
        "src",
        "lib",
        "bin",
        "etc",
        "test",
        "tests",
        "exception",
        "system",
        "abc",
        "def",
        "alpha",
        "beta",
    ]
)


def in_domain(text: str, start: int, end: int) -> Span | None:
    r"""Confirm ``DOMAIN\user``; a path and an escape are none."""
    before = text[start - 1 : start]
    if before and (before.isalnum() or before in "\\/_.:-%$"):
        return None
    if text[end : end + 1] in {"\\", "/", "(", "["} or text[end : end + 1].isalnum():
        return None
    domain, _, name = text[start:end].replace("\\\\", "\\").partition("\\")
    if (
        domain in _BEFORE_BREAKS
        or domain in _HIVES
        or _ESCAPED.match(name)
        or _CODED.match(name)
        or _is_word(domain, name)
    ):
        return None
    if name[0] in "nrt" and _ESCAPES.search(text):
        return None
    return (start, end) if is_user(name) else None


_NUMBER_FIRST: Final = re.compile(r"[A-Za-z]{2,3} ?= ?[0-9]{1,5} ?,")


def distinguished(text: str, start: int, end: int) -> Span | None:
    """Confirm two attributes or more as a distinguished name."""
    if text[start - 1 : start].isalnum() or text[start - 1 : start] in {"_", "-", ".", "$", "?", "&"}:
        return None
    if _NUMBER_FIRST.match(text, start):  # options of mount, columns: a user's or a certificate's name is no number
        return None
    while end > start and text[end - 1] in " .:":
        end -= 1
    # The sentence goes on behind the last value: "DC=local failed".
    last = text.rfind("=", start, end)
    if text[last - 2 : last].upper() in {"DC", " C", ",C"}:
        blank = text.find(" ", last + 2, end)
        end = blank if blank > 0 else end
    return start, end


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="pii.user-domain",
        kind="pii",
        gate=has("\\", signs="\\"),
        pattern=r"[A-Z][A-Z0-9\-]{1,14}+\\{1,2}[A-Za-z][A-Za-z0-9._\-]{1,63}+(?<=[A-Za-z0-9])",
        validator=in_domain,
        marker=markers.USER,
        matches=("NT_STATUS_LOGON_FAILURE for ACME\\ann.lee", "logon of CORP\\annlee failed."),
        misses=(
            "C:\\",
            "a\\b",
            "REG\\{name}",
            "ERROR\\nTraceback",
            "HTTP/1.1 200 OK\\ncontent",
            r"status GONE\nnext line\n  File",
            r"expected AB\xcd but got AB\x00",
            r"the string BOM\ufeffstart",
            r"use type=SEV\fR instead",
            r"NT AUTHORITY\SYSTEM lacks the right",
            r"avoid CR\LF in TCP\IP",
            r"missing DIST\app",
        ),
    ),
    Rule(
        id="pii.distinguished-name",
        kind="pii",
        gate=has("CN", "cn", "uid", "UID", signs="=,"),
        pattern=rf"(?:CN|cn|UID|uid|OU|ou) ?= ?(?:\\.|[^,+=\r\n\"'<>;\\/()\[\]]){{1,128}}+(?:, ?{_RDN})+",
        validator=distinguished,
        marker=markers.PERSON,
        matches=(
            "bind as CN=Ann Lee,OU=Users,DC=acme,DC=local failed",
            "issuer: CN=Acme Root, O=Acme GmbH, C=DE",
            "dn: uid=ann,ou=people,dc=acme,dc=com",
        ),
        misses=("CN=5", "mount -o uid=1000,o=x", "UID=1000, ST=Running", "uid=1000 gid=1000", "set cn=x, then y"),
    ),
)
