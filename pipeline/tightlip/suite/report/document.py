"""Reads the results of a run, as ``tightlip check --format json`` writes them.

Guarantee: what `read` returns has the form that the page needs. Another file, or one of another version, is a `DocumentError` that says where it
differs and what to do.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tightlip.exact import is_dict, is_list
from tightlip.suite.formats.json_results import VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

_HOW: Final = "make it with: tightlip check DIR --format json -o results.json"
_PROFILES: Final = ("strict", "app")
_STATUSES: Final = ("passed", "failed", "known", "skipped")
_INPUTS: Final = ("event", "log", "code")
_TEXTS: Final = ("case", "why", "class", "about", "scrubber", "profile", "status", "reason")
#: Of a result, by type; what is missing or of another type is told.
_FORM: Final[dict[str, type]] = {
    **dict.fromkeys(_TEXTS, str),
    "place": dict,
    "failures": list,
    "canaries": dict,
    "values": dict,
    "beside": list,
}


class DocumentError(ValueError):
    """A file is no results of a run; the words name it and say what to do."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is wrong with a case.

    Attributes:
        kind: ``leak``, ``lost``, ...
        words: A sentence.
        path: Where in what left; empty where it is about the whole.
        canary: The canary's name; empty where it is about none.
    """

    kind: str
    words: str
    path: str
    canary: str


@dataclass(frozen=True, slots=True)
class Check:
    """One case with one scrubber.

    Attributes:
        case: The case's id.
        why: What it proves.
        kind: The class of data.
        about: The field.
        place: File and line of the case.
        scrubber: Who was checked.
        profile: The promise.
        status: How it ended.
        reason: Why it was skipped.
        wrong: What failed.
        canaries: Kinds by name.
        values: The first run's made-up values by name.
        planted: What went in: ``{"event": ...}``, ``{"log": ...}``, ``{"code": ...}``; None where it was not run.
        left: What left; None for nothing.
        beside: What else left.
        words: How many words had to survive and how many did; None where the file does not say.
    """

    case: str
    why: str
    kind: str
    about: str
    place: str
    scrubber: str
    profile: str
    status: str
    reason: str
    wrong: tuple[Wrong, ...]
    canaries: Mapping[str, str]
    values: Mapping[str, str]
    planted: Mapping[str, Any] | None
    left: Any
    beside: tuple[Any, ...]
    words: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Document:
    """A run.

    Attributes:
        tightlip: The version that checked.
        seed: Whence the made-up values came.
        checks: All of them, in the file's order.
    """

    tightlip: str
    seed: int
    checks: tuple[Check, ...]


def read(text: str, name: str) -> Document:
    """The run that a text holds.

    Args:
        text: The text of a file.
        name: The file's name, for messages.

    Raises:
        DocumentError: It holds none.
    """
    try:
        found: Any = json.loads(text)
    except json.JSONDecodeError as error:
        raise DocumentError(f"{name}:{error.lineno}:{error.colno}: no JSON: {error.msg.lower()}; {_HOW}") from None
    except RecursionError:
        raise DocumentError(f"{name}: nested too deeply to be results of a run; {_HOW}") from None
    if not is_dict(found) or not is_list(found.get("results")):
        raise DocumentError(f"{name} holds no results of a run; {_HOW}")
    version = found.get("version")
    if version != VERSION:
        said = f"version {version}" if type(version) is int else "no version"
        raise DocumentError(f"{name} has {said} of the form, and this tightlip reads version {VERSION}; {_HOW}")
    if type(found.get("seed")) is not int or type(found.get("tightlip")) is not str:
        raise DocumentError(f"{name} names no seed or no version of tightlip; {_HOW}")
    if not found["results"]:
        raise DocumentError(f"{name} has no result in it: nothing was checked; {_HOW}")
    checks = tuple(_check(item, f"{name}: result {number}") for number, item in enumerate(found["results"], 1))
    return Document(found["tightlip"], found["seed"], checks)


def _check(item: Any, where: str) -> Check:
    if not is_dict(item):
        raise DocumentError(f"{where} is no mapping; {_HOW}")
    for name, kind in _FORM.items():
        if type(item.get(name)) is not kind:
            raise DocumentError(f"{where} has no {name}, or none of the right type; {_HOW}")
    for name, allowed in (("profile", _PROFILES), ("status", _STATUSES)):
        if item[name] not in allowed:
            raise DocumentError(f"{where}: its {name} is none of {', '.join(allowed)}; {_HOW}")
    for name in ("canaries", "values"):
        if not all(type(text) is str for text in item[name].values()):
            raise DocumentError(f"{where}: {name} has to be texts by name; {_HOW}")
    return Check(
        case=item["case"],
        why=item["why"],
        kind=item["class"],
        about=item["about"],
        place=_place(item["place"]),
        scrubber=item["scrubber"],
        profile=item["profile"],
        status=item["status"],
        reason=item["reason"],
        wrong=tuple(_wrong(failure, where) for failure in item["failures"]),
        canaries=item["canaries"],
        values=item["values"],
        planted=_planted(item.get("planted"), where),
        left=item.get("left"),
        beside=tuple(item["beside"]),
        words=_words(item.get("words"), where),
    )


def _place(place: dict[Any, Any]) -> str:
    file, line = place.get("file"), place.get("line")
    return f"{file}:{line}" if type(file) is str and type(line) is int else ""


def _wrong(failure: Any, where: str) -> Wrong:
    if not is_dict(failure) or type(failure.get("kind")) is not str or type(failure.get("words")) is not str:
        raise DocumentError(f"{where}: a failure has a kind and words; {_HOW}")
    path, canary = failure.get("path"), failure.get("canary")
    return Wrong(
        failure["kind"],
        failure["words"],
        path if type(path) is str else "",
        canary if type(canary) is str else "",
    )


def _planted(given: Any, where: str) -> Mapping[str, Any] | None:
    if given is None:
        return None
    if not is_dict(given) or len(given) != 1 or next(iter(given)) not in _INPUTS:
        raise DocumentError(f"{where}: planted is one of {', '.join(_INPUTS)}; {_HOW}")
    if "code" in given:
        code = given["code"]
        if not is_dict(code) or type(code.get("application")) is not str or not is_dict(code.get("files")):
            raise DocumentError(f"{where}: a program has an application and files; {_HOW}")
        if not all(type(text) is str for text in code["files"].values()):
            raise DocumentError(f"{where}: the files of a program are texts by name; {_HOW}")
    elif "log" in given and type(given["log"]) is not str:
        raise DocumentError(f"{where}: a log line is a text; {_HOW}")
    elif "event" in given and not is_dict(given["event"]):
        raise DocumentError(f"{where}: an event is a mapping; {_HOW}")
    return given


def _words(given: Any, where: str) -> tuple[int, int] | None:
    if given is None:
        return None
    asked, kept = (given.get("asked"), given.get("kept")) if is_dict(given) else (None, None)
    if type(asked) is not int or type(kept) is not int or not 0 <= kept <= asked:
        raise DocumentError(f"{where}: words are how many were asked and how many were kept; {_HOW}")
    return asked, kept
