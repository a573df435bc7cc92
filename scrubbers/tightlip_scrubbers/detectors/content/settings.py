"""Files of settings and dumps of variables: INI, TOML, properties, YAML, what a debugger prints of a frame's locals.

Two assignments of literals are a dump, three of anything are; one stands in a sentence, or is a traceback's own source line. What
stands under a key with a meaning is left to it, unless there is more.

Sources: the Python library reference on `configparser`, TOML 1.0, Java's `Properties`, YAML 1.2.2 chapter 8 (block styles).
"""

import re
from typing import Final

from tightlip_scrubbers.detectors.content.lines import Block, line_end, starts
from tightlip_scrubbers.meanings.data import MARKER
from tightlip_scrubbers.keys import Names
from tightlip_scrubbers.possessive import compile_pattern

_ASSIGNED: Final = compile_pattern(
    r"[ \t]*+(?:export |set |local |final |- |\| )?[\"']?([A-Za-z_][\w.\-]{0,63}+)[\"']?[ \t]{0,24}=(?![=~>])[ \t]{0,8}([^\s=][^\n]*+)"
)
_SECTION: Final = compile_pattern(r"[ \t]*+\[{1,2}[\w.\-:/ \"']{1,64}+\]{1,2}[ \t]*+\r?(?=\n|\Z)")
_COMMENT: Final = compile_pattern(r"[ \t]*+[#;][^\n]*+")
_LITERAL: Final = compile_pattern(
    r"[bBrRuUfF]?(?:\"[^\n]*+(?<=\")|'[^\n]*+(?<=')|[\[{(<][^\n]*+|[+\-]?[0-9][\w.:+\-]*+|(?:None|True|False|null|true|false)"
    r"|(?:array|datetime|Decimal)[^\n]*+)[,;]?(?:[ \t]++#[^\n]*+)?[ \t]*+\Z"
)
_DESCRIBED: Final = re.compile(r"\S (?:- |is |or |means |to |\()")
_PAIR: Final = compile_pattern(
    r"([ \t]*+)(- )?[\"']?([a-z_][\w.\-/]{0,63}+)[\"']?:(?:[ \t]++([^\s][^\n]*+)|[ \t]*+\r?(?=\n|\Z))"
)
_ITEM: Final = compile_pattern(r"([ \t]*+)- \S[^\n]*+")
_MANY: Final = 3
_SOME: Final = 2


def assignments(text: str, start: int, end: int, names: Names) -> Block | None:
    """Recognise lines that assign, with sections and remarks between them."""
    if _ASSIGNED.match(text, end + 1) is None and _SECTION.match(text, end + 1) is None:
        return None
    first = next((at for at in starts(text, start, end) if _ASSIGNED.match(text, at) or _SECTION.match(text, at)), None)
    if first is None:
        return None
    position, last = first, first
    own = literals = sections = 0
    while position < len(text):
        stop = line_end(text, position)
        line = _ASSIGNED.match(text, position)
        if line is not None:
            meaning = names.meaning(line[1])
            value = line[2].strip("\r \"'")
            if meaning is None and not MARKER.fullmatch(value) and not _DESCRIBED.search(value):
                own += 1
                literals += _LITERAL.match(line[2].rstrip("\r")) is not None
        elif _SECTION.match(text, position):
            sections += 1
        elif not _COMMENT.match(text, position) and text[position:stop].strip():
            break
        if text[position:stop].strip():
            last = stop
        position = stop + 1
    is_dump = (
        own >= _MANY or (literals >= _SOME and literals == own) or (sections and own and _SECTION.match(text, first))
    )
    return Block(first, last, "content.settings") if is_dump else None


def _is_yaml(text: str, position: int) -> bool:
    return _PAIR.match(text, position) is not None or _ITEM.match(text, position) is not None


def nested(text: str, start: int, end: int, names: Names) -> Block | None:
    """Recognise YAML by its nesting: a key alone on its line, and further in what it holds."""
    if not _is_yaml(text, end + 1):
        return None
    pairs = [(at, pair[4] is None) for at in starts(text, start, end) if (pair := _PAIR.match(text, at)) is not None]
    if not pairs:
        return None
    first = next((at for at, is_alone in pairs if is_alone), pairs[0][0])  # "read: people:" begins with the second
    position, last, lines, own, nestings = first, first, 0, 0, 0
    opened: int | None = None  # the indentation of a key that waits for what it holds
    while position < len(text):
        stop = line_end(text, position)
        pair = _PAIR.match(text, position)
        item = _ITEM.match(text, position)
        if pair is not None or item is not None:
            found = pair or item
            indent = len(found[1]) if found else 0
            nestings += opened is not None and (indent > opened or (item is not None and indent == opened))
            opened = None
            if pair is not None and pair[4] is None:
                opened = indent + (2 if pair[2] else 0)
            elif pair is None or (names.meaning(pair[3]) is None and not MARKER.fullmatch(pair[4].strip("\r \"'"))):
                own += 1
            lines += 1
            last = stop
        elif not _COMMENT.match(text, position) and text[position:stop].strip():
            break
        position = stop + 1
    return Block(first, last, "content.yaml") if lines >= _MANY and nestings and own >= _SOME else None
