r"""Requests and responses as they go over the wire, their parts, and lines of access logs.

Sources: RFC 9112 sections 2 to 6 (start line, fields, an empty line, the body), RFC 7578 (``multipart/form-data``), the documentation of
Apache's `mod_log_config` and nginx' ``combined`` format.
"""

import re
from typing import Final

from tightlip_scrubbers.meanings.data import MARKER
from tightlip_scrubbers.possessive import compile_pattern
from tightlip_scrubbers.rule import Rule, has
from tightlip_scrubbers.spans import Span

_BREAK: Final = r"(?:\r?\n|(?:\\r)?\\n)"
_HEAD: Final = compile_pattern(
    rf"[^\r\n\\]{{0,128}}+{_BREAK}(?:[A-Za-z][A-Za-z0-9\-]{{0,64}}+:(?:[^\r\n\\]|\\(?![rn]))*+{_BREAK}){{1,128}}+{_BREAK}"
)
_PART: Final = compile_pattern(
    rf"(?:[^\r\n\\]|\\(?![rn]))*+{_BREAK}(?:[A-Za-z][A-Za-z\-]{{0,64}}+:(?:[^\r\n\\]|\\(?![rn]))*+{_BREAK}){{0,8}}+{_BREAK}"
)
_PART_END: Final = re.compile(r"(?:\r?\n|(?:\\r)?\\n)--")
_QUOTE_END: Final = re.compile(r"(?<!\\)[\"'](?=[\s,;:.)\]}]|\Z)")


def body(text: str, start: int, end: int) -> Span | None:
    """Take what stands behind the empty line: to the end, or to the quote if the line breaks are escaped."""
    head = _HEAD.match(text, end)
    if head is None:
        return None
    stop = len(text)
    if "\\n" in head[0]:
        close = _QUOTE_END.search(text, head.end())
        stop = close.start() if close else stop
    inside = text[head.end() : stop]
    if not inside.strip() or MARKER.fullmatch(inside.strip()):
        return None
    return (head.end(), head.end() + len(inside.rstrip())) if start < end else None


def part(text: str, start: int, end: int) -> Span | None:
    """Take the value of a part, up to the next boundary."""
    head = _PART.match(text, end)
    if head is None or start >= end:
        return None
    close = _PART_END.search(text, head.end())
    stop = close.start() if close else len(text)
    inside = text[head.end() : stop].rstrip()
    return (head.end(), head.end() + len(inside)) if inside and not MARKER.fullmatch(inside) else None


def referer(text: str, start: int, end: int) -> Span | None:
    """Take the two quoted texts at the end of a line of an access log, unless both are empty."""
    inside = text[start:end]
    return (start, end) if inside.strip('"- ') and not MARKER.fullmatch(inside.strip('"')) else None


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="request.message",
        kind="request",
        gate=has("HTTP/", digits=1),
        pattern=r"HTTP/[0-9](?:\.[0-9])?",
        validator=body,
        marker="[body]",
        matches=(
            r'sent "POST /x HTTP/1.1\r\nAccept: */*\r\n\r\nname is Ann Lee" twice',
            r'got "HTTP/1.1 200 OK\nContent-Type: text/plain\n\nDear Ann", then',
        ),
        misses=("GET /x HTTP/1.1", "HTTP/1.1 404 Not Found\nAccept: */*\n\n", "HTTP/2 is needed"),
    ),
    Rule(
        id="request.part",
        kind="request",
        gate=has("form-data; "),
        pattern=r"form-data; name",
        validator=part,
        marker="[part]",
        matches=(
            '--x\r\nContent-Disposition: form-data; name="town"\r\n\r\nParis\r\n--x--',
            'in Content-Disposition: form-data; name="town"\n\nParis\n--x',
        ),
        misses=('Content-Disposition: form-data; name="town"', "a form-data; name is needed"),
    ),
    Rule(
        id="request.logged-user",
        kind="request",
        gate=has(" [", signs="-/:", digits=1),
        pattern=r" - ([^\s\[\]\-][^\s\[\]]{0,127}+) \[[0-9]{2}/[A-Z][a-z]{2}/[0-9]{4}:",
        group=1,
        marker="[user]",
        matches=(
            'x - ann [10/Oct/2000:13:55:36 -0700] "GET /a HTTP/1.0" 200 23',
            "line was: h - ann-lee [01/Jan/2024:00:00:00 +0000] twice",
        ),
        misses=('x - - [10/Oct/2000:13:55:36 -0700] "GET /a HTTP/1.0" 200 23', "a - b [10 of 20]"),
    ),
    Rule(
        id="request.logged-agent",
        kind="request",
        gate=has('" "', digits=1),
        pattern=r"\" [1-5][0-9]{2} (?:[0-9]{1,12}|-) (\"[^\"\n]{0,2048}+\" \"[^\"\n]{0,2048}+\")",
        group=1,
        validator=referer,
        marker="[header]",
        matches=(
            '"GET /a HTTP/1.0" 200 23 "-" "curl/8 of Ann"',
            'line: "GET /a HTTP/1.0" 404 - "https://example.org/ann" "-", twice',
        ),
        misses=('"GET /a HTTP/1.0" 200 23 "-" "-"', '"a" "b"'),
    ),
)
