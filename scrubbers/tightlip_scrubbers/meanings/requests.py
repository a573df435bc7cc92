"""Names of data of requests and of contents: headers, bodies, cookies, forms, what programs were given and what they wrote.

A name that says so by two words (``request_body``, ``query_string``) needs nothing of its value. One that is a word of its own
(``content``, ``prompt``, ``document``) needs a value that is a text: a phrase, not a name. ``data``, ``params`` and ``messages`` say nothing.

Sources for the words: the Python library reference (`subprocess`, `sys`, `os`), WSGI (PEP 3333) and CGI (RFC 3875) for variables of requests, the
documentation of Django, Flask, Rack and Express on requests, the GraphQL specification section 6 (variables), RFC 9110 (headers).
"""

import re
from collections.abc import Mapping
from typing import Final

from tightlip_scrubbers.common_words import COMMON_WORDS
from tightlip_scrubbers.meaning import Meaning
from tightlip_scrubbers.meanings.data import MARKER, is_data, is_name
from tightlip_scrubbers.randomness import is_hex

_QUOTES: Final = frozenset("\"'`")
_WORDS_ONLY: Final = re.compile(r"[a-z][a-z ,'\-]*[.!]?(?: \([a-z ]+\))?")
_STREAM: Final = re.compile(
    r"[+\-]?[0-9]{1,3}|(?:subprocess\.)?(?:PIPE|STDOUT|DEVNULL)|(?:sys|io|self|process|proc|result)\.[\w.()]+|None|True|False|null|true|false|<[^<>\n]*>"
    r"|(?:inherit|pipe|ignore|closed|open|empty|str|bytes|file|int|text)"
)
_HEADER: Final = re.compile(r"[\"'\[{(]*b?[\"']?[A-Za-z][A-Za-z0-9\-]*[\"']?(?:[:=,]|\s)|\[?\(")
_LABEL: Final = re.compile(r"\n(?:[ \t]*\r?\n|[ \t\-]*[A-Za-z][A-Za-z ]{0,24}[:=]|$)|\Z")
_PARAMETER: Final = re.compile(r"[?&][\w.\-\[\]]{1,64}=\Z")
_DOCUMENTED: Final = re.compile(
    r"\((?:str|bool|int|float|dict|list|bytes|tuple|object|optional|Optional|Any|None)[^()\n]{0,40}\)[ \t]?:\s{0,4}\Z"
)
_DATA: Final = re.compile(
    r"<[A-Za-z!?]|[A-Za-z_][\w.\-]{0,48}=[^\s=]|%[0-9A-Fa-f]{2}|--?[A-Za-z]|[A-Za-z0-9+/]{40}|\\x[0-9a-f]{2}"
)
"""What begins so is no sentence."""
_LABELS: Final = re.compile(
    r"(?:\A|[\n\t;({>|])[ \t>*#\-]{0,8}(?:[A-Za-z_.]{1,24} ){0,2}[A-Za-z_.\-]{1,32}[\"']?\]?[ \t]?[:=][ \t]*\Z"
)
_APART: Final = re.compile(r"[ :,\-]|\\?\\x|, 0x")
_LEAST_DIGITS: Final = 16
_REACH: Final = 96
_FEW: Final = 3
_SURE: Final = 512
"""What is longer is no word about the value."""
_LONG: Final = 40
_PHRASE: Final = 2
_MOST_OUTPUT: Final = 8_192


def is_text(value: str) -> bool:
    """Whether a value is a text: of several words, of several lines, or long; no word for the kind of one."""
    if MARKER.fullmatch(value) or not any(map(str.isalpha, value)):
        return False
    return value.count(" ") >= _PHRASE or "\n" in value or "\\n" in value or (len(value) > _LONG and not is_name(value))


def has_arguments(value: str) -> bool:
    """Whether a value is a program with arguments that somebody chose: not its name alone, and no sentence of small words."""
    words = value.strip("[](),'\"").split()
    if len(words) <= 1 or MARKER.fullmatch(value):
        return False
    return not all(word.strip("'\",.!").lower() in COMMON_WORDS for word in words)


def are_bytes(value: str) -> bool:
    """Whether a value is eight bytes or more in hexadecimal digits: a number has no letters among them, a word no digits."""
    digits = _APART.sub("", value.strip().removeprefix("0x"))
    if value.startswith("0x") and len(digits) == _LEAST_DIGITS:  # where it stands in memory
        return False
    return len(digits) >= _LEAST_DIGITS and len(digits) % 2 == 0 and is_hex(digits)


def is_output(value: str) -> bool:
    """Whether a value is what went through a stream, not the stream."""
    return bool(value.strip()) and not _STREAM.fullmatch(value) and not MARKER.fullmatch(value)


def are_headers(value: str) -> bool:
    """Whether a text is written headers: a dict's form, or a name with a colon."""
    if len(value) > _SURE:
        return True
    return _HEADER.match(value) is not None and any(sign in value for sign in ":=,") and any(map(str.isalnum, value))


def is_brought(value: str) -> bool:
    """Whether a value is data, not a name of code."""
    return is_data(value) or (" " in value and any(map(str.isalpha, value)))


def _is_bounded(text: str, start: int) -> bool:
    return text[start - 1 : start] in _QUOTES or text[start] in "{[("


def _is_assigned(text: str, start: int) -> bool:
    return text[max(0, start - _REACH) : start].rstrip(" \t")[-1:] == "="


def _is_left(text: str, start: int, end: int) -> bool:
    """Whether another rule takes the value, or there is none: a URL's parameter, an empty bracket, a documented argument."""
    before = text[max(0, start - _REACH) : start]
    return (
        text[start:end] in ("{}", "[]", "()")
        or not any(map(str.isalnum, text[start:end]))
        or _PARAMETER.search(before) is not None
        or _DOCUMENTED.search(before) is not None
    )


def bounded(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Only what quotes, brackets or an equal sign show to be a value: behind a colon, these words stand in sentences."""
    if _is_left(text, start, end):
        return None
    return (start, end) if _is_bounded(text, start) or _is_assigned(text, start) else None


def line(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The same, and behind a label at the beginning of a line the rest of it, unless that explains; in a sentence, what looks like data."""
    if _is_left(text, start, end):
        return None
    if _is_bounded(text, start) or _is_assigned(text, start):
        return (start, end) if any(map(str.isalpha, text[start:end])) or end - start > _FEW else None
    stop = text.find("\n", start)
    stop = len(text) if stop < 0 else stop
    while stop > start and text[stop - 1] in " \t\r":
        stop -= 1
    if _DATA.match(text, start):
        return start, stop
    if (
        not _LABELS.search(text, max(0, start - _REACH), start)
        or _WORDS_ONLY.fullmatch(text, start, min(stop, start + _SURE))
        or _is_type(text[start:end])
    ):
        return None
    return start, stop


def _is_type(word: str) -> bool:
    return word in {"str", "bytes", "dict", "Any", "Optional", "object", "None"} or word.startswith(
        ("Optional[", "Union[", "dict[", "list[")
    )


def output(text: str, start: int, end: int) -> tuple[int, int] | None:
    """What a program wrote has lines: up to an empty one, or to the next label."""
    if _is_left(text, start, end):
        return None
    if _is_bounded(text, start) or _is_assigned(text, start):
        return start, end
    close = _LABEL.search(text, start, start + _MOST_OUTPUT)
    stop = close.start() if close else start + _MOST_OUTPUT
    while stop > start and text[stop - 1] in " \t\r\n":
        stop -= 1
    return (start, max(end, stop)) if not _is_type(text[start:end]) else None


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(*texts: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(text.split()) for text in texts)


_NOT_A_BODY: Final[Mapping[str, frozenset[str]]] = dict.fromkeys(
    ("body", "bodies", "payload", "payloads"),
    _words("no empty missing invalid unexpected loop function method class module"),
)
_OF_REQUESTS: Final = _words("request response req resp http post put patch raw form webhook multipart")

MEANINGS: Final[tuple[Meaning, ...]] = (
    Meaning(
        "request.body-keyed",
        "request",
        "[body]",
        heads=_words("body payload payloads requestbody responsebody rawbody postdata formdata"),
        harmless=_NOT_A_BODY,
        qualified={
            "data": _OF_REQUESTS,
            "json": _words("request response req resp"),
            "text": _words("request response req resp"),
            "content": _words("request response req resp"),
            "form": _words("request req posted"),
            "files": _words("request req uploaded"),
            "fields": _words("form"),
            "values": _words("form"),
            "input": _words("raw request user"),
        },
        phrases=_phrases("raw request", "raw response", "raw post", "request payload"),
        bound=line,
    ),
    Meaning(
        "request.headers-keyed",
        "request",
        "[headers]",
        heads=_words("headers"),
        check=are_headers,
        bound=bounded,
    ),
    Meaning(
        "request.header-keyed",
        "request",
        "[header]",
        heads=_words("referer referrer useragent"),
        phrases=_phrases(
            *("user agent", "forwarded for", "forwarded host", "forwarded server", "if none match", "last event id"),
            *("websocket key", "request uri", "original url", "sec ch ua"),
        ),
        check=is_output,
        bound=bounded,
    ),
    Meaning(
        "request.query-keyed",
        "request",
        "[query]",
        heads=_words("querystring"),
        phrases=_phrases("query string", "raw query", "search params", "url query"),
        bound=bounded,
    ),
    Meaning(
        "request.parameters-keyed",
        "request",
        "[parameters]",
        qualified={
            "params": _words("sql query bind bound get post url route path form request"),
            "parameters": _words("sql query bind bound request form"),
            "variables": _words("graphql query operation bind bound"),
            "args": _words("sql query bind"),
        },
        bound=bounded,
    ),
    Meaning(
        "content.output-keyed",
        "content",
        "[output]",
        heads=_words("stdin stdout stderr"),
        check=is_output,
        bound=output,
    ),
    Meaning(
        "content.arguments-keyed",
        "content",
        "[arguments]",
        heads=_words("argv cmdline commandline"),
        phrases=_phrases("command line", "cmd line", "command args", "command arguments", "cli args"),
        bound=line,
    ),
    Meaning(
        "content.arguments-keyed",
        "content",
        "[arguments]",
        heads=_words("command commands cmd cmds"),
        check=has_arguments,
        bound=bounded,
    ),
    Meaning(
        "content.environment-keyed",
        "content",
        "[environment]",
        heads=_words("environ envvars"),
        phrases=_phrases("env vars", "environment vars", "environment variables", "env variables", "process env"),
        bound=bounded,
    ),
    Meaning(
        "content.locals-keyed",
        "content",
        "[locals]",
        heads=_words("locals"),
        phrases=_phrases("local variables", "local vars", "frame vars"),
        bound=bounded,
    ),
    Meaning(
        "content.bytes-keyed",
        "content",
        "[bytes]",
        heads=_words("bytes hex hexdump buffer buf packet binary chunk datagram"),
        # Digests, ids and addresses say which thing it is.
        never=_words(
            "hash hashes sha sha1 sha256 md5 digest checksum crc commit id uuid trace span fingerprint etag color colour address addr version git tree"
        ),
        check=are_bytes,
        bound=bounded,
    ),
    Meaning(
        "content.text-keyed",
        "content",
        "[text]",
        phrases=_phrases(
            "file content", "file contents", "file data", "file body", "file text", "file bytes", "raw content"
        ),
        bound=bounded,
    ),
    Meaning(
        "content.text-keyed",
        "content",
        "[text]",
        heads=_words(
            "content contents html document prompt completion transcript attachment excerpt snippet clipboard"
        ),
        phrases=_phrases(
            "user input", "user message", "user prompt", "input text", "output text", "document text", "page text"
        ),
        check=is_text,
        bound=bounded,
    ),
)
"""Names that say: this was sent, given or written."""
