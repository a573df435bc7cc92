"""Random programs: a call of a public function, or of a class and of its object's methods, with arguments that are or hold canaries.

A call is the text of a program, as a case has it: what is found can be saved, read and run again as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

from tightlip.suite.fuzzing.planting import Planting

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tightlip.suite.case import Canary, Profile
    from tightlip.suite.fuzzing.targets import Hint, Parameter, Target

_PLAIN: Final = ("None", '""', "0", "-1", "True", "10 ** 30", "1.5", '"%s"', '"utf-8"', "object()", "[]", "{}")
#: Arguments by what a parameter seems to take; ``{}`` is a text with a canary, as a literal.
_BY_HINT: Final[dict[Hint, tuple[str, ...]]] = {
    "text": ("{}", "{}", '"a " + {}', "{} + {}"),
    "bytes": ("{}.encode()", '{}.encode("utf-16")'),
    "number": ("7", "-1", "0", "400", "len({})", "{}"),
    "flag": ("True", "False"),
    "mapping": ('{"name": {}}', "{{}: {}}", '{"key": [{}]}', "{}"),
    "sequence": ("[{}]", "({}, {})", "[({}, {})]", "[]", "{}"),
    "function": ("lambda *_, **__: {}", "len", "str", "None"),
    "any": ("{}", "{}", "[{}]", '{"name": {}}', "{}.encode()", '"a " + {}', "lambda *_, **__: {}", "({}, {})"),
}
_MOST_METHODS: Final = 2


@st.composite
def calls(
    draw: Callable[[st.SearchStrategy[Any]], Any], known: Sequence[Target], profile: Profile
) -> tuple[str, tuple[Canary, ...]]:
    """A program with placeholders, and its canaries.

    Args:
        draw: Of Hypothesis.
        known: What may be called.
        profile: The promise.
    """
    planting = Planting(draw, profile)
    target: Target = draw(st.sampled_from(known))
    lines = [f"import {target.module}", ""]
    first = _call(f"{target.module}.{target.name}", target, planting)
    uses_asyncio = target.is_async
    if target.methods and draw(st.booleans()):
        lines.append(f"found = {first}")
        for _ in range(draw(st.sampled_from(range(1, _MOST_METHODS + 1)))):
            method: Target = draw(st.sampled_from(target.methods))
            uses_asyncio = uses_asyncio or method.is_async
            lines.append(_call(f"found.{method.name}", method, planting))
    else:
        lines.append(first)
    if uses_asyncio:
        lines.insert(0, "import asyncio")
    program = "\n".join(lines) + "\n"
    return program, planting.canaries(program)


def _call(what: str, target: Target, planting: Planting) -> str:
    given: list[str] = []
    positional = True
    for one in target.parameters:
        if not one.is_required and planting.draw(st.sampled_from((True, True, False))):
            positional = False
            continue
        value = _argument(one, planting)
        given.append(value if positional and not one.is_keyword else f"{one.name}={value}")
    call = f"{what}({', '.join(given)})"
    if target.is_async:
        return f"asyncio.run({call})"
    return f"next({call})" if target.is_lazy else call


def _argument(one: Parameter, planting: Planting) -> str:
    ways = (one.hint, one.hint, "any", "plain")
    way: Any = planting.draw(st.sampled_from(ways))
    if way == "plain":
        return str(planting.draw(st.sampled_from(_PLAIN)))
    pattern = str(planting.draw(st.sampled_from(_BY_HINT[way])))
    return "".join(
        f"{piece}{planting.placeholder(filters=('python',)) if more else ''}" for piece, more in _pieces(pattern)
    )


def _pieces(pattern: str) -> list[tuple[str, bool]]:
    parts = pattern.split("{}")
    return [(part, number < len(parts) - 1) for number, part in enumerate(parts)]
