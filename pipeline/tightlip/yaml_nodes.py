"""A YAML file as nodes that know their lines, for readers that say what is wrong where.

Guarantees, of what `read` returns:

1. At most `MOST_BYTES` (or what the reader allows) of a regular file were read; nothing was constructed from it, so that no tag runs
   anything.
2. There are no aliases, which could stand for far more than the file has; and no more than `MOST_DEPTH` levels.
3. Every refusal is a `FileError` that names file, line, what is wrong and what to do; the column too, where the reader asks for it.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Any, Final, NoReturn

from tightlip.ink import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

MOST_BYTES: Final = 256 * 1024
MOST_DEPTH: Final = 12
_LONGEST_SHOWN: Final = 60
_NEAR: Final = 0.5


class FileError(ValueError):
    """Something in a file that cannot be read as what it is for, with ``file:line`` and what to do."""


class Nodes:
    """Reads one file; makes its errors.

    Args:
        path: The file.
        error: The class of the errors, derived from `FileError`.
        columns: Whether errors name the column beside the line.
        most_bytes: How much of a file is read; a larger one is refused.
        most_depth: How many levels are read.
        fast: Whether libyaml parses, where PyYAML has it: ten times as fast, and other words for what is no YAML.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        error: type[FileError],
        *,
        columns: bool = False,
        most_bytes: int = MOST_BYTES,
        most_depth: int = MOST_DEPTH,
        fast: bool = False,
    ) -> None:
        self._path = os.fspath(path)
        self._error = error
        self._columns = columns
        self._most_bytes = most_bytes
        self._most_depth = most_depth
        self._fast = fast
        #: The text of the file, once it is read.
        self.source = ""

    def fail(self, node: Any, problem: str) -> NoReturn:
        """Say what is wrong at a node; None for the file."""
        if node is None:
            raise self.error(None, problem)
        raise self.error(node.start_mark.line, problem, node.start_mark.column)

    def error(self, line: int | None, problem: str, column: int | None = None) -> FileError:
        """The error at a line and a column, counted from 0; None for the file."""
        where = "" if line is None else f":{line + 1}"
        if self._columns and column is not None:
            where += f":{column + 1}"
        return self._error(f"{shown(self._path)}{where}: {problem}")

    def read(self, what: str) -> Any:
        """The root node of the file.

        Args:
            what: What the file should hold, for what to do about an empty one.

        Raises:
            FileError: It cannot be read, or is no such YAML.
        """
        text = self.source = self._text()
        import yaml  # noqa: PLC0415 - heavy, and only files need it

        loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader) if self._fast else yaml.SafeLoader
        try:
            self._look_through(yaml.parse(text, Loader=loader), yaml)
            root: Any = yaml.compose(text, Loader=loader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line, column = (None, None) if mark is None else (mark.line, mark.column)
            problem = str(error.problem or error.context)
            if "nesting depth" in problem:  # libyaml from PyYAML 6.0.4 on has a bound of its own
                raise self.error(
                    line, f"it is nested too deeply; at most {self._most_depth} levels are read"
                ) from error
            raise self.error(line, f"it is no YAML here: {problem}; correct it", column) from error
        except yaml.reader.ReaderError as error:
            line = text.count("\n", 0, int(error.position))
            raise self.error(line, "a character stands here that YAML does not allow; take it out") from error
        except RecursionError as error:
            raise self.error(None, f"it is nested too deeply; at most {self._most_depth} levels are read") from error
        if root is None:
            raise self.error(None, f"it is empty; {what}")
        return root

    def _text(self) -> str:
        try:
            # Not opened before it is known to be a file: opening a pipe waits for its other end.
            if not stat.S_ISREG(os.stat(self._path).st_mode):  # noqa: PTH116 - any path-like
                kind = "a folder" if os.path.isdir(self._path) else "no regular file"  # noqa: PTH112
                raise self.error(None, f"it is {kind}; give a file of YAML")
            with open(self._path, "rb") as file:  # noqa: PTH123
                data = file.read(self._most_bytes + 1)
        except FileNotFoundError as error:
            raise self.error(None, "there is no such file; give the path of one") from error
        except (OSError, ValueError) as error:
            if isinstance(error, FileError):
                raise
            reason = error.strerror if isinstance(error, OSError) else "it is no path"
            raise self.error(None, f"it cannot be read ({reason}); see to it that it can") from error
        if len(data) > self._most_bytes:
            raise self.error(None, f"it has more than {self._most_bytes // 1024} KB; make it smaller")
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise self.error(
                data.count(b"\n", 0, error.start), "it is no UTF-8 here; save the file as UTF-8"
            ) from error

    def _look_through(self, events: Iterator[Any], yaml: Any) -> None:
        """Refuse what makes a file mean more than it shows, before any of it is built."""
        depth = documents = 0
        for event in events:
            line, column = event.start_mark.line, event.start_mark.column
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
                raise self.error(
                    line, "anchors and aliases (& and *) are not read; write it out, or quote the text", column
                )
            if getattr(event, "tag", None) is not None:
                raise self.error(line, "tags (!) are not read; leave the tag out, or quote the text", column)
            documents += isinstance(event, yaml.DocumentStartEvent)
            if documents > 1:
                raise self.error(line, "a second document begins here (---); give one a file")
            depth += isinstance(event, yaml.CollectionStartEvent)
            if depth > self._most_depth:
                raise self.error(line, f"it is nested too deeply; at most {self._most_depth} levels are read")
            depth -= isinstance(event, yaml.CollectionEndEvent)

    # Nodes.

    def items(self, node: Any, known: Iterable[str] | None, what: str) -> dict[str, tuple[Any, Any]]:
        """The entries of a mapping by key, as ``(key node, value node)``.

        Args:
            node: The node.
            known: The keys that there are; None for any.
            what: What should stand there, and how.
        """
        if node.id != "mapping":
            self.fail(node, f"{what}, not {kind_of(node)}")
        found: dict[str, tuple[Any, Any]] = {}
        names = None if known is None else tuple(known)
        for key, value in node.value:
            name = self.text(key, "write a name here")
            if name in found:
                self.fail(
                    key,
                    f"{shown(name)} is there twice, first in line {found[name][0].start_mark.line + 1}; leave one out",
                )
            if names is not None and name not in names:
                self.fail(key, f"there is no {shown(name)}; {nearest(name, names)}")
            found[name] = key, value
        return found

    def entries(self, node: Any, most: int, what: str) -> list[Any]:
        """The entries of a list."""
        if node.id != "sequence":
            self.fail(node, f"{what}, not {kind_of(node)}")
        if len(node.value) > most:
            self.fail(node, f"it has {len(node.value)} entries, and {most} are read; make it shorter")
        return list(node.value)

    def text(self, node: Any, what: str, *, longest: int = 2_000) -> str:
        """A text that is not empty."""
        if node.id != "scalar":
            self.fail(node, f"{what}, not {kind_of(node)}")
        value = str(node.value)
        if not value:
            self.fail(node, f"{what}; it is empty")
        if node.tag != "tag:yaml.org,2002:str":
            self.fail(
                node, f"{what}; YAML takes {shown(value)} for {kind_of(node)}: put it in quotes if it is meant as text"
            )
        if len(value) > longest:
            self.fail(node, f"it has {len(value)} characters, and {longest} are read; make it shorter")
        return value

    def texts(self, node: Any, most: int, what: str, *, longest: int = 2_000) -> list[tuple[str, Any]]:
        """The texts of a list, each once, with their nodes."""
        found: dict[str, Any] = {}
        for item in self.entries(node, most, what):
            value = self.text(item, what, longest=longest)
            if value in found:
                self.fail(item, f"{shown(value)} is there twice; leave one out")
            found[value] = item
        return list(found.items())

    def one_of(self, node: Any, allowed: Iterable[str], what: str) -> str:
        """One of several words; a word that YAML takes for yes or no counts as written."""
        names = tuple(allowed)
        if node.id != "scalar":
            self.fail(node, f"{what}, not {kind_of(node)}")
        value = str(node.value)
        if value not in names:
            self.fail(node, f"there is no {shown(value)}; {nearest(value, names)}")
        return value

    def trying(self, node: Any, make: Callable[[], Any], errors: type[Exception]) -> Any:
        """What ``make`` returns; its errors of a class are told at the node."""
        try:
            return make()
        except errors as error:
            self.fail(node, str(error))


_KINDS: Final = {
    "bool": "yes or no",
    "int": "a number",
    "float": "a number",
    "null": "nothing",
    "timestamp": "a time",
    "str": "a text",
}


def kind_of(node: Any) -> str:
    """What a node is, in words."""
    if node.id == "mapping":
        return "a mapping"
    if node.id == "sequence":
        return "a list"
    return _KINDS.get(str(node.tag).rpartition(":")[2], "something else")


def shown(text: str) -> str:
    """A text of the file's in a message: one line, not long, no control character."""
    clean = printable(text)
    return clean if len(clean) <= _LONGEST_SHOWN or os.sep in clean else f"{clean[:_LONGEST_SHOWN]}..."


def nearest(name: str, known: Iterable[str], *, several: int = 12) -> str:
    """What may have been meant: ``did you mean x?``, or all that there is if it is little."""
    import difflib  # noqa: PLC0415 - only for a mistake

    names = list(dict.fromkeys(known))
    folded = {one.casefold(): one for one in reversed(names)}
    found = difflib.get_close_matches(name.casefold()[:200], folded, n=1, cutoff=_NEAR)
    if not found:  # a part of a longer one: "email" of "pii.email"
        found = [one for one in folded if len(name) > 2 and name.casefold() in one][:1]  # noqa: PLR2004
    if found:
        return f"did you mean {shown(folded[found[0]])}?"
    names = [shown(one) for one in names]
    if len(names) <= several:
        return f"there are {', '.join(names)}"
    return f"there are {', '.join(names[:several])} and {len(names) - several} more"
