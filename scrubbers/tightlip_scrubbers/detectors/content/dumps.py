r"""Structures that were written into a sentence: JSON, what Python's ``repr``, Java's ``toString`` or a shell of a database makes.

A text that is such a structure as a whole is read by the walk; here is what stands in prose: ``body: {...}``, ``got [...]``.
Small ones of numbers and of names of code stay, as do choices (``one of ['json', 'yaml']``). What stands under a key
with a meaning of its own is left to that meaning, which says more.

Sources: RFC 8259 (JSON), the Python language reference on literals, MongoDB's extended JSON in its shell's form.
"""

import ipaddress
import re
from dataclasses import dataclass
from typing import Final

from tightlip_scrubbers import literals
from tightlip_scrubbers.detectors.content.failures import is_failure
from tightlip_scrubbers.detectors.content.members import SMALL, URL, is_own
from tightlip_scrubbers.detectors.content.sizes import mark, marks
from tightlip_scrubbers.detectors.words import is_nothing
from tightlip_scrubbers.keys import Names
from tightlip_scrubbers.meanings.data import MARKER, is_data, is_name
from tightlip_scrubbers.possessive import compile_pattern
from tightlip_scrubbers.rule import Found, Rule, has

_STRING: Final = r"[bBuUrR]?+(?:\"(?:[^\"\\\n]|\\[\s\S])*+\"|'(?:[^'\\\n]|\\[\s\S])*+')|\\\"(?:[^\"\\\n]|\\\\\\\"|\\(?!\"))*+\\\"|\\{1,7}+\"[^\"\n]*+\""
_NUMBER: Final = r"[+\-]?+[0-9][\w.+\-]*+"
# A bare word counts where a separator follows: prose has words that follow each other.
_NAME: Final = r"[A-Za-z_$][\w.$\-]*+(?=\s{0,2}(?:[(=:{\[,\]})]|\Z))"
_OBJECT: Final = r"#?<[^<>\n]{1,200}+>"
_SIGNS: Final = r"[\s\[\]{}(),:=>*&|]++|\.\.\.|…"
_RUN: Final = rf"(?:{_SIGNS}|{_STRING}|{_NUMBER}|{_NAME}|{_OBJECT})*+"
_PIECES: Final = compile_pattern(
    rf"(?P<string>{_STRING})|(?P<number>{_NUMBER})|(?P<name>{_NAME})|(?P<open>[\[{{(])|(?P<close>[\]}})])"
    rf"|(?P<colon>=>|[:=])|(?P<comma>,)|\.\.\.|…|{_OBJECT}|[\s>*&|]"
)
_INSIDE: Final = re.compile(r"[bBuUrR]?\\*[\"']([\s\S]*?)\\*[\"']\Z")
_OPENED: Final = re.compile(r"\\{1,7}\"|[bu][\"']")
_DIGITS: Final = re.compile(r"[0-9]")
_DECIMALS: Final = re.compile(r"\.[0-9]{3}")
_CONSTANTS: Final = frozenset(
    {"None", "True", "False", "null", "true", "false", "nil", "undefined", "NaN", "nan", "Infinity"}
)
_OPERATION: Final = re.compile(r"(?:query|mutation|subscription)(?:\s[A-Za-z_]\w{0,64})?\s?(?:\([^()]{0,120}\)\s?)?\Z")
_CLASS_BEFORE: Final = re.compile(r"[\w%]\Z|[A-Z]\w* \Z|&\Z")
_FIELD: Final = re.compile(r"[\[{]\s{0,16}\w+\s?[=:]")
_SQL_BEFORE: Final = re.compile(r"(?:VALUES|values|\bIN|\bin)\s{0,2}\Z")
_SQL: Final = re.compile(r"\s(?:FROM|INTO|SET)\s|\s(?:from|into)\s[\w.]+\s(?:where|values|\()")
_NAME_KEYS: Final = frozenset({"name", "key", "field", "header", "Name", "Key"})
# Nothing that `_Seen.is_content` counts is so short without a quote or a key: four numbers with decimals have 23 characters.
_SMALL_ONE: Final = compile_pattern(r"[\[{(][^\"'=:\[\]{}()\\]{0,21}+[\]})]")
_TAG: Final = compile_pattern(r"\{:[a-z][a-z_]{1,40}+, ")
_TEXT_ALONE: Final = compile_pattern(r"\"([^\"\\\n]++)\"\}")
_STAMP: Final = re.compile(r"\[[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}")
_ADDRESS: Final = compile_pattern(
    r"\[([0-9A-Fa-f:.]{2,45}+)(?:%[0-9A-Za-z_.\-]{1,16}+)?\]|\([\"']([0-9A-Fa-f:.]{2,45}+)(?:%[0-9A-Za-z_.\-]{1,16}+)?[\"'], [0-9]{1,5}+(?:, [0-9]{1,10}+){0,2}\)"
)
# Choices that a message lists are the program's own, in whatever case.
_CHOICE: Final = r"[bu]?+(?:'[\w.:+\-/]{1,24}+'|\"[\w.:+\-/]{1,24}+\")"
_CHOICES: Final = compile_pattern(rf"[\[({{]\s?+{_CHOICE}(?:,\s?+{_CHOICE}){{0,31}}+,?+\s?+[\])}}]")
_OFFERED: Final = re.compile(
    r"(?:\b(?:one|any|either|some) of|\b(?:[Aa]llowed|[Vv]alid|[Ss]upported|[Pp]ossible|[Pp]ermitted|[Aa]ccepted|[Aa]vailable|[Kk]nown)(?: [a-z_]{2,16}){0,2}"
    r"|\b(?:must|should|has to) be(?: in| either)?|\b[Cc]hoose (?:from|between)|\b[Cc]hoices|\bnot in|\b[Ee]xpected|\be\.g\.|\b[Ee]xamples?|\bsuch as|\benum)(?: are| is)?[:,]? ?`{0,2}\Z"
)
_MOST_OF_CHOICE: Final = 4
_PAIR: Final = 2
_DEPTHS: Final = {"open": 1, "close": -1, "comma": 0}
_FEW_NUMBERS: Final = 3
_MANY_NUMBERS: Final = 16
_FEW_PRECISE: Final = 4
_LONG: Final = 400
_FEW_BLANKS: Final = 64


@dataclass(slots=True)
class _Seen:
    """What stands in a structure so far.

    Attributes:
        members: Keys with a value.
        quoted: Whether one of the keys was quoted.
        texts: Values that are texts and data.
        words: Values that are names or choices, under a quoted key.
        bare: Values without quotes that are no constants.
        numbers: Numbers that are values.
        precise: Those with three decimals or more: measured, or parts of a vector.
        commas: How many values end with one.
        named: Whether a value names what another one means, as in ``{"name": "Authorization", "value": ...}``.
        loose: Whether some data has no quoted key of the program's own, so that the structure goes whole.
    """

    members: int = 0
    quoted: bool = False
    texts: int = 0
    words: int = 0
    bare: int = 0
    numbers: int = 0
    precise: int = 0
    commas: int = 0
    named: bool = False
    loose: bool = False

    def is_content(self, length: int) -> bool:
        """Whether this is more than a small structure of numbers and names."""
        if self.named and self.members <= _PAIR:  # another rule takes the value alone
            return False
        if self.texts or self.numbers >= _MANY_NUMBERS or self.precise >= _FEW_PRECISE:
            return True
        if self.members > 1:
            return bool(self.quoted and self.words) or self.bare > 0 or self.numbers >= _FEW_NUMBERS or length >= _LONG
        return False

    def keeps_keys(self) -> bool:
        """Whether all data stands behind quoted keys, so that `members` takes the values and leaves the keys."""
        return self.quoted and not (
            self.loose or self.bare or self.numbers >= _MANY_NUMBERS or self.precise >= _FEW_PRECISE
        )


def structure(text: str, start: int, end: int, names: Names) -> Found | None:
    """Confirm a run that begins with a bracket as a structure with data in it; the span ends where the bracket is closed.

    A structure that is never closed was cut, or is broken by what no structure holds; then what there is of it goes.
    """
    before = text[start - 1 : start]
    if text[start] in "([" and (
        before.isidentifier() or (text[start] == "[" and before in {")", "]"})
    ):  # the arguments of a call, a subscript
        return None
    if _SMALL_ONE.match(text, start) or _STAMP.match(text, start):
        return None
    if _is_sign(text, start) or _are_choices(text, start):
        return None
    if _is_others(text, start):
        return None
    close, seen = _read(text, start, end, names)
    if text[start] == "(" and not seen.commas:
        return None
    if text[start] == "{" and not seen.commas and not seen.members:  # '{' and the like
        return None
    whole = close >= 0
    stop = close if whole else _cut_end(text, start, end)
    if not seen.is_content(stop - start):
        return None
    if whole and seen.quoted and is_failure(text, start, stop, names):
        return None
    if whole and seen.keeps_keys() and (stop - start <= SMALL or _is_whole(text, start, stop)):
        return None  # a line of a log that is JSON as a whole keeps its keys, whatever its length
    return _behind_tag(text, start, stop) if whole and text.startswith("{:", start) else (start, stop)


def _is_sign(text: str, start: int) -> bool:
    """Whether the bracket stands in quotes by itself: ``enclosed in '[' and ']'``."""
    quote = text[start - 1 : start]
    if not quote.isalnum() and quote not in {"'", '"', "`"}:  # '$['
        quote = text[max(0, start - 2) : start - 1]
    return quote in {"'", '"', "`"} and text[start + 1 : start + 2] == quote


def _are_choices(text: str, start: int) -> bool:
    """Whether a list holds what a message offers: short words without blanks, and no long numbers."""
    found = _CHOICES.match(text, start) if text[start + 1 : start + 2] in {"'", '"', "b", "u", " "} else None
    if found is None or _OFFERED.search(text, max(0, start - 64), start) is None:
        return False
    return all(len(_DIGITS.findall(item)) < _MOST_OF_CHOICE for item in found[0].split(","))


def _behind_tag(text: str, start: int, stop: int) -> Found:
    """What goes of a tuple of Erlang or Elixir: its first atom says what failed, as in ``{:badmatch, "x"}``.

    Of a text alone what is in the quotes goes, where a rule that knows it better sees the same: a key of AWS looks like a constant, or
    does not, and both must leave the same.
    """
    tag = _TAG.match(text, start, stop)
    if tag is None:
        return start, stop
    alone = _TEXT_ALONE.fullmatch(text, tag.end(), stop)
    return (tag.end(), stop - 1) if alone is None else (*alone.span(1), "content.member")


def _cut_end(text: str, start: int, end: int) -> int:
    """Where a structure ends that is not closed: with its run; a text that was opened goes to the end of its line."""
    if text[end : end + 1] in ('"', "'") or _OPENED.match(text, end):
        line = text.find("\n", end)
        end = len(text) if line < 0 else line
    while end > start and text[end - 1] in " \t\r\n,:=":
        end -= 1
    return end


def _is_whole(text: str, start: int, stop: int) -> bool:
    """Whether the structure is all of the text, and one that the walk reads."""
    if start > _FEW_BLANKS or len(text) - stop > _FEW_BLANKS or text[:start].strip() or text[stop:].strip():
        return False
    for read in (literals.read_json, literals.read_python):
        try:
            read(text.strip())
        except literals.NoLiteral:
            continue
        return True
    return False


def _is_others(text: str, start: int) -> bool:
    """Whether the bracket belongs to a form that another row knows better: an object with its class, a row of SQL."""
    before = text[max(0, start - 12) : start]
    if before.endswith("environ(") or (text[start] == "{" and _OPERATION.search(text, max(0, start - 160), start)):
        return True
    if (_CLASS_BEFORE.search(before) and _FIELD.match(text, start)) or _is_address(text, start):
        return True
    return text.startswith(("[parameters", "[type="), start) or (
        _SQL_BEFORE.search(before) is not None and _SQL.search(text) is not None
    )


def _is_address(text: str, start: int) -> bool:
    """Whether the bracket holds one address of a network, as before a port, or Python's pair of address and port."""
    match = _ADDRESS.match(text, start)
    if match is None:
        return False
    try:
        ipaddress.ip_address(match[1] or match[2])
    except ValueError:
        return False
    return True


def _read(text: str, start: int, end: int, names: Names) -> tuple[int, _Seen]:
    """Where the bracket that opens at start is closed, or -1; and what stands inside."""
    seen, depth = _Seen(), 0
    last: str | None = None  # the last text or name: a key, if a colon follows
    was_quoted = False
    owner: str | None = None  # the key of the value that comes
    is_quoted = is_direct = False  # that key; whether the value stands right behind it
    for piece in _PIECES.finditer(text, start, end):
        kind = piece.lastgroup
        if kind == "string":
            inside = _INSIDE.match(piece[0])
            last, was_quoted = inside[1] if inside else piece[0], True
        elif kind == "name":
            last, was_quoted = piece[0], False
        elif kind == "number":
            seen.numbers += 1
            seen.precise += _DECIMALS.search(piece[0]) is not None
            last, was_quoted = None, False
        elif kind == "colon":
            seen.members += last is not None or text[piece.start() - 1].isdigit()
            seen.numbers -= last is None and text[piece.start() - 1].isdigit()  # it is the key
            seen.quoted = seen.quoted or (last is not None and was_quoted)
            seen.loose = seen.loose or (last is not None and was_quoted and not is_own(last))  # a key may be data
            owner, last, is_quoted = last, None, was_quoted
            is_direct = True
        elif kind is not None:
            texts = seen.texts
            _count(seen, last, owner, names, quoted=was_quoted, opened=kind == "open")
            seen.loose = seen.loose or (
                seen.texts > texts and not (is_quoted and is_direct and owner is not None and is_own(owner))
            )
            is_direct = False
            depth += _DEPTHS[kind]
            if depth == 0:
                return piece.end(), seen
            seen.commas += kind == "comma"
            owner, last = (None if kind == "comma" else owner), None
    _count(seen, last, owner, names, quoted=was_quoted, opened=False)
    return -1, seen


def _count(seen: _Seen, value: str | None, owner: str | None, names: Names, *, quoted: bool, opened: bool) -> None:
    """Count a value that has ended, unless its key has a meaning, whose own rule removes it."""
    if value is None or opened or value in _CONSTANTS or MARKER.fullmatch(value) or (quoted and is_nothing(value)):
        return
    meaning = None if owner is None else names.meaning(owner)
    if meaning is not None and (meaning.check is None or meaning.check(value)):
        return
    if URL.match(value):  # the rules of URLs and paths take what is data in it
        return
    if owner in _NAME_KEYS and names.meaning(value) is not None:
        seen.named = True
    if is_data(value):
        if quoted:
            seen.texts += 1
        elif owner is not None:
            seen.bare += 1
    elif quoted and owner is not None and is_name(value):
        seen.words += 1


def _mark(text: str, start: int, end: int) -> str:
    double, single = text.find('"', start, end), text.find("'", start, end)
    return (_JSON if double >= 0 and (single < 0 or double < single) else _REPR)(text, start, end)


_JSON: Final = mark("json")
_REPR: Final = mark("repr")

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="content.structure",
        kind="content",
        gate=has("{", "[", "('", '("', "(b'", '(b"', "(u'", '(u"'),
        pattern=rf"[\[{{(](?:(?<!\()|(?=[bu]?[\"'])){_RUN}",
        by_name=structure,
        marker="[json]",
        mark=_mark,
        marks=(*marks("json"), *marks("repr")),
        whole=True,
        matches=(
            'upload refused, it was {"Ann Lee": "a customer", "age": 3}',
            "got ['Ann Lee', 'Bob Ray'] instead",
            "cannot store {'customer': ['Ann Lee', 'Bob Ray'], 'n': [1, 2]} (twice)",
            'E11000 duplicate key error, dup key: { email: "Ann Lee" }',
            "rows [('Ann', 3), ('Bob', 4)] differ",
            "update {name=Ann, age=3} refused",
            'cut {"customer": "Ann Lee", "town": "Par',
            'sent {\\"customer\\":[\\"Ann Lee\\",\\"Bob Ray\\"],\\"n\\":1} twice',
            '{:error, {:invalid, "Ann Lee", 3}} at once',
            "vector [0.1234, 0.2345, 0.3456, 0.4567] has the wrong length",
            "must be one of ['Ann Lee', 'Bob Ray']",
            "must be one of ['A47112', 'A47113']",
            "400 - {'error': {'message': 'The value is not valid', 'type': 'bad', 'customer': ['Ann Lee', 'Bob Ray']}}",
            "400 - {'error': {'message': 'The value is not valid', 'type': 'bad', 'sent': [{'Ann Lee': 'at home'}, 3]}}",
        ),
        misses=(
            'expected {"n": 1} or [1, 2]',
            "must be one of ['json', 'yaml', 'toml']",
            "unknown keys {'limit', 'offset'}",
            "a[i] = b[j] (see below)",
            "use {name} and {0!r}",
            "methods: ['GET', 'POST']",
            "shape (3, 4) does not match [4, 3]",
            "[see the notes]",
            "[2026-11-22 10:33:12,255] ERROR in renderer",
            'use Variant[int, typing.Literal["MyInt"]]',
            "call foo(bar=1) first",
            "Optional[List[int]] expected",
            "Value must be one of ('host:port', 'unix:PATH')",
            "mode must be in ['centered', 'onesided', 'onesided2X']",
            "unknown step, should be one of {'2-point', '3-point', 'cs'}",
            "must be enclosed in '[' and ']' here, or start with '$['",
            "an array of locales, e.g. ['en-US', 'nl-NL']",
            "a name by its parts (e.g. ``('module', 'Class', 'someMethod2Call')``)",
            "try list(G.edges)[a:b:'c']",
            "400 - {'error': {'message': \"The prompt's length is 1024 tokens, which is not possible. Please reduce the length\", 'type': 'bad'}}",
        ),
    ),
)
