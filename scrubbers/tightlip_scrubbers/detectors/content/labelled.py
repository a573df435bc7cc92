"""Texts behind a label: what a file holds, what a program wrote, what was sent.

Quoted ones go if they are more than a line or a phrase. What a process wrote goes from the line behind its label on, to the next
label or an empty line.

Sources: the Python library reference (`subprocess`: ``stdout``, ``stderr``), CommonMark 0.31 on fenced code.
"""

import re
from typing import Final

from tightlip_scrubbers.detectors.content.failures import in_failure
from tightlip_scrubbers.detectors.content.members import in_log
from tightlip_scrubbers.detectors.content.quotes import quoted
from tightlip_scrubbers.detectors.content.sizes import mark, marks
from tightlip_scrubbers.keys import Names
from tightlip_scrubbers.meanings.data import MARKER, is_data
from tightlip_scrubbers.possessive import compile_pattern
from tightlip_scrubbers.rule import Rule, has
from tightlip_scrubbers.spans import Span

_LONG: Final = 60
_NEWLINE: Final = re.compile(r"\n|\\r\\n|\\n(?=[^\s\"'])")
_LABEL: Final = compile_pattern(r"[ \t]*+-*+ ?[A-Za-z][A-Za-z ]{0,24}+ ?[:=]-*+")
_PROMPTS: Final = re.compile(r"(?:no |without |empty |the )\Z")


def text_of(text: str, start: int, end: int, names: Names) -> Span | None:
    """Take a quoted text behind a label, if it has several lines or is long."""
    if text[start - 1 : start].isalnum() or text[start - 1 : start] in ("_", "-", "."):
        return None
    span = quoted(text, end)
    if span is None:
        return None
    value = text[span[0] : span[1]]
    if MARKER.fullmatch(value) or not (_NEWLINE.search(value) or (len(value) >= _LONG and " " in value)):
        return None
    if text[start] in "Mm" and text[start - 1 : start] == '"' and not _NEWLINE.search(value) and in_log(text, *span):
        return None  # a line of a log says what any other line does
    if text[start] in "Mm" and text[start - 1 : start] in {'"', "'"} and in_failure(text, *span, names):
        return None  # an answer of a service says what failed
    return span


def output(text: str, start: int, end: int) -> Span | None:
    """Take the lines behind a label."""
    if text[start - 1 : start].isalnum() or _PROMPTS.search(text[max(0, start - 10) : start]):
        return None
    position = stop = end
    while position < len(text):
        line = text.find("\n", position)
        line = len(text) if line < 0 else line
        if not text[position:line].strip() or (position > end and _LABEL.match(text, position)):
            break
        stop = line
        position = line + 1
    first = end
    while first < stop and text[first] in " \t":
        first += 1
    while stop > first and text[stop - 1] in " \t\r\n":
        stop -= 1
    return (first, stop) if stop > first and is_data(text[first:stop]) else None


def fenced(text: str, start: int, end: int) -> Span | None:
    """Take what stands between fences."""
    if text.count("```", 0, start) % 2:  # it closes
        return None
    close = text.find("```", end)
    close = len(text) if close < 0 else close
    while close > end and text[close - 1] in " \t\r\n":
        close -= 1
    return (end, close) if close > end > start and not MARKER.fullmatch(text[end:close]) else None


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="content.labelled",
        kind="content",
        gate=has("ontent", "ata", "ext", "utput", "esponse", "esult", "nput", "essage", "ocument"),
        pattern=(
            r"[CcDdTtOoRrIiMm](?:ontents?|ata|ext|utput|esponse|esult|nput|essage|ocument)[\"']?[ \t]?[:=][ \t]?(?=[bBuUrR]{0,2}\\{0,2}[\"'`])"
        ),
        by_name=text_of,
        marker="[text]",
        mark=mark("text"),
        marks=marks("text"),
        matches=(
            "refused, text: 'Dear Ann,\nI am ill.' (twice)",
            r'text="Dear Ann,\nI am ill.", n=3',
            "input='Dear Ann, I am ill and will not come to the meeting that we had agreed on'",
        ),
        misses=("content: 'json'", "text='a word'", "data: see 'x'", r"split text='\n'", "result = 'ok'"),
    ),
    Rule(
        id="content.output",
        kind="content",
        gate=has("stdout", "stderr", "STDOUT", "STDERR", "utput:", "utput ---", signs="\n"),
        pattern=r"[sSoOC](?:td(?:out|err)|TD(?:OUT|ERR)|utput|aptured std(?:out|err)(?: call)?)[\"']?\]?(?: ?[:=]|[ \-]{3,80}+)[ \t]*+\r?\n",
        validator=output,
        marker="[output]",
        mark=mark("output"),
        marks=marks("output"),
        matches=(
            "failed, stderr:\n  fatal: no letter of Ann\n\nand so on",
            "stdout:\nDear Ann\n\nstderr:\n",
        ),
        misses=("no stdout:\nis given", "stderr:\n", "stdout is\nclosed"),
    ),
    Rule(
        id="content.fenced",
        kind="content",
        gate=has("```", signs="\n"),
        pattern=r"```[a-zA-Z0-9+\-]{0,16}+[ \t]*+\r?\n",
        validator=fenced,
        marker="[text]",
        mark=mark("text"),
        marks=marks("text"),
        matches=("reply was ```json\nDear Ann\n``` again", "```\nDear Ann\n```"),
        misses=("use ``` for code", "```foo``` is it"),
    ),
)
