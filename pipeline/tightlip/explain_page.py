"""An explanation of events and texts as a page for a terminal."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tightlip.ink import dyed, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tightlip.explain_event import Mark, Note
    from tightlip.reasons import Reasons

_INDENT: Final = "  "
_MOST_SHOWN: Final = 1_500
_WIDEST_RULE: Final = 26
_WIDEST_KEPT: Final = 40
_NARROWEST: Final = 40
_NARROWEST_WHY: Final = 16
_PIECE: Final = re.compile(r"\s+|\S+")


@dataclass(slots=True)
class Page:
    """Writes explanations.

    Attributes:
        reasons: What the rules look for.
        colours: Those that are on.
        width: Columns of the terminal.
        all: Whether what is kept is shown too.
        values: Whether what was removed is shown: for a person alone with the data.
        counts: What was said so far, by state.
        classes: Findings so far, by class.
    """

    reasons: Reasons
    colours: Mapping[str, str]
    width: int = 80
    all: bool = False
    values: bool = False
    counts: Counter[str] = field(default_factory=Counter[str])
    classes: Counter[str] = field(default_factory=Counter[str])

    def lines(self, notes: Iterable[Note]) -> Iterator[str]:
        """The notes of one event or text."""
        hidden = 0
        for note in notes:
            self.counts[note.state] += 1
            if note.state == "kept" and not self.all and note.path:
                hidden += 1
                continue
            yield from self._note(note)
        if hidden:
            yield _INDENT + dyed(f"{hidden} kept as they are (--all shows them)", "faint", self.colours)

    def _note(self, note: Note) -> Iterator[str]:
        inner = _INDENT
        if note.path:
            yield _INDENT + dyed(printable(note.path), "head", self.colours)
            inner = _INDENT * 2
        if note.state == "kept":
            yield from self._kept(note, inner)
            return
        if note.text is not None:
            yield from self._wrapped(note.text, note.marks, inner)
        else:
            yield from self._reason("removed", note, inner)
        yield from self._rules(note, inner)
        if note.text is not None and not note.marks:
            yield from self._reason("replaced", note, inner)
        if self.values and note.before:
            yield from self._folded("was: " + note.before[:_MOST_SHOWN], inner, "bad")

    def _kept(self, note: Note, inner: str) -> Iterator[str]:
        text = note.text or ""
        shown = printable(text)
        why = dyed(f"kept: {note.why}", "good", self.colours)
        if (
            len(shown) <= _WIDEST_KEPT
            and "\n" not in text
            and len(inner) + len(shown) + 8 + len(note.why) <= self.width
        ):
            yield f"{inner}{shown}{'  ' if shown else ''}{why}"
            return
        yield from self._wrapped(text, (), inner)
        yield from self._folded(f"kept: {note.why}", inner, "good")

    def _reason(self, verb: str, note: Note, inner: str) -> Iterator[str]:
        """Why a whole value went, or another stands in its place."""
        for rule in note.rules:
            self.classes[self.reasons.kind(rule)] += 1
        said = [f"{self.reasons.why(rule)} ({rule})" for rule in note.rules] or [note.why]
        yield from self._folded(f"{verb}: {'; '.join(said)}", inner, "hole")

    def _rules(self, note: Note, inner: str) -> Iterator[str]:
        """A line for each rule of the markers in a text: marker, rule, class, why."""
        rows: Counter[tuple[str, str]] = Counter()
        for mark in note.marks:
            rows[printable((note.text or "")[mark.start : mark.end]), mark.rule] += 1
            self.classes[self.reasons.kind(mark.rule)] += 1
        if not rows:
            return
        widths = (
            max(len(marker) for marker, _ in rows),
            min(max(len(rule) for _, rule in rows), _WIDEST_RULE),
            max(len(self.reasons.kind(rule)) for _, rule in rows),
        )
        for (marker, rule), count in rows.items():
            times = f" ({count} times)" if count > 1 else ""
            head = f"{marker:{widths[0]}}  {rule:{widths[1]}}  {self.reasons.kind(rule):{widths[2]}}  "
            room = self.width - len(inner) - len(_INDENT) - len(head)
            if room < _NARROWEST_WHY:
                yield f"{inner}{_INDENT}{dyed(head[: widths[0]], 'hole', self.colours)}{head[widths[0] :].rstrip()}"
                yield from self._folded(self.reasons.why(rule) + times, inner + _INDENT * 2, "faint")
                continue
            first, *rest = _fold(self.reasons.why(rule) + times, room)
            yield f"{inner}{_INDENT}{dyed(head[: widths[0]], 'hole', self.colours)}{head[widths[0] :]}{dyed(first, 'faint', self.colours)}"
            for line in rest:
                yield f"{inner}{_INDENT}{' ' * len(head)}{dyed(line, 'faint', self.colours)}"

    def _folded(self, text: str, inner: str, ink: str) -> Iterator[str]:
        for number, line in enumerate(_fold(printable(text), max(self.width - len(inner) - 2, _NARROWEST))):
            yield f"{inner}{'  ' if number else ''}{dyed(line, ink, self.colours)}"

    def _wrapped(self, text: str, marks: tuple[Mark, ...], inner: str) -> Iterator[str]:
        """A text in the width of the page, with its markers in their colour; no character of it reaches the terminal as a command."""
        room = max(self.width - len(inner), _NARROWEST)
        line, used = "", 0
        for piece, ink in _pieces(text[:_MOST_SHOWN], marks):
            if piece == "\n":
                yield inner + line
                line, used = "", 0
                continue
            for start in range(0, len(piece), room):
                part = piece[start : start + room]
                if used and used + len(part) > room:
                    yield inner + line
                    line, used = "", 0
                    part = part.lstrip(" ")
                line += dyed(part, ink, self.colours) if ink else part
                used += len(part)
        if line or not text:
            yield inner + (line or dyed("(empty)", "faint", self.colours))
        if len(text) > _MOST_SHOWN:
            yield inner + dyed(f"... and {len(text) - _MOST_SHOWN:,} characters more", "faint", self.colours)

    def summary(self, what: str, number: int) -> str:
        """One sentence at the end."""
        kept, changed, removed = (self.counts[state] for state in ("kept", "changed", "removed"))
        of = f"{number:,} {what}{'s' if number != 1 else ''}: "
        said = f"{of}{changed:,} changed, {removed:,} removed, {kept:,} kept"
        if not self.classes:
            return said
        classes = ", ".join(
            f"{name} {count:,}" for name, count in sorted(self.classes.items(), key=lambda one: (-one[1], one[0]))
        )
        return f"{said}; findings: {classes}"


def _pieces(text: str, marks: tuple[Mark, ...]) -> Iterator[tuple[str, str]]:
    """The words and blanks of a text, each with its colour; a marker is one word, a line break one piece."""
    position = 0
    for mark in (*marks, None):
        end = len(text) if mark is None else min(mark.start, len(text))
        for piece in _PIECE.findall(text[position:end]):
            for number, part in enumerate(piece.split("\n")):
                if number:
                    yield "\n", ""
                if part:
                    yield printable(part), ""
        if mark is not None and mark.start < len(text):
            yield printable(text[mark.start : mark.end]), "hole"
            position = max(mark.end, position)


def _fold(text: str, width: int) -> list[str]:
    """A sentence in lines of at most so many characters."""
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}" if lines[-1] else word
        while len(lines[-1]) > width:
            lines.append(lines[-1][width:])
            lines[-2] = lines[-2][:width]
    return lines
