"""Reads what a case is judged by: `keep`, `absent`, `exact`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from tightlip.suite import schema
from tightlip.suite.case import PROFILES, Keep, Profile
from tightlip.suite.case_nodes import data
from tightlip.suite.case_reading import scalars
from tightlip.suite.filling import Use, uses

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tightlip.suite.case_canaries import Canaries
    from tightlip.suite.case_reading import Reading

_LONGEST: Final = 1_000_000


class Judged:
    """Reads what one case is judged by.

    Args:
        reading: The file.
        held: The promises under which something leaves.
        canaries: Those of the case.
    """

    def __init__(self, reading: Reading, held: tuple[Profile, ...], canaries: Canaries) -> None:
        self._reading = reading
        self._nodes = reading.nodes
        self._held = held
        self._canaries = canaries

    def keep(self, node: Any) -> dict[Profile, Keep]:
        """What must survive, by promise."""
        entries = self._reading.mapping(node, schema.KEEP, "give what must survive: words, fields, present, template")
        common = self._kept(entries)
        if not self._held:
            self._reading.wrong(
                node, "nothing leaves under any promise of the case, so that nothing can be kept; take it out"
            )
        found = dict.fromkeys(self._held, common)
        for profile in PROFILES:
            if profile in entries and self._is_held(profile, entries[profile]):
                own = self._kept(self._reading.mapping(entries[profile], schema.KEEP_ONE, "give what must survive"))
                found[profile] = Keep(
                    words=tuple(dict.fromkeys((*common.words, *own.words))),
                    fields={**common.fields, **own.fields},
                    present=tuple(dict.fromkeys((*common.present, *own.present))),
                    template=common.template if own.template is None else own.template,
                )
        return found

    def absent(self, node: Any) -> dict[Profile, tuple[str, ...]]:
        """Paths that must not be there, by promise."""
        if node.id == "sequence":
            return dict.fromkeys(self._held, self._reading.paths(node))
        found = self._by_profile(node, "give a list of paths, or lists under strict and app")
        return {profile: self._reading.attempt((), self._reading.paths, value) for profile, value in found.items()}

    def exact(self, node: Any) -> dict[Profile, Any]:
        """The whole output, by promise."""
        found = self._by_profile(node, "give the whole output under strict and app")
        self._no_canary(node)
        return {profile: data(value, self._reading.wrong) for profile, value in found.items()}

    def _by_profile(self, node: Any, what: str) -> dict[Profile, Any]:
        entries = self._nodes.items(node, PROFILES, what)
        if not entries:
            self._nodes.fail(node, f"{what}; it is empty")
        return {
            profile: entries[profile][1]
            for profile in PROFILES
            if profile in entries and self._is_held(profile, entries[profile][0])
        }  # fmt: skip

    def _is_held(self, profile: Profile, node: Any) -> bool:
        if profile not in self._held:
            self._reading.wrong(
                node,
                f"nothing leaves under {profile}, or the case is not held to it; take it out, or see `profiles` and `dropped`",
            )
        return profile in self._held

    def _kept(self, entries: Mapping[str, Any]) -> Keep:
        for name in schema.KEEP_ONE:
            if name in entries:
                self._no_canary(entries[name])
        reading = self._reading
        no_fields: dict[str, Any] = {}
        return Keep(
            words=reading.part(entries, "words", (), self._words),
            fields=reading.part(entries, "fields", no_fields, self._fields),
            present=reading.part(entries, "present", (), reading.paths),
            template=reading.part(entries, "template", None, self._template),
        )

    def _words(self, node: Any) -> tuple[str, ...]:
        return tuple(word for word, _ in self._reading.words(node, "give a list of words"))

    def _template(self, node: Any) -> str | None:
        return self._nodes.text(node, "give the whole message", longest=_LONGEST)

    def _fields(self, node: Any) -> dict[str, Any]:
        what = "give values by path, as `level: error`"
        self._nodes.items(node, None, what)
        if not node.value:
            self._nodes.fail(node, f"{what}; it is empty")
        for key, _ in node.value:
            self._reading.path(str(key.value), key)
        return cast("dict[str, Any]", data(node, self._reading.wrong))

    def _no_canary(self, node: Any) -> None:
        """Nothing is filled in what is judged, and a canary there would ask for a leak."""
        for scalar in scalars(node):
            for use in uses(str(scalar.value)):
                if isinstance(use, Use) and use.name in self._canaries:
                    self._reading.wrong(
                        scalar,
                        f"the canary {use.name} must not leave, so that it cannot be kept; write what stands in its place",
                    )
