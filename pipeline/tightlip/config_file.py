"""The user's config file: what one key of it says, and changing that key alone.

Guarantees:

1. Reading runs nothing of the file's, expands no aliases, and ends: at most `MOST_BYTES` of a regular file are read, also when something
   else takes its place at that moment; merge keys take time in proportion to the file, however often they name one another.
2. Changing keeps every other character: comments, order, blank lines, line ends, byte order mark, mode and unknown keys. What comes
   out is read again before it takes the old file's place, and must say the new value and otherwise the same.
3. The file is replaced in one step (`os.replace`), in the folder of the file that a link points to. One that cannot be read is never
   written.
"""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from stat import S_IMODE, S_ISLNK, S_ISREG
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import yaml

#: A config file is small; a larger one is not read in a host that is failing.
MOST_BYTES: Final = 64_000
_BOM: Final = "\ufeff"
#: The coarsest step of a clock of a file system in use is two seconds, FAT's; some kernels have 4 ms, others count each change.
_SETTLED_SECONDS: Final = 2.5


class ConfigFileError(ValueError):
    """The file cannot be used; the message says why and what to do, and repeats nothing of it."""


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


def change(path: Path, key: str, *, value: bool) -> None:
    """Give ``key`` a value, in the file as it is; a file that is not there is made, readable by its owner alone.

    Raises:
        ConfigFileError: The file cannot be read or written, holds no mapping, or holds something else under the key.
    """
    target = Path(os.path.realpath(path))
    try:
        before = target.read_bytes() if state(target) is not None else b""
        old = target.stat() if before or target.exists() else None
        if old is not None and not S_ISREG(old.st_mode):
            raise ConfigFileError(f"{path} is no file; give a file")
        if len(before) > MOST_BYTES:
            raise ConfigFileError(f"{path} is too large to be a config file; set {key} in it by hand")
        text = before.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ConfigFileError(f"{path} is no UTF-8 text (byte {error.start}); it is left as it is") from None
    except OSError as error:
        raise ConfigFileError(f"{path} cannot be read ({type(error).__name__}); it is left as it is") from None
    after = changed(text, key, value=value, name=str(path))
    if after != text:
        _replace(target, after.encode("utf-8"), 0o600 if old is None else S_IMODE(old.st_mode), str(path))


def changed(text: str, key: str, *, value: bool, name: str = "the file") -> str:
    """``text`` with ``key`` at its top set to ``value``, and everything else as it was.

    Raises:
        ConfigFileError: It is no YAML with a mapping at its top, the key stands there twice or holds no plain value.
    """
    import yaml  # noqa: PLC0415

    bom, body = (_BOM, text[1:]) if text.startswith(_BOM) else ("", text)
    try:
        root = _raw_root(body)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark: Any = getattr(error, "problem_mark", None)
        place = "" if mark is None else f", line {mark.line + 1}"
        raise ConfigFileError(
            f"{name}{place}: this is no valid YAML; mend it, and then try again. It is left as it is"
        ) from None
    if root is not None and not isinstance(root, yaml.MappingNode):
        raise ConfigFileError(
            f"{name}, line {root.start_mark.line + 1}: there is no mapping at the top, so {key} has no place in it"
        )
    after = bom + _set(body, root, key, "true" if value else "false", name)
    _check(bom + body, after, key, value, name)
    return after


def _raw_root(text: str) -> Any:
    """The node as it is written, without resolving merges; None for an empty document."""
    import yaml  # noqa: PLC0415

    node = yaml.compose(text, Loader=yaml.SafeLoader)
    return None if node is not None and node.tag == "tag:yaml.org,2002:null" and not node.value else node


def _set(text: str, root: yaml.MappingNode | None, key: str, word: str, name: str) -> str:
    import yaml  # noqa: PLC0415

    if root is None:
        return _appended(text, f"{key}: {word}")
    own = [pair for pair in root.value if pair[0].value == key]
    if len(own) > 1:
        lines = " and ".join(str(pair[0].start_mark.line + 1) for pair in own)
        raise ConfigFileError(f"{name}, lines {lines}: {key} stands more than once; leave one of them")
    if own:
        node = own[0][1]
        if not isinstance(node, yaml.ScalarNode) or node.style in ("|", ">"):
            raise ConfigFileError(
                f"{name}, line {node.start_mark.line + 1}: {key} holds something else than yes or no; change it by hand"
            )
        start, end = node.start_mark.index, node.end_mark.index
        if start == end:  # "tracking:" with nothing behind
            start = end = own[0][0].end_mark.index + text[own[0][0].end_mark.index :].index(":") + 1
            word = f" {word}"
        return text[:start] + word + text[end:]
    if root.flow_style:
        close = root.end_mark.index - 1
        comma = ", " if root.value else ""
        # Quoted: such a file may be read as JSON by others.
        return f"{text[:close].rstrip()}{comma}{json.dumps(key)}: {word}{text[close:]}"
    return _appended(text, " " * root.value[0][0].start_mark.column + f"{key}: {word}")


def _appended(text: str, line: str) -> str:
    """``text`` with a line at its end, before an end-of-document mark, with the line ends that it has."""
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.splitlines(keepends=True)
    position = len(lines)
    for number, found in enumerate(lines):
        if found.rstrip() == "...":
            position = number
            break
    if position and not lines[position - 1].endswith(("\n", "\r")):
        lines[position - 1] += newline
    lines.insert(position, line + newline)
    return "".join(lines)


def _check(before: str, after: str, key: str, value: bool, name: str) -> None:
    """What was written must say what was meant, and all else must say what it said."""
    import yaml  # noqa: PLC0415

    try:
        found = said(after.removeprefix(_BOM), key)
        same = _others(after, key) == _others(before, key)
    except (yaml.YAMLError, RecursionError):
        found, same = None, False
    if found is None or found.times != 1 or found.value is not value or not same:
        raise ConfigFileError(
            f"{name}: {key} cannot be set without changing something else; set it by hand. It is left as it is"
        )


def _others(text: str, key: str) -> list[tuple[str, str]]:
    root = _raw_root(text.removeprefix(_BOM))
    if root is None:
        return []
    return [(_spelt(name), _spelt(node)) for name, node in root.value if name.value != key]


def _spelt(node: Any) -> str:
    """A node as text, to compare: its tag, and the part of the file that it stands in, which holds comments too."""
    return (
        f"{node.tag} {node.start_mark.buffer[node.start_mark.pointer : node.end_mark.pointer].rstrip(chr(0)).rstrip()}"
    )


def _replace(target: Path, content: bytes, mode: int, name: str) -> None:
    import tempfile  # noqa: PLC0415 - import tightlip stays cheap

    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as error:
        raise ConfigFileError(f"{name} cannot be written ({type(error).__name__}); check its folder") from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, mode)  # noqa: PTH101 - beside os.replace
        os.replace(temporary, target)  # noqa: PTH105
    except OSError as error:
        with suppress(OSError):
            os.unlink(temporary)  # noqa: PTH108
        raise ConfigFileError(f"{name} cannot be written ({type(error).__name__}); it is left as it is") from None
