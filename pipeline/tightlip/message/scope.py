"""Scopes: what a name means across the functions, classes and modules of a package.

`Scope.find` follows a name or attribute to the function, class, module or expression that it stands for, through imports of other trusted
modules. Only syntax trees are looked at; nothing is imported or run.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from tightlip.message.bindings import Bindings, Definition
from tightlip.message.calling import FUNCTIONS, arguments, is_property, is_telling, own_nodes, signature
from tightlip.message.expressions import Reader
from tightlip.message.template import MOST_ALTERNATIVES, Hole, fill, settled

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    """

    scope: Scope
    node: ast.AST
    at: ast.AST


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

    def value(self, node: ast.expr, at: ast.AST) -> FoundExpression | None:
        """The constant expression of a module or class that ``node`` stands for."""
        found = self.find(node, at)
        if found is None or not isinstance(found.node, ast.expr):
            return None
        return FoundExpression(found.scope, found.node, found.at)

    def member(self, node: ast.expr, at: ast.AST) -> FoundExpression | None:
        """What ``.value`` of the member ``node`` of an enum is."""
        found = self.find(node, at)
        is_known = found is not None and isinstance(found.node, ast.expr)
        return (
            FoundExpression(found.scope, found.node, found.at)
            if is_known and found is not None and isinstance(found.node, ast.expr)
            else None
        )

    def tables(self, node: ast.expr, at: ast.AST) -> list[FoundExpression]:
        found = self.value(node, at)
        return [found] if found is not None else []

    def returned(self, node: ast.Call | ast.Attribute, at: ast.AST) -> list[Template] | None:
        """The texts that a call of a trusted function, or a property, can return; None where that is not known."""
        found = self.find(node.func if isinstance(node, ast.Call) else node, at)
        function = found.node if found is not None else None
        if found is None or not isinstance(function, ast.FunctionDef) or id(function) in self._following:
            return None
        if is_property(function) is isinstance(node, ast.Call) or found.scope.is_ambiguous(function):
            return None
        self._following.add(id(function))
        try:
            return _returned(found.scope, function, self, node, at)
        finally:
            self._following.discard(id(function))

    def is_ambiguous(self, function: ast.FunctionDef) -> bool:
        """Whether a subclass in the module may have another method of that name."""
        self.only_function(function.name)
        return function.args.args[:1] != [] and len((self._functions or {}).get(function.name, ())) > 1

    def find(self, node: ast.expr, at: ast.AST, depth: int = 0) -> Found | None:
        """What the name or attribute ``node`` in statement ``at`` stands for, as far as it is surely one thing."""
        if depth > _DEEPEST:
            return None
        if isinstance(node, ast.Name):
            return self._named(node.id, at, depth)
        if not isinstance(node, ast.Attribute):
            return None
        if isinstance(node.value, ast.Name) and node.value.id in ("self", "cls"):
            owner = self.bindings.enclosing(at, (ast.ClassDef,))
            return self._of_class(owner, node.attr, depth) if isinstance(owner, ast.ClassDef) else None
        within = self.find(node.value, at, depth + 1)
        if within is None:
            return None
        if isinstance(within.node, ast.Module):
            return within.scope.bound(node.attr, depth + 1)
        if isinstance(within.node, ast.ClassDef):
            return within.scope._of_class(within.node, node.attr, depth + 1)  # noqa: SLF001 - its own class
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
            for statement in _module_level(self.tree):
                for bound in _names(statement):
                    self._members.setdefault(bound, []).append(statement)
        known = self._members.get(name, [])
        if len(known) == 1 and depth <= _DEEPEST:
            definitions = self.bindings.bound_by(name, known[0])
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

    def _of_class(self, owner: ast.ClassDef, name: str, depth: int) -> Found | None:
        """What a class's body, or that of one of its bases, binds to ``name``."""
        if depth > _DEEPEST:
            return None
        for statement in reversed(owner.body):
            if isinstance(statement, (*FUNCTIONS, ast.ClassDef)) and statement.name == name:
                return Found(self, statement, statement)
            definition = self.bindings.bound_by(name, statement)
            if definition is not None and definition.value is not None:
                return None if _is_assigned(owner, name) else Found(self, definition.value, statement)
        for base in owner.bases:
            found = self.find(base, owner, depth + 1)
            if found is not None and isinstance(found.node, ast.ClassDef):
                inner = found.scope._of_class(found.node, name, depth + 1)  # noqa: SLF001
                if inner is not None:
                    return inner
        return None

    def only_function(self, name: str) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """The function called ``name`` where the module has just one, whatever class it stands in."""
        if self._functions is None:
            self._functions = {}
            for node in ast.walk(self.tree):
                if isinstance(node, FUNCTIONS):
                    self._functions.setdefault(node.name, []).append(node)
        known = self._functions.get(name, [])
        return known[0] if len(known) == 1 else None


def _returned(
    scope: Scope, function: ast.FunctionDef, caller: Scope, node: ast.Call | ast.Attribute, at: ast.AST
) -> list[Template] | None:
    returns = [item for item in own_nodes(function) if isinstance(item, ast.Return) and item.value is not None]
    texts = [t for r in returns if r.value is not None for t in scope.reader.formatted(r.value, "", "", r)]
    texts = [text for text in texts if text != ("None",)]
    if not 0 < len(texts) <= MOST_ALTERNATIVES or (function.decorator_list and isinstance(node, ast.Call)):
        return None
    if isinstance(node, ast.Attribute):
        return list(settled(texts))
    bound = signature(function, scope.reader).bound(arguments(caller.reader, node, at))
    # What is no text keeps the name that the function gave it, and is no parameter of the caller's.
    told = {name: choice for name, choice in bound.items() if any(is_telling(template) for template in choice)}
    filled = fill(texts, {**{name: ((Hole(name),),) for name in bound}, **told}, parameters_only=True)
    return None if filled is None else filled


def _module_level(tree: ast.Module) -> Iterator[ast.stmt]:
    """The statements of a module that bind its names, those in ``if`` and ``try`` too."""
    pending: list[ast.stmt] = list(tree.body)
    while pending:
        statement = pending.pop(0)
        yield statement
        if isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
            continue
        for _, block in ast.iter_fields(statement):
            for child in block if isinstance(block, list) else ():  # pyright: ignore[reportUnknownVariableType]
                if isinstance(child, ast.stmt):
                    pending.append(child)
                elif isinstance(child, ast.ExceptHandler):
                    pending.extend(child.body)


def _names(statement: ast.stmt) -> Iterator[str]:
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield statement.name
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            yield from (alias.asname or alias.name.split(".")[0] for alias in aliases)
        case ast.Assign(targets=targets):
            yield from (node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name)) | ast.AugAssign(target=ast.Name(id=name)):
            yield name
        case _:
            pass


def _is_assigned(owner: ast.ClassDef, name: str) -> bool:
    """Whether a method of the class assigns ``self.name``."""
    return any(
        isinstance(node, ast.Attribute) and node.attr == name and isinstance(node.ctx, ast.Store)
        for node in ast.walk(owner)
    )
