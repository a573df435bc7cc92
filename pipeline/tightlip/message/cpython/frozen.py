"""Templates of the ``raise`` statements of frozen modules, which have no source file at run time: ``No module named {!r}``.

The standard library's folder has the source of each. Read are literals, f-strings, ``%``, ``+`` and ``.format``, and names that the same
function or the module assigns. What cannot be read is a hole.
"""

from __future__ import annotations

import ast
import importlib
import re
import sysconfig
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Any

from tightlip.message.template import Hole, Template, join

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_BOOTSTRAP = {
    "_frozen_importlib": "importlib/_bootstrap.py",
    "_frozen_importlib_external": "importlib/_bootstrap_external.py",
}
_SPECIFIER = re.compile(r"%(?P<name>\(\w*\))?[-0#+ ]*(?:\d+|\*)?(?:\.(?:\d+|\*))?(?P<kind>[a-zA-Z%])")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_HOLE: Template = (Hole(""),)
_MOST = 8

_Values = dict[str, list[ast.expr]]


def sources() -> list[Path]:
    """The source files of this interpreter's frozen modules, as far as they are installed."""
    known: Any = importlib.import_module("_imp")
    names: list[str] = getattr(known, "_frozen_module_names", list)()
    standard = Path(sysconfig.get_path("stdlib"))
    files = [standard / _BOOTSTRAP.get(name, f"{name.replace('.', '/')}.py") for name in names if "hello" not in name]
    return [file for file in dict.fromkeys(files) if file.is_file()]


def templates(source: str) -> set[Template]:
    """The templates of the messages that ``source`` raises."""
    tree = ast.parse(source)
    return set(_raised(tree, _assigned(tree), {}))


def _raised(scope: ast.AST, module: Mapping[str, list[ast.expr]], local: _Values) -> Iterator[Template]:
    for node in ast.iter_child_nodes(scope):
        if isinstance(node, _FUNCTIONS):
            yield from _raised(node, module, _assigned(node))
            continue
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args:
            yield from _Reader({**module, **local}).templates(node.exc.args[0])
        yield from _raised(node, module, local)


def _assigned(scope: ast.AST) -> _Values:
    """Every text that a name is given in ``scope``."""
    found: _Values = {}
    for node in _own_nodes(scope):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    found.setdefault(target.id, []).append(node.value)
    return found


def _own_nodes(scope: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(scope):
        yield child
        if not isinstance(child, _FUNCTIONS):
            yield from _own_nodes(child)


class _Reader:
    """Reads expressions, given what the names in them were assigned."""

    def __init__(self, values: Mapping[str, list[ast.expr]], depth: int = 3) -> None:
        self._values = values
        self._depth = depth

    def templates(self, node: ast.expr) -> list[Template]:
        """What ``node`` can say; a hole for what cannot be read."""
        match node:
            case ast.Constant(value=str(text)):
                return [(text,)]
            case ast.JoinedStr():
                return self._joined([self.templates(value) for value in node.values])
            case ast.FormattedValue(conversion=conversion):
                marks = {114: "!r", 97: "!a"}
                inner = self.templates(node.value) if conversion == -1 and isinstance(node.value, ast.Name) else [_HOLE]
                return [(Hole("", marks[conversion]),)] if conversion in marks else inner
            case ast.BinOp(op=ast.Add(), left=left, right=right):
                return self._joined([self.templates(left), self.templates(right)])
            case ast.BinOp(op=ast.Mod(), left=left):
                return [_percent(text) for text in self.templates(left)]
            case ast.Call(func=ast.Attribute(attr="format", value=value)):
                return [_braces(text) for text in self.templates(value)]
            case ast.Name(id=name) if self._depth and 0 < len(self._values.get(name, ())) <= _MOST:
                inside = _Reader(self._values, self._depth - 1)
                return [template for value in self._values[name] for template in inside.templates(value)]
            case _:
                return [_HOLE]

    def _joined(self, choices: list[list[Template]]) -> list[Template]:
        found: list[Template] = [()]
        for choice in choices:
            found = [join([before, after]) for before in found for after in choice][:_MOST]
        return found


def _percent(template: Template) -> Template:
    """The template of ``template % ...``."""
    parts: list[Template] = []
    for part in template:
        if not isinstance(part, str):
            parts.append((part,))
            continue
        at = 0
        for found in _SPECIFIER.finditer(part):
            hole = ("%",) if found["kind"] == "%" else (Hole("", {"r": "!r", "a": "!a"}.get(found["kind"], "")),)
            parts += [(part[at : found.start()],), hole]
            at = found.end()
        parts.append((part[at:],))
    return join(parts)


def _braces(template: Template) -> Template:
    """The template of ``template.format(...)``."""
    parts: list[Template] = []
    for part in template:
        if not isinstance(part, str):
            parts.append((part,))
            continue
        for text, field, _, conversion in Formatter().parse(part):
            parts.append((text,))
            if field is not None:
                parts.append((Hole("", f"!{conversion}" if conversion in ("r", "a") else ""),))
    return join(parts)
