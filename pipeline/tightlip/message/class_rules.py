"""Class rules: what ``str()`` of an exception is, given its classes' rules and the arguments that it was made with.

The rules come from verified code of the live classes (`tightlip.message.lineages`) or from a catalogue. A class whose own ``__init__`` or
``__str__`` is not known has no message: it is not guessed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Literal, TypeAlias

from tightlip.message.builtin_forms import FORMS
from tightlip.message.calling import is_star
from tightlip.message.chosen import chosen, told, uses
from tightlip.message.combining import common
from tightlip.message.construction import constructed
from tightlip.message.sites import Arguments, InitRule, Signature
from tightlip.message.template import MOST_ALTERNATIVES, Choices, Template, as_repr

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
    state = constructed(lineage, arguments)
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
            form = FORMS.get(rules.form)
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
        if any(uses(template, name) for template in text):
            known[name] = tuple(_text(lineage, position + 1, args, values) or ())
    known.update((f"self.args[{number}]", (arg,)) for number, arg in enumerate(args or ()))
    if args is not None and len(args) == 1:
        known.setdefault("self.args", (("(", *as_repr(args[0]), ",)"),))
    for _ in range(2):  # a property may build on another one
        for name, choice in _properties(lineage).items():
            if name not in values:
                known[name] = tuple(chosen(choice, known, told(known)))
    return chosen(text, known, told(known))


def _properties(lineage: Lineage) -> dict[str, Choices]:
    found: dict[str, Choices] = {}
    for rules in reversed(lineage):
        found.update((f"self.{name}", choice) for name, choice in rules.properties.items())
    return found
