"""SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html), which code hosts show beside the lines of the cases."""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from tightlip._version import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tightlip.suite.outcome import Failure, Result

_RULES: Final = {
    "leak": "A planted value left, in the clear or encoded.",
    "interference": "What leaves depends on the values: two runs with other canaries differ.",
    "lost": "Something that must survive did not.",
    "present": "Something left that must not.",
    "changed": "What left is not the exact output that the case gives.",
    "crash": "The scrubber raised, or its process ended.",
    "hang": "The scrubber did not answer in time.",
    "garbage": "The scrubber answered with something that is no event.",
}
_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def written(results: Sequence[Result], seed: int) -> str:
    """The failures, one result each, at the place of their case; known ones are suppressed.

    Args:
        results: The results.
        seed: Of the run.
    """
    found = [
        _result(result, failure)
        for result in results
        if result.status in ("failed", "known")
        for failure in result.failures
    ]
    driver = {
        "name": "tightlip check",
        "version": __version__,
        "informationUri": "https://pypi.org/project/tightlip/",
        "rules": [
            {"id": f"tightlip/{name}", "shortDescription": {"text": words}, "defaultConfiguration": {"level": "error"}}
            for name, words in _RULES.items()
        ],
    }
    run = {"tool": {"driver": driver}, "results": found, "properties": {"seed": seed}}
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False) + "\n"


def _result(result: Result, failure: Failure) -> dict[str, Any]:
    place = result.case.place
    written_: dict[str, Any] = {
        "ruleId": f"tightlip/{failure.kind}",
        "level": "error",
        "message": {"text": f"{result.case.id} ({result.scrubber}): {failure.words}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(PurePath(place.file).as_posix())},
                    "region": {"startLine": place.line, "startColumn": place.column},
                }
            }
        ],
        "partialFingerprints": {
            "tightlipFailure/v1": "|".join(
                (result.scrubber, result.case.id, failure.kind, failure.canary or "", failure.path or "")
            )
        },
    }
    if result.status == "known":
        written_["suppressions"] = [{"kind": "external", "justification": "listed in the baseline"}]
    return written_
