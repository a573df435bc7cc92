"""Numbers of cards, accounts, phones and papers, known by their form."""

from typing import Final

from tightlip_scrubbers.rule import Rule

RULES: Final[tuple[Rule, ...]] = ()
