"""A reporter that keeps what it would send, for the programs of cases."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from tightlip.breadcrumbs import BreadcrumbRing
from tightlip.chain import Pipeline, Tally
from tightlip.envelope import plain
from tightlip.failure import is_control_flow
from tightlip.reporter import Reporter
from tightlip.suite.outcome import Broken, Output
from tightlip.suite.runners.answers import known_name
from tightlip.suite.runners.programs import NOTHING

if TYPE_CHECKING:
    from tightlip.policy import Policy
    from tightlip.types import Event

_BREADCRUMBS = 100


class Recording(Reporter):
    """What a program finds under the name ``reporter``: each way to report an exception ends here, and nothing is stored or sent.

    Args:
        packages: Import names of the SDK.
        policy: What may leave.
        before: The one of the case before. Cases are written to the same folder, so that what is known of the installed distributions
            beside it, the most of a reporter's work, need not be read again; nothing else is taken from it.
    """

    def __init__(self, packages: tuple[str, ...], policy: Policy, before: Recording | None = None) -> None:
        super().__init__(packages, outbox=False, policy=policy, breadcrumbs=_BREADCRUMBS)
        if before is not None:
            own, known = self._sources.owners, before._sources.owners  # noqa: SLF001 - see above
            if own.packages == known.packages and own._roots == known._roots:  # noqa: SLF001
                own._loaded = known._loaded  # noqa: SLF001
        self._reports: list[Event] = []
        self._tried: list[BaseException] = []
        self._failed: str = ""
        self._is_spent = False

    def output(self, ended: BaseException | None) -> Output | Broken:
        """What left: the last report is the output, and those before it stand beside it.

        Args:
            ended: What ended the program; it is reported unless the program captured it.
        """
        if ended is not None:
            self._observed(ended, "generic", handled=True)
        elif not self._tried:
            return Broken("crash", NOTHING)
        if self._failed:
            return Broken("crash", self._failed)
        return Output(self._reports[-1], tuple(self._reports[:-1])) if self._reports else Output(None)

    def ended(self) -> bool:
        """Forget the run; whether the reporter may serve another one."""
        self.uninstall()
        self._reports.clear()
        self._tried.clear()
        self._failed = ""
        self._ring = BreadcrumbRing(_BREADCRUMBS)
        return not self._is_spent

    def install(self) -> None:
        """As `Reporter.install`; the hooks are put back with the process's own."""
        self._is_spent = True
        super().install()

    def record_creations(self, *classes: type[BaseException]) -> None:
        """As `Reporter.record_creations`; the classes are gone with the run."""
        self._is_spent = True
        super().record_creations(*classes)

    def close(self, timeout: float = 0.0) -> bool:
        """As `Reporter.close`."""
        self._is_spent = True
        return super().close(timeout)

    def _observed(self, exc: BaseException, mechanism: str, *, handled: bool = False) -> None:
        """A failure that passes by: reported unless it was reported on its way here."""
        if all(one is not exc for one in self._tried):
            self._capture(exc, mechanism, handled=handled)

    def _capture(self, exc: BaseException, mechanism: str, *, handled: bool) -> str | None:
        """As a reporter with consent does it, at once and in this thread."""
        self._tried.append(exc)
        if is_control_flow(type(exc)):
            return None
        tally = Tally()
        try:
            event, hint = self._taken(exc, mechanism, handled=handled)
            found = Pipeline(self._steps, tally)(event, hint)
            report = None if found is None else plain(found)
        except Exception as error:
            # Whoever called swallows it, and then it would look like an event that was dropped for a reason.
            self._failed = f"tightlip failed ({known_name(error)})"
            return None
        if report is None:
            self._failed = next((words for count in tally.counts() if (words := _failure(count))), self._failed)
            return None
        self._reports.append(report)
        return str(event["event_id"])


def _failure(count: str) -> str:
    """What went wrong, of a count as ``dropped.scrub.KeyError``; empty for one with a reason, as ``dropped.origin.application``."""
    _, stage, reason = count.split(".", 2)
    kind: object = vars(builtins).get(reason)
    is_error = isinstance(kind, type) and issubclass(kind, Exception)
    return f"tightlip failed in its stage {stage!r} ({reason})" if is_error else ""
