r"""Values of small objects in a sentence: ``it was {"name": "Ann Lee", "age": 3}`` keeps its keys, which are the program's own words.

A larger object, and one whose data has no quoted key, goes whole (`dumps`).
"""

import re
from typing import Final

from tightlip_scrubbers.common_words import COMMON_WORDS
from tightlip_scrubbers.detectors.content.failures import in_failure
from tightlip_scrubbers.detectors.words import EXPLANATIONS
from tightlip_scrubbers.keys import Names
from tightlip_scrubbers.meanings.data import MARKER, is_data, is_name
from tightlip_scrubbers.rule import Found, Rule, has

SMALL: Final = 240
"""Characters of an object that keeps its keys."""

_KEY_BACKWARDS: Final = re.compile(
    r"[bu]?\s{0,2}(?:>=|:)\s{0,2}[\"']\\{0,7}([A-Za-z0-9_.\- ]{1,48})\\{0,7}[\"'][\s\S]{0,239}?[{]"
)
URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]{0,15}:(?:\\?/){2}\S*\Z")
"""A value that is a URL."""
_KEY_ALONE: Final = re.compile(r"[bu]?\s{0,2}(?:>=|:)\s{0,2}[\"']\\{0,7}([A-Za-z0-9_.\- ]{1,48})\\{0,7}[\"']")
_MOST_VALUE: Final = 4_096
_REACH: Final = SMALL + 80
_UNTIL: Final = {quote: re.compile(rf"(?:[^{quote}\\\n]|\\[^\n])*{quote}") for quote in ('"', "'")}
_CHOICES: Final = frozenset(
    {
        *("type", "status", "code", "level", "error", "method", "event", "state", "kind", "op", "action", "mode"),
        *("format", "reason", "message", "detail", "title", "version", "unit", "lang", "language", "currency"),
        *("encoding", "protocol", "kty", "crv", "alg", "use"),
    }
)
"""Keys whose value, if it is one lower-case word, is a choice among few."""


_SAYS: Final = frozenset(
    {"error", "err", "errors", "detail", "details", "reason", "msg", "error_description", "error_message", "errmsg"}
)
"""Keys under which programs speak. A sentence of small words, most of them of the kind that stands in any error, is theirs if it says what failed."""

_LOG: Final = re.compile(
    r"\"(?:level|severity|lvl|levelname|log\.level|log_level|loglevel)\\{0,7}\" ?: ?(?:\\{0,7}\"(?i:trace|debug|info|notice|warn|warning|error|err|crit|critical|alert|fatal|panic|emerg|emergency)\\{0,7}\"|[1-6]0[,}])"
)
"""What makes an object a line of a log: its level, by name or as pino counts them. Its message is a program's, as in any other line."""

_LOGGED: Final = frozenset(
    {
        "msg",
        "message",
        "event",
        "error",
        "err",
        "exception",
        "stack",
        "stacktrace",
        "cause",
        "reason",
        "text",
        "short_message",
    }
)
_LOG_REACH: Final = 400
_TWO_WORDS: Final = re.compile(r"[A-Za-z]{2,}[^A-Za-z]{1,3}[A-Za-z]{2,}")
_STAMP_KEYS: Final = frozenset({"ts", "time", "timestamp", "@timestamp", "datetime", "asctime", "date"})
_STAMP: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9.,]{2,16}(?:Z|[+\-][0-9:]{4,6})?")
_PLACE_KEYS: Final = frozenset(
    {"logger", "caller", "levelname", "severity", "lvl", "type", "source", "loggername", "class", "func"}
)
_PLACE: Final = re.compile(r"[A-Za-z_][\w.$]{0,80}(?:/[\w.\-]{1,40}\.(?:go|py|rs|js|ts|rb))?(?::[0-9]{1,6})?")


def in_log(text: str, start: int, end: int) -> bool:
    """Tell whether a value stands in an object that is a line of a log."""
    return _LOG.search(text, max(0, start - _LOG_REACH), end + _LOG_REACH) is not None


def _is_logged(text: str, start: int, end: int, key: str) -> bool:
    """Tell what a program wrote into its log: the message, the time, the place in its code. The rules of sentences judge the message."""
    value, key = text[start:end], key.lower()
    if key in _STAMP_KEYS:
        written = _STAMP.fullmatch(value) is not None
    elif key in _PLACE_KEYS:
        written = _PLACE.fullmatch(value) is not None
    else:
        written = key in _LOGGED and _TWO_WORDS.search(value) is not None
    return written and in_log(text, start, end)


_SENTENCE: Final = re.compile(r"[A-Z]?[a-z]{1,18}(?:(?: |, )[a-z]{1,18}){1,16}[.!]?")
_FAILED: Final = frozenset(
    {
        *(
            "not",
            "no",
            "cannot",
            "failed",
            "failure",
            "error",
            "invalid",
            "missing",
            "required",
            "expired",
            "denied",
            "refused",
        ),
        *(
            "rejected",
            "revoked",
            "unknown",
            "unable",
            "unsupported",
            "unavailable",
            "unexpected",
            "exceeded",
            "timed",
            "too",
        ),
    }
)
_REASONS: Final = frozenset(
    {
        *(
            "Bad Request",
            "Unauthorized",
            "Forbidden",
            "Not Found",
            "Method Not Allowed",
            "Not Acceptable",
            "Conflict",
            "Gone",
        ),
        *(
            "Request Timeout",
            "Unprocessable Entity",
            "Unprocessable Content",
            "Too Many Requests",
            "Internal Server Error",
        ),
        *("Not Implemented", "Bad Gateway", "Service Unavailable", "Gateway Timeout", "Precondition Failed"),
    }
)
"""What HTTP says of its status codes."""


def is_own(key: str) -> bool:
    """Whether a quoted key can be a word of the program's: a name, in any case style."""
    return key.replace("_", "").replace("-", "").replace(".", "").isalnum() and not key.isdecimal()


def _is_said(key: str, value: str) -> bool:
    """Whether a value is what a program says of its own failure."""
    if value in _REASONS:
        return True
    if key.lower() not in _SAYS or _SENTENCE.fullmatch(value) is None:
        return False
    words = value.lower().rstrip(".!").replace(",", "").split(" ")
    return not _FAILED.isdisjoint(words) and 2 * sum(
        word in COMMON_WORDS or word in EXPLANATIONS for word in words
    ) > len(words)


def goes(key: str, value: str) -> bool:
    """Whether a quoted value under a key is data, or a lower-case word that is no choice."""
    if MARKER.fullmatch(value) or URL.match(value):  # the rules of URLs take what is data in one
        return False
    if _is_said(key, value):
        return False
    return is_data(value) or (is_name(value) and len(value) > 1 and key.lower() not in _CHOICES)


def member(text: str, start: int, end: int, names: Names) -> Found | None:
    """Confirm the opening quote of a value behind a quoted key in braces; the span is what stands between the quotes."""
    whole = text[:1] == "{" and text[-1:] == "}"  # all of it is one: its brace may be far
    backwards = (_KEY_ALONE if whole else _KEY_BACKWARDS).match(text[max(0, start - _REACH) : start][::-1])
    if backwards is None:
        return None
    key = backwards[1][::-1]
    meaning = names.meaning(key)
    if not is_own(key) or (meaning is not None and meaning.check is None):
        return None
    delimiter = text[start:end]
    reach = end + (_MOST_VALUE if whole else SMALL)
    if len(delimiter) > 1:  # escaped
        close = text.find(delimiter, end, reach)
        while close > 0 and text[close - 1] == "\\":  # a quote inside, which is escaped deeper
            close = text.find(delimiter, close + len(delimiter), reach)
    else:
        closed = _UNTIL[delimiter].match(text, end, reach)
        close = -1 if closed is None else closed.end() - 1
    if close <= end or (meaning is not None and meaning.check is not None and meaning.check(text[end:close])):
        return None  # the key's own rule says more
    if meaning is not None and not is_data(text[end:close]):  # "client_id": "web"
        return None
    if _is_logged(text, end, close, key):
        return None
    if not goes(key, text[end:close]) or in_failure(text, end, close, names):
        return None
    return end, close


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="content.member",
        kind="content",
        gate=has('":', '" :', '"=>', "':", "' :", "'=>", signs="{"),
        pattern=r"[\"'][ ]{0,2}+(?:=>|:)[ ]{0,2}+[bu]?+(\\{0,7}+[\"'])",
        group=1,
        by_name=member,
        marker="[value]",
        matches=(
            'upload refused, it was {"name": "Ann Lee", "age": 3}',
            "cannot store {'customer': 'Ann Lee', 'n': 2} (twice)",
            '{"level":"error","customer":"Ann Lee","msg":"Retry budget exhausted"}',
            "Error code: 400 - {'error': {'message': 'The name is not valid', 'type': 'bad_name', 'customer': 'Ann Lee'}}",
            "answered {'error': {'message': 'Ann Lee', 'code': 'x'}}",
            """answered {'error': {'message': "The name 'Ann Lee' is not valid", 'code': 'x'}}""",
            "answered {'error': {'message': 'The key sk-ab****cd is not valid', 'code': 'x'}}",
            'sent {\\"customer\\":\\"Ann Lee\\",\\"n\\":1} twice',
        ),
        misses=(
            'expected {"type": "object"}',
            'expected {"n": 1} or [1, 2]',
            "use {'key': '%s'} or {name!r}",
            'answered {"error": "Directory not found"}',
            'answered {"message":"Internal Server Error","status":500}',
            '{"level":"error","msg":"request failed","status":500}',
            "Error code: 404 - {'error': {'message': 'The model `x-9` does not exist', 'type': 'invalid_request_error', 'param': None, 'code': 'gone'}}",
            '{"error":{"code":"AuthorizationFailed","message":"The client is not allowed to perform action x.read over the scope."}}',
            '{"errors":[{"message":"Cannot query field x on type Y","locations":[{"line":2,"column":5}],"extensions":{"code":"GRAPHQL_INVALID"}}]}',
            '{"detail":"Authentication credentials were not provided."}',
            '{"level":"error","ts":1764000000.12,"caller":"sync/worker.go:88","msg":"Retry budget exhausted"}',
            '{"timestamp":"2026-11-24T10:15:02Z","severity":"ERROR","logger":"c.acme.Sync","message":"connection refused: AccessDenied"}',
        ),
    ),
)
