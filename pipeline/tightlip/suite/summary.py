"""The figures of a run: by class, by field, and by where canaries left."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from tightlip.suite.outcome import Summary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tightlip.suite.outcome import FailureKind, Result

_NUMBERS: Final = re.compile(r"(?<![^.])-?[0-9]+(?![^.])")
_MOST_PLACES: Final = 12


def by(results: Iterable[Result], name_of: Callable[[Result], str]) -> list[Summary]:
    """The figures by a name of each result, sorted by name.

    Args:
        results: The results.
        name_of: As ``lambda result: result.case.kind``.
    """
    groups: dict[str, list[Result]] = {}
    for result in results:
        groups.setdefault(name_of(result), []).append(result)
    return [_summary(name, own) for name, own in sorted(groups.items())]


def _summary(name: str, results: list[Result]) -> Summary:
    statuses = Counter(result.status for result in results)
    # A case counts once for each way in which it failed.
    kinds: Counter[FailureKind] = Counter()
    for result in results:
        if result.status == "failed":
            kinds.update({failure.kind for failure in result.failures})
    return Summary(
        name=name,
        passed=statuses["passed"],
        failed=statuses["failed"],
        known=statuses["known"],
        skipped=statuses["skipped"],
        failures=dict(kinds.most_common()),
    )


def places_of(results: Iterable[Result]) -> list[tuple[str, int]]:
    """Where canaries left, most often first: paths with ``*`` for the number of an item, and how many leaks."""
    found = Counter(
        _NUMBERS.sub("*", failure.path)
        for result in results
        if result.status == "failed"
        for failure in result.failures
        if failure.kind == "leak" and failure.path
    )
    return found.most_common(_MOST_PLACES)
