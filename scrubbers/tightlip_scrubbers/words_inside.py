"""Which of many words stand inside of a word or of a text, at a price that hardly depends on how many they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

SHORTEST_WORD: Final = 3
_AT_ONCE: Final = 24
Three: TypeAlias = tuple[str, str, str]


class Inside:
    """Finds which of many words stand inside of a word, or in a long text.

    Args:
        words: The words, of three letters or more.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._behind: dict[str, list[str]] = {}
        for word in words:
            self._behind.setdefault(word[:SHORTEST_WORD], []).append(word)
        self._beginnings = {(one[0], one[1], one[2]): behind for one, behind in self._behind.items()}

    def found(self, text: str) -> set[str]:
        """Those that stand in a text, in exactly this case: one look for each three letters, however many words there are."""
        if len(text) > _AT_ONCE:
            return self.found_among(threes(text), text)
        found: set[str] = set()
        behind = self._behind.get
        for start in range(len(text) - SHORTEST_WORD + 1):
            words = behind(text[start : start + SHORTEST_WORD])
            if words is not None:
                found.update(word for word in words if text.startswith(word, start))
        return found

    def found_among(self, beginnings: set[Three], text: str) -> set[str]:
        """The same, for a text of which all threes of neighbours are known."""
        known = self._beginnings
        return {word for three in known.keys() & beginnings for word in known[three] if word in text}


def threes(text: str) -> set[Three]:
    """Each three neighbours of a text."""
    return set(zip(text, text[1:], text[2:], strict=False))
