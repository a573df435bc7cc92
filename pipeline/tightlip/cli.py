"""The command line: ``tightlip demo | scrub | explain | check | fuzz | report | catalogue | policy | consent | outbox``."""

from __future__ import annotations

import argparse
import functools
import importlib
import os
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING

from tightlip._version import __version__
from tightlip.fact_file import load
from tightlip.facts import Facts
from tightlip.notice import notice
from tightlip.policy_file import EXAMPLE
from tightlip.terminal import policy_argument

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

#: Commands with arguments of their own, and the module whose ``main`` runs each. They load what only they need.
_COMMANDS = {
    "demo": "tightlip.demo",
    "catalogue": "tightlip.catalogue_command",
    "scrub": "tightlip.scrub_command",
    "explain": "tightlip.explain_command",
    "consent": "tightlip.consent_command",
    "outbox": "tightlip.outbox_command",
    "check": "tightlip.suite.check_command",
    "fuzz": "tightlip.suite.fuzz_command",
    "report": "tightlip.suite.report_command",
}
_EXAMPLES = """\
examples:
  tightlip demo                    see a real SDK fail, and what would leave
  tightlip catalogue coverage acme
                                   which errors of an SDK arrive without words
  tightlip explain fails.py --package acme
                                   of a script in which your SDK fails: what is
                                   reported, what not, and why
  tightlip explain event.json      what is removed of an event, by which rule
  tightlip scrub events.ndjson.gz > clean.ndjson
                                   what may leave of events of other SDKs
  tightlip check fixtures          the privacy regression suite: does what was
                                   promised hold?
  tightlip report fixtures -o report.html
                                   the same, as a page for people
  tightlip fuzz --package acme     random events and calls: leaks that nobody
                                   thought of
  tightlip policy > PRIVACY.md     the data-collection notice, made from the
                                   table that is enforced
  tightlip consent --config ~/.acme/config.yaml
                                   are reports allowed, and what says so?
  tightlip outbox list --package acme
                                   what waits to be sent

Each command says more: tightlip COMMAND --help
"""
_POLICY = """\
What may leave under a policy, in the words of a privacy notice. It is made
from the table that is enforced. STRICT, STRICT_UNREAD and APP are tightlip's
own; a file of YAML makes another of one of them."""
_POLICY_EXAMPLES = """\
examples:
  tightlip policy > PRIVACY.md           what leaves of an SDK by default
  tightlip policy APP                    what leaves of a whole application
  tightlip policy --example > acme.yaml  a policy of your own to begin with ...
  tightlip policy acme.yaml              ... is it right, and what may leave?
"""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tightlip",
        description="Error reporting that can keep a secret: it reports the code, not the values.",
        epilog=_EXAMPLES,
        formatter_class=functools.partial(argparse.RawDescriptionHelpFormatter, max_help_position=16),
    )
    parser.add_argument("--version", action="version", version=f"tightlip {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("demo", help="run the sample SDK in the sample application", add_help=False)
    commands.add_parser("catalogue", help="an SDK's templates: build, show, coverage", add_help=False)
    commands.add_parser("scrub", help="clean events from files or stdin", add_help=False)
    commands.add_parser("explain", help="what leaves of a failing script, an event or a text, and why", add_help=False)
    commands.add_parser("check", help="hold a scrubber or an SDK to its promise, by cases", add_help=False)
    commands.add_parser("fuzz", help="look for leaks with random events and calls", add_help=False)
    commands.add_parser("report", help="what `check` does, as a page of HTML for people", add_help=False)
    policy = commands.add_parser(
        "policy",
        help="print what may leave, as a data-collection notice (Markdown)",
        description=_POLICY,
        epilog=_POLICY_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    policy.add_argument(
        "policy", nargs="?", default="STRICT", type=policy_argument, metavar="NAME|FILE", help="default: STRICT"
    )
    policy.add_argument(
        "--example", action="store_true", help="print a file that is a policy, with comments, to begin with"
    )
    policy.add_argument("--facts", metavar="FILE", help="the SDK's declared facts, YAML or JSON: they are listed too")
    commands.add_parser(
        "consent", help="whether reports are allowed and what says so; say yes or no; view", add_help=False
    )
    commands.add_parser("outbox", help="look at what is stored, and empty it", add_help=False)
    return parser


def _open_what_is_closed() -> None:
    """`tightlip ... >&-`: nobody listens, and the exit status still says."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115 - as long as the process


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        argv: The arguments; None for those of the process.

    Returns:
        The exit status: 0, 1 when the answer is no, 2 when the arguments make no sense.
    """
    _open_what_is_closed()
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments and arguments[0] in _COMMANDS:
        run: Callable[[Sequence[str]], int] = importlib.import_module(_COMMANDS[arguments[0]]).main
        try:
            return run(arguments[1:])
        except KeyboardInterrupt:
            # In the middle of an import CPython notes that nobody caught it, and ends by the signal all the same; running anything clears that.
            exec("", {})  # noqa: S102
            return 130  # as a shell says it
        except BrokenPipeError:
            # The reader had enough: `tightlip scrub ... | head`. Nothing may be written at exit either.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
    parsed = _parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # what the terminal lacks must not hide a report
    try:
        facts = Facts(None if parsed.facts is None else load(parsed.facts))
        sys.stdout.write(EXAMPLE if parsed.example else notice(facts.allowed(parsed.policy)))
        return 0
    except BrokenPipeError:
        return 0  # the reader had enough: `tightlip policy | head`
    except (OSError, ValueError) as error:
        print(f"tightlip: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
