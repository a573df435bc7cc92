"""``tightlip catalogue build | show | coverage``: an SDK's templates, written down when its wheel is built."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from tightlip.message.catalogue import Built, build
from tightlip.message.statics import Said, Statics
from tightlip.message.template import shown
from tightlip.origin.catalogued import encoded
from tightlip.origin.owners import CATALOGUE, Owners, module_name
from tightlip.terminal import command_parser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tightlip.message.sites import RaiseSite

_DESCRIPTION = """\
The templates of an SDK's errors, made at build time, so that nothing is read
or parsed at run time."""
_BUILD = f"""\
  tightlip catalogue build acme --source src
      before the wheel is built, from a checkout: writes
      src/acme/{CATALOGUE}, which has to be in the wheel
  tightlip catalogue build acme -o acme.bin
      of the installed package, for `tightlip scrub --catalogue acme.bin`
"""
_SHOW = """\
  tightlip catalogue show acme
      what reports of all functions will say
  tightlip catalogue show acme:Client.upload
      ... and of one
"""
_COVERAGE = """\
  tightlip catalogue coverage acme
      which errors would arrive without words, and what to do
  tightlip catalogue coverage acme --source src --fail-under 95
      in your CI
"""
_BAR = 30
_RUNGS = ("code", "alternatives", "outer", "type")
_MEANING = {
    "code": "one template",
    "alternatives": "two to eight, of which the message chooses",
    "outer": "the caller's text, where it passes one",
    "type": "the type and the position alone",
}


def parser() -> argparse.ArgumentParser:
    """The arguments of ``tightlip catalogue``."""
    found = command_parser("catalogue", _DESCRIPTION, f"examples:\n{_BUILD}{_SHOW}{_COVERAGE}")
    actions = found.add_subparsers(dest="action", required=True, metavar="ACTION")

    def action_of(name: str, words: str, examples: str) -> argparse.ArgumentParser:
        return actions.add_parser(
            name,
            help=words,
            description=f"{words[0].upper()}{words[1:]}.",
            epilog=f"examples:\n{examples}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    make = action_of("build", "write the catalogue of a package", _BUILD)
    make.add_argument("package", help="import name of the SDK")
    make.add_argument(
        "-o", "--output", type=Path, help=f"the file to write (default: {CATALOGUE} in the package's folder)"
    )
    make.add_argument(
        "--version",
        metavar="VERSION",
        dest="release",
        help="of the distribution, as 1.4.2 (default: of the installed one, or in pyproject.toml)",
    )
    show = action_of("show", "print the raise sites of a package with their templates", _SHOW)
    show.add_argument(
        "package", metavar="PACKAGE[:QUALNAME]", help="as acme, or acme:Client.upload for one function or class"
    )
    gate = action_of("coverage", "say how many raise sites have words, and what to do about the others", _COVERAGE)
    gate.add_argument("package", help="import name of the SDK")
    gate.add_argument(
        "--fail-under", type=_percent, metavar="N", help="exit with 1 when fewer than N percent are readable"
    )
    for action in (make, show, gate):
        action.add_argument("--source", type=Path, help="the folder that the package lies in, when it is not installed")
    return found


def _percent(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1
    if not 0 <= number <= 100:  # noqa: PLR2004
        raise argparse.ArgumentTypeError(f"{text!r} is no percentage; give a number from 0 to 100")
    return number


def main(argv: Sequence[str]) -> int:
    """Run one action.

    Args:
        argv: The arguments behind ``catalogue``.

    Returns:
        0; 1 when coverage is below ``--fail-under`` or there is nothing to show; 2 for a package that is not there.
    """
    parsed = parser().parse_args(argv)
    package, _, qualname = parsed.package.partition(":")
    try:
        files, owners = package_files(package, parsed.source)
        built = build(files, _progress(sys.stderr))
        if parsed.action == "build":
            return _build(parsed, package, built, owners)
        return _show(built, package, qualname) if parsed.action == "show" else _coverage(built, parsed.fail_under)
    except BrokenPipeError:
        raise  # the reader had enough
    except (ValueError, OSError) as error:
        print(f"tightlip: {error}", file=sys.stderr)
        return 2


def package_files(package: str, source: Path | None) -> tuple[dict[str, bytes], Owners | None]:
    """The source files of a package by their path below the import root, and who owns it if it is installed.

    Args:
        package: Its import name.
        source: The folder that it lies in; None: where it is installed.

    Raises:
        ValueError: It is not there.
    """
    if source is None:
        owners = Owners((package,))
        return {place.path: Path(place.file).read_bytes() for place in owners.sources()}, owners
    top = source.joinpath(*package.split("."))
    single = top.with_suffix(".py")
    found = [single] if single.is_file() else sorted(top.rglob("*.py"))
    if not found:
        raise ValueError(f"there is no package {package!r} in {source}; give the folder that holds {top.name}/")
    return {file.relative_to(source).as_posix(): file.read_bytes() for file in found}, None


def _declared(source: Path) -> str | None:
    """The version in the ``pyproject.toml`` beside ``source`` or above it."""
    import tomllib  # noqa: PLC0415 - for a package that is not installed

    for folder in (source.resolve(), *source.resolve().parents[:2]):
        try:
            found = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        version = found.get("project", {}).get("version")
        return version if isinstance(version, str) else None
    return None


def save(data: bytes, path: Path) -> None:
    """Write a file whole or not at all.

    Raises:
        ValueError: There is no such folder, or the path is one.
        OSError: It cannot be written.
    """
    if path.is_dir():
        raise ValueError(f"{path} is a folder; give a file")
    if not path.parent.is_dir():
        raise ValueError(f"cannot write {path}: there is no folder {path.parent}")
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_bytes(data)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _build(parsed: argparse.Namespace, package: str, built: Built, owners: Owners | None) -> int:
    for path, why in built.unreadable.items():
        print(f"tightlip: {path} is left out: {why}", file=sys.stderr)
    version = (
        (parsed.release or "").rpartition("@")[2]
        or (owners.version() if owners is not None else _declared(parsed.source))
        or ""
    )
    if not version:
        hint = f"no version of {package} is known, so that `tightlip scrub` cannot use this catalogue; give --version 1.4.2"
        print(f"tightlip: {hint}", file=sys.stderr)
    output = parsed.output
    if output is None:
        output = (
            Path(owners.catalogues()[0])
            if owners is not None
            else parsed.source.joinpath(*package.split("."), CATALOGUE)
        )
    data = encoded(package.partition(".")[0], version, built.entries)
    save(data, output)
    sites = sum(len(index.raises) for index in built.indexes.values())
    print(f"{output}: {len(built.entries)} files, {sites} raise sites, {len(data) / 1024:.0f} KB")
    if output.name != CATALOGUE:
        print(f"ship it as {package.replace('.', '/')}/{CATALOGUE}: that is where a reporter looks")
    return 0


def _progress(stream: TextIO) -> Callable[[int, int, str], None] | None:
    """A bar on a terminal, nothing elsewhere."""
    if not stream.isatty():
        return None

    def show(done: int, total: int, path: str) -> None:
        filled = _BAR * (done + 1) // max(total, 1)
        stream.write(f"\r{'#' * filled:<{_BAR}} {done + 1}/{total} {path[-40:]:<40}")
        if done + 1 == total:
            stream.write("\r\033[K")
        stream.flush()

    return show


def sites(built: Built) -> Iterator[tuple[str, int, str, RaiseSite, Said]]:
    """Each raise site of a package: file, line, function, site, and what it says."""
    statics = Statics(built.indexes)
    for path, index in built.indexes.items():
        functions = [
            (first, last, qualname)
            for qualname, found in built.entries[path]["functions"].items()
            for first, last, _ in found
        ]
        for line, site in sorted(index.raises.items()):
            around = [(last - first, qualname) for first, last, qualname in functions if first <= line <= last]
            yield path, line, min(around)[1] if around else "<module>", site, statics.said(module_name(path), site)


def _show(built: Built, package: str, qualname: str) -> int:
    count = 0
    for path, line, function, site, said in sites(built):
        if qualname and not (function == qualname or function.startswith(f"{qualname}.")):
            continue
        count += 1
        names = " or ".join(dict.fromkeys(call.name or "?" for call in site.calls)) or "?"
        print(f"{path}:{line}  {function}  {names}  [{said.rung}]")
        for template in said.candidates or (said.template,):
            print(f"    {_line(template) or said.why or '(no message)'}")
    if not count:
        where = f"{package}:{qualname}" if qualname else package
        near = get_close_matches(qualname, {function for _, _, function, _, _ in sites(built)}, n=3, cutoff=0.4)
        hint = f"; did you mean {' or '.join(f'{package}:{name}' for name in near)}?" if near else ""
        print(f"tightlip: there is no raise site in {where}{hint}", file=sys.stderr)
        return 1
    return 0


def _line(template: tuple[object, ...]) -> str:
    return str(shown(template)).replace("\n", "\\n")  # type: ignore[arg-type]


def _coverage(built: Built, fail_under: float | None) -> int:
    rows = list(sites(built))
    rungs = Counter(said.rung for *_, said in rows)
    readable = sum(said.is_readable() for *_, said in rows)
    for path, line, function, _, said in rows:
        if not said.is_readable() and said.why:
            print(f"{path}:{line}  {function}\n    {said.why}" + (f"\n    -> {said.advice}" if said.advice else ""))
    for path, why in built.unreadable.items():
        print(f"{path}  is left out: {why}")
    print(f"\n{'rung':<14}{'sites':>7}{'share':>9}")
    for rung in _RUNGS:
        print(f"{rung:<14}{rungs[rung]:>7}{rungs[rung] / max(len(rows), 1):>9.1%}   {_MEANING[rung]}")
    share = 100 * readable / len(rows) if rows else 100.0
    print(f"{'readable':<14}{readable:>7}{share:>8.1f}%   with words, or with nothing to say")
    if fail_under is not None and share < fail_under:
        print(
            f"tightlip: {share:.1f}% of {len(rows)} raise sites are readable, fewer than {fail_under:g}%",
            file=sys.stderr,
        )
        return 1
    return 0
