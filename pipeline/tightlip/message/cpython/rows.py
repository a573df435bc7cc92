"""The shipped rows: two files of text, one template a line.

``messages.tsv`` is written by program: the versions that have the template, a tab, the template (see `forms` for its escapes), sorted by
template. ``curated.tsv`` is written by hand: where the text is from, a tab, the template; its rows count for every version. They are texts
of libraries that CPython wraps, and messages that C code puts together of pieces.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from pkgutil import get_data
from typing import TYPE_CHECKING, TypeAlias

from tightlip.message.cpython.forms import read, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tightlip.message.template import Template

#: Major and minor version of an interpreter.
Version: TypeAlias = tuple[int, int]

_PACKAGE = "tightlip.message.cpython"
_FOLDER = Path(__file__).parent
_MESSAGES, _CURATED = "messages.tsv", "curated.tsv"
_HEAD = "# Written by `python -m tightlip.message.cpython --write`. Versions, a tab, the template; see rows.py.\n"
_VERSION = re.compile(r"(\d+)\.(\d+)")


def messages() -> dict[str, frozenset[Version]]:
    """The rows that the program wrote: a template's line of text and the versions that have it."""
    texts: dict[str, frozenset[Version]] = {}
    versions: dict[str, frozenset[Version]] = {}
    for named, text in _lines(_MESSAGES):
        if named not in versions:
            versions[named] = frozenset((int(a), int(b)) for a, b in _VERSION.findall(named))
        texts[text] = versions[named]
    return texts


def curated() -> list[Template]:
    """The rows written by hand."""
    return [read(text) for _, text in _lines(_CURATED)]


def templates(rows: Mapping[str, frozenset[Version]], version: Version) -> list[Template]:
    """All templates of ``version``, the rows written by hand included."""
    return [*(read(text) for text, versions in rows.items() if version in versions), *curated()]


def merged(
    rows: Mapping[str, frozenset[Version]], found: Iterable[Template], version: Version
) -> dict[str, frozenset[Version]]:
    """``rows`` with what ``version`` has replaced by ``found``."""
    now = {written(template) for template in found}
    none: frozenset[Version] = frozenset()
    here: frozenset[Version] = frozenset({version})
    result = {text: (rows.get(text, none) - here) | (here if text in now else none) for text in {*rows, *now}}
    return {text: result[text] for text in sorted(result) if result[text]}


def save(rows: Mapping[str, frozenset[Version]], path: Path | None = None) -> Path:
    """Write ``rows`` in place of the shipped ones, whole or not at all; returns where.

    Raises:
        OSError: when the package's folder cannot be written.
    """
    path = path or _FOLDER / _MESSAGES
    import tempfile  # noqa: PLC0415 - only the program writes; a report reads

    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", newline="\n", dir=path.parent, prefix=".messages-", delete=False
    ) as file:
        try:
            file.write(_HEAD)
            file.writelines(f"{_named(versions)}\t{text}\n" for text, versions in rows.items())
            file.close()
            Path(file.name).chmod(0o644)
            os.replace(file.name, path)  # noqa: PTH105 - Path.replace would hide which of the two is new
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
    return path


def _named(versions: Iterable[Version]) -> str:
    return " ".join(f"{major}.{minor}" for major, minor in sorted(versions))


def _lines(name: str) -> Iterator[tuple[str, str]]:
    # `pkgutil` reads it inside a zip too, and is loaded already.
    text = (get_data(_PACKAGE, name) or b"").decode()
    for line in text.split("\n"):
        if line and not line.startswith("#"):
            before, _, after = line.partition("\t")
            yield before, after
