"""The contracts between stages: an event, its hint, and what a stage is.

A stage is any callable from ``(event, hint)`` to an event or ``None``; there is no base class to inherit from.
Sentry's ``before_send`` has the same signature, so that either can stand where the other does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeAlias

#: A dict in Sentry's event format: https://develop.sentry.dev/sdk/data-model/event-payloads/
Event: TypeAlias = dict[str, Any]

#: What travels beside an event and never leaves; ``hint["exc_info"]`` is the live exception.
Hint: TypeAlias = dict[str, Any]

#: One stage. It returns a new event (it never changes the one it was given), ``None`` or `chain.Drop` to drop it.
Processor: TypeAlias = Callable[[Event, Hint], Event | None]

#: What a vendor may give for a declared field: the value, or a callable that is asked when an event is made.
Declared: TypeAlias = str | Callable[[], str | None] | None


class Transport(Protocol):
    """Carries one encoded envelope off the machine."""

    def __call__(self, envelope: bytes) -> bool:
        """Send ``envelope``; True when the server took it. Must not raise."""
        ...
