"""Requests leave their form: names of headers, methods, routes and statuses stay, values and bodies go."""

import pytest

from tightlip_scrubbers import find, scrub, scrub_text
from tightlip_scrubbers.detectors.request import headers
from tightlip_scrubbers.keys import NAMES

SENTENCES = [
    ("User-Agent: ann-agent/5.0 (X11; Ann)", "User-Agent: [header]"),
    ("refused (User-Agent: curl/8.0), again", "refused (User-Agent: [header]), again"),
    ("X-Forwarded-For: ann-gateway, proxy7", "X-Forwarded-For: [header]"),
    (
        "GET /a HTTP/1.1\r\nX-Tenant: ann lee\r\nAccept: */*\r\nContent-Length: 3\r\n\r\n",
        "GET /a HTTP/1.1\r\nX-Tenant: [header]\r\nAccept: */*\r\nContent-Length: 3\r\n\r\n",
    ),
    (
        'sent "POST /a HTTP/1.1\\r\\nX-Tenant: ann\\r\\n\\r\\nDear Bob", twice',
        'sent "POST /a HTTP/1.1\\r\\nX-Tenant: [header]\\r\\n\\r\\n[body]", twice',
    ),
    ("POST /a HTTP/1.1\nAccept: */*\n\nDear Bob\nI am ill", "POST /a HTTP/1.1\nAccept: */*\n\n[body]"),
    ("HTTPHeaderDict({'x-tenant': 'ann'}) is odd", "HTTPHeaderDict([headers]) is odd"),
    ("jar <Cookie theme=ann for x/> is odd", "jar <Cookie [cookie]> is odd"),
    ("headers={'X-Tenant': 'ann'}, n=3", "headers=[headers], n=3"),
    ("post(url, data='town=Paris', n=3)", "post(url, data='[body]', n=3)"),
    ("request body: Dear Ann, I am ill", "request body: [body]"),
    ("failed, payload={'town': 'paris'}, again", "failed, payload=[body], again"),
    (
        'x - ann [10/Oct/2000:13:55:36 -0700] "GET /a HTTP/1.1" 200 12 "https://a.example/" "curl of Ann"',
        'x - [user] [10/Oct/2000:13:55:36 -0700] "GET /a HTTP/1.1" 200 12 [header]',
    ),
    (
        '--b\r\nContent-Disposition: form-data; name="town"\r\n\r\nParis\r\n--b--',
        '--b\r\nContent-Disposition: form-data; name="town"\r\n\r\n[part]\r\n--b--',
    ),
    ('query { letter(opening: "Dear Ann") { id } } failed', 'query { letter(opening: "[literal]") { id } } failed'),
    ("query_string='town=Paris' is odd", "query_string='[query]' is odd"),
]

CLEAR = [
    "Content-Type: application/json\nContent-Length: 42\nAccept: */*\nCache-Control: no-cache",
    "Status: 404\nReason: Not Found",
    "GET /api/v1/items HTTP/1.1 refused with 404",
    "the request body: must be an object, not a list",
    "invalid payload: expected an object",
    "headers: a dict of names and values",
    "query { letters { id } } is too deep",
    "body: str, data: bytes, params: dict",
    "Host: the one that answers",
    "a form-data field is missing",
    "post(data=None, json={}, params=(1, 2))",
]


class TestTexts:
    @pytest.mark.parametrize(("text", "clean"), SENTENCES)
    def test_values_go_and_the_form_stays(self, text: str, clean: str) -> None:
        """What the request was stays readable, what it carried does not."""
        assert scrub_text(text) == clean
        assert scrub_text(clean) == clean
        assert find(clean) == []

    @pytest.mark.parametrize("text", CLEAR)
    def test_what_tells_of_no_one_stays(self, text: str) -> None:
        """Protocols' own values, and sentences about requests."""
        assert scrub_text(text) == text

    def test_an_unknown_header_counts_between_headers(self) -> None:
        """Alone on its line, a word with a hyphen and a colon is no header."""
        assert scrub_text("Red-Line: crossed it") == "Red-Line: crossed it"
        assert "crossed" not in scrub_text("GET /a HTTP/1.1\nRed-Line: crossed it\nAccept: */*")

    @pytest.mark.parametrize("name", sorted(headers.DATA))
    def test_every_header_of_the_table(self, name: str) -> None:
        """In every case style, quoted or not, in a sentence and on a line of its own."""
        for written in (name, name.title(), name.upper()):
            for text in (
                f"{written}: canary7",
                f"sent {written}: canary7, again",
                f"sent {{'{written}': 'canary7'}} again",
            ):
                assert "canary7" not in scrub_text(text)

    @pytest.mark.parametrize("name", sorted(headers.HARMLESS))
    def test_every_harmless_header_of_the_table(self, name: str) -> None:
        """Their values stay."""
        assert scrub_text(f"{name.title()}: 7") == f"{name.title()}: 7"


class TestKeys:
    @pytest.mark.parametrize(
        "name",
        [
            "request_body",
            "requestBody",
            "body",
            "payload",
            "form_data",
            "post_data",
            "raw_body",
            "headers",
            "User-Agent",
            "HTTP_REFERER",
            "query_string",
            "sql_params",
        ],
    )
    def test_request(self, name: str) -> None:
        """The head noun says it, in any case style."""
        meaning = NAMES.meaning(name)
        assert meaning is not None
        assert meaning.kind == "request"

    @pytest.mark.parametrize(
        "name",
        [
            "body_length",
            "header_count",
            "content_type",
            "payload_size",
            "params_count",
            "status",
            "params",
            "data",
            "messages",
            "antibody",
        ],
    )
    def test_near_misses(self, name: str) -> None:
        """Another head noun, or an ordinary word alone."""
        meaning = NAMES.meaning(name)
        assert meaning is None or meaning.kind != "request"

    def test_the_walk_removes_bodies_and_reads_headers(self) -> None:
        """A body goes whole; headers are read one by one, so that harmless ones stay."""
        value = {
            "body": {"town": "paris"},
            "query_string": "town=paris",
            "headers": {"Content-Type": "text/plain", "User-Agent": "ann/2", "Authorization": "x"},
        }
        assert scrub(value) == {
            "body": "[body]",
            "query_string": "[query]",
            "headers": {"Content-Type": "text/plain", "User-Agent": "[header]", "Authorization": "[secret]"},
        }


@pytest.mark.parametrize(
    "unit",
    [
        "HTTP/1.1\n",
        "HTTP/1.1\na: b\n",
        "X-A: b\n",
        "headers=",
        "data='",
        'query { a(b: "c" ',
        "a=b&",
        "form-data; name\n\n",
        "<Cookie ",
    ],
)
def test_hostile_texts_settle(unit: str) -> None:
    """Endless beginnings of requests give a fixed point."""
    clean = scrub_text(unit * 400)
    assert scrub_text(clean) == clean
    assert find(clean) == []
