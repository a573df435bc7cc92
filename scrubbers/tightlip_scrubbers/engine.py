"""Run the detectors over one text, and put markers where they found something.

Guarantees, for every text:

1. The result is a fixed point: scrubbing it again changes nothing.
2. What a finding covered is gone; where findings overlap in part, all that they cover is.
3. At most ``MAX_LENGTH`` characters are read. What lies behind is removed, never passed.
4. The work is bounded by a constant for a text of ``MAX_LENGTH`` characters, and grows linearly below it.

Not covered: forms that no rule knows.
"""

from typing import Final

from tightlip_scrubbers import markers
from tightlip_scrubbers.findings import Finding
from tightlip_scrubbers.rules import RULES, Rule

MAX_LENGTH: Final = 32_768
"""Longer texts are read so far; the rest is removed."""

_CUT_REACH: Final = 1_024
_MAX_PASSES: Final = 8
_RULES: Final = {rule.id: rule for rule in RULES}
_LENGTH_RULE: Final = "length"


def plain(text: str) -> str:
    """Return an exact ``str`` with the same characters; no method of a subclass is called, not even ``__class__``.

    Raises:
        TypeError: If text is not a string: the slot of ``str`` itself says so.
    """
    return text if type(text) is str else str.__str__(text)


def find(text: str) -> list[Finding]:
    """Find what must not leave, in the order of the text, without overlaps.

    Args:
        text: Any text. One longer than ``MAX_LENGTH`` has a last finding of the rule ``length``, class ``bound``, that
            covers the part that was not read.

    Returns:
        The findings. Two that overlapped in part are one, under the rule of the first; one inside another is left out.

    Raises:
        TypeError: If text is not a string.
    """
    text = plain(text)
    end = _readable(text)
    findings = _findings(text if end == len(text) else text[:end])
    if end < len(text):
        findings.append(Finding(_LENGTH_RULE, "bound", end, len(text)))
    return findings


def scrub_text(text: str) -> str:
    """Return the text with a marker in place of each finding.

    Args:
        text: Any text.

    Returns:
        An exact ``str`` of at most ``MAX_LENGTH`` characters. The text itself if nothing was found.

    Raises:
        TypeError: If text is not a string.
    """
    text = plain(text)
    # A marker can make its neighbour readable for a rule, so this runs until there is no finding. That is the rule's
    # own definition of clean, and what makes the result a fixed point.
    for _ in range(_MAX_PASSES):
        end = _readable(text)
        head = text if end == len(text) else text[:end]
        findings = _findings(head)
        if not findings and head is text:
            return text
        text = _replace(head, findings) + ("" if head is text else markers.LENGTH)
    # Not reached by any text that we know. Text that does not settle is not sent.
    return markers.LENGTH


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


def _findings(text: str) -> list[Finding]:
    """Run every rule whose gate opens, and join what overlaps."""
    found: list[Finding] = []
    for rule in RULES:
        if rule.gate is None or rule.gate(text):
            _run(rule, text, found)
    if len(found) < 2:  # noqa: PLR2004
        return found
    # The sort is stable: of equal spans, the row that stands first in the table wins.
    found.sort(key=lambda finding: (finding.start, -finding.end))
    joined = [found[0]]
    for finding in found[1:]:
        last = joined[-1]
        if finding.start >= last.end:
            joined.append(finding)
        elif finding.end > last.end:
            joined[-1] = Finding(last.rule, last.kind, last.start, finding.end)
    return joined


def _run(rule: Rule, text: str, found: list[Finding]) -> None:
    """Append the findings of one rule. Each search begins behind what the last one read, so that the work stays linear."""
    search, group, validator = rule.pattern.search, rule.group, rule.validator
    position = 0
    while (match := search(text, position)) is not None:
        position = max(match.end(), match.start() + 1)
        start, end = match.span(group)
        if start < 0:
            continue
        span = (start, end) if validator is None else validator(text, start, end)
        # A marker is never a finding: else the second pass would find the first one's work.
        if span is not None and span[0] < span[1] and text[span[0] : span[1]] not in markers.MARKERS:
            found.append(Finding(rule.id, rule.kind, *span))
            position = max(position, span[1])


def _replace(text: str, findings: list[Finding]) -> str:
    """Return the text with each finding's marker in its place."""
    parts: list[str] = []
    position = 0
    for finding in findings:
        parts += (text[position : finding.start], _RULES[finding.rule].marker)
        position = finding.end
    parts.append(text[position:])
    return "".join(parts)
