"""Search locations: where the packages of the SDK really lie, and which distributions installed them.

Guarantees:

1. A regular package lies where its own ``__init__`` does; folders that were added to its search path later do not count.
2. Of a namespace with several portions, only those count that a distribution called like it installed: any folder on ``sys.path`` can be a
   portion, a customer's private one too.

Not covered: a namespace with one portion is taken as it is.
"""

from __future__ import annotations

import importlib.util
import os
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from tightlip.origin import installed

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from importlib.metadata import Distribution

SOURCE_SUFFIX = ".py"


@dataclass(frozen=True, slots=True)
class Root:
    """One real search location: a folder (or a single file) of ``package``, and the folder it is imported from."""

    package: str
    location: str
    import_folder: str
    is_namespace: bool

    @property
    def prefix(self) -> str:
        """Its Posix path below the folder that it is imported from, as ``acme``."""
        return PurePath(os.path.relpath(self.location, self.import_folder)).as_posix()


def _spec(package: str) -> ModuleSpec:
    if not all(part.isidentifier() for part in package.split(".")):
        raise ValueError(
            f"package={package!r} is no import name; give the name that follows `import`, such as 'acme' or 'google.cloud.storage'"
        )
    try:
        spec = importlib.util.find_spec(package)
    except Exception as error:  # finding a subpackage imports its parents, which may fail in any way
        raise ValueError(
            f"package={package!r} cannot be imported ({type(error).__name__}); is it installed, and is this its import name?"
        ) from error
    if spec is None:
        raise ValueError(
            f"package={package!r} cannot be imported; is it installed, and is this the import name, not the distribution's name?"
        )
    return spec


def roots(package: str) -> list[Root]:
    """The search locations of ``package`` that count.

    Raises:
        ValueError: It cannot be found, or has no Python source to report on.
    """
    spec = _spec(package)
    depth = package.count(".") + 1
    if spec.submodule_search_locations is not None:
        is_namespace = spec.origin is None
        # The search path of a loaded package is a list that anyone may append a plug-in folder to: of a regular package only the
        # folder of its own __init__ counts.
        found = spec.submodule_search_locations if spec.origin is None else [os.path.dirname(spec.origin)]  # noqa: PTH120
        locations = [os.path.realpath(location) for location in found]
    elif spec.has_location and spec.origin is not None and spec.origin.endswith(SOURCE_SUFFIX):
        locations, is_namespace = [os.path.realpath(spec.origin)], False
    else:
        raise ValueError(
            f"package={package!r} has no Python source file (it is built in, frozen or compiled), so there is nothing to take templates from"
        )
    if not locations:
        raise ValueError(f"package={package!r} is a namespace package without a folder; name the package inside it")
    found_roots: list[Root] = []
    for location in locations:
        folder = location
        for _ in range(depth):
            folder = os.path.dirname(folder)  # noqa: PTH120 - inside a zip there is no Path
        found_roots.append(Root(package, location, folder, is_namespace))
    return _proved(found_roots)


def _proved(roots: list[Root]) -> list[Root]:
    """Of the portions of a namespace, those that a distribution called like it installed: any folder on ``sys.path`` can be a portion."""
    if len(roots) < 2:  # noqa: PLR2004
        return roots
    return [root for root in roots if _is_named_like(root)]


def _is_named_like(root: Root) -> bool:
    found = installed.listing(root.import_folder, root.prefix + "/")
    if not found:
        project = installed.editable(root.location, root.package)
        found = [] if project is None else [project]
    return any(installed.normalized(d.name) == installed.normalized(root.package) for d in found)


def distributions_of(root: Root) -> list[Distribution] | None:
    """The distributions whose RECORD lists ``root``; empty where none does (editable, vendored).

    None for a namespace that several distributions share, none of them called like the package: a customer's private portion must
    not become the SDK's by standing beside it. That depends on what else is installed, so it is no error at set-up.
    """
    if root.location.endswith(SOURCE_SUFFIX):
        return installed.listing(root.import_folder, root.prefix + ",")
    # Who installed the package itself: another distribution may have put a private plug-in into its folder. Several claim it in a
    # namespace of the old style (pkgutil, pkg_resources), where each ships the same __init__.
    prefix = root.prefix + ("/" if root.is_namespace else "/__init__.py,")
    found = installed.listing(root.import_folder, prefix)
    if len(found) <= 1:
        return found
    same = [d for d in found if installed.normalized(d.name) == installed.normalized(root.package)]
    return same or None
