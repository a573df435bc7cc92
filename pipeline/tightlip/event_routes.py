"""Routes of events: the words of a route stay, and the names of things in it go.

Guarantee: a part that names one thing (a number, an id, what looks random) becomes ``[id]``, every other part has passed the scrubbers, and query
and fragment go whole; what is secret in them is looked for in the other texts of the event too. What is no route, or a path of a machine, is
a text like any other.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tightlip.event_forms import scrubbed, text
from tightlip.event_notes import noted, shifted

if TYPE_CHECKING:
    from tightlip.event_notes import Remark
    from tightlip.event_tree import Texts, Treated

ROUTE_RULE: Final = "event.route"
"""A part of a route that looks like the name of one thing."""

ID: Final = "[id]"
_ROUTE: Final = re.compile(r"((?:[A-Z]{3,10} )?)((?:/[^/?#\s]*)+)((?:[?#]\S*)?)")
#: First folders that no route begins with.
_MACHINE_ROOTS: Final = frozenset(
    "home Users root usr var etc tmp opt mnt media srv proc sys dev run private Volumes Library System nix snap".split()  # noqa: SIM905 - as words they can be read
)
_ONE_THING: Final = re.compile(
    r"\d{3,}|[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}|(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[0-9A-Za-z_\-]{16,}|[0-9A-Fa-f]{24,}"
)
_STORED: Final = frozenset({"document", "data", "archive", "key"})
_LETTERS: Final = re.compile(r"[A-Za-z_\-]+")
_SHORTEST_TOKEN: Final = 20
_RANDOM_SHARE: Final = 0.46
"""Of neighbours that words do not have: as for tokens in texts (`detectors.entropy`)."""
_TEMPLATE: Final = re.compile(r"[:*].*|.*[<{\[(].*")


def route(value: object, texts: Texts) -> Treated:
    """A route keeps its words: each part is looked at by itself, one that names one thing becomes ``[id]``, query and fragment go."""
    if type(value) is not str:
        return scrubbed(value, texts)
    match = _ROUTE.fullmatch(value)
    if match is None or match[2].startswith("//"):
        return scrubbed(value, texts)
    first = match[2].split("/", 2)[1]
    if first in _MACHINE_ROOTS:
        return scrubbed(value, texts)
    if not match[1] and _is_stored(match[2].split("/")[1:]):
        clean, found = texts.text(match[2])
        if any(remark[0].startswith("path.") for remark in found):
            return clean, noted(*found)
    parts: list[str] = [match[1]]
    remarks: list[Remark] = []
    length = len(match[1])
    for number, part in enumerate(match[2].split("/")):
        clean, found = _route_part(part, texts)
        parts += ["/" * (number > 0), clean]
        length += number > 0
        remarks += shifted(found, length)
        length += len(clean)
    if match[3]:
        texts.learn(match[3][1:], named=True)
        remarks.append((ROUTE_RULE, "s"))
    return "".join(parts), noted(*remarks)


def _is_stored(parts: list[str]) -> bool:
    """Whether the last part is a file that people keep and routes seldom end with; below ``/data``, one of settings too."""
    if any(map(_TEMPLATE.fullmatch, parts)):
        return False
    from tightlip_scrubbers.detectors.extensions import class_of  # noqa: PLC0415 - as below
    from tightlip_scrubbers.detectors.path_tables import ROUTES  # noqa: PLC0415

    return parts[0].lower() not in ROUTES and class_of(parts[-1]) in (
        _STORED if parts[0] != "data" else _STORED | {"config"}
    )


def _route_part(part: str, texts: Texts) -> tuple[str, tuple[Remark, ...]]:
    if not part:
        return part, ()
    if _TEMPLATE.fullmatch(part) is None and (_ONE_THING.fullmatch(part) is not None or _is_random(part)):
        return ID, ((ROUTE_RULE, "s", 0, len(ID)),)
    return texts.text(part)


def _is_random(part: str) -> bool:
    """Whether a part without digits is no name: a token that happens to have none is one thing all the same."""
    if len(part) < _SHORTEST_TOKEN or _LETTERS.fullmatch(part) is None or part.islower() or part.isupper():
        return False
    from tightlip_scrubbers.randomness import unlikeliness  # noqa: PLC0415 - importing tightlip must stay cheap

    return unlikeliness(part) >= _RANDOM_SHARE


ROUTE = text("a route without the names of things in it, or text after the scrubbers", route)
