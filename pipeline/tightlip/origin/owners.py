"""Ownership: to whom a source file belongs.

Guarantees:

1. A file is the SDK's only if the RECORD of the SDK's distribution lists it or, where no RECORD lists the package
   (editable, vendored, zipped), if it lies inside the package's real search locations. A substring of a path decides
   nothing: ``/home/me/acme/report.py`` and a private package beside the SDK in site-packages are *application*.
2. A dependency's file is one that the RECORD of a distribution in the dependency closure lists.
3. Whatever is not proved to be the SDK's, a dependency's or the standard library's is application.

Paths are compared as real paths, so that a symlink neither lends nor hides ownership. Not covered: a user who writes into
an editable checkout of the SDK has edited the SDK.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Literal, TypeAlias

from tightlip.origin import installed
from tightlip.origin.search_locations import SOURCE_SUFFIX, distributions_of, roots

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from importlib.metadata import Distribution

    from tightlip.origin.search_locations import Root

Owner: TypeAlias = Literal["sdk", "dependency", "stdlib", "application"]

#: The file in a package's folder that holds its catalogue (`tightlip.origin.catalogued`).
CATALOGUE = "_tightlip_catalogue.bin"
_EXTENSION_SUFFIXES = (".so", ".pyd")
#: Folders inside a checkout or a package that hold other people's files: environments, and the demo's sample application.
_SITE_FOLDERS = frozenset({"site-packages", "dist-packages", "fixtures"})
#: Bound of the file name cache; a process has a few thousand source files, exec makes names without end.
_MOST_NAMES = 8192
#: Distributions that wrap functions of others, so that their frames stand in anyone's stack and decide nothing. Without this, every
#: failure that passes ``http.client`` would be the application's in a process where sentry-sdk is active.
INSTRUMENTATION = (
    "sentry-sdk", "wrapt", "ddtrace", "newrelic", "elastic-apm", "logfire", "opentelemetry-instrumentation",
    "opentelemetry-instrumentation-aiohttp-client", "opentelemetry-instrumentation-asyncio", "opentelemetry-instrumentation-httpx",
    "opentelemetry-instrumentation-requests", "opentelemetry-instrumentation-threading", "opentelemetry-instrumentation-urllib",
    "opentelemetry-instrumentation-urllib3",
)  # fmt: skip
_OWN_FOLDER = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))  # noqa: PTH120 - compared with strings


@dataclass(frozen=True, slots=True)
class Place:
    """A file with a proved owner.

    Attributes:
        owner: Never ``application``: that is the absence of a place.
        name: The import package (SDK), the distribution (dependency), or ``stdlib``.
        module: Dotted module name, derived from the path, never read from the running module.
        path: Posix path below the import root, as ``acme/http.py``.
        file: Real path on this machine, to read the source from; it never leaves.
        sha256: What RECORD promises of the content, if it does.
    """

    owner: Owner
    name: str
    module: str
    path: str
    file: str
    sha256: bytes | None = None


@dataclass(slots=True)
class _Map:
    """What is known once the file lists have been read."""

    files: dict[str, Place] = field(default_factory=dict[str, Place])
    folders: list[tuple[str, Place]] = field(default_factory=list[tuple[str, Place]])
    distributions: list[Distribution] = field(default_factory=list["Distribution"])
    dependencies: frozenset[str] = frozenset()
    foreign: set[str] = field(
        default_factory=set[str]
    )  # inside an unrecorded folder, and recorded by another distribution


def module_name(path: str) -> str:
    """The dotted name of the module at ``path`` below an import root: ``acme.http`` for ``acme/http.py``."""
    stem = path.rsplit(".", 1)[0] if path.endswith(SOURCE_SUFFIX) else path.split(".", 1)[0]
    return stem.removesuffix("/__init__").replace("/", ".")


class Owners:
    """Who owns which file, for one SDK and its dependencies.

    Constructing it finds the packages and reads nothing; the file lists are read on the first question.

    Args:
        packages: Import names of the SDK.
        dependencies: Distribution names; None for the SDK's ``Requires-Dist``. Either is followed to the end. A name
            that is not installed is no error, since it depends on the machine.

    Raises:
        ValueError: A package cannot be imported or has no source.
        TypeError: A name is no ``str``.
    """

    def __init__(self, packages: Iterable[str], dependencies: Iterable[str] | None = None) -> None:
        self.packages = tuple(packages)
        self._declared = None if dependencies is None else tuple(dependencies)
        for name in (*self.packages, *(self._declared or ())):
            if type(name) is not str:
                raise TypeError(f"a package or dependency name must be a str, not {type(name).__name__}")
        if not self.packages:
            raise ValueError("package= names no package; give the SDK's import name, such as 'acme'")
        self._roots = [root for package in self.packages for root in roots(package)]
        self._loaded: _Map | None = None
        self._names: dict[str, Place | None] = {}
        self._modules: dict[str, Place] | None = None
        self._stdlib = tuple(
            dict.fromkeys(os.path.realpath(sysconfig.get_path(key)) + os.sep for key in ("stdlib", "platstdlib"))
        )

    @property
    def _map(self) -> _Map:
        # No lock: a signal handler, a finaliser or a forked child that asks in the middle would wait for ever. Loading twice is
        # harmless.
        loaded = self._loaded
        if loaded is None:
            loaded = self._loaded = self._load()
        return loaded

    def _load(self) -> _Map:
        known = _Map()
        for root in self._roots:
            owners = distributions_of(root)
            for distribution in owners or ():
                known.distributions.append(distribution)
                for file, recorded in _recorded(distribution):
                    if recorded.path == root.prefix or recorded.path.startswith(root.prefix + "/"):
                        _add(known.files, "sdk", root.package, file, recorded)
            if owners == []:
                _add_folder(known, root)
        # Our own frames (a guard's wrapper) stand between the SDK's and say nothing of whose failure it is.
        known.folders.append((_OWN_FOLDER, Place("dependency", "tightlip", "tightlip", "tightlip", _OWN_FOLDER)))
        named = (*(self._declared or ()), *INSTRUMENTATION)
        needed = installed.closure(known.distributions, named, follow_roots=self._declared is None)
        known.dependencies = frozenset(needed)
        for name, distribution in needed.items():
            for file, recorded in _recorded(distribution):
                _add(known.files, "dependency", name, file, recorded)
        return known

    def is_proved(self) -> bool:
        """Whether any file could be proved to be the SDK's; False for a namespace that others share."""
        known = self._map
        return any(place.owner == "sdk" for place in (*known.files.values(), *(place for _, place in known.folders)))

    def version(self) -> str | None:
        """The version of the SDK's first distribution, if it is installed as one."""
        found = self._map.distributions
        return found[0].version if found else None

    def dependencies(self) -> frozenset[str]:
        """The normalised names of the dependencies that are installed."""
        return self._map.dependencies

    def place(self, filename: str) -> Place | None:
        """The proved owner of ``filename`` (a code object's ``co_filename``), or None: application."""
        if type(filename) is not str:
            return None  # a subclass may be made by anyone, and its methods are its own
        try:
            return self._names[filename]
        except KeyError:
            pass
        found = self._find(filename)
        if len(self._names) >= _MOST_NAMES:
            self._names.clear()
        self._names[filename] = found
        return found

    def places_of(self, module: str) -> Iterator[Place]:
        """Where the source of ``module`` can be, the likelier first; whether a file is there is for the caller to see."""
        known = self._map
        if self._modules is None:
            self._modules = {
                place.module: place for place in known.files.values() if place.path.endswith(SOURCE_SUFFIX)
            }
        if module in self._modules:
            yield self._modules[module]
        inner = module.replace(".", "/")
        for _, root in known.folders:
            if root.owner == "sdk" and (module == root.module or module.startswith(f"{root.module}.")):
                rest = inner[len(root.path) :]
                for path in (f"{rest}/__init__{SOURCE_SUFFIX}", f"{rest}{SOURCE_SUFFIX}"):
                    yield Place(root.owner, root.name, module, root.path + path, root.file + path.replace("/", os.sep))

    def catalogues(self) -> list[str]:
        """Where the catalogues of the SDK's packages are, if it ships any."""
        return [
            os.path.join(root.location, CATALOGUE)  # noqa: PTH118 - it may lie in a zip
            for root in self._roots
            if not root.location.endswith(SOURCE_SUFFIX)
        ]

    def sources(self) -> Iterator[Place]:
        """The source files of the SDK, as far as RECORD lists them or its folders hold them."""
        known = self._map
        yield from (p for p in known.files.values() if p.owner == "sdk" and p.path.endswith(SOURCE_SUFFIX))
        for location, root in known.folders:
            if root.owner != "sdk":
                continue
            found = [location] if location.endswith(SOURCE_SUFFIX) else sorted(map(str, Path(location).rglob("*.py")))
            yield from (place for file in found if (place := self.place(file)) is not None and place.owner == "sdk")

    def _find(self, filename: str) -> Place | None:
        if filename.startswith("<frozen "):
            return self._frozen(filename[len("<frozen ") : -1])
        if filename.endswith(".pyc"):
            filename = filename[:-1]  # a bytecode-only module says so itself
        if filename.startswith("<"):
            return None  # exec, eval, stdin, generated code: nobody's source
        try:
            file = os.path.realpath(filename)
        except (OSError, ValueError):
            return None  # a NUL in the name, or a relative name in a folder that is gone
        known = self._map
        place = known.files.get(file)
        if place is not None:
            return place
        for location, root in known.folders if file not in known.foreign else ():
            if file == location:
                return root
            if file.startswith(location + os.sep):
                inner = PurePath(file[len(location) + 1 :]).as_posix()
                # An environment inside a checkout holds other people's packages.
                if _SITE_FOLDERS.isdisjoint(inner.split("/")):
                    path = f"{root.path}/{inner}"
                    return Place(root.owner, root.name, module_name(path), path, file)
        return self._standard(file)

    def _standard(self, file: str) -> Place | None:
        for folder in self._stdlib:
            if file.startswith(folder):
                path = PurePath(file[len(folder) :]).as_posix()
                path = path.removeprefix("lib-dynload/")
                parts = path.split("/")
                if _SITE_FOLDERS.isdisjoint(parts) and module_name(parts[0]) in sys.stdlib_module_names:
                    return Place("stdlib", "stdlib", module_name(path), path, file)
        return None

    def _frozen(self, module: str) -> Place | None:
        # The interpreter's frozen modules keep their source in the standard library's folder.
        if module.split(".", maxsplit=1)[0] not in sys.stdlib_module_names:
            return None
        path = module.replace(".", "/") + SOURCE_SUFFIX
        return Place("stdlib", "stdlib", module, path, self._stdlib[0] + path)


def _recorded(distribution: Distribution) -> Iterator[tuple[str, installed.Recorded]]:
    """The recorded files of ``distribution`` by their real path."""
    base = installed.import_root(distribution)
    for recorded in installed.recorded_files(distribution):
        # Strings: there are thousands of them, and they may lie in a zip.
        yield os.path.normpath(f"{base}/{recorded.path}"), recorded


def _add(files: dict[str, Place], owner: Owner, name: str, file: str, recorded: installed.Recorded) -> None:
    if recorded.path.endswith((SOURCE_SUFFIX, CATALOGUE, *_EXTENSION_SUFFIXES)):
        # The SDK's files come first and stay the SDK's when a dependency lists them as well.
        files.setdefault(file, Place(owner, name, module_name(recorded.path), recorded.path, file, recorded.sha256))


def _add_folder(known: _Map, root: Root) -> None:
    """Trust the folder of a package that no RECORD lists, but for what another distribution recorded in it."""
    for other in installed.listing(root.import_folder, root.prefix + "/"):
        known.foreign.update(file for file, _ in _recorded(other))
    known.folders.append((root.location, Place("sdk", root.package, root.package, root.prefix, root.location)))
    project = installed.editable(root.location, root.package)
    if project is not None:
        known.distributions.append(project)
