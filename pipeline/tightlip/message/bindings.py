"""Reaching definitions: which assignments can have given a name its value at a statement.

Structured Python has no gotos, so one backward walk over the enclosing blocks finds them: statements before, then the
parent's statements before, with the branches of what is passed on the way. Loops add what their bodies assign.

Where the walk is unsure (``del``, ``exec``, ``global`` rebinding elsewhere) it may name a definition too many or too few. The
template is then wrong, never a value: all that is ever taken is source text.
"""

from __future__ import annotations

import ast
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_IN_EXPRESSION = (ast.expr, ast.withitem, ast.keyword, ast.comprehension)
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


#: More definitions of one name than this are no information (a message has at most eight alternatives), and following them all would
#: take quadratic time in a generated file.
_MOST_DEFINITIONS = 64
_NONE = _Found()
_TOO_MANY = _Found((Definition("other"),), is_certain=True)
_UNREACHED = _Found((), is_certain=True)


def parameters(arguments: ast.arguments) -> list[ast.arg]:
    """All parameters of a function, in order."""
    rest = [star for star in (arguments.vararg, arguments.kwarg) if star is not None]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *rest]


class Bindings:
    """Looks names up in one module's syntax tree."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self._parents: dict[ast.AST, tuple[ast.AST, list[ast.stmt], int]] = {}
        self._found: dict[tuple[str, ast.AST], tuple[Definition, ...]] = {}
        self._binders: dict[int, dict[str, list[int]]] = {}
        self._everywhere: dict[tuple[str, int], tuple[Definition, ...]] = {}
        self._module: dict[str, _Found] = {}
        for node in ast.walk(tree):
            for _, block in ast.iter_fields(node):
                if isinstance(block, list):
                    for position, child in enumerate(block):  # pyright: ignore[reportUnknownVariableType,reportUnknownArgumentType]
                        if isinstance(child, (ast.stmt, ast.ExceptHandler, ast.match_case)):
                            self._parents[child] = (node, block, position)  # pyright: ignore[reportUnknownArgumentType]

    def enclosing(self, node: ast.AST, kinds: tuple[type[ast.AST], ...]) -> ast.AST | None:
        """The nearest statement of one of ``kinds`` around statement ``node``."""
        current: ast.AST | None = node
        while current in self._parents:
            current = self._parents[current][0]
            if isinstance(current, kinds):
                return current
        return None

    def is_beside(self, node: ast.AST, other: ast.AST) -> bool:
        """Whether two statements stand in the same block."""
        mine, its = self._parents.get(node), self._parents.get(other)
        return mine is not None and its is not None and mine[1] is its[1]

    def reaching(self, name: str, at: ast.AST) -> tuple[Definition, ...]:
        """The definitions of ``name`` that can be in force just before statement ``at``; empty for a builtin."""
        known = self._found.get((name, at))
        if known is not None:
            return known
        found: list[Definition] = []
        node = at
        while node in self._parents:
            parent, block, position = self._parents[node]
            step = self._around(name, node, parent, block, position)
            found.extend(step.definitions)
            if len(found) > _MOST_DEFINITIONS:
                found = list(_TOO_MANY.definitions)
                break
            if step.is_certain:
                break
            node = parent
        self._found[name, at] = tuple(dict.fromkeys(found))
        return self._found[name, at]

    def bound_by(self, name: str, statement: ast.stmt) -> Definition | None:
        """The binding of ``name`` that ``statement`` makes by itself, if it makes one."""
        return _bound(name, statement)

    def _around(self, name: str, node: ast.AST, parent: ast.AST, block: list[ast.stmt], position: int) -> _Found:
        if isinstance(parent, ast.ClassDef):
            return _NONE  # names of a class body are no names of its methods
        if isinstance(parent, ast.Module) and isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            # A function runs after the module is complete.
            if name not in self._module:
                self._module[name] = self._block(name, parent.body)
            return self._module[name]
        if isinstance(node, ast.ExceptHandler):
            assert isinstance(parent, (ast.Try, ast.TryStar))
            return _Found(self._anywhere(name, parent.body))
        if isinstance(node, ast.match_case):
            return _NONE
        before = self._block(name, block, position)
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
        if isinstance(parent, (ast.If, ast.While)) and (walrus := _walrus(name, parent)) is not None:
            return _Found((walrus,), is_certain=True)
        if isinstance(parent, _LOOPS):
            return _Found(self._anywhere(name, parent.body))  # from an earlier round
        if isinstance(parent, (ast.With, ast.AsyncWith)) and _with_binds(parent, name):
            return _Found((Definition("other"),), is_certain=True)
        if isinstance(parent, (ast.Try, ast.TryStar)):
            if block is parent.orelse:
                return self._block(name, parent.body)
            if block is parent.finalbody:
                return _Found(
                    tuple(
                        d for part in (parent.body, parent.handlers, parent.orelse) for d in self._anywhere(name, part)
                    )
                )
        if isinstance(parent, ast.match_case) and _captures(parent.pattern, name):
            return _Found((Definition("other"),), is_certain=True)
        return _NONE

    def _positions(self, name: str, block: Sequence[ast.AST]) -> Sequence[int]:
        """Where in ``block`` the statements are that bind ``name``, in them or below; found once for all names."""
        known = self._binders.get(id(block))  # the tree is kept, so that ids are not used again
        if known is None:
            known = dict[str, list[int]]()
            for position, statement in enumerate(block):
                for bound in set(_bound_names(statement)):
                    known.setdefault(bound, []).append(position)
            self._binders[id(block)] = known
        return known.get(name, ())

    def _block(self, name: str, block: list[ast.stmt], end: int | None = None) -> _Found:
        """What a block leaves in ``name``. A block that ends by leaving (return, raise, ...) reaches nothing after it."""
        end = len(block) if end is None else end
        if not end:
            return _NONE  # an `elif` stands first in its own block: nothing to look for, however long the chain
        if isinstance(block[end - 1], _LEAVES):
            return _UNREACHED
        found: list[Definition] = []
        positions = self._positions(name, block)
        for number in range(bisect_left(positions, end) - 1, -1, -1):
            step = self._statement(name, block[positions[number]])
            found.extend(step.definitions)
            if len(found) > _MOST_DEFINITIONS:
                return _TOO_MANY
            if step.is_certain:
                return _Found(tuple(found), is_certain=True)
        return _Found(tuple(found))

    def _anywhere(self, name: str, block: Sequence[ast.AST]) -> tuple[Definition, ...]:
        key = (name, id(block))
        if key not in self._everywhere:
            nodes = [block[position] for position in self._positions(name, block)]
            found = _anywhere(name, nodes)
            self._everywhere[key] = found if len(found) <= _MOST_DEFINITIONS else _TOO_MANY.definitions
        return self._everywhere[key]

    def _statement(self, name: str, statement: ast.stmt) -> _Found:
        found = self._whole(name, statement)
        if found.is_certain:
            return found
        walrus = _walrus(name, statement)
        return found if walrus is None else _Found((*found.definitions, walrus), is_certain=True)

    def _whole(self, name: str, statement: ast.stmt) -> _Found:
        if isinstance(statement, ast.If):
            return self._if(name, statement)
        if isinstance(statement, _LOOPS):
            return _Found(_anywhere(name, [statement]))
        if isinstance(statement, (ast.With, ast.AsyncWith)):
            inside = self._block(name, statement.body)
            return (
                inside
                if inside.definitions or not _with_binds(statement, name)
                else _Found((Definition("other"),), is_certain=True)
            )
        if isinstance(statement, (ast.Try, ast.TryStar)):
            return self._try(name, statement)
        if isinstance(statement, ast.Match):
            cases = [self._block(name, case.body) for case in statement.cases]
            return _Found(tuple(definition for case in cases for definition in case.definitions))
        return _simple(name, statement)

    def _if(self, name: str, statement: ast.If) -> _Found:
        """``if`` with its ``elif``, which the tree nests: a loop, as a generated chain is longer than the stack is deep."""
        found = self._block(name, statement.body)
        while len(statement.orelse) == 1 and isinstance(statement.orelse[0], ast.If):
            statement = statement.orelse[0]
            found = found.or_else(self._block(name, statement.body))
            if len(found.definitions) > _MOST_DEFINITIONS:
                return _TOO_MANY
        return found.or_else(self._block(name, statement.orelse))

    def _try(self, name: str, statement: ast.Try | ast.TryStar) -> _Found:
        final = self._block(name, statement.finalbody)
        if final.is_certain and statement.finalbody:
            return final
        # A handler runs after any part of the body: what the body assigned may or may not hold.
        found = self._sequence(name, statement.body, statement.orelse)
        for handler in statement.handlers:
            found = found.or_else(self._block(name, handler.body))
        return _Found(final.definitions + found.definitions, found.is_certain)

    def _sequence(self, name: str, first: list[ast.stmt], then: list[ast.stmt]) -> _Found:
        later = self._block(name, then)
        if later.is_certain or not then:
            return later if then else self._block(name, first)
        earlier = self._block(name, first) if not (first and isinstance(first[-1], _LEAVES)) else _NONE
        return _Found(later.definitions + earlier.definitions, earlier.is_certain)


_SCOPES = (*_FUNCTIONS, ast.ClassDef, ast.Lambda)


def _bound_names(statement: ast.AST) -> Iterator[str]:
    """The names that a statement may bind, in it or in the statements below; too many do no harm."""
    pending: list[ast.AST] = [statement]
    while pending:
        node = pending.pop()
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                yield name
            case ast.alias():
                yield node.asname or node.name.split(".")[0]
            case _:
                pass
        if not isinstance(node, _SCOPES):
            pending.extend(ast.iter_child_nodes(node))


def _binds(target: ast.AST, name: str) -> bool:
    return any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(target))


def _with_binds(statement: ast.With | ast.AsyncWith, name: str) -> bool:
    return any(item.optional_vars is not None and _binds(item.optional_vars, name) for item in statement.items)


def _captures(pattern: ast.AST, name: str) -> bool:
    return any(getattr(node, "name", None) == name or getattr(node, "rest", None) == name for node in ast.walk(pattern))


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


def _simple(name: str, statement: ast.stmt) -> _Found:
    """The binding that one statement makes by itself."""
    if isinstance(statement, (ast.For, ast.AsyncFor)):
        return _Found((Definition("other"),)) if _binds(statement.target, name) else _NONE
    definition = _bound(name, statement)
    return _Found((definition,), is_certain=True) if definition is not None else _NONE


def _walrus(name: str, statement: ast.stmt) -> Definition | None:
    """What ``(name := value)`` in the expressions of a statement binds."""
    pending: list[ast.AST] = [child for child in ast.iter_child_nodes(statement) if isinstance(child, _IN_EXPRESSION)]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.NamedExpr) and node.target.id == name:
            return Definition("value", node.value, statement)
        pending.extend(child for child in ast.iter_child_nodes(node) if isinstance(child, _IN_EXPRESSION))
    return None


def _assigned(name: str, statement: ast.Assign) -> Definition | None:
    for target in statement.targets:
        if isinstance(target, ast.Name) and target.id == name:
            return Definition("value", statement.value, statement)
        if isinstance(target, (ast.Tuple, ast.List)) and _binds(target, name):
            element = _element(name, target, statement.value)
            return Definition("other") if element is None else Definition("value", element, statement)
    return None


def _element(name: str, target: ast.Tuple | ast.List, value: ast.expr) -> ast.expr | None:
    """The expression that ``name`` gets in ``name, other = "text", 3``."""
    if not isinstance(value, ast.Tuple) or len(target.elts) != len(value.elts):
        return None
    if any(isinstance(one, ast.Starred) for one in (*target.elts, *value.elts)):
        return None
    pairs = zip(target.elts, value.elts, strict=True)
    return next((element for one, element in pairs if isinstance(one, ast.Name) and one.id == name), None)


def _bound(name: str, statement: ast.stmt) -> Definition | None:
    match statement:
        case ast.Assign():
            return _assigned(name, statement)
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
