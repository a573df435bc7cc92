"""The program that makes the table's rows: what the running interpreter can say when it fails.

C strings of its binaries (`binaries`) and ``raise`` statements of its frozen modules (`frozen`), without what is no message. What is
dropped: documentation (asked of the live objects), output with a line end, reprs, signatures, C expressions, fragments that begin
or end with a space, and text with too little to recognise it by (`enough`). A text that is no message and stays does no harm: it
matches only a message that is equal to it, and it is the interpreter's own text.
"""

from __future__ import annotations

import importlib
import re
import sys
import warnings
from typing import TYPE_CHECKING, Any

from tightlip.message.cpython import binaries, frozen
from tightlip.message.cpython.forms import from_format, written
from tightlip.message.template import literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tightlip.message.template import Template

_LONGEST = 400
#: More than expat has: 44 in version 2.6. For a number without a text it gives None.
_EXPAT_ERRORS = 64
_WORD = re.compile(r"[A-Za-z]{2,}")
#: What no error message looks like. Each row: why, and the pattern that finds it.
_NOISE: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("a fragment, or output", re.compile(r"^[\s,;)\]}]|^: |^#\s|^@|\s$")),
    ("paragraphs or a signature", re.compile(r"\n\n|\n--|^\w*\(\$?(?:self|module|cls)\b|^\w+\([^)]*\)$")),
    ("a repr", re.compile(r"^<.*>$|[^-]>$|^[\w.%]+\(%[^)]*\)$")),
    ("a C expression", re.compile(r"\w->\w|^\S+ (?:[=!]=|&&|\|\|) \S+|&& |\|\| ")),
    ("a path or an option", re.compile(r"^-\w\b|^--|^/\S*$|\.(?:c|h|py|so)$|^\S+$|^-X |^%s: option|^\w+\.c:\d")),
    ("SQL", re.compile(r"^(?:SELECT|INSERT|CREATE|DROP|BEGIN|PRAGMA|SAVEPOINT|RELEASE|ROLLBACK)\b")),
    ("columns", re.compile(r"\S {2,}\S|\t|= ?$|^\W*%\S+\W*$")),
    ("the name of an argument", re.compile(r"^argument (?:\d+|'\w+')$")),
    ("source or version", re.compile(r"GNU C|GCC |\$Id|Copyright|^import \w|^def |^class [\w%]+\(|^from \w+ import")),
)  # fmt: skip
#: What `PyArg_ParseTuple` takes: the types, and behind a semicolon the message in place of its own.
_ARGUMENTS = re.compile(r"[A-Za-z&!#*|$()?]{1,24};(?=\S)")
#: Fewest literal words and characters of a template, by how many of its ends are literal. A text without holes has "whole".
_LEAST: dict[str, tuple[int, int]] = {"whole": (2, 8), "both": (2, 8), "one": (2, 16), "none": (2, 15)}
#: What sets a hole apart from the words of a sentence. With it, or a third word, a template with one literal end needs no more than one
#: with two.
_DELIMITER = re.compile(r"""[:"()=<>\[\]]|(?<!\w)'|'(?!\w)""")
_MANY_WORDS = 3
_ENDS = ("none", "one", "both")
#: Formats with the words of a sentence in their holes, for which `rows.curated` has each sentence.
_SPELLED_OUT = frozenset({
    "{}() takes {} positional argument{} but {} {} given",
    "{}() missing {} required {} argument{}: {}",
    "{} takes {} {} argument{} ({} given)",
    "{} takes at most {} {}argument{} ({} given)",
    "{} expected {} argument{}, got {}",
    "must be {}, not {}",
})  # fmt: skip
_NAMESPACE: Callable[[type[Any]], Mapping[str, object]] = type.__dict__["__dict__"].__get__
#: Importing these opens something or talks.
_LEFT_ALONE = frozenset({"antigravity", "this", "_tkinter", "readline"})


def rows() -> set[Template]:
    """Every message template of the running interpreter."""
    documented = documentation()
    texts = {text for file in binaries.interpreter() for text in binaries.strings(file)}
    messages = (_ARGUMENTS.sub("", text, count=1) if _ARGUMENTS.match(text) else text for text in texts)
    found = {from_format(text) for text in messages if text.strip() not in documented and is_message(text)}
    found |= composed()
    for file in frozen.sources():
        found |= frozen.templates(file.read_text(encoding="utf-8"))
    return {template for template in found if enough(template) and written(template) not in _SPELLED_OUT}


def composed() -> set[Template]:
    """Messages that C code puts together of pieces which it can be asked for: expat's errors with their place."""
    try:
        expat: Any = importlib.import_module("pyexpat")
    except ImportError:
        return set()
    texts = [expat.ErrorString(code) for code in range(1, _EXPAT_ERRORS)]
    return {from_format(f"{text}: line %d, column %d") for text in texts if text}


def is_message(text: str) -> bool:
    """Whether a C string can be an error message by its form."""
    if text[:1] in ("z", "Z") and ord(text[1:2] or "\0") <= len(text) - 2:
        return False  # from a marshalled code object: the type of a short text, its length, the text
    return len(text) <= _LONGEST and not any(pattern.search(text) for _, pattern in _NOISE)


def enough(template: Template) -> bool:
    """Whether ``template`` has enough literal text to be recognised by, and not to fit anything else.

    A text without holes needs two words; so does a template with holes, and it may have two holes more than words. One that begins or
    ends with a hole needs more characters, so that "Invalid value {}" does not fit any sentence of an author's that begins so.
    """
    texts = [part for part in template if isinstance(part, str)]
    words = sum(len(_WORD.findall(text)) for text in texts)
    characters = sum(len(text.strip()) for text in texts)
    if literal(template) is not None:
        ends = "whole"
    else:
        ends = _ENDS[isinstance(template[0], str) + isinstance(template[-1], str)]
        if ends == "one" and (words >= _MANY_WORDS or any(_DELIMITER.search(text) for text in texts)):
            ends = "both"
    least_words, least_characters = _LEAST[ends]
    return words >= least_words and characters >= least_characters and len(template) - len(texts) <= words + 2


def documentation() -> set[str]:
    """The docstrings of everything that is made in C: of modules, types, functions, members and fields."""
    found: set[str] = set()
    for names in [*map(vars, _extension_modules()), *map(_NAMESPACE, _all_types())]:
        for name, value in names.items():
            found |= _docstrings(value if name == "__doc__" else _documented(value))
    return found


def _documented(value: object) -> object:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return getattr(value, "__doc__", None)
        except Exception:  # a lazy attribute that fails says nothing
            return None


def _docstrings(document: object) -> set[str]:
    return {document, document.strip()} if type(document) is str else set()


def _all_types() -> set[type[Any]]:
    """Every class that is alive."""
    pending: list[type[Any]] = [object]
    seen: set[type[Any]] = {object}
    while pending:
        new: list[type[Any]] = [cls for cls in type.__subclasses__(pending.pop()) if cls not in seen]
        seen.update(new)
        pending += new
    return seen


def _extension_modules() -> Iterable[Any]:
    stems = {path.name.split(".")[0] for path in binaries.interpreter()[1:]}
    for name in sorted({*sys.builtin_module_names, *(stem for stem in stems if not stem.startswith("lib"))}):
        if name in _LEFT_ALONE:
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                yield importlib.import_module(name)
            except ImportError:
                continue
