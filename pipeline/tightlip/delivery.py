"""Delivery: when what is in the outbox is sent, and the thread that sends it.

A thread of its own, beside the worker that fills the outbox: a server that hangs for ten seconds must not keep a captured failure from
the disk, where it survives the end of the process. (One thread for both would have to give up each try after a moment, and would then
never reach a slow server.) It starts with the first thing to send, and sends from the outbox only: what it tries is already safe.

Guarantees:

1. Consent is asked before each envelope and at each wake. Without it nothing more is sent; when it was withdrawn (`Decision.is_said`: the
   variable or the user's config file says no), the outbox is emptied, its file deleted, and a try under way broken off. Consent that cannot
   be read, and a default that is off, stop and keep.
2. What the server has is removed; what it refuses is dropped and counted by reason; all else waits (`tightlip.claims`).
3. `Sender.end` ends in its seconds, also when the server hangs: the connection is then closed under the try.
4. Nothing is raised and nothing printed.

Not covered: withdrawal while a try hangs and nothing else happens in the process is noticed when the try ends (10 seconds at most).
"""

from __future__ import annotations

import importlib
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, get_args

from tightlip.claims import NEVER, Claim, Claims
from tightlip.exact import type_name
from tightlip.forks import undisturbed
from tightlip.types import Answer
from tightlip.worker import Worker, bounded

if TYPE_CHECKING:
    from collections.abc import Callable

    from tightlip.consent import Decision
    from tightlip.outbox import Outbox
    from tightlip.types import Transport

Mode: TypeAlias = Literal["background", "at_exit", "next_run", "manual"]
_MODES: Final[tuple[str, ...]] = get_args(Mode)
#: While something waits, consent is looked at this often.
_LONGEST_SLEEP: Final = 60.0
#: After the outbox could not be read or locked.
_AFTER_ERROR: Final = 60.0
#: Not more often than this is a withdrawal carried out again that could not be.
_BETWEEN_EMPTYINGS: Final = 60.0
_MOST_SUBMITS: Final = 3
#: Of the seconds of `Sender.end`: for the thread to see that its connection was closed.
_LAST_SECONDS: Final = 0.2


@dataclass(frozen=True, slots=True)
class Delivery:
    """When reports are sent.

    Attributes:
        mode: ``background``: soon after they are stored; so is what earlier runs have left. ``at_exit``: when the process ends, and by
            `Reporter.flush`. ``next_run``: by a later process; this one sends what earlier ones have left. ``manual``: by `Reporter.flush`.
        exit_seconds: How long the end of the process may take at most for the sake of reports, in every mode.

    Raises:
        ValueError: There is no such mode, or the seconds are below 0 or above an hour.
        TypeError: An argument has another type.
    """

    mode: Mode = "background"
    exit_seconds: float = 2.0

    def __post_init__(self) -> None:
        """Check the values."""
        if type(self.mode) is not str:
            raise TypeError(f"mode= must be a str, not {type(self.mode).__name__}")
        if self.mode not in _MODES:
            raise ValueError(f"there is no delivery mode {self.mode!r}; it is one of {', '.join(_MODES)}")
        if type(self.exit_seconds) not in (int, float):
            raise TypeError(f"exit_seconds= must be a number, not {type(self.exit_seconds).__name__}")
        if bounded(self.exit_seconds) != self.exit_seconds:
            raise ValueError(f"exit_seconds={self.exit_seconds} makes no sense; give 0 to 3600")

    @classmethod
    def of(cls, given: object) -> Delivery:
        """``given`` itself, or the delivery whose mode it names.

        Raises:
            ValueError: There is no such mode.
            TypeError: It is neither.
        """
        if isinstance(given, cls):
            return given
        if type(given) is not str:
            raise TypeError(f"delivery= must be a Delivery or the name of a mode, not {type(given).__name__}")
        return cls(mode=given)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType] - checked there


#: CPython 3.12 starts no thread while the process ends (up to 3.12.1 not even in exit callbacks, gh-113964), and a host that has just
#: crashed may be there before the worker has stored its report.
_STARTS_NONE_AT_EXIT: Final = sys.version_info[:2] == (3, 12)
_COUNTED: Final = {"taken": "sent", "later": "unsent"}
#: What `tightlip.transport` imports when it is used.
_NEEDED: Final = (
    "base64", "email.utils", "encodings.idna", "gzip", "http.client", "signal", "socket", "ssl", "urllib.parse", "urllib.request",
)  # fmt: skip
#: What wakes the sender: something may be due, somebody asks for all that is due, or consent may be gone.
Job: TypeAlias = Literal["look", "send", "empty"]


class Sender:
    """Sends what is in an outbox.

    Args:
        outbox: What to send.
        transport: How; None: nothing is sent, and withdrawal still empties the outbox.
        delivery: When.
        decision: Asks for consent.
        count: Counts under a name.
    """

    def __init__(
        self,
        outbox: Outbox,
        transport: Transport | None,
        delivery: Delivery,
        decision: Callable[[], Decision],
        count: Callable[[str], None],
    ) -> None:
        self._outbox = outbox
        self._transport = transport
        self._mode = delivery.mode
        self._decision = decision
        self._count = count
        self._claims = Claims(outbox)
        self._started = time.time()
        self._thread: Worker[Job] = Worker(self._round, name="tightlip sender", most=1, is_short=False)
        self._is_stopped = False
        self._is_loaded = False
        self._emptied = -_BETWEEN_EMPTYINGS

    @property
    def ident(self) -> int | None:
        """The identifier of the thread, None before the first job."""
        return self._thread.ident

    def begin(self) -> None:
        """The reporter is used for the first time: earlier runs may have left something. One look at the file, and one at consent."""
        if self._mode == "manual" or not self._outbox.may_hold():
            return
        decision = self._decision()
        if not decision.allowed:
            self.forbidden(decision)
        elif self._transport is not None:
            self._thread.submit("look")

    def expect(self) -> None:
        """Something new may soon be in the outbox; called by the thread that failed."""
        if _STARTS_NONE_AT_EXIT and self._transport is not None and self._mode in ("background", "at_exit"):
            self._thread.start()

    def stored(self) -> None:
        """Something new is in the outbox."""
        if self._transport is not None and self._mode in ("background", "at_exit"):
            self._thread.submit("look")

    def forbidden(self, decision: Decision) -> None:
        """There is no consent. If it was withdrawn, empty the outbox, on our own thread, and break off what is under way."""
        if not decision.is_said or not self._outbox.may_hold():
            return
        now = time.monotonic()
        if now - self._emptied < _BETWEEN_EMPTYINGS and not self._outbox.memory:
            return  # it is under way, or cannot be done: not again for each failure
        self._emptied = now
        self._thread.submit("empty")  # where a job waits already, that one will ask for consent
        self._break_off()

    def flush(self, timeout: float) -> bool:
        """Try what is due once, in ``timeout`` seconds; whether that was done."""
        if self._transport is None or not self._outbox.may_hold():
            return self._thread.flush(timeout)
        until = time.monotonic() + bounded(timeout)
        for _ in range(_MOST_SUBMITS):
            is_submitted = self._thread.submit("send")
            if not self._thread.flush(until - time.monotonic()):
                return False
            if is_submitted or self._thread.is_closed:
                return True
            # A job was waiting, which may have been a mere look; it is done now.
        return False  # no thread can be started any more

    def end(self, timeout: float, *, is_final: bool = False) -> bool:
        """As `flush` in the modes that send when the process ends; then end the thread, all in ``timeout`` seconds.

        Args:
            timeout: Seconds.
            is_final: Take no more.

        Returns:
            Whether all that was due has been tried once.
        """
        until = time.monotonic() + bounded(timeout)
        is_done = True
        if self._mode in ("background", "at_exit"):
            is_done = self.flush(max(until - time.monotonic() - _LAST_SECONDS, 0.0))
        self._is_stopped = True  # no new try
        if not self._thread.is_idle:
            self._break_off()
        (self._thread.close if is_final else self._thread.end)(until - time.monotonic())
        self._break_off()  # no connection is left open
        self._is_stopped = is_final or not self._thread.is_idle
        return is_done

    # On the thread.

    def _round(self, job: Job | None) -> float | None:
        """Try what is due once. Returns the seconds until something may be due, None for never."""
        try:
            return self._tried(job)
        except BaseException as error:  # on our own thread no interrupt is the host's, and none may reach its stderr
            self._failed("outbox", error)
            return _AFTER_ERROR

    def _tried(self, job: Job | None) -> float | None:
        with undisturbed():
            decision = self._decision()
        if not decision.allowed:
            self._empty(decision)
            return None
        if self._transport is None or (job != "send" and self._mode in ("at_exit", "manual")):
            return None
        # What is stored from now on has a round of its own: this one must come to an end, however fast other processes store.
        before = self._started if self._mode == "next_run" else time.time()
        while not self._is_stopped:
            with undisturbed():
                claim = self._claims.take(before=before)
            for _ in range(self._claims.outdated()):
                self._count("dropped.outbox.bounds")
            if not isinstance(claim, Claim):
                return None if claim == NEVER else min(claim, _LONGEST_SLEEP)
            decision = self._decision()
            if not decision.allowed or self._is_stopped:
                self._give_back(claim, decision)
                return None
            self._load()
            answer = self._answer(self._transport, claim.envelope)
            is_later = answer.outcome == "later"
            if is_later and not (decision := self._decision()).allowed:  # withdrawn meanwhile: no wait, no other try
                self._count("unsent")
                self._give_back(claim, decision)
                return None
            self._count(_COUNTED.get(answer.outcome) or f"dropped.delivery.{answer.reason}")
            with undisturbed():
                (self._claims.put_off if is_later else self._claims.done)(claim, answer.wait)
        return None

    def _give_back(self, claim: Claim, decision: Decision) -> None:
        with undisturbed():
            self._claims.release(claim)
        self._empty(decision)

    def _load(self) -> None:
        """Import what sending needs, while nobody can fork: see `tightlip.forks`."""
        if not self._is_loaded:
            with undisturbed():
                for name in _NEEDED:
                    with suppress(ImportError):
                        importlib.import_module(name)
            self._is_loaded = True

    def _answer(self, transport: Transport, envelope: bytes) -> Answer:
        try:
            return transport(envelope)
        except BaseException as error:  # it must not; if it does, the event waits as after any other failure
            self._failed("delivery", error)
            return Answer("later", "error")

    def _empty(self, decision: Decision) -> None:
        if decision.allowed or not decision.is_said:
            return
        self._claims.forget()
        with undisturbed():
            count = self._outbox.discard()
        for _ in range(count):
            self._count("dropped.outbox.withdrawn")
        if not self._outbox.may_hold():
            self._emptied = -_BETWEEN_EMPTYINGS

    def _break_off(self) -> None:
        close: object = getattr(self._transport, "close", None)
        if callable(close):
            close()

    def _failed(self, what: str, error: BaseException) -> None:
        with suppress(Exception):  # no memory is left, not even to count it
            self._count(f"failed.{what}.{type_name(error)}")
