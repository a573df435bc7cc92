"""Finds a value in what left, in any encoding.

Guarantees:

1. Every text, key, number and run of bytes is looked at, and what is packed in them (base64, hex, gzip, zlib) as well.
2. A hit is no chance: forms have at least `canaries.SHORTEST_SEARCHED` characters, at least `canaries.FEWEST_DIFFERENT` of them
   different; what the value has in common with that of another run, or with every value of its kind, is not searched for; and what may be
   an ordinary word, or an ordinary end of a name, counts only if it is not in another run's output.

Not covered: see `encoding_forms`. Values that are too short are found as whole words alone, and only beside another run's output.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

from tightlip.suite.canaries import is_searchable
from tightlip.suite.encoding_forms import bare, forms
from tightlip.suite.texts import SHORTEST_PACKED, Text, texts, unpacked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tightlip.suite.encoding_forms import Form
    from tightlip.suite.outcome import Output
    from tightlip.suite.paths import Step

_WINDOW: Final = 8
#: Beyond so many characters an index takes more memory than it saves time.
_MOST_INDEXED: Final = 400_000
BESIDE: Final = "beside"


@dataclass(frozen=True, slots=True)
class Found:
    """Where a value stands.

    Attributes:
        steps: The path, from the event's root; ``beside`` and a number begin it where it did not leave in the event.
        encoding: How it stands there, for a person.
        key: Whether it stands in a key of the mapping at the path.
    """

    steps: tuple[Step, ...]
    encoding: str
    key: bool = False


class Haystack:
    """What left, made ready to be searched many times.

    Args:
        output: What left in one run.
    """

    def __init__(self, output: Output) -> None:
        plain = texts(output.event)
        for number, item in enumerate(output.beside):
            plain.extend(texts(item, (BESIDE, number)))
        self._texts = [
            *plain,
            *(packed for text in plain if len(text.text) >= SHORTEST_PACKED for packed in unpacked(text)),
        ]
        self._lower = [text.text.lower() for text in self._texts]
        # Names of fields stand in an event many times.
        self._whole = "\n".join(dict.fromkeys(self._lower))
        self._windows = (
            {self._whole[at : at + _WINDOW] for at in range(len(self._whole) - _WINDOW + 1)}
            if len(self._whole) <= _MOST_INDEXED
            else None
        )
        # Values one after the other, then keys: what was split over fields stands together again.
        self._in_a_row = [text for text in self._texts if not text.key]
        self._in_a_row += [text for text in self._texts if text.key]
        self._bare = bare(" ".join([text.text for text in self._in_a_row]))

    def holds(self, form: Form) -> bool:
        """Whether a form stands somewhere."""
        if form.bare:
            return form.text in self._bare
        if self._windows is not None and len(form.text) >= _WINDOW and form.text[:_WINDOW] not in self._windows:
            return False
        return form.text in self._whole

    def places(self, form: Form, value: str) -> Iterator[Found]:
        """Where it stands; where it was split, the text in which it begins."""
        if form.bare:
            yield from self._bare_places(form)
            return
        for text, lower in zip(self._texts, self._lower, strict=True):
            if form.text in lower:
                encoding = form.encoding
                if encoding == "raw" and value not in text.text:
                    encoding = "other case"
                yield _found(text, encoding)

    def _bare_places(self, form: Form) -> Iterator[Found]:
        ends = list(accumulate(len(bare(text.text)) for text in self._in_a_row))
        at = self._bare.find(form.text)
        while at >= 0:
            first, last = (min(bisect_right(ends, to), len(ends) - 1) for to in (at, at + len(form.text) - 1))
            encoding = form.encoding if first == last else f"{form.encoding}, over {last - first + 1} fields"
            yield _found(self._in_a_row[first], encoding)
            at = self._bare.find(form.text, at + len(form.text))

    def words(self, word: str) -> Iterator[Found]:
        """Where a short text stands as a whole word, in any case."""
        pattern = re.compile(rf"(?<!\w){re.escape(word.lower())}(?!\w)")
        for text, lower in zip(self._texts, self._lower, strict=True):
            if pattern.search(lower):
                yield _found(text, "raw")


def _found(text: Text, encoding: str) -> Found:
    if text.within:
        encoding = text.within if encoding == "raw" else f"{encoding} within {text.within}"
    return Found(text.steps, encoding, key=text.key)


def search(
    output: Output | Haystack,
    value: str,
    other: str | None = None,
    elsewhere: Output | Haystack | None = None,
    *,
    ordinary: bool = False,
) -> list[Found]:
    """Find a value.

    Args:
        output: What left in one run, or its `Haystack` if it is searched more than once.
        value: The canary's value in that run.
        other: Its value in another run.
        elsewhere: What left in that other run.
        ordinary: Whether the value may be a word that stands there anyway, as one that an author gives: then what the other run's output
            holds, too, counts for nothing.

    Returns:
        Each place once, with the plainest encoding that was found in it; plainest first.
    """
    here = output if isinstance(output, Haystack) else Haystack(output)
    there = elsewhere if elsewhere is None or isinstance(elsewhere, Haystack) else Haystack(elsewhere)
    if not value:
        return []
    found: dict[tuple[Any, ...], Found] = {}
    for place in _places(here, there, value, other, ordinary=ordinary):
        found.setdefault((place.steps, place.key), place)
    return list(found.values())


def _places(
    here: Haystack, there: Haystack | None, value: str, other: str | None, *, ordinary: bool
) -> Iterable[Found]:
    if not is_searchable(value):
        if there is None or value == other or next(iter(there.words(value)), None) is not None:
            return
        yield from here.words(value)
        return
    for form in forms(value, other):
        if here.holds(form) and not ((form.weak or ordinary) and _is_ordinary(form, there)):
            yield from here.places(form, value)


def _is_ordinary(form: Form, there: Haystack | None) -> bool:
    if there is None:
        return form.encoding == "a part of it"
    return there.holds(form)
