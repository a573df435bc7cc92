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
_LEAST: Final = 3
_VALUE: Final = r"(?:\"[^\"\n]*+\"|'[^'\n]*+'|[^\s,;\"']*+)"


def assignments(text: str, start: int, end: int) -> Span | None:
    """Confirm a run of assignments as a part of an environment."""
    if text[start - 1 : start].isalnum():
        return None
    found = [(name, value.strip("\"'")) for name, value in _ASSIGNED.findall(text, start, end)]
    data = [(name, value) for name, value in found if value and not MARKER.fullmatch(value)]
    if len(data) >= _LEAST or (len(data) == _LEAST - 1 and any(name in KNOWN for name, _ in data)):
        return start, trim(text, start, end)
    return None


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
        ),
        misses=("set DEBUG=1 first", "A=1 B=2", "NAME= VALUE= OTHER=", "x=1, y=2, z=3", "STAGE=[secret] USER=[user]"),
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
