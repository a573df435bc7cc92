"""The index of a file: every raise site, every breadcrumb call and every exception class's rules, as templates.

Keyed by line for sites (over 14,557 raise sites of 20 packages none shared a line) and by ``(qualified name, first line)`` for
functions, as code objects name themselves. Made from source alone; the running program is not consulted.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from tightlip.message.bindings import Bindings, Definition
from tightlip.message.expressions import Reader
from tightlip.message.template import Hole, Template, has_text

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What the source tells of the thing called: ``class`` by name, ``variable`` that holds a class, ``function`` (a factory), unknown.
Callee: TypeAlias = Literal["class", "variable", "function", "unknown"]

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_IN_EXPRESSION = (ast.expr, ast.withitem, ast.keyword, ast.comprehension)
#: Names of variables and attributes that hold an exception class, as in ``raise self.error_class(message)``.
_CLASS_SUFFIXES = ("class", "cls", "type", "exc", "exception", "error_cls")
BREADCRUMB_CALL = "add_breadcrumb"


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of a call: for each the templates that are possible, as text."""

    positional: tuple[tuple[Template, ...], ...] = ()
    keywords: dict[str, tuple[Template, ...]] = field(default_factory=dict[str, tuple[Template, ...]])
    is_open: bool = False  # *args or **kwargs: there may be more

    def is_empty(self) -> bool:
        """Whether the call has no arguments at all."""
        return not self.positional and not self.keywords and not self.is_open


@dataclass(frozen=True, slots=True)
class RaiseSite:
    """A ``raise`` or ``assert`` statement that makes an exception.

    Attributes:
        name: The last name of what is called, as ``APIError`` in ``raise errors.APIError(...)``.
        callee: What is known of it.
        arguments: What it is called with.
    """

    name: str
    callee: Callee
    arguments: Arguments


@dataclass(frozen=True, slots=True)
class BreadcrumbSite:
    """A call of ``add_breadcrumb``: what of it is the author's own text.

    Attributes:
        message: The templates that the message can have.
        category: The literal category, if it is one.
        keywords: The names of the data that stand in the call; others came out of a dict and are values.
    """

    message: tuple[Template, ...]
    category: str | None
    keywords: frozenset[str]


@dataclass(frozen=True, slots=True)
class InitRule:
    """What an exception class's ``__init__`` does with its arguments.

    Attributes:
        parameters: Positional parameters after ``self``.
        keyword_only: Keyword-only parameters.
        star: The name of ``*args``, or None.
        defaults: Templates of the parameters' default values.
        calls_super: Whether it hands arguments on to the next ``__init__``.
        arguments: What it hands on, in terms of its parameters.
        attributes: What it assigns to ``self.<name>``, in terms of its parameters.
    """

    parameters: tuple[str, ...]
    keyword_only: tuple[str, ...]
    star: str | None
    defaults: dict[str, tuple[Template, ...]]
    calls_super: bool
    arguments: Arguments
    attributes: dict[str, tuple[Template, ...]]


@dataclass(frozen=True, slots=True)
class FileIndex:
    """All that a file's source says of its messages.

    Attributes:
        raises: Raise sites by line; None where two share one.
        breadcrumbs: Calls of ``add_breadcrumb`` by line.
        inits: Rules of ``__init__`` methods by qualified name and first line.
        constants: Texts that class bodies assign, by qualified name of the class and name.
        strs: What ``__str__`` methods can return, by qualified name and first line.
    """

    raises: dict[int, RaiseSite | None] = field(default_factory=dict[int, "RaiseSite | None"])
    breadcrumbs: dict[int, BreadcrumbSite | None] = field(default_factory=dict[int, "BreadcrumbSite | None"])
    inits: dict[tuple[str, int], InitRule] = field(default_factory=dict[tuple[str, int], InitRule])
    constants: dict[str, dict[str, tuple[Template, ...]]] = field(
        default_factory=dict[str, dict[str, tuple[Template, ...]]]
    )
    strs: dict[tuple[str, int], tuple[Template, ...]] = field(
        default_factory=dict[tuple[str, int], tuple[Template, ...]]
    )


def index(tree: ast.Module) -> FileIndex:
    """Index one file.

    Args:
        tree: Its syntax tree.
    """
    return _Indexer(tree).run()


class _Indexer:
    def __init__(self, tree: ast.Module) -> None:
        self._tree = tree
        self._bindings = Bindings(tree)
        self._reader = Reader(self._bindings)
        self._rule_reader = Reader(self._bindings, follows_names=True)
        self._index = FileIndex()

    def run(self) -> FileIndex:
        for statement, qualname in _statements(self._tree, ""):
            if isinstance(statement, ast.Raise):
                self._add_raise(statement, self._raised(statement))
            elif isinstance(statement, ast.Assert):
                self._add_raise(statement, self._asserted(statement))
            elif isinstance(statement, _FUNCTIONS) and "." in qualname:
                self._add_rule(statement, qualname)
            elif isinstance(statement, ast.ClassDef):
                self._add_constants(statement, qualname)
            self._add_breadcrumbs(statement)
        return self._index

    def _add_raise(self, statement: ast.stmt, site: RaiseSite | None) -> None:
        # Two statements on one line cannot be told apart by line: neither is answered for.
        raises = self._index.raises
        raises[statement.lineno] = None if statement.lineno in raises else site

    def _asserted(self, statement: ast.Assert) -> RaiseSite:
        message = () if statement.msg is None else (tuple(self._reader.read(statement.msg, statement)),)
        return RaiseSite("AssertionError", "class", Arguments(message))

    def _raised(self, statement: ast.Raise) -> RaiseSite | None:
        made = statement.exc
        if made is None:
            return None
        at: ast.AST = statement
        if isinstance(made, ast.Name):
            definitions = self._bindings.reaching(made.id, statement)
            only = definitions[0] if len(definitions) == 1 else None
            if only is not None and only.kind == "value" and only.value is not None and only.at is not None:
                made, at = only.value, only.at
            elif all(definition.kind in ("class", "import") for definition in definitions):
                return RaiseSite(_original(made.id, definitions), "class", Arguments())
        if isinstance(made, ast.Attribute):
            return self._raised_attribute(made, at)
        return self._made(made, at)

    def _raised_attribute(self, made: ast.Attribute, at: ast.AST) -> RaiseSite | None:
        # `raise errors.NotFound` makes one; `raise self.error` raises one that was made elsewhere.
        root = made.value
        while isinstance(root, ast.Attribute):
            root = root.value
        if isinstance(root, ast.Name) and all(d.kind == "import" for d in self._bindings.reaching(root.id, at)):
            return RaiseSite(made.attr, "class", Arguments())
        return None

    def _made(self, made: ast.expr, at: ast.AST) -> RaiseSite | None:
        while (
            isinstance(made, ast.Call) and isinstance(made.func, ast.Attribute) and made.func.attr == "with_traceback"
        ):
            made = made.func.value
        if not isinstance(made, ast.Call):
            return None
        name, callee = self._callee(made.func, at)
        return RaiseSite(name, callee, self._arguments(made, at))

    def _callee(self, function: ast.expr, at: ast.AST) -> tuple[str, Callee]:
        if isinstance(function, ast.Name):
            definitions = self._bindings.reaching(function.id, at)
            kinds = {definition.kind for definition in definitions}
            name = _original(function.id, definitions)
            if kinds & {"function"}:
                return name, "function"
            if kinds and kinds <= {"parameter", "value", "other"}:
                return name, "variable"
            return name, "class" if kinds == {"class"} or _is_class_name(name) else "unknown"
        if isinstance(function, ast.Attribute):
            if self._is_method(function, at):
                return function.attr, "function"
            return function.attr, "class" if _is_class_name(function.attr) else "unknown"
        # `raise type(self)(...)`, `raise errors[status](...)`
        return "", "variable"

    def _is_method(self, function: ast.Attribute, at: ast.AST) -> bool:
        owner = self._bindings.enclosing(at, (ast.ClassDef,))
        if not isinstance(owner, ast.ClassDef):
            return False
        return any(isinstance(item, _FUNCTIONS) and item.name == function.attr for item in owner.body)

    def _arguments(self, call: ast.Call, at: ast.AST, reader: Reader | None = None) -> Arguments:
        read = (reader or self._reader).formatted
        positional: list[tuple[Template, ...]] = []
        is_open = any(keyword.arg is None for keyword in call.keywords)
        for argument in call.args:
            if isinstance(argument, ast.Starred):
                is_open = True
                break
            positional.append(tuple(read(argument, "", "", at)))
        keywords = {k.arg: tuple(read(k.value, "", "", at)) for k in call.keywords if k.arg is not None}
        return Arguments(tuple(positional), keywords, is_open)

    def _add_breadcrumbs(self, statement: ast.stmt) -> None:
        for call in _calls(statement):
            if not isinstance(call.func, ast.Attribute) or call.func.attr != BREADCRUMB_CALL:
                continue
            site = self._breadcrumb(call, statement)
            for line in range(call.lineno, (call.end_lineno or call.lineno) + 1):
                known = self._index.breadcrumbs
                known[line] = None if line in known else site

    def _breadcrumb(self, call: ast.Call, statement: ast.stmt) -> BreadcrumbSite | None:
        arguments = self._arguments(call, statement)
        message = arguments.positional[0] if arguments.positional else arguments.keywords.get("message")
        if message is None:
            return None
        second = call.args[1] if len(call.args) > 1 and not any(isinstance(a, ast.Starred) for a in call.args) else None
        category = next((k.value for k in call.keywords if k.arg == "category"), second)
        is_text = isinstance(category, ast.Constant) and isinstance(category.value, str)
        text = category.value if is_text and isinstance(category, ast.Constant) else None
        keywords = frozenset(arguments.keywords) - {"message", "category", "level"}
        return BreadcrumbSite(message, str(text) if text is not None else None, keywords)

    def _add_constants(self, statement: ast.ClassDef, qualname: str) -> None:
        for item in statement.body:
            if isinstance(item, (ast.Assign, ast.AnnAssign)) and isinstance(
                item.value, (ast.Constant, ast.JoinedStr, ast.BinOp)
            ):
                text = tuple(self._reader.read(item.value, item))
                for target in item.targets if isinstance(item, ast.Assign) else [item.target]:
                    if isinstance(target, ast.Name) and all(has_text(template) for template in text):
                        self._index.constants.setdefault(qualname, {})[target.id] = text

    def _add_rule(self, function: ast.FunctionDef | ast.AsyncFunctionDef, qualname: str) -> None:
        key = (qualname, function.decorator_list[0].lineno if function.decorator_list else function.lineno)
        if function.name == "__init__":
            self._index.inits[key] = self._init_rule(function)
        elif function.name in ("__str__", "__repr__"):  # `__str__ = __repr__`
            returns = [node for node in _own_nodes(function) if isinstance(node, ast.Return) and node.value is not None]
            texts = [t for r in returns if r.value is not None for t in self._rule_reader.formatted(r.value, "", "", r)]
            if texts:
                self._index.strs[key] = tuple(dict.fromkeys(texts))

    def _init_rule(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> InitRule:
        positional = [*function.args.posonlyargs, *function.args.args]
        names = [parameter.arg for parameter in positional][1:]
        defaults: dict[str, tuple[Template, ...]] = {}
        for parameter, default in zip(reversed(positional), reversed(function.args.defaults), strict=False):
            defaults[parameter.arg] = tuple(self._rule_reader.formatted(default, "", "", function))
        for parameter, default_or_none in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True):
            if default_or_none is not None:
                defaults[parameter.arg] = tuple(self._rule_reader.formatted(default_or_none, "", "", function))
        calls: list[tuple[ast.Call, ast.stmt]] = []
        attributes: dict[str, tuple[Template, ...]] = {}
        for node in _own_nodes(function):
            if isinstance(node, ast.stmt):
                calls.extend((call, node) for call in _calls(node) if _is_super_init(call))
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
                for attribute in _self_targets(node):
                    attributes[attribute] = (
                        *attributes.get(attribute, ()),
                        *self._rule_reader.formatted(node.value, "", "", node),
                    )
        arguments = Arguments(is_open=True)
        if len(calls) == 1:
            call, statement = calls[0]
            arguments = self._arguments(call, statement, self._rule_reader)
            if not (isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Call)):
                # `Base.__init__(self, message)`: the first argument is the object.
                arguments = Arguments(arguments.positional[1:], arguments.keywords, arguments.is_open)
            arguments = _passing_star(arguments, call, function)
        star = function.args.vararg.arg if function.args.vararg is not None else None
        keyword_only = tuple(parameter.arg for parameter in function.args.kwonlyargs)
        return InitRule(tuple(names), keyword_only, star, defaults, bool(calls), arguments, attributes)


def _passing_star(arguments: Arguments, call: ast.Call, function: ast.FunctionDef | ast.AsyncFunctionDef) -> Arguments:
    """``super().__init__(*args)`` hands the star on whole: shown as a hole called ``*args``, which binding replaces."""
    star = function.args.vararg
    starred = [a.value.id for a in call.args if isinstance(a, ast.Starred) and isinstance(a.value, ast.Name)]
    if star is None or starred != [star.arg] or not isinstance(call.args[-1], ast.Starred):
        return arguments
    return Arguments((*arguments.positional, ((Hole(f"*{star.arg}"),),)), arguments.keywords)


def _original(name: str, definitions: tuple[Definition, ...]) -> str:
    aliases = [d.alias for d in definitions if d.kind == "import"]
    return aliases[0] if aliases else name


def _is_class_name(name: str) -> bool:
    return name.lstrip("_")[:1].isupper() or name.lower().endswith(_CLASS_SUFFIXES)


def _is_super_init(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == "__init__"


def _self_targets(node: ast.Assign | ast.AnnAssign) -> Iterator[str]:
    for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
        if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self":
            yield target.attr


def _statements(node: ast.AST, qualname: str) -> Iterator[tuple[ast.stmt, str]]:
    """Every statement of a file with the qualified name of the function or class that it is, or stands in."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            continue
        inner = qualname
        if isinstance(child, ast.ClassDef):
            inner = f"{qualname}.{child.name}" if qualname else child.name
        elif isinstance(child, _FUNCTIONS):
            name = f"{qualname}.{child.name}" if qualname else child.name
            yield child, name
            yield from _statements(child, f"{name}.<locals>")
            continue
        if isinstance(child, ast.stmt):
            yield child, inner
        yield from _statements(child, inner)


def _own_nodes(function: ast.AST) -> Iterator[ast.AST]:
    """The statements of a function without those of functions inside it."""
    for child in ast.iter_child_nodes(function):
        if isinstance(child, (*_FUNCTIONS, ast.ClassDef, ast.expr)):
            continue
        yield child
        yield from _own_nodes(child)


def _calls(statement: ast.stmt) -> Iterator[ast.Call]:
    """The calls in the expressions of one statement, not in the statements inside it."""
    pending: list[ast.AST] = [child for child in ast.iter_child_nodes(statement) if isinstance(child, _IN_EXPRESSION)]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Call):
            yield node
        if not isinstance(node, ast.Lambda):
            pending.extend(child for child in ast.iter_child_nodes(node) if isinstance(child, _IN_EXPRESSION))
