"""Values that stand behind a key: assignments in whatever syntax, flags, pairs, calls, elements, records.

Behind a secret key any value goes, however plain: passwords are words. So the key must be certain, and so must the
operator: ``password is required`` has none. Then the whole value goes, not the part of it that looks secret.

Left, because they are words of code or of manuals and no values: templates (``{password!r}``, ``%s``, ``${VAR}``,
``self.password``), states (``None``, ``missing``), masks. A default inside of a template (``${VAR:-x}``) is a value.
"""

import re
from typing import Final, NamedTuple

from tightlip_scrubbers import markers
from tightlip_scrubbers.detectors import keyed
from tightlip_scrubbers.detectors.code_values import is_argument
from tightlip_scrubbers.detectors.values import OPENING, quoted, read
from tightlip_scrubbers.detectors.words import is_nothing, is_value_like
from tightlip_scrubbers.keys import Names
from tightlip_scrubbers.meaning import Meaning
from tightlip_scrubbers.possessive import compile_pattern
from tightlip_scrubbers.rule import Found, Rule, has
from tightlip_scrubbers.spans import Span

_WIDE_COLON: Final = "\uff1a"
_WIDE_EQUALS: Final = "\uff1d"
_KEY_REACH: Final = 192
_LINE_REACH: Final = 80
# Read backwards. A quote, in every way in which it is escaped:
_QUOTE: Final = r"(?:[\"'`”\u2019»“]\\{0,15}+|;touq&|;(?:43|93|72x)#&|;sopa&|(?:22|72)00u\\{1,15}+|(?:22|72)%)"
# Blanks, what makes an operator of its sign (!= ?= += ||=), a remark in brackets, the end of bold or coloured text, the
# index of a dict, the quote.
_BETWEEN: Final = compile_pattern(
    r"[ \t\u00a0\u3000]{0,64}+[!?+|&~]{0,2}+[ \t]{0,3}+(?:\)[^()\r\n]{0,40}+\([ ]{1,2}+)?+(?:\*\*)?+(?:m[0-9;]{0,16}+\[(?:\x1b|b1x\\|b100u\\|330\\))?+"
    rf"(?:>[a-z]{{1,10}}+/<)?+\]?+(?:{_QUOTE})?+"
)
# The name, and plain words before it ("API key: ...").
_NAME: Final = compile_pattern(r"[\w.\-]++(?: [^\W\d_]++){0,3}")
_MARKERS: Final = frozenset(value for value in vars(markers).values() if isinstance(value, str) and value[:1] == "[")
_ASCII_TAIL: Final = re.compile(r"[A-Za-z][\x21-\x7e]{2,64}\Z")
_COLOUR: Final = compile_pattern(r"m[0-9;]{0,16}+\[(?:\x1b|b1x\\|b100u\\|330\\)")
_OF: Final = re.compile(r" (?:for|of|on|to|from|pour|für|para|de) ")
_ANNOTATION_REACH: Final = 96
_ANNOTATION: Final = re.compile(
    r"[ \t]?&?'?(?:static )?&?(?:typing\.|t\.)?(?:str|bytes|String|string|Text|AnyStr|Any|Optional|Union|Final|ClassVar|Annotated|Literal|char|"
    r"\w{0,24}Secret\w{0,24}|\w{0,24}Str|None)(?![A-Za-z0-9])[^=\n]*\Z"
)
# "java -Dapi_key=x": the words before it are of the command.
_DEFINED: Final = re.compile(r"(?:.* )?-[DP](?=[A-Za-z])")

# Fields of Sphinx and Epydoc: what follows describes an argument.
_DOCUMENTED: Final = frozenset(
    {"param", "type", "ivar", "cvar", "keyword", "arg", "argument", "var", "vartype", "raises", "return", "returns"}
)
_CLASS: Final = re.compile(r"(?:[A-Z][a-z]+){2,}Credentials?")
"""A class of Azure's or Google's libraries, which say their name before what they say: ``ClientSecretCredential: tenantId is required``."""
_SPOKEN: Final = re.compile(r" [A-Za-z]{1,40} [a-z]{1,16}[ .,]")
_ROLE: Final = re.compile(r":[a-z][a-z.+\-]{0,24}:`")
"""A role of reStructuredText: ``created by :func:`re.compile```."""
_MENTIONED: Final = frozenset({"`", "'", '"'})
_PASSED: Final = re.compile(r"(?:.* )?[Pp]ass (?!phrase|word|code|key|token|for|of )(?=[^\W\d_])")
"""The verb, before the name of an argument: ``pass default=x``."""
_SESSIONS: Final = frozenset({"session", "sess", "sid", "session_key", "sig", "signature", "nonce", "ticket"})
_LEAST_SESSION: Final = 8
_SESSION_WORDS: Final = re.compile(r"[^\W\d_]?[^\W\d_A-Z]*(?:[_\-.+][^\W\d_]?[^\W\d_A-Z]*)*|[0-9]{1,12}")

_PASS: Final = len("PASS")
_NAME_HEADS: Final = frozenset(
    {"name", "key", "field", "header", "id", "k", "variable", "property", "param", "parameter", "n"}
)
_VALUE_HEADS: Final = frozenset({"value", "val", "content", "v"})
_NAMED: Final = compile_pattern(r"\\{0,15}+[\"']?+([\w.\-]{2,64}+)\\{0,15}+[\"']?+")
_ITS_VALUE: Final = re.compile(
    r"[^{}\[\]<>=]{0,96}?(?:\b[\w.\-]{1,24}=\\{0,15}[\"'][^\"'<>]{0,48}\\{0,15}[\"'][ \t]{0,4}){0,3}(?:[vV]alue|VALUE|content|val|[vV])(?:\\{0,15}[\"'])?[ \t]{0,4}[=:]"
)
_ITS_NAME: Final = re.compile(
    r"[^{}\[\]<>=]{0,48}?(?:\b[\w.\-]{1,24}=\\{0,15}[\"'][^\"'<>]{0,48}\\{0,15}[\"'][ \t]{0,4}){0,3}(?:[nN]ame|NAME|[kK]ey|id|[fF]ield|[hH]eader)(?:\\{0,15}[\"'])?[ \t]{0,4}[=:][ \t]{0,4}\\{0,15}[\"']?([\w.\-]{2,64})"
)
_ITS_TEXT: Final = compile_pattern(
    r"\\{0,15}+[\"']?+[^<>=]{0,8}+(?:[\w\-]{1,24}+=\\{0,15}+[\"'][^\"'<>]{0,48}+[\"'][ ]?+){0,3}+>\s{0,64}+([^<>]{1,2048}+)</"
)


class Key(NamedTuple):
    """A name in the text and where it begins."""

    name: str
    start: int


def key_before(text: str, position: int) -> Key | None:
    """Return the key that ends before the position, whatever syntax is between."""
    low = max(0, position - _KEY_REACH)
    backwards = text[low:position][::-1]
    gap = 0
    if not backwards[:1].isalnum() or backwards[0] == "m":  # the end of a terminal's colour
        between = _BETWEEN.match(backwards)
        gap = between.end() if between else 0
    found = _NAME.match(backwards, gap)
    if found is None:
        return None
    name = found[0][::-1]
    start = position - found.end()
    if gap and text[start - 1 : start] == "[" and f"[{name}]" in _MARKERS and text[start + len(name)] == "]":
        return None  # "[host]: refused": what stood there before is gone
    if name[0] == "m" and text[start - 1 : start].isdigit() and _COLOUR.match(backwards, found.end() - 1) is not None:
        name, start = name[1:], start + 1  # the end of a terminal's colour
    defined = _DEFINED.match(name) if "-D" in name or "-P" in name else None
    if defined is not None:
        name, start = name[defined.end() :], start + defined.end()
    passed = _PASSED.match(name) if "ass " in name else None
    if passed is not None:
        name, start = name[passed.end() :], start + passed.end()
    return Key(name, start)


def _is_report(text: str, start: int) -> bool:
    """Tell ``PASS: test_login`` of a test's report, which is no password."""
    if not text.startswith("PASS: ", start - _PASS) or start < _PASS:
        return False
    return start == _PASS or not (text[start - _PASS - 1].isalnum() or text[start - _PASS - 1] in "_-.\"'")


def _is_mention(text: str, start: int, end: int, key: Key) -> bool:
    """Tell ``the `token=` keyword``: the quote behind the operator closes what stands before the key, and opens no value."""
    quote = text[end : end + 1]
    if text[start:end] == "=" and is_argument(text, (key.start, key.name), end):
        return True
    return (
        quote in _MENTIONED
        and text[key.start - 1 : key.start] == quote
        and text[start - 1] != quote
        and not text[end + 1 : end + 2].isalnum()
    )


def _is_of_manuals(text: str, start: int, end: int, key: Key) -> bool:
    """Tell roles and fields of documentation, and a class that says its name before what it says."""
    if text[start:end] != ":":
        return False
    if text[start - 1 : start] == " " and _ROLE.match(text, start) is not None:
        return True
    if text[key.start - 1 : key.start] in {"@", ":"} and key.name.partition(" ")[0] in _DOCUMENTED:
        return True
    return _CLASS.fullmatch(key.name) is not None and _SPOKEN.match(text, end) is not None


def assignment(text: str, start: int, end: int, names: Names) -> Found | None:
    """Confirm the operator ``text[start:end]`` as one between a key with a meaning and its value; the span is the value's."""
    operator = text[start:end]
    is_link = operator == ":" and (text.startswith("//", end) or _is_report(text, start))
    if operator == "::" or is_link or end == len(text):
        return None  # Secret::Vault, token://
    key = key_before(text, start)
    found = None if key is None else _assigned(text, start, end, key, names)
    if key is None or found is None or _is_of_manuals(text, start, end, key) or _is_mention(text, start, end, key):
        return None
    return found


def _assigned(text: str, start: int, end: int, key: Key, names: Names) -> Found | None:
    """Find the value of a key, by what the key means."""
    operator = text[start:end]
    meaning = names.meaning(key.name)
    if not key.name.isascii() and (meaning is None or meaning.check is not None):
        tail = _ASCII_TAIL.search(key.name)  # a word of another alphabet is glued to its front
        meaning = (None if tail is None else names.meaning(tail[0])) or meaning
    if meaning is None:
        return _beside(text, start, end, key, names)
    if meaning.kind in {"pii", "ip", "path"}:
        return keyed.value(text, start, end, (key.start, key.name), meaning)
    if meaning.kind != "secret" and operator == ":" and text[key.start - 1 : key.start] in {"=", ":"}:
        return None  # cache_key=user:list:42
    span = read(
        text,
        end,
        names.heads(key.name),
        prose=operator in {":", _WIDE_COLON},
        line=_line_start(text, key.start),
        small=meaning.kind != "secret",
    )
    found = _confirmed(text, span, meaning)
    if (
        found is None
        and span is not None
        and text[key.start - 1 : key.start] in {"?", "&"}
        and _is_session(text, key, span)
    ):
        return (*span, meaning.rule)
    weak = found is None and meaning.check is not None and meaning.kind == "secret"
    return _beside(text, start, end, key, names) if weak else found


def _confirmed(text: str, span: Span | None, meaning: Meaning) -> Found | None:
    """Bound a value as its meaning says, and confirm it."""
    if span is None:
        return None
    if meaning.bound is not None:
        span = meaning.bound(text, *span)
        if span is None:
            return None
    if meaning.check is not None and not meaning.check(text[span[0] : span[1]]):
        return None
    return (*span, meaning.rule)


def _is_session(text: str, key: Key, span: Span) -> bool:
    """Tell a session in the query of a URL from a word: its value goes anyhow, so that it need not look random to be told as what it is."""
    value = text[span[0] : span[1]]
    return key.name.lower() in _SESSIONS and len(value) >= _LEAST_SESSION and _SESSION_WORDS.fullmatch(value) is None


def own(text: str, span: Span | None, meaning: Meaning) -> Found | None:
    """The same, under the row that found it."""
    found = _confirmed(text, span, meaning)
    return None if found is None else found[:2]


def _line_start(text: str, position: int) -> int:
    """Return the position if a key at it is the first of its line, behind what may stand before it, else -1."""
    low = max(0, position - _LINE_REACH)
    newline = text.rfind("\n", low, position)
    if newline < 0 and low > 0:
        return -1
    return position if text[newline + 1 : position].strip(" \t") in {"", "-", '"', "'"} else -1


def _beside(text: str, start: int, end: int, key: Key, names: Names) -> Found | None:
    """Look for a key that is not the last word before the operator.

    ``password: str = "x"``, ``password for ann: x``, ``name="password" value="x"``.
    """
    head = key.name
    if " " in head or "." in head:
        head = head.rpartition(" ")[2].rpartition(".")[2]
    head = head.lower()
    if head in _NAME_HEADS or head in _VALUE_HEADS:
        return _named(text, end, head, names)
    if text[start] == "=":
        colon = text.rfind(":", max(0, start - _ANNOTATION_REACH), start)
        if colon < 0 or _ANNOTATION.match(text, colon + 1, start) is None:
            return None
        annotated = key_before(text, colon)
        meaning = None if annotated is None else names.meaning(annotated.name)
        return None if meaning is None else _confirmed(text, read(text, end, (), prose=False), meaning)
    of = _OF.search(key.name)
    if of is None:
        return None
    meaning = names.meaning(key.name[: of.start()])
    span = None if meaning is None else read(text, end, (), prose=True)
    if meaning is None or meaning.kind != "secret" or span is None or not is_value_like(text[span[0] : span[1]]):
        return None
    return _confirmed(text, span, meaning)


def _named(text: str, end: int, head: str, names: Names) -> Found | None:
    """Find the value of ``{"name": "password", "value": "x"}`` and of elements and records of that kind, in both orders."""
    while end < len(text) and text[end] in " \t":
        end += 1
    if head in _VALUE_HEADS:
        opening = OPENING.match(text, end)
        span = quoted(text, opening) if opening is not None else None
        other = None if span is None else _ITS_NAME.match(text, span[1] + 1, span[1] + 128)
        meaning = None if other is None else names.meaning(other[1])
        return None if meaning is None or meaning.kind != "secret" else _confirmed(text, span, meaning)
    name = _NAMED.match(text, end)
    meaning = None if name is None else names.meaning(name[1])
    if name is None or meaning is None or meaning.kind != "secret":
        return None
    limit = name.end() + 256
    value = _ITS_VALUE.match(text, name.end(), limit)
    if value is not None:
        return _confirmed(text, read(text, value.end(), names.heads(name[1]), prose=False), meaning)
    inner = _ITS_TEXT.match(text, name.end())
    return None if inner is None or is_nothing(inner[1]) else _confirmed(text, inner.span(1), meaning)


GATE: Final = has("=", ":", _WIDE_COLON, _WIDE_EQUALS)
PATTERN: Final = rf"[=:{_WIDE_COLON}{_WIDE_EQUALS}][=:>]{{0,2}}+"
"""What every row that is found by a key's name shares, so that one search serves them all."""

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="secret.assignment",
        kind="secret",
        gate=GATE,
        pattern=PATTERN,
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
            "java -Dapi_key=x9 -jar app.jar",
            "API key: abc",
            "(token=abc) and more",
            "password = 'it is'",
            "password=a,b&c)d",
            "a=1&api_key=2&b=3",
            "credentials: [1, [2, 3]]",
            "passphrase: correct horse battery",
            'token="cut in the middle',
            "if password != 'hunter2'",
            'password: str = "hunter2"',
            "password for ann: hunter2",
            '<env name="DB_PASSWORD" value="hunter"/>',
            "- name: DB_PASSWORD\n  value: hunter",
            '<input type="hidden" name="password" value="hunter">',
            "&quot;password&quot;:&quot;hunter&quot;, next",
            "密码\uff1ahunter",
            'Password: Some("hunter")',
            "password = Secret(hunter)",
            'token = encrypt("hunter")',
            "'password='hunter'",
            "pass phrase: correct-horse",
            "password=password;Server=x",
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
            "password={password!r}, token=%s, secret=${STORED}",
            "cannot refresh token: ConnectionError",
            "password: Optional[str] = None",
            "token=self.token",
            "tokens: 1532",
            '{"tokens": 48, "cost": 2}',
            "{'password': ['This field may not be blank.']}",
            '{"errors":{"password":["is too short (minimum is 8 characters)","must have a digit"]}}',
            '{"password": "must be at least 8 characters"}',
            "UPDATE users SET password = :password, token = @new_token WHERE token = $1",
            "ON CONFLICT (id) DO UPDATE SET password = EXCLUDED.password",
            "the `token=` keyword is deprecated",
            "ClientSecretCredential: tenantId is a required parameter.",
            "create it with 'crossAccountKeys: true' instead",
            "JWT Auth: Resolving team by alias, credentials: Redis get failed",
            "pass api_key= or set the variable",
            "as is created by :func:`re.compile`",
            ":param token: Query of the API, @type password: C{str}",
            "cannot find 'password=' in the file",
            "use `token=False` with `whoami`",
            "pass both hash='auto' and version='auto'",
            "password = models.CharField(max_length=128)",
            "token = self.get_token(request)",
            'token := r.Header.Get("Authorization")',
            "self.password = password",
            "connect(user=user, password=password)",
            "auth = (settings.USERNAME, settings.PASSWORD)",
            "password = form.password.data",
            'secret_key: str = Field(..., env="SECRET_KEY")',
            "use auth=github.Auth.AppAuth(...) instead",
        ),
    ),
    Rule(
        id="secret.random",
        kind="secret",
        gate=GATE,
        pattern=PATTERN,
        group=0,
        by_name=assignment,
        marker=markers.SECRET,
        matches=(
            "algolia_key = b1c92f7a0e5d4c38a6b7f01e2d3c4b5a",
            'state: "xK9mQ2vL7pR4tW8zB3nJ"',
            "TOKEN_EU=q8Zr2Lk0vN5xT7yB1mC",
            "https://shop.example/basket?session=Lk0vN5xT7yB1",
        ),
        misses=(
            "cache_key=user:list:42",
            "state=running",
            "hash: 3f2a",
            "key=550e8400-e29b-41d4-a716-446655440000",
            "signature: (a, b) -> int",
            "state=waiting_for_input_from_user",
        ),
    ),
)
