"""What a detector reports: which rule, which class, where. Never the text itself."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

Kind: TypeAlias = Literal["ip", "path", "url", "secret", "request", "content", "pii", "bound"]
"""The class of a finding. ``bound`` is no detector: it is the part of a text past the length that is read."""

KINDS: Final[frozenset[Kind]] = frozenset(get_args(Kind)) - {"bound"}
"""The classes that a policy can switch on and off."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One place in a text that must not leave.

    It has no field for the text, its length aside from the span, or a hash: a finding may be logged, counted and sent.
    """

    rule: str
    kind: Kind
    start: int
    end: int
