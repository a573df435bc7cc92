"""What a catalogue says without a live exception: the class's rules from its source, and the templates of a line.

For events that come from a file, and for `tightlip catalogue coverage`. Nothing is imported; a base class that the catalogue does not have
(another package's) is taken for one that says what it was made with.
"""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tightlip.message.class_rules import Candidate, ClassRules, candidates
from tightlip.message.combining import common
from tightlip.message.lineages import live_lineage
from tightlip.message.template import Hole, has_words
from tightlip.origin.owners import module_name

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import FunctionType

    from tightlip.message.sites import Call, ClassSource, FileIndex, Key, RaiseSite
    from tightlip.message.template import Choices, Template

_MOST_BASES = 40
_PLAIN = (ClassRules(name="BaseException", init="builtin", form="BaseException"),)


class _Nothing:
    """A `tightlip.message.lineages.Lookup` that knows no source: for the interpreter's own classes."""

    def function(self, function: FunctionType) -> tuple[FileIndex, Key] | None:  # noqa: ARG002 - the protocol's name
        return None

    def class_source(self, cls: type) -> ClassSource | None:  # noqa: ARG002 - the protocol's name
        return None

    def is_own(self, function: FunctionType) -> bool:  # noqa: ARG002 - the protocol's name
        return False


@dataclass(frozen=True, slots=True)
class Said:
    """What a raise site says.

    Attributes:
        rung: ``code``, ``alternatives``, ``outer`` or ``type``.
        template: What would be reported; for several, what they share.
        candidates: The templates that are possible.
        why: Where there are no words, the reason.
        advice: What the author can do about it.
    """

    rung: str
    template: Template
    candidates: tuple[Template, ...] = ()
    why: str = ""
    advice: str = ""

    def is_readable(self) -> bool:
        """Whether a reader learns something, or the author wrote nothing to learn."""
        is_said_elsewhere = any(
            isinstance(part, Hole) and (part.is_handled or part.is_parameter) for part in self.template
        )
        return has_words(self.template) or (self.rung != "type" and self.template == ()) or is_said_elsewhere


class Statics:
    """The indexes of a package, by module.

    Args:
        indexes: By the path of the file below the import root.
    """

    def __init__(self, indexes: Mapping[str, FileIndex]) -> None:
        self.modules = {module_name(path): index for path, index in indexes.items()}
        self._by_name: dict[str, list[tuple[str, str]]] = {}
        for module, index in self.modules.items():
            for qualname in index.classes:
                self._by_name.setdefault(qualname.rpartition(".")[2], []).append((module, qualname))

    def said(self, module: str, site: RaiseSite) -> Said:
        """What ``site`` in ``module`` says, whatever the class at run time."""
        if not site.calls:
            return Said("type", (), (), site.why, "make the exception where it is raised, or record creation sites")
        texts: list[Template] = []
        for call in site.calls:
            found = self._texts(module, call)
            if found is None:
                why = f"the message of `{call.name}` is made by an __init__ or __str__ that cannot be followed"
                return Said("type", (), (), why, "build the message in one expression, of literals and parameters")
            texts.extend(one.text for one in found)
        unique = tuple(dict.fromkeys(texts))
        if len(unique) > 1:
            return Said("alternatives", common(unique), unique)
        only = next(iter(unique))
        bare = only[0] if len(only) == 1 else None
        return _without_text(bare, unique) if isinstance(bare, Hole) else Said("code", only, unique)

    def texts_of(self, module: str, qualname: str, calls: tuple[Call, ...]) -> list[Template]:
        """The texts that an exception of the class ``module.qualname`` made by one of ``calls`` can have."""
        lineage = self._lineage(module, qualname)
        name = qualname.rpartition(".")[2]
        fitting = [call for call in calls if call.name == name or (call.callee == "variable" and len(calls) == 1)]
        found: list[Template] = []
        for call in fitting:
            found.extend(one.text for one in candidates(lineage, call.arguments) or ())
        return list(dict.fromkeys(found))

    def _texts(self, module: str, call: Call) -> list[Candidate] | None:
        if call.callee == "variable":
            return candidates(_PLAIN, call.arguments)
        return candidates(self._named(module, call.name), call.arguments)

    def _named(self, module: str, name: str) -> tuple[ClassRules, ...]:
        """The lineage of the class called ``name``: of the module's own if it has one, else of the package's only one."""
        known = self._by_name.get(name, [])
        own = [(where, qualname) for where, qualname in known if where == module]
        places = own or known
        if len(places) == 1:
            return self._lineage(*places[0])
        return _builtin(name)

    def _lineage(self, module: str, qualname: str) -> tuple[ClassRules, ...]:
        """The rules of a class and its bases, in an order that agrees with Python's for all but rare diamonds."""
        found: dict[str, ClassRules] = {}
        pending, endings = [(module, qualname)], list[tuple[ClassRules, ...]]()
        while pending and len(found) < _MOST_BASES:
            where, name = pending.pop(0)
            source = self.modules[where].classes.get(name) if where in self.modules else None
            if source is None or f"{where}:{name}" in found:
                endings.extend([] if f"{where}:{name}" in found else [_builtin(name)])
                continue
            found[f"{where}:{name}"] = self._rules(where, name, source)
            for base in source.bases:
                base_module, _, base_name = base.partition(":")
                pending.append((base_module or where, base_name))
        last = max(endings, key=len, default=_PLAIN)
        return (*found.values(), *last)

    def _rules(self, module: str, qualname: str, source: ClassSource) -> ClassRules:
        index = self.modules[module]

        def text(name: str, line: int) -> Choices | None:
            return index.texts.get((f"{qualname}.{name}", line))

        shown = None if source.text is None else text("__str__", source.text) or text("__repr__", source.text)
        properties = {name: told for name, line in source.properties.items() if (told := text(name, line)) is not None}
        init = None if source.init is None else index.inits.get((f"{qualname}.__init__", source.init), "unknown")
        return ClassRules(
            name=qualname.rpartition(".")[2],
            constants=source.constants,
            properties=properties,
            init=init,  # type: ignore[arg-type]
            fields=source.fields,
            keeps_arguments=source.keeps_arguments,
            text="unknown" if source.text is not None and shown is None else shown,
        )


def _builtin(name: str) -> tuple[ClassRules, ...]:
    cls = getattr(builtins, name, None)
    if isinstance(cls, type) and issubclass(cls, BaseException):
        return live_lineage(cls, _Nothing())
    return _PLAIN


def _without_text(hole: Hole, unique: tuple[Template, ...]) -> Said:
    only: Template = (hole,)
    if hole.is_parameter:
        why = f"the message is the parameter `{hole.expression}`: what the caller passes is shown where it is text"
        return Said("outer", only, unique, why)
    if hole.is_handled:
        return Said(
            "code", only, unique, "the message is that of the exception being handled, and is shown with its template"
        )
    why = f"the message is the value of `{hole.expression}` and nothing else"
    return Said("code", only, unique, why, "put words around it: what was tried, and what failed")
