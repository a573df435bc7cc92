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
from typing import TYPE_CHECKING, Any, Final

from tightlip.suite import schema
from tightlip.suite.case_parts import Cases
from tightlip.suite.case_reading import Reading
from tightlip.yaml_nodes import FileError, Nodes, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tightlip.suite.case import Case

# Of a mistake: what stands between the path of its file and what is wrong.
_PLACE: Final = re.compile(r":([0-9]+):([0-9]+): ")
MOST_BYTES: Final = 4 * 1024 * 1024
MOST_DEPTH: Final = 60
MOST_MISTAKES: Final = 20
_MOST_CASES: Final = 100_000
SUFFIXES: Final = (".yaml", ".yml")
_HOW: Final = "begin it with `tightlip: 1` and give `cases`; fixtures/README.md of tightlip shows how"
# What stands before the first key: comments, directives, the start of a document.
_FIRST_KEY: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:[ \t]*(?:#[^\n]*|%[^\n]*|---[ \t]*(?:#[^\n]*)?)?\r?\n)*[ \t]*\{?\s*[\"']?tightlip[\"']?[ \t]*:"
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
            files = list(_in_folder(path, mistakes))
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


def _in_folder(folder: Path, mistakes: list[str]) -> Iterable[Path]:
    """The files of cases in a folder; what of it cannot be looked at is a mistake, since its cases would be missing."""

    def unreadable(error: OSError) -> None:
        mistakes.append(f"{shown(str(error.filename))}: it cannot be read ({error.strerror}); see to it that it can")

    for root, folders, names in os.walk(folder, onerror=unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _SKIPPED)
        for name in sorted(names):
            file = Path(root, name)
            try:
                if name.endswith(SUFFIXES) and file.is_file() and _begins_as_cases(file):
                    yield file
            except OSError as error:
                unreadable(error)


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
    root = nodes.read(_HOW)
    reading = Reading(nodes)
    cases = _read(reading, root, os.fspath(path))
    mistakes = [*reading.mistakes, *_doubles(cases)]
    if mistakes:
        raise CaseError(*sorted(dict.fromkeys(mistakes), key=_where))
    return cases


def _where(mistake: str) -> tuple[int, ...]:
    """Line and column of a mistake, to tell them from top to bottom."""
    match = _PLACE.search(mistake)
    return (int(match[1]), int(match[2])) if match else (0, 0)


def _read(reading: Reading, root: Any, file: str) -> tuple[Case, ...]:
    """The cases that are right; of the others, the mistakes are noted."""
    entries = reading.attempt({}, reading.mapping, root, schema.FILE, _HOW)
    reading.part(entries, "tightlip", None, lambda node: _check_version(reading, node))
    nothing: list[Any] = []
    items = reading.part(
        entries, "cases", nothing, lambda node: reading.nodes.entries(node, _MOST_CASES, "give a list of cases")
    )
    if "cases" in entries and entries["cases"].id == "sequence" and not items:
        reading.wrong(entries["cases"], "there is no case in it; give one at least, as `- id: request.cookies`")
    maker = Cases(reading, file)
    shared = maker.shared(entries)
    found = (reading.attempt(None, maker.case, item, shared, entries) for item in items)
    return tuple(case for case in found if case is not None)


def _check_version(reading: Reading, node: Any) -> None:
    if node.id != "scalar" or str(node.value) != str(schema.VERSION):
        what = shown(str(node.value)) if node.id == "scalar" else "no number"
        reading.nodes.fail(
            node,
            f"the version of the format is {what}, and {schema.VERSION} is read; write `tightlip: {schema.VERSION}`",
        )
