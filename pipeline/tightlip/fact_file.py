"""Declarations of facts in a file of YAML or JSON; a mistake is told with file and line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NoReturn

from tightlip.fact_declarations import check_class, declared_fact, declared_facts

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from tightlip.fact_table import Form

_KINDS: dict[str, Form] = {"int": int, "bool": bool}
_HOW = "give int, bool, a list of words, or {min: 0, max: 99}"
_BOUNDS = frozenset({"min", "max"})


def load(path: str | os.PathLike[str]) -> dict[str, dict[str, Form]]:
    """Declarations from a YAML or JSON file, for ``Reporter(facts=...)`` and ``tightlip policy --facts``.

    As ``{acme.APIError: {status: int, code: [NOT_FOUND, DENIED], retry: bool, attempt: {min: 0, max: 99}}}``; `max` is included.

    Raises:
        ValueError: The file is none, or a declaration makes no sense; with file and line, and what to do.
        OSError: The file cannot be read.
    """
    import yaml  # noqa: PLC0415 - heavy, and only files need it

    try:
        with open(path, encoding="utf-8-sig") as file:  # noqa: PTH123 - any path-like
            # YAML has no tabs between tokens, JSON may; inside its texts they are escaped.
            text = file.read().replace("\t", " ") if str(path).endswith(".json") else file.read()
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: it is no text in UTF-8; save it as that") from error
    except yaml.MarkedYAMLError as error:
        line = "" if error.problem_mark is None else f":{error.problem_mark.line + 1}"
        raise ValueError(f"{path}{line}: it is neither YAML nor JSON: {error.problem}; correct it there") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError(
            f"{path}: it is neither YAML nor JSON; give classes and their facts, as acme.APIError: {{status: int}}"
        ) from error
    return _File(str(path)).classes(root)


class _File:
    """Reads the nodes of one file; they know their lines.

    Args:
        path: The file, for errors.
    """

    def __init__(self, path: str) -> None:
        self._path = path

    def classes(self, root: Any) -> dict[str, dict[str, Form]]:
        """The declarations in the document."""
        if root is None:
            raise ValueError(
                f"{self._path}: it is empty; give classes and their facts, as acme.APIError: {{status: int}}"
            )
        found: dict[str, dict[str, Form]] = {}
        for key, value in self._items(root, "give classes and their facts, as acme.APIError: {status: int}"):
            name = self._once(key, found)
            with _At(self, key):
                check_class(name)
            found[name] = self._facts(name, value)
        with _At(self, root):
            tuple(declared_facts(found))  # what only shows when all are there: too many, or two forms for one tag
        return found

    def _facts(self, cls: str, node: Any) -> dict[str, Form]:
        found: dict[str, Form] = {}
        for key, value in self._items(node, f"give the facts of {cls}, as {{status: int}}"):
            name = self._once(key, found)
            form = self._form(value)
            with _At(self, value):
                declared_fact(cls, name, form)
            found[name] = form
        return found

    def _form(self, node: Any) -> Form:
        if node.id == "scalar":
            if node.value not in _KINDS:
                self.fail(node, f"{node.value!r:.80} is no form; {_HOW}")
            return _KINDS[node.value]
        if node.id == "sequence":
            return frozenset(self._member(item) for item in node.value)
        bounds = {self._once(key, {}): self._number(value) for key, value in self._items(node, _HOW)}
        if bounds.keys() != _BOUNDS:
            self.fail(node, f"a range has min and max, and nothing else; {_HOW}")
        return range(bounds["min"], bounds["max"] + 1)

    def _member(self, node: Any) -> int | str:
        if node.id == "scalar" and node.tag == "tag:yaml.org,2002:str":
            return str(node.value)
        if node.id == "scalar" and node.tag == "tag:yaml.org,2002:int":
            return self._number(node)
        return self.fail(node, f"{node.value!r:.80} is neither a word nor a number; put words such as 'NO' in quotes")

    def _number(self, node: Any) -> int:
        if node.id != "scalar" or not re.fullmatch(r"-?(?:0|[1-9][0-9]{0,8})", node.value):
            self.fail(node, "it is no whole number; write it in decimal, as 99")
        return int(node.value)

    def _items(self, node: Any, otherwise: str) -> list[tuple[Any, Any]]:
        if node.id != "mapping":
            self.fail(node, otherwise)
        return list(node.value)

    def _once(self, node: Any, known: Mapping[str, object]) -> str:
        if node.id != "scalar":
            self.fail(node, "it is no name; give a word")
        if node.value in known:
            self.fail(node, f"{node.value!r:.80} is there twice; leave one out")
        return str(node.value)

    def fail(self, node: Any, problem: str) -> NoReturn:
        """Say what is wrong at ``node``."""
        raise ValueError(f"{self._path}:{node.start_mark.line + 1}: {problem}")


class _At:
    """Adds file and line to what a declaration's check says."""

    def __init__(self, file: _File, node: Any) -> None:
        self._file, self._node = file, node

    def __enter__(self) -> None:
        return

    def __exit__(self, _cls: object, error: BaseException | None, _traceback: object) -> None:
        if isinstance(error, (ValueError, TypeError)):
            self._file.fail(self._node, str(error))
