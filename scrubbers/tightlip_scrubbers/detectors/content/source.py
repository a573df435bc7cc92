"""Source code and patches: several lines that no sentence has.

A traceback's own source lines stand alone between its frames, and a compiler's have their number before them: both stay. Three lines
in a row count, of which two have a form that only code has.

Sources: the language references of Python, JavaScript, Java, C, Go, Rust, Ruby and PHP for the words that begin their statements; POSIX
``diff -u`` and git's documentation on patches.
"""

from typing import Final

from tightlip_scrubbers.detectors.content.lines import FILLERS, Block, is_advised, is_blank, is_inside, line_end, starts
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
    r")"
)
# Lines that code alone ends so: a block that is opened, a statement.
_ENDED: Final = {
    "{": compile_pattern(r"[ \t]*+[^\n]{0,200}(?:\)|=>|else|try|do|finally)[ \w:<>]{0,24}\{\r?(?=\n|\Z)"),
    ";": compile_pattern(
        r"[ \t]*+[\w.\[\]<>*&$@\-]++(?:(?: [\w.\[\]<>*&$@]++){0,3} ?=(?!=)|(?: [\w.\[\]<>*&$@]++){0,2}\()[^\n]{0,400};\r?(?=\n|\Z)"
    ),
}
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
_HEADER_LINES: Final = 8


def _is_strong(text: str, position: int, end: int) -> bool:
    if _STRONG.match(text, position) is not None:
        return True
    last = text[end - 1 : end]
    ended = _ENDED.get(text[end - 2 : end - 1] if last == "\r" else last)
    return ended is not None and ended.match(text, position) is not None


def _is_code(text: str, position: int) -> bool:
    return _WEAK.match(text, position) is not None or _is_strong(text, position, line_end(text, position))


def code(text: str, start: int, end: int, _names: Names) -> Block | None:
    """Recognise three lines or more that are code, two of them surely, unless a sentence before recommends them."""
    if not _is_code(text, end + 1) or is_inside(text, start, _is_code, is_blank):
        return None
    first = next((at for at in starts(text, start, end) if _is_code(text, at)), None)
    if first is None or is_advised(text, first):
        return None
    position = last = first
    lines = sure = fillers = 0
    while position < len(text) and fillers <= FILLERS:
        stop = line_end(text, position)
        if is_blank(text, position):
            fillers += 1
            position = stop + 1
            continue
        is_sure = _is_strong(text, position, stop)
        if not is_sure and _WEAK.match(text, position) is None:
            break
        sure += is_sure
        lines += 1
        fillers, last, position = 0, stop, stop + 1
    return Block(first, last, "content.code") if lines >= _LINES and sure >= _SURE else None


def patch(text: str, start: int, end: int, _names: Names) -> Block | None:
    """Recognise a patch by its first line, and its hunks."""
    first = next((at for at in starts(text, start, end) if _PATCH.match(text, at)), None)
    if first is None:
        return None
    position, last = end + 1, end
    has_hunk = text.startswith("@@", first)
    lines = 0
    while position < len(text) and _PATCHED.match(text, position) and (has_hunk or lines < _HEADER_LINES):
        last = line_end(text, position)
        has_hunk = has_hunk or text.startswith("@@", position)
        position = last + 1
        lines += 1
    return Block(first, last, "content.patch") if has_hunk and last > end else None
