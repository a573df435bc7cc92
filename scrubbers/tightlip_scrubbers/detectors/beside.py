"""Values beside a key without an operator between: flags, pairs, calls, elements, cells, settings.

Sources: the conventions of GNU and POSIX for options, XML 1.0 section 3.1, Apple's property lists, csh's ``setenv``, fish's ``set``,
Docker's ``ENV``.
"""

import re
from typing import TYPE_CHECKING, Final

from tightlip_scrubbers import markers
from tightlip_scrubbers.detectors.assigned import key_before, own
from tightlip_scrubbers.detectors.values import OPENING, quoted, read
from tightlip_scrubbers.detectors.words import EXPLANATIONS, FIELDS, explains, is_nothing, is_value_like
from tightlip_scrubbers.keys import Names, segments
from tightlip_scrubbers.possessive import compile_pattern
from tightlip_scrubbers.rule import Found, Rule, has

if TYPE_CHECKING:
    from tightlip_scrubbers.spans import Span

_CELL_REACH: Final = 192


_NAMED_VALUE: Final = compile_pattern(r"[A-Z]++(?:_[A-Z]++)*+(?=[\s\])`'\"]|\Z)")


def flag(text: str, start: int, end: int, names: Names) -> Found | None:
    """Confirm ``--name`` and the blank after it as a command's secret option; the span is its argument's."""
    name = text[start:end].strip()
    meaning = names.meaning(name)
    if text.startswith("-", end) or meaning is None or meaning.kind != "secret":
        return None
    named = _NAMED_VALUE.match(text, end)
    if named is not None and names.meaning(named[0]) is not None:
        return None  # --token API_TOKEN
    if not name.startswith("--") and meaning.check is None and explains(text, end):
        return None
    return own(text, read(text, end - 1, tuple(segments(name)[-1:]), prose=True), meaning)


def arrow(text: str, start: int, end: int, names: Names) -> Found | None:
    """Confirm an arrow between a secret key and a value that is no word: arrows stand between words as well."""
    key = key_before(text, start)
    meaning = None if key is None else names.meaning(key.name)
    span = None if meaning is None else read(text, end, (), prose=True)
    if meaning is None or meaning.kind != "secret" or span is None or not is_value_like(text[span[0] : span[1]]):
        return None
    return own(text, span, meaning)


_QUOTED_NAME: Final = compile_pattern(r"\\{0,15}+([\w.\-]{2,64}+)[\"']\\{0,15}+[bu]?+\s{0,4}+([\s\S]?)")
_OPTION: Final = re.compile(r"--?[A-Za-z][A-Za-z\-]*")
_PLAIN_WORD: Final = re.compile(r"[a-z]+(?:_[a-z]+)*")


def pair(text: str, start: int, end: int, names: Names) -> Found | None:
    """Confirm two quoted texts as a secret key and its value: a tuple, a list of two, an option and its argument.

    A list of names (``["password", "token"]``) is none.
    """
    before = _QUOTED_NAME.match(text[max(0, start - 96) : start][::-1])
    if before is None:
        return None
    name = before[1][::-1]
    meaning = names.meaning(name)
    if meaning is None or meaning.kind != "secret" or not (before[2] in {"(", "[", "{"} or name.startswith("-")):
        return None
    opening = OPENING.match(text, end)
    span = None if opening is None else quoted(text, opening)
    if span is None:
        return None
    value = text[span[0] : span[1]]
    after = text[span[1] : span[1] + 24].lstrip("\\\"'` \t\n")
    if _OPTION.fullmatch(value) is not None or (not name.startswith("-") and after[:1] not in {")", "]", "}", ","}):
        return None
    lower = value.lower()
    if lower in FIELDS or lower in EXPLANATIONS or lower.partition(" ")[0] in EXPLANATIONS or is_nothing(value):
        return None
    if _PLAIN_WORD.fullmatch(lower) is not None and names.meaning(value) is not None:
        return None
    return own(text, span, meaning)


_VERBS: Final = frozenset({"set", "with", "using", "add", "put"})
_NOUNS: Final = frozenset(
    {
        *(
            "api",
            "access",
            "auth",
            "bearer",
            "client",
            "secret",
            "private",
            "key",
            "token",
            "password",
            "pwd",
            "passwd",
        ),
        *("passphrase", "jwt", "refresh", "user", "my", "new", "old", "apikey", "pass", "str", "credentials", "basic"),
        *("db", "database", "master", "admin", "root", "session", "id", "oauth"),
    }
)
_CALLEE: Final = compile_pattern(r"[\w]++(?:\.[\w]++)?+")


def call(text: str, start: int, end: int, names: Names) -> Found | None:
    """Confirm a call with a literal whose name says that it takes a secret: ``setPassword("x")``, ``SecretStr('x')``.

    Other verbs take something else: ``get_password("prompt")``, ``InvalidToken("why")``.
    """
    found = _CALLEE.match(text[max(0, start - 64) : start][::-1])
    if found is None:
        return None
    name = found[0][::-1].rpartition(".")[2]
    parts = segments(name)
    verb = bool(parts) and parts[0] in _VERBS
    if not parts or not (verb or _NOUNS.issuperset(parts)):
        return None
    meaning = names.meaning(name)
    opening = None if meaning is None or meaning.kind != "secret" else OPENING.match(text, end)
    span = None if opening is None else quoted(text, opening)
    if span is None or meaning is None:
        return None
    value = text[span[0] : span[1]]
    if " " in value or names.meaning(value) is not None or value.lower() in EXPLANATIONS:
        return None
    return own(text, span, meaning) if verb or name.isupper() or is_value_like(value) else None


_INNER: Final = compile_pattern(r"(?:[^<>&]|&(?!lt;))++")
_LONGEST_DATUM: Final = 256
_CDATA: Final = "<![CDATA["


def element(text: str, start: int, end: int, names: Names) -> Found | None:
    """Confirm a tag with a secret name; the span is its text (XML 1.0 section 3.1), up to the next tag."""
    meaning = names.meaning(text[start:end].rpartition(":")[2])
    if meaning is None or meaning.kind not in {"secret", "pii", "ip"}:
        return None
    close = text.find(">", end, end + 256)
    escaped = text.find("&gt;", end, end + 256)
    if escaped >= 0 and (close < 0 or escaped < close):
        close = escaped + 3
    if close < 0 or text[close - 1] == "/":
        return None
    begin = close + 1
    while begin < len(text) and text[begin].isspace():
        begin += 1
    if text.startswith(_CDATA, begin):
        stop = text.find("]]>", begin)
        span: Span | None = (begin + len(_CDATA), len(text) if stop < 0 else stop)
    else:
        inner = _INNER.match(text, begin)
        span = None if inner is None else (begin, begin + len(inner[0].rstrip()))
    if span is None or span[0] >= span[1] or is_nothing(text[span[0] : span[1]]):
        return None
    # A text that goes on past the end without a tag was no element, but a word in angle brackets.
    if not text.startswith(("<", "&lt;", "]]>"), _skip(text, span[1])):
        return None
    if meaning.kind == "secret":
        return own(text, span, meaning)
    is_so = span[1] - span[0] <= _LONGEST_DATUM and (meaning.check is None or meaning.check(text[slice(*span)]))
    return (*span, "pii.element") if is_so else None


def _skip(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position


def labelled(text: str, start: int, end: int, names: Names) -> Found | None:
    """Confirm ``>password</td><td>``: the text of one element names the text of the next, as in tables and property lists."""
    meaning = names.meaning(text[start:end].strip().rstrip(":"))
    if meaning is None or meaning.kind != "secret":
        return None
    inner = re.compile(
        r"</[\w:]{1,24}>(?:\s{0,64}<[\w:]{1,24}(?: [^<>]{0,96})?>){1,3}\s{0,64}([^<>]{1,2048}?)\s{0,64}</"
    ).match(text, end)
    if inner is None or is_nothing(inner[1]) or explains(inner[1], 0):
        return None
    return own(text, inner.span(1), meaning)


def setting(text: str, start: int, end: int, names: Names) -> Found | None:
    """Confirm ``setenv NAME value`` and its like: a command, a secret name, a blank and the value."""
    meaning = names.meaning(text[start:end])
    if meaning is None or meaning.kind != "secret" or text[end : end + 1] not in {" ", "\t"}:
        return None
    if explains(text, end + 1):
        return None
    return own(text, read(text, end, tuple(segments(text[start:end])[-1:]), prose=True), meaning)


def cell(text: str, start: int, end: int, names: Names) -> Found | None:
    """Confirm ``| password | x |``: a cell that names the next one; only values that are no words."""
    low = max(0, start - 64)
    name = text[low:start].rpartition("|")[2].strip(" \t*`")
    meaning = names.meaning(name) if name else None
    if meaning is None or meaning.kind != "secret":
        return None
    stop = text.find("|", end, end + _CELL_REACH)
    value = text[end : stop if stop >= 0 else end].split("\n", maxsplit=1)[0]
    begin = end + len(value) - len(value.lstrip(" \t*`"))
    value = value.strip(" \t*`")
    return own(text, (begin, begin + len(value)), meaning) if is_value_like(value) and " " not in value else None


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="secret.arrow",
        kind="secret",
        gate=has("->", "→", "-->"),
        pattern=r"[-→](?:-?>)?+(?<=[>→])",
        group=0,
        by_name=arrow,
        marker=markers.SECRET,
        matches=("password -> hunter2", "token → abc123def"),
        misses=(
            "def get_password() -> str",
            "token -> id",
            "secret -> the vault",
            "after authentication -> session_updated()",
        ),
    ),
    Rule(
        id="secret.flag",
        kind="secret",
        gate=has("-"),
        pattern=r"-(?<![A-Za-z0-9_)\]\-]-)-?+[A-Za-z][A-Za-z0-9_\-]{1,63}+[ \t]{1,8}+(?=\S)",
        group=0,
        by_name=flag,
        marker=markers.SECRET,
        matches=(
            "acme login --api-key abc123",
            "run --password 'a b' now",
            "--client-secret x",
            "keytool -storepass changeit",
            "Connect-It -Password hunter",
        ),
        misses=(
            "--password-file missing",
            "the option --token is required",
            "--token --verbose",
            "--author ann",
            "a non-token value",
            "use -password for it",
        ),
    ),
    Rule(
        id="secret.pair",
        kind="secret",
        gate=has('",', "',"),
        pattern=r"[\"'],\s{0,8}+[bu]?+(?=\\{0,15}[\"'])",
        group=0,
        by_name=pair,
        marker=markers.SECRET,
        matches=(
            '("password", "hunter2")',
            "[('token', 'abc'), ('n', '1')]",
            'os.environ.get("API_KEY", "abcdef")',
            '[\\"client_secret\\", \\"abc\\"]',
            "['mysql', '--password', 'hunter']",
        ),
        misses=(
            '["username", "password", "token"]',
            "('password', 'token')",
            "('author', 'ann')",
            "('password', 'required')",
            "['--token', '--verbose']",
        ),
    ),
    Rule(
        id="secret.call",
        kind="secret",
        gate=has('("', "('", '(\\"', "(b'", '(b"', '(@"'),
        pattern=r"\((?=[bu@]?\\{0,15}[\"'])",
        group=0,
        by_name=call,
        marker=markers.SECRET,
        matches=(
            'cfg.setPassword("hunter")',
            "SecretStr('hunter2')",
            'client.with_api_key("abc")',
            "SET PASSWORD FOR x = PASSWORD('hunter')",
        ),
        misses=(
            'get_password("prompt")',
            'InvalidToken("expired")',
            'token("NAME")',
            'set_password("")',
        ),
    ),
    Rule(
        id="secret.element",
        kind="secret",
        gate=has("</", "&lt;/", "CDATA"),
        pattern=r"(?:<|&lt;)([A-Za-z_][\w.:\-]{0,63}+)",
        group=1,
        by_name=element,
        marker=markers.SECRET,
        matches=(
            "<user>ann</user><password>hunter</password>",
            '<ns:apiKey enc="none">abc</ns:apiKey>',
            "<Secret><![CDATA[a<b]]></Secret>",
            "&lt;password&gt;hunter&lt;/password&gt;",
        ),
        misses=("<password></password>", "<token> is a placeholder", "<author>ann</author>", "<password/></x>"),
    ),
    Rule(
        id="pii.element",
        kind="pii",
        gate=has("</", "&lt;/", "CDATA"),
        pattern=r"(?:<|&lt;)([A-Za-z_][\w.:\-]{0,63}+)",
        group=1,
        by_name=element,
        marker=markers.VALUE,
        matches=(
            "<username>annlee</username>",
            "<ns:firstName>Ann</ns:firstName> is unknown",
            "&lt;phone&gt;5551234567&lt;/phone&gt;",
        ),
        misses=("<username></username>", "<user> is a placeholder", "<title>ann</title>", "<phone>required</phone>"),
    ),
    Rule(
        id="secret.labelled",
        kind="secret",
        gate=has("</", signs=">"),
        pattern=r">\s{0,16}+([^\W\d][^<>\n]{1,63}+)(?=</)",
        group=1,
        by_name=labelled,
        marker=markers.SECRET,
        matches=(
            "<key>Password</key>\n<string>hunter</string>",
            "<tr><td>API key</td><td>abc</td></tr>",
            "<name>token</name><value><string>abc</string></value>",
        ),
        misses=("<th>Password</th>", "<td>author</td><td>ann</td>", "<dt>token</dt><dd>required</dd>"),
    ),
    Rule(
        id="secret.setting",
        kind="secret",
        gate=has("setenv ", "ENV ", "SET ", "setx ", "set ", "requirepass ", "masterauth ", ":set ", words=True),
        pattern=r"(?:setenv|ENV|SET|SETX|setx|config set|config:set|configure set|set -[a-zA-Z]{1,3}|secret set) ([A-Za-z_/:.\-]*[A-Za-z][\w.\-]{1,63}+)(?= )",
        group=1,
        by_name=setting,
        marker=markers.SECRET,
        matches=(
            "setenv API_TOKEN abc",
            "ENV DB_PASSWORD hunter",
            "aws configure set aws_secret_access_key abc",
            "set -gx TOKEN abc",
        ),
        misses=("SET password for the user", "ENV PATH_X abc", "setenv LANG C", "ENV TOKEN is missing"),
    ),
    Rule(
        id="secret.cell",
        kind="secret",
        gate=has("|"),
        pattern=r"\|",
        group=0,
        by_name=cell,
        marker=markers.SECRET,
        matches=("| password | hunter2 |", "api_key | ab12cd34ef | eu |"),
        misses=("| user | password |", "| password | yes |", "token | count | n"),
    ),
)
