"""``tightlip explain``: run a script that makes the SDK fail, and say what would be reported of it, and why.

Exit status: 0 when something was explained, 1 when the script did not fail, 2 when the arguments make no sense.
"""

from __future__ import annotations

import argparse
import json
import os
import runpy
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

from tightlip.policy import POLICIES
from tightlip.reporter import Reporter

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

_DESCRIPTION = """\
Run a Python script in which your SDK fails, and say for each exception whether it is reported and why, and for each part of
its message whether it is kept (and where it is written) or dropped (and why). Nothing is stored or sent, and no value is shown."""
_EXAMPLES = """\
examples:
  tightlip explain fails.py --package acme
  tightlip explain fails.py --package acme --event             and the event that would leave, as JSON
  tightlip explain fails.py big.bin --package acme             with an argument for the script
  tightlip explain --package acme fails.py -- --verbose        with options for the script, after --
  PYTHONPATH=src tightlip explain fails.py --package acme      an SDK that is not installed

The script runs as it would with `python fails.py`; let what the SDK raises leave it. From Python, at any place:

  print(tightlip.Reporter("acme").explain(exc))
"""
_TRACEBACK = BaseException.__dict__["__traceback__"]


def main(argv: Sequence[str]) -> int:
    """Run the command with the arguments ``argv``; its exit status."""
    own, options_of_script = _split(argv)
    options = _parser().parse_intermixed_args(own)
    script, arguments = options.script, [*options.arguments, *options_of_script]
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
        reporter = Reporter(options.packages, options.dependencies, outbox=False, policy=POLICIES[options.policy])
    except ValueError as error:
        return _refused(str(error))
    exc = _failure(script, arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # what the terminal lacks must not hide an explanation
    if exc is None:
        print("tightlip: the script did not fail, so there is nothing to explain", file=sys.stderr)
        return 1
    explanation = reporter.explain(exc)
    if explanation is None:
        return _refused("that failure could not be explained; this is an error of tightlip's")
    print(explanation.text(colour=_has_colours()), end="")
    if options.event:
        print(f"\n{json.dumps(reporter.preview(exc), indent=2, ensure_ascii=False)}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tightlip explain",
        usage="tightlip explain SCRIPT.py [ARGUMENT ...] --package NAME [--event] [-- OPTIONS OF THE SCRIPT]",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("script", metavar="SCRIPT.py", help="the script to run")
    parser.add_argument("arguments", metavar="ARGUMENT", nargs="*", help="what it finds in sys.argv")
    parser.add_argument(
        "--package",
        dest="packages",
        metavar="NAME",
        action="append",
        required=True,
        help="import name of your SDK; may be given again",
    )
    parser.add_argument(
        "--dependency",
        dest="dependencies",
        metavar="NAME",
        action="append",
        help="a distribution that your SDK needs; may be given again (default: those that it declares)",
    )
    parser.add_argument(
        "--policy", type=str.upper, choices=sorted(POLICIES), default="STRICT", help="what may leave (default: STRICT)"
    )
    parser.add_argument("--event", action="store_true", help="print the event that would leave, too, as JSON")
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


def _has_colours() -> bool:
    """Colours on a terminal that has them, unless somebody objects (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _refused(why: str) -> int:
    print(f"tightlip: {why}", file=sys.stderr)
    return 2
