"""Headers of a request or a response: names of a fixed table, and values only of those that have a harmless, closed form.

Sources: the IANA HTTP Field Name Registry; RFC 9110 (content negotiation, methods), RFC 9111 (caching), RFC 6455 (upgrades), W3C Fetch
Metadata and User-Agent Client Hints.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any, Final, TypeGuard

from tightlip.event_forms import FORM_RULE, is_empty
from tightlip.event_notes import removed
from tightlip.event_tree import MOST_ITEMS, NOTHING, Kind, pair_of
from tightlip.exact import is_dict, is_list

if TYPE_CHECKING:
    from tightlip.event_notes import Meta
    from tightlip.event_tree import Texts, Treated

HEADER_RULE: Final = "event.header"
"""The value of a header never leaves, or lacks the harmless form of it."""

_LONGEST: Final = 512
_MEDIA: Final = (
    r"(?:\*|application|audio|font|image|message|model|multipart|text|video)/(?:\*|[a-z0-9][a-z0-9.+\-]{0,63})"
)
_QUALITY: Final = r"(?:; ?q=[01](?:\.[0-9]{1,3})?)?"
_CODING: Final = r"(?:gzip|deflate|br|zstd|compress|identity|chunked|\*)"
_LANGUAGE: Final = r"(?:\*|[A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Z]{2}|[0-9]{3}))?)"
_DIRECTIVE: Final = r"(?:no-cache|no-store|no-transform|only-if-cached|must-revalidate|private|public|immutable|max-age=[0-9]{1,9}|s-maxage=[0-9]{1,9})"


def _some(item: str) -> str:
    return rf"{item}(?:, ?{item}){{0,15}}"


#: Name -> the form in which its value may leave.
VALUES: Final[dict[str, str]] = {
    "accept": _some(_MEDIA + r"(?:; ?(?:charset=utf-8|v=b3))?" + _QUALITY),
    "accept-charset": _some(r"(?:\*|utf-8|utf-16|us-ascii|iso-8859-1)" + _QUALITY),
    "accept-encoding": _some(_CODING + _QUALITY),
    "accept-language": _some(_LANGUAGE + _QUALITY),
    "access-control-request-method": r"[A-Z]{3,7}",
    "cache-control": _some(_DIRECTIVE),
    "connection": r"(?i:close|keep-alive|upgrade)",
    "content-encoding": _some(_CODING),
    "content-language": _some(_LANGUAGE),
    "content-length": r"[0-9]{1,12}",
    "content-type": _MEDIA + r"(?:; ?charset=(?i:utf-8|utf-16|us-ascii|iso-8859-1|windows-1252))?",
    "dnt": r"[01]",
    "expect": r"100-continue",
    "pragma": r"no-cache",
    "retry-after": r"[0-9]{1,6}",
    "save-data": r"on",
    "sec-ch-ua-mobile": r"\?[01]",
    "sec-ch-ua-platform": r'"(?:Windows|macOS|Linux|Android|iOS|Chrome OS|Chromium OS)"',
    "sec-fetch-dest": r"(?:document|empty|image|script|style|font|iframe|frame|object|worker|video|audio|manifest|sharedworker|serviceworker)",
    "sec-fetch-mode": r"(?:cors|navigate|no-cors|same-origin|websocket)",
    "sec-fetch-site": r"(?:cross-site|same-origin|same-site|none)",
    "sec-fetch-user": r"\?1",
    "sec-gpc": r"1",
    "te": _some(r"(?:trailers|" + _CODING + ")"),
    "transfer-encoding": _some(_CODING),
    "upgrade": r"(?:websocket|h2c)",
    "upgrade-insecure-requests": r"1",
    "x-content-type-options": r"nosniff",
    "x-forwarded-proto": r"https?",
    "x-requested-with": r"XMLHttpRequest",
}

#: Names that say nothing of who uses the application; their values never leave.
NAMES: Final = frozenset(VALUES) | frozenset({
    "age", "alt-svc", "authorization", "cookie", "set-cookie", "cf-connecting-ip", "cf-ray", "baggage", "content-disposition", "content-location", "content-range",
    "content-security-policy", "date", "etag", "expires", "forwarded", "from", "host", "if-match", "if-modified-since", "if-none-match", "if-range",
    "if-unmodified-since", "last-modified", "link", "location", "max-forwards", "origin", "proxy-authenticate", "proxy-authorization", "range", "referer", "referrer-policy",
    "sec-ch-ua", "sec-websocket-accept", "sec-websocket-extensions", "sec-websocket-key", "sec-websocket-protocol", "sec-websocket-version", "sentry-trace", "server",
    "server-timing", "strict-transport-security", "trace-id", "traceparent", "tracestate", "trailer", "true-client-ip", "user-agent", "vary", "via", "warning",
    "www-authenticate", "x-amz-date", "x-amz-security-token", "x-amzn-trace-id", "x-api-key", "x-auth-token", "x-client-ip", "x-cloud-trace-context", "x-correlation-id",
    "x-csrf-token", "x-csrftoken", "x-forwarded-for", "x-forwarded-host", "x-forwarded-port", "x-frame-options", "x-http-method-override", "x-powered-by", "x-real-ip",
    "x-request-id", "x-xsrf-token",
})  # fmt: skip


@functools.cache
def _form(name: str) -> re.Pattern[str]:
    return re.compile(VALUES[name], re.ASCII)


def _known(name: object) -> str | None:
    """The name as the tables write it; SDKs send ``CONTENT_TYPE`` as well."""
    if type(name) is not str:
        return None
    plain = name.lower().replace("_", "-")
    return plain if name.isascii() and plain in NAMES else None


def _is_harmless(value: object, name: str) -> TypeGuard[str]:
    return type(value) is str and name in VALUES and len(value) <= _LONGEST and _form(name).fullmatch(value) is not None


def headers(value: object, texts: Texts) -> Treated:
    """Headers as a dict or as pairs. Those of other names do not exist; a value that must not leave is null."""
    texts.learn(value, named=True)
    kept: list[tuple[str, str | None, Meta | None]] = []
    for name, given in _pairs(value):
        known = _known(name)
        if known is None:
            continue
        item: object = given[0] if is_list(given) and len(given) == 1 else given
        if item is None:
            kept.append((name, None, None))
        elif _is_harmless(item, known) and texts.text(item)[0] == item:
            kept.append((name, item, None))
        else:
            kept.append((name, None, removed(HEADER_RULE)))
    if not kept:
        return NOTHING, None if is_empty(value) else removed(FORM_RULE)
    if is_list(value):
        made: Meta = {str(number): {"1": note} for number, (_, _, note) in enumerate(kept) if note is not None}
        return [[name, item] for name, item, _ in kept], made or None
    return {name: item for name, item, _ in kept}, {name: note for name, _, note in kept if note is not None} or None


def _pairs(value: object) -> list[tuple[Any, Any]]:
    if is_dict(value):
        return list(value.items())[:MOST_ITEMS]
    found = [pair_of(item) for item in value[:MOST_ITEMS]] if is_list(value) else []
    return [pair for pair in found if pair is not None]


def _are_harmless(value: object) -> bool:
    if is_list(value) and not all(is_list(pair) and pair_of(pair) for pair in value):
        return False
    pairs = _pairs(value)
    return bool(pairs) and all(
        (known := _known(name)) is not None and (item is None or _is_harmless(item, known)) for name, item in pairs
    )


HEADERS = Kind(
    "standard names; values only of harmless forms, as a media type", _are_harmless, whole=True, treat=headers
)
