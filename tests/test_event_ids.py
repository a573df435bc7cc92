"""Typed forms of an event, `event_ids`: an id or a number has its form, and is no account's number by chance or by mistake."""

from __future__ import annotations

from typing import Any

import pytest

import tightlip

CARD = "5229087503327398"
AMEX = 378282246310005
FRAME = "exception.values.0.stacktrace.frames.0"


def left(path: str, value: object) -> object:
    """What is left of a value at a path; None for nothing."""
    event: Any = value
    keys = path.split(".")
    for key in reversed(keys):
        event = [event] if key.isdecimal() else {key: event}
    found: Any = tightlip.scrub(event, tightlip.APP)
    assert tightlip.scrub(found, tightlip.APP) == found
    for key in keys:
        try:
            found = found[0 if key.isdecimal() else key]
        except (KeyError, IndexError):
            return None
    return found


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("contexts.trace.span_id", CARD), ("spans.0.span_id", CARD), ("spans.0.hash", CARD), ("debug_meta.images.0.code_id", CARD), ("debug_meta.images.0.debug_checksum", CARD),
        ("debug_meta.images.0.debug_checksum", f"MD5:{CARD}"), ("debug_meta.images.0.code_id", "DE89370400440532013000"), (f"{FRAME}.instruction_addr", f"0x{CARD}"), (f"{FRAME}.image_addr", int(CARD)),
        (f"{FRAME}.lineno", AMEX), ("measurements.order.value", AMEX), ("measurements.order.value", float(AMEX)), ("contexts.device.memory_size", AMEX), ("threads.values.0.priority", AMEX),
        ("debug_meta.images.0.code_id", "555-123-4567"), ("debug_meta.images.0.code_id", "436601234567"),
    ],
)  # fmt: skip
def test_an_account_in_a_typed_field(path: str, value: object) -> None:
    """Decimal digits are hexadecimal ones: the form alone does not tell a card from an id."""
    assert left(path, value) is None


@pytest.mark.parametrize("path", ["threads.values.0.id", "exception.values.0.thread_id"])
def test_an_account_as_the_number_of_a_thread(path: str) -> None:
    """A field that takes text says that something stood there."""
    assert left(path, int(CARD)) == "[number]"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("contexts.trace.span_id", "5229087503327397"), ("contexts.trace.span_id", "fa90fdead5f74052"), ("debug_meta.images.0.code_id", "5AB380779000"), ("debug_meta.images.0.code_id", "584133779000"),
        ("debug_meta.images.0.code_id", "c1b5e3894f2d6b4a8c9d0e1f2a3b4c5d12345678"), ("debug_meta.images.0.code_id", "84a04d24-0e60-3810-a8cf-90a65e2df61a"), ("debug_meta.images.0.id", "89e3b5c1-2d4f-4a6b-8c9d-0e1f2a3b4c5d-0"),
        (f"{FRAME}.instruction_addr", "0x00007ffb1c2d7374"), (f"{FRAME}.instruction_addr", 140736123456789), (f"{FRAME}.image_addr", "0x8000000000000010"), ("contexts.device.storage_size", 2000398934016),
        ("exception.values.0.thread_id", 139872341234560), ("measurements.memory.value", 93261824), (f"{FRAME}.platform", "dart"), ("threads.values.0.daemon", True), ("threads.values.0.priority", 5),
        ("modules.Shop", "1.4.0.0"), ("sdk.packages.0.version", "4.18.1.0"), ("contexts.browser.version", "120.0.0.0"), ("contexts.trace.origin", "auto.http.otel.http"), ("contexts.flags.values.0.flag", "new-checkout"), ("contexts.flags.values.0.flag", "search.v2:beta"), ("measurements.cls.unit", ""), ("measurements.lcp.unit", "millisecond"),
        ("contexts.Current Culture.DisplayName", "English (United States)"), ("contexts.Current Culture.Name", "en-US"), ("contexts.Current Culture.display_name", "Dutch"), ("contexts.Current Culture.name", "nl-NL"), ("contexts.device.archs", ["arm64-v8a"]), ("spans.0.origin", "auto.db.otel.prisma"),
        ("threads.values.0.held_locks", {"0x0f5a3c1b": {"type": 2, "class_name": "Object"}}),
    ],
)  # fmt: skip
def test_what_has_its_form_stays(path: str, value: object) -> None:
    """Ids of builds and spans, addresses, sizes, versions, languages."""
    assert left(path, value) == value


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("modules.Shop", "203.0.113.77"), ("contexts.browser.version", "10.0.3.17"), ("contexts.Current Culture.DisplayName", "Zoe Kranich"), ("contexts.Current Culture.Name", "kranich"),
        ("spans.0.origin", "zoe@kranich.example"), ("spans.0.data.url.full", "/data/kranich/q3.csv"),
    ],
)  # fmt: skip
def test_what_lacks_its_form_goes(path: str, value: str) -> None:
    assert left(path, value) in (None, "[ip]", "[path]")


@pytest.mark.parametrize(
    "path", ["contexts.trace.origin", "spans.0.origin", "contexts.flags.values.0.flag", "measurements.size.unit"]
)
@pytest.mark.parametrize("text", ["ghp_k3Jx9QmW2vTz7LpR4sYd8NfB6hCgA1eUoiVt", "zoe@kranich.example"])
def test_no_marker_stands_where_sentry_allows_none(path: str, text: str) -> None:
    """Who made a span, a flag's name and a unit have few signs: of another text nothing is left."""
    assert left(path, text) is None
