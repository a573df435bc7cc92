"""The keys of the case format: the tables that `case_file` reads by, and the JSON schema for editors that is made of them.

``case.schema.json`` and the table of kinds in ``fixtures/README.md`` are written by ``python -m tightlip.suite.schema``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tightlip.suite.canaries import KINDS
from tightlip.suite.canary_kind import seeded
from tightlip.suite.case import PROFILES

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION: Final = 1
SCHEMA_FILE: Final = Path(__file__).with_name("case.schema.json")
#: The classes of data: those that scrubbers know, the customer's program, and what is meant to be sent.
CLASSES: Final[Mapping[str, str]] = {
    "secret": "keys, tokens, passwords",
    "request": "request data: headers, cookies, bodies, parameters",
    "path": "paths and names of files",
    "ip": "addresses of machines",
    "url": "URLs",
    "pii": "what names a person, a customer or a machine of theirs",
    "content": "contents of files, variables, output",
    "application": "the customer's program: names, modules, frames",
    "collected": "what is meant to be sent, and survives",
}
ID: Final = r"^[a-z0-9][a-z0-9._-]*$"
NAME: Final = r"^[A-Za-z_][A-Za-z0-9_]*$"


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a mapping in a file of cases.

    Attributes:
        what: What it holds, for the author of a case.
        schema: What it may hold, as JSON schema.
        required: Whether it has to be there.
    """

    what: str
    schema: Mapping[str, Any]
    required: bool = False


_TEXT: Final = {"type": "string", "minLength": 1}
_WORD: Final = {"type": ["string", "number", "boolean", "null"]}
_WORDS: Final = {"type": "array", "items": _WORD}
_PATHS: Final = {"type": "array", "items": _TEXT}
_PROFILE: Final = {"enum": list(PROFILES)}
_PROFILES: Final = {"type": "array", "items": _PROFILE, "minItems": 1, "uniqueItems": True}
_FILES: Final = {"type": "object", "additionalProperties": {"type": "string"}, "minProperties": 1}


def _object(table: Mapping[str, Key], **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: {"description": key.what, **key.schema} for name, key in table.items()},
    }
    required = [name for name, key in table.items() if key.required]
    if required:
        made["required"] = required
    return made | more


def _by_profile(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object", "additionalProperties": False, "minProperties": 1, "properties": dict.fromkeys(PROFILES, schema),
    }  # fmt: skip


_KINDS: Final = {
    "enum": list(KINDS),
    "enumDescriptions": [kind.what for kind in KINDS.values()],
}

CANARY: Final[Mapping[str, Key]] = {
    "kind": Key("What the value looks like.", _KINDS, required=True),
    "form": Key(
        "One of the kind's forms, as `stripe` of api_key; without it the case's id decides, the same in every run.",
        _TEXT,
    ),
    "given": Key(
        "Values of your own that are taken in turn, one a run; at least two, all different. Texts: quote what YAML takes for something else.",
        {"type": "array", "items": _WORD, "minItems": 2, "uniqueItems": True},
    ),
}

KEEP_ONE: Final[Mapping[str, Key]] = {
    "words": Key("Each of them stands somewhere in a text or a key of what leaves.", _WORDS),
    "fields": Key("Values by path; equal, type and all.", {"type": "object", "minProperties": 1}),
    "present": Key("Paths that are there, whatever they hold.", _PATHS),
    "template": Key("The whole message.", _TEXT),
}

KEEP: Final[Mapping[str, Key]] = {
    **KEEP_ONE,
    "strict": Key("The same, under the promise `strict` alone.", _object(KEEP_ONE)),
    "app": Key("The same, under the promise `app` alone.", _object(KEEP_ONE)),
}

CODE: Final[Mapping[str, Key]] = {
    "application": Key("The customer's program: canaries stand here.", _TEXT, required=True),
    "sdk": Key(
        "An SDK for this case alone: the text of `acme_case/__init__.py`, or a mapping of files. Taken as it is: no canary stands in it.",
        {"oneOf": [_TEXT, _FILES]},
    ),
    "package": Key("The import name of an installed SDK, in place of `sdk`.", _TEXT),
    "language": Key("`python`, or what the command of `--live` understands.", _TEXT),
    "files": Key("Other files that the program needs, by path; with a `language` other than python.", _FILES),
}

CASE: Final[Mapping[str, Key]] = {
    "id": Key("Unique among all cases of a run, of a-z 0-9 . _ -", {"type": "string", "pattern": ID}, required=True),
    "why": Key("One sentence for a reader who does not program: what the case proves.", _TEXT, required=True),
    "class": Key(
        "The class of data; here or in the file.", {"enum": list(CLASSES), "enumDescriptions": list(CLASSES.values())}
    ),
    "about": Key(
        "The field or part of the event, as `exception.value`; the first two parts of the id by default.", _TEXT
    ),
    "profiles": Key("The promises that it is held to; both by default.", _PROFILES),
    "canaries": Key(
        "The planted values, by name: a kind, or {kind, form, given}.",
        {
            "type": "object",
            "propertyNames": {"pattern": NAME},
            "minProperties": 1,
            "additionalProperties": {"oneOf": [{"description": "The kind.", **_KINDS}, _object(CANARY)]},
        },
    ),
    "event": Key(
        "An event in Sentry's format, with ${name} in its texts and keys.", {"type": "object", "minProperties": 1}
    ),
    "log": Key("One line of text, with ${name} in it.", _TEXT),
    "code": Key("A program that fails; the report about it is judged.", _object(CODE)),
    "keep": Key("What must survive.", _object(KEEP, minProperties=1)),
    "absent": Key("Paths that must not be there.", {"oneOf": [_PATHS, _by_profile(_PATHS)]}),
    "dropped": Key("The promises under which nothing may leave at all.", _PROFILES),
    "exact": Key("The whole output, without the fields that vary.", _by_profile({})),
    "varies": Key("Paths that may differ from run to run, beside event_id and timestamp.", _PATHS),
}

INPUTS: Final = ("event", "log", "code")
#: What a file can say for the cases of it that do not.
SHARED: Final = ("class", "about", "profiles", "varies")

FILE: Final[Mapping[str, Key]] = {
    "tightlip": Key("The version of this format.", {"const": VERSION}, required=True),
    **{name: Key(f"{CASE[name].what} For all cases that do not say otherwise.", CASE[name].schema) for name in SHARED},
    "cases": Key(
        "The cases.",
        {
            "type": "array",
            "minItems": 1,
            "items": _object(CASE, oneOf=[{"required": [name]} for name in INPUTS]),
        },
        required=True,
    ),
}


def schema() -> dict[str, Any]:
    """The JSON schema of a file of cases (draft 7, which editors know)."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Cases of a privacy regression suite (tightlip)",
        **_object(FILE),
    }


def schema_text() -> str:
    """The schema as ``tightlip check --schema`` prints it."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


def kinds_table() -> str:
    """The table of kinds in Markdown, with a made-up example each."""
    rows = ["| kind | what | class | found by | forms | example |", "|---|---|---|---|---|---|"]
    for kind in KINDS.values():
        forms = ", ".join(f"`{name}`" for name in kind.forms if name)
        example = kind.make(seeded("example", kind.name)).replace("\n", "↵").replace("|", "\\|")
        if len(example) > 48:  # noqa: PLR2004 - as wide as the table stays readable
            example = f"{example[:45]}..."
        rows.append(f"| `{kind.name}` | {kind.what} | {kind.data_class} | {kind.found} | {forms} | `{example}` |")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    SCHEMA_FILE.write_text(schema_text(), "utf-8")
