"""`assert_private`: for tests of one's own, in pytest or elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tightlip.suite.canaries import is_searchable
from tightlip.suite.case import Filled
from tightlip.suite.encodings import Haystack, search
from tightlip.suite.judge import leak_failures
from tightlip.suite.naming import Names
from tightlip.suite.outcome import Output

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tightlip.suite.encodings import Found
    from tightlip.suite.outcome import Failure


def assert_private(event: Any, canaries: Mapping[str, str] | Filled) -> None:
    """Assert that no canary is in what left, in any encoding.

    Args:
        event: An event, a list of events, a text, bytes, or an `Output`.
        canaries: The planted values by name. Values of fewer than six characters are looked for as whole words, in plain text alone:
            plant longer ones.

    Raises:
        AssertionError: One is; the words name canaries, paths and encodings, and no value.
        ValueError: There is no canary, or an empty one: such an assertion would prove nothing.
    """
    __tracebackhide__ = True
    kinds = {canary.name: canary.kind for canary in canaries.case.canaries} if isinstance(canaries, Filled) else {}
    values = dict(canaries.values if isinstance(canaries, Filled) else canaries)
    if not values or not all(values.values()):
        raise ValueError("assert_private needs canaries: names and the values that were planted, none of them empty")
    found = leaks(event, values, kinds)
    if found:
        raise AssertionError(explained(found, len(values)))


def leaks(event: Any, values: Mapping[str, str], kinds: Mapping[str, str] | None = None) -> list[Failure]:
    """The canaries that are in what left.

    Args:
        event: As for `assert_private`.
        values: The planted values by name.
        kinds: Their kinds, where they are known.
    """
    stack = Haystack(event if isinstance(event, Output) else Output(event))
    names = Names(values.values())
    failures: list[Failure] = []
    for name, value in values.items():
        places: dict[tuple[str, bool], Found] = {}
        for place in search(stack, value) if is_searchable(value) else stack.words(value):
            places.setdefault((names.path(place.steps), place.key), place)
        failures.extend(leak_failures(name, (kinds or {}).get(name, ""), places))
    return failures


def explained(failures: Iterable[Failure], planted: int) -> str:
    """Failures as a text for a person.

    Args:
        failures: Leaks.
        planted: How many canaries there were.
    """
    listed = list(failures)
    left = len({failure.canary for failure in listed})
    lines = [f"{left} of {planted} planted canar{'y' if planted == 1 else 'ies'} left:"]
    lines += [f"  {failure.words}" for failure in listed]
    lines.append(
        "Nothing of a canary may leave, in whatever encoding: take the field out, or put a fixed marker in its place."
    )
    return "\n".join(lines)
