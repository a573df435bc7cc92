"""The exception that is being handled: what a handler's name stands for, and how sure that is.

A template that names the exception being handled is filled with that exception's own template. So a name counts only where the exception
behind it is surely the one that is raised from, as it was raised: the innermost handler's, not changed since.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tightlip.message.bindings import Bindings
    from tightlip.message.definitions import Definition

#: Handled exceptions whose ``args[0]`` is not what ``str()`` of them says.
_OTHER_ARGUMENTS = frozenset(
    {"KeyError", "LookupError", "OSError", "IOError", "EnvironmentError", "SyntaxError", "UnicodeError"}
)


def is_arguments_of_handled(bindings: Bindings, node: ast.expr, at: ast.AST) -> bool:
    """Whether ``node`` is ``e.args`` of the exception being handled."""
    return (
        isinstance(node, ast.Attribute)
        and node.attr == "args"
        and isinstance(node.value, ast.Name)
        and is_handled(bindings, node.value, at)
        and not _handles_others(bindings, node.value, at)
    )


def is_handled(bindings: Bindings, node: ast.Name, at: ast.AST) -> bool:
    """Whether a name is the exception being handled at ``at``, and nothing else."""
    definitions = bindings.reaching(node.id, at)
    return bool(definitions) and all(
        definition.kind == "handled" and is_innermost(bindings, definition, node.id, at) for definition in definitions
    )


def is_innermost(bindings: Bindings, definition: Definition, name: str, at: ast.AST) -> bool:
    """Whether what is raised at ``at`` has the handled exception ``name`` as its context, and as it was raised."""
    is_changed = (bindings.function(at), name) in bindings.changes.told
    return bindings.enclosing(at, (ast.ExceptHandler,)) is definition.at and not is_changed


def _handles_others(bindings: Bindings, node: ast.Name, at: ast.AST) -> bool:
    """Whether the handler takes exceptions whose ``args`` say something else than their text."""
    handlers = [definition.at for definition in bindings.reaching(node.id, at)]
    return any(
        isinstance(name, (ast.Name, ast.Attribute)) and ast.unparse(name).rpartition(".")[2] in _OTHER_ARGUMENTS
        for handler in handlers
        if isinstance(handler, ast.ExceptHandler) and handler.type is not None
        for name in (handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type])
    )
