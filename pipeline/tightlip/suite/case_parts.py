"""Makes a `Case` of the nodes of a file. `case_file` says what is guaranteed."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from tightlip.suite import schema
from tightlip.suite.canaries import KINDS
from tightlip.suite.case import PROFILES, Canary, Case, EventInput, Keep, LogInput, Place, Profile
from tightlip.suite.case_code import code
from tightlip.suite.case_nodes import data, written
from tightlip.suite.filling import NUMBER, Use, problem, uses
from tightlip.yaml_nodes import FileError, Nodes, nearest, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tightlip.suite.case import Input
    from tightlip.suite.schema import Key

_T = TypeVar("_T")
_MOST: Final = 10_000
_LONGEST: Final = 1_000_000
_LONGEST_LINE: Final = 2_000
_ID: Final = re.compile(schema.ID, re.ASCII)
_NAME: Final = re.compile(schema.NAME, re.ASCII)
_LONGEST_ID: Final = 120
_JUDGED: Final = ("canaries", "keep", "absent", "dropped", "exact")


class Mistakes:
    """What is wrong with a file, so far."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def attempt(self, read: Callable[[], _T], otherwise: _T) -> _T:
        """What ``read`` returns; or ``otherwise``, and the mistake is noted."""
        try:
            return read()
        except FileError as error:
            self.found += getattr(error, "mistakes", (str(error),))
            return otherwise

    def add(self, nodes: Nodes, node: Any, problem: str) -> None:
        """Note a mistake at a node."""
        self.attempt(lambda: nodes.fail(node, problem), None)


class Parts:
    """Reads the parts of one file's cases."""

    def __init__(self, nodes: Nodes, file: str, mistakes: Mistakes) -> None:
        self._nodes = nodes
        self._file = file
        self._mistakes = mistakes

    # Mappings, texts, lists.

    def mapping(self, node: Any, table: Mapping[str, Key], what: str) -> dict[str, Any]:
        """The values of a mapping by key; keys that there are not, and required ones that are missing, are noted."""
        entries = self._nodes.items(node, None, what)
        unknown = [name for name in entries if name not in table]
        for name in unknown:
            self._mistakes.add(self._nodes, entries[name][0], f"there is no key {shown(name)}; {nearest(name, table)}")
        # A required key that is misspelt is one mistake, not two.
        meant = " ".join(nearest(name, table) for name in unknown)
        for name, key in table.items():
            if key.required and name not in entries and f" {name}?" not in meant:
                self._mistakes.add(self._nodes, node, f"`{name}` is missing; {_how(name, key)}")
        return {name: value for name, (_, value) in entries.items() if name in table}

    def _written(self, node: Any, what: str) -> list[tuple[str, Any]]:
        """The words of a list, as they are written."""
        items = self._nodes.entries(node, _MOST, what)
        found = [
            (self._mistakes.attempt(lambda item=item: written(self._nodes, item, what), ""), item) for item in items
        ]
        return [(text, item) for text, item in found if text]

    def _paths(self, node: Any) -> tuple[str, ...]:
        found: list[str] = []
        for path, item in self._written(node, "give a list of paths"):
            self._path(path, item)
            found.append(path)
        return tuple(found)

    def _path(self, path: str, node: Any) -> None:
        try:
            from tightlip.suite.paths import parse  # noqa: PLC0415 - until it is there
        except ImportError:
            return
        try:
            parse(path)
        except ValueError as error:
            self._mistakes.add(self._nodes, node, f"{shown(path)} is no path: {error}")

    def _profiles(self, node: Any) -> tuple[Profile, ...]:
        what = "give a list of promises, as [strict]"
        found: list[Profile] = []
        for item in self._nodes.entries(node, len(PROFILES), what):
            found.append(cast("Profile", self._nodes.one_of(item, PROFILES, what)))
        if not found:
            self._nodes.fail(node, f"{what}; it is empty")
        if len(set(found)) < len(found):
            self._nodes.fail(node, f"{found[0]} is there twice; leave one out")
        return tuple(profile for profile in PROFILES if profile in found)

    def can_be_read(self, name: str, node: Any) -> bool:
        """Whether a value that all cases share is right; if not, that is noted."""
        before = len(self._mistakes.found)
        readers: dict[str, Callable[[Any], Any]] = {
            "class": self._class, "about": self._about, "profiles": self._profiles, "varies": self._paths,
        }  # fmt: skip
        self._mistakes.attempt(lambda: readers[name](node), None)
        return len(self._mistakes.found) == before

    def _class(self, node: Any) -> str:
        return self._nodes.one_of(node, schema.CLASSES, "give a class of data")

    def _about(self, node: Any) -> str:
        return self._nodes.text(node, "give a field of the event, as exception.value")

    # A case.

    def case(self, node: Any, shared: Mapping[str, Any]) -> Case | None:
        """Read one case; None if something in it is wrong, which is noted."""
        before = len(self._mistakes.found)
        own = self.mapping(node, schema.CASE, "give a case: id, why, canaries and an input")
        entries = {**shared, **own}
        attempt = self._mistakes.attempt
        case_id = attempt(lambda: self._id(own["id"]), "") if "id" in own else ""
        why = attempt(lambda: self._nodes.text(own["why"], "give one sentence"), "") if "why" in own else ""
        if "class" not in entries:
            self._mistakes.add(
                self._nodes, node, "`class` is missing; give it here or above `cases`, as `class: secret`"
            )
        kind = attempt(lambda: self._class(entries["class"]), "") if "class" in entries else ""
        profiles = attempt(lambda: self._profiles(entries["profiles"]), PROFILES) if "profiles" in entries else PROFILES
        canaries = attempt(lambda: self._canaries(own["canaries"]), {}) if "canaries" in own else {}
        found = attempt(lambda: self._input(own, node, canaries), None)
        dropped = self._dropped(own, profiles)
        held = tuple(profile for profile in profiles if profile not in dropped)
        keep = attempt(lambda: self._keep(own["keep"], held, canaries), {}) if "keep" in own else {}
        absent = attempt(lambda: self._absent(own["absent"], held), {}) if "absent" in own else {}
        exact = attempt(lambda: self._exact(own["exact"], held, canaries), {}) if "exact" in own else {}
        varies = attempt(lambda: self._paths(entries["varies"]), ()) if "varies" in entries else ()
        about = (
            attempt(lambda: self._about(entries["about"]), "")
            if "about" in entries
            else ".".join(case_id.split(".")[:2])
        )
        if not any(name in own for name in _JUDGED):
            self._mistakes.add(self._nodes, node, f"there is nothing to judge; give one of {', '.join(_JUDGED)}")
        if found is None or len(self._mistakes.found) > before:
            return None
        mark = node.start_mark
        return Case(
            id=case_id,
            why=why,
            kind=kind,
            about=about,
            profiles=profiles,
            input=found,
            canaries=tuple(canary for canary, _ in canaries.values()),
            keep={profile: keep.get(profile, Keep()) for profile in profiles},
            absent={profile: absent.get(profile, ()) for profile in profiles},
            dropped=frozenset(dropped),
            exact=exact,
            varies=varies,
            place=Place(self._file, mark.line + 1, mark.column + 1),
        )

    def _id(self, node: Any) -> str:
        found = written(self._nodes, node, "give an id, as request.cookies.session")
        if not _ID.fullmatch(found) or len(found) > _LONGEST_ID:
            self._nodes.fail(
                node,
                f"{shown(found)} is no id; give one of a-z 0-9 . _ -, at most {_LONGEST_ID}, as request.cookies.session",
            )
        return found

    def _dropped(self, own: Mapping[str, Any], profiles: tuple[Profile, ...]) -> tuple[Profile, ...]:
        if "dropped" not in own:
            return ()
        node = own["dropped"]
        none: tuple[Profile, ...] = ()
        dropped = self._mistakes.attempt(lambda: self._profiles(node), none)
        for profile in dropped:
            if profile not in profiles:
                self._mistakes.add(
                    self._nodes, node, f"the case is not held to {profile}; take it out, or add it to `profiles`"
                )
        return dropped

    # Canaries.

    def _canaries(self, node: Any) -> dict[str, tuple[Canary, Any]]:
        found: dict[str, tuple[Canary, Any]] = {}
        for name, (key, value) in self._nodes.items(node, None, "give canaries, as `key: api_key`").items():
            if not _NAME.fullmatch(name):
                self._mistakes.add(self._nodes, key, f"{shown(name)} is no name; give one of letters, digits and _")
            canary = self._mistakes.attempt(lambda name=name, value=value: self._canary(name, value), None)
            # One that is wrong counts as defined: what refers to it is right.
            found[name] = canary or Canary(name, "word"), key
        if not found:
            self._nodes.fail(node, "there is no canary in it; give one, as `key: api_key`, or leave `canaries` out")
        self._check_given(found)
        return found

    def _canary(self, name: str, node: Any) -> Canary:
        if node.id == "scalar":
            return Canary(name, self._kind(node))
        entries = self.mapping(node, schema.CANARY, "give a kind, as api_key, or {kind, form, given}")
        kind = self._kind(entries["kind"]) if "kind" in entries else "word"
        form = ""
        if "form" in entries:
            forms = [one for one in KINDS[kind].forms if one]
            if not forms:
                self._nodes.fail(entries["form"], f"the kind {kind} has no forms; leave `form` out")
            form = self._nodes.one_of(entries["form"], forms, "give a form")
        return Canary(name, kind, self._given(entries["given"]) if "given" in entries else (), form)

    def _kind(self, node: Any) -> str:
        return self._nodes.one_of(node, KINDS, "give a kind of canary, as api_key")

    def _given(self, node: Any) -> tuple[str, ...]:
        found = [text for text, _ in self._written(node, "give a list of values")]
        if len(found) < 2:  # noqa: PLR2004 - runs are compared, and there are two at least
            self._nodes.fail(node, "give two values at least: the runs of a case have different ones")
        for text, item in zip(found, node.value, strict=False):
            if found.count(text) > 1:
                self._nodes.fail(
                    item, f"{shown(text)} is there twice; the runs of a case have different values: change one"
                )
        return tuple(found)

    def _check_given(self, canaries: Mapping[str, tuple[Canary, Any]]) -> None:
        """No given value of one canary may stand in one of another: a hit would name the wrong one."""
        for canary, key in canaries.values():
            for other, _ in canaries.values():
                if canary is not other and any(value in longer for value in canary.given for longer in other.given):
                    self._mistakes.add(
                        self._nodes,
                        key,
                        f"a value of {canary.name} stands in one of {other.name}; give values apart from each other",
                    )

    # The input.

    def _input(self, own: Mapping[str, Any], node: Any, canaries: Mapping[str, tuple[Canary, Any]]) -> Input | None:
        given = [name for name in schema.INPUTS if name in own]
        if len(given) != 1:
            where = own[given[1]] if given else node
            said = f"there are {' and '.join(given)}" if given else "there is no input"
            self._mistakes.add(self._nodes, where, f"{said}; give one of event, log, code")
            return None
        where = own[given[0]]
        used: set[str] = set()
        if given[0] == "code":
            entries = self.mapping(where, schema.CODE, "give `application` and `sdk`, or `package`")
            made: Input | None = code(
                self._nodes, self._mistakes, entries, where, {name: one for name, (one, _) in canaries.items()}
            )
            texts = [entries["application"]] if "application" in entries else []
        elif given[0] == "log":
            made = LogInput(self._nodes.text(where, "give one line of text", longest=_LONGEST))
            texts = [where]
        else:
            made = EventInput(self._event(where))
            texts = list(_scalars(where))
        for scalar in texts:
            used |= self._used(scalar, canaries)
        for canary, key in canaries.values():
            if canary.name not in used:
                self._mistakes.add(
                    self._nodes,
                    key,
                    f"the canary {canary.name} is never used; write ${{{canary.name}}} in the {given[0]}, or leave it out",
                )
        return made

    def _event(self, node: Any) -> dict[str, Any]:
        if node.id != "mapping" or not node.value:
            self._nodes.fail(node, "give an event: a mapping of its fields, as `message: ...`")
        return cast("dict[str, Any]", data(self._nodes, node))

    def _used(self, node: Any, canaries: Mapping[str, tuple[Canary, Any]]) -> set[str]:
        text = str(node.value)
        if "${" not in text:
            return set()
        wrong = problem(text, canaries)
        if wrong:
            self._mistakes.add(self._nodes, node, wrong)
        found = [use for use in uses(text) if isinstance(use, Use)]
        for use in found:
            if use.filters == (NUMBER,) and use.name in canaries:
                canary = canaries[use.name][0]
                digits = all(value.isascii() and value.isdigit() for value in canary.given)
                if not (digits if canary.given else canary.kind == "number"):
                    self._mistakes.add(
                        self._nodes,
                        node,
                        f"the canary {use.name} is no number; take `kind: number`, or give values of digits",
                    )
        return {use.name for use in found}

    # What is judged.

    def _one_each(self, node: Any, held: tuple[Profile, ...], what: str) -> dict[Profile, Any]:
        """The values of a mapping by promise."""
        entries = self._nodes.items(node, PROFILES, what)
        return {
            profile: entries[profile][1]
            for profile in PROFILES
            if profile in entries and self._is_held(profile, entries[profile][0], held)
        }

    def _is_held(self, profile: Profile, node: Any, held: tuple[Profile, ...]) -> bool:
        if profile not in held:
            self._mistakes.add(
                self._nodes,
                node,
                f"nothing leaves under {profile}, or the case is not held to it; take it out, or see `profiles` and `dropped`",
            )
        return profile in held

    def _keep(self, node: Any, held: tuple[Profile, ...], canaries: Mapping[str, Any]) -> dict[Profile, Keep]:
        entries = self.mapping(node, schema.KEEP, "give what must survive: words, fields, present, template")
        common = self._kept(entries, canaries)
        if not held:
            self._mistakes.add(
                self._nodes,
                node,
                "nothing leaves under any promise of the case, so that nothing can be kept; take it out",
            )
        found = dict.fromkeys(held, common)
        for profile in PROFILES:
            if profile in entries and self._is_held(profile, entries[profile], held):
                own = self._kept(self.mapping(entries[profile], schema.KEEP_ONE, "give what must survive"), canaries)
                found[profile] = Keep(
                    words=tuple(dict.fromkeys((*common.words, *own.words))),
                    fields={**common.fields, **own.fields},
                    present=tuple(dict.fromkeys((*common.present, *own.present))),
                    template=common.template if own.template is None else own.template,
                )
        return found

    def _kept(self, entries: Mapping[str, Any], canaries: Mapping[str, Any]) -> Keep:
        keep, attempt = Keep(), self._mistakes.attempt
        for name in schema.KEEP_ONE:
            if name in entries:
                self._no_canary(entries[name], canaries)
        if "words" in entries:
            words = attempt(lambda: self._written(entries["words"], "give a list of words"), [])
            keep = replace(keep, words=tuple(word for word, _ in words))
        if "fields" in entries:
            keep = replace(keep, fields=attempt(lambda: self._fields(entries["fields"]), {}))
        if "present" in entries:
            keep = replace(keep, present=attempt(lambda: self._paths(entries["present"]), ()))
        if "template" in entries:
            text = attempt(
                lambda: self._nodes.text(entries["template"], "give the whole message", longest=_LONGEST), ""
            )
            keep = replace(keep, template=text)
        return keep

    def _fields(self, node: Any) -> dict[str, Any]:
        values = cast("dict[str, Any]", data(self._nodes, node)) if node.id == "mapping" else None
        if not values:
            self._nodes.fail(node, "give values by path, as `level: error`")
        for key, _ in node.value:
            self._path(str(key.value), key)
        return values

    def _absent(self, node: Any, held: tuple[Profile, ...]) -> dict[Profile, tuple[str, ...]]:
        if node.id == "sequence":
            return dict.fromkeys(held, self._paths(node))
        found = self._one_each(node, held, "give a list of paths, or lists under strict and app")
        return {
            profile: self._mistakes.attempt(lambda value=value: self._paths(value), ())
            for profile, value in found.items()
        }

    def _exact(self, node: Any, held: tuple[Profile, ...], canaries: Mapping[str, Any]) -> dict[Profile, Any]:
        found = self._one_each(node, held, "give the whole output under strict and app")
        self._no_canary(node, canaries)
        return {profile: data(self._nodes, value) for profile, value in found.items()}

    def _no_canary(self, node: Any, canaries: Mapping[str, Any]) -> None:
        """Nothing is filled in what is judged; a canary there would ask for a leak."""
        for scalar in _scalars(node):
            for use in uses(str(scalar.value)):
                if isinstance(use, Use) and use.name in canaries:
                    self._mistakes.add(
                        self._nodes,
                        scalar,
                        f"the canary {use.name} must leave, so that it cannot be kept; write what stands in its place",
                    )


def _how(name: str, key: Key) -> str:
    return f"write `{name}: ...`: {key.what[0].lower()}{key.what[1:]}"


def _scalars(node: Any) -> Iterator[Any]:
    """All texts of a node, keys too."""
    if node.id == "scalar":
        yield node
    elif node.id == "sequence":
        for item in node.value:
            yield from _scalars(item)
    else:
        for key, value in node.value:
            yield from _scalars(key)
            yield from _scalars(value)
