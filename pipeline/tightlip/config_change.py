"""Changing one key of the user's config file, and nothing else of it.

Guarantees:

1. Every other character stays: comments, order, blank lines, line ends, byte order mark, mode and unknown keys. What comes out is read
   again before it takes the old file's place, and must say the new value and otherwise the same.
2. The file is replaced in one step (`os.replace`), in the folder of the file that a link points to. One that cannot be read is never
   written.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from stat import S_IMODE, S_ISREG
from typing import TYPE_CHECKING, Any, Final

from tightlip.config_file import MOST_BYTES, said, state

if TYPE_CHECKING:
    import yaml

_BOM: Final = "\ufeff"
#: Names of files in other languages. Much of it happens to be YAML (a Python function is a key and a long text), and would be broken.
_NO_YAML: Final = frozenset({
    ".py", ".js", ".ts", ".go", ".rb", ".sh", ".toml", ".ini", ".env", ".xml", ".html", ".md", ".csv", ".lock", ".sqlite3", ".db",
})  # fmt: skip


class ConfigFileError(ValueError):
    """The file cannot be used; the message says why and what to do, and repeats nothing of it."""


def change(path: Path, key: str, *, value: bool) -> None:
    """Give ``key`` a value, in the file as it is; a file that is not there is made, readable by its owner alone.

    Raises:
        ConfigFileError: The file cannot be read or written, holds no mapping, or holds something else under the key.
    """
    if path.suffix.lower() in _NO_YAML:
        raise ConfigFileError(
            f"{path} is no file of YAML, by its name; give the SDK's config file. It is left as it is"
        )
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
