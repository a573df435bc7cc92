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
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from tightlip.message.changes import Changes
from tightlip.message.definitions import (
    IN_EXPRESSION,
    OTHER,
    SURELY_OTHER,
    UNBOUND,
    Definition,
    Reaching,
    binds,
    bound_anywhere,
    bound_by_itself,
    bound_in_expression,
    bound_names,
    captures,
    with_binds,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_BLOCKS = ("body", "handlers", "orelse", "finalbody", "cases")
#: Context managers that may end their block early and go on behind it.
_SUPPRESSES = re.compile(r"suppress|ignor|catch|swallow|raises|handle", re.IGNORECASE)
_LEAVES = (ast.Raise, ast.Return, ast.Continue, ast.Break)
#: More definitions of one name than this are no information (a message has at most eight alternatives), and following them all would
#: take quadratic time in a generated file.
_MOST_DEFINITIONS = 64
_TOO_MANY = SURELY_OTHER
_UNREACHED = Reaching((), is_certain=True)


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
        self._module: dict[str, Reaching] = {}
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
            found.append(OTHER)  # a function that is called in between may set it
        return found

    def _later(self, name: str, parent: ast.AST) -> Reaching:
        """What a name of an outer scope holds when an inner function runs: anything that the scope ever gives it."""
        if isinstance(parent, ast.Module):
            if name not in self._module:
                self._module[name] = self._block(name, parent.body)
            return self._module[name]
        if not isinstance(parent, _FUNCTIONS):
            return UNBOUND
        found = self._anywhere(name, parent.body)
        if any(parameter.arg == name for parameter in parameters(parent.args)):
            found = (*found, OTHER)  # no parameter of the function that runs
        return Reaching(found, is_certain=bool(found))

    def _around(self, name: str, node: ast.AST, parent: ast.AST, block: list[ast.stmt], position: int) -> Reaching:
        if isinstance(node, ast.ExceptHandler):
            assert isinstance(parent, (ast.Try, ast.TryStar))
            return Reaching(self._anywhere(name, parent.body))
        if isinstance(node, ast.match_case):
            return UNBOUND
        before = self._block(name, block, position)
        if before.is_certain:
            return before
        entry = self._entry(name, parent, block)
        return Reaching(before.definitions + entry.definitions, entry.is_certain)

    def _entry(self, name: str, parent: ast.AST, block: list[ast.stmt]) -> Reaching:
        """What a name can hold when ``block`` of ``parent`` is entered, as far as ``parent`` itself binds it."""
        enter = self._entries.get(type(parent))
        return enter(self, name, parent, block) if enter is not None else UNBOUND

    def _enter_function(self, name: str, parent: ast.AST, _block: list[ast.stmt]) -> Reaching:
        assert isinstance(parent, _FUNCTIONS)
        is_parameter = any(p.arg == name for p in parameters(parent.args))
        return Reaching((Definition("parameter"),), is_certain=True) if is_parameter else UNBOUND

    def _enter_handler(self, name: str, parent: ast.AST, _block: list[ast.stmt]) -> Reaching:
        assert isinstance(parent, ast.ExceptHandler)
        return Reaching((Definition("handled", None, parent),), is_certain=True) if parent.name == name else UNBOUND

    def _enter_for(self, name: str, parent: ast.AST, block: list[ast.stmt]) -> Reaching:
        assert isinstance(parent, (ast.For, ast.AsyncFor))
        if block is parent.body and binds(parent.target, name):
            return SURELY_OTHER
        found = self._anywhere(name, parent.body)  # from an earlier round
        return Reaching((*found, OTHER) if binds(parent.target, name) else found)

    def _enter_test(self, name: str, parent: ast.AST, block: list[ast.stmt]) -> Reaching:
        """The blocks of ``if`` and ``while``."""
        assert isinstance(parent, (ast.If, ast.While))
        found = self._walrus(name, parent, parent.test, truth=block is parent.body)
        if found.is_certain or isinstance(parent, ast.If):
            return found
        return Reaching((*found.definitions, *self._anywhere(name, parent.body)))

    def _enter_with(self, name: str, parent: ast.AST, _block: list[ast.stmt]) -> Reaching:
        assert isinstance(parent, (ast.With, ast.AsyncWith))
        return SURELY_OTHER if with_binds(parent, name) else UNBOUND

    def _enter_try(self, name: str, parent: ast.AST, block: list[ast.stmt]) -> Reaching:
        assert isinstance(parent, (ast.Try, ast.TryStar))
        if block is parent.orelse:
            return self._block(name, parent.body)
        if block is parent.finalbody:
            parts = (parent.body, parent.handlers, parent.orelse)
            return Reaching(tuple(d for part in parts for d in self._anywhere(name, part)))
        return UNBOUND

    def _enter_case(self, name: str, parent: ast.AST, _block: list[ast.stmt]) -> Reaching:
        assert isinstance(parent, ast.match_case)
        return SURELY_OTHER if captures(parent.pattern, name) else UNBOUND

    def _positions(self, name: str, block: Sequence[ast.AST]) -> Sequence[int]:
        """Where in ``block`` the statements are that bind ``name``, in them or below; found once for all names."""
        known = self._binders.get(id(block))  # the tree is kept, so that ids are not used again
        if known is None:
            known = dict[str, list[int]]()
            for position, statement in enumerate(block):
                for bound in set(bound_names(statement)):
                    known.setdefault(bound, []).append(position)
            self._binders[id(block)] = known
        return known.get(name, ())

    def _block(self, name: str, block: list[ast.stmt], end: int | None = None) -> Reaching:
        """What a block leaves in ``name``. A block that ends by leaving (return, raise, ...) reaches nothing after it."""
        end = len(block) if end is None else end
        if not end:
            return UNBOUND  # an `elif` stands first in its own block: nothing to look for, however long the chain
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
                return Reaching(tuple(found), is_certain=True)
        return Reaching(tuple(found))

    def _anywhere(self, name: str, block: Sequence[ast.AST]) -> tuple[Definition, ...]:
        key = (name, id(block))
        if key not in self._everywhere:
            nodes = [block[position] for position in self._positions(name, block)]
            found = bound_anywhere(name, nodes)
            self._everywhere[key] = found if len(found) <= _MOST_DEFINITIONS else _TOO_MANY.definitions
        return self._everywhere[key]

    def _statement(self, name: str, statement: ast.stmt) -> Reaching:
        follow = self._follows.get(type(statement))
        found = follow(self, name, statement) if follow is not None else bound_by_itself(name, statement)
        return found if found.is_certain else found.after(self._walrus(name, statement, None, truth=None))

    def _walrus(self, name: str, statement: ast.AST, test: ast.expr | None, *, truth: bool | None) -> Reaching:
        """What ``(name := value)`` in the expressions of a statement leaves, where its test turned out as ``truth``."""
        if name not in self.changes.walrus:
            return UNBOUND
        expressions = (
            [test] if test is not None else [n for n in ast.iter_child_nodes(statement) if isinstance(n, IN_EXPRESSION)]
        )
        found = UNBOUND
        for node in expressions:
            found = bound_in_expression(name, node, statement, truth=truth).after(found)
        return found

    def _after_loop(self, name: str, statement: ast.stmt) -> Reaching:
        return Reaching(bound_anywhere(name, [statement]))

    def _after_with(self, name: str, statement: ast.stmt) -> Reaching:
        assert isinstance(statement, (ast.With, ast.AsyncWith))
        if any(_SUPPRESSES.search(ast.unparse(item.context_expr)) for item in statement.items):
            return Reaching(bound_anywhere(name, [statement]))  # the body may have stopped anywhere
        inside = self._block(name, statement.body)
        return inside.after(SURELY_OTHER) if with_binds(statement, name) else inside

    def _after_match(self, name: str, statement: ast.stmt) -> Reaching:
        assert isinstance(statement, ast.Match)
        found: Reaching | None = None
        for case in statement.cases:
            step = self._block(name, case.body)
            step = step.after(SURELY_OTHER) if captures(case.pattern, name) else step
            found = step if found is None else found.or_else(step)
        last = statement.cases[-1]
        takes_all = last.guard is None and isinstance(last.pattern, ast.MatchAs) and last.pattern.pattern is None
        # A capture binds even where the guard, or a later part of the pattern, says no.
        tried = (OTHER,) if any(captures(case.pattern, name) for case in statement.cases) else ()
        return Reaching((*(found or UNBOUND).definitions, *tried), takes_all and found is not None and found.is_certain)

    def _after_if(self, name: str, statement: ast.stmt) -> Reaching:
        """``if`` with its ``elif``, which the tree nests: a loop, as a generated chain is longer than the stack is deep."""
        assert isinstance(statement, ast.If)
        found = self._block(name, statement.body)
        while len(statement.orelse) == 1 and isinstance(statement.orelse[0], ast.If):
            statement = statement.orelse[0]
            found = found.or_else(self._block(name, statement.body))
            if len(found.definitions) > _MOST_DEFINITIONS:
                return _TOO_MANY
        return found.or_else(self._block(name, statement.orelse))

    def _after_try(self, name: str, statement: ast.stmt) -> Reaching:
        assert isinstance(statement, (ast.Try, ast.TryStar))
        final = self._block(name, statement.finalbody)
        if final.is_certain and statement.finalbody:
            return final
        # A handler runs after any part of the body: what the body assigned may or may not hold.
        found = self._sequence(name, statement.body, statement.orelse)
        for handler in statement.handlers:
            step = self._block(name, handler.body)
            if not step.is_certain:
                step = Reaching((*step.definitions, *self._anywhere(name, statement.body)))
            found = found.or_else(step)
        return Reaching(final.definitions + found.definitions, found.is_certain)

    def _sequence(self, name: str, first: list[ast.stmt], then: list[ast.stmt]) -> Reaching:
        later = self._block(name, then)
        if later.is_certain or not then:
            return later if then else self._block(name, first)
        earlier = self._block(name, first) if not (first and isinstance(first[-1], _LEAVES)) else UNBOUND
        return Reaching(later.definitions + earlier.definitions, earlier.is_certain)

    #: What the blocks of a compound statement find bound when they are entered, and what it leaves bound.
    _entries: ClassVar[dict[type[ast.AST], Callable[[Any, str, ast.AST, list[ast.stmt]], Reaching]]] = {
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
    _follows: ClassVar[dict[type[ast.AST], Callable[[Any, str, ast.stmt], Reaching]]] = {
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
