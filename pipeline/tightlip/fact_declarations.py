"""The facts that a vendor declares, ``{"acme.APIError": {"status": int}}``: what makes no sense is told, class by class."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping
from types import ModuleType
from typing import Any

from tightlip.allowlist import FIELDS
from tightlip.attributes import class_dict
from tightlip.fact_table import BUILT_IN, MOST_INT, Declared, Fact, Value, flag, member_of, stepped, whole
from tightlip.origin.classes import module_dict

#: Sentry's rules for the name of a tag: https://docs.sentry.io/platforms/python/enriching-events/tags/
_TAG = re.compile(r"[A-Za-z0-9_.:-]{1,32}", re.ASCII)
_WORD = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.:/+ -]{0,62}[A-Za-z0-9_.:/+-])?", re.ASCII)
_MOST_WORDS = 256
_MOST_FACTS = 64
_MOST_STEPS = 4
#: Names that Sentry gives a meaning of its own.
_SENTRYS = frozenset({
    "browser", "device", "dist", "environment", "level", "logger", "os", "release", "runtime", "server_name", "site", "transaction", "url", "user",
})  # fmt: skip


def declared_facts(declared: Declared) -> Iterable[tuple[str, tuple[Fact, ...]]]:
    """The vendor's facts by class, in their order.

    Raises:
        ValueError: A declaration makes no sense.
        TypeError: A part of one has another type.
    """
    if not isinstance(declared, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance] - a caller without types
        raise TypeError(
            f"facts: give a dict of classes, as {{'acme.APIError': {{'status': int}}}}, not {type(declared).__name__}"
        )
    forms: dict[str, object] = {}
    for cls, facts in declared.items():
        check_class(cls)
        if not isinstance(facts, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(
                f"facts of {cls}: give a dict of attributes, as {{'status': int}}, not {type(facts).__name__}"
            )
        made = tuple(declared_fact(cls, name, form) for name, form in facts.items())
        for fact, form in zip(made, facts.values(), strict=True):
            if forms.setdefault(fact.tag, form) != form or type(forms[fact.tag]) is not type(form):
                raise ValueError(
                    f"facts of {cls}: the tag {fact.tag} has two forms; give both the same one, or another tag: 'attribute as name.of.tag'"
                )
        yield cls, made
    if len(forms) > _MOST_FACTS:
        raise ValueError(f"facts: {len(forms)} are declared, and {_MOST_FACTS} fit into a report; declare fewer")


def check_class(cls: object) -> None:
    """Whether ``cls`` can name an exception class.

    Raises:
        ValueError: It is no dotted name, or what is found there is no exception class.
        TypeError: It is no text.
    """
    if not isinstance(cls, str):
        raise TypeError(f"facts: name the class as text, as 'acme.APIError', not {cls!r:.80}")
    if "." not in cls or not _is_dotted(cls):
        raise ValueError(f"facts of {cls!r:.80}: give the class with its module, as 'acme.APIError'")
    found = loaded_class(cls)
    if found is not None and not issubclass(found, BaseException):
        raise ValueError(f"facts of {cls}: it is no exception class; facts are read of exceptions only")


def declared_fact(cls: str, name: object, form: object) -> Fact:
    """The fact that ``{cls: {name: form}}`` declares.

    Raises:
        ValueError: The name, the form or the tag makes no sense.
        TypeError: One of them has another type.
    """
    if not isinstance(name, str):
        raise TypeError(f"facts of {cls}: name the attribute as text, as 'status', not {name!r:.80}")
    path, renamed, tag = name.partition(" as ")
    if not _is_dotted(path) or path.count(".") >= _MOST_STEPS:
        raise ValueError(
            f"fact {name!r:.80} of {cls}: give an attribute, as 'status', or a path of at most {_MOST_STEPS}, as 'response.status'"
        )
    if not renamed:
        tag = f"{cls.rpartition('.')[2]}.{path}"
    if not _TAG.fullmatch(tag):
        raise ValueError(
            f"fact {name!r:.80} of {cls}: the tag {tag!r:.80} is none that Sentry takes (at most 32 of A-Z a-z 0-9 _ . : -);"
            f" name it yourself: '{path:.40} as short.name'"
        )
    if tag in _TAKEN_TAGS:
        raise ValueError(
            f"fact {name!r:.80} of {cls}: the tag {tag} is taken; name it otherwise: '{path} as api.{path}'"
        )
    keep, words = _form(cls, name, form)
    return Fact(tag, (path,), keep, words, f"{path} of {cls}, declared by the vendor")


_TAKEN_TAGS = frozenset({
    *_SENTRYS,
    *(row.path.removeprefix("tags.") for row in FIELDS if row.path.startswith("tags.")),
    *(tag for facts in BUILT_IN.values() for fact in facts for tag in (fact.tag, f"{fact.tag}.name")),
})  # fmt: skip


def _is_dotted(name: str) -> bool:
    return name.isascii() and all(part.isidentifier() for part in name.split("."))


def _form(cls: str, name: str, form: object) -> tuple[Callable[[object], Value | None], str]:
    where = f"fact {name!r:.80} of {cls}"
    if form is int:
        return whole(-MOST_INT, MOST_INT), f"a whole number from {-MOST_INT} to {MOST_INT}"
    if form is bool:
        return flag, "yes or no"
    if isinstance(form, range):
        return _range(where, form)
    if isinstance(form, (set, frozenset)):
        return _closed(where, form)  # pyright: ignore[reportUnknownArgumentType]
    raise TypeError(f"{where}: give int, bool, a range or a set of words, not {form!r:.80}")


def _range(where: str, form: range) -> tuple[Callable[[object], Value | None], str]:
    if not form:
        raise ValueError(f"{where}: {form} is empty; give one that holds numbers")
    low, high = min(form[0], form[-1]), max(form[0], form[-1])
    if low < -MOST_INT or high > MOST_INT:
        raise ValueError(f"{where}: {form} goes beyond seven digits; give one between {-MOST_INT} and {MOST_INT}")
    step = f", in steps of {abs(form.step)}" if abs(form.step) > 1 else ""
    return stepped(form), f"a whole number from {low} to {high}{step}"


def _closed(where: str, form: set[object] | frozenset[object]) -> tuple[Callable[[object], Value | None], str]:
    if not 0 < len(form) <= _MOST_WORDS:
        raise ValueError(f"{where}: the set has {len(form)} members; give 1 to {_MOST_WORDS}")
    members: list[int | str] = []
    for member in form:
        # An author's enum or str subclass may compare as it likes.
        if type(member) is not str and type(member) is not int:
            raise TypeError(
                f"{where}: {member!r:.80} in its set is neither exactly a str nor an int; give the plain word"
            )
        if type(member) is str and not _WORD.fullmatch(member):
            raise ValueError(
                f"{where}: {member!r:.80} in its set is no word of at most 64 of A-Z a-z 0-9 _ . : / + - and spaces; leave it out"
            )
        if type(member) is int and abs(member) > MOST_INT:
            raise ValueError(f"{where}: a number in its set has more than seven digits; leave it out")
        members.append(member)
    return member_of(members), "one of " + ", ".join(sorted(map(str, members)))


def loaded_class(name: str) -> type | None:
    """The class that is imported as ``name``, if its module is loaded; nothing is imported."""
    parts = name.split(".")
    for split in range(len(parts) - 1, 0, -1):
        module = sys.modules.get(".".join(parts[:split]))
        if module is None or not issubclass(type(module), ModuleType):  # pyright: ignore[reportUnnecessaryIsInstance] - anything can stand there
            continue
        found: Any = module_dict(module).get(parts[split])
        for part in parts[split + 1 :]:
            found = class_dict(found).get(part) if issubclass(type(found), type) else None
        return found if issubclass(type(found), type) else None
    return None
