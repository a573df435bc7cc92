"""Compile patterns with possessive quantifiers where the interpreter has them right.

A possessive quantifier never gives back what it took, which keeps a failing match linear. CPython 3.11.0 to 3.11.4
match some of them wrongly (gh-106052): there a detector would miss, and a miss is a leak. The construct is tried once,
at import; where it fails, the same patterns are compiled with greedy quantifiers. They find the same: every possessive
run in this package is followed by something that the run cannot contain. They are only slower on hostile input.
"""

import re
from typing import Final


def _works() -> bool:
    """Tell whether a possessive group matches as documented, with the example of gh-106052."""
    found = re.match(r"(?:ab?c)*+", "aca")
    return found is not None and found.span() == (0, 2)


POSSESSIVE_WORKS: Final = _works()

# An escape or a character class is stepped over whole, so that a "+" inside of it is not taken for a quantifier.
_TOKEN: Final = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|([*+?}])\+", re.DOTALL)


def greedy(pattern: str) -> str:
    """Return the pattern with each possessive quantifier made greedy: ``a*+b++`` becomes ``a*b+``."""
    return _TOKEN.sub(lambda token: token[1] or token[0], pattern)


def compile_pattern(pattern: str) -> re.Pattern[str]:
    """Compile a pattern, without possessive quantifiers where they cannot be trusted.

    Raises:
        re.error: If the pattern is malformed. Patterns are part of the package: this happens at import or never.
    """
    return re.compile(pattern if POSSESSIVE_WORKS else greedy(pattern))
