r"""Values of small objects in a sentence: ``it was {"name": "Ann Lee", "age": 3}`` keeps its keys, which are the program's own words.

A larger object, and one whose data has no quoted key, goes whole (`dumps`).
"""

import re
from typing import Final

from tightlip_scrubbers.common_words import COMMON_WORDS
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
    else:
        closed = _UNTIL[delimiter].match(text, end, reach)
        close = -1 if closed is None else closed.end() - 1
    if close <= end or (meaning is not None and meaning.check is not None and meaning.check(text[end:close])):
        return None  # the key's own rule says more
    if meaning is not None and not is_data(text[end:close]):  # "client_id": "web"
        return None
    return (end, close) if goes(key, text[end:close]) else None


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
            'sent {\\"customer\\":\\"Ann Lee\\",\\"n\\":1} twice',
        ),
        misses=(
            'expected {"type": "object"}',
            'expected {"n": 1} or [1, 2]',
            "use {'key': '%s'} or {name!r}",
            'answered {"error": "Directory not found"}',
            'answered {"message":"Internal Server Error","status":500}',
            '{"level":"error","msg":"request failed","status":500}',
            '{"detail":"Authentication credentials were not provided."}',
        ),
    ),
)
