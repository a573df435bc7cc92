"""``python -m tightlip.message.cpython``: write the table's rows for the interpreter that runs it, or check them."""

from __future__ import annotations

import argparse
import platform
import sys
from typing import TYPE_CHECKING

from tightlip.message.cpython import extract, rows
from tightlip.message.cpython.forms import written

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: Of either side, the share that may be missing on the other, in percent. Patch releases of one version differ by 1 to 2, platforms by
#: the modules that they have. What is missing costs a template, never a wrong one.
TOLERANCE = 5.0
_SHOWN = 12

_EXAMPLES = """examples:
  python3.13 -m tightlip.message.cpython --write   replace the rows of 3.13 by what this interpreter has
  python3.13 -m tightlip.message.cpython --check   compare; exit code 1 when more than 5% of either side is missing,
                                                   2 when the table has no rows for this version
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tightlip.message.cpython",
        description="CPython's own error messages, extracted from the running interpreter.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--write", action="store_true", help="merge this interpreter's rows into the shipped file")
    what.add_argument("--check", action="store_true", help="compare this interpreter's rows with the shipped ones")
    options = parser.parse_args(arguments)
    if platform.python_implementation() != "CPython":
        _say(f"this is {platform.python_implementation()}: only CPython's messages are known")
        return 2
    return _write() if options.write else _check()


def _write() -> int:
    version = sys.version_info[:2]
    shipped = rows.messages()
    found = extract.rows()
    try:
        path = rows.save(rows.merged(shipped, found, version))
    except OSError as error:
        _say(f"cannot write the rows: {error}")
        return 1
    before = {text for text, versions in shipped.items() if version in versions}
    now = {written(template) for template in found}
    _say(f"{_name()}: {len(now)} templates, {len(now - before)} new, {len(before - now)} gone, in {path}")
    return 0


def _check() -> int:
    version = sys.version_info[:2]
    shipped = rows.messages()
    known = sorted(frozenset[rows.Version]().union(*shipped.values()))
    if version not in known:
        names = ", ".join(f"{major}.{minor}" for major, minor in known) or "none"
        _say(
            f"the table has no rows for {version[0]}.{version[1]}, only for: {names}. Run --write with this interpreter."
        )
        return 2
    expected = {text for text, versions in shipped.items() if version in versions}
    found = {written(template) for template in extract.rows()}
    absent, added = expected - found, found - expected
    _show("shipped, but not in this interpreter", absent)
    _show("in this interpreter, but not shipped", added)
    shares = (100 * len(absent) / len(expected), 100 * len(added) / max(len(found), 1))
    _say(
        f"{_name()}: {len(expected)} shipped, {len(found)} found; {len(absent)} ({shares[0]:.1f}%) missing here,"
        f" {len(added)} ({shares[1]:.1f}%) not shipped; {TOLERANCE:.0f}% may be"
    )
    return int(max(shares) > TOLERANCE)


def _show(title: str, texts: Iterable[str]) -> None:
    listed = sorted(texts)
    if listed:
        _say(f"{title}:")
        for text in listed[:_SHOWN]:
            _say(f"  {text}")
        if len(listed) > _SHOWN:
            _say(f"  and {len(listed) - _SHOWN} more")


def _name() -> str:
    return f"CPython {platform.python_version()}"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
