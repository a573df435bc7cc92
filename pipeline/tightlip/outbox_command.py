"""``tightlip outbox list | show | purge``: what is stored on this machine, and waits to be sent or looked at."""

from __future__ import annotations

import argparse
import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tightlip.envelope import decode
from tightlip.ink import printable
from tightlip.outbox import Outbox, default_path
from tightlip.terminal import command_parser, never_fails_to_print, package_argument, say

if TYPE_CHECKING:
    from collections.abc import Sequence

_DESCRIPTION = """\
The reports that are stored on this machine and wait to be sent, exactly as
they would be sent."""
_EXAMPLES = """\
examples:
  tightlip outbox list --package acme
  tightlip outbox show --package acme 3f2a
      the report whose id begins so
  tightlip outbox purge --path ./outbox.sqlite3
      of a reporter with outbox="./outbox.sqlite3"

exit status:
  0; 1 when there is no such report; 2 for bad arguments or a file that is no
  outbox
"""
_ACTIONS = {"list": "one line for each report", "show": "one report as JSON", "purge": "delete all of them"}


def _parser() -> argparse.ArgumentParser:
    parser = command_parser("outbox", _DESCRIPTION, _EXAMPLES)
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, words in _ACTIONS.items():
        action = actions.add_parser(name, help=words, description=f"{words[0].upper()}{words[1:]}.")
        where = action.add_mutually_exclusive_group(required=True)
        where.add_argument(
            "--package",
            type=package_argument,
            metavar="NAME",
            help="import name of the SDK: its outbox in your state folder",
        )
        where.add_argument("--path", type=_path, metavar="FILE", help="the outbox file, where it is another one")
        if name == "show":
            action.add_argument("event_id", metavar="ID", help="the report's id, or its first characters")
    return parser


def _path(text: str) -> str:
    if not text:
        raise argparse.ArgumentTypeError("it is empty; give the outbox file")
    return text


def main(argv: Sequence[str]) -> int:
    """Run one action.

    Args:
        argv: The arguments behind ``outbox``.

    Returns:
        0; 1 when there is no such report; 2 for bad arguments or a file that is no outbox.
    """
    parsed = _parser().parse_args(argv)
    never_fails_to_print()
    try:
        return _done(parsed)
    except BrokenPipeError:
        raise  # the reader had enough
    except (OSError, RuntimeError, ValueError, sqlite3.Error) as error:
        say(str(error))
        return 2


def _done(parsed: argparse.Namespace) -> int:
    outbox = Outbox(default_path(parsed.package) if parsed.package else parsed.path)
    entries = outbox.entries()
    if parsed.action == "purge":
        print(f"{outbox.purge()} reports deleted from {outbox.where()}")
        return 0
    if parsed.action == "list":
        for entry in entries:
            moment = datetime.fromtimestamp(entry.created, UTC).strftime("%Y-%m-%d %H:%M:%S")
            print(f"{entry.event_id}  {moment} UTC  {entry.size:>7} bytes  {_title(outbox.read(entry.event_id))}")
        missing = " (there is no such file)" if parsed.path and not Path(parsed.path).exists() else ""
        print(f"{len(entries)} reports in {outbox.where()}{missing}")
        return 0
    ids = [entry.event_id for entry in entries]
    found = [parsed.event_id] if parsed.event_id in ids else [one for one in ids if one.startswith(parsed.event_id)]
    if len(found) != 1:
        what = "no report" if not found else f"{len(found)} reports"
        say(f"{what} in {outbox.where()} with an id that starts with {parsed.event_id!r}")
        return 1
    envelope = outbox.read(found[0])
    if envelope is None:
        say(f"{found[0]} has been sent or deleted meanwhile")
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
    return printable(title)  # no control character of a report's reaches the terminal
