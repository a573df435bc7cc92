"""Building a catalogue: what is to be known of a package's source, written down once.

Made from source text alone. The package is not imported; other interpreters than the one that builds find the same entries, since functions
are described by their source and not by their bytecode.
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from tightlip.message.calling import FUNCTIONS
from tightlip.message.encoding import encode
from tightlip.message.index import index
from tightlip.message.scope import Scope
from tightlip.message.sites import FileIndex
from tightlip.origin.owners import module_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

#: Syntax trees kept while a package is indexed; one is 50 times its source.
_MOST_SCOPES = 64
_COMPREHENSIONS = {
    ast.ListComp: "<listcomp>",
    ast.SetComp: "<setcomp>",
    ast.DictComp: "<dictcomp>",
    ast.GeneratorExp: "<genexpr>",
}


@dataclass(frozen=True, slots=True)
class Built:
    """A package that was read.

    Attributes:
        indexes: The index of each file, by its path below the import root.
        entries: The catalogue's entries, by the same.
        unreadable: Files that are no Python of this interpreter's version, and why.
    """

    indexes: dict[str, FileIndex] = field(default_factory=dict[str, FileIndex])
    entries: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    unreadable: dict[str, str] = field(default_factory=dict[str, str])


def build(files: Mapping[str, bytes], progress: Callable[[int, int, str], None] | None = None) -> Built:
    """Read a package.

    Args:
        files: The bytes of its source files, by their path below the import root, as ``acme/http.py``.
        progress: Told before each file: how many are done, how many there are, and its path.
    """
    modules = _Files(files)
    built = Built()
    for number, path in enumerate(sorted(files)):
        if progress is not None:
            progress(number, len(files), path)
        try:
            scope = modules.of_path(path)
            found = index(scope)
            entry = _entry(files[path], scope.tree)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            built.unreadable[path] = f"{type(error).__name__} in line {getattr(error, 'lineno', None) or '?'}"
            continue
        built.indexes[path] = found
        built.entries[path] = entry
    helpers = _helpers(built.indexes.values())
    for path, found in built.indexes.items():
        # Only calls of functions that raise what they are told are ever looked up.
        for line, calls in list(found.calls.items()):
            kept = tuple(call for call in calls if call.name in helpers)
            if kept:
                found.calls[line] = kept
            else:
                del found.calls[line]
        built.entries[path]["index"] = encode(found)
    return built


def _helpers(indexes: Iterable[FileIndex]) -> frozenset[str]:
    names: set[str] = set()
    for found in indexes:
        for qualname, _ in found.signatures:
            *_, owner, name = ("", *qualname.split("."))
            names.update((owner, name) if name == "__init__" else (name,))
    return frozenset(names)


class _Files:
    """The modules of one package (`tightlip.message.scope.Modules`)."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self._paths = {module_name(path): path for path in files}
        self._scopes: OrderedDict[str, Scope | None] = OrderedDict()

    def scope(self, module: str) -> Scope | None:
        path = self._paths.get(module)
        if path is None:
            return None
        try:
            return self.of_path(path)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None

    def of_path(self, path: str) -> Scope:
        """The scope of the file at ``path``.

        Raises:
            SyntaxError, ValueError: It is no Python source.
        """
        known = self._scopes.get(path)
        if known is None:
            tree = ast.parse(self._files[path])
            known = Scope(tree, module_name(path), self, is_package=path.endswith("__init__.py"))
            self._scopes[path] = known
            while len(self._scopes) > _MOST_SCOPES:
                self._scopes.popitem(last=False)
        self._scopes.move_to_end(path)
        return known


def _entry(data: bytes, tree: ast.Module) -> dict[str, Any]:
    functions: dict[str, list[list[Any]]] = {}
    classes: dict[str, list[str]] = {}
    for code in codes(tree, len(data.splitlines())):
        functions.setdefault(code.qualname, []).append([code.first_line, code.last_line, code.parameters])
        if isinstance(code.node, ast.ClassDef):
            classes[code.qualname] = sorted(_bound_in(code.node))
    return {
        "sha256": hashlib.sha256(data).hexdigest(),
        "size": len(data),
        "functions": functions,
        "classes": classes,
        "names": sorted(_bound_in(tree) | _listed(tree)),
    }


def _bound_in(owner: ast.ClassDef | ast.Module) -> set[str]:
    """The names that a body binds by assignment or import, in ``if`` and ``try`` too."""
    found: set[str] = set()
    pending: list[ast.AST] = list(owner.body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.alias):
            found.add((node.asname or node.name).split(".")[0])
        if not isinstance(node, (*FUNCTIONS, ast.ClassDef, ast.Lambda)):
            pending.extend(ast.iter_child_nodes(node))
    return found


def _listed(tree: ast.Module) -> set[str]:
    """The texts of ``__all__``."""
    found: set[str] = set()
    for statement in tree.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        if any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets):
            found.update(
                n.value for n in ast.walk(statement) if isinstance(n, ast.Constant) and isinstance(n.value, str)
            )
    return {name for name in found if re.fullmatch(r"\w{1,100}", name)}


#: A node, the qualified name before its own, and the class whose private names are mangled there.
_Place: TypeAlias = "tuple[ast.AST, str, str | None]"


@dataclass(frozen=True, slots=True)
class Code:
    """A code object as its source describes it.

    Attributes:
        qualname: ``co_qualname``.
        first_line: ``co_firstlineno``.
        last_line: Of its source.
        parameters: As `tightlip.origin.catalogued.parameters` writes them.
        node: Where it stands.
    """

    qualname: str
    first_line: int
    last_line: int
    parameters: str
    node: ast.AST


def codes(tree: ast.Module, last_line: int) -> Iterator[Code]:
    """Every code object that a module compiles to, by the rules of the language reference.

    Args:
        tree: Its syntax tree.
        last_line: The last line of the file.
    """
    yield Code("<module>", 1, max(last_line, 1), "", tree)
    # A stack of our own: an expression of a thousand terms is as deep.
    pending: list[_Place] = [(child, "", None) for child in ast.iter_child_nodes(tree)]
    while pending:
        node, prefix, owner = pending.pop()
        if isinstance(node, (*FUNCTIONS, ast.ClassDef, ast.Lambda)):
            yield from _scope(node, prefix, owner, pending)
        elif isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            yield from _comprehension(node, prefix, owner, pending)
        else:
            pending.extend((child, prefix, owner) for child in ast.iter_child_nodes(node))


def _scope(
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda,
    prefix: str,
    owner: str | None,
    pending: list[_Place],
) -> Iterator[Code]:
    name = prefix + ("<lambda>" if isinstance(node, ast.Lambda) else node.name)
    decorators = [] if isinstance(node, ast.Lambda) else node.decorator_list
    first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
    parameters = "" if isinstance(node, ast.ClassDef) else _parameters(node.args, owner)
    yield Code(name, first, node.end_lineno or first, parameters, node)
    inner, within = (f"{name}.", node.name) if isinstance(node, ast.ClassDef) else (f"{name}.<locals>.", owner)
    body = [node.body] if isinstance(node, ast.Lambda) else node.body
    # Decorators, defaults and annotations are evaluated outside.
    pending.extend((child, prefix, owner) for child in ast.iter_child_nodes(node) if child not in body)
    pending.extend((child, inner, within) for child in body)


def _comprehension(node: ast.expr, prefix: str, owner: str | None, pending: list[_Place]) -> Iterator[Code]:
    assert isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp))
    name = prefix + _COMPREHENSIONS[type(node)]
    yield Code(name, node.lineno, node.end_lineno or node.lineno, ".0", node)
    first_iterable = node.generators[0].iter
    pending.append((first_iterable, prefix, owner))  # evaluated outside
    for child in _direct(node, first_iterable):
        pending.append((child, f"{name}.", owner))
        # From 3.12 on a comprehension is no function of its own, and what stands in it is called as if it stood outside.
        pending.append((child, prefix, owner))


def _direct(comprehension: ast.AST, outside: ast.AST) -> list[ast.AST]:
    """What stands directly in a comprehension: its elements, targets, conditions and iterables but the first."""
    found: list[ast.AST] = []
    for child in ast.iter_child_nodes(comprehension):
        if isinstance(child, ast.comprehension):
            found.extend(part for part in ast.iter_child_nodes(child) if part is not outside)
        else:
            found.append(child)
    return found


def _parameters(arguments: ast.arguments, owner: str | None) -> str:
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    found = [_mangled(parameter.arg, owner) for parameter in named]
    for stars, parameter in (("*", arguments.vararg), ("**", arguments.kwarg)):
        if parameter is not None:
            found.append(stars + _mangled(parameter.arg, owner))
    return ",".join(found)


def _mangled(name: str, owner: str | None) -> str:
    """Private names in a class: https://docs.python.org/3/reference/expressions.html#private-name-mangling."""
    stripped = (owner or "").lstrip("_")
    is_private = name.startswith("__") and not name.endswith("__") and "." not in name
    return f"_{stripped}{name}" if is_private and stripped else name
