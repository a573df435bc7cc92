"""Policies: the whole configuration of what may leave, as data.

Three are here; a file of YAML makes others of them (`tightlip.policy_file`).
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tightlip.allowlist import FIELDS, Fields
from tightlip.event_map import APP_ROWS
from tightlip.scrubbing import Scrubbing

if TYPE_CHECKING:
    from tightlip_scrubbers import Scrubber


@functools.lru_cache(maxsize=64)
def _scrubber(scrubbing: Scrubbing) -> Scrubber:
    # Their tables are large, and most hosts never fail.
    from tightlip.policy_scrubber import made  # noqa: PLC0415

    return made(scrubbing)


@dataclass(frozen=True, slots=True, eq=False)
class Policy:
    """What may leave.

    Two policies are equal if they say the same; a copy with other fields is `dataclasses.replace`'s.

    Attributes:
        name: Its name.
        promise: What it guarantees, in one sentence.
        keeps_application: Whether failures and frames of the application are reported, not the SDK's alone.
        keeps_text: Whether plain text leaves after the scrubbers, instead of being dropped.
        compares: Whether a message may be compared with fixed texts to choose one (the rungs ``alternatives`` and ``builtin``).
        fields: The allowlist.
        scrubbing: What of a text is removed.
    """

    name: str
    promise: str
    keeps_application: bool = False
    keeps_text: bool = False
    compares: bool = True
    fields: Fields = field(default_factory=lambda: Fields(FIELDS), repr=False)
    scrubbing: Scrubbing = field(default_factory=Scrubbing)

    @property
    def scrubber(self) -> Scrubber:
        """The detectors of this policy: made when a text first needs them, one for all policies that remove the same."""
        return _scrubber(self.scrubbing)

    def _said(self) -> tuple[object, ...]:
        flags = (self.keeps_application, self.keeps_text, self.compares)
        return self.name, self.promise, flags, self.scrubbing, self.fields.rows

    def __eq__(self, other: object) -> bool:
        """Whether the other is a policy that says the same."""
        return self._said() == other._said() if isinstance(other, Policy) else NotImplemented

    def __hash__(self) -> int:
        """As equal policies have it."""
        return hash((self.name, self.promise, self.scrubbing))


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


def checked(policy: object) -> Policy:
    """``policy`` itself.

    Raises:
        TypeError: It is none: a caller without types has given its name or its file.
    """
    if isinstance(policy, Policy):
        return policy
    raise TypeError(
        f"policy must be a tightlip.Policy, as tightlip.APP or load_policy(FILE), not {type(policy).__name__}"
    )
