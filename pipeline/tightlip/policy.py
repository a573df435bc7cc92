"""Policies: the whole configuration of what may leave, as data."""

from __future__ import annotations

from dataclasses import dataclass, field

from tightlip.allowlist import FIELDS, Fields
from tightlip.event_map import APP_ROWS


@dataclass(frozen=True, slots=True)
class Policy:
    """What may leave.

    Attributes:
        name: Its name.
        promise: What it guarantees, in one sentence.
        keeps_application: Whether failures and frames of the application are reported, not the SDK's alone.
        keeps_text: Whether plain text leaves after the scrubbers, instead of being dropped.
        compares: Whether a message may be compared with fixed texts to choose one. No rung of this version does.
        fields: The allowlist.
    """

    name: str
    promise: str
    keeps_application: bool = False
    keeps_text: bool = False
    compares: bool = True
    fields: Fields = field(default_factory=lambda: Fields(FIELDS))


STRICT = Policy(
    "STRICT", "Only text from the source code of listed packages and typed facts leave; values contribute no character."
)
STRICT_UNREAD = Policy(
    "STRICT_UNREAD", "As STRICT, and messages are not even compared with fixed texts.", compares=False
)
APP = Policy(
    "APP",
    "For your own application: every failure is reported, and plain text leaves after the scrubbers.",
    keeps_application=True,
    keeps_text=True,
    fields=Fields(APP_ROWS),
)
POLICIES = {policy.name: policy for policy in (STRICT, STRICT_UNREAD, APP)}
