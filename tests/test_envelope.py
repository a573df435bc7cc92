"""Envelopes: Sentry's own parsers accept them, and nothing but JSON's types gets in."""

from __future__ import annotations

import asyncio
import json
import sys
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import pytest
from sentry_relay.processing import StoreNormalizer
from sentry_sdk.envelope import Envelope

import tightlip
from tightlip.envelope import decode, encode, plain
from tightlip.text import CodeText

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SDK_SOURCE = '''
import asyncio
import threading

reporter = None


class ProbeError(Exception):
    """Raised on purpose."""


def look_up(name):
    reporter.add_breadcrumb(f"looking for {name}", category="probe", level="warning", count=3, ratio=0.25, fresh=True)
    try:
        int(name)
    except ValueError as error:
        raise ProbeError(f"no record called {name!r}") from error


def look_up_all(names):
    failures = []
    for name in names:
        try:
            look_up(name)
        except ProbeError as error:
            failures.append(error)
    raise ExceptionGroup("several records are gone", failures)


def wait(entered, leave):
    entered.set()
    leave.wait()


def beside_a_thread(names):
    entered, leave = threading.Event(), threading.Event()
    thread = threading.Thread(target=wait, args=(entered, leave))
    thread.start()
    entered.wait()
    try:
        look_up_all(names)
    except ExceptionGroup as error:
        return reporter.preview(error)
    finally:
        leave.set()
        thread.join()


async def sleep():
    await asyncio.sleep(3600)


async def in_a_task(names):
    waiting = asyncio.create_task(sleep(), name="customer-4711")
    await asyncio.sleep(0)
    try:
        return beside_a_thread(names)
    finally:
        waiting.cancel()
'''


@pytest.fixture
def sdk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    (tmp_path / "probe_sdk").mkdir()
    (tmp_path / "probe_sdk" / "__init__.py").write_text(SDK_SOURCE)
    monkeypatch.syspath_prepend(tmp_path)
    import probe_sdk  # type: ignore[import-not-found]

    probe_sdk.reporter = tightlip.Reporter(
        "probe_sdk",
        [],
        release="probe@1.2.3",
        commit="9f2c1d0",
        environment="prod",
        workspace="team-blue",
        outbox=False,
    )
    yield probe_sdk
    del sys.modules["probe_sdk"]


@pytest.fixture
def event(sdk: Any) -> dict[str, Any]:
    """A preview with everything in it: a group of chained errors, breadcrumbs, another thread and tasks."""
    found = asyncio.run(sdk.in_a_task(["canary-one", "canary-two"]))
    assert found is not None, sdk.reporter.stats()
    assert set(found) >= {
        "exception",
        "breadcrumbs",
        "threads",
        "tags",
        "fingerprint",
        "contexts",
        "release",
        "environment",
    }
    assert "where" in found["contexts"]["tasks"]
    assert len(found["exception"]["values"]) == 5
    assert isinstance(found, dict)
    return found


def test_sentry_sdk_parses_it(event: dict[str, Any]) -> None:
    """``Envelope.deserialize`` gives one event item back that is the event, and headers that name it."""
    envelope = Envelope.deserialize(encode(event))
    assert [item.type for item in envelope.items] == ["event"]
    parsed: Any = envelope.get_event()
    assert parsed == event
    assert envelope.headers == {
        "event_id": event["event_id"],
        "sdk": {"name": "tightlip", "version": tightlip.__version__},
    }


def test_item_header_tells_the_length_of_the_payload(event: dict[str, Any]) -> None:
    """The item's ``length`` is the payload's number of bytes, so that a parser need not look for line ends."""
    lines = encode(event).split(b"\n")
    assert len(lines) == 4
    assert lines[3] == b""
    assert json.loads(lines[1]) == {"type": "event", "content_type": "application/json", "length": len(lines[2])}


def test_decode_is_the_way_back(event: dict[str, Any]) -> None:
    """What was encoded is decoded to the same event."""
    assert decode(encode(event)) == event


@pytest.mark.parametrize(
    "broken", [b"", b"{}", b"{}\n{}", b"{}\n{}\n[]", b"{}\n{}\n{", b"{}\n{}\n\xff\xfe\n", b"\n\n1\n"]
)
def test_decode_refuses_what_is_no_envelope(broken: bytes) -> None:
    """Too few lines, no JSON, or a payload that is no object is a ``ValueError``."""
    with pytest.raises(ValueError):
        decode(broken)


def _meta(value: object, path: str = "") -> list[str]:
    """Where in a normalised event something under ``_meta`` stands: an error, or a remark that something was changed."""
    if isinstance(value, dict):
        return [
            place
            for key, item in value.items()
            for place in ([f"{path}: {item}"] if key == "" else _meta(item, f"{path}.{key}"))
        ]
    return []


def test_relay_normalizes_it_without_a_remark(event: dict[str, Any]) -> None:
    """Sentry's server finds no invalid field, trims nothing, and keeps all that was in the event."""
    normal = StoreNormalizer(project_id=1, received_at=None).normalize_event(event)
    assert _meta(normal.get("_meta", {})) == []
    assert "errors" not in normal
    assert normal["event_id"] == event["event_id"]
    assert normal["level"] == "error"
    assert normal["platform"] == "python"
    assert normal["release"] == "probe@1.2.3"
    assert normal["environment"] == "prod"
    assert normal["fingerprint"] == event["fingerprint"]
    assert {key: value for key, value in normal["tags"] if key in event["tags"]} == event["tags"]
    assert normal["sdk"] == {"name": "tightlip", "version": tightlip.__version__}


def test_relay_keeps_messages_frames_and_structure(event: dict[str, Any]) -> None:
    """Each link keeps its type, template, mechanism and frames on the server."""
    normal = StoreNormalizer(project_id=1).normalize_event(event)
    assert len(normal["exception"]["values"]) == len(event["exception"]["values"])
    for ours, theirs in zip(event["exception"]["values"], normal["exception"]["values"], strict=True):
        assert {key: theirs.get(key) for key in ("type", "module", "value")} == {
            key: ours.get(key) for key in ("type", "module", "value")
        }
        assert theirs["mechanism"] == ours["mechanism"]
        for frame, kept in zip(ours["stacktrace"]["frames"], theirs["stacktrace"]["frames"], strict=True):
            assert kept.items() >= frame.items()


def test_relay_keeps_breadcrumbs_threads_and_contexts(event: dict[str, Any]) -> None:
    """Steps, threads and every context are on the server as they were sent."""
    normal = StoreNormalizer(project_id=1).normalize_event(event)
    untimed = [
        {key: value for key, value in crumb.items() if key != "timestamp"} for crumb in event["breadcrumbs"]["values"]
    ]
    assert [
        {key: value for key, value in crumb.items() if key != "timestamp"} for crumb in normal["breadcrumbs"]["values"]
    ] == untimed
    assert untimed[0] == {
        "level": "warning",
        "type": "default",
        "category": "probe",
        "message": "looking for {name}",
        "data": {"count": 3, "ratio": 0.25, "fresh": True},
    }
    assert len(normal["threads"]["values"]) == len(event["threads"]["values"]) == 2
    for thread, kept in zip(event["threads"]["values"], normal["threads"]["values"], strict=True):
        assert {name: kept.get(name) for name in thread if name != "stacktrace"} == {
            name: thread[name] for name in thread if name != "stacktrace"
        }
    for name, context in event["contexts"].items():
        assert normal["contexts"][name].items() >= context.items(), name


def test_the_preview_names_the_class_that_was_raised(event: dict[str, Any]) -> None:
    """An ``ExceptionGroup`` of the interpreter's is called that, not by its base."""
    outermost = event["exception"]["values"][-1]
    assert (outermost["type"], outermost["module"]) == ("ExceptionGroup", "builtins")


class _Number(int):
    pass


class _Words(str):
    __slots__ = ()

    def __str__(self) -> str:
        raise AssertionError("foreign code ran")

    def encode(self, *_: Any) -> bytes:
        raise AssertionError("foreign code ran")


class _Colour(IntEnum):
    RED = 1


@pytest.mark.parametrize(
    "value",
    [(1,), {1}, frozenset({1}), b"bytes", bytearray(b"x"), 1j, object(), Ellipsis, int, _Number(1), _Words("x"), _Colour.RED, range(3), Exception("x"),
     type("SubDict", (dict,), {})(), type("SubList", (list,), {})()],
    ids=[
        "tuple", "set", "frozenset", "bytes", "bytearray", "complex", "object", "ellipsis", "type", "int-subclass", "str-subclass", "int-enum", "range",
        "exception", "dict-subclass", "list-subclass"],
)  # fmt: skip
def test_plain_refuses_foreign_types(value: object) -> None:
    """Whatever is not exactly one of JSON's types is a ``TypeError``, however deep it lies."""
    for nested in (value, [value], {"a": value}, {"a": [{"b": value}]}):
        with pytest.raises(TypeError):
            plain(nested)


@pytest.mark.parametrize("key", [(1, 2), b"x", frozenset({1})], ids=repr)
def test_plain_refuses_foreign_keys(key: object) -> None:
    """A key that is no JSON type is refused too."""
    with pytest.raises(TypeError):
        plain({key: 1})


def test_plain_forgets_where_text_came_from() -> None:
    """The result has exact built-in types only, in containers of its own."""
    given = {CodeText("a"): [tightlip.Safe("b"), "c", 1, 2.5, True, None]}
    found = plain(given)
    assert found == {"a": ["b", "c", 1, 2.5, True, None]}
    assert [type(key) for key in found] == [str]
    assert [type(item) for item in found["a"]] == [str, str, int, float, bool, type(None)]
    assert type(next(iter(given))) is CodeText
    assert found["a"] is not given[CodeText("a")]


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_numbers_that_json_does_not_have_are_refused(number: float) -> None:
    """NaN and infinity are a ``ValueError``, not bytes that a server cannot parse."""
    with pytest.raises(ValueError):
        encode({"event_id": "0" * 32, "extra": {"ratio": number}})


@pytest.mark.parametrize(
    "text",
    [
        chr(0xD800),
        f"a{chr(0xDFFF)}b",
        chr(0xD83D),
        f"pair {chr(0xD83D)}{chr(0xDE00)}",
        "nul \0 and line\nbreak\r",
        "\u2028",
        "é",
    ],
)
def test_any_text_survives(text: str) -> None:
    """Lone surrogates, line breaks and NUL neither fail to encode nor break the lines of the envelope."""
    event = {"event_id": "0" * 32, "message": CodeText(text)}
    encoded = encode(event)
    assert encoded.isascii()
    assert encoded.count(b"\n") == 3
    assert decode(encoded)["message"] == json.loads(json.dumps(text))
    parsed = Envelope.deserialize(encoded).get_event()
    assert parsed is not None
    assert parsed["message"] == json.loads(json.dumps(text))


def test_an_event_without_an_id_is_refused() -> None:
    """Nothing is encoded that could not be found again."""
    with pytest.raises(KeyError):
        encode({"message": "x"})
