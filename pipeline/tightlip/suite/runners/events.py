"""What runners of foreign scrubbers share: every case becomes an event, and the scrubber answers with the one that leaves."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from tightlip.suite.case import CodeInput, EventInput
from tightlip.suite.outcome import Broken, Output
from tightlip.suite.runners import programs
from tightlip.suite.runners.answers import known_name
from tightlip.suite.runners.limit import TookTooLong, limited
from tightlip.suite.runners.process_state import silent
from tightlip.suite.runners.recorder import Recorder

if TYPE_CHECKING:
    from tightlip.suite.case import Case, Filled, Profile


class EventRunner:
    """Runs cases with a scrubber that takes events.

    An event goes in as it is, a log line as a log entry, and the failure of a program as sentry-sdk makes an event of it.

    Args:
        name: For people.
        profile: The promise that it is held to.
        seconds: How long one run may take.
    """

    def __init__(self, name: str, profile: Profile, seconds: float) -> None:
        self.name = name
        self.profile: Profile = profile
        self.varies: tuple[str, ...] = ("breadcrumbs.values.*.timestamp",)
        self.is_blind = False
        self._seconds = seconds
        self._programs = programs.Programs(seconds)

    def answer(self, event: dict[str, Any], hint: dict[str, Any]) -> Output | Broken:
        """What the scrubber makes of one event.

        Args:
            event: A copy of its own.
            hint: ``exc_info`` where there is an exception.
        """
        raise NotImplementedError

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
            with silent(), limited(self._seconds):
                return self.answer(copy.deepcopy(dict(event)), {})
        except TookTooLong:
            return Broken("hang", f"no answer within {self._seconds:g} seconds")
        except programs.BadProgram as error:
            return Broken("crash", str(error))
        except Exception as error:
            return Broken("crash", f"the case could not be run ({known_name(error)})")

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
                output = self.answer(event, {"exc_info": (type(exc), exc, exc.__traceback__)})
                if isinstance(output, Broken):
                    return output
                left += [] if output.event is None else [output.event]
        return Output(left[-1], tuple(left[:-1])) if left else Output(None)
