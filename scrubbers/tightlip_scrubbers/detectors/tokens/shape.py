"""The form of a vendor's row, and what a token is told from its look-alikes by.

A vendor documents a prefix, an alphabet and a length. A row asks for the prefix and for less than the documented length, since the
end of a text may have cut the token, and takes all that follows of the alphabet, since new generations are longer: no tail of
a secret stays.

What stands behind a prefix in prose and in code is words: ``ghp_your_token_here``, ``sk-learn``, ``xoxb-xxxxxxxx``. A generator
makes none, so a candidate that reads as words, placeholders and small numbers is left.
"""

import re
from collections.abc import Sequence
from typing import Final

from tightlip_scrubbers.possessive import compile_pattern
from tightlip_scrubbers.randomness import unlikeliness
from tightlip_scrubbers.rule import Found, Rule, Validator, has
from tightlip_scrubbers.spans import is_ascii_alnum, trim

RUN: Final = 14
"""No row asks for less than this many characters without white space."""

# Words in any case style (of those with two letters the common ones only: a random text has many), each with a small number behind, short ones with one inside (n8n), and rows of x, as placeholders have.
_WORDS: Final = compile_pattern(
    r"(?:(?:(?:[A-Z]{0,6}[a-z]{1,18}+(?:[A-Z](?:[a-z]{2,18}+|[dfmnosty](?![a-z]))){0,12}+[A-Z]{0,3}+|[A-Z]{1,18}+)[0-9]{0,4}+|[0-9]{1,4}+"
    r"|[a-z][0-9]{1,2}[a-z]|[A-Za-z0-9]{0,10}?[xX*]{6,}+)(?![A-Za-z0-9*])|[^A-Za-z0-9]++)*+"
)
_RANDOM_SHARE: Final = 0.34
"""Placeholders and names behind a prefix have at most half of it."""
_REST: Final = compile_pattern(r"[A-Za-z0-9]++")
_HEX: Final = frozenset("0123456789abcdefABCDEF")
_ESCAPE_LETTERS: Final = frozenset("nrtbfv")
_COLOUR: Final = re.compile(r"(?:\x1b|\\(?:x1[bB]|u001[bB]|033|e))\[[0-9;]{0,12}m\Z")
_CONTEXTS: Final = ("it rejected {} at once", "(after {}), then again", 'with "{}" as before', "seen x={}&y=1")


def is_words(text: str, start: int, end: int) -> bool:
    """Tell whether a candidate reads as words, placeholders and small numbers: by its form, and by how its letters follow each other.

    A token that happens to have hyphens and few digits has the form: ``glpat-ono-NzFbjst-CjymGbwn``.
    """
    if _WORDS.fullmatch(text, start, end) is None:
        return False
    return end - start < RUN or unlikeliness(text[start:end]) < _RANDOM_SHARE


def is_apart(text: str, start: int) -> bool:
    r"""Tell whether no letter or digit stands before: an escape (``\n``, ``\u0022``, ``%3D``, a terminal's colour) is none."""
    if start == 0 or not is_ascii_alnum(text[start - 1]):
        return True
    if text[start - 1] in _ESCAPE_LETTERS and text[start - 2 : start - 1] == "\\":
        return True
    if text[start - 1] == "m" and _COLOUR.search(text, max(0, start - 24), start):
        return True
    for sign, digits in (("%", 2), ("\\x", 2), ("\\u", 4)):
        before = start - digits - len(sign)
        if before >= 0 and text.startswith(sign, before) and all(c in _HEX for c in text[start - digits : start]):
            return True
    return False


def is_mixed(text: str, start: int, end: int) -> bool:
    """Tell whether there are small letters, capitals and digits: Base62 of some length has them all, a name seldom."""
    part = text[start:end]
    return part != part.lower() and part != part.upper() and any(c.isdigit() for c in part)


def whole(text: str, start: int, end: int) -> Found:
    """Confirm whatever the pattern matched, to the end of its letters and digits: a new generation may have more of them."""
    rest = _REST.match(text, end)
    return start, end if rest is None else rest.end()


def made(text: str, start: int, end: int) -> Found | None:
    """Confirm what stands behind a distinctive prefix: it is no words. What is glued to its left does not matter."""
    while text[end - 1] == ".":
        end -= 1
    return None if is_words(text, start, end) else whole(text, start, end)


def alone(text: str, start: int, end: int) -> Found | None:
    """Confirm what stands behind a short prefix, which may be the end of a word (``risk-``): nothing is glued to its left."""
    return made(text, start, end) if is_apart(text, start) else None


def mixed(text: str, start: int, end: int) -> Found | None:
    """Confirm what has hardly a prefix: it stands apart, and has letters of both cases and digits."""
    return alone(text, start, end) if is_mixed(text, start, end) else None


def trimmed(text: str, start: int, end: int) -> Found | None:
    """Confirm what stands behind a distinctive prefix in an alphabet with punctuation: the sentence's own is none of it."""
    return made(text, start, trim(text, start, end))


def behind(prefix: int) -> Validator:
    """A validator as `made`, for a prefix of so many characters that itself is no word."""

    def confirmed(text: str, start: int, end: int) -> Found | None:
        return None if is_words(text, start + prefix, end) else whole(text, start, end)

    return confirmed


def exact(*lengths: int) -> Validator:
    """A validator for what stands apart and has an exact length: hexadecimal digits behind a short prefix."""

    def confirmed(text: str, start: int, end: int) -> Found | None:
        return alone(text, start, end) if end - start in lengths else None

    return confirmed


def of_length(*lengths: int) -> Validator:
    """A validator for what has hardly a prefix, but an exact length; an underscore or a hyphen may be glued to its end."""

    def confirmed(text: str, start: int, end: int) -> Found | None:
        length = end - start
        glued = length - len(text[start:end].rstrip("_-"))
        return mixed(text, start, end) if any(0 <= length - one <= glued for one in lengths) else None

    return confirmed


def vendor(
    name: str,
    pattern: str,
    *,
    needles: Sequence[str],
    examples: Sequence[str],
    misses: tuple[str, ...],
    kind: str = "",
    check: Validator | None = made,
    group: int = 0,
    run: int = RUN,
) -> Rule:
    """Return the row of one kind of a vendor's tokens.

    Args:
        name: The vendor, as in ``[secret:name]``.
        pattern: The token's shape.
        needles: What the token cannot be without, as long as it gets.
        examples: Made-up tokens. The row's examples are texts that hold them.
        misses: Texts that hold what looks alike.
        kind: Which of the vendor's tokens, where it has several rows.
        check: Confirms a candidate.
        group: The part of the pattern that is the secret.
        run: How long a piece without white space has to be.
    """
    texts = [_CONTEXTS[number % len(_CONTEXTS)].format(example) for number, example in enumerate(examples)]
    return Rule(
        id=f"secret.{name}-{kind}" if kind else f"secret.{name}",
        kind="secret",
        gate=has(*needles, run=run),
        pattern=pattern,
        group=group,
        validator=check,
        marker=f"[secret:{name}]",
        matches=(*texts, f"Refused: {examples[0]}, try another"),
        misses=misses,
    )
