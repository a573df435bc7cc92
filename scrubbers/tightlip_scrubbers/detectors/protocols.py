r"""Secrets and users where a protocol or a device has them: ``AUTH x``, ``USER ann``, ``snmp-server community x``, ``: PSK "x"``.

Each is a line of few words in fixed places, without an operator; so the words around must all be there.

Sources: the Redis commands AUTH and HELLO and its configuration file, RFC 959 (FTP), RFC 1939 (POP3), RFC 3501 (IMAP), RFC 4954 (SMTP AUTH), Cisco's IOS
command reference, ipsec.secrets(5), the statements on users of PostgreSQL, MySQL and SQL Server, PostgreSQL's log of parameters, MyBatis' log,
passwd(5), shadow(5), netrc(5),
the workflow commands of GitHub Actions and Azure Pipelines.
"""

import re
from typing import Final

from tightlip_scrubbers import markers
from tightlip_scrubbers.common_words import COMMON_WORDS, GENERIC_NAMES
from tightlip_scrubbers.detectors.positional import is_placeholder
from tightlip_scrubbers.detectors.things import THINGS
from tightlip_scrubbers.detectors.words import EXPLANATIONS
from tightlip_scrubbers.meanings.values import is_user
from tightlip_scrubbers.rule import Rule, has
from tightlip_scrubbers.spans import Span

_LINE_START: Final = re.compile(r"(?:\A|[\n>\"'(;:] ?|-> |\t|S: |C: )\Z")
_LINE_END: Final = re.compile(r"[\"')]?(?: ?;|\.)?(?:\r?\n|\\r|\\n|\Z|[\"')])")
_PHRASES: Final = ("too ", "not ", "is ", "no ")
_STATUS: Final = frozenset(
    "plain login xoauth2 cram-md5 ntlm gssapi external required failed error ok none digest-md5 oauthbearer".split()  # noqa: SIM905
)


def said(text: str, start: int, end: int) -> Span | None:
    """Take the argument of a command, if it is the line's last word and no word of prose."""
    while end > start and text[end - 1] in "\"'`),.;":
        end -= 1
    value = text[start:end]
    if (
        is_placeholder(value)
        or value.lower() in EXPLANATIONS | THINGS | COMMON_WORDS
        or value.lower() in _STATUS
        or value.startswith("SCRAM-")
    ):
        return None
    return (start, end) if _LINE_END.match(text, end) else None


def given(text: str, start: int, end: int) -> Span | None:
    """Take an argument whose place is certain."""
    while end > start and text[end - 1] in "\"'`),.;":
        end -= 1
    value = text[start:end]
    if (
        is_placeholder(value)
        or value[0] in "-/"
        or value.lower() in EXPLANATIONS | THINGS
        or value.startswith(_PHRASES)
    ):
        return None
    return start, end


def user(text: str, start: int, end: int) -> Span | None:
    """Take the name of a user that is no account of the system's."""
    span = given(text, start, end)
    if span is None:
        return None
    value = text[slice(*span)]
    return span if is_user(value) and value.lower() not in GENERIC_NAMES else None


def bound(text: str, start: int, end: int) -> Span | None:
    """Take a parameter's value in a log of PostgreSQL."""
    value = text[start:end]
    return (start, end) if any(map(str.isalnum, value)) else None


_SPARSE: Final = re.compile(r" [a-z]")


def code_of_card(text: str, start: int, end: int) -> Span | None:
    """Take the digits; ``csc`` is also the format of a sparse matrix, and what is counted follows then: "csc: 256 columns"."""
    sparse = "csc" in text[max(0, start - 7) : start].lower() and _SPARSE.match(text, end)
    return None if sparse else (start, end)


_WORD: Final = r"[\"']?([^\s\"'`|;&<>]{2,128}+)"

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="secret.redis",
        kind="secret",
        gate=has("AUTH ", '"AUTH" "', words=True),
        pattern=rf"AUTH\"? \"?(?:default\"? \"?|(?<=HELLO [23] AUTH )\S{{1,64}} |(?<=\bAUTH )[A-Za-z][\w.\-]{{1,32}} (?=\S{{6,128}}(?:\n|\Z)))?{_WORD}",
        group=1,
        validator=lambda text, start, end: said(text, start, end) if _begins(text, start) else None,
        marker=markers.SECRET,
        matches=(
            "AUTH swordfish",
            "HELLO 3 AUTH annlee swordfish",
            '"AUTH" "swordfish"',
            "ERR in 'AUTH default swordfish'",
        ),
        misses=(
            "AUTH middleware",
            "AUTH state.",
            "fix: AUTH timeouts",
            "AUTH SCRAM-SHA-256",
            "NOAUTH required",
            "AUTH failed",
            "the AUTH command is missing",
            "AUTH PLAIN",
            "AUTH LOGIN",
        ),
    ),
    Rule(
        id="secret.pass",
        kind="secret",
        gate=has("PASS "),
        pattern=r"USER (?=[A-Za-z0-9])\S{1,64}(?:\r?\n|\\r\\n|\\n)(?:[^\n]{0,120}\n)?(?:[<>CS:\- ]{0,5})PASS ([^\s\"'\\]{2,128}+)",
        group=1,
        validator=given,
        marker=markers.SECRET,
        matches=("USER annlee\nPASS swordfish", "USER annlee\n331 Please go on\n> PASS swordfish"),
        misses=("PASS test_login", "USER root\nPASS the test", "USER story\nPASS criteria"),
    ),
    Rule(
        id="secret.imap",
        kind="secret",
        gate=has("LOGIN ", words=True),
        pattern=r"LOGIN (?=[\"']?[A-Za-z0-9])[\"']?[^\s\"']{2,64}[\"']? [\"']?([^\s\"'\\]{4,128}+)",
        group=1,
        validator=lambda text, start, end: said(text, start, end) if _imap(text, start) else None,
        marker=markers.SECRET,
        matches=("a1 LOGIN annlee swordfish", 'LOGIN "annlee" "swordfish"', "> A0001 LOGIN annlee swordfish"),
        misses=(
            "5 LOGIN attempts failed",
            "3 LOGIN screens changed",
            "T3 LOGIN button disabled",
            "LOGIN command failed",
            "the LOGIN page expired",
            "CREATE LOGIN annlee DISABLE",
        ),
    ),
    Rule(
        id="secret.device",
        kind="secret",
        gate=has(
            "snmp-server ",
            "radius-server ",
            "tacacs-server ",
            "isakmp key",
            "pre-shared-key ",
            "chap password ",
            "key-string ",
            "rocommunity ",
            "rwcommunity ",
            "community-string ",
            words=True,
        ),
        pattern=(
            r"(?:snmp-server (?:community|host \S{1,64}(?: version \S{1,4})?)|(?:radius|tacacs)-server (?:host \S{1,64} )?(?:[^\n]{0,48} )?key|isakmp key|pre-shared-key(?: ascii-text| local| remote)?"
            rf"|chap password|key-string|r[ow]community|community-string)(?: [0567])? {_WORD}"
        ),
        group=1,
        validator=given,
        marker=markers.SECRET,
        matches=(
            "snmp-server community swordfish RO",
            "radius-server host 1.1.x key swordfish",
            "crypto isakmp key swordfish address 0.0.x",
        ),
        misses=(
            "snmp-server community {name} RO",
            "the radius-server key is missing",
            "pre-shared-key is required",
            "rocommunity directive missing",
            "isakmp key exchange failed",
        ),
    ),
    Rule(
        id="secret.ipsec",
        kind="secret",
        gate=has(": PSK ", ": EAP ", ": XAUTH "),
        pattern=r": (?:PSK|EAP|XAUTH) [\"']([^\"'\n]{1,256}+)(?=[\"'])",
        group=1,
        validator=given,
        marker=markers.SECRET,
        matches=(': PSK "swordfish"', 'ann : EAP "sword fish"'),
        misses=("error: PSK missing", "wifi: PSK 'too short'", ': PSK "{secret}"'),
    ),
    Rule(
        id="secret.directive",
        kind="secret",
        gate=has("requirepass ", "masterauth ", words=True),
        pattern=r"(?:requirepass|masterauth)[ \t]{1,8}+([^\s\"'{}$%<>]{3,256}+)(?=\s{0,8}(?:\n|\Z))",
        group=1,
        validator=given,
        marker=markers.SECRET,
        matches=("requirepass swordfish", "port 6379\nmasterauth swordfish\n"),
        misses=("requirepass missing", "the requirepass directive", "set requirepass in the file, then"),
    ),
    Rule(
        id="secret.workflow",
        kind="secret",
        gate=has("::add-mask::", "issecret=true]", "isSecret=true]"),
        pattern=r"(?:::add-mask::|is[sS]ecret=true\])([^\s\"'`]{2,4096}+)",
        group=1,
        validator=given,
        marker=markers.SECRET,
        matches=('echo "::add-mask::swordfish"', "##vso[task.setvariable variable=x;issecret=true]swordfish"),
        misses=("echo ::add-mask::$TOKEN", "use ::add-mask:: for it"),
    ),
    Rule(
        id="secret.card-code",
        kind="secret",
        gate=has("cvv", "cvc", "CVV", "CVC", "csc", "CSC", "ecurity code", "ecurityCode", "ecurity_code", digits=1),
        pattern=r"[cCs](?:vv2?|vc2?|VV2?|VC2?|sc|SC|ecurity[ _]?[cC]ode)[\"']?\s?[:=]\s?[\"']?([0-9]{3,4})(?![0-9A-Za-z.])",
        group=1,
        validator=code_of_card,
        marker=markers.SECRET,
        matches=("cvv: 331", '"cvc": 521, "n": 1', "csc: 331"),
        misses=("csc: 12", "csc: 256 columns", "CSC = 100 non-zeros", "cvc: none", "cvc: required"),
    ),
    Rule(
        id="secret.powershell",
        kind="secret",
        gate=has("SecureString "),
        pattern=r"ConvertTo-SecureString (?:-String )?[\"']([^\"'\n]{1,256}+)(?=[\"'])",
        group=1,
        validator=given,
        marker=markers.SECRET,
        matches=(
            'ConvertTo-SecureString "swordfish" -AsPlainText -Force',
            "ConvertTo-SecureString -String 'swordfish'",
        ),
        misses=('ConvertTo-SecureString "$pw" -AsPlainText', "ConvertTo-SecureString $x"),
    ),
    Rule(
        id="secret.account-tool",
        kind="secret",
        gate=has(
            "useradd ",
            "usermod ",
            "net user ",
            "NET USER ",
            "psexec ",
            "PsExec",
            "snmpwalk ",
            "snmpget ",
            "wpa_passphrase ",
            "http-basic.",
            "sp_addlogin ",
            "sp_password ",
            words=True,
        ),
        pattern=(
            r"(?:user(?:add|mod)(?= )[^\n|;]{0,80}? -p |(?:net user|NET USER) [A-Za-z][\w.\-]{1,32} (?=\S{1,64} /)|[Pp]s[Ee]xec(?:64)?(?:\.exe)?(?= )[^\n|;]{0,120}? -p "
            r"|snmp(?:walk|get|set|bulkwalk)(?= )[^\n|;]{0,80}? -c |wpa_passphrase \S{1,64} |http-basic\.[\w\-]{1,64} \S{1,64} |sp_(?:addlogin|password) '[^'\n]{1,64}', ?)"
            rf"{_WORD}"
        ),
        group=1,
        validator=given,
        marker=markers.SECRET,
        matches=(
            "useradd -m -p swordfish ann",
            "net user annlee swordfish /add",
            "snmpwalk -v2c -c swordfish switch",
            "wpa_passphrase home swordfish",
            "poetry config http-basic.acme ann swordfish",
            "EXEC sp_addlogin 'ann', 'swordfish'",
        ),
        misses=("useradd -m ann", "net user annlee /delete", "snmpwalk -v2c switch"),
    ),
    Rule(
        id="pii.user-statement",
        kind="pii",
        gate=has("USER ", "ROLE ", "LOGIN ", "AUTHORIZATION ", " TO '", " FROM '", "sp_addlogin '", words=True),
        pattern=(
            r"(?:(?:CREATE|ALTER|DROP) (?:USER|ROLE|LOGIN) (?:IF (?:NOT )?EXISTS )?|SESSION AUTHORIZATION |(?:TO|FROM) (?=')(?=[^\n]{1,68}@)|sp_addlogin )[\"'`]?([A-Za-z_][\w.\-]{1,63}+)"
            r"(?=[\"'`]?(?:@| WITH | IDENTIFIED | PASSWORD | FROM | FOR |;|\s{0,4}\Z|[\"'`](?:[,;)\r\n]|\Z)))"
        ),
        group=1,
        validator=user,
        marker=markers.USER,
        matches=(
            "CREATE LOGIN annlee WITH CHECK_POLICY = OFF",
            "GRANT ALL ON shop.x TO 'annlee'@'%'",
            "SET SESSION AUTHORIZATION 'annlee'",
            "DROP USER IF EXISTS annlee;",
        ),
        misses=(
            "CREATE USER postgres WITH CREATEDB",
            "ALTER ROLE permissions are missing",
            "DROP USER %s;",
            "ALTER USER statement",
            "no CREATE USER privilege",
        ),
    ),
    Rule(
        id="pii.user-protocol",
        kind="pii",
        gate=has(
            "USER ",
            "LOGIN ",
            " required for ",
            "HELLO ",
            "login ",
            "xfreerdp /u:",
            "htpasswd ",
            "net user ",
            "NET USER ",
            "http-basic.",
            "username ",
            "smbclient ",
            ":5432:",
            words=True,
        ),
        pattern=(
            r"(?:USER (?=[^\s]{1,64}(?:\r?\n|\\r\\n|\\n)(?:[^\n]{0,120}\n)?[<>CS:\- ]{0,5}PASS )|HELLO [23] AUTH |331 (?:[Pp]assword|[Pp]lease specify the password)[^\n]{0,16} required for "
            r"|(?<![A-Za-z0-9])[A-Za-z]{0,2}[0-9]{1,5} LOGIN [\"']?|machine \S{1,128}\s{1,4}login |htpasswd -[a-zA-Z]{1,4} \S{1,64} (?=\S{1,64} \S)|xfreerdp /u:|(?:net user|NET USER) (?=[^\s/]{1,64} [^\s/]{1,64} /)|http-basic\.[\w\-]{1,64} (?=\S{1,64} \S)|username (?=\S{1,64} (?:privilege|password|secret) [0-9])"
            r"|smbclient \S{1,64} (?:-L )?-U [\"']?(?=[^\s%]{1,64}%)|(?:\A|[\n>:;(\t] ?)LOGIN \"(?=[^\"\n]{1,64}\" \")|:(?:5432|5433|6432|26257|5439):[\w*\-]{1,64}:(?=[\w.\-]{1,64}:\S))"
            r"([A-Za-z_][\w.\-@]{1,63}+)"
        ),
        group=1,
        validator=user,
        marker=markers.USER,
        matches=(
            "USER annlee\nPASS %s",
            "331 Password required for annlee.",
            "a1 LOGIN annlee x",
            "machine acme login annlee",
        ),
        misses=("USER root\nPASS %s", "password required for root", "the machine login is missing"),
    ),
    Rule(
        id="pii.user-shadow",
        kind="pii",
        gate=has(":$", signs=":$"),
        pattern=r"[A-Za-z_][\w.\-]{1,31}+(?=:\$(?:[156y]|2[aby]|apr1|argon2\w{1,2}|7|gy)\$)",
        validator=user,
        marker=markers.USER,
        matches=("annlee:$6$%s:19000:0:99999:7:::", "annlee:$apr1$%s"),
        misses=("root:$6$%s:0", "cost:$5 each"),
    ),
    Rule(
        id="content.sql-bound",
        kind="content",
        gate=has("$1 = '", signs="$='"),
        pattern=r"\$[0-9]{1,3} = '([^'\n]{1,4096}+)(?=')",
        group=1,
        validator=bound,
        marker=markers.VALUE,
        matches=("DETAIL:  parameters: $1 = 'ann lee', $2 = 'x7'", "Parameters: $1 = 'swordfish'"),
        misses=("id = $1 and no text", "$1 = ''", "cost $1 = 5"),
    ),
    Rule(
        id="content.sql-typed",
        kind="content",
        gate=has("Parameters: ", signs="()"),
        pattern=r"Parameters: (?=[^\n]{0,256}[^\s(]\((?:String|Integer|Long|Timestamp|BigDecimal|Date|Boolean|LocalDate\w{0,4})\))([^\r\n]{1,4096}+)",
        group=1,
        validator=bound,
        marker=markers.VALUE,
        matches=("==> Parameters: ann lee(String), 7(Integer)", "Parameters: 2026-11-24 10:15:02.0(Timestamp)"),
        misses=(
            "Parameters: name (required)",
            "Parameters: x (Integer), y (String)",
            "Method parameters: foo(String), bar(int)",
            "parameters: run(x)",
        ),
    ),
)


def _begins(text: str, start: int) -> bool:
    """Tell whether the command of an argument begins a line, a quoted text or what is said of one."""
    command = text.rfind("AUTH", max(0, start - 90), start)
    hello = text.rfind("HELLO ", max(0, command - 8), command)
    command = hello if hello >= 0 else command
    if text[command - 1 : command] == '"':
        command -= 1
    return _LINE_START.search(text, max(0, command - 4), command) is not None


_TAG: Final = re.compile(r"(?:\A|[\n\t>:;(] ?)(?:[A-Za-z]{0,4}[0-9]{1,6} )?\Z")


def _imap(text: str, start: int) -> bool:
    """Tell whether the command of an argument is IMAP's: behind a tag, or first in its line with its arguments in quotes."""
    command = text.rfind("LOGIN ", max(0, start - 160), start)
    tagged = _TAG.search(text, max(0, command - 14), command)
    if tagged is None:
        return False
    return tagged[0].strip(" \n>:") != "" or text[command + 6 : command + 7] in "\"'"
