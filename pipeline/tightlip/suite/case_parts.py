"""Makes a `Case` of the nodes of a file. `case_file` says what is guaranteed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, cast

from tightlip.suite import schema
from tightlip.suite.case import PROFILES, Case, EventInput, Keep, LogInput, Place, Profile
from tightlip.suite.case_canaries import canaries, check_uses
from tightlip.suite.case_code import code
from tightlip.suite.case_judged import Judged
from tightlip.suite.case_nodes import data, written
from tightlip.suite.case_reading import scalars
from tightlip.yaml_nodes import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tightlip.suite.case import Input
    from tightlip.suite.case_canaries import Canaries
    from tightlip.suite.case_reading import Reading

_LONGEST: Final = 1_000_000
_LONGEST_ID: Final = 120
_ID: Final = re.compile(schema.ID, re.ASCII)
_JUDGED: Final = ("canaries", "keep", "absent", "dropped", "exact")


class Cases:
    """Reads the cases of one file.

    Args:
        reading: The file.
        file: Its path, as errors and places show it.
    """

    def __init__(self, reading: Reading, file: str) -> None:
        self._reading = reading
        self._nodes = reading.nodes
        self._file = file

    def shared(self, entries: Mapping[str, Any]) -> dict[str, Any]:
        """What holds for the cases that do not say otherwise; a mistake in it is noted once, not with each case."""
        readers: dict[str, Callable[[Any], object]] = {
            "class": self._class, "about": self._about, "profiles": self._reading.profiles, "varies": self._reading.free_paths,
        }  # fmt: skip
        found: dict[str, Any] = {}
        for name in schema.SHARED:
            before = len(self._reading.mistakes)
            self._reading.part(entries, name, None, readers[name])
            if name in entries and len(self._reading.mistakes) == before:
                found[name] = entries[name]
        return found

    def case(self, node: Any, shared: Mapping[str, Any], said: Mapping[str, Any]) -> Case | None:
        """Read one case; None if something in it is wrong, which is noted.

        Args:
            node: The case.
            shared: What holds for cases that do not say otherwise.
            said: All that the file says above its cases, wrong or not.
        """
        reading = self._reading
        before = len(reading.mistakes)
        own = reading.mapping(node, schema.CASE, "give a case: id, why, canaries and an input")
        entries = {**shared, **own}
        if not any("class" in known for known in (own, said, reading.meant)):
            reading.wrong(node, "`class` is missing; give it here or above `cases`, as `class: secret`")
        if not any(name in own or name in reading.meant for name in _JUDGED):
            reading.wrong(node, f"there is nothing to judge; give one of {', '.join(_JUDGED)}")
        case_id = reading.part(own, "id", "", self._id)
        profiles = reading.part(entries, "profiles", PROFILES, reading.profiles)
        none: Canaries = {}
        planted = reading.part(own, "canaries", none, lambda value: canaries(reading, value))
        found = reading.attempt(None, self._input, own, node, planted)
        dropped = self._dropped(own, profiles)
        judged = Judged(reading, tuple(profile for profile in profiles if profile not in dropped), planted)
        no_keep: dict[Profile, Keep] = {}
        no_paths: dict[Profile, tuple[str, ...]] = {}
        no_exact: dict[Profile, Any] = {}
        keep = reading.part(own, "keep", no_keep, judged.keep)
        absent = reading.part(own, "absent", no_paths, judged.absent)
        exact = reading.part(own, "exact", no_exact, judged.exact)
        case = Case(
            id=case_id,
            why=reading.part(own, "why", "", self._why),
            kind=reading.part(entries, "class", "", self._class),
            about=reading.part(entries, "about", ".".join(case_id.split(".")[:2]), self._about),
            profiles=profiles,
            input=found or LogInput(""),
            canaries=tuple(canary for canary, _ in planted.values()),
            keep={profile: keep.get(profile, Keep()) for profile in profiles},
            absent={profile: absent.get(profile, ()) for profile in profiles},
            dropped=frozenset(dropped),
            exact=exact,
            varies=reading.part(entries, "varies", (), reading.free_paths),
            place=Place(self._file, node.start_mark.line + 1, node.start_mark.column + 1),
        )
        return case if found is not None and len(reading.mistakes) == before else None

    def _id(self, node: Any) -> str:
        found = written(self._nodes, node, "give an id, as request.cookies.session")
        if not _ID.fullmatch(found) or len(found) > _LONGEST_ID:
            self._nodes.fail(
                node,
                f"{shown(found)} is no id; give one of a-z 0-9 . _ -, at most {_LONGEST_ID}, as request.cookies.session",
            )
        return found

    def _why(self, node: Any) -> str:
        return self._nodes.text(node, "give one sentence")

    def _class(self, node: Any) -> str:
        return self._nodes.one_of(node, schema.CLASSES, "give a class of data")

    def _about(self, node: Any) -> str:
        return self._nodes.text(node, "give a field of the event, as exception.value")

    def _dropped(self, own: Mapping[str, Any], profiles: tuple[Profile, ...]) -> tuple[Profile, ...]:
        none: tuple[Profile, ...] = ()
        dropped = self._reading.part(own, "dropped", none, self._reading.profiles)
        for profile in dropped:
            if profile not in profiles:
                self._reading.wrong(
                    own["dropped"], f"the case is not held to {profile}; take it out, or add it to `profiles`"
                )
        return dropped

    # The input.

    def _input(self, own: Mapping[str, Any], node: Any, planted: Canaries) -> Input | None:
        given = [name for name in schema.INPUTS if name in own]
        if not given and not self._reading.meant.isdisjoint(schema.INPUTS):
            return None  # it is misspelt, and that is told
        if len(given) != 1:
            said = f"there are {' and '.join(given)}" if given else "there is no input"
            self._reading.wrong(own[given[1]] if given else node, f"{said}; give one of {', '.join(schema.INPUTS)}")
            return None
        name, where = given[0], own[given[0]]
        texts = scalars(where)
        made: Input | None
        if name == "code":
            entries = self._reading.mapping(where, schema.CODE, "give `application` and `sdk`, or `package`")
            texts = scalars(entries["application"]) if "application" in entries else iter(())
            # Even where the rest of it is wrong, the use of canaries is looked at.
            made = self._reading.attempt(
                None, code, self._reading, entries, where, {one: of[0] for one, of in planted.items()}
            )
            if made is None:
                return None
        elif name == "log":
            made = LogInput(self._nodes.text(where, "give one line of text", longest=_LONGEST))
        else:
            made = EventInput(self._event(where))
        check_uses(self._reading, texts, planted, name)
        return made

    def _event(self, node: Any) -> dict[str, Any]:
        if node.id != "mapping" or not node.value:
            self._nodes.fail(node, "give an event: a mapping of its fields, as `message: ...`")
        return cast("dict[str, Any]", data(node, self._reading.wrong))
