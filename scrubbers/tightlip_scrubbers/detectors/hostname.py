"""Names of machines by their own form: internal domains, addresses written into a name, what operating systems call a new machine.

Sources: RFC 6762 appendix G (private domains), RFC 8375 (``home.arpa``), ICANN's resolution on ``.internal``; the naming of private
hosts in the Amazon EC2 user guide, of services and pods in the Kubernetes documentation ("DNS for Services and Pods"); the default
computer names of Windows setup and of macOS.

A name with dots is also how modules are called (``urllib3.internal``, ``threading.local``). A machine's name has a hyphen in it, which
no module has, or two labels and a digit, or a port.
"""

import ipaddress
import re
from typing import Final

from tightlip_scrubbers import markers
from tightlip_scrubbers.possessive import compile_pattern
from tightlip_scrubbers.rule import Rule, has, many
from tightlip_scrubbers.spans import Span, is_ascii_alnum

_LABELS_BACKWARDS: Final = compile_pattern(r"[0-9A-Za-z\-]++(?:\.[0-9A-Za-z\-]++)*+")
_LABELS: Final = compile_pattern(r"[0-9A-Za-z\-]*+(?:\.[0-9A-Za-z\-]++)*+")
_REACH: Final = 253
_OCTETS: Final = 4
_NUMBERED: Final = re.compile(r"[A-Za-z\-]{2,}[0-9]{2,}\Z")
_PORT: Final = re.compile(r":[0-9]{4,5}(?![0-9])")
_HAS_NUMBER: Final = re.compile(r"[A-Za-z][A-Za-z.\-]*[0-9]")
_ARCHITECTURES: Final = frozenset(
    {"x86", "x64", "x86-64", "i386", "i686", "arm64", "armv7", "aarch64", "amd64", "s390x", "riscv64", "http2"}
)
_CLUSTER: Final = ".cluster.local"
_DASHED_PREFIX: Final = re.compile(
    r"(?<![0-9A-Za-z])(?:ip|ec2|host|cpe|dsl|dhcp|pool|node|vm|static|dyn|dynamic|client)-\Z", re.ASCII
)
_OWNER_BACKWARDS: Final = compile_pattern(r"(?:-s|[ \-](?:s['\u2019]|['\u2019](?=s)))[^\W_]{1,32}+")


def _first_label(text: str, start: int) -> int:
    labels = _LABELS_BACKWARDS.match(text[max(0, start - _REACH) : start][::-1])
    return start if labels is None else start - labels.end()


def internal(text: str, start: int, end: int) -> Span | None:
    """Confirm a name in a private domain, by the labels before it."""
    after = text[end : end + 2]
    if is_ascii_alnum(after[:1]) or after[:1] in {"_", "-", "("} or (after[:1] == "." and is_ascii_alnum(after[1:])):
        return None
    first = _first_label(text, start)
    name = text[first:start].strip("-")
    first += text[first:start].find(name)
    if not name or (first and text[first - 1] in "_."):  # a module's name
        return None
    if not text.startswith(_CLUSTER, end - len(_CLUSTER)):
        labels = name.split(".")
        digit = any(character.isdecimal() for character in name)
        named = digit if len(labels) > 1 else _NUMBERED.match(name)
        if "-" not in name and not named and not _PORT.match(text, end):  # no module has a port
            return None
    return first, end


def dashed(text: str, start: int, end: int) -> Span | None:
    """Confirm a name that holds an address: ``ip-10-0-0-1``, ``ec2-54-1-2-3.compute-1.amazonaws.com``, ``1-2-3-4.example.net``."""
    if text[start:end].count("-") == _OCTETS and is_ascii_alnum(text[start - 1 : start]):  # ec2-54-1-2-3
        start = text.index("-", start) + 1
    try:
        ipaddress.IPv4Address(text[start:end].replace("-", "."))
    except ValueError:
        return None
    if text[max(0, start - 1) : start].isdecimal() or text[end : end + 1].isdecimal():
        return None
    before = text[max(0, start - 16) : start]
    named = _DASHED_PREFIX.search(before) is not None
    in_domain = text[end : end + 1] == "." and text[end + 1 : end + 2].isalpha()
    if not named and not (in_domain and before[-1:] not in {"-", "."} and not is_ascii_alnum(before[-1:])):
        return None
    rest = _LABELS.match(text, end) if named or in_domain else None
    close = rest.end() if rest else end
    return _first_label(text, start), close - (len(text[start:close]) - len(text[start:close].rstrip("-")))


def told(text: str, start: int, end: int) -> Span | None:
    """Confirm what stands in quotes behind "host" by the number in it: a word may be a role, or a word of the manual's."""
    name = text[start:end]
    return (start, end) if _HAS_NUMBER.match(name) and name.lower() not in _ARCHITECTURES else None


def device(text: str, start: int, end: int) -> Span | None:
    """Take a computer's name with its owner's in front: ``Anns-MacBook-Pro``, ``Ann's iPhone``."""
    owner = _OWNER_BACKWARDS.match(text[max(0, start - 36) : start][::-1])
    return None if owner is None else (start - owner.end(), end)


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="pii.host-internal",
        kind="pii",
        gate=has(".internal", ".local", ".corp", ".lan", ".intranet", ".home", ".private", signs=".", words=True),
        pattern=r"\.(?:internal|localdomain|local|corp|lan|intranet|home\.arpa|home|private)",
        validator=internal,
        marker=markers.HOST,
        matches=(
            "cannot reach db01.prod.acme.corp:5432",
            "at ip-10-0-0-1.ec2.internal.",
            "Anns-MacBook-Pro.local, port 5",
            "redis://cache.default.svc.cluster.local",
            "web01.lan is 5 hops away",
            "cannot reach ledger.corp.local:5432",
        ),
        misses=(
            "self.local = 5",
            "threading.local() is 3",
            "urllib3.internal",
            "module.internal, 7",
            "pkg2.x_1.internal",
            "db01.prod.internals",
            "lodash.corp.x2()",
        ),
    ),
    Rule(
        id="pii.host-dashed",
        kind="pii",
        gate=many("-", 3, digits=1),
        pattern=r"[0-9]{1,3}+(?:-[0-9]{1,3}+){3,}+",
        validator=dashed,
        marker=markers.HOST,
        matches=(
            "node ip-10-0-0-1 is down",
            "ec2-54-1-2-3.compute-1.amazonaws.com refused",
            "from 5-6-7-8.dsl.example.net.",
        ),
        misses=("steps 1-2-3-4", "on 2026-11-22-10", "v1-2-3-4", "1-2-3-4-5.x"),
    ),
    Rule(
        id="pii.host-quoted",
        kind="pii",
        gate=has("ost ", "ostname ", "erver ", "achine ", "omputer ", either="\"'`"),
        pattern=r"(?:[Hh]ost(?:name)?|[Ss]erver|[Mm]achine|[Cc]omputer) (?:name )?[\"'`]([A-Za-z][A-Za-z0-9.\-]{1,252}+)(?=[\"'`])",
        group=1,
        validator=told,
        marker=markers.HOST,
        matches=("Cannot open server 'ledger-7' requested by the login", 'host "web01" is down'),
        misses=("server 'localhost' is down", "host 'my-host' expected", "the server 'error' page", "machine 'x86-64'"),
    ),
    Rule(
        id="pii.host-windows",
        kind="pii",
        gate=has("DESKTOP-", "LAPTOP-", "WIN-", "EC2AMAZ-"),
        pattern=r"(?:DESKTOP-[0-9A-Z]{7}|LAPTOP-[0-9A-Z]{8}|WIN-[0-9A-Z]{11}|EC2AMAZ-[0-9A-Z]{7})(?![0-9A-Za-z])",
        marker=markers.HOST,
        matches=("on DESKTOP-4K2J9QX", "(LAPTOP-7Q2M4XK9)", "WIN-A1B2C3D4E5F.example"),
        misses=("DESKTOP-ONLY", "a WIN-WIN", "LAPTOP-1"),
    ),
    Rule(
        id="pii.host-apple",
        kind="pii",
        gate=has("MacBook", "iMac", "iPhone", "iPad", "Mac-mini", words=True),
        pattern=r"(?:MacBook|iMac|iPhone|iPad|Mac-mini)(?:[ \-](?:Pro|Air|mini|[0-9]{1,2})(?![0-9A-Za-z]))*+",
        validator=device,
        marker=markers.HOST,
        matches=("Anns-MacBook-Pro is offline", "Ann's iPhone", "sync to Ann\u2019s MacBook Air failed"),
        misses=("MacBook Pro 16", "this iPhone 15", "iPad: not supported"),
    ),
)
