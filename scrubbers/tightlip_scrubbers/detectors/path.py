"""Which strings with slashes are paths of a machine, and what of them goes.

``/api/v1/users`` is a route and says nothing of the machine; ``/home/ann/x`` does. The first folder decides where it is known
(`path_tables`); where it is not, the depth and the last name do. RFC 8089 for ``file:`` URLs; Microsoft's "Naming Files, Paths,
and Namespaces" for drives, UNC and device paths; POSIX.1-2017 section 2.6.1 for ``~user``.
"""

import re
from typing import Final

from tightlip_scrubbers import markers
from tightlip_scrubbers.detectors import path_names, path_remote
from tightlip_scrubbers.detectors.extensions import MARKS, extension_class, with_extension_class
from tightlip_scrubbers.detectors.path_ends import extended, is_file, is_marked, posix_end, spaced_end, windows_end
from tightlip_scrubbers.detectors.path_tables import (
    APOSTROPHE,
    CONSTANTS,
    MESSAGE_WORDS,
    PLACEHOLDERS,
    ROOTS,
    ROUTES,
    SHARED_ROOTS,
    SPACED_ROOTS,
    VARIABLES,
)
from tightlip_scrubbers.detectors.url_places import in_url, is_requested
from tightlip_scrubbers.possessive import compile_pattern
from tightlip_scrubbers.rule import Rule, has
from tightlip_scrubbers.spans import CLOSING, Span

__all__ = ["RULES", "extension_class", "with_extension_class"]

_DEEP: Final = 3
_EXTENSION: Final = re.compile(r"[^/]*\.[A-Za-z][A-Za-z0-9]{0,7}")
# What stands in templates of routes, in regular expressions, in XPath (XPath 1.0 section 2) and JSON pointers (RFC 6901).
_NO_NAME: Final = re.compile(
    r"[{<*]|\[[0-9@^]|\(\?|\\[dwsbAZ](?![A-Za-z]{2})|\.\*|\(\)|~[01]|[+*)\]]\$|:[a-z]\w*/|/:|/#"
)
_SETTINGS: Final = re.compile(r"~/\.[a-z_\-]{2,20}rc")
_PERCENT_FORMAT: Final = re.compile(r"%[sdr]\b")


def is_constant(path: str) -> bool:
    """Tell whether a path stands on every machine, or in a manual: of the table, or a program's own file in a home."""
    return path.rstrip("/") in CONSTANTS or _SETTINGS.fullmatch(path) is not None


def is_machine_path(path: str, *, requested: bool = False) -> bool:
    """Tell a path of a machine from a route, by its first folder, then by its depth and its last name.

    Args:
        path: What looks like one; its first character is a slash.
        requested: Whether a method of HTTP stands before it.
    """
    if is_constant(path):
        return False
    parts = [part for part in path.replace("\\/", "/").split("/") if part]  # some JSON escapes its slashes
    if len(parts) < 2:  # noqa: PLR2004  # "/tmp" alone says nothing
        return False
    if parts[:2] == ["path", "to"]:  # of an example
        return False
    if parts[0] in ROOTS and not (requested and len(parts) < _DEEP):
        return True
    if _NO_NAME.search(path) or _PERCENT_FORMAT.search(path) or any(part != part.strip() for part in parts):
        return False
    if parts[0] in SHARED_ROOTS and not requested:
        return True
    if requested or parts[0].lower() in ROUTES or all(part.isdecimal() for part in parts):  # the last: a date
        return False
    return len(parts) >= _DEEP or _EXTENSION.fullmatch(parts[-1]) is not None


def posix(text: str, start: int, end: int) -> Span | None:
    """Confirm an absolute path; its end follows folders with a space in their name."""
    if text.find("/", start + 1, end) < 0:  # "/tmp" alone says nothing
        return None
    end = posix_end(text, start, end)
    path = text[start:end]
    if path.startswith("/\\/") and text.endswith(":\\", 0, start):  # an escaped URL
        return None
    if path.startswith("//"):
        parts = path.lstrip("/").split("/")
        known = parts[0] in ROOTS and len(parts) > 1
        # "//server/share/x" is the path of a share; "//host.example/x" a URL without its scheme, "//a/b:c" a target of Bazel.
        if not known and ("." in parts[0] or ":" in path or len(parts) < _DEEP or not all(parts[:2])):
            return None
        return None if in_url(text, start) else (start, spaced_end(text, start, end, "/"))
    if text[start - 1 : start] == "<" and text[end : end + 1] != ">" and not extended(text, start, end):
        return None  # "</div> /x"
    if not is_machine_path(path, requested=is_requested(text, start)) or in_url(text, start):
        return None
    if path.replace("\\/", "/").split("/", 2)[1] not in SPACED_ROOTS:
        return start, end
    return start, spaced_end(text, start, end, "/")  # /Users/Ann Smith/x: the family name must not stay


def relative(text: str, start: int, end: int) -> Span | None:
    """Confirm a path that begins with ``./``, ``../``, ``~/`` or ``~user/``; without a name after it, it says nothing."""
    backslashes = text[end - 1] == "\\" or "\\" in text[start + 1 : start + 3]
    end = windows_end(text, start, end) if backslashes else posix_end(text, start, end)
    path = text[start:end]
    if text[start - 1 : start] == "/":  # of a route: "GET /~ann/x"
        return None
    if not path.strip("./~\\") or is_constant(path) or in_url(text, start):
        return None
    if _NO_NAME.search(path) and "*" not in path:
        return None
    return start, spaced_end(text, start, end, "\\" if backslashes else "/")


def variable(text: str, start: int, end: int) -> Span | None:
    """Take what stands below a folder that a variable names: its own name is code."""
    backslashes = "\\" in text[start - 1 : end]
    end = windows_end(text, start, end) if backslashes else posix_end(text, start, end)
    if end <= start or is_marked(text, start) or is_constant(f"~/{text[start:end]}"):
        return None
    return start, spaced_end(text, start, end, "\\" if backslashes else "/")


def windows(text: str, start: int, end: int) -> Span | None:
    """Confirm a drive or a root without one; its end follows names with spaces as long as a backslash comes."""
    end = windows_end(text, start, end)
    named = text[start:end].strip("\\/").partition("\\" if text[start] == "\\" else ":")[2]
    if not re.search(r"\w", named):  # "C:\" alone
        return None
    sign = "/" if text.startswith("/", start + 2) and "\\" not in text[start:end] else "\\"
    return start, spaced_end(text, start, end, sign)


def registry(text: str, start: int, end: int) -> Span | None:
    """Take a key of the registry below its root."""
    end = windows_end(text, start, end)
    return None if end <= start or is_marked(text, start) else (start, end)


_UNC: Final = re.compile(r"(\\+)[^\\]+(\\+)")


def unc(text: str, start: int, end: int) -> Span | None:
    r"""Confirm the path of a share or a device. Escaping doubles both its beginning and its separators.

    ``\\alpha\\beta`` has as many at its beginning as inside: an escaped regular expression or TeX, unless it is deep.
    """
    end = windows_end(text, start, end)
    counts = _UNC.match(text, start, end)
    if counts is None or counts.end() == end:
        return None
    if len(counts[1]) < 2 * len(counts[2]) and not is_file(text, start, end):
        names = [name for name in text[start:end].split("\\") if name]
        if len(names) < _DEEP or not all(len(name) > 2 and name[0].isupper() for name in names[:1]):  # noqa: PLR2004
            return None
    return start, spaced_end(text, start, end, "\\")


def file_url(text: str, start: int, end: int) -> Span | None:
    """Take a whole ``file:`` URL, but for the one of an example."""
    end = posix_end(text, start, end)
    rest = text[start + 5 : end].strip("/\\")
    return None if not rest or rest in PLACEHOLDERS else (start, end)


_CLOSERS: Final = {"“": "”", "„": "”“", "‘": "’", "«": "»", "<": ">"}  # noqa: RUF001
_CLOSING_REACH: Final = 1_024
_GOES_ON: Final = compile_pattern(r"[A-Za-z][^\"'\n]{0,255}?[./\\][^\"'\n]{1,255}'")
_OTHER_PATH: Final = re.compile(r"[ ,;][/~\\]|[ ,;][A-Za-z]:[\\/]| --?[A-Za-z]|\n")
_PROGRAM: Final = re.compile(r"(?:/[\w.\-]{1,64}){0,6}/s?bin/[\w.\-]{1,64} ")
_QUOTED_ONLY: Final = re.compile(r"[\s|<>:\"'`,;&]")
_FIRST_BLANK: Final = re.compile(r" +(\S*)")


def quoted(text: str, start: int, end: int) -> Span | None:
    """Confirm a quoted text that begins like a path, up to the closing quote, spaces and all."""
    close = _close(text, start)
    if close < 0:
        return None
    while close > start and text[close - 1] == "\\" and text[start - 2 : start - 1] == "\\":  # the quote is escaped
        close -= 1
    content = text[start:close]
    if content[0] == "/" and not _QUOTED_ONLY.search(content):  # the row without quotes finds it as well
        return None
    if _OTHER_PATH.search(content) or _PROGRAM.match(content):  # a command line, or a list
        return None
    close = start + _message(content)
    content = text[start:close]
    if content.startswith("/"):
        return (start, close) if is_machine_path(content) else None
    named = content.strip("./~\\: ")
    if not named or is_constant(content) or (content[:2] in {"./", ".."} and _NO_NAME.search(content)):
        return None
    if content.startswith("\\\\") and " " not in content:  # regular expressions are quoted too
        return None
    return (start, close) if close > end or content.startswith("~") else None


def _close(text: str, start: int) -> int:
    """Return where the quote before a position is closed, or -1: not by one that is escaped, nor by an apostrophe."""
    opener = text[start - 1]
    limit = start + _CLOSING_REACH
    if opener in _CLOSERS:
        return min((at for sign in _CLOSERS[opener] if (at := text.find(sign, start, limit)) >= 0), default=-1)
    escaped = text[start - 2 : start - 1] == "\\"
    first = close = text.find(opener, start, limit)
    while close >= 0:
        if text.startswith("'\\''", close):  # how shells quote a quote
            close = text.find(opener, close + 4, limit)
            continue
        apostrophe = opener == "'" and text[close - 1].isalnum() and _GOES_ON.match(text, close + 1)
        if not apostrophe and (escaped or text[close - 1] != "\\"):
            return close
        close = text.find(opener, close + 1, limit)
    return first


def _message(content: str) -> int:
    """Return how much of a quoted text is the path, where the quotes hold a message that begins with it."""
    colon = content.find(": ")
    if colon > 1:
        content = content[:colon]
    for blank in _FIRST_BLANK.finditer(content):
        rest = content[blank.end() :]
        if any(sign in rest for sign in "/\\"):
            continue
        if is_file(content, 0, blank.start()) or blank[1].lower() in MESSAGE_WORDS:
            return blank.start()
    return len(content)


# What a path without quotes is made of. A colon belongs to it unless a line number, a blank or another path follows; a blank
# if it is escaped; an apostrophe inside of a name if the path goes on.
_SPECIAL: Final = rf"\\{{1,4}}+ (?=\S)|{APOSTROPHE}"
_PATH_RUN: Final = rf"(?:{_SPECIAL}|[^\s\"'`<>|:{CLOSING}]|:(?![0-9\s/\[]|line |\Z))*+"
_WINDOWS_RUN: Final = rf"(?:{APOSTROPHE}|[^\s\"'`<>|:*?{CLOSING}])*+"
_USER: Final = r"[A-Za-z_][A-Za-z0-9_.\-]{0,63}+"

_ROWS: Final[tuple[Rule, ...]] = (
    Rule(
        id="path.file-url",
        kind="path",
        gate=has("file:", "FILE:", "File:", signs="/"),
        pattern=r"(?:file|FILE|File):(?:\\{0,3}+/){1,5}+[^\s/\"'`<>|](?:[^\s\"'`<>|:]|:(?![0-9\s]|\Z))*+",
        group=0,
        validator=file_url,
        marker=markers.PATH,
        marks=MARKS,
        matches=(
            "open file:///home/ann/x.html",
            "file://host/share/x",
            "(file:/srv/x)",
            "file:///C:/x.txt",
            r"to \"file:\/\/\/srv\/ann\/x\"",
            "at file:///home/ann/My%20App/x.mjs:3:5",
        ),
        misses=("file: config.yaml", "file:// URLs are not supported", "profile:1", "use file://path or file://host/"),
    ),
    Rule(
        id="path.quoted",
        kind="path",
        gate=has('"', "'", "`", "<", "“", "‘", "«", "„"),  # noqa: RUF001
        pattern=(
            rf"[\"'`<“‘«„](/(?!/)|~(?:(?:{_USER})?+/|[a-z_][a-z0-9_\-]{{1,31}}+(?=['\"]))|\.\.?[/\\]|[A-Za-z]:[\\/]"  # noqa: RUF001
            r"|\\\\++[A-Za-z0-9?.][A-Za-z0-9_.$\-]{0,64}+\\|(?:file|FILE):/"
            rf"|\$\{{?(?:{VARIABLES})\}}?[\\/]|%(?:{VARIABLES})%[\\/])"
        ),
        group=1,
        validator=quoted,
        marker=markers.PATH,
        marks=MARKS,
        matches=(
            'No such file: "/home/ann/My Letters/to bob.txt"',
            "open('~/my notes/x.txt')",
            r'"C:\Users\Ann Smith\x.txt"',
            "`../ann lee/x`",
            r"'\\server\ann lee\x'",
            "read “/srv/ann lee/x”",
            "</home/ann/my letter>",
            "cd '~ann'",
            r"'/home/ann/it\'s mine'",
        ),
        misses=(
            *("'application/json'", "'/'", "'/api/v1/users'", "'and/or'", "'~/'", "'/tmp'", "split on '/ ' and ' /'"),
            *("'/dev/null'", "<https://example.com/>", "'../{name}'", "'/users/{id}/my orders'"),
        ),
    ),
    Rule(
        id="path.posix",
        kind="path",
        gate=has("/"),
        pattern=(
            r"/(?:(?<![A-Za-z0-9/.~}*#^$]/)|(?<=-[A-Za-z]/)|(?<=\\[nrt]/)|(?<=\\u[0-9A-Fa-f]{4}/))"
            rf"(?:(?!/)|(?<!:/)/{{1,3}}+)(?=[^\s\"'`<>|:/]){_PATH_RUN}"
        ),
        group=0,
        validator=posix,
        marker=markers.PATH,
        marks=MARKS,
        matches=(
            "can't open /home/ann/x.txt",
            "File /srv/app/main.py, line 3",
            "/Users/Ann Smith/x.txt is locked",
            "/Users/ann/Documents/My letter to Bob.docx is locked",
            "gcc -I/opt/ann/include",
            "PATH=/usr/bin:/opt/ann/bin",
            "(/projekte/ann/report)",
            "/projekte/ann.py:12: bad row",
            "é/home/ann",
            "/home/ann,smith/letter",
            "//home//ann//x",
            r"ls /home/ann/My\ Files/x",
            "/home/bob/o'brien/x.txt:3",
            r"failed:\n/home/ann/x",
        ),
        misses=(
            *("and/or", "application/json", "GET /api/v1/users", "/v2/items/7", "1/2 of 3/4", "2026/11/22", "n/a"),
            "/tmp",  # noqa: S108
            "https://example.com/home/x",
            "</div></span></p>",
            "/items/{item_id}/parts/{part_id}",
            "a / b / c",
            "TCP/IP",
            "write to /dev/null or /bin/sh",
            "#!/usr/bin/env python",
            "^/articles/[0-9]+/comments/$",
            "/html/body/div[2]/span",
            "/paths/~1users/get",
            "#/definitions/x/y/z",
            "GET /data/items/all",
            "// and/or so",
            "//cdn.example.com/x/y.js",
            "/users/:id/orders/:order",
            "http://[ip]:80/x/y/z",
        ),
    ),
    Rule(
        id="path.relative",
        kind="path",
        gate=has("./", ".\\"),
        pattern=(
            rf"\.(?<![A-Za-z0-9./~}}*)\]]\.)(?:\.?+/{_PATH_RUN}"
            rf"|\.?+\\{{1,4}}+(?=[A-Za-z_.]{{2}})(?![nrt](?![A-Za-z0-9])){_WINDOWS_RUN})"
        ),
        group=0,
        validator=relative,
        marker=markers.PATH,
        marks=MARKS,
        matches=("open ./ann/x.txt", "../letters.txt:3", "(../../ann)", r"..\ann\x.txt"),
        misses=("./", "../..", "etc./and", "v1./x", r"^\.\w+\.\d$", "run ./configure first", r"end.\n then"),
    ),
    Rule(
        id="path.home",
        kind="path",
        gate=has("~"),
        pattern=rf"~(?<![A-Za-z0-9~]~)(?:{_USER})?+[/\\]{_PATH_RUN}",
        group=0,
        validator=relative,
        marker=markers.PATH,
        marks=MARKS,
        matches=("~/notes.txt", "cd ~ann/docs", "~ann/", "open ~/My Letters/x.txt"),
        misses=("~5 seconds", "~/", "a ~= b", "about ~1/2", "x~y/z", "~/.netrc file owner", "set ~/.aws/credentials"),
    ),
    Rule(
        id="path.variable",
        kind="path",
        gate=has("$", "%"),
        pattern=(
            rf"[$%](?:(?<=\$)(?:\{{?(?:env:)?+(?:{VARIABLES})\}}?)|(?<=%)(?:{VARIABLES})%)"
            rf"[\\/]++((?:{_SPECIAL}|[^\s\"'`<>|:])*+)"
        ),
        group=1,
        validator=variable,
        marker=markers.PATH,
        marks=MARKS,
        matches=("open $HOME/ann/x", r"%APPDATA%\Acme\x.log", "${WORKSPACE}/ann", r"$env:USERPROFILE\x"),
        misses=("$HOME is not set", "%APPDATA%", "$HOME/.netrc", "100%/x", "${HOME}/"),
    ),
    Rule(
        id="path.windows",
        kind="path",
        gate=has(":\\", ":/"),
        pattern=rf"[A-Za-z](?:(?<![A-Za-z0-9%][A-Za-z])|(?<=\\[nrt][A-Za-z])):[\\/]++{_WINDOWS_RUN}",
        group=0,
        validator=windows,
        marker=markers.PATH,
        marks=MARKS,
        matches=(
            r"C:\Users\ann\x.txt not found",
            r"C:\\Users\\ann",
            "d:/work/x.py:12: error",
            r"C:\Program Files (x86)\Acme\x.dll failed",
            r"C:\Users\ann\My letter.docx failed",
            r"failed\nC:\\Users\\ann\\x",
            r"C:\Users\O'Brien\x.txt",
        ),
        misses=("C:\\", "http://x", "a: b", "option c:d", r"Error:\nfoo"),
    ),
    Rule(
        id="path.windows-root",
        kind="path",
        gate=has("\\Users\\", "\\ProgramData\\", "\\Program Files", "\\Documents and Settings\\", "\\Windows\\"),
        pattern=(
            r"\\(?<![A-Za-z0-9:\\]\\)\\{0,3}+(?:Users|ProgramData|Program Files(?: \(x86\))?+|Documents and Settings|Windows)"
            rf"\\++{_WINDOWS_RUN}"
        ),
        group=0,
        validator=windows,
        marker=markers.PATH,
        marks=MARKS,
        matches=(r"open \Users\ann\x.txt", r"'\\Users\\ann\\x.txt'"),
        misses=("\\Users\\", r"the \Users folder", r"\Window\x"),
    ),
    Rule(
        id="path.registry",
        kind="path",
        gate=has("HKEY_", "HKLM", "HKCU", "HKU\\", signs="\\"),
        pattern=(
            r"HK(?:EY_[A-Z_]{5,20}|LM|CU|CR|U):?\\{1,8}+(?![Ss][Oo][Ff][Tt][Ww][Aa][Rr][Ee]\\{1,8}Microsoft)"
            rf"({_WINDOWS_RUN})"
        ),
        group=1,
        validator=registry,
        marker=markers.PATH,
        marks=MARKS,
        matches=(r"no value at HKEY_LOCAL_MACHINE\SOFTWARE\Acme\Ann", r"HKCU:\Software\ann"),
        misses=(r"HKEY_CURRENT_USER is closed", r"HKLM\SOFTWARE\Microsoft\Windows", "HKLM\\"),
    ),
    Rule(
        id="path.unc",
        kind="path",
        gate=has("\\\\"),
        pattern=rf"\\(?<![A-Za-z0-9\\]\\)\\{{1,31}}+(?:[A-Za-z0-9][A-Za-z0-9_.$\-]++|[?.])\\++(?:[A-Za-z]:)?+{_WINDOWS_RUN}",
        group=0,
        validator=unc,
        marker=markers.PATH,
        marks=MARKS,
        matches=(
            r"open \\server\ann\x.txt",
            r"\\\\server\\share\\x",
            r"\\?\UNC\server\x",
            r"\\.\pipe\ann",
            r"\\?\C:\ann\x",
        ),
        misses=(r"\\d+\\w+", r"line\\n", "\\\\", r"a\\b", "\\\\?\\", r"\\alpha\\beta", r"\\server\ is gone"),
    ),
)

RULES: Final[tuple[Rule, ...]] = (*_ROWS, *path_remote.RULES, *path_names.RULES)
