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
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeAlias

from tightlip.message.combining import ANYTHING, closed, combined, either, is_open, together
from tightlip.message.given import Given, named_values, percent_value, shown_expression, under
from tightlip.message.template import (
    METHODS,
    MOST_ALTERNATIVES,
    PERCENT,
    Applied,
    Choices,
    Hole,
    Part,
    Template,
    as_repr,
    changed,
    combinations,
    has_text,
    has_words,
    join,
    literal,
    merged,
    settled,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tightlip.message.bindings import Bindings, Definition

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
#: Handled exceptions whose ``args[0]`` is not what ``str()`` of them says.
_OTHER_ARGUMENTS = frozenset(
    {"KeyError", "LookupError", "OSError", "IOError", "EnvironmentError", "SyntaxError", "UnicodeError"}
)
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
        self._bindings = bindings
        self._outside = outside
        self._constants = constants or {}
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
            return self._percent(node, at, depth)
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
            if found and self._follows_names:
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
        for definition in self._bindings.reaching(node.id, at):
            for template in self._defined(definition, node, at, depth):
                is_said = has_text(template) or is_open(template) or (self._follows_names and _is_name(template))
                found.append(template if is_said else own)
        # The parameter itself, or something else under its name: the caller's argument may not stand here.
        if own in found:
            found = [template for template in found if template != (Hole(node.id, is_parameter=True),)]
        return list(dict.fromkeys(found)) or [own]

    def _defined(self, definition: Definition, node: ast.Name, at: ast.AST, depth: int) -> list[Template]:
        own: Template = (Hole(node.id),)
        if definition.kind == "handled":
            return [(Hole(node.id, is_handled=self._is_innermost(definition, node.id, at)),)]
        if definition.kind == "parameter":
            return [(Hole(node.id, is_parameter=True),)]
        if definition.kind == "import":
            return self._from_outside(node, at) or [own]
        if definition.value is None or definition.at is None or _is_number(definition.value):
            return [own]  # a named number may be set to another one; its name says more than its value
        value = self.read(definition.value, definition.at, depth)
        handler = self._bindings.enclosing(definition.at, (ast.ExceptHandler,))
        if handler is not None and not self._bindings.is_within(at, handler):
            # That handler has ended: what is handled where the text is raised is another exception.
            value = [tuple(replace(p, is_handled=False) if isinstance(p, Hole) else p for p in one) for one in value]
        if definition.kind != "augmented":
            return value
        return combinations([self.read(node, definition.at, depth), value]) or [own]

    def _is_innermost(self, definition: Definition, name: str, at: ast.AST) -> bool:
        """Whether what is raised at ``at`` has the handled exception ``name`` as its context, and as it was raised."""
        is_changed = (self._bindings.function(at), name) in self._bindings.changes.told
        return self._bindings.enclosing(at, (ast.ExceptHandler,)) is definition.at and not is_changed

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
        if isinstance(root, ast.Name) and node.attr in _TELLING and self._is_handled(root, at):
            return [(Hole(shown_expression(node), is_handled=True),)]
        if self._follows_names and isinstance(root, ast.Name) and root.id in ("self", "cls"):
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

    def _is_handled(self, node: ast.Name, at: ast.AST) -> bool:
        definitions = self._bindings.reaching(node.id, at)
        return bool(definitions) and all(
            definition.kind == "handled" and self._is_innermost(definition, node.id, at) for definition in definitions
        )

    def function(self, at: ast.AST) -> ast.AST:
        """The function that statement ``at`` stands in."""
        return self._bindings.function(at)

    def is_parameter(self, node: ast.Name, at: ast.AST) -> bool:
        """Whether a name is a parameter that was given nothing else."""
        return [definition.kind for definition in self._bindings.reaching(node.id, at)] == ["parameter"]

    def is_arguments_of_handled(self, node: ast.expr, at: ast.AST) -> bool:
        """Whether ``node`` is ``e.args`` of the exception being handled."""
        return (
            isinstance(node, ast.Attribute)
            and node.attr == "args"
            and isinstance(node.value, ast.Name)
            and self._is_handled(node.value, at)
            and not self._handles_others(node.value, at)
        )

    def _handles_others(self, node: ast.Name, at: ast.AST) -> bool:
        """Whether the handler takes exceptions whose ``args`` say something else than their text."""
        handlers = [definition.at for definition in self._bindings.reaching(node.id, at)]
        return any(
            isinstance(name, (ast.Name, ast.Attribute)) and ast.unparse(name).rpartition(".")[2] in _OTHER_ARGUMENTS
            for handler in handlers
            if isinstance(handler, ast.ExceptHandler) and handler.type is not None
            for name in (handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type])
        )

    def _subscript(self, node: ast.expr, at: ast.AST, depth: int) -> list[Template] | None:
        assert isinstance(node, ast.Subscript)
        if self.is_arguments_of_handled(node.value, at):
            is_first = isinstance(node.slice, ast.Constant) and node.slice.value == 0
            return [(Hole(shown_expression(node), is_handled=True),)] if is_first else None
        if isinstance(node.slice, ast.Slice):  # `message[:200]`: the text, or a part of it
            is_cut = node.slice.lower is None and node.slice.step is None
            texts = [template for template in self.read(node.value, at, depth) if has_words(template)] if is_cut else []
            return [*texts, (Hole(shown_expression(node)),)] if texts else None
        return self._entry(node.value, node.slice, at)

    def _entry(self, table: ast.expr, key: ast.expr, at: ast.AST) -> list[Template] | None:
        """What ``TABLE[key]`` can give: of a dict or list of texts the one under a constant key, else any of them."""
        if isinstance(key, ast.Name) and [d.kind for d in self._bindings.reaching(key.id, at)] == ["parameter"]:
            key = self._constants.get(key.id, key)
        local = self._local_value(table, at)
        if local is not None:
            if isinstance(table, ast.Name) and self._is_written(table.id, at):
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

    def _is_written(self, name: str, at: ast.AST) -> bool:
        changes, function = self._bindings.changes, self._bindings.function(at)
        is_local = (function, name) in changes.written
        return is_local or ((self._bindings.tree, name) in changes.written and self._is_of_module(name, at))

    def _is_of_module(self, name: str, at: ast.AST) -> bool:
        definitions = self._bindings.reaching(name, at)
        return any(d.at is not None and self._bindings.function(d.at) is self._bindings.tree for d in definitions)

    def _local_value(self, node: ast.expr, at: ast.AST) -> tuple[ast.expr, ast.AST] | None:
        """The one expression that a name was given."""
        if not isinstance(node, ast.Name):
            return (node, at) if isinstance(node, (ast.Dict, ast.Tuple, ast.List)) else None
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
        if values is None:
            right, values = self._spread(text, right, at)
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
                choices.append(self.formatted(value, conversion, "", at, depth))
            else:
                choices.append([(Hole(shown_expression(value), conversion),)])
        choices.append([(text[end:],)])
        return combined(choices, most)

    def _spread(self, text: str, right: ast.expr, at: ast.AST) -> tuple[ast.expr, list[ast.expr] | None]:
        """The right side of ``%`` as it is written where it was made: a dict, or a tuple of values."""
        named = named_values(right)
        if named is not None:
            return named, None
        local = self._local_value(right, at)
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

    def _called(self, node: ast.expr, at: ast.AST, depth: int) -> list[Template] | None:
        assert isinstance(node, ast.Call)
        return self._call(node, at, depth) or self._returned(node, at)

    def _call(self, node: ast.Call, at: ast.AST, depth: int) -> list[Template] | None:
        if isinstance(node.func, ast.Attribute):
            return self._method(node, node.func, at, depth)
        if not isinstance(node.func, ast.Name) or not node.args:
            return None
        name = node.func.id
        if name in _BUILTINS:
            if self._bindings.reaching(name, at):
                return None  # another one under its name
            return _BUILTINS[name](self, node, at, depth)
        original, home = self._origin(node.func, at)
        if home in _HOMES.get(original, ()):
            return self._function(original, node, at, depth)
        is_followed = bool(home) or not self._bindings.reaching(name, at) or self._is_given(name, at)
        return self._translated(original, node, at, depth) if is_followed else None

    def _origin(self, name: ast.Name, at: ast.AST) -> tuple[str, str]:
        """The function behind an imported name, and the module that it was imported from."""
        definitions = self._bindings.reaching(name.id, at)
        only = definitions[0] if len({d.at for d in definitions}) == 1 else None
        if only is None or only.kind != "import":
            return name.id, "" if not definitions or any(d.kind != "import" for d in definitions) else "?"
        module = only.at.module if isinstance(only.at, ast.ImportFrom) else only.alias
        return only.alias if isinstance(only.at, ast.ImportFrom) else name.id, module or "."

    def _is_given(self, name: str, at: ast.AST) -> bool:
        """``_ = gettext.gettext``: a name that was given a function, and is no function of this module."""
        return any(d.kind in ("import", "value", "other") for d in self._bindings.reaching(name, at))

    def _as_text(self, node: ast.Call, at: ast.AST, depth: int) -> list[Template] | None:
        return self.formatted(node.args[0], "", "", at, depth) if len(node.args) == 1 else None

    def _as_repr(self, node: ast.Call, at: ast.AST, depth: int) -> list[Template] | None:
        return self.formatted(node.args[0], "!r", "", at, depth)

    def _as_formatted(self, node: ast.Call, at: ast.AST, depth: int) -> list[Template] | None:
        spec = node.args[1] if len(node.args) > 1 else ast.Constant("")
        if not isinstance(spec, ast.Constant):
            return None
        return self.formatted(node.args[0], "", str(spec.value), at, depth)

    def _function(self, name: str, node: ast.Call, at: ast.AST, depth: int) -> list[Template] | None:
        """A function of the standard library, applied to a text."""
        if name == "cast":
            return self.read(node.args[1], at, depth) if len(node.args) > 1 else None
        if name in _WRAPS:
            return self._wrapped(name, node, at, depth)
        return self._applied(name, node.args[0], node.args[1:], at, depth) if not node.keywords else None

    def _wrapped(self, name: str, node: ast.Call, at: ast.AST, depth: int) -> list[Template] | None:
        """``textwrap.fill`` and ``shorten``: in one line, or with a hole for each place where a line may be broken; or cut."""
        found: list[Template] = []
        for template in self.read(node.args[0], at, depth):
            if not has_text(template):
                return None
            pieces = [_WHITESPACE.split(part) if isinstance(part, str) else [part] for part in template]
            flat: list[Part] = [piece for several in pieces for piece in several]
            found.append(join([tuple(" " if isinstance(p, str) and p.isspace() else p for p in flat)]))
            if name == "fill":
                found.append(merged([tuple(ANYTHING if isinstance(p, str) and p.isspace() else p for p in flat)]))
        return [*found, (Hole(shown_expression(node)),)]

    def _translated(self, name: str, node: ast.Call, at: ast.AST, depth: int) -> list[Template] | None:
        start = 1 if name in _GETTEXT_CONTEXT else 0
        wanted = 2 if name in _GETTEXT_PLURAL else 1
        if name not in _GETTEXT | _GETTEXT_CONTEXT | _GETTEXT_PLURAL or len(node.args) < start + wanted:
            return None
        return either(*(self.read(text, at, depth) for text in node.args[start : start + wanted]))

    def _method(self, node: ast.Call, function: ast.Attribute, at: ast.AST, depth: int) -> list[Template] | None:
        name, owner = function.attr, function.value
        method = _TEXT_METHODS.get(name)
        if method is not None:
            return method(self, node, owner, at, depth)
        if isinstance(owner, ast.Name) and self._origin(owner, at)[1] in _HOMES.get(name, ()) and node.args:
            return self._function(name, node, at, depth)
        if name in METHODS and not node.keywords:
            return self._applied(name, owner, node.args, at, depth)
        return self._translated(name, node, at, depth)

    def _format(self, node: ast.Call, owner: ast.expr, at: ast.AST, depth: int) -> list[Template] | None:
        return self._each_format(
            owner, "format", node, at, depth, lambda text, most: self._fill_format(text, node, at, depth, most)
        )

    def _format_map(self, node: ast.Call, owner: ast.expr, at: ast.AST, depth: int) -> list[Template] | None:
        spread = ast.Call(node.func, [], [ast.keyword(None, node.args[0])]) if node.args else node
        return self._each_format(
            owner, "format", node, at, depth, lambda text, most: self._fill_format(text, spread, at, depth, most)
        )

    def _join(self, node: ast.Call, owner: ast.expr, at: ast.AST, depth: int) -> list[Template] | None:
        return self._joined(owner, node.args[0], at, depth) if len(node.args) == 1 else None

    def _get(self, node: ast.Call, owner: ast.expr, at: ast.AST, depth: int) -> list[Template] | None:
        if not node.args:
            return None
        known = self._entry(owner, node.args[0], at)
        others = [self.read(default, at, depth) for default in node.args[1:2]] or [[("None",)]]
        is_there = known is not None and isinstance(node.args[0], ast.Constant)
        return known if known is None or is_there else either(known, *others)

    def _decoded(self, node: ast.Call, owner: ast.expr, at: ast.AST, depth: int) -> list[Template] | None:
        """``text.encode("ascii", "replace").decode()``: as it was, where it is ASCII."""
        if not (isinstance(owner, ast.Call) and isinstance(owner.func, ast.Attribute) and owner.func.attr == "encode"):
            return self._translated("decode", node, at, depth)
        found = self.read(owner.func.value, at, depth)
        is_plain = all(part.isascii() for template in found for part in template if isinstance(part, str))
        return found if is_plain and any(has_text(one) or is_open(one) for one in found) else None

    def _applied(
        self, name: str, node: ast.expr, given: Sequence[ast.expr], at: ast.AST, depth: int
    ) -> list[Template] | None:
        """A method or function of a text, whose other arguments are constants."""
        values = [argument.value for argument in given if isinstance(argument, ast.Constant)]
        if len(values) != len(given):
            return None
        found: list[Template] = []
        for template in self.read(node, at, depth):
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

    def _joined(self, separator: ast.expr, joined: ast.expr, at: ast.AST, depth: int) -> list[Template] | None:
        between = self.read(separator, at, depth)
        if isinstance(joined, ast.Call) and isinstance(joined.func, ast.Name) and joined.func.id in _COPIES:
            return self._joined_sorted(between, joined, at)
        lists = [(joined, at)] if isinstance(joined, (ast.List, ast.Tuple)) else self._local_values(joined, at)
        if len(between) != 1 or not lists or len(lists) > MOST_ALTERNATIVES:
            return None
        if isinstance(joined, ast.Name) and self._is_rewritten(joined.id, at):
            return None
        found: list[Template] = []
        for made, where in lists:
            if not isinstance(made, (ast.List, ast.Tuple)):
                return None
            items: list[_Item] = [(item, where, True) for item in made.elts]
            items.extend(self._appended(joined, where, at))
            read: list[tuple[list[Template], bool]] = [
                ([(ANYTHING,)], False)
                if item is None or isinstance(item, ast.Starred)
                else (self.formatted(item, "", "", stands_in, depth), is_sure)
                for item, stands_in, is_sure in items
            ]
            found.extend(together(read, between[0], MOST_ALTERNATIVES // len(lists)))
        return list(dict.fromkeys(found)) or None

    def _joined_sorted(self, between: list[Template], joined: ast.Call, at: ast.AST) -> list[Template] | None:
        """``", ".join(sorted(KINDS))`` of constants."""
        assert isinstance(joined.func, ast.Name)
        only = joined.args[0] if len(joined.args) == 1 and not joined.keywords else None
        local = self._local_value(only, at) if only is not None else None
        if local is None and isinstance(only, (ast.List, ast.Tuple, ast.Set)):
            local = only, at
        if local is None or (isinstance(only, ast.Name) and self._is_rewritten(only.id, at)) or len(between) != 1:
            return None
        items = local[0].elts if isinstance(local[0], (ast.List, ast.Tuple, ast.Set)) else []
        texts = [item.value for item in items if isinstance(item, ast.Constant) and isinstance(item.value, str)]
        if len(texts) != len(items) or not texts or self._bindings.reaching(joined.func.id, at):
            return None
        if isinstance(local[0], ast.Set) and joined.func.id != "sorted":
            return None
        texts = sorted(set(texts) if isinstance(local[0], ast.Set) else texts) if joined.func.id == "sorted" else texts
        return [join([part for text in texts for part in ((text,), between[0])][:-1])]

    def _is_rewritten(self, name: str, at: ast.AST) -> bool:
        """Whether a list is changed otherwise than by what `_appended` sees."""
        changes, function = self._bindings.changes, self._bindings.function(at)
        if (function, name) in changes.written or (function, name) in changes.handed_out:
            return True
        if self._is_of_module(name, at):
            return (self._bindings.tree, name) in changes.written
        grown_in = {where for where, grown in changes.grown if grown == name}
        return any(where is not function and self._is_inside(where, function) for where in grown_in)

    def _is_inside(self, inner: ast.AST, outer: ast.AST) -> bool:
        while inner is not self._bindings.tree and inner is not outer:
            inner = self._bindings.function(inner) if not isinstance(inner, ast.Lambda) else outer
        return inner is outer

    def _appended(self, joined: ast.expr, made_at: ast.AST, at: ast.AST) -> Iterator[_Item]:
        """What a function appends to the list that it joins at ``at``, in its order; None for what is not known. The flag: it surely does."""
        if not isinstance(joined, ast.Name):
            return
        first, last = getattr(made_at, "lineno", 0), getattr(at, "lineno", 0)
        grown = self._bindings.changes.grown.get((self._bindings.function(at), joined.id), [])
        if len(grown) > _MOST_ITEMS:
            yield None, at, False
            return
        found = [
            (node.lineno, node.value, node)
            for node in grown
            if first <= node.lineno <= last and isinstance(node.value, ast.Call)
        ]
        for _, call, node in sorted(found, key=lambda item: item[0]):
            method, is_sure = call.func, self._bindings.is_beside(node, made_at)
            assert isinstance(method, ast.Attribute)
            if method.attr == "append" and len(call.args) == 1:
                yield call.args[0], node, is_sure
            elif method.attr == "extend" and len(call.args) == 1 and isinstance(call.args[0], (ast.List, ast.Tuple)):
                yield from ((item, node, is_sure) for item in call.args[0].elts)
            else:
                yield None, node, False

    def _fill_format(self, text: str, call: ast.Call, at: ast.AST, depth: int, most: int) -> list[Template] | None:
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
                choices.append(self.formatted(value, converted, spec or "", at, depth))
        return combined(choices, most)

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


#: An item of a list, the statement that it stands in, and whether it is surely there.
_Item: TypeAlias = tuple[ast.expr | None, ast.AST, bool]
#: Items of a list that are told apart; a generated function may append thousands, and join them again and again.
_MOST_ITEMS = 64
_COPIES = frozenset({"sorted", "list", "tuple"})
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
_BUILTINS: dict[str, Callable[[Reader, ast.Call, ast.AST, int], list[Template] | None]] = {
    "str": Reader._as_text,  # noqa: SLF001 - the table of its methods
    "repr": Reader._as_repr,  # noqa: SLF001
    "format": Reader._as_formatted,  # noqa: SLF001
}
_TEXT_METHODS: dict[str, Callable[[Reader, ast.Call, ast.expr, ast.AST, int], list[Template] | None]] = {
    "format": Reader._format,  # noqa: SLF001
    "format_map": Reader._format_map,  # noqa: SLF001
    "join": Reader._join,  # noqa: SLF001
    "get": Reader._get,  # noqa: SLF001
    "decode": Reader._decoded,  # noqa: SLF001
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


def _may_be_text(hole: Hole, *, follows_names: bool) -> bool:
    # `%` of an attribute may well be arithmetic; of a parameter in a message it is hardly that.
    return hole.is_parameter or (follows_names and hole.expression.startswith(("self.", "cls.", "type(self).")))


def _is_name(template: Template) -> bool:
    only = template[0] if len(template) == 1 else None
    return isinstance(only, Hole) and all(part.isidentifier() for part in only.expression.split("."))


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and not isinstance(node.value, str)
