"""Source code and patches: several lines that no sentence has.

A traceback's own source lines stand alone between its frames, and a compiler's have their number before them: both stay. Three lines
in a row count, of which two have a form that only code has.

Sources: the language references of Python, JavaScript, Java, C, Go, Rust, Ruby and PHP for the words that begin their statements; POSIX
``diff -u`` and git's documentation on patches.
"""

from typing import Final

from tightlip_scrubbers.detectors.content.lines import Block, is_advised, line_end, starts
from tightlip_scrubbers.keys import Names
from tightlip_scrubbers.possessive import compile_pattern

_STRONG: Final = compile_pattern(
    r"[ \t]*+(?:"
    r"(?:async )?def \w{1,64}+\(|class \w{1,64}+[(:{]|import [\w.{*][\w., {}*]*+\r?(?=\n|\Z)|from [\w.]++ import "
    r"|@[A-Za-z_][\w.]*+(?:\(|\r?(?=\n|\Z))|(?:el)?if [^\n]{1,200}(?:==|!=| is | in |not |[<>()._])[^\n]{0,200}:\r?(?=\n|\Z)"
    r"|for \w[^\n]{0,100} in [^\n]{1,200}:\r?(?=\n|\Z)|while [^\n]{1,200}:\r?(?=\n|\Z)|(?:else|try|finally):\r?(?=\n|\Z)"
    r"|except(?: [\w.(), ]{1,100}(?: as \w+)?)?:\r?(?=\n|\Z)|with [^\n]{1,200} as \w+:|return [\w.\[\]\"'({]*+[(\[{\"'=+]|raise \w+\(|print\("
    r"|(?:const|let|var|auto|final|static|public|private|protected|export|typedef|struct|interface|impl|func|fn|fun|function|namespace"
    r"|using|package|my|use|int|void|char|double|float|string|bool|long) [^\n]{1,200}[;{(=]"
    r"|#[ \t]{0,4}(?:include|define|ifdef|ifndef|endif|pragma)\b|(?:\} )?(?:if|for|while|switch|catch|else if) ?\([^\n]{1,200}\) ?\{?\r?(?=\n|\Z)"
    r"|<\?php|require[( ][\"']"
    r"|[^\n]{0,200}(?:\)|=>|else|try|do|finally)[ \w:<>]{0,24}\{\r?(?=\n|\Z)"
    r"|[\w.\[\]<>*&$@\-]++(?:(?: [\w.\[\]<>*&$@]++){0,3} ?=(?!=)|(?: [\w.\[\]<>*&$@]++){0,2}\()[^\n]{0,400};\r?(?=\n|\Z)"
    r")"
)
_WEAK: Final = compile_pattern(
    r"[ \t]*+(?:[)\]}]++[,;:)]*+(?: else \{)?\r?(?=\n|\Z)|#[^\n]*+|//[^\n]*+|/?\*[^\n]*+|[\w.\[\]\"']++ ?[+\-*/|&%:]?=(?!=) ?\S[^\n]*+"
    r"|[\w.]++\([^\n]*+|\.[\w]++\([^\n]*+|return\b[^\n]*+|(?:break|continue|pass|end|yield|then|do|done|fi)\b;?\r?(?=\n|\Z)|[\"'][^\n]*[\"'],?\r?(?=\n|\Z)"
    r"|\"\"\"[^\n]*+|raise\b[^\n]*+)"
)
_PATCH: Final = compile_pattern(r"diff --git |--- \S[^\n]*+\n\+\+\+ |@@ -[0-9]{1,7}+(?:,[0-9]{1,7}+)? \+[0-9]{1,7}")
_PATCHED: Final = compile_pattern(
    r"[+\-@\\ ]|diff --git |index [0-9a-f]{4,40}|new file mode|deleted file mode|similarity index|rename (?:from|to) |old mode|new mode|Binary files"
)
_LINES: Final = 3
_SURE: Final = 2
_LINES_BACK: Final = 64


def code(text: str, start: int, end: int, _names: Names) -> Block | None:
    """Recognise three lines or more that are code, two of them surely."""
    if not _is_code(text, end + 1):
        return None
    first = next((at for at in starts(text, start, end) if _is_code(text, at)), None)
    if first is None:
        return None
    position, last, lines, sure = first, first, 0, 0
    while position < len(text):
        stop = line_end(text, position)
        if _STRONG.match(text, position):
            sure += 1
        elif not _WEAK.match(text, position) and text[position:stop].strip():
            break
        if text[position:stop].strip():
            lines += 1
            last = stop
        position = stop + 1
    if lines < _LINES or sure < _SURE or is_advised(text, _first_line(text, start, first)):
        return None
    return Block(first, last, "content.code")


def _first_line(text: str, start: int, first: int) -> int:
    """Where the code begins that the line stands in: a part of what is recommended is not looked at for itself."""
    begin = first
    for _ in range(_LINES_BACK):
        before = text.rfind("\n", 0, max(0, start - 1)) + 1
        if start == 0 or (text[before : start - 1].strip() and not _is_code(text, before)):
            break
        begin = start = before
    return begin


def _is_code(text: str, position: int) -> bool:
    return _STRONG.match(text, position) is not None or _WEAK.match(text, position) is not None


def patch(text: str, start: int, end: int, _names: Names) -> Block | None:
    """Recognise a patch by its first line, and its hunks."""
    first = next((at for at in starts(text, start, end) if _PATCH.match(text, at)), None)
    if first is None:
        return None
    position, last = end + 1, end
    has_hunk = text.startswith("@@", first)
    while position < len(text) and _PATCHED.match(text, position):
        last = line_end(text, position)
        has_hunk = has_hunk or text.startswith("@@", position)
        position = last + 1
    return Block(first, last, "content.patch") if has_hunk and last > end else None
