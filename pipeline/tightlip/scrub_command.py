"""``tightlip scrub``: events from files or stdin, cleaned, to stdout."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tightlip.envelope import plain
from tightlip.exact import is_dict
from tightlip.foreign import pipeline
from tightlip.policy import POLICIES
from tightlip.replayed import is_of, load

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tightlip.chain import Pipeline

_EXAMPLES = """\
examples:
  tightlip scrub event.json                                      one event (Sentry's format), its text scrubbed
  tightlip scrub --policy strict --catalogue acme.bin < events.ndjson
                                                                 one event a line; templates from the SDK's catalogue
"""


def parser() -> argparse.ArgumentParser:
    """The arguments of ``tightlip scrub``."""
    found = argparse.ArgumentParser(
        prog="tightlip scrub",
        description="What may leave of events in Sentry's format: JSON, or one event a line. Results go to stdout, one a line.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    found.add_argument("files", nargs="*", metavar="FILE", help="default: stdin")
    found.add_argument("--policy", default="APP", type=str.upper, choices=sorted(POLICIES), help="default: APP")
    found.add_argument(
        "--catalogue",
        action="append",
        default=[],
        metavar="FILE",
        help="a file of `tightlip catalogue build`; may be repeated",
    )
    return found


def main(argv: Sequence[str]) -> int:
    """Scrub events.

    Args:
        argv: The arguments behind ``scrub``.

    Returns:
        0; 1 when an event could not be read or was dropped (said on stderr with file and line, and never passed on); 2 for bad arguments.
    """
    parsed = parser().parse_args(argv)
    try:
        catalogues = [load(file) for file in parsed.catalogue]
        stages = pipeline(POLICIES[parsed.policy], catalogues)
        texts = [(name, Path(name).read_text(encoding="utf-8")) for name in parsed.files]
    except (ValueError, OSError) as error:
        print(f"tightlip: {error}", file=sys.stderr)
        return 2
    failed, unused = 0, list(zip(parsed.catalogue, catalogues, strict=True))
    for name, text in texts or [("stdin", sys.stdin.read())]:
        for line, source in _events(text):
            event = _event(name, line, source)
            failed += event is None or not _passed(name, line, event, stages)
            unused = [(file, one) for file, one in unused if event is None or not is_of(event, one)]
    for file, one in unused:
        what = f"{file} is of {one.distribution} {one.version or '(no version)'}"
        print(f"tightlip: {what}; no event names that version in `release` or `modules`", file=sys.stderr)
    return 1 if failed else 0


def _events(text: str) -> Iterator[tuple[int, str]]:
    """The whole text if it is one JSON value, else its lines, with the number of the first line of each."""
    try:
        json.loads(text)
    except ValueError:
        yield from ((number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip())
    else:
        yield 1, text


def _event(name: str, line: int, source: str) -> dict[str, Any] | None:
    try:
        event: object = json.loads(source)
    except ValueError as error:
        # Not the text around the error: it may hold anything.
        print(f"tightlip: {name}:{line}: no JSON ({type(error).__name__}); left out", file=sys.stderr)
        return None
    if not is_dict(event):
        print(f"tightlip: {name}:{line}: an event is a JSON object; left out", file=sys.stderr)
        return None
    return event


def _passed(name: str, line: int, event: dict[str, Any], stages: Pipeline) -> bool:
    found = stages(event, {})
    if found is None:
        print(f"tightlip: {name}:{line}: dropped, since a stage failed", file=sys.stderr)
        return False
    print(json.dumps(plain(found), ensure_ascii=False))
    return True
