"""Long random texts without a key."""

from typing import Final

from tightlip_scrubbers.rule import Rule

RULES: Final[tuple[Rule, ...]] = ()
