"""The command line: ``tightlip demo | scrub | explain | check | fuzz | report | catalogue | policy | consent | outbox``."""

from __future__ import annotations

import argparse
import functools
import importlib
import json
import os
import sqlite3
import sys
from datetime import UTC, datetime
from io import TextIOWrapper
from typing import TYPE_CHECKING

from tightlip._version import __version__
from tightlip.envelope import decode
from tightlip.facts import Facts, load
from tightlip.notice import notice
from tightlip.outbox import Outbox, default_path
from tightlip.policy_file import EXAMPLE, PolicyError, find_policy

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tightlip.policy import Policy

#: Commands with arguments of their own, and the module whose ``main`` runs each. They load what only they need.
_COMMANDS = {
    "demo": "tightlip.demo",
    "catalogue": "tightlip.catalogue_command",
    "scrub": "tightlip.scrub_command",
    "explain": "tightlip.explain_command",
    "consent": "tightlip.consent_command",
    "check": "tightlip.suite.check_command",
    "fuzz": "tightlip.suite.fuzz_command",
    "report": "tightlip.suite.report_command",
}
_EXAMPLES = """\
examples:
  tightlip demo                    see a real SDK fail, and what would leave
  tightlip catalogue coverage acme which errors of an SDK arrive without words
  tightlip explain fails.py --package acme
                                   of a script in which your SDK fails: what is
                                   reported, what not, and why
  tightlip explain event.json      what is removed of an event, by which rule
  tightlip scrub events.ndjson.gz > clean.ndjson
                                   what may leave of events of other SDKs
  tightlip check fixtures          the privacy regression suite: does what was
                                   promised hold?
  tightlip report fixtures -o report.html
                                   the same as a page for people
  tightlip fuzz --package acme     random events and calls: leaks that nobody
                                   thought of
  tightlip policy > PRIVACY.md     the data-collection notice, made from the
                                   table that is enforced
  tightlip consent --config ~/.acme/config.yaml
  tightlip outbox list --package acme
                                   what waits to be sent
  tightlip outbox show --package acme 3f2a

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
    commands.add_parser("report", help="the same as a page of HTML, for people", add_help=False)
    policy = commands.add_parser(
        "policy",
        help="print what may leave, as a data-collection notice (Markdown)",
        description=_POLICY,
        epilog=_POLICY_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    policy.add_argument(
        "policy", nargs="?", default="STRICT", type=_policy, metavar="NAME|FILE", help="default: STRICT"
    )
    policy.add_argument(
        "--example", action="store_true", help="print a file that is a policy, with comments, to begin with"
    )
    policy.add_argument("--facts", metavar="FILE", help="the SDK's declared facts, YAML or JSON: they are listed too")
    commands.add_parser(
        "consent", help="whether reports are allowed and what says so; say yes or no; view", add_help=False
    )
    outbox = commands.add_parser("outbox", help="look at what is stored, and empty it")
    actions = outbox.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, words in (
        ("list", "one line for each report"),
        ("show", "one report as JSON"),
        ("purge", "delete all of them"),
    ):
        action = actions.add_parser(name, help=words)
        where = action.add_mutually_exclusive_group(required=True)
        where.add_argument("--package", type=_package, help="import name of the SDK: its outbox in your state folder")
        where.add_argument("--path", type=_path, help="the outbox file")
        if name == "show":
            action.add_argument("event_id", help="the report's id, or its first characters")
    return parser


def _policy(text: str) -> Policy:
    try:
        return find_policy(text)
    except PolicyError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _package(text: str) -> str:
    if not all(part.isidentifier() for part in text.split(".")):
        raise argparse.ArgumentTypeError(f"{text!r} is no import name")
    return text


def _path(text: str) -> str:
    if not text:
        raise argparse.ArgumentTypeError("it is empty; give the outbox file")
    return text


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
        if parsed.command == "policy":
            facts = Facts(None if parsed.facts is None else load(parsed.facts))
            sys.stdout.write(EXAMPLE if parsed.example else notice(facts.allowed(parsed.policy)))
            return 0
        return _outbox(parsed)
    except BrokenPipeError:
        return 0  # the reader had enough: `tightlip policy | head`
    except (OSError, RuntimeError, ValueError, sqlite3.Error) as error:
        print(f"tightlip: {error}", file=sys.stderr)
        return 2


def _outbox(parsed: argparse.Namespace) -> int:
    path = default_path(parsed.package) if parsed.package else parsed.path
    outbox = Outbox(path)
    entries = outbox.entries()
    if parsed.action == "purge":
        print(f"{outbox.purge()} reports deleted from {outbox.where()}")
        return 0
    if parsed.action == "list":
        for entry in entries:
            moment = datetime.fromtimestamp(entry.created, UTC).strftime("%Y-%m-%d %H:%M:%S")
            print(f"{entry.event_id}  {moment} UTC  {entry.size:>7} bytes  {_title(outbox.read(entry.event_id))}")
        print(f"{len(entries)} reports in {outbox.where()}")
        return 0
    ids = [entry.event_id for entry in entries]
    found = [parsed.event_id] if parsed.event_id in ids else [one for one in ids if one.startswith(parsed.event_id)]
    if len(found) != 1:
        what = "no report" if not found else f"{len(found)} reports"
        print(f"tightlip: {what} in {outbox.where()} with an id that starts with {parsed.event_id!r}", file=sys.stderr)
        return 1
    envelope = outbox.read(found[0])
    if envelope is None:
        print(f"tightlip: {found[0]} has been sent or deleted meanwhile", file=sys.stderr)
        return 1
    print(json.dumps(decode(envelope), indent=2, ensure_ascii=False))
    return 0


def _title(envelope: bytes | None) -> str:
    """The type and template of the last exception in an envelope, as Sentry shows it."""
    try:
        last = decode(envelope or b"")["exception"]["values"][-1]
    except (ValueError, KeyError, IndexError, TypeError):
        return "?"
    title = ": ".join(str(last[name]) for name in ("type", "value") if last.get(name))
    # One line, and no control character of a report's reaches the terminal.
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in title)


if __name__ == "__main__":
    sys.exit(main())
