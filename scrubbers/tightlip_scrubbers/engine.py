"""Run the detectors over one text, and put markers where they found something.

Guarantees, for every text:

1. The result is a fixed point: scrubbing it again changes nothing.
2. What a finding covered is gone; where findings overlap in part, all that they cover is.
3. At most ``MAX_LENGTH`` characters are read. What lies behind is removed, never passed.
4. The work is bounded by a constant for a text of ``MAX_LENGTH`` characters, and grows linearly below it. A text that is made of
   nothing but candidates goes whole: ``[dense]``.
5. Values that the process knows (see `known`) are found in whatever common encoding.
6. Texts found clean are remembered, a bounded number of them. Of a text found dirty no character is: only its hash (of 64 bits, keyed by
   the process) beside what it became, and nothing at all of one that held a secret.

   Clean is what has no finding of its own: a text from which only an echo of another one goes (see `echoes`) stays in the process's memory.

Not covered: forms that no rule knows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tightlip_scrubbers import known, markers
from tightlip_scrubbers.boring import is_boring
from tightlip_scrubbers.findings import KINDS, Finding, Kind
from tightlip_scrubbers.keys import MAX_NAME, NAMES, Asked, Names
from tightlip_scrubbers.remarks import Remark
from tightlip_scrubbers.replacing import covered, joined, replaced
from tightlip_scrubbers.rules import RULES
from tightlip_scrubbers.searches import Searches
from tightlip_scrubbers.vocabulary import NOTHING

if TYPE_CHECKING:
    import re
    from collections.abc import Collection

    from tightlip_scrubbers.rule import Rule
    from tightlip_scrubbers.searches import Search

MAX_LENGTH: Final = 32_768
"""Longer texts are read so far; the rest is removed."""

_CUT_REACH: Final = 1_024
_MAX_PASSES: Final = 8
_LENGTH_RULE: Final = "length"
_DENSE_RULE: Final = "dense"
_CANDIDATES: Final = 450
"""A text may have so many candidates, and one for each five characters. Logs, source code, documents and dumps of 8,000 characters
have 300 on average and 2,100 at most. One with more is no text that anybody reads, and looking at all of it is what it was made for."""
_LONG: Final = 1_024
"""In a longer text those rules go first that may find all of it: what they found needs no other look."""
_MOST_CLEAN: Final = 8_192
_LONGEST_CLEAN: Final = 512


def plain(text: str) -> str:
    """Return an exact ``str`` with the same characters; no method of a subclass is called, not even ``__class__``.

    Raises:
        TypeError: If text is not a string: the slot of ``str`` itself says so.
    """
    return text if type(text) is str else str.__str__(text)


class Scrubber:
    """Detectors, compiled for one choice of classes, names and values.

    Args:
        kinds: The classes that are looked for.
        own: Rules beside the package's own.
        names: What key names mean.
        safe: Values that are left although a rule finds them; each is the whole of what the rule would remove.
        rules: The package's own, or a choice of them in their order.

    Raises:
        ValueError: There is no such class: a misspelt one would look for nothing.
    """

    def __init__(
        self,
        kinds: Collection[Kind] = KINDS,
        own: tuple[Rule, ...] = (),
        names: Names = NAMES,
        safe: frozenset[str] = frozenset(),
        rules: tuple[Rule, ...] = RULES,
    ) -> None:
        unknown = sorted(str(kind) for kind in set(kinds) - KINDS)
        if unknown:
            raise ValueError(f"there is no class {', '.join(map(repr, unknown))}; there are {', '.join(sorted(KINDS))}")
        self.kinds = frozenset(kinds)
        self.names = names
        self.rules = tuple(rule for rule in (*own, *rules) if rule.kind in self.kinds)
        self._safe = safe
        self._by_id = {rule.id: rule for rule in self.rules}
        self._order = {rule.id: number for number, rule in enumerate(self.rules)}
        self.markers = markers.STRUCTURAL.union(
            known.MARKERS.values(), *((rule.marker, *rule.marks) for rule in (*own, *rules, *RULES))
        )
        self._longest_marker = max(map(len, self.markers))
        self._known = known.KNOWN
        self._known_version = 0
        self._searches = Searches(self.rules, own)
        self.clean: set[str] = set()
        self._results: dict[int, tuple[str, tuple[Remark, ...]]] = {}
        self.silent: set[str] = set()

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
        self._known.refresh()
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
        text = text if type(text) is str else plain(text)
        self.refresh()
        if text in self.clean:
            return text
        known_result = self._results.get(hash(text))
        return self.settled(text, None) if known_result is None else known_result[0]

    def refresh(self) -> None:
        """Read again what is known of the process; what was remembered is forgotten when that has changed."""
        version = self._known.refresh()
        if version != self._known_version:
            self._known_version = version
            self.clean.clear()  # what was clean may hold a value that is known now
            self._results.clear()
            self.silent.clear()

    def hush(self, key: str) -> None:
        """Remember of a key that is clean what it says of its value: see ``silent`` for those that say nothing."""
        if len(key) > MAX_NAME or key not in self.clean:
            return
        meaning = self.names.meaning(key)
        self.names.remember(key, meaning)
        if meaning is None:
            if len(self.silent) >= _MOST_CLEAN:
                self.silent.clear()
            self.silent.add(key)

    def recall(self, text: str) -> str | None:
        """What this text became not long ago; None where that is not known. The caller has seen to `refresh`."""
        if text in self.clean:
            return text
        found = self._results.get(hash(text))
        return None if found is None else found[0]

    def scrub_with_remarks(self, text: str) -> tuple[str, tuple[Remark, ...]]:
        """Return what `scrub_text` returns, and for each marker that it put in why and where it stands.

        Raises:
            TypeError: If text is not a string.
        """
        text = plain(text)
        self.refresh()
        if text in self.clean:
            return text, ()
        found = self._results.get(hash(text))
        if found is not None:
            return found
        remarks: list[Remark] = []
        return self._settled(text, remarks, None), tuple(remarks)

    def scrub_and_collect(self, text: str, secrets: set[str]) -> str:
        """Return what `scrub_text` returns, and add the secrets that were found to a set: see `echoes`.

        The caller has seen to `refresh`, once for all of its texts.

        Raises:
            TypeError: If text is not a string.
        """
        text = plain(text)
        known_result = self.recall(text)
        return self.settled(text, secrets) if known_result is None else known_result

    def settled(self, text: str, secrets: set[str] | None) -> str:
        """The same of an exact ``str`` of which nothing is remembered: see `recall`."""
        findings = self._findings(text) if len(text) <= _LONGEST_CLEAN else None
        if findings == []:  # most texts
            self._remember_clean(text)
            return text
        return self._settled(text, [], secrets, findings)

    def _settled(
        self, text: str, remarks: list[Remark], secrets: set[str] | None, first: list[Finding] | None = None
    ) -> str:
        # A marker can make its neighbour readable for a rule, so this runs until there is no finding. That is the
        # rule's own definition of clean, and what makes the result a fixed point.
        given, held_secret = text, False
        for _ in range(_MAX_PASSES):
            end = _readable(text)
            head = text if end == len(text) else text[:end]
            findings = self._findings(head) if first is None else first
            first = None
            if not findings and head is text:
                self._remember(given, text, remarks, held_secret=held_secret)
                return text
            found_secrets = [text[f.start : f.end] for f in findings if f.kind == "secret"]
            held_secret = held_secret or bool(found_secrets)
            if secrets is not None:
                secrets.update(found_secrets)
            if head is not text:
                findings.append(Finding(_LENGTH_RULE, "bound", end, len(text)))
            text = replaced(text, findings, remarks, self._marker)
            if text in self.markers or text in self.clean:  # no marker is a finding
                self._remember(given, text, remarks, held_secret=held_secret)
                return text
        # Not reached by any text that we know. Text that does not settle is not sent.
        remarks[:] = [Remark(_LENGTH_RULE, 0, len(markers.LENGTH))]
        return markers.LENGTH

    def _remember(self, given: str, clean: str, remarks: list[Remark], *, held_secret: bool) -> None:
        """Remember a text that was found clean; of another one its hash alone, beside what it became.

        One that held a secret is looked at each time: what it held must be known to whoever looks for echoes.
        """
        if len(clean) <= _LONGEST_CLEAN:
            self._remember_clean(clean)
        if given is not clean and not held_secret and len(given) <= _LONGEST_CLEAN:
            if len(self._results) >= _MOST_CLEAN:
                self._results.clear()
            self._results[hash(given)] = clean, tuple(remarks)

    def _remember_clean(self, text: str) -> None:
        if text not in self.markers:  # a marker costs nothing of the walk's bounds
            if len(self.clean) >= _MOST_CLEAN:
                self.clean.clear()
            self.clean.add(text)

    def _findings(self, text: str) -> list[Finding]:
        """Look for what is known and for what the rules describe, and join what overlaps."""
        is_dull = is_boring(text) is not None
        found = self._known.find(text, self.kinds, is_dull=is_dull)
        searches, unknown = self._searches.opened(text, is_dull=is_dull)
        if searches:
            found = self._look(text, searches, found)
        if unknown is not NOTHING and not found:
            self._searches.vocabulary.learn(unknown)
        return found if len(found) < 2 else joined(found, self._order)  # noqa: PLR2004

    def _look(self, text: str, searches: list[Search], found: list[Finding]) -> list[Finding]:
        """Add what the searches find to what was found before; one finding alone where it covers all of the text."""
        length = len(text)
        left = _CANDIDATES + length // 5
        names: Asked | None = None
        for turn, those in enumerate(_in_turns(searches) if length >= _LONG else (searches,)):
            if turn and covered(found, self._order) * 2 >= length:
                break  # the next look is at what is left, which is less
            for search in those:
                first = search.look(text)
                if first is None:  # most searches of most texts
                    continue
                names = names or Asked(self.names)
                left -= self._run(search, text, first, found, names, left)
                if left < 0:
                    return [Finding(_DENSE_RULE, "bound", 0, length)]
                if found and found[-1].end - found[-1].start == length:
                    return [found[-1]]
        if names is not None and not found:
            names.was_clean()
        return found

    def _run(
        self, search: Search, text: str, first: re.Match[str], found: list[Finding], names: Names, most: int
    ) -> int:
        """Append the findings of one search, and return how many candidates it had; it stops when these are more than ``most``.

        Each look begins behind what the last one read, so that work stays linear.
        """
        look, group, validator, by_name = search.look, search.rule.group, search.validator, search.by_name
        match: re.Match[str] | None = first
        candidates = 0
        while match is not None and candidates <= most:
            candidates += 1
            start, end = match.span(group)
            position = max(match.end(), match.start() + 1)
            if start >= 0:
                if by_name is not None:
                    span = by_name(text, start, end, names)
                else:
                    span = (start, end) if validator is None else validator(text, start, end)
                if span is not None and span[0] < span[1] and not self._is_left(text, span[0], span[1]):
                    rule = search.rule if len(span) == 2 else self._by_id.get(span[2])  # noqa: PLR2004
                    if rule is not None:  # else a row of a class that is off
                        found.append(Finding(rule.id, rule.kind, span[0], span[1]))
                        position = max(position, span[1])
            match = look(text, position)
        return candidates

    def _is_left(self, text: str, start: int, end: int) -> bool:
        """Whether a finding is a value that the policy calls safe, or a marker: else the second pass would find the first one's work."""
        what = text[start:end]
        return what in self.markers or what in self._safe or self._is_in_marker(text, start, end)

    def _is_in_marker(self, text: str, start: int, end: int) -> bool:
        """Whether a finding would begin inside a marker, or be a part of one.

        ``secret:`` in ``[secret:github]`` is no key of what stands behind it, and ``[user`` no value.
        """
        opening = text.rfind("[", max(0, start - self._longest_marker), start + 1)
        if opening < 0:
            return False
        closing = text.find("]", start, opening + self._longest_marker)
        is_marker = closing >= 0 and text[opening : closing + 1] in self.markers
        return is_marker and (opening < start or end <= closing)

    def _marker(self, text: str, finding: Finding) -> str:
        rule = self._by_id.get(finding.rule)
        if rule is None:
            return known.MARKERS.get(finding.rule, markers.DENSE if finding.rule == _DENSE_RULE else markers.LENGTH)
        return rule.marker if rule.mark is None else rule.mark(text, finding.start, finding.end)


def _in_turns(searches: list[Search]) -> tuple[list[Search], list[Search]]:
    """Those first that may find all of a long text: lines, a structure, a document."""
    return [search for search in searches if search.rule.whole], [
        search for search in searches if not search.rule.whole
    ]


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
