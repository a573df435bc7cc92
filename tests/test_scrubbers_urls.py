"""URLs in whole messages: user info, values, fragments and some segments go; hosts, routes and names of parameters stay."""

from __future__ import annotations

import pytest

from tightlip_scrubbers import Scrubber
from tightlip_scrubbers.detectors.url import HOST_RULES
from tightlip_scrubbers.detectors.url_segments import is_data

URLS = Scrubber(kinds=frozenset({"path", "url"}))
"""Other classes find mail addresses and tokens in some of these texts, and would hide what the rows for URLs do."""


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        # queries
        ("https://x.io/p?page=2&name=ann), then", "https://x.io/p?page=[value]&name=[value]), then"),
        ("(see https://x.io/p?a=b).", "(see https://x.io/p?a=[value])."),
        (
            "https://x.io/p??a=ann and https://x.io/p?a=1&&b=ann",
            "https://x.io/p??a=[value] and https://x.io/p?a=[value]&&b=[value]",
        ),
        ("https://x.io/p?ann@example.com", "https://x.io/p?[query]"),
        ("https://x.io/p?John+Smith&b=1", "https://x.io/p?[query]&b=[value]"),
        ("https://x.io/p?4155550100=1&ok=1", "https://x.io/p?[query]&ok=[value]"),
        ("https://x.io/p?filter[user]=ann&sort=-date", "https://x.io/p?filter[user]=[value]&sort=[value]"),
        ("<a href='/p?a=1&amp;name=ann'>", "<a href='/p?a=[value]&amp;name=[value]'>"),
        ("https://x.io/p?a=1;b=ann", "https://x.io/p?a=[value];b=[value]"),
        ("https://x.io/a;jsessionid=ABC?x=1", "https://x.io/a;jsessionid=[value]?x=[value]"),
        ("https://x.io/r?url=https%3A%2F%2Fy.io%2Fusers%2Fann", "https://x.io/r?url=[value]"),
        ("https://b.example/x?X-Amz-Signature=ab12&sig=c", "https://b.example/x?X-Amz-Signature=[value]&sig=[value]"),
        ('"POST /login?next=/x HTTP/1.1" 302', '"POST /login?next=[value] HTTP/1.1" 302'),
        ('"GET /find?ann HTTP/1.1" 200', '"GET /find?[query] HTTP/1.1" 200'),
        ("magnet:?xt=urn:btih:c12fe&dn=ann", "magnet:?xt=[value]&dn=[value]"),
        (
            "jdbc:sqlserver://db:1433;databaseName=ann;user=sa",
            "jdbc:sqlserver://db:1433;databaseName=[value];user=[value]",
        ),
        # fragments
        ("https://x.io/cb?code=abc#access_token=foo", "https://x.io/cb?code=[value]#[fragment]"),
        (
            "https://docs.x.io/p#known-limits and https://x.io/p#ann",
            "https://docs.x.io/p#known-limits and https://x.io/p#[fragment]",
        ),
        # segments
        ("GET /users/12345/orders HTTP/1.1", "GET /users/[segment]/orders HTTP/1.1"),
        ("no route for /api/v1/customers/ann-smith/orders", "no route for /api/v1/customers/[segment]/orders"),
        (
            "https://x.io/~ann/x and https://x.io/@ann/posts",
            "https://x.io/[segment]/x and https://x.io/[segment]/posts",
        ),
        ("https://x.io/d/2024-01-31/inv-10023.pdf", "https://x.io/d/[segment]/[segment]"),
        ("https://x.io/v1/cus_NffrFeUfNV2Hib/cards", "https://x.io/v1/[segment]/cards"),
        ("https://x.io/reset/abcdef: gone", "https://x.io/reset/[segment]: gone"),
        ("POST /users/1024:activate", "POST /users/[segment]:activate"),
        ("http:\\/\\/x.io\\/users\\/ann?x=1", "http:\\/\\/x.io\\/users\\/[segment]?x=[value]"),
        # user info
        ("ssh://git@host.example:22/acme/x.git", "ssh://[credentials]@host.example:22/acme/x.git"),
        ("mongodb+srv://u:p@a.example,b.example/db", "mongodb+srv://[credentials]@a.example,b.example/db"),
        # no authority
        ("url(data:image/png;base64,iVBORw0KGgo=)", "url(data:image/png;base64,[data])"),
        ("<a href='mailto:ann'>", "<a href='mailto:[email]'>"),
        ("dial tel:7042, then", "dial tel:[phone], then"),
        # markup
        ("[x](https://x.io/p?a=b) <https://x.io/q?c=d>", "[x](https://x.io/p?a=[value]) <https://x.io/q?c=[value]>"),
    ],
)
def test_the_data_goes_and_the_code_stays(text: str, clean: str) -> None:
    """What a user brought goes; which route, which parameter and which host stay readable."""
    assert URLS.scrub_text(text) == clean
    assert URLS.scrub_text(clean) == clean


@pytest.mark.parametrize(
    "text",
    [
        "https://example.com/api/v1/users and http://localhost:3000/dashboard",
        "https://example.com/v1/projects/my-project/locations/us-central1/models",
        "https://github.com/acme/sdk/issues/1234 and https://github.com/acme/sdk/blob/main/x.py#L12",
        "https://docs.python.org/3.11/library/os.path.html#os.path.join.",
        "https://datatracker.ietf.org/doc/html/rfc2616#section-3",
        "pip install git+https://github.com/acme/x.git@main#egg=x",
        "https://unpkg.com/react@18.2.0/umd/react.js",
        "/p?page={page}&q=%s&x=<x>",
        "https://{host}/users/{id}?q={query}",
        "x == y ? a : b; really? a=b; a && b; a &&b=c; R&D; a=1; b=2",
        "(?P<x>a)(?P=x) and (?i)x",
        "urn:ietf:params:oauth:grant-type:token-exchange",
        "std::cout << x; Foo::bar; os.system",
        "404/500 and 12/3456 and 2026/11/22",
    ],
)
def test_what_looks_alike_stays(text: str) -> None:
    """Routes, public documentation, templates and operators hold nobody's data."""
    assert URLS.scrub_text(text) is text


@pytest.mark.parametrize("end", [")", ",", ".", ";", "!", "'", '"', '\\"', ">", "`", "", "\n", " x", "), x"])
@pytest.mark.parametrize(
    "url",
    [
        "https://x.io/p?q=canary",
        "https://x.io/p?canary",
        "https://x.io/p#canary",
        "https://x.io/users/canary",
        "https://canary:x@x.io/p",
        "https://x.io/p;v=canary",
    ],
)
def test_a_url_ends_anywhere(url: str, end: str) -> None:
    """Whatever ends a URL in prose or markup, its data is found whole, and the end stays."""
    clean = URLS.scrub_text(f"zeroth ({url}{end}")
    assert "canary" not in clean
    assert clean.startswith("zeroth (https://")
    assert clean.endswith(end)


@pytest.mark.parametrize(
    ("segment", "before", "data"),
    [
        ("1024", "orders", True),
        ("12", "orders", False),
        ("1234", "issues", False),
        ("01890a5d-ac96-774b-bcce-b302099a8057", "x", True),
        ("deadbeef01", "x", True),
        ("v1.2.345", "x", False),
        ("sha256", "x", False),
        ("us-east-1", "x", False),
        ("ann", "users", True),
        ("me", "users", False),
        ("repos", "user", True),
        ("settings", "user", False),
        ("{id}", "users", False),
        (":id", "users", False),
        ("ann%20lee", "x", True),
        ("letter-to-bob.pdf", "x", True),
        ("index.html", "x", False),
        ("robots.txt", "", False),
        ("2024-01-31", "x", True),
        ("ann@example.com", "x", True),
        ("", "users", False),
    ],
)
def test_segments(segment: str, before: str, data: bool) -> None:
    """Digits, escapes, files and what follows the name of a collection of people are data; words are not."""
    assert is_data(segment, before) is data


def test_public_documentation_tells_of_nobody() -> None:
    """On public hosts a number, a date or a name is a page's; a token or an address is still somebody's."""
    assert not is_data("2024-01-31", "x", public=True)
    assert not is_data("ann", "users", public=True)
    assert is_data("ann@example.com", "x", public=True)


class TestHosts:
    """The rule for policies under which the host goes too."""

    strict = Scrubber(own=HOST_RULES)

    def test_it_is_not_in_the_table(self) -> None:
        """By default the host stays."""
        assert "url.host" not in {rule.id for rule in URLS.rules}

    @pytest.mark.parametrize("text", [text for rule in HOST_RULES for text in rule.matches])
    def test_match(self, text: str) -> None:
        """The host goes with its port, wherever the URL stands."""
        for around in (text, f"zeroth ({text}), last", f"zeroth {text}\nlast"):
            assert "url.host" in {finding.rule for finding in self.strict.find(around)}
            clean = self.strict.scrub_text(around)
            assert "[host]" in clean
            assert self.strict.scrub_text(clean) == clean

    @pytest.mark.parametrize("text", [text for rule in HOST_RULES for text in rule.misses])
    def test_miss(self, text: str) -> None:
        """Templates, markers and URLs without a host have none."""
        assert self.strict.scrub_text(text) == text

    def test_with_the_rest(self) -> None:
        """It works beside the other rules."""
        text = "https://ann:pw@ann-smith.acme.example:8443/users/ann?x=1#y and http://10.0.0.1:80/x"
        assert self.strict.scrub_text(text) == (
            "https://[credentials]@[host]/users/[segment]?x=[value]#[fragment] and http://[host]/x"
        )


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "?a=",
            "&a",
            "&a=b",
            ";a=b",
            "http://",
            "://a@",
            "/12345",
            "/users/a",
            "/~a",
            "#a",
            "%41",
            ":\\/\\/",
            "data:,",
            "a@",
        ),
        *("/{a}/123", "tel:1", "?", "&", ";", "=", "[value]", "http://x/?a=[value]&"),
    ],
)
def test_hostile_texts_settle(unit: str) -> None:
    """Whatever is repeated, the result is a fixed point, and the URL after it is still read."""
    for head in ("", "http://x.io/", "http://x.io/?", "/users/", "http:\\/\\/x\\/"):
        text = head + unit * 200
        clean = URLS.scrub_text(text)
        assert URLS.scrub_text(clean) == clean
        assert "canary" not in URLS.scrub_text(f"{text}\nhttps://x.io/p?q=canary")
