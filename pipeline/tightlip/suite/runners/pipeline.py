"""tightlip itself as a runner: what would leave of an event, of a log line, and of the failure of a program, under a policy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import tightlip
from tightlip.policy import STRICT, Policy
from tightlip.policy_file import find_policy
from tightlip.suite.case import CodeInput, EventInput
from tightlip.suite.outcome import Broken, Output
from tightlip.suite.runners import programs
from tightlip.suite.runners.limit import SECONDS, TookTooLong
from tightlip.suite.runners.recording import Recording

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tightlip.suite.case import Case, Filled, Profile

#: What differs from run to run because the process does: facts about it, not about the failure.
VARIES: Final = ("contexts.gc", "contexts.threads", "breadcrumbs.values.*.timestamp")
_MOST_PACKAGES = 64


class PipelineRunner:
    """Runs cases with tightlip in process.

    Args:
        policy: What may leave; or its name or file, as a process that is handed the runner's arguments needs it.
        packages: Import names that are the SDK in every case, beside the case's own.
        name: For people; None: ``tightlip`` and the policy's name.
        seconds: How long a program may run.

    Raises:
        PolicyError: There is no such policy.
    """

    def __init__(
        self,
        policy: Policy | str = STRICT,
        packages: Iterable[str] = (),
        name: str | None = None,
        seconds: float = SECONDS,
    ) -> None:
        policy = find_policy(policy) if isinstance(policy, str) else policy
        self.name = f"tightlip {policy.name.lower()}" if name is None else name
        self.profile: Profile = "app" if policy.keeps_text else "strict"
        self.varies: tuple[str, ...] = VARIES
        self.is_blind = False
        self._policy = policy
        self._packages = tuple(packages)
        self._programs = programs.Programs(seconds)
        self._reporters: dict[tuple[str, ...], Recording] = {}
        self._own: tuple[Case, Recording] | None = None
        self._before: Recording | None = None

    def refuses(self, case: Case) -> str | None:
        """Why it cannot run such a case; None if it can."""
        return programs.refused(case)

    def run(self, filled: Filled) -> Output | Broken:
        """Run it once."""
        given = filled.input
        try:
            if isinstance(given, EventInput):
                return Output(tightlip.scrub(dict(given.event), self._policy))
            if isinstance(given, CodeInput):
                return self._ran(filled.case, given)
            return Output(self._policy.scrubber.scrub_text(given.text) if self._policy.keeps_text else None)
        except programs.BadProgram as error:
            return Broken("crash", str(error))
        except Exception as error:
            return Broken("crash", f"tightlip raised {type(error).__name__}")

    def close(self) -> None:
        """Remove the temporary folder."""
        self._reporters.clear()
        self._own = self._before = None
        self._programs.close()

    def _ran(self, case: Case, code: CodeInput) -> Output | Broken:
        program = self._programs.of(case, code)
        try:
            with program.entered():
                reporter = self._reporter(case, code)
                ended = program.execute(code.application, {"reporter": reporter})
                return reporter.output(ended)
        except TookTooLong:
            return Broken("hang", f"the program did not end within {self._programs.seconds:g} seconds")
        finally:
            self._leave()

    def _reporter(self, case: Case, code: CodeInput) -> Recording:
        """One for all runs of a case, and of an installed package: what it learns of the SDK's files costs more than a run."""
        packages = tuple(dict.fromkeys((*self._packages, code.package)))
        if code.files:
            if self._own is None or self._own[0] != case:
                # A case that brings metadata of a distribution has other dependencies.
                alike = not any("-info/" in path for path in code.files)
                self._own = (case, Recording(packages, self._policy, self._before if alike else None))
                self._before = self._own[1] if alike else None
            return self._own[1]
        if packages not in self._reporters:
            if len(self._reporters) >= _MOST_PACKAGES:
                self._reporters.clear()
            self._reporters[packages] = Recording(packages, self._policy)
        return self._reporters[packages]

    def _leave(self) -> None:
        """No step, log handler or creation that a program remembered is there in the next run."""
        kept = {name: one for name, one in self._reporters.items() if one.ended()}
        self._reporters = kept
        if self._own is not None and not self._own[1].ended():
            self._own = None
