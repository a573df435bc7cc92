"""A transport of sentry-sdk's that keeps what it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

if TYPE_CHECKING:
    from collections.abc import Sequence


class Kept(Transport):
    """Keeps envelopes as the bytes that would be sent."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[bytes] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        self.sent.append(envelope.serialize())

    def events(self) -> list[dict[str, Any]]:
        return events_in(self.sent)


def events_in(envelopes: Sequence[bytes]) -> list[dict[str, Any]]:
    """The error events of envelopes."""
    return [dict(event) for one in envelopes if (event := Envelope.deserialize(one).get_event()) is not None]
