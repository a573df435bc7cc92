"""Reaching definitions: which assignments can have given a name its value at a statement.

Structured Python has no gotos, so one backward walk over the enclosing blocks finds them: statements before, then the
parent's statements before, with the branches of what is passed on the way. Loops add what their bodies assign.

Where the walk is unsure (``del``, ``exec``, ``global`` rebinding elsewhere) it may name a definition too many or too few. The
template is then wrong, never a value: all that is ever taken is source text.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_LEAVES = (ast.Raise, ast.Return, ast.Continue, ast.Break)

Kind: TypeAlias = Literal["value", "augmented", "parameter", "handled", "class", "function", "import", "other"]


@dataclass(frozen=True, slots=True)
class Definition:
    """One binding of a name.

    Attributes:
        kind: ``value`` for ``name = value``; ``augmented`` for ``name += value``; ``handled`` for ``except ... as name``.
        value: The expression bound, for the first two.
        at: The statement, from which the expression's own names are looked up; None for a parameter.
        alias: The imported name, for ``import``.
    """

    kind: Kind
    value: ast.expr | None = None
    at: ast.AST | None = None
    alias: str = ""


@dataclass(frozen=True, slots=True)
class _Found:
    definitions: tuple[Definition, ...] = ()
    is_certain: bool = False  # every path assigns it here, so that nothing before counts

    def or_else(self, other: _Found) -> _Found:
        """Either of two branches was taken."""
        return _Found(self.definitions + other.definitions, self.is_certain and other.is_certain)


_NONE = _Found()
_UNREACHED = _Found((), is_certain=True)


def parameters(arguments: ast.arguments) -> list[ast.arg]:
    """All parameters of a function, in order."""
    rest = [star for star in (arguments.vararg, arguments.kwarg) if star is not None]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *rest]


class Bindings:
    """Looks names up in one module's syntax tree."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self._parents: dict[ast.AST, tuple[ast.AST, list[ast.stmt]]] = {}
        self._found: dict[tuple[str, ast.AST], tuple[Definition, ...]] = {}
        for node in ast.walk(tree):
            for _, block in ast.iter_fields(node):
                if isinstance(block, list):
                    for child in block:  # pyright: ignore[reportUnknownVariableType]
                        if isinstance(child, (ast.stmt, ast.ExceptHandler, ast.match_case)):
                            self._parents[child] = (node, block)  # pyright: ignore[reportUnknownArgumentType]

    def enclosing(self, node: ast.AST, kinds: tuple[type[ast.AST], ...]) -> ast.AST | None:
        """The nearest statement of one of ``kinds`` around statement ``node``."""
        current: ast.AST | None = node
        while current in self._parents:
            current = self._parents[current][0]
            if isinstance(current, kinds):
                return current
        return None

    def reaching(self, name: str, at: ast.AST) -> tuple[Definition, ...]:
        """The definitions of ``name`` that can be in force just before statement ``at``; empty for a builtin."""
        known = self._found.get((name, at))
        if known is not None:
            return known
        found: list[Definition] = []
        node = at
        while node in self._parents:
            parent, block = self._parents[node]
            step = self._around(name, node, parent, block)
            found.extend(step.definitions)
            if step.is_certain:
                break
            node = parent
        self._found[name, at] = tuple(dict.fromkeys(found))
        return self._found[name, at]

    def _around(self, name: str, node: ast.AST, parent: ast.AST, block: list[ast.stmt]) -> _Found:
        if isinstance(parent, ast.ClassDef):
            return _NONE  # names of a class body are no names of its methods
        if isinstance(parent, ast.Module) and isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            return _block(name, parent.body)  # a function runs after the module is complete
        if isinstance(node, ast.ExceptHandler):
            assert isinstance(parent, (ast.Try, ast.TryStar))
            return _Found(_anywhere(name, parent.body))
        if isinstance(node, ast.match_case):
            return _NONE
        before = _block(name, block[: block.index(node)])  # type: ignore[arg-type]
        if before.is_certain:
            return before
        entry = self._entry(name, parent, block)
        return _Found(before.definitions + entry.definitions, entry.is_certain)

    def _entry(self, name: str, parent: ast.AST, block: list[ast.stmt]) -> _Found:
        """What a name can hold when ``block`` of ``parent`` is entered, as far as ``parent`` itself binds it."""
        if isinstance(parent, _FUNCTIONS):
            is_parameter = any(p.arg == name for p in parameters(parent.args))
            return _Found((Definition("parameter"),), is_certain=True) if is_parameter else _NONE
        if isinstance(parent, ast.ExceptHandler) and parent.name == name:
            return _Found((Definition("handled", None, parent),), is_certain=True)
        if isinstance(parent, (ast.For, ast.AsyncFor)) and block is parent.body and _binds(parent.target, name):
            return _Found((Definition("other"),), is_certain=True)
        if isinstance(parent, _LOOPS):
            return _Found(_anywhere(name, parent.body))  # from an earlier round
        if isinstance(parent, (ast.With, ast.AsyncWith)) and _with_binds(parent, name):
            return _Found((Definition("other"),), is_certain=True)
        if isinstance(parent, (ast.Try, ast.TryStar)):
            if block is parent.orelse:
                return _block(name, parent.body)
            if block is parent.finalbody:
                return _Found(_anywhere(name, [*parent.body, *parent.handlers, *parent.orelse]))
        if isinstance(parent, ast.match_case) and _captures(parent.pattern, name):
            return _Found((Definition("other"),), is_certain=True)
        return _NONE


def _binds(target: ast.AST, name: str) -> bool:
    return any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(target))


def _with_binds(statement: ast.With | ast.AsyncWith, name: str) -> bool:
    return any(item.optional_vars is not None and _binds(item.optional_vars, name) for item in statement.items)


def _captures(pattern: ast.AST, name: str) -> bool:
    return any(getattr(node, "name", None) == name or getattr(node, "rest", None) == name for node in ast.walk(pattern))


def _block(name: str, statements: list[ast.stmt]) -> _Found:
    """What a block leaves in ``name``. A block that ends by leaving (return, raise, ...) reaches nothing after it."""
    if statements and isinstance(statements[-1], _LEAVES):
        return _UNREACHED
    found: list[Definition] = []
    for statement in reversed(statements):
        step = _statement(name, statement)
        found.extend(step.definitions)
        if step.is_certain:
            return _Found(tuple(found), is_certain=True)
    return _Found(tuple(found))


def _anywhere(name: str, nodes: Sequence[ast.AST]) -> tuple[Definition, ...]:
    found: list[Definition] = []
    pending: list[ast.AST] = list(nodes)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.stmt):
            found.extend(_simple(name, node).definitions)
        if isinstance(node, (*_FUNCTIONS, ast.ClassDef, ast.Lambda, ast.expr)):
            continue  # another scope, or no statement inside
        pending.extend(ast.iter_child_nodes(node))
    return tuple(found)


def _statement(name: str, statement: ast.stmt) -> _Found:
    if isinstance(statement, ast.If):
        return _block(name, statement.body).or_else(_block(name, statement.orelse))
    if isinstance(statement, _LOOPS):
        return _Found(_anywhere(name, [statement]))
    if isinstance(statement, (ast.With, ast.AsyncWith)):
        inside = _block(name, statement.body)
        return (
            inside
            if inside.definitions or not _with_binds(statement, name)
            else _Found((Definition("other"),), is_certain=True)
        )
    if isinstance(statement, (ast.Try, ast.TryStar)):
        return _try(name, statement)
    if isinstance(statement, ast.Match):
        found = _block(name, [])
        cases = [_block(name, case.body) for case in statement.cases]
        for case in cases:
            found = _Found(found.definitions + case.definitions)
        return found
    return _simple(name, statement)


def _try(name: str, statement: ast.Try | ast.TryStar) -> _Found:
    final = _block(name, statement.finalbody)
    if final.is_certain and statement.finalbody:
        return final
    # A handler runs after any part of the body: what the body assigned may or may not hold.
    found = _block(name, [*statement.body, *statement.orelse])
    for handler in statement.handlers:
        found = found.or_else(_block(name, handler.body))
    return _Found(final.definitions + found.definitions, found.is_certain)


def _simple(name: str, statement: ast.stmt) -> _Found:
    """The binding that one statement makes by itself."""
    if isinstance(statement, (ast.For, ast.AsyncFor)):
        return _Found((Definition("other"),)) if _binds(statement.target, name) else _NONE
    definition = _bound(name, statement)
    return _Found((definition,), is_certain=True) if definition is not None else _NONE


def _bound(name: str, statement: ast.stmt) -> Definition | None:
    match statement:
        case ast.Assign(targets=targets, value=value):
            if any(isinstance(target, ast.Name) and target.id == name for target in targets):
                return Definition("value", value, statement)
            unpacked = any(isinstance(target, (ast.Tuple, ast.List)) and _binds(target, name) for target in targets)
            return Definition("other") if unpacked else None
        case ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value) if target == name:
            return Definition("value", value, statement)
        case ast.AugAssign(target=ast.Name(id=target), value=value) if target == name:
            return Definition("augmented" if isinstance(statement.op, ast.Add) else "other", value, statement)
        case ast.FunctionDef() | ast.AsyncFunctionDef() if statement.name == name:
            return Definition("function", None, statement)
        case ast.ClassDef() if statement.name == name:
            return Definition("class", None, statement)
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            for alias in aliases:
                if (alias.asname or alias.name.split(".")[0]) == name:
                    return Definition("import", None, statement, alias.name.rsplit(".", 1)[-1])
            return None
        case _:
            return None
