"""The walk of an event along its table: however large the event is, its work is bounded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tightlip
from tightlip import event_tree

if TYPE_CHECKING:
    import pytest


def event(exceptions: int, frames: int) -> dict[str, Any]:
    each = [{"function": f"f{number}", "lineno": number} for number in range(frames)]
    return {"exception": {"values": [{"type": "E", "stacktrace": {"frames": each}} for _ in range(exceptions)]}}


def frames_of(found: dict[str, Any] | None) -> int:
    assert found is not None
    return sum(len(one.get("stacktrace", {}).get("frames", ())) for one in found["exception"]["values"])


def test_what_is_beyond_the_bound_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first values stay; scrubbing again changes nothing."""
    monkeypatch.setattr(event_tree, "MOST_VALUES", 1_000)
    found = tightlip.scrub(event(20, 100), tightlip.APP)
    assert 200 < frames_of(found) < 400
    assert found is not None
    assert tightlip.scrub(found, tightlip.APP) == found


def test_an_event_that_sentry_takes_is_whole() -> None:
    """Ten errors of 250 frames each: more than SDKs send."""
    assert frames_of(tightlip.scrub(event(10, 250), tightlip.APP)) == 2_500


def test_a_row_below_any_key_may_refer_to_another() -> None:
    """Locks of a thread stand under their addresses."""
    given = {
        "threads": {
            "values": [{"id": 1, "held_locks": {"0x0f5a": {"class_name": "Object", "thread_id": 2, "unknown": 1}}}]
        }
    }
    found = tightlip.scrub(given, tightlip.APP)
    assert found is not None
    assert found["threads"]["values"][0]["held_locks"] == {"0x0f5a": {"class_name": "Object", "thread_id": 2}}
