"""Whether a place in a text stands in a URL, and what a text before it says of a path that begins there."""

from __future__ import annotations

from typing import Final

from tightlip_scrubbers.possessive import compile_pattern

REACH: Final = 2_048
"""Longer URLs than this are read in pieces; RFC 9110 section 4.1 asks for 8,000 octets, browsers send 2,000."""

_MOST_COLONS: Final = 32
_BREAKS: Final = (" ", "\n", "\t", "\r", '"', "'", "<", ">", "`")
# What may stand before a path of its own within a run that began with a URL: "PATH=http://x:/home/ann".
_BORDERS: Final = frozenset(",;=(|&:")
_METHOD: Final = compile_pattern(
    r"[\"'(\[]?+ {1,4}+(TEG|TSOP|TUP|ETELED|HCTAP|DAEH|SNOITPO|TCENNOC|ECART)(?![A-Za-z0-9])"
)
_RUN_REACH: Final = 256
_RUN_BACKWARDS: Final = compile_pattern(r"[^\s\"'`<>(),;=|]{0,256}+")
_METHOD_REACH: Final = 16


def url_start(text: str, position: int) -> int:
    """Return where the authority begins of the URL in which a position stands; -1 where it stands in none."""
    low = max(0, position - REACH)
    colon = text.rfind(":", low, position)  # one character is looked for many times faster than three
    seen = position
    for _ in range(_MOST_COLONS):
        if colon < 0:
            return -1
        for sign in _BREAKS:
            if text.find(sign, colon, seen) >= 0:
                return -1
        behind = 3 if text.startswith("//", colon + 1) else 5 if text.startswith("\\/\\/", colon + 1) else 0
        if behind:  # five: some JSON escapes its slashes
            return min(colon + behind, position)
        seen = colon
        colon = text.rfind(":", low, colon)
    return -1


def in_url(text: str, position: int) -> bool:
    """Tell whether a slash or a dot belongs to a URL, so that it begins no path of its own."""
    return text[max(0, position - 1) : position] not in _BORDERS and url_start(text, position) >= 0


def run_start(text: str, position: int) -> int:
    """Return where the run of a route or a URL begins in which a position stands, as far as one looks back."""
    run = _RUN_BACKWARDS.match(text[max(0, position - _RUN_REACH) : position][::-1])
    return position - run.end() if run else position


def is_requested(text: str, position: int) -> bool:
    """Tell whether an HTTP method stands before a position, as in an access log (RFC 9110 section 9.3)."""
    if text[position - 1 : position] not in {" ", '"', "'", "(", "["}:
        return False
    return _METHOD.match(text[max(0, position - _METHOD_REACH) : position][::-1]) is not None
