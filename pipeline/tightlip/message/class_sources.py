"""Exception classes as their source has them: bases, texts of the body, and what ``__init__`` does with its arguments."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING

from tightlip.message.calling import FUNCTIONS, arguments, is_property, is_star, own_nodes, signature
from tightlip.message.sites import Arguments, ClassSource, InitRule, Signature
from tightlip.message.template import Hole, combinations, has_text, settled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tightlip.message.scope import Scope
    from tightlip.message.template import Choices, Template

_DEEPEST = 10
_NAMESPACES = frozenset({"self.__dict__", "vars(self)"})
#: Bases that make no exception; a class whose bases are all of these or builtins is not indexed.
_OTHER_BASES = frozenset({
    "ABC", "Enum", "IntEnum", "StrEnum", "Flag", "IntFlag", "Protocol", "Generic", "NamedTuple", "TypedDict", "BaseModel", "Thread", "Mapping",
    "MutableMapping", "Sequence", "TestCase", "UserDict", "OrderedDict", "Struct", "Handler", "Formatter", "Filter",
})  # fmt: skip
#: Decorators that write an ``__init__`` from the fields of the body; those of attrs hand the fields on as ``args``.
_DATACLASSES = {"dataclass": True, "define": False, "frozen": False, "mutable": False, "attrs": False, "s": False}


def is_exception(scope: Scope, node: ast.ClassDef, depth: int = 0) -> bool:
    """Whether a class surely is an exception's: one of its bases is the interpreter's, or comes to one."""
    for base in node.bases:
        own = getattr(builtins, base.id, None) if isinstance(base, ast.Name) else None
        if isinstance(own, type) and issubclass(own, BaseException):
            return True
        found = scope.find(base, node) if depth < _DEEPEST else None
        cls = found.node if found is not None else None
        if (
            found is not None
            and isinstance(cls, ast.ClassDef)
            and cls is not node
            and is_exception(found.scope, cls, depth + 1)
        ):
            return True
    return False


def may_be_exception(scope: Scope, node: ast.ClassDef, depth: int = 0) -> bool:
    """Whether a class may be an exception's: any base that is not surely something else, or a mixin that says what is shown."""
    if not node.bases:
        return any(isinstance(item, ast.FunctionDef) and item.name == "__str__" for item in node.body)
    return any(_base_may_be(scope, base, node, depth) for base in node.bases)


def _base_may_be(scope: Scope, base: ast.expr, node: ast.ClassDef, depth: int) -> bool:
    if isinstance(base, ast.Subscript):
        base = base.value
    if not isinstance(base, (ast.Name, ast.Attribute)) or depth > _DEEPEST:
        return True
    found = scope.find(base, node)
    if found is not None and isinstance(found.node, ast.ClassDef) and found.node is not node:
        return may_be_exception(found.scope, found.node, depth + 1)
    name = base.id if isinstance(base, ast.Name) else base.attr
    own = getattr(builtins, name, None)
    if isinstance(own, type):
        return issubclass(own, BaseException)
    return name not in _OTHER_BASES


def class_source(scope: Scope, node: ast.ClassDef) -> ClassSource:
    """What the source of a class says of its messages."""
    methods = {item.name: item for item in node.body if isinstance(item, FUNCTIONS)}
    lines = {
        name: (item.decorator_list[0].lineno if item.decorator_list else item.lineno) for name, item in methods.items()
    }
    text = lines.get("__str__", lines.get("__repr__") if _says_repr(node) else None)
    fields, keeps = _fields(scope, node)
    return ClassSource(
        bases=tuple(_base_names(scope, node)),
        constants=dict(_constants(scope, node)),
        init=lines.get("__init__"),
        text=text,
        properties={name: lines[name] for name, item in methods.items() if is_property(item)},
        fields=fields,
        keeps_arguments=keeps,
    )


def _says_repr(node: ast.ClassDef) -> bool:
    """``__str__ = __repr__`` in the body."""
    return any(
        isinstance(item, ast.Assign)
        and isinstance(item.value, ast.Name)
        and item.value.id == "__repr__"
        and any(isinstance(target, ast.Name) and target.id == "__str__" for target in item.targets)
        for item in node.body
    )


def _base_names(scope: Scope, node: ast.ClassDef) -> Iterator[str]:
    for written in node.bases:
        base = written.value if isinstance(written, ast.Subscript) else written
        found = scope.find(base, node)
        name = base.attr if isinstance(base, ast.Attribute) else base.id if isinstance(base, ast.Name) else ""
        if found is not None and isinstance(found.node, ast.ClassDef):
            yield f"{found.scope.module}:{found.node.name}"
        elif isinstance(getattr(builtins, name, None), type):
            yield f"builtins:{name}"
        else:
            yield f":{name}"


def _constants(scope: Scope, node: ast.ClassDef) -> Iterator[tuple[str, Choices]]:
    for item in node.body:
        if isinstance(item, (ast.Assign, ast.AnnAssign)) and item.value is not None:
            text = settled(scope.rule_reader.formatted(item.value, "", "", item))
            if not all(has_text(template) for template in text):
                continue
            for target in item.targets if isinstance(item, ast.Assign) else [item.target]:
                if isinstance(target, ast.Name) and not scope.bindings.changes.is_set_on_others(target.id):
                    yield target.id, text


def _fields(scope: Scope, node: ast.ClassDef) -> tuple[Signature | None, bool]:
    decorators = [d.func if isinstance(d, ast.Call) else d for d in node.decorator_list]
    names = [
        d.attr if isinstance(d, ast.Attribute) else d.id for d in decorators if isinstance(d, (ast.Name, ast.Attribute))
    ]
    kind = next((name for name in names if name in _DATACLASSES), None)
    if kind is None:
        return None, True
    positional: list[str] = []
    defaults: dict[str, Choices] = {}
    for item in node.body:
        if (
            isinstance(item, ast.AnnAssign)
            and isinstance(item.target, ast.Name)
            and "ClassVar" not in ast.unparse(item.annotation)
        ):
            name, value = item.target.id, item.value
        elif isinstance(item, ast.Assign) and isinstance(item.targets[0], ast.Name) and kind in ("s", "attrs"):
            name, value = item.targets[0].id, item.value
        else:
            continue
        if isinstance(value, ast.Call):  # `field(default=...)`
            keywords = {keyword.arg: keyword.value for keyword in value.keywords}
            if isinstance(off := keywords.get("init"), ast.Constant) and off.value is False:
                continue
            value = keywords.get("default")
        positional.append(name)
        if value is not None:
            defaults[name] = settled(scope.rule_reader.formatted(value, "", "", item))
    return Signature(tuple(positional), (), None, defaults), _DATACLASSES[kind]


def init_rule(scope: Scope, function: ast.FunctionDef | ast.AsyncFunctionDef) -> InitRule:
    """What an ``__init__`` or ``__new__`` does with its arguments."""
    calls = [
        (call, node)
        for node in own_nodes(function)
        if isinstance(node, ast.stmt)
        for call in _handing_on(node, function.name)
    ]
    handed_on = [_given(scope, call, node) for call, node in calls]
    base = _named_base(calls[0][0]) if len(calls) == 1 else ""
    parameters = signature(function, scope.rule_reader)
    if not _always(function.body, lambda node: any(node is where for _, where in calls)):
        # Where it does not come to that, the arguments stay as they were given.
        handed_on.append(Arguments(tuple(((Hole(name),),) for name in parameters.positional)))
    return InitRule(
        parameters,
        bool(calls),
        _either_of(handed_on).settled(),
        _attributes(scope, function),
        base,
        _assigned_args(scope, function),
    )


def _given(scope: Scope, call: ast.Call, statement: ast.stmt) -> Arguments:
    given = arguments(scope.rule_reader, call, statement)
    if not _is_super(call):
        # `Base.__init__(self, message)`: the first argument is the object.
        given = Arguments(given.positional[1:], given.keywords, given.is_open)
    elif isinstance(call.func, ast.Attribute) and call.func.attr == "__new__":
        given = Arguments(given.positional[1:], {}, given.is_open)
    return _passing_star(given)


def _is_super(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Call)


def _named_base(call: ast.Call) -> str:
    if _is_super(call) or not isinstance(call.func, ast.Attribute):
        return ""
    return ast.unparse(call.func.value).rsplit(".", 1)[-1]


def _either_of(several: list[Arguments]) -> Arguments:
    """The arguments of several calls, of which one is made; open where they are not of one form."""
    first = several[0] if several else Arguments(is_open=True)
    for other in several[1:]:
        is_same = len(first.positional) == len(other.positional) and set(first.keywords) == set(other.keywords)
        if not is_same or first.is_open or other.is_open:
            return Arguments(is_open=True)
        first = Arguments(
            tuple(tuple(dict.fromkeys(both)) for both in map(_sum, first.positional, other.positional)),
            {name: tuple(dict.fromkeys((*choice, *other.keywords[name]))) for name, choice in first.keywords.items()},
        )
    return first


def _sum(one: Choices, other: Choices) -> Choices:
    return (*one, *other)


def _attributes(scope: Scope, function: ast.FunctionDef | ast.AsyncFunctionDef) -> dict[str, Choices]:
    """What is assigned to ``self.<name>``; under ``*`` nothing, where it may be any name."""
    found: dict[str, Choices] = {}
    targets: dict[str, list[ast.AST]] = {}
    for node in own_nodes(function):
        if not isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)) or node.value is None:
            continue
        for name, value in _self_targets(node):
            own: Template = (Hole(f"self.{name}"),)
            read = (
                ((Hole(f"self.{name}"),),)
                if value is None
                else settled(scope.rule_reader.formatted(value, "", "", node))
            )
            if isinstance(node, ast.AugAssign):
                grown = combinations([found.get(name, (own,)), read]) if isinstance(node.op, ast.Add) else None
                read = tuple(grown or (own,))
            is_last = scope.bindings.is_beside(node, function.body[0])
            found[name] = read if is_last else (*found.get(name, ()), *read)
            targets.setdefault(name, []).append(node)
    for name, nodes in targets.items():
        if not _always(function.body, lambda node, nodes=nodes: any(node is one for one in nodes)):  # type: ignore[misc]
            found[name] = (*found[name], (Hole(f"self.{name}"),))
    return {**found, **_set_elsewhere(scope, function)}


def _set_elsewhere(scope: Scope, function: ast.FunctionDef | ast.AsyncFunctionDef) -> dict[str, Choices]:
    """The attributes that a method called here may set, and ``*`` for ``setattr(self, ...)`` and its like."""
    found: dict[str, Choices] = {}
    owner = scope.bindings.enclosing(function, (ast.ClassDef,))
    for node in ast.walk(function):
        match node:
            case ast.Call(func=ast.Name(id="setattr"), args=[ast.Name(id="self"), *_]):
                found["*"] = ()
            case ast.Call(func=ast.Attribute(attr="update", value=changed)) if ast.unparse(changed) in _NAMESPACES:
                found["*"] = ()
            case ast.Call(func=ast.Attribute(attr=method, value=ast.Name(id="self"))) if isinstance(
                owner, ast.ClassDef
            ):
                found.update((name, ((Hole(f"self.{name}"),),)) for name in scope.set_by(owner, method))
            case _:
                pass
    return found


def _always(block: Sequence[ast.stmt], is_it: Callable[[ast.AST], bool]) -> bool:
    """Whether every way through ``block`` that ends well passes a statement that ``is_it``."""
    for node in block:
        if is_it(node) or isinstance(node, ast.Raise) or any(_all_always(parts, is_it) for parts in _ways(node)):
            return True
        if any(isinstance(inner, ast.Return) for inner in (node, *own_nodes(node))):
            return False
    return False


def _all_always(parts: Sequence[Sequence[ast.stmt]], is_it: Callable[[ast.AST], bool]) -> bool:
    return all(_always(part, is_it) for part in parts)


def _ways(node: ast.stmt) -> list[list[list[ast.stmt]]]:
    """Sets of blocks of a compound statement: one block of each is run to its end."""
    match node:
        case ast.If(body=body, orelse=orelse):
            return [[body, orelse]]
        case ast.With(body=body):
            return [[body]]
        case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=final):
            return [[final], [[*body, *orelse], *(handler.body for handler in handlers)]]
        case _:
            return []


def _assigned_args(scope: Scope, function: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[Choices, ...] | None:
    """``self.args = (a, b)`` in the body of an ``__init__``."""
    found = [
        node
        for node in own_nodes(function)
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign))
        and any(n == "args" for n, _ in _self_targets(node))
    ]
    value = found[0].value if len(found) == 1 else None
    if not isinstance(value, ast.Tuple) or any(isinstance(item, ast.Starred) for item in value.elts):
        return None
    if not _always(function.body, lambda node: node is found[0]):
        return None
    return tuple(settled(scope.rule_reader.passed(item, found[0])) for item in value.elts)


def _handing_on(statement: ast.stmt, name: str) -> Iterator[ast.Call]:
    """The calls of the same method of another class."""
    for child in ast.iter_child_nodes(statement):
        if isinstance(child, ast.expr):
            for node in ast.walk(child):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name:
                    yield node


def _passing_star(given: Arguments) -> Arguments:
    """``super().__init__(*args, **kwargs)``: the star is handed on whole, as a hole called ``*args``, which binding replaces."""
    keywords = {name: choice for name, choice in given.keywords.items() if not is_star(choice)}
    has_star = any(is_star(choice) for choice in given.positional)
    has_more = len(keywords) < len(given.keywords) and not has_star
    return Arguments(given.positional, keywords, (given.is_open and not has_star) or has_more)


def _self_targets(node: ast.Assign | ast.AnnAssign | ast.AugAssign) -> Iterator[tuple[str, ast.expr | None]]:
    """The attributes of ``self`` that a statement assigns, and what; None where that is a part of a value."""
    for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
        if isinstance(target, (ast.Tuple, ast.List)):
            values = node.value.elts if isinstance(node.value, (ast.Tuple, ast.List)) else []
            is_paired = len(values) == len(target.elts) and not any(isinstance(v, ast.Starred) for v in values)
            pairs = zip(target.elts, values if is_paired else [None] * len(target.elts), strict=True)
        else:
            pairs = zip([target], [node.value], strict=True)
        for one, value in pairs:
            if isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name) and one.value.id == "self":
                yield one.attr, value
