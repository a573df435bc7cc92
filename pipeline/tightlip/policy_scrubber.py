"""The detectors of a policy: the package's own where it changes nothing, else ones for its choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tightlip_scrubbers import KINDS, RULES, Names, Scrubber
from tightlip_scrubbers.detectors import extensions, url
from tightlip_scrubbers.engine import DEFAULT

if TYPE_CHECKING:
    from tightlip.scrubbing import Scrubbing
    from tightlip_scrubbers import Rule
    from tightlip_scrubbers.meaning import Meaning


class _Fewer(Names):
    """Key names, without the meanings that count under rules that are switched off.

    Args:
        scrubbing: What a policy says.
    """

    def __init__(self, scrubbing: Scrubbing) -> None:
        super().__init__(scrubbing.secret_names, scrubbing.clear_names)
        self._disabled = scrubbing.disabled

    def meaning(self, name: str) -> Meaning | None:
        """What a name says of its value; None where it says nothing."""
        found = super().meaning(name)
        return None if found is not None and found.rule in self._disabled else found


def made(scrubbing: Scrubbing) -> Scrubber:
    """The detectors."""
    if scrubbing == type(scrubbing)():
        return DEFAULT
    return Scrubber(KINDS - scrubbing.off, scrubbing.own, _Fewer(scrubbing), scrubbing.safe, rules(scrubbing))


def rules(scrubbing: Scrubbing) -> tuple[Rule, ...]:
    """The package's rules that count."""
    every = (*url.HOST_RULES, *RULES) if scrubbing.removes_host else RULES
    every = extensions.with_extension_class(every) if scrubbing.tells_extension else every
    return tuple(rule for rule in every if rule.id not in scrubbing.disabled)
