"""Storing: what becomes of an event that may leave, on the worker and at the end of the process.

Guarantees:

1. Consent is asked before the event goes to the outbox, and again when it is there: it may have been withdrawn, and the outbox emptied,
   between the first question and the disk.
2. Of a crash loop a few are stored (`tightlip.pace`); each of the others is counted by its reason, and so is what the outbox gives up for
   a new one.
3. What a lock or a full disk has kept in memory is written when the process ends, if there is consent by then and it can be by then.

Not covered: `Storing.store` raises what the outbox raises; the worker counts that.
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

from tightlip.envelope import encode
from tightlip.exact import type_name
from tightlip.worker import bounded

if TYPE_CHECKING:
    from collections.abc import Callable

    from tightlip.chain import Tally
    from tightlip.consent import Decision
    from tightlip.delivery import Sender
    from tightlip.outbox import Outbox
    from tightlip.pace import Pace
    from tightlip.types import Event


class Storing:
    """Stores what may leave.

    Args:
        outbox: Where it is kept.
        pace: How many go on.
        decision: Looks consent up.
        sender: Is told what is there, and when consent is gone.
        tally: Where all that is counted.
    """

    def __init__(
        self, outbox: Outbox, pace: Pace, decision: Callable[[], Decision], sender: Sender, tally: Tally
    ) -> None:
        self._outbox = outbox
        self._pace = pace
        self._decision = decision
        self._sender = sender
        self._tally = tally

    def store(self, event: Event) -> None:
        """Store an event that has passed all stages, or count why not."""
        too_many = self._pace.passes(event)
        if too_many is not None:
            self._tally.add(f"dropped.pace.{too_many}")
            return
        envelope = encode(event)
        if not self._decision().allowed:
            self._tally.add("dropped.consent.withdrawn")
            return
        for _ in range(self._outbox.add(str(event["event_id"]), envelope)):
            self._tally.add("dropped.outbox.bounds")
        self._tally.add("stored")
        self._sender.stored()
        # It may have been withdrawn, and the outbox emptied, between the question above and the disk.
        decision = self._decision()
        if not decision.allowed:
            self._sender.forbidden(decision)

    def store_held(self, until: float) -> None:
        """Write what is in memory and was not sent: the last chance for it to survive the process.

        Args:
            until: When this must be over, by ``time.monotonic()``.
        """
        try:
            if self._outbox.memory and self._decision().allowed:
                self._outbox.store_held(bounded(until - time.monotonic()))
        except Exception as error:
            with suppress(Exception):  # no memory is left, not even to count it
                self._tally.add(f"failed.outbox.{type_name(error)}")
