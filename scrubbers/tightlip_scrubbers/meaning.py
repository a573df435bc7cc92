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
        unglued: One-word names with such an end that say nothing all the same: ``OLDPWD``, ``bypass``.
        phrases: Runs of segments at the end of a name that say it together: ``mot de passe``.
        leading: Runs of segments at its beginning: some languages put the noun first, as in ``clave_secreta_api``.
        anywhere: Words that say it wherever they stand. Only for meanings that confirm the value.
        never: Words that say otherwise, wherever they stand: ``public``.
        clear: Runs of segments at the end of a name that say otherwise together: ``public key token``.
        check: Confirms a value that is text. None: any value goes, however plain.
        bound: Where the value ends in a text, ``(text, start, end)`` of its first word to what goes: a name or a number
            has blanks in it. None: the word, or what the quotes hold.
    """

    rule: str
    kind: Kind
    marker: str
    heads: frozenset[str] = frozenset()
    qualified: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    harmless: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    glued: tuple[str, ...] = ()
    unglued: frozenset[str] = frozenset()
    phrases: frozenset[tuple[str, ...]] = frozenset()
    leading: frozenset[tuple[str, ...]] = frozenset()
    anywhere: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()
    clear: frozenset[tuple[str, ...]] = frozenset()
    check: Callable[[str], bool] | None = None
    bound: Callable[[str, int, int], tuple[int, int] | None] | None = None
