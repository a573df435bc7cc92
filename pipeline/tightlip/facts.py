"""Typed facts: numbers, flags and words of closed sets that an exception holds, as tags of the event.

``status=404`` says more than a template and tells nothing of the user's. Each fact is declared: by the table `fact_table.BUILT_IN`, or by the vendor in
``Reporter(facts=...)``; and each is a row of the allowlist, so that ``tightlip policy`` lists it.

Guarantees:

1. Nothing is parsed from text, and no code of the exception's runs: storage is read (`tightlip.attributes`), never a property.
2. A value counts if its type is exactly ``int``, ``bool`` or ``str`` and its declaration holds it; else it is left out, never clipped.
3. No character is the exception's. A word that leaves is the declaration's own object: equal to the exception's, not the same.
4. Facts count for exceptions whose class is, exactly, one of the SDK's, a dependency's or the standard library's. A class of the
   application's gives none, even if it is derived from one of them: its attributes are the application's.

Not covered: a number that a vendor declares is whatever the SDK stores there. ``{"user_number": int}`` would report it.
"""

from __future__ import annotations

import weakref
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from tightlip.allowlist import Field, Fields, Kind
from tightlip.attributes import MISSING, attribute, class_dict, instance_dict
from tightlip.fact_declarations import declared_facts, loaded_class
from tightlip.fact_table import BUILT_IN, Fact, Value, member_of
from tightlip.origin.classes import lineage, plain_name
from tightlip.text import CodeText, is_code

if TYPE_CHECKING:
    from collections.abc import Callable

    from tightlip.fact_table import Declared
    from tightlip.failure import Decided
    from tightlip.policy import Policy
    from tightlip.types import Event, Hint

#: Under this name the snapshot holds what `Facts.take` gives.
TAKEN = "facts"
_Taken: TypeAlias = "tuple[tuple[int, Value], ...]"


class Facts:
    """Takes facts in the thread that failed, and writes them on the worker.

    Args:
        declared: The vendor's, by class; None: those of `BUILT_IN` alone. A class is given by module and qualified name, or by the name that
            it is imported by: if something is found under that name, what counts is where that was defined. Subclasses are included.

    Raises:
        ValueError: A declaration makes no sense.
        TypeError: A part of one has another type.
    """

    def __init__(self, declared: Declared | None = None) -> None:
        own = () if declared is None else tuple(declared_facts(declared))
        self._facts: list[Fact] = []
        #: By the name of the class: indexes into the facts.
        self._by_name: dict[tuple[str, str], list[int]] = {}
        #: Names under which nothing was found yet: their module may be loaded later.
        self._unresolved: list[tuple[str, str]] = []
        #: The vendor's: their class by the index of the fact.
        self._declared_for: dict[int, str] = {}
        for number, (cls, facts) in enumerate((*BUILT_IN.items(), *own)):
            module, _, qualname = cls.rpartition(".")
            for fact in facts:
                self._by_name.setdefault((qualname, module), []).append(len(self._facts))
                if number >= len(BUILT_IN):
                    self._declared_for[len(self._facts)] = cls
                self._facts.append(fact)
            self._unresolved.append((qualname, module))
        self._plans: dict[int, tuple[weakref.ref[type], _Plan | None]] = {}
        self._plain: dict[int, weakref.ref[type]] = {}
        self._first = frozenset(path.split(".")[0] for fact in self._facts for path in (*fact.paths, *fact.signs))

    def rows(self) -> tuple[Field, ...]:
        """The rows of the allowlist: what each fact's tag may hold."""
        found: dict[str, Field] = {}
        for fact in self._facts:
            found.setdefault(fact.tag, Field(_path(fact.tag), Kind(fact.words, _accepts(fact.keep)), fact.purpose))
            if fact.names is not None:
                tag, names = f"{fact.tag}.name", member_of(fact.names.values())
                kind = Kind("its name in the system's table, as ENOENT", _accepts(names))
                found.setdefault(tag, Field(_path(tag), kind, f"{fact.purpose}: its name"))
        return tuple(found.values())

    def allowed(self, policy: Policy) -> Policy:
        """``policy`` with the rows of these facts."""
        return replace(policy, fields=Fields((*policy.fields.rows, *self.rows())))

    def take(self, exc: BaseException) -> _Taken | None:
        """The facts that ``exc`` holds, by their index; None without any. Runs in the thread that failed, and runs nothing of the class's."""
        if self._unresolved:
            self._resolve()
        plan = self._plan(type(exc))
        if plan is None:
            return None
        own = instance_dict(exc)
        held = plan.held if own is None else plan.held.union(self._first.intersection(own))
        if not held:
            return None
        found: list[tuple[int, Value]] = []
        for index in plan.facts:
            fact = self._facts[index]
            if fact.signs and held.isdisjoint(fact.signs):
                continue
            value = self._value(exc, own, fact, held)
            if value is not None:
                found.append((index, value))
        return tuple(found) or None

    def __call__(self, event: Event, hint: Hint) -> Event:
        """Add the tags of the reported links: the first link that has a fact gives it, beginning with what was captured."""
        found: dict[str, Value] = {}
        decided: list[Decided] = hint["decided"]
        for one in decided:
            if not one.cls.exact:
                continue
            taken: Any = one.link.taken.get(TAKEN, ())
            for index, value in cast("_Taken", taken):
                fact = self._facts[index]
                if fact.tag not in found:
                    found |= _tags(fact, value, one.link.type)
        return {**event, "tags": {**event.get("tags", {}), **found}} if found else event

    def unknown(self) -> tuple[str, ...]:
        """Declared classes, as ``acme.APIError``, under whose name nothing is loaded."""
        self._resolve()
        return tuple(f"{module}.{qualname}" for qualname, module in self._unresolved)

    def not_held(self, exc: BaseException) -> tuple[tuple[str, str], ...]:
        """The vendor's facts of the class of ``exc`` whose attribute it has not: the attribute, and the class it was declared for."""
        plan = self._plan(type(exc))
        if plan is None:
            return ()
        held = plan.held.union(instance_dict(exc) or ())
        return tuple(
            (self._facts[index].paths[0], cls)
            for index in plan.facts
            if (cls := self._declared_for.get(index)) and self._facts[index].paths[0].split(".")[0] not in held
        )

    def _value(self, exc: BaseException, own: dict[Any, Any] | None, fact: Fact, held: frozenset[str]) -> Value | None:
        for path in fact.paths:
            first, *rest = path.split(".")
            if first not in held:
                continue
            value = own[first] if own is not None and first in own else attribute(exc, first)
            for name in rest:
                value = self._inner(value, name)
            kept = fact.keep(value)
            if kept is not None:
                return kept
        return None

    def _inner(self, value: object, name: str) -> object:
        return attribute(value, name) if self._is_plain(type(value)) else MISSING

    def _plan(self, cls: type) -> _Plan | None:
        # By address, not by the class: hashing it would ask its metaclass.
        known = self._plans.get(id(cls))
        if known is None or known[0]() is not cls:
            if len(self._plans) >= _MOST_CLASSES:
                self._plans.clear()
            known = self._plans[id(cls)] = (weakref.ref(cls), self._planned(cls) if self._is_plain(cls) else None)
        return known[1]

    def _planned(self, cls: type) -> _Plan | None:
        line = lineage(cls)
        facts = [index for base in line for index in self._by_name.get(plain_name(base), ())]
        if not facts:
            return None
        return _Plan(
            frozenset(name for own in map(class_dict, line) for name in self._first if name in own), tuple(facts)
        )

    def _is_plain(self, cls: type) -> bool:
        """Whether all keys of the dicts of ``cls`` and its bases are exactly ``str``: looking up among others could run their ``__eq__``."""
        known = self._plain.get(id(cls))
        if known is not None and known() is cls:
            return True
        if not all(type(key) is str for base in lineage(cls) for key in class_dict(base)):
            return False
        if len(self._plain) >= _MOST_CLASSES:
            self._plain.clear()
        self._plain[id(cls)] = weakref.ref(cls)
        return True

    def _resolve(self) -> None:
        """Let names that a class is imported by stand for the class's own name, once it is there."""
        left: list[tuple[str, str]] = []
        for qualname, module in self._unresolved:
            found = loaded_class(f"{module}.{qualname}")
            if found is None:
                left.append((qualname, module))
                continue
            named = plain_name(found)
            if named != (qualname, module):
                self._by_name.setdefault(named, []).extend(self._by_name[qualname, module])
        if len(left) < len(self._unresolved):
            self._plans.clear()
        self._unresolved = left


_MOST_CLASSES = 512


@dataclass(frozen=True, slots=True)
class _Plan:
    """What can be read of the exceptions of one class: attributes that its classes hold, and the facts to try."""

    held: frozenset[str]
    facts: tuple[int, ...]


def _tags(fact: Fact, value: Value, cls: type) -> dict[str, Value]:
    found: dict[str, Value] = {fact.tag: CodeText(value) if type(value) is str else value}
    name = fact.names.get(value) if fact.names is not None and type(value) is int else None
    if name is not None and fact.not_named.isdisjoint(map(plain_name, lineage(cls))):
        found[f"{fact.tag}.name"] = CodeText(name)
    return found


def _accepts(keep: Callable[[object], Value | None]) -> Callable[[object], bool]:
    return lambda value: keep(str(value) if is_code(value) else value) is not None


def _path(tag: str) -> str:
    return f'tags."{tag}"' if "." in tag else f"tags.{tag}"
