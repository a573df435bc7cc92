"""YAML nodes as the data of an event, without the surprises of YAML 1.1.

A plain word counts as what JSON takes it for: a number, ``true``, ``false``, ``null``; everything else is text. What PyYAML and the
readers of editors (YAML 1.2) understand in two ways (``no``, ``0x1f``, ``12:30:45``, ``1e3``) is refused: a case that means two things
proves neither.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from tightlip.yaml_nodes import kind_of, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from tightlip.yaml_nodes import Nodes

_INT: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,30})", re.ASCII)
_FLOAT: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,30})(?:\.[0-9]{1,30}(?:[eE][-+][0-9]{1,3})?)", re.ASCII)
_CONSTANTS: Final = {"true": True, "false": False, "null": None, "~": None, "": None}
_STRING: Final = "tag:yaml.org,2002:str"
# Read as text by PyYAML and as a number by YAML 1.2.
_NEW_NUMBER: Final = re.compile(r"[-+]?(?:[0-9]+[eE][-+]?[0-9]+|\.[0-9]+|[0-9]+\.[0-9]*[eE][0-9]+|0o[0-7]+)", re.ASCII)


def data(node: Any, wrong: Callable[[Any, str], None]) -> Any:
    """What a node stands for, as JSON data.

    Args:
        node: The node.
        wrong: Takes a node and what is wrong with it: a key is there twice, or a plain word means two things.
    """
    if node.id == "mapping":
        found: dict[str, Any] = {}
        for key, value in node.value:
            if key.id != "scalar":
                wrong(key, f"write a name here, not {kind_of(key)}")
                continue
            name = str(key.value)
            if name in found:
                wrong(key, f"{shown(name)} is there twice; leave one out")
            found[name] = data(value, wrong)
        return found
    if node.id == "sequence":
        return [data(item, wrong) for item in node.value]
    return _scalar(node, wrong)


def _scalar(node: Any, wrong: Callable[[Any, str], None]) -> Any:
    text = str(node.value)
    if node.style:  # quoted, or a block
        return text
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    if node.tag == "tag:yaml.org,2002:timestamp":  # of YAML 1.1 alone, and no data of JSON
        return text
    if node.tag != _STRING or _NEW_NUMBER.fullmatch(text):
        meant = "true or false, or put it in quotes" if node.tag.endswith("bool") else "it in quotes, or as JSON has it"
        wrong(node, f"YAML's versions read {shown(text)} in different ways; write {meant}")
    return text


def written(nodes: Nodes, node: Any, what: str) -> str:
    """A text as it is written, whatever YAML takes it for: `no` and `404` are words like others."""
    if node.id != "scalar":
        nodes.fail(node, f"{what}, not {kind_of(node)}")
    text = str(node.value)
    if not text:
        nodes.fail(node, f"{what}; it is empty")
    return text
