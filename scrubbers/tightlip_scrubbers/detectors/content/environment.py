"""Dumps of the environment: assignments to names in capitals, one behind the other.

Three are one, or two if a name is one that every shell knows. A single one stands in sentences (``set DEBUG=1``).

Sources: POSIX.1-2017 chapter 8 (names in capitals, which of them all systems know), the Python library reference (`os.environ`).
"""

import re
from typing import Final

from tightlip_scrubbers.detectors.content.sizes import mark, marks
from tightlip_scrubbers.meanings.data import MARKER
from tightlip_scrubbers.rule import Rule, has, many
from tightlip_scrubbers.spans import Span, trim

KNOWN: Final[frozenset[str]] = frozenset(
    """
    HOME USER USERNAME LOGNAME PATH SHELL PWD OLDPWD HOSTNAME HOST LANG LC_ALL TERM TMPDIR TEMP TMP MAIL EDITOR DISPLAY SHLVL SUDO_USER
    USERPROFILE APPDATA COMPUTERNAME USERDOMAIN SSH_CONNECTION SSH_CLIENT SSH_TTY PYTHONPATH VIRTUAL_ENV LD_LIBRARY_PATH XDG_RUNTIME_DIR
    HTTP_HOST REMOTE_ADDR QUERY_STRING DATABASE_URL JAVA_HOME GOPATH NODE_ENV
    """.split()  # noqa: SIM905 - a page of words reads better than a list of literals
)
_ASSIGNED: Final = re.compile(r"([A-Z_][A-Z0-9_]{1,63})=(\"[^\"]*\"|'[^']*'|[^\s,;]*)")
# What the packet filter of Linux writes (`nf_log_syslog`): addresses, which other rules take, and numbers.
_PACKET: Final[frozenset[str]] = frozenset(
    """
    IN OUT PHYSIN PHYSOUT MAC MACSRC MACDST MACPROTO SRC DST LEN TOS TC HOPLIMIT FLOWLBL PREC TTL ID FRAG MTU PROTO SPT DPT SEQ ACK WINDOW
    RES URGP TYPE CODE MARK UID GID VPROTO VID
    """.split()  # noqa: SIM905 - as above
)
_OF_PACKETS: Final = frozenset({"SRC", "DST", "SPT", "DPT", "PROTO"})
_WORDED: Final = frozenset({"IN", "OUT", "PHYSIN", "PHYSOUT", "PROTO", "MACPROTO", "FRAG"})
_SHORT_WORD: Final = re.compile(r"[A-Za-z0-9:.\-@]{0,15}")  # names of interfaces have no more characters
_NUMBERS: Final = re.compile(r"[0-9A-Fa-fx:.]{0,64}")
_SMALL: Final = re.compile(r"[0-9]{1,4}[)\]}.]?")
_LEAST: Final = 3
_VALUE: Final = r"(?:\"[^\"\n]*+\"|'[^'\n]*+'|[^\s,;\"']*+)"


def assignments(text: str, start: int, end: int) -> Span | None:
    """Confirm a run of assignments as a part of an environment."""
    if text[start - 1 : start].isalnum():
        return None
    found = [(name, value.strip("\"'")) for name, value in _ASSIGNED.findall(text, start, end)]
    data = [(name, value) for name, value in found if value and not MARKER.fullmatch(value)]
    if _is_packet(found) or all(_SMALL.fullmatch(value) for _, value in data):  # an enumeration
        return None
    if len(data) >= _LEAST or (len(data) == _LEAST - 1 and any(name in KNOWN for name, _ in data)):
        return start, trim(text, start, end)
    return None


def _is_packet(found: list[tuple[str, str]]) -> bool:
    """Whether a run is a line of a firewall: the names say which way a packet went, and are no environment's."""
    names = {name for name, _ in found}
    return (
        names <= _PACKET
        and not names.isdisjoint(_OF_PACKETS)
        and all(
            (_SHORT_WORD if name in _WORDED else _NUMBERS).fullmatch(value) or MARKER.fullmatch(value)
            for name, value in found
        )
    )


def mapping(text: str, start: int, end: int) -> Span | None:
    """Take what ``environ({...})`` holds."""
    close = text.find("})", end)
    stop = len(text) if close < 0 else close
    return (end, stop) if stop > end > start and not MARKER.fullmatch(text[end:stop]) else None


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="content.environment",
        kind="content",
        gate=many("=", 2),
        pattern=(
            rf"[A-Z_](?<![A-Z0-9_].)[A-Z0-9_]*+={_VALUE}(?:(?:[ \t]++|[,;] ?|;?\r?\n[ \t]*+|\\n)(?:export |set |declare -x )?[A-Z_][A-Z0-9_]{{1,63}}+={_VALUE})*+"
        ),
        validator=assignments,
        marker="[environment]",
        mark=mark("environment"),
        marks=marks("environment"),
        whole=True,
        matches=(
            "HOME=/x USER=ann",
            "env was: STAGE=prod REGION=eu CUSTOMER='Ann Lee', and failed",
            "EDITOR=vi\nTOWN=Paris\nLANG=de_DE.UTF-8",
            "IN=eth0 SRC=letters-of-ann DST=archive PROTO=TCP",
        ),
        misses=(
            "set DEBUG=1 first",
            "A=1 B=2",
            "the kind of coordinator (GROUP=0, TRANSACTION=1, SHARE=2)",
            "NAME= VALUE= OTHER=",
            "x=1, y=2, z=3",
            "STAGE=[secret] USER=[user]",
            "DROP IN=eth0 OUT= LEN=60 TTL=64 PROTO=TCP SPT=40312 DPT=22",
        ),
    ),
    Rule(
        id="content.environ",
        kind="content",
        gate=has("environ({"),
        pattern=r"environ\(\{",
        validator=mapping,
        marker="[environment]",
        mark=mark("environment"),
        marks=marks("environment"),
        matches=("environ({'EDITOR': 'vi', 'TOWN': 'Paris'})", "got environ({'TOWN': 'Paris'}) back"),
        misses=("os.environ()", "environ({})", "environ({[environment:small]})"),
    ),
)
