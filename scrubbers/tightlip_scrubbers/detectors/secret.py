"""Secrets: known by their key, by their scheme, by their form, or by what tools and sentences say of them."""

from typing import Final

from tightlip_scrubbers.detectors import assigned, beside, connection, hashes, prose, schemes
from tightlip_scrubbers.rule import Rule

assignment: Final = assigned.assignment
ASSIGNMENT_GATE: Final = assigned.GATE
ASSIGNMENT_PATTERN: Final = assigned.PATTERN
"""What rows that are found by a key's name share, whatever their class: one search serves them all."""

RULES: Final[tuple[Rule, ...]] = (
    *assigned.RULES,
    *beside.RULES,
    *schemes.RULES,
    *hashes.RULES,
    *connection.RULES,
    *prose.RULES,
)
"""All rows but those for the shapes of vendors and for texts that are only random."""
