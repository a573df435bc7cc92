"""``tightlip explain``: what would leave, and why: of a script that makes the SDK fail, of events, of a text.

Exit status: 0 when something was explained, 1 when there was nothing to explain or not all could be read, 2 when the arguments make no sense.
"""

from __future__ import annotations

import argparse
import json
import runpy
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tightlip.event_input import DamagedError, opened
from tightlip.explain_event import Explainer, explain_text
from tightlip.explain_page import Page
from tightlip.ink import colours_of, printable
from tightlip.policy import APP, STRICT
from tightlip.reasons import Reasons
from tightlip.reporter import Reporter
from tightlip.terminal import never_fails_to_print, policy_argument, without_arguments

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from tightlip.event_input import Item
    from tightlip.explain_event import Note
    from tightlip.policy import Policy

_DESCRIPTION = """\
What would leave, and why. Nothing is stored or sent, and no value that is
removed is shown.

Of a Python script in which your SDK fails: for each exception whether it is
reported, and for each part of its message whether it is kept (and where it is
written) or dropped. Of events in Sentry's format (JSON, NDJSON, envelopes,
.gz) and of lines of text: what is removed, where, by which rule, and what
stays."""
_USAGE = """\
tightlip explain SCRIPT.py [ARGUMENT ...] --package NAME [--event]
                        [-- OPTIONS OF THE SCRIPT]
       tightlip explain FILE.json [FILE ...] [--policy NAME|FILE]
                        [--all] [--show-values]
       tightlip explain --text "..." [--policy NAME|FILE] [--show-values]"""
_EXAMPLES = """\
examples:
  tightlip explain fails.py --package acme
  tightlip explain fails.py --package acme --event
      and the event that would leave, as JSON
  tightlip explain fails.py big.bin --package acme
      with an argument for the script
  tightlip explain --package acme fails.py -- --verbose
      with options for the script, after --
  PYTHONPATH=src tightlip explain fails.py --package acme
      an SDK that is not installed
  tightlip explain event.json
      what is removed of an event of any SDK, and why
  tightlip explain events.ndjson.gz --policy acme.yaml --all
      what stays as well, under a policy of your own
  tightlip explain --text "login of ann@example.com failed"
  tail -n 20 app.log | tightlip explain -
      lines of text, or events, from stdin

The script runs as it would with `python fails.py`; let what the SDK raises
leave it. From Python, at any place:

  print(tightlip.Reporter("acme").explain(exc))
"""
#: Files that are never scripts.
_EVENT_FILES = frozenset({".json", ".ndjson", ".jsonl", ".gz", ".envelope"})
_TEXT_FILES = frozenset({".txt", ".log"})
_TRACEBACK = BaseException.__dict__["__traceback__"]

_NO_FAILURE = "tightlip: no error left the script; let it end with the one to explain, or use print(reporter.explain(exc)) where it is caught"


def main(argv: Sequence[str]) -> int:
    """Run the command with the arguments ``argv``; its exit status."""
    own, options_of_script = _split(argv)
    parser = _parser()
    options = parser.parse_intermixed_args(own)
    names: list[str] = options.files
    if options.text is not None or (names and _is_data(names[0], options)):
        return _data(parser, names, options)
    if not names:
        parser.error("name a script, a file of events or text, or give --text")
    if not options.packages:
        parser.error("the following arguments are required for a script: --package")
    script, arguments = names[0], [*names[1:], *options_of_script]
    if not Path(script).is_file():
        return _refused(f"there is no script {script!r}")
    try:
        compile(Path(script).read_bytes(), script, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        return _refused(f"{script!r} is no Python script ({type(error).__name__})")
    before = sys.path[:]
    # As `python fails.py` has it: the script imports what lies beside it, and so does whoever looks for the SDK.
    sys.path.insert(0, str(Path(script).resolve().parent))
    try:
        return _explained(script, arguments, options)
    finally:
        sys.path[:] = before


def _explained(script: str, arguments: Sequence[str], options: argparse.Namespace) -> int:
    try:
        reporter = Reporter(options.packages, options.dependencies, outbox=False, policy=options.policy or STRICT)
    except ValueError as error:
        return _refused(str(error))
    exc = _failure(script, arguments)
    never_fails_to_print()  # what the terminal lacks must not hide an explanation
    if exc is None:
        print(_NO_FAILURE, file=sys.stderr)
        return 1
    explanation = reporter.explain(exc)
    if explanation is None:
        return _refused("that failure could not be explained; this is an error of tightlip's")
    print(explanation.text(colour=bool(colours_of(sys.stdout))), end="")
    if options.event:
        print(f"\n{json.dumps(reporter.preview(exc), indent=2, ensure_ascii=False)}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tightlip explain",
        usage=_USAGE,
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "files",
        metavar="FILE",
        nargs="*",
        help="a script and what it finds in sys.argv; or files of events or text, - for stdin",
    )
    parser.add_argument(
        "--policy",
        type=policy_argument,
        metavar="NAME|FILE",
        help="what may leave: STRICT (default for scripts), STRICT_UNREAD, APP (default for events and text), or a file of YAML",
    )
    script = parser.add_argument_group("for scripts")
    script.add_argument(
        "--package",
        dest="packages",
        metavar="NAME",
        action="append",
        help="import name of your SDK; may be given again",
    )
    script.add_argument(
        "--dependency",
        dest="dependencies",
        metavar="NAME",
        action="append",
        help="a distribution that your SDK needs; may be given again (default: those that it declares)",
    )
    script.add_argument("--event", action="store_true", help="print the event that would leave, too, as JSON")
    data = parser.add_argument_group("for events and text")
    data.add_argument("--text", metavar="TEXT", help="explain this text")
    data.add_argument("--all", action="store_true", help="list what is kept, too, and why")
    data.add_argument(
        "--show-values", action="store_true", help="show what is removed, too: only where nobody else reads along"
    )
    return parser


def _split(argv: Sequence[str]) -> tuple[list[str], list[str]]:
    """The arguments before the first ``--``, and those behind it."""
    given = list(argv)
    end = given.index("--") if "--" in given else len(given)
    return given[:end], given[end + 1 :]


def _failure(script: str, arguments: Sequence[str]) -> BaseException | None:
    """What running ``script`` raises, with the script's own frames only; None when it comes to a good end."""
    before = sys.argv
    sys.argv = [script, *arguments]
    try:
        runpy.run_path(script, run_name="__main__")
    except KeyboardInterrupt:
        raise
    except SystemExit as exc:
        return None if exc.code in (None, 0) else _from_script(exc, script)
    except BaseException as exc:
        return _from_script(exc, script)
    finally:
        sys.argv = before
    return None


def _from_script(exc: BaseException, script: str) -> BaseException:
    """``exc`` without the frames that ran the script: as a customer's process would have it."""
    traceback: TracebackType | None = _TRACEBACK.__get__(exc)
    while traceback is not None and traceback.tb_frame.f_code.co_filename != script:
        traceback = traceback.tb_next
    if traceback is not None:
        _TRACEBACK.__set__(exc, traceback)
    return exc


# Events and text.


def _is_data(name: str, options: argparse.Namespace) -> bool:
    """Whether a file holds events or text, and is no script."""
    suffix = Path(name).suffix.lower()
    return name == "-" or suffix in _EVENT_FILES or suffix in _TEXT_FILES or (not options.packages and suffix != ".py")


def _data(parser: argparse.ArgumentParser, names: Sequence[str], options: argparse.Namespace) -> int:
    if options.packages or options.dependencies or options.event:
        parser.error("--package, --dependency and --event are for scripts; leave them out")
    if options.text is not None and names:
        parser.error("--text or files, not both")
    policy: Policy = options.policy or APP
    never_fails_to_print()
    with without_arguments():
        return _Explained(policy, options).all(names)


class _Explained:
    """One run over events or text."""

    def __init__(self, policy: Policy, options: argparse.Namespace) -> None:
        width = shutil.get_terminal_size((80, 24)).columns if sys.stdout.isatty() else 80
        colours = colours_of(sys.stdout)
        self._policy = policy
        self._text: str | None = options.text
        self._page = Page(Reasons(policy), colours, width, options.all, options.show_values)
        self._explainer = Explainer(policy)
        self._number = self._bad = 0

    def all(self, names: Sequence[str]) -> int:
        """Every file, or the text; the exit status."""
        if self._page.values:
            print("careful: what is removed is shown here (--show-values); do not pass this page on\n")
        if self._text is not None:
            if not self._policy.keeps_text:
                return _refused(
                    f"under {self._policy.name} no text of a value leaves, so that there is nothing to explain; take --policy APP"
                )
            self._print("", [explain_text(self._text, self._policy)])
            return 0
        for name in names:
            if not self._file(name):
                return 2
        what = "event" if not self._is_text else "line"
        print(self._page.summary(what, self._number))
        return 1 if self._bad or not self._number else 0

    _is_text = False

    def _file(self, name: str) -> bool:
        try:
            source = opened(name)
        except OSError as error:
            _refused(f"{name}: {(error.strerror or 'it cannot be read').lower()}")
            return False
        try:
            suffix = Path(name).suffix.lower()
            self._is_text = suffix in _TEXT_FILES or (suffix not in _EVENT_FILES - {".gz"} and not source.holds_json())
            if self._is_text and not self._policy.keeps_text:
                _refused(
                    f"under {self._policy.name} no text of a value leaves, so that there is nothing to explain; take --policy APP"
                )
                return False
            for item in source.texts() if self._is_text else source.events():
                self._item(item)
        except DamagedError as error:
            self._bad += 1
            print(f"tightlip: {printable(str(error))}", file=sys.stderr)
        finally:
            source.close()
        return True

    def _item(self, item: Item) -> None:
        self._number += 1
        where = f"{item.where}"
        if item.problem:
            self._bad += 1
            print(f"tightlip: {printable(where)}: {item.problem}", file=sys.stderr)
            return
        if self._is_text:
            note = explain_text(item.value, self._policy)
            if note.state == "kept" and not self._page.all:
                self._page.counts["kept"] += 1
                return
            self._print(where, [note])
            return
        notes = self._explainer.notes(item.value)
        if notes is None:
            self._bad += 1
            print(
                f"tightlip: {printable(where)}: a stage of {self._policy.name} drops this event as a whole",
                file=sys.stderr,
            )
            return
        self._print(f"{where} (policy {self._policy.name})", notes)

    def _print(self, head: str, notes: Sequence[Note]) -> None:
        if head:
            print(printable(head))
        for line in self._page.lines(notes):
            print(line)
        if head:
            print()


def _refused(why: str) -> int:
    print(f"tightlip: {why}", file=sys.stderr)
    return 2
