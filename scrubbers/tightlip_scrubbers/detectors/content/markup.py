"""Documents in XML or HTML that stand in a text.

A tag in a sentence stays (``expected <b>, not <i>``), and so do generics (``List<String>``): an element counts that is closed
by its own name. One of HTML's own words for a phrase is too little by itself.

Sources: XML 1.0 sections 2.8 and 3.1, the HTML standard's section on void elements.
"""

from typing import Final

from tightlip_scrubbers.detectors.content.sizes import mark, marks
from tightlip_scrubbers.keys import Names
from tightlip_scrubbers.meanings.data import MARKER, is_data
from tightlip_scrubbers.possessive import compile_pattern
from tightlip_scrubbers.rule import Found, Rule, many

_TAG: Final = compile_pattern(r"<(/?)([A-Za-z][\w.:\-]{0,63}+)([^<>]*+)>|<[!?][^<>]*+>")
_VOID: Final = frozenset(
    "area base br col embed hr img input link meta source track wbr".split()  # noqa: SIM905 - a page of words reads better than a list of literals
)
_PHRASES: Final = frozenset(
    "a abbr b br code em i kbd p pre q s small span strong sub sup tt u var".split()  # noqa: SIM905 - a page of words reads better than a list of literals
)
_DECLARED: Final = ("<?xml", "<!DOCTYPE", "<!doctype", "<html", "<HTML", "<svg", "<soap", "<SOAP")
_DEEPEST: Final = 64
# Remarks, and tags of elements that the text has only one end of: a document may have been cut anywhere.
_BETWEEN: Final = compile_pattern(r"(?:\s++|<[^<>]*+>)*+")
_INSIDE: Final = compile_pattern(r"[^<]{1,512}+")
_SOME: Final = 2
_MANY: Final = 6


def document(text: str, start: int, end: int, names: Names) -> Found | None:
    """Find the first elements in a run of tags and text that are closed, side by side; a declared document goes to its end."""
    if text.startswith(_DECLARED, start) and text.count("<", start, end) > 1:
        return start, _declared_end(text, start, end)
    blocks = _elements(text, start, end)
    position = 0
    while position < len(blocks):
        first, last = blocks[position]
        position += 1
        while position < len(blocks) and _BETWEEN.fullmatch(text, last, blocks[position][0]):
            last = blocks[position][1]
            position += 1
        if text.count("<", first, last) > 1 and _is_content(text, first, last, names):
            return first, last
    return None


def _is_content(text: str, start: int, end: int, names: Names) -> bool:
    """Whether elements hold more than a word. What stands under a name with a meaning is left to that meaning."""
    elements = data = 0
    is_phrase, is_named = True, False
    for tag in _TAG.finditer(text, start, end):
        if tag[2] is None:
            continue
        elements += not tag[1]
        is_phrase = is_phrase and tag[2].lower() in _PHRASES
        inside = _INSIDE.match(text, tag.end())
        word = inside[0].strip() if inside else ""
        if names.meaning(tag[2]) is not None or (word and names.meaning(word) is not None):
            is_named = True
        elif word and not MARKER.fullmatch(word) and not tag[1] and is_data(word):
            data += 1
    if is_phrase:
        return data > 0 and elements >= _SOME
    if is_named:
        return data > 0 or elements >= _MANY
    return elements > _SOME or (elements == _SOME and data > 0) or (data > 0 and " " in text[start:end])


def _declared_end(text: str, start: int, end: int) -> int:
    """After the last closing tag. Where the outermost is not closed, the text was cut: all of the run goes."""
    blocks = _elements(text, start, end)
    last = text.rfind("</", start, end)
    if blocks and last >= 0 and blocks[-1][1] > last and not text.startswith(("<html", "<HTML"), start):
        return blocks[-1][1]
    closed = max(text.rfind("</html>", start, end), text.rfind("</HTML>", start, end))
    return closed + len("</html>") if closed >= 0 else end


def _elements(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The outermost closed elements of a run, in order."""
    opened: list[tuple[str, int]] = []
    found: list[tuple[int, int]] = []
    for tag in _TAG.finditer(text, start, end):
        name = tag[2]
        if name is None or name.lower() in _VOID:
            continue
        if not tag[1]:
            if not tag[3].endswith("/"):
                opened.append((name, tag.start()))
            elif "=" in tag[3]:
                found.append((tag.start(), tag.end()))
            continue
        for depth in range(len(opened) - 1, max(-1, len(opened) - _DEEPEST - 1), -1):
            if opened[depth][0] == name:
                begin = opened[depth][1]
                del opened[depth:]
                while found and found[-1][0] > begin:
                    found.pop()
                found.append((begin, tag.end()))
                break
    return found


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="content.markup",
        kind="content",
        gate=many("<", 2, signs=">"),
        pattern=r"<[A-Za-z!?][^<>]*+>(?:[^<>]*+<[^<>]*+>)*+",
        by_name=document,
        marker="[markup]",
        mark=mark("markup"),
        marks=marks("markup"),
        whole=True,
        matches=(
            "bad answer <customer><name>Ann Lee</name></customer>, again",
            "got <name>Ann Lee</name> for it",
            "<?xml version='1.0'?><r><a>1</a></r>",
            "<!DOCTYPE html><html><body><h1>Hello Ann</h1></body></html>",
        ),
        misses=(
            "expected <b>, not <i>",
            "List<String> and Map<String, Foo>",
            "write <code>foo</code> here",
            "</div></span></p>",
            "a < b and b > c",
            "<Foo object> or <Bar>",
        ),
    ),
)
