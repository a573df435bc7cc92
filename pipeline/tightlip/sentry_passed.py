"""Which events `tightlip.before_send` has let through in strict mode, so that a transport behind it need not doubt them.

A finished event is plain JSON: nothing in it says that its words are from source code, and strict mode would take them all for values.
What is remembered is a digest of the whole event. One that was changed by a character is another one, and is scrubbed as any other.
"""

from __future__ import annotations

import hashlib
import json
from collections import deque
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tightlip.types import Event

#: Events on their way from ``before_send`` to the transport. That is one call in one thread, so that few are there at a time.
_MOST: Final = 256

_digests: deque[bytes] = deque(maxlen=_MOST)
_watchers: list[bool] = []


def watch() -> None:
    """There is a transport that will ask; before that nothing is computed."""
    _watchers[:] = [True]


def note(event: Event) -> None:
    """Remember an event that strict mode has let through."""
    digest = _digest(event) if _watchers else None
    if digest is not None:
        _digests.append(digest)


def knows(event: object) -> bool:
    """Whether this is such an event, to the last character."""
    # A copy: others add to it.
    return bool(_digests) and _digest(event) in list(_digests)


def _digest(event: object) -> bytes | None:
    """None of what is no JSON: nothing of that kind has been let through."""
    try:
        text = json.dumps(event, sort_keys=True, allow_nan=False)
    except Exception:
        return None
    return hashlib.sha256(text.encode("ascii")).digest()
