"""Definitions: what one statement, or an expression in it, binds a name to.

Each answer is of that statement alone, whatever stands around it; which definitions reach a place, says `tightlip.message.bindings`. A binding
whose value is no expression of the source (a loop's target, a pattern's capture) is not left out but there as ``other``, so that no older one
is taken for it.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: The parts of a statement that are expressions or hold some; the others are the statements inside it.
IN_EXPRESSION = (ast.expr, ast.withitem, ast.keyword, ast.comprehension)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)

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
class Reaching:
    """The definitions of one name that a part of the source leaves behind.

    Attributes:
        definitions: Each that may be in force.
        is_certain: Whether every path assigns it here, so that nothing before counts.
    """

    definitions: tuple[Definition, ...] = ()
    is_certain: bool = False

    def or_else(self, other: Reaching) -> Reaching:
        """Either of two branches was taken."""
        return Reaching(self.definitions + other.definitions, self.is_certain and other.is_certain)

    def after(self, other: Reaching) -> Reaching:
        """``other`` came first."""
        return self if self.is_certain else Reaching(self.definitions + other.definitions, other.is_certain)


#: It is bound here, to what no expression says.
OTHER = Definition("other")
#: Nothing here binds it.
UNBOUND = Reaching()
#: Every path binds it here, to what no expression says.
SURELY_OTHER = Reaching((OTHER,), is_certain=True)


def bound_names(statement: ast.AST) -> Iterator[str]:
    """The names that a statement may bind, in it or in the statements below; too many do no harm."""
    pending: list[ast.AST] = [statement]
    while pending:
        node = pending.pop()
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield name
            case ast.MatchMapping(rest=str(name)):
                yield name
            case ast.alias():
                yield node.asname or node.name.split(".")[0]
            case _:
                pass
        if not isinstance(node, _SCOPES):
            pending.extend(ast.iter_child_nodes(node))


def binds(target: ast.AST, name: str) -> bool:
    """Whether a target binds ``name``, in whatever it unpacks."""
    return any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(target))


def with_binds(statement: ast.With | ast.AsyncWith, name: str) -> bool:
    """Whether ``with ... as`` binds ``name``."""
    return any(item.optional_vars is not None and binds(item.optional_vars, name) for item in statement.items)


def captures(pattern: ast.AST, name: str) -> bool:
    """Whether a pattern of ``match`` binds ``name``."""
    return any(getattr(node, "name", None) == name or getattr(node, "rest", None) == name for node in ast.walk(pattern))


def bound_anywhere(name: str, nodes: Sequence[ast.AST]) -> tuple[Definition, ...]:
    """All that binds ``name`` in ``nodes`` and in the statements below, in no order."""
    found: list[Definition] = []
    pending: list[ast.AST] = list(nodes)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.stmt):
            found.extend(bound_by_itself(name, node).definitions)
        if isinstance(node, ast.NamedExpr) and node.target.id == name:
            found.append(OTHER)
        if _binds_in_header(name, node):
            found.append(OTHER)
        if not isinstance(node, _SCOPES):
            pending.extend(ast.iter_child_nodes(node))
    return tuple(found)


def _binds_in_header(name: str, node: ast.AST) -> bool:
    match node:
        case ast.With() | ast.AsyncWith():
            return with_binds(node, name)
        case ast.match_case():
            return captures(node.pattern, name)
        case ast.ExceptHandler():
            return node.name == name
        case _:
            return False


def bound_by_itself(name: str, statement: ast.stmt) -> Reaching:
    """What a statement leaves in ``name``, as far as it needs no look at its blocks."""
    if isinstance(statement, (ast.For, ast.AsyncFor)):
        return Reaching((OTHER,)) if binds(statement.target, name) else UNBOUND
    definition = bound_by(name, statement)
    return Reaching((definition,), is_certain=True) if definition is not None else UNBOUND


def bound_in_expression(name: str, node: ast.AST, statement: ast.AST, *, truth: bool | None) -> Reaching:
    """What ``(name := value)`` in an expression leaves; certain where the expression is evaluated as a whole and turned out as ``truth``."""
    match node:
        case ast.BoolOp(op=op, values=values):
            goes_on = truth is isinstance(op, ast.And)  # `a and b` that was true has seen both
            found = UNBOUND
            for number, value in enumerate(values):
                step = bound_in_expression(name, value, statement, truth=truth if goes_on else None)
                found = (step if goes_on or not number else Reaching(step.definitions)).after(found)
            return found
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return bound_in_expression(name, operand, statement, truth=None if truth is None else not truth)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            either = [bound_in_expression(name, value, statement, truth=None) for value in (body, orelse)]
            return either[0].or_else(either[1]).after(bound_in_expression(name, test, statement, truth=None))
        case ast.NamedExpr(target=ast.Name(id=target), value=value) if target == name:
            return Reaching((Definition("value", value, statement),), is_certain=True)
        case ast.Lambda():
            return UNBOUND
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            is_bound = any(isinstance(n, ast.NamedExpr) and n.target.id == name for n in ast.walk(node))
            return Reaching((OTHER,)) if is_bound else UNBOUND
        case _:
            found = UNBOUND
            for child in ast.iter_child_nodes(node):
                if isinstance(child, IN_EXPRESSION):
                    found = bound_in_expression(name, child, statement, truth=None).after(found)
            return found


def _assigned(name: str, statement: ast.Assign) -> Definition | None:
    for target in statement.targets:
        if isinstance(target, ast.Name) and target.id == name:
            return Definition("value", statement.value, statement)
        if isinstance(target, (ast.Tuple, ast.List)) and binds(target, name):
            element = _element(name, target, statement.value)
            return OTHER if element is None else Definition("value", element, statement)
    return None


def _element(name: str, target: ast.Tuple | ast.List, value: ast.expr) -> ast.expr | None:
    """The expression that ``name`` gets in ``name, other = "text", 3``."""
    if not isinstance(value, ast.Tuple) or len(target.elts) != len(value.elts):
        return None
    if any(isinstance(one, ast.Starred) for one in (*target.elts, *value.elts)):
        return None
    pairs = zip(target.elts, value.elts, strict=True)
    return next((element for one, element in pairs if isinstance(one, ast.Name) and one.id == name), None)


def bound_by(name: str, statement: ast.stmt) -> Definition | None:
    """The binding of ``name`` that ``statement`` makes by itself and always, if it makes one."""
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
