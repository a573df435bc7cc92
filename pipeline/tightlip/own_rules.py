r"""Rules that a policy brings: what is asked of one before it may count.

A rule is a search over every text, in a host that is failing: it must not be slow on any, it must find what it was written for, and what it
puts in must not be found again.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tightlip_scrubbers import KINDS, RULES, Kind, Rule, Scrubber
from tightlip_scrubbers.engine import DEFAULT
from tightlip_scrubbers.growth import GrowthError, check
from tightlip_scrubbers.known import MARKERS
from tightlip_scrubbers.parsed import Unreadable, least_width
from tightlip_scrubbers.possessive import compile_pattern
from tightlip_scrubbers.rule import ALWAYS

if TYPE_CHECKING:
    from collections.abc import Iterable

MARKER: Final = re.compile(r"\[[a-z0-9][a-z0-9:. \-]{0,38}\]", re.ASCII)
_ID: Final = re.compile(r"[a-z][a-z0-9_\-]{0,30}(?:\.[a-z][a-z0-9_\-]{0,30}){1,3}", re.ASCII)
_TAKEN: Final = frozenset(rule.id for rule in RULES) | frozenset(MARKERS)


class BadRule(ValueError):  # noqa: N818 - what is said of the rule
    """What is wrong with a part of a rule."""


def check_id(name: str, others: Iterable[str]) -> None:
    """See that a rule can have this id.

    Raises:
        BadRule: It cannot.
    """
    if not _ID.fullmatch(name):
        raise BadRule("an id is two to four words of a-z 0-9 _ - with dots between them; write it as acme.ticket")
    if name in _TAKEN or name.partition(".")[0] in (*KINDS, "known", "event", "bound"):
        raise BadRule("ids that begin like this are the package's own; begin with a name of yours, as acme.ticket")
    if name in others:
        raise BadRule("another rule has this id; take another one")


def check_pattern(pattern: str) -> None:
    """See that a pattern takes linear time on any text, and matches something.

    Raises:
        BadRule: It does not.
    """
    try:
        check(pattern)
        width = least_width(pattern)
    except (GrowthError, Unreadable) as error:
        raise BadRule(
            f"the pattern could be slow: {error}" if "no regular" not in str(error) else str(error)
        ) from error
    if width == 0:
        raise BadRule("the pattern can match an empty text, which removes nothing; let it need one character at least")


def check_marker(marker: str, own: tuple[Rule, ...]) -> None:
    """See that a marker has its form, and that neither the package's rules nor those of the file find anything in it.

    Raises:
        BadRule: They do, or it has not.
    """
    if not MARKER.fullmatch(marker):
        raise BadRule("a marker is one to 39 of a-z 0-9 : . - and blanks in square brackets; write it as '[ticket]'")
    # As another policy reads it, which does not know the marker. One that begins with a class, as [secret:acme], has the package's own form.
    kind, _, word = marker.strip("[]").partition(":")
    bare = f"[{word}]" if kind in KINDS and word else marker
    findings = [*DEFAULT.find(f"at {bare}, x"), *Scrubber(own=own).find(f"at {marker}, x")]
    # What the process knows of its user and host is not the policy's: the same file holds everywhere.
    found = [finding.rule for finding in findings if finding.rule not in MARKERS]
    found += [rule.id for rule in own if finds(rule, marker)]
    if found:
        raise BadRule(
            f"the rule {found[0]} finds something in this marker, so that it would not stay; take other words"
        )


def made(name: str, kind: Kind, pattern: str, marker: str, matches: Iterable[str], misses: Iterable[str]) -> Rule:
    """The rule."""
    return Rule(name, kind, ALWAYS, pattern, marker, tuple(matches), tuple(misses))


def finds(rule: Rule, text: str) -> bool:
    """Whether the rule, by itself, finds something in a text: it has neither gate nor validator."""
    return compile_pattern(rule.pattern).search(text) is not None
