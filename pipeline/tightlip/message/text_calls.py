"""Calls that give texts: functions and methods of the standard library, builtins, and translations.

A function is known by the module that its name was imported from, never by its name alone: anyone else's ``dedent`` may do something else.
What is applied to a text is applied to its template if all other arguments are constants.
"""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from tightlip.message.combining import ANYTHING, closed, either, is_open, merged
from tightlip.message.formats import filled_by_format, filled_by_format_map
from tightlip.message.given import shown_expression
from tightlip.message.joining import joined_texts
from tightlip.message.template import METHODS, Applied, Hole, Part, Template, changed, has_text, join

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tightlip.message.expressions import Reader

#: Modules whose functions of that name are meant; anyone else's ``dedent`` may do something else.
_HOMES = {
    "dedent": frozenset({"textwrap", "inspect"}),
    "cleandoc": frozenset({"inspect"}),
    "indent": frozenset({"textwrap"}),
    "fill": frozenset({"textwrap"}),
    "shorten": frozenset({"textwrap"}),
    "cast": frozenset({"typing", "typing_extensions"}),
}
#: Functions that break lines or cut where the values are long.
_WRAPS = frozenset({"fill", "shorten"})
_WHITESPACE = re.compile(r"(\s+)")
#: Translations: the template is the msgid, so that all languages are one issue.
_GETTEXT = frozenset({"_", "N_", "gettext", "gettext_lazy", "lazy_gettext", "ugettext", "gettext_noop"})
#: Those with a context before the msgid, and those with a plural behind it.
_GETTEXT_CONTEXT = frozenset({"pgettext", "pgettext_lazy", "npgettext"})
_GETTEXT_PLURAL = frozenset({"ngettext", "ngettext_lazy", "ungettext", "npgettext"})
#: Methods that are applied to what fills a hole later.
_KEPT: dict[str, Applied] = {
    "strip": "strip",
    "lstrip": "strip",
    "rstrip": "strip",
    "lower": "lower",
    "upper": "upper",
    "dedent": "dedent",
    "cleandoc": "dedent",
}


def text_of_call(reader: Reader, node: ast.Call, at: ast.AST, depth: int) -> list[Template] | None:
    """The templates of what ``node`` returns, where it calls one of those; else None."""
    if isinstance(node.func, ast.Attribute):
        return _method(reader, node, node.func, at, depth)
    if not isinstance(node.func, ast.Name) or not node.args:
        return None
    name = node.func.id
    if name in _BUILTINS:
        if reader.bindings.reaching(name, at):
            return None  # another one under its name
        return _BUILTINS[name](reader, node, at, depth)
    original, home = _origin(reader, node.func, at)
    if home in _HOMES.get(original, ()):
        return _function(reader, original, node, at, depth)
    is_followed = bool(home) or not reader.bindings.reaching(name, at) or _is_given(reader, name, at)
    return _translated(reader, original, node, at, depth) if is_followed else None


def _origin(reader: Reader, name: ast.Name, at: ast.AST) -> tuple[str, str]:
    """The function behind an imported name, and the module that it was imported from."""
    definitions = reader.bindings.reaching(name.id, at)
    only = definitions[0] if len({d.at for d in definitions}) == 1 else None
    if only is None or only.kind != "import":
        return name.id, "" if not definitions or any(d.kind != "import" for d in definitions) else "?"
    module = only.at.module if isinstance(only.at, ast.ImportFrom) else only.alias
    return only.alias if isinstance(only.at, ast.ImportFrom) else name.id, module or "."


def _is_given(reader: Reader, name: str, at: ast.AST) -> bool:
    """``_ = gettext.gettext``: a name that was given a function, and is no function of this module."""
    return any(d.kind in ("import", "value", "other") for d in reader.bindings.reaching(name, at))


def _as_text(reader: Reader, node: ast.Call, at: ast.AST, depth: int) -> list[Template] | None:
    return reader.formatted(node.args[0], "", "", at, depth) if len(node.args) == 1 else None


def _as_repr(reader: Reader, node: ast.Call, at: ast.AST, depth: int) -> list[Template] | None:
    return reader.formatted(node.args[0], "!r", "", at, depth)


def _as_formatted(reader: Reader, node: ast.Call, at: ast.AST, depth: int) -> list[Template] | None:
    spec = node.args[1] if len(node.args) > 1 else ast.Constant("")
    if not isinstance(spec, ast.Constant):
        return None
    return reader.formatted(node.args[0], "", str(spec.value), at, depth)


def _function(reader: Reader, name: str, node: ast.Call, at: ast.AST, depth: int) -> list[Template] | None:
    """A function of the standard library, applied to a text."""
    if name == "cast":
        return reader.read(node.args[1], at, depth) if len(node.args) > 1 else None
    if name in _WRAPS:
        return _wrapped(reader, name, node, at, depth)
    return _applied(reader, name, node.args[0], node.args[1:], at, depth) if not node.keywords else None


def _wrapped(reader: Reader, name: str, node: ast.Call, at: ast.AST, depth: int) -> list[Template] | None:
    """``textwrap.fill`` and ``shorten``: in one line, or with a hole for each place where a line may be broken; or cut."""
    found: list[Template] = []
    for template in reader.read(node.args[0], at, depth):
        if not has_text(template):
            return None
        pieces = [_WHITESPACE.split(part) if isinstance(part, str) else [part] for part in template]
        flat: list[Part] = [piece for several in pieces for piece in several]
        found.append(join([tuple(" " if isinstance(p, str) and p.isspace() else p for p in flat)]))
        if name == "fill":
            found.append(merged([tuple(ANYTHING if isinstance(p, str) and p.isspace() else p for p in flat)]))
    return [*found, (Hole(shown_expression(node)),)]


def _translated(reader: Reader, name: str, node: ast.Call, at: ast.AST, depth: int) -> list[Template] | None:
    start = 1 if name in _GETTEXT_CONTEXT else 0
    wanted = 2 if name in _GETTEXT_PLURAL else 1
    if name not in _GETTEXT | _GETTEXT_CONTEXT | _GETTEXT_PLURAL or len(node.args) < start + wanted:
        return None
    return either(*(reader.read(text, at, depth) for text in node.args[start : start + wanted]))


def _method(reader: Reader, node: ast.Call, function: ast.Attribute, at: ast.AST, depth: int) -> list[Template] | None:
    name, owner = function.attr, function.value
    method = _TEXT_METHODS.get(name)
    if method is not None:
        return method(reader, node, owner, at, depth)
    if isinstance(owner, ast.Name) and _origin(reader, owner, at)[1] in _HOMES.get(name, ()) and node.args:
        return _function(reader, name, node, at, depth)
    if name in METHODS and not node.keywords:
        return _applied(reader, name, owner, node.args, at, depth)
    return _translated(reader, name, node, at, depth)


def _join(reader: Reader, node: ast.Call, owner: ast.expr, at: ast.AST, depth: int) -> list[Template] | None:
    return joined_texts(reader, owner, node.args[0], at, depth) if len(node.args) == 1 else None


def _get(reader: Reader, node: ast.Call, owner: ast.expr, at: ast.AST, depth: int) -> list[Template] | None:
    if not node.args:
        return None
    known = reader.entry(owner, node.args[0], at)
    others = [reader.read(default, at, depth) for default in node.args[1:2]] or [[("None",)]]
    is_there = known is not None and isinstance(node.args[0], ast.Constant)
    return known if known is None or is_there else either(known, *others)


def _decoded(reader: Reader, node: ast.Call, owner: ast.expr, at: ast.AST, depth: int) -> list[Template] | None:
    """``text.encode("ascii", "replace").decode()``: as it was, where it is ASCII."""
    if not (isinstance(owner, ast.Call) and isinstance(owner.func, ast.Attribute) and owner.func.attr == "encode"):
        return _translated(reader, "decode", node, at, depth)
    found = reader.read(owner.func.value, at, depth)
    is_plain = all(part.isascii() for template in found for part in template if isinstance(part, str))
    return found if is_plain and any(has_text(one) or is_open(one) for one in found) else None


def _applied(
    reader: Reader, name: str, node: ast.expr, given: Sequence[ast.expr], at: ast.AST, depth: int
) -> list[Template] | None:
    """A method or function of a text, whose other arguments are constants."""
    values = [argument.value for argument in given if isinstance(argument, ast.Constant)]
    if len(values) != len(given):
        return None
    found: list[Template] = []
    for template in reader.read(node, at, depth):
        only = template[0] if len(template) == 1 else None
        if isinstance(only, Hole) and is_open(template) and not only.applied and name in _KEPT and not values:
            found.append((replace(only, applied=_KEPT[name]),))  # applied to what fills the hole, too
            continue
        known = template if name in _KEPT and _KEPT[name] in ("strip", "dedent") else closed(template)
        after = changed(known, name, *values) if has_text(template) else None
        if after is None:
            return None
        found.append(after)
    return found


_BUILTINS: dict[str, Callable[[Reader, ast.Call, ast.AST, int], list[Template] | None]] = {
    "str": _as_text,
    "repr": _as_repr,
    "format": _as_formatted,
}
_TEXT_METHODS: dict[str, Callable[[Reader, ast.Call, ast.expr, ast.AST, int], list[Template] | None]] = {
    "format": filled_by_format,
    "format_map": filled_by_format_map,
    "join": _join,
    "get": _get,
    "decode": _decoded,
}
