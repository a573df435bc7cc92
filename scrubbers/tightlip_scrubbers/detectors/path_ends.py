r"""Where a path ends in a text: at a sign that it may also hold, so the text around it decides.

A comma, a closing bracket, a colon and a blank can all stand in a file's name. Each is taken for the end only where something
shows it; where nothing does, the path goes on, since half a name that is left is a leak and a word that is lost is not.
"""

from __future__ import annotations

import re
from typing import Final

from tightlip_scrubbers.detectors.extensions import class_of
from tightlip_scrubbers.detectors.path_tables import MESSAGE_WORDS
from tightlip_scrubbers.possessive import compile_pattern
from tightlip_scrubbers.spans import trim

_OPENER_REACH: Final = 256
_OPENERS: Final = {")": "(", "]": "[", "}": "{"}
_BRACKET: Final = re.compile(r"[()\[\]{}]")
_SEPARATOR: Final = re.compile(r"[,;&:，、；：！？（）]|(?<=[!-~])(?=[\u1100-\u2fff\u3040-\uff00\uff10-\uffdc])")  # noqa: RUF001
# What shows that something new begins behind a separator: a name of its own, a path, a quote, a number, a URL.
_NEW: Final = compile_pattern(
    r"(?:[\w.\-]{1,32}+=|[/~\"'{\[(<\\]|[A-Za-z]:[\\/]|[a-z]{2,12}+://|\.\.?[/\\]|[0-9]*+\Z|[,;&:])"
)
_POSIX_BREAK: Final = re.compile(r"\\{1,4}[nrt](?![a-z])")
_WINDOWS_BREAK: Final = re.compile(r"(?<!\\)\\[nrt](?![a-z\\])")
_POSITION: Final = re.compile(r"\.[A-Za-z]{1,8}(\([0-9]{1,7}(?:,[0-9]{1,7})?\))\Z")
_LONGEST_EXTENSION: Final = 8
_LONGEST_NAME: Final = 255
_LONGEST_POSITION: Final = 32

_WORD: Final = compile_pattern(r" ((?:[^\s\"'`<>|:*?,;=]|(?<=[A-Za-z])'(?=[A-Za-z])){1,128}+)")
_MAX_SPACED: Final = 8
_MAX_WORDS: Final = 5
_MAX_CAPITALS: Final = 2


def extended(text: str, start: int, end: int) -> bool:
    """Tell whether what ends here ends with an extension, known or not."""
    dot = text.rfind(".", max(start, end - 1 - _LONGEST_EXTENSION), end)
    return dot >= 0 and end - dot > 1 and text[dot + 1 : end].isalnum() and text[dot + 1 : end].isascii()


_MARKED: Final = re.compile(r"\[path(?::[a-z]+)?\](?![/\\A-Za-z0-9])")


def is_marked(text: str, start: int) -> bool:
    """Tell whether the path was found before: what stands behind its marker is no part of it."""
    return text[start : start + 1] == "[" and _MARKED.match(text, start) is not None


def is_file(text: str, start: int, end: int) -> bool:
    """Tell whether the last name of a path has an extension that is known: a path seldom goes on behind one."""
    low = max(start, end - _LONGEST_NAME)
    low = max(low, text.rfind("/", low, end), text.rfind("\\", low, end))
    return text.find(".", low, end) >= 0 and class_of(text[low:end].rstrip(".,;:!?)]}").lstrip("/\\")) is not None


def closed(text: str, start: int, end: int) -> int:
    """Return where a run is ended by a bracket that was opened before it; one that nothing opened belongs to it."""
    if text.find(")", start, end) < 0 and text.find("]", start, end) < 0 and text.find("}", start, end) < 0:
        return end
    depth = dict.fromkeys("([{", 0)
    outside: dict[str, int] = {}
    for found in _BRACKET.finditer(text, start, end):
        sign = found[0]
        opener = _OPENERS.get(sign)
        if opener is None:
            depth[sign] += 1
        elif depth[opener] > 0:
            depth[opener] -= 1
        else:
            if sign not in outside:
                low = max(0, start - _OPENER_REACH)
                outside[sign] = text.count(opener, low, start) - text.count(sign, low, start)
            if outside[sign] > 0:
                return found.start()
    return end


def tidy(text: str, start: int, end: int) -> int:
    """Return the end of a run without the sentence's punctuation and without the bracket around it."""
    if text[end - 1].isalnum() and text[start:end].isalnum():  # most are one word
        return end
    end = closed(text, start, end)
    return end if text[end - 1].isalnum() else trim(text, start, end)


def _separated(text: str, start: int, end: int) -> int:
    """Return where a separator ends the path. It does not where a folder or an extension follows: ``/x/smith,ann/a.txt``."""
    last = -1
    for found in _SEPARATOR.finditer(text, start + 2, end):  # behind the colon of a drive
        last = last if last >= 0 else max(text.rfind(sign, start, end) for sign in "/\\.")
        position = found.start()
        if _NEW.match(text, found.end(), end) and (found[0] != ":" or extended(text, start, position)):
            return position
        if found[0] == ":":
            if extended(text, start, position):
                return position
        elif last < position and (found[0] == ";" or last == position - 1 or extended(text, start, position)):
            return position
    return end


def posix_end(text: str, start: int, end: int) -> int:
    """Return where a path with slashes and without quotes ends."""
    line = _POSIX_BREAK.search(text, start, end) if text.find("\\", start, end) >= 0 else None
    return _end(text, start, line.start() if line else end)


def windows_end(text: str, start: int, end: int) -> int:
    r"""Return where a path with backslashes ends. ``\n`` is a folder there, unless other backslashes are doubled."""
    for line in _WINDOWS_BREAK.finditer(text, start, end):
        if is_file(text, start, line.start()) or text.startswith("\\\\", start + 2):
            end = line.start()
            break
    return _end(text, start, end)


def _end(text: str, start: int, end: int) -> int:
    end = tidy(text, start, _separated(text, start, closed(text, start, end)))
    if text[end - 1] != ")":
        return end
    position = _POSITION.search(text[max(start, end - _LONGEST_POSITION) : end])
    return end - len(position[1]) if position else end


def spaced_end(text: str, start: int, end: int, sign: str) -> int:
    r"""Return where a path ends that goes on after blanks, a bounded number of times.

    It goes on if one of the next words holds a separator, or if one ends with an extension as no word before it did. So
    ``C:\Program Files (x86)\x`` is whole, and so is ``/Users/Ann Smith/my letter.docx``.

    Args:
        text: The text.
        start: Where the path begins.
        end: Where it ends if it does not go on.
        sign: The separator.
    """
    for _ in range(_MAX_SPACED):
        if is_file(text, start, end):
            break
        more = _more(text, start, end, sign)
        if more is None:
            break
        end = more
    return end


def _more(text: str, start: int, end: int, sign: str) -> int | None:
    """Return where the path ends after the next words that belong to it; None if none do."""
    position, capitals = end, 0
    for number in range(1, _MAX_WORDS + 1):
        found = _WORD.match(text, position)
        if found is None:
            return None
        word, position = found[1], found.end()
        capitals += word[0].isupper() or not word[0].isalpha()
        place = word.find(sign)
        if place == 0 or word.lower() in MESSAGE_WORDS:  # another path, or the message goes on
            return None
        if place > 0:
            stop = windows_end(text, start, position) if sign == "\\" else posix_end(text, start, position)
            # "read/write" is no folder and its file.
            likely = sign == "\\" or capitals == number <= _MAX_CAPITALS or is_file(text, start, stop)
            return stop if likely else None
        head = word.partition("&")[0]
        if head != word and class_of(head) is not None:
            return found.start(1) + len(head)
        if word[0] in "$%~" or "/" in word or "\\" in word:  # a path of another kind
            return None
        if not any(character.isalnum() for character in word):  # "R & D"
            continue
        stop = position if word.isalnum() else closed(text, start, trim(text, start, position))
        if class_of(word[: len(word) - (position - stop)]) is not None:
            return stop
        if stop < position:  # a clause ends
            return None
    return None
