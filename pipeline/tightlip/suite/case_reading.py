"""Reads the nodes of a file of cases, and notes its mistakes instead of ending at the first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar, cast

from tightlip.suite.case import PROFILES, Profile
from tightlip.suite.case_nodes import written
from tightlip.suite.paths import parse
from tightlip.yaml_nodes import FileError, Nodes, nearest, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tightlip.suite.schema import Key

_T = TypeVar("_T")
_P = ParamSpec("_P")
_MOST: Final = 10_000


class Reading:
    """One file that is being read.

    Attributes:
        nodes: The file.
        mistakes: What is wrong with it, so far.
        meant: The keys that were meant by those that there are not: that they are missing is the same mistake.
    """

    def __init__(self, nodes: Nodes) -> None:
        self.nodes = nodes
        self.mistakes: list[str] = []
        self.meant: set[str] = set()

    def attempt(self, otherwise: _T, read: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """What ``read`` returns; or ``otherwise``, and the mistake is noted."""
        try:
            return read(*args, **kwargs)
        except FileError as error:
            self.mistakes += getattr(error, "mistakes", (str(error),))
            return otherwise

    def part(self, entries: Mapping[str, Any], name: str, otherwise: _T, read: Callable[[Any], _T]) -> _T:
        """An entry of a mapping as ``read`` reads it; ``otherwise`` where it is not there, or is wrong."""
        return self.attempt(otherwise, read, entries[name]) if name in entries else otherwise

    def wrong(self, node: Any, problem: str) -> None:
        """Note a mistake at a node."""
        mark = node.start_mark
        self.wrong_at(mark.line, mark.column, problem)

    def wrong_at(self, line: int, column: int | None, problem: str) -> None:
        """Note a mistake at a line and a column, counted from 0."""
        self.mistakes.append(str(self.nodes.error(line, problem, column)))

    def mapping(self, node: Any, table: Mapping[str, Key], what: str) -> dict[str, Any]:
        """The values of a mapping by key; keys that there are not, and required ones that are missing, are noted."""
        entries = self.nodes.items(node, None, what)
        unknown = [name for name in entries if name not in table]
        for name in unknown:
            self.wrong(entries[name][0], f"there is no key {shown(name)}; {nearest(name, table)}")
            self.meant.update(one for one in table if nearest(name, table) == f"did you mean {one}?")
        for name, key in table.items():
            if key.required and name not in entries and name not in self.meant:
                self.wrong(node, f"`{name}` is missing; write `{name}: ...` ({key.what.rstrip('.')})")
        return {name: value for name, (_, value) in entries.items() if name in table}

    def words(self, node: Any, what: str) -> list[tuple[str, Any]]:
        """The words of a list, as they are written, with their nodes."""
        items = self.nodes.entries(node, _MOST, what)
        found = [(self.attempt("", written, self.nodes, item, what), item) for item in items]
        return [(text, item) for text, item in found if text]

    def paths(self, node: Any) -> tuple[str, ...]:
        """A list of paths."""
        found = self.words(node, "give a list of paths")
        for path, item in found:
            self.path(path, item)
        return tuple(path for path, _ in found)

    def free_paths(self, node: Any) -> tuple[str, ...]:
        """A list of paths that are not compared; one that stands for everything would leave nothing to compare."""
        found = self.paths(node)
        if any(set(path.split(".")) == {"*"} for path in found):
            self.wrong(node, "* stands for everything, and then nothing is compared; name the fields that vary")
        return found

    def path(self, path: str, node: Any) -> None:
        """Note it where a text is no path."""
        try:
            parse(path)
        except ValueError as error:
            self.wrong(node, f"{shown(path)} is no path: {error}")

    def profiles(self, node: Any) -> tuple[Profile, ...]:
        """A list of promises, in the order of `PROFILES`."""
        what = "give a list of promises, as [strict]"
        items = self.nodes.entries(node, len(PROFILES), what)
        found = [cast("Profile", self.nodes.one_of(item, PROFILES, what)) for item in items]
        if not found:
            self.nodes.fail(node, f"{what}; it is empty")
        if len(set(found)) < len(found):
            self.nodes.fail(node, f"{found[0]} is there twice; leave one out")
        return tuple(profile for profile in PROFILES if profile in found)


def scalars(node: Any) -> Iterator[Any]:
    """All scalars of a node, keys too."""
    if node.id == "scalar":
        yield node
    elif node.id == "sequence":
        for item in node.value:
            yield from scalars(item)
    else:
        for key, value in node.value:
            yield from scalars(key)
            yield from scalars(value)
