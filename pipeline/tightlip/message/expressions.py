"""Expressions to templates: what text can an expression of the source give?

`Reader.read` answers with every template that is possible, at most eight. Anything that is not known to be text is a hole that
shows the expression. Nothing is evaluated but constants and string methods on constants.

The kinds of expressions are a table here; formats, joined lists and calls have modules of their own (`tightlip.message.formats`, `joining`,
`text_calls`), which read their parts with the `Reader` that asked them.
"""

from __future__ import annotations

import ast
from collections.abc import Callable  # noqa: TC003
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from tightlip.message.combining import combined, either, is_open
from tightlip.message.formats import filled_by_percent
from tightlip.message.given import shown_expression, under
from tightlip.message.handled import is_arguments_of_handled, is_handled, is_innermost
from tightlip.message.local_values import is_parameter, is_written, local_value
from tightlip.message.template import (
    MOST_ALTERNATIVES,
    Choices,
    Hole,
    Template,
    as_repr,
    combinations,
    has_text,
    has_words,
    literal,
    settled,
)
from tightlip.message.text_calls import text_of_call

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tightlip.message.bindings import Bindings
    from tightlip.message.definitions import Definition

#: An attribute of an exception that says what ``str()`` of it says; `msg` and `reason` are often a part of that.
_TELLING = frozenset({"message"})
_DEEPEST = 24
#: Expressions read in one file; the largest files of 20 packages need a tenth.
_MOST_READS = 100_000


class Outside(Protocol):
    """What an expression refers to outside of its function: constants of the module, of classes, of other modules."""

    def value(self, node: ast.expr, at: ast.AST) -> Outer | None:
        """What the name or attribute ``node`` stands for, if it is one expression."""
        ...

    def returned(self, node: ast.Call | ast.Attribute, at: ast.AST) -> list[Template] | None:
        """The texts that a call or a property can return; None where that is not known."""
        ...

    def member(self, node: ast.expr, at: ast.AST) -> Outer | None:
        """The expression behind the member of an enum."""
        ...

    def tables(self, node: ast.expr, at: ast.AST) -> Sequence[Outer]:
        """The dicts that the attribute ``node`` may be made of, best first."""
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
        constants: Parameters that are known to be these texts, where one call of a function is looked at.
        follows_names: Show ``self.detail`` for a local name that was given it, and leave ``self.text`` to the class that there is at run time.
            Class rules fill such holes in; elsewhere the name that the author chose says more.
    """

    def __init__(
        self,
        bindings: Bindings,
        outside: Outside,
        *,
        constants: Mapping[str, ast.Constant] | None = None,
        follows_names: bool = False,
    ) -> None:
        self.bindings = bindings
        self._outside = outside
        self._constants = constants or {}
        self.follows_names = follows_names
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
        read = self._readers.get(type(node))
        return read(self, node, at, depth) if read is not None else None

    def _constant(self, node: ast.expr, _at: ast.AST, _depth: int) -> list[Template] | None:
        assert isinstance(node, ast.Constant)
        return None if node.value is ... else [(str(node.value),) if node.value != "" else ()]

    def _f_string(self, node: ast.expr, at: ast.AST, depth: int) -> list[Template] | None:
        assert isinstance(node, ast.JoinedStr)
        return combined([self._read_part(value, at, depth) for value in node.values])

    def _read_part(self, node: ast.expr, at: ast.AST, depth: int) -> list[Template]:
        if isinstance(node, ast.FormattedValue):
            conversion = "" if node.conversion < 0 else f"!{chr(node.conversion)}"
            spec = "" if node.format_spec is None else ast.unparse(node.format_spec)[2:-1]
            return self.formatted(node.value, conversion, spec, at, depth)
        return self.read(node, at, depth)

    def _operation(self, node: ast.expr, at: ast.AST, depth: int) -> list[Template] | None:
        assert isinstance(node, ast.BinOp)
        if isinstance(node.op, ast.Mod):
            return filled_by_percent(self, node, at, depth)
        if not isinstance(node.op, ast.Add):
            return None
        terms = _terms(node)
        if any(_is_number(term) for term in terms):
            return None
        sides = combined([self.read(term, at, depth) for term in terms])
        return sides if any(has_text(side) for side in sides) else None

    def _conditional(self, node: ast.expr, at: ast.AST, depth: int) -> list[Template] | None:
        assert isinstance(node, ast.IfExp)
        return either(self.read(node.body, at, depth), self.read(node.orelse, at, depth))

    def _boolean(self, node: ast.expr, at: ast.AST, depth: int) -> list[Template] | None:
        assert isinstance(node, ast.BoolOp)
        *others, last = node.values
        if isinstance(node.op, ast.And):  # the last one, or the first that is nothing
            return either(*([(Hole(shown_expression(value)),)] for value in others), self.read(last, at, depth))
        # Of `a and b or c` the last is taken where `a` is nothing. What is nothing by itself is never taken.
        before = [
            self.read(
                value.values[-1] if isinstance(value, ast.BoolOp) and isinstance(value.op, ast.And) else value,
                at,
                depth,
            )
            for value in others
        ]
        kept = [[template for template in choice if template not in (("None",), ())] for choice in before]
        return either(*kept, self.read(last, at, depth))

    def _named(self, node: ast.expr, at: ast.AST, depth: int) -> list[Template] | None:
        assert isinstance(node, ast.NamedExpr)
        return self.read(node.value, at, depth)

    def formatted(self, node: ast.expr, conversion: str, spec: str, at: ast.AST, depth: int = 0) -> list[Template]:
        """The templates of ``node`` where it is formatted into a text: a known text is put in, anything else is a hole."""
        if isinstance(node, ast.Constant) and not isinstance(node.value, str) and not spec:
            return [(repr(node.value) if conversion in ("!r", "!a") else str(node.value),)]
        found = self.read(node, at, depth) if not spec else []
        if conversion in ("", "!s"):
            if any(has_text(template) or is_open(template) for template in found) or _is_empty(node):
                return found
            if found and self.follows_names:
                return found
        elif len(found) == 1 and (literal(found[0]) is not None or is_open(found[0])):
            return [as_repr(found[0])]
        return [(Hole(shown_expression(node), conversion, spec),)]

    def passed(self, node: ast.expr, at: ast.AST) -> Choices:
        """The templates of ``node`` where it is handed on as it is: a number stays one, and None is what is seldom read by anyone."""
        if isinstance(node, ast.Constant) and not isinstance(node.value, str) and node.value is not None:
            return ((Hole(shown_expression(node)),),)
        found = self.formatted(node, "", "", at)
        return tuple(template for template in found if template != ("None",)) or tuple(found)

    def _name(self, node: ast.expr, at: ast.AST, depth: int) -> list[Template] | None:
        assert isinstance(node, ast.Name)
        own: Template = (Hole(node.id),)
        found: list[Template] = []
        for definition in self.bindings.reaching(node.id, at):
            for template in self._defined(definition, node, at, depth):
                is_said = has_text(template) or is_open(template) or (self.follows_names and _is_name(template))
                found.append(template if is_said else own)
        # The parameter itself, or something else under its name: the caller's argument may not stand here.
        if own in found:
            found = [template for template in found if template != (Hole(node.id, is_parameter=True),)]
        return list(dict.fromkeys(found)) or [own]

    def _defined(self, definition: Definition, node: ast.Name, at: ast.AST, depth: int) -> list[Template]:
        own: Template = (Hole(node.id),)
        if definition.kind == "handled":
            return [(Hole(node.id, is_handled=is_innermost(self.bindings, definition, node.id, at)),)]
        if definition.kind == "parameter":
            return [(Hole(node.id, is_parameter=True),)]
        if definition.kind == "import":
            return self._from_outside(node, at) or [own]
        if definition.value is None or definition.at is None or _is_number(definition.value):
            return [own]  # a named number may be set to another one; its name says more than its value
        value = self.read(definition.value, definition.at, depth)
        handler = self.bindings.enclosing(definition.at, (ast.ExceptHandler,))
        if handler is not None and not self.bindings.is_within(at, handler):
            # That handler has ended: what is handled where the text is raised is another exception.
            value = [tuple(replace(p, is_handled=False) if isinstance(p, Hole) else p for p in one) for one in value]
        if definition.kind != "augmented":
            return value
        return combinations([self.read(node, definition.at, depth), value]) or [own]

    def _from_outside(self, node: ast.expr, at: ast.AST) -> list[Template] | None:
        found = self._outside.value(node, at)
        if found is None or _is_number(found.node):
            return None
        read = found.read()
        if not _is_of_self(node):
            return read if all(has_text(template) for template in read) else None
        # A subclass, or anyone who has the object, may have given it another value.
        texts = [template for template in settled(read) if has_text(template) and template != ("None",)]
        return [*texts, (Hole(shown_expression(node)),)] if texts else None

    def _attribute(self, node: ast.expr, at: ast.AST, _depth: int) -> list[Template] | None:
        assert isinstance(node, ast.Attribute)
        root = node.value
        if isinstance(root, ast.Name) and node.attr in _TELLING and is_handled(self.bindings, root, at):
            return [(Hole(shown_expression(node), is_handled=True),)]
        if self.follows_names and isinstance(root, ast.Name) and root.id in ("self", "cls"):
            return None
        if node.attr == "value":
            member = self._outside.member(root, at)
            return None if member is None else [t for t in member.read() if has_text(t)] or None
        return self._from_outside(node, at) or self._returned(node, at)

    def _returned(self, node: ast.Call | ast.Attribute, at: ast.AST) -> list[Template] | None:
        found = self._outside.returned(node, at)
        if not found or not any(has_text(template) for template in found):
            return None
        called = node.func if isinstance(node, ast.Call) else node
        return [*found, (Hole(shown_expression(node)),)] if _is_of_self(called) else found

    def _subscript(self, node: ast.expr, at: ast.AST, depth: int) -> list[Template] | None:
        assert isinstance(node, ast.Subscript)
        if is_arguments_of_handled(self.bindings, node.value, at):
            is_first = isinstance(node.slice, ast.Constant) and node.slice.value == 0
            return [(Hole(shown_expression(node), is_handled=True),)] if is_first else None
        if isinstance(node.slice, ast.Slice):  # `message[:200]`: the text, or a part of it
            is_cut = node.slice.lower is None and node.slice.step is None
            texts = [template for template in self.read(node.value, at, depth) if has_words(template)] if is_cut else []
            return [*texts, (Hole(shown_expression(node)),)] if texts else None
        return self.entry(node.value, node.slice, at)

    def entry(self, table: ast.expr, key: ast.expr, at: ast.AST) -> list[Template] | None:
        """What ``TABLE[key]`` can give: of a dict or list of texts the one under a constant key, else any of them."""
        if isinstance(key, ast.Name) and is_parameter(self.bindings, key, at):
            key = self._constants.get(key.id, key)
        local = local_value(self.bindings, table, at)
        if local is not None:
            if isinstance(table, ast.Name) and is_written(self.bindings, table.id, at):
                return None
            known = under(local[0], key)
            return either(*(self.read(value, local[1]) for value in known)) if known else None
        texts: list[Template] = []
        for found in self._outside.tables(table, at):
            texts.extend(template for value in under(found.node, key) for template in found.inner(value))
            if texts and not _is_of_self(table):
                return either(texts)
        # A subclass, or the object itself, may have another one.
        return [*either(texts[: MOST_ALTERNATIVES - 1]), (Hole(shown_expression(table)),)] if texts else None

    def _called(self, node: ast.expr, at: ast.AST, depth: int) -> list[Template] | None:
        assert isinstance(node, ast.Call)
        return text_of_call(self, node, at, depth) or self._returned(node, at)

    #: What reads an expression, by its type.
    _readers: ClassVar[dict[type[ast.expr], Callable[[Any, ast.expr, ast.AST, int], list[Template] | None]]] = {
        ast.Constant: _constant,
        ast.JoinedStr: _f_string,
        ast.BinOp: _operation,
        ast.IfExp: _conditional,
        ast.BoolOp: _boolean,
        ast.NamedExpr: _named,
        ast.Name: _name,
        ast.Attribute: _attribute,
        ast.Subscript: _subscript,
        ast.Call: _called,
    }


def _terms(node: ast.BinOp) -> list[ast.expr]:
    """``a``, ``b`` and ``c`` of ``a + b + c``, which the tree nests: a loop, as a generated sum is longer than the stack is deep."""
    found: list[ast.expr] = []
    current: ast.expr = node
    while isinstance(current, ast.BinOp) and isinstance(current.op, ast.Add):
        found.append(current.right)
        current = current.left
    return [current, *reversed(found)]


def _is_of_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")


def _is_empty(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == ""


def _is_name(template: Template) -> bool:
    only = template[0] if len(template) == 1 else None
    return isinstance(only, Hole) and all(part.isidentifier() for part in only.expression.split("."))


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and not isinstance(node.value, str)
