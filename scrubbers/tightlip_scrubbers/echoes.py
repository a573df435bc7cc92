"""Secrets that were found in one place and stand in another: the same value without its key, or encoded.

``{"password": "hunter2-x", "message": "login with hunter2-x failed"}`` tells by its first field what must go from the second.
Only values that are distinctive count: one that is a common word or a short number would take words that say nothing.

Not covered: more than 100 values of one event or call; the longest count.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, cast

from tightlip_scrubbers.common_words import GENERIC_NAMES
from tightlip_scrubbers.findings import KINDS
from tightlip_scrubbers.known import MARKERS, Known

if TYPE_CHECKING:
    from collections.abc import Collection

_SHORTEST: Final = 8
_MOST: Final = 100
_NUMBERS: Final = re.compile(r"[0-9.,:\-+ ]+|[0-9A-Fa-f]{1,11}")
_WORDS: Final = re.compile(r"[A-Za-z][a-z]*(?:[ _.\-][A-Za-z][a-z]*)*")
_APART: Final = re.compile(r"[ _.\-]")
_LONG_WORD: Final = 12
_MARKER: Final = re.compile(r"\[[a-z0-9][a-z0-9:. \-]*\]")


def is_distinctive(value: str) -> bool:
    """Whether a value stands in no text by chance: eight characters or more, no number, no marker and no common words."""
    if len(value) < _SHORTEST or _NUMBERS.fullmatch(value) or _MARKER.search(value):
        return False
    if _WORDS.fullmatch(value) is None:
        return True
    words = _APART.split(value.lower())
    if len(words) == 1:
        return len(value) >= _LONG_WORD and words[0] not in GENERIC_NAMES
    return not GENERIC_NAMES.issuperset(words)


class Echoes:
    """Removes values from texts that are otherwise clean.

    Args:
        secrets: What was found. Those that are not distinctive are left out.
    """

    def __init__(self, secrets: Collection[str]) -> None:
        self._known = Known(process=False, rare=True)
        self._count = 0
        # In an order that no hash decides: else what is beyond the bound would be another in each process.
        for secret in sorted(secrets, key=lambda one: (-len(one), one)):
            # The value of "Bearer abc" is abc; that of a quoted or bracketed one, what is inside.
            for value in dict.fromkeys((secret, secret.strip("\"'`()[]{}<> "), secret.rpartition(" ")[2])):
                if self._count < _MOST and is_distinctive(value):
                    self._known.add_quietly(value)
                    self._count += 1
        if self._count:
            self._known.rebuild()

    def any(self) -> bool:
        """Whether there is anything to remove."""
        return bool(self._count)

    def scrub_text(self, text: str) -> str:
        """The text without the values; the text itself where none stands in it."""
        found = self._known.find(text, KINDS)
        if not found:
            return text
        parts: list[str] = []
        position = 0
        for finding in sorted(found, key=lambda one: (one.start, -one.end)):
            if finding.end > position:
                if finding.start >= position:
                    parts += (text[position : finding.start], MARKERS[finding.rule])
                position = finding.end
        parts.append(text[position:])
        return "".join(parts)

    def stand_in(self, value: object) -> bool:
        """Whether one of the values may stand in a text of ``value``: all of its texts are looked through at once.

        Args:
            value: Exact built-in types; texts of other types are left out.
        """
        texts: list[str] = []
        _take_texts(value, texts)
        return bool(self._known.find("\0".join(texts), KINDS))

    def removed(self, value: object, keep: type[str] | None) -> object:
        """A copy of what the walk made, without the values.

        Args:
            value: Exact built-in types, and ``keep``.
            keep: The type of texts that come from code: they are left.
        """
        kind = type(value)
        if kind is str:
            return self.scrub_text(cast("str", value))
        if kind is dict:
            # Keys too; one that becomes equal to another is kept apart by its number, as the walk does.
            found: dict[object, object] = {}
            for key, item in cast("dict[object, object]", value).items():
                name = self.removed(key, keep)
                found[name if name not in found else f"{name}#{len(found) + 1}"] = self.removed(item, keep)
            return found
        if kind is list or kind is tuple or kind is set or kind is frozenset:
            items = [self.removed(item, keep) for item in cast("Collection[object]", value)]
            return items if kind is list else kind(items)  # type: ignore[call-overload,unused-ignore]
        return value


def _take_texts(value: object, found: list[str]) -> None:
    kind = type(value)
    if kind is str:
        found.append(cast("str", value))
    elif kind is dict:
        for key, item in cast("dict[object, object]", value).items():
            _take_texts(key, found)
            _take_texts(item, found)
    elif kind is list or kind is tuple or kind is set or kind is frozenset:
        for item in cast("Collection[object]", value):
            _take_texts(item, found)
