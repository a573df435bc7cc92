"""What a distribution says of itself: its file list with hashes, and what it declares it needs.

The file list is ``RECORD`` (https://packaging.python.org/en/latest/specifications/recording-installed-packages/), the
requirements are ``Requires-Dist`` (core metadata). Both are read with ``importlib.metadata``, so zip files work as well.
"""

from __future__ import annotations

import base64
import csv
import json
import os.path
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from importlib.metadata import Distribution

#: The name and the extras at the start of a requirement, as PEP 508 spells them.
_REQUIREMENT = re.compile(
    r"\s*(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[(?P<extras>[^\]]*)\])?(?P<rest>[^;]*)(?:;(?P<marker>.*))?"
)
_EXTRA_MARKER = re.compile(r"""\bextra\s*==\s*['"](?P<extra>[^'"]+)['"]""")


@dataclass(frozen=True, slots=True)
class Recorded:
    """One file of a distribution: its path relative to the import root (posix), and its sha256 if RECORD gives one."""

    path: str
    sha256: bytes | None


def normalized(name: str) -> str:
    """``name`` as PEP 503 compares distribution names."""
    return re.sub(r"[-_.]+", "-", name).lower()


def recorded_files(distribution: Distribution) -> Iterator[Recorded]:
    """The files that the installer recorded for ``distribution``; nothing when there is no RECORD."""
    for row in _rows(distribution):
        if not row or row[0].startswith(("/", "..")):
            continue  # scripts and absolute entries are no modules
        digest = None
        if len(row) > 1 and row[1] and not row[1].startswith("sha256="):
            continue  # a hash of another kind cannot be checked here: unproved
        if len(row) > 1 and row[1]:
            encoded = row[1].removeprefix("sha256=")
            try:
                digest = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
            except ValueError:
                continue  # nothing to check the file against: unproved
        yield Recorded(row[0].replace("\\", "/"), digest)


def _text(distribution: Distribution, name: str) -> str:
    """A metadata file, empty where it is absent or broken: somebody else's broken file must not cost the SDK's reports."""
    try:
        return distribution.read_text(name) or ""
    except (OSError, ValueError):
        return ""


def _rows(distribution: Distribution) -> list[list[str]]:
    try:
        return list(csv.reader(_text(distribution, "RECORD").splitlines()))
    except csv.Error:
        return []


def import_root(distribution: Distribution) -> str:
    """The real folder (or zip) that the paths of `recorded_files` are relative to."""
    return os.path.realpath(str(distribution.locate_file("")))


def listing(import_folder: str, prefix: str) -> list[Distribution]:
    """The distributions installed in ``import_folder`` whose RECORD names a file that starts with ``prefix``."""
    from importlib.metadata import distributions  # noqa: PLC0415 - import tightlip stays cheap

    found: list[Distribution] = []
    for distribution in distributions(path=[import_folder]):
        text = _text(distribution, "RECORD")
        if text and (text.startswith(prefix) or f"\n{prefix}" in text):
            found.append(distribution)
    return found


def editable(folder: str, package: str) -> Distribution | None:
    """The distribution called like ``package`` whose editable project folder holds ``folder`` (PEP 610, ``direct_url.json``).

    The name must agree: a customer's own editable project may have vendored the SDK.
    """
    from importlib.metadata import distributions  # noqa: PLC0415
    from urllib.parse import unquote, urlsplit  # noqa: PLC0415

    for distribution in distributions():
        # The name last: reading it parses the metadata, and few distributions have such a file.
        text = _text(distribution, "direct_url.json")
        if not text or not set(re.split(r"[-.]", normalized(package))) <= set(normalized(distribution.name).split("-")):
            continue
        try:
            direct = json.loads(text)
            project = os.path.realpath(unquote(urlsplit(str(direct["url"])).path))
            is_editable = direct["dir_info"].get("editable") is True
        except (ValueError, KeyError, AttributeError, TypeError):
            continue
        if is_editable and (folder + os.sep).startswith(project.rstrip(os.sep) + os.sep):
            return distribution
    return None


def named(name: str) -> Distribution | None:
    """The installed distribution called ``name``, or None."""
    from importlib.metadata import PackageNotFoundError, distribution  # noqa: PLC0415

    try:
        return distribution(name)
    except (PackageNotFoundError, ValueError):
        return None


def requirements(distribution: Distribution, extras: frozenset[str] | None) -> Iterator[tuple[str, frozenset[str]]]:
    """The names and extras that ``distribution`` requires.

    Args:
        distribution: Whose ``Requires-Dist`` to read. Environment markers are not evaluated: what is not installed has
            no frames, and what is installed was declared.
        extras: Which of its own extras count; None for all of them (the SDK's own extras are code paths of the SDK).
    """
    for line in distribution.requires or ():
        match = _REQUIREMENT.match(line)
        if match is None:
            continue
        wanted = {normalized(name) for name in _EXTRA_MARKER.findall(match["marker"] or "")}
        if wanted and extras is not None and not wanted & extras:
            continue
        yield (
            normalized(match["name"]),
            frozenset(normalized(e) for e in (match["extras"] or "").split(",") if e.strip()),
        )


def closure(
    roots: Iterable[Distribution], named_too: Iterable[str] = (), *, follow_roots: bool
) -> dict[str, Distribution]:
    """Every installed distribution that ``roots`` or ``named_too`` need, directly or through another, by normalised name.

    Args:
        roots: The SDK's own distributions; they are not part of the result.
        named_too: Further names to start from; these are part of the result.
        follow_roots: Whether the requirements of ``roots`` count.
    """
    own = {normalized(root.name) for root in roots}
    pending: list[tuple[str, frozenset[str]]] = [(normalized(name), frozenset()) for name in named_too]
    if follow_roots:
        for root in roots:
            pending.extend(requirements(root, None))
    seen: set[tuple[str, frozenset[str]]] = set()
    found: dict[str, Distribution] = {}
    while pending:
        item = pending.pop()
        name, extras = item
        if item in seen or name in own:
            continue
        seen.add(item)
        distribution = found.get(name) or named(name)
        if distribution is not None:
            found[name] = distribution
            pending.extend(requirements(distribution, extras))
    return found
