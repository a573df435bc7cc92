"""Recall on planted secrets, and what each tool leaves of the words beside them."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from benchmarks.scrubbing import contexts, kinds, places
from benchmarks.scrubbing.planted import kept, survivor, unmarked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from benchmarks.scrubbing.planted import Sample
    from benchmarks.scrubbing.tools import Tool

SECRETS: Final = 1_000
PATHS: Final = 500
ADDRESSES: Final = 500


@dataclass(slots=True)
class Recall:
    """What one tool did to samples."""

    tool: str
    texts: int = 0
    safe: int = 0
    words: int = 0
    words_kept: int = 0
    unstable: int = 0
    seen: list[Sample] = field(default_factory=list)
    leaked: list[tuple[Sample, str]] = field(default_factory=list)
    lost: list[tuple[Sample, str]] = field(default_factory=list)

    @property
    def share(self) -> float:
        """The share of secrets of which nothing distinctive survived."""
        return self.safe / self.texts if self.texts else 0.0

    @property
    def share_of_words(self) -> float:
        """The share of words beside them that survived."""
        return self.words_kept / self.words if self.words else 0.0

    def by(self, axis: str) -> dict[str, float]:
        """The share by ``context`` or by ``kind``."""
        name: Callable[[Sample], str] = (
            (lambda sample: sample.context) if axis == "context" else (lambda sample: sample.secret.kind)
        )
        of, leaks = Counter(map(name, self.seen)), Counter(name(sample) for sample, _ in self.leaked)
        return {value: 1 - leaks[value] / count for value, count in of.items()}


def exams(seed: int) -> dict[str, list[Sample]]:
    """The samples of each exam, from one seed."""
    return {
        "secrets": contexts.samples(kinds.KINDS, random.Random(f"{seed} secrets"), SECRETS),
        "paths": contexts.samples(places.PATHS, random.Random(f"{seed} paths"), PATHS),
        "addresses": contexts.samples(places.ADDRESSES, random.Random(f"{seed} addresses"), ADDRESSES),
    }


def measure(tool: Tool, samples: Sequence[Sample]) -> Recall:
    """Run a tool over the samples."""
    assert tool.texts is not None
    found = Recall(tool.name, texts=len(samples), seen=list(samples))
    results = tool.texts([sample.text for sample in samples])
    found.unstable = sum(map(str.__ne__, tool.texts(results), results))
    for sample, result in zip(samples, results, strict=True):
        if survivor(sample.secret.parts, result) is None:
            found.safe += 1
        else:
            found.leaked.append((sample, result))
        # Words that are glued to a secret are words by themselves once it is gone, and count if it is not.
        readable = unmarked(result.replace(sample.planted, " "), sample.text, tool.marks)
        number, of = kept(sample.words, readable)
        found.words_kept += number
        found.words += of
        if number < of:
            found.lost.append((sample, result))
    return found


def crossed(found: Iterable[tuple[Sample, str]]) -> list[tuple[str, int, str]]:
    """Kinds by how many of them are in the list, with their contexts."""
    by_kind: dict[str, Counter[str]] = {}
    for sample, _ in found:
        by_kind.setdefault(sample.secret.kind, Counter())[sample.context] += 1
    rows = [
        (kind, counts.total(), ", ".join(f"{context} {count}" for context, count in counts.most_common()))
        for kind, counts in by_kind.items()
    ]
    return sorted(rows, key=lambda row: (-row[1], row[0]))
