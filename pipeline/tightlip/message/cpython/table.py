"""The table of CPython's messages: choose the template that a message was made from. The message contributes no character.

A message that is equal to a text without holes is found by hash. Templates with holes stand under the rarest of their words: a word
with a boundary of the template's own on both sides must be a word of the message, too. Of those that share a word with the message, the
heaviest that fits is taken (`tightlip.message.matching`). A message of more than 8,192 characters, or of a subclass of ``str``, has no template.

The table of a version is read on first use and kept: about 20 ms and 1 MB for 4,100 templates.

Not covered: which of two templates it was that fit equally well (the one with fewer holes, then the first in the alphabet is taken); and
whether CPython said it at all. Ask only for classes in `tightlip.message.cpython.speaking`, and only when no ``raise`` statement raised.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tightlip.message.cpython import rows
from tightlip.message.matching import fits, weight
from tightlip.message.template import literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tightlip.message.cpython.rows import Version
    from tightlip.message.template import Template

#: The longest message that is compared, in characters.
LONGEST_MESSAGE = 8_192

_WORD = re.compile(r"\w+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Table:
    """The templates of one version, ready to be asked.

    Attributes:
        literals: Each text without holes, by itself: what is given back is the table's text, not the message.
        ranked: The templates with holes, best first.
        by_word: Places in ``ranked``, by the word that the message must have.
    """

    literals: Mapping[str, str]
    ranked: tuple[Template, ...]
    by_word: Mapping[str, tuple[int, ...]]

    def match(self, message: str) -> Template | None:
        """The heaviest template that fits the whole of ``message``; None without one."""
        if type(message) is not str or len(message) > LONGEST_MESSAGE:
            return None
        text = self.literals.get(message)
        if text is not None:
            return (text,)
        places = [place for word in self.by_word.keys() & _WORD.findall(message) for place in self.by_word[word]]
        places.sort()
        return next((self.ranked[place] for place in places if fits(self.ranked[place], message)), None)


def build(templates: Iterable[Template]) -> Table:
    """The table of ``templates``.

    Raises:
        ValueError: for a template with holes that has no whole word to find it by.
    """
    texts: dict[str, str] = {}
    holed: set[Template] = set()
    for template in templates:
        text = literal(template)
        if text is None:
            holed.add(template)
        else:
            texts[text] = text
    ranked = tuple(sorted(holed, key=_rank))
    words = [whole_words(template) for template in ranked]
    frequency = Counter(word for found in words for word in found)
    by_word: dict[str, list[int]] = {}
    for place, found in enumerate(words):
        if not found:
            raise ValueError(f"no whole word in {ranked[place]!r}")
        # Of equally rare words the longest: it is the rarest in messages, too.
        by_word.setdefault(min(found, key=lambda word: (frequency[word], -len(word), word)), []).append(place)
    return Table(texts, ranked, {word: tuple(places) for word, places in by_word.items()})


def whole_words(template: Template) -> set[str]:
    """The words of ``template`` that nothing in a hole can touch."""
    found: set[str] = set()
    last = len(template) - 1
    for place, part in enumerate(template):
        if isinstance(part, str):
            for word in _WORD.finditer(part):
                if (word.start() > 0 or place == 0) and (word.end() < len(part) or place == last):
                    found.add(word[0])
    return found


def _rank(template: Template) -> tuple[int, int, str]:
    return -weight(template), len(template), "\0".join(str(part) for part in template)


_tables: dict[rows.Version, Table] = {}


def table(version: Version) -> Table:
    """The table of ``version``; of an interpreter newer than all rows, or unknown, that of the newest version there is.

    Without the data files it is empty. Threads that ask for the first time at the same moment each read it, and one of the equal tables stays: nobody waits.
    """
    found = _tables.get(version)
    if found is None:
        found = _tables[version] = _load(version)
    return found


def _load(version: Version) -> Table:
    try:
        shipped = rows.messages()
        known = frozenset[rows.Version]().union(*set(shipped.values()))
        return build(rows.templates(shipped, version if version in known else max(known)))
    except OSError:
        # A frozen application may come without the package's data: then no message has a template, and reports go out without.
        return build(())


def match(message: str, version: Version = sys.version_info[:2]) -> Template | None:
    """The template of CPython's that ``message`` was made from: the heaviest that fits all of it; None without one.

    Args:
        message: The text, at most `LONGEST_MESSAGE` characters and exactly a ``str``.
        version: The interpreter's major and minor version.
    """
    if type(message) is not str or len(message) > LONGEST_MESSAGE:
        return None
    return table(version).match(message)
