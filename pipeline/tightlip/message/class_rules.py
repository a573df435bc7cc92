"""Class rules: what ``str()`` of an exception is, given its classes' rules and the arguments that it was made with.

The rules come from verified code of the live classes (`tightlip.message.lineages`) or from a catalogue. A class whose own ``__init__`` or
``__str__`` is not known has no message: it is not guessed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Literal, TypeAlias

from tightlip.message.calling import is_star
from tightlip.message.sites import Arguments, InitRule, Signature
from tightlip.message.template import (
    MOST_ALTERNATIVES,
    Choices,
    Hole,
    Template,
    as_repr,
    combinations,
    common,
    fill,
    has_text,
    printed,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

#: The form of a group that holds one exception.
GROUP_OF_ONE = "BaseExceptionGroup of one"
#: A method that is there and whose code is not known.
Unknown: TypeAlias = Literal["unknown"]


@dataclass(frozen=True, slots=True)
class ClassRules:
    """What one class of a lineage contributes.

    Attributes:
        name: Its name.
        constants: Texts that its body assigns.
        properties: What its properties return.
        init: The rule of its ``__init__``; ``builtin`` where it is the interpreter's, None where it has none.
        fields: The rule of an ``__init__`` that ``dataclasses`` or attrs made.
        keeps_arguments: Whether that one leaves ``args`` alone.
        text: What its ``__str__`` returns; None where it has none.
        form: The name of the interpreter's class whose ``__str__`` it has, as ``BaseException``.
        changes_arguments: Whether a ``__new__`` in Python may give other arguments.
        new: The rule of a ``__new__`` in Python, where it is known.
    """

    name: str = ""
    constants: Mapping[str, Choices] = field(default_factory=dict[str, Choices])
    properties: Mapping[str, Choices] = field(default_factory=dict[str, Choices])
    init: InitRule | Literal["builtin"] | Unknown | None = None
    fields: Signature | None = None
    keeps_arguments: bool = True
    text: Choices | Unknown | None = None
    form: str | None = None
    changes_arguments: bool = False
    new: InitRule | None = None


Lineage: TypeAlias = "Sequence[ClassRules]"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One text that the message can be.

    Attributes:
        text: Its template.
        arguments: The templates of the exception's ``args`` in that case; None where they are not known.
    """

    text: Template
    arguments: tuple[Template, ...] | None


_NO_MESSAGE: Template = ()
_OWNERS = ("self", "cls", "type(self)", "self.__class__")
#: What a name holds that is nothing: None, and the empty text.
_IS_NOTHING: tuple[Choices, ...] = ((("None",),), ((),), (("",),))


def candidates(lineage: Lineage, arguments: Arguments) -> list[Candidate] | None:
    """The texts that ``str()`` of an exception made with ``arguments`` can be; None when a rule is missing.

    Args:
        lineage: The rules of its class and of all its bases, in method resolution order.
        arguments: What it was made with.
    """
    found: list[Candidate] = []
    for given in _each(_closed(arguments)):
        one = _candidates(lineage, given)
        if one is None:
            return None
        found.extend(one)
    return _bounded(list(dict.fromkeys(found))) or None


def with_args(lineage: Lineage, args: tuple[Choices, ...]) -> list[Candidate] | None:
    """As `candidates`, for an object that was given these ``args`` after it was made, whatever its attributes hold."""
    found: list[Candidate] = []
    for taken in _each(Arguments(args)):
        final = tuple(choice[0] for choice in taken.positional)
        texts = _text(lineage, 0, final, {})
        if texts is None:
            return None
        found.extend(Candidate(text, final) for text in texts)
    return _bounded(list(dict.fromkeys(found)))


def _closed(arguments: Arguments) -> Arguments:
    """``*args`` and ``**kwargs`` that no caller has filled: there may be more."""
    positional = tuple(choice for choice in arguments.positional if not is_star(choice))
    keywords = {name: choice for name, choice in arguments.keywords.items() if not name.startswith("**")}
    has_more = len(positional) < len(arguments.positional) or len(keywords) < len(arguments.keywords)
    return Arguments(positional, keywords, is_open=True) if has_more else arguments


def _each(arguments: Arguments) -> list[Arguments]:
    """``arguments`` once for each combination of what they can be, so that what one name gives in two places agrees."""
    choices = [*arguments.positional, *arguments.keywords.values()]
    total = 1
    for choice in choices:
        total *= len(choice)
    if total > MOST_ALTERNATIVES:
        choices = [(common(choice),) for choice in choices]
    count = len(arguments.positional)
    return [
        Arguments(
            tuple((template,) for template in taken[:count]),
            {name: (template,) for name, template in zip(arguments.keywords, taken[count:], strict=True)},
            arguments.is_open,
        )
        for taken in product(*choices)
    ]


def _candidates(lineage: Lineage, arguments: Arguments) -> list[Candidate] | None:
    state = _state(lineage, arguments)
    if state is None:
        return None
    final, values = state
    if final.is_open:
        texts = _text(lineage, 0, None, values)
        return None if texts is None else _bounded([Candidate(text, None) for text in texts])
    found: list[Candidate] = []
    for taken in _each(Arguments(final.positional)):
        args = tuple(choice[0] for choice in taken.positional)
        texts = _text(lineage, 0, args, values)
        if texts is None:
            return None
        found.extend(Candidate(text, args) for text in texts)
    return _bounded(found)


def _bounded(found: list[Candidate]) -> list[Candidate]:
    """``found``, or what all of them share where there are too many."""
    if len(found) <= MOST_ALTERNATIVES:
        return found
    groups: dict[tuple[Template, ...] | None, list[Template]] = {}
    for one in found:
        groups.setdefault(one.arguments, []).append(one.text)
    fewer = [Candidate(common(list(dict.fromkeys(texts))), args) for args, texts in groups.items()]
    return fewer if len(fewer) <= MOST_ALTERNATIVES else [Candidate(common([one.text for one in fewer]), None)]


def _text(
    lineage: Lineage, start: int, args: tuple[Template, ...] | None, values: Mapping[str, Choices]
) -> list[Template] | None:
    for position in range(start, len(lineage)):
        rules = lineage[position]
        if rules.form is not None:
            form = _FORMS.get(rules.form)
            return form([(arg,) for arg in args]) if form is not None and args is not None else None
        if rules.text == "unknown":
            return None
        if rules.text is not None:
            return _own_text(lineage, position, rules.text, args, values)
    return None


def _own_text(
    lineage: Lineage, position: int, text: Choices, args: tuple[Template, ...] | None, values: Mapping[str, Choices]
) -> list[Template]:
    known = dict(values)
    for name in ("super().__str__()", "super().__repr__()"):
        if any(_uses(template, name) for template in text):
            known[name] = tuple(_text(lineage, position + 1, args, values) or ())
    known.update((f"self.args[{number}]", (arg,)) for number, arg in enumerate(args or ()))
    if args is not None and len(args) == 1:
        known.setdefault("self.args", (("(", *as_repr(args[0]), ",)"),))
    for _ in range(2):  # a property may build on another one
        for name, choice in _properties(lineage).items():
            if name not in values:
                known[name] = tuple(_chosen(choice, known, _told(known)))
    return _chosen(text, known, _told(known))


def _told(known: Mapping[str, Choices]) -> frozenset[str]:
    """The names that surely hold a text."""
    return frozenset(name for name, choices in known.items() if _all_have_text(choices))


def _properties(lineage: Lineage) -> dict[str, Choices]:
    found: dict[str, Choices] = {}
    for rules in reversed(lineage):
        found.update((f"self.{name}", choice) for name, choice in rules.properties.items())
    return found


class _Making:
    """An object while the ``__init__`` methods of its lineage run.

    Attributes:
        values: What ``self.x`` holds, by that name.
        current: The arguments that the next ``__init__`` gets; in the end, ``args``.
        base: The class whose ``__init__`` was called by name, passing over those between.
        replaced: What was assigned to ``self.args``.
        is_changed: Whether ``args`` may be anything.
    """

    def __init__(self, lineage: Lineage, arguments: Arguments) -> None:
        self.values: dict[str, Choices] = {}
        for rules in reversed(lineage):
            for name, text in rules.constants.items():
                self.values.update((f"{owner}.{name}", text) for owner in _OWNERS)
        self._assigned: set[str] = set()
        self._stored = arguments  # BaseException.__new__ has stored what the class was called with
        self.current = arguments
        self.base = ""
        self.replaced: tuple[Choices, ...] | None = None
        self.is_changed = any(rules.changes_arguments for rules in lineage)

    def passes_over(self, lineage: Lineage) -> bool:
        """Whether the class that is next is not the one that was called by name."""
        return bool(self.base) and lineage[0].name != self.base and any(one.name == self.base for one in lineage)

    def new(self, rule: InitRule) -> None:
        """Run a ``__new__``: what it hands on is stored in ``args``; ``__init__`` gets what the class was called with."""
        bound, told = _bind(rule, self._stored)
        if rule.args is not None:
            self._stored = Arguments(tuple(tuple(_chosen(choice, bound, told)) for choice in rule.args))
        elif "args" in rule.attributes or not rule.calls_super:
            self._stored = Arguments(is_open=True)
        else:
            self._stored = _handed_on(rule, bound, told, self._stored)

    def run(self, rule: InitRule) -> bool:
        """Run one ``__init__``; the answer is whether it calls the next."""
        self.is_changed = self.is_changed or ("args" in rule.attributes and rule.args is None)
        bound, told = _bind(rule, self.current)
        bound.update((name, text) for name, text in self.values.items() if name not in self._assigned)
        if "*" in rule.attributes:  # `setattr(self, name, value)`
            self.values = {name: ((Hole(name),),) for name in self.values}
        for name, choices in rule.attributes.items():
            if name != "*":
                self._assign(name, () if "*" in rule.attributes else _chosen(choices, bound, told))
        bound.update((f"self.{name}", self.values[f"self.{name}"]) for name in rule.attributes if name != "*")
        if rule.args is not None and self.replaced is None:
            self.replaced = tuple(tuple(_chosen(choice, bound, told)) for choice in rule.args)
        if rule.calls_super:
            self.current, self.base = _handed_on(rule, bound, told, self.current), rule.base
        else:
            self.current = self._stored
        return rule.calls_super

    def _assign(self, name: str, chosen: Sequence[Template]) -> None:
        attribute = f"self.{name}"
        # A base assigns it before or after the subclass does: either can be what stays.
        before = self.values[attribute] if attribute in self._assigned else ()
        self.values[attribute] = tuple(dict.fromkeys((*before, *chosen))) or ((Hole(attribute),),)
        self._assigned.add(attribute)

    def arguments(self) -> Arguments:
        """What ``args`` holds in the end."""
        if self.is_changed:
            return Arguments(is_open=True)
        if self.replaced is None:
            return self.current
        # `self.args = (self.message, code)`: what stands there counts
        return Arguments(tuple(tuple(_chosen(choice, self.values, _told(self.values))) for choice in self.replaced))


def _state(lineage: Lineage, arguments: Arguments) -> tuple[Arguments, dict[str, Choices]] | None:
    """What ``args`` and the attributes hold once every ``__init__`` of the lineage has run: ``self.x`` to its templates."""
    making = _Making(lineage, arguments)
    for rules in lineage:
        if isinstance(rules.new, InitRule):
            making.new(rules.new)
    for position, rules in enumerate(lineage):
        if making.passes_over(lineage[position:]):
            continue
        if rules.init == "builtin":
            break
        if rules.init == "unknown":
            return None
        rule = rules.init if rules.init is not None else _generated(lineage[position:])
        if rule is not None and not making.run(rule):
            break
    return making.arguments(), making.values


def _generated(lineage: Lineage) -> InitRule | None:
    """The ``__init__`` that a decorator made of the fields of a class and of its bases."""
    own = lineage[0]
    if own.fields is None:
        return None
    names: dict[str, None] = {}
    defaults: dict[str, Choices] = {}
    for rules in reversed(lineage):
        if rules.fields is not None:
            names.update(dict.fromkeys(rules.fields.positional))
            defaults.update(rules.fields.defaults)
    attributes: dict[str, Choices] = {name: ((Hole(name),),) for name in names}
    handed_on = Arguments(tuple(attributes.values()))
    return InitRule(Signature(tuple(names), (), None, defaults), not own.keeps_arguments, handed_on, attributes)


def _bind(rule: InitRule, arguments: Arguments) -> tuple[dict[str, Choices], frozenset[str]]:
    """The templates of each parameter, and the parameters that surely hold a text: a bare value may be None."""
    signature = rule.signature
    given = signature.given(arguments)
    bound: dict[str, Choices] = {**signature.defaults, **given}
    if signature.star is not None:
        # Under a name that no parameter can have; `_handed_on` puts them in where the rule says ``*args``.
        for number, choice in enumerate(arguments.positional[len(signature.positional) :]):
            bound[f"*{signature.star}[{number}]"] = choice
    for name in (*signature.positional, *signature.keyword_only):
        bound.setdefault(name, ((Hole(name),),))
        if arguments.is_open and name not in given:
            bound[name] = ((Hole(name),),)
    return bound, _told(bound)


def _handed_on(rule: InitRule, bound: Mapping[str, Choices], passed: frozenset[str], received: Arguments) -> Arguments:
    positional: list[Choices] = []
    star = rule.signature.star
    is_open = rule.arguments.is_open or (received.is_open and star is not None)
    for choice in rule.arguments.positional:
        if star is not None and choice == ((Hole(f"*{star}"),),):
            positional.extend(extra for name, extra in bound.items() if name.startswith(f"*{star}["))
        else:
            positional.append(tuple(_chosen(choice, bound, passed)))
    keywords = {name: tuple(_chosen(choice, bound, passed)) for name, choice in rule.arguments.keywords.items()}
    return Arguments(tuple(positional), keywords, is_open)


def _chosen(choices: Sequence[Template], bound: Mapping[str, Choices], told: frozenset[str]) -> list[Template]:
    """``choices`` with the names in ``bound`` filled in.

    Where some choices use a name and others do not (``message or "default"``), it decides whether the name is ``told`` or None.
    """
    kept = list(choices)
    # First the name that is a choice by itself: `message` decides about `message or f"... {status}"`, not `status`. Of two such names
    # (`if message is None: message = name`) the one that says something.
    for name in sorted(bound, key=lambda name: _rank(choices, name, bound[name])):
        using = [template for template in kept if _uses(template, name)]
        others = [template for template in kept if not _uses(template, name)]
        if not using or not others:
            continue
        if bound[name] in _IS_NOTHING:
            kept = others
        elif name in told and (any(_is_bare(one, name) for one in using) or _extends(using, others)):
            kept = using
    return fill(kept, bound) or list(choices)


def _rank(choices: Sequence[Template], name: str, values: Choices) -> tuple[bool, bool, int]:
    alone = [number for number, choice in enumerate(choices) if _is_bare(choice, name)]
    return not alone, not _all_have_text(values), alone[0] if alone else 0


def _all_have_text(choices: Choices) -> bool:
    return choices not in _IS_NOTHING and all(has_text(choice) for choice in choices)


def _extends(using: Sequence[Template], others: Sequence[Template]) -> bool:
    """Whether ``f"{message} ({status})"`` stands beside ``message``: then a status that is there decides, and in no other case."""
    return all(_names(other) and any(_names(other) <= _names(one) for one in using) for other in others)


def _names(template: Template) -> set[str]:
    return {part.expression for part in template if isinstance(part, Hole)}


def _uses(template: Template, name: str) -> bool:
    return any(isinstance(part, Hole) and part.expression == name for part in template)


def _is_bare(template: Template, name: str) -> bool:
    return len(template) == 1 and _uses(template, name)


def _plain(args: Sequence[Choices]) -> list[Template] | None:
    if not args:
        return [_NO_MESSAGE]
    if len(args) == 1:
        return [printed(choice) for choice in args[0]]
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
    return combinations([(("[Errno ",),), [printed(arg) for arg in args[0]], (("] ",),), args[1], *filename])


def _syntax(args: Sequence[Choices]) -> list[Template] | None:
    if len(args) < 2:  # noqa: PLR2004 - SyntaxError takes (msg, (filename, lineno, ...))
        return _plain(args)
    return combinations([args[0], ((" (", Hole("filename"), ", line ", Hole("lineno"), ")"),)])


def _group(args: Sequence[Choices]) -> list[Template] | None:
    return combinations([args[0], ((" (", Hole("count"), " sub-exceptions)"),)]) if args else None


def _group_of_one(args: Sequence[Choices]) -> list[Template] | None:
    return combinations([args[0], ((" (1 sub-exception)",),)]) if args else None


#: The interpreter's own ``__str__`` methods, by the class that defines them (Objects/exceptions.c).
_FORMS: dict[str, Callable[[Sequence[Choices]], list[Template] | None]] = {
    "BaseException": _plain,
    "AttributeError": _plain,
    "ImportError": _plain,
    "NameError": _plain,
    "KeyError": _key,
    "OSError": _os,
    "SyntaxError": _syntax,
    "BaseExceptionGroup": _group,
    GROUP_OF_ONE: _group_of_one,
}
