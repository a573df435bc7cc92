"""The contracts between stages: an event, its hint, and what a stage is.

A stage is any callable from ``(event, hint)`` to an event or ``None``; there is no base class to inherit from.
Sentry's ``before_send`` has the same signature, so that either can stand where the other does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias, TypeVar

if TYPE_CHECKING:
    from sentry_sdk.types import Event as SentryEvent
    from sentry_sdk.types import Hint as SentryHint

#: A dict in Sentry's event format: https://develop.sentry.dev/sdk/data-model/event-payloads/
Event: TypeAlias = dict[str, Any]

#: What travels beside an event and never leaves; ``hint["exc_info"]`` is the live exception.
Hint: TypeAlias = dict[str, Any]

#: One stage. It returns a new event (it never changes the one it was given), ``None`` or `chain.Drop` to drop it.
Processor: TypeAlias = Callable[[Event, Hint], Event | None]

#: One that takes events as sentry-sdk's types describe them.
SentryProcessor: TypeAlias = "Callable[[SentryEvent, SentryHint], SentryEvent | None]"


#: An event as a plain dict, or as sentry-sdk's types describe it.
AnyEvent = TypeVar("AnyEvent", bound=Mapping[str, object])


class BeforeSend(Protocol):
    """A processor for ``sentry_sdk.init(before_send=...)``: what it gives has the type of what it takes, sentry-sdk's or `Event`."""

    def __call__(self, event: AnyEvent, hint: Hint, /) -> AnyEvent | None:
        """What may leave of ``event``."""
        ...


#: What a vendor may give for a declared field: the value, or a callable that is asked when an event is made.
Declared: TypeAlias = str | Callable[[], str | None] | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one try to send an envelope.

    Attributes:
        outcome: ``taken``: the server has it. ``refused``: it never will, so that the envelope is dropped. ``later``: try again.
        reason: Fixed words for the counts, as ``200``, ``413``, ``rate limit``, ``no connection``, ``time-out``, ``TLS``. No host, no path.
        wait: Seconds that the server asked to wait before the next envelope of an error; 0.0 where it said nothing.
    """

    outcome: Literal["taken", "refused", "later"]
    reason: str
    wait: float = 0.0


class Transport(Protocol):
    """Carries one encoded envelope off the machine."""

    def __call__(self, envelope: bytes) -> Answer:
        """Send ``envelope`` once. Must not raise."""
        ...
