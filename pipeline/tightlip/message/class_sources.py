"""Exception classes as their source has them: bases, texts of the body, and what ``__init__`` does with its arguments."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING

from tightlip.message.calling import FUNCTIONS, arguments, is_property, is_star, own_nodes, signature
from tightlip.message.sites import Arguments, ClassSource, InitRule, Signature
from tightlip.message.template import has_text, settled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tightlip.message.scope import Scope
    from tightlip.message.template import Choices

_DEEPEST = 10
#: Bases that make no exception; a class whose bases are all of these or builtins is not indexed.
_OTHER_BASES = frozenset({
    "ABC", "Enum", "IntEnum", "StrEnum", "Flag", "IntFlag", "Protocol", "Generic", "NamedTuple", "TypedDict", "BaseModel", "Thread", "Mapping",
    "MutableMapping", "Sequence", "TestCase", "UserDict", "OrderedDict", "Struct", "Handler", "Formatter", "Filter",
})  # fmt: skip
#: Decorators that write an ``__init__`` from the fields of the body; those of attrs hand the fields on as ``args``.
_DATACLASSES = {"dataclass": True, "define": False, "frozen": False, "mutable": False, "attrs": False, "s": False}


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
                if isinstance(target, ast.Name):
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
    """What an ``__init__`` does with its arguments."""
    calls: list[tuple[ast.Call, ast.stmt]] = []
    attributes: dict[str, Choices] = {}
    for node in own_nodes(function):
        if isinstance(node, ast.stmt):
            calls.extend((call, node) for call in _super_inits(node))
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            for attribute in _self_targets(node):
                read = settled(scope.rule_reader.formatted(node.value, "", "", node))
                attributes[attribute] = (*attributes.get(attribute, ()), *read)
    given, base = Arguments(is_open=True), ""
    if len(calls) == 1:
        call, statement = calls[0]
        given = arguments(scope.rule_reader, call, statement)
        if not (isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Call)):
            # `Base.__init__(self, message)`: the first argument is the object.
            given = Arguments(given.positional[1:], given.keywords, given.is_open)
            base = ast.unparse(call.func.value).rsplit(".", 1)[-1] if isinstance(call.func, ast.Attribute) else ""
        given = _passing_star(given)
    return InitRule(
        signature(function, scope.rule_reader),
        bool(calls),
        given.settled(),
        attributes,
        base,
        _assigned_args(scope, function),
    )


def _assigned_args(scope: Scope, function: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[Choices, ...] | None:
    """``self.args = (a, b)`` in the body of an ``__init__``."""
    found = [
        node
        for node in own_nodes(function)
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and "args" in _self_targets(node)
    ]
    value = found[0].value if len(found) == 1 else None
    if not isinstance(value, ast.Tuple) or any(isinstance(item, ast.Starred) for item in value.elts):
        return None
    return tuple(settled(scope.rule_reader.formatted(item, "", "", found[0])) for item in value.elts)


def _super_inits(statement: ast.stmt) -> Iterator[ast.Call]:
    for child in ast.iter_child_nodes(statement):
        if isinstance(child, ast.expr):
            for node in ast.walk(child):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "__init__":
                    yield node


def _passing_star(given: Arguments) -> Arguments:
    """``super().__init__(*args, **kwargs)``: the star is handed on whole, as a hole called ``*args``, which binding replaces."""
    keywords = {name: choice for name, choice in given.keywords.items() if not is_star(choice)}
    has_star = any(is_star(choice) for choice in given.positional)
    has_more = len(keywords) < len(given.keywords) and not has_star
    return Arguments(given.positional, keywords, (given.is_open and not has_star) or has_more)


def _self_targets(node: ast.Assign | ast.AnnAssign) -> Iterator[str]:
    for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
        if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self":
            yield target.attr
