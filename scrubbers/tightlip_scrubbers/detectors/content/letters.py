"""Messages of electronic mail: their first lines and what follows.

Source: RFC 5322 sections 2.2 and 3.6 (field names, folded lines), RFC 2045 (MIME's own).
"""

from typing import Final

from tightlip_scrubbers.detectors.content.lines import Block, is_inside, line_end, starts
from tightlip_scrubbers.keys import Names
from tightlip_scrubbers.possessive import compile_pattern

_FIELD: Final = compile_pattern(
    r"(From|To|Subject|Cc|CC|Bcc|Date|Sender|Reply-To|Message-I[Dd]|In-Reply-To|References|Return-Path|Received|Delivered-To|MIME-Version"
    r"|Content-Type|Content-Transfer-Encoding|Content-Disposition|DKIM-Signature|List-[A-Z][a-z]{1,20}|X-[A-Za-z\-]{1,40}):[ \t]?[^\n]*+"
)
_FOLDED: Final = compile_pattern(r"[ \t]++\S[^\n]*+")
_OF_MAIL: Final = frozenset(
    {
        *(
            "From",
            "To",
            "Subject",
            "Cc",
            "CC",
            "Bcc",
            "Reply-To",
            "Return-Path",
            "Delivered-To",
            "Received",
            "Message-ID",
        ),
        "Message-Id",
    }
)
_LEAST: Final = 2


def _is_field(text: str, position: int) -> bool:
    return _FIELD.match(text, position) is not None


def _is_folded(text: str, position: int) -> bool:
    return _FOLDED.match(text, position) is not None


def message(text: str, start: int, end: int, _names: Names) -> Block | None:
    """Recognise two fields or more of a message, with what is folded; behind an empty line its body goes to the end."""
    if _FIELD.match(text, end + 1) is None and _FOLDED.match(text, end + 1) is None:
        return None
    first = next((at for at in starts(text, start, end) if _FIELD.match(text, at)), None)
    if first is None or is_inside(text, start, _is_field, _is_folded):
        return None
    position, last, seen = first, first, set[str]()
    while position < len(text):
        field = _FIELD.match(text, position)
        if field is not None:
            seen.add(field[1])
        elif not (position > first and _FOLDED.match(text, position)):
            break
        last = line_end(text, position)
        position = last + 1
    if len(seen & _OF_MAIL) < _LEAST:
        return None
    is_ended = position < len(text) and not text[position : line_end(text, position)].strip()
    return Block(first, len(text) if is_ended else last, "content.mail")
