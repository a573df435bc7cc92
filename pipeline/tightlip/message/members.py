"""Members: which statements of a module or of a class bind its names, and what methods give ``self``.

Every assignment, definition and import of a name is listed, also those in ``if`` and ``try``: whoever asks can see that there is more than one,
and then takes none of them.

Not covered: the targets of loops and of ``with``, and ``:=``. A template is then wrong, never a value.
"""

from __future__ import annotations

import ast
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tightlip.message.calling import FUNCTIONS, own_nodes

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Members:
    """What a class binds: in its body, and to ``self`` in its methods.

    Attributes:
        body: The statements of the body that bind each name.
        given: What each attribute of ``self`` is given, and in which statement; None where that is no expression by itself.
        set_by: The attributes that each method sets.
        mentioned: For each attribute, the names and texts that stand in the methods that set it.
    """

    body: dict[str, list[ast.stmt]] = field(default_factory=dict[str, "list[ast.stmt]"])
    given: dict[str, list[tuple[ast.expr | None, ast.stmt]]] = field(
        default_factory=dict[str, "list[tuple[ast.expr | None, ast.stmt]]"]
    )
    set_by: dict[str, list[str]] = field(default_factory=dict[str, "list[str]"])
    mentioned: dict[str, set[str]] = field(default_factory=dict[str, "set[str]"])

    @classmethod
    def of(cls, owner: ast.ClassDef) -> Members:
        """Those of ``owner``, without its bases."""
        found = cls()
        for statement in module_level(owner):
            for name in names_bound(statement):
                found.body.setdefault(name, []).append(statement)
        for item in owner.body:
            if isinstance(item, FUNCTIONS):
                found.add_method(item)
        return found

    def add_method(self, method: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """Add what ``method`` assigns to ``self``."""
        assigned: set[str] = set()
        for node in own_nodes(method):
            if not isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
                continue
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                for name in _given_to_self(target):
                    is_plain = isinstance(target, ast.Attribute) and not isinstance(node, ast.AugAssign)
                    if node.value is not None:
                        self.given.setdefault(name, []).append((node.value if is_plain else None, node))
                        assigned.add(name)
        if assigned:
            self.set_by[method.name] = sorted(assigned)
            words = {n.attr for n in ast.walk(method) if isinstance(n, ast.Attribute)}
            words |= {n.value for n in ast.walk(method) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
            for name in assigned:
                self.mentioned.setdefault(name, set()).update(words)


def bases(owner: ast.ClassDef) -> list[ast.expr]:
    """The bases of a class, without what is in brackets behind them."""
    return [base.value if isinstance(base, ast.Subscript) else base for base in owner.bases]


def is_enum(owner: ast.ClassDef) -> bool:
    """Whether the members of a class have another text than their values."""
    names = [ast.unparse(base).rpartition(".")[2] for base in owner.bases]
    return any(name.endswith(("Enum", "Flag")) and name != "StrEnum" for name in names)


def module_level(tree: ast.Module | ast.ClassDef) -> Iterator[ast.stmt]:
    """The statements of a module or class that bind its names, those in ``if`` and ``try`` too."""
    pending: deque[ast.stmt] = deque(tree.body)
    while pending:
        statement = pending.popleft()
        yield statement
        if isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
            continue
        for _, block in ast.iter_fields(statement):
            for child in block if isinstance(block, list) else ():  # pyright: ignore[reportUnknownVariableType]
                if isinstance(child, ast.stmt):
                    pending.append(child)
                elif isinstance(child, ast.ExceptHandler):
                    pending.extend(child.body)


def names_bound(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement binds by itself; for a target that is unpacked, all in it."""
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield statement.name
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            yield from (alias.asname or alias.name.split(".")[0] for alias in aliases)
        case ast.Assign(targets=targets):
            yield from (node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name)) | ast.AugAssign(target=ast.Name(id=name)):
            yield name
        case _:
            pass


def _given_to_self(target: ast.expr) -> Iterator[str]:
    targets = target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]
    for one in targets:
        if isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name) and one.value.id == "self":
            yield one.attr
