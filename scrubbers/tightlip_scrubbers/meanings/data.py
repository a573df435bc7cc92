"""Whether a quoted text is data, or a name or a choice that a program's author wrote."""

import re
from typing import Final

from tightlip_scrubbers.possessive import compile_pattern

MARKER: Final = re.compile(r"\[[a-z0-9][a-z0-9:. \-]*\]")
"""Any marker: what stands there is gone already."""

# A lower-case name of code, a constant, a class or function in camel case, an option, a file ending.
_NAME: Final = compile_pattern(
    r"[.\-+*]{0,2}+(?:[a-z][a-z0-9_.\-/]{0,40}+|[A-Z][A-Z0-9_\-]{0,40}+|[a-z]++(?:[A-Z][a-z0-9]++)++)\Z"
)
_SENSELESS: Final = compile_pattern(r"[\W\d_]{0,4}+[^\W\d]?+[\W\d_]{0,3}+\Z")
_DIGITS: Final = re.compile(r"[0-9]")
_FORM: Final = re.compile(r"\{[^{}]{0,40}\}|%[sdrif]|<[a-zA-Z][\w \-]{0,40}>|\$\{?\w+\}?|\.\.\.")
_MANY_DIGITS: Final = 4


def is_name(text: str) -> bool:
    """Tell a name of code, a choice of an option or a constant: ``utf-8``, ``GET``, ``maxRetries``; long numbers in it are data."""
    return _NAME.match(text) is not None and len(_DIGITS.findall(text)) <= _MANY_DIGITS


def is_data(text: str) -> bool:
    """Tell what a person or a run brought: neither a name of code nor a marker, a placeholder or a few signs."""
    if MARKER.search(text):
        text = MARKER.sub("", text)
    if _SENSELESS.match(text) or is_name(text):
        return False
    return not _FORM.search(text) or any(map(str.isalpha, _FORM.sub("", text)))
