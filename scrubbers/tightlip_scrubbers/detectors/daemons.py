r"""Who and where, in the fixed places of the logs that servers write: the machine of syslog, the user of cron, PostgreSQL, dovecot and OpenVPN.

Sources: RFC 3164 and RFC 5424 (syslog), journalctl(1) on its output, cron(8), PostgreSQL's ``log_line_prefix``, Dovecot's login log, OpenVPN's
names, PAM's and Apache's messages on users.
"""

import re
from typing import Final

from tightlip_scrubbers import markers
from tightlip_scrubbers.common_words import COMMON_WORDS, GENERIC_NAMES
from tightlip_scrubbers.detectors.things import SOFTWARE, TECHNICAL, THINGS
from tightlip_scrubbers.detectors.words import FIELDS
from tightlip_scrubbers.meanings.values import is_host, is_user
from tightlip_scrubbers.possessive import compile_pattern
from tightlip_scrubbers.rule import Rule, has
from tightlip_scrubbers.spans import Span

_LEVELS: Final = frozenset(
    "emerg alert crit critical err error warn warning notice info debug trace fatal severe localhost last message stdout stderr main step".split()  # noqa: SIM905
)
_PROGRAM: Final = re.compile(r" (?:[A-Za-z][\w./\-]{0,48}(?:\[[0-9]{1,8}\]|\([\w:]{1,32}\))+: |kernel: |last message )")
_PLAIN_PROGRAM: Final = re.compile(r" [a-z][\w./\-]{0,48}: ")
# Threads of application servers and pools stand in the same place: "http-nio-8080-exec-1", "main-thread", "pool-2-thread-1".
_THREAD: Final = re.compile(r"(?:\A|-)(?:exec|thread|pool|nio)(?:-|[0-9]|\Z)")
_STRUCTURED: Final = re.compile(r" [\w./\-]{1,48} (?:[0-9]{1,8}|-) [\w./\-]{1,32} (?:-|\[)")
_LOCAL_BACKWARDS: Final = compile_pattern(r"[0-9A-Za-z_.\-]{1,64}+")
_LIKE_LOG: Final = re.compile(r"(?:\A|[\n\t\]>;(] ?|[0-9] )\Z")
_DIGITS_LAST: Final = re.compile(r"([A-Za-z][a-z_.]{2,})[0-9]{1,4}")
_DONE: Final = re.compile(
    r"(?:: authentication failure|\(uid=| (?:cannot log in|has logged (?:in|out)|logged (?:in|out|on|off)|signed (?:in|out|up)|assigned address)(?![a-z])"
    r"| (?:\[ip\]|[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}) port )"
)
_ADVERBS: Final = frozenset(
    {
        "currently",
        "already",
        "previously",
        "successfully",
        "recently",
        "never",
        "initially",
        "actually",
        "automatically",
    }
)
_SESSION: Final = re.compile(
    r"(?:[Ss]ession [0-9a-z]{1,12}|[Ss]ession (?:opened|closed|started|ended)|slice) (?:of|for) [Uu]ser \Z"
)
_ATTRIBUTES: Final = frozenset(
    [
        "client",
        "settings",
        "module",
        "server",
        "request",
        "session",
        "credentials",
        "jks",
        "zip",
        "keystore",
        "p12",
        "pfx",
        "pem",
    ]
)


def machine(text: str, start: int, end: int) -> Span | None:
    """Confirm the word behind the time of syslog as a machine's name, by the program that comes after it."""
    name = text[start:end]
    if name.lower() in _LEVELS or name.endswith((":", ".")) or not is_host(name):
        return None
    if _THREAD.search(name):
        return None
    named = any(character.isdecimal() or character in "-." for character in name)
    if _PROGRAM.match(text, end) or (named and (_PLAIN_PROGRAM.match(text, end) or _STRUCTURED.match(text, end))):
        return start, end
    return None


def _is_thing(word: str) -> bool:
    """Tell what has a number as one of several: "model3", "arm64", "issue12"; the words of names (`COMMON_WORDS` has some) are none."""
    return word.lower() in TECHNICAL | THINGS | SOFTWARE


def of_session(text: str, start: int, end: int) -> Span | None:
    """Confirm the word behind "user" by what stands around it, or by its own form: letters, then a number, as no word has."""
    while end > start and text[end - 1] in ".-":
        end -= 1
    name = text[start:end]
    if not is_user(name) or name.lower() in COMMON_WORDS or name in _ADVERBS:
        return None
    if _SESSION.search(text, max(0, start - 48), start) or _DONE.match(text, end):
        return start, end
    numbered = _DIGITS_LAST.fullmatch(name)
    return (start, end) if numbered is not None and not _is_thing(numbered[1]) else None


def numbered(text: str, start: int, end: int) -> Span | None:
    """Confirm a name that has a number at its end or a dot inside: a word behind "failed for" may be any."""
    while end > start and text[end - 1] in ".-":
        end -= 1
    name = text[start:end]
    found = _DIGITS_LAST.fullmatch(name)
    if found is not None:
        return (start, end) if not _is_thing(found[1]) and is_user(name) and "@" not in text[end : end + 1] else None
    last = name.rpartition(".")[2].lower()  # "keystore.jks", "smtp.client"
    formed = "." in name and last not in FIELDS | THINGS | SOFTWARE | _ATTRIBUTES
    return (start, end) if formed and is_user(name) and "@" not in text[end : end + 1] else None


_TAGS: Final = re.compile(r"@(?:next|latest|beta|alpha|canary|stable|main|master|v[0-9]+) ")


def of_database(text: str, start: int, _end: int) -> Span | None:
    """Take the user before ``@database`` in a line of PostgreSQL's log."""
    local = _LOCAL_BACKWARDS.match(text[max(0, start - 64) : start][::-1])
    if local is None:
        return None
    first = start - local.end()
    if _TAGS.match(text, start):  # a tag of a package or a branch: "npm@next ERROR: bad"
        return None
    return (first, start) if _LIKE_LOG.search(text, max(0, first - 4), first) and is_user(text[first:start]) else None


def user_of(text: str, start: int, end: int) -> Span | None:
    """Take a name that is no account of the system's."""
    return (start, end) if is_user(text[start:end]) and text[start:end].lower() not in GENERIC_NAMES else None


_PROTOCOLS: Final = frozenset(["tcp", "udp", "http", "https", "tls", "ssl", "quic", "grpc", "ws", "wss"])
_MONTHS: Final = ("Jan ", "Feb ", "Mar ", "Apr ", "May ", "Jun ", "Jul ", "Aug ", "Sep ", "Oct ", "Nov ", "Dec ")

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="pii.host-syslog",
        kind="pii",
        gate=has(*_MONTHS, signs=":", digits=4),
        pattern=r"[ADFJMNOS][a-z]{2} [ 0-3][0-9] [0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})? ([A-Za-z0-9][A-Za-z0-9.\-]{0,252}+)",
        group=1,
        validator=machine,
        marker=markers.HOST,
        matches=(
            "Nov 24 10:15:02 ledger sshd[2211]: closed",
            "Nov  4 10:15:02 ledger-3 kernel: [12.3] Out of memory",
            "Nov 24 10:15:02 web01 acme: started",
        ),
        misses=(
            "Nov 24 10:15:02 app[312]: started",
            "Nov 24 10:15:02 ERROR Sync: failed",
            "Nov 24 10:15:02 error sync[3]: failed",
            "until Nov 24 10:15:02 and later",
        ),
    ),
    Rule(
        id="pii.host-syslog-time",
        kind="pii",
        gate=has("T", signs="-:", digits=4),
        pattern=r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+\-][0-9]{2}:?[0-9]{2}) ([A-Za-z0-9][A-Za-z0-9.\-]{0,252}+)",
        group=1,
        validator=machine,
        marker=markers.HOST,
        matches=(
            "2026-11-24T10:15:02+0000 ledger sshd[2211]: closed",
            "<34>1 2026-11-24T10:15:02.003Z ledger-3.acme su 12 ID47 - failed",
        ),
        misses=(
            "2026-11-24T10:15:02Z ERROR sync[3]: failed",
            "2026-11-24T10:15:02Z started at noon: yes",
            "2026-11-24T10:15:02Z http-nio-8080-exec-1 sync: started",
            "2026-11-24T10:15:02Z main-thread sync[3]: started",
            "2026-11-24T10:15:02.123Z stdout kernel: started",
        ),
    ),
    Rule(
        id="pii.user-cron",
        kind="pii",
        gate=has(") CMD (", ") RELOAD (", ") LIST (", ") REPLACE (", signs="()"),
        pattern=r"\(([A-Za-z_][A-Za-z0-9_.\-]{1,31}+)\) (?:CMD|RELOAD|LIST|REPLACE|MAIL|BEGIN EDIT|END EDIT) \(",
        group=1,
        validator=user_of,
        marker=markers.USER,
        matches=("CRON[99]: (ann) CMD (run)",),
        misses=("CRON[99]: (root) CMD (run)", "(see) CMD for more"),
    ),
    Rule(
        id="pii.user-sudo",
        kind="pii",
        gate=has("TTY=", "user NOT in sudoers", "incorrect password attempt", "command not allowed", signs=":"),
        pattern=r"sudo(?:\[[0-9]{1,8}\])?: {1,8}+([A-Za-z_][A-Za-z0-9_.\-]{1,31}+) ?: ",
        group=1,
        validator=user_of,
        marker=markers.USER,
        matches=("sudo: annlee : TTY=pts/0 ; COMMAND=list", "sudo[12]:   annlee : user NOT in sudoers ; TTY=pts/1"),
        misses=("sudo: root : TTY=pts/0 ; COMMAND=list", "sudo: 3 incorrect password attempts"),
    ),
    Rule(
        id="pii.user-ids",
        kind="pii",
        gate=has("uid=", signs="=()", digits=1),
        pattern=r"uid=[0-9]{1,10}+\(([A-Za-z_][A-Za-z0-9_.\-]{1,31}+)\)",
        group=1,
        validator=user_of,
        marker=markers.USER,
        matches=("uid=1000(annlee) and no other", "as euid=1000(annlee)"),
        misses=("uid=0(root) and no other", "uid=1000 (see below)"),
    ),
    Rule(
        id="pii.user-refused",
        kind="pii",
        gate=has(
            "uthentication fail",
            "ogin fail",
            "ogon fail",
            "ad password for ",
            "nvalid password for ",
            "ismatch for ",
            words=True,
        ),
        pattern=(
            r"(?:[Aa]uthentication fail(?:ure|ed)|[Ll]og(?:in|on) fail(?:ure|ed)|[Bb]ad password|[Ii]nvalid password|[Pp]assword mismatch) for ([A-Za-z][A-Za-z0-9_.\-]{2,63}+)"
        ),
        group=1,
        validator=numbered,
        marker=markers.USER,
        matches=("su: Authentication failure for annlee8", "Login failed for ann.lee, twice"),
        misses=(
            "authentication failed for user_id",
            "Login failed for tenant",
            "authentication failed for oauth2",
            "Bad password for keystore.jks",
            "Login failed for self.client",
            "Login failed for attempt3",
        ),
    ),
    Rule(
        id="pii.user-database",
        kind="pii",
        gate=has(" LOG: ", " ERROR: ", " FATAL: ", " STATEMENT: ", " DETAIL: ", " HINT: ", " WARNING: ", signs="@:"),
        pattern=r"@[A-Za-z0-9_\-]{1,63}+ (?:LOG|ERROR|FATAL|STATEMENT|DETAIL|HINT|WARNING|PANIC|CONTEXT): ",
        validator=of_database,
        marker=markers.USER,
        matches=("[99] ann@shop ERROR:  permission denied", "ann@shop FATAL:  terminating connection"),
        misses=("use pkg@next ERROR: bad", "npm@next ERROR: bad"),
    ),
    Rule(
        id="pii.user-mail",
        kind="pii",
        gate=has("user=<", "login=<", signs="<>="),
        pattern=r"(?:user|login)=<([^<>\s]{1,128}+)>, (?:method|rip|lip|mpid|session|TLS|pid)",
        group=1,
        validator=user_of,
        marker=markers.USER,
        matches=("imap-login: Disconnected: user=<ann>, method=PLAIN, rip=%s",),
        misses=("usage: user=<name> pass=<word>", "user=<>, method=PLAIN"),
    ),
    Rule(
        id="pii.user-session",
        kind="pii",
        gate=has("ser ", words=True),
        pattern=r"[Uu]ser ([A-Za-z][0-9A-Za-z_.\-]{1,63}+)",
        group=1,
        validator=of_session,
        marker=markers.USER,
        matches=(
            "New session 12 of user annlee.",
            "AH01617: user annlee: authentication failure for x: Password Mismatch",
            "Connection closed by authenticating user annlee 10.0.0.1 port 51234 [preauth]",
            "530 User annlee cannot log in",
            "User annlee logged in",
            "cannot find user jdoe42",
        ),
        misses=(
            "user not logged in",
            "is a user currently logged in?",
            "the user has logged out",
            "no user oauth2 token",
            "user preferences not found",
            "user agent stylesheet",
            "user level3 is unknown",
            "the user model3 is missing",
            "the user story42 has user input1 on arm64",
        ),
    ),
    Rule(
        id="pii.user-bracketed",
        kind="pii",
        gate=has("user [", "User ["),
        pattern=r"[Uu]ser \[([A-Za-z0-9_][A-Za-z0-9_.\-@]{1,63}+)\]",
        group=1,
        validator=lambda text, start, end: None if text[start:end].lower() in THINGS else user_of(text, start, end),
        marker=markers.USER,
        matches=("failed to authenticate user [annlee]",),
        misses=("user [optional]", "user [flags]", "user [experimental]", "user [root]", "user [y/n]"),
    ),
    Rule(
        id="pii.user-peer",
        kind="pii",
        gate=has("/", digits=4, signs=".:"),
        pattern=r"/[0-9]{1,3}+\.[0-9]{1,3}+\.[0-9]{1,3}+\.[0-9]{1,3}+:[0-9]{2,5}+(?= )",
        validator=lambda text, start, _end: _peer(text, start),
        marker=markers.USER,
        matches=("openvpn: annlee/10.0.0.1:1194 TLS Error",),
        misses=("path /x/y", "ratio 3/4.0 : 1", "tcp/%s:80 closed"),
    ),
)


def _peer(text: str, start: int) -> Span | None:
    """Take the name before an address and its port."""
    name = _LOCAL_BACKWARDS.match(text[max(0, start - 64) : start][::-1])
    if name is None or text[start - name.end() - 1 : start - name.end()] not in ("", " ", "[", "("):
        return None
    first = start - name.end()
    if text[first:start].lower() in _PROTOCOLS:
        return None
    return (first, start) if user_of(text, first, start) and text[first:start].isascii() else None
