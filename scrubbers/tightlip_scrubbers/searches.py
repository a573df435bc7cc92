"""Which searches a text needs: most texts need none, and that is found out first.

In the order of their price: a text of ordinary words needs none but those that a word calls for; one without a random run of
letters and digits, none of those that look for tokens; else a search is made if what it cannot do without stands in the text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tightlip_scrubbers.boring import DULL, is_boring, is_plain
from tightlip_scrubbers.possessive import compile_pattern

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable

    from tightlip_scrubbers.rule import Gate, NamesValidator, Rule, Validator


@dataclass(slots=True)
class Search:
    """One search of a text, for one row of the table or for several that share it."""

    gate: Gate
    source: str
    group: int
    validator: Validator | None
    by_name: NamesValidator | None
    rule: Rule
    compiled: re.Pattern[str] | None = None

    def pattern(self) -> re.Pattern[str]:
        """The compiled pattern."""
        if self.compiled is None:
            self.compiled = compile_pattern(self.source)
        return self.compiled


class Searches:
    """All searches of a table, by what they need.

    Args:
        rules: The rows.
        own: Those of them that a policy brought: nothing is known of what they match, so they look at every text.
    """

    def __init__(self, rules: tuple[Rule, ...], own: tuple[Rule, ...]) -> None:
        searches = _searches(rules)
        self.always = [search for search in searches if search.rule in own]
        others = [search for search in searches if search.rule not in own]
        self.gated = _by_gate(search for search in others if not search.gate.run)
        # What a text of ordinary words can hold, so that being dull is no proof.
        self.worded = tuple((gate, behind) for gate, behind in self.gated if _is_worded(gate))
        self.random = _by_gate(search for search in others if search.gate.run)

    def opened(self, text: str) -> list[Search]:
        """The searches that may find something in a text."""
        is_dull = is_boring(text)
        found = self.always.copy()
        for gate, behind in self.worded if is_dull else self.gated:
            if gate.is_open(text):
                found += behind
        if not is_dull and not is_plain(text):
            longest = len(max(text.split(), key=len, default=""))
            for gate, behind in self.random:
                if gate.run <= longest and gate.is_open(text):
                    found += behind
        return found


def _searches(rules: tuple[Rule, ...]) -> tuple[Search, ...]:
    """The searches of a table: rows that look for the same share one."""
    found: dict[object, Search] = {}
    for rule in rules:
        key = (rule.gate, rule.pattern, rule.group, rule.validator, rule.by_name)
        found.setdefault(key, Search(*key, rule))
    return tuple(found.values())


def _is_worded(gate: Gate) -> bool:
    """Whether a text that `boring.is_boring` accepts can hold a needle: by its characters, which is enough."""
    return not gate.needles or any(DULL.issuperset(needle) for needle in gate.needles)


def _by_gate(searches: Iterable[Search]) -> tuple[tuple[Gate, tuple[Search, ...]], ...]:
    """The searches behind each gate, so that none is asked twice."""
    found: dict[Gate, list[Search]] = {}
    for search in searches:
        found.setdefault(search.gate, []).append(search)
    return tuple((gate, tuple(behind)) for gate, behind in found.items())
