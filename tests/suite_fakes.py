"""Runners and cases for the tests of the suite; a module of its own, so that other processes can import it."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tightlip.suite.case import Case, EventInput, Keep, Place
from tightlip.suite.outcome import Broken, Output

if TYPE_CHECKING:
    from tightlip.suite.case import Canary, Filled, Profile


def case(name: str = "request.cookies.sid", **changes: Any) -> Case:
    """A case with an event, as `case_file` would make it."""
    known: dict[str, Any] = {
        "id": name,
        "why": "Cookies are request data.",
        "kind": name.partition(".")[0],
        "about": ".".join(name.split(".")[:2]),
        "profiles": ("strict", "app"),
        "input": EventInput({"level": "error", "message": "it failed for ${secret}"}),
        "canaries": (),
        "keep": {"app": Keep(words=("failed",)), "strict": Keep()},
        "absent": {},
        "dropped": frozenset(),
        "exact": {},
        "varies": (),
        "place": Place("cases/request.yaml", 4, 5),
    }
    return Case(**{**known, **changes})


@dataclass
class Fake:
    """A runner that does what the case's name says."""

    name: str = "fake"
    profile: Profile = "app"
    varies: tuple[str, ...] = ()
    is_blind: bool = False

    def refuses(self, case: Case) -> str | None:
        return "it cannot" if "refused" in case.id else None

    def run(self, filled: Filled) -> Output | Broken:
        name = filled.case.id
        event = dict(filled.input.event) if isinstance(filled.input, EventInput) else {}
        if "dies" in name:
            os._exit(3)
        if "hangs" in name:
            time.sleep(60)
        if "raises" in name:
            raise RuntimeError(str(dict(filled.values)))
        if "broken" in name:
            return Broken("garbage", "no JSON")
        if "leaks" in name:
            return Output(event)
        return Output({**event, "message": "it failed for [x]"})

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class Unmade(Fake):
    """A runner that can be made in the first process alone."""

    def __post_init__(self) -> None:
        import multiprocessing

        if multiprocessing.parent_process() is not None:
            os._exit(4)


def canaries(kind: str = "api_key") -> tuple[Canary, ...]:
    """One canary, ``secret``."""
    from tightlip.suite.case import Canary

    return (Canary("secret", kind),)
