"""Files of settings and dumps of variables: INI, TOML, properties, YAML, what a debugger prints of a frame's locals.

Two assignments of literals are a dump, three of anything are; one stands in a sentence, or is a traceback's own source line. What
stands under a key with a meaning is left to it, unless there is more.

Sources: the Python library reference on `configparser`, TOML 1.0, Java's `Properties`, YAML 1.2.2 chapter 8 (block styles).
"""

import re
from typing import Final

from tightlip_scrubbers.detectors.content.lines import FILLERS, Block, is_blank, is_inside, line_end, starts
from tightlip_scrubbers.keys import Names
from tightlip_scrubbers.meanings.data import MARKER
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
_DESCRIBED: Final = re.compile(r"\S (?:- |is |or |means |to |/ |\()|, \w+=")
_PAIR: Final = compile_pattern(
    r"([ \t]*+)(- )?[\"']?([a-z_][\w.\-/]{0,63}+)[\"']?:(?:[ \t]++([^\s][^\n]*+)|[ \t]*+\r?(?=\n|\Z))"
)
_ITEM: Final = compile_pattern(r"([ \t]*+)- \S[^\n]*+")
_MANY: Final = 3
_SOME: Final = 2


def _is_assigned(text: str, position: int) -> bool:
    return _ASSIGNED.match(text, position) is not None or _SECTION.match(text, position) is not None


def _is_filler(text: str, position: int) -> bool:
    return _COMMENT.match(text, position) is not None or is_blank(text, position)


def assignments(text: str, start: int, end: int, names: Names) -> Block | None:
    """Recognise lines that assign, with sections and remarks between them."""
    if not _is_assigned(text, end + 1) or is_inside(text, start, _is_assigned, _is_filler):
        return None
    first = next((at for at in starts(text, start, end) if _is_assigned(text, at)), None)
    if first is None:
        return None
    position = last = first
    own = literals = fillers = 0
    is_sectioned, in_section = False, False
    while position < len(text) and fillers <= FILLERS:
        stop = line_end(text, position)
        line = _ASSIGNED.match(text, position)
        if line is not None:
            meaning = names.meaning(line[1])
            value = line[2].strip("\r \"'")
            if meaning is None and not MARKER.fullmatch(value) and not _DESCRIBED.search(value):
                own += 1
                literals += _LITERAL.match(line[2].rstrip("\r")) is not None
                is_sectioned = is_sectioned or in_section
        elif _SECTION.match(text, position):
            in_section = True
        elif _is_filler(text, position):
            fillers += 1
            position = stop + 1
            continue
        else:
            break
        fillers, last, position = 0, stop, stop + 1
    is_dump = own >= _MANY or (literals >= _SOME and literals == own) or is_sectioned
    return Block(first, last, "content.settings") if is_dump else None


def _is_yaml(text: str, position: int) -> bool:
    return _PAIR.match(text, position) is not None or _ITEM.match(text, position) is not None


def _yaml_start(text: str, start: int, end: int) -> int | None:
    """Where YAML begins in a line; "read: people:" begins with its second key."""
    found = [(at, _PAIR.match(text, at)) for at in starts(text, start, end)]
    pairs = [(at, pair) for at, pair in found if pair is not None]
    if pairs:
        return next((at for at, pair in pairs if pair[4] is None), pairs[0][0])
    return start if _ITEM.match(text, start) else None


def nested(text: str, start: int, end: int, names: Names) -> Block | None:
    """Recognise YAML by its nesting: a key alone on its line, and further in what it holds."""
    if not _is_yaml(text, end + 1) or is_inside(text, start, _is_yaml, _is_filler):
        return None
    first = _yaml_start(text, start, end)
    if first is None:
        return None
    position = last = first
    lines = own = nestings = fillers = 0
    opened: int | None = None  # the indentation of a key that waits for what it holds
    while position < len(text) and fillers <= FILLERS:
        stop = line_end(text, position)
        pair, item = _PAIR.match(text, position), _ITEM.match(text, position)
        found = pair or item
        if found is None:
            if not _is_filler(text, position):
                break
            fillers += 1
            position = stop + 1
            continue
        indent = len(found[1])
        nestings += opened is not None and (indent > opened or (item is not None and indent == opened))
        opened = None
        if pair is not None and pair[4] is None:
            opened = indent + (len("- ") if pair[2] else 0)
        elif pair is None or (names.meaning(pair[3]) is None and not MARKER.fullmatch(pair[4].strip("\r \"'"))):
            own += 1
        lines += 1
        fillers, last, position = 0, stop, stop + 1
    return Block(first, last, "content.yaml") if lines >= _MANY and nestings and own >= _SOME else None
