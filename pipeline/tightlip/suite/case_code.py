"""Reads the `code` of a case: the SDK, and the program that makes it fail."""

from __future__ import annotations

import ast
import re
import warnings
from typing import TYPE_CHECKING, Any, Final

from tightlip.suite.canaries import KINDS
from tightlip.suite.canary_kind import seeded
from tightlip.suite.case import CodeInput
from tightlip.suite.filling import Use, filled_text, problem, uses
from tightlip.yaml_nodes import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tightlip.suite.case import Canary
    from tightlip.suite.case_reading import Reading

PYTHON: Final = "python"
#: The SDK of a case that gives its text alone.
CASE_SDK: Final = "acme_case"
_MODULE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*", re.ASCII)
_LANGUAGE: Final = re.compile(r"[a-z][a-z0-9+#.\-]{0,30}", re.ASCII)
_FILE: Final = re.compile(r"[A-Za-z0-9_@.\-]+(?:/[A-Za-z0-9_@.\-]+)*", re.ASCII)
_LONGEST: Final = 1_000_000
_MOST_FILES: Final = 200
_NOT_PLAIN: Final = re.compile(r"[\"'\\{}\r\n]")


def code(reading: Reading, entries: Mapping[str, Any], node: Any, canaries: Mapping[str, Canary]) -> CodeInput | None:
    """Read a `code`; None where something of it is missing, which is noted.

    Args:
        reading: The file.
        entries: Its values by key, which are all known.
        node: The whole, for what is missing.
        canaries: Those of the case by name.
    """
    language = (
        _word(reading, entries["language"], _LANGUAGE, "a language, as javascript") if "language" in entries else PYTHON
    )
    if "application" not in entries:
        return None
    text = reading.nodes.text(
        entries["application"], "give the program in a block, after `application: |`", longest=_LONGEST
    )
    if language != PYTHON:
        for name in ("sdk", "package"):
            if name in entries:
                reading.wrong(entries[name], f"`{name}` is of Python; with `language: {language}`, give `files`")
        files = _files(reading, entries["files"]) if "files" in entries else {}
        _check_no_canary(reading, files, canaries)
        return CodeInput(text, {name: str(item.value) for name, item in files.items()}, "", language)
    if "files" in entries:
        reading.wrong(entries["files"], "`files` is for other languages; write `sdk`, with a mapping of files")
    if ("sdk" in entries) == ("package" in entries):
        reading.nodes.fail(
            node, "give `sdk`, or `package` with the import name of an installed one; one of them, not both"
        )
    _check_application(reading, entries["application"], canaries)
    if "package" in entries:
        return CodeInput(text, {}, _word(reading, entries["package"], _MODULE, "an import name, as httpx"))
    sdk = entries["sdk"]
    files = {f"{CASE_SDK}/__init__.py": sdk} if sdk.id == "scalar" else _files(reading, sdk)
    package = _package(reading, sdk, files)
    _check_no_canary(reading, files, canaries)
    for name, item in files.items():
        if name.endswith(".py"):
            _check_python(reading, item, str(item.value), f"the SDK's {name}")
    return CodeInput(text, {name: str(item.value) for name, item in files.items()}, package)


def _word(reading: Reading, node: Any, form: re.Pattern[str], what: str) -> str:
    found = reading.nodes.text(node, f"give {what}")
    if not form.fullmatch(found):
        reading.nodes.fail(node, f"{shown(found)} is none; give {what}")
    return found


def _files(reading: Reading, node: Any) -> dict[str, Any]:
    """The texts of files by path: inside a folder of their own, whatever the path says."""
    found: dict[str, Any] = {}
    entries = reading.nodes.items(node, None, "give the text in a block, or a mapping of files")
    if not entries:
        reading.nodes.fail(node, "there is no file in it; give one, as `acme_case/__init__.py: |`")
    if len(entries) > _MOST_FILES:
        reading.nodes.fail(node, f"it has {len(entries)} files, and {_MOST_FILES} are read; leave some out")
    for name, (key, value) in entries.items():
        if not _FILE.fullmatch(name) or ".." in name.split("/") or "." in name.split("/"):
            reading.nodes.fail(
                key,
                f"{shown(name)} is no path of a file here; write folders and name with / between, as acme_case/keys.py",
            )
        if value.id != "scalar":
            reading.nodes.fail(value, "give the text of the file in a block, after `|`")
        found[name] = value
    for name in found:
        if any(other.startswith(f"{name}/") for other in found):
            reading.nodes.fail(entries[name][0], f"{shown(name)} is a file and a folder; name one of them otherwise")
    return found


def _package(reading: Reading, node: Any, files: Mapping[str, Any]) -> str:
    packages = sorted({name.split("/")[0] for name in files})
    if len(packages) != 1 or f"{packages[0]}/__init__.py" not in files:
        reading.nodes.fail(
            node, f"the files are no package; put them in one folder with an __init__.py, as {CASE_SDK}/__init__.py"
        )
    return packages[0]


def _check_no_canary(reading: Reading, files: Mapping[str, Any], canaries: Mapping[str, Canary]) -> None:
    """The text of an SDK is public: what stands in it leaves by right, so that a canary there proves nothing."""
    for item in files.values():
        for use in uses(str(item.value)):
            if isinstance(use, Use) and use.name in canaries:
                where = _position(reading, item, str(item.value).count("\n", 0, use.at) + 1, None)
                problem = f"the canary {use.name} stands in a file of the SDK, which is no secret; give it to the SDK from `application`"
                reading.wrong_at(*where, problem)


def _check_application(reading: Reading, node: Any, canaries: Mapping[str, Canary]) -> None:
    """Whether it is a program, and stays one with any value of its canaries."""
    text = str(node.value)
    if problem(text, canaries):
        return  # told where placeholders are looked at
    for use in uses(text):
        if not isinstance(use, Use) or "python" in use.filters:
            continue
        canary = canaries[use.name]
        plain = not any(map(_NOT_PLAIN.search, canary.given)) if canary.given else KINDS[canary.kind].plain
        if not plain and use.filters not in (("base64",), ("hex",), ("url",)):
            where = _position(reading, node, text.count("\n", 0, use.at) + 1, None)
            said = f"a value of {use.name} may hold quotes, backslashes, braces or line ends; write ${{{use.name}|python}}, without quotes around it"
            reading.wrong_at(*where, said)
            return
    samples = {
        name: canary.given[0] if canary.given else KINDS[canary.kind].make(seeded(name), canary.form)
        for name, canary in canaries.items()
    }  # fmt: skip
    _check_python(reading, node, filled_text(text, samples), "the application")


def _check_python(reading: Reading, node: Any, text: str, what: str) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as of "\d" in the author's program: it is theirs
            ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line, column = getattr(error, "lineno", None), getattr(error, "offset", None)
        where = _position(reading, node, line or 1, column)
        said = f"{what} is no Python here ({getattr(error, 'msg', error)}); correct it"
        reading.wrong_at(*where, said)


def _position(reading: Reading, node: Any, line: int, column: int | None) -> tuple[int, int | None]:
    """Where a line and column (from 1) of a block's text stand in the file, from 0."""
    outside = node.start_mark.line, node.start_mark.column
    if node.style != "|":  # in other styles, lines of the text are not lines of the file
        return outside
    at = int(node.start_mark.line) + line
    rows: list[str] = reading.nodes.source.split("\n")
    texts: list[str] = str(node.value).split("\n")
    if at >= len(rows) or line > len(texts):
        return outside
    row, text = rows[at].rstrip("\r"), texts[line - 1]
    indent = len(row) - len(text) if row.endswith(text) else 0
    return at, indent + (column - 1 if column else 0)
