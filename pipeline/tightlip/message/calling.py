"""Calls and the functions that they call: arguments, parameters, what a function returns, and what of it is its own."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from tightlip.message.handled import is_arguments_of_handled
from tightlip.message.local_values import is_parameter
from tightlip.message.sites import Arguments, Signature
from tightlip.message.template import MOST_ALTERNATIVES, Hole, fill, has_text, settled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tightlip.message.expressions import Reader
    from tightlip.message.template import Choices, Template

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_PROPERTIES = frozenset({"property", "cached_property"})


def is_property(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a method is read as an attribute."""
    names = [
        d.attr if isinstance(d, ast.Attribute) else d.id
        for d in function.decorator_list
        if isinstance(d, (ast.Name, ast.Attribute))
    ]
    return not _PROPERTIES.isdisjoint(names)


def is_telling(template: Template) -> bool:
    """Whether a caller's argument says more than the name of the parameter: it has text, or another place can fill it."""
    return has_text(template) or any(
        isinstance(part, Hole) and (part.is_handled or part.is_parameter) for part in template
    )


def arguments(reader: Reader, call: ast.Call, at: ast.AST) -> Arguments:
    """The arguments of ``call``, read by ``reader``."""
    positional: list[Choices] = []
    stars = _stars(reader, call, at)
    is_open = any(keyword.arg is None and keyword.value not in stars for keyword in call.keywords)
    for argument in call.args:
        if isinstance(argument, ast.Starred):
            if is_arguments_of_handled(reader.bindings, argument.value, at):
                positional.append(((Hole(ast.unparse(argument), is_handled=True),),))
                continue
            if argument.value in stars and argument is call.args[-1]:
                positional.append(stars[argument.value])
                continue
            is_open = True
            break
        positional.append(reader.passed(argument, at))
    keywords = {k.arg: reader.passed(k.value, at) for k in call.keywords if k.arg is not None}
    keywords.update(
        (f"**{k.value.id}", stars[k.value])
        for k in call.keywords
        if k.arg is None and isinstance(k.value, ast.Name) and k.value in stars
    )
    return Arguments(tuple(positional), keywords, is_open)


def is_star(choice: Choices) -> bool:
    """Whether it stands for all of ``*args`` or ``**kwargs``."""
    only = choice[0][0] if len(choice) == 1 and len(choice[0]) == 1 else None
    return isinstance(only, Hole) and not only.is_handled and only.expression.startswith("*")


def _stars(reader: Reader, call: ast.Call, at: ast.AST) -> dict[ast.expr, Choices]:
    """The arguments ``*args`` and ``**kwargs`` that are the calling function's own parameters, as holes."""
    function = reader.bindings.function(at)
    if not isinstance(function, (*FUNCTIONS, ast.Lambda)):
        return {}
    own = {
        f"{stars}{star.arg}": star.arg
        for stars, star in (("*", function.args.vararg), ("**", function.args.kwarg))
        if star is not None
    }
    found: dict[ast.expr, Choices] = {}
    given = [("*", a.value) for a in call.args if isinstance(a, ast.Starred)]
    given += [("**", k.value) for k in call.keywords if k.arg is None]
    for stars, value in given:
        if isinstance(value, ast.Name) and f"{stars}{value.id}" in own and is_parameter(reader.bindings, value, at):
            found[value] = ((Hole(f"{stars}{value.id}", is_parameter=True),),)
    return found


def signature(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, reader: Reader) -> Signature:
    """The parameters of ``function`` without ``self`` and ``cls``; its defaults read by ``reader``."""
    given = function.args
    positional = [*given.posonlyargs, *given.args]
    defaults: dict[str, Choices] = {}
    for parameter, default in zip(reversed(positional), reversed(given.defaults), strict=False):
        defaults[parameter.arg] = reader.passed(default, function)
    for parameter, default_or_none in zip(given.kwonlyargs, given.kw_defaults, strict=True):
        if default_or_none is not None:
            defaults[parameter.arg] = reader.passed(default_or_none, function)
    names = [parameter.arg for parameter in positional]
    if names[:1] in (["self"], ["cls"]):
        names = names[1:]
    star = given.vararg.arg if given.vararg is not None else None
    return Signature(tuple(names), tuple(p.arg for p in given.kwonlyargs), star, defaults)


def returned_texts(
    function: ast.FunctionDef, reader: Reader, caller: Reader, node: ast.Call | ast.Attribute, at: ast.AST
) -> list[Template] | None:
    """The texts that ``function`` can return; None where that is not known.

    Args:
        function: A function or property.
        reader: Reads the module that it stands in.
        caller: Reads the module that calls it.
        node: The call, or the attribute that is the property.
        at: The statement that ``node`` stands in.
    """
    returns = [item for item in own_nodes(function) if isinstance(item, ast.Return) and item.value is not None]
    texts = [t for r in returns if r.value is not None for t in reader.formatted(r.value, "", "", r)]
    texts = [text for text in texts if text != ("None",)]
    if not 0 < len(texts) <= MOST_ALTERNATIVES or (function.decorator_list and isinstance(node, ast.Call)):
        return None
    if isinstance(node, ast.Attribute):
        return list(settled(texts))
    bound = signature(function, reader).bound(arguments(caller, node, at))
    # What is no text keeps the name that the function gave it, and is no parameter of the caller's.
    told = {name: choice for name, choice in bound.items() if any(is_telling(template) for template in choice)}
    return fill(texts, {**{name: ((Hole(name),),) for name in bound}, **told}, parameters_only=True)


def own_nodes(function: ast.AST) -> Iterator[ast.AST]:
    """The statements of a function without those of functions inside it."""
    for child in ast.iter_child_nodes(function):
        if isinstance(child, (*FUNCTIONS, ast.ClassDef, ast.expr)):
            continue
        yield child
        yield from own_nodes(child)
