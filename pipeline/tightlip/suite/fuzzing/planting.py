"""Canaries as Hypothesis draws them: which kind, which form, encoded how, and what stands around."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from hypothesis import assume
from hypothesis import strategies as st

from tightlip.suite.canaries import KINDS
from tightlip.suite.case import Canary
from tightlip.suite.filling import FILTERS, NUMBER, Use, uses
from tightlip.suite.texts import texts

if TYPE_CHECKING:
    from collections.abc import Callable

    from tightlip.suite.case import Profile

    Draw: TypeAlias = Callable[[st.SearchStrategy[Any]], Any]

#: Simple first: Hypothesis shrinks towards the beginning.
ALL_KINDS: Final = tuple(sorted(KINDS, key=lambda name: (name != "api_key", name)))
#: Kinds that text scrubbing finds wherever they stand.
FORM_KINDS: Final = tuple(name for name in ALL_KINDS if KINDS[name].found == "form")
#: Encodings of a planted value; ``number`` and ``python`` have places of their own.
ENCODINGS: Final = ("", *(name for name in FILTERS if name not in (NUMBER, "python", "lower")))
#: What stands around a value, `@`.
AROUND: Final = (
    "@", "it failed for @", "@: no such thing", "could not open '@'", 'key="@", next', "(@)", "a\nb @\nc", "@ @", '{"k": "@"}', "x=@&y=1", "é @ ü", "%s @",
    "https://api.example.com/v1?q=@", "<@>",
)  # fmt: skip


class Planting:
    """Draws canaries for one example, and remembers them.

    Args:
        draw: Of Hypothesis.
        profile: The promise. Under ``app``, only what has a form is planted in free text: the rest looks like any other text there.
    """

    def __init__(self, draw: Draw, profile: Profile) -> None:
        self.draw = draw
        self._is_strict = profile == "strict"
        self._found: list[Canary] = []

    def canaries(self, given: Any) -> tuple[Canary, ...]:
        """Those that are left in what was made: one value may have taken another's place."""
        names = {use.name for text in texts(given) for use in uses(text.text) if isinstance(use, Use)}
        found = tuple(canary for canary in self._found if canary.name in names)
        assume(found)  # without one there is nothing to judge
        return found

    def placeholder(self, *, anywhere: bool = False, filters: tuple[str, ...] | None = None) -> str:
        """A placeholder of a canary, new or planted before.

        Args:
            anywhere: Nothing of this place may leave, whatever it looks like.
            filters: The encodings to choose from; None: all that the promise covers here.
        """
        free = anywhere or self._is_strict
        kind = self.draw(st.sampled_from(ALL_KINDS if free else FORM_KINDS))
        # A value that is encoded has no form any more.
        encoding = self.draw(st.sampled_from(filters if filters is not None else ENCODINGS if free else ENCODINGS[:1]))
        return f"${{{self._name(kind)}{f'|{encoding}' if encoding else ''}}}"

    def number(self) -> str:
        """A placeholder of a number."""
        return f"${{{self._name('number')}|{NUMBER}}}"

    def text(self, *, anywhere: bool = False) -> str:
        """A text with a canary in it."""
        around: str = self.draw(st.sampled_from(AROUND))
        # As it stands in a JSON text: a Windows path would make it none.
        filters = ("json",) if around.startswith("{") else None
        return around.replace("@", self.placeholder(anywhere=anywhere, filters=filters))

    def _name(self, kind: str) -> str:
        known = [canary.name for canary in self._found if canary.kind == kind]
        if known and self.draw(st.booleans()):
            return known[-1]
        name = kind if not known else f"{kind}_{len(known) + 1}"
        form = self.draw(st.sampled_from(tuple(KINDS[kind].forms)))
        self._found.append(Canary(name, kind, form=form if len(KINDS[kind].forms) > 1 else ""))
        return name
