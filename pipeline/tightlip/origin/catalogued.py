"""Catalogues: what an SDK's build wrote down of its source, so that nothing is parsed or compiled at run time.

An SDK ships the file ``_tightlip_catalogue.bin`` in its package's folder. It is used for a source file if its hash is that of the file on this machine;
otherwise it is not used, and counted. Where there is no source file (a bytecode-only installation), the size that the ``.pyc`` names must
be the one that the catalogue names.

Guarantees:

1. A catalogue is read only if it is the SDK's: listed with its hash in RECORD or, where no RECORD lists the package, inside its folder.
2. With a catalogue, a code object is the SDK's if its file is, and the catalogue has a function of that qualified name, first line and
   parameters there. Names and lines are then the catalogue's own. Code that was compiled under the SDK's file name *and* imitates one of
   its functions is taken for it: what leaves is the SDK's text all the same.

The format: a line `MAGIC`; a line of JSON, ``{"distribution": ..., "version": ..., "files": {path: [sha256 (hex), bytes of source, start,
length]}}``; and for each file, at ``start`` behind that line, ``length`` bytes of zlib-compressed JSON: ``functions`` (``{qualname: [[first
line, last line, "a,b,*rest"], ...]}``), ``classes`` (``{qualname: [names in its body]}``), ``names`` (of the module's own level), and
``index`` (see `tightlip.message.catalogue`). So of a large package only the entries of the files that failed are ever unpacked.
"""

from __future__ import annotations

import hashlib
import json
import struct
import zipimport
import zlib
from dataclasses import dataclass
from inspect import CO_VARARGS, CO_VARKEYWORDS
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tightlip.exact import is_dict, is_list
from tightlip.origin.known import Known

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import CodeType

    from tightlip.origin.owners import Owners, Place

MAGIC = b"tightlip catalogue 1\n"
#: A file of 5,000 lines has an entry of 300 KB; more than this is none.
_MOST_BYTES = 32_000_000
_PARTS = ("functions", "classes", "names", "index")
#: Where the size of the source stands in a ``.pyc`` that is checked by time (PEP 552), and the flags before it.
_PYC_FLAGS, _PYC_SIZE = 4, 12


class CatalogueError(ValueError):
    """A file that is no catalogue of this format; the message names the file and what to do."""


@dataclass(frozen=True, slots=True)
class CataloguedSource:
    """A source file as the catalogue has it.

    Attributes:
        place: Whose it is.
        entry: Its entry in the catalogue.
    """

    place: Place
    entry: dict[str, Any]

    def trusted(self, code: CodeType) -> Known | None:
        """What the catalogue says of ``code``, or None when it has no such function."""
        if type(code.co_qualname) is not str:
            return None
        shape = parameters(code)
        for qualname, found in ((code.co_qualname, self.entry["functions"].get(code.co_qualname, ())),):
            for first, last, named in found:
                if first == code.co_firstlineno and named == shape and _is_within(code, first, last):
                    return Known(qualname, first, code)
        return None

    def class_names(self, qualname: str) -> frozenset[str] | None:
        """The names that the body of the class ``qualname`` binds; None when there is no such class."""
        found = self.entry["classes"].get(qualname)
        return None if found is None else frozenset(found)

    def exports(self, name: str) -> bool:
        """Whether the module binds or lists ``name``."""
        return name in self.entry["names"]


def parameters(code: CodeType) -> str:
    """The parameters of a code object as the catalogue writes them: ``a,b,*rest,**options``."""
    count = code.co_argcount + code.co_kwonlyargcount
    names = list(code.co_varnames)
    found = [name for name in names[:count] if type(name) is str]
    for flag, stars in ((CO_VARARGS, "*"), (CO_VARKEYWORDS, "**")):
        if code.co_flags & flag:
            found.append(stars + str(names[count]))
            count += 1
    return ",".join(found)


def _is_within(code: CodeType, first: int, last: int) -> bool:
    return all(line is None or line == 0 or first <= line <= last for _, _, line in code.co_lines())


class Catalogues:
    """The catalogues that the SDK's packages ship, read on first use.

    Args:
        owners: Who owns which file; None for no catalogues.
    """

    def __init__(self, owners: Owners | None) -> None:
        self._owners = owners
        self._packed: list[Packed] | None = None
        #: Why catalogues were not used, and how often: ``hash``, ``unreadable``, ``not the SDK's``.
        self.unused: dict[str, int] = {}

    def source(self, place: Place, digest: bytes | None) -> CataloguedSource | None:
        """The catalogued source of ``place``.

        Args:
            place: A file of the SDK.
            digest: The sha256 of the file on this machine; None where there is no source.
        """
        packed = next((one for one in self._known() if place.path in one.files), None)
        if packed is None:
            return None
        sha256, size = packed.files[place.path][:2]
        is_same = sha256 == digest.hex() if digest is not None else _is_compiled_from(place.file, size)
        if not is_same:
            self.count("hash")
            return None
        try:
            return CataloguedSource(place, packed.entry(place.path))
        except CatalogueError:
            self.count("unreadable")
            return None

    def _known(self) -> list[Packed]:
        if self._packed is None:
            found = [self._read(file) for file in (self._owners.catalogues() if self._owners is not None else ())]
            self._packed = [one for one in found if one is not None]
        return self._packed

    def _read(self, file: str) -> Packed | None:
        assert self._owners is not None
        data = read_file(file)
        if data is None:
            return None
        place = self._owners.place(file)
        digest = hashlib.sha256(data).digest()
        if place is None or place.owner != "sdk" or place.sha256 not in (None, digest):
            # Somebody put it there, or changed it: its text is not the SDK's authors'.
            self.count("not the SDK's")
            return None
        try:
            return Packed(data, file)
        except CatalogueError:
            self.count("unreadable")
            return None

    def count(self, why: str) -> None:
        """Count that a catalogue was not used."""
        self.unused[why] = self.unused.get(why, 0) + 1


class Packed:
    """The bytes of a catalogue, unpacked file by file.

    Args:
        data: The bytes.
        file: Its name, for errors.

    Raises:
        CatalogueError: It is no catalogue.
    """

    def __init__(self, data: bytes, file: str) -> None:
        self._file = file
        head, _, self._body = data.removeprefix(MAGIC).partition(b"\n")
        try:
            found: Any = json.loads(head) if data.startswith(MAGIC) else None
        except (ValueError, RecursionError):
            found = None
        if not is_dict(found) or not is_dict(found.get("files")) or not all(map(_is_listing, found["files"].values())):
            raise CatalogueError(f"{file} is no catalogue of this version of tightlip; {self._again()}")
        self.distribution, self.version = str(found.get("distribution")), str(found.get("version"))
        self.files: dict[str, tuple[str, int, int, int]] = found["files"]

    def entry(self, path: str) -> dict[str, Any]:
        """What the catalogue says of one file.

        Raises:
            CatalogueError: The catalogue is damaged.
        """
        start, length = self.files[path][2:]
        try:
            text = zlib.decompressobj().decompress(self._body[start : start + length], _MOST_BYTES)
            found: Any = json.loads(text)
        except (zlib.error, ValueError, RecursionError) as error:
            raise CatalogueError(f"{self._file} is damaged ({type(error).__name__}); {self._again()}") from error
        if not is_dict(found) or not _is_whole(found):
            raise CatalogueError(f"{self._file} is damaged; {self._again()}")
        return found

    def _again(self) -> str:
        return f"make it anew with `tightlip catalogue build PACKAGE -o {Path(self._file).name}`"


def _is_whole(entry: dict[Any, Any]) -> bool:
    """Whether an entry has all its parts, in their forms; that of the index is checked when it is read."""
    functions, classes, names = (entry.get(name) for name in _PARTS[:3])
    return (
        is_dict(functions)
        and all(is_list(found) and all(map(_is_function, found)) for found in functions.values())
        and is_dict(classes)
        and all(map(_is_names, (names, *classes.values())))
        and is_dict(entry.get("index"))
    )


def _is_function(found: object) -> bool:
    return is_list(found) and [type(item) for item in found] == [int, int, str]


def _is_names(found: object) -> bool:
    return is_list(found) and all(type(name) is str for name in found)


def _is_listing(found: object) -> bool:
    return is_list(found) and [type(item) for item in found] == [str, int, int, int]


def encoded(distribution: str, version: str, entries: Mapping[str, Mapping[str, Any]]) -> bytes:
    """The bytes of a catalogue: the same content gives the same bytes, on any day.

    Args:
        distribution: The distribution's name.
        version: Its version.
        entries: By path; with ``sha256`` and ``size`` besides the parts of the format.
    """
    files: dict[str, list[Any]] = {}
    body = bytearray()
    for path, entry in sorted(entries.items()):
        text = json.dumps(
            {name: entry[name] for name in _PARTS}, ensure_ascii=False, separators=(",", ":"), sort_keys=True
        )
        packed = zlib.compress(text.encode(), 9)
        files[path] = [entry["sha256"], entry["size"], len(body), len(packed)]
        body += packed
    head = json.dumps({"distribution": distribution, "version": version, "files": files}, ensure_ascii=False)
    return MAGIC + head.encode() + b"\n" + bytes(body)


def read_file(file: str) -> bytes | None:
    """The bytes of a file, which may lie in a zip; None where there is none."""
    try:
        return Path(file).read_bytes()
    except OSError:
        archive = next((str(parent) for parent in Path(file).parents if parent.is_file()), None)
        if archive is None:
            return None
    try:
        return zipimport.zipimporter(archive).get_data(file)
    except (zipimport.ZipImportError, OSError):
        return None


def _is_compiled_from(file: str, size: int) -> bool:
    """Whether the bytecode beside the place of a source file that is gone says that it was made from ``size`` bytes."""
    data = read_file(file + "c")
    if data is None or len(data) < _PYC_SIZE + 4:
        return False
    flags, said = struct.unpack_from("<I", data, _PYC_FLAGS)[0], struct.unpack_from("<I", data, _PYC_SIZE)[0]
    # A pyc that is checked by hash names no size; there is nothing to compare then.
    return bool(flags & 1) or said == size & 0xFFFFFFFF
