r"""Failure objects of HTTP APIs: ``{'error': {'message': 'The model does not exist', 'type': ..., 'code': ...}}``.

SDKs put the body of a failed answer into the message of what they raise. Its keys are few and say what it is; its message is a sentence of the service's
program. So it stays, and the rules of sentences judge it as any other text; what they find in it goes. An object in which anything else
stands, or whose message says nothing of a failure, is data as before, and goes.

Sources: the error references of OpenAI, Anthropic, Stripe, Google ("Errors", google.rpc.Status), Azure ("Error condition responses"), Kubernetes
("Status"), RFC 9457 (problem details), the GraphQL specification, section 7.1.2 ("Errors").
"""

import re
from typing import Final, cast

from tightlip_scrubbers import literals, markers
from tightlip_scrubbers.common_words import COMMON_WORDS
from tightlip_scrubbers.detectors.words import EXPLANATIONS
from tightlip_scrubbers.keys import Names
from tightlip_scrubbers.meanings.data import MARKER, is_data, is_name
from tightlip_scrubbers.rule import Rule, has
from tightlip_scrubbers.spans import Span

_LONGEST: Final = 2_048
"""Characters of such an object."""

_TRIES: Final = 4
_DEEPEST: Final = 5
_OPEN: Final = re.compile(
    r"\{\s{0,8}[\"'](?:[Ee]rrors?|[Mm]essage|[Cc]ode|[Tt]ype|kind|status|detail|fault|title)[\"']\s{0,4}:"
)
_PIECES: Final = re.compile(r"\"(?:[^\"\\]|\\[\s\S])*+\"|'(?:[^'\\]|\\[\s\S])*+'|[{}\[\]]")
_WORDS: Final = re.compile(r"[A-Za-z]+(?:'[a-z]+)?")
_QUOTED: Final = re.compile(r"(?<![A-Za-z0-9])[\"'`]([^\"'`\n]{1,128}+)[\"'`](?![A-Za-z])")
_MASKED: Final = re.compile(r"\*\*")
_RUNS: Final = re.compile(r"[A-Za-z0-9_\-]{6,128}+")
_CONSTANT: Final = re.compile(r"[A-Z][A-Za-z]{1,40}")
_TYPE: Final = re.compile(r"type\.googleapis\.com/[a-z]+(?:\.[A-Za-z]+){1,4}")
_URL: Final = re.compile(r"https?://\S{1,256}")
_GOOGLE: Final = re.compile(r"(?:[a-z]+\.)?googleapis\.com")
_LONG_ID: Final = 4
_LARGE: Final = 100_000
_IDS: Final = frozenset(
    {"request_id", "requestid", "request-id", "trace_id", "traceid", "correlationid", "correlation_id"}
)
_WRAPPERS: Final = frozenset({"error", "errors", "fault"})
_SAYS: Final = frozenset({"message", "detail", "title", "error_description", "error_message"})
_CHOICES: Final = frozenset(
    {"type", "code", "status", "reason", "kind", "param", "innererror", "error", "apiversion", "@type", "path"}
)
_HOLDS: Final = (
    frozenset({"details", "locations", "extensions", "metadata", "line", "column", "innererror"}) | _WRAPPERS
)
_FAILED: Final = frozenset(
    """
    not no cannot can't doesn't failed failure error invalid missing required expired denied refused rejected revoked unknown unable unsupported
    unavailable unexpected exceeded timed too forbidden unauthorized incorrect wrong bad unrecognized maximum must already insufficient
    overloaded conflict deprecated disabled
    """.split()  # noqa: SIM905 - a page of words reads better than a list of literals
)


def _is_sentence(value: str) -> bool:
    """Whether a text says that something failed, in the words of programs; a name or a person's own text does not."""
    if _MASKED.search(value) or any(
        is_data(piece[1]) and not _is_choice(piece[1]) for piece in _QUOTED.finditer(value)
    ):
        return False  # it repeats what it was sent
    if any(sum(map(str.isdecimal, word[0])) >= _LONG_ID and not word[0].isdecimal() for word in _RUNS.finditer(value)):
        return False
    words = [word.lower() for word in _WORDS.findall(value)]
    small = sum(word in COMMON_WORDS or word in EXPLANATIONS for word in words)
    return len(words) > 1 and not _FAILED.isdisjoint(words) and 5 * (small + 1) >= 2 * len(words)


def _is_choice(value: str) -> bool:
    """Whether a text is one of a program's own words: ``model_not_found``, ``INVALID_ARGUMENT``, ``AuthorizationFailed``."""
    return is_name(value) or _CONSTANT.fullmatch(value) is not None or _TYPE.fullmatch(value) is not None


def _is_plain(key: str, value: object, names: Names, depth: int) -> bool:
    """Whether a member of such an object holds nothing but what a service says of a failure."""
    lower = key.lower()
    if isinstance(value, str):
        if MARKER.fullmatch(value) or not value:
            return True
        meaning = names.meaning(key)
        if meaning is not None and (meaning.check is None or meaning.check(value)):
            return True  # the key's own rule takes it
        if lower in _IDS:  # one with digits goes, by the row below
            return _is_id(value) or is_name(value)
        if _URL.fullmatch(value) or (lower in {"domain", "service"} and _GOOGLE.fullmatch(value)):
            return True  # the rules of URLs take what is data in it
        return (lower in _SAYS | {"error"} and _is_sentence(value)) or (lower in _CHOICES and _is_choice(value))
    if lower not in _CHOICES | _HOLDS:
        return False
    if value is None or isinstance(value, bool) or (isinstance(value, int) and abs(value) < _LARGE):
        return True
    if depth > _DEEPEST:
        return False
    if isinstance(value, dict):
        members = cast("dict[object, object]", value)
        return all(isinstance(name, str) and _is_plain(name, item, names, depth + 1) for name, item in members.items())
    return isinstance(value, list) and all(
        _is_plain(key, item, names, depth + 1) for item in cast("list[object]", value)
    )


def _is_id(value: str) -> bool:
    return sum(map(str.isdecimal, value)) >= _LONG_ID


def request_id(text: str, start: int, end: int) -> Span | None:
    """Take the id of a request, which its service's owner can look up."""
    return (start, end) if _is_id(text[start:end]) else None


def _end(text: str, start: int) -> int:
    """Where the brace at start is closed, or -1."""
    depth = 0
    for piece in _PIECES.finditer(text, start, start + _LONGEST):
        sign = text[piece.start()]
        depth += (sign in "{[") - (sign in "}]")
        if depth == 0:
            return piece.end()
    return -1


def is_failure(text: str, start: int, stop: int, names: Names) -> bool:
    """Tell a failure object, all of whose members are plain, from data.

    Args:
        text: Any text.
        start: Where its opening brace stands.
        stop: Where it ends.
        names: What key names mean.
    """
    if stop - start > _LONGEST or _OPEN.match(text, start) is None:
        return False
    whole: object = None
    for read in (literals.read_json, literals.read_python):
        try:
            whole = read(text[start:stop])
        except literals.NoLiteral:
            continue
        break
    if not isinstance(whole, dict):
        return False
    members = cast("dict[object, object]", whole)
    keys = {key.lower() for key in members if isinstance(key, str)}
    if not keys & _WRAPPERS and not (keys & _SAYS and keys & {"code", "status", "type", "reason"}):
        return False
    return all(isinstance(key, str) and _is_plain(key, value, names, 0) for key, value in members.items())


def in_failure(text: str, start: int, end: int, names: Names) -> bool:
    """Tell whether a value stands in a failure object."""
    first = max(0, start - _LONGEST)
    for _ in range(_TRIES):
        found = _OPEN.search(text, first, start)
        if found is None:
            return False
        stop = _end(text, found.start())
        if stop > end and is_failure(text, found.start(), stop, names):
            return True
        first = found.end()
    return False


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="content.failure-id",
        kind="content",
        gate=has(
            "quest_id",
            "questId",
            "questID",
            "quest-id",
            "race_id",
            "raceId",
            "lation_id",
            "lationId",
            signs="{:",
            digits=4,
        ),
        pattern=r"[\"'](?:[Rr]equest(?:_id|-id|I[dD])|trace(?:_id|Id)|correlation(?:_id|Id))\\{0,3}[\"'] ?: ?\\{0,3}[\"']([\w\-]{4,128}+)(?=\\{0,3}[\"'])",
        group=1,
        validator=request_id,
        marker=markers.ID,
        matches=("429 - {'error': {'message': 'it is not valid', 'type': 'x'}, 'request_id': 'req_01AB2c34'}",),
        misses=("{'request_id': None, 'n': 4711}",),
    ),
)
