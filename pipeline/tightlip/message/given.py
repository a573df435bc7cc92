"""What a format is given: the arguments of ``.format`` and ``%``, and the entries of tables, as they are written."""

from __future__ import annotations

import ast

from tightlip.message.combining import ANYTHING
from tightlip.message.template import MOST_ALTERNATIVES, Hole


def shown_expression(node: ast.expr) -> str:
    """The source of ``node`` in one line."""
    try:
        return " ".join(ast.unparse(node).split())
    except RecursionError:
        return ANYTHING.expression


class Given:
    """The arguments of ``.format(...)``, also where they are ``*values`` or ``**values``."""

    def __init__(self, call: ast.Call) -> None:
        self._positional = call.args
        self._keywords = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg is not None}
        self._spread: ast.Dict | None = None
        self._spread_name = ""
        for keyword in call.keywords:
            if keyword.arg is None:
                named = named_values(keyword.value)
                if named is not None:
                    self._spread = named
                elif ast.unparse(keyword.value) in _NAMESPACES:
                    self._spread_name = _NAMESPACES[ast.unparse(keyword.value)]

    def value(self, name: str) -> ast.expr | Hole:
        """What the field ``name`` is filled with."""
        if not name.isdigit():
            return self._named(name)
        number = int(name)
        for position, argument in enumerate(self._positional):
            if isinstance(argument, ast.Starred):
                return Hole(f"{shown_expression(argument.value)}[{number - position}]")
            if position == number:
                return argument
        return ANYTHING

    def _named(self, name: str) -> ast.expr | Hole:
        if name in self._keywords:
            return self._keywords[name]
        if self._spread is not None:
            value = percent_value(name, self._spread, None, 0)
            if not isinstance(value, Hole):
                return value
        return Hole(self._spread_name + name)


#: What names the values of ``% vars(self)``, and what stands before the key there.
_NAMESPACES = {"self.__dict__": "self.", "vars(self)": "self.", "locals()": "", "vars()": ""}


def named_values(node: ast.expr) -> ast.Dict | None:
    """``dict(key=value)`` as ``{"key": value}``."""
    if isinstance(node, ast.Dict):
        return node
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict" and not node.args:
        named = [(keyword.arg, keyword.value) for keyword in node.keywords if keyword.arg is not None]
        return ast.Dict([ast.Constant(name) for name, _ in named], [value for _, value in named])
    return None


def under(table: ast.expr, key: ast.expr) -> list[ast.expr]:
    """The values of a dict, list or tuple that ``key`` can lead to; none where there are too many."""
    if isinstance(table, ast.Dict):
        known = [
            value
            for name, value in zip(table.keys, table.values, strict=True)
            if name is not None and (not isinstance(key, ast.Constant) or _is_same(name, key))
        ]
        if isinstance(key, ast.Constant):
            known = known[-1:]
    elif isinstance(table, (ast.List, ast.Tuple)) and not any(isinstance(item, ast.Starred) for item in table.elts):
        number = key.value if isinstance(key, ast.Constant) else None
        is_there = isinstance(number, int) and 0 <= number < len(table.elts)
        known = (
            [table.elts[number]] if is_there and isinstance(number, int) else [] if number is not None else table.elts
        )
    else:
        known = []
    return known if len(known) <= MOST_ALTERNATIVES else []


def percent_value(key: str | None, right: ast.expr, values: list[ast.expr] | None, position: int) -> ast.expr | Hole:
    """What a field of ``% right`` is filled with.

    Args:
        key: Its key, as in ``%(name)s``.
        right: All that stands on the right.
        values: The values there, where they are written out one by one.
        position: Of the field, among those without a key.
    """
    if key is not None:
        if isinstance(right, ast.Dict):
            for name, value in zip(right.keys, right.values, strict=True):
                if isinstance(name, ast.Constant) and name.value == key:
                    return value
        return Hole(_NAMESPACES.get(ast.unparse(right), "") + key)
    if values is None:
        return right if position == 0 else Hole(f"{shown_expression(right)}[{position}]")
    return values[position] if position < len(values) else Hole(shown_expression(right))


def _is_same(name: ast.expr, key: ast.Constant) -> bool:
    return isinstance(name, ast.Constant) and type(name.value) is type(key.value) and name.value == key.value
