"""Typed facts: numbers, flags and words of closed sets that an exception holds, as tags of the event.

``status=404`` says more than a template and tells nothing of the user's. Each fact is declared: by the table `BUILT_IN`, or by the vendor in
``Reporter(facts=...)``; and each is a row of the allowlist, so that ``tightlip policy`` lists it.

Guarantees:

1. Nothing is parsed from text, and no code of the exception's runs: storage is read (`tightlip.attributes`), never a property.
2. A value counts if its type is exactly ``int``, ``bool`` or ``str`` and its declaration holds it; else it is left out, never clipped.
3. No character is the exception's. A word that leaves is the declaration's own object: equal to the exception's, not the same.
4. Facts count for exceptions whose class is, exactly, one of the SDK's, a dependency's or the standard library's. A class of the
   application's gives none, even if it is derived from one of them: its attributes are the application's.

Not covered: a number that a vendor declares is whatever the SDK stores there. ``{"user_number": int}`` would report it.
"""

from __future__ import annotations

import errno
import re
import sys
import weakref
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import ModuleType
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias, cast

from tightlip.allowlist import FIELDS, Field, Fields, Kind
from tightlip.attributes import MISSING, attribute, class_dict, instance_dict
from tightlip.origin.classes import lineage, module_dict, plain_name
from tightlip.text import CodeText, is_code

if TYPE_CHECKING:
    import os

    from tightlip.failure import Decided
    from tightlip.policy import Policy
    from tightlip.types import Event, Hint

#: Under this name the snapshot holds what `Facts.take` gives.
TAKEN = "facts"
#: A whole number passes up to seven digits, as in breadcrumbs: a status or a count, but no phone, card or account number.
MOST_INT = 9_999_999
#: Sentry's rules for the name of a tag: https://docs.sentry.io/platforms/python/enriching-events/tags/
_TAG = re.compile(r"[A-Za-z0-9_.:-]{1,32}", re.ASCII)
_WORD = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.:/+ -]{0,62}[A-Za-z0-9_.:/+-])?", re.ASCII)
_MOST_WORDS = 256
_MOST_FACTS = 64
_MOST_STEPS = 4
#: Names that Sentry gives a meaning of its own.
_SENTRYS = frozenset({
    "browser", "device", "dist", "environment", "level", "logger", "os", "release", "runtime", "server_name", "site", "transaction", "url", "user",
})  # fmt: skip

#: What may be declared: the types ``int`` and ``bool``, a ``range``, or a set of words and numbers.
Form: TypeAlias = "type[int | bool] | range | set[Any] | frozenset[Any]"
#: By class, as ``acme.APIError``: its facts by the attribute that holds them, as ``response.status`` or ``response.status as api.status``.
Declared: TypeAlias = "Mapping[str, Mapping[str, Form]]"
Value: TypeAlias = int | bool | str
_Taken: TypeAlias = "tuple[tuple[int, Value], ...]"


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact.

    Attributes:
        tag: The name of its tag.
        paths: The attributes that may hold it; the first that holds a value of its form counts.
        keep: What is kept of an attribute's value; None if it has not the form. It runs no code of the value.
        words: The form in plain words.
        purpose: What it is, in plain words.
        signs: One of these attributes must be there too; empty for no such demand.
        names: Names of its numbers, reported as ``<tag>.name``.
        not_named: Classes, by qualified name and module, whose numbers mean something else.
    """

    tag: str
    paths: tuple[str, ...]
    keep: Callable[[object], Value | None]
    words: str
    purpose: str
    signs: tuple[str, ...] = ()
    names: Mapping[int, str] | None = None
    not_named: frozenset[tuple[str, str]] = frozenset()


def _whole(low: int, high: int) -> Callable[[object], int | None]:
    return lambda value: value if type(value) is int and low <= value <= high else None


def _stepped(members: range) -> Callable[[object], int | None]:
    return lambda value: value if type(value) is int and value in members else None


def _flag(value: object) -> bool | None:
    return value if type(value) is bool else None


def _member(members: Iterable[int | str]) -> Callable[[object], Value | None]:
    """The declaration's own object: that of the exception's is not kept, even if it is equal."""
    numbers = {member: member for member in members if type(member) is int}
    words = {member: member for member in members if type(member) is str}
    longest = max(map(len, words), default=0)

    def keep(value: object) -> Value | None:
        if type(value) is int:
            return numbers.get(value)
        # Its length first: looking up hashes, which takes long for a text that is huge.
        return words.get(value) if type(value) is str and len(value) <= longest else None

    return keep


#: The system's error numbers, and those of name resolution: Linux and macOS count down from -1, Windows has 11001 to 11004.
_ERROR_NUMBERS = frozenset({*errno.errorcode, *range(-105, 0), *range(11_001, 11_005)})
_STATUS = "http.response.status_code"

#: The facts of every report, by what gives them. Whatever else an exception holds is the vendor's to declare.
#:
#: `code` is a name for many things, some of them secret and of three digits: it counts beside what only an HTTP error holds.
BUILT_IN: dict[str, tuple[Fact, ...]] = {
    "builtins.OSError": (
        Fact(
            "errno", ("errno",), _member(_ERROR_NUMBERS), "one of the system's error numbers", "the system's error number",
            names=errno.errorcode,
            # The numbers of TLS and of name resolution are their own: 1 is not EPERM there.
            not_named=frozenset({("SSLError", "ssl"), ("gaierror", "socket"), ("herror", "socket")}),
        ),
        Fact("winerror", ("winerror",), _whole(1, 15_999), "a whole number from 1 to 15999", "the error number of Windows"),
    ),
    "builtins.Exception": (
        Fact(
            _STATUS, ("status_code", "http_status", "status", "response.status_code", "response.status"), _whole(100, 599),
            "a whole number from 100 to 599", "the HTTP status of a failed request",
        ),
        Fact(
            _STATUS, ("code",), _whole(100, 599), "a whole number from 100 to 599", "the HTTP status of a failed request",
            signs=("headers", "hdrs", "response", "request"),
        ),
        Fact("process.exit.code", ("returncode",), _whole(-64, 255), "a whole number from -64 to 255", "the exit status of a process, negative for a signal"),
    ),
}  # fmt: skip


class Facts:
    """Takes facts in the thread that failed, and writes them on the worker.

    Args:
        declared: The vendor's, by class; None: those of `BUILT_IN` alone. A class is given by module and qualified name, or by the name that
            it is imported by: if something is found under that name, what counts is where that was defined. Subclasses are included.

    Raises:
        ValueError: A declaration makes no sense.
        TypeError: A part of one has another type.
    """

    def __init__(self, declared: Declared | None = None) -> None:
        own = () if declared is None else tuple(declared_facts(declared))
        self._facts: list[Fact] = []
        #: By the name of the class: indexes into the facts.
        self._by_name: dict[tuple[str, str], list[int]] = {}
        #: Names under which nothing was found yet: their module may be loaded later.
        self._unresolved: list[tuple[str, str]] = []
        #: The vendor's: their class by the index of the fact.
        self._declared_for: dict[int, str] = {}
        for number, (cls, facts) in enumerate((*BUILT_IN.items(), *own)):
            module, _, qualname = cls.rpartition(".")
            for fact in facts:
                self._by_name.setdefault((qualname, module), []).append(len(self._facts))
                if number >= len(BUILT_IN):
                    self._declared_for[len(self._facts)] = cls
                self._facts.append(fact)
            self._unresolved.append((qualname, module))
        self._plans: dict[int, tuple[weakref.ref[type], _Plan | None]] = {}
        self._plain: dict[int, weakref.ref[type]] = {}
        self._first = frozenset(path.split(".")[0] for fact in self._facts for path in (*fact.paths, *fact.signs))

    def rows(self) -> tuple[Field, ...]:
        """The rows of the allowlist: what each fact's tag may hold."""
        found: dict[str, Field] = {}
        for fact in self._facts:
            found.setdefault(fact.tag, Field(_path(fact.tag), Kind(fact.words, _accepts(fact.keep)), fact.purpose))
            if fact.names is not None:
                tag, names = f"{fact.tag}.name", _member(fact.names.values())
                kind = Kind("its name in the system's table, as ENOENT", _accepts(names))
                found.setdefault(tag, Field(_path(tag), kind, f"{fact.purpose}: its name"))
        return tuple(found.values())

    def allowed(self, policy: Policy) -> Policy:
        """``policy`` with the rows of these facts."""
        return replace(policy, fields=Fields((*policy.fields.rows, *self.rows())))

    def take(self, exc: BaseException) -> _Taken | None:
        """The facts that ``exc`` holds, by their index; None without any. Runs in the thread that failed, and runs nothing of the class's."""
        if self._unresolved:
            self._resolve()
        plan = self._plan(type(exc))
        if plan is None:
            return None
        own = instance_dict(exc)
        held = plan.held if own is None else plan.held.union(self._first.intersection(own))
        if not held:
            return None
        found: list[tuple[int, Value]] = []
        for index in plan.facts:
            fact = self._facts[index]
            if fact.signs and held.isdisjoint(fact.signs):
                continue
            value = self._value(exc, own, fact, held)
            if value is not None:
                found.append((index, value))
        return tuple(found) or None

    def __call__(self, event: Event, hint: Hint) -> Event:
        """Add the tags of the reported links: the first link that has a fact gives it, beginning with what was captured."""
        found: dict[str, Value] = {}
        decided: list[Decided] = hint["decided"]
        for one in decided:
            if not one.cls.exact:
                continue
            taken: Any = one.link.taken.get(TAKEN, ())
            for index, value in cast("_Taken", taken):
                fact = self._facts[index]
                if fact.tag not in found:
                    found |= _tags(fact, value, one.link.type)
        return {**event, "tags": {**event.get("tags", {}), **found}} if found else event

    def unknown(self) -> tuple[str, ...]:
        """Declared classes, as ``acme.APIError``, under whose name nothing is loaded."""
        self._resolve()
        return tuple(f"{module}.{qualname}" for qualname, module in self._unresolved)

    def not_held(self, exc: BaseException) -> tuple[tuple[str, str], ...]:
        """The vendor's facts of the class of ``exc`` whose attribute it has not: the attribute, and the class it was declared for."""
        plan = self._plan(type(exc))
        if plan is None:
            return ()
        held = plan.held.union(instance_dict(exc) or ())
        return tuple(
            (self._facts[index].paths[0], cls)
            for index in plan.facts
            if (cls := self._declared_for.get(index)) and self._facts[index].paths[0].split(".")[0] not in held
        )

    def _value(self, exc: BaseException, own: dict[Any, Any] | None, fact: Fact, held: frozenset[str]) -> Value | None:
        for path in fact.paths:
            first, *rest = path.split(".")
            if first not in held:
                continue
            value = own[first] if own is not None and first in own else attribute(exc, first)
            for name in rest:
                value = self._inner(value, name)
            kept = fact.keep(value)
            if kept is not None:
                return kept
        return None

    def _inner(self, value: object, name: str) -> object:
        return attribute(value, name) if self._is_plain(type(value)) else MISSING

    def _plan(self, cls: type) -> _Plan | None:
        # By address, not by the class: hashing it would ask its metaclass.
        known = self._plans.get(id(cls))
        if known is None or known[0]() is not cls:
            if len(self._plans) >= _MOST_CLASSES:
                self._plans.clear()
            known = self._plans[id(cls)] = (weakref.ref(cls), self._planned(cls) if self._is_plain(cls) else None)
        return known[1]

    def _planned(self, cls: type) -> _Plan | None:
        line = lineage(cls)
        facts = [index for base in line for index in self._by_name.get(plain_name(base), ())]
        if not facts:
            return None
        return _Plan(
            frozenset(name for own in map(class_dict, line) for name in self._first if name in own), tuple(facts)
        )

    def _is_plain(self, cls: type) -> bool:
        """Whether all keys of the dicts of ``cls`` and its bases are exactly ``str``: looking up among others could run their ``__eq__``."""
        known = self._plain.get(id(cls))
        if known is not None and known() is cls:
            return True
        if not all(type(key) is str for base in lineage(cls) for key in class_dict(base)):
            return False
        if len(self._plain) >= _MOST_CLASSES:
            self._plain.clear()
        self._plain[id(cls)] = weakref.ref(cls)
        return True

    def _resolve(self) -> None:
        """Let names that a class is imported by stand for the class's own name, once it is there."""
        left: list[tuple[str, str]] = []
        for qualname, module in self._unresolved:
            found = _found(f"{module}.{qualname}")
            if found is None:
                left.append((qualname, module))
                continue
            named = plain_name(found)
            if named != (qualname, module):
                self._by_name.setdefault(named, []).extend(self._by_name[qualname, module])
        if len(left) < len(self._unresolved):
            self._plans.clear()
        self._unresolved = left


_MOST_CLASSES = 512


@dataclass(frozen=True, slots=True)
class _Plan:
    """What can be read of the exceptions of one class: attributes that its classes hold, and the facts to try."""

    held: frozenset[str]
    facts: tuple[int, ...]


def _tags(fact: Fact, value: Value, cls: type) -> dict[str, Value]:
    found: dict[str, Value] = {fact.tag: CodeText(value) if type(value) is str else value}
    name = fact.names.get(value) if fact.names is not None and type(value) is int else None
    if name is not None and fact.not_named.isdisjoint(map(plain_name, lineage(cls))):
        found[f"{fact.tag}.name"] = CodeText(name)
    return found


def _accepts(keep: Callable[[object], Value | None]) -> Callable[[object], bool]:
    return lambda value: keep(str(value) if is_code(value) else value) is not None


def _path(tag: str) -> str:
    return f'tags."{tag}"' if "." in tag else f"tags.{tag}"


def _found(name: str) -> type | None:
    """The class that is imported as ``name``, if its module is loaded; nothing is imported."""
    parts = name.split(".")
    for split in range(len(parts) - 1, 0, -1):
        module = sys.modules.get(".".join(parts[:split]))
        if module is None or not issubclass(type(module), ModuleType):  # pyright: ignore[reportUnnecessaryIsInstance] - anything can stand there
            continue
        found: Any = module_dict(module).get(parts[split])
        for part in parts[split + 1 :]:
            found = class_dict(found).get(part) if issubclass(type(found), type) else None
        return found if issubclass(type(found), type) else None
    return None


# Declarations.


def declared_facts(declared: Declared) -> Iterable[tuple[str, tuple[Fact, ...]]]:
    """The vendor's facts by class, in their order.

    Raises:
        ValueError: A declaration makes no sense.
        TypeError: A part of one has another type.
    """
    if not isinstance(declared, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance] - a caller without types
        raise TypeError(
            f"facts: give a dict of classes, as {{'acme.APIError': {{'status': int}}}}, not {type(declared).__name__}"
        )
    forms: dict[str, object] = {}
    for cls, facts in declared.items():
        check_class(cls)
        if not isinstance(facts, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(
                f"facts of {cls}: give a dict of attributes, as {{'status': int}}, not {type(facts).__name__}"
            )
        made = tuple(declared_fact(cls, name, form) for name, form in facts.items())
        for fact, form in zip(made, facts.values(), strict=True):
            if forms.setdefault(fact.tag, form) != form or type(forms[fact.tag]) is not type(form):
                raise ValueError(
                    f"facts of {cls}: the tag {fact.tag} has two forms; give both the same one, or another tag: 'attribute as name.of.tag'"
                )
        yield cls, made
    if len(forms) > _MOST_FACTS:
        raise ValueError(f"facts: {len(forms)} are declared, and {_MOST_FACTS} fit into a report; declare fewer")


def check_class(cls: object) -> None:
    """Whether ``cls`` can name an exception class.

    Raises:
        ValueError: It is no dotted name, or what is found there is no exception class.
        TypeError: It is no text.
    """
    if not isinstance(cls, str):
        raise TypeError(f"facts: name the class as text, as 'acme.APIError', not {cls!r:.80}")
    if "." not in cls or not _is_dotted(cls):
        raise ValueError(f"facts of {cls!r:.80}: give the class with its module, as 'acme.APIError'")
    found = _found(cls)
    if found is not None and not issubclass(found, BaseException):
        raise ValueError(f"facts of {cls}: it is no exception class; facts are read of exceptions only")


def declared_fact(cls: str, name: object, form: object) -> Fact:
    """The fact that ``{cls: {name: form}}`` declares.

    Raises:
        ValueError: The name, the form or the tag makes no sense.
        TypeError: One of them has another type.
    """
    if not isinstance(name, str):
        raise TypeError(f"facts of {cls}: name the attribute as text, as 'status', not {name!r:.80}")
    path, renamed, tag = name.partition(" as ")
    if not _is_dotted(path) or path.count(".") >= _MOST_STEPS:
        raise ValueError(
            f"fact {name!r:.80} of {cls}: give an attribute, as 'status', or a path of at most {_MOST_STEPS}, as 'response.status'"
        )
    if not renamed:
        tag = f"{cls.rpartition('.')[2]}.{path}"
    if not _TAG.fullmatch(tag):
        raise ValueError(
            f"fact {name!r:.80} of {cls}: the tag {tag!r:.80} is none that Sentry takes (at most 32 of A-Z a-z 0-9 _ . : -);"
            f" name it yourself: '{path:.40} as short.name'"
        )
    if tag in _TAKEN_TAGS:
        raise ValueError(
            f"fact {name!r:.80} of {cls}: the tag {tag} is taken; name it otherwise: '{path} as api.{path}'"
        )
    keep, words = _form(cls, name, form)
    return Fact(tag, (path,), keep, words, f"{path} of {cls}, declared by the vendor")


_TAKEN_TAGS = frozenset({
    *_SENTRYS,
    *(row.path.removeprefix("tags.") for row in FIELDS if row.path.startswith("tags.")),
    *(tag for facts in BUILT_IN.values() for fact in facts for tag in (fact.tag, f"{fact.tag}.name")),
})  # fmt: skip


def _is_dotted(name: str) -> bool:
    return name.isascii() and all(part.isidentifier() for part in name.split("."))


def _form(cls: str, name: str, form: object) -> tuple[Callable[[object], Value | None], str]:
    where = f"fact {name!r:.80} of {cls}"
    if form is int:
        return _whole(-MOST_INT, MOST_INT), f"a whole number from {-MOST_INT} to {MOST_INT}"
    if form is bool:
        return _flag, "yes or no"
    if isinstance(form, range):
        return _range(where, form)
    if isinstance(form, (set, frozenset)):
        return _closed(where, form)  # pyright: ignore[reportUnknownArgumentType]
    raise TypeError(f"{where}: give int, bool, a range or a set of words, not {form!r:.80}")


def _range(where: str, form: range) -> tuple[Callable[[object], Value | None], str]:
    if not form:
        raise ValueError(f"{where}: {form} is empty; give one that holds numbers")
    low, high = min(form[0], form[-1]), max(form[0], form[-1])
    if low < -MOST_INT or high > MOST_INT:
        raise ValueError(f"{where}: {form} goes beyond seven digits; give one between {-MOST_INT} and {MOST_INT}")
    step = f", in steps of {abs(form.step)}" if abs(form.step) > 1 else ""
    return _stepped(form), f"a whole number from {low} to {high}{step}"


def _closed(where: str, form: set[object] | frozenset[object]) -> tuple[Callable[[object], Value | None], str]:
    if not 0 < len(form) <= _MOST_WORDS:
        raise ValueError(f"{where}: the set has {len(form)} members; give 1 to {_MOST_WORDS}")
    members: list[int | str] = []
    for member in form:
        # An author's enum or str subclass may compare as it likes.
        if type(member) is not str and type(member) is not int:
            raise TypeError(
                f"{where}: {member!r:.80} in its set is neither exactly a str nor an int; give the plain word"
            )
        if type(member) is str and not _WORD.fullmatch(member):
            raise ValueError(
                f"{where}: {member!r:.80} in its set is no word of at most 64 of A-Z a-z 0-9 _ . : / + - and spaces; leave it out"
            )
        if type(member) is int and abs(member) > MOST_INT:
            raise ValueError(f"{where}: a number in its set has more than seven digits; leave it out")
        members.append(member)
    return _member(members), "one of " + ", ".join(sorted(map(str, members)))


# Declarations in a file.

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
            Facts(found)  # what only shows when all are there: too many, or two forms for one tag
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
