"""Scopes: what a name means across the functions, classes and modules of a package.

`Scope.find` follows a name or attribute to the function, class, module or expression that it stands for, through imports of other trusted
modules. Only syntax trees are looked at; nothing is imported or run.
"""

from __future__ import annotations

import ast
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from tightlip.message.bindings import Bindings
from tightlip.message.calling import FUNCTIONS, is_property, returned_texts
from tightlip.message.definitions import bound_by
from tightlip.message.expressions import Reader
from tightlip.message.members import Members, bases, is_enum, module_level, names_bound
from tightlip.message.template import MOST_ALTERNATIVES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tightlip.message.definitions import Definition
    from tightlip.message.template import Template

#: Steps along re-exports and aliases.
_DEEPEST = 12


class Modules(Protocol):
    """Where other modules come from."""

    def scope(self, module: str) -> Scope | None:
        """The scope of a trusted module; None for any other."""
        ...


class NoModules:
    """A module by itself."""

    def scope(self, _module: str) -> Scope | None:
        """None: there is no other module."""
        return None


@dataclass(frozen=True, slots=True)
class Found:
    """What a name stands for.

    Attributes:
        scope: The module in which it stands.
        node: A module, class, function or expression.
        at: The statement that an expression belongs to.
        is_member: Whether it stands for the member of an enum, whose text is another one.
    """

    scope: Scope
    node: ast.AST
    at: ast.AST
    is_member: bool = False


@dataclass(frozen=True, slots=True)
class FoundExpression:
    """An expression in a scope (`tightlip.message.expressions.Outer`)."""

    scope: Scope
    node: ast.expr
    at: ast.AST

    def read(self) -> list[Template]:
        """Its templates."""
        return self.scope.reader.read(self.node, self.at)

    def inner(self, node: ast.expr) -> list[Template]:
        """The templates of a part of it."""
        return self.scope.reader.read(node, self.at)


class Scope:
    """One module.

    Args:
        tree: Its syntax tree.
        module: Its dotted name; empty where it is not known, and then relative imports lead nowhere.
        modules: Where other modules come from.
        is_package: Whether it is an ``__init__``.
    """

    def __init__(
        self, tree: ast.Module, module: str = "", modules: Modules | None = None, *, is_package: bool = False
    ) -> None:
        self.tree = tree
        self.module = module
        self.bindings = Bindings(tree)
        self.reader = Reader(self.bindings, self)
        self.rule_reader = Reader(self.bindings, self, follows_names=True)
        self._modules = NoModules() if modules is None else modules
        self._is_package = is_package
        self._following: set[int] = set()
        self._members: dict[str, list[ast.stmt]] | None = None
        self._functions: dict[str, list[ast.FunctionDef | ast.AsyncFunctionDef]] | None = None
        self._classes: dict[ast.ClassDef, Members] = {}
        self._heirs: dict[str, list[ast.ClassDef]] | None = None
        self._receiver: Found | None = None

    def value(self, node: ast.expr, at: ast.AST) -> FoundExpression | None:
        """The constant expression of a module or class that ``node`` stands for."""
        found = self.find(node, at)
        if found is None or not isinstance(found.node, ast.expr) or found.is_member:
            return None
        return FoundExpression(found.scope, found.node, found.at)

    def member(self, node: ast.expr, at: ast.AST) -> FoundExpression | None:
        """What ``.value`` of the member ``node`` of an enum is."""
        found = self.find(node, at)
        if found is None or not isinstance(found.node, ast.expr) or not found.is_member:
            return None
        return FoundExpression(found.scope, found.node, found.at)

    def tables(self, node: ast.expr, at: ast.AST) -> Sequence[FoundExpression]:
        """The dicts and lists that ``node`` may be, or be made of: those of the class at hand before those of its bases."""
        found = self.value(node, at)
        owner = self.receiver(node, at)
        if owner is not None and isinstance(node, ast.Attribute) and (own := _sources(owner, node.attr)):
            return own
        if found is not None and isinstance(found.node, (ast.Dict, ast.List, ast.Tuple)):
            name = node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")
            is_written = (found.scope.tree, name) in found.scope.bindings.changes.written
            return [] if is_written else [found]
        return []

    def receiver(self, node: ast.expr, at: ast.AST) -> Found | None:
        """The class of ``self`` in ``self.name``: that of the call that is looked at, else that in which ``at`` stands."""
        if not (
            isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
        ):
            return None
        if self._receiver is not None:
            return self._receiver
        owner = self.bindings.enclosing(at, (ast.ClassDef,))
        return Found(self, owner, owner) if isinstance(owner, ast.ClassDef) else None

    def called_with(self, constants: Mapping[str, ast.Constant], receiver: Found | None) -> Scope:
        """This scope as one call of a function sees it: with texts for some parameters, and the class of ``self``."""
        seen = copy(self)
        seen._receiver = receiver  # noqa: SLF001 - its own copy
        seen.reader = Reader(self.bindings, seen, constants=constants)
        return seen

    def returned(self, node: ast.Call | ast.Attribute, at: ast.AST) -> list[Template] | None:
        """The texts that a call of a trusted function, or a property, can return; None where that is not known."""
        found = self.find(node.func if isinstance(node, ast.Call) else node, at)
        function = found.node if found is not None else None
        if found is None or not isinstance(function, ast.FunctionDef) or id(function) in self._following:
            return None
        if is_property(function) is isinstance(node, ast.Call):
            return None
        self._following.add(id(function))
        try:
            return returned_texts(function, found.scope.reader, self.reader, node, at)
        finally:
            self._following.discard(id(function))

    def find(self, node: ast.expr, at: ast.AST, depth: int = 0) -> Found | None:
        """What the name or attribute ``node`` in statement ``at`` stands for, as far as it is surely one thing."""
        if depth > _DEEPEST:
            return None
        if isinstance(node, ast.Name):
            return self._named(node.id, at, depth)
        if not isinstance(node, ast.Attribute):
            return None
        receiver = self.receiver(node, at)
        if receiver is not None:
            assert isinstance(receiver.node, ast.ClassDef)
            return receiver.scope.of_class(receiver.node, node.attr, depth)
        within = self.find(node.value, at, depth + 1)
        if within is not None and isinstance(within.node, ast.Call):  # an object: its class has the method
            within = within.scope.find(within.node.func, within.at, depth + 1)
        if within is None:
            return None
        if isinstance(within.node, ast.Module):
            return within.scope.bound(node.attr, depth + 1)
        if isinstance(within.node, ast.ClassDef):
            return within.scope.of_class(within.node, node.attr, depth + 1)
        return None

    def _named(self, name: str, at: ast.AST, depth: int) -> Found | None:
        definitions = self.bindings.reaching(name, at)
        if len({definition.at for definition in definitions}) != 1:
            return None
        return self._defined(definitions[0], name, depth)

    def _defined(self, definition: Definition, name: str, depth: int) -> Found | None:
        at = definition.at
        if at is None:
            return None
        if definition.kind == "import":
            return self._imported(at, name, depth + 1)
        if definition.kind in ("class", "function"):
            return Found(self, at, at)
        if definition.kind == "value" and definition.value is not None:
            if isinstance(definition.value, (ast.Name, ast.Attribute)):
                return self.find(definition.value, at, depth + 1)
            return Found(self, definition.value, at)
        return None

    def bound(self, name: str, depth: int = 0) -> Found | None:
        """What the module binds to ``name``; None where it binds it more than once, or to nothing that is surely one thing."""
        if self._members is None:
            self._members = {}
            for statement in module_level(self.tree):
                for bound in names_bound(statement):
                    self._members.setdefault(bound, []).append(statement)
        known = self._members.get(name, [])
        if len(known) == 1 and depth <= _DEEPEST:
            definitions = bound_by(name, known[0])
            return self._defined(definitions, name, depth) if definitions is not None else None
        if not known and self._is_package:
            other = self._modules.scope(f"{self.module}.{name}")
            return Found(other, other.tree, other.tree) if other is not None else None
        return None

    def _imported(self, statement: ast.AST, name: str, depth: int) -> Found | None:
        if isinstance(statement, ast.Import):
            alias = next(a for a in statement.names if (a.asname or a.name.split(".")[0]) == name)
            other = self._modules.scope(alias.name if alias.asname else alias.name.split(".")[0])
            return Found(other, other.tree, other.tree) if other is not None else None
        if not isinstance(statement, ast.ImportFrom):
            return None
        source = self.absolute(statement)
        alias = next(a for a in statement.names if (a.asname or a.name) == name)
        if source is None:
            return None
        other = self._modules.scope(source)
        found = other.bound(alias.name, depth) if other is not None else None
        if found is None:
            inner = self._modules.scope(f"{source}.{alias.name}")
            found = Found(inner, inner.tree, inner.tree) if inner is not None else None
        return found

    def absolute(self, statement: ast.ImportFrom) -> str | None:
        """The module that a ``from ... import`` names."""
        if not statement.level:
            return statement.module
        parts = self.module.split(".") if self.module else []
        keep = len(parts) - statement.level + self._is_package
        if keep <= 0:
            return None
        return ".".join([*parts[:keep], *([statement.module] if statement.module else [])])

    def of_class(self, owner: ast.ClassDef, name: str, depth: int = 0) -> Found | None:
        """What a class's body, its methods (as ``self.name``), or one of its bases binds to ``name``; None where that may be several things."""
        if depth > _DEEPEST:
            return None
        members = self._members_of(owner)
        bound = members.body.get(name, [])
        given = members.given.get(name, [])
        if len(bound) == 1 and not given:
            statement = bound[0]
            if isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
                return Found(self, statement, statement)
            definition = bound_by(name, statement)
            is_value = definition is not None and definition.kind == "value" and definition.value is not None
            return (
                Found(self, definition.value, statement, is_enum(owner))
                if is_value and definition and definition.value
                else None
            )
        if bound or given:
            value, where = given[0] if len(given) == 1 and not bound else (None, owner)
            return Found(self, value, where) if value is not None else None
        for base in bases(owner):
            found = self.find(base, owner, depth + 1)
            if found is not None and isinstance(found.node, ast.ClassDef):
                inner = found.scope.of_class(found.node, name, depth + 1)
                if inner is not None:
                    return inner
        return None

    def _members_of(self, owner: ast.ClassDef) -> Members:
        known = self._classes.get(owner)
        if known is None:
            known = self._classes[owner] = Members.of(owner)
        return known

    def set_by(self, owner: ast.ClassDef, method: str) -> list[str]:
        """The attributes of ``self`` that a method of the class sets."""
        return self._members_of(owner).set_by.get(method, [])

    def heirs(self, owner: ast.ClassDef) -> list[ast.ClassDef]:
        """The classes of the module that are derived from ``owner``."""
        if self._heirs is None:
            self._heirs = {}
            for node in ast.walk(self.tree):
                for base in bases(node) if isinstance(node, ast.ClassDef) else ():
                    name = (
                        base.attr if isinstance(base, ast.Attribute) else base.id if isinstance(base, ast.Name) else ""
                    )
                    self._heirs.setdefault(name, []).append(node)  # type: ignore[arg-type]
        found: dict[ast.ClassDef, None] = {}
        pending = [owner]
        while pending and len(found) <= MOST_ALTERNATIVES:
            for heir in self._heirs.get(pending.pop().name, []):
                if heir not in found:
                    found[heir] = None
                    pending.append(heir)
        return list(found)

    def overriding(self, owner: ast.ClassDef, name: str) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
        """The methods of that name of classes derived from ``owner``."""
        methods = [self._members_of(heir).body.get(name, []) for heir in self.heirs(owner)]
        return [item for several in methods for item in several if isinstance(item, FUNCTIONS)]

    def only_function(self, name: str) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """The function called ``name`` where the module has just one, whatever class it stands in."""
        if self._functions is None:
            self._functions = {}
            for node in ast.walk(self.tree):
                if isinstance(node, FUNCTIONS):
                    self._functions.setdefault(node.name, []).append(node)
        known = self._functions.get(name, [])
        return known[0] if len(known) == 1 else None


def _sources(owner: Found, name: str) -> list[FoundExpression]:
    """The dicts of a class and its bases from which some method fills the attribute ``name``: class attributes that it mentions."""
    assert isinstance(owner.node, ast.ClassDef)
    line: list[tuple[Scope, ast.ClassDef]] = []
    pending = [(owner.scope, owner.node)]
    while pending and len(line) < _DEEPEST:
        scope, cls = pending.pop(0)
        line.append((scope, cls))
        for base in bases(cls):
            found = scope.find(base, cls)
            if found is not None and isinstance(found.node, ast.ClassDef):
                pending.append((found.scope, found.node))
    line += [(owner.scope, heir) for heir in owner.scope.heirs(owner.node)]
    members = [(scope, scope._members_of(cls)) for scope, cls in line]  # noqa: SLF001 - the function is a part of it
    mentioned = set[str]().union(*(known.mentioned.get(name, set[str]()) for _, known in members)) | {name}
    return [
        FoundExpression(scope, statement.value, statement)
        for scope, known in members
        for attribute in known.body
        if attribute in mentioned
        for statement in known.body[attribute]
        if isinstance(statement, (ast.Assign, ast.AnnAssign)) and isinstance(statement.value, ast.Dict)
    ]
