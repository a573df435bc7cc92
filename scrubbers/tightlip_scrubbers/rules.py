r"""The table of detectors.

Each row says what it finds, by example, and what it must leave, by near miss; a test walks both. How to write one:

- The pattern begins with a literal or a character class, so that the search for a start is a scan in C.
- It never ignores case: that switches the scan off. Write both cases, or classes.
- It is linear on hostile text. A run is possessive or bounded, and a pattern that reads a run takes it whether or not
  it is a finding, so that the next search begins behind it; the validator then says no.
- ``\w`` and ``\b`` are not used as borders: they lose what is glued to ``é`` or to ``_``.
- The gate is a cheap necessary condition on the whole text. A gate that says no to an example is a leak.

The order matters for equal spans only: the first row's marker is used.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from tightlip_scrubbers import addresses, markers, paths, secrets, urls
from tightlip_scrubbers.findings import Kind
from tightlip_scrubbers.possessive import compile_pattern
from tightlip_scrubbers.spans import Span

Gate: TypeAlias = Callable[[str], bool]
"""A cheap test of the whole text: False means that the pattern cannot match in it."""

Validator: TypeAlias = Callable[[str, int, int], Span | None]
"""``(text, start, end)`` of a candidate to the span to remove, which may be wider or narrower, or None for no finding."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One detector, with the examples that define it."""

    id: str
    kind: Kind
    gate: Gate | None
    pattern: re.Pattern[str]
    group: int
    """The part of the match that the validator is given, and that goes if there is none."""
    validator: Validator | None
    marker: str
    matches: tuple[str, ...]
    """Texts in which this rule finds something."""
    misses: tuple[str, ...]
    """Texts that look alike and in which no rule at all finds anything."""


def _contains(*needles: str) -> Gate:
    """Return a gate that lets a text with one of the needles through."""
    if len(needles) == 1:
        needle = needles[0]
        return lambda text: needle in text
    return lambda text: any(needle in text for needle in needles)


def _count(needle: str, least: int) -> Gate:
    """Return a gate that lets a text with enough of the needle through."""
    return lambda text: text.count(needle) >= least


# What a path without quotes is made of. A colon belongs to it unless a line number, a blank or another path follows.
_PATH_RUN: Final = r"(?:[^\s\"'`<>|:]|:(?![0-9\s/]|\Z))*+"
_WINDOWS_RUN: Final = r"[^\s\"'`<>|:*?]*+"

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="secret.pem",
        kind="secret",
        gate=_contains("PRIVATE KEY"),
        pattern=compile_pattern(r"-----BEGIN (?:[A-Z0-9]{1,16}+ ){0,3}PRIVATE KEY(?: BLOCK)?-----"),
        group=0,
        validator=secrets.pem,
        marker=markers.SECRET,
        matches=(
            "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----",
            "key -----BEGIN RSA PRIVATE KEY-----\\nMIIBOgIBAAJBAK\\n-----END RSA PRIVATE KEY----- loaded",
            "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA",
            "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQOYBF\n-----END PGP PRIVATE KEY BLOCK-----",
        ),
        misses=(
            "-----BEGIN PUBLIC KEY-----",
            "-----BEGIN CERTIFICATE-----",
            "expected a PRIVATE KEY block",
        ),
    ),
    Rule(
        id="secret.assignment",
        kind="secret",
        gate=_contains("=", ":"),
        pattern=compile_pattern(r"[=:][=:>]{0,2}+"),
        group=0,
        validator=secrets.assignment,
        marker=markers.SECRET,
        matches=(
            "password=hunter2",
            "login failed: password: hunter2",
            'body {"client_secret": "s3 cr3t", "n": 1}',
            'escaped {\\"apiToken\\":\\"abc\\",\\"n\\":1}',
            "{'my_password': b'hunter2'}",
            "X-Api-Key: 12345",
            "Authorization: Bearer abcdef",
            "authorization=Token abc",
            "Cookie: sid=abc; theme=dark",
            'os.environ["DB_PASSWORD"] = "x"',
            "PGPASSWORD=x psql",
            "API key: abc",
            "(token=abc) and more",
            "password = 'it is'",
            "password=a,b&c)d",
            "a=1&api_key=2&b=3",
            "api_key=${STORED}, region=eu",
            "credentials: [1, [2, 3]]",
            "passphrase: correct horse battery",
            'token="cut in the middle',
            "if password != 'hunter2'",
        ),
        misses=(
            "password is required",
            "Password: must be at least 8 characters",
            "User authenticated: yes",
            "author=ann",
            "token_count: 12",
            "public_key=abc",
            "api_version: 2",
            "primaryKey=7",
            "key_length=2048",
            "Unexpected token: )",
            "max_tokens=100",
            "password=None",
            "def login(user: str, password: str) -> None",
            "key: value",
            "Secret::Vault",
            "status_code=401",
            "password:",
            'password=""',
            "password=[secret]",
        ),
    ),
    Rule(
        id="secret.flag",
        kind="secret",
        gate=_contains("--"),
        pattern=compile_pattern(r"--[A-Za-z][A-Za-z0-9_\-]{0,63}+[ \t]{1,8}+(?=\S)"),
        group=0,
        validator=secrets.flag,
        marker=markers.SECRET,
        matches=("acme login --api-key abc123", "run --password 'a b' now", "--client-secret x"),
        misses=("--password-file missing", "the option --token is required", "--token --verbose", "--author ann"),
    ),
    Rule(
        id="secret.bearer",
        kind="secret",
        gate=_contains("earer ", "EARER "),
        pattern=compile_pattern(r"(?:Bearer|bearer|BEARER) {1,4}+([A-Za-z0-9\-._~+/]++=*+)"),
        group=1,
        validator=secrets.bearer,
        marker=markers.SECRET,
        matches=(
            "sent Bearer mF_9.B5f-4.1JqM",
            "(Bearer abcdefghijklmnopqrstuvwxyz)",
            "bearer tGzv3JOkF0XG5Qx2TlKWIA==",
        ),
        misses=("Bearer token is missing", "bearer authentication failed", "Bearer: the RFC"),
    ),
    Rule(
        id="secret.basic",
        kind="secret",
        gate=_contains("asic ", "ASIC "),
        pattern=compile_pattern(r"(?:Basic|basic|BASIC) {1,4}+([A-Za-z0-9+/]{4,}+=*+)"),
        group=1,
        validator=secrets.basic,
        marker=markers.SECRET,
        matches=("sent Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Basic YTpi, twice"),
        misses=("Basic authentication failed", "a basic JavaScript test", "Basic YWxhZGRpbg=="),
    ),
    Rule(
        id="secret.jwt",
        kind="secret",
        gate=_contains("eyJ"),
        pattern=compile_pattern(r"eyJ[A-Za-z0-9_\-.]*+"),
        group=0,
        validator=secrets.jwt,
        marker=markers.JWT,
        matches=(
            "got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk.",
            "(eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.)",
            "cut eyJhbGciOiJIUzI1NiJ9.eyJzdW",
        ),
        misses=("eyJ is how a token begins", "the prefix eyJ.", "heyJude"),
    ),
    Rule(
        id="url.userinfo",
        kind="url",
        gate=_contains("://"),
        pattern=compile_pattern(r"://([^\s/?#\"'<>]*+)"),
        group=1,
        validator=urls.userinfo,
        marker=markers.CREDENTIALS,
        matches=(
            "https://ann:hunter2@api.example.com/x",
            "postgres://ann@db:5432/x",
            "redis://:p@ss@cache/0",
            "redis://:p/w@cache:6379/0",
        ),
        misses=(
            "https://api.example.com/x",
            "http://localhost:8080/x",
            "https://[credentials]@host/",
            "http://[::]:80",
        ),
    ),
    Rule(
        id="url.query",
        kind="url",
        gate=_contains("?"),
        pattern=compile_pattern(r"://[^\s\"'`<>?#\\]*+(?:\?([^\s\"'`<>#\\]*+))?+"),
        group=1,
        validator=urls.part,
        marker=markers.QUERY,
        matches=(
            "https://example.com/p?name=ann",
            "(see https://example.com/p?ann), then",
            "https://u:p@h/p?a=1#f",
        ),
        misses=("https://example.com/p?", "is it https://example.com/p?", "https://example.com/p?[query]"),
    ),
    Rule(
        id="url.relative-query",
        kind="url",
        gate=_contains("?"),
        pattern=compile_pattern(r"\?([\w.%\[\]\-]{1,64}+=[^\s\"'`<>#\\]*+)"),
        group=1,
        validator=urls.part,
        marker=markers.QUERY,
        matches=("GET /search?q=ann&page=2 HTTP/1.1", "/p?user[name]=ann"),
        misses=("x == y ? a : b", "really? a=b", "what?"),
    ),
    Rule(
        id="url.fragment",
        kind="url",
        gate=_contains("#"),
        pattern=compile_pattern(r"://[^\s\"'`<>#\\]*+(?:#([^\s\"'`<>\\]*+))?+"),
        group=1,
        validator=urls.part,
        marker=markers.FRAGMENT,
        matches=("https://example.com/p#access-ann", "https://example.com/p?a=1#ann."),
        misses=("issue #12", "https://example.com/p#", "https://example.com/p#[fragment]"),
    ),
    Rule(
        id="path.file-url",
        kind="path",
        gate=_contains("file:/", "FILE:/", "File:/"),
        pattern=compile_pattern(r"(?:file|FILE|File):/{1,4}+[^\s/\"'`<>|][^\s\"'`<>|]*+"),
        group=0,
        validator=paths.file_url,
        marker=markers.PATH,
        matches=("open file:///home/ann/x.html", "file://host/share/x", "(file:/srv/x)", "file:///C:/x.txt"),
        misses=("file: config.yaml", "file:// URLs are not supported", "profile:1"),
    ),
    Rule(
        id="path.quoted",
        kind="path",
        gate=_contains('"', "'", "`"),
        pattern=compile_pattern(
            r"[\"'`](/(?!/)|~(?:[A-Za-z_][A-Za-z0-9_.\-]{0,63}+)?+/|\.\.?/|[A-Za-z]:[\\/]|\\\\++[A-Za-z0-9][A-Za-z0-9_.$\-]{1,64}+\\)"
        ),
        group=1,
        validator=paths.quoted,
        marker=markers.PATH,
        matches=(
            'No such file: "/home/ann/My Letters/to bob.txt"',
            "open('~/my notes/x.txt')",
            r'"C:\Users\Ann Smith\x.txt"',
            "`../ann lee/x`",
            r"'\\server\ann lee\x'",
        ),
        misses=("'application/json'", "'/'", "'/api/v1/users'", "'and/or'", "'~/'", "'/tmp'", "split on '/ ' and ' /'"),
    ),
    Rule(
        id="path.posix",
        kind="path",
        gate=_contains("/"),
        pattern=compile_pattern(rf"/(?:(?<![A-Za-z0-9/.~<}}*]/)|(?<=-[A-Za-z]/))(?!/){_PATH_RUN}"),
        group=0,
        validator=paths.posix,
        marker=markers.PATH,
        matches=(
            "can't open /home/ann/x.txt",
            "File /srv/app/main.py, line 3",
            "/Users/Ann Smith/x.txt is locked",
            "gcc -I/opt/ann/include",
            "PATH=/usr/bin:/opt/ann/bin",
            "(/customers/ann/report)",
            "/customers/ann.csv:12: bad row",
            "é/home/ann",
            "/home/ann,smith/letter",
        ),
        misses=(
            "and/or",
            "application/json",
            "GET /api/v1/users",
            "/v2/items/7",
            "1/2 of 3/4",
            "2026/11/22",
            "/tmp",  # noqa: S108
            "n/a",
            "https://example.com/home/x",
            "</div></span></p>",
            "/items/{item_id}/parts/{part_id}",
            "a / b / c",
            "TCP/IP",
        ),
    ),
    Rule(
        id="path.relative",
        kind="path",
        gate=_contains("./"),
        pattern=compile_pattern(rf"\.(?<![A-Za-z0-9./~}}*]\.)\.?+/{_PATH_RUN}"),
        group=0,
        validator=paths.relative,
        marker=markers.PATH,
        matches=("open ./ann/x.txt", "../letters.txt:3", "(../../ann)"),
        misses=("./", "../..", "etc./and", "v1./x"),
    ),
    Rule(
        id="path.home",
        kind="path",
        gate=_contains("~"),
        pattern=compile_pattern(rf"~(?<![A-Za-z0-9~]~)(?:[A-Za-z_][A-Za-z0-9_.\-]*+)?+/{_PATH_RUN}"),
        group=0,
        validator=paths.relative,
        marker=markers.PATH,
        matches=("~/notes.txt", "cd ~ann/docs", "https://example.com/~ann/x", "~ann/"),
        misses=("~5 seconds", "~/", "a ~= b", "about ~1/2", "x~y/z"),
    ),
    Rule(
        id="path.windows",
        kind="path",
        gate=_contains(":\\", ":/"),
        pattern=compile_pattern(rf"[A-Za-z](?<![A-Za-z0-9][A-Za-z]):[\\/]++{_WINDOWS_RUN}"),
        group=0,
        validator=paths.windows,
        marker=markers.PATH,
        matches=(
            r"C:\Users\ann\x.txt not found",
            r"C:\\Users\\ann",
            "d:/work/x.py:12: error",
            r"C:\Program Files (x86)\Acme\x.dll failed",
        ),
        misses=("C:\\", "http://x", "a: b", "option c:d", r"Error:\nfoo"),
    ),
    Rule(
        id="path.unc",
        kind="path",
        gate=_contains("\\\\"),
        pattern=compile_pattern(
            rf"\\(?<![A-Za-z0-9\\]\\)\\{{1,7}}+(?:[A-Za-z0-9][A-Za-z0-9_.$\-]++|[?.])\\++{_WINDOWS_RUN}"
        ),
        group=0,
        validator=paths.windows,
        marker=markers.PATH,
        matches=(r"open \\server\ann\x.txt", r"\\\\server\\share\\x", r"\\?\UNC\server\x"),
        misses=(r"\\d+\\w+", r"line\\n", "\\\\", r"a\\b", "\\\\?\\"),
    ),
    Rule(
        id="pii.email",
        kind="pii",
        gate=_contains("@", "%40"),
        pattern=compile_pattern(r"(?:@|%40)[\w.\-]++"),
        group=0,
        validator=addresses.email,
        marker=markers.EMAIL,
        matches=(
            "mail ann@example.com.",
            "<ann.lee+x@mail.example.co.uk>",
            "mailto:ann@example.com",
            "éann@example.com_old",
            "jörg@bücher.example",
            "ann%40example.com",
            "root@10.0.0.1",
            '"ann lee"@example.com',
        ),
        misses=("@app.route", "package@1.2.3", "a @ b", "@example.com", "ann@localhost", "decorated with @x.setter"),
    ),
    Rule(
        id="ip.v6",
        kind="ip",
        gate=_count(":", 2),
        pattern=compile_pattern(r":[0-9A-Fa-f:.]*+"),
        group=0,
        validator=addresses.ipv6,
        marker=markers.IP,
        matches=(
            "2001:db8::1",
            "host 2001:0db8:85a3:0000:0000:8a2e:0370:7334 is down",
            "[::1]:8080",
            "::ffff:10.0.0.1",
            "fe80::1%eth0",
            "added:2001:db8::1: refused",
            "2001:db8::/32",
            "at 2001:db8::1.",
        ),
        misses=(
            "std::cout",
            "MyClass::toString",
            "12:34:56",
            "2001::db8::1",
            "aa:bb:cc:dd:ee:ff",
            "a::b",
            "::",
            "lst[::2]",
            "2026-11-22T10:11:12",
        ),
    ),
    Rule(
        id="ip.v4",
        kind="ip",
        gate=_count(".", 3),
        pattern=compile_pattern(r"[0-9]{1,3}+(?:\.[0-9]{1,3}+){3,}+"),
        group=0,
        validator=addresses.ipv4,
        marker=markers.IP,
        matches=(
            "host 10.0.0.1.",
            "192.168.1.20:8080",
            "10.0.0.0/8",
            "é10.0.0.1é",
            "x_127.0.0.1_y",
            "192.168.001.001",
            "10.0.0.1..10.0.0.9",
            "http://10.0.0.1/x",
        ),
        misses=(
            "Version 1.2.3",
            "v1.2.3.4",
            "1.3.6.1.4.1.311",
            "256.1.1.1",
            "10.0.19041.1",
            "Chrome/120.0.0.0",
            "1.2.3.99999",
        ),
    ),
)
"""Every detector, in the order in which equal spans are decided."""
