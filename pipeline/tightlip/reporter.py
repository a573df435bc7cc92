"""The reporter: ties capture, pipeline, outbox and transport together for one SDK.

Guarantees:

1. No method that runs after set-up raises an ``Exception`` into the host; what goes wrong is counted in `Reporter.stats`.
2. Nothing is stored or sent without consent. `Reporter.preview` stores and sends nothing, so it needs none.
3. The failing thread takes a snapshot and returns; it does not wait for disk or network. In a crash loop it takes none (`tightlip.pace`).
4. Constructing a reporter installs nothing and starts nothing; the worker starts with the first capture, and the sender
   (`tightlip.delivery`) with the first thing to send.
5. The end of the process is held up for ``Delivery.exit_seconds`` at most.
"""

from __future__ import annotations

import sys
import threading
import time
import uuid
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Never, cast

from tightlip import foreign, log_records, sentry_event
from tightlip.breadcrumbs import BreadcrumbRing
from tightlip.capture import Reading, Snapshot, snapshot, stack
from tightlip.chain import Pipeline, Tally
from tightlip.concurrency import sample
from tightlip.consent import Consent
from tightlip.creations import TAKEN as MADE
from tightlip.creations import Creations
from tightlip.delivery import Delivery, Mode, Sender
from tightlip.envelope import SDK, plain
from tightlip.exact import type_name
from tightlip.facts import TAKEN as FACTS
from tightlip.facts import Facts
from tightlip.failure import Origin, is_control_flow
from tightlip.forks import undisturbed
from tightlip.guard import Guard
from tightlip.hooks import Hooks
from tightlip.message.adapter import TAKEN, Adapter, Adapters
from tightlip.message.adapters.table import ADAPTERS, UNREAD_ADAPTERS
from tightlip.message.ladder import Ladder
from tightlip.message.templates import Templates
from tightlip.notice import notice
from tightlip.origin.owners import Owners
from tightlip.origin.sources import Sources
from tightlip.outbox import Outbox, chosen_path
from tightlip.pace import USUAL, Limits, Pace
from tightlip.policy import STRICT, Policy, checked
from tightlip.process_end import ProcessEnd
from tightlip.seen import Seen
from tightlip.stages import declared_steps, log_steps, steps_of
from tightlip.storing import Storing
from tightlip.text import CodeText
from tightlip.transport import Dsn, HttpTransport
from tightlip.worker import Worker, bounded

if TYPE_CHECKING:
    import logging
    import os
    from collections.abc import Callable, Mapping

    from tightlip.explanation import Explanation
    from tightlip.fact_table import Declared as DeclaredFacts
    from tightlip.types import AnyEvent, Declared, Event, Hint, Processor, SentryProcessor

#: Seconds that `Reporter.flush` and `Reporter.close` take at most, if no others are given.
WAIT_SECONDS = 2.0
#: Frames of the stack of a log call.
_MOST_FRAMES = 64
#: Stands for a message that was not given by position; compared by identity.
_UNSAID = CodeText()


class Reporter:
    """Reports the failures of one SDK.

    Args:
        package: Import name of the SDK, or several.
        dependencies: Distribution names that are transparent for attribution; None: the SDK's ``Requires-Dist``, followed to the end.
        release: As ``acme@1.4.2``; None: package and version of the installed distribution.
        commit: The SDK's commit, lower-case hex.
        environment: As ``production``.
        workspace: As ``team-blue``: up to 64 of ``A-Za-z0-9._-``; anything else is reported as ``unknown``.
        dsn: Where to send; None: keep in the outbox only.
        outbox: A file; None: the user's state folder; False: memory only.
        consent: Where consent is looked up; None: ``DO_NOT_TRACK`` decides, else off.
        policy: What may leave.
        adapters: Your own `Adapter`s, for classes whose message is made elsewhere; they come before those of tightlip.
        breadcrumbs: How many steps a report shows.
        facts: Numbers, flags and words of closed sets that your exceptions hold, as ``{"acme.APIError": {"status": int}}``; they leave as
            tags, see `tightlip.facts`.
        hook: A processor of your own. It sees the scrubbed event; scrubbing and allowlist run again on what it returns, so that it can
            take away and not put back.
        delivery: When reports are sent, and how long the end of the process may take for it: a `Delivery`, or the name of its mode.
        pace: How many reports go on, so that a crash loop sends a few and counts the rest; None: all.

    ``release``, ``commit``, ``environment`` and ``workspace`` may be callables; they are asked for each report, on the worker. A value without its
    form is left out, never an error: it may come from the customer's machine. `explain` and `stats` say so.

    Raises:
        ValueError: A package cannot be imported or has no source; the DSN or the outbox makes no sense.
        TypeError: An argument has another type.
    """

    def __init__(
        self,
        package: str | Iterable[str],
        dependencies: Iterable[str] | None = None,
        release: Declared = None,
        commit: Declared = None,
        environment: Declared = None,
        workspace: Declared = None,
        dsn: str | None = None,
        outbox: str | os.PathLike[str] | bool | None = None,
        consent: Consent | None = None,
        policy: Policy = STRICT,
        *,
        adapters: Iterable[Adapter] = (),
        breadcrumbs: int = 100,
        facts: DeclaredFacts | None = None,
        hook: Processor | SentryProcessor | None = None,
        delivery: Delivery | Mode = "background",
        pace: Limits | None = USUAL,
    ) -> None:
        if not isinstance(package, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance] - a caller without types
            raise TypeError(
                f"package must be the import name of the SDK, as 'acme', or several, not {type(package).__name__}"
            )
        checked(policy)
        _check(
            {"consent": (consent, Consent), "pace": (pace, Limits)},
            {"dependencies": () if dependencies is None else dependencies, "adapters": adapters},
            hook,
        )
        packages = (package,) if isinstance(package, str) else tuple(package)
        owners = Owners(packages, dependencies)
        self._sources = Sources(owners)
        self._facts = Facts(facts)
        self._creations = Creations(self._sources)
        self._policy = self._facts.allowed(policy)
        self._consent = consent = Consent() if consent is None else consent
        self._ring = BreadcrumbRing(breadcrumbs)
        self._outbox = Outbox(chosen_path(outbox, packages[0]))
        self._tally = Tally()
        delivery = Delivery.of(delivery)
        self._sender = Sender(
            self._outbox,
            None if dsn is None else HttpTransport(Dsn.parse(dsn), may_send=lambda: consent.decision().allowed),
            delivery,
            self._consent.decision,
            self._tally.add,
        )
        self._pace = Pace(pace)
        self._storing = Storing(self._outbox, self._pace, consent.decision, self._sender, self._tally)
        self._adapters = known = Adapters((*adapters, *(ADAPTERS if policy.compares else UNREAD_ADAPTERS)))
        self._reading = Reading(
            arguments=policy.compares,
            text=policy.keeps_text,
            takers={TAKEN: known.take, FACTS: self._facts.take, MADE: self._creations.of},
        )
        self._templates = Templates(self._sources)
        self._ladder = Ladder(self._templates, known)
        self._origin = Origin(self._sources, keeps_application=policy.keeps_application)
        self._declared: dict[str, Declared] = {
            "release": release,
            "commit": commit,
            "environment": environment,
            "workspace": workspace,
        }
        self._steps = steps_of(
            self._origin,
            self._templates,
            self._ladder,
            self._policy,
            self._facts,
            hook,
            declared_steps(owners, self._declared, self._count),
        )
        self._pipeline = Pipeline(self._steps, self._tally)
        self._logs = log_records.LogSites(self._templates)
        self._beside = sentry_event.Stages(
            taken=self._taken,
            logged=self._log_taken,
            of_exception=self._pipeline,
            of_log=Pipeline(log_steps(self._steps, self._sources), self._tally),
            of_other=Pipeline(foreign.pipeline(policy).steps, self._tally),
        )
        self._worker: Worker[tuple[Event, Hint]] = Worker(self._process)
        self._hooks = Hooks(self._last_chance)
        self._local = threading.local()
        self._seen = Seen()
        self._end = ProcessEnd(self._finish, delivery.exit_seconds)
        self._is_used = False

    # What a host calls.

    def preview(self, exc: BaseException) -> Event | None:
        """Exactly the event that would leave for ``exc``, as plain JSON data; None if none would. Nothing is stored or sent."""
        try:
            return self._previewed(exc)
        except Exception:
            return None  # no stack is left, not even to count it

    def capture(self, exc: BaseException, *, handled: bool = True) -> str | None:
        """Report ``exc``.

        Returns:
            The id that the event has if it is kept: whose failure it is, is decided later, on the worker. None when it is dropped at
            once: no consent, too many, a full queue, no exception.
        """
        try:
            return self._capture(exc, "generic", handled=handled)
        except Exception:
            return None  # no stack is left, not even to count it

    def add_breadcrumb(
        self, message: str = _UNSAID, /, category: str = "default", level: str = "info", **data: object
    ) -> None:
        """Remember a step before a possible failure.

        What is reported of ``message`` is its template at this call site, as ``upload of {name} started``; of ``data``, numbers and flags.
        """
        try:
            # `message` may come by keyword; it is no parameter of that name, so that ``**data`` may hold one.
            said = data.pop("message", "") if message is _UNSAID else message
            self._ring.add(said, category, level, data)
        except Exception as error:
            self._count(f"dropped.breadcrumb.{type_name(error)}")

    def log_handler(self, level: int | str = "INFO", *, capture_errors: bool = False) -> logging.Handler:
        """A handler for your own logger: each log call in the SDK's code becomes a breadcrumb, ``upload of {name} failed``.

        Args:
            level: Records below it are left out.
            capture_errors: Whether the exception of a log call at level ``ERROR`` or above (``logger.exception``) is reported too, once.

        Raises:
            ValueError: There is no such level.
            TypeError: The level is no number and no name.
        """
        return log_records.log_handler(self._log_remembered, self._log_report(capture_errors=capture_errors), level)

    def log_processor(self, *, capture_errors: bool = False) -> log_records.LogProcessor:
        """A processor for structlog that does the same as `log_handler`, and returns the event dict as it is. Use one of the two."""
        return log_records.log_processor(self._log_remembered, self._log_report(capture_errors=capture_errors))

    def explain(self, exc: BaseException) -> Explanation | None:
        """Why ``exc`` is reported or not, why each part of its message is kept or dropped, and what you declared that comes to nothing; ``print`` it.

        For the SDK's developer: nothing is stored or sent, and no value of the exception's is in it. None when that fails, counted.
        """
        try:
            from tightlip.explain import explain  # noqa: PLC0415 - for a developer; a process of a customer's never needs it
            from tightlip.left_out import left_out  # noqa: PLC0415 - as above

            taken = snapshot(exc, self._reading)
            found = explain(taken, self._policy.name, self._origin, self._ladder, self._templates)
            return replace(found, left_out=tuple(left_out(self._declared, self._facts, exc)))
        except Exception as error:
            self._count(f"dropped.explain.{type_name(error)}")
            return None

    def guard(self, *given: Never) -> Guard:
        """A context manager, and a decorator for entry points of the SDK, that reports what fails inside.

        Raises:
            TypeError: It was written without its parentheses.
        """
        if given:
            raise TypeError("guard takes no argument: write @reporter.guard() above a function, with the parentheses")
        return Guard(self._entered, lambda exc: self._observed(exc, "guard"))

    def install(self) -> None:
        """Install the last-chance hooks, chained with those that are there."""
        self._begin()
        self._hooks.install()

    def uninstall(self) -> None:
        """Remove the last-chance hooks."""
        self._hooks.uninstall()

    def record_creations(self, *classes: type[BaseException]) -> None:
        """Remember where exceptions of ``classes`` and of their subclasses are made, for those that are raised elsewhere or never.

        Call it when all exception classes are defined; `close` ends it. See `tightlip.creations`.

        Raises:
            TypeError: One of them is no exception class.
            ValueError: One of them is not the SDK's, or cannot be recorded.
        """
        self._creations.record(*classes)

    def notice(self) -> str:
        """The data-collection notice of this reporter, as Markdown: its policy and its facts."""
        return notice(self._policy)

    def flush(self, timeout: float = WAIT_SECONDS) -> bool:
        """Wait until all captured failures are stored or dropped, then try once to send each report that is due.

        In the mode ``next_run`` only what earlier runs have left is sent. What waits after a failed try, or because the server asked for
        it, is not due.

        Args:
            timeout: Seconds that this takes at most.

        Returns:
            Whether all that was done in time; what the server did not take is still in the outbox, and `stats` counts it.
        """
        until = time.monotonic() + bounded(timeout)
        is_done = self._worker.flush(timeout)
        return self._sender.flush(until - time.monotonic()) and is_done

    def close(self, timeout: float = WAIT_SECONDS) -> bool:
        """Remove the hooks, finish what is under way, and take no more.

        In the modes ``background`` and ``at_exit`` each report that is due is tried once more.

        Args:
            timeout: Seconds that this takes at most; a try that is under way by then is broken off.

        Returns:
            As `flush`.
        """
        until = time.monotonic() + bounded(timeout)
        self.uninstall()
        self._creations.forget()
        is_done = self._worker.close(timeout)
        is_done = self._sender.end(until - time.monotonic(), is_final=True) and is_done
        self._storing.store_held(until)
        return is_done

    def stats(self) -> dict[str, int]:
        """Counts since the start.

        ``captured``, ``stored``; ``sent``: the server has it, also if an earlier run stored it; ``unsent``: tries that failed, after
        which the report waits; ``dropped.<stage>.<reason or exception type>``; ``left out.<field>.<exception type>`` where a callable of
        the vendor's failed, ``left out.<field>.form`` where a declared value has not its form (`explain` says which form); ``failed.outbox.<exception type>`` where the outbox could not be read for sending, and ``failed.delivery`` where sending itself broke.

        Of the drops, ``dropped.pace.same place``, ``same failure`` and ``too many`` are those of a crash loop; ``dropped.worker.queue
        full``; ``dropped.consent.not given`` and ``withdrawn``; ``dropped.outbox.withdrawn``: stored, and deleted when consent was
        withdrawn; ``dropped.outbox.bounds``: stored, and too old or too many; ``dropped.delivery.413`` and its like: the server refuses.
        """
        unused = {f"catalogue.not used.{why}": count for why, count in self._sources.catalogues.unused.items()}
        failed = {f"left out.adapter.{name}": count for name, count in self._adapters.failures.items()}
        return {**self._tally.counts(), **unused, **failed}

    @property
    def outbox(self) -> Outbox:
        """The store of scrubbed envelopes."""
        return self._outbox

    def before_send(self, event: AnyEvent, hint: Hint, /) -> AnyEvent | None:
        """For ``sentry_sdk.init(before_send=reporter.before_send)``: what may leave of ``event``, as plain JSON data, or None."""
        try:
            packages = self._sources.owners.packages
            given = cast("Event", event)
            return cast(
                "AnyEvent | None",
                sentry_event.before_send(given, hint, self._policy, self._beside, self._tally, packages),
            )
        except Exception as error:
            self._count(f"dropped.before_send.{type_name(error)}")
            return None

    # How it works.

    def _taken(self, exc: BaseException, mechanism: str = "generic", *, handled: bool = True) -> tuple[Event, Hint]:
        """The bare event and the hint: all that is taken in the thread that failed."""
        taken: Snapshot = snapshot(exc, self._reading)
        return _bare_event(), {**self._around(), "snapshot": taken, "mechanism": mechanism, "handled": handled}

    def _around(self) -> Hint:
        """What is taken of the process, whatever the event is about."""
        return {
            "breadcrumbs": self._ring.view(),
            "concurrency": sample(self._own_threads()),
        }

    def _own_threads(self) -> frozenset[int]:
        return frozenset(ident for ident in (self._worker.ident, self._sender.ident) if ident is not None)

    def _log_taken(self, record: object) -> tuple[Event, Hint] | None:
        """As `_taken`, for a log record that names a log call of the SDK's."""
        logged = self._logs.named(record)
        if logged is None:
            return None
        around = {**self._around(), "log_stack": stack(sys._getframe(1), _MOST_FRAMES)}  # noqa: SLF001 - documented
        return {**_bare_event(), **logged.event()}, around

    def _log_remembered(self, call: log_records.LogCall, level: str) -> None:
        try:
            self._ring.add_log(call, level)
        except Exception as error:
            self._count(f"dropped.breadcrumb.{type_name(error)}")

    def _previewed(self, exc: BaseException) -> Event | None:
        try:
            event, hint = self._taken(exc)
            found = Pipeline(self._steps)(event, hint)
            return None if found is None else plain(found)
        except Exception as error:
            self._count(f"dropped.preview.{type_name(error)}")
            return None

    def _capture(self, exc: BaseException, mechanism: str, *, handled: bool) -> str | None:
        if getattr(self._local, "is_inside", False):
            self._tally.add("dropped.capture.inside capture")
            return None
        self._local.is_inside = True
        try:
            return self._captured(exc, mechanism, handled=handled)
        except Exception as error:
            self._count(f"dropped.capture.{type_name(error)}")
            return None
        finally:
            self._local.is_inside = False

    def _captured(self, exc: BaseException, mechanism: str, *, handled: bool) -> str | None:
        if sys.is_finalizing():
            self._tally.add("dropped.capture.shutdown")
            return None
        self._begin()
        decision = self._consent.decision()
        if not decision.allowed:
            self._tally.add("dropped.consent.not given")
            self._sender.forbidden(decision)
            return None
        self._tally.add("captured")
        self._seen.add(exc, mechanism)
        if is_control_flow(type(exc)):
            self._tally.add("dropped.origin.control flow")
            return None
        # Before the snapshot, which is the dear part of what the failing thread does.
        too_many = self._pace.admits(exc)
        if too_many is not None:
            self._tally.add(f"dropped.pace.{too_many}")
            return None
        event, hint = self._taken(exc, mechanism, handled=handled)
        self._end.register()
        self._sender.expect()
        if not self._worker.submit((event, hint)):
            self._tally.add("dropped.worker.queue full")
            return None
        if not threading.main_thread().is_alive():
            # An exit callback of the host's that runs after ours, or before we had one: nobody waits for the worker later.
            self._worker.flush(self._end.left())
        return str(event["event_id"])

    def _observed(self, exc: BaseException, mechanism: str, *, handled: bool = False) -> None:
        """A failure that passes by: reported unless it was reported on its way here."""
        if not self._seen.knows(exc, mechanism):
            self._capture(exc, mechanism, handled=handled)

    def _last_chance(self, exc: BaseException, mechanism: str) -> Callable[[], None]:
        """As `_observed`, by a last-chance hook; what is returned is called when those after it are done."""
        is_known = self._seen.knows(exc, mechanism)
        leave = self._seen.passage(exc)
        try:
            if not is_known:
                self._capture(exc, mechanism, handled=False)
        except BaseException:
            leave()
            raise
        return leave

    def _entered(self) -> Callable[[], None]:
        """A guarded entry point begins; what is returned is called at its end."""
        self._begin()
        return self._seen.entered()

    def _begin(self) -> None:
        """The reporter is used: what earlier runs have left is looked at, once."""
        if not self._is_used:
            self._is_used = True
            try:
                self._sender.begin()
            except Exception as error:
                self._count(f"failed.outbox.{type_name(error)}")

    def _log_report(self, *, capture_errors: bool) -> log_records.Report | None:
        return (lambda exc: self._observed(exc, "logging", handled=True)) if capture_errors else None

    def _count(self, name: str) -> None:
        """Count from inside a handler, where there may be no stack left to do it."""
        with suppress(Exception):
            self._tally.add(name)

    def _process(self, job: tuple[Event, Hint]) -> None:
        """Everything that the failing thread does not wait for. Runs on the worker."""
        outer = getattr(self._local, "is_inside", False)
        self._local.is_inside = True  # a callable or hook of the vendor's that captures must not feed itself
        try:
            with undisturbed():
                found = self._pipeline(*job)
                if found is not None:
                    self._storing.store(found)
        except BaseException as error:  # on our own thread no interrupt is the host's, and none may reach its stderr
            self._count(f"dropped.delivery.{type_name(error)}")
        finally:
            self._local.is_inside = outer

    def _finish(self, seconds: float) -> None:
        """The process ends. The threads end too: a subinterpreter must not end with one of ours in it."""
        until = time.monotonic() + seconds
        self._worker.end(seconds)
        self._sender.end(until - time.monotonic())
        self._storing.store_held(until)


def _check(objects: Mapping[str, tuple[object, type]], several: Mapping[str, object], hook: object) -> None:
    """Arguments of another type are a ``TypeError`` that names them, at set-up: a caller without types, who would lose reports later."""
    for name, (value, wanted) in objects.items():
        if value is not None and not isinstance(value, wanted):
            raise TypeError(f"{name} must be a tightlip.{wanted.__name__}, not {type(value).__name__}")
    for name, value in several.items():
        # A name alone would be taken for a list of letters.
        if not isinstance(value, Iterable) or isinstance(value, str):
            raise TypeError(f"{name} must be a list, as {name}=[...], not {type(value).__name__}")
    if hook is not None and not callable(hook):
        raise TypeError(f"hook must be a callable of event and hint, not {type(hook).__name__}")


def _bare_event() -> Event:
    return {
        "event_id": uuid.uuid4().hex,
        "timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "platform": "python",
        "level": "error",
        "sdk": {name: CodeText(text) for name, text in SDK.items()},
    }
