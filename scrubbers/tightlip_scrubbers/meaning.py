"""What a key's name can say of its value: the form of a row."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tightlip_scrubbers.findings import Kind


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a name can say of its value: one row of a table in `meanings`.

    Attributes:
        rule: The row of the table of rules under which such a value counts.
        kind: The class of that row.
        marker: What stands in place of the value.
        heads: Nouns that say it by themselves, whatever stands before them.
        qualified: Nouns that say it only after one of these words: ``api_key``, but not ``cache_key``.
        harmless: Nouns of ``heads`` that say nothing after one of these words.
        glued: Ends of one-word names that say it (``PGPASSWORD``): no English word but a compound has one of them.
        check: Confirms a value that is text. None: any value goes, however plain.
    """

    rule: str
    kind: Kind
    marker: str
    heads: frozenset[str] = frozenset()
    qualified: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    harmless: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    glued: tuple[str, ...] = ()
    check: Callable[[str], bool] | None = None
