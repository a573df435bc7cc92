"""Encoding: an event as a Sentry envelope (https://develop.sentry.dev/sdk/data-model/envelopes/).

One line of JSON for the envelope, one for the item, then the payload. The payload is all that was ever written down of an event.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tightlip._version import __version__
from tightlip.exact import is_dict, is_list
from tightlip.text import is_code

if TYPE_CHECKING:
    from tightlip.types import Event

_EXACT = frozenset({str, int, float, bool, type(None)})

SDK = {"name": "tightlip", "version": __version__}


def plain(value: object) -> Any:
    """``value`` with exact built-in types only, as JSON gives them back; the origin of text is forgotten.

    Raises:
        TypeError: Something in it is no JSON type; the allowlist lets none through.
    """
    if type(value) in _EXACT:
        return value
    if is_code(value):
        return str(value)
    if is_dict(value):  # most of what stands in one is exact already
        return {
            key if type(key) is str else plain(key): item if type(item) in _EXACT else plain(item)
            for key, item in value.items()
        }
    if is_list(value):
        return [item if type(item) in _EXACT else plain(item) for item in value]
    raise TypeError(f"no JSON type: {type(value).__name__}")


def encode(event: Event) -> bytes:
    """The envelope of one event, as UTF-8.

    Raises:
        TypeError: The event holds something that is no JSON type.
        ValueError: It holds a number that JSON does not have.
    """
    payload = _json(plain(event))
    header = _json({"event_id": str(event["event_id"]), "sdk": SDK})
    item = _json({"type": "event", "content_type": "application/json", "length": len(payload)})
    return b"\n".join((header, item, payload)) + b"\n"


def decode(envelope: bytes) -> Event:
    """The event in an envelope that `encode` made.

    Raises:
        ValueError: It is no such envelope.
    """
    lines = envelope.split(b"\n")
    if len(lines) < 3:  # noqa: PLR2004 - header, item header, payload
        raise ValueError("an envelope has a header, an item header and a payload")
    event: object = json.loads(lines[2])
    if not is_dict(event):
        raise ValueError("the payload of an event item is an object")
    return event


def _json(value: object) -> bytes:
    # ASCII: a lone surrogate in a source file's string must not break the encoding.
    return json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode("ascii")
