"""Reads the `code` of a case: the SDK, and the program that makes it fail."""

from __future__ import annotations

import ast
import re
import warnings
from random import Random
from typing import TYPE_CHECKING, Any, Final

from tightlip.suite.canaries import KINDS
from tightlip.suite.case import CodeInput
from tightlip.suite.filling import Use, filled_text, problem, uses
from tightlip.yaml_nodes import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tightlip.suite.case import Canary
    from tightlip.suite.case_parts import Mistakes
    from tightlip.yaml_nodes import Nodes

PYTHON: Final = "python"
#: The SDK of a case that gives its text alone.
CASE_SDK: Final = "acme_case"
_MODULE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*", re.ASCII)
_LANGUAGE: Final = re.compile(r"[a-z][a-z0-9+#.\-]{0,30}", re.ASCII)
_FILE: Final = re.compile(r"[A-Za-z0-9_@.\-]+(?:/[A-Za-z0-9_@.\-]+)*", re.ASCII)
_LONGEST: Final = 1_000_000
_MOST_FILES: Final = 200
_NOT_PLAIN: Final = re.compile(r"[\"'\\{}\r\n]")


def code(
    nodes: Nodes, mistakes: Mistakes, entries: Mapping[str, Any], node: Any, canaries: Mapping[str, Canary]
) -> CodeInput | None:
    """Read a `code`; None where something of it is missing, which is noted.

    Args:
        nodes: The file.
        mistakes: Where mistakes are noted.
        entries: Its values by key, which are all known.
        node: The whole, for what is missing.
        canaries: Those of the case by name.
    """
    language = (
        _word(nodes, entries["language"], _LANGUAGE, "a language, as javascript") if "language" in entries else PYTHON
    )
    if "application" not in entries:
        return None
    text = nodes.text(entries["application"], "give the program in a block, after `application: |`", longest=_LONGEST)
    if language != PYTHON:
        for name in ("sdk", "package"):
            if name in entries:
                mistakes.add(nodes, entries[name], f"`{name}` is of Python; with `language: {language}`, give `files`")
        files = _files(nodes, entries["files"]) if "files" in entries else {}
        _check_no_canary(nodes, mistakes, files, canaries)
        return CodeInput(text, {name: str(item.value) for name, item in files.items()}, "", language)
    if "files" in entries:
        mistakes.add(nodes, entries["files"], "`files` is for other languages; write `sdk`, with a mapping of files")
    if ("sdk" in entries) == ("package" in entries):
        nodes.fail(node, "give `sdk`, or `package` with the import name of an installed one; one of them, not both")
    _check_application(nodes, mistakes, entries["application"], canaries)
    if "package" in entries:
        return CodeInput(text, {}, _word(nodes, entries["package"], _MODULE, "an import name, as httpx"))
    sdk = entries["sdk"]
    files = {f"{CASE_SDK}/__init__.py": sdk} if sdk.id == "scalar" else _files(nodes, sdk)
    package = _package(nodes, sdk, files)
    _check_no_canary(nodes, mistakes, files, canaries)
    for name, item in files.items():
        if name.endswith(".py"):
            _check_python(nodes, mistakes, item, str(item.value), f"the SDK's {name}")
    return CodeInput(text, {name: str(item.value) for name, item in files.items()}, package)


def _word(nodes: Nodes, node: Any, form: re.Pattern[str], what: str) -> str:
    found = nodes.text(node, f"give {what}")
    if not form.fullmatch(found):
        nodes.fail(node, f"{shown(found)} is none; give {what}")
    return found


def _files(nodes: Nodes, node: Any) -> dict[str, Any]:
    """The texts of files by path: inside a folder of their own, whatever the path says."""
    found: dict[str, Any] = {}
    entries = nodes.items(node, None, "give the text in a block, or a mapping of files")
    if not entries:
        nodes.fail(node, "there is no file in it; give one, as `acme_case/__init__.py: |`")
    if len(entries) > _MOST_FILES:
        nodes.fail(node, f"it has {len(entries)} files, and {_MOST_FILES} are read; leave some out")
    for name, (key, value) in entries.items():
        if not _FILE.fullmatch(name) or ".." in name.split("/") or "." in name.split("/"):
            nodes.fail(
                key,
                f"{shown(name)} is no path of a file here; write folders and name with / between, as acme_case/keys.py",
            )
        if value.id != "scalar":
            nodes.fail(value, "give the text of the file in a block, after `|`")
        found[name] = value
    for name in found:
        if any(other.startswith(f"{name}/") for other in found):
            nodes.fail(entries[name][0], f"{shown(name)} is a file and a folder; name one of them otherwise")
    return found


def _package(nodes: Nodes, node: Any, files: Mapping[str, Any]) -> str:
    packages = sorted({name.split("/")[0] for name in files})
    if len(packages) != 1 or f"{packages[0]}/__init__.py" not in files:
        nodes.fail(
            node, f"the files are no package; put them in one folder with an __init__.py, as {CASE_SDK}/__init__.py"
        )
    return packages[0]


def _check_no_canary(
    nodes: Nodes, mistakes: Mistakes, files: Mapping[str, Any], canaries: Mapping[str, Canary]
) -> None:
    """The text of an SDK is public: what stands in it leaves by right, so that a canary there proves nothing."""
    for item in files.values():
        for use in uses(str(item.value)):
            if isinstance(use, Use) and use.name in canaries:
                where = _position(nodes, item, str(item.value).count("\n", 0, use.at) + 1, None)
                problem = f"the canary {use.name} stands in a file of the SDK, which is no secret; give it to the SDK from `application`"
                mistakes.attempt(lambda where=where, problem=problem: _raise(nodes, where, problem), None)


def _check_application(nodes: Nodes, mistakes: Mistakes, node: Any, canaries: Mapping[str, Canary]) -> None:
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
            where = _position(nodes, node, text.count("\n", 0, use.at) + 1, None)
            said = f"a value of {use.name} may hold quotes, backslashes, braces or line ends; write ${{{use.name}|python}}, without quotes around it"
            mistakes.attempt(lambda where=where, said=said: _raise(nodes, where, said), None)
            return
    samples = {
        name: canary.given[0] if canary.given else KINDS[canary.kind].make(Random(name), canary.form)
        for name, canary in canaries.items()
    }  # fmt: skip
    _check_python(nodes, mistakes, node, filled_text(text, samples), "the application")


def _check_python(nodes: Nodes, mistakes: Mistakes, node: Any, text: str, what: str) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as of "\d" in the author's program: it is theirs
            ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line, column = getattr(error, "lineno", None), getattr(error, "offset", None)
        where = _position(nodes, node, line or 1, column)
        said = f"{what} is no Python here ({getattr(error, 'msg', error)}); correct it"
        mistakes.attempt(lambda: _raise(nodes, where, said), None)


def _raise(nodes: Nodes, where: tuple[int, int | None], said: str) -> None:
    raise nodes.error(where[0], said, where[1])


def _position(nodes: Nodes, node: Any, line: int, column: int | None) -> tuple[int, int | None]:
    """Where a line and column (from 1) of a block's text stand in the file, from 0."""
    if node.style not in ("|", ">"):
        return node.start_mark.line, node.start_mark.column
    at = node.start_mark.line + line
    rows, texts = nodes.source.splitlines(), str(node.value).splitlines()
    if not (0 <= at < len(rows) and line <= len(texts)):
        return node.start_mark.line, node.start_mark.column
    indent = len(rows[at]) - len(texts[line - 1]) if rows[at].endswith(texts[line - 1]) else 0
    return at, indent + (column - 1 if column else 0)
