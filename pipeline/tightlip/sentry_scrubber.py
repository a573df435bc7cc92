"""Whether sentry-sdk's own scrubber is on: ``data_collection={...}`` switches it off, and says so to nobody.

What passes ``before_send`` is scrubbed here all the same. The rest (transactions, logs, sessions, breadcrumbs in memory) then leaves as it is,
unless a `tightlip.sentry.ScrubbingTransport` stands in the way; so the host's developer is told, once.

Told how: a count in ``stats``, always; and a Python warning with a category of its own, so that it can be filtered. A warning may be an error
(``-W error``), a log record, or a write to a broken stream: whatever comes of it stays here, and the event goes its way.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from tightlip.chain import Tally

COUNTED: Final = "warned.sentry-sdk's scrubber is off"
_SAID: Final = (
    "data_collection= has switched sentry-sdk's own scrubber off: transactions, logs, sessions and metrics leave unscrubbed; give sentry_sdk.init"
    " transport=tightlip.sentry.ScrubbingTransport(...), or leave data_collection= out"
)


class ScrubberOffWarning(UserWarning):
    """sentry-sdk's own scrubber has been switched off, and nothing stands in its place."""


def look_once(looked: list[bool], tally: Tally) -> None:
    """Look at the options of the client that is in use, the first time there is one.

    Args:
        looked: Not empty when it was done.
        tally: Where it is counted.
    """
    if looked:
        return
    with suppress(Exception):
        sentry_sdk: Any = sys.modules.get("sentry_sdk")
        client = None if sentry_sdk is None else sentry_sdk.get_client()
        if client is None or not client.is_active():
            return
        looked.append(True)
        # The default is a scrubber: only data_collection= leaves none there.
        if client.options.get("event_scrubber", True) is not None or _is_covered(client.transport):
            return
        tally.add(COUNTED)
        import warnings  # noqa: PLC0415 - few hosts need it

        warnings.warn(_SAID, ScrubberOffWarning, stacklevel=2)


def _is_covered(transport: object) -> bool:
    envelopes = sys.modules.get("tightlip.sentry_envelopes")
    return envelopes is not None and issubclass(type(transport), envelopes.Scrubbing)
