"""Writes a case as YAML that `case_file` reads, ready to commit."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from tightlip.suite.case import CodeInput, EventInput
from tightlip.suite.paths import is_list, is_mapping
from tightlip.suite.schema import VERSION
from tightlip.suite.whole_file import write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from tightlip.suite.case import Case

#: Names and words that no reader of YAML takes for something else.
_PLAIN_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_ODD_WORDS: Final = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_ESCAPED: Final = re.compile(r"[^\x20-\x7e\xa1-\ud7ff\ue000-\ufefe\uff00-\ufffd]")


def case_text(case: Case) -> str:
    """The file of one case.

    Args:
        case: With an event or a program as its input.
    """
    lines = [
        f"tightlip: {VERSION}",
        "cases:",
        f"  - id: {case.id}",
        f"    why: {_quoted(case.why)}",
        f"    class: {case.kind}",
        f"    about: {_quoted(case.about)}",
        f"    profiles: [{', '.join(case.profiles)}]",
    ]
    if case.canaries:
        lines.append("    canaries:")
        lines += [
            f"      {canary.name}: {f'{{kind: {canary.kind}, form: {canary.form}}}' if canary.form else canary.kind}"
            for canary in case.canaries
        ]
    given = case.input
    if isinstance(given, EventInput):
        lines.append("    event:" if given.event else "    event: {}")
        lines += _block(given.event, 6)
    elif isinstance(given, CodeInput):
        lines += ["    code:", f"      package: {given.package}", "      application: |"]
        lines += [f"        {line}".rstrip() for line in given.application.splitlines()]
    return "\n".join(lines) + "\n"


def write(path: Path, text: str) -> None:
    """Write a file whole or not at all; its folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, text)


def _block(value: Any, indent: int) -> list[str]:
    """A mapping or a list, one item a line."""
    space = " " * indent
    lines: list[str] = []
    if is_mapping(value):
        for key, item in value.items():
            lines += _item(f"{space}{_key(str(key))}:", item, indent + 2)
    elif is_list(value):
        for item in value:
            inner = _block(item, indent + 2)
            lines += [f"{space}- {inner[0].lstrip()}", *inner[1:]] if inner else [f"{space}- {_scalar(item)}"]
    return lines


def _item(head: str, value: Any, indent: int) -> list[str]:
    if (is_mapping(value) or is_list(value)) and value:
        return [head, *_block(value, indent)]
    return [f"{head} {_scalar(value)}"]


def _key(name: str) -> str:
    return name if _PLAIN_KEY.fullmatch(name) and name.lower() not in _ODD_WORDS else _quoted(name)


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return _quoted(value)
    return json.dumps(value)


def _quoted(text: str) -> str:
    plain = json.dumps(text, ensure_ascii=False)
    return _ESCAPED.sub(lambda match: f"\\U{ord(match[0]):08x}", plain)
