"""Patterns that could be slow are refused, by counting steps; those that cannot are not."""

from __future__ import annotations

import random
import re

import pytest

from tightlip_scrubbers import RULES, growth
from tightlip_scrubbers.growth import GrowthError, check
from tightlip_scrubbers.parsed import Chars, Unreadable, least_width, parse
from tightlip_scrubbers.steps import Stepper, TooMany

EXPONENTIAL = [
    *(r"(a+)+$", r"(a+)+b", r"(a*)*b", r"(a|aa)+$", r"(a|a?)+$", r"(.*a){12}b", r"([a-zA-Z]+)*$", r"(?:a+b?)+c", r"(?:x+x+)+y"),
    *(r"^(\w+\s?)*$", r"^([a-zA-Z0-9_.-]+)*@", r'(?:[^"\\]|\\.|\\)*"', r"(a+){10}y", r"(?i)(A+)+z", r"(?:(?:ab)+)+c", r"(a|b|ab)*c"),
    *(r"^(([a-z])+.)+[A-Z]([a-z])+$", r"(?:\d+\.?)+x", r"^(?:[\w.]+,?)+;$", r"(?:(?:a?)(?:a?))*b", r"(?=(a+)+b)a"),
    *(r"(?<!x)(?:[a-z]+-?)+!", r"\A(?:0|1|01)*2", r"(?s)(?:.|\n)*x(?:.|\n)*y"),
]  # fmt: skip
POLYNOMIAL = [
    *(r"a+b", r"a++b", r"a*?b", r".*x", r".+?:", r"[a-z]+@", r"\d+-\d+", r"\s+$", r"[ \t]+\n", r"a*a*b", r"a*[ab]*c", r"\d*\d+x"),
    *(r"X-[0-9X-]++Y", r"foo.*bar.*baz", r"key=.*;", r"<[^>]*>", r"/\*.*?\*/", r"\w+@\w+\.com", r"(?:\d+,)*\d+;", r"^\s+|\s+$"),
    *(r"(?=.*b)a", r"a(?=.*b)", r"a(?!.*b)c", r"([a-z0-9]+\.)+com", r"(\w|\d)+;", r"^.*?a.*?b.*?c$", r"(?>a+)b", r"(?:ab)+c", r"x*y*x*z"),
    *(r"(?m)^\s*\S+\s*=\s*\S+\s*$", r"[^@]+@[^.]+\.", r"é+è", r"(?<!b)[^a]++(?<!b)c"),
]  # fmt: skip
COSTLY = [
    *(r"a{1,1001}b", r"(?:a{1,50}){1,50}b", r"a{1,50}a{1,50}a{1,50}b", r"(?:[a-z]{1,100}-){20}", r"^(a?){20}a{20}$", r"[a-z]{1,900}@"),
    *(r"(?:a{1,5}){1,5}c", r"(?:(?:a|b){1,40}){1,30}c", r"(?:\w{1,30}\s?){1,30}:"),
]  # fmt: skip
UNTOLD = [r"(.*)\1", r"(?P<q>['\"]).{0,9}(?P=q)", r"(a)?(?(1)b|c)", r"(?<=a{3})b", r"(?<![0-9]{2})x"]

HARMLESS = [
    # Ids as companies give them.
    *(r"ACME-[0-9]{6}", r"(?:foo|bar)-\d+", r"[A-Z]{2}\d{9}", r"tok_[A-Za-z0-9]{32}", r"lic_(?:live|test)_[A-Za-z0-9]{20,64}", r"EMP[0-9]{4,8}(?![0-9])"),
    *(r"KEY-(?:[A-Z0-9]{4}-){3}[A-Z0-9]{4}", r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", r"(?i)acme-[0-9a-f]{8}", r"#\d{1,9}"),
    *(r"[A-Z]{3,10}-\d{1,6}", r"cus_[A-Za-z0-9]{14}", r"sk-[A-Za-z0-9_-]{20,120}", r"\bINC\d{7}\b", r"(?<![0-9])[0-9]{11}(?![0-9])", r"v\d{1,4}\.\d{1,4}\.\d{1,4}"),
    *(r"CH-[0-9]{3}\.[0-9]{3}\.[0-9]{3}", r"[A-HJ-NPR-Z0-9]{17}", r"1Z[0-9A-Z]{16}", r"\d{2}/\d{2}/\d{4}", r"B-\d{4}-[A-Z]{1,3}", r"user:[0-9]+", r"ticket #[0-9]+"),
    # Words, and choices of words.
    *(r"Project (?:Falcon|Heron|Osprey)", r"(?:Jan|Feb|Mar|Apr) \d{1,2}", r"confidential|secret|internal", r"[Pp]roject [A-Z][a-z]{2,20}", r"é{1,3}", r"wörkspace-\d{1,5}"),
    # Runs that always match, or that begin at one place only.
    *(r"^(?:a|b|c|[a-c])*d", r"\b\w+\b!", r"a+", r"\d+", r"\w+", r"[A-Za-z0-9]+", r"x[0-9]*y", r"^a+b", r"\A\s*\S+", r"(?m)^.*x", r"(?>a+)", r"a++", r"[ab]*+", r"-{5}[A-Z ]{1,40}-{5}"),
    *(r'"[^"]*"x', r'"[^"\\]{0,200}"', r"\$\{[A-Z_]{1,40}\}", r"<[A-Za-z]{1,20}>", r"\[[a-z]+", r"=[^\s=]*", r"(?:ab)+", r"(?:a|b)+", r"(?:a|b)*c?"),
    # Possessive, atomic, and looks behind, where they are what keeps it linear.
    *(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]++@[A-Za-z0-9.-]{1,253}", r"[A-Za-z0-9._%+-]{1,64}+@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}"),
    *(r"(?<![a-z])[a-z]++@", r"(?<![0-9])[0-9]++-[0-9]", r"(?<![a-z])(?>[a-z]+)@", r"(?<!\S)\S++:", r"(?<![ab])(?:a|b)++c", r"X[0-9]++Y", r"X(?>[0-9]*)Y"),
    *(r"\(\d{3}\) ?\d{3}-\d{4}", r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}", r"[a-z]{1,200}@", r'"(?:[^"\\]|\\.){0,100}"', r"(?:a{1,3}){1,3}c", r"(?=[A-Z])[A-Z0-9]{8}"),
]  # fmt: skip


class TestRefused:
    @pytest.mark.parametrize("pattern", EXPONENTIAL + POLYNOMIAL)
    def test_growing_patterns(self, pattern: str) -> None:
        """With a reason, the part that it is about, and a text that makes it slow."""
        with pytest.raises(GrowthError) as caught:
            check(pattern)
        assert caught.value.part
        assert "* n" in caught.value.example
        assert "; " in caught.value.reason

    @pytest.mark.parametrize("pattern", COSTLY)
    def test_patterns_that_cost_too_much_for_a_character(self, pattern: str) -> None:
        """They are linear, with a factor that no host should pay."""
        with pytest.raises(GrowthError):
            check(pattern)

    @pytest.mark.parametrize("pattern", UNTOLD)
    def test_parts_whose_cost_cannot_be_told(self, pattern: str) -> None:
        """References back and repeats in a look behind."""
        with pytest.raises(GrowthError) as caught:
            check(pattern)
        assert caught.value.example == ""

    @pytest.mark.parametrize(
        "pattern",
        ["(", "a**", "[z-a]", "(?<=a*)b", "\\", "(?P<1>a)", "x" * 2_001, "a{2,1}"],
    )
    def test_no_patterns(self, pattern: str) -> None:
        """Something that is no pattern, or too long for one, is refused as well."""
        with pytest.raises(GrowthError):
            check(pattern)

    def test_the_example_is_slow(self) -> None:
        """What an error gives as its example takes steps that grow as it says."""
        with pytest.raises(GrowthError) as caught:
            check("[a-z]+@")
        assert caught.value.example == "'a' * n, where the steps grow with n^2.0"
        assert caught.value.part == "[a-z] (character 1)"
        steps = [Stepper(parse("[a-z]+@").root).search_all("a" * n, 10**7) for n in (200, 400)]
        assert 3.9 < steps[1] / steps[0] < 4.1

    def test_the_answer_does_not_change(self) -> None:
        """There is no clock in it: the same words each time."""
        messages = set()
        for _ in range(3):
            with pytest.raises(GrowthError) as caught:
                check(r"(?:\d+,)*\d+;")
            messages.add(str(caught.value))
        assert len(messages) == 1


class TestAccepted:
    @pytest.mark.parametrize("pattern", HARMLESS)
    def test_harmless_patterns(self, pattern: str) -> None:
        """Ids, choices of words, runs that begin at one place."""
        check(pattern)

    def test_there_are_enough(self) -> None:
        """Each list is what it says."""
        assert len(set(EXPONENTIAL + POLYNOMIAL + COSTLY + UNTOLD)) >= 60
        assert len(set(HARMLESS)) >= 60


_ATOMS = ("a", "b", "[ab]", "[^a]", ".", r"\d", "c", "1")
_TIMES = ("*", "+", "?", "*+", "++", "?+", "*?", "+?", "{2}", "{1,3}", "{0,2}+", "{2,}")


def _made(chance: random.Random, depth: int) -> str:
    kind = chance.random()
    if depth <= 0 or kind < 0.35:
        return chance.choice(_ATOMS)
    inner = _made(chance, depth - 1)
    if kind < 0.6:
        return inner + _made(chance, depth - 1)
    if kind < 0.7:
        return f"(?:{inner}|{_made(chance, depth - 1)})"
    if kind < 0.92:
        return f"(?:{inner}){chance.choice(_TIMES)}"
    if kind < 0.97:
        return f"({chance.choice(('?=', '?!', '?>'))}{inner})"
    return chance.choice(("^", "$", r"\b", r"\B", r"\Z", "(?<!a)", "(?<=b)", "(?<![ab]c)"))


class TestSteps:
    @pytest.mark.parametrize("seed", range(8))
    def test_it_matches_as_re_does(self, seed: int) -> None:
        """The search that counts finds what the real one finds, so that it counts what the real one does."""
        chance = random.Random(seed)
        for _ in range(60):
            pattern = _made(chance, 3)
            real, stepper = re.compile(pattern), Stepper(parse(pattern).root)
            characters = parse(pattern).characters[:6]
            for _ in range(4):
                text = "".join(chance.choice(characters) for _ in range(chance.randint(0, 8)))
                for at in range(len(text) + 1):
                    match = real.match(text, at)
                    stepper._steps, stepper._limit = 0, 100_000
                    try:
                        end = stepper._run(0, text, at)
                    except TooMany:
                        continue
                    assert end == (match.end() if match else -1), (pattern, text, at)

    @pytest.mark.parametrize("seed", range(4))
    def test_what_is_accepted_does_not_grow(self, seed: int) -> None:
        """Random words, pumped: none makes an accepted pattern slow."""
        chance = random.Random(1_000 + seed)
        accepted = 0
        while accepted < 25:
            pattern = chance.choice(("x", "")) + _made(chance, 3) + chance.choice(("!", "c", ""))
            try:
                check(pattern)
            except GrowthError:
                continue
            accepted += 1
            tree = parse(pattern)
            stepper = Stepper(tree.root)
            for _ in range(8):
                before, word, end = (
                    "".join(chance.choice(tree.characters) for _ in range(chance.randint(low, 4))) for low in (0, 1, 0)
                )
                steps = [stepper.search_all(before + word * (n // len(word)) + end, 10**6) for n in (64, 128, 256)]
                assert steps[2] <= 2.5 * steps[1], (pattern, before, word, end)

    def test_possessive_and_atomic_groups_give_nothing_back(self) -> None:
        """As documented for Python 3.11, also where early releases of it were wrong (gh-106052)."""
        for pattern, text, end in (
            (r"(?:ab?c)*+", "aca", 2),
            (r"a++a", "aaa", -1),
            (r"(?>a|ab)c", "abc", -1),
            (r"a?+a", "a", -1),
        ):
            stepper = Stepper(parse(pattern).root)
            stepper._limit = 1_000
            assert stepper._run(0, text, 0) == end

    def test_a_limit_ends_it(self) -> None:
        """However bad a pattern is."""
        with pytest.raises(TooMany):
            Stepper(parse(r"(a+)+b").root).search_all("a" * 60, 10_000)

    def test_a_program_has_a_bound(self) -> None:
        """Repeats inside of repeats are written out only so far."""
        with pytest.raises(Unreadable):
            Stepper(parse(r"(?:(?:a{1,900}){1,900}){1,900}").root)


class TestParsed:
    @pytest.mark.parametrize(
        ("pattern", "width"),
        [("", 0), ("a*", 0), ("a|", 0), ("(?=ab)", 0), (r"\b", 0), ("a{3}b?", 3), ("(?:ab|c)+", 1), ("(?>ab)(?!c)", 2)],
    )
    def test_least_width(self, pattern: str, width: int) -> None:
        """What a pattern needs at least: none is a match of an empty text."""
        assert least_width(pattern) == width

    def test_characters_tell_classes_apart(self) -> None:
        """One for each way to be told apart, no two alike."""
        tree = parse("[a-f][0-9]x")
        kinds = [
            (c in "abcdef", c in "0123456789", c == "x", c.isalnum() or c == "_", c == "\n")
            for c in tree.characters
            if c.isascii()
        ]
        assert len(set(kinds)) == len(kinds)
        assert {
            (True, False, False, True, False),
            (False, True, False, True, False),
            (False, False, True, True, False),
        } <= set(kinds)

    @pytest.mark.parametrize(
        ("pattern", "inside", "outside"),
        [
            ("(?s:.)", "a\n", ""),
            (".", "aé", "\n"),
            ("(?i:é)", "éÉ", "e"),
            ("é", "é", "É"),
            (r"(?a:\d)", "0", "٣"),
            (r"\d", "0٣", "a"),
            (r"[^\W_]", "aé0", "_-"),
        ],
    )
    def test_flags_inside_of_a_pattern(self, pattern: str, inside: str, outside: str) -> None:
        """They count for their part."""
        leaf = parse(pattern).root
        assert isinstance(leaf, Chars)
        assert all(map(leaf.test, inside))
        assert not any(map(leaf.test, outside))


def test_the_constants_are_said() -> None:
    """What the documentation promises."""
    assert growth.MOST_STEPS == 1_000
    assert growth.MOST_REPEATS == 1_000
    assert RULES
