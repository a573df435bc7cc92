"""Files of frames and of loaded images: where they stand on a machine goes, what tells them apart stays.

- Below a folder in which a package manager, a bundler or a toolchain keeps code, a path is that of published code: it stays from there.
- Of another absolute path the last name stays if it is the name of a file of code that the frame's module, function or relative file says
  too, or that of a program or library; in a frame of compiled code also that of a file of such code: a compiler wrote it down, not a run.
- A file that is the end of the frame's own absolute path is a relative one, though it begins with a slash: so PHP's SDK cuts it.
- A relative path stays if its last name is the name of a file of code; each of its parts passes the scrubbers.
- Of a URL, scheme, host and path stay: source maps are found by them.

Which folders: Python's ``site`` and Debian's ``dist-packages``, npm, Next.js, Nuxt, Go modules and GOROOT, Cargo, rustc's ``/rustc/<hash>``,
Ruby, RubyGems, Composer and Go vendoring, Maven, NuGet, by their documentation.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

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
_PATHS: Final = ("path.", "known.path")
_SPACE: Final = re.compile(r"\s")
_ONE_SLASH: Final = re.compile(r"[\\/][^\\/]")
_WORD: Final = re.compile(r"\w+")
_FILES: Final = ("filename",)
_TELLING: Final = ("module", "function", "raw_function", "symbol", *_FILES)
_PARTS: Final = re.compile(r"[\\/]+|[^\\/]+")
_SEPARATORS: Final = re.compile(r"[\\/]+")
# "webpack:./src/a.ts" is one, "failed: /srv/a.py" a sentence.
_URL: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]{1,30}):(?:(//[^/\\?#\s]*)|(?!\s))(.*)", re.DOTALL)
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
    "lib": (("lib", "python*"), ("lib", "ruby")),
    "node_modules": (("node_modules",),),
    "go": (("go", "pkg", "mod"), ("go", "src")),
    ".cargo": ((".cargo", "registry", "src", "*"),),
    "cargo": (("cargo", "registry", "src", "*"),),
    "rustc": (("rustc", "*", "library"),),
    "gems": (("gems",),),
    "vendor": (("vendor",),),
    "_next": (("_next",),),
    ".next": ((".next",),),
    "_nuxt": (("_nuxt",),),
    ".m2": ((".m2", "repository"),),
    ".nuget": ((".nuget", "packages"),),
}
_CODE: Final = frozenset("""
    py pyx pxd pxi pyi pyc pyw ipynb js jsx mjs cjs ts tsx mts cts es6 vue svelte astro coffee bundle jsbundle hbc wasm map
    go rs c h s asm cc cpp cxx hh hpp hxx inl ipp m mm swift java kt kts scala sc groovy clj cljs cljc class jar war dex oat vdex odex apk
    cs fs vb cshtml razor xaml dll exe pdb sys so dylib node a o lib bin elf dsym framework appex xctest
    rb rake erb haml slim ru gemspec php phtml phar inc pl pm t pod lua r jl ex exs erl hrl eex heex leex nim zig d dart hs lhs ml mli elm
    sol sh bash zsh ps1 psm1 tcl vim el html htm xhtml jinja jinja2 j2 mako twig mustache hbs ejs pug liquid tpl tmpl cmake proto thrift graphql sql
""".split())  # fmt: skip  # noqa: SIM905 - as words they can be read
_COMPILED: Final = frozenset("c h cc cpp cxx hh hpp hxx inl ipp m mm s asm swift rs go d nim zig cs fs vb pyx".split())  # fmt: skip  # noqa: SIM905 - as words they can be read
_ADDRESS: Final = re.compile(r"0x[0-9A-Fa-f]{1,16}")
#: What stands in place of a file: words of the JVM, of browsers, of Node's `vm` and of the BEAM for none, R8's for classes that it made, and
#: modules that are part of a runtime.
_NO_FILE: Final = re.compile(
    r"Unknown Source|Native Method|[RD]8\$\$(?:SyntheticClass|REMOVED\$\$CLASS\$\$\d{1,6})|native code|\(native\)|\(nofile\)|debugger eval code"
    r"|evalmachine\.<anonymous>|extensions::[A-Za-z]{1,30}|(?:node|bun|dart):[a-z_]{1,30}"
)
#: Code without a file of its own, by the place that made it: Ruby's and Hermes' way to write it.
_MADE_AT: Final = re.compile(r"(\(eval at |address at )([^\s()]+?)((?::\d{1,7}){0,2}\)?)")
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
    if _NO_FILE.fullmatch(value) is not None:
        return value, None
    look = _Look(texts, library=library)
    end = _own_end(value, texts.around)
    if not end:
        clean, remarks = look.settled(value)
        return clean, noted(*remarks)
    start = end[0] if value == end else PATH + end[0]
    before = () if value == end else _ALL_PATH
    clean, remarks = look.settled(end[1:])
    if clean.startswith(PATH):
        return clean, noted(*remarks)
    return start + clean, noted(*before, *shifted(remarks, len(start)))


def _own_end(value: str, around: dict[Any, Any]) -> str:
    """The frame's relative file if it begins with a slash, and the value is it or the absolute path that ends with it; else nothing."""
    relative, absolute = item_of(around, "filename"), item_of(around, "abs_path")
    if type(relative) is not str or type(absolute) is not str or value not in (relative, absolute):
        return ""
    if _ONE_SLASH.match(relative) is None or len(absolute) <= len(relative) or not absolute.endswith(relative):
        return ""
    return relative


class _Look:
    """One look at the name of a file.

    Args:
        texts: The scrubbers.
        library: Whether it is a program or a library, not a file of source.
    """

    def __init__(self, texts: Texts, *, library: bool) -> None:
        self._texts = texts
        self._library = library

    def settled(self, value: str) -> tuple[str, tuple[Remark, ...]]:
        """The name without what it says of a machine, which a second look leaves as it is."""
        for _ in range(_MOST_PASSES):
            clean, remarks = self.at(value)
            if clean == value or self.at(clean)[0] == clean:
                return clean, remarks
            value = clean
        return PATH, _ALL_PATH

    def at(self, value: str) -> tuple[str, tuple[Remark, ...]]:
        """The name without what it says of a machine."""
        made = _MADE_AT.fullmatch(value)
        if made is not None:
            inner, found = self.at(made[2])
            return f"{made[1]}{inner}{made[3]}", tuple(shifted(found, len(made[1])))
        drive = _DRIVE.match(value)
        url = None if drive is not None else _URL.fullmatch(value)
        if url is not None and (url[2] is not None or "/" in url[3]):
            # A URL has no blanks: several of them, or one in a sentence, are looked at as a text.
            return self._url(url) if url[1] == "file" or not _SPACE.search(value) else self._texts.text(value)
        if not value or value == PATH or (value[0] in "<[" and not value.startswith(PATH)):
            return self._texts.text(value)  # <stdin>, [native code]
        is_spaced = _SPACE.search(value) is not None
        if is_spaced and (drive is not None or value[0] in "\\/") and not _SPACE.search(_SEPARATORS.split(value)[-1]):
            return self._absolute(value[drive.end() if drive is not None else 0 :])  # C:\Program Files\...
        if is_spaced or not _SEPARATORS.search(value):
            clean, remarks = self._texts.text(value)
            return (clean, remarks) if remarks or _is_code(value, bare=True) else (PATH, _ALL_PATH)
        if drive is not None or value[0] in "\\/~" or value.startswith(PATH):
            return self._absolute(value.removeprefix(PATH)[drive.end() if drive is not None else 0 :])
        return self._relative(value)

    def _absolute(self, path: str) -> tuple[str, tuple[Remark, ...]]:
        parts = [part for part in _SEPARATORS.split(path) if part]
        start = _root(parts)
        kept = parts[start:] if start is not None else parts[-1:]
        if (
            not kept
            or any(map(_SPACE.search, kept))
            or (not _is_code(kept[-1], bare=False) if start is not None else not self._may_stay(parts))
        ):
            return PATH, _ALL_PATH
        clean, remarks = self._cleaned("/".join(kept))
        return f"{PATH}/{clean}", (*_ALL_PATH, *shifted(remarks, len(PATH) + 1))

    def _may_stay(self, parts: list[str]) -> bool:
        """Whether the last name of a path may stay, of a place that says nothing of code."""
        if self._library:
            at_home = len(parts) > 1 and parts[-2] in _PERSONAL
            return not at_home and _is_library(parts[-1])
        return _is_code(parts[-1], bare=False) and (self._is_compiled(parts[-1]) or _stem(parts[-1]) in self._told())

    def _is_compiled(self, name: str) -> bool:
        """Whether the frame is one of compiled code, and the name that of a file of it."""
        if _POSITION.sub("", name).rpartition(".")[2].lower() not in _COMPILED:
            return False
        address = item_of(self._texts.around, "instruction_addr")
        return type(address) is int or (type(address) is str and _ADDRESS.fullmatch(address) is not None)

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
        # Of a secret that holds slashes, no part may stay by itself.
        whole, found = self._texts.text(value)
        if any(not remark[0].startswith(_PATHS) for remark in found):
            return whole, found
        clean, remarks = self._cleaned(value)
        # A secret may hold slashes: what the scrubbers say of the whole counts, unless it is that this is a path.
        whole, found = self._texts.text(clean)
        if any(not remark[0].startswith(_PATHS) for remark in found):
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
            rest = bare
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
        name[:1] not in ("", "/", "\\", "~", "[", "<", "(")
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
