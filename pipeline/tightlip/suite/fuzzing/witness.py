"""Looks on while a runner runs programs: whether they failed, in the same way each time, and whether the template reported fits the message."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tightlip import failure
from tightlip.capture import snapshot
from tightlip.message import matching
from tightlip.suite.case import CodeInput
from tightlip.suite.outcome import Output
from tightlip.suite.paths import is_mapping
from tightlip.suite.runners.programs import Program

if TYPE_CHECKING:
    from tightlip.message.template import Template
    from tightlip.suite.case import Case, Filled, Profile
    from tightlip.suite.outcome import Broken, Runner

_WORD: Final = re.compile(r"[A-Za-z]{2,}")


@dataclass(frozen=True, slots=True)
class Seen:
    """What the programs of a case did.

    Attributes:
        failed: How many ended with an exception.
        reported: Of these, how many were reported.
        is_alike: Whether all took the same way: types, positions and structure of the exceptions.
        templates: Messages that were reported with words.
        misfits: Of these, the code positions whose template the message cannot have been made from.
    """

    failed: int = 0
    reported: int = 0
    is_alike: bool = True
    templates: int = 0
    misfits: tuple[str, ...] = ()


class Witness:
    """A runner around another one, in a process of its own: it looks into both the programs and tightlip.

    Args:
        runner: The one that runs.
    """

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self.name, self.profile, self.varies = runner.name, runner.profile, runner.varies
        self.is_blind = runner.is_blind
        self._ended: list[BaseException | None] = []
        self._shapes: list[Any] = []
        self._templates: dict[str, Template] = {}
        self._failed = self._reported = self._fitting = 0
        self._misfits: list[str] = []
        programs: Any = Program
        failures: Any = failure
        execute, shown = programs.execute, failures.shown

        def executed(program: Program, application: str, names: Any) -> BaseException | None:
            ended: BaseException | None = execute(program, application, names)
            self._ended.append(ended)
            return ended

        def remembered(template: Template) -> Any:
            text = shown(template)
            self._templates[text] = template
            return text

        programs.execute = executed
        failures.shown = remembered

    profile: Profile

    def refuses(self, case: Case) -> str | None:
        """As the runner."""
        return self._runner.refuses(case)

    def run(self, filled: Filled) -> Output | Broken:
        """As the runner."""
        self._ended.clear()
        output = self._runner.run(filled)
        if isinstance(filled.input, CodeInput):
            self._look(output)
        return output

    def close(self) -> None:
        """As the runner."""
        self._runner.close()

    def taken(self) -> Seen:
        """What was seen since the last time."""
        found = Seen(
            self._failed,
            self._reported,
            all(shape == self._shapes[0] for shape in self._shapes),
            self._fitting + len(self._misfits),
            tuple(self._misfits),
        )
        self._failed = self._reported = self._fitting = 0
        self._misfits.clear()
        self._shapes.clear()
        self._ended.clear()
        return found

    def _look(self, output: Output | Broken) -> None:
        ended = self._ended[-1] if self._ended else None
        self._shapes.append(None if ended is None else _shape(ended))
        if ended is None:
            return
        self._failed += 1
        if not isinstance(output, Output) or not is_mapping(output.event):
            return
        self._reported += 1
        value, place = _last(output.event)
        template = self._templates.get(value)
        message = _text_of(ended)
        if (
            template is None
            or message is None
            or not any(_WORD.search(part) for part in template if isinstance(part, str))
        ):
            return
        if _fits(template, message):
            self._fitting += 1
        else:
            self._misfits.append(place)


def _shape(exc: BaseException) -> Any:
    if isinstance(exc, RecursionError):
        return object()  # how deep it went is chance; like nothing else: nothing is compared
    try:
        return [
            (
                link.type,
                tuple(_position(frame) for frame in link.frames),
                link.parent,
                link.source,
                link.members,
            )
            for link in snapshot(exc).links
        ]
    except Exception:
        return object()


def _position(frame: Any) -> tuple[str, str, int]:
    # Not the code itself: that of the application is another one in each run, by its canaries.
    code = frame.code
    return code.co_filename, code.co_qualname, frame.offset


def _last(event: Any) -> tuple[str, str]:
    try:
        last: dict[str, Any] = event["exception"]["values"][-1]
        frames: list[dict[str, Any]] = last.get("stacktrace", {}).get("frames") or [{}]
        frame = frames[-1]
        return str(
            last.get("value") or ""
        ), f"{frame.get('filename', '?')}:{frame.get('lineno', '?')} {frame.get('function', '')}"
    except (KeyError, IndexError, TypeError, AttributeError):
        return "", "?"


def _text_of(exc: BaseException) -> str | None:
    try:
        return str(exc)
    except BaseException:
        return None  # a broken __str__ of the package's


def _fits(template: Template, message: str) -> bool:
    """Which quotes ``repr()`` takes, and what it escapes, depends on the value: that is not asked."""
    unquoted = tuple(_unquoted(part) if isinstance(part, str) else part for part in template)
    return matching.fits(template, message) or matching.fits(unquoted, _unquoted(message))


def _unquoted(text: str) -> str:
    return text.replace("\\", "").replace('"', "'")
