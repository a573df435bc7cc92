"""The results as JSON: everything that a program of your own, or `tightlip report`, needs of a run.

It holds what left and what was planted: made-up values, unless a case gives its own.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from tightlip._version import __version__
from tightlip.suite.case import CodeInput, EventInput
from tightlip.suite.outcome import Output
from tightlip.suite.scoreboard import words_kept

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tightlip.suite.case import Input
    from tightlip.suite.outcome import Result

_SURROGATE: Final = re.compile("[\ud800-\udfff]")
#: The version of this form.
VERSION: Final = 1


def document(results: Sequence[Result], seed: int) -> dict[str, Any]:
    """The results as JSON data.

    Args:
        results: The results.
        seed: Of the run.

    Returns:
        ``{"version", "tightlip", "seed", "summary": {scrubber: {status: count}}, "results": [...]}``; of each case the
        first run's input (``planted``) and output (``left``).
    """
    counts: dict[str, Counter[str]] = {}
    for result in results:
        counts.setdefault(result.scrubber, Counter())[result.status] += 1
    return {
        "version": VERSION,
        "tightlip": __version__,
        "seed": seed,
        "summary": {name: dict(sorted(count.items())) for name, count in counts.items()},
        "results": [_result(result) for result in results],
    }


def written(results: Sequence[Result], seed: int) -> str:
    """`document`, as text."""
    text = json.dumps(document(results, seed), indent=1, ensure_ascii=False, default=_foreign) + "\n"
    # A scrubber may answer with half of a pair, which UTF-8 has no form for; JSON's own escape does.
    return text if text.isascii() else _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _foreign(value: object) -> str:
    # A scrubber may answer with anything: its own code does not run here.
    return f"<{type(value).__name__}>"


def _result(result: Result) -> dict[str, Any]:
    case = result.case
    output = result.runs[0].output if result.runs else None
    asked, kept = words_kept(result)
    return {
        "case": case.id,
        "why": case.why,
        "class": case.kind,
        "about": case.about,
        "place": asdict(case.place),
        "scrubber": result.scrubber,
        "profile": result.profile,
        "status": result.status,
        "reason": result.reason,
        "seconds": round(result.seconds, 4),
        "failures": [asdict(failure) for failure in result.failures],
        "words": {"asked": asked, "kept": kept},
        "canaries": {canary.name: canary.kind for canary in case.canaries},
        "planted": None if result.filled is None else _input(result.filled.input),
        "values": {} if result.filled is None else dict(result.filled.values),
        "left": output.event if isinstance(output, Output) else None,
        "beside": list(output.beside) if isinstance(output, Output) else [],
    }


def _input(given: Input) -> Any:
    if isinstance(given, EventInput):
        return {"event": given.event}
    if isinstance(given, CodeInput):
        return {"code": {"application": given.application, "files": dict(given.files), "package": given.package}}
    return {"log": given.text}
