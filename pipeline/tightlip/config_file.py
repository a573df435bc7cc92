"""The user's config file: what one key of it says. `tightlip.config_change` changes that key.

Guarantee: reading runs nothing of the file's, expands no aliases, and ends: at most `MOST_BYTES` of a regular file are read, also when something
else takes its place at that moment; merge keys take time in proportion to the file, however often they name one another.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from functools import lru_cache
from stat import S_ISLNK, S_ISREG
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pathlib import Path

#: A config file is small; a larger one is not read in a host that is failing.
MOST_BYTES: Final = 64_000
#: The coarsest step of a clock of a file system in use is two seconds, FAT's; some kernels have 4 ms, others count each change.
_SETTLED_SECONDS: Final = 2.5


@dataclass(frozen=True, slots=True)
class Said:
    """What a file says of a key.

    Attributes:
        times: How often the key stands at the top of the file.
        value: Its value, if that is a scalar: a bool, the text of a word, or `OTHER`.
        line: The line of the value, from 1.
    """

    times: int
    value: object
    line: int


#: Stands for a value that is no scalar, or no boolean and no text.
OTHER: Final = object()


class UnreadableError(ValueError):
    """A file that is there and says nothing.

    Args:
        why: The name of the class of what was wrong; nothing of the file.
    """

    def __init__(self, why: str) -> None:
        super().__init__(f"the file cannot be read ({why})")
        self.why = why


def state(path: Path) -> os.stat_result | None:
    """The state of the file, None if there is none.

    Raises:
        OSError: It cannot be told, or a link, of the file or of a folder above it, leads nowhere: the file was put elsewhere, and what it
            says cannot be known.
    """
    try:
        return path.stat()
    except (FileNotFoundError, NotADirectoryError):
        place = str(path)
        while True:
            try:
                found = os.lstat(place)
            except (FileNotFoundError, NotADirectoryError):
                above = os.path.dirname(place)  # noqa: PTH120 - a third of the time of pathlib, for each report of a user without the file
                if above in ("", place):
                    return None
                place = above
                continue
            if S_ISLNK(found.st_mode) and not os.path.exists(place):  # noqa: PTH110
                raise
            return None


def read(path: Path, found: os.stat_result, key: str) -> Said | None:
    """What ``key`` is given at the top of the YAML file; None where there is no mapping.

    Read again when the file, its time or its size changes; the inode counts, since some tools give every file one time. A file that was
    changed a moment ago is read each time: it may change once more within one step of the file system's clock.

    Raises:
        OSError: The file cannot be read.
        UnreadableError: It is too large, no text, or no YAML.
    """
    at = (found.st_dev, found.st_ino, found.st_mtime_ns, found.st_ctime_ns, found.st_size)
    is_settled = abs(time.time() - found.st_ctime) > _SETTLED_SECONDS
    content = _kept(str(path), at) if is_settled else _content(str(path))
    answer = _answer(content, key)
    if type(answer) is str:
        raise UnreadableError(answer)
    return answer if type(answer) is Said else None


@lru_cache(maxsize=8)
def _kept(path: str, _state: tuple[int, ...]) -> bytes:
    return _content(path)


def _content(path: str) -> bytes:
    # Not blocking, and looked at once more when it is open: a pipe in its place would never end.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        if not S_ISREG(os.fstat(descriptor).st_mode):
            raise UnreadableError("no file")
        content = b""
        while len(content) <= MOST_BYTES and (piece := os.read(descriptor, MOST_BYTES + 1 - len(content))):
            content += piece
    finally:
        os.close(descriptor)
    if len(content) > MOST_BYTES:
        raise UnreadableError("too large")
    return content


@lru_cache(maxsize=8)
def _answer(content: bytes, key: str) -> Said | str | None:
    """What `said` says; the name of the class of an error, so that a broken file is not parsed for every report."""
    try:
        return said(content.decode("utf-8-sig"), key)
    except Exception as error:
        return type(error).__name__


def said(text: str, key: str) -> Said | None:
    """What a YAML text says of ``key`` at its top; None where it holds no mapping.

    Raises:
        yaml.YAMLError: It is no YAML, or more than one document.
        RecursionError: It is nested too deep.
    """
    node = _root(text)
    if node is None:
        return Said(0, None, 0)
    pairs: Any = node.value
    if node.tag != "tag:yaml.org,2002:map" or type(pairs) is str:
        return None
    found = _values(node, key, {})
    if not found:
        return Said(0, None, 0)
    value = found[0]
    return Said(len(found), _scalar(value), value.start_mark.line + 1)


def _root(text: str) -> Any:
    """The node of the only document; None for an empty one. Nothing is constructed."""
    import yaml  # noqa: PLC0415 - import tightlip stays cheap

    loader = yaml.SafeLoader(text)
    try:
        node = loader.get_single_node()
        if isinstance(node, yaml.MappingNode):
            for name, _ in node.value:
                if name.tag not in _PLAIN_KEYS and not isinstance(name, yaml.ScalarNode):
                    # No program could read the file: a mapping as a key has no hash.
                    raise yaml.constructor.ConstructorError(None, None, "a key is no scalar", name.start_mark)
        elif node is not None and node.tag == "tag:yaml.org,2002:null":
            return None
        return node
    finally:
        loader.dispose()


def _values(node: Any, key: str, known: dict[int, list[Any] | None]) -> list[Any]:
    """The values of ``key`` in a mapping and in what is merged into it, at most two; each mapping is looked into once.

    Args:
        node: A mapping.
        key: The key.
        known: What is known of mappings by their identity, which the tree of nodes keeps; None for one that is being looked into.
    """
    import yaml  # noqa: PLC0415

    if id(node) in known:
        before = known[id(node)]
        if before is None:
            raise yaml.constructor.ConstructorError(None, None, "it merges itself", node.start_mark)
        return before
    known[id(node)] = None
    found: list[Any] = []
    for name, value in node.value:
        if name.tag in _PLAIN_KEYS:
            merged: list[Any] = value.value if isinstance(value, yaml.SequenceNode) else [value]
            for mapping in merged:
                if not isinstance(mapping, yaml.MappingNode):
                    raise yaml.constructor.ConstructorError(None, None, "a merge is of no mapping", value.start_mark)
                found += _values(mapping, key, known)
        elif getattr(name, "value", None) == key:
            found.append(value)
        del found[2:]
    known[id(node)] = found
    return found


_PLAIN_KEYS: Final = frozenset({"tag:yaml.org,2002:merge"})


def _scalar(node: Any) -> object:
    import yaml  # noqa: PLC0415

    if not isinstance(node, yaml.ScalarNode):
        return OTHER
    if node.tag == "tag:yaml.org,2002:bool":
        return yaml.SafeLoader.bool_values.get(node.value.lower(), OTHER)
    return node.value if node.tag == "tag:yaml.org,2002:str" else OTHER
