"""Breadcrumbs: the steps before a failure, one immutable chain a context.

Each step points to the one before it, and a context variable holds the last. A task or a thread starts from its parent's chain as it
was (tasks copy the context; a thread begins with its own) and adds to it without its siblings seeing that. So a report shows the
steps of the code that failed, not of ten thousand other tasks, and no lock is needed.

Adding computes nothing: it stores the time, the code object and the offset of the caller, and what was given. What leaves is decided
at capture: the message is the template at the call site, data pass by type, everything else is dropped.

Not covered: what was given is kept in memory until it is pushed out by newer steps; nothing is written to disk.
"""

from __future__ import annotations

import enum
import sys
import time
from contextvars import ContextVar
from datetime import UTC, datetime
from itertools import islice
from types import CodeType
from typing import TYPE_CHECKING, Any, TypeAlias

from tightlip.capture import FrameSnapshot
from tightlip.log_records import CATEGORY, LogCall, LogSites
from tightlip.message.combining import common
from tightlip.message.template import shown
from tightlip.origin.attribution import trusted_frame
from tightlip.origin.classes import module_file, trusted_class
from tightlip.text import CodeText, is_code

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tightlip.message.sites import BreadcrumbSite
    from tightlip.message.templates import Templates
    from tightlip.types import Event, Hint

LEVELS = frozenset({"debug", "info", "warning", "error", "fatal"})
#: Whole numbers up to seven digits pass: a size or a count, but no phone, card or account number.
MOST_INT = 9_999_999
_SIGNIFICANT_DIGITS = 6
_MOST_DATA = 16

#: time, level, category, message, data, caller's code, offset of its call
_Step: TypeAlias = tuple[float, str, str, object, "Mapping[str, object]", CodeType, int]


#: The last step, the chain before it and its length. Tuples: adding must cost next to nothing.
_Chain: TypeAlias = "tuple[_Step, _Chain | None, int]"


class BreadcrumbRing:
    """The last `size` steps of each context.

    Args:
        size: How many steps a report shows.
    """

    def __init__(self, size: int = 100) -> None:
        if type(size) is not int or size < 0:
            raise ValueError(f"breadcrumbs={size!r}: give a whole number from 0")
        self._size = size
        self._last: ContextVar[_Chain | None] = ContextVar("tightlip_breadcrumbs", default=None)

    def add(self, message: object, category: str, level: str, data: Mapping[str, object], depth: int = 2) -> None:
        """Remember a step.

        Args:
            message: What the caller said; only its call site is ever reported, or a `Safe`.
            category: As given by the caller; reported if it is a literal at the call site, or a `Safe`.
            level: One of `LEVELS`; another one is reported as ``info``.
            data: Named values; those of harmless types are reported.
            depth: How many frames above this one the call site is.
        """
        if not self._size:
            return
        frame = sys._getframe(depth)  # noqa: SLF001 - documented; inspect.currentframe cannot skip frames
        self._push((time.time(), level, category, message, data, frame.f_code, frame.f_lasti))

    def add_log(self, call: LogCall, level: str) -> None:
        """Remember a log call; whose it is, is decided later."""
        if self._size and call.frames:
            self._push((time.time(), level, CATEGORY, call, {}, *call.frames[0]))

    def _push(self, step: _Step) -> None:
        before = self._last.get()
        length = 1 if before is None else before[2] + 1
        if length > 2 * self._size:
            before = self._trimmed(before)
            length = self._size + 1
        self._last.set((step, before, length))

    def _trimmed(self, chain: _Chain | None) -> _Chain | None:
        rebuilt: _Chain | None = None
        for length, step in enumerate(self._steps(chain), 1):
            rebuilt = (step, rebuilt, length)
        return rebuilt

    def _steps(self, chain: _Chain | None) -> list[_Step]:
        found: list[_Step] = []
        while chain is not None and len(found) < self._size:
            step, chain, _ = chain
            found.append(step)
        found.reverse()
        return found

    def view(self) -> tuple[_Step, ...]:
        """The steps that the current context sees, oldest first, as they were added."""
        return tuple(_harmless(step) for step in self._steps(self._last.get()))


def _harmless(step: _Step) -> _Step:
    """``step`` without the host's objects: they must not be let go of, and finalised, on a thread of ours."""
    moment, level, category, message, data, code, offset = step
    kept = {name: datum for name, datum in data.items() if type(name) is str and _may_pass(datum)}
    said = message if type(message) in (str, LogCall) or is_code(message) else ""
    return moment, level, category, said, kept, code, offset


def _may_pass(datum: object) -> bool:
    return type(datum) in (bool, int, float) or is_code(datum) or issubclass(type(datum), enum.Enum)


class Breadcrumbs:
    """Writes ``breadcrumbs`` from the steps in ``hint["breadcrumbs"]``."""

    def __init__(self, templates: Templates, *, keep_text: bool = False) -> None:
        self._templates = templates
        self._keep_text = keep_text
        self._logs = LogSites(templates)

    def __call__(self, event: Event, hint: Hint) -> Event:
        """Add the steps behind those that ``event`` already has."""
        steps: tuple[_Step, ...] = hint.get("breadcrumbs", ())
        own = (self._value(step) for step in steps)
        values = [*event.get("breadcrumbs", {}).get("values", ()), *(value for value in own if value is not None)]
        if not values:
            return event
        return {**event, "breadcrumbs": {"values": values}}

    def _value(self, step: _Step) -> dict[str, Any] | None:
        moment, level, category, message, data, code, offset = step
        logged = self._logs.of(message) if isinstance(message, LogCall) else None
        if logged is None and isinstance(message, LogCall):
            return None  # the application's own log call, also one to the SDK's logger
        site = self._site(code, offset) if logged is None else None
        value: dict[str, Any] = {
            "timestamp": datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "level": level if type(level) is str and level in LEVELS else "info",
            "type": "default",
        }
        if is_code(category):
            value["category"] = category
        elif site is not None and site.category is not None:
            value["category"] = CodeText(site.category)
        text = self._text(message, site) if logged is None else logged.message
        if text is not None:
            value["message"] = text
        names = site.keywords if site is not None else frozenset[str]()
        known = ((name, datum) for name, datum in data.items() if type(name) is str and name in names)
        passed = {name: self._datum(datum) for name, datum in islice(known, _MOST_DATA)}
        kept = {CodeText(name): datum for name, datum in passed.items() if datum is not None}
        if kept:
            value["data"] = kept
        return value

    def _site(self, code: CodeType, offset: int) -> BreadcrumbSite | None:
        frame = trusted_frame(FrameSnapshot(code, offset), self._templates.sources)
        if frame is None or frame.place.owner != "sdk":
            return None
        return self._templates.index_of(frame.source).breadcrumbs.get(frame.line)

    def _text(self, message: object, site: BreadcrumbSite | None) -> str | None:
        if is_code(message):
            assert isinstance(message, CodeText)
            return message
        if site is not None:
            return shown(common(site.message))
        return message if self._keep_text and type(message) is str else None

    def _datum(self, value: object) -> object:
        """``value`` if its type is harmless, else None. The exact type counts: a subclass can be anything."""
        if type(value) is bool or is_code(value):
            return value
        if type(value) is int:
            return value if -MOST_INT <= value <= MOST_INT else None
        if type(value) is float:
            return float(f"{value:.{_SIGNIFICANT_DIGITS}g}") if -MOST_INT <= value <= MOST_INT else None
        if issubclass(type(value), enum.Enum):
            return self._member(value)
        return None

    def _member(self, value: object) -> CodeText | None:
        """The name of an enum's member, if the enum's class is code and the name stands in its source."""
        named = trusted_class(type(value), self._templates.sources)
        if not named.exact or named.owner not in ("sdk", "dependency", "stdlib"):
            return None
        name = object.__getattribute__(value, "__dict__").get("_name_")
        file = module_file(named.module)
        place = self._templates.sources.owners.place(file) if file is not None else None
        source = self._templates.sources.of(place) if place is not None else None
        names = source.class_names(named.qualname) if source is not None else None
        # Not one that `_missing_` made of a value: the body of the class assigns the name.
        is_said = type(name) is str and names is not None and name in names
        return CodeText(name) if is_said else None
