"""Requests: headers, cookies, bodies."""

from typing import Final

from tightlip_scrubbers.detectors.request import bodies, exchanges, headers, keyed
from tightlip_scrubbers.rule import Rule

RULES: Final[tuple[Rule, ...]] = (*headers.RULES, *exchanges.RULES, *bodies.RULES, *keyed.RULES)
"""The rows of the class `request`, and what of `content` is found by a key's name."""
