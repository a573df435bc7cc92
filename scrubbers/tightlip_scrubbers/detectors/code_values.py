"""Expressions of code that stand where a value could: ``token = self.get_token(request)``, ``password = form.password.data``.

A line of source in a traceback says where a value comes from, and holds none. What tells an expression from a password: names of words with
a bracket behind them, and nothing in the brackets but names, small numbers and the names of keys. A literal in it is a value.

Not covered: expressions with operators, and those that are cut in the middle. They go, as values do.
"""

import re
from typing import Final

from tightlip_scrubbers.possessive import compile_pattern
from tightlip_scrubbers.randomness import unlikeliness

_ID: Final = r"[$@&]?+[A-Za-z_][A-Za-z_]{0,40}+[0-9]{0,2}+"
_LINK: Final = r"(?:\?\.|\.|::|->)"
_PATH: Final = rf"{_ID}(?:{_LINK}{_ID}){{0,8}}+"
# A literal names a key, or is a separator; any other may be the secret itself.
_KEY: Final = (
    r"[A-Za-z_\-:]{0,32}?(?:[Pp]ass(?:word|wd|phrase|code)?|PASS(?:WORD|PHRASE)?|[Pp]wd|PWD|[Tt]oken|TOKEN|[Ss]ecret|SECRET|[Kk]ey|KEY|[Aa]uth|AUTH"
    r"|[Aa]uthori[sz]ation|[Cc]redentials?|[Cc]ookie|[Ss]ession|[Uu]ser(?:name)?|USER(?:NAME)?|DSN|dsn|_URL|_url)"
)
_TEXT: Final = rf"[bru]?+(?:\"{_KEY}\"|'{_KEY}'|\"[^\w\"\n]{{0,2}}+\"|'[^\w'\n]{{0,2}}+')"
_ATOM: Final = rf"(?:{_TEXT}|[0-9]{{1,5}}+(?![\w.])|\.\.\.|{_PATH}(?:\(\))?+)"
_ARGUMENT: Final = rf"(?:[A-Za-z_]{{1,40}}+ ?=(?!=) ?)?+{_ATOM}"
_ARGUMENTS: Final = rf"\((?:{_ARGUMENT}(?:, ?{_ARGUMENT}){{0,8}}+)?+\)"
_INDEX: Final = rf"\[(?:{_TEXT}|-?[0-9]{{1,3}}+|{_PATH})\]"
_EXPRESSION: Final = compile_pattern(
    rf"(?:await |new )?+(?P<callee>{_PATH})(?:{_ARGUMENTS}|{_INDEX})"
    rf"(?:{_ARGUMENTS}|{_INDEX}|\.expect\(\"[A-Z_]{{3,40}}+ [a-z ]{{3,40}}+\"\)|{_LINK}{_ID}){{0,8}}+(?=[\s,;:)\]}}`]|\Z)"
)
_BEGIN: Final = compile_pattern(r"(?:await |new )?+\(?[$@&]?+[A-Za-z_][A-Za-z_0-9]*+[.?:\-(\[]")
"""How all of them begin: most values do not, and are asked nothing more."""
_TUPLE: Final = compile_pattern(rf"\({_ID}(?:{_LINK}{_ID}){{1,8}}+(?:, ?{_ID}(?:{_LINK}{_ID}){{1,8}}+){{1,4}}+\)")
_DOTTED: Final = compile_pattern(rf"{_ID}(?:{_LINK}{_ID}){{1,8}}+(?=[\s,;)\]}}`]|\Z)")
_CONSTRUCTED: Final = re.compile(r"[A-Z][A-Za-z]*[0-9]{0,2}\Z")
_NAMES_INSIDE: Final = re.compile(r"[(,=] ?[$@&]?[A-Za-z_]\w*(?=[,).])")
_SHORTEST: Final = 3
_MOST_UNLIKELY: Final = 0.4


def is_expression(text: str, start: int, head: str) -> bool:
    """Tell whether what begins here without quotes is an expression of code, in which no value stands.

    Args:
        text: The text.
        start: Where the value of a key begins.
        head: The last word of the key's name; a dotted name with it in it is where the value comes from.
    """
    if _BEGIN.match(text, start) is None:
        return False
    found = _EXPRESSION.match(text, start)
    if found is not None:
        what = found[0]
        if _CONSTRUCTED.match(found["callee"]) and _NAMES_INSIDE.search(
            what
        ):  # Secret(abc), as objects print what they hold
            return False
        return len(found["callee"]) >= _SHORTEST and unlikeliness(what) < _MOST_UNLIKELY
    dotted = _DOTTED.match(text, start)
    if dotted is not None:
        return head != "" and head in re.split(r"\W+", dotted[0].lower())
    return _TUPLE.match(text, start) is not None


def is_argument(text: str, key: tuple[int, str], end: int) -> bool:
    """Tell ``self.token = token`` and ``connect(password=password)``: what is assigned is named as what it is assigned to.

    Args:
        text: The text.
        key: Where the key begins, and the key.
        end: Where the operator ends.
    """
    start, name = key
    last = name.rpartition(".")[2]
    begin = end + 1 if text.startswith(" ", end) else end
    if not text.startswith(last, begin):
        return False
    after = text[begin + len(last) : begin + len(last) + 1]
    if last != name:
        return name.startswith(("self.", "this.", "cls.")) and after in {"", "\n", ";", " ", ",", ")"}
    return (
        after in {",", ")"}
        and text[max(0, start - 1) : start] in {"(", " "}
        and text.rfind("(", max(0, start - 160), start) >= 0
    )
