"""The passes that prove a text dull are held against the whole table: what they pass, no rule finds anything in."""

from __future__ import annotations

import random
import string
from typing import TYPE_CHECKING

import pytest

from tightlip_scrubbers import RULES, Rule, Scrubber
from tightlip_scrubbers.boring import is_boring, is_name, is_plain
from tightlip_scrubbers.keys import NAMES, TRANSPARENT

if TYPE_CHECKING:
    from tightlip_scrubbers.findings import Finding
    from tightlip_scrubbers.searches import Search

EXAMPLES = [pytest.param(rule, text, id=f"{rule.id}-{n}") for rule in RULES for n, text in enumerate(rule.matches)]
SCRUBBER = Scrubber()
SEARCHES: list[Search] = [
    search
    for group in (SCRUBBER._searches.gated, SCRUBBER._searches.random)
    for _, behind in group
    for search in behind
]


def sequential(text: str) -> list[Finding]:
    """Every rule, one by one, without gate or pre-pass."""
    found: list[Finding] = []
    for search in SEARCHES:
        found += _run(search, text)
    return found


def hidden(text: str, opened: list[Finding]) -> list[Finding]:
    """What the gates hide: what no finding of the searches that they open covers."""
    return [one for one in sequential(text) if not any(two.start <= one.start and one.end <= two.end for two in opened)]


@pytest.mark.parametrize(("rule", "text"), EXAMPLES)
def test_no_example_is_dull(rule: Rule, text: str) -> None:
    """A row whose example the passes take for dull would never be searched for, unless a word calls for it."""
    assert not is_boring(text) or rule.gate.words
    assert not rule.gate.run or not is_plain(text)


@pytest.mark.parametrize(("rule", "text"), EXAMPLES)
def test_gates_hide_nothing(rule: Rule, text: str) -> None:
    """With gates or without, in a sentence or alone, the same goes, and the row's own rule finds its example."""
    for around in (text, f"then {text}", f"then ({text}) again"):
        opened = [finding for search in opened_for(around) for finding in _run(search, around)]
        assert hidden(around, opened) == [], around
    opened = [finding for search in opened_for(text) for finding in _run(search, text)]
    assert rule.id in {finding.rule for finding in opened}


def opened_for(text: str) -> list[Search]:
    return SCRUBBER._searches.opened(text, is_dull=is_boring(text) is not None)[0]


def _run(search: Search, text: str) -> list[Finding]:
    found: list[Finding] = []
    first = search.look(text)
    if first is not None:
        SCRUBBER._run(search, text, first, found, NAMES, len(text))
    return found


_WORDS = (
    "the a user password is token for with secret key api Bearer Basic select from where insert into values update set delete "
    "drop command failed error file path home server host email phone card number code pin name address street SSN IBAN BIC "
    "cookie session header body data json yaml true None null login root admin Authorization MyClass someThing HTTPError URL "
    "isn't can't re-read value_of some_name __init__ x y I 1 12 123 3.5 0.25 ... ; ! ? , ( )"
)
WORDS = _WORDS.split()


def test_dull_texts_hide_nothing() -> None:
    """Words that rules know, in any order, with any punctuation that the pass allows: what is not searched has nothing."""
    choose = random.Random(20_261_124)
    dull = 0
    for _ in range(6_000):
        text = " ".join(choose.choice(WORDS) for _ in range(choose.randrange(1, 12)))
        if choose.random() < 0.3:
            text = text.replace(" ", choose.choice((" (", ", ", ". ", "; ", ") ", "_", ".")), choose.randrange(4))
        if is_boring(text):
            dull += 1
            opened = [finding for search in opened_for(text) for finding in _run(search, text)]
            assert hidden(text, opened) == [], text
    assert dull > 2_000


NOUNS: list[str] = sorted(
    {word for word in WORDS if word.isalpha()} | TRANSPARENT | {"id", "pin", "cvv", "iban", "user", "session", "oauth"}
)


def test_names_of_code_hide_nothing() -> None:
    """Words that rules know, joined as names of variables and constants are, with a small number at their end."""
    choose = random.Random(20_261_125)
    names: set[str] = set()
    for _ in range(6_000):
        words = [choose.choice(NOUNS) for _ in range(choose.randrange(1, 6))]
        style = choose.choice((str.lower, str.upper, str.capitalize))
        joined = choose.choice(("_", "_", "__", "")).join(map(style, words))
        names.add(choose.choice(("", "_", "__")) + joined + choose.choice(("", "1", "42", "007", "__")))
    told = [name for name in names if is_name(name) is not None]
    assert [name for name in told if sequential(name)] == []
    assert len(told) > 2_000


@pytest.mark.parametrize("text", ["order_id12", "HTTP_PORT", "getUserName", "__init__", "x"])
def test_names_of_code_are_told(text: str) -> None:
    """What most keys are costs one scan."""
    assert is_name(text)


@pytest.mark.parametrize(
    "text", ["a1b2c3d4", "order1_no2", "two words", "a.b", "user=x", "AKIAIOSFODNN7EXAMPLE", "order_12345", ""]
)
def test_other_texts_are_no_names(text: str) -> None:
    """Letters and digits in turn, long numbers and several words are looked at."""
    assert not is_name(text)


@pytest.mark.parametrize("length", [16, 20, 24, 32, 40])
@pytest.mark.parametrize("alphabet", [string.ascii_letters + string.digits, string.ascii_lowercase + string.digits])
def test_random_runs_are_not_plain(alphabet: str, length: int) -> None:
    """Of ten thousand random tokens hardly one can be read as words and small numbers."""
    choose = random.Random(length)
    passed = sum(
        is_plain("id " + "".join(choose.choice(alphabet) for _ in range(length)) + ".") is not None
        for _ in range(10_000)
    )
    # (26/36) ** 16 of lower-case tokens have no digit; a run of more than 18 small letters is no word.
    assert passed <= (90 if length == 16 and len(alphabet) == 36 else 10)


@pytest.mark.parametrize(
    "text",
    [
        "connection to the server was lost after 30 seconds, giving up",
        "Failed to load module foo.bar in application (see the log), will retry later",
        "HTTPError wasn't re-raised; nothing to do!",
        "",
        "x",
    ],
)
def test_ordinary_sentences_are_dull(text: str) -> None:
    """What most messages are costs one scan."""
    assert is_boring(text)
