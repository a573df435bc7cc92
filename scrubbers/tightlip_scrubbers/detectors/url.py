"""Parts of URLs that hold data: user info, query values, fragment (RFC 3986 sections 3.2.1, 3.4 and 3.5), some path segments.

A URL needs a scheme here; bare domains would take ``os.system`` and every file name with them. A query is known by its form, so that
the relative URLs of access logs count too. Names of parameters are the application's code and stay, where they look like it.
"""

import re
from typing import Final

from tightlip_scrubbers import markers
from tightlip_scrubbers.common_words import COMMON_WORDS
from tightlip_scrubbers.detectors import url_opaque
from tightlip_scrubbers.detectors.path_ends import tidy
from tightlip_scrubbers.detectors.url_places import REACH, is_requested, run_start, url_start
from tightlip_scrubbers.detectors.url_segments import NAMED, PLAIN, is_documentation, segment
from tightlip_scrubbers.possessive import compile_pattern
from tightlip_scrubbers.randomness import looks_random
from tightlip_scrubbers.rule import Found, Gate, Rule, has
from tightlip_scrubbers.spans import WIDE, Span

_REST: Final = compile_pattern(r"[^\s\"'<>]{0,2048}+")
_HOST_PORT: Final = re.compile(r"(?:\[[^\]]*\]|[^:]*)(?::[0-9]*)?")

_HOLES: Final = re.compile(r"(?:\[{1,2}[a-z_]+\]:?\]?){1,2}|\{[a-z_]+\}(?::\{[a-z_]+\})?")

_QUERY_ROW: Final = "url.query"
_PARAMETER_ROW: Final = "url.parameter"
_NAME: Final = re.compile(
    r"(?:[A-Za-z_$]|\.[A-Za-z])(?:[A-Za-z_.\-$:]|[0-9]{1,3}(?![0-9])){0,31}"
    r"(?:(?:\[|%5[Bb])[A-Za-z0-9_.\-]{0,32}(?:\]|%5[Dd])){0,4}"
)
_HOLE: Final = re.compile(r"[{<]|%[sdr](?:[^0-9A-Fa-f]|\Z)|%\(|\.\.\.|\A:[a-z_]+\Z|\*\Z|\$\{")
_NO_VALUES: Final = frozenset({"value", "values", "VALUE", "xxx"})
_PROTOCOL: Final = re.compile(r"[^\s]{0,256} HTTP/")
_BARE_PARTS: Final = compile_pattern(r"(?:&[^\s\"'`<>#\\&?=;]++(?=[&\s\"'`<>#\\]|\Z))++")
_STATIC: Final = (".html", ".htm", ".rst", ".md")
_SLUG: Final = re.compile(r"[A-Za-z0-9_.\-:~]{1,128}")
# https://pip.pypa.io/en/stable/topics/vcs-support/ and PEP 503.
_PACKAGE: Final = re.compile(r"(?:egg|subdirectory|sha(?:256|384|512|1)|md5)=[A-Za-z0-9_.\-\[\]]{1,128}")


def userinfo(text: str, start: int, end: int) -> Span | None:
    """Find the user info in the authority ``text[start:end]``.

    Passwords are pasted into URLs unescaped. The last at sign counts, and where the authority ends early although it is
    no host and port, as in ``redis://:p/w@host``, the at sign beyond the slash does: else half a password stays.
    """
    at = text.rfind("@", start, end)
    if at > start and _HOLES.fullmatch(text, start, at):
        return None
    if at < 0:
        if _HOST_PORT.fullmatch(text, start, end):
            return None
        rest = _REST.match(text, start)
        at = text.rfind("@", start, rest.end() if rest else end)
    return (start, at) if at > start else None


def parameter(text: str, start: int, end: int) -> Found | None:
    """Find what of a query's part is data: its value, or all of it where it has no name that could be code."""
    sign = text[start - 1]
    if sign == ";" and text.rfind("/", max(0, start - REACH), start) < 0:  # neither a URL nor a path before it
        return None
    before = text[start - 2 : start - 1]
    end = tidy(text, start, end)
    name, equals, value = text[start:end].partition("=")
    if sign == ";" and text.endswith("&amp", 0, start - 1):  # in HTML
        sign = "&"
    if not name or name == "amp" or (sign == "?" and before == "("):  # "(?P=name)"
        return None
    if not equals or _NAME.fullmatch(name) is None:
        bare = (
            _HOLE.search(name) is None and sign != ";" and before not in {")", "]"} and _is_query(text, start)
        )  # "[a-z]?" repeats
        if not bare:
            return None
        more = _BARE_PARTS.match(text, end)
        return start, tidy(text, start, more.end()) if more else end, _QUERY_ROW
    if (not value) or value[0] == "=" or value in _NO_VALUES or _HOLE.search(value):
        return None
    if sign == "&" and (not before or before.isspace() or before in "(,=&") and not _is_query(text, start):  # "a &&b=c"
        return None
    if sign == ";" and not _is_query(text, start) and not text.startswith("/", run_start(text, start - 1)):
        return None
    start += len(name) + 1
    slash = text.find("/", start, end) if sign == ";" else -1  # a segment's own parameter
    return start, end if slash < 0 else slash, _PARAMETER_ROW


def _is_query(text: str, start: int) -> bool:
    """Tell whether a question mark or an ampersand stands in a URL, or in the target of a request."""
    authority = url_start(text, start)
    if authority >= 0:
        return text[start - 1] != "&" or text.find("?", authority, start) >= 0
    begin = run_start(text, start)
    return text.startswith("/", begin) and (is_requested(text, begin) or _PROTOCOL.match(text, start) is not None)


def fragment(text: str, start: int, end: int) -> Span | None:
    """Take a fragment without the sentence's own punctuation; a heading of public documentation is none of anybody's."""
    end = tidy(text, start, end)
    what = text[start:end]
    if not what or _PACKAGE.fullmatch(what) or _HOLE.match(what):
        return None
    authority = url_start(text, start)
    if (
        authority >= 0
        and (is_documentation(text, authority, start) or _is_heading(text, start, what))
        and _SLUG.fullmatch(what)
        and not looks_random(what)
    ):
        return None
    return start, end


def _is_heading(text: str, start: int, what: str) -> bool:
    """Tell a heading of a static page: an application's pages have no ``.html`` in their address, and a heading has words of everybody's."""
    if not text.endswith(_STATIC, 0, start - 1):
        return False
    words = what.lower().replace("_", "-").split("-")
    return any(len(word) > 2 and word in COMMON_WORDS for word in words) and all(map(str.isalpha, words))  # noqa: PLR2004


def host(text: str, start: int, end: int) -> Span | None:
    """Take the host and its port."""
    end = tidy(text, start, end)
    return None if end <= start or _HOLE.search(text[start:end]) else (start, end)


_SLASHES: Final = r":(?:\\{0,3}+/){2}"  # some JSON escapes its slashes
_PART_GATE: Final[Gate] = has("?", "&", ";")
_PART: Final = rf"[?&;]((?:[^\s\"'`<>#\\&?;{WIDE}]|;(?![A-Za-z_][A-Za-z0-9_.\-]{{0,32}}=))++)"

_ROWS: Final[tuple[Rule, ...]] = (
    Rule(
        id="url.userinfo",
        kind="url",
        gate=has("://", ":\\/"),
        pattern=rf"{_SLASHES}((?:[^\s/?#\"'<>\\]|\\(?![/\"']))*+)",
        group=1,
        validator=userinfo,
        marker=markers.CREDENTIALS,
        matches=(
            "https://ann:hunter2@api.example.com/x",
            "postgres://ann@db:5432/x",
            "redis://:p@ss@cache/0",
            "redis://:p/w@cache:6379/0",
            r"to \"https:\/\/ann:hunter2@api.example.com\/x\"",
            "mongodb+srv://ann:hunter2@a.example,b.example/x",
        ),
        misses=(
            "https://api.example.com/x",
            "http://localhost:8080/x",
            "https://[credentials]@host/",
            "http://[::]:80",
        ),
    ),
    Rule(
        id=_QUERY_ROW,
        kind="url",
        gate=_PART_GATE,
        pattern=_PART,
        group=1,
        validator=parameter,
        marker=markers.QUERY,
        matches=(
            "(see https://example.com/p?ann), then",
            "https://example.com/p?John+Smith&page=2",
            '"GET /search?ann HTTP/1.1" 200',
            "https://example.com/p?4155550100=1",
        ),
        misses=(
            "https://example.com/p?",
            "is it https://example.com/p?",
            "https://example.com/p?[query]",
            "what?",
            "a&&b",
            "R&D",
        ),
    ),
    Rule(
        id=_PARAMETER_ROW,
        kind="url",
        gate=_PART_GATE,
        pattern=_PART,
        group=1,
        validator=parameter,
        marker=markers.VALUE,
        matches=(
            "https://example.com/p?name=ann",
            "https://u:p@h/p?a=1#f",
            "GET /search?q=ann&page=2 HTTP/1.1",
            "/p?user[name]=ann",
            "https://example.com/p;v=ann/x",
            "magnet:?xt=urn:btih:ann",
            "<a href='/p?a=1&amp;name=ann'>",
        ),
        misses=(
            *(
                "x == y ? a : b",
                "really? a=b",
                "https://example.com/p?page=[value]&name=[value]",
                "/p?page={page}&q=%s",
            ),
            *("(?P<x>a)(?P=x)", "text/plain;charset=utf-8", "f(x, &y=1)", "a=1; b=2", "a; b=2"),
        ),
    ),
    Rule(
        id="url.fragment",
        kind="url",
        gate=has("#", signs="/:"),
        pattern=rf"{_SLASHES}(?:[^\s\"'`<>#\\]|\\{{1,3}}+/)*+(?:#([^\s\"'`<>\\{WIDE}]*+))?+",
        group=1,
        validator=fragment,
        marker=markers.FRAGMENT,
        matches=(
            "https://example.com/p#access-ann",
            "https://example.com/p?a=1#ann.",
            "https://docs.example.com/#user=ann",
            "https://example.com/p.html#ann-lee",
            "https://example.com/en/latest/p#xK9mQ2vL7pR4tW8zB3nJ",
        ),
        misses=(
            *("issue #12", "https://example.com/p#", "https://example.com/p#[fragment]"),
            *("see https://docs.example.com/p.html#known-limits.", "git+https://git.example.com/x.git#egg=acme"),
            *("https://example.com/en/latest/p#known-limits", "https://example.com/p.html#known-limits"),
            "more at https://kubernetes.io/docs/concepts/storage/volumes#emptydir",
        ),
    ),
    Rule(
        id="url.segment",
        kind="url",
        gate=has("/"),
        pattern=rf"/(?!{PLAIN})([^\s/?#\"'`<>\\;|{WIDE}]++)",
        group=1,
        validator=segment,
        marker=markers.SEGMENT,
        matches=(
            "GET https://api.example.com/v1/users/1024/orders",
            '"DELETE /orders/83619/items HTTP/1.1" 404',
            "https://example.com/~ann/x",
            "https://example.com/f/01890a5d-ac96-774b-bcce-b302099a8057,",
            "https://example.com/files/ann%20smith",
            "https://example.com/get/letter-to-bob.pdf",
            "https://example.com/get/Ann.md",
            "https://example.com/blob/653740cbad7ce0c8a8752ce83e4d3c2c754b13cb",
            "https://example.com/feeds/order-83619472.js",
        ),
        misses=(
            *("https://example.com/api/v1/users", "https://example.com/users/me/settings", "GET /users/{id}/orders"),
            *("https://docs.example.com/3.11/users/ann.html", "https://github.com/acme/sdk/issues/1234", "see 404/500"),
            *(
                "https://example.com/v1.2.345/oauth2/sha256",
                "https://example.com:8080/x",
                "https://example.com/users/[segment]",
            ),
            "https://example.com/x/README.md",
            "https://trac.example.org/ticket/2588",
            "https://github.com/acme/sdk/blob/653740cbad7ce0c8a8752ce83e4d3c2c754b13cb/x.py",
            "https://github.com/advisories/GHSA-gq3w-7jj3-x7gr",
            *("/api/v2/items/search", "ratio 12/3456", "https://api123.example.com/x"),
            *(
                "https://example.com/assets/index-B7xk2f9a.js:214:31",
                "at t (https://example.com/js/417.3f2b9c1d.chunk.js:1:9)",
            ),
        ),
    ),
    Rule(
        id="url.owner",
        kind="url",
        gate=has("/"),
        pattern=rf"/(?:{NAMED})\\{{0,3}}+/([^\s/?#\"'`<>\\;|{WIDE}]++)",
        group=1,
        validator=segment,
        marker=markers.SEGMENT,
        matches=(
            "https://example.com/users/ann: gone",
            "no route for /api/v1/customers/ann-smith/orders",
            r"to \"https:\/\/example.com\/users\/ann\"",
        ),
        misses=(
            *("https://example.com/users/me/settings", "/api/v2/users/search", "GET /users/{id}", "GET /user/settings"),
            *("https://docs.example.com/users/ann", "users/groups", "/users"),
        ),
    ),
)

RULES: Final[tuple[Rule, ...]] = (*_ROWS, *url_opaque.RULES)

HOST_RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="url.host",
        kind="url",
        gate=has("://", ":\\/"),
        pattern=rf"{_SLASHES}(?:[^\s/?#\"'`<>@\\]*+@)?+([^\s/?#\"'`<>@\\]++)",
        group=1,
        validator=host,
        marker=markers.HOST,
        matches=(
            "https://ann-smith.acme.example/x",
            "https://ann:hunter2@db.acme.example:8443/x",
            "(see http://intranet)",
            r"http:\/\/ann.example\/x",
        ),
        misses=("https://[host]/x", "https://{host}/x", "http:///x", "a://"),
    ),
)
"""For policies under which the host goes too: it names a customer where each has a domain of its own."""
