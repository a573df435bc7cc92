"""Joined lists: the templates of ``separator.join(items)``.

The items are those of the list as it is written where it was made, and those that the function appends to it afterwards. An item that may
not be there makes one template more, or a place that can hold anything.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from tightlip.message.combining import ANYTHING, together
from tightlip.message.local_values import appended, is_rewritten, local_value, local_values
from tightlip.message.template import MOST_ALTERNATIVES, Template, join

if TYPE_CHECKING:
    from tightlip.message.expressions import Reader
    from tightlip.message.local_values import Item

_COPIES = frozenset({"sorted", "list", "tuple"})


def joined_texts(
    reader: Reader, separator: ast.expr, joined: ast.expr, at: ast.AST, depth: int
) -> list[Template] | None:
    """The templates of ``separator.join(joined)``; None where the list is not known."""
    between = reader.read(separator, at, depth)
    if isinstance(joined, ast.Call) and isinstance(joined.func, ast.Name) and joined.func.id in _COPIES:
        return _joined_sorted(reader, between, joined, at)
    lists = [(joined, at)] if isinstance(joined, (ast.List, ast.Tuple)) else local_values(reader.bindings, joined, at)
    if len(between) != 1 or not lists or len(lists) > MOST_ALTERNATIVES:
        return None
    if isinstance(joined, ast.Name) and is_rewritten(reader.bindings, joined.id, at):
        return None
    found: list[Template] = []
    for made, where in lists:
        if not isinstance(made, (ast.List, ast.Tuple)):
            return None
        items: list[Item] = [(item, where, True) for item in made.elts]
        items.extend(appended(reader.bindings, joined, where, at))
        read: list[tuple[list[Template], bool]] = [
            ([(ANYTHING,)], False)
            if item is None or isinstance(item, ast.Starred)
            else (reader.formatted(item, "", "", stands_in, depth), is_sure)
            for item, stands_in, is_sure in items
        ]
        found.extend(together(read, between[0], MOST_ALTERNATIVES // len(lists)))
    return list(dict.fromkeys(found)) or None


def _joined_sorted(reader: Reader, between: list[Template], joined: ast.Call, at: ast.AST) -> list[Template] | None:
    """``", ".join(sorted(KINDS))`` of constants."""
    assert isinstance(joined.func, ast.Name)
    only = joined.args[0] if len(joined.args) == 1 and not joined.keywords else None
    local = local_value(reader.bindings, only, at) if only is not None else None
    if local is None and isinstance(only, (ast.List, ast.Tuple, ast.Set)):
        local = only, at
    if (
        local is None
        or (isinstance(only, ast.Name) and is_rewritten(reader.bindings, only.id, at))
        or len(between) != 1
    ):
        return None
    items = local[0].elts if isinstance(local[0], (ast.List, ast.Tuple, ast.Set)) else []
    texts = [item.value for item in items if isinstance(item, ast.Constant) and isinstance(item.value, str)]
    if len(texts) != len(items) or not texts or reader.bindings.reaching(joined.func.id, at):
        return None
    if isinstance(local[0], ast.Set) and joined.func.id != "sorted":
        return None
    texts = sorted(set(texts) if isinstance(local[0], ast.Set) else texts) if joined.func.id == "sorted" else texts
    return [join([part for text in texts for part in ((text,), between[0])][:-1])]
