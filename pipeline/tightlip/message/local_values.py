"""Local values: the expressions that a name was given in its function, and whether what they made is still as it was made.

Nothing is read here: the answers are expressions of the source with the statements that they stand in. Where a name can hold something else
as well, or a container may have been changed by other code, there is no answer, or the answer says so.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tightlip.message.bindings import Bindings

#: An item of a list, the statement that it stands in, and whether it is surely there.
Item: TypeAlias = tuple[ast.expr | None, ast.AST, bool]
#: Items of a list that are told apart; a generated function may append thousands, and join them again and again.
_MOST_ITEMS = 64


def is_parameter(bindings: Bindings, node: ast.Name, at: ast.AST) -> bool:
    """Whether a name is a parameter that was given nothing else."""
    return [definition.kind for definition in bindings.reaching(node.id, at)] == ["parameter"]


def local_value(bindings: Bindings, node: ast.expr, at: ast.AST) -> tuple[ast.expr, ast.AST] | None:
    """The one expression that a name was given."""
    if not isinstance(node, ast.Name):
        return (node, at) if isinstance(node, (ast.Dict, ast.Tuple, ast.List)) else None
    values = local_values(bindings, node, at)
    return values[0] if len(values) == 1 else None


def local_values(bindings: Bindings, node: ast.expr, at: ast.AST) -> list[tuple[ast.expr, ast.AST]]:
    """The expressions that a name can have been given; empty where it can be something else as well."""
    definitions = bindings.reaching(node.id, at) if isinstance(node, ast.Name) else ()
    values = [(d.value, d.at) for d in definitions if d.kind == "value" and d.value is not None and d.at is not None]
    return values if len(values) == len(definitions) else []


def is_written(bindings: Bindings, name: str, at: ast.AST) -> bool:
    """Whether the container of that name is written to: in its function or, if it is the module's, anywhere."""
    changes, function = bindings.changes, bindings.function(at)
    is_local = (function, name) in changes.written
    return is_local or ((bindings.tree, name) in changes.written and _is_of_module(bindings, name, at))


def is_rewritten(bindings: Bindings, name: str, at: ast.AST) -> bool:
    """Whether a list is changed otherwise than by what `appended` sees."""
    changes, function = bindings.changes, bindings.function(at)
    if (function, name) in changes.written or (function, name) in changes.handed_out:
        return True
    if _is_of_module(bindings, name, at):
        return (bindings.tree, name) in changes.written
    grown_in = {where for where, grown in changes.grown if grown == name}
    return any(where is not function and _is_inside(bindings, where, function) for where in grown_in)


def appended(bindings: Bindings, joined: ast.expr, made_at: ast.AST, at: ast.AST) -> Iterator[Item]:
    """What a function appends to the list that it joins at ``at``, in its order; None for what is not known. The flag: it surely does."""
    if not isinstance(joined, ast.Name):
        return
    first, last = getattr(made_at, "lineno", 0), getattr(at, "lineno", 0)
    grown = bindings.changes.grown.get((bindings.function(at), joined.id), [])
    if len(grown) > _MOST_ITEMS:
        yield None, at, False
        return
    found = [
        (node.lineno, node.value, node)
        for node in grown
        if first <= node.lineno <= last and isinstance(node.value, ast.Call)
    ]
    for _, call, node in sorted(found, key=lambda item: item[0]):
        method, is_sure = call.func, bindings.is_beside(node, made_at)
        assert isinstance(method, ast.Attribute)
        if method.attr == "append" and len(call.args) == 1:
            yield call.args[0], node, is_sure
        elif method.attr == "extend" and len(call.args) == 1 and isinstance(call.args[0], (ast.List, ast.Tuple)):
            yield from ((item, node, is_sure) for item in call.args[0].elts)
        else:
            yield None, node, False


def _is_of_module(bindings: Bindings, name: str, at: ast.AST) -> bool:
    definitions = bindings.reaching(name, at)
    return any(d.at is not None and bindings.function(d.at) is bindings.tree for d in definitions)


def _is_inside(bindings: Bindings, inner: ast.AST, outer: ast.AST) -> bool:
    while inner is not bindings.tree and inner is not outer:
        inner = bindings.function(inner) if not isinstance(inner, ast.Lambda) else outer
    return inner is outer
