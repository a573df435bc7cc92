"""Adapters: exceptions whose text is rebuilt from typed facts, not from the place that raised them.

``[Errno 2] No such file or directory: {filename}`` follows from a number and the system's table. An adapter takes such facts in the
thread that failed and makes the template on the worker. The facts must be numbers, flags, or members of a fixed set that the adapter
itself holds; they decide *which* fixed text is reported, and no character of a value may go into the template.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tightlip.exact import type_name
from tightlip.message.lineages import str_owner
from tightlip.message.template import Hole
from tightlip.origin.classes import lineage, plain_name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tightlip.capture import Link
    from tightlip.message.template import Template


@dataclass(frozen=True, slots=True)
class Adapter:
    """How the message of a class of exceptions is rebuilt.

    Attributes:
        cls: The class as ``module.Name``, as ``builtins.OSError``. Subclasses are included as long as they have no ``__str__``
            of their own.
        take: What is taken of the live exception, in the thread that failed: it must be quick, run no code of the exception's (see
            `tightlip.attributes`), and return nothing of the host's but numbers, flags and members of fixed sets. None: nothing to say.
        template: The template for what was taken: text and `Hole`s; None: nothing to say. Runs on the worker.
    """

    cls: str
    take: Callable[[BaseException], Any]
    template: Callable[[Any], Template | None]


#: Under this name the snapshot holds what an adapter took.
TAKEN = "adapter"


class Adapters:
    """A table of adapters, looked up by the exception's class: its nearest base that has one.

    Args:
        adapters: The table; of two for one class the first counts.

    Raises:
        TypeError: One of them is no adapter.
    """

    def __init__(self, adapters: Sequence[Adapter]) -> None:
        self._by_name: dict[tuple[str, str], Adapter] = {}
        #: Adapters that failed or gave something of another kind, by the type of the error.
        self.failures: dict[str, int] = {}
        for adapter in adapters:
            if type(adapter) is not Adapter or "." not in adapter.cls:
                raise TypeError(
                    'adapters= takes Adapter("module.Class", take, template) objects; one of them is something else'
                )
            if not (callable(adapter.take) and callable(adapter.template)):  # type: ignore[redundant-expr]
                raise TypeError(f"the adapter for {adapter.cls} needs two functions, take and template")
            self._by_name.setdefault(_split(adapter.cls), adapter)

    def take(self, exc: BaseException) -> object:
        """What the adapter of the class of ``exc`` takes; None without one. Runs in the thread that failed."""
        found = self._of(type(exc))
        if found is None:
            return None
        try:
            taken = found[1].take(exc)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            self._count(error)
            return None
        if taken is None or _is_plain(taken):
            return taken
        self._count(TypeError())  # an object of the host's, kept alive and read later
        return None

    def template(self, link: Link) -> Template | None:
        """The template for what was taken of ``link``."""
        taken = link.taken.get(TAKEN)
        found = self._of(link.type) if taken is not None else None
        if found is None:
            return None
        base, adapter = found
        # A subclass with a `__str__` of its own says something else.
        if str_owner(link.type) is not str_owner(base):
            return None
        try:
            made = adapter.template(taken)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # the vendor's own code: the report does without this rung
            self._count(error)
            return None
        if made is None or _is_template(made):
            return made
        self._count(TypeError())
        return None

    def _count(self, error: BaseException) -> None:
        name = type_name(error)
        self.failures[name] = self.failures.get(name, 0) + 1

    def _of(self, cls: type) -> tuple[type, Adapter] | None:
        # By name, not by class: the class's module may never have been imported. A class of the host's that bears the same name gives
        # its own facts to an adapter that can make fixed texts of them only.
        for base in lineage(cls):
            qualname, module = plain_name(base)
            adapter = self._by_name.get((module, qualname))
            if adapter is not None:
                return base, adapter
        return None


def _is_plain(taken: object) -> bool:
    """Whether what was taken is numbers, flags and texts, or one of tightlip's own records of them."""
    if type(taken) is tuple:
        items: tuple[object, ...] = taken  # pyright: ignore[reportUnknownVariableType]
        return all(map(_is_plain, items))
    return taken is None or type(taken) in (int, bool, float, str) or type(taken).__module__.startswith("tightlip.")


def _is_template(made: object) -> bool:
    if type(made) is not tuple:
        return False
    parts: tuple[object, ...] = made  # pyright: ignore[reportUnknownVariableType]
    return all(type(part) is str or (type(part) is Hole and _is_hole(part)) for part in parts)


def _is_hole(hole: Hole) -> bool:
    return all(type(text) is str for text in (hole.expression, hole.conversion, hole.spec, hole.applied, hole.shown))


def _split(name: str) -> tuple[str, str]:
    module, _, qualname = name.rpartition(".")
    return module, qualname
