"""Expressions to templates: what text can an expression of the source give?

`Reader.read` answers with every template that is possible, at most eight. Anything that is not known to be text is a hole that
shows the expression. Nothing is evaluated but constants and string methods on constants.
"""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Callable  # noqa: TC003
from inspect import cleandoc
from textwrap import dedent
from typing import TYPE_CHECKING

from tightlip.message.template import (
    MOST_ALTERNATIVES,
    Hole,
    Template,
    as_repr,
    combinations,
    has_text,
    literal,
)

if TYPE_CHECKING:
    from tightlip.message.bindings import Bindings, Definition

#: https://docs.python.org/3/library/stdtypes.html#printf-style-string-formatting
_PERCENT = re.compile(
    r"%(?:\((?P<key>[^)]{0,200})\))?(?P<flags>[#0\- +]*)(?P<width>\*|\d+)?(?:\.(?P<precision>\*|\d+))?[hlL]?(?P<type>[diouxXeEfFgGcrsa%])"
)
#: String methods that keep a constant a constant.
_METHODS: dict[str, Callable[[str], str]] = {
    "strip": str.strip, "rstrip": str.rstrip, "lstrip": str.lstrip, "lower": str.lower, "upper": str.upper,
    "title": str.title, "capitalize": str.capitalize,
}  # fmt: skip
_FUNCTIONS: dict[str, Callable[[str], str]] = {"dedent": dedent, "cleandoc": cleandoc}
#: Translations: the template is the msgid, so that all languages are one issue.
_GETTEXT = frozenset(
    {"_", "gettext", "gettext_lazy", "lazy_gettext", "ugettext", "pgettext", "ngettext", "gettext_noop"}
)
_DEEPEST = 24
#: Expressions read in one file; the largest files of 20 packages need a tenth.
_MOST_READS = 100_000


def shown_expression(node: ast.expr) -> str:
    """The source of ``node`` in one line."""
    return " ".join(ast.unparse(node).split())


class Reader:
    """Reads the expressions of one module.

    Args:
        bindings: Where names are looked up.
        follows_names: Show ``self.detail`` for a local name that was given it. Class rules fill such holes in; elsewhere the name that
            the author chose says more.
    """

    def __init__(self, bindings: Bindings, *, follows_names: bool = False) -> None:
        self._bindings = bindings
        self._follows_names = follows_names
        # Definitions refer to one another, in loops also to themselves: without these two, reading one name in a long
        # function takes exponential time. None marks what is being read right now.
        self._known: dict[tuple[ast.expr, ast.AST], list[Template] | None] = {}
        self._reads_left = _MOST_READS

    def read(self, node: ast.expr, at: ast.AST, depth: int = 0) -> list[Template]:
        """The templates that ``node``, evaluated in statement ``at``, can give: 1 to `MOST_ALTERNATIVES` of them."""
        key = (node, at)
        known = self._known.get(key)
        if known is not None:
            return known
        found: list[Template] = [(Hole(shown_expression(node)),)]
        self._reads_left -= 1
        if key not in self._known and depth <= _DEEPEST and self._reads_left > 0:
            self._known[key] = None
            read = self._read(node, at, depth + 1)
            if read is not None and 0 < len(read) <= MOST_ALTERNATIVES:
                found = read
            self._known[key] = found
        return found

    def _read(self, node: ast.expr, at: ast.AST, depth: int) -> list[Template] | None:
        match node:
            case ast.Constant():
                return [(str(node.value),)] if node.value is not ... else None
            case ast.JoinedStr():
                return combinations([self._read_part(value, at, depth) for value in node.values])
            case ast.BinOp(op=ast.Add()):
                sides = combinations([self.read(node.left, at, depth), self.read(node.right, at, depth)])
                return sides if sides is not None and any(has_text(side) for side in sides) else None
            case ast.BinOp(op=ast.Mod()):
                return self._percent(node, at, depth)
            case ast.IfExp():
                return _either(self.read(node.body, at, depth), self.read(node.orelse, at, depth))
            case ast.BoolOp(op=ast.Or()):
                return _either(*(self.read(value, at, depth) for value in node.values))
            case ast.NamedExpr():
                return self.read(node.value, at, depth)
            case ast.Name():
                return self._name(node, at, depth)
            case ast.Call():
                return self._call(node, at, depth)
            case _:
                return None

    def _read_part(self, node: ast.expr, at: ast.AST, depth: int) -> list[Template]:
        if isinstance(node, ast.FormattedValue):
            conversion = "" if node.conversion < 0 else f"!{chr(node.conversion)}"
            spec = "" if node.format_spec is None else ast.unparse(node.format_spec)[2:-1]
            return self._embedded(node.value, conversion, spec, at, depth)
        return self.read(node, at, depth)

    def formatted(self, node: ast.expr, conversion: str, spec: str, at: ast.AST, depth: int = 0) -> list[Template]:
        """The templates of ``node`` where it is formatted into a text: a known text is put in, anything else is a hole."""
        if not spec and conversion in ("", "!s"):
            found = self.read(node, at, depth)
            if any(has_text(template) or _is_handled(template) for template in found):
                return found
            if self._follows_names and all(_is_name(template) for template in found):
                return found
        elif not spec and isinstance(node, ast.Constant) and isinstance(node.value, str):
            return [as_repr((node.value,))]
        return [(Hole(shown_expression(node), conversion, spec),)]

    def _embedded(self, node: ast.expr, conversion: str, spec: str, at: ast.AST, depth: int) -> list[Template]:
        """`formatted`, inside a longer text: what can be several things is a hole that shows the expression."""
        found = self.formatted(node, conversion, spec, at, depth)
        if len(found) == 1 or self._follows_names:
            return found
        return [(Hole(shown_expression(node), conversion, spec),)]

    def _name(self, node: ast.Name, at: ast.AST, depth: int) -> list[Template] | None:
        own: Template = (Hole(node.id),)
        found: list[Template] = []
        for definition in self._bindings.reaching(node.id, at):
            for template in self._defined(definition, node, depth):
                is_said = has_text(template) or _is_handled(template) or (self._follows_names and _is_name(template))
                found.append(template if is_said else own)
        return list(dict.fromkeys(found)) or [own]

    def _defined(self, definition: Definition, node: ast.Name, depth: int) -> list[Template]:
        own: Template = (Hole(node.id),)
        if definition.kind == "handled":
            return [(Hole(node.id, is_handled=True),)]
        if definition.value is None or definition.at is None or _is_number(definition.value):
            return [own]  # a named number may be set to another one; its name says more than its value
        value = self.read(definition.value, definition.at, depth)
        if definition.kind != "augmented":
            return value
        return combinations([self.read(node, definition.at, depth), value]) or [own]

    def _percent(self, node: ast.BinOp, at: ast.AST, depth: int) -> list[Template] | None:
        found: list[Template] = []
        for template in self.read(node.left, at, depth):
            text = literal(template)
            if text is None:
                return None
            filled = self._fill_percent(text, node.right, at, depth)
            if filled is None:
                return None
            found.extend(filled)
        return found

    def _fill_percent(self, text: str, right: ast.expr, at: ast.AST, depth: int) -> list[Template] | None:
        choices: list[list[Template]] = []
        values = list(right.elts) if isinstance(right, ast.Tuple) else None
        position, end = 0, 0
        for match in _PERCENT.finditer(text):
            choices.append([(text[end : match.start()],)])
            end = match.end()
            if match["type"] == "%":
                choices.append([("%",)])
                continue
            position += (match["width"] == "*") + (match["precision"] == "*")
            value = _percent_value(match["key"], right, values, position)
            position += 1
            conversion = {"r": "!r", "a": "!a"}.get(match["type"], "")
            if isinstance(value, Hole):
                choices.append([(value,)])
            elif match["type"] == "s":
                choices.append(self._embedded(value, "", "", at, depth))
            else:
                choices.append([(Hole(shown_expression(value), conversion),)])
        choices.append([(text[end:],)])
        return combinations(choices)

    def _call(self, node: ast.Call, at: ast.AST, depth: int) -> list[Template] | None:
        first = node.args[0] if node.args else None
        if isinstance(node.func, ast.Attribute):
            return self._method(node, node.func, at, depth)
        if not isinstance(node.func, ast.Name) or first is None:
            return None
        name = node.func.id
        if name == "cast" and len(node.args) == 2:  # noqa: PLR2004 - typing.cast(type, value)
            return self.read(node.args[1], at, depth)
        if name == "str" and len(node.args) == 1:
            return self.formatted(first, "", "", at, depth)
        if name == "repr":
            return self.formatted(first, "!r", "", at, depth)
        if name in _GETTEXT:
            return self.read(node.args[1] if name == "pgettext" and len(node.args) > 1 else first, at, depth)
        if name in _FUNCTIONS:
            return self._applied(_FUNCTIONS[name], first, at, depth)
        return None

    def _method(self, node: ast.Call, function: ast.Attribute, at: ast.AST, depth: int) -> list[Template] | None:
        if function.attr == "format":
            found: list[Template] = []
            for template in self.read(function.value, at, depth):
                text = literal(template)
                filled = None if text is None else self._fill_format(text, node, at, depth)
                if filled is None:
                    return None
                found.extend(filled)
            return found
        if function.attr == "cast" and len(node.args) == 2:  # noqa: PLR2004
            return self.read(node.args[1], at, depth)
        if function.attr in _METHODS and not node.args:
            return self._applied(_METHODS[function.attr], function.value, at, depth)
        if function.attr in _FUNCTIONS and node.args:
            return self._applied(_FUNCTIONS[function.attr], node.args[0], at, depth)
        if function.attr in _GETTEXT and node.args:
            return self.read(node.args[0], at, depth)
        if function.attr == "join" and len(node.args) == 1 and isinstance(node.args[0], (ast.List, ast.Tuple)):
            return self._joined(function.value, node.args[0].elts, at, depth)
        return None

    def _applied(
        self, function: Callable[[str], str], node: ast.expr, at: ast.AST, depth: int
    ) -> list[Template] | None:
        texts = [literal(template) for template in self.read(node, at, depth)]
        return [(function(text),) for text in texts if text is not None] if None not in texts else None

    def _joined(self, separator: ast.expr, items: list[ast.expr], at: ast.AST, depth: int) -> list[Template] | None:
        choices: list[list[Template]] = []
        for number, item in enumerate(items):
            if number:
                choices.append(self.read(separator, at, depth))
            choices.append(self.read(item, at, depth))
        return combinations(choices)

    def _fill_format(self, text: str, call: ast.Call, at: ast.AST, depth: int) -> list[Template] | None:
        if any(isinstance(argument, ast.Starred) for argument in call.args):
            return None
        keywords = {keyword.arg: keyword.value for keyword in call.keywords}
        choices: list[list[Template]] = []
        automatic = 0
        try:
            fields = list(string.Formatter().parse(text))
        except ValueError:
            return None
        for before, field, spec, conversion in fields:
            choices.append([(before,)])
            if field is None:
                continue
            name = re.split(r"[.\[]", field, maxsplit=1)[0]
            suffix = field[len(name) :]
            if not name:
                name, automatic = str(automatic), automatic + 1
            value = (
                keywords.get(name)
                if not name.isdigit()
                else (call.args[int(name)] if int(name) < len(call.args) else None)
            )
            converted = f"!{conversion}" if conversion else ""
            if value is None or suffix:
                shown = name if value is None else shown_expression(value)
                choices.append([(Hole(shown + suffix, converted, spec or ""),)])
            else:
                choices.append(self._embedded(value, converted, spec or "", at, depth))
        return combinations(choices)


def _percent_value(key: str | None, right: ast.expr, values: list[ast.expr] | None, position: int) -> ast.expr | Hole:
    if key is not None:
        if isinstance(right, ast.Dict):
            for name, value in zip(right.keys, right.values, strict=True):
                if isinstance(name, ast.Constant) and name.value == key:
                    return value
        return Hole(key)
    if values is None:
        return right if position == 0 else Hole(f"{shown_expression(right)}[{position}]")
    return values[position] if position < len(values) else Hole(shown_expression(right))


def _is_name(template: Template) -> bool:
    only = template[0] if len(template) == 1 else None
    return isinstance(only, Hole) and all(part.isidentifier() for part in only.expression.split("."))


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and not isinstance(node.value, str)


def _is_handled(template: Template) -> bool:
    return any(isinstance(part, Hole) and part.is_handled for part in template)


def _either(*choices: list[Template]) -> list[Template]:
    return list(dict.fromkeys(template for choice in choices for template in choice))
