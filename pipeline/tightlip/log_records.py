"""Log calls: of ``logger.error("upload of %s failed", name)`` the template leaves, found by the call site.

Guarantees:

1. Of a log record only the level is taken, and the place that it names, which chooses among the SDK's own log calls. Its message, its
   arguments, ``extra``, the logger's name and a formatted traceback are not looked at.
2. The thread that logs takes code objects and offsets, and goes on: nothing is read from disk, and no lock is waited for but that of
   ``logging``'s own handler. Nothing is raised into the host, and nothing here logs.
3. A log call of the application's leaves nothing, also one to the SDK's own logger.

Not covered: a handler behind a ``QueueHandler`` and structlog's asynchronous methods (``ainfo``) log in another thread, where the call
site is not on the stack: they leave nothing. Put the handler on the SDK's logger itself.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from tightlip.attributes import instance_dict
from tightlip.capture import FrameSnapshot
from tightlip.exact import is_dict, is_exception
from tightlip.message.combining import common
from tightlip.message.template import anonymous, shown
from tightlip.origin.attribution import owned_frame
from tightlip.origin.catalogued import CataloguedSource
from tightlip.origin.owners import INSTRUMENTATION
from tightlip.origin.sources import LiveSource
from tightlip.text import CodeText

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Iterator
    from types import CodeType, FrameType

    from tightlip.message.template import Template
    from tightlip.message.templates import Templates
    from tightlip.origin.attribution import OwnedFrame, TrustedFrame
    from tightlip.origin.sources import Source
    from tightlip.types import Event

#: The category of a breadcrumb that was a log call.
CATEGORY = CodeText("log")
#: Levels of ``logging`` by number, the highest first, in Sentry's words; what is below all of them is ``debug``.
_LEVELS = ((50, "fatal"), (40, "error"), (30, "warning"), (20, "info"))
_ERROR = 40
#: structlog's methods; any other name is ``info``.
_METHODS = {"debug": "debug", "warning": "warning", "warn": "warning", "error": "error", "exception": "error", "critical": "fatal", "fatal": "fatal"}  # fmt: skip
_ERRORS = frozenset({"error", "fatal"})
#: Frames that are taken outside of ``logging``: structlog has about six of its own.
_MOST_FRAMES = 12
#: What stands between a log call and the handler, and logs nothing of its own.
_MACHINERY = frozenset({"structlog", "tightlip", *INSTRUMENTATION})

#: Remembers a log call as a breadcrumb: the call and its level. Must not raise.
Remember: TypeAlias = "Callable[[LogCall, str], object]"
#: Reports the exception that a log call is about. Must not raise.
Report: TypeAlias = "Callable[[BaseException], object]"
#: What structlog calls.
LogProcessor: TypeAlias = "Callable[[Any, str, Any], Any]"


@dataclass(frozen=True, slots=True)
class LogCall:
    """A log call, as it is taken in the thread that logs.

    Attributes:
        frames: Who called, from the innermost frame outside of ``logging`` outwards: code objects, and offsets in bytes.
        named: Which of them the record names as its place; ``stacklevel`` moves it outwards.
    """

    frames: tuple[tuple[CodeType, int], ...]
    named: int = 0


@dataclass(frozen=True, slots=True)
class Logged:
    """A log call of the SDK's: where it stands, and its template, or None where the source does not tell."""

    module: str
    function: str
    template: Template | None

    @property
    def message(self) -> CodeText | None:
        """The template as it is reported."""
        return None if self.template is None else shown(self.template)

    def event(self) -> Event:
        """The fields of an event about it: there must be a template."""
        assert self.template is not None
        return {
            "logentry": {"message": shown(self.template)},
            "tags": {"rung": CodeText("code")},
            "fingerprint": [CodeText(self.module), CodeText(self.function), anonymous(self.template)],
        }


class LogSites:
    """Finds the templates of log calls.

    Args:
        templates: The indexes of verified files.
    """

    def __init__(self, templates: Templates) -> None:
        self._templates = templates

    def of(self, call: LogCall) -> Logged | None:
        """The SDK's log call that ``call`` was; None when it is not the SDK's."""
        found: list[TrustedFrame] = []
        is_direct = True
        for number, (code, offset) in enumerate(call.frames):
            frame = owned_frame(FrameSnapshot(code, offset), self._templates.sources)
            if frame.owner == "application":
                break
            if frame.trusted is not None:
                found.append(frame.trusted)
                if number >= call.named:
                    break
            elif not found:
                is_direct = is_direct and self._is_machinery(frame)
        # The place that the record names comes first; a helper that names its caller's place has the template itself.
        for trusted in reversed(found):
            template = self._template(trusted.source, trusted.line)
            if template is not None:
                return Logged(trusted.module, trusted.function, template)
        # A dependency that logs on its own, called by the SDK, has said nothing of the SDK's.
        return Logged(found[0].module, found[0].function, None) if found and is_direct else None

    def named(self, record: object) -> Logged | None:
        """The log call that ``record`` names; None unless the SDK's verified source has one there, in a function of that name.

        Args:
            record: A ``logging.LogRecord``, or anything else. What it says is compared and never copied.
        """
        said = instance_dict(record) or {}
        file, line, function = said.get("pathname"), said.get("lineno"), said.get("funcName")
        if type(file) is not str or type(line) is not int or type(function) is not str:
            return None
        place = self._templates.sources.owners.place(file)
        source = self._templates.sources.of(place) if place is not None and place.owner == "sdk" else None
        if place is None or source is None:
            return None
        qualnames = {qualname for qualname in _functions_at(source, line) if qualname.rpartition(".")[2] == function}
        template = self._template(source, line) if len(qualnames) == 1 else None
        return None if template is None else Logged(place.module, qualnames.pop(), template)

    def _template(self, source: Source, line: int) -> Template | None:
        templates = self._templates.index_of(source).logs.get(line)
        return common(templates) if templates else None

    def _is_machinery(self, frame: OwnedFrame) -> bool:
        if frame.owner != "stdlib":
            return frame.name in _MACHINERY
        place = self._templates.sources.owners.place(frame.snapshot.code.co_filename)
        return place is not None and place.module.split(".")[0] == "logging"


def _functions_at(source: Source, line: int) -> Iterator[str]:
    """The qualified names of the functions whose own instructions stand on ``line``."""
    if isinstance(source, LiveSource):
        for (qualname, _), codes in source.codes.items():
            if any(line == own for code in codes for _, _, own in code.co_lines()):
                yield qualname
    elif isinstance(source, CataloguedSource):
        around = [
            (first, qualname)
            for qualname, spans in source.entry["functions"].items()
            for first, last, _ in spans
            if first <= line <= last
        ]
        if around:
            yield max(around)[1]


def log_handler(remember: Remember, report: Report | None, level: int | str) -> logging.Handler:
    """A handler that remembers log calls as breadcrumbs.

    Args:
        remember: Called with each log call.
        report: Called with the exception of a log call at level ``ERROR`` or above; None: exceptions are not reported.
        level: As ``logging.Handler`` takes it.

    Raises:
        ValueError: There is no such level.
        TypeError: The level is no number and no name.
    """
    import logging  # noqa: PLC0415 - who makes no handler does not pay for it

    machinery = logging.Handler.handle.__globals__

    class LogBreadcrumbs(logging.Handler):
        """Turns the log calls of verified SDK code into breadcrumbs."""

        is_tightlips = True

        def emit(self, record: logging.LogRecord) -> None:
            """Remember where ``record`` was logged; what it says is not looked at."""
            # No call in the handler: with the stack nearly full it would raise in place of the host's exception.
            try:
                said = instance_dict(record) or {}
                number = said.get("levelno")
                number = number if type(number) is int else 0
                call = _called(sys._getframe(1), machinery, said)  # noqa: SLF001 - documented; who called is all that counts
                remember(call, next((name for least, name in _LEVELS if number >= least), "debug"))
                exc = _exception(said.get("exc_info"))
                if report is not None and exc is not None and number >= _ERROR:
                    report(exc)
                name = said.get("name")
                if type(name) is str:
                    _as_without(record, name, number)
            except Exception:  # noqa: S110 - no stack is left
                pass

    return LogBreadcrumbs(level)


def _as_without(record: logging.LogRecord, name: str, number: int) -> None:
    """Print what Python prints of warnings where no handler is configured: ours must not silence them."""
    import logging  # noqa: PLC0415 - there is a record, so it is loaded

    if logging.lastResort is None or number < logging.lastResort.level:
        return
    logger: Any = logging.getLogger(name)
    while logger is not None:
        handlers: list[object] = logger.handlers
        if any(not getattr(type(handler), "is_tightlips", False) for handler in handlers):
            return
        logger = logger.parent if logger.propagate else None
    logging.lastResort.handle(record)


def log_processor(remember: Remember, report: Report | None) -> LogProcessor:
    """A processor for structlog that remembers log calls as breadcrumbs, and returns the event dict as it is.

    Args:
        remember: Called with each log call.
        report: Called with the exception of an ``error``, ``exception``, ``critical`` or ``fatal``; None: exceptions are not reported.
    """

    def process(_logger: Any, method: str, event: Any) -> Any:
        try:
            level = _METHODS.get(method, "info") if type(method) is str else "info"  # pyright: ignore[reportUnnecessaryComparison]
            remember(_called(sys._getframe(1), None, {}), level)  # noqa: SLF001 - as above
            exc = _exception(event.get("exc_info")) if report is not None and is_dict(event) else None
            if report is not None and exc is not None and level in _ERRORS:
                report(exc)
        except Exception:  # noqa: S110 - no stack is left
            pass
        return event

    return process


def _called(frame: FrameType | None, machinery: dict[str, Any] | None, said: dict[Any, Any]) -> LogCall:
    """Who called, from ``frame`` outwards, without the frames of the module whose globals ``machinery`` is."""
    file, line, function = said.get("pathname"), said.get("lineno"), said.get("funcName")
    found: list[tuple[CodeType, int]] = []
    is_told = type(file) is str and type(line) is int and type(function) is str
    named: int | None = None
    while frame is not None and len(found) < _MOST_FRAMES:
        if frame.f_globals is not machinery:
            code = frame.f_code
            if (
                is_told
                and named is None
                and type(code.co_name) is type(code.co_filename) is str
                and code.co_name == function
                and code.co_filename == file
                and frame.f_lineno == line  # last: it is worked out when it is asked for
            ):
                named = len(found)
            found.append((code, frame.f_lasti))
        frame = frame.f_back
    return LogCall(tuple(found), named or 0)


def _exception(info: object) -> BaseException | None:
    """The exception in ``exc_info``: itself, what ``sys.exc_info()`` gives, or True for the one being handled."""
    if info is True:
        return sys.exc_info()[1]
    exc: object = info[1] if type(info) is tuple and len(info) == len(sys.exc_info()) else info  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return exc if is_exception(exc) else None  # pyright: ignore[reportUnknownArgumentType]
