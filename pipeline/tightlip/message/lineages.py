"""The rules of a live class's lineage: read from class dicts, never looked up or called, and only where the code is verified.

A user's subclass with its own ``__init__`` or ``__str__`` has rules that are not known, so that its message is not guessed.
"""

from __future__ import annotations

from types import FunctionType
from typing import TYPE_CHECKING, Literal, Protocol

from tightlip.attributes import class_dict
from tightlip.message.builtin_forms import GROUP_OF_ONE
from tightlip.message.class_rules import ClassRules
from tightlip.message.sites import ClassSource
from tightlip.origin.classes import lineage, plain_name

if TYPE_CHECKING:
    from tightlip.message.class_rules import Unknown
    from tightlip.message.sites import FileIndex, InitRule, Key
    from tightlip.message.template import Choices

#: Where dataclasses and attrs say that their generated methods come from.
_GENERATED_FILES = ("<string>", "<attrs generated")
_NOTHING = ClassSource()
#: The interpreter's classes with a ``__str__`` whose form is known (`tightlip.message.builtin_forms`).
_FORMS: dict[str, type] = {
    cls.__name__: cls
    for cls in (
        BaseException,
        AttributeError,
        ImportError,
        NameError,
        KeyError,
        OSError,
        SyntaxError,
        BaseExceptionGroup,
    )
}


class Lookup(Protocol):
    """Where rules come from: indexes of verified files."""

    def function(self, function: FunctionType) -> tuple[FileIndex, Key] | None:
        """The index with the rule of ``function``, and its key there; None when its code is not verified."""
        ...

    def class_source(self, cls: type) -> ClassSource | None:
        """``cls`` as its source has it; None when it is not trusted."""
        ...

    def is_own(self, function: FunctionType) -> bool:
        """Whether ``function`` is tightlip's, put there to remember where exceptions are made."""
        ...


def str_owner(cls: type) -> type | None:
    """The class whose ``__str__`` makes the message of ``cls``."""
    return next((owner for owner in lineage(cls) if "__str__" in class_dict(owner)), None)


def live_lineage(cls: type, lookup: Lookup, members: int = 0) -> tuple[ClassRules, ...]:
    """The rules of ``cls`` and of all its bases, in method resolution order.

    Args:
        cls: The class of an exception.
        lookup: Where rules come from.
        members: How many exceptions it holds, if it is a group.
    """
    return tuple(_rules(owner, lookup, members) for owner in lineage(cls))


def _rules(owner: type, lookup: Lookup, members: int) -> ClassRules:
    own = class_dict(owner)
    source = lookup.class_source(owner) or _NOTHING
    init, is_generated = _init(own.get("__init__"), lookup)
    text, form = _text(own.get("__str__"), owner, lookup)
    new, is_new_known = _new(own.get("__new__"), lookup)
    properties: dict[str, Choices] = {}
    for name in source.properties:
        getter = _getter(own.get(name))
        known = lookup.function(getter) if getter is not None else None
        if known is not None and known[1] in known[0].texts:
            properties[name] = known[0].texts[known[1]]
    if form == "BaseExceptionGroup" and members == 1:
        form = GROUP_OF_ONE
    return ClassRules(
        name=plain_name(owner)[0].rsplit(".", 1)[-1],
        constants=source.constants,
        properties=properties,
        init="unknown" if is_generated and source.fields is None else init,
        fields=source.fields if is_generated else None,
        keeps_arguments=source.keeps_arguments,
        text=text,
        form=form,
        changes_arguments=not is_new_known,
        new=new,
    )


def _init(method: object, lookup: Lookup) -> tuple[InitRule | Literal["builtin", "unknown"] | None, bool]:
    """The rule of an ``__init__``, and whether a decorator wrote it."""
    if method is None:
        return None, False
    if type(method) is not FunctionType:
        return "builtin", False
    file = method.__code__.co_filename
    if type(file) is str and file.startswith(_GENERATED_FILES):
        return None, True
    known = lookup.function(method)
    rule = known[0].inits.get(known[1]) if known is not None else None
    return ("unknown" if rule is None else rule), False


def _text(method: object, owner: type, lookup: Lookup) -> tuple[Choices | Unknown | None, str | None]:
    if method is None:
        return None, None
    if type(method) is not FunctionType:
        return None, next((name for name, cls in _FORMS.items() if cls is owner), "?")
    known = lookup.function(method)
    text = known[0].texts.get(known[1]) if known is not None else None
    return ("unknown" if text is None else text), None


def _getter(found: object) -> FunctionType | None:
    if type(found) is property:
        getter: object = found.fget
        return getter if type(getter) is FunctionType else None
    return None


def _new(method: object, lookup: Lookup) -> tuple[InitRule | None, bool]:
    """The rule of a ``__new__``, and whether it is known what it does: none, the interpreter's and tightlip's own change nothing."""
    if type(method) is not staticmethod:
        return None, True
    function: object = method.__func__
    if type(function) is not FunctionType:
        return None, False
    if lookup.is_own(function):
        return None, True
    known = lookup.function(function)
    rule = known[0].inits.get(known[1]) if known is not None else None
    return rule, rule is not None
