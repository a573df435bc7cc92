"""Requests: headers, cookies, bodies."""

from typing import Final

from tightlip_scrubbers.rule import Rule

RULES: Final[tuple[Rule, ...]] = ()
