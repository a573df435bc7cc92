"""URIs without an authority, whose content is data as a whole.

Sources: RFC 2397 (``data``), RFC 6068 (``mailto``), RFC 3966 (``tel``), RFC 5724 (``sms``), the WHATWG's ``javascript`` URLs.
"""

from typing import Final

from tightlip_scrubbers import markers
from tightlip_scrubbers.detectors.path_ends import closed
from tightlip_scrubbers.rule import Rule, has
from tightlip_scrubbers.spans import Span, trim

_LEAST_DIGITS: Final = 3


def content(text: str, start: int, end: int) -> Span | None:
    """Take the content behind the media type; a template's hole is none."""
    end = trim(text, start, closed(text, start, end))
    return None if end <= start or text[start] in "{%<[" else (start, end)


def mailbox(text: str, start: int, end: int) -> Span | None:
    """Take an address that has no domain of its own; one that has is found as a mail address."""
    end = trim(text, start, end)
    local, _, domain = text[start:end].partition("@")
    return None if "." in domain or "%40" in local or local[:1] in {"", "{", "[", "<"} else (start, end)


def number(text: str, start: int, end: int) -> Span | None:
    """Take a telephone number."""
    end = trim(text, start, closed(text, start, end))
    digits = sum(character.isdecimal() for character in text[start:end])
    return (start, end) if digits >= _LEAST_DIGITS else None


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="url.data",
        kind="url",
        gate=has("data:", "DATA:", signs=","),
        pattern=(
            r"(?:data|DATA):(?:[A-Za-z]{1,20}+/[A-Za-z0-9.+\-]{1,64}+)?(?:;[A-Za-z0-9\-]{1,32}+(?:=[A-Za-z0-9\-]{1,32}+)?+){0,4}+"
            r",([^\s\"'`<>\\]*+)"
        ),
        group=1,
        validator=content,
        marker=markers.DATA,
        matches=(
            "background: url(data:image/png;base64,iVBORw0KGgo=)",
            "data:text/plain;charset=utf-8,hello%2C%20ann is no URL",
            'src="data:,ann"',
        ),
        misses=(
            "no data: nothing, really",
            "data:image/png;base64,",
            "data:image/png;base64,{content}",
            "metadata: a,b",
        ),
    ),
    Rule(
        id="url.script",
        kind="url",
        gate=has("script:"),
        pattern=r"(?:java|vb|Java)script:(?![/\s:])([^\s\"`<>\\]*+)",
        group=1,
        validator=content,
        marker=markers.DATA,
        matches=("href=javascript:show(7)", "javascript:void(ann) is refused"),
        misses=("javascript: the parts", "javascript://", "typescript:x"),
    ),
    Rule(
        id="url.mailto",
        kind="url",
        gate=has("mailto:"),
        pattern=r"mailto:([^\s\"'`<>?\\,]*+)",
        group=1,
        validator=mailbox,
        marker=markers.EMAIL,
        matches=("mailto:ann@localhost failed", "<a href='mailto:ann'>"),
        misses=("a mailto: link", "mailto:{address}", "mailto:?"),
    ),
    Rule(
        id="url.number",
        kind="url",
        gate=has("tel:", "sms:", "callto:"),
        pattern=r"(?:tel|sms|smsto|callto):(?=[+0-9(%])([0-9+().%\-]{3,40}+)",
        group=1,
        validator=number,
        marker=markers.PHONE,
        matches=("dial tel:7042, then", "sms:40404?body=x"),
        misses=("tel: see below", "hotel:12", "sms:x"),
    ),
)
