"""Tables and lists, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from benchmarks.scrubbing.planted import Sample


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table: names on the left, numbers on the right."""
    lines = [list(head), *map(list, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for name, *cells in lines:
        yield (
            "  "
            + name.ljust(widths[0])
            + "".join(f"  {cell:>{width}}" for cell, width in zip(cells, widths[1:], strict=True))
        )


def listed(
    title: str, rows: Sequence[tuple[str, int, str]], found: Sequence[tuple[Sample, str]], most: int
) -> Iterator[str]:
    """Kinds with how many of them and in which contexts, then the texts themselves."""
    yield f"\n{title}: {len(found)}"
    yield from (f"  {count:>4}  {kind:<24} {where}" for kind, count, where in rows)
    for sample, result in sorted(found, key=lambda pair: pair[0].secret.kind)[:most]:
        yield f"  {sample.secret.kind}, {sample.context}"
        yield f"    {sample.text!r}"
        yield f"    {result!r}"
    if len(found) > most:
        yield f"  ... and {len(found) - most} more; --lines shows them"


def shown(seconds: float) -> str:
    """Seconds in a unit that reads well."""
    for unit, factor in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= factor:
            return f"{seconds / factor:.2f} {unit}"
    return f"{seconds * 1e9:.0f} ns"
