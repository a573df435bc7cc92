"""What a kind of canary is: forms, put together from texts that are always the same and from random parts."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

#: Two canaries have no piece of this length in common, beyond what their form fixes.
PIECE: Final = 5
_EDGES: Final = (PIECE - 1, PIECE - 2)

#: ``form``: found wherever it stands, by what it looks like. ``place``: it looks like anything else, so that text scrubbing can
#: remove it only by the key or the words it stands beside.
Found: TypeAlias = Literal["form", "place"]


@dataclass(frozen=True, slots=True)
class Part:
    """A random part of a form.

    Attributes:
        make: Draws it.
        varies: Whether its length differs from draw to draw.
    """

    make: Callable[[Random], str]
    varies: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """One form of a kind.

    Attributes:
        parts: Texts that are always the same, and random parts.
        varies: Whether its length differs from value to value.
        fixed: The pieces of `PIECE` characters that every value may have in common with another.
        ends: The last characters of its texts: a piece that begins with them has one or two random characters, and proves as little.
        begins: And the first ones, for pieces that end with them.
    """

    parts: tuple[str | Part, ...]
    varies: bool
    fixed: frozenset[str]
    ends: tuple[str, ...] = ()
    begins: tuple[str, ...] = ()

    def make(self, random: Random) -> str:
        """Draw a value."""
        return "".join([part if isinstance(part, str) else part.make(random) for part in self.parts])

    def may_share(self, common: set[str]) -> bool:
        """Whether a value may have these pieces in common with another."""
        return all(
            piece in self.fixed or piece.startswith(self.ends) or piece.endswith(self.begins) for piece in common
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of canary.

    Attributes:
        name: As a case names it.
        what: What it is, for a person.
        data_class: The class of data that it belongs to.
        found: How text scrubbing can find it.
        forms: Its forms by name; a case takes one, the same in every run.
        plain: No value has a quote, a backslash, a brace or a line end, so that it can stand in a string literal of any language.
    """

    name: str
    what: str
    data_class: str
    found: Found
    forms: Mapping[str, Form]
    plain: bool = True

    def make(self, random: Random, form: str = "") -> str:
        """Draw a value, of a named form or of any."""
        return self.forms[form or random.choice(tuple(self.forms))].make(random)


def seeded(*words: object) -> Random:
    """Chance that is the same on every machine for the same words."""
    return Random("/".join(map(str, words)))  # noqa: S311 - a canary is no secret, and a run has to be repeatable


def pieces(text: str) -> set[str]:
    """All pieces of `PIECE` characters of a text."""
    return {text[at : at + PIECE] for at in range(len(text) - PIECE + 1)}


def form(*parts: str | Part, fixed: tuple[str, ...] = ()) -> Form:
    """A form; ``fixed`` are texts inside random parts that are the same in every value."""
    texts = (*fixed, *(part for part in parts if isinstance(part, str)))
    return Form(
        parts,
        varies=any(part.varies for part in parts if isinstance(part, Part)),
        fixed=frozenset[str]().union(*map(pieces, texts)),
        ends=tuple({text[-length:] for text in texts for length in _EDGES if len(text) >= length}),
        begins=tuple({text[:length] for text in texts for length in _EDGES if len(text) >= length}),
    )
