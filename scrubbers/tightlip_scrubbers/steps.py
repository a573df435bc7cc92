"""How many steps a backtracking search takes: the search itself, slowly, with a counter in place of a clock.

It does what ``re`` does: it tries each way in order, goes back where one fails, and begins again at the next character. The number of steps
is the same on every machine, so that a limit on it is a property of the pattern.
"""

from __future__ import annotations

from typing import Final, TypeAlias

from tightlip_scrubbers.parsed import ENDLESS, Atomic, Chars, Choice, Node, Place, Repeat, Sequence, Unreadable, is_word

_MOST_CODE: Final = 60_000
_CHARS, _SPLIT, _JUMP, _ATOMIC, _LOOK, _PLACE, _MARK, _MOVED, _END = range(9)

_Op: TypeAlias = tuple[int, object, int, int]
# An earlier mark to put back, or a way to try: the first is negative for a mark.
_Back: TypeAlias = tuple[int, int]


class TooMany(Exception):  # noqa: N818 - an answer, not an error
    """The search takes more steps than it may."""


class Stepper:
    """A pattern that counts what searching it costs.

    Args:
        root: The pattern.

    Raises:
        Unreadable: It is too large once its repeats are written out.
    """

    def __init__(self, root: Node) -> None:
        self._code: list[_Op] = []
        self._marks = 0
        self._write(root)
        self._add(_END)
        self._steps = 0
        self._limit = 0

    def search_all(self, text: str, limit: int) -> int:
        """The steps to find every match in a text.

        Raises:
            TooMany: They are more than ``limit``.
        """
        self._steps, self._limit = 0, limit
        position = 0
        while position <= len(text):
            end = self._run(0, text, position)
            position = max(end, position + 1)
        return self._steps

    def _run(self, at: int, text: str, position: int) -> int:  # noqa: C901, PLR0912 - one loop, for its speed
        """Where a match that begins here ends; -1 if there is none."""
        code, length, limit = self._code, len(text), self._limit
        marks = [-1] * self._marks
        ways: list[_Back] = []
        steps = self._steps
        while True:
            steps += 1
            if steps > limit:
                raise TooMany
            kind, what, first, second = code[at]
            if kind == _CHARS:
                is_on = position < length and text[position] in what  # type: ignore[operator]
                position += 1
                at += 1
            elif kind == _SPLIT:
                ways.append((second, position))
                at, is_on = first, True
            elif kind == _JUMP:
                at, is_on = first, True
            elif kind == _END:
                self._steps = steps
                return position
            elif kind == _MARK:
                ways.append((-1 - first, marks[first]))
                marks[first] = position
                at, is_on = at + 1, True
            elif kind == _MOVED:
                # A turn that reads nothing is the last one.
                at, is_on = first if marks[second] != position else at + 1, True
            elif kind == _PLACE:
                is_on = _stands(str(what), text, position)
                at += 1
            else:
                self._steps = steps
                begin = position - second if kind == _LOOK else position
                end = self._run(at + 1, text, begin) if begin >= 0 else -1
                steps = self._steps
                if kind == _LOOK:
                    is_on = (end >= 0) is what
                else:
                    is_on, position = end >= 0, end
                at = first
            if not is_on:
                while ways:
                    at, position = ways.pop()
                    if at >= 0:
                        break
                    marks[-1 - at] = position
                else:
                    self._steps = steps
                    return -1

    # Writing the program.

    def _add(self, kind: int, what: object = None, first: int = 0, second: int = 0) -> int:
        if len(self._code) >= _MOST_CODE:
            raise Unreadable("it is too large once its repeats are written out; make it shorter")
        self._code.append((kind, what, first, second))
        return len(self._code) - 1

    def _here(self) -> int:
        return len(self._code)

    def _write(self, node: Node) -> None:
        if isinstance(node, Chars):
            self._add(_CHARS, node.members)
        elif isinstance(node, Sequence):
            for part in node.parts:
                self._write(part)
        elif isinstance(node, Choice):
            self._write_choice(node)
        elif isinstance(node, Repeat):
            self._write_repeat(node)
        elif isinstance(node, Place):
            self._add(_PLACE, node.name)
        else:
            at = self._add(_ATOMIC)
            self._write(node.part)
            self._add(_END)
            if isinstance(node, Atomic):
                self._code[at] = (_ATOMIC, None, self._here(), 0)
            else:
                self._code[at] = (_LOOK, not node.negative, self._here(), node.width or 0)

    def _write_choice(self, node: Choice) -> None:
        jumps: list[int] = []
        for part in node.parts[:-1]:
            split = self._add(_SPLIT)
            self._write(part)
            jumps.append(self._add(_JUMP))
            self._code[split] = (_SPLIT, None, split + 1, self._here())
        self._write(node.parts[-1])
        for jump in jumps:
            self._code[jump] = (_JUMP, None, self._here(), 0)

    def _write_repeat(self, node: Repeat) -> None:
        for _ in range(node.low):
            self._write(node.part)
        splits: list[int] = []
        if node.high == ENDLESS:
            mark, self._marks = self._marks, self._marks + 1
            splits.append(self._add(_SPLIT))
            self._add(_MARK, None, mark)
            self._write(node.part)
            self._add(_MOVED, None, splits[0], mark)
        else:
            for _ in range(node.high - node.low):
                splits.append(self._add(_SPLIT))
                self._write(node.part)
        for split in splits:
            inside, behind = split + 1, self._here()
            self._code[split] = (_SPLIT, None, behind, inside) if node.lazy else (_SPLIT, None, inside, behind)


def _stands(place: str, text: str, position: int) -> bool:
    if place == "begin":
        return position == 0
    if place == "end":
        return position == len(text)
    if place == "line begin":
        return position == 0 or text[position - 1] == "\n"
    if place in ("line end", "text end"):
        last = position == len(text)
        if place == "text end":
            return last or (position == len(text) - 1 and text[position] == "\n")
        return last or text[position] == "\n"
    if not text:  # neither is found in an empty text
        return False
    before = position > 0 and is_word(text[position - 1])
    behind = position < len(text) and is_word(text[position])
    return (before != behind) == (place == "border")
