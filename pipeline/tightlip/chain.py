"""The chain: processors in order, and what happens when one of them drops or fails.

Guarantees:

1. An event leaves a `Pipeline` only if every processor returned a dict for it.
2. A processor that raises drops the event. What is counted is the processor's name and the exception's type; neither the
   message nor the event is kept, because both may hold values.
3. A pipeline is a processor, so that pipelines nest and Sentry's ``before_send`` can be one.

Not covered: ``KeyboardInterrupt`` and its like pass through, since they belong to the host.
"""

from __future__ import annotations

import threading
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tightlip.exact import type_name

if TYPE_CHECKING:
    from tightlip.types import Event, Hint, Processor


_LOCK_SECONDS = 0.2
_MOST_PENDING = 100_000


class Drop(Exception):  # noqa: N818 - it is a decision, not an error
    """Raised by a processor to drop the event for a reason.

    Args:
        reason: Fixed words; it is counted and shown in statistics, so it must not hold a value.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Tally:
    """Counts by name; `add` takes no lock, so that a signal handler or a ``__del__`` may call it at any moment."""

    _FOLD_AT = 512

    def __init__(self) -> None:
        self._pending: deque[str] = deque(maxlen=_MOST_PENDING)
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def add(self, name: str) -> None:
        """Count ``name`` once."""
        self._pending.append(name)  # atomic
        # Never wait: a signal handler may have interrupted the thread that folds.
        if len(self._pending) > self._FOLD_AT and self._lock.acquire(blocking=False):
            try:
                self._fold()
            finally:
                self._lock.release()

    def _fold(self) -> None:
        while self._pending:
            self._counts[self._pending.popleft()] += 1

    def counts(self) -> dict[str, int]:
        """All counts so far, sorted by name."""
        # Bounded: a fork may have copied the lock while it was held.
        if self._lock.acquire(timeout=_LOCK_SECONDS):
            try:
                self._fold()
            finally:
                self._lock.release()
        return dict(sorted(self._counts.items()))


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Processors by name, tried in order; itself a processor.

    Attributes:
        steps: ``(name, processor)`` pairs; the names appear in the counts.
        tally: Where drops are counted, as ``dropped.<name>.<reason or exception type>``.
    """

    steps: tuple[tuple[str, Processor], ...]
    tally: Tally = field(default_factory=Tally)

    def __call__(self, event: Event, hint: Hint) -> Event | None:
        """Run ``event`` through all steps; ``None`` if one of them dropped it. Never raises an ``Exception``."""
        current = event
        for name, processor in self.steps:
            try:
                result = processor(current, hint)
            except Drop as drop:
                self.tally.add(f"dropped.{name}.{drop.reason}")
                return None
            except Exception as error:
                self.tally.add(f"dropped.{name}.{type_name(error)}")
                return None
            if result is None:
                self.tally.add(f"dropped.{name}.returned None")
                return None
            if type(result) is not dict:
                # A processor that returns something else has lost track of the contract: nothing it made may leave.
                self.tally.add(f"dropped.{name}.returned no dict")
                return None
            current = result
        return current
