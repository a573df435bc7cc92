"""Parts of URLs that hold data: user info, query, fragment (RFC 3986 sections 3.2.1, 3.4 and 3.5).

A URL needs a scheme here. Bare domains would take ``os.system`` and every file name with them.
"""

import re
from typing import Final

from tightlip_scrubbers import markers
from tightlip_scrubbers.possessive import compile_pattern
from tightlip_scrubbers.rule import Rule, has
from tightlip_scrubbers.spans import Span, trim

_REST: Final = compile_pattern(r"[^\s\"'<>]{0,2048}+")
_HOST_PORT: Final = re.compile(r"(?:\[[^\]]*\]|[^:]*)(?::[0-9]*)?")


def userinfo(text: str, start: int, end: int) -> Span | None:
    """Find the user info in the authority ``text[start:end]``.

    Passwords are pasted into URLs unescaped. The last at sign counts, and where the authority ends early although it is
    no host and port, as in ``redis://:p/w@host``, the at sign beyond the slash does: else half a password stays.
    """
    at = text.rfind("@", start, end)
    if at < 0:
        if _HOST_PORT.fullmatch(text, start, end):
            return None
        rest = _REST.match(text, start)
        at = text.rfind("@", start, rest.end() if rest else end)
    return (start, at) if at > start else None


def part(text: str, start: int, end: int) -> Span | None:
    """Take a query or a fragment without the sentence's own punctuation; an empty one is none."""
    end = trim(text, start, end)
    return (start, end) if end > start else None


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="url.userinfo",
        kind="url",
        gate=has("://"),
        pattern=r"://([^\s/?#\"'<>]*+)",
        group=1,
        validator=userinfo,
        marker=markers.CREDENTIALS,
        matches=(
            "https://ann:hunter2@api.example.com/x",
            "postgres://ann@db:5432/x",
            "redis://:p@ss@cache/0",
            "redis://:p/w@cache:6379/0",
        ),
        misses=(
            "https://api.example.com/x",
            "http://localhost:8080/x",
            "https://[credentials]@host/",
            "http://[::]:80",
        ),
    ),
    Rule(
        id="url.query",
        kind="url",
        gate=has("?"),
        pattern=r"://[^\s\"'`<>?#\\]*+(?:\?([^\s\"'`<>#\\]*+))?+",
        group=1,
        validator=part,
        marker=markers.QUERY,
        matches=(
            "https://example.com/p?name=ann",
            "(see https://example.com/p?ann), then",
            "https://u:p@h/p?a=1#f",
        ),
        misses=("https://example.com/p?", "is it https://example.com/p?", "https://example.com/p?[query]"),
    ),
    Rule(
        id="url.relative-query",
        kind="url",
        gate=has("?"),
        pattern=r"\?([\w.%\[\]\-]{1,64}+=[^\s\"'`<>#\\]*+)",
        group=1,
        validator=part,
        marker=markers.QUERY,
        matches=("GET /search?q=ann&page=2 HTTP/1.1", "/p?user[name]=ann"),
        misses=("x == y ? a : b", "really? a=b", "what?"),
    ),
    Rule(
        id="url.fragment",
        kind="url",
        gate=has("#"),
        pattern=r"://[^\s\"'`<>#\\]*+(?:#([^\s\"'`<>\\]*+))?+",
        group=1,
        validator=part,
        marker=markers.FRAGMENT,
        matches=("https://example.com/p#access-ann", "https://example.com/p?a=1#ann."),
        misses=("issue #12", "https://example.com/p#", "https://example.com/p#[fragment]"),
    ),
)
