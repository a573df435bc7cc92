"""Canaries: made-up values, realistic in form, that nothing else in the world is equal to.

Guarantees, for `make` and what `filling` makes of it:

1. A value depends on the `random.Random` alone.
2. It holds at least `LEAST_BITS` of chance in its random parts, so that a text that holds it got it from there.
3. The texts of a form that are the same in every value (``sk_live_``) are declared, as `canary_kind.Form.fixed`: they prove nothing.
4. Where the form has no fixed length, values differ in length, so that a leak of a length changes what leaves.

Not covered: values that a case gives itself. They may be short; `is_searchable` says which are too short to be searched for. What no
search can find, the comparison of the runs still does.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from tightlip.suite.canary_forms import TABLE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

    from tightlip.suite.canary_kind import Kind

#: The least chance in a generated value, in bits: one hit in a million comparisons with something else.
LEAST_BITS: Final = 20
#: A text of fewer characters stands somewhere by chance: it is not searched for.
SHORTEST_SEARCHED: Final = 6
#: As many different characters a searched text must have: "000000" stands in identifiers.
FEWEST_DIFFERENT: Final = 4

KINDS: Final[Mapping[str, Kind]] = MappingProxyType({kind.name: kind for kind in TABLE})
"""All kinds, by name."""


def is_searchable(text: str) -> bool:
    """Whether a hit of this text cannot be chance."""
    return len(text) >= SHORTEST_SEARCHED and len(set(text)) >= FEWEST_DIFFERENT


def make(kind: str, random: Random, form: str = "") -> str:
    """Draw a value of a kind.

    Args:
        kind: A key of `KINDS`.
        random: Where its chance comes from.
        form: One of the kind's forms; empty for any.
    """
    return KINDS[kind].make(random, form)
