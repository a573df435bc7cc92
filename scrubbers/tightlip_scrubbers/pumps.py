"""Texts that could make a pattern slow: found from its structure, to be tried by `steps`.

A backtracking search is slow where one text can be read in many ways. The pattern becomes an automaton of its character classes (Glushkov
1961), with a state before it that stands for "the search begins again further on". Then, after Weber and Seidl, "On the degree of ambiguity
of finite automata" (1991):

- a state that a word leads back to in two ways: the ways double with each repetition of the word;
- two states, where a word leads from the first to itself, from the first to the second, and from the second to itself: the ways grow with a
  power of the number of repetitions. The first may be the state before the pattern.

Repeats with bounds, looks around and parts that give nothing back are read more widely than they match: that finds more words than are slow,
and `steps` tells which of them are.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, replace
from itertools import chain, product
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from tightlip_scrubbers.parsed import Atomic, Chars, Choice, Look, Node, Place, Repeat, Sequence, Tree, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MOST_STATES: Final = 1_500
_MOST_LOOKS: Final = 400_000
_START: Final = 0
"""The state before the pattern: it reads anything and stays."""

Why: TypeAlias = Literal["twice", "shared", "restart", "tried"]


@dataclass(frozen=True, slots=True)
class Pump:
    """A text that may be slow: ``before``, then ``word`` again and again, then one of ``ends``.

    Attributes:
        before: Leads to the repeat.
        word: What is repeated.
        ends: What may make the match fail at last.
        why: ``twice``: one repeat reads the word in two ways; ``shared``: two repeats read it; ``restart``: the search begins again in it;
            ``tried``: nothing speaks for it but that it is repeated.
        places: The character classes that read it, first and last.
    """

    before: str
    word: str
    ends: tuple[str, ...]
    why: Why
    places: tuple[Chars | None, Chars | None]


@dataclass(slots=True)
class _Part:
    """What the construction knows of a part: the states that begin and end it."""

    nullable: bool
    first: list[int]
    last: list[int]


class Automaton:
    """The states of a pattern and what may follow each.

    Args:
        tree: The pattern.

    Raises:
        Unreadable: It has too many states.
    """

    def __init__(self, tree: Tree) -> None:
        self._characters = tree.characters
        self._leaves: list[Chars | None] = [None]
        self._edges: list[Counter[int]] = [Counter({_START: 1})]
        whole = self._part(tree.root)
        self._link([_START], whole.first)
        self._members = [frozenset(self._characters) if leaf is None else leaf.members for leaf in self._leaves]
        self._root = tree.root
        self._asks_before = asks_before(tree.root)
        self._looks = 0
        self._nexts: dict[tuple[int, int], dict[str, list[int]]] = {}
        self._reach = self._closure()
        self._loops = [state for state in range(1, len(self._leaves)) if self._reach[state] >> state & 1]

    # The construction.

    def _state(self, leaf: Chars) -> int:
        if len(self._leaves) >= _MOST_STATES:
            raise Unreadable(f"it has more than {_MOST_STATES} parts; make it shorter")
        self._leaves.append(leaf)
        self._edges.append(Counter())
        return len(self._leaves) - 1

    def _link(self, ends: Iterable[int], beginnings: list[int]) -> None:
        for end in ends:
            self._edges[end].update(beginnings)

    def _part(self, node: Node) -> _Part:
        if isinstance(node, Chars):
            state = self._state(node)
            return _Part(False, [state], [state])
        if isinstance(node, Sequence):
            return self._sequence(node)
        if isinstance(node, Choice):
            parts = [self._part(one) for one in node.parts]
            return _Part(
                any(part.nullable for part in parts),
                [state for part in parts for state in part.first],
                [state for part in parts for state in part.last],
            )
        if isinstance(node, Repeat):
            part = self._part(node.part)
            if node.high > 1:
                self._link(part.last, part.first)
            return _Part(node.low == 0 or part.nullable, part.first, part.last)
        if isinstance(node, Atomic):
            return self._part(node.part)
        if isinstance(node, Look) and node.width is None:
            return _Part(True, self._part(node.part).first, [])
        return _Part(True, [], [])

    def _sequence(self, node: Sequence) -> _Part:
        whole = _Part(True, [], [])
        for one in node.parts:
            part = self._part(one)
            self._link(whole.last, part.first)
            whole = _Part(
                whole.nullable and part.nullable,
                whole.first + part.first if whole.nullable else whole.first,
                whole.last + part.last if part.nullable else part.last,
            )
        return whole

    def _closure(self) -> list[int]:
        """For each state the states that can come after it, as bits."""
        reach = [sum(1 << after for after in edges) for edges in self._edges]
        changed = True
        while changed:
            changed = False
            for state in range(len(reach) - 1, -1, -1):
                bits = reach[state]
                for after in self._edges[state]:
                    bits |= reach[after]
                if bits != reach[state]:
                    reach[state], changed = bits, True
        return reach

    def _can(self, start: int, goal: int) -> bool:
        return bool(self._reach[start] >> goal & 1)

    # The words.

    def pumps(self) -> Iterator[Pump]:
        """The texts, the worst first.

        Raises:
            Unreadable: The pattern has too many ways to be looked at.
        """
        for pump in chain(self._twice(), self._shared(), self._tried()):
            yield pump
            if self._asks_before:
                # What stands at the beginning, or behind something, is read otherwise than what stands elsewhere.
                others = [character for character in self._characters if character not in pump.word + pump.before]
                if others:
                    yield replace(pump, before=others[0] + pump.before)

    def _twice(self) -> Iterator[Pump]:
        for state in self._loops:
            for word in self._words_in_two_ways(state):
                yield self._pump(state, state, word, "twice")

    def _words_in_two_ways(self, state: int) -> Iterator[str]:
        """Words that lead from a state back to it in two ways."""
        for after, ways in self._edges[state].items():
            if ways > 1 and self._members[after] and (after == state or self._can(after, state)):
                back = "" if after == state else self._word((after,), (state,))
                if back is not None:
                    yield self._any_of(self._members[after]) + back
        word = self._word((state, state), (state, state), apart=True)
        if word:
            yield word

    def _shared(self) -> Iterator[Pump]:
        for first in (*self._loops, _START):
            for second in self._loops:
                if first != second and self._can(first, second):
                    # Several, since a look around may stand against one of them: each begins with another character.
                    for begin in self._characters if first == _START else (None,):
                        word = self._word((first, first, second), (first, second, second), begin=begin)
                        if word:
                            yield self._pump(first, second, word, "restart" if first == _START else "shared")

    def _tried(self) -> Iterator[Pump]:
        """Words that no analysis gave: a whole match, what leads to each repeat, each character."""
        whole = shortest(self._root)
        for word in (whole, whole[:-1], whole[1:]):
            if word:
                yield Pump("", word, self._ends(_START), "tried", (None, None))
        for state in self._loops:
            before = leading(self._root, self._leaf(state)) or ""
            back = self._word((state,), (state,))
            if back:
                yield Pump(before, back, self._ends(state), "tried", (self._leaves[state], self._leaves[state]))
            if before:
                yield Pump("", before, self._ends(state), "tried", (None, self._leaves[state]))
        for character in self._characters:
            yield Pump("", character, self._ends(_START), "tried", (None, None))

    def _pump(self, first: int, second: int, word: str, why: Why) -> Pump:
        before = "" if first == _START else leading(self._root, self._leaf(first)) or ""
        return Pump(before, word, self._ends(second), why, (self._leaves[first], self._leaves[second]))

    def _leaf(self, state: int) -> Chars:
        leaf = self._leaves[state]
        assert leaf is not None, "only the state before the pattern has none"
        return leaf

    def _ends(self, state: int) -> tuple[str, ...]:
        """Nothing, the rarest characters, a line break, and what cannot come after a state; all, where a part asks what stands before it."""
        if self._asks_before:
            return ("", *self._characters)
        rarity = Counter(character for members in self._members for character in members)
        rare = sorted(self._characters, key=lambda character: rarity[character])[:2]
        following: frozenset[str] = frozenset[str]().union(
            *(self._members[after] for after in self._edges[state] if after != _START)
        )
        strange = [character for character in self._characters if character not in following][:1]
        return tuple(dict.fromkeys(("", *strange, *rare, "\n")))

    def _any_of(self, members: frozenset[str]) -> str:
        return next(character for character in self._characters if character in members)

    def _word(
        self, start: tuple[int, ...], goal: tuple[int, ...], *, begin: str | None = None, apart: bool = False
    ) -> str | None:
        """The shortest word that leads from each state to the one below it, all at once; None if there is none.

        Args:
            start: The states.
            goal: Where they are to be.
            begin: The word's first character, if it is to have one of its own.
            apart: Whether they must have been in different states on the way.
        """
        seen: set[tuple[tuple[int, ...], bool]] = {(start, not apart)}
        queue = deque([(start, not apart, "")])
        while queue:
            states, parted, word = queue.popleft()
            for character in (begin,) if begin is not None and not word else self._characters:
                for after in self._steps(states, goal, character):
                    self._looks += 1
                    if self._looks > _MOST_LOOKS:
                        raise Unreadable("it can be read in too many ways to be checked; make it shorter")
                    now = parted or len(set(after)) > 1
                    if now and after == goal:
                        return word + character
                    if (after, now) not in seen:
                        seen.add((after, now))
                        queue.append((after, now, word + character))
        return None

    def _steps(self, states: tuple[int, ...], goal: tuple[int, ...], character: str) -> Iterable[tuple[int, ...]]:
        """Where the states can go on a character, as far as each can still reach its goal."""
        afters: list[list[int]] = []
        for state, end in zip(states, goal, strict=True):
            found = self._next(state, end).get(character)
            if found is None:
                return ()
            afters.append(found)
        return product(*afters)

    def _next(self, state: int, end: int) -> dict[str, list[int]]:
        """By each character, the states that can follow one and from which another can be reached."""
        known = self._nexts.get((state, end))
        if known is None:
            known = self._nexts[state, end] = {}
            for after in self._edges[state]:
                if after == end or self._can(after, end):
                    for character in self._members[after]:
                        known.setdefault(character, []).append(after)
        return known


def asks_before(node: Node) -> bool:
    """Whether a part asks what stands before it: a place, or a look behind."""
    if isinstance(node, (Sequence, Choice)):
        return any(map(asks_before, node.parts))
    if isinstance(node, Chars):
        return False
    return isinstance(node, Place) or (isinstance(node, Look) and node.width is not None) or asks_before(node.part)


def shortest(node: Node) -> str:
    """A short text that a part matches, looks around and places aside."""
    if isinstance(node, Chars):
        return min(node.members, default="")
    if isinstance(node, Sequence):
        return "".join(map(shortest, node.parts))
    if isinstance(node, Choice):
        return min(map(shortest, node.parts), key=len)
    if isinstance(node, Repeat):
        return shortest(node.part) * node.low
    if isinstance(node, Atomic):
        return shortest(node.part)
    return ""


def leading(node: Node, goal: Chars) -> str | None:
    """A short text that leads through a part to one of its character classes, that one's character at its end; None if it is elsewhere."""
    if isinstance(node, Chars):
        return shortest(node) if node is goal else None
    if isinstance(node, Sequence):
        before = ""
        for part in node.parts:
            inside = leading(part, goal)
            if inside is not None:
                return before + inside
            before += shortest(part)
        return None
    if isinstance(node, Choice):
        return next((found for part in node.parts if (found := leading(part, goal)) is not None), None)
    if isinstance(node, Place):
        return None
    return leading(node.part, goal)
