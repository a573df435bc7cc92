"""Known failures, in a file that can only shrink.

An SDK that begins to use the suite may not be able to mend everything at once. What fails on the first day is written down; from then on
a failure that is not in the file is an error, and so is an entry that fails no more: it must be taken out, so that it cannot come back
unnoticed. Nothing but a person with an editor can add to the file.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, TypeAlias, get_args

from tightlip.exact import is_dict, is_list
from tightlip.suite.outcome import FailureKind
from tightlip.suite.whole_file import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tightlip.suite.outcome import Failure, Result

#: Case, scrubber, kind, canary, path and encoding of a failure; no words, which may change, and no values.
Entry: TypeAlias = tuple[str, str, str, str, str, str]
_NAMES: Final = ("case", "scrubber", "kind", "canary", "path", "encoding")
_ABOUT: Final = "Known failures of `tightlip check`. Take out what is mended (--shrink does it); nothing may be added."
_VERSION: Final = 1


class BaselineError(ValueError):
    """The file is none, or must not be written; the words say what to do."""


def entry(result: Result, failure: Failure) -> Entry:
    """How a failure is known again."""
    return (
        result.case.id,
        result.scrubber,
        failure.kind,
        failure.canary or "",
        failure.path or "",
        failure.encoding or "",
    )


def read(path: Path) -> frozenset[Entry]:
    """The known failures of a file.

    Raises:
        BaselineError: It is not there, or no baseline.
    """
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        raise BaselineError(f"{path}: no such file; --write-baseline {path} makes it, of what fails now") from None
    except (OSError, UnicodeDecodeError) as error:
        raise BaselineError(f"{path} cannot be read: {type(error).__name__}") from None
    try:
        found: Any = json.loads(text)
    except json.JSONDecodeError as error:
        raise BaselineError(f"{path}:{error.lineno}:{error.colno}: no JSON: {error.msg.lower()}") from None
    listed: Any = found.get("known") if is_dict(found) and found.get("version") == _VERSION else None
    if not is_list(listed):
        raise BaselineError(f"{path} is no baseline: it needs version 1 and a list of known failures")
    entries: set[Entry] = set()
    for number, item in enumerate(listed):
        if not is_dict(item) or set(item) - set(_NAMES) or not all(type(text) is str for text in item.values()):
            raise BaselineError(f"{path}: known failure {number + 1} may hold {', '.join(_NAMES)}, all of them texts")
        case, scrubber, kind, canary, where, encoding = (item.get(name, "") for name in _NAMES)
        if not case or not scrubber or kind not in get_args(FailureKind):
            # It would match nothing, and never be mended.
            raise BaselineError(
                f"{path}: known failure {number + 1} needs case, scrubber, and a kind of {', '.join(get_args(FailureKind))}"
            )
        entries.add((case, scrubber, kind, canary, where, encoding))
    return frozenset(entries)


def known(results: Iterable[Result], entries: frozenset[Entry]) -> list[Result]:
    """The results, with those as ``known`` whose every failure is in the baseline."""
    return [
        replace(result, status="known")
        if result.status == "failed" and all(entry(result, one) in entries for one in result.failures)
        else result
        for result in results
    ]


def mended(results: Iterable[Result], entries: frozenset[Entry]) -> frozenset[Entry]:
    """The entries of cases that ran and do not fail that way any more; those of cases that did not run are left alone."""
    ran: set[tuple[str, str]] = set()
    failing: set[Entry] = set()
    for result in results:
        if result.status != "skipped":
            ran.add((result.case.id, result.scrubber))
            failing.update(entry(result, one) for one in result.failures)
    return frozenset(one for one in entries - failing if one[:2] in ran)


def write(path: Path, results: Iterable[Result]) -> int:
    """Write down what fails now; how many failures.

    Raises:
        BaselineError: There is a file already.
    """
    if path.exists():
        raise BaselineError(f"{path} is there already, and a baseline can only shrink; delete it to begin again")
    entries = frozenset(entry(result, one) for result in results for one in result.failures)
    _put(path, entries)
    return len(entries)


def shrink(path: Path, entries: frozenset[Entry], gone: frozenset[Entry]) -> None:
    """Take ``gone`` out of the file."""
    _put(path, entries - gone)


def _put(path: Path, entries: Iterable[Entry]) -> None:
    known_ = [{name: text for name, text in zip(_NAMES, one, strict=True) if text} for one in sorted(entries)]
    text = json.dumps({"about": _ABOUT, "version": _VERSION, "known": known_}, indent=2, ensure_ascii=False)
    try:
        write_whole(path, f"{text}\n")
    except OSError as error:
        raise BaselineError(str(error)) from None
