"""``tightlip scrub``: events or text from files or stdin, cleaned, to stdout or a file.

Guarantees:

1. What could not be read, or was dropped, is never passed on: it is named with file and line, and its content goes nowhere but into the file
   that ``--rejects`` names, which only its owner can read.
2. The file of ``-o`` is as it was, or it is the whole result (`tightlip.result_files`).
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections import Counter
from time import monotonic
from typing import IO, TYPE_CHECKING, Final

from tightlip.envelope import plain
from tightlip.event_input import DamagedError, Input, opened
from tightlip.exact import is_dict, is_list
from tightlip.foreign import pipeline
from tightlip.policy import APP
from tightlip.replayed import is_of, load
from tightlip.result_files import Output, Rejects
from tightlip.terminal import command_parser, never_fails_to_print, policy_argument, say, without_arguments

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from tightlip.event_input import Item
    from tightlip.policy import Policy
    from tightlip.replayed import Catalogue
    from tightlip.types import Event

_DESCRIPTION = """\
What may leave of events in Sentry's format, one a line: to stdout, or to a
file. Reads JSON, one event a line (NDJSON), Sentry's envelopes, and any of
them compressed with gzip. A file of lines may be larger than memory; a
document over several lines may have up to 64 MB."""
_EXAMPLES = """\
examples:
  tightlip scrub event.json
      one event, its text scrubbed
  tightlip scrub events.ndjson.gz -o clean.ndjson.gz --rejects bad.ndjson
      many; what cannot be read is set aside
  tightlip scrub --policy acme.yaml --summary < events.ndjson
      under a policy of your own
  tightlip scrub --policy strict --catalogue acme.bin < events.ndjson
      typed facts, and templates from the SDK's catalogue
  tail -f app.log | tightlip scrub --text
      lines of text

exit status:
  0; 1 when something could not be read or was dropped (it is named, and never
  passed on); 2 for bad arguments
"""
_EVERY: Final = 0.25
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, check_circular=False)


def parser() -> argparse.ArgumentParser:
    """The arguments of ``tightlip scrub``."""
    found = command_parser("scrub", _DESCRIPTION, _EXAMPLES)
    found.add_argument("files", nargs="*", metavar="FILE", help="default, and -: stdin")
    found.add_argument(
        "--policy",
        default=APP,
        type=policy_argument,
        metavar="NAME|FILE",
        help="what may leave: APP (default), STRICT, STRICT_UNREAD, or a file of YAML",
    )
    found.add_argument("--text", action="store_true", help="read lines of text instead of events")
    found.add_argument(
        "-o", "--output", metavar="FILE", help="write there instead of stdout, all or nothing; FILE.gz is compressed"
    )
    found.add_argument(
        "--rejects", metavar="FILE", help="set what cannot be read aside there, unscrubbed, for its owner only"
    )
    found.add_argument("--summary", action="store_true", help="say at the end what was read and found, on stderr")
    found.add_argument(
        "--catalogue",
        action="append",
        default=[],
        metavar="FILE",
        help="a file of `tightlip catalogue build`; may be repeated",
    )
    return found


def main(argv: Sequence[str]) -> int:
    """Scrub events or text.

    Args:
        argv: The arguments behind ``scrub``.

    Returns:
        0; 1 when an event could not be read or was dropped (said on stderr with file and line, and never passed on); 2 for bad arguments.
    """
    parser_ = parser()
    parsed = parser_.parse_args(argv)
    never_fails_to_print()
    try:
        if parsed.text and not parsed.policy.keeps_text:
            parser_.error(
                f"--text: under {parsed.policy.name} no text of a value leaves; take --policy APP, or one that extends it"
            )
        with without_arguments():
            return _Run(parsed).all()
    except (ValueError, OSError) as error:
        if isinstance(error, BrokenPipeError):
            raise  # the reader had enough
        say(_words(error))
        return 2


def _words(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror.lower()}" if error.filename is not None else error.strerror.lower()
    return str(error)


class _Run:
    """One run of the command."""

    def __init__(self, parsed: argparse.Namespace) -> None:
        self._policy: Policy = parsed.policy
        self._is_text: bool = parsed.text
        self._wants_summary: bool = parsed.summary
        catalogues = [load(file) for file in parsed.catalogue]
        self._stages = pipeline(self._policy, catalogues)
        self._unused: list[tuple[str, Catalogue]] = list(zip(parsed.catalogue, catalogues, strict=True))
        names: list[str] = parsed.files or ["-"]
        # All of them before the first is read: a mistyped name must not show after an hour.
        for name in names:
            if name != "-":
                with open(name, "rb"):  # noqa: PTH123
                    pass
        self._names = names
        self._rejects = Rejects(parsed.rejects)
        self._output = Output(parsed.output)
        self._progress = _Progress()
        self._findings = _Findings(self._policy)
        self._drops: dict[str, int] = {}
        self._read = self._passed = self._bad = self._dropped = 0

    def all(self) -> int:
        """Every file; the exit status."""
        if self._names == ["-"] and sys.stdin.isatty():
            say("reading from the terminal; end with Ctrl-D")
        broken = False
        with self._output as write, contextlib.closing(self._rejects):
            for name in self._names:
                source = opened(name)
                try:
                    self._file(source, write)
                except DamagedError as error:
                    say(str(error))
                    broken = True
                finally:
                    self._progress.end()
                    source.close()
                for kind, count in source.others.items():
                    say(f"{source.name}: {count} of the envelope's items are of type {kind}, no events; left out")
        for file, one in self._unused:
            what = f"{file} is of {one.distribution} {one.version or '(no version)'}"
            say(f"{what}; no event names that version in `release` or `modules`")
        if self._wants_summary:
            self._say_summary()
        return 1 if self._bad or self._dropped or broken else 0

    def _file(self, source: Input, write: IO[bytes]) -> None:
        is_flushed = self._is_text or source.name == "stdin"
        for item in source.texts() if self._is_text else source.events():
            self._read += 1
            line = self._cleaned(item)
            if line is None:
                self._rejects.add(item.raw)
            else:
                self._passed += 1
                write.write(line + b"\n")
                if is_flushed and self._output.is_shown:
                    write.flush()
            self._progress.show(self._read, source.size)

    def _cleaned(self, item: Item) -> bytes | None:
        """What leaves of one item, as a line; None for nothing."""
        if item.problem:
            self._bad += 1
            self._progress.end()
            say(f"{item.where}: {item.problem}; {self._rejects.words()}")
            return None
        if self._is_text:
            clean, remarks = self._policy.scrubber.scrub_with_remarks(item.value)
            self._findings.add(remark.rule for remark in remarks)
            return clean.encode("utf-8", "backslashreplace")
        event: Event = item.value
        self._unused = [(file, one) for file, one in self._unused if not is_of(event, one)]
        found = self._stages(event, {})
        if found is None:
            self._dropped += 1
            self._progress.end()
            say(f"{item.where}: dropped, since {self._why()}; {self._rejects.words()}")
            return None
        self._findings.add(rules_in(found.get("_meta")))
        return _written(found)

    def _why(self) -> str:
        """Which stage failed and with what: names of ours and of an exception's class, no text of its."""
        before, self._drops = self._drops, self._stages.tally.counts()
        new = [name for name, count in self._drops.items() if count > before.get(name, 0)]
        return f"a stage failed ({new[0].removeprefix('dropped.')})" if new else "a stage failed"

    def _say_summary(self) -> None:
        what = "lines" if self._is_text else "events"
        say(f"{self._read:,} {what} read: {self._passed:,} passed, {self._bad:,} unreadable, {self._dropped:,} dropped")
        counts = self._findings.by_class
        if counts:
            said = ", ".join(
                f"{name} {count:,}" for name, count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
            )
            say(f"findings: {said}")
        elif self._policy.keeps_text:
            say("findings: none")
        else:
            say(f"findings: not counted, since under {self._policy.name} text is dropped as a whole")


def _written(event: Event) -> bytes:
    value = plain(event)
    try:
        return _ENCODER.encode(value).encode("utf-8")
    except UnicodeEncodeError:  # half of a pair of surrogates: JSON can escape it
        return json.dumps(value).encode("ascii")


def rules_in(meta: object) -> Iterator[str]:
    """The rules in an event's ``_meta``, each as often as it found something."""
    if is_dict(meta):
        for key, item in meta.items():
            if key:
                yield from rules_in(item)
            elif is_dict(item) and is_list(remarks := item.get("rem")):
                yield from (str(remark[0]) for remark in remarks if is_list(remark))


class _Findings:
    """Counts by class; fields that were left out as a whole are one of their own."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._kinds: dict[str, str] = {}
        self.by_class: Counter[str] = Counter()

    def add(self, rules: Iterator[str]) -> None:
        """Count the findings of rules."""
        for rule in rules:
            if not self._kinds:
                self._kinds = kinds_of(self._policy)
            self.by_class[self._kinds.get(rule, "fields" if rule.startswith("event.") else rule)] += 1


def kinds_of(policy: Policy) -> dict[str, str]:
    """The class of each rule."""
    from tightlip_scrubbers.known import KINDS_OF  # noqa: PLC0415 - loaded when something was found

    return {**{rule.id: rule.kind for rule in policy.scrubber.rules}, **KINDS_OF}


class _Progress:
    """One line on stderr that changes, for a person who waits."""

    def __init__(self) -> None:
        self._is_on = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._begun = self._last = monotonic()
        self._is_shown = False

    def show(self, count: int, size: int) -> None:
        """Say how far it is."""
        if not self._is_on or count % 16:
            return
        now = monotonic()
        if now - self._last < _EVERY:
            return
        self._last = now
        speed = count / (now - self._begun)
        sys.stderr.write(f"\r\x1b[K{count:,} read, {size / 1_000_000:,.1f} MB, {speed:,.0f} a second")
        sys.stderr.flush()
        self._is_shown = True

    def end(self) -> None:
        """Take the line away."""
        if self._is_shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._is_shown = False
