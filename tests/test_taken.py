"""What was taken away for its place stands nowhere else: bodies and queries that are written as text, options of commands, mail addresses."""

from __future__ import annotations

import base64
import hashlib
from typing import Any
from urllib.parse import quote

import pytest

import tightlip
from tightlip.taken import learn

SECRET = "juniper-Vo7Jzl!EYq3"
SOURCES: dict[str, dict[str, Any]] = {
    "query": {"request": {"query_string": f"page=2&access_token={quote(SECRET)}"}},
    "query in pairs": {"request": {"query_string": [["page", "2"], ["access_token", SECRET]]}},
    "form": {"request": {"data": f"user=z&password={quote(SECRET)}"}},
    "JSON": {"request": {"data": '{"login": {"password": "' + SECRET + '"}}'}},
    "JSON that was cut": {"request": {"data": '{"login": {"password": "' + SECRET + '", "remember": tr'}},
    "a long body": {"request": {"data": '{"password": "' + SECRET + '", "note": "' + "words " * 20_000 + '"}'}},
    "cookies": {"request": {"cookies": f"theme=dark; session_token={SECRET}"}},
    "route": {"transaction": f"/login?api_key={quote(SECRET)}"},
    "arguments": {"extra": {"sys.argv": ["tool", "--password", SECRET]}},
    "arguments by another name": {"extra": {"ran": ["tool", "--password", SECRET]}},
    "e-mail": {"user": {"email": f"{SECRET}@corp.example"}},
}


def left(event: dict[str, Any]) -> dict[str, Any]:
    found = tightlip.scrub(event, tightlip.APP)
    assert found is not None
    assert tightlip.scrub(found, tightlip.APP) == found
    return found


@pytest.mark.parametrize("source", SOURCES)
def test_elsewhere_it_goes_too(source: str) -> None:
    """The message, a tag, a span and a frame repeat it without its name."""
    found = left({
        **SOURCES[source], "exception": {"values": [{"type": "E", "value": f"cannot sign in with {SECRET} at all", "stacktrace": {"frames": [{"function": f"sign {SECRET}"}]}}]},
        "tags": {"tried": SECRET}, "spans": [{"description": SECRET}],
    })  # fmt: skip
    assert "juniper" not in str(found)
    assert found["exception"]["values"][0]["value"] == "cannot sign in with [secret] at all"


@pytest.mark.parametrize(
    "written",
    [
        SECRET.upper(), SECRET.lower(), "".join(f"%{ord(c):02X}" for c in SECRET), "".join(f"&#{ord(c)};" for c in SECRET), "".join(f"&#x{ord(c):x};" for c in SECRET),
        "".join(f"\\x{ord(c):02x}" for c in SECRET), hashlib.md5(SECRET.encode()).hexdigest(), hashlib.sha256(SECRET.encode()).hexdigest(), hashlib.sha1(SECRET.lower().encode()).hexdigest(),
        base64.b64encode(SECRET.encode()).decode(), SECRET.encode().hex(),
    ],
)  # fmt: skip
def test_however_it_is_written(written: str) -> None:
    """Encodings and hashes that an application may make of it."""
    event = {"extra": {"password": SECRET, "seen": f"tried {written} twice"}}
    assert left(event)["extra"]["seen"] in {
        f"tried [{marker}] twice" for marker in ("secret", "encoded", "bytes:small")
    }
    assert left({"extra": {"password": "another-V4lue!x", "seen": "tried twice"}})["extra"]["seen"] == "tried twice"


@pytest.mark.parametrize(
    "event",
    [
        {"request": {"query_string": "page=overview-of-orders&sort=created-descending"}},
        {"request": {"data": '{"state": "overview-of-orders"}'}},
        {"request": {"data": "[" * 5_000}},
        {"request": {"data": "note = overview-of-orders"}},
        {"extra": {"sys.argv": ["tool", "--report", "overview-of-orders"]}},
        {"user": {"email": "overview@corp.example"}},
    ],
)
def test_words_stay(event: dict[str, Any]) -> None:
    """What stands under no secret name is not looked for, nor a word before the sign of a mail address."""
    message = "no overview-of-orders page, overview is empty, created-descending"
    assert left({**event, "message": message})["message"] == message


def test_its_size_is_bounded() -> None:
    """However much there is: 256 texts, and no deeper than eight."""
    found: set[str] = set()
    learn([f"value-{number}" for number in range(1_000)], None, found)
    assert len(found) == 256
    deep: Any = "value"
    for _ in range(100):
        deep = [deep]
    found = set()
    learn(deep, None, found)
    assert not found
