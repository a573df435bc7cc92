"""Where the value of a key begins and ends in a text, in whatever syntax: quoted, escaped, bracketed, bare, below.

The whole value goes and what follows stays. Without quotes a value ends at a blank, and at a comma, an ampersand or a
bracket only if what follows shows that something new begins: passwords have such characters in them.

Sources: YAML 1.2 sections 7.3 and 8.1 (quoted and block scalars), RFC 8259 section 7 (escapes of JSON), RFC 9110 section
11.6.2 (``Authorization``), RFC 6265 section 4 (cookies), HTML's character references.
"""

import re
from typing import Final

from tightlip_scrubbers import markers
from tightlip_scrubbers.detectors.code_values import is_expression
from tightlip_scrubbers.detectors.words import (
    are_complaints,
    explains,
    is_nothing,
    is_reference,
    is_value_like,
    nothing_at,
)
from tightlip_scrubbers.possessive import compile_pattern
from tightlip_scrubbers.spans import WIDE, Span, script_end, trim

# Between the operator and the value: blanks, terminal colours, the end of bold text, the length that PHP's var_dump tells.
_GAP: Final = compile_pattern(
    r"(?:[ \t\u00a0\u3000]|\x1b\[[0-9;]{0,16}+m|\\(?:x1b|u001[bB]|033|e)\[[0-9;]{0,16}+m|\*\*(?=[ \t]*[^\s*])|</[a-z]{1,10}+>(?=[ \t]*[^\s<])"
    r"|\s{1,32}+string\([0-9]{1,9}+\) |string\([0-9]{1,9}+\) |\s{1,64}+(?=[\"'`])|!!?[a-z]{1,16}+ )*+"
)
_PREFIX: Final = r"(?:[bBuUrRfFL@$]{1,2}+(?=[\"'`\\]))?+"
OPENING: Final = compile_pattern(
    rf"{_PREFIX}(\\{{0,15}}+(?:\"\"\"|'''|[\"'`])|&quot;|&\#34;|&\#39;|&apos;|&\#x27;|\\{{1,15}}+u00(?:22|27)|%22|%27|[“\u2018«„「『])"
)
# A quote ends the value only where a word does not go on: "it's" in single quotes.
_UNTIL_QUOTE: Final = {
    quote: compile_pattern(rf"(?:[^{quote}\\]|\\[\s\S]|{quote}(?=\w))*+") for quote in ('"', "'", "`")
}
_CURLY: Final = {"“": "”", "\u2018": "\u2019", "«": "»", "„": "“", "「": "」", "『": "』"}
_PLUS: Final = compile_pattern(r"\s{0,8}+\+\s{0,8}+(?=[\"'])")
# The end of a value without quotes. A comma, an ampersand or a bracket may be part of it, and is, unless what follows
# shows that something new begins.
_NEW_KEY: Final = r"[\w.\-]{1,64}+(?: [\w.\-]{1,32}+){0,3}+ ?[=:]"
_TOKEN: Final = compile_pattern(
    rf"(?:[^\s\"'`,;&)\]}}<>\\|{WIDE}]"
    rf"|[,;|](?![\s\"'{{\[(\])}}|]|\Z|{_NEW_KEY})"
    r"|&(?!(?:amp;)?[\w.%\[\]\-]{1,64}+=|quot;|apos;|lt;|gt;|\#[0-9x])"
    r"|[)\]}](?![\s.,;:!?)\]}&\"'\\<>|]|\Z)"
    r"|[\"'](?<=\w[\"'])(?=\w)"
    r"|\\(?![nrtu\"'x])"
    r"|\\u(?!00(?:22|26|27|3[cCdDeE]|0[aAdD]|1[bB]))"
    r"|\\x(?!1b)"
    r"|<(?![/!?]|[A-Za-z][\w:\-]{0,31}+[\s/>]|\s|\Z)"
    r")*+"
)
# What an earlier look put in place of a value, and nothing that could belong to it behind: the second look at a text reads most values so.
_TAKEN: Final = compile_pattern(rf"{re.escape(markers.SECRET)}(?:\Z|[;,&]?\s|[;,&](?={_NEW_KEY}))")
_SCHEME: Final = re.compile(
    r"(?:[Bb]earer|BEARER|[Bb]asic|BASIC|[Tt]oken|[Aa]pi-?[Kk]ey|[Nn]egotiate|NTLM|[Jj][Ww][Tt]|SSWS|[Kk]ey|DPoP|GenieKey|Splunk|Bot)[ \t]{1,4}(?=\S)"
)
# Names of SASL mechanisms and of schemes, alone: AUTH=PLAIN is a capability.
_MECHANISM: Final = re.compile(
    r"(?:[Bb]asic|[Dd]igest|[Bb]earer|NTLM|ntlm|PLAIN|plain|LOGIN|login|CRAM-MD5|DIGEST-MD5|X?OAUTH2?|oauth2?|EXTERNAL|GSSAPI|ANONYMOUS|"
    r"SCRAM-SHA-(?:1|256)(?:-PLUS)?|[Nn]egotiate|[Kk]erberos|OAUTHBEARER)(?=[,;)\]}.\r\n\"']|\s+(?:AUTH|auth)=|\Z)"
)
_ANY_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9\-]{1,31}[ \t]{1,4}(?=(\S{4,}))")
_QUOTED_PARAM: Final = r"(?:\\{0,15}\"[^\"\n]{0,2048}+\"|'[^'\n]{0,2048}+'|[^\s,\"';]*+)"
# Schemes whose credentials are parameters; behind a key of authorization, any scheme with one in quotes.
_WITH_PARAMS: Final = (
    r"(?:[Dd]igest|OAuth|Hawk|HAWK|[Ss]ignature|AWS4-HMAC-SHA256|AWS4-ECDSA-P256-SHA256|AWS3-HTTPS|HMAC-SHA256|HMAC|EG1-HMAC-SHA256|"
    r"SharedAccessSignature|SharedKey|SharedKeyLite|GoogleLogin|MAC|vapid|WebPush|HOBA|Mutual|SCRAM-SHA-1|SCRAM-SHA-256)"
)
PARAMS: Final = compile_pattern(
    rf"{_WITH_PARAMS}[ \t]{{1,4}}[A-Za-z_][\w\-]{{0,40}}=(?=[^=\s]){_QUOTED_PARAM}(?:[,;]?[ \t]{{0,4}}[A-Za-z_][\w\-]{{0,40}}={_QUOTED_PARAM})*+"
)
_FIRST_OF_PARAMS: Final = frozenset("dDOHhSsAEGMvW")
_ANY_PARAMS: Final = compile_pattern(
    rf"[A-Za-z][A-Za-z0-9\-]{{1,31}}[ \t]{{1,4}}(?=[A-Za-z_][\w\-]{{0,40}}=\\{{0,15}}\")[A-Za-z_][\w\-]{{0,40}}={_QUOTED_PARAM}(?:[,;]?[ \t]{{0,4}}[A-Za-z_][\w\-]{{0,40}}={_QUOTED_PARAM})*+"
)
_COOKIE_NAME: Final = r"[^\s=;,\"'<>]{1,128}+="
_COOKIE_VALUE: Final = r"(?:\\{0,15}+\"[^\"\s,][^\"\n]{0,2048}+\"|'[^'\s,][^'\n]{0,2048}+'|[^\s;,\"'<>]*+)"
_COOKIE: Final = compile_pattern(
    rf"{_COOKIE_NAME}{_COOKIE_VALUE}"
    rf"(?:[;,][ \t]{{0,4}}+(?:[Ee]xpires=[A-Za-z]{{3,9}}, [0-9A-Za-z :\-]{{1,32}}+|{_COOKIE_NAME}{_COOKIE_VALUE}|HttpOnly|Secure|Partitioned|httponly|secure)"
    rf"| {_COOKIE_NAME}(?=[\"']){_COOKIE_VALUE})*+"
)
_PHRASE: Final = compile_pattern(r"[a-z]{2,16}+(?: [a-z]{2,16}+){1,32}+")
_LINE: Final = compile_pattern(r"[^\r\n]*+")
_CLOSERS: Final = {"[": "]", "{": "}", "(": ")", "<": ">"}
_BRACKETS: Final = compile_pattern(r"[\[\](){}<>]")
_BRACKETS_AND_QUOTES: Final = compile_pattern(r"[\[\](){}<>]|\"(?:[^\"\\]|\\[\s\S])*+\"|'(?:[^'\\\n]|\\[\s\S])*+'")
_OPENERS: Final = {closer: opener for opener, closer in _CLOSERS.items() if opener != "<"}
_MAX_NESTED: Final = 16
_REACH: Final = 256
_BLOCK: Final = compile_pattern(r"[|>][+\-0-9]{0,3}+[ \t]*+(?:\#[^\r\n]*+)?+(?:\r?\n|\\n)")
_ASSIGNED_LINE: Final = re.compile(
    r"[ \t]*(?:\[[\w.\- :]+\][ \t]*\r?$|[\w.\-]+[ \t]*[=:](?![=:])|[#;]|- [\w.\-]+:)", re.MULTILINE
)
_COMMENT: Final = re.compile(r"[ \t]+[#;]")
_ITEM: Final = re.compile(r"[ \t]*(?:- |[\w.\-\"']+:)")

_WHOLE_LINE_HEADS: Final = frozenset({"cookie", "cookies"})
_PHRASE_HEADS: Final = frozenset({"passphrase", "phrase", "mnemonic", "words", "seed"})
_AUTH_HEADS: Final = frozenset({"auth", "authorization", "authorisation", "authentication"})
# A part of a program that says its name first: "JWT Auth: Resolving team by alias". What it says has words of letters alone.
_PREFIXES: Final = frozenset({"auth", "authentication", "credentials"})
_SPOKEN: Final = compile_pattern(r"[A-Za-z][A-Za-z_]{1,40}+ [a-z]{2,20}+(?=[ .,:;]|\Z)")
_JOINED: Final = compile_pattern(r"(?:or|and) [A-Za-z]")
"""A sentence that names an argument: ``pass api_key= or set the variable``."""
# Language models bill by them: "tokens: 1532".
_COUNT: Final = re.compile(r"[0-9]{1,5}(?:[\s,;)\]}]|\Z)")
_COLLECTIONS: Final = frozenset({"secrets", "credentials", "passwords", "tokens", "creds", "cookies", "keys"})


def read(
    text: str, position: int, heads: tuple[str, ...], *, prose: bool, line: int = -1, small: bool = False
) -> Span | None:
    """Return the span of the value that begins at or after the position, or None where there is no value.

    Args:
        text: The text.
        position: Where the operator ends.
        heads: The last segments of the key's name: some keys have values with blanks in them.
        prose: Whether the operator is one of prose, too, so that an explanation may follow.
        small: Whether only words in small letters explain.
        line: Where the key begins if it is the first of its line, else -1: there the value may stand below.
    """
    head = heads[-1] if heads else ""
    start = position
    if not text[start : start + 1].isalnum() or text[start] == "s":  # else it begins right here, as most do
        gap = _GAP.match(text, position)
        start = gap.end() if gap else position
    if start >= len(text):
        return None
    if text[start] in "\r\n":
        return _below(text, start, head, line)
    if text[start] == "[" and _TAKEN.match(text, start) and (line < 0 or "\n" not in text):
        return None
    block = _BLOCK.match(text, start) if line >= 0 else None
    if block is not None:
        end = _indented(text, block.end(), line)
        begin = block.end() + len(text[block.end() : end]) - len(text[block.end() : end].lstrip())
        return (begin, end) if end > begin else None
    opening = None if text[start : start + 3].isalnum() else OPENING.match(text, start)
    if opening is not None:
        return quoted(text, opening)
    if nothing_at(text, start):
        return None
    explained = prose and start > position and explains(text, start + (text[start] == "("), small=small)
    if explained and text[start] == "(":
        return None
    spoken = prose and start > position and head in _PREFIXES and _SPOKEN.match(text, start) is not None
    if spoken or (
        text[position - 2 : position - 1] != " "
        and text[position:start] == " "
        and _JOINED.match(text, start) is not None
    ):
        return None
    return _bare(text, start, head, explained=explained, line=line)


def _bare(text: str, start: int, head: str, *, explained: bool, line: int) -> Span | None:
    """Return the span of a value without quotes."""
    if (head == "tokens" and _COUNT.match(text, start) is not None) or is_reference(text, start, head):
        return None
    if is_expression(text, start, head):
        return None
    if text[start] in _CLOSERS:
        end = bracket_end(text, start)
        if are_complaints(text, start, end):
            return None
        return start, _token_end(text, start, len(text) if end < 0 else end)
    if head in _AUTH_HEADS and _MECHANISM.match(text, start) is not None:
        return None
    known = _of_head(text, start, head, explained=explained)
    if known is not None:
        return known
    after = _scheme_end(text, start, head)
    if after < 0 or (explained and (after == start or not is_value_like(text[after : _token_end(text, after, after)]))):
        return None
    if after == start and line >= 0 and _among_assignments(text, line):
        return _to_comment(text, start)
    end = _token_end(text, start, after)
    return (start, end) if end > start and any(map(str.isalnum, text[start:end])) else None


def _of_head(text: str, start: int, head: str, *, explained: bool) -> Span | None:
    """Return the span of a value that has blanks in it, as some keys and schemes have."""
    if head in _WHOLE_LINE_HEADS:
        cookie = _COOKIE.match(text, start)
        if cookie is not None:
            return start, trim(text, start, cookie.end())
    if head in _PHRASE_HEADS and not explained:
        phrase = _PHRASE.match(text, start)
        if phrase is not None:
            return phrase.span()
    params = (PARAMS.match(text, start) if text[start] in _FIRST_OF_PARAMS else None) or (
        _ANY_PARAMS.match(text, start) if head in _AUTH_HEADS else None
    )
    return None if params is None else (start, _token_end(text, start, params.end()))


def _scheme_end(text: str, start: int, head: str) -> int:
    """Return where a scheme's name and the blank behind it end: at start if there is none, -1 if words follow it."""
    scheme = _SCHEME.match(text, start)
    if scheme is None and head in _AUTH_HEADS:
        scheme = _ANY_SCHEME.match(text, start)
        if scheme is not None and not is_value_like(scheme[1]):
            scheme = None
    if scheme is None:
        return start
    return -1 if explains(text, scheme.end()) else scheme.end()


def quoted(text: str, opening: re.Match[str]) -> Span | None:
    """Return the span between the quotes. Without a closing one the text was cut inside the value: all of it goes."""
    start = opening.end()
    end = _closing(text, opening[1], start)
    while end < len(text):
        more = _PLUS.match(text, end + 1)
        if more is None:
            break
        end = _closing(text, text[more.end()], more.end() + 1)
    return (start, end) if end > start and not is_nothing(text[start:end]) else None


def _closing(text: str, quote: str, start: int) -> int:
    """Return where a quoted value ends."""
    until = _UNTIL_QUOTE.get(quote)
    if until is not None:
        inner = until.match(text, start)
        return inner.end() if inner else len(text)
    if quote[0] == "\\" and quote[-1] in "\"'`":
        return _escaped_closing(text, quote[-1], quote.count("\\"), start)
    end = text.find(_CURLY.get(quote, quote), start)
    return len(text) if end < 0 else end


def _escaped_closing(text: str, mark: str, depth: int, start: int) -> int:
    r"""Return where a value in escaped quotes ends: at a quote that is not escaped deeper (``\"a\\\"b\"``)."""
    at = text.find(mark, start)
    while at >= 0:
        slashes = at
        while slashes > start and text[slashes - 1] == "\\":
            slashes -= 1
        if at - slashes <= depth:
            return slashes
        at = text.find(mark, at + 1)
    return len(text)


def bracket_end(text: str, start: int, limit: int = 1 << 30) -> int:
    """Return where the bracket that opens at start is closed, or -1. Brackets in quotes are not counted at first."""
    for pattern in (_BRACKETS_AND_QUOTES, _BRACKETS)[: 2 if limit > len(text) else 1]:
        depth = 0
        opener, closer = text[start], _CLOSERS[text[start]]
        for found in pattern.finditer(text, start, limit):
            if found[0] == opener:
                depth += 1
            elif found[0] == closer:
                depth -= 1
                if depth == 0:
                    return found.end()
    return -1


def _token_end(text: str, start: int, position: int) -> int:
    """Return the end of a value without quotes that goes on at the position, the sentence's full stop left out."""
    token = _TOKEN.match(text, position)
    end = token.end() if token else position
    for _ in range(_MAX_NESTED):
        stopped = text[end : end + 1]
        opener = _OPENERS.get(stopped)
        if opener is not None:
            # A bracket that the value opened is its own: ${NAME}, f(x).y
            if text.count(opener, start, end) <= text.count(stopped, start, end):
                break
            more = end + 1
        elif stopped in {'"', "'"} and text[end - 1] in "=:" and text.find(stopped, end + 2, end + _REACH) > 0:
            more = text.index(stopped, end + 2) + 1  # key="x" as the value of another key
        elif stopped and stopped in "\"'`, ":
            # Some("x"), SecretStr('x'), f(a, b): what the value opened is read to its end
            opened = _last_open(text, start, end)
            if opened < 0 or text.find(_CLOSERS[text[opened]], end, opened + _REACH) < 0:
                break
            more = bracket_end(text, opened, opened + _REACH)
            if more <= end:
                break
        elif stopped == ">" and text[end + 1 : end + 2].isalnum() and "<" not in text[max(0, start - _REACH) : start]:
            more = end + 1
        else:
            break
        token = _TOKEN.match(text, more)
        end = token.end() if token else more
    end = script_end(text, start, end)
    while end > start and text[end - 1] in ".!?:,;":
        end -= 1
    return end


def _last_open(text: str, start: int, end: int) -> int:
    """Return where the outermost bracket stands that the span opens and does not close, or -1."""
    for opener, closer in (("(", ")"), ("[", "]"), ("{", "}")):
        if text.count(opener, start, end) > text.count(closer, start, end):
            return text.index(opener, start)
    return -1


def _indented(text: str, start: int, line: int) -> int:
    """Return the end of the lines that are indented more than the key, as YAML's block scalars are."""
    indent = _indent(text, line)
    end = start
    while end < len(text):
        stop = text.find("\n", end)
        stop = len(text) if stop < 0 else stop
        content = text[end:stop]
        if content.strip() and len(content) - len(content.lstrip()) <= indent:
            break
        end = min(stop + 1, len(text))
    while end > start and text[end - 1] in "\r\n \t":
        end -= 1
    return end


def _indent(text: str, line: int) -> int:
    return line - text.rfind("\n", 0, line) - 1


def _below(text: str, start: int, head: str, line: int) -> Span | None:
    """Return the value that stands on the next line: items of a YAML list, a block of secrets, or one token alone."""
    if line < 0:
        return None
    first = _next_line(text, start)
    stop = text.find("\n", first)
    content = text[first : len(text) if stop < 0 else stop].rstrip()
    item = content.lstrip()
    if not item:
        return None
    deeper = len(content) - len(item) > _indent(text, line)
    if item.startswith("- ") or (head in _COLLECTIONS and deeper and _ITEM.match(content) is not None):
        end = first
        while end < len(text):
            stop = text.find("\n", end)
            stop = len(text) if stop < 0 else stop
            row = text[end:stop]
            if not (row.lstrip().startswith("- ") or len(row) - len(row.lstrip()) > _indent(text, line)):
                break
            end = min(stop + 1, len(text))
        while end > first and text[end - 1] in "\r\n \t":
            end -= 1
        begin = first + len(content) - len(item)
        return (begin, end) if end > begin and not is_nothing(text[begin:end].removeprefix("- ")) else None
    begin = first + len(content) - len(item)
    if " " in item or not is_value_like(item) or item.endswith((":", "=", ",")) or ":" in item or "=" in item:
        return None
    return begin, begin + len(item)


def _next_line(text: str, start: int) -> int:
    """Return where the first line begins behind the position that is not empty, two lines on at most."""
    position = start
    for _ in range(2):
        stop = text.find("\n", position)
        if stop < 0:
            return len(text)
        position = stop + 1
        following = text.find("\n", position)
        if text[position : len(text) if following < 0 else following].strip():
            break
    return position


def _among_assignments(text: str, line: int) -> bool:
    """Tell whether the line before or behind is an assignment, too: in such files a value runs to the line's end."""
    begin = text.rfind("\n", 0, line) + 1
    stop = text.find("\n", line)
    if 0 <= stop < len(text) - 1 and _ASSIGNED_LINE.match(text, stop + 1) is not None:
        return True
    return begin > 1 and _ASSIGNED_LINE.match(text, text.rfind("\n", 0, begin - 1) + 1) is not None


def _to_comment(text: str, start: int) -> Span | None:
    """Return the span to the end of the line or to its comment."""
    found = _LINE.match(text, start)
    end = found.end() if found else start
    comment = _COMMENT.search(text, start, end)
    if comment is not None:
        end = comment.start()
    while end > start and text[end - 1] in " \t,;":
        end -= 1
    return (start, end) if end > start and not is_nothing(text[start:end]) else None
