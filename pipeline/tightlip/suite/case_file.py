"""Reads files of cases, and says of each mistake where it is and what to do.

Guarantees:

1. What `load` returns can be filled, run and judged: every path is one, every canary is defined and used, every name is known.
2. A file with mistakes is refused as a whole, with all of its mistakes, up to `MOST_MISTAKES`: half of a suite proves nothing.
3. Nothing of a file is run. `yaml_nodes` says what is read of it at all.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from tightlip.suite import schema
from tightlip.suite.case import Case
from tightlip.suite.case_parts import Mistakes, Parts
from tightlip.yaml_nodes import FileError, Nodes, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_T = TypeVar("_T")

MOST_BYTES: Final = 4 * 1024 * 1024
MOST_DEPTH: Final = 60
MOST_MISTAKES: Final = 20
SUFFIXES: Final = (".yaml", ".yml")
_HOW: Final = "begin it with `tightlip: 1` and give `cases`; fixtures/README.md of tightlip shows how"
# What stands before the first key: comments, directives, the start of a document.
_FIRST_KEY: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:[ \t]*(?:#[^\n]*|%[^\n]*|---[ \t]*(?:#[^\n]*)?)?\r?\n)*[\"']?tightlip[\"']?[ \t]*:"
)
_READ_FOR_FIRST_KEY: Final = 16 * 1024
# Where installed packages and the state of tools lie: their cases are others'.
_SKIPPED: Final = frozenset({"node_modules", "__pycache__", "site-packages"})


class CaseError(FileError):
    """Files of cases with mistakes.

    Attributes:
        mistakes: ``file:line:column: what is wrong; what to do``, one for each.
    """

    def __init__(self, *mistakes: str) -> None:
        shown_ones = mistakes[:MOST_MISTAKES]
        more = len(mistakes) - len(shown_ones)
        super().__init__("\n".join([*shown_ones, *([f"and {more} more"] if more else [])]))
        self.mistakes = mistakes


def find_files(paths: Iterable[str | os.PathLike[str]]) -> list[Path]:
    """The files of cases that are meant.

    Args:
        paths: Files, which have to be files of cases, and folders, in which all files of cases are taken, at any depth. Folders that begin
            with a dot and those of installed packages are left out.

    Returns:
        Each file once, in the order given; those of a folder by name.

    Raises:
        CaseError: A path is not there, a file is none of cases, or a folder has none.
    """
    found: dict[str, Path] = {}
    mistakes: list[str] = []
    for given in paths:
        path = Path(given)
        if path.is_dir():
            files = list(_in_folder(path))
            if not files:
                mistakes.append(f"{shown(str(path))}: there are no cases in this folder; {_HOW}")
        else:
            files = [path]
            problem = _not_cases(path)
            if problem:
                mistakes.append(f"{shown(str(path))}: {problem}")
        for file in files:
            found.setdefault(os.path.realpath(file), file)
    if mistakes:
        raise CaseError(*mistakes)
    return list(found.values())


def _in_folder(folder: Path) -> Iterable[Path]:
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _SKIPPED)
        for name in sorted(names):
            file = Path(root, name)
            if name.endswith(SUFFIXES) and file.is_file() and _begins_as_cases(file):
                yield file


def _not_cases(path: Path) -> str | None:
    """Why a file that was named is none of cases; None if it may be one."""
    if not path.exists():
        return "there is no such file; give the path of a file of cases, or of a folder"
    try:
        if path.is_file() and not _begins_as_cases(path):
            return f"it is no file of cases; {_HOW}"
    except OSError as error:
        return f"it cannot be read ({error.strerror}); see to it that it can"
    return None


def _begins_as_cases(path: Path) -> bool:
    with path.open("rb") as file:
        return _FIRST_KEY.match(file.read(_READ_FOR_FIRST_KEY)) is not None


def load_all(paths: Iterable[str | os.PathLike[str]]) -> tuple[Case, ...]:
    """Read all cases of files and folders.

    Args:
        paths: As of `find_files`.

    Raises:
        CaseError: With the mistakes of all files; an id that two cases have is one.
    """
    cases: list[Case] = []
    mistakes: list[str] = []
    for path in find_files(paths):
        try:
            cases += load(path)
        except CaseError as error:
            mistakes += error.mistakes
    mistakes += _doubles(cases)
    if mistakes:
        raise CaseError(*mistakes)
    return tuple(cases)


def _doubles(cases: Sequence[Case]) -> list[str]:
    first: dict[str, Case] = {}
    return [
        f"{case.place}: there is a case {case.id} already, at {other.place}; give it another id"
        for case in cases
        if (other := first.setdefault(case.id, case)) is not case
    ]


def load(path: str | os.PathLike[str]) -> tuple[Case, ...]:
    """Read a file of cases.

    Raises:
        CaseError: It is none, or has mistakes.
    """
    nodes = Nodes(path, CaseError, columns=True, most_bytes=MOST_BYTES, most_depth=MOST_DEPTH, fast=True)
    return _File(nodes, os.fspath(path)).cases(nodes.read(_HOW))


class _File:
    """Reads one file."""

    def __init__(self, nodes: Nodes, path: str) -> None:
        self._nodes = nodes
        self._mistakes = Mistakes()
        self._parts = Parts(nodes, path, self._mistakes)

    def cases(self, root: Any) -> tuple[Case, ...]:
        parts = self._parts
        entries = parts.mapping(root, schema.FILE, _HOW)
        self._version(entries)
        shared = {name: entries[name] for name in schema.SHARED if name in entries}
        # A mistake in what all cases share is told once, not with each case.
        shared = {name: value for name, value in shared.items() if parts.can_be_read(name, value)}
        cases: list[Case] = []
        if "cases" in entries:
            for item in self._items(entries["cases"]):
                case = self._mistakes.attempt(lambda item=item: parts.case(item, shared), None)
                if case is not None:
                    cases.append(case)
        mistakes = [*self._mistakes.found, *_doubles(cases)]
        if mistakes:
            raise CaseError(*dict.fromkeys(mistakes))
        return tuple(cases)

    def _items(self, node: Any) -> list[Any]:
        items = self._mistakes.attempt(lambda: self._nodes.entries(node, 100_000, "give a list of cases"), None)
        if items == []:
            self._mistakes.add(self._nodes, node, "there is no case in it; give one at least: `- id: ...`")
        return items or []

    def _version(self, entries: dict[str, Any]) -> None:
        if "tightlip" in entries:
            node = entries["tightlip"]
            if node.id != "scalar" or node.value != str(schema.VERSION):
                what = shown(str(node.value)) if node.id == "scalar" else "no number"
                self._mistakes.add(
                    self._nodes,
                    node,
                    f"the version of the format is {what}; {schema.VERSION} is what this tightlip reads",
                )
