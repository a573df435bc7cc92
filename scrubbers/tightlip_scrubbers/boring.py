r"""Three passes that prove a text dull, so that most texts cost one scan in C.

`is_boring`: the text is ordinary words (in any case style), numbers up to three digits that a word follows, and the
punctuation of sentences, without quotes, colons, slashes, at signs, equal signs. Only rules whose gate is a word can find
anything in such a text.

`is_name`: the text is one name of code. No rule finds anything in it: what a name says is said of what stands beside it.

`is_plain`: all runs of letters and digits in it are words, names of code or small numbers, whatever stands between. There
is no token of a vendor in it and nothing random, so that rules with ``Gate.run`` need not look.

A random token is no word: 16 characters or more of mixed letters and digits cannot be read as ``Word``, ``WORD``, ``camelCase``
with pieces of three letters, each with at most three digits behind.
"""

from typing import Final

from tightlip_scrubbers.possessive import compile_pattern

_ENDS: Final = "(?![A-Za-z0-9])"
_CAMEL: Final = r"[A-Z]?[a-z]{1,18}+(?:[A-Z][a-z]{2,18}+){0,5}+"
_WORD: Final = rf"(?:{_CAMEL}|[A-Z]{{1,10}}+(?:[a-z]{{1,18}}+)?+){_ENDS}"
_BORING: Final = compile_pattern(
    r"[ (]*+(?:"
    # Of the marks between words only a hyphen or an apostrophe inside of one: quotes hold values, two hyphens an option.
    rf"{_WORD}(?:[ .,;!?()_]++|['\-](?=[a-z])|\Z)"
    # One small number, then a word: rows of numbers are cards, phones, literals.
    r"|[0-9]{1,3}+(?![0-9])(?:\.[0-9]{1,2}+)?+(?:[ ,;()!?]++(?=[A-Za-z(]|\Z)|\Z)"
    r")*+\Z"
)
_RUN: Final = (
    rf"(?:{_CAMEL}[0-9]{{0,3}}+"
    r"|[A-Z]{1,10}+(?:[a-z]{1,18}+)?+(?:[A-Z][a-z]{2,18}+){0,4}+[0-9]{0,2}+"
    r"|[0-9]{1,4}+|0x[0-9A-Fa-f]{1,16}+)" + _ENDS
)
_PLAIN: Final = compile_pattern(rf"(?:[^A-Za-z0-9]++|{_RUN})*+\Z")

_NAME: Final = compile_pattern(
    r"_{0,2}+(?:"
    rf"(?:{_CAMEL}(?:_{{1,2}}+(?=[A-Za-z])|(?=[0-9_]|\Z)))++[0-9]{{0,3}}+"
    r"|(?:[A-Z]{1,10}+(?:_{1,2}+(?=[A-Z])|(?=[0-9_]|\Z)))++[0-9]{0,2}+"
    r")_{0,2}+\Z"
)

DULL: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .,;!?()_'-")
"""What a boring text is made of."""

is_boring: Final = _BORING.match
"""Match of a text in which no rule finds anything; None is no answer."""

is_name: Final = _NAME.match
"""Match of a text that is one name of code, as of a variable: words in one case style, and a small number at their end. No rule finds anything."""

is_plain: Final = _PLAIN.match
"""Match of a text without a random run of letters and digits."""
