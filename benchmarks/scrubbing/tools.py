"""The form of a tool that is measured, and our own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import tightlip
import tightlip_scrubbers
from tightlip_scrubbers.engine import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Event: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Tool:
    """One scrubber.

    Attributes:
        name: Its name, with its version.
        texts: Scrubs texts, each by itself; None for one that only knows events.
        event: Scrubs an event, which it may change.
        marks: What it puts in place of a finding; these words are not the text's.
        share: The share of texts that it is run over, for the slow ones.
        note: How it was run.
    """

    name: str
    texts: Callable[[Sequence[str]], list[str]] | None
    event: Callable[[Event], object]
    marks: re.Pattern[str]
    share: float = 1.0
    note: str = ""

    def sampled(self, count: int) -> int:
        """How many of so many texts it is run over."""
        return max(1, round(count * self.share))


_MARKS: Final = re.compile("|".join(re.escape(marker) for marker in sorted(DEFAULT.markers, key=len, reverse=True)))


def own() -> list[Tool]:
    """Ours: the text scrubbers, and both policies for events."""
    return [
        Tool("tightlip", _texts, _app, _MARKS, note="texts: scrub_text; events: scrub(event, policy=APP)"),
        Tool(
            "tightlip STRICT",
            None,
            _strict,
            _MARKS,
            note="events alone, scrub(event, policy=STRICT): it keeps no plain text",
        ),
    ]


def _texts(texts: Sequence[str]) -> list[str]:
    return [tightlip_scrubbers.scrub_text(text) for text in texts]


def _app(event: Event) -> object:
    return tightlip.scrub(event, policy=tightlip.APP)


def _strict(event: Event) -> object:
    return tightlip.scrub(event, policy=tightlip.STRICT)
