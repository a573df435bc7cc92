"""Class rules: what ``str()`` of an exception is, given its class and the arguments that it was made with.

A class's own ``__init__`` and ``__str__`` count only if their code is verified (`tightlip.origin.sources`); a user's subclass with
its own has no rule, and its message is not guessed. Methods are read from class dicts, never looked up or called.
"""

from __future__ import annotations

from types import FunctionType
from typing import TYPE_CHECKING, Protocol

from tightlip.message.index import Arguments
from tightlip.message.template import MOST_ALTERNATIVES, Hole, Template, as_repr, combinations, has_text
from tightlip.origin.classes import lineage, namespace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tightlip.message.index import FileIndex, InitRule

    Choices = tuple[Template, ...]


class Lookup(Protocol):
    """Where rules come from: indexes of verified files."""

    def function(self, function: FunctionType) -> tuple[FileIndex, tuple[str, int]] | None:
        """The index with the rule of ``function``, and its key there; None when its code is not verified."""
        ...

    def constants(self, cls: type) -> Mapping[str, tuple[Template, ...]]:
        """The texts that the body of ``cls`` assigns in its source; empty when the class is not trusted."""
        ...


_NO_MESSAGE: Template = ()
_IS_NONE: tuple[Template, ...] = (("None",),)


def messages(cls: type, arguments: Arguments, lookup: Lookup) -> list[Template] | None:
    """The texts that ``str(cls(*arguments))`` can have; None when a rule is missing or there are too many."""
    found = _str(lineage(cls), 0, arguments, lookup)
    return found if found is not None and len(found) <= MOST_ALTERNATIVES else None


def str_owner(cls: type) -> type | None:
    """The class whose ``__str__`` makes the message of ``cls``."""
    return next((owner for owner in lineage(cls) if "__str__" in namespace(owner)), None)


def _str(line: Sequence[type], start: int, arguments: Arguments, lookup: Lookup) -> list[Template] | None:
    for position in range(start, len(line)):
        method = namespace(line[position]).get("__str__")
        if method is None:
            continue
        if type(method) is not FunctionType:
            return _builtin(line[position], line, arguments, lookup)
        known = lookup.function(method)
        if known is None or known[1] not in known[0].strs:
            return None
        state = _state(line, arguments, lookup)
        if state is None:
            return None
        args, values = state
        if any(
            isinstance(part, Hole) and part.expression == "super().__str__()"
            for t in known[0].strs[known[1]]
            for part in t
        ):
            values["super().__str__()"] = tuple(_str(line, position + 1, arguments, lookup) or ())
        for number, choice in enumerate(args.positional):
            values[f"self.args[{number}]"] = choice
        told = frozenset(name for name, choices in values.items() if all(has_text(choice) for choice in choices))
        return _chosen(known[0].strs[known[1]], values, told)
    return None


def _builtin(owner: type, line: Sequence[type], arguments: Arguments, lookup: Lookup) -> list[Template] | None:
    # Not `_FORMS.get(owner)`: hashing a host's class asks its metaclass.
    form = next((form for cls, form in _FORMS.items() if cls is owner), None)
    state = _state(line, arguments, lookup) if form is not None else None
    if form is None or state is None or state[0].is_open:
        return None
    return form(state[0].positional)


def _state(line: Sequence[type], arguments: Arguments, lookup: Lookup) -> tuple[Arguments, dict[str, Choices]] | None:
    """What ``args`` and the attributes hold once every ``__init__`` of ``line`` has run: ``self.x`` to its templates."""
    values: dict[str, Choices] = {}
    for owner in reversed(line):
        values.update((f"self.{name}", text) for name, text in lookup.constants(owner).items())
    current = arguments
    # A `__new__` in Python may change the arguments; so does `self.args = ...`.
    is_changed = any(type(namespace(owner).get("__new__")) is staticmethod for owner in line)
    assigned: set[str] = set()
    for method in (namespace(owner).get("__init__") for owner in line):
        if method is None:
            continue
        if type(method) is not FunctionType:
            break
        known = lookup.function(method)
        rule = known[0].inits.get(known[1]) if known is not None else None
        if rule is None:
            return None
        is_changed = is_changed or "args" in rule.attributes
        bound, told = _bind(rule, current)
        bound.update((name, text) for name, text in values.items() if name not in assigned)
        for name in rule.attributes.keys() - {attribute.removeprefix("self.") for attribute in assigned}:
            assigned.add(f"self.{name}")
            values[f"self.{name}"] = tuple(_chosen(rule.attributes[name], bound, told))
        if not rule.calls_super:
            current = arguments  # BaseException.__new__ has stored what the class was called with
            break
        current = _handed_on(rule, bound, told)
    return Arguments(is_open=True) if is_changed else current, values


def _bind(rule: InitRule, arguments: Arguments) -> tuple[dict[str, Choices], frozenset[str]]:
    """The templates of each parameter, and the parameters that hold something other than None."""
    bound: dict[str, Choices] = dict(rule.defaults)
    given: dict[str, Choices] = dict(zip(rule.parameters, arguments.positional, strict=False))
    given.update(
        {name: choice for name, choice in arguments.keywords.items() if name in (*rule.parameters, *rule.keyword_only)}
    )
    bound.update(given)
    if rule.star is not None:
        # Under a name that no parameter can have; `_handed_on` puts them in where the rule says ``*args``.
        for number, choice in enumerate(arguments.positional[len(rule.parameters) :]):
            bound[f"*{rule.star}[{number}]"] = choice
    for name in (*rule.parameters, *rule.keyword_only):
        bound.setdefault(name, ((Hole(name),),))
        if arguments.is_open and name not in given:
            bound[name] = ((Hole(name),),)
    return bound, frozenset(name for name, choice in bound.items() if choice != _IS_NONE)


def _handed_on(rule: InitRule, bound: Mapping[str, Choices], passed: frozenset[str]) -> Arguments:
    positional: list[Choices] = []
    for choice in rule.arguments.positional:
        if rule.star is not None and choice == ((Hole(f"*{rule.star}"),),):
            positional.extend(extra for name, extra in bound.items() if name.startswith(f"*{rule.star}["))
        else:
            positional.append(tuple(_chosen(choice, bound, passed)))
    keywords = {name: tuple(_chosen(choice, bound, passed)) for name, choice in rule.arguments.keywords.items()}
    return Arguments(tuple(positional), keywords, rule.arguments.is_open)


def _chosen(choices: Sequence[Template], bound: Mapping[str, Choices], told: frozenset[str]) -> list[Template]:
    """``choices`` with the names in ``bound`` filled in.

    Where some choices use a name and others do not (``message or "default"``), it decides whether the name is ``told`` or None.
    """
    kept = list(choices)
    # First the name that is a choice by itself: `message` decides about `message or f"... {status}"`, not `status`.
    for name, values in sorted(bound.items(), key=lambda item: (Hole(item[0]),) not in choices):
        using = [template for template in kept if _uses(template, name)]
        if using and len(using) < len(kept) and (name in told or values == _IS_NONE):
            kept = using if name in told else [template for template in kept if not _uses(template, name)]
    return _filled(kept, bound) or list(choices)


def _uses(template: Template, name: str) -> bool:
    return any(isinstance(part, Hole) and part.expression == name for part in template)


def _filled(templates: Sequence[Template], values: Mapping[str, Choices]) -> list[Template] | None:
    found: list[Template] = []
    for template in templates:
        ways = combinations([_part(part, values) for part in template])
        if ways is None:
            return None
        found.extend(ways)
    return list(dict.fromkeys(found))


def _part(part: str | Hole, values: Mapping[str, Choices]) -> Choices:
    if isinstance(part, str):
        return ((part,),)
    choices = values.get(part.expression)
    if not choices or part.spec:
        return ((part,),)
    if part.conversion in ("!r", "!a"):
        return tuple(as_repr(choice) for choice in choices)
    return choices


def _plain(args: Sequence[Choices]) -> list[Template] | None:
    if not args:
        return [_NO_MESSAGE]
    if len(args) == 1:
        return list(args[0])
    parts: list[Choices] = [(("(",),)]
    for number, choices in enumerate(args):
        parts.append(((", " if number else "",),))
        parts.append(tuple(as_repr(choice) for choice in choices))
    return combinations([*parts, ((")",),)])


def _key(args: Sequence[Choices]) -> list[Template] | None:
    return [as_repr(choice) for choice in args[0]] if len(args) == 1 else _plain(args)


def _os(args: Sequence[Choices]) -> list[Template] | None:
    if len(args) < 2:  # noqa: PLR2004 - OSError takes (errno, strerror, ...), or anything else as it is
        return _plain(args)
    if not all(has_text(choice) for choice in args[1]):
        return None  # the system's own text: the adapter knows it by number
    filename = [((": ",),), tuple(as_repr(choice) for choice in args[2])] if len(args) > 2 else []  # noqa: PLR2004
    return combinations([(("[Errno ",),), args[0], (("] ",),), args[1], *filename])


def _group(args: Sequence[Choices]) -> list[Template] | None:
    return combinations([args[0], ((" (", Hole("count"), " sub-exceptions)"),)]) if args else None


#: The interpreter's own ``__str__`` methods, by the class that defines them (Objects/exceptions.c).
_FORMS: dict[type, Callable[[Sequence[Choices]], list[Template] | None]] = {
    BaseException: _plain,
    AttributeError: _plain,
    ImportError: _plain,
    NameError: _plain,
    KeyError: _key,
    OSError: _os,
    BaseExceptionGroup: _group,
}
