"""C strings of the interpreter's binaries: printable text that ends with a zero byte.

In an ELF file only the read-only data is looked at, which leaves out debug information and frozen modules' names; of another format
the whole file. Linkers store a string that ends another one ("index out of range" in "list index out of range") only once,
inside it; on x86-64 these are found from the instructions that load their address.

Not covered: such inner strings elsewhere (a few dozen, and the shipped table has them); text in writable data, where the objects of frozen
code stand, which are no messages but one: "list index out of range" is among the rows written by hand.
"""

from __future__ import annotations

import re
import struct
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Printable ASCII that a zero byte ends.
_TEXT = re.compile(rb"[\t\n\x20-\x7e]{4,2000}(?=\0)")
#: The same behind a zero byte or at the start. Behind other bytes the text may have swallowed a part of a number.
_STRING = re.compile(rb"(?<![^\0])[\t\n\x20-\x7e]{4,2000}(?=\0)")
#: ``lea register, [rip + 32 bits]``.
_LOAD = re.compile(rb"[\x48\x4c]\x8d[\x05\x0d\x15\x1d\x25\x2d\x35\x3d](....)", re.DOTALL)
_LETTERS = re.compile(r"[A-Za-z]{2}")
_LONGEST = 2_000
_LONGEST_NUMBER = 16
_ELF_64_LITTLE = b"\x7fELF\x02\x01"
_X86_64 = 62
_NO_BITS = 8
_SHIPPED_ELSEWHERE = re.compile(r"_test|_?xx|_ctypes_test")


class _Section(NamedTuple):
    name: bytes
    address: int
    data: bytes


def interpreter() -> list[Path]:
    """The files that hold this interpreter: its executable, its shared library, the standard library's extension modules."""
    folders = [Path(str(sysconfig.get_config_var(name))) for name in ("LIBDIR", "DESTSHARED")]
    library = folders[0] / str(sysconfig.get_config_var("INSTSONAME") or sysconfig.get_config_var("LDLIBRARY"))
    suffix = str(sysconfig.get_config_var("EXT_SUFFIX"))
    modules = sorted(path for path in folders[1].glob(f"*{suffix}") if not _SHIPPED_ELSEWHERE.match(path.name))
    main = [Path(sys.executable).resolve(), *([library.resolve()] if library.suffix != ".a" else [])]
    return [path for path in (*main, *modules) if path.is_file()]


def strings(path: Path) -> set[str]:
    """The printable C strings of the binary at ``path``.

    Raises:
        OSError: when it cannot be read.
    """
    data = path.read_bytes()
    if not data.startswith(_ELF_64_LITTLE):
        return {found[0].decode() for found in _STRING.finditer(data)}
    sections = list(_sections(data))
    read_only = [section for section in sections if section.name.startswith(b".rodata")]
    texts = {found[0].decode() for section in read_only for found in _STRING.finditer(section.data)}
    if struct.unpack_from("<H", data, 0x12)[0] != _X86_64:
        return texts
    code = [section for section in sections if section.name == b".text"]
    inner = {text for section in code for text in _inner_strings(section, read_only)}
    return {text for text in texts if not _has_number_before(text, inner)} | inner


def _has_number_before(text: str, inner: set[str]) -> bool:
    """Whether ``text`` begins with bytes of a constant that stand before a text which is loaded by itself."""
    return any(
        text[at:] in inner and not _LETTERS.search(text, 0, at) for at in range(1, min(len(text), _LONGEST_NUMBER))
    )


def _sections(data: bytes) -> Iterator[_Section]:
    """The sections of an ELF file, 64 bits, little endian (see ``elf(5)``)."""
    (table,) = struct.unpack_from("<Q", data, 0x28)
    size, count, names = struct.unpack_from("<HHH", data, 0x3A)
    headers = [struct.unpack_from("<IIQQQQ", data, table + i * size) for i in range(count)]
    for name, kind, _, address, offset, length in headers:
        start = headers[names][4] + name
        yield _Section(
            data[start : data.index(b"\0", start)], address, data[offset : offset + length] if kind != _NO_BITS else b""
        )


def _inner_strings(text: _Section, read_only: list[_Section]) -> Iterator[str]:
    """The strings whose address an instruction loads and that begin inside another string."""
    for found in _LOAD.finditer(text.data):
        target = text.address + found.end() + struct.unpack("<i", found[1])[0]
        for section in read_only:
            at = target - section.address
            if 0 < at < len(section.data) and section.data[at - 1]:
                end = section.data.find(b"\0", at, at + _LONGEST)
                if end >= 0 and (whole := _TEXT.match(section.data, at)) and whole.end() == end:
                    yield whole[0].decode()
