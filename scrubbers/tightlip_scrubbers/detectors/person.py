"""Data of people that only its key gives away."""

from typing import Final

from tightlip_scrubbers.rule import Rule

RULES: Final[tuple[Rule, ...]] = ()
