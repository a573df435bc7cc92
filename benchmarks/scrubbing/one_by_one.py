"""The same rules without the engine: each pattern is searched in each text, and its validator asked. No gates, no pre-pass.

Rows that share one search are searched once, as the engine does: a table with more rows must not look faster beside this.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tightlip_scrubbers import RULES
from tightlip_scrubbers.keys import NAMES
from tightlip_scrubbers.possessive import compile_pattern

if TYPE_CHECKING:
    import re

    from tightlip_scrubbers.rule import NamesValidator, Validator

    _Search = tuple[re.Pattern[str], int, Validator | None, NamesValidator | None]


def _searches() -> list[_Search]:
    keys = dict.fromkeys((rule.pattern, rule.group, rule.validator, rule.by_name) for rule in RULES)
    return [(compile_pattern(pattern), group, validator, by_name) for pattern, group, validator, by_name in keys]


SEARCHES: Final = _searches()


def find(text: str) -> int:
    """How many findings there are."""
    found = 0
    for pattern, group, validator, by_name in SEARCHES:
        for match in pattern.finditer(text):
            start, end = match.span(group)
            if start < 0:
                continue
            if by_name is not None:
                found += by_name(text, start, end, NAMES) is not None
            else:
                found += validator is None or validator(text, start, end) is not None
    return found
