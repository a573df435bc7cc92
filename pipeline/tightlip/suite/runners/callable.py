"""Any Python callable as a runner: ``module:function`` with the signature of ``before_send``.

It runs in this process, on a copy of the event. A callable that hangs is stopped after `limit.SECONDS`; where that cannot be done, and where it
ends the process, the checker's own processes are given up and replaced.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from tightlip.suite.outcome import Broken, Output
from tightlip.suite.runners.answers import answered, known_name
from tightlip.suite.runners.events import EventRunner
from tightlip.suite.runners.limit import SECONDS
from tightlip.yaml_nodes import nearest

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from tightlip.suite.case import Profile

    #: Takes an event and a hint, and returns the event that leaves, or None.
    Scrubber: TypeAlias = Callable[[dict[str, Any], dict[str, Any]], object]

_EVENT_AND_HINT = 2


class CallableRunner(EventRunner):
    """Runs cases with a callable.

    Args:
        scrubber: ``module:function`` or ``path/to/file.py:function``, see `load`; or the callable itself.
        name: For people; None: as it was named.
        profile: The promise that it is held to.
        seconds: How long one run may take.

    Raises:
        ValueError: There is no such callable.
    """

    def __init__(
        self, scrubber: str | Scrubber, name: str | None = None, profile: Profile = "app", seconds: float = SECONDS
    ) -> None:
        called = load(scrubber) if isinstance(scrubber, str) else scrubber
        super().__init__(str(scrubber) if name is None else name, profile, seconds)
        self._scrubber = called

    def answer(self, event: dict[str, Any], hint: dict[str, Any]) -> Output | Broken:
        """Call it with an event that it may change."""
        try:
            answer = self._scrubber(event, hint)
        except (Exception, SystemExit, GeneratorExit) as error:
            return Broken("crash", f"the scrubber raised {known_name(error)}")
        return answered(answer)


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
    second = list(signature.parameters.values())[1:2]
    # An optional second argument is a hint only if it says so: that of `tightlip.scrub` is a policy.
    alone = bool(second) and second[0].default is not second[0].empty and "hint" not in second[0].name
    for count in (1,) if alone else (_EVENT_AND_HINT, 1):
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
