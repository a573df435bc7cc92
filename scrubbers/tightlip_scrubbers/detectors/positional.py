r"""Users and secrets that only their place gives away: the arguments of a call that logs in, of a tool, of a connection string.

``smtp.login("ann", "hunter")`` has no key, and neither has ``psql -U ann`` or ``ann:hunter@tcp(db:3306)/shop``; the place says it.

Sources: smtplib, ftplib and imaplib of the Python library, requests ("Basic Authentication"), PHP's mysqli, PDO and its backtraces,
Perl's DBI, Java's DriverManager, .NET's NetworkCredential; the manuals of psql, mysql, docker, mongosh, sqlcmd, ldapsearch, sudo(8),
passwd(1), ``net use``; Go's MySQL driver ("DSN"); Microsoft's "SqlConnection.ConnectionString"; "IAM identifiers" of AWS.
"""

import re
from typing import Final

from tightlip_scrubbers import markers
from tightlip_scrubbers.common_words import GENERIC_NAMES
from tightlip_scrubbers.detectors.assigned import key_before
from tightlip_scrubbers.detectors.words import FIELDS, is_nothing
from tightlip_scrubbers.keys import Names
from tightlip_scrubbers.meanings.values import is_user
from tightlip_scrubbers.possessive import compile_pattern
from tightlip_scrubbers.rule import Rule, has
from tightlip_scrubbers.spans import Span

_TEXT: Final = r"[bBuUrR@$]?(?:\"(?:[^\"\\\n]|\\.){0,256}+\"|'(?:[^'\\\n]|\\.){0,256}+')"
_TEXTS: Final = compile_pattern(rf"{_TEXT}(?:\s?,\s?{_TEXT}){{0,4}}+")
_SECRET_NEXT: Final = compile_pattern(r"\s?,\s?(?:password|passwd|pwd|pw|secret|token|api_key)\s?[=:]")
_DECLARED: Final = re.compile(r"variable \"([\w\-]{1,64})\" ?\Z")
_LAST: Final = re.compile(r"[\"']([^\"']*)[\"']\Z")
_TEMPLATE: Final = re.compile(r"[{<$%]|\.\.\.")
_MANUAL: Final = frozenset({"password", "passwd", "pass", "pwd", "pw", "secret", "user", "username", "login", "..."})
_SCHEMES: Final = frozenset(
    [
        "basic",
        "digest",
        "bearer",
        "jwt",
        "local",
        "google",
        "github",
        "facebook",
        "oauth",
        "oauth2",
        "saml",
        "oidc",
        "ldap",
        "cancel",
        "get",
        "post",
        "anonymous",
    ]
)
# What a secret's key names beside the secret itself: "token_ttl", "secret_name".
_SETTINGS: Final = (
    "name",
    "length",
    "ttl",
    "type",
    "method",
    "header",
    "field",
    "id",
    "url",
    "uri",
    "path",
    "expiry",
    "lifetime",
    "size",
)
_CREDENTIALS_BACKWARDS: Final = compile_pattern(r"[^\s\"'`=/\\(),;]{1,128}+")


def is_placeholder(value: str) -> bool:
    """Tell a word of a manual from an argument: ``login("user", "password")``."""
    return is_nothing(value) or value.lower() in FIELDS | _MANUAL or _TEMPLATE.search(value) is not None


def handed(text: str, start: int, end: int, names: Names) -> Span | None:
    """Take the texts that a call to log in is given: two or more, or one with a secret's key behind it."""
    start = end
    texts = _TEXTS.match(text, start)
    if texts is None:
        return None
    several = re.search(r"[\"']\s?,\s?[bBuUrR@$]?[\"']", texts[0]) is not None
    if not several and _SECRET_NEXT.match(text, texts.end()) is None:
        return None
    last = _LAST.search(texts[0])
    if texts[0].lstrip("bBuUrR@$")[1:2] == "/" or (
        last is not None and last[1].lower() in _SCHEMES
    ):  # a route; a way to log in
        return None
    if last is None or is_placeholder(last[1]) or names.meaning(last[1]) is not None:
        return None
    begin = start + min(at for at in (texts[0].find('"'), texts[0].find("'")) if at >= 0) + 1
    return begin, texts.end() - 1


def fallback(text: str, start: int, end: int, names: Names) -> Span | None:
    """Take what a program falls back to where a secret is not set: the value that is used, then."""
    if text[start] == "{":
        declared = _DECLARED.search(text, max(0, start - 96), start)
        name = None if declared is None else declared[1]
    else:
        key = key_before(text, start)
        name = None if key is None else key.name
    meaning = None if name is None else names.meaning(name)
    if meaning is None or meaning.kind != "secret" or (name or "").lower().endswith(_SETTINGS):
        return None
    close = text.find(text[end - 1], end)
    value = text[end:close] if close > end else ""
    if not value or value.lower() in _SCHEMES or value.lower() == "default":
        return None
    return None if is_placeholder(value) or names.meaning(value) is not None else (end, close)


def traced(text: str, _start: int, end: int) -> Span | None:
    """Take the arguments in a frame of PHP's backtrace, if there are texts or numbers among them."""
    line = text.find("\n", end)
    close = text.rfind(")", end, len(text) if line < 0 else line)
    inside = text[end:close] if close > end else ""
    return (end, close) if re.search(r"['\"][^'\"]|[0-9]{4}", inside) else None


def of_driver(text: str, start: int, _end: int) -> Span | None:
    """Take ``user:password`` before ``@tcp(``."""
    before = _CREDENTIALS_BACKWARDS.match(text[max(0, start - 128) : start][::-1])
    if before is None:
        return None
    first = start - before.end()
    user, colon, secret = text[first:start].partition(":")
    return None if not (user and colon and secret) or is_placeholder(secret) else (first, start)


def argument(text: str, start: int, end: int) -> Span | None:
    """Take an argument that is no option and no word of a manual, without what closes the text around it."""
    while end > start and text[end - 1] in "\"'`),.;:":
        end -= 1
    value = text[start:end]
    return None if not value or value[0] in "-|<$%{[" or is_placeholder(value) else (start, end)


def account(text: str, start: int, end: int) -> Span | None:
    """Take a user's name that is no account of the system's."""
    span = argument(text, start, end)
    if span is None:
        return None
    value = text[slice(*span)]
    return span if is_user(value) and value.lower() not in GENERIC_NAMES else None


def of_string(text: str, start: int, end: int) -> Span | None:
    """Take the user of a connection string: other parts of one stand beside it, behind semicolons."""
    key = text.rfind("=", max(0, start - 2), start)
    before = text[max(0, key - 12) : key].rstrip("IDUidser ")
    if before[-1:] != ";" and not (text[end : end + 1] == ";" and "=" in text[end : end + 48]):
        return None
    while end > start and text[end - 1] in " .,":
        end -= 1
    value = text[start:end]
    return (start, end) if is_user(value) and not is_placeholder(value) and value.lower() not in GENERIC_NAMES else None


_SKIP: Final = r"[^\n|;]{0,120}?"
_WORD: Final = r"[\"']?([^\s\"'`|;&<>()]{2,128}+)"

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="secret.call-login",
        kind="secret",
        gate=has(
            *(
                "ogin(",
                "ogin (",
                "onnect(",
                "onnect (",
                "uth(",
                "redential(",
                "redentials(",
                "onstruct(",
                "nnection(",
                "ign_in(",
                "uthenticate(",
            ),
            signs="(,",
        ),
        pattern=(
            r"(?:[Ll]og_?[Ii]n|[Ss]ign_?[Ii]n|[Ll]ogon|[Aa]uthenticate|[Bb]asic_?[Aa]uth|HTTP(?:Basic|Digest)Auth|set_?[Aa]uth|(?:Network|UsernamePassword|PS)Credentials?"
            r"|(?:mysqli?|pg|oci|odbc|ftp|ldap|DBI|psycopg2?|pymysql)(?:_|->| |\.)(?:connect|login)|PDO->__construct|[Gg]etConnection) ?\("
        ),
        by_name=handed,
        marker=markers.CREDENTIALS,
        matches=(
            "smtp.login('ann', 'hunter')",
            '    client.login("ann.lee", password=p)',
            'given HTTPBasicAuth("ann", "hunter two")',
            'mysqli_connect("db1", "root", "hunter")',
            "DBI connect('database=shop','ann','hunter',...) failed",
        ),
        misses=(
            'call client.login("user", "password") first',
            "login('%s', '%s')",
            "login(user, password)",
            'login("ann")',
            "signal.connect('clicked', 'run')",
            "passport.authenticate('local', 'google')",
            "client.login('/home', 'GET')",
        ),
    ),
    Rule(
        id="secret.fallback",
        kind="secret",
        gate=has("||", "??", "default"),
        pattern=r"[|?]{2} ?[\"'`](?=[^\"'`\n]{1,256}[\"'`])|\{\s{0,32}(?:type\s{0,16}=\s{0,4}\w{1,16}\s{1,32})?default\s{0,16}=\s{0,4}\"",
        by_name=fallback,
        marker=markers.SECRET,
        matches=(
            "const key = process.env.JWT_SECRET || 'swordfish';",
            'process.env.API_KEY ?? "swordfish"',
            'variable "api_key" { default = "swordfish" }',
        ),
        misses=(
            "process.env.NODE_ENV || 'production'",
            "process.env.API_KEY || ''",
            "process.env.SECRET_NAME || 'default'",
            "process.env.AUTH_METHOD || 'basic'",
            'variable "token_ttl" { default = "3600" }',
            'variable "region" { default = "x" }',
        ),
    ),
    Rule(
        id="content.php-frame",
        kind="content",
        gate=has("->", "::", "):", signs="#:()"),
        pattern=r"#[0-9]{1,3} (?:[^\n(#]|\((?![0-9])){1,256}+\([0-9]{1,7}\): [A-Za-z_\\][\w\\]{0,128}+(?:(?:->|::)\w{1,64}+)?+\(",
        validator=traced,
        marker="[arguments]",
        matches=(
            "#0 [internal function](45): PDO->__construct('mysql:x', 'ann', 'hunter')",
            "#3 x.php(12): pay('4711 ann', 5)",
        ),
        misses=("#0 x.php(45): Acme\\Db->connect()", "#1 x.php(45): run(Array, Object(Acme))", "#2 {main}"),
    ),
    Rule(
        id="secret.driver",
        kind="secret",
        gate=has("@tcp(", "@tcp6(", "@unix(", "@udp(", "@cloudsql("),
        pattern=r"@(?:tcp6?|unix|udp|cloudsql)\(",
        validator=of_driver,
        marker=markers.CREDENTIALS,
        matches=("ann:hunter@tcp(db:3306)/shop refused", "(ann:hun!ter@unix(/run/x.sock)/shop)"),
        misses=("user:password@tcp(host)/db", "listen@tcp(80)"),
    ),
    Rule(
        id="secret.piped",
        kind="secret",
        gate=has("echo ", "printf ", signs="|"),
        pattern=rf"(?:echo|printf)(?: -[neE]{{1,3}})? {_WORD}[\"']? ?\| ?(?:sudo -[A-Za-z]{{0,4}}S|sudo --stdin|passwd --stdin|(?:sudo )?chpasswd|kinit|smbpasswd|gpg(?= [^\n]{0, 120}--passphrase-fd)|(?:docker|podman|helm registry|gh auth|crane auth|oras) login)",
        group=1,
        validator=argument,
        marker=markers.SECRET,
        matches=("echo swordfish | sudo -S reboot", "echo -n 'swordfish' | docker login -u x --password-stdin"),
        misses=(
            "echo $PASSWORD | sudo -S reboot",
            "echo swordfish | sudo tee x",
            "echo x | grep y",
            "echo hello | gpg --clearsign",
        ),
    ),
    Rule(
        id="secret.net-use",
        kind="secret",
        gate=has("net use ", "NET USE ", "net user ", signs="/"),
        pattern=r"(?:net use|NET USE)(?: [A-Za-z]:| \*)? (?:\\\\\S{1,128}+|\[path\]) ([^\s/\"'*]{2,64}+) /(?:user|USER|savecred|persistent)",
        group=1,
        validator=argument,
        marker=markers.SECRET,
        matches=(r"net use Z: \\srv\share swordfish /user:x", r"net use \\srv\share swordfish /user:x"),
        misses=("net use Z: /delete", "net user /domain"),
    ),
    Rule(
        id="pii.user-option",
        kind="pii",
        gate=has(
            *(
                "psql",
                "pg_",
                "createdb",
                "mysql",
                "mariadb",
                " login",
                "mongo",
                "sqlcmd",
                "bcp ",
                "snmp",
                "ipmitool",
                "mosquitto_",
                "rpcclient",
                "smbclient",
                "cqlsh",
                "psexec",
                "PsExec",
                "twine upload",
                "influx",
            ),
            signs="-",
        ),
        pattern=(
            rf"(?:(?:psql|pg_\w{{2,16}}|createdb|dropdb|vacuumdb|sqlcmd|bcp|ipmitool|smbclient|rpcclient)(?= ){_SKIP} -U ?"
            rf"|[Pp]s[Ee]xec(?:64)?(?:\.exe)?(?= ){_SKIP} -u |twine upload(?= ){_SKIP} -u |(?:mysql|mariadb)\w{{0,16}}(?= ){_SKIP} -u ?|(?:(?:docker|podman|buildah|skopeo|helm registry|oc|az|nerdctl) login|mongo\w{{0,8}}|mosquitto_\w{{2,4}}|cqlsh)(?= ){_SKIP} -u )"
            rf"{_WORD}"
        ),
        group=1,
        validator=account,
        marker=markers.USER,
        matches=("psql -h db -U annlee shop", "mysql -uannlee -p", "docker login -u annlee registry"),
        misses=("psql -U postgres shop", "mysql -u root -p", "docker run -u 1000 x", "mysqldump -u $DB_USER x"),
    ),
    Rule(
        id="pii.user-bound",
        kind="pii",
        gate=has(" -D cn=", " -D uid=", ' -D "cn=', " -D CN="),
        pattern=r" -D [\"']?(?:cn|CN|uid)=([^\s,\"']{2,64}+)(?![^\s\"'])",
        group=1,
        validator=account,
        marker=markers.USER,
        matches=("ldapsearch -x -D cn=annlee -W",),
        misses=("ldapsearch -x -D cn=admin -W", "x -D cn= y"),
    ),
    Rule(
        id="pii.user-connection",
        kind="pii",
        gate=has(
            "User ID=", "User Id=", "User id=", "user id=", "UserID=", "UserId=", "Uid=", "UID=", "uid=", signs="=;"
        ),
        pattern=r"(?:U|u)(?:ser ?I[Dd]|ser id|[Ii][Dd]|ID)=([^;\"'\s={}]{2,128}+)(?=;|[\"'\s]|\Z)",
        group=1,
        validator=of_string,
        marker=markers.USER,
        matches=("Server=%s;User ID=annlee;Encrypt=True", "Data Source=x.y;Uid=annlee", "x=1;User Id=annlee;"),
        misses=("uid=1000; gid=5", "User ID=%s;Encrypt=True", "UID=5;"),
    ),
    Rule(
        id="pii.analytics",
        kind="pii",
        gate=has("GA1.", "GS1.", "fb.1."),
        pattern=r"(?:G[AS]1\.[0-9]\.|fb\.1\.)([0-9]{8,13}\.[0-9]{8,19})(?![0-9])",
        group=1,
        marker=markers.ID,
        matches=("_ga=GA1.2.237437383.1764000000 was set", "_fbp=fb.1.1764000000123.1234567890"),
        misses=("GA1.2.3 is a release", "fb.1.2"),
    ),
    Rule(
        id="pii.account-arn",
        kind="pii",
        gate=has("arn:aws", digits=4),
        pattern=r"arn:aws[a-z\-]{0,16}+:[a-z0-9\-]{1,32}+:[a-z0-9\-]{0,32}+:([0-9]{12}(?::(?:user|assumed-role|federated-user)/[\w+=,.@/\-]{1,256}+)?)",
        group=1,
        marker=markers.ACCOUNT,
        matches=(
            "on arn:aws:iam::311752160870:role/deploy",
            "arn:aws:sts::311752160870:assumed-role/deploy/ann, twice",
        ),
        misses=("arn:aws:s3:::", "arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::<account>:role/x 2026"),
    ),
)
