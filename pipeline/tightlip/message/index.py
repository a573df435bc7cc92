"""Indexing a file: one walk over its syntax tree gives all that `tightlip.message.sites` describes."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from tightlip.message.calling import FUNCTIONS, arguments, is_property, is_telling, own_nodes, signature
from tightlip.message.changes import TELLING
from tightlip.message.class_sources import class_source, init_rule, is_exception, may_be_exception
from tightlip.message.definitions import IN_EXPRESSION
from tightlip.message.formats import fill_percent
from tightlip.message.making import UnresolvedError, made
from tightlip.message.scope import Scope
from tightlip.message.sites import Arguments, BreadcrumbSite, Call, FileIndex, RaiseSite
from tightlip.message.template import Hole, Template, has_words, settled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tightlip.message.template import Choices

BREADCRUMB_CALL = "add_breadcrumb"
#: The methods of loggers (logging, structlog), and the position of the message among their arguments.
_LOG_METHODS = dict.fromkeys(
    ("debug", "info", "warning", "warn", "error", "exception", "critical", "fatal", "msg"), 0
) | {"log": 1}
_LOGGER = re.compile(r"log(?:ger|ging)?s?$", re.IGNORECASE)
#: Names of functions that raise what they are told, and of parameters that tell it.
_RAISER = re.compile(
    r"fail|err|raise|abort|throw|bad|invalid|panic|reject|assert|ensure|require|check|expect|unsupported|missing|die|exc",
    re.IGNORECASE,
)
_TELLING = frozenset(
    {"message", "msg", "text", "reason", "error", "description", "detail", "details", "what", "err", "explanation"}
)
_EXCEPTION_NAME = re.compile(r"(Error|Exception|Warning|Exit|Interrupt|Timeout|Failure|Fault|Invalid\w*|NotFound)$")


def index(tree: ast.Module | Scope) -> FileIndex:
    """Index one file.

    Args:
        tree: Its syntax tree, or its scope, by which imports of other trusted modules can be followed.
    """
    return _Indexer(tree if isinstance(tree, Scope) else Scope(tree)).run()


class _Indexer:
    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._index = FileIndex()
        self._classes: dict[str, bool] = {}

    def run(self) -> FileIndex:
        for statement, qualname in statements(self._scope.tree):
            try:
                self._add(statement, qualname)
            except RecursionError:
                continue  # a generated expression, longer than the stack is deep: this statement has no entry
        return self._index

    def _add(self, statement: ast.stmt, qualname: str) -> None:
        if isinstance(statement, ast.Raise):
            self._add_raise(statement, self._raised(statement), qualname)
        elif isinstance(statement, ast.Assert):
            self._add_raise(statement, self._asserted(statement), qualname)
        elif isinstance(statement, FUNCTIONS):
            self._add_rule(statement, qualname)
        elif isinstance(statement, ast.ClassDef):
            self._classes[qualname] = may_be_exception(self._scope, statement)
            if self._classes[qualname]:
                self._index.classes[qualname] = class_source(self._scope, statement)
        elif isinstance(statement, ast.Try):
            self._add_changes(statement)
        self._add_calls(statement, qualname)

    def _add_raise(self, statement: ast.stmt, site: RaiseSite | None, qualname: str) -> None:
        raises = self._index.raises
        if statement.lineno in raises:
            # Two statements on one line cannot be told apart by line: neither is answered for.
            site = RaiseSite(why="another `raise` stands on this line: give each its own")
        if site is not None:
            raises[statement.lineno] = site
            self._add_signature(statement, site.calls, qualname)

    def _add_changes(self, statement: ast.Try) -> None:
        """``except E as e: e.args = (...); raise``: the exception says something else than it did where it was made."""
        for handler in statement.handlers:
            nodes = list(own_nodes(handler))
            again = (node.exc for node in nodes if isinstance(node, ast.Raise))
            if not any(exc is None or (isinstance(exc, ast.Name) and exc.id == handler.name) for exc in again):
                continue
            changes = [node for node in nodes if handler.name is not None and _changes(node, handler.name)]
            if changes:
                new = self._new_arguments(changes, handler)
                first, last = statement.body[0].lineno, statement.body[-1].end_lineno or statement.body[-1].lineno
                for line in range(first, last + 1):
                    self._index.changed.setdefault(line, new)  # the outermost handler speaks last

    def _new_arguments(self, changes: list[ast.AST], handler: ast.ExceptHandler) -> tuple[Choices, ...] | None:
        only = changes[0] if len(changes) == 1 else None
        if not isinstance(only, ast.Assign) or only not in handler.body or not isinstance(only.value, ast.Tuple):
            return None
        is_args = all(isinstance(target, ast.Attribute) and target.attr == "args" for target in only.targets)
        if not is_args or any(isinstance(item, ast.Starred) for item in only.value.elts):
            return None
        return tuple(settled(self._scope.reader.passed(item, only)) for item in only.value.elts)

    def _asserted(self, statement: ast.Assert) -> RaiseSite:
        message = (
            () if statement.msg is None else (tuple(self._scope.reader.formatted(statement.msg, "", "", statement)),)
        )
        return RaiseSite((Call("AssertionError", Arguments(message)),))

    def _raised(self, statement: ast.Raise) -> RaiseSite | None:
        if statement.exc is None:
            return None  # the exception that is under way keeps the place that raised it
        try:
            return RaiseSite(made(self._scope, statement.exc, statement))
        except UnresolvedError as error:
            return RaiseSite(why=str(error))

    def _add_signature(self, statement: ast.stmt, calls: tuple[Call, ...], qualname: str) -> None:
        """Keep the parameters of a function whose message is the caller's."""
        used = any(
            isinstance(part, Hole) and part.is_parameter
            for call in calls
            for choice in (*call.arguments.positional, *call.arguments.keywords.values())
            for template in choice
            for part in template
        )
        function = self._scope.bindings.enclosing(statement, FUNCTIONS) if used else None
        if isinstance(function, FUNCTIONS):
            self._index.signatures[(qualname, first_line(function))] = signature(function, self._scope.reader)

    def _add_calls(self, statement: ast.stmt, qualname: str) -> None:
        raised = statement.exc if isinstance(statement, ast.Raise) else None
        calls, telling = list(calls_in(statement)), set[str]()
        for call in calls:
            name = last_name(call.func)
            if name == BREADCRUMB_CALL:
                site = self._breadcrumb(call, statement)
                for line in range(call.lineno, (call.end_lineno or call.lineno) + 1):
                    known = self._index.breadcrumbs
                    known[line] = None if line in known else site
            elif _is_log_call(call):
                self._add_log(call, statement, name)
            elif call is not raised and self._is_class_of_exceptions(call, statement, name):
                self._add_creation(call, statement)
            elif call is not raised and _is_wordy(call, name):
                given = arguments(self._scope.reader, call, statement)
                if any(is_telling(t) for choice in (*given.positional, *given.keywords.values()) for t in choice):
                    telling.add(name)
        # All calls of such a function: where one of two says nothing, it may be the one that ran.
        for call in (one for one in calls if last_name(one.func) in telling and one is not raised):
            self._add_told(call, statement, qualname)

    def _add_told(self, call: ast.Call, statement: ast.stmt, qualname: str) -> None:
        told = Call(last_name(call.func), arguments(self._scope.reader, call, statement))
        for line in {call.lineno, call.func.end_lineno or call.lineno}:
            self._index.calls[line] = (*self._index.calls.get(line, ()), told)
        self._add_signature(statement, (told,), qualname)

    def _is_class_of_exceptions(self, call: ast.Call, statement: ast.stmt, name: str) -> bool:
        if _EXCEPTION_NAME.search(name):
            return True
        found = self._scope.find(call.func, statement) if name.lstrip("_")[:1].isupper() else None
        # A class that may be one of exceptions, whatever it is called; an unknown base alone does not make it one.
        return found is not None and isinstance(found.node, ast.ClassDef) and is_exception(found.scope, found.node)

    def _add_creation(self, call: ast.Call, statement: ast.stmt) -> None:
        try:
            found = made(self._scope, call, statement)
        except UnresolvedError:
            return
        for line in {call.lineno, call.func.end_lineno or call.lineno}:
            self._index.creations[line] = (*self._index.creations.get(line, ()), *found)

    def _add_log(self, call: ast.Call, statement: ast.stmt, name: str) -> None:
        position = _LOG_METHODS[name]
        reader, found = self._scope.reader, list[Template]()
        for template in reader.formatted(call.args[position], "", "", statement):
            text = template[0] if len(template) == 1 and isinstance(template[0], str) else None
            values = call.args[position + 1 :]
            filled = fill_percent(reader, text, values, values[0], statement) if text is not None and values else None
            found.extend(filled or [template])
        known = self._index.logs
        for line in {call.lineno, call.func.end_lineno or call.lineno}:
            known[line] = None if line in known else tuple(dict.fromkeys(found))

    def _breadcrumb(self, call: ast.Call, statement: ast.stmt) -> BreadcrumbSite | None:
        given = arguments(self._scope.reader, call, statement)
        message = given.positional[0] if given.positional else given.keywords.get("message")
        if message is None:
            return None
        second = call.args[1] if len(call.args) > 1 and not any(isinstance(a, ast.Starred) for a in call.args) else None
        category = next((k.value for k in call.keywords if k.arg == "category"), second)
        text = category.value if isinstance(category, ast.Constant) else None
        keywords = frozenset(given.keywords) - {"message", "category", "level"}
        return BreadcrumbSite(message, text if isinstance(text, str) else None, keywords)

    def _add_rule(self, function: ast.FunctionDef | ast.AsyncFunctionDef, qualname: str) -> None:
        if not self._classes.get(qualname.rpartition(".")[0], False):
            return
        key = (qualname, first_line(function))
        if function.name in ("__init__", "__new__"):
            self._index.inits[key] = init_rule(self._scope, function)
        elif function.name in ("__str__", "__repr__") or is_property(function):  # `__str__ = __repr__`
            reader = self._scope.rule_reader
            returns = [node for node in own_nodes(function) if isinstance(node, ast.Return) and node.value is not None]
            texts = [t for r in returns if r.value is not None for t in reader.formatted(r.value, "", "", r)]
            if texts:
                self._index.texts[key] = tuple(dict.fromkeys(settled(texts)))


def _changes(node: ast.AST, name: str) -> bool:
    """Whether a statement sets an attribute of ``name`` that its message may be made of."""
    match node:
        case ast.Assign(targets=targets):
            return any(_is_told(target, name) for target in targets)
        case ast.AugAssign(target=target) | ast.AnnAssign(target=target):
            return _is_told(target, name)
        case ast.Expr(value=ast.Call(func=ast.Name(id="setattr"), args=[ast.Name(id=owner), *_])):
            return owner == name
        case _:
            return False


def _is_told(target: ast.expr, name: str) -> bool:
    return (
        isinstance(target, ast.Attribute)
        and isinstance(target.value, ast.Name)
        and target.value.id == name
        and TELLING.search(target.attr) is not None
    )


def first_line(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The first line as its code object has it: that of the first decorator."""
    return function.decorator_list[0].lineno if function.decorator_list else function.lineno


def last_name(function: ast.expr) -> str:
    """``upload`` of ``self.client.upload``; empty for what is no name."""
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _is_log_call(call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute) or any(isinstance(a, ast.Starred) for a in call.args):
        return False
    position = _LOG_METHODS.get(call.func.attr)
    return position is not None and len(call.args) > position and bool(_LOGGER.search(last_name(call.func.value)))


def _is_wordy(call: ast.Call, name: str) -> bool:
    """Whether a call may hand a message on: cheap, since every call of a file is asked."""
    values = [*call.args, *(keyword.value for keyword in call.keywords)]
    if not values or not name:
        return False
    if _RAISER.search(name):
        return any(
            isinstance(value, (ast.Name, ast.JoinedStr, ast.BinOp, ast.Call, ast.Constant, ast.IfExp))
            for value in values
        )
    return any((isinstance(v, ast.Name) and v.id in _TELLING) or _has_sentence(v) for v in values)


def _has_sentence(value: ast.expr) -> bool:
    if isinstance(value, ast.Constant):
        return isinstance(value.value, str) and " " in value.value.strip() and has_words((value.value,))
    if isinstance(value, ast.JoinedStr):
        return any(_has_sentence(part) for part in value.values) or len(value.values) > 1
    if isinstance(value, ast.BinOp):
        return _has_sentence(value.left) or _has_sentence(value.right)
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and _has_sentence(value.func.value)


def statements(tree: ast.Module) -> Iterator[tuple[ast.stmt, str]]:
    """Every statement of a file with the qualified name of the function or class that it is, or stands in."""
    return _statements(tree, "", "")


def _statements(node: ast.AST, inside: str, prefix: str) -> Iterator[tuple[ast.stmt, str]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            continue
        if isinstance(child, ast.ClassDef):
            yield child, prefix + child.name
            yield from _statements(child, prefix + child.name, f"{prefix}{child.name}.")
        elif isinstance(child, FUNCTIONS):
            name = prefix + child.name
            yield child, name
            yield from _statements(child, name, f"{name}.<locals>.")
        else:
            if isinstance(child, ast.stmt):
                yield child, inside
            yield from _statements(child, inside, prefix)


def calls_in(statement: ast.stmt) -> Iterator[ast.Call]:
    """The calls in the expressions of one statement, not in the statements inside it."""
    pending: list[ast.AST] = [child for child in ast.iter_child_nodes(statement) if isinstance(child, IN_EXPRESSION)]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Call):
            yield node
        if not isinstance(node, ast.Lambda):
            pending.extend(child for child in ast.iter_child_nodes(node) if isinstance(child, IN_EXPRESSION))
