"""Tokens that vendors issue, known by their shape."""

from typing import Final

from tightlip_scrubbers.rule import Rule

RULES: Final[tuple[Rule, ...]] = ()
