"""Formats: the templates of ``text % values``, ``text.format(...)`` and ``text.format_map(...)``.

Each possible format is filled with the source of what it is given: a known text is put in, anything else is a hole. A format that another
place knows, as a class or a caller, stays a hole that is filled in there.
"""

from __future__ import annotations

import ast
import re
import string
from dataclasses import replace
from typing import TYPE_CHECKING

from tightlip.message.combining import combined
from tightlip.message.given import Given, named_values, percent_value, shown_expression
from tightlip.message.local_values import local_value
from tightlip.message.template import MOST_ALTERNATIVES, PERCENT, Applied, Hole, Template, literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from tightlip.message.expressions import Reader


def filled_by_percent(reader: Reader, whole: ast.BinOp, at: ast.AST, depth: int) -> list[Template] | None:
    """The templates of ``format % values``."""
    left, right = whole.left, whole.right
    values = list(right.elts) if isinstance(right, ast.Tuple) else None
    return _each_format(
        reader,
        left,
        "percent",
        whole,
        at,
        depth,
        lambda text, most: fill_percent(reader, text, values, right, at, depth, most),
    )


def fill_percent(
    reader: Reader,
    text: str,
    values: list[ast.expr] | None,
    right: ast.expr,
    at: ast.AST,
    depth: int = 0,
    most: int = MOST_ALTERNATIVES,
) -> list[Template] | None:
    """The templates of ``text % right``.

    Args:
        reader: Reads the values.
        text: The format.
        values: The values, where they are written out one by one.
        right: All of them.
        at: The statement.
        depth: How deep this is nested.
        most: How many possibilities there may be.
    """
    choices: list[list[Template]] = []
    position, end = 0, 0
    if values is None:
        right, values = _spread(reader, text, right, at)
    for match in PERCENT.finditer(text):
        choices.append([(text[end : match.start()],)])
        end = match.end()
        if match["type"] == "%":
            choices.append([("%",)])
            continue
        position += (match["width"] == "*") + (match["precision"] == "*")
        value = percent_value(match["key"], right, values, position)
        position += 1
        conversion = {"r": "!r", "a": "!a"}.get(match["type"], "")
        if isinstance(value, Hole):
            choices.append([(value,)])
        elif match["type"] in "sr" and not match["width"] and not match["precision"]:
            choices.append(reader.formatted(value, conversion, "", at, depth))
        else:
            choices.append([(Hole(shown_expression(value), conversion),)])
    choices.append([(text[end:],)])
    return combined(choices, most)


def filled_by_format(reader: Reader, node: ast.Call, owner: ast.expr, at: ast.AST, depth: int) -> list[Template] | None:
    """The templates of ``owner.format(...)``."""
    return _each_format(
        reader, owner, "format", node, at, depth, lambda text, most: _fill_format(reader, text, node, at, depth, most)
    )


def filled_by_format_map(
    reader: Reader, node: ast.Call, owner: ast.expr, at: ast.AST, depth: int
) -> list[Template] | None:
    """The templates of ``owner.format_map(values)``."""
    spread = ast.Call(node.func, [], [ast.keyword(None, node.args[0])]) if node.args else node
    return _each_format(
        reader, owner, "format", node, at, depth, lambda text, most: _fill_format(reader, text, spread, at, depth, most)
    )


def _each_format(
    reader: Reader,
    node: ast.expr,
    applied: Applied,
    whole: ast.expr,
    at: ast.AST,
    depth: int,
    fill: Callable[[str, int], list[Template] | None],
) -> list[Template] | None:
    found: list[Template] = []
    formats = reader.read(node, at, depth)
    for template in formats:
        text = literal(template)
        only = template[0] if len(template) == 1 else None
        if text is not None:
            filled = fill(text, MOST_ALTERNATIVES // len(formats))
        elif isinstance(only, Hole) and not only.conversion and _may_be_text(only, follows_names=reader.follows_names):
            # A format that another place knows: a class-level text, or what the caller passes.
            filled = [(replace(only, applied=applied, is_handled=False, shown=shown_expression(whole)),)]
        else:
            filled = [(Hole(shown_expression(whole)),)]
        if filled is None:
            return None
        found.extend(filled)
    return found


def _spread(reader: Reader, text: str, right: ast.expr, at: ast.AST) -> tuple[ast.expr, list[ast.expr] | None]:
    """The right side of ``%`` as it is written where it was made: a dict, or a tuple of values."""
    named = named_values(right)
    if named is not None:
        return named, None
    local = local_value(reader.bindings, right, at)
    if local is not None and isinstance(local[0], (ast.Dict, ast.Tuple, ast.Call)) and isinstance(right, ast.Name):
        inner = local[0]
        if isinstance(inner, ast.Call):
            return named_values(inner) or right, None
        if isinstance(inner, ast.Tuple) and all(isinstance(item, ast.Constant) for item in inner.elts):
            return inner, list(inner.elts)
    fields = [match for match in PERCENT.finditer(text) if match["type"] != "%" and match["key"] is None]
    if len(fields) > 1:  # a tuple
        shown = shown_expression(right)
        return right, [ast.parse(f"({shown})[{number}]", mode="eval").body for number in range(len(fields))]
    return right, None


def _fill_format(
    reader: Reader, text: str, call: ast.Call, at: ast.AST, depth: int, most: int
) -> list[Template] | None:
    """``text.format(...)``."""
    choices: list[list[Template]] = []
    automatic = 0
    try:
        fields = list(string.Formatter().parse(text))
    except ValueError:
        return None
    given = Given(call)
    for before, field, spec, conversion in fields:
        choices.append([(before,)])
        if field is None:
            continue
        name = re.split(r"[.\[]", field, maxsplit=1)[0]
        suffix = field[len(name) :]
        if not name:
            name, automatic = str(automatic), automatic + 1
        value = given.value(name)
        converted = f"!{conversion}" if conversion else ""
        if isinstance(value, Hole) or suffix:
            shown = value.expression if isinstance(value, Hole) else shown_expression(value)
            choices.append([(Hole(shown + suffix, converted, spec or ""),)])
        else:
            choices.append(reader.formatted(value, converted, spec or "", at, depth))
    return combined(choices, most)


def _may_be_text(hole: Hole, *, follows_names: bool) -> bool:
    # `%` of an attribute may well be arithmetic; of a parameter in a message it is hardly that.
    return hole.is_parameter or (follows_names and hole.expression.startswith(("self.", "cls.", "type(self).")))
