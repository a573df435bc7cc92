"""Expressions to templates: what text can an expression of the source give?

`Reader.read` answers with every template that is possible, at most eight. Anything that is not known to be text is a hole that
shows the expression. Nothing is evaluated but constants and string methods on constants.
"""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Callable  # noqa: TC003
from dataclasses import replace
from inspect import cleandoc
from textwrap import dedent, fill
from typing import TYPE_CHECKING, Protocol

from tightlip.message.template import (
    MOST_ALTERNATIVES,
    PERCENT,
    Applied,
    Hole,
    Part,
    Template,
    as_repr,
    combinations,
    has_text,
    join,
    literal,
    merged,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tightlip.message.bindings import Bindings, Definition

#: String methods and functions of constants that give a constant.
_METHODS: dict[str, Callable[..., str]] = {
    "strip": str.strip, "rstrip": str.rstrip, "lstrip": str.lstrip, "lower": str.lower, "upper": str.upper, "title": str.title,
    "capitalize": str.capitalize, "replace": str.replace, "removeprefix": str.removeprefix, "removesuffix": str.removesuffix,
    "expandtabs": str.expandtabs,
}  # fmt: skip
_FUNCTIONS: dict[str, Callable[..., str]] = {"dedent": dedent, "cleandoc": cleandoc, "fill": fill}
#: Translations: the template is the msgid, so that all languages are one issue.
_GETTEXT = frozenset({"_", "N_", "gettext", "gettext_lazy", "lazy_gettext", "ugettext", "gettext_noop"})
#: Those with a context before the msgid, and those with a plural behind it.
_GETTEXT_CONTEXT = frozenset({"pgettext", "pgettext_lazy", "npgettext"})
_GETTEXT_PLURAL = frozenset({"ngettext", "ngettext_lazy", "ungettext", "npgettext"})
_GROWS = frozenset({"append", "extend", "insert"})
#: An attribute of an exception that says what ``str()`` of it says; `msg` and `reason` are often a part of that.
_TELLING = frozenset({"message"})
_ANYTHING = Hole("…")
_DEEPEST = 24
#: Expressions read in one file; the largest files of 20 packages need a tenth.
_MOST_READS = 100_000
#: Stand for holes while a function is applied to the text around them (private use, as no message has them).
_FIRST_MARK = 0xE000


def shown_expression(node: ast.expr) -> str:
    """The source of ``node`` in one line."""
    return " ".join(ast.unparse(node).split())


class Outside(Protocol):
    """What an expression refers to outside of its function: constants of the module, of classes, of other modules."""

    def value(self, node: ast.expr, at: ast.AST) -> Outer | None:
        """What the name or attribute ``node`` stands for, if it is one expression."""
        ...

    def returned(self, node: ast.Call | ast.Attribute, at: ast.AST) -> list[Template] | None:
        """The texts that a call or a property can return; None where that is not known."""
        ...


class Outer(Protocol):
    """An expression found elsewhere."""

    @property
    def node(self) -> ast.expr:
        """The expression."""
        ...

    def read(self) -> list[Template]:
        """Its templates, in terms of the place where it stands."""
        ...

    def inner(self, node: ast.expr) -> list[Template]:
        """The templates of a part of it."""
        ...


class Reader:
    """Reads the expressions of one module.

    Args:
        bindings: Where names are looked up.
        outside: Where the module's own and imported constants are looked up.
        follows_names: Show ``self.detail`` for a local name that was given it, and leave ``self.text`` to the class that there is at run time.
            Class rules fill such holes in; elsewhere the name that the author chose says more.
    """

    def __init__(self, bindings: Bindings, outside: Outside | None = None, *, follows_names: bool = False) -> None:
        self._bindings = bindings
        self._outside = outside
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
                return [(str(node.value),) if node.value != "" else ()] if node.value is not ... else None
            case ast.JoinedStr():
                return _combined([self._read_part(value, at, depth) for value in node.values])
            case ast.BinOp(op=ast.Add()):
                if _is_number(node.left) or _is_number(node.right):
                    return None
                sides = _combined([self.read(node.left, at, depth), self.read(node.right, at, depth)])
                return sides if any(has_text(side) for side in sides) else None
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
            case ast.Attribute():
                return self._attribute(node, at)
            case ast.Subscript():
                return self._subscript(node, at)
            case ast.Call():
                return self._call(node, at, depth) or self._returned(node, at)
            case _:
                return None

    def _read_part(self, node: ast.expr, at: ast.AST, depth: int) -> list[Template]:
        if isinstance(node, ast.FormattedValue):
            conversion = "" if node.conversion < 0 else f"!{chr(node.conversion)}"
            spec = "" if node.format_spec is None else ast.unparse(node.format_spec)[2:-1]
            return self.formatted(node.value, conversion, spec, at, depth)
        return self.read(node, at, depth)

    def formatted(self, node: ast.expr, conversion: str, spec: str, at: ast.AST, depth: int = 0) -> list[Template]:
        """The templates of ``node`` where it is formatted into a text: a known text is put in, anything else is a hole."""
        found = self.read(node, at, depth) if not spec else []
        if conversion in ("", "!s"):
            if any(has_text(template) or _is_open(template) for template in found):
                return found
            if found and self._follows_names:
                return found
        elif len(found) == 1 and (literal(found[0]) is not None or _is_open(found[0])):
            return [as_repr(found[0])]
        return [(Hole(shown_expression(node), conversion, spec),)]

    def _name(self, node: ast.Name, at: ast.AST, depth: int) -> list[Template] | None:
        own: Template = (Hole(node.id),)
        found: list[Template] = []
        for definition in self._bindings.reaching(node.id, at):
            for template in self._defined(definition, node, at, depth):
                is_said = has_text(template) or _is_open(template) or (self._follows_names and _is_name(template))
                found.append(template if is_said else own)
        # The parameter itself, or something else under its name: the caller's argument may not stand here.
        if own in found:
            found = [template for template in found if template != (Hole(node.id, is_parameter=True),)]
        return list(dict.fromkeys(found)) or [own]

    def _defined(self, definition: Definition, node: ast.Name, at: ast.AST, depth: int) -> list[Template]:
        own: Template = (Hole(node.id),)
        if definition.kind == "handled":
            return [(Hole(node.id, is_handled=True),)]
        if definition.kind == "parameter":
            return [(Hole(node.id, is_parameter=True),)]
        if definition.kind == "import":
            return self._from_outside(node, at) or [own]
        if definition.value is None or definition.at is None or _is_number(definition.value):
            return [own]  # a named number may be set to another one; its name says more than its value
        value = self.read(definition.value, definition.at, depth)
        if definition.kind != "augmented":
            return value
        return combinations([self.read(node, definition.at, depth), value]) or [own]

    def _from_outside(self, node: ast.expr, at: ast.AST) -> list[Template] | None:
        found = self._outside.value(node, at) if self._outside is not None else None
        if found is None or _is_number(found.node):
            return None
        read = found.read()
        return read if all(has_text(template) for template in read) else None

    def _attribute(self, node: ast.Attribute, at: ast.AST) -> list[Template] | None:
        root = node.value
        if isinstance(root, ast.Name) and node.attr in _TELLING and self._is_handled(root, at):
            return [(Hole(shown_expression(node), is_handled=True),)]
        if self._follows_names and isinstance(root, ast.Name) and root.id in ("self", "cls"):
            return None
        if node.attr == "value":  # of a member of an enum
            return self._from_outside(root, at)
        return self._from_outside(node, at) or self._returned(node, at)

    def _returned(self, node: ast.Call | ast.Attribute, at: ast.AST) -> list[Template] | None:
        found = self._outside.returned(node, at) if self._outside is not None else None
        return found if found and any(has_text(template) for template in found) else None

    def _is_handled(self, node: ast.Name, at: ast.AST) -> bool:
        definitions = self._bindings.reaching(node.id, at)
        return bool(definitions) and all(definition.kind == "handled" for definition in definitions)

    def is_arguments_of_handled(self, node: ast.expr, at: ast.AST) -> bool:
        """Whether ``node`` is ``e.args`` of the exception being handled."""
        return (
            isinstance(node, ast.Attribute)
            and node.attr == "args"
            and isinstance(node.value, ast.Name)
            and self._is_handled(node.value, at)
        )

    def _subscript(self, node: ast.Subscript, at: ast.AST) -> list[Template] | None:
        if self.is_arguments_of_handled(node.value, at):
            is_first = isinstance(node.slice, ast.Constant) and node.slice.value == 0
            return [(Hole(shown_expression(node), is_handled=True),)] if is_first else None
        return self._entry(node.value, node.slice, at)

    def _entry(self, table: ast.expr, key: ast.expr, at: ast.AST) -> list[Template] | None:
        """What ``TABLE[key]`` can give: of a dict of texts the one under a constant key, else any of them."""
        local = self._local_value(table, at)
        found = self._outside.value(table, at) if local is None and self._outside is not None else None
        node = local[0] if local is not None else found.node if found is not None else None
        if not isinstance(node, ast.Dict):
            return None
        known = [
            value
            for name, value in zip(node.keys, node.values, strict=True)
            if name is not None and (not isinstance(key, ast.Constant) or _is_same(name, key))
        ]
        if not known or len(known) > MOST_ALTERNATIVES:
            return None
        if local is not None:
            return _either(*(self.read(value, local[1]) for value in known))
        assert found is not None
        return _either(*(found.inner(value) for value in known))

    def _local_value(self, node: ast.expr, at: ast.AST) -> tuple[ast.expr, ast.AST] | None:
        """The one expression that a name was given."""
        if not isinstance(node, ast.Name):
            return (node, at) if isinstance(node, ast.Dict) else None
        values = self._local_values(node, at)
        return values[0] if len(values) == 1 else None

    def _local_values(self, node: ast.expr, at: ast.AST) -> list[tuple[ast.expr, ast.AST]]:
        """The expressions that a name can have been given; empty where it can be something else as well."""
        definitions = self._bindings.reaching(node.id, at) if isinstance(node, ast.Name) else ()
        values = [
            (d.value, d.at) for d in definitions if d.kind == "value" and d.value is not None and d.at is not None
        ]
        return values if len(values) == len(definitions) else []

    def _percent(self, whole: ast.BinOp, at: ast.AST, depth: int) -> list[Template] | None:
        left, right = whole.left, whole.right
        values = list(right.elts) if isinstance(right, ast.Tuple) else None
        return self._each_format(
            left,
            "percent",
            whole,
            at,
            depth,
            lambda text, most: self.fill_percent(text, values, right, at, depth, most),
        )

    def _each_format(
        self,
        node: ast.expr,
        applied: Applied,
        whole: ast.expr,
        at: ast.AST,
        depth: int,
        fill: Callable[[str, int], list[Template] | None],
    ) -> list[Template] | None:
        found: list[Template] = []
        formats = self.read(node, at, depth)
        for template in formats:
            text = literal(template)
            only = template[0] if len(template) == 1 else None
            if text is not None:
                filled = fill(text, MOST_ALTERNATIVES // len(formats))
            elif (
                isinstance(only, Hole) and not only.conversion and _may_be_text(only, follows_names=self._follows_names)
            ):
                # A format that another place knows: a class-level text, or what the caller passes.
                filled = [(replace(only, applied=applied, is_handled=False, shown=shown_expression(whole)),)]
            else:
                filled = [(Hole(shown_expression(whole)),)]
            if filled is None:
                return None
            found.extend(filled)
        return found

    def fill_percent(
        self,
        text: str,
        values: list[ast.expr] | None,
        right: ast.expr,
        at: ast.AST,
        depth: int = 0,
        most: int = MOST_ALTERNATIVES,
    ) -> list[Template] | None:
        """The templates of ``text % right``.

        Args:
            text: The format.
            values: The values, where they are written out one by one.
            right: All of them.
            at: The statement.
            depth: How deep this is nested.
            most: How many possibilities there may be.
        """
        choices: list[list[Template]] = []
        position, end = 0, 0
        for match in PERCENT.finditer(text):
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
            elif match["type"] in "sr":
                choices.append(self.formatted(value, conversion, "", at, depth))
            else:
                choices.append([(Hole(shown_expression(value), conversion),)])
        choices.append([(text[end:],)])
        return _combined(choices, most)

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
        if name in _FUNCTIONS:
            return self._applied(_FUNCTIONS[name], first, at, depth)
        return self._translated(name, node, at, depth)

    def _translated(self, name: str, node: ast.Call, at: ast.AST, depth: int) -> list[Template] | None:
        start = 1 if name in _GETTEXT_CONTEXT else 0
        wanted = 2 if name in _GETTEXT_PLURAL else 1
        if name not in _GETTEXT | _GETTEXT_CONTEXT | _GETTEXT_PLURAL or len(node.args) < start + wanted:
            return None
        return _either(*(self.read(text, at, depth) for text in node.args[start : start + wanted]))

    def _method(self, node: ast.Call, function: ast.Attribute, at: ast.AST, depth: int) -> list[Template] | None:
        name, owner = function.attr, function.value
        if name == "format":
            return self._each_format(
                owner, "format", node, at, depth, lambda text, most: self._fill_format(text, node, at, depth, most)
            )
        if name == "format_map":
            return self._each_format(
                owner, "format", node, at, depth, lambda text, most: self._fill_format(text, None, at, depth, most)
            )
        if name == "cast" and len(node.args) == 2:  # noqa: PLR2004
            return self.read(node.args[1], at, depth)
        if name in _METHODS and all(isinstance(a, ast.Constant) for a in node.args) and not node.keywords:
            values = [a.value for a in node.args if isinstance(a, ast.Constant)]
            return self._applied(lambda text: _METHODS[name](text, *values), owner, at, depth)
        if name in _FUNCTIONS and node.args:
            return self._applied(_FUNCTIONS[name], node.args[0], at, depth)
        if name == "join" and len(node.args) == 1:
            return self._joined(owner, node.args[0], at, depth)
        if name == "get" and node.args:
            known = self._entry(owner, node.args[0], at)
            others = [self.read(default, at, depth) for default in node.args[1:2]]
            return None if known is None else _either(known, *others)
        return self._translated(name, node, at, depth)

    def _applied(
        self, function: Callable[[str], str], node: ast.expr, at: ast.AST, depth: int
    ) -> list[Template] | None:
        """``function`` of a text; its holes stand through it as marks that it does not know."""
        found: list[Template] = []
        for template in self.read(node, at, depth):
            if not has_text(template) and not _is_open(template):
                return None
            marks = {chr(_FIRST_MARK + number): part for number, part in enumerate(template)}
            text = "".join(part if isinstance(part, str) else mark for mark, part in marks.items())
            try:
                text = function(text)
            except (TypeError, ValueError):
                return None
            parts: list[Part] = [marks.get(piece, piece) for piece in re.split(f"([{''.join(marks)}])", text)]
            found.append(join([tuple(parts)]))
        return found

    def _joined(self, separator: ast.expr, joined: ast.expr, at: ast.AST, depth: int) -> list[Template] | None:
        between = self.read(separator, at, depth)
        lists = [(joined, at)] if isinstance(joined, (ast.List, ast.Tuple)) else self._local_values(joined, at)
        if len(between) != 1 or not lists or len(lists) > MOST_ALTERNATIVES:
            return None
        found: list[Template] = []
        for made, where in lists:
            if not isinstance(made, (ast.List, ast.Tuple)) or any(isinstance(item, ast.Starred) for item in made.elts):
                return None
            items: list[tuple[ast.expr | None, ast.AST, bool]] = [(item, where, True) for item in made.elts]
            items.extend(self._appended(joined, where, at))
            read: list[tuple[list[Template], bool]] = [
                ([(_ANYTHING,)] if item is None else self.formatted(item, "", "", stands_in, depth), is_sure)
                for item, stands_in, is_sure in items
            ]
            found.extend(_together(read, between[0], MOST_ALTERNATIVES // len(lists)))
        return list(dict.fromkeys(found)) or None

    def _appended(
        self, joined: ast.expr, made_at: ast.AST, at: ast.AST
    ) -> Iterator[tuple[ast.expr | None, ast.AST, bool]]:
        """What a function appends to the list that it joins at ``at``, in its order; None for what is not known. The flag: it surely does."""
        if not isinstance(joined, ast.Name):
            return
        function = self._bindings.enclosing(at, (ast.FunctionDef, ast.AsyncFunctionDef)) or self._bindings.tree
        found = [
            (node.lineno, node.value, node)
            for node in ast.walk(function)
            if isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Call)
            and isinstance(node.value.func, ast.Attribute)
            and node.value.func.attr in _GROWS
            and isinstance(node.value.func.value, ast.Name)
            and node.value.func.value.id == joined.id
            and getattr(made_at, "lineno", 0) <= node.lineno <= getattr(at, "lineno", 0)
        ]
        for _, call, node in sorted(found, key=lambda item: item[0]):
            assert isinstance(call.func, ast.Attribute)
            is_one = call.func.attr == "append" and len(call.args) == 1
            yield (call.args[0] if is_one else None), node, self._bindings.is_beside(node, made_at)

    def _fill_format(
        self, text: str, call: ast.Call | None, at: ast.AST, depth: int, most: int
    ) -> list[Template] | None:
        """``text.format(...)``; None for a call whose arguments are not written out."""
        arguments = [] if call is None else call.args
        starred = next((n for n, a in enumerate(arguments) if isinstance(a, ast.Starred)), len(arguments))
        keywords = {} if call is None else {keyword.arg: keyword.value for keyword in call.keywords}
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
            is_positional = name.isdigit()
            value = arguments[int(name)] if is_positional and int(name) < starred else keywords.get(name)
            converted = f"!{conversion}" if conversion else ""
            if value is None or suffix:
                shown = shown_expression(value) if value is not None else "…" if is_positional else name
                choices.append([(Hole(shown + suffix, converted, spec or ""),)])
            else:
                choices.append(self.formatted(value, converted, spec or "", at, depth))
        return _combined(choices, most)


def _combined(choices: Sequence[Sequence[Template]], most: int = MOST_ALTERNATIVES) -> list[Template]:
    """`combinations`; where there are more than ``most``, the places with most possibilities become holes."""
    kept = list(choices)
    while (found := combinations(kept)) is None or len(found) > max(most, 1):
        widest = max(range(len(kept)), key=lambda number: len(kept[number]))
        kept[widest] = [(_ANYTHING,)]
    return found


def _together(items: Sequence[tuple[list[Template], bool]], between: Template, most: int) -> list[Template]:
    """The texts of a list that is joined, of which some items may not be there."""
    variants: list[list[list[Template]]] = [[]]
    for ways, is_sure in items:
        variants = [[*one, ways] for one in variants] + ([] if is_sure else variants)
        if len(variants) > most:
            return [_loosely(items, between)]
    found: list[Template] = []
    for variant in variants:
        choices = [[between] if number % 2 else variant[number // 2] for number in range(2 * len(variant) - 1)]
        found.extend(_combined(choices, max(1, most // len(variants))))
    return found


def _loosely(items: Sequence[tuple[list[Template], bool]], between: Template) -> Template:
    """One template for all variants: what may be missing shows what fills it later, and nothing else."""
    parts: list[Template] = []
    for ways, is_sure in items:
        only = ways[0][0] if len(ways) == 1 and len(ways[0]) == 1 else None
        if is_sure and len(ways) == 1:
            parts += [ways[0], between]
        elif isinstance(only, Hole) and only.expression.startswith("self."):
            parts += [(_ANYTHING,), (replace(only, applied="optional"),), (_ANYTHING,)]
        else:
            parts.append((_ANYTHING,))
    return merged(parts)


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


def _may_be_text(hole: Hole, *, follows_names: bool) -> bool:
    # `%` of an attribute may well be arithmetic; of a parameter in a message it is hardly that.
    return hole.is_parameter or (follows_names and hole.expression.startswith(("self.", "cls.", "type(self).")))


def _is_same(name: ast.expr, key: ast.Constant) -> bool:
    return isinstance(name, ast.Constant) and type(name.value) is type(key.value) and name.value == key.value


def _is_name(template: Template) -> bool:
    only = template[0] if len(template) == 1 else None
    return isinstance(only, Hole) and all(part.isidentifier() for part in only.expression.split("."))


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and not isinstance(node.value, str)


def _is_open(template: Template) -> bool:
    """Whether another place can fill it: the exception being handled, the caller's argument, a class's format."""
    return any(isinstance(part, Hole) and (part.is_handled or part.is_parameter or part.applied) for part in template)


def _either(*choices: Sequence[Template]) -> list[Template]:
    found = list(dict.fromkeys(template for choice in choices for template in choice))
    # `x if x else None` is written to leave something out, and seldom read by anyone.
    return [template for template in found if template != ("None",)] or found
