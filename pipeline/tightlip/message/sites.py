"""What the source of one file says of its messages, as plain data: raise sites, calls, and the rules of classes and functions.

Made from source alone (`tightlip.message.index`) or read from a catalogue (`tightlip.message.catalogue`); the running program is not
consulted. Sites are keyed by line (over 14,557 raise sites of 20 packages none shared a line), functions by ``(qualified name, first
line)`` as code objects name themselves, classes by qualified name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from tightlip.message.template import fill, settled

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tightlip.message.template import Choices, Template

#: What the source tells of the thing called: ``class`` by name, ``variable`` that holds a class, ``unknown``: a class or a function.
Callee: TypeAlias = Literal["class", "variable", "unknown"]
Key: TypeAlias = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of a call: for each the templates that are possible, as text."""

    positional: tuple[Choices, ...] = ()
    keywords: Mapping[str, Choices] = field(default_factory=dict[str, "Choices"])
    is_open: bool = False  # *args or **kwargs: there may be more

    def filled(self, values: Mapping[str, Choices]) -> Arguments:
        """With the parameters replaced that ``values`` names."""
        return self._each(lambda choice: tuple(fill(choice, values, parameters_only=True) or choice))

    def settled(self) -> Arguments:
        """With holes that are no parameters any more."""
        return self._each(settled)

    def _each(self, change: Callable[[Choices], Choices]) -> Arguments:
        keywords = {name: change(choice) for name, choice in self.keywords.items()}
        return Arguments(tuple(change(choice) for choice in self.positional), keywords, self.is_open)


@dataclass(frozen=True, slots=True)
class Call:
    """A call, by the last name of what is called: ``APIError`` in ``errors.APIError(...)``."""

    name: str
    arguments: Arguments
    callee: Callee = "class"


@dataclass(frozen=True, slots=True)
class RaiseSite:
    """A ``raise`` or ``assert`` statement.

    Attributes:
        calls: The exceptions that it can make; empty when it raises what was made elsewhere, or two statements share the line.
        why: If there are none, the reason, for the author of the code.
    """

    calls: tuple[Call, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class BreadcrumbSite:
    """A call of ``add_breadcrumb``: what of it is the author's own text.

    Attributes:
        message: The templates that the message can have.
        category: The literal category, if it is one.
        keywords: The names of the data that stand in the call; others came out of a dict and are values.
    """

    message: Choices
    category: str | None
    keywords: frozenset[str]


@dataclass(frozen=True, slots=True)
class Signature:
    """The parameters of a function, without ``self`` and ``cls``.

    Attributes:
        positional: Those that can be given by position.
        keyword_only: Those that cannot.
        star: The name of ``*args``, or None.
        defaults: Templates of the default values.
    """

    positional: tuple[str, ...] = ()
    keyword_only: tuple[str, ...] = ()
    star: str | None = None
    defaults: Mapping[str, Choices] = field(default_factory=dict[str, "Choices"])

    def given(self, arguments: Arguments) -> dict[str, Choices]:
        """The arguments by the name of the parameter that takes them."""
        found: dict[str, Choices] = dict(zip(self.positional, arguments.positional, strict=False))
        names = (*self.positional, *self.keyword_only)
        found.update((name, choice) for name, choice in arguments.keywords.items() if name in names)
        return found

    def bound(self, arguments: Arguments) -> dict[str, Choices]:
        """As `given`, with the default values of those that are not given, unless there may be more arguments."""
        found = self.given(arguments)
        return found if arguments.is_open else {**self.defaults, **found}


@dataclass(frozen=True, slots=True)
class InitRule:
    """What an exception class's ``__init__`` does with its arguments.

    Attributes:
        signature: Its parameters.
        calls_super: Whether it hands arguments on to the next ``__init__``.
        arguments: What it hands on, in terms of its parameters.
        attributes: What it assigns to ``self.<name>``, in terms of its parameters.
        args: What it assigns to ``self.args``, if it writes them out.
        base: The class whose ``__init__`` it names, as in ``Error.__init__(self, ...)``; empty for ``super()``.
    """

    signature: Signature
    calls_super: bool
    arguments: Arguments
    attributes: Mapping[str, Choices]
    base: str = ""
    args: tuple[Choices, ...] | None = None


@dataclass(frozen=True, slots=True)
class ClassSource:
    """A class as its source has it.

    Attributes:
        bases: Its bases: ``module:Name`` for what was imported, else the qualified name in the same file.
        constants: Texts that the body assigns.
        init: First line of its ``__init__``, or None.
        text: First line of its ``__str__``, or None.
        properties: First line of each property.
        fields: The rule of the ``__init__`` that ``dataclasses`` or ``attrs`` make for it, or None.
        keeps_arguments: Whether that one leaves ``args`` as the class was called; attrs sets them itself, to the fields.
    """

    bases: tuple[str, ...] = ()
    constants: Mapping[str, Choices] = field(default_factory=dict[str, "Choices"])
    init: int | None = None
    text: int | None = None
    properties: Mapping[str, int] = field(default_factory=dict[str, int])
    fields: Signature | None = None
    keeps_arguments: bool = True


@dataclass(frozen=True, slots=True)
class FileIndex:
    """All that a file's source says of its messages.

    Attributes:
        raises: Raise sites by line.
        creations: Exceptions that are made elsewhere than in a ``raise``, by line.
        calls: Calls that pass text, by line; what a helper raises for its caller stands there.
        logs: Templates of log calls by line; None where two share one.
        breadcrumbs: Calls of ``add_breadcrumb`` by line; None where two share one.
        signatures: Parameters of the functions whose raise sites use them.
        inits: Rules of ``__init__`` methods.
        texts: What ``__str__`` methods and properties can return.
        classes: Exception classes, and classes that may be some.
        changed: Lines from which an exception passes a handler that changes it and raises it again: its new ``args``; None where they are not known.
    """

    raises: dict[int, RaiseSite] = field(default_factory=dict[int, RaiseSite])
    creations: dict[int, tuple[Call, ...]] = field(default_factory=dict[int, tuple[Call, ...]])
    calls: dict[int, tuple[Call, ...]] = field(default_factory=dict[int, tuple[Call, ...]])
    logs: dict[int, tuple[Template, ...] | None] = field(default_factory=dict[int, "tuple[Template, ...] | None"])
    breadcrumbs: dict[int, BreadcrumbSite | None] = field(default_factory=dict[int, BreadcrumbSite | None])
    signatures: dict[Key, Signature] = field(default_factory=dict[Key, Signature])
    inits: dict[Key, InitRule] = field(default_factory=dict[Key, InitRule])
    texts: dict[Key, tuple[Template, ...]] = field(default_factory=dict[Key, "tuple[Template, ...]"])
    classes: dict[str, ClassSource] = field(default_factory=dict[str, ClassSource])
    changed: dict[int, tuple[Choices, ...] | None] = field(default_factory=dict[int, "tuple[Choices, ...] | None"])
