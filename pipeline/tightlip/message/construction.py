"""Construction: what the ``args`` and the attributes of an exception hold once it is made.

The rules of each ``__new__`` and ``__init__`` of a lineage run in the interpreter's order, on templates in place of values. Where a rule is
not known, or ``args`` may be anything, the answer says so: nothing is guessed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tightlip.message.chosen import chosen, told
from tightlip.message.sites import Arguments, InitRule, Signature
from tightlip.message.template import Hole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tightlip.message.class_rules import Lineage
    from tightlip.message.template import Choices, Template

_OWNERS = ("self", "cls", "type(self)", "self.__class__")


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
        bound, sure = _bind(rule, self._stored)
        if rule.args is not None:
            self._stored = Arguments(tuple(tuple(chosen(choice, bound, sure)) for choice in rule.args))
        elif "args" in rule.attributes or not rule.calls_super:
            self._stored = Arguments(is_open=True)
        else:
            self._stored = _handed_on(rule, bound, sure, self._stored)

    def run(self, rule: InitRule) -> bool:
        """Run one ``__init__``; the answer is whether it calls the next."""
        self.is_changed = self.is_changed or ("args" in rule.attributes and rule.args is None)
        bound, sure = _bind(rule, self.current)
        bound.update((name, text) for name, text in self.values.items() if name not in self._assigned)
        if "*" in rule.attributes:  # `setattr(self, name, value)`
            self.values = {name: ((Hole(name),),) for name in self.values}
        for name, choices in rule.attributes.items():
            if name != "*":
                self._assign(name, () if "*" in rule.attributes else chosen(choices, bound, sure))
        bound.update((f"self.{name}", self.values[f"self.{name}"]) for name in rule.attributes if name != "*")
        if rule.args is not None and self.replaced is None:
            self.replaced = tuple(tuple(chosen(choice, bound, sure)) for choice in rule.args)
        if rule.calls_super:
            self.current, self.base = _handed_on(rule, bound, sure, self.current), rule.base
        else:
            self.current = self._stored
        return rule.calls_super

    def _assign(self, name: str, values: Sequence[Template]) -> None:
        attribute = f"self.{name}"
        # A base assigns it before or after the subclass does: either can be what stays.
        before = self.values[attribute] if attribute in self._assigned else ()
        self.values[attribute] = tuple(dict.fromkeys((*before, *values))) or ((Hole(attribute),),)
        self._assigned.add(attribute)

    def arguments(self) -> Arguments:
        """What ``args`` holds in the end."""
        if self.is_changed:
            return Arguments(is_open=True)
        if self.replaced is None:
            return self.current
        # `self.args = (self.message, code)`: what stands there counts
        return Arguments(tuple(tuple(chosen(choice, self.values, told(self.values))) for choice in self.replaced))


def constructed(lineage: Lineage, arguments: Arguments) -> tuple[Arguments, dict[str, Choices]] | None:
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
    return bound, told(bound)


def _handed_on(rule: InitRule, bound: Mapping[str, Choices], sure: frozenset[str], received: Arguments) -> Arguments:
    positional: list[Choices] = []
    star = rule.signature.star
    is_open = rule.arguments.is_open or (received.is_open and star is not None)
    for choice in rule.arguments.positional:
        if star is not None and choice == ((Hole(f"*{star}"),),):
            positional.extend(extra for name, extra in bound.items() if name.startswith(f"*{star}["))
        else:
            positional.append(tuple(chosen(choice, bound, sure)))
    keywords = {name: tuple(chosen(choice, bound, sure)) for name, choice in rule.arguments.keywords.items()}
    return Arguments(tuple(positional), keywords, is_open)
