"""What type checkers see of the public names; checked by ``make lint``, never run.

An ``Any`` that came in unseen (a name loaded late, a missing annotation) fails here: ``assert_type`` tells it from the type.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, assert_type

import sentry_sdk
from sentry_sdk.transport import HttpTransport

import tightlip
import tightlip.sentry
import tightlip_scrubbers
from tightlip.explanation import Explanation
from tightlip.sentry_envelopes import Scrubbing

if TYPE_CHECKING:
    from sentry_sdk.types import Event, Hint


def inside_an_sdk(exc: ValueError) -> None:
    reporter = tightlip.Reporter(
        "acme", workspace=lambda: "blue", facts={"acme.Error": {"status": int, "code": {"A", "B"}, "try": range(3)}}
    )
    assert_type(reporter.preview(exc), tightlip.Event | None)
    assert_type(reporter.capture(exc), str | None)
    assert_type(reporter.explain(exc), Explanation | None)
    assert_type(reporter.stats(), dict[str, int])

    @reporter.guard()
    def upload(path: str) -> int:
        return len(path)

    @reporter.guard()
    async def fetch(path: str) -> bytes:
        return path.encode()

    assert_type(upload("a"), int)
    reporter.guard(upload)  # type: ignore[arg-type]  # without parentheses
    upload(1)  # type: ignore[arg-type]  # the guard keeps the parameters
    fetch(1)  # type: ignore[arg-type,unused-coroutine]


def of_sentrys_types(event: Event, _hint: Hint) -> Event | None:
    return event


def beside_sentry() -> None:
    before_send = tightlip.before_send("acme", tightlip.APP, hook=of_sentrys_types)
    assert_type(before_send, tightlip.BeforeSend)
    as_processor: tightlip.Processor = before_send
    as_processor({}, {})
    sentry_sdk.init(
        before_send=before_send,
        before_breadcrumb=tightlip.sentry.before_breadcrumb(),
        transport=tightlip.sentry.ScrubbingTransport(HttpTransport),
    )
    sentry_sdk.init(before_send=tightlip.Reporter("acme", hook=lambda event, _hint: event).before_send)
    client = tightlip.sentry.isolated_client("acme", "https://key@errors.acme.example/1")
    assert_type(client, tightlip.sentry.IsolatedClient)
    assert_type(client.capture(ValueError()), str | None)
    assert_type(tightlip.sentry.ScrubbingTransport(HttpTransport), type[Scrubbing])
    assert_type(tightlip.sentry.ScrubbingTransport(HttpTransport({})), Scrubbing)
    assert_type(tightlip.sentry.before_breadcrumb(), Callable[[dict[str, Any], dict[str, Any]], dict[str, Any] | None])
    assert_type(tightlip.sentry.ScrubberOffWarning, type[tightlip.sentry.ScrubberOffWarning])
    tightlip.sentry.nothing_like_that  # type: ignore[attr-defined]  # noqa: B018


def scrubbing(event: tightlip.Event) -> None:
    assert_type(tightlip.scrub(event), tightlip.Event | None)
    assert_type(tightlip_scrubbers.scrub_text("a"), str)
    assert_type(tightlip_scrubbers.find("a"), list[tightlip_scrubbers.Finding])
    assert_type(tightlip.load_policy("acme.yaml"), tightlip.Policy)
