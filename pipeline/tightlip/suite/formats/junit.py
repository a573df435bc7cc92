"""JUnit's XML, as CI services read it (the form of https://github.com/testmoapp/junitxml)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tightlip.suite.outcome import Result


def written(results: Sequence[Result], seed: int) -> str:
    """The results as one test suite a scrubber, one test a case.

    Args:
        results: The results.
        seed: Of the run; a property of each suite.
    """
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>"]
    for name in dict.fromkeys(result.scrubber for result in results):
        own = [result for result in results if result.scrubber == name]
        failed = sum(result.status == "failed" for result in own)
        skipped = sum(result.status in ("skipped", "known") for result in own)
        seconds = sum(result.seconds for result in own)
        lines.append(
            f'  <testsuite name={_quoted(name)} tests="{len(own)}" failures="{failed}" errors="0" skipped="{skipped}" time="{seconds:.3f}">'
        )
        lines.append(f'    <properties><property name="seed" value="{seed}"/></properties>')
        for result in own:
            lines.extend(_case(result))
        lines.append("  </testsuite>")
    return "\n".join([*lines, "</testsuites>", ""])


def _case(result: Result) -> list[str]:
    case, place = result.case, result.case.place
    opening = (
        f"    <testcase name={_quoted(case.id)} classname={_quoted(f'{result.scrubber}.{case.kind}')} "
        f'file={_quoted(place.file)} line="{place.line}" time="{result.seconds:.3f}"'
    )
    if result.status == "passed":
        return [f"{opening}/>"]
    if result.status == "failed":
        words = "\n".join(_sentence(failure.path, failure.words) for failure in result.failures)
        kind = result.failures[0].kind if result.failures else "failed"
        inside = f"<failure type={_quoted(kind)} message={_quoted(words.splitlines()[0] if words else kind)}>{_text(words)}</failure>"
    else:
        inside = f"<skipped message={_quoted(result.reason or 'known, see the baseline')}/>"
    return [f"{opening}>", f"      {inside}", "    </testcase>"]


def _sentence(path: str | None, words: str) -> str:
    return words if path is None or path in words else f"{path}: {words}"


def _legal(text: str) -> str:
    """Without the characters that XML 1.0 cannot hold, in any form."""
    return "".join(c if c.isprintable() or c in "\n\t" else "\ufffd" for c in text)


def _quoted(text: str) -> str:
    return quoteattr(_legal(text))


def _text(text: str) -> str:
    return _legal(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
