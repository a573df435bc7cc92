"""``tightlip demo``: a customer's application in which an SDK fails, and what would leave the machine each time.

Guarantees:

1. Nothing is sent. The plain sentry-sdk gets a transport that keeps what it is given; the sample SDK has no DSN.
2. The caller's consent, outbox and home folder play no part: the application runs in processes of its own, in a temporary folder,
   with its own consent.
3. What is shown is what there is: the plain event is read from the bytes that sentry-sdk hands to its transport, the report from
   the envelope in tightlip's outbox.

Not covered: the page holds the plain events in full, with absolute paths and the name of the machine that it was made on.
"""

from __future__ import annotations

from tightlip.demo.command import main

__all__ = ["main"]
