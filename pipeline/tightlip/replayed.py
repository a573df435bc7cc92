"""Events without a live exception: what a catalogue says of the frames that they name.

An event that was written to a file, or sent by an SDK without tightlip, names a module, a function and a line. Where a catalogue of exactly
that version has them, the template of the line is known without the exception, and the frame's names are the catalogue's own.

Guarantees:

1. All text is the catalogue's. What the event says is compared with it and never copied: type, module, function, file and line are looked
   up; the message chooses among at most eight templates of its line, under a policy that compares.
2. A version that the event does not name, in ``release`` or ``modules``, is not assumed.
"""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from tightlip.exact import is_dict, is_list
from tightlip.message.callers import Spot, with_callers
from tightlip.message.combining import common
from tightlip.message.encoding import decode
from tightlip.message.matching import best
from tightlip.message.statics import Statics
from tightlip.message.template import Template, has_text, shown
from tightlip.origin.catalogued import CatalogueError, Packed, read_file
from tightlip.origin.owners import module_name
from tightlip.text import CodeText

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator

    from tightlip.types import Event

_MOST_FRAMES = 512
_MOST_VALUES = 50


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A catalogue that was read.

    Attributes:
        distribution: Whose.
        version: Of which version.
        functions: ``(first line, last line, qualified name)`` of each module's functions.
        paths: The file of each module, below the import root.
        statics: The indexes.
    """

    distribution: str
    version: str
    functions: dict[str, list[tuple[int, int, str]]]
    paths: dict[str, str]
    statics: Statics

    def spot(self, module: object, function: object, line: object) -> tuple[str, Spot] | None:
        """The module and place of a frame, if the catalogue has it."""
        if type(module) is not str or type(function) is not str or type(line) is not int:
            return None
        around = [f for f in self.functions.get(module, ()) if f[0] <= line <= f[1]]
        named = [f for f in around if f[2] == function or f[2].rpartition(".")[2] == function]
        if not named:
            return None
        first, _, qualname = min(named, key=lambda found: found[1] - found[0])
        own = next(name for name in self.functions if name == module)
        return own, Spot(self.statics.modules[own], qualname, first, line)


def load(file: str | os.PathLike[str]) -> Catalogue:
    """Read a catalogue.

    Args:
        file: As `tightlip catalogue build` wrote it.

    Raises:
        CatalogueError: It is none, or cannot be read.
    """
    name = str(file)
    data = read_file(name)
    if data is None:
        raise CatalogueError(f"{name} cannot be read; make it with `tightlip catalogue build PACKAGE -o {name}`")
    packed = Packed(data, name)
    try:
        entries = {path: packed.entry(path) for path in packed.files}
        return Catalogue(
            distribution=packed.distribution,
            version=packed.version,
            functions={
                module_name(path): [
                    (f[0], f[1], qualname) for qualname, found in entry["functions"].items() for f in found
                ]
                for path, entry in entries.items()
            },
            paths={module_name(path): path for path in entries},
            statics=Statics({path: decode(entry["index"]) for path, entry in entries.items()}),
        )
    except CatalogueError:
        raise
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise CatalogueError(f"{name} is damaged ({type(error).__name__}); build it anew") from error


class Replayed:
    """Writes ``exception`` of an event that has no live exception, as far as catalogues know it.

    Args:
        catalogues: The catalogues, or their files.
        compares: Whether the event's message may be compared with several templates of its line.

    Raises:
        CatalogueError: A file is no catalogue.
    """

    def __init__(self, catalogues: Iterable[Catalogue | str | os.PathLike[str]], *, compares: bool) -> None:
        self._catalogues = [one if isinstance(one, Catalogue) else load(one) for one in catalogues]
        self._compares = compares

    def exception(self, event: Event) -> list[dict[str, Any] | None]:
        """For each exception of ``event`` what a catalogue says of it; None where none says anything."""
        exception = event.get("exception")
        values = exception.get("values") if is_dict(exception) else None
        if not is_list(values):
            return []
        known = [catalogue for catalogue in self._catalogues if is_of(event, catalogue)]
        return [self._value(value, known) if is_dict(value) else None for value in values[:_MOST_VALUES]]

    def _value(self, value: dict[Any, Any], catalogues: list[Catalogue]) -> dict[str, Any] | None:
        stack = value.get("stacktrace")
        frames = stack.get("frames") if is_dict(stack) else None
        if not is_list(frames) or not catalogues:
            return None
        for catalogue in catalogues:
            spots = [
                catalogue.spot(frame.get("module"), frame.get("function"), frame.get("lineno"))
                if is_dict(frame)
                else None
                for frame in frames[-_MOST_FRAMES:]
            ]
            if any(spots):
                return self._known(value, catalogue, spots)
        return None

    def _known(
        self, value: dict[Any, Any], catalogue: Catalogue, spots: list[tuple[str, Spot] | None]
    ) -> dict[str, Any]:
        kept: dict[str, Any] = {"stacktrace": {"frames": list(_frames(spots, catalogue))}}
        named = _class(value, catalogue)
        if named is not None:
            kept["type"], kept["module"] = named
        innermost = spots[-1]
        if innermost is not None and named is not None:
            outwards = (None if spot is None else spot[1] for spot in reversed(spots[:-1]))
            template = self._template(value.get("value"), catalogue, named, innermost[1], outwards)
            if template:
                kept["value"] = shown(template)
        return kept

    def _template(
        self,
        message: object,
        catalogue: Catalogue,
        named: tuple[CodeText, CodeText],
        innermost: Spot,
        outwards: Iterable[Spot | None],
    ) -> Template:
        site = innermost.index.raises.get(innermost.line)
        if site is None:
            return ()
        calls, _ = with_callers(site.calls, innermost, outwards)
        texts = catalogue.statics.texts_of(str(named[1]), str(named[0]), calls)
        if len(texts) > 1 and self._compares and type(message) is str:
            chosen = best(texts, message)
            texts = [chosen] if chosen is not None else []
        found = common(texts) if texts else ()
        return found if has_text(found) else ()


def is_of(event: Event, catalogue: Catalogue) -> bool:
    """Whether the event names the catalogue's version: in ``release``, as ``acme@1.4.2``, or in ``modules``."""
    release, modules = event.get("release"), event.get("modules")
    names = {catalogue.distribution, *(path.partition("/")[0] for path in catalogue.paths.values())}
    if not catalogue.version:
        return False
    if type(release) is str and release in {f"{name}@{catalogue.version}" for name in names}:
        return True
    said = [modules.get(name) for name in names] if is_dict(modules) else []
    return any(type(one) is str and one == catalogue.version for one in said)


def _class(value: dict[Any, Any], catalogue: Catalogue) -> tuple[CodeText, CodeText] | None:
    """Qualified name and module of the exception's class, in the catalogue's own words."""
    name, module = value.get("type"), value.get("module")
    if type(name) is not str:
        return None
    for known, index in catalogue.statics.modules.items():
        if known == module:
            own = next((qualname for qualname in index.classes if qualname == name), None)
            if own is not None:
                return CodeText(own), CodeText(known)
    found = next((n for n, item in vars(builtins).items() if n == name and isinstance(item, type)), None)
    is_exception = found is not None and issubclass(vars(builtins)[found], BaseException)
    return (CodeText(found), CodeText("builtins")) if is_exception and found is not None else None


def _frames(spots: list[tuple[str, Spot] | None], catalogue: Catalogue) -> Iterator[dict[str, Any]]:
    for is_known, run in groupby(spots, key=lambda spot: spot is not None):
        found = list(run)
        if not is_known:
            yield {"function": CodeText(f"[{len(found)} other frame{'' if len(found) == 1 else 's'}]"), "in_app": False}
        for spot in found if is_known else ():
            assert spot is not None
            yield {
                "module": CodeText(spot[0]),
                "function": CodeText(spot[1].qualname),
                "filename": CodeText(catalogue.paths[spot[0]]),
                "lineno": spot[1].line,
                "in_app": True,
            }
