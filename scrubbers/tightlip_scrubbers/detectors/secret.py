"""Where a secret stands: after its key, after its scheme, or by its own form.

After a secret key any value goes, however plain: passwords are words. So the key must be certain, and so must the
operator: ``password is required`` has none. Then the whole value goes, not the part of it that looks secret.

Sources: RFC 6750 section 2.1 (Bearer), RFC 7617 section 2 (Basic), RFC 7519 section 3 and RFC 7516 section 3.1 (JWT, three
parts, or five encrypted), RFC 7468 section 10 and 11 (PEM).
"""

import base64
import binascii
import re
from typing import Final

from tightlip_scrubbers import markers
from tightlip_scrubbers.keys import Names, segments
from tightlip_scrubbers.possessive import compile_pattern
from tightlip_scrubbers.rule import Found, Rule, has
from tightlip_scrubbers.spans import Span, trim

NOTHING: Final[frozenset[str]] = frozenset(
    {"None", "none", "null", "NULL", "nil", "undefined", "true", "false", "True", "False"}
)
"""Values that are no secret after any operator."""

EXPLANATIONS: Final[frozenset[str]] = frozenset(
    {
        *("a", "an", "the", "this", "that", "it", "its", "your", "you", "no", "not", "none", "any", "only"),
        *("at", "and"),
        *("or", "if", "when", "for", "from", "with", "without", "in", "on", "of", "to", "by", "too", "please", "use"),
        *("is", "was", "are", "were", "be", "been", "has", "have", "had", "must", "should", "may", "can", "cannot"),
        *("could", "will", "would", "does", "did", "do", "got", "given", "set", "unset", "found"),
        *("expected", "expired"),
        *("missing", "required", "optional", "invalid", "incorrect", "wrong", "bad", "unknown", "unexpected", "empty"),
        *("unable", "failed", "failure", "error", "denied", "rejected", "refused", "mismatch", "malformed", "revoked"),
        *("unauthorized", "forbidden", "unsupported", "undefined", "absent", "null", "true", "false", "signature"),
        *("str", "string", "int", "integer", "bytes", "bool", "boolean", "float", "number", "object", "dict", "list"),
        *("callable", "type", "yes", "ok", "option", "flag", "argument", "parameter", "value", "environment"),
    }
)
"""First words, in lower case, of what prose says *about* a secret after a colon and a space, and of type annotations."""

_KEY_REACH: Final = 64
# Read backwards: the name, and up to two plain words before it ("API key: ...").
_KEY_BACKWARDS: Final = compile_pattern(r"[\w.\-]++(?: [A-Za-z]++){0,2}")
_BETWEEN_BACKWARDS: Final = compile_pattern(r"[ \t]{0,3}+[!?]?+[ \t]{0,3}+\]?+[\"'`]?+\\{0,4}+")
_BLANK: Final = compile_pattern(r"[ \t]{0,16}+(?:\s{1,32}+(?=[\"']))?+")
_OPENING: Final = compile_pattern(r"[bBuUrRfF]{0,2}(\\{0,8}+(?:\"\"\"|'''|[\"'`]))")
# A quote ends the value only where a word does not go on: "it's" in single quotes.
_UNTIL_QUOTE: Final = {
    quote: compile_pattern(rf"(?:[^{quote}\\]|\\[\s\S]|{quote}(?=\w))*+") for quote in ('"', "'", "`")
}
# The end of a value without quotes. A comma, an ampersand or a bracket may be part of it, and is, unless what follows
# shows that something new begins.
_TOKEN: Final = compile_pattern(
    r"(?:[^\s\"'`,;&)\]}<>\\]"
    r"|[,;](?![\s\"'{\[(\])}]|\Z|[\w.\-]{1,64}+\s?[=:])"
    r"|&(?![\w.%\[\]\-]{1,64}+=|\s|\Z)"
    r"|[)\]}](?![\s.,;:!?)\]}&\"'\\<>]|\Z)"
    r"|\\(?![nrt\"'])"
    r")*+"
)
_SCHEME: Final = re.compile(
    r"(?:[Bb]earer|BEARER|[Bb]asic|BASIC|[Tt]oken|[Aa]pi[Kk]ey|[Nn]egotiate|NTLM|[Jj][Ww][Tt]|SSWS|[Kk]ey)[ \t]{1,4}(?=\S)"
)
_LONG_SCHEME: Final = re.compile(r"(?:[Dd]igest|OAuth|Hawk|[Ss]ignature|AWS4-HMAC-SHA256|HMAC-SHA256)[ \t]")
_LINE: Final = compile_pattern(r"[^\r\n\"'`]*+")
_FIRST_WORD: Final = re.compile(r"([A-Za-z]+)(?=[\s.,;:!?)\]}|\[]|\Z)")
_CLOSERS: Final = {"[": "]", "{": "}", "(": ")", "<": ">"}
_BRACKETS: Final = re.compile(r"[\[\](){}<>]")
_OPENERS: Final = {closer: opener for opener, closer in _CLOSERS.items() if opener != "<"}
_MAX_NESTED: Final = 16
_WHOLE_LINE_HEADS: Final = frozenset({"cookie", "cookies", "passphrase", "phrase", "mnemonic"})
_MIN_BEARER: Final = 8
_LONG_BEARER: Final = 24


def assignment(text: str, start: int, end: int, names: Names) -> Found | None:
    """Confirm the operator ``text[start:end]`` as one between a secret key and its value; the span is the value's."""
    if text[start:end] == "::" or text.startswith("//", end):  # Secret::Vault, token://
        return None
    backwards = text[max(0, start - _KEY_REACH) : start][::-1]
    between = _BETWEEN_BACKWARDS.match(backwards)
    name = _KEY_BACKWARDS.match(backwards, between.end() if between else 0)
    if name is None:
        return None
    key = name[0][::-1]
    meaning = names.meaning(key)
    if meaning is None:
        return None
    span = _value(text, end, key, prose=text[start:end] == ":")
    if span is not None and meaning.bound is not None:
        span = meaning.bound(text, *span)
    if span is None or (meaning.check is not None and not meaning.check(text[span[0] : span[1]])):
        return None
    return (*span, meaning.rule)


def flag(text: str, start: int, end: int, names: Names) -> Found | None:
    """Confirm ``--name`` and the blank after it as a command's secret option; the span is its argument's."""
    meaning = names.meaning(text[start:end].strip())
    if text.startswith("-", end) or meaning is None or meaning.kind != "secret" or meaning.check is not None:
        return None
    return _value(text, end - 1, text[start:end].strip(), prose=True)


def _value(text: str, position: int, key: str, *, prose: bool) -> Span | None:
    """Return the span of the value that begins at or after the position, or None where there is no value."""
    blank = _BLANK.match(text, position)
    start = blank.end() if blank else position
    if start >= len(text) or text[start] in "\r\n":
        return None
    opening = _OPENING.match(text, start)
    if opening is not None:
        return _quoted_value(text, opening)
    if text[start] in _CLOSERS:
        return start, _token_end(text, start, _bracket_end(text, start))
    heads = segments(key)[-1:]
    if heads and heads[0] in _WHOLE_LINE_HEADS:
        return _line(text, start, prose=prose)
    if _LONG_SCHEME.match(text, start):
        return _line(text, start, prose=False)
    first = _FIRST_WORD.match(text, start)
    if first is not None and (first[1] in NOTHING or (prose and start > position and first[1].lower() in EXPLANATIONS)):
        return None
    scheme = _SCHEME.match(text, start)
    end = _token_end(text, start, scheme.end() if scheme else start)
    return (start, end) if end > start else None


def _quoted_value(text: str, opening: re.Match[str]) -> Span | None:
    """Return the span between the quotes. Without a closing one the text was cut inside the value: all of it goes."""
    quote, start = opening[1], opening.end()
    if len(quote) == 1:
        inner = _UNTIL_QUOTE[quote].match(text, start)
        end = inner.end() if inner else len(text)
    else:
        # Escaped or tripled: the same quote closes it.
        end = text.find(quote, start)
        end = len(text) if end < 0 else end
    return (start, end) if end > start else None


def _bracket_end(text: str, start: int) -> int:
    """Return where the bracket that opens at start is closed; a text cut inside of it is taken to its end."""
    opener, closer = text[start], _CLOSERS[text[start]]
    depth = 0
    for found in _BRACKETS.finditer(text, start):
        if found[0] == opener:
            depth += 1
        elif found[0] == closer:
            depth -= 1
            if depth == 0:
                return found.end()
    return len(text)


def _token_end(text: str, start: int, position: int) -> int:
    """Return the end of a value without quotes that goes on at the position, the sentence's full stop left out."""
    token = _TOKEN.match(text, position)
    end = token.end() if token else position
    for _ in range(_MAX_NESTED):  # a bracket that the value opened is its own: ${NAME}, f(x).y
        opener = _OPENERS.get(text[end : end + 1])
        if opener is None or text.count(opener, start, end) <= text.count(text[end], start, end):
            break
        token = _TOKEN.match(text, end + 1)
        end = token.end() if token else end + 1
    while end > start and text[end - 1] in ".!?:,;":
        end -= 1
    return end


def _line(text: str, start: int, *, prose: bool) -> Span | None:
    """Return the span to the end of the line: the value has blanks in it."""
    first = _FIRST_WORD.match(text, start)
    if prose and first is not None and first[1].lower() in EXPLANATIONS:
        return None
    line = _LINE.match(text, start)
    end = trim(text, start, line.end() if line else start)
    return (start, end) if end > start else None


def bearer(text: str, start: int, end: int) -> Span | None:
    """Confirm what follows ``Bearer`` as a token: English words after it have no digit and no inner capital."""
    end = trim(text, start, end)
    token = text[start:end]
    if len(token) < _MIN_BEARER:
        return None
    varied = any(c.isdigit() for c in token) or (token[1:] != token[1:].lower() and not token.isupper())
    return (start, end) if varied or len(token) >= _LONG_BEARER else None


def basic(text: str, start: int, end: int) -> Span | None:
    """Confirm what follows ``Basic`` as credentials: Base64 of a text with a colon in it (RFC 7617 section 2)."""
    token = text[start:end].rstrip("=")
    try:
        decoded = base64.b64decode(token + "=" * (-len(token) % 4), validate=True)
    except binascii.Error:
        return None
    return (start, end) if b":" in decoded else None


def jwt(text: str, start: int, end: int) -> Span | None:
    """Confirm a token that begins as Base64 of ``{"``: it needs a second part."""
    while text[end - 1] in ".-_":
        end -= 1
    return (start, end) if "." in text[start:end] else None


def pem(text: str, start: int, end: int) -> Span | None:
    """Take a private key from its first line to its last; without a last line the text was cut: all of it goes."""
    label = text[start:end].removeprefix("-----BEGIN")
    close = text.find("-----END" + label, end)
    return start, len(text) if close < 0 else close + len("-----END" + label)


ASSIGNMENT_GATE: Final = has("=", ":")
ASSIGNMENT_PATTERN: Final = r"[=:][=:>]{0,2}+"
"""What every row that is found by a key's name shares, so that one search serves them all."""

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="secret.pem",
        kind="secret",
        gate=has("PRIVATE KEY"),
        pattern=r"-----BEGIN (?:[A-Z0-9]{1,16}+ ){0,3}PRIVATE KEY(?: BLOCK)?-----",
        group=0,
        validator=pem,
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
        gate=ASSIGNMENT_GATE,
        pattern=ASSIGNMENT_PATTERN,
        group=0,
        by_name=assignment,
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
        gate=has("--"),
        pattern=r"--[A-Za-z][A-Za-z0-9_\-]{0,63}+[ \t]{1,8}+(?=\S)",
        group=0,
        by_name=flag,
        marker=markers.SECRET,
        matches=("acme login --api-key abc123", "run --password 'a b' now", "--client-secret x"),
        misses=("--password-file missing", "the option --token is required", "--token --verbose", "--author ann"),
    ),
    Rule(
        id="secret.bearer",
        kind="secret",
        gate=has("earer ", "EARER "),
        pattern=r"(?:Bearer|bearer|BEARER) {1,4}+([A-Za-z0-9\-._~+/]++=*+)",
        group=1,
        validator=bearer,
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
        gate=has("asic ", "ASIC "),
        pattern=r"(?:Basic|basic|BASIC) {1,4}+([A-Za-z0-9+/]{4,}+=*+)",
        group=1,
        validator=basic,
        marker=markers.SECRET,
        matches=("sent Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Basic YTpi, twice"),
        misses=("Basic authentication failed", "a basic JavaScript test", "Basic YWxhZGRpbg=="),
    ),
    Rule(
        id="secret.jwt",
        kind="secret",
        gate=has("eyJ"),
        pattern=r"eyJ[A-Za-z0-9_\-.]*+",
        group=0,
        validator=jwt,
        marker=markers.JWT,
        matches=(
            "got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk.",
            "(eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.)",
            "cut eyJhbGciOiJIUzI1NiJ9.eyJzdW",
        ),
        misses=("eyJ is how a token begins", "the prefix eyJ.", "heyJude"),
    ),
)
