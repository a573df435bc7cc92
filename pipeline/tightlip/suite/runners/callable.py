"""Any Python callable as a runner: ``module:function`` with the signature of ``before_send``.

It runs in this process, on a copy of the event. A callable that hangs is stopped after `limit.SECONDS`; where that cannot be done, and where it
ends the process, the checker's own processes are given up and replaced.
"""

from __future__ import annotations

import copy
import importlib
import importlib.util
import inspect
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from tightlip.suite.case import CodeInput, EventInput
from tightlip.suite.outcome import Broken, Output
from tightlip.suite.runners import programs
from tightlip.suite.runners.answers import answered
from tightlip.suite.runners.limit import SECONDS, TookTooLong, limited
from tightlip.suite.runners.recorder import Recorder
from tightlip.yaml_nodes import nearest

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from tightlip.suite.case import Case, Filled, Profile

    #: Takes an event and a hint, and returns the event that leaves, or None.
    Scrubber: TypeAlias = Callable[[dict[str, Any], dict[str, Any]], object]

_EVENT_AND_HINT = 2


class CallableRunner:
    """Runs cases with a callable.

    Args:
        scrubber: Takes an event, which it may change, and a hint.
        name: For people.
        profile: The promise that it is held to.
        seconds: How long one run may take.
    """

    def __init__(self, scrubber: Scrubber, name: str, profile: Profile = "app", seconds: float = SECONDS) -> None:
        self.name = name
        self.profile: Profile = profile
        self.varies: tuple[str, ...] = ("breadcrumbs.values.*.timestamp",)
        self._scrubber = scrubber
        self._seconds = seconds
        self._programs = programs.Programs(seconds)

    def refuses(self, case: Case) -> str | None:
        """Why it cannot run such a case; None if it can."""
        return programs.refused(case)

    def run(self, filled: Filled) -> Output | Broken:
        """Run it once."""
        given = filled.input
        try:
            if isinstance(given, CodeInput):
                return self._ran(filled.case, given)
            event = given.event if isinstance(given, EventInput) else {"logentry": {"formatted": given.text}}
            with programs.silent(), limited(self._seconds):
                return self._answer(copy.deepcopy(dict(event)), {})
        except TookTooLong:
            return Broken("hang", f"no answer within {self._seconds:g} seconds")
        except programs.BadProgram as error:
            return Broken("crash", str(error))
        except Exception as error:
            return Broken("crash", f"the case could not be run ({_named(error)})")

    def close(self) -> None:
        """Remove the temporary folder."""
        self._programs.close()

    def _ran(self, case: Case, code: CodeInput) -> Output | Broken:
        program = self._programs.of(case, code)
        recorder = Recorder()
        with program.entered():
            ended = program.execute(code.application, {"reporter": recorder})
            if ended is not None:
                recorder.observed(ended, handled=True)
            elif not recorder.reports:
                return Broken("crash", programs.NOTHING)
            left: list[Any] = []
            for event, exc in recorder.reports:
                output = self._answer(event, {"exc_info": (type(exc), exc, exc.__traceback__)})
                if isinstance(output, Broken):
                    return output
                left += [] if output.event is None else [output.event]
        return Output(left[-1], tuple(left[:-1])) if left else Output(None)

    def _answer(self, event: dict[str, Any], hint: dict[str, Any]) -> Output | Broken:
        try:
            answer = self._scrubber(event, hint)
        except Exception as error:
            return Broken("crash", f"the scrubber raised {_named(error)}")
        except (SystemExit, GeneratorExit) as error:
            return Broken("crash", f"the scrubber raised {_named(error)}")
        return answered(answer)


def _named(error: BaseException) -> str:
    """The class of an error; one of another's making may have any name, so its nearest base of the interpreter's."""
    return next(kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins")


def load(spec: str) -> Scrubber:
    """The callable that ``spec`` names.

    Args:
        spec: ``module:function``, or ``path/to/file.py:function``. The function takes ``(event, hint)``, or an event alone; or it is an
            object with ``scrub_event``, or a class of such objects.

    Raises:
        ValueError: There is no such callable, or it takes something else; the message says what to do.
    """
    where, colon, name = spec.rpartition(":")
    if not colon or not where or not name:
        raise ValueError(f"{spec!r} names no scrubber; give module:function, as in acme.telemetry:before_send")
    found: Any = _module(where)
    for part in name.split("."):
        if not hasattr(found, part):
            known = [one for one in dir(found) if not one.startswith("_")]
            raise ValueError(f"{where} has no attribute {part!r}; {nearest(part, known)}")
        found = getattr(found, part)
    return _as_scrubber(found, spec)


def _module(where: str) -> ModuleType:
    try:
        if where.endswith(".py"):
            return _file(Path(where))
        folder = str(Path.cwd())
        if folder not in sys.path:
            sys.path.insert(0, folder)  # as `python -m` has it; a console script has not
        return importlib.import_module(where)
    except ModuleNotFoundError as error:
        if error.name is not None and (where == error.name or where.startswith(f"{error.name}.")):
            raise ValueError(
                f"there is no module named {error.name!r}; is it installed here, or does it lie in another folder than {Path.cwd()}?"
            ) from None
        raise ValueError(f"{where} cannot be imported: it needs the module {error.name!r}") from error
    except ValueError:
        raise
    except Exception as error:
        raise ValueError(f"{where} cannot be imported: {type(error).__name__}: {error}") from error


def _file(file: Path) -> ModuleType:
    if not file.is_file():
        raise ValueError(f"there is no file {str(file)!r} to take a scrubber from")
    file = file.resolve()
    if str(file.parent) not in sys.path:
        sys.path.insert(0, str(file.parent))  # as a script finds its neighbours
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None and spec.loader is not None  # noqa: PT018 - it ends with .py
    module = importlib.util.module_from_spec(spec)
    sys.modules.setdefault(file.stem, module)  # classes look their module up
    try:
        spec.loader.exec_module(module)
    except BaseException:
        if sys.modules.get(file.stem) is module:
            del sys.modules[file.stem]
        raise
    return module


def _as_scrubber(found: Any, spec: str) -> Scrubber:
    if hasattr(found, "scrub_event"):
        return in_place(_made(found, spec))
    if not callable(found):
        raise ValueError(  # noqa: TRY004 - a mistake on the command line, like the others here
            f"{spec} is no callable ({type(found).__name__}); it takes (event, hint) and returns an event or None"
        )
    if inspect.iscoroutinefunction(found):
        raise ValueError(f"{spec} is asynchronous; a scrubber returns the event, as before_send does")
    try:
        signature = inspect.signature(found)
    except (TypeError, ValueError):
        scrubber: Scrubber = found  # written in C: it is called as before_send is
        return scrubber
    for count in (_EVENT_AND_HINT, 1):
        with suppress(TypeError):
            signature.bind(*(None for _ in range(count)))
            return found if count == _EVENT_AND_HINT else lambda event, _hint: found(event)
    raise ValueError(f"{spec} takes {signature}; a scrubber takes (event, hint), or an event alone")


def _made(found: Any, spec: str) -> Any:
    if not isinstance(found, type):
        return found
    try:
        return found()
    except Exception as error:
        raise ValueError(f"{spec} cannot be made without arguments ({type(error).__name__}); name an object") from error


def in_place(scrubber: Any) -> Scrubber:
    """An object with ``scrub_event``, as sentry-sdk's ``EventScrubber``: it changes the event, and the SDK then serialises it."""

    def scrub(event: dict[str, Any], _hint: dict[str, Any]) -> object:
        from sentry_sdk.serializer import serialize  # noqa: PLC0415 - importing it is heavy

        scrubber.scrub_event(event)
        return serialize(event)

    return scrub
