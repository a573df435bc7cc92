r"""Headers of HTTP: the values of those that tell of a person, a client or a resource; names stay, and so do values that protocols fix.

A header's name is certain where it is a registered one with a hyphen, or begins with ``X-``; another counts between lines that are
headers. At the beginning of a line the value is the rest of it, in a sentence it is what the header's own grammar takes.

Sources: RFC 9110 (names, fields of requests and responses, ``User-Agent`` in section 10.1.5), RFC 7239 (``Forwarded``), IANA's registry of
HTTP field names, the documentation of nginx, Cloudflare and AWS on what proxies add.
"""

import re
from typing import Final

from tightlip_scrubbers.detectors.content.quotes import quoted
from tightlip_scrubbers.meanings.data import MARKER
from tightlip_scrubbers.possessive import compile_pattern
from tightlip_scrubbers.rule import Rule, has
from tightlip_scrubbers.spans import Span, trim

HARMLESS: Final[frozenset[str]] = frozenset(
    """
    content-type content-length content-encoding content-language content-range content-security-policy cache-control connection date
    transfer-encoding vary pragma expires age allow keep-alive upgrade te trailer strict-transport-security retry-after last-modified
    if-modified-since if-unmodified-since range accept-ranges x-content-type-options x-frame-options x-xss-protection server
    upgrade-insecure-requests dnt sec-fetch-site sec-fetch-mode sec-fetch-dest sec-fetch-user expect max-forwards referrer-policy
    x-powered-by x-cache status priority x-http-method-override x-dns-prefetch-control sec-websocket-version permissions-policy alt-svc
    """.split()  # noqa: SIM905 - a page of words reads better than a list of literals
)
"""Headers whose values come from a fixed set, or tell only of a protocol."""

_HARMLESS_STARTS: Final = (
    "accept",
    "access-control-",
    "x-ratelimit-",
    "x-rate-limit-",
    "ratelimit-",
    "cross-origin-",
    "x-runtime",
    "x-api-v",
)
_OTHERS: Final = frozenset(
    {"cookie", "set-cookie", "authorization", "proxy-authorization", "x-api-key", "www-authenticate"}
)
"""Those that the rules of secrets take."""

DATA: Final[frozenset[str]] = frozenset(
    """
    user-agent referer x-forwarded-for x-forwarded-host x-forwarded-server x-forwarded-uri x-original-url x-real-ip x-client-ip
    x-cluster-client-ip cf-connecting-ip true-client-ip forwarded if-none-match if-match last-event-id content-location
    sec-websocket-key sec-ch-ua sec-ch-ua-platform sec-ch-ua-mobile cf-ray cf-ipcountry traceparent tracestate
    """.split()  # noqa: SIM905 - a page of words reads better than a list of literals
)
"""Names that are headers wherever they stand, with a colon behind them."""

_FORMED: Final = {
    "host": re.compile(
        r"(?:[\w\-]+\.)+[A-Za-z][\w\-]*(?::[0-9]{1,5})?|localhost:[0-9]{1,5}|\[[0-9a-fA-F:.]+\](?::[0-9]{1,5})?"
    ),
    "origin": re.compile(r"[a-z][a-z0-9+.\-]*://\S+"),
    "etag": re.compile(r"(?:W/)?\"[^\"]+\""),
    "from": re.compile(r"[^\s@]+@[^\s@]+"),
    "location": re.compile(r"[a-z][a-z0-9+.\-]*://\S+|/\S*\?\S+"),
    "via": re.compile(r"[0-9.]{1,3} \S+"),
}
"""Names that are words, too, and what their values look like."""

_NAME_BACKWARDS: Final = compile_pattern(r"(?:\\{0,4}+[\"'])?+([A-Za-z0-9_\-]{2,48}+)")
_AGENT: Final = compile_pattern(
    r"(?:[A-Za-z][\w.\-]{0,48}+(?:/[^\s,;\"')\]}]{1,64}+)?|\([^()\n\"]{1,256}+\))(?: (?:[A-Za-z][\w.\-]{0,48}+/[^\s,;\"')\]}]{1,64}+|\([^()\n\"]{1,256}+\)))*+"
)
_LIST: Final = compile_pattern(r"[^\s,\"']++(?:, ?[^\s,\"']*[0-9./:][^\s,\"']*)*+")
_TO_END: Final = compile_pattern(r"(?:[^\r\n\\]|\\(?![rn]))*+")
_HEADER_LINE: Final = compile_pattern(r"[ \t>]{0,8}+[\"']?([A-Za-z][A-Za-z0-9\-]{1,48}+)[\"']?: ?\S")
_REQUEST_LINE: Final = re.compile(r"HTTP/[0-9.]{1,3}")
_BREAKS: Final = ("\\n", "\n", "\\r", "\r")


def is_harmless(name: str) -> bool:
    """Tell a header, in small letters, whose value tells of no one."""
    return name in HARMLESS or name.startswith(_HARMLESS_STARTS)


def value(text: str, start: int, end: int) -> Span | None:
    """Confirm a colon as one between a header and its value."""
    name = _NAME_BACKWARDS.match(text[max(0, start - 52) : start][::-1])
    if name is None or end >= len(text):
        return None
    header = name[1][::-1]
    if text[start - name.end() - 1 : start - name.end()] == "\\" and header[0] in "nrt":  # the end of an escape
        header = header[1:]
    begin = start - name.end() + (len(name[1]) - len(header))
    header = header.lower().replace("_", "-").strip("-")
    if is_harmless(header) or header in _OTHERS:
        return None
    is_first = _begins_line(text, begin)
    formed = _FORMED.get(header)
    if formed is not None:
        if header == "host" and not is_first:  # "could not resolve host: x" is no header: its own row takes the name
            return None
        match = formed.match(text, end)
        return None if match is None or MARKER.fullmatch(match[0]) else (end, trim(text, end, match.end()))
    if not (header in DATA or header.startswith("x-") or (is_first and _is_among_headers(text, begin, header))):
        return None
    return _extent(text, end, header, is_first=is_first)


def _extent(text: str, position: int, header: str, *, is_first: bool) -> Span | None:
    span = quoted(text, position)
    if span is None:
        pattern = _TO_END if is_first else _AGENT if header.endswith("agent") else _LIST
        match = pattern.match(text, position)
        end = match.end() if match else position
        if is_first:
            while end > position and text[end - 1] in " \t\"'\\":
                end -= 1
        else:
            end = trim(text, position, end)
        span = (position, end)
    inside = text[span[0] : span[1]]
    return span if any(map(str.isalnum, inside)) and not MARKER.fullmatch(inside) else None


def _begins_line(text: str, position: int) -> bool:
    before = text[max(0, position - 8) : position].rstrip(" \t>\"'")
    return not before or before.endswith(_BREAKS)


def _is_among_headers(text: str, begin: int, header: str) -> bool:
    """Whether the line before or the one behind is a header that is certain, or the first line of a request."""
    if "-" not in header:
        return False
    line_start = text.rfind("\n", 0, begin) + 1
    before = text[text.rfind("\n", 0, max(0, line_start - 1)) + 1 : line_start]
    following = text.find("\n", begin)
    behind = text[following + 1 : following + 80] if following >= 0 else ""
    for line in (before, behind):
        if _REQUEST_LINE.search(line):
            return True
        other = _HEADER_LINE.match(line)
        if other is not None and (
            other[1].lower() in DATA or is_harmless(other[1].lower()) or other[1].lower() in {*_OTHERS, "host"}
        ):
            return True
    return False


def held(text: str, start: int, end: int) -> Span | None:
    """Take what a library's own kind of dict holds, up to the bracket that closes it."""
    closer = {"(": ")", "[": "]", "{": "}"}[text[end - 1]]
    quote, depth, position = "", 1, end
    while position < len(text) and depth:
        sign = text[position]
        if quote:
            if sign == "\\":
                position += 1
            elif sign == quote:
                quote = ""
        elif sign in "\"'":
            quote = sign
        elif sign == text[end - 1]:
            depth += 1
        elif sign == closer:
            depth -= 1
        position += 1
    stop = position - (depth == 0)
    inside = text[end:stop]
    return (end, stop) if start < end and any(map(str.isalnum, inside)) and not MARKER.fullmatch(inside) else None


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="request.header",
        kind="request",
        gate=has(":"),
        pattern=r":[ \t]{0,4}+",
        validator=value,
        marker="[header]",
        matches=(
            "User-Agent: Mozilla/5.0 (X11; Linux) Gecko/2010 ann-agent/3",
            "refused (User-Agent: curl/8.0), again",
            "GET /x HTTP/1.1\nHost: ann.example.org\nX-Tenant: ann-lee\nAccept: */*",
            "X-Forwarded-For: ann-gateway, proxy7",
            'sent {"User-Agent": "ann-agent 2"} back',
        ),
        misses=(
            "Content-Type: application/json\nContent-Length: 42\nAccept-Language: de",
            "Connection: keep-alive",
            "Host: the one that answers",
            "Status: 404\nReason: Not Found",
            "From: here to: there",
            "User-Agent: [header]",
            "the origin: unknown",
        ),
    ),
    Rule(
        id="request.headers",
        kind="request",
        gate=has("Dict(", "Headers(", "QueryDict: ", "DataStructure(", "CookieJar["),
        pattern=r"[HCMIQDFR](?:TTPHeaderDict\(|aseInsensitiveDict\(|IMulti[Dd]ict(?:Proxy)?\(|ultiDict(?:Proxy)?\(|mmutable(?:Multi)?Dict\(|mmutableHeaders\(|ueryDict: \{|eaders\(|ormData\(|equestsCookieJar\[)(?=[\[{(<'])",
        validator=held,
        marker="[headers]",
        matches=(
            "HTTPHeaderDict({'X-Tenant': 'ann', 'Age': '3'})",
            "<QueryDict: {'name': ['ann']}>",
            "got Headers([('x-tenant', 'ann')]) back",
            "ImmutableMultiDict([('name', 'Ann (Lee)')]) is refused",
        ),
        misses=("MultiDict()", "use Headers(raw) here", "QueryDict: none", "HTTPHeaderDict([headers])"),
    ),
    Rule(
        id="request.cookie",
        kind="request",
        gate=has("<Cookie "),
        pattern=r"<Cookie ([^>\n]++)",
        group=1,
        marker="[cookie]",
        matches=("<Cookie theme=ann for example.org/>", "jar: [<Cookie a=b for x/>, <Cookie c=d for y/>]"),
        misses=("<Cookie>", "a Cookie a=b", "<Cookie [cookie]>"),
    ),
)
