"""Names of users where a word or a form gives them away: ``user 'ann'``, ``ssh ann@web01``, ``--user ann``.

Without quotes, a sign or a command before it, a word after "user" is a word: "user not found".

Sources: sshd(8) and pam_unix(8) for their log, ssh(1) and sftp(1) for ``user@host``, the error messages of PostgreSQL ("role", "user"), MySQL (``'ann'@'host'``) and PAM.
"""

import re
from typing import TYPE_CHECKING, Final

from tightlip_scrubbers import markers
from tightlip_scrubbers.meanings.values import is_user
from tightlip_scrubbers.possessive import compile_pattern
from tightlip_scrubbers.rule import Found, Rule, has
from tightlip_scrubbers.spans import Span

if TYPE_CHECKING:
    from tightlip_scrubbers.keys import Names

_USER_WORD: Final = re.compile(
    r"(?<![A-Za-z])(?:[Uu]ser(?:name)?|USER|[Ll]ogin|[Aa]ccount|[Pp]rincipal|[Rr]ole|[Oo]wner|[Mm]ember) (?:is |named )?\Z"
)
_ROLE: Final = re.compile(r"(?<![A-Za-z])[Rr]ole \Z")
_MEMBER: Final = re.compile(r"[Mm]ember \Z")
_OF_CODE: Final = re.compile(
    r"(?<![A-Za-z])(?:[Zz]ip|[Tt]ar|[Aa]rchive|[Cc]lass|[Ee]num|[Ss]truct|[Uu]nion|[Ii]nstance|[Ss]tatic|[Dd]ata|[Tt]ype|[Ss]et|[Bb]rowser) ?(?:file )?[Mm]ember \Z"
)
_ROLE_END: Final = re.compile(r".? (?:does not exist|is not permitted|cannot|already exists|has)")
_FROM: Final = re.compile(r" (?:from|via) (?:\[|::|[0-9a-f]{1,4}[.:][0-9a-f:])| by \(?(?:uid=|[a-z]+\()|\(uid=")
_COMMAND: Final = re.compile(r"(?<![A-Za-z])(?:ssh|scp|sftp|rsync|mosh|ssh-copy-id|sshfs)(?![A-Za-z])[^\n]*\Z")
_LOCAL_BACKWARDS: Final = compile_pattern(r"[0-9A-Za-z_.\-]{1,32}+")
_COMMAND_REACH: Final = 160
_WORD_REACH: Final = 24


def quoted(text: str, start: int, end: int) -> Span | None:
    """Confirm what stands in quotes after the word "user"."""
    before = text[max(0, start - 1 - _WORD_REACH) : start - 1]
    if not _USER_WORD.search(before) or not is_user(text[start:end]):
        return None
    if _MEMBER.search(before) and _OF_CODE.search(before):
        return None
    if _ROLE.search(before) and not _ROLE_END.match(text, end):
        return None
    return start, end


def accepted(text: str, start: int, end: int) -> Span | None:
    """Confirm the word behind what a server of logins says, by the address that the login came from."""
    return (start, end) if _FROM.match(text, end) and is_user(text[start:end]) else None


def at_host(text: str, start: int, end: int) -> Span | None:
    """Confirm ``user@host`` by the command before it."""
    if text[end : end + 1] == ".":  # a domain: a mail address, or nothing
        return None
    if not _COMMAND.search(text[max(0, start - _COMMAND_REACH) : start]):
        return None
    local = _LOCAL_BACKWARDS.match(text[max(0, start - 32) : start][::-1])
    return None if local is None else (start - local.end(), end)


_FLAG_ROWS: Final = {"pii.user": "pii.user-flag", "pii.host": "pii.host-flag"}


def flag(text: str, start: int, end: int, names: "Names") -> Found | None:
    """Confirm ``--user`` and the blank after it as an option that takes a user or a host."""
    meaning = names.meaning(text[start:end].strip())
    row = None if meaning is None else _FLAG_ROWS.get(meaning.rule)
    if row is None or meaning is None or text.startswith("-", end):
        return None
    word = _ARGUMENT.match(text, end)
    if word is None or meaning.check is None or not meaning.check(word[1]):
        return None
    return (*word.span(1), row)


_ARGUMENT: Final = compile_pattern(r"[\"']?+([^\s\"'`,;()\[\]{}<>|&]{1,128}+)")
_FLAG_PATTERN: Final = r"--[A-Za-z][A-Za-z0-9_\-]{0,63}+[ \t]{1,8}+(?=\S)"

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="pii.user-quoted",
        kind="pii",
        gate=has("ser ", "SER ", "sername ", "ogin ", "ccount ", "rincipal ", "ole ", "wner ", "ember "),
        pattern=r"[\"'`“„«](?<= .)([^\s\"'`“”„»]{1,128}+)(?=[\"'`”“»])",
        group=1,
        validator=quoted,
        marker=markers.USER,
        matches=(
            'password authentication failed for user "ann"',
            "Access denied for user 'ann'@'10.0.0.1'",
            'role "ann" does not exist',
            "login 'ann.lee' expired",
            "user „ann“ wurde gesperrt",
        ),
        misses=(
            "user '%s' not found",
            "no such user: '{name}'",
            "role 'button' expected",
            "user 'None'",
            "unsafe zip member 'data' and enum member 'BLUE'",
            'User "system:anonymous" cannot list pods',
            "the user\u2019s choice",
        ),
    ),
    Rule(
        id="pii.user-login",
        kind="pii",
        gate=has("ser ", "Accepted ", "Failed ", words=True),
        pattern=r"(?:[Ii](?:nvalid|llegal) user|[Ff]or user|(?:Accepted|Failed) [a-z\-/]{2,32}+ for(?! (?:invalid |illegal )?user )) ([0-9A-Za-z_.\-]{1,64}+)",
        group=1,
        validator=accepted,
        marker=markers.USER,
        matches=(
            "Failed password for invalid user ann from 10.0.0.1 port 22 ssh2",
            "Accepted publickey for ann from 2001:db8::1 port 22",
            "session opened for user ann by (uid=0)",
            "session opened for user ann(uid=1000) by (uid=0)",
        ),
        misses=("no invalid user from here", "Failed checks for release from 3 of 5", "look for user data by name"),
    ),
    Rule(
        id="pii.user-at-host",
        kind="pii",
        gate=has("ssh", "scp", "sftp", "rsync", "mosh", signs="@"),
        pattern=r"@[0-9A-Za-z][0-9A-Za-z\-]{0,62}+",
        validator=at_host,
        marker=markers.USER,
        matches=("ssh -p 22 ann@web01 failed", "(sftp ann@db-3)"),
        misses=("uses actions/checkout@v4", "react@18", "@dataclass", "image@sha256:0", "ann@localhost"),
    ),
    Rule(
        id="pii.user-flag",
        kind="pii",
        gate=has("--"),
        pattern=_FLAG_PATTERN,
        by_name=flag,
        marker=markers.USER,
        matches=("acme login --user ann", "run --user-name 'ann.lee' now"),
        misses=("--user is required", "--user --verbose", "--user-agent x", "--users-file x"),
    ),
    Rule(
        id="pii.host-flag",
        kind="pii",
        gate=has("--"),
        pattern=_FLAG_PATTERN,
        by_name=flag,
        marker=markers.HOST,
        matches=("serve --host web01", "psql --hostname db-3 -c x"),
        misses=("--host is required", "--host-key-check", "--host localhost"),
    ),
)
