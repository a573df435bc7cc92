"""Secrets where tools and servers take them: command lines, files of credentials, SQL, connection strings.

Sources: the manuals of mysql, sshpass, redis-cli, docker, curl, ldapsearch, smbclient, sqlcmd, openssl, zip and htpasswd; netrc(5) of
GNU inetutils; "The Password File" of PostgreSQL's libpq; ``CREATE USER`` of PostgreSQL, MySQL and Oracle; Microsoft's "Using Connection
String Keywords" (ODBC); Oracle's "Easy Connect" and SQL*Plus.
"""

import re
from typing import Final

from tightlip_scrubbers import markers
from tightlip_scrubbers.detectors.words import EXPLANATIONS, is_nothing, is_value_like
from tightlip_scrubbers.keys import Names
from tightlip_scrubbers.rule import Rule, has
from tightlip_scrubbers.spans import Span, trim

_ARGUMENT: Final = r"(\\?\"[^\"\n]{1,256}+|'[^'\n]{1,256}+|[^\s\"'|;&<>]{1,256}+)"
_WORD: Final = re.compile(r"[A-Za-z]+")


def argument(text: str, start: int, end: int) -> Span | None:
    """Take an argument without its quotes and without the end of the text around it."""
    while start < end and text[start] in "\\\"'":
        start += 1
    while end > start and text[end - 1] in "\\\"'`),.":
        end -= 1
    value = text[start:end]
    return None if value.startswith("-") or is_nothing(value) else (start, end)


def literal(text: str, start: int, end: int) -> Span | None:
    """Take what SQL has behind a keyword; without quotes it may be an English sentence."""
    if text[start - 1] in "'\"":
        return None if is_nothing(text[start:end]) else (start, end)
    end = trim(text, start, end)
    word = text[start:end]
    return None if word.lower() in EXPLANATIONS or not word else (start, end)


def netrc(text: str, start: int, end: int) -> Span | None:
    """Confirm ``password`` as a token of netrc: ``login`` stands before it, within a few lines."""
    before = text[max(0, start - 256) : start]
    if "login " not in before and "login\n" not in before and "account " not in before:
        return None
    if "machine" not in before and "default" not in before and not is_value_like(text[start:end]):
        return None
    return None if text[start:end].lower() in EXPLANATIONS else (start, end)


_SOURCE_FILE: Final = re.compile(
    r"\.(?:py|js|ts|c|h|cc|cpp|go|rs|rb|java|kt|php|sh|txt|md|log|html|css|json|yaml|yml)\Z"
)


def pgpass(text: str, start: int, end: int) -> Span | None:
    """Confirm the last of five fields as a password: the line is nothing else, and its first field is no source file."""
    line = text.rfind("\n", max(0, start - 256), start) + 1
    host = text[line:start].partition(":")[0]
    return None if _SOURCE_FILE.search(host) is not None or not end > start else (start, end)


def odbc(text: str, start: int, end: int, names: Names) -> Span | None:
    """Take a value in braces, which are the quotes of ODBC; a secret's name in them makes it a template."""
    value = text[start:end]
    return None if is_nothing(value) or names.meaning(value) is not None else (start, end)


def _command(
    name: str, needles: tuple[str, ...], before: str, matches: tuple[str, ...], misses: tuple[str, ...]
) -> Rule:
    """A row for tools whose short option takes a secret: their names, what stands between, the option."""
    return Rule(
        id=f"secret.{name}",
        kind="secret",
        gate=has(*needles),
        pattern=before + _ARGUMENT,
        group=1,
        validator=argument,
        marker=markers.SECRET,
        matches=matches,
        misses=misses,
    )


_SKIP: Final = r"[^\n|;]{0,200}?"

RULES: Final[tuple[Rule, ...]] = (
    _command(
        "mysql",
        ("mysql", "mariadb"),
        rf"(?:mysql|mariadb)\w{{0,16}}(?= ){_SKIP} -p(?=[^\s\-])",
        ("mysql -u root -phunter2 db", "ran `mysqldump -h db -p'hunter' x > y`"),
        ("mysql -u root -p", "mysql -p -h db", "mysqld --port 3306"),
    ),
    _command(
        "tool-p",
        ("sshpass", "docker", "podman", " login", "mongo", "twine"),
        rf"(?:sshpass|(?:docker|podman|buildah|skopeo|helm registry|oc|az|cf|nerdctl|heroku) login|mongo(?:sh|dump|restore|export|import)?|twine upload)(?= ){_SKIP} -p ?(?=[^\s\-])",
        ("sshpass -p hunter ssh ann@host", "docker login -u ann -p hunter reg", "mongosh -u ann -p 'hunter' db"),
        ("docker run -p 80:80 x", "sshpass -f file", "mongo --port 27017"),
    ),
    _command(
        "tool-a",
        ("redis-cli", "keydb-cli", "valkey-cli"),
        rf"(?:redis|keydb|valkey)-cli(?= ){_SKIP} -a ",
        ("redis-cli -h cache -a hunter ping", "`redis-cli -a 'hunter'`"),
        ("redis-cli -h cache ping", "redis-cli --help"),
    ),
    _command(
        "tool-w",
        ("ldap",),
        rf"ldap\w{{1,16}}(?= ){_SKIP} -w ",
        ("ldapsearch -x -D cn=admin -w hunter -b dc=x", "ldapmodify -w 'hunter' -f x.ldif"),
        ("ldapsearch -x -W -b dc=x", "ldap -width"),
    ),
    _command(
        "tool-upper-p",
        ("zip ", "sqlcmd", "bcp ", "mosquitto_", "isql", "ipmitool"),
        rf"(?:un)?(?:zip|sqlcmd|bcp|mosquitto_\w{{2,4}}|isql|ipmitool)(?= ){_SKIP} -P ",
        ("zip -P hunter out.zip x", "sqlcmd -S db -U sa -P hunter -Q x", "mosquitto_pub -u a -P 'hunter' -t x"),
        ("unzip -p out.zip", "zip -r out.zip x", "sqlcmd -S db -E"),
    ),
    _command(
        "tool-7z",
        ("7z", "rar "),
        rf"(?:7z[ar]?|rar)(?= ){_SKIP} -(?:hp|p)(?=[^\s\-])",
        ("7z a -phunter out.7z x", "rar a -hphunter out.rar x"),
        ("7z x out.7z", "rar a out.rar x -r"),
    ),
    _command(
        "openssl",
        ("openssl",),
        rf"openssl(?= ){_SKIP} -(?:k|K|hmac|pass) (?:pass:)?",
        ("openssl enc -aes-256-cbc -k hunter -in x", "openssl dgst -hmac 'hunter' x"),
        ("openssl genrsa 2048", "openssl x509 -in x"),
    ),
    _command(
        "curl",
        ("curl", "http ", "https ", "wget"),
        rf"(?:curl|https? |wget|xh)(?= |(?<= )){_SKIP} ?(?:-u|-U|-a|--user|--proxy-user|--auth)[ =]?[\"']?(?=[^\s:\"']{{0,64}}:[^\s/])",
        ("curl -u ann:hunter https://example.com/x", "curl -s --user 'ann:hunter' x", "wget --user=ann:hunter x"),
        ("curl -u ann https://example.com/x", "curl -X POST x", "http -v GET x"),
    ),
    _command(
        "smb",
        ("smbclient", "rpcclient", "lftp", "ncftp", "freerdp", "rdesktop", "x11vnc"),
        rf"(?:(?:smb|rpc)client(?= ){_SKIP} -U ?[\"']?[^\s%\"']{{1,64}}%|(?:l|nc)ftp\w{{0,8}}(?= ){_SKIP} -u ?[\"']?[^\s,\"']{{1,64}},|"
        rf"(?:xfreerdp|wfreerdp|rdesktop|x11vnc)(?= ){_SKIP} (?:/p:|-p |-passwd ))",
        ("smbclient //srv/x -U ann%hunter", "lftp -u ann,hunter ftp.example", "xfreerdp /u:ann /p:hunter /v:h"),
        ("smbclient -L srv", "lftp ftp.example", "rdesktop host"),
    ),
    _command(
        "htpasswd",
        ("htpasswd",),
        r"htpasswd -[a-zA-Z]{0,4}b[a-zA-Z]{0,4} (?:\S{1,128} )?(?=\S)\S{1,64} ",
        ("htpasswd -cb /x ann hunter", "htpasswd -nbB ann hunter"),
        ("htpasswd -c file", "the htpasswd file"),
    ),
    Rule(
        id="secret.sql",
        kind="secret",
        gate=has(
            "IDENTIFIED",
            "identified by",
            "PASSWORD '",
            "password '",
            'PASSWORD "',
            "Password '",
            "PASSPHRASE '",
            "SECRET '",
            words=True,
        ),
        pattern=r"[IiPS](?:DENTIFIED|dentified)?(?:(?<=D) (?:WITH \S{1,64} )?(?:BY|AS|BY VALUES|BY PASSWORD) |(?<=d) by |ASSWORD |assword |ASSPHRASE |ECRET )(?:[\"'](?=[^\"'\n]{1,256}[\"'])|(?<=Y )(?=[A-Za-z0-9]))([^\"'\n\s;]{1,256}+|(?<=[\"'])[^\"'\n]{1,256}+)",
        group=1,
        validator=literal,
        marker=markers.SECRET,
        matches=(
            "CREATE USER ann IDENTIFIED BY 'hunter'",
            "ALTER ROLE ann WITH PASSWORD 'hunter two' LOGIN",
            "CREATE USER ann IDENTIFIED BY tiger;",
            "IDENTIFIED WITH mysql_native_password BY 'hunter'",
        ),
        misses=("identified by their name", "PASSWORD NULL", "IDENTIFIED BY the user", "ALTER USER x PASSWORD ''"),
    ),
    Rule(
        id="secret.netrc",
        kind="secret",
        gate=has("login"),
        pattern=r"password[ \t\n]{1,8}+(\S{1,256}+)",
        group=1,
        validator=netrc,
        marker=markers.SECRET,
        matches=("machine api.example login ann password hunter2", "default\n  login ann\n  password hunter"),
        misses=(
            "login and password required",
            "machine login failed: password is wrong",
            "login ann without password set",
        ),
    ),
    Rule(
        id="secret.pgpass",
        kind="secret",
        gate=has(":5432:", ":*:", ":5433:", ":6432:", ":26257:", ":5439:"),
        pattern=r"[A-Za-z0-9.*\-]++(?::(?:5432|5433|6432|26257|5439|\*):[A-Za-z0-9_.*\-]{1,64}+:[A-Za-z0-9_.*\-]{1,64}+:((?:\\:|[^\s:\"']){1,256}+)(?=\s|\Z|[\"']))?+",
        group=1,
        validator=pgpass,
        marker=markers.SECRET,
        matches=("db.example:5432:app:ann:hunter", "*:*:*:postgres:hun\\:ter"),
        misses=("db:5432:ready", "12:*:5", "host:5432:a:b:"),
    ),
    Rule(
        id="secret.odbc",
        kind="secret",
        gate=has("={", signs="}"),
        pattern=r"(?:[Pp][Ww][Dd]|[Pp]assword|PASSWORD)=\{((?:[^{}\n]|\}\}){1,256}+)(?=\};|\}\Z|\}[\"'])",
        group=1,
        by_name=odbc,
        marker=markers.SECRET,
        matches=("Driver={SQL Server};Uid=sa;Pwd={hunter};Encrypt=yes", "x;PWD={swordfish};y=1"),
        misses=("Pwd={};", "Driver={SQL Server};", "Uid={user};Pwd={password};"),
    ),
    Rule(
        id="secret.oracle",
        kind="secret",
        gate=has("sqlplus", "oracle:", "expdp", "impdp", "sqlldr", "rman ", signs="/"),
        pattern=r"(?:sqlplus(?: -[A-Za-z]{1,4}){0,3}|jdbc:oracle:\w{3,5}:|oracle:|[ei][xm]pdp|sqlldr|rman target)[ ]?([A-Za-z][\w.$#]{0,64}/(?:\"[^\"\n]{1,128}\"|[^\s/@\"']{1,128}+))(?=@|\s|\Z)",
        group=1,
        marker=markers.SECRET,
        matches=("sqlplus scott/tiger@db", "jdbc:oracle:thin:scott/tiger@//db.example:1521/x"),
        misses=("sqlplus / as sysdba", "jdbc:oracle:thin:@//db:1521/x"),
    ),
)
