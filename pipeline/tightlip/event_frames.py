"""Files of frames and of loaded images: where they stand on a machine goes, what tells them apart stays.

- Below a folder in which a package manager or a toolchain keeps code, a path is that of published code: it stays from there.
- Of another absolute path the last name stays if it is the name of a file of code that the frame's module, function or relative file says
  too, or that of a program or library.
- A relative path stays if its last name is the name of a file of code; each of its parts passes the scrubbers.
- Of a URL, scheme, host and path stay: source maps are found by them.

Which folders: Python's ``site`` and Debian's ``dist-packages``, npm, Go modules and GOROOT, Cargo, rustc's ``/rustc/<hash>``, RubyGems, Composer
and Go vendoring, Maven, NuGet, by their documentation.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tightlip.event_forms import scrubbed, text
from tightlip.event_notes import item_of, noted, shifted
from tightlip.text import is_code

if TYPE_CHECKING:
    from tightlip.event_notes import Remark
    from tightlip.event_tree import Texts, Treated

FILE_RULE: Final = "event.path"
"""Where a file stands on a machine."""
URL_RULE: Final = "event.url"
"""User info, query or fragment of the URL of a script."""

PATH: Final = "[path]"
_ALL_PATH: Final[tuple[Remark, ...]] = ((FILE_RULE, "s", 0, len(PATH)),)
_MOST_PASSES: Final = 3
_DEEP: Final = 3
_SPACE: Final = re.compile(r"\s")
_WORD: Final = re.compile(r"\w+")
_FILES: Final = ("filename",)
_TELLING: Final = ("module", "function", "raw_function", "symbol", *_FILES)
_PARTS: Final = re.compile(r"[\\/]+|[^\\/]+")
_SEPARATORS: Final = re.compile(r"[\\/]+")
_URL: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]{1,30}):(//[^/\\?#]*)?(.*)", re.DOTALL)
_DRIVE: Final = re.compile(r"[A-Za-z]:(?=[\\/])")
_POSITION: Final = re.compile(r"(?::\d{1,7}){1,2}\Z")
_PERSONAL: Final = frozenset({"home", "Users", "Documents and Settings", "root"})
_OTHER_ROOTS: Final = frozenset(
    {"var", "etc", "tmp", "opt", "mnt", "media", "srv", "usr", "private", "Volumes", "Library", "Applications"}
)

#: First part of a folder in which published code stands -> its parts; ``*`` is any one part, or any end of one.
_ROOTS: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "site-packages": (("site-packages",),),
    "dist-packages": (("dist-packages",),),
    "lib": (("lib", "python*"),),
    "node_modules": (("node_modules",),),
    "go": (("go", "pkg", "mod"), ("go", "src")),
    ".cargo": ((".cargo", "registry", "src", "*"),),
    "rustc": (("rustc", "*", "library"),),
    "gems": (("gems",),),
    "vendor": (("vendor",),),
    ".m2": ((".m2", "repository"),),
    ".nuget": ((".nuget", "packages"),),
}
_CODE: Final = frozenset("""
    py pyx pxd pxi pyi pyc pyw ipynb js jsx mjs cjs ts tsx mts cts es6 vue svelte astro coffee bundle jsbundle hbc wasm map
    go rs c h cc cpp cxx hh hpp hxx inl ipp m mm swift java kt kts scala sc groovy clj cljs cljc class jar war dex oat vdex odex apk
    cs fs vb cshtml razor xaml dll exe pdb sys so dylib node a o lib bin elf dsym framework appex xctest
    rb rake erb haml slim ru gemspec php phtml phar inc pl pm t pod lua r jl ex exs erl hrl eex heex leex nim zig d dart hs lhs ml mli elm
    sol sh bash zsh ps1 psm1 tcl vim el html htm xhtml jinja jinja2 j2 mako twig mustache hbs ejs pug liquid tpl tmpl cmake proto thrift graphql sql
""".split())  # fmt: skip  # noqa: SIM905 - as words they can be read
#: .NET gives an assembly's whole name, whose public token is no secret.
_ASSEMBLY: Final = re.compile(
    r"[A-Za-z_][A-Za-z0-9_.\-]{0,127}, Version=\d{1,5}(?:\.\d{1,5}){3}, Culture=[A-Za-z\-]{2,16}, PublicKeyToken=(?:null|[0-9a-f]{16})"
)
_LIBRARIES: Final = frozenset("so dll exe dylib jar war apk dex oat vdex odex node wasm framework appex bundle pdb dsym sys a o lib bin elf".split())  # fmt: skip  # noqa: SIM905 - as above
_VERSIONED: Final = re.compile(r"\.(?:so|dylib)(?:\.\d+){1,4}\Z")
_WORDS: Final = re.compile(r"[A-Za-z_][A-Za-z_\-+]{0,39}\d{0,3}")


def file(value: object, texts: Texts) -> Treated:
    """What is left of the name of a file."""
    return _settled(value, texts, library=False)


def package(value: object, texts: Texts) -> Treated:
    """A loaded library by its file, or a package by its name."""
    if type(value) is str and not _SEPARATORS.search(value):
        return (value, None) if _ASSEMBLY.fullmatch(value) else scrubbed(value, texts)
    return _settled(value, texts, library=True)


def _settled(value: object, texts: Texts, *, library: bool) -> Treated:
    if type(value) is not str:
        return scrubbed(value, texts)
    look = _Look(texts, library=library)
    for _ in range(_MOST_PASSES):
        clean, remarks = look.at(value)
        if clean == value or look.at(clean)[0] == clean:
            return clean, noted(*remarks)
        value = clean
    return PATH, noted(*_ALL_PATH)


class _Look:
    """One look at the name of a file.

    Args:
        texts: The scrubbers.
        library: Whether it is a program or a library, not a file of source.
    """

    def __init__(self, texts: Texts, *, library: bool) -> None:
        self._texts = texts
        self._library = library

    def at(self, value: str) -> tuple[str, tuple[Remark, ...]]:
        """The name without what it says of a machine."""
        drive = _DRIVE.match(value)
        url = None if drive is not None else _URL.fullmatch(value)
        if url is not None and (url[2] is not None or "/" in url[3]):
            return self._url(url)
        if not value or value == PATH or (value[0] in "<[" and not value.startswith(PATH)):
            return self._texts.text(value)  # <stdin>, [native code]
        if _SPACE.search(value) or not _SEPARATORS.search(value):
            clean, remarks = self._texts.text(value)
            return (clean, remarks) if remarks or _is_code(value, bare=True) else (PATH, _ALL_PATH)
        if drive is not None or value[0] in "\\/~" or value.startswith(PATH):
            return self._absolute(value.removeprefix(PATH)[drive.end() if drive is not None else 0 :])
        return self._relative(value)

    def _absolute(self, path: str) -> tuple[str, tuple[Remark, ...]]:
        parts = [part for part in _SEPARATORS.split(path) if part]
        start = _root(parts)
        kept = parts[start:] if start is not None else parts[-1:]
        if not kept or (not _is_code(kept[-1], bare=False) if start is not None else not self._may_stay(parts)):
            return PATH, _ALL_PATH
        clean, remarks = self._cleaned("/".join(kept))
        return f"{PATH}/{clean}", (*_ALL_PATH, *shifted(remarks, len(PATH) + 1))

    def _may_stay(self, parts: list[str]) -> bool:
        """Whether the last name of a path may stay, of a place that says nothing of code."""
        if self._library:
            at_home = len(parts) > 1 and parts[-2] in _PERSONAL
            return not at_home and _is_library(parts[-1])
        return _is_code(parts[-1], bare=False) and _stem(parts[-1]) in self._told()

    def _told(self) -> frozenset[str]:
        """The names that the rest of the frame says, as far as the scrubbers find nothing in them."""
        found: set[str] = set()
        for key in _TELLING:
            value = item_of(self._texts.around, key)
            name = value if type(value) is str else str(value) if is_code(value) else ""
            if not name or self._texts.text(name)[0] != name:
                continue
            if key not in _FILES:
                found.update(word.lower() for word in _WORD.findall(name))
            elif _is_relative(name):
                found.add(_stem(name))
        return frozenset(found)

    def _relative(self, value: str) -> tuple[str, tuple[Remark, ...]]:
        names = [part for part in _SEPARATORS.split(value) if part not in ("", ".", "..")]
        # Some SDKs take the first slash away.
        if not names or not _PERSONAL.isdisjoint(names) or (names[0] in _OTHER_ROOTS and len(names) > _DEEP):
            return self._absolute("/" + value)
        if not _is_code(names[-1], bare=True):
            return PATH, _ALL_PATH
        clean, remarks = self._cleaned(value)
        # A secret may hold slashes: what the scrubbers say of the whole counts, unless it is that this is a path.
        whole, found = self._texts.text(clean)
        if any(not remark[0].startswith(("path.", "known.path")) for remark in found):
            return whole, found
        return clean, remarks

    def _cleaned(self, path: str) -> tuple[str, tuple[Remark, ...]]:
        """A path whose parts have been through the scrubbers each by itself: as a whole they would be a path."""
        done = ""
        remarks: list[Remark] = []
        for part in _PARTS.findall(path):
            clean, found = (part, ()) if part[0] in "\\/" or part == PATH else self._texts.text(part)
            remarks += shifted(found, len(done))
            done += clean
        return done, tuple(remarks)

    def _url(self, match: re.Match[str]) -> tuple[str, tuple[Remark, ...]]:
        scheme, authority, rest = match[1], match[2], match[3]
        if scheme == "file":
            return self._absolute(rest)
        if scheme == "data":
            return PATH, _ALL_PATH
        start = f"{scheme}:"
        if scheme == "blob" or (scheme == "jar" and authority is None):
            inner, found = self.at(rest)
            return start + inner, tuple(shifted(found, len(start)))
        remarks: list[Remark] = []
        bare = re.split(r"[?#]", rest, maxsplit=1)[0]
        host = None if authority is None else authority[2:].rpartition("@")[2]
        if bare != rest or (authority is not None and f"//{host}" != authority):
            position = _POSITION.search(rest)
            rest = bare + (position[0] if position is not None and bare != rest else "")
            remarks.append((URL_RULE, "s"))
        if host is not None:
            clean, found = self._texts.text(host)
            remarks += shifted(found, len(start) + 2)
            start += f"//{clean}"
        names = [part for part in _SEPARATORS.split(rest) if part not in ("", ".", "..")]
        if names and (names[0] in _PERSONAL or (rest.startswith("//") and not host)):
            inner, found = self._absolute(rest)
            start += "" if host is None else "/"
            return start + inner, (*remarks, *shifted(found, len(start)))
        inner, found = self._cleaned(rest)
        return start + inner, (*remarks, *shifted(found, len(start)))


def _is_code(name: str, *, bare: bool) -> bool:
    """Whether this is how a file of code is called: by its extension, or, where that may be, by words alone."""
    name = _POSITION.sub("", name)
    stem, dot, extension = name.rpartition(".")
    if not dot or not stem:
        return bare and _WORDS.fullmatch(extension) is not None
    return extension.lower() in _CODE or _VERSIONED.search(name) is not None


def _is_library(name: str) -> bool:
    """Whether this is how a program or a library is called."""
    stem, dot, extension = name.rpartition(".")
    if not dot or not stem:
        return _WORDS.fullmatch(extension) is not None
    return extension.lower() in _LIBRARIES or _VERSIONED.search(name) is not None


def _stem(name: str) -> str:
    return _SEPARATORS.split(_POSITION.sub("", name))[-1].partition(".")[0].lower()


def _is_relative(name: str) -> bool:
    return (
        name[:1] not in ("", "/", "\\", "~", "[", "<")
        and ":" not in name
        and _PERSONAL.isdisjoint(_SEPARATORS.split(name))
    )


def _root(parts: list[str]) -> int | None:
    """Where the last folder of published code begins; None without one."""
    for start in range(len(parts) - 2, -1, -1):
        for root in _ROOTS.get(parts[start], ()):
            if start + len(root) < len(parts) and all(map(_fits, parts[start:], root)):
                return start
    return None


def _fits(part: str, form: str) -> bool:
    return part.startswith(form[:-1]) if form.endswith("*") else part == form


FILE = text("a file below its package, or its last name behind [path]; of a URL no query", file)
IMAGE = text(
    "a program's or library's name behind [path]; of a URL no query",
    lambda value, texts: _settled(value, texts, library=True),
)
PACKAGE = text("a library's file behind [path], or a name after the scrubbers", package)
