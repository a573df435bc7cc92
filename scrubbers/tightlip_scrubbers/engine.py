"""Run the detectors over one text, and put markers where they found something.

Guarantees, for every text:

1. The result is a fixed point: scrubbing it again changes nothing.
2. What a finding covered is gone; where findings overlap in part, all that they cover is.
3. At most ``MAX_LENGTH`` characters are read. What lies behind is removed, never passed.
4. The work is bounded by a constant for a text of ``MAX_LENGTH`` characters, and grows linearly below it.
5. Only texts found clean are remembered, and a bounded number of them. A result for a text found dirty is not.

Not covered: forms that no rule knows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from tightlip_scrubbers import markers
from tightlip_scrubbers.findings import KINDS, Finding, Kind
from tightlip_scrubbers.keys import NAMES, Names
from tightlip_scrubbers.possessive import compile_pattern
from tightlip_scrubbers.rules import RULES

if TYPE_CHECKING:
    import re
    from collections.abc import Collection

    from tightlip_scrubbers.rule import Gate, NamesValidator, Rule, Validator

MAX_LENGTH: Final = 32_768
"""Longer texts are read so far; the rest is removed."""

_CUT_REACH: Final = 1_024
_MAX_PASSES: Final = 8
_LENGTH_RULE: Final = "length"
_MOST_CLEAN: Final = 4_096
_LONGEST_CLEAN: Final = 512


def plain(text: str) -> str:
    """Return an exact ``str`` with the same characters; no method of a subclass is called, not even ``__class__``.

    Raises:
        TypeError: If text is not a string: the slot of ``str`` itself says so.
    """
    return text if type(text) is str else str.__str__(text)


@dataclass(slots=True)
class _Search:
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


class Scrubber:
    """Detectors, compiled for one choice of classes, names and values.

    Args:
        kinds: The classes that are looked for.
        own: Rules beside the package's own.
        names: What key names mean.
        safe: Values that are left although a rule finds them; each is the whole of what the rule would remove.
    """

    def __init__(
        self,
        kinds: Collection[Kind] = KINDS,
        own: tuple[Rule, ...] = (),
        names: Names = NAMES,
        safe: frozenset[str] = frozenset(),
    ) -> None:
        self.kinds = frozenset(kinds)
        self.names = names
        self.rules = tuple(rule for rule in (*own, *RULES) if rule.kind in self.kinds)
        self._safe = safe
        self._by_id = {rule.id: rule for rule in self.rules}
        self._order = {rule.id: number for number, rule in enumerate(self.rules)}
        self.markers = markers.STRUCTURAL.union(*((rule.marker, *rule.marks) for rule in (*own, *RULES)))
        self._searches = _searches(self.rules)
        self._clean: set[str] = set()

    def find(self, text: str) -> list[Finding]:
        """Find what must not leave, in the order of the text, without overlaps.

        Args:
            text: Any text. One longer than ``MAX_LENGTH`` has a last finding of the rule ``length``, class ``bound``,
                that covers the part that was not read.

        Returns:
            The findings. Two that overlapped in part are one, under the rule of the first; one inside another is left
            out.

        Raises:
            TypeError: If text is not a string.
        """
        text = plain(text)
        end = _readable(text)
        findings = self._findings(text if end == len(text) else text[:end])
        if end < len(text):
            findings.append(Finding(_LENGTH_RULE, "bound", end, len(text)))
        return findings

    def scrub_text(self, text: str) -> str:
        """Return the text with a marker in place of each finding.

        Args:
            text: Any text.

        Returns:
            An exact ``str`` of at most ``MAX_LENGTH`` characters. The text itself if nothing was found.

        Raises:
            TypeError: If text is not a string.
        """
        text = plain(text)
        if text in self._clean:
            return text
        # A marker can make its neighbour readable for a rule, so this runs until there is no finding. That is the
        # rule's own definition of clean, and what makes the result a fixed point.
        for _ in range(_MAX_PASSES):
            end = _readable(text)
            head = text if end == len(text) else text[:end]
            findings = self._findings(head)
            if not findings and head is text:
                self._remember(text)
                return text
            text = self._replace(head, findings) + ("" if head is text else markers.LENGTH)
        # Not reached by any text that we know. Text that does not settle is not sent.
        return markers.LENGTH

    def _remember(self, text: str) -> None:
        if len(text) <= _LONGEST_CLEAN:
            if len(self._clean) >= _MOST_CLEAN:
                self._clean.clear()
            self._clean.add(text)

    def _findings(self, text: str) -> list[Finding]:
        """Run every search whose gate opens, and join what overlaps."""
        found: list[Finding] = []
        for search in self._searches:
            if search.gate(text):
                self._run(search, text, found)
        if len(found) < 2:  # noqa: PLR2004
            return found
        # Of equal spans, the row that stands first in the table wins.
        order = self._order
        found.sort(key=lambda finding: (finding.start, -finding.end, order[finding.rule]))
        joined = [found[0]]
        for finding in found[1:]:
            last = joined[-1]
            if finding.start >= last.end:
                joined.append(finding)
            elif finding.end > last.end:
                joined[-1] = replace(last, end=finding.end)
        return joined

    def _run(self, search: _Search, text: str, found: list[Finding]) -> None:
        """Append the findings of one search. Each look begins behind what the last one read, so that work stays linear."""
        look, group, validator, by_name = search.pattern().search, search.group, search.validator, search.by_name
        names = self.names
        position = 0
        while (match := look(text, position)) is not None:
            position = max(match.end(), match.start() + 1)
            start, end = match.span(group)
            if start < 0:
                continue
            if by_name is not None:
                span = by_name(text, start, end, names)
            else:
                span = (start, end) if validator is None else validator(text, start, end)
            if span is None or span[0] >= span[1]:
                continue
            what = text[span[0] : span[1]]
            # A marker is never a finding: else the second pass would find the first one's work.
            if what in self.markers or what in self._safe:
                continue
            rule = search.rule if len(span) == 2 else self._by_id.get(span[2])  # noqa: PLR2004
            if rule is not None:  # a row of a class that is off
                found.append(Finding(rule.id, rule.kind, span[0], span[1]))
                position = max(position, span[1])

    def _replace(self, text: str, findings: list[Finding]) -> str:
        """Return the text with each finding's marker in its place."""
        parts: list[str] = []
        position = 0
        for finding in findings:
            rule = self._by_id[finding.rule]
            marker = rule.marker if rule.mark is None else rule.mark(text, finding.start, finding.end)
            parts += (text[position : finding.start], marker)
            position = finding.end
        parts.append(text[position:])
        return "".join(parts)


def _searches(rules: tuple[Rule, ...]) -> tuple[_Search, ...]:
    """The searches of a table: rows that look for the same share one."""
    found: dict[object, _Search] = {}
    for rule in rules:
        key = (rule.gate, rule.pattern, rule.group, rule.validator, rule.by_name)
        found.setdefault(key, _Search(*key, rule))
    return tuple(found.values())


def _readable(text: str) -> int:
    """Return how much of the text is read: all, or up to the last blank before the limit.

    A cut inside a token would leave its first half, which no rule knows any more.
    """
    if len(text) <= MAX_LENGTH:
        return len(text)
    limit = MAX_LENGTH - len(markers.LENGTH)
    for position in range(limit, limit - _CUT_REACH, -1):
        if text[position].isspace():
            return position
    # One token longer than the reach. Half a token is not worth its risk.
    return limit - _CUT_REACH


DEFAULT: Final = Scrubber()
"""Every class, the package's own rules and names."""

find = DEFAULT.find
scrub_text = DEFAULT.scrub_text
