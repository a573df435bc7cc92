"""The adapter for ``ImportError`` and ``ModuleNotFoundError``: ``No module named {name!r}``.

The import system's texts hold the names that stand in the error's own fields; only a text that is made of them is recognised.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tightlip.message.adapter import Adapter
from tightlip.message.matching import fits
from tightlip.message.template import Hole, Part, Template, join

_NAME, _PARENT = Hole("name", "!r"), Hole("parent", "!r")
_WANTED = Hole("attribute", "!r")

#: Lib/importlib/_bootstrap.py, Python/ceval.c (``import_from``), Python/import.c, Python/importdl.c and Python/dynload_*.c. The last rows
#: are the words of the GNU C library's dlopen.
FORMS: tuple[Template, ...] = (
    ("No module named ", _NAME),
    ("No module named ", _NAME, "; ", _PARENT, " is not a package"),
    ("import of ", Hole("name"), " halted; None in sys.modules"),
    ("cannot import name ", _WANTED, " from ", _NAME, " (unknown location)"),
    (
        "cannot import name ",
        _WANTED,
        " from partially initialized module ",
        _NAME,
        " (most likely due to a circular import) (",
        Hole("path"),
        ")",
    ),
    ("cannot import name ", _WANTED, " from ", _NAME, " (", Hole("path"), ")"),
    ("attempted relative import with no known parent package",),
    ("attempted relative import beyond top-level package",),
    ("dynamic module does not define module export function (PyInit_", Hole("function"), ")"),
    ("DLL load failed while importing ", Hole("name"), ": ", Hole("error")),
    (Hole("library"), ": cannot open shared object file: No such file or directory"),
    (Hole("library"), ": undefined symbol: ", Hole("symbol")),
)

_FIELDS: dict[str, Any] = {name: ImportError.__dict__[name] for name in ("msg", "name")}
_MOST_TEXT = 4_096


@dataclass(frozen=True, slots=True)
class Chosen:
    """The row of `FORMS`."""

    row: int


def take(exc: BaseException) -> Chosen | None:
    """Which form the text of ``exc`` has, with its own names in it."""
    said, name = (_FIELDS[field].__get__(exc) for field in ("msg", "name"))
    if type(said) is not str or len(said) > _MOST_TEXT:
        return None
    names: dict[str, str] = {}
    if type(name) is str and len(name) <= _MOST_TEXT:
        names = {"name": name, "parent": name.rpartition(".")[0]}
    return next((Chosen(row) for row, form in enumerate(FORMS) if _says(form, names, said)), None)


def template(chosen: Chosen) -> Template:
    """The row itself."""
    return FORMS[chosen.row]


def _says(form: Template, names: dict[str, str], said: str) -> bool:
    if not names and any(isinstance(part, Hole) and part.expression == "name" for part in form):
        return False
    return fits(join([(_filled(part, names),) for part in form]), said)


def _filled(part: Part, names: dict[str, str]) -> Part:
    if isinstance(part, str) or part.expression not in names:
        return part
    name = names[part.expression]
    return repr(name) if part.conversion else name


ADAPTER = Adapter("builtins.ImportError", take, template)
