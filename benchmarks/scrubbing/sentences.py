"""Clean sentences: what programmers write into `raise` statements, in the standard library and in installed packages.

They are read by `ast`: constant texts, the constant parts of f-strings, of ``"..." % x`` and of ``"...".format(x)``. The
peers' own packages are left out, and tests are, whose texts are made to look like findings.
"""

from __future__ import annotations

import ast
import random
import sysconfig
import warnings
from dataclasses import dataclass, field
from importlib.metadata import distributions
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.scrubbing.planted import kept, lost, unmarked, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.scrubbing.tools import Tool

COUNT: Final = 3_000

_LEAST_WORDS: Final = 3
_MOST_CHARACTERS: Final = 400
_LARGEST_FILE: Final = 1_000_000
_SKIPPED: Final = frozenset(
    {"test", "tests", "testing", "idlelib", "lib2to3", "site-packages", "dist-packages", "_vendor", "__pycache__"}
)
_PEERS: Final = (
    *("detect_secrets", "presidio_analyzer", "presidio_anonymizer", "logfire", "sentry_relay", "sentry_sdk"),
    *("tightlip", "tightlip_scrubbers"),
)


@dataclass(frozen=True, slots=True)
class Sentences:
    """The sampled sentences.

    Attributes:
        texts: The sample.
        found: How many different ones there were to choose from.
        packages: In how many distributions, the standard library aside.
    """

    texts: list[str]
    found: int
    packages: int


@dataclass(slots=True)
class Survival:
    """What one tool left of clean sentences."""

    tool: str
    texts: int = 0
    words: int = 0
    words_kept: int = 0
    unstable: int = 0
    lost: list[tuple[str, str, list[str]]] = field(default_factory=list)

    @property
    def share(self) -> float:
        """The share of words that survived."""
        return self.words_kept / self.words if self.words else 0.0


def sample(seed: int, count: int = COUNT) -> Sentences:
    """So many different sentences, by seed, of all that this interpreter's library and packages hold."""
    found: set[str] = set()
    for folder in (Path(sysconfig.get_path("stdlib")), Path(sysconfig.get_path("purelib"))):
        for file in sorted(_files(folder)):
            found.update(_of_file(file))
    texts = sorted(found)
    random.Random(f"{seed} sentences").shuffle(texts)
    packages = {str(one.metadata["Name"]).lower().replace("-", "_") for one in distributions()} - set(_PEERS)
    return Sentences(texts[:count], len(texts), len(packages))


def measure(tool: Tool, texts: Sequence[str]) -> Survival:
    """Run a tool over the sentences."""
    assert tool.texts is not None
    found = Survival(tool.name, texts=len(texts))
    results = tool.texts(texts)
    found.unstable = sum(map(str.__ne__, tool.texts(results), results))
    for text, result in zip(texts, results, strict=True):
        wanted, readable = words(text), unmarked(result, text, tool.marks)
        number, of = kept(wanted, readable)
        found.words_kept += number
        found.words += of
        if number < of:
            found.lost.append((text, result, lost(wanted, readable)))
    return found


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            if path.name not in _SKIPPED and not path.name.startswith(_PEERS):
                yield from _files(path)
        elif path.suffix == ".py" and path.stat().st_size <= _LARGEST_FILE:
            yield path


def _of_file(file: Path) -> Iterator[str]:
    source = file.read_bytes()
    if b"raise" not in source:
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # old packages have escapes that today's parser warns of
            tree = ast.parse(source)
    except (SyntaxError, ValueError):  # templates of code, and Python 2
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            for argument in (*node.exc.args, *(keyword.value for keyword in node.exc.keywords)):
                for text in _texts(argument):
                    stripped = text.strip()
                    if len(words(stripped)) >= _LEAST_WORDS and len(stripped) <= _MOST_CHARACTERS:
                        yield stripped


def _texts(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield from (part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str))
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            yield from _texts(left)
            yield from _texts(right)
        case ast.BinOp(left=left, op=ast.Mod()):
            yield from _texts(left)
        case ast.Call(func=ast.Attribute(value=value, attr="format")):
            yield from _texts(value)
        case _:
            return
