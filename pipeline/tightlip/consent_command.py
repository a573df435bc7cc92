"""``tightlip consent``: whether reports are allowed and what says so; say yes or no; and look at exactly what would be sent."""

from __future__ import annotations

import json
import sqlite3
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tightlip.config_change import ConfigFileError, change
from tightlip.consent import Consent
from tightlip.envelope import decode
from tightlip.outbox import Outbox, default_path
from tightlip.terminal import command_parser, package_argument

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

_ACTIONS = ("status", "enable", "disable", "view")
_DESCRIPTION = """\
Whether reports are allowed, and what says so: DO_NOT_TRACK, else the config
file, else the default, which is off."""
_EXAMPLES = """\
examples:
  tightlip consent --config ~/.acme/config.yaml
      are reports allowed, and what says so?
  tightlip consent disable --config ~/.acme/config.yaml --package acme
      say no in the config file, and delete the reports that wait
  tightlip consent view --package acme
      the reports that wait, exactly as they would be sent

exit status:
  0; 1 when reports are not allowed, or nothing waits; 2 for bad arguments or a
  file that cannot be used
"""


def _parser() -> argparse.ArgumentParser:
    parser = command_parser("consent", _DESCRIPTION, _EXAMPLES)
    parser.add_argument(
        "action", nargs="?", choices=_ACTIONS, default="status", metavar="|".join(_ACTIONS), help="default: status"
    )
    parser.add_argument("--config", metavar="FILE", help="the SDK's config file")
    parser.add_argument("--key", default="tracking", help="the key in it (default: tracking)")
    parser.add_argument(
        "--package",
        type=package_argument,
        metavar="NAME",
        help="import name of the SDK: its outbox in your state folder",
    )
    parser.add_argument("--path", metavar="FILE", help="the outbox file, where it is another one")
    return parser


def main(argv: Sequence[str]) -> int:
    """Run the command with the arguments ``argv``; its exit status."""
    parser = _parser()
    parsed = parser.parse_args(argv)
    if parsed.action in ("enable", "disable") and not parsed.config:
        parser.error(f"{parsed.action} needs --config FILE: the answer is kept there")
    if parsed.action == "view" and not (parsed.package or parsed.path):
        parser.error("view needs --package NAME or --path FILE: whose reports?")
    try:
        if parsed.action == "view":
            return _view(_outbox(parsed))
        if parsed.action != "status":
            _answer(parsed)
    except (ConfigFileError, OSError, RuntimeError, ValueError, sqlite3.Error) as error:
        print(f"tightlip: {error}", file=sys.stderr)
        return 2
    decision = Consent(config=parsed.config, key=parsed.key).decision()
    missing = (
        f" ({parsed.config} is not there)" if parsed.config and not Path(parsed.config).expanduser().exists() else ""
    )
    print(f"reports are {'allowed' if decision.allowed else 'not allowed'}: {decision.source}{missing}")
    wanted = parsed.action != "disable"
    return 0 if decision.allowed is wanted else 1


def _outbox(parsed: argparse.Namespace) -> Outbox:
    return Outbox(parsed.path or default_path(parsed.package))


def _answer(parsed: argparse.Namespace) -> None:
    change(Path(parsed.config).expanduser(), parsed.key, value=parsed.action == "enable")
    if parsed.action == "disable" and (parsed.package or parsed.path):
        outbox = _outbox(parsed)
        print(f"{outbox.purge()} reports deleted from {outbox.where()}")


def _view(outbox: Outbox) -> int:
    """Print each report as JSON, oldest first: what stands in the envelopes and nothing else."""
    count = 0
    for entry in outbox.entries():
        envelope = outbox.read(entry.event_id)
        if envelope is not None:
            count += 1
            print(
                json.dumps(decode(envelope), indent=2)
            )  # ASCII, as it would be sent: nothing reaches the terminal but text
    print(f"{count} reports in {outbox.where()}", file=sys.stderr)
    return 0 if count else 1
