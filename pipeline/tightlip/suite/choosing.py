"""Which scrubbers a command checks, from its arguments: shared by ``tightlip check``, ``tightlip report`` and ``tightlip fuzz``."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tightlip.suite.case import PROFILES
from tightlip.suite.checking import SECONDS
from tightlip.suite.trial import TIMES
from tightlip.terminal import policy_argument

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from tightlip.suite.checking import Opener
    from tightlip.suite.outcome import Runner

_PROFILES: Final = {
    "strict": "the code alone leaves",
    "app": "text leaves, scrubbed",
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is checked.

    Attributes:
        openers: Makes each scrubber's runner.
        beside: How many of the first of them come with ``--compare``: what peers leak is no failure of the run.
        missing: Scrubbers that were asked for and are not here, and why.
    """

    openers: tuple[Opener, ...]
    beside: int
    missing: Mapping[str, str]


#: Of the time for one case, what its runs may take together.
_SHARE: Final = 0.9


def add_arguments(parser: argparse.ArgumentParser, *, compare: bool = True) -> None:
    """The arguments that choose scrubbers.

    Args:
        parser: Gets them, in a group of their own.
        compare: Whether several may be put side by side.
    """
    group = parser.add_argument_group("what is checked (default: tightlip itself, STRICT and APP)")
    group.add_argument(
        "--policy",
        action="append",
        type=_policy,
        metavar="NAME|FILE",
        help="tightlip under this policy; may be repeated",
    )
    group.add_argument(
        "--package", action="append", default=[], metavar="NAME", help="import name of the SDK that programs fail in"
    )
    group.add_argument(
        "--scrubber", metavar="MODULE:FUNCTION", help="any Python callable like before_send(event, hint)"
    )
    group.add_argument(
        "--command",
        metavar="COMMAND",
        help="a command, run in this folder: events in and out, one a line of JSON",
    )
    group.add_argument("--per-case", action="store_true", help="start the command anew for each event")
    group.add_argument(
        "--live",
        metavar="COMMAND",
        help="run each program with this command, in this folder ({file} is its file); what arrives at a local Sentry endpoint is judged",
    )
    group.add_argument("--language", default="python", help="with --live: of the programs (default: python)")
    group.add_argument(
        "--profile",
        choices=PROFILES,
        default="app",
        help="the promise that the above are held to: "
        + "; ".join(f"{name}: {words}" for name, words in _PROFILES.items())
        + " (default: app)",
    )
    if compare:
        group.add_argument(
            "--compare",
            action="store_true",
            help="tightlip beside sentry-sdk's EventScrubber, sentry-relay, logfire, pyrollbar and none: a scoreboard",
        )


def chosen(parsed: argparse.Namespace) -> Chosen:
    """The scrubbers that the arguments name.

    Raises:
        ValueError: One of them makes no sense.
    """
    openers: list[Any] = []
    # A run that is stopped by its own limit says more than one whose process had to be given up.
    seconds = _SHARE * getattr(parsed, "limit", SECONDS) / (getattr(parsed, "times", TIMES) + 1)
    missing: dict[str, str] = {}
    if getattr(parsed, "compare", False):
        from tightlip.suite.runners import peers  # noqa: PLC0415 - loads nothing of the peers yet

        found, missing = peers.all_peers()
        openers.extend(found)
    if parsed.scrubber:
        from tightlip.suite.runners.callable import CallableRunner  # noqa: PLC0415 - what is not asked for is not loaded

        openers.append(functools.partial(CallableRunner, parsed.scrubber, profile=parsed.profile, seconds=seconds))
    if parsed.command:
        from tightlip.suite.runners.command import CommandRunner  # noqa: PLC0415

        openers.append(
            functools.partial(
                CommandRunner, parsed.command, profile=parsed.profile, per_case=parsed.per_case, seconds=seconds
            )
        )
    if parsed.live:
        from tightlip.suite.runners.live import LiveRunner  # noqa: PLC0415

        openers.append(
            functools.partial(
                LiveRunner, parsed.live, profile=parsed.profile, language=parsed.language, seconds=seconds
            )
        )
    beside = len(openers) if getattr(parsed, "compare", False) else 0
    policies: list[str] = parsed.policy or ([] if openers else ["STRICT", "APP"])
    openers.extend(functools.partial(tightlip_runner, policy, tuple(parsed.package)) for policy in policies)
    return Chosen(tuple(openers), beside, missing)


def words(parsed: argparse.Namespace) -> list[str]:
    """The arguments that chose the scrubbers, to be given again."""
    found: list[str] = []
    for name in ("policy", "package"):
        values: list[str] = getattr(parsed, name) or []
        for value in values:
            found.extend((f"--{name}", value))
    for name in ("scrubber", "command", "live"):
        if getattr(parsed, name):
            found.extend((f"--{name}", getattr(parsed, name)))
    if parsed.per_case:
        found.append("--per-case")
    if parsed.live and parsed.language != "python":
        found.extend(("--language", parsed.language))
    if parsed.profile != "app":
        found.extend(("--profile", parsed.profile))
    return found


def tightlip_runner(policy: str, packages: tuple[str, ...]) -> Runner:
    """A runner of tightlip's own, from what can be sent to another process: a policy is more than data.

    Args:
        policy: Its name or its file.
        packages: Import names of the SDK.

    Raises:
        PolicyError: There is no such policy, or its file has mistakes.
    """
    from tightlip.policy_file import find_policy  # noqa: PLC0415 - as above
    from tightlip.suite.runners.pipeline import PipelineRunner  # noqa: PLC0415

    return PipelineRunner(find_policy(policy), packages)


def _policy(text: str) -> str:
    policy_argument(text)  # mistakes are told before anything is run
    return text
