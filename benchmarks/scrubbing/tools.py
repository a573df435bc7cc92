"""The form of a tool that is measured, and our own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import tightlip
import tightlip_scrubbers
from tightlip_scrubbers.engine import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Callable

    Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Tool:
    """One scrubber.

    Attributes:
        name: Its name.
        text: Scrubs one text.
        event: Scrubs an event; it may change it.
        marks: What it puts in place of a finding; these words are not the text's.
        share: The share of texts that it is run over, for the slow ones.
        note: How it was run.
    """

    name: str
    text: Callable[[str], str] | None
    event: Callable[[Event], object] | None
    marks: re.Pattern[str]
    share: float = 1.0
    note: str = ""


_MARKS: Final = re.compile("|".join(re.escape(marker) for marker in sorted(DEFAULT.markers, key=len, reverse=True)))


def own() -> list[Tool]:
    """Ours: the text scrubbers, and both policies for events."""
    return [
        Tool("tightlip", tightlip_scrubbers.scrub_text, _app, _MARKS, note="scrub_text; events: scrub(policy=APP)"),
        Tool("tightlip STRICT", None, _strict, _MARKS, note="scrub(policy=STRICT); it keeps no plain text at all"),
    ]


def _app(event: Event) -> object:
    return tightlip.scrub(event, policy=tightlip.APP)


def _strict(event: Event) -> object:
    return tightlip.scrub(event, policy=tightlip.STRICT)
