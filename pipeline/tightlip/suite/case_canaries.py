"""Reads the `canaries` of a case, and where its input uses them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from tightlip.suite import schema
from tightlip.suite.canaries import KINDS
from tightlip.suite.case import Canary
from tightlip.suite.filling import NUMBER, Use, problem, uses
from tightlip.yaml_nodes import nearest, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tightlip.suite.case_reading import Reading

#: The canaries of a case by name, with the nodes of their names.
Canaries: TypeAlias = "Mapping[str, tuple[Canary, Any]]"

_NAME: Final = re.compile(schema.NAME, re.ASCII)
_LEAST_GIVEN: Final = 2


def canaries(reading: Reading, node: Any) -> Canaries:
    """Read the canaries of a case."""
    found: dict[str, tuple[Canary, Any]] = {}
    for name, (key, value) in reading.nodes.items(node, None, "give canaries, as `key: api_key`").items():
        if not _NAME.fullmatch(name):
            reading.wrong(key, f"{shown(name)} is no name; give one of letters, digits and _")
        # One that is wrong counts as defined: what refers to it is right.
        found[name] = reading.attempt(Canary(name, "word"), _canary, reading, name, value), key
    if not found:
        reading.nodes.fail(node, "there is no canary in it; give one, as `key: api_key`, or leave `canaries` out")
    _check_apart(reading, found)
    return found


def _canary(reading: Reading, name: str, node: Any) -> Canary:
    if node.id == "scalar":
        return Canary(name, _kind(reading, node))
    entries = reading.mapping(node, schema.CANARY, "give a kind, as api_key, or {kind, form, given}")
    kind = _kind(reading, entries["kind"]) if "kind" in entries else "word"
    form = ""
    if "form" in entries:
        forms = [one for one in KINDS[kind].forms if one]
        if not forms:
            reading.nodes.fail(entries["form"], f"the kind {kind} has no forms; leave `form` out")
        form = reading.nodes.one_of(entries["form"], forms, "give a form")
    return Canary(name, kind, _given(reading, entries["given"]) if "given" in entries else (), form)


def _kind(reading: Reading, node: Any) -> str:
    return reading.nodes.one_of(node, KINDS, "give a kind of canary, as api_key")


def _given(reading: Reading, node: Any) -> tuple[str, ...]:
    found = reading.words(node, "give a list of values")
    texts = [text for text, _ in found]
    if len(texts) < _LEAST_GIVEN:
        reading.nodes.fail(node, "give two values at least: the runs of a case have different ones")
    for index, (text, item) in enumerate(found):
        if text in texts[:index]:
            reading.nodes.fail(
                item, f"{shown(text)} is there twice; the runs of a case have different values: change one"
            )
    return tuple(texts)


def _check_apart(reading: Reading, found: Canaries) -> None:
    """No given value of one canary may stand in one of another: a hit would name the wrong one."""
    for canary, key in found.values():
        for other, _ in found.values():
            if canary is not other and any(value in longer for value in canary.given for longer in other.given):
                reading.wrong(
                    key,
                    f"a value of {shown(canary.name)} stands in one of {shown(other.name)}; give values that do not hold each other",
                )


def check_uses(reading: Reading, nodes: Iterable[Any], found: Canaries, where: str) -> None:
    """Note placeholders that are wrong, and canaries that none stands for.

    Args:
        reading: The file.
        nodes: The scalars of the input.
        found: The canaries of the case.
        where: The key of the input.
    """
    used: set[str] = set()
    for node in nodes:
        text = str(node.value)
        if "${" not in text:
            continue
        wrong = problem(text, found)
        if wrong:
            reading.wrong(node, wrong)
        for use in uses(text):
            if isinstance(use, Use):
                used.add(use.name)
                # One that is misspelt here is used: that it is not would be the same mistake once more.
                used.update(one for one in found if nearest(use.name, found) == f"did you mean {one}?")
                if use.filters == (NUMBER,) and use.name in found and not _is_number(found[use.name][0]):
                    reading.wrong(
                        node, f"the canary {use.name} is no number; take `kind: number`, or give values of digits"
                    )
    for canary, key in found.values():
        if canary.name not in used and _NAME.fullmatch(canary.name):
            reading.wrong(
                key, f"the canary {canary.name} is never used; write ${{{canary.name}}} in the {where}, or leave it out"
            )


def _is_number(canary: Canary) -> bool:
    if not canary.given:
        return canary.kind == "number"
    return all(value.isascii() and value.isdigit() for value in canary.given)
