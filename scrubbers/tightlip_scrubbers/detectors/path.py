"""Which strings with slashes are paths of a machine, and where they end.

``/api/v1/users`` is a route and says nothing of the machine; ``/home/ann/x`` does. The first folder decides where it is known.
Sources for the roots: the Filesystem Hierarchy Standard 3.0, Apple's File System Programming Guide, and where containers and CI
systems put their work. RFC 8089 for ``file:`` URLs; Microsoft's "Naming Files, Paths, and Namespaces" for drives and UNC.
"""

import re
from typing import Final

from tightlip_scrubbers import markers
from tightlip_scrubbers.possessive import compile_pattern
from tightlip_scrubbers.rule import Rule, has
from tightlip_scrubbers.spans import Span, trim

ROOTS: Final[frozenset[str]] = frozenset(
    {
        *("home", "root", "usr", "var", "etc", "tmp", "opt", "mnt", "media", "srv", "proc", "sys", "dev", "run", "lib"),
        *("lib32", "lib64", "bin", "sbin", "boot", "lost+found", "snap", "nix", "gnu", "export", "net"),
        *("scratch", "afs"),
        *("Users", "Volumes", "Library", "Applications", "System", "private", "cores", "Network"),
        *("app", "apps", "code", "src", "work", "workspace", "workspaces", "workdir", "builds", "build"),
        *("github", "data"),
        *("mount", "storage", "sdcard", "cygdrive", "kaggle", "content", "databricks", "dbfs", "layers", "repo", "vol"),
    }
)
"""First folders of machines: what stands below one of them is a path, however short."""

ROUTES: Final[frozenset[str]] = frozenset(
    {
        *("api", "apis", "rest", "rpc", "graphql", "oauth", "oauth2", "auth", "login", "logout", "health", "healthz"),
        *("metrics", "status", "webhook", "webhooks", ".well-known", "openapi", "swagger", "docs", "static", "assets"),
        *("public", "internal", "admin", "ws", "socket.io", "v0", "v1", "v2", "v3", "v4", "v5"),
    }
)
"""First segments of routes: what stands below one of them is kept, unless another rule finds something in it."""

_DEEP: Final = 3
_EXTENSION: Final = re.compile(r"[^/]*\.[A-Za-z][A-Za-z0-9]{0,7}")
_CLOSING_REACH: Final = 1024
# At most three plain words, then one that holds a separator: "Files (x86)\Acme\x.dll" after "C:\Program".
_BACKSLASH_WORDS: Final = compile_pattern(r"(?: [^\s\\/\"'`<>|:*?]{1,64}+){1,4}\\[^\s\"'`<>|:*?]*+")
_SLASH_WORDS: Final = compile_pattern(r"(?: [A-Z(][^\s\\/\"'`<>|:,;]{0,64}+){1,2}/[^\s\"'`<>|:]*+")
_SPACED_ROOTS: Final = ("/Users/", "/home/", "/Volumes/", "/Library/", "/Applications/", "/mnt/", "/media/")
_MAX_SPACED: Final = 8


def _is_machine_path(path: str) -> bool:
    """Tell a path of a machine from a route, by its first folder, then by its depth and its last name."""
    parts = [part for part in path.replace("\\/", "/").split("/") if part]  # some JSON escapes its slashes
    if len(parts) < 2:  # noqa: PLR2004  # "/tmp" alone says nothing
        return False
    if parts[0] in ROOTS:
        return True
    if parts[0].lower() in ROUTES or any(mark in path for mark in "{<*"):  # "/items/{id}/parts" is a template
        return False
    if all(part.isdecimal() for part in parts):  # a date
        return False
    if any(part != part.strip() for part in parts):  # " / " between words
        return False
    return len(parts) >= _DEEP or _EXTENSION.fullmatch(parts[-1]) is not None


def _end(text: str, start: int, end: int) -> int:
    """Return where a path without quotes ends.

    At a comma it goes on if a folder or an extension follows, else file names with a comma would leave their rest; and
    not if a code argument does.
    """
    for mark in ",;":
        comma = text.find(mark, start, end)
        if comma >= 0 and not any(character in "/\\." for character in text[comma + 1 : end]):
            end = comma
    return trim(text, start, end)


def _with_spaces(text: str, start: int, end: int, words: re.Pattern[str]) -> int:
    """Return where a path ends that goes on after blanks, a bounded number of times."""
    for _ in range(_MAX_SPACED):
        more = words.match(text, end)
        if more is None:
            break
        end = _end(text, start, more.end())
    return end


def posix(text: str, start: int, end: int) -> Span | None:
    """Confirm an absolute path; its end follows folders with a space in their name."""
    end = _end(text, start, end)
    if not _is_machine_path(text[start:end]):
        return None
    if not text.startswith(_SPACED_ROOTS, start):
        return start, end
    return start, _with_spaces(text, start, end, _SLASH_WORDS)  # /Users/Ann Smith/x: the family name must not stay


def relative(text: str, start: int, end: int) -> Span | None:
    """Confirm a path that begins with ``./``, ``../``, ``~/`` or ``~user/``; without a name after it, it says nothing."""
    end = _end(text, start, end)
    named = text[start:end].strip("./~\\")
    return (start, end) if named else None


def windows(text: str, start: int, end: int) -> Span | None:
    """Confirm a drive or UNC path; its end follows names with spaces as long as a backslash comes."""
    end = _end(text, start, end)
    if end - start <= 3 and text[start + 1 : start + 2] == ":":  # noqa: PLR2004  # "C:\" alone
        return None
    return start, _with_spaces(text, start, end, _BACKSLASH_WORDS)


def quoted(text: str, start: int, end: int) -> Span | None:
    """Confirm a quoted text that begins like a path, up to the closing quote, spaces and all."""
    close = text.find(text[start - 1], end, start + _CLOSING_REACH)
    if close < 0:
        return None
    while text[close - 1] == "\\":  # the quote itself is escaped
        close -= 1
    content = text[start:close]
    if "\n" in content:
        return None
    if content.startswith("/"):
        return (start, close) if _is_machine_path(content) else None
    return (start, close) if close > end and content.strip("./~\\: ") else None


def file_url(text: str, start: int, end: int) -> Span | None:
    """Take a whole ``file:`` URL."""
    return start, trim(text, start, end)


# What a path without quotes is made of. A colon belongs to it unless a line number, a blank or another path follows.
_PATH_RUN: Final = r"(?:[^\s\"'`<>|:]|:(?![0-9\s/]|\Z))*+"
_WINDOWS_RUN: Final = r"[^\s\"'`<>|:*?]*+"

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="path.file-url",
        kind="path",
        gate=has("file:/", "FILE:/", "File:/"),
        pattern=r"(?:file|FILE|File):/{1,4}+[^\s/\"'`<>|][^\s\"'`<>|]*+",
        group=0,
        validator=file_url,
        marker=markers.PATH,
        matches=("open file:///home/ann/x.html", "file://host/share/x", "(file:/srv/x)", "file:///C:/x.txt"),
        misses=("file: config.yaml", "file:// URLs are not supported", "profile:1"),
    ),
    Rule(
        id="path.quoted",
        kind="path",
        gate=has('"', "'", "`"),
        pattern=r"[\"'`](/(?!/)|~(?:[A-Za-z_][A-Za-z0-9_.\-]{0,63}+)?+/|\.\.?/|[A-Za-z]:[\\/]|\\\\++[A-Za-z0-9][A-Za-z0-9_.$\-]{1,64}+\\)",
        group=1,
        validator=quoted,
        marker=markers.PATH,
        matches=(
            'No such file: "/home/ann/My Letters/to bob.txt"',
            "open('~/my notes/x.txt')",
            r'"C:\Users\Ann Smith\x.txt"',
            "`../ann lee/x`",
            r"'\\server\ann lee\x'",
        ),
        misses=("'application/json'", "'/'", "'/api/v1/users'", "'and/or'", "'~/'", "'/tmp'", "split on '/ ' and ' /'"),
    ),
    Rule(
        id="path.posix",
        kind="path",
        gate=has("/"),
        pattern=rf"/(?:(?<![A-Za-z0-9/.~<}}*]/)|(?<=-[A-Za-z]/))(?!/){_PATH_RUN}",
        group=0,
        validator=posix,
        marker=markers.PATH,
        matches=(
            "can't open /home/ann/x.txt",
            "File /srv/app/main.py, line 3",
            "/Users/Ann Smith/x.txt is locked",
            "gcc -I/opt/ann/include",
            "PATH=/usr/bin:/opt/ann/bin",
            "(/customers/ann/report)",
            "/customers/ann.csv:12: bad row",
            "é/home/ann",
            "/home/ann,smith/letter",
        ),
        misses=(
            "and/or",
            "application/json",
            "GET /api/v1/users",
            "/v2/items/7",
            "1/2 of 3/4",
            "2026/11/22",
            "/tmp",  # noqa: S108
            "n/a",
            "https://example.com/home/x",
            "</div></span></p>",
            "/items/{item_id}/parts/{part_id}",
            "a / b / c",
            "TCP/IP",
        ),
    ),
    Rule(
        id="path.relative",
        kind="path",
        gate=has("./"),
        pattern=rf"\.(?<![A-Za-z0-9./~}}*]\.)\.?+/{_PATH_RUN}",
        group=0,
        validator=relative,
        marker=markers.PATH,
        matches=("open ./ann/x.txt", "../letters.txt:3", "(../../ann)"),
        misses=("./", "../..", "etc./and", "v1./x"),
    ),
    Rule(
        id="path.home",
        kind="path",
        gate=has("~"),
        pattern=rf"~(?<![A-Za-z0-9~]~)(?:[A-Za-z_][A-Za-z0-9_.\-]*+)?+/{_PATH_RUN}",
        group=0,
        validator=relative,
        marker=markers.PATH,
        matches=("~/notes.txt", "cd ~ann/docs", "https://example.com/~ann/x", "~ann/"),
        misses=("~5 seconds", "~/", "a ~= b", "about ~1/2", "x~y/z"),
    ),
    Rule(
        id="path.windows",
        kind="path",
        gate=has(":\\", ":/"),
        pattern=rf"[A-Za-z](?<![A-Za-z0-9][A-Za-z]):[\\/]++{_WINDOWS_RUN}",
        group=0,
        validator=windows,
        marker=markers.PATH,
        matches=(
            r"C:\Users\ann\x.txt not found",
            r"C:\\Users\\ann",
            "d:/work/x.py:12: error",
            r"C:\Program Files (x86)\Acme\x.dll failed",
        ),
        misses=("C:\\", "http://x", "a: b", "option c:d", r"Error:\nfoo"),
    ),
    Rule(
        id="path.unc",
        kind="path",
        gate=has("\\\\"),
        pattern=rf"\\(?<![A-Za-z0-9\\]\\)\\{{1,7}}+(?:[A-Za-z0-9][A-Za-z0-9_.$\-]++|[?.])\\++{_WINDOWS_RUN}",
        group=0,
        validator=windows,
        marker=markers.PATH,
        matches=(r"open \\server\ann\x.txt", r"\\\\server\\share\\x", r"\\?\UNC\server\x"),
        misses=(r"\\d+\\w+", r"line\\n", "\\\\", r"a\\b", "\\\\?\\"),
    ),
)
