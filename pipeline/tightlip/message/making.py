"""Making exceptions: which calls can give the object that an expression stands for, and with which arguments.

Follows names, conditional expressions, factories (functions and methods that return an exception, in this module or another one),
lambdas and ``functools.partial``. What a factory does with its parameters is filled in with what it is called with.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from tightlip.message.calling import FUNCTIONS, arguments, is_star, is_telling, own_nodes, signature
from tightlip.message.scope import Found, Scope
from tightlip.message.sites import Arguments, Call, Signature
from tightlip.message.template import MOST_ALTERNATIVES, Hole

if TYPE_CHECKING:
    from tightlip.message.definitions import Definition
    from tightlip.message.template import Choices

_DEEPEST = 6
#: Names of variables and attributes that hold an exception class, as in ``raise self.error_class(message)``.
_CLASS_SUFFIXES = ("class", "cls", "type", "exc", "exception", "error_cls")
#: Methods of exceptions that return the exception itself.
#: Attributes that only `SyntaxError` makes a part of its text.
_POSITIONS = frozenset({"lineno", "offset", "filename", "text"})
#: Decorators that leave a function as it is.
_HARMLESS = frozenset(
    {"staticmethod", "classmethod", "cache", "lru_cache", "override", "final", "abstractmethod", "no_type_check"}
)
_SAME = frozenset({"with_traceback", "with_cause", "with_context"})


class UnresolvedError(Exception):
    """What is raised cannot be followed; the message says why, for the author of the code."""


def made(scope: Scope, node: ast.expr, at: ast.AST, depth: int = 0) -> tuple[Call, ...]:
    """The calls that can have made the object ``node`` stands for.

    Args:
        scope: The module.
        node: An expression.
        at: The statement that it stands in.
        depth: How deep this is nested.

    Raises:
        UnresolvedError: It was made elsewhere.
    """
    if depth > _DEEPEST:
        raise UnresolvedError("it is handed through too many names and functions")
    match node:
        case ast.Await(value=value) | ast.NamedExpr(value=value):
            return made(scope, value, at, depth + 1)
        case ast.IfExp(body=body, orelse=orelse):
            return _all(made(scope, body, at, depth + 1), made(scope, orelse, at, depth + 1))
        case ast.BoolOp(op=ast.Or(), values=values):
            return _all(*(made(scope, value, at, depth + 1) for value in values))
        case ast.Name():
            return _named(scope, node, at, depth)
        case ast.Attribute():
            return _attribute(scope, node, at)
        case ast.Call(func=ast.Attribute(attr=name, value=value)) if name in _SAME:
            return made(scope, value, at, depth + 1)
        case ast.Call():
            return _called(scope, node, at, depth)
        case _:
            raise UnresolvedError(f"`{ast.unparse(node)[:60]}` is no call: make the exception where it is raised")


def _all(*several: tuple[Call, ...]) -> tuple[Call, ...]:
    found = [call for calls in several for call in calls]
    if len(found) > MOST_ALTERNATIVES:
        raise UnresolvedError(f"more than {MOST_ALTERNATIVES} exceptions are possible here")
    return tuple(found)


def _named(scope: Scope, node: ast.Name, at: ast.AST, depth: int) -> tuple[Call, ...]:
    definitions = scope.bindings.reaching(node.id, at)
    kinds = {definition.kind for definition in definitions}
    if "handled" in kinds:
        raise UnresolvedError(f"`{node.id}` is the exception being handled: a bare `raise` says so")
    if "parameter" in kinds:
        raise UnresolvedError(f"`{node.id}` is a parameter: the caller made the exception")
    if kinds <= {"class", "import"}:
        return (Call(original(node.id, definitions), Arguments()),)
    told = set(scope.bindings.changes.told.get((scope.bindings.function(at), node.id), ()))
    if not told <= _POSITIONS or (told and any(_is_syntax(definition.value) for definition in definitions)):
        raise UnresolvedError(f"attributes of `{node.id}` are set after it is made: pass them when it is made")
    found: list[tuple[Call, ...]] = []
    for definition in definitions:
        if definition.kind != "value" or definition.value is None or definition.at is None:
            raise UnresolvedError(f"`{node.id}` is not given one exception in this function")
        if isinstance(definition.value, ast.Constant) and definition.value.value is None:
            continue  # `err = None` at the start: it is not what is raised
        found.append(made(scope, definition.value, definition.at, depth + 1))
    return _all(*found)


def _is_syntax(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Call) and ast.unparse(value.func).rpartition(".")[2] in (
        "SyntaxError",
        "IndentationError",
        "TabError",
    )


def _attribute(scope: Scope, node: ast.Attribute, at: ast.AST) -> tuple[Call, ...]:
    # `raise errors.NotFound` makes one; `raise self.error` raises one that was made elsewhere.
    found = scope.find(node, at)
    if found is not None and isinstance(found.node, ast.ClassDef):
        return (Call(found.node.name, Arguments()),)
    root = node.value
    while isinstance(root, ast.Attribute):
        root = root.value
    if isinstance(root, ast.Name) and all(d.kind == "import" for d in scope.bindings.reaching(root.id, at)):
        return (Call(node.attr, Arguments()),)
    raise UnresolvedError(f"`{ast.unparse(node)[:60]}` was made elsewhere: record creation sites, or make it here")


def _called(scope: Scope, call: ast.Call, at: ast.AST, depth: int) -> tuple[Call, ...]:
    found = scope.find(call.func, at)
    given = arguments(scope.reader, call, at)
    if found is None and isinstance(call.func, ast.Attribute):
        function = scope.only_function(call.func.attr)
        if function is not None:
            found = Found(scope, function, function)
    if found is not None and isinstance(found.node, FUNCTIONS) and _is_plain(found.node):
        return _from_method(scope, call, found, given, at, depth)
    if found is not None and isinstance(found.node, ast.Lambda):
        inside = found.scope.bindings.enter(found.node, found.at)
        calls = made(found.scope, found.node.body, inside, depth + 1)
        return _filled(calls, signature(found.node, found.scope.reader), given)
    if found is not None and isinstance(found.node, ast.Call):
        return _from_partial(found, found.node, given, depth)
    if found is not None and isinstance(found.node, ast.ClassDef):
        return (Call(found.node.name, given),)
    return (_by_name(scope, call.func, given, at),)


def _by_name(scope: Scope, function: ast.expr, given: Arguments, at: ast.AST) -> Call:
    if isinstance(function, ast.Name):
        definitions = scope.bindings.reaching(function.id, at)
        kinds = {definition.kind for definition in definitions}
        name = original(function.id, definitions)
        if kinds and kinds <= {"parameter", "value", "other"}:
            return Call(name, given, "variable")
        return Call(name, given, "class" if kinds == {"class"} or _is_class_name(name) else "unknown")
    if isinstance(function, ast.Attribute):
        return Call(function.attr, given, "class" if _is_class_name(function.attr) else "unknown")
    return Call("", given, "variable")  # `raise type(self)(...)`, `raise errors[status](...)`


def _is_plain(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether calling it runs what is written in it, and no decorator's function."""
    names = {ast.unparse(decorator).rpartition(".")[2].partition("(")[0] for decorator in function.decorator_list}
    return names <= _HARMLESS


def _from_method(
    scope: Scope, call: ast.Call, found: Found, given: Arguments, at: ast.AST, depth: int
) -> tuple[Call, ...]:
    """What a function makes for this call of it: with the texts that the call passes, for the class that it is called on."""
    assert isinstance(found.node, FUNCTIONS)
    receiver = scope.receiver(call.func, at)
    names = signature(found.node, found.scope.reader).positional
    constants = {
        name: value
        for name, value in [*zip(names, call.args, strict=False), *((k.arg, k.value) for k in call.keywords)]
        if name is not None and isinstance(value, ast.Constant) and isinstance(value.value, str)
    }
    own = found
    if constants or receiver is not None:
        own = Found(found.scope.called_with(constants, receiver), found.node, found.at)
    calls = _from_factory(own, given, depth)
    if receiver is None or not isinstance(receiver.node, ast.ClassDef):
        return calls
    others = receiver.scope.overriding(receiver.node, found.node.name)
    return _all(calls, *(_from_factory(Found(receiver.scope, other, other), given, depth) for other in others))


def _from_factory(found: Found, given: Arguments, depth: int) -> tuple[Call, ...]:
    assert isinstance(found.node, FUNCTIONS)
    returns = [node for node in own_nodes(found.node) if isinstance(node, ast.Return) and node.value is not None]
    values = [(node, node.value) for node in returns if node.value is not None and not _is_none(node.value)]
    if not values:
        raise UnresolvedError(f"`{found.node.name}` returns no exception that is made in it")
    calls = _all(*(made(found.scope, value, node, depth + 1) for node, value in values))
    return _filled(calls, signature(found.node, found.scope.reader), given)


def _from_partial(found: Found, node: ast.Call, given: Arguments, depth: int) -> tuple[Call, ...]:
    """``not_found = partial(APIError, "not found: %s")`` and then ``not_found(name)``."""
    is_partial = isinstance(node.func, (ast.Name, ast.Attribute)) and ast.unparse(node.func).endswith("partial")
    if not is_partial or not node.args:
        raise UnresolvedError(f"`{ast.unparse(node)[:60]}` gives what is called here: it cannot be followed")
    first = arguments(found.scope.reader, node, found.at)
    both = Arguments(
        (*first.positional[1:], *given.positional),
        {**first.keywords, **given.keywords},
        first.is_open or given.is_open,
    )
    target = found.scope.find(node.args[0], found.at)
    if target is not None and isinstance(target.node, FUNCTIONS):
        return _from_factory(target, both, depth + 1)
    return (_by_name(found.scope, node.args[0], both, found.at),)


def _filled(calls: tuple[Call, ...], parameters: Signature, given: Arguments) -> tuple[Call, ...]:
    """``calls`` with the parameters of the function that makes them replaced by what it was called with."""
    bound = parameters.bound(given)
    values: dict[str, Choices] = {}
    for name in (*parameters.positional, *parameters.keyword_only):
        choice = bound.get(name, ())
        # A value says no more under the caller's name for it. It is no parameter of the caller's either.
        values[name] = choice if any(is_telling(template) for template in choice) else ((Hole(name),),)
    extra = given.positional[len(parameters.positional) :]
    named = {name: choice for name, choice in given.keywords.items() if name not in values}
    return tuple(
        Call(call.name, _spread(call.arguments.filled(values), extra, named, given.is_open), call.callee)
        for call in calls
    )


def _spread(arguments: Arguments, extra: tuple[Choices, ...], named: dict[str, Choices], is_open: bool) -> Arguments:
    """``arguments`` with ``*args`` and ``**kwargs`` of the function replaced by what it was called with."""
    is_starred = any(is_star(choice) for choice in arguments.positional)
    is_named = any(is_star(choice) for choice in arguments.keywords.values())
    positional = [choice for choice in arguments.positional if not is_star(choice)]
    keywords = {name: choice for name, choice in arguments.keywords.items() if not is_star(choice)}
    return Arguments(
        (*positional, *extra) if is_starred else tuple(positional),
        {**keywords, **named} if is_named else keywords,
        arguments.is_open or (is_open and (is_starred or is_named)),
    )


def original(name: str, definitions: tuple[Definition, ...]) -> str:
    """The imported name behind an alias."""
    aliases = [definition.alias for definition in definitions if definition.kind == "import"]
    return aliases[0] if aliases else name


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_class_name(name: str) -> bool:
    return name.lstrip("_")[:1].isupper() or name.lower().endswith(_CLASS_SUFFIXES)
