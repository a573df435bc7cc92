"""What a module changes behind a name's back: lists that grow, tables that are written to, attributes that are set, names bound elsewhere.

Found by one walk over the syntax tree, the first time that anyone asks. It errs on the side of "changed": what is listed here is not
taken for the constant that it looks like.
"""

from __future__ import annotations

import ast
import re
from typing import TypeAlias

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_GROWS = frozenset({"append", "extend"})
_CHANGES = frozenset({
    "insert", "pop", "remove", "clear", "update", "setdefault", "sort", "reverse", "popitem", "discard", "add", "appendleft", "extendleft", "rotate",
    "__setitem__", "__delitem__",
})  # fmt: skip
#: Functions that take a list and leave it as it is.
_READS = frozenset({
    "len", "sorted", "list", "tuple", "set", "frozenset", "str", "repr", "enumerate", "any", "all", "bool", "isinstance", "iter", "reversed", "print",
    "map", "filter", "zip", "sum", "min", "max", "join", "type", "id", "dict", "next", "format",
})  # fmt: skip
#: Attributes that a message may be made of.
TELLING = re.compile(
    r"^(args|\*|_?(msg|message|text|reason|details?|desc\w*|explanation|filename2?|strerror|errno|lineno|offset|errors?|body|title|value))$"
)
Place: TypeAlias = tuple[ast.AST, str]


class Changes:
    """What the module of ``tree`` changes in place.

    Attributes:
        declared: Names that some function declares ``global`` or ``nonlocal``.
        walrus: Names bound by ``:=``.
        grown: The statements ``name.append(...)`` and its like, by the function that they stand in and the name.
        written: Names of containers that are written to otherwise, by function; under the module those written to anywhere.
        handed_out: Names of containers that others may write to, by function.
        told: The attributes that a message may be made of, and that an object gets after it was made: by function and name of the object.
        attributes: For each attribute that is set, the names of the objects that it is set on; the empty name for any other object.
    """

    def __init__(self, tree: ast.Module) -> None:
        self.declared: set[str] = set()
        self.walrus: set[str] = set()
        self.grown: dict[Place, list[ast.Expr]] = {}
        self.written: set[Place] = set()
        self.handed_out: set[Place] = set()
        self.told: dict[Place, list[str]] = {}
        self.attributes: dict[str, set[str]] = {}
        self._tree = tree
        pending: list[tuple[ast.AST, ast.AST]] = [(tree, tree)]
        while pending:
            node, function = pending.pop()
            self._look(node, function)
            inside = node if isinstance(node, _SCOPES) else function
            pending.extend((child, inside) for child in ast.iter_child_nodes(node))

    def is_set_on_others(self, attribute: str) -> bool:
        """Whether anything but ``self`` is given ``attribute``."""
        return not self.attributes.get(attribute, set()) <= {"self"}

    def _look(self, node: ast.AST, function: ast.AST) -> None:
        match node:
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                self.declared.update(names)
            case ast.NamedExpr(target=ast.Name(id=name)):
                self.walrus.add(name)
            case ast.Attribute(value=owner, attr=attribute, ctx=ast.Store() | ast.Del()):
                self._set(attribute, owner, function)
            case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()):
                self._write(name, function)
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method))) if method in _GROWS:
                self.grown.setdefault((function, name), []).append(node)
                self.written.add((self._tree, name))
            case ast.Assign(value=ast.Name(id=name)):
                self.handed_out.add((function, name))
            case ast.Call():
                self._look_at_call(node, function)
            case _:
                pass

    def _look_at_call(self, call: ast.Call, function: ast.AST) -> None:
        called = call.func
        if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.attr in _CHANGES:
            self._write(called.value.id, function)
        name = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
        if name == "setattr" and len(call.args) > 1:
            owner, attribute = call.args[0], call.args[1]
            self._set(str(attribute.value) if isinstance(attribute, ast.Constant) else "*", owner, function)
        if name not in _READS:
            self.handed_out.update((function, given.id) for given in call.args if isinstance(given, ast.Name))

    def _set(self, attribute: str, owner: ast.expr, function: ast.AST) -> None:
        name = owner.id if isinstance(owner, ast.Name) else ""
        self.attributes.setdefault(attribute, set()).add(name)
        if TELLING.search(attribute):
            self.told.setdefault((function, name), []).append(attribute)

    def _write(self, name: str, function: ast.AST) -> None:
        self.written.update({(function, name), (self._tree, name)})
