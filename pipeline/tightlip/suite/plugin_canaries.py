"""Canaries for tests of one's own: the fixture ``canaries``, and ``assert_private`` that knows their kinds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tightlip.suite import explaining
from tightlip.suite.canaries import KINDS
from tightlip.suite.case import Canary, Case, LogInput, Place
from tightlip.suite.filling import fill
from tightlip.yaml_nodes import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tightlip.suite.case import Filled


class PlantedCanaries(Mapping[str, str]):
    """The canaries that a test has asked for: a mapping of names to values.

    ``canaries.api_key`` is the test's API key, the same at each look; ``canaries("api_key")`` is another one each time. They depend on the
    seed, the test's id and the order in which they are asked for, and no two have anything in common.

    Args:
        test: The test's id.
        seed: Of the run.
    """

    def __init__(self, test: str, seed: int) -> None:
        self._test, self._seed = test, seed
        self._planted: list[Canary] = []
        self._values: dict[str, str] = {}

    def __call__(self, kind: str, form: str = "") -> str:
        """A new value.

        Args:
            kind: One of the kinds of canaries, as ``email``.
            form: One of the kind's forms, as ``stripe`` of ``api_key``.

        Raises:
            ValueError: There is no such kind or form.
        """
        taken = {canary.name for canary in self._planted}
        name, number = kind, 1
        while name in taken:
            number += 1
            name = f"{kind}_{number}"
        return self._plant(Canary(name, kind, form=_known_form(kind, form)))[name]

    def __getattr__(self, kind: str) -> str:
        """The test's value of a kind."""
        if kind.startswith("__"):
            raise AttributeError(kind)  # what copies, pickles and debuggers ask of anything
        if kind not in KINDS:
            raise AttributeError(f"there is no kind of canary {kind!r}; {nearest(kind, KINDS)}")
        return self._values.get(kind) or self(kind)

    def all(self) -> dict[str, str]:
        """A value of every kind, by its name."""
        missing = [Canary(kind, kind) for kind in KINDS if kind not in self._values]
        values = self._plant(*missing)
        return {kind: values[kind] for kind in KINDS}

    def __getitem__(self, name: str) -> str:
        """A planted value."""
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        """The names of those that were asked for."""
        return iter(self._values)

    def __len__(self) -> int:
        """How many were asked for."""
        return len(self._values)

    def __repr__(self) -> str:
        """Names alone: an assertion that fails prints what it compares."""
        return f"<canaries {', '.join(self._values) or 'none planted'}>"

    def words(self) -> str:
        """Which were planted, for a person."""
        named = [
            canary.name if canary.name == canary.kind else f"{canary.name} ({canary.kind})" for canary in self._planted
        ]
        return f"canaries planted: {', '.join(named) or 'none'}"

    def filled(self) -> Filled:
        """The planted ones, as the suite knows them."""
        return fill(self._case(), self._seed, 0)

    def _plant(self, *canaries: Canary) -> dict[str, str]:
        self._planted += canaries
        # Those that were there before come out the same: values are drawn one after another.
        self._values.update(self.filled().values)
        return self._values

    def _case(self) -> Case:
        return Case(
            id=self._test, why="", kind="", about="", profiles=(), input=LogInput(""), canaries=tuple(self._planted),
            keep={}, absent={}, dropped=frozenset(), exact={}, varies=(), place=Place("", 1, 1),
        )  # fmt: skip


def _known_form(kind: str, form: str) -> str:
    if kind not in KINDS:
        raise ValueError(f"there is no kind of canary {kind!r}; {nearest(kind, KINDS)}")
    forms = KINDS[kind].forms
    if form and form not in forms:
        raise ValueError(f"the kind {kind!r} has no form {form!r}; {nearest(form, forms)}")
    return form


def assert_private(event: Any, canaries: Mapping[str, str] | Filled) -> None:
    """As `tightlip.suite.assert_private`; of the fixture's canaries it tells the kinds, too.

    Args:
        event: An event, a list of events or ``captured_events``, a text or bytes.
        canaries: The fixture ``canaries``, or planted values by name.

    Raises:
        AssertionError: A canary is in it.
        ValueError: No canary was planted, so that the assertion would prove nothing.
    """
    __tracebackhide__ = True
    given = canaries.filled() if isinstance(canaries, PlantedCanaries) else canaries
    explaining.assert_private(event, given)
