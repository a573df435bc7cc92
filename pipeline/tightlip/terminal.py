"""What commands share: how they speak to a person at a terminal, how their parsers look, and how a policy or a package is named."""

from __future__ import annotations

import argparse
import contextlib
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING

from tightlip.ink import printable
from tightlip.policy_file import PolicyError, find_policy

if TYPE_CHECKING:
    from collections.abc import Generator

    from tightlip.policy import Policy


def say(text: str) -> None:
    """One line to the person, beside the output."""
    sys.stderr.write(f"tightlip: {printable(text)}\n")


def never_fails_to_print() -> None:
    """What the terminal's encoding lacks must not end a command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


@contextlib.contextmanager
def without_arguments() -> Generator[None]:
    """What stands on a command's own line is no data of the application's: it is not among the values that the process knows as its own."""
    before, sys.argv = sys.argv, sys.argv[:1]
    try:
        yield
    finally:
        sys.argv = before


def policy_argument(text: str) -> Policy:
    """A policy by its name or its file, for ``argparse``."""
    try:
        return find_policy(text)
    except PolicyError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def package_argument(text: str) -> str:
    """An import name, for ``argparse``."""
    if not all(part.isidentifier() for part in text.split(".")):
        raise argparse.ArgumentTypeError(f"{text!r} is no import name; give the name that follows `import`, as acme")
    return text


def command_parser(command: str, description: str, epilog: str) -> argparse.ArgumentParser:
    """A parser whose help keeps the line ends of its texts.

    Args:
        command: Behind ``tightlip``.
        description: What it does.
        epilog: Examples and exit status.
    """
    return argparse.ArgumentParser(
        prog=f"tightlip {command}",
        description=description,
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
