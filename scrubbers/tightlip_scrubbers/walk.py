"""Copy a nested value with everything scrubbed. This is the only code here that touches containers.

Guarantees:

1. The input is never mutated, and the result shares no container with it.
2. No code of the objects is run: no ``repr``, ``str``, ``==``, ``hash`` or attribute of anything but built-in types, and
   no ``isinstance``, which asks ``__class__``. Types are compared by identity; subclasses of built-in containers are read
   through the built-in's own methods. The one exception is the type that the caller passes as ``keep``.
3. The result holds only None, bool, int, float, exact ``str``, ``keep``, and exact dict, list, tuple, set and frozenset.
4. Its size is bounded: depth, breadth, length of a text, and the total of values and of characters.
5. Scrubbing the result again changes nothing.
6. A text that is JSON, a Python literal or a query string as a whole is read, scrubbed as what it is, and written again.
7. A secret that was found in one place goes from all places, in whatever common encoding (see `echoes`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Final, TypeAlias, TypeVar, cast
from urllib.parse import unquote_plus

from tightlip_scrubbers import literals, markers
from tightlip_scrubbers.echoes import Echoes
from tightlip_scrubbers.engine import DEFAULT, Scrubber
from tightlip_scrubbers.meaning import Meaning
from tightlip_scrubbers.named_values import VALUE_KEYS, names_beside
from tightlip_scrubbers.persons import OWN_NAME, tells_of_a_person
from tightlip_scrubbers.possessive import compile_pattern

MAX_DEPTH: Final = 24
"""Containers inside containers; Sentry's own event format needs nine."""
MAX_BREADTH: Final = 1_000
"""Items of one container, the marker for the rest among them."""
MAX_VALUES: Final = 50_000
"""Values in all."""
MAX_CHARACTERS: Final = 2_000_000
"""Characters in all."""
MAX_BITS: Final = 256
"""Longer integers are data in disguise, and ``json.dumps`` refuses the longest."""

_PAIR: Final = 2
_FEW: Final = 1_000_000
_SHORT_NUMBER: Final = 10**8
_WRITTEN: Final = frozenset("{[(")
_ENDS: Final = frozenset({"{}", "[]", "()"})
_FORMS: Final[tuple[tuple[Callable[[str], object], Callable[[object, str], str]], ...]] = (
    (literals.read_json, literals.write_json),
    (literals.read_python, literals.write_python),
)
# Two pairs or more, or one whose value has an escape in it; without blanks, which prose has.
_QUERY: Final = compile_pattern(
    r"[\w.%\[\]\-]{1,64}+=(?:[^\s&=\"'<>{}]*+=?+=?+&[\w.%\[\]\-]{1,64}+=[^\s\"'<>{}]*+|[^\s&\"'<>{}%]*+%[^\s&\"'<>{}]*+)\Z"
)
# The slots themselves: a metaclass can give a class its own __mro__ attribute, and its own code with it.
_MRO: Final = cast("Callable[[type], tuple[type, ...]]", type.__dict__["__mro__"].__get__)

_T = TypeVar("_T")
_Containers: TypeAlias = tuple[type, ...]
_CONTAINERS: Final[_Containers] = (dict, list, tuple, set, frozenset)
# The built-ins' own ways to read: a subclass may have overridden its.
_DICT_ITEMS: Final = cast("Callable[[object], Iterable[tuple[object, object]]]", dict.items)  # pyright: ignore[reportUnknownMemberType]
_ITERATE: Final = cast(
    "Mapping[type, Callable[[object], Iterator[object]]]",
    {kind: kind.__iter__ for kind in (list, tuple, set, frozenset)},  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
)


def scrub(value: object, *, keep: type[str] | None = None, scrubber: Scrubber = DEFAULT) -> object:
    """Return a scrubbed copy of any value.

    Texts are scrubbed by the rules. A value under a secret key (see ``is_secret_key``) goes whole, whatever its type; so
    does the second of a pair in a list of pairs, as HTTP headers are kept. Keys are scrubbed too.

    Args:
        value: Anything. Dicts, lists, tuples, sets and their subclasses are copied as the plain built-in. An object of
            another type becomes ``[object]``, bytes become ``[bytes]``.
        keep: A subclass of ``str`` for text that is known to come from code. Its instances pass unchanged, but not under
            a secret key. Their ``__hash__`` and ``__eq__`` are the type's own business.
        scrubber: The rules and names; the package's own if none is given.

    Returns:
        The copy. What a bound cut off is marked: ``[depth]``, ``[breadth]``, ``[length]``, ``[total]``; what contains
        itself, ``[cycle]``.
    """
    scrubber.refresh()
    walk = _Walk(keep, scrubber)
    clean = walk.value(value, 0)
    echoes = Echoes(walk.secrets)
    return echoes.removed(clean, keep) if echoes.any() and echoes.stand_in(clean) else clean


def _builtin_of(kind: type, candidates: _Containers) -> type | None:
    """Return the first of the candidates that the type is or inherits from, by identity alone."""
    for base in _MRO(kind):
        for candidate in candidates:
            if base is candidate:
                return candidate
    return None


class _Walk:
    """The state of one call: what is left of the bounds, the containers that are open, and the secrets that were found."""

    def __init__(self, keep: type[str] | None, scrubber: Scrubber) -> None:
        self._keep = keep
        self._scrubber = scrubber
        self._markers = scrubber.markers
        self._silent = scrubber.silent
        self._clean = scrubber.clean
        self._values = MAX_VALUES
        self._characters = MAX_CHARACTERS
        self._open: set[int] = set()
        self.secrets: set[str] = set()
        self._owner = ""  # the key of the dict or list that is walked next

    def value(self, value: object, depth: int, *, hashed: bool = False, paired: bool = False) -> object:
        """Return the copy of one value.

        Args:
            value: Anything.
            depth: How many containers are open.
            hashed: Whether it will be a member of a set, or of a tuple in one.
            paired: Whether it stands in a list, where a pair may be a key and its value.
        """
        kind = type(value)
        if kind is str:
            return self._text(cast("str", value), depth)
        if value is None or kind is bool or kind is float:
            return value
        if kind is int:
            return self._number(cast("int", value))
        if kind is bytes or kind is bytearray:
            return markers.BYTES
        is_plain = kind is dict or kind is list
        if not is_plain and _builtin_of(kind, (str,)) is not None:
            return self._string(cast("str", value), depth, hashed=hashed)
        container = kind if is_plain else _builtin_of(kind, _CONTAINERS)
        if container is None or (hashed and container is not tuple and container is not frozenset):
            return markers.OBJECT  # the second case: a list with a hash of its own, which the plain copy has not
        if id(value) in self._open:
            return markers.CYCLE
        if depth >= MAX_DEPTH:
            return markers.DEPTH
        self._open.add(id(value))
        owner, self._owner = self._owner, ""
        try:
            if container is dict:
                return self._dict(_take(_DICT_ITEMS(value)), depth + 1, owner)
            hashed = hashed or container is set or container is frozenset
            items = self._items(_take(_ITERATE[container](value)), depth + 1, owner, hashed=hashed, paired=paired)
            return items if container is list else cast("Callable[[list[object]], object]", container)(items)
        finally:
            self._open.discard(id(value))

    def _number(self, value: int) -> int | str:
        """A card or an account may come as a number; it is looked at as the text that it would be."""
        if -_SHORT_NUMBER < value < _SHORT_NUMBER:
            return value
        if value.bit_length() > MAX_BITS:
            return markers.NUMBER
        text = str(value)
        return value if self._scrubber.scrub_and_collect(text, set()) == text else markers.NUMBER

    def _string(self, value: str, depth: int, *, hashed: bool) -> str:
        kind = type(value)
        # A subclass of keep may have a hash of its own, and a set or a dict would run it.
        if self._keep is not None and (kind is self._keep if hashed else _builtin_of(kind, (self._keep,)) is not None):
            return value
        return self._text(str.__str__(value), depth)

    def _items(self, taken: list[object], depth: int, owner: str, *, hashed: bool, paired: bool) -> list[object]:
        if paired and len(taken) == _PAIR:
            name = self._key(taken[0]) if self._name(taken[0]) else None
            meaning = self._meaning(taken[0], name, taken[1])
            if meaning is not None:
                return [name, meaning.marker]
        out: list[object] = []
        flag = ""
        for position, item in enumerate(taken):
            if position == MAX_BREADTH - 1 and len(taken) > MAX_BREADTH:
                out.append(markers.BREADTH)
                break
            if not flag and type(item) is str and item[:1] != "-" and self._passes(item, 1):
                out.append(item)
                continue
            if not self._spend(item):
                out.append(markers.TOTAL)
                break
            meaning = self._meaning(flag, None, item) if flag and not (type(item) is str and item[:1] == "-") else None
            self._owner = owner
            out.append(self.value(item, depth, hashed=hashed, paired=True) if meaning is None else meaning.marker)
            # ["docker", "login", "--password", "hunter2"]; a set has no order
            flag = item.lstrip("-") if type(item) is str and item[:1] == "-" and not hashed else ""
        return out

    def _dict(self, taken: list[tuple[object, object]], depth: int, owner: str) -> dict[object, object]:
        out: dict[object, object] = {}
        is_person = tells_of_a_person(taken, owner, self._scrubber, self._is_confirmed)
        named = names_beside(taken)
        for position, (key, item) in enumerate(taken):
            if position == MAX_BREADTH - 1 and len(taken) > MAX_BREADTH:
                out[markers.BREADTH] = markers.BREADTH
                break
            is_silent = type(key) is str and key in self._silent and not named
            if is_silent and type(item) is str and not is_person and key not in out and self._passes(item, 2):
                out[key] = item
                continue
            if self._values >= _PAIR:
                self._values -= _PAIR
            elif not self._spend(key) or not self._spend(item):
                out[markers.TOTAL] = markers.TOTAL
                break
            name, meaning = (key, None) if is_silent else self._told(key, item, named)
            if name in out:
                name = _unused(name, out)
            if meaning is None and is_person and type(key) is str and key in OWN_NAME:
                out[name] = markers.PERSON
                continue
            self._owner = key if type(key) is str else ""
            out[name] = self.value(item, depth) if meaning is None else meaning.marker
        self._owner = ""
        return out

    def _told(self, key: object, item: object, named: list[object]) -> tuple[object, Meaning | None]:
        """What a key becomes, and what it says of its value; ``named`` are the names that stand beside it."""
        name = self._key(key)
        meaning = None
        if type(key) is str and name is key:
            self._scrubber.hush(key)
        if named or type(key) is not str or key not in self._silent:
            meaning = self._meaning(key, name, item)
        if meaning is None and named and name in VALUE_KEYS:
            meaning = next(filter(None, (self._meaning(other, None, item) for other in named)), None)
        return name, meaning

    def _passes(self, text: str, values: int) -> bool:
        """Whether a text is known to be clean and within the bounds; it and its key are counted then. Most texts of most events are such."""
        if text not in self._clean or len(text) > self._characters or values > self._values:
            return False
        self._characters -= len(text)
        self._values -= values
        return True

    def _is_confirmed(self, name: str, item: object) -> bool:
        return self._confirmed(name, item, self._name(item)) is not None

    def _meaning(self, key: object, name: object, item: object) -> Meaning | None:
        """What a key says of its value. The scrubbed key counts as well, or a second pass could see another than the first.

        A key that became a marker says nothing, in either pass.
        """
        if type(name) is str and name in self._markers:
            return None
        text = self._name(item)
        meaning = self._confirmed(self._name(key), item, text)
        if meaning is None and name is not key and name is not None:
            meaning = self._confirmed(self._name(name), item, text)
        if meaning is not None and meaning.kind == "secret" and text:
            self.secrets.add(text)
        return meaning

    def _confirmed(self, name: str, item: object, text: str) -> Meaning | None:
        meaning = self._scrubber.names.meaning(name)
        if meaning is None or meaning.kind not in self._scrubber.kinds:
            return None
        if type(item) is int and -_FEW < item < _FEW and name.lower().endswith("tokens"):
            return None  # how many: language models bill by them
        if meaning.check is None:
            return meaning
        written = text or _number_text(item)
        return meaning if written and written not in self._markers and meaning.check(written) else None

    def _key(self, key: object) -> object:
        """Return a key that can be hashed without running foreign code, scrubbed: keys are data too."""
        if type(key) is str:
            return self._text(key, MAX_DEPTH)
        if type(key) is bytes:
            return self._scrubbed(key.decode("ascii", "replace"))
        if _builtin_of(type(key), _CONTAINERS) is not None:
            return markers.OBJECT
        return self.value(key, MAX_DEPTH, hashed=True)

    def _name(self, key: object) -> str:
        """Return the text of a key for the decision by name; nothing for what has no text."""
        if type(key) is str:
            return key
        if type(key) is bytes:
            return key[-128:].decode("ascii", "replace")
        if _builtin_of(type(key), (str,)) is not None:
            return str.__str__(cast("str", key))
        return ""

    def _text(self, text: str, depth: int) -> str:
        if text in self._markers:
            return text
        clean = self._scrubber.recall(text)
        if clean is not None:
            return self._spent(clean, len(text))
        if depth < MAX_DEPTH:
            # A class of its own for what was written: a second pass reads it in the same way.
            clean = self._written(text, depth)
        if clean is None:
            return self._scrubbed(text, is_new=True)
        # What was written as a text was somebody's content, as it is in a sentence: what no key gave away goes by the rules of that class.
        return self._scrubbed(clean) if clean[:1] in _WRITTEN else self._spent(clean, len(text))

    def _scrubbed(self, text: str, *, is_new: bool = False) -> str:
        if len(text) <= self._characters:
            scrubbed = self._scrubber.settled if is_new else self._scrubber.scrub_and_collect
            return self._spent(scrubbed(text, self.secrets), len(text))
        self._characters = 0
        return markers.TOTAL

    def _spent(self, clean: str, length: int) -> str:
        # The longer of the two, so that a second pass, which sees the result, never runs out sooner.
        cost = max(len(clean), length)
        if cost <= self._characters:
            self._characters -= cost
            return clean
        self._characters = 0
        return markers.TOTAL

    def _written(self, text: str, depth: int) -> str | None:
        """A structure that was written into the text, scrubbed as one and written again; None where there is none."""
        if len(text) > literals.LONGEST:
            return None
        if "=" in text and _QUERY.match(text):
            return self._query(text)
        ends = text[:1] + text[-1:]
        if ends not in _ENDS or not ('"' in text or "'" in text):
            return None
        for read, write in _FORMS:
            try:
                before: object = read(text)
            except literals.NoLiteral:
                continue
            if type(before) not in _CONTAINERS:
                return None
            after = self.value(before, depth, paired=True)
            return text if after == before else write(after, text)
        return None

    def _query(self, text: str) -> str:
        """A query string or form, pair by pair: names and values are read as they were meant."""
        parts: list[str] = []
        is_form = "&" in text and "request" in self._scrubber.kinds  # whatever it holds was somebody's input
        for part in text.split("&"):
            name, _, value = part.partition("=")
            read, meant = unquote_plus(name), unquote_plus(value)
            meaning = self._meaning(read, None, meant) if meant else None
            clean_name = self._scrubbed(read)
            if meaning is not None:
                clean = meaning.marker
            else:
                clean = markers.VALUE if is_form and meant else self._scrubbed(meant)
            parts.append(f"{name if clean_name == read else clean_name}={value if clean == meant else clean}")
        joined = "&".join(parts)
        # What stands across pairs, and a marker that makes something of its neighbour.
        return joined if joined == text and not self._scrubber.find(text) else self._scrubber.scrub_text(joined)

    def _spend(self, value: object) -> bool:
        """Count one value. The marker for the rest costs nothing: it stands for what the first pass cut."""
        self._values -= 1
        return self._values >= 0 or (type(value) is str and value == markers.TOTAL)


def _number_text(value: object) -> str:
    """Return a number as the text that it would be; nothing for anything else. A telephone number may come as one."""
    if type(value) is int:
        return str(value) if value.bit_length() <= MAX_BITS else ""
    return str(value) if type(value) is float else ""


def _take(items: Iterable[_T]) -> list[_T]:
    """Take one more than the bound, in one call: no other thread's change can come between in the middle of it."""
    return list(islice(items, MAX_BREADTH + 1))


def _unused(key: object, out: dict[object, object]) -> object:
    """Return the key, or a numbered one where two became the same: two mail addresses are one marker."""
    if key not in out:
        return key
    text = str.__str__(key) if isinstance(key, str) else markers.OBJECT
    number = len(out) + 1
    while f"{text}#{number}" in out:
        number += 1
    return f"{text}#{number}"
