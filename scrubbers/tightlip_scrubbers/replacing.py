"""What findings do to a text: those that overlap are one, and each becomes its marker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tightlip_scrubbers.findings import Finding
from tightlip_scrubbers.remarks import Remark

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def covered(found: list[Finding], order: Mapping[str, int]) -> int:
    """How many characters the findings cover."""
    return sum(finding.end - finding.start for finding in joined(found.copy(), order)) if found else 0


def joined(found: list[Finding], order: Mapping[str, int]) -> list[Finding]:
    """The findings in the order of the text, those that overlap as one. Of equal spans, the row that stands first wins."""
    found.sort(key=lambda finding: (finding.start, -finding.end, order.get(finding.rule, -1)))
    whole = [found[0]]
    for finding in found[1:]:
        last = whole[-1]
        if finding.start >= last.end:
            whole.append(finding)
        elif finding.end > last.end:
            whole[-1] = Finding(last.rule, last.kind, last.start, finding.end)
    return whole


def replaced(
    text: str, findings: list[Finding], remarks: list[Remark], marker_of: Callable[[str, Finding], str]
) -> str:
    """Return the text with each finding's marker in its place; remarks of before are moved, new ones added."""
    parts: list[str] = []
    position = length = 0
    moved: list[Remark] = []
    old = iter(remarks)
    remark = next(old, None)
    for finding in findings:
        while remark is not None and remark.start < finding.end:
            if remark.end <= finding.start:  # else it is part of what goes now
                shift = length - position
                moved.append(Remark(remark.rule, remark.start + shift, remark.end + shift))
            remark = next(old, None)
        marker = marker_of(text, finding)
        length += finding.start - position
        moved.append(Remark(finding.rule, length, length + len(marker)))
        length += len(marker)
        parts += (text[position : finding.start], marker)
        position = finding.end
    shift = length - position
    while remark is not None:
        moved.append(Remark(remark.rule, remark.start + shift, remark.end + shift))
        remark = next(old, None)
    remarks[:] = moved
    parts.append(text[position:])
    return "".join(parts)
