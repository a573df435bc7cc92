"""Reaching definitions: which assignments can have given a name its value at a statement.

Structured Python has no gotos, so one backward walk over the enclosing blocks finds them: statements before, then the
parent's statements before, with the branches of what is passed on the way. Loops add what their bodies assign.

Where the walk is unsure (``del``, ``exec``, ``global`` rebinding elsewhere) it may name a definition too many or too few. The
template is then wrong, never a value: all that is ever taken is source text.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections.abc import Callable  # noqa: TC003 - the tables of methods are annotated with it
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeAlias

from tightlip.message.changes import Changes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_BLOCKS = ("body", "handlers", "orelse", "finalbody", "cases")
_IN_EXPRESSION = (ast.expr, ast.withitem, ast.keyword, ast.comprehension)
#: Context managers that may end their block early and go on behind it.
_SUPPRESSES = re.compile(r"suppress|ignor|catch|swallow|raises|handle", re.IGNORECASE)
_LEAVES = (ast.Raise, ast.Return, ast.Continue, ast.Break)

Kind: TypeAlias = Literal["value", "augmented", "parameter", "handled", "class", "function", "import", "other"]


@dataclass(frozen=True, slots=True)
class Definition:
    """One binding of a name.

    Attributes:
        kind: ``value`` for ``name = value``; ``augmented`` for ``name += value``; ``handled`` for ``except ... as name``.
        value: The expression bound, for the first two.
        at: The statement, from which the expression's own names are looked up; None for a parameter.
        alias: The imported name, for ``import``.
    """

    kind: Kind
    value: ast.expr | None = None
    at: ast.AST | None = None
    alias: str = ""


@dataclass(frozen=True, slots=True)
class _Found:
    definitions: tuple[Definition, ...] = ()
    is_certain: bool = False  # every path assigns it here, so that nothing before counts

    def or_else(self, other: _Found) -> _Found:
        """Either of two branches was taken."""
        return _Found(self.definitions + other.definitions, self.is_certain and other.is_certain)

    def after(self, other: _Found) -> _Found:
        """``other`` came first."""
        return self if self.is_certain else _Found(self.definitions + other.definitions, other.is_certain)


#: More definitions of one name than this are no information (a message has at most eight alternatives), and following them all would
#: take quadratic time in a generated file.
_MOST_DEFINITIONS = 64
_OTHER = Definition("other")
_NONE = _Found()
_SET = _Found((_OTHER,), is_certain=True)
_TOO_MANY = _Found((Definition("other"),), is_certain=True)
_UNREACHED = _Found((), is_certain=True)


def parameters(arguments: ast.arguments) -> list[ast.arg]:
    """All parameters of a function, in order."""
    rest = [star for star in (arguments.vararg, arguments.kwarg) if star is not None]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *rest]


class Bindings:
    """Looks names up in one module's syntax tree."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self._found: dict[tuple[str, ast.AST], tuple[Definition, ...]] = {}
        self._binders: dict[int, dict[str, list[int]]] = {}
        self._everywhere: dict[tuple[str, int], tuple[Definition, ...]] = {}
        self._module: dict[str, _Found] = {}
        self._lambdas: dict[ast.Lambda, ast.AST] = {}

    @cached_property
    def changes(self) -> Changes:
        """What the module changes in place."""
        return Changes(self.tree)

    @cached_property
    def _parents(self) -> dict[ast.AST, tuple[ast.AST, list[ast.stmt], int]]:
        """Of each statement, handler and case: what it stands in, the block, and where in the block."""
        found: dict[ast.AST, tuple[ast.AST, list[ast.stmt], int]] = {}
        pending: list[ast.AST] = [self.tree]
        while pending:
            node = pending.pop()
            for name in _BLOCKS:
                block: list[ast.stmt] = getattr(node, name, None) or []
                if isinstance(block, list):  # pyright: ignore[reportUnnecessaryIsInstance] - the body of a lambda is none
                    found.update((child, (node, block, position)) for position, child in enumerate(block))
                    pending.extend(block)
        return found

    def enclosing(self, node: ast.AST, kinds: tuple[type[ast.AST], ...]) -> ast.AST | None:
        """The nearest statement of one of ``kinds`` around statement ``node``."""
        current: ast.AST | None = self._lambdas.get(node, node) if isinstance(node, ast.Lambda) else node
        while current in self._parents:
            current = self._parents[current][0]
            if isinstance(current, kinds):
                return current
        return None

    def function(self, node: ast.AST) -> ast.AST:
        """The function or lambda that statement ``node`` stands in; the module where there is none."""
        if isinstance(node, ast.Lambda):
            return node
        return self.enclosing(node, _FUNCTIONS) or self.tree

    def is_within(self, node: ast.AST, outer: ast.AST) -> bool:
        """Whether statement ``node`` stands in ``outer``, or is it."""
        current: ast.AST | None = node
        while current is not None and current is not outer:
            current = self._parents[current][0] if current in self._parents else None
        return current is outer

    def is_beside(self, node: ast.AST, other: ast.AST) -> bool:
        """Whether two statements stand in the same block."""
        mine, its = self._parents.get(node), self._parents.get(other)
        return mine is not None and its is not None and mine[1] is its[1]

    def enter(self, function: ast.Lambda, at: ast.AST) -> ast.AST:
        """A place inside the lambda ``function``, which stands in statement ``at``: its parameters are bound there."""
        self._lambdas[function] = at
        return function

    def reaching(self, name: str, at: ast.AST) -> tuple[Definition, ...]:
        """The definitions of ``name`` that can be in force just before statement ``at``; empty for a builtin."""
        known = self._found.get((name, at))
        if known is None:
            known = self._found[name, at] = tuple(dict.fromkeys(self._reaching(name, at)))
        return known

    def _reaching(self, name: str, at: ast.AST) -> list[Definition]:
        found: list[Definition] = []
        node, is_later = at, False
        if isinstance(at, ast.Lambda):
            if any(parameter.arg == name for parameter in parameters(at.args)):
                return [Definition("parameter")]
            node, is_later = self._lambdas.get(at, at), True
        while node in self._parents:
            parent, block, position = self._parents[node]
            step = self._later(name, parent) if is_later else self._around(name, node, parent, block, position)
            found.extend(step.definitions)
            if len(found) > _MOST_DEFINITIONS:
                return list(_TOO_MANY.definitions)
            if step.is_certain:
                break
            # What stands in a function runs later than the statements around the function.
            is_later = is_later or isinstance(parent, _FUNCTIONS)
            node = parent
        if found and name in self.changes.declared:
            found.append(_OTHER)  # a function that is called in between may set it
        return found

    def bound_by(self, name: str, statement: ast.stmt) -> Definition | None:
        """The binding of ``name`` that ``statement`` makes by itself, if it makes one."""
        return _bound(name, statement)

    def _later(self, name: str, parent: ast.AST) -> _Found:
        """What a name of an outer scope holds when an inner function runs: anything that the scope ever gives it."""
        if isinstance(parent, ast.Module):
            if name not in self._module:
                self._module[name] = self._block(name, parent.body)
            return self._module[name]
        if not isinstance(parent, _FUNCTIONS):
            return _NONE
        found = self._anywhere(name, parent.body)
        if any(parameter.arg == name for parameter in parameters(parent.args)):
            found = (*found, _OTHER)  # no parameter of the function that runs
        return _Found(found, is_certain=bool(found))

    def _around(self, name: str, node: ast.AST, parent: ast.AST, block: list[ast.stmt], position: int) -> _Found:
        if isinstance(node, ast.ExceptHandler):
            assert isinstance(parent, (ast.Try, ast.TryStar))
            return _Found(self._anywhere(name, parent.body))
        if isinstance(node, ast.match_case):
            return _NONE
        before = self._block(name, block, position)
        if before.is_certain:
            return before
        entry = self._entry(name, parent, block)
        return _Found(before.definitions + entry.definitions, entry.is_certain)

    def _entry(self, name: str, parent: ast.AST, block: list[ast.stmt]) -> _Found:
        """What a name can hold when ``block`` of ``parent`` is entered, as far as ``parent`` itself binds it."""
        enter = self._entries.get(type(parent))
        return enter(self, name, parent, block) if enter is not None else _NONE

    def _enter_function(self, name: str, parent: ast.AST, _block: list[ast.stmt]) -> _Found:
        assert isinstance(parent, _FUNCTIONS)
        is_parameter = any(p.arg == name for p in parameters(parent.args))
        return _Found((Definition("parameter"),), is_certain=True) if is_parameter else _NONE

    def _enter_handler(self, name: str, parent: ast.AST, _block: list[ast.stmt]) -> _Found:
        assert isinstance(parent, ast.ExceptHandler)
        return _Found((Definition("handled", None, parent),), is_certain=True) if parent.name == name else _NONE

    def _enter_for(self, name: str, parent: ast.AST, block: list[ast.stmt]) -> _Found:
        assert isinstance(parent, (ast.For, ast.AsyncFor))
        if block is parent.body and _binds(parent.target, name):
            return _SET
        found = self._anywhere(name, parent.body)  # from an earlier round
        return _Found((*found, _OTHER) if _binds(parent.target, name) else found)

    def _enter_test(self, name: str, parent: ast.AST, block: list[ast.stmt]) -> _Found:
        """The blocks of ``if`` and ``while``."""
        assert isinstance(parent, (ast.If, ast.While))
        found = self._walrus(name, parent, parent.test, truth=block is parent.body)
        if found.is_certain or isinstance(parent, ast.If):
            return found
        return _Found((*found.definitions, *self._anywhere(name, parent.body)))

    def _enter_with(self, name: str, parent: ast.AST, _block: list[ast.stmt]) -> _Found:
        assert isinstance(parent, (ast.With, ast.AsyncWith))
        return _SET if _with_binds(parent, name) else _NONE

    def _enter_try(self, name: str, parent: ast.AST, block: list[ast.stmt]) -> _Found:
        assert isinstance(parent, (ast.Try, ast.TryStar))
        if block is parent.orelse:
            return self._block(name, parent.body)
        if block is parent.finalbody:
            parts = (parent.body, parent.handlers, parent.orelse)
            return _Found(tuple(d for part in parts for d in self._anywhere(name, part)))
        return _NONE

    def _enter_case(self, name: str, parent: ast.AST, _block: list[ast.stmt]) -> _Found:
        assert isinstance(parent, ast.match_case)
        return _SET if _captures(parent.pattern, name) else _NONE

    def _positions(self, name: str, block: Sequence[ast.AST]) -> Sequence[int]:
        """Where in ``block`` the statements are that bind ``name``, in them or below; found once for all names."""
        known = self._binders.get(id(block))  # the tree is kept, so that ids are not used again
        if known is None:
            known = dict[str, list[int]]()
            for position, statement in enumerate(block):
                for bound in set(_bound_names(statement)):
                    known.setdefault(bound, []).append(position)
            self._binders[id(block)] = known
        return known.get(name, ())

    def _block(self, name: str, block: list[ast.stmt], end: int | None = None) -> _Found:
        """What a block leaves in ``name``. A block that ends by leaving (return, raise, ...) reaches nothing after it."""
        end = len(block) if end is None else end
        if not end:
            return _NONE  # an `elif` stands first in its own block: nothing to look for, however long the chain
        if isinstance(block[end - 1], _LEAVES):
            return _UNREACHED
        found: list[Definition] = []
        positions = self._positions(name, block)
        for number in range(bisect_left(positions, end) - 1, -1, -1):
            step = self._statement(name, block[positions[number]])
            found.extend(step.definitions)
            if len(found) > _MOST_DEFINITIONS:
                return _TOO_MANY
            if step.is_certain:
                return _Found(tuple(found), is_certain=True)
        return _Found(tuple(found))

    def _anywhere(self, name: str, block: Sequence[ast.AST]) -> tuple[Definition, ...]:
        key = (name, id(block))
        if key not in self._everywhere:
            nodes = [block[position] for position in self._positions(name, block)]
            found = _anywhere(name, nodes)
            self._everywhere[key] = found if len(found) <= _MOST_DEFINITIONS else _TOO_MANY.definitions
        return self._everywhere[key]

    def _statement(self, name: str, statement: ast.stmt) -> _Found:
        follow = self._follows.get(type(statement))
        found = follow(self, name, statement) if follow is not None else _simple(name, statement)
        return found if found.is_certain else found.after(self._walrus(name, statement, None, truth=None))

    def _walrus(self, name: str, statement: ast.AST, test: ast.expr | None, *, truth: bool | None) -> _Found:
        """What ``(name := value)`` in the expressions of a statement leaves, where its test turned out as ``truth``."""
        if name not in self.changes.walrus:
            return _NONE
        expressions = (
            [test]
            if test is not None
            else [n for n in ast.iter_child_nodes(statement) if isinstance(n, _IN_EXPRESSION)]
        )
        found = _NONE
        for node in expressions:
            found = _walrus(name, node, statement, truth=truth).after(found)
        return found

    def _after_loop(self, name: str, statement: ast.stmt) -> _Found:
        return _Found(_anywhere(name, [statement]))

    def _after_with(self, name: str, statement: ast.stmt) -> _Found:
        assert isinstance(statement, (ast.With, ast.AsyncWith))
        if any(_SUPPRESSES.search(ast.unparse(item.context_expr)) for item in statement.items):
            return _Found(_anywhere(name, [statement]))  # the body may have stopped anywhere
        inside = self._block(name, statement.body)
        return inside.after(_SET) if _with_binds(statement, name) else inside

    def _after_match(self, name: str, statement: ast.stmt) -> _Found:
        assert isinstance(statement, ast.Match)
        found: _Found | None = None
        for case in statement.cases:
            step = self._block(name, case.body)
            step = step.after(_SET) if _captures(case.pattern, name) else step
            found = step if found is None else found.or_else(step)
        last = statement.cases[-1]
        takes_all = last.guard is None and isinstance(last.pattern, ast.MatchAs) and last.pattern.pattern is None
        # A capture binds even where the guard, or a later part of the pattern, says no.
        tried = (_OTHER,) if any(_captures(case.pattern, name) for case in statement.cases) else ()
        return _Found((*(found or _NONE).definitions, *tried), takes_all and found is not None and found.is_certain)

    def _after_if(self, name: str, statement: ast.stmt) -> _Found:
        """``if`` with its ``elif``, which the tree nests: a loop, as a generated chain is longer than the stack is deep."""
        assert isinstance(statement, ast.If)
        found = self._block(name, statement.body)
        while len(statement.orelse) == 1 and isinstance(statement.orelse[0], ast.If):
            statement = statement.orelse[0]
            found = found.or_else(self._block(name, statement.body))
            if len(found.definitions) > _MOST_DEFINITIONS:
                return _TOO_MANY
        return found.or_else(self._block(name, statement.orelse))

    def _after_try(self, name: str, statement: ast.stmt) -> _Found:
        assert isinstance(statement, (ast.Try, ast.TryStar))
        final = self._block(name, statement.finalbody)
        if final.is_certain and statement.finalbody:
            return final
        # A handler runs after any part of the body: what the body assigned may or may not hold.
        found = self._sequence(name, statement.body, statement.orelse)
        for handler in statement.handlers:
            step = self._block(name, handler.body)
            if not step.is_certain:
                step = _Found((*step.definitions, *self._anywhere(name, statement.body)))
            found = found.or_else(step)
        return _Found(final.definitions + found.definitions, found.is_certain)

    def _sequence(self, name: str, first: list[ast.stmt], then: list[ast.stmt]) -> _Found:
        later = self._block(name, then)
        if later.is_certain or not then:
            return later if then else self._block(name, first)
        earlier = self._block(name, first) if not (first and isinstance(first[-1], _LEAVES)) else _NONE
        return _Found(later.definitions + earlier.definitions, earlier.is_certain)

    #: What the blocks of a compound statement find bound when they are entered, and what it leaves bound.
    _entries: ClassVar[dict[type[ast.AST], Callable[[Any, str, ast.AST, list[ast.stmt]], _Found]]] = {
        ast.FunctionDef: _enter_function,
        ast.AsyncFunctionDef: _enter_function,
        ast.ExceptHandler: _enter_handler,
        ast.For: _enter_for,
        ast.AsyncFor: _enter_for,
        ast.If: _enter_test,
        ast.While: _enter_test,
        ast.With: _enter_with,
        ast.AsyncWith: _enter_with,
        ast.Try: _enter_try,
        ast.TryStar: _enter_try,
        ast.match_case: _enter_case,
    }
    _follows: ClassVar[dict[type[ast.AST], Callable[[Any, str, ast.stmt], _Found]]] = {
        ast.If: _after_if,
        ast.For: _after_loop,
        ast.AsyncFor: _after_loop,
        ast.While: _after_loop,
        ast.With: _after_with,
        ast.AsyncWith: _after_with,
        ast.Try: _after_try,
        ast.TryStar: _after_try,
        ast.Match: _after_match,
    }


_SCOPES = (*_FUNCTIONS, ast.ClassDef, ast.Lambda)


def _bound_names(statement: ast.AST) -> Iterator[str]:
    """The names that a statement may bind, in it or in the statements below; too many do no harm."""
    pending: list[ast.AST] = [statement]
    while pending:
        node = pending.pop()
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield name
            case ast.MatchMapping(rest=str(name)):
                yield name
            case ast.alias():
                yield node.asname or node.name.split(".")[0]
            case _:
                pass
        if not isinstance(node, _SCOPES):
            pending.extend(ast.iter_child_nodes(node))


def _binds(target: ast.AST, name: str) -> bool:
    return any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(target))


def _with_binds(statement: ast.With | ast.AsyncWith, name: str) -> bool:
    return any(item.optional_vars is not None and _binds(item.optional_vars, name) for item in statement.items)


def _captures(pattern: ast.AST, name: str) -> bool:
    return any(getattr(node, "name", None) == name or getattr(node, "rest", None) == name for node in ast.walk(pattern))


def _anywhere(name: str, nodes: Sequence[ast.AST]) -> tuple[Definition, ...]:
    found: list[Definition] = []
    pending: list[ast.AST] = list(nodes)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.stmt):
            found.extend(_simple(name, node).definitions)
        if isinstance(node, ast.NamedExpr) and node.target.id == name:
            found.append(_OTHER)
        if _binds_in_header(name, node):
            found.append(_OTHER)
        if not isinstance(node, _SCOPES):
            pending.extend(ast.iter_child_nodes(node))
    return tuple(found)


def _binds_in_header(name: str, node: ast.AST) -> bool:
    match node:
        case ast.With() | ast.AsyncWith():
            return _with_binds(node, name)
        case ast.match_case():
            return _captures(node.pattern, name)
        case ast.ExceptHandler():
            return node.name == name
        case _:
            return False


def _simple(name: str, statement: ast.stmt) -> _Found:
    """The binding that one statement makes by itself."""
    if isinstance(statement, (ast.For, ast.AsyncFor)):
        return _Found((_OTHER,)) if _binds(statement.target, name) else _NONE
    definition = _bound(name, statement)
    return _Found((definition,), is_certain=True) if definition is not None else _NONE


def _walrus(name: str, node: ast.AST, statement: ast.AST, *, truth: bool | None) -> _Found:
    """What ``(name := value)`` in an expression leaves; certain where the expression is evaluated as a whole and turned out as ``truth``."""
    match node:
        case ast.BoolOp(op=op, values=values):
            goes_on = truth is isinstance(op, ast.And)  # `a and b` that was true has seen both
            found = _NONE
            for number, value in enumerate(values):
                step = _walrus(name, value, statement, truth=truth if goes_on else None)
                found = (step if goes_on or not number else _Found(step.definitions)).after(found)
            return found
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _walrus(name, operand, statement, truth=None if truth is None else not truth)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            either = [_walrus(name, value, statement, truth=None) for value in (body, orelse)]
            return either[0].or_else(either[1]).after(_walrus(name, test, statement, truth=None))
        case ast.NamedExpr(target=ast.Name(id=target), value=value) if target == name:
            return _Found((Definition("value", value, statement),), is_certain=True)
        case ast.Lambda():
            return _NONE
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            is_bound = any(isinstance(n, ast.NamedExpr) and n.target.id == name for n in ast.walk(node))
            return _Found((_OTHER,)) if is_bound else _NONE
        case _:
            found = _NONE
            for child in ast.iter_child_nodes(node):
                if isinstance(child, _IN_EXPRESSION):
                    found = _walrus(name, child, statement, truth=None).after(found)
            return found


def _assigned(name: str, statement: ast.Assign) -> Definition | None:
    for target in statement.targets:
        if isinstance(target, ast.Name) and target.id == name:
            return Definition("value", statement.value, statement)
        if isinstance(target, (ast.Tuple, ast.List)) and _binds(target, name):
            element = _element(name, target, statement.value)
            return _OTHER if element is None else Definition("value", element, statement)
    return None


def _element(name: str, target: ast.Tuple | ast.List, value: ast.expr) -> ast.expr | None:
    """The expression that ``name`` gets in ``name, other = "text", 3``."""
    if not isinstance(value, ast.Tuple) or len(target.elts) != len(value.elts):
        return None
    if any(isinstance(one, ast.Starred) for one in (*target.elts, *value.elts)):
        return None
    pairs = zip(target.elts, value.elts, strict=True)
    return next((element for one, element in pairs if isinstance(one, ast.Name) and one.id == name), None)


def _bound(name: str, statement: ast.stmt) -> Definition | None:
    match statement:
        case ast.Assign():
            return _assigned(name, statement)
        case ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value) if target == name:
            return Definition("value", value, statement)
        case ast.AugAssign(target=ast.Name(id=target), value=value) if target == name:
            return Definition("augmented" if isinstance(statement.op, ast.Add) else "other", value, statement)
        case ast.FunctionDef() | ast.AsyncFunctionDef() if statement.name == name:
            return Definition("function", None, statement)
        case ast.ClassDef() if statement.name == name:
            return Definition("class", None, statement)
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            for alias in aliases:
                if (alias.asname or alias.name.split(".")[0]) == name:
                    return Definition("import", None, statement, alias.name.rsplit(".", 1)[-1])
            return None
        case _:
            return None
