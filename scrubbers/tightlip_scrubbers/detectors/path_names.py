"""Names of files that are data: relative paths and bare names, by their extension.

``acme/client.py`` and ``config.yaml`` are names of code and stay; ``reports/2024/ann-smith.pdf`` is a document of somebody.
A bare name of one plain word (``data.csv``) says nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tightlip_scrubbers import markers
from tightlip_scrubbers.common_words import COMMON_WORDS
from tightlip_scrubbers.detectors.extensions import MARKS, WORN, class_of
from tightlip_scrubbers.detectors.path_tables import NAME_STOPS, ROOTS, SHARED_ROOTS
from tightlip_scrubbers.detectors.url_places import url_start
from tightlip_scrubbers.possessive import compile_pattern
from tightlip_scrubbers.rule import Rule, has

if TYPE_CHECKING:
    from tightlip_scrubbers.spans import Span

_DATA: Final = frozenset({"document", "image", "media", "data", "archive", "key", "log"})
"""Classes whose files people make and programs write."""

_CODE: Final = frozenset("md markdown rst adoc txt tex csv tsv log out err lock raw trace".split())  # noqa: SIM905
"""Extensions of those classes that files of code have too."""

_ATTRIBUTES: Final = frozenset(
    """
    key log db data raw msg pages numbers doc img bin dat bak zip tar map ps ai one pub out err trace o a obj sig nc pt mat
    wav mov mid dump ar gz fig pst ods por sta sam bed asc der crt cer backup crash avro orc arrow org
    """.split()  # noqa: SIM905
)
"""Extensions that names of attributes, modules and domains end with: ``rule.key``, ``np.log``, ``example.org``."""

# An apostrophe belongs to a name, but not the quote of a literal: "b'x.png'".
_STEM_BACKWARDS: Final = compile_pattern(
    r"(?:[^\s\"'`<>|:,;()=?*“”‘’«»]|(?<=[A-Za-z])'(?=[A-Za-z])(?![bBrRuUfF]{1,2}(?![A-Za-z]))){1,255}+"  # noqa: RUF001
)
_QUOTES: Final = {'"': '"', "'": "'", "`": "`", "”": "“", "’": "‘", "»": "«"}  # noqa: RUF001
_QUOTE_REACH: Final = 128
_MOST_WORDS: Final = 6
_GLUED: Final = re.compile(
    r"[^\x00-\x7f](?=\.{1,2}[/\\]|\\\\|%[A-Z]{1,16}%|[$~]|/(?:"
    + "|".join(sorted(map(re.escape, ROOTS | SHARED_ROOTS)))
    + ")/)"
)
_NUMBER: Final = re.compile(r"[0-9]{3}|[0-9]{2}[\-_.][0-9]{2}[\-_.][0-9]{2}")
_LONG_NUMBER: Final = re.compile(r"[0-9]{4}")
_RELEASE: Final = re.compile(r"[A-Za-z][\w\-]*?-v?[0-9]{1,3}(?:\.[0-9]{1,4}){1,3}[\w.\-]*")  # "requests-2.31.0.tar.gz"
_WORDS: Final = re.compile(r"[A-Za-z]{2,}[\-_. +]+[A-Za-z]{2,}|[a-z][A-Z][a-z]|[A-Z][a-z]+[A-Z][a-z]")
_TEMPLATE: Final = re.compile(r"[{}*$]|%[sdr(]|\[[0-9A-Z^]|\\[dwsbAZ]")
_COMMON: Final = frozenset(
    "requirements readme license licence changelog contributing robots cmakelists index data output input train test".split()  # noqa: SIM905
)
"""Names that files of programs have: words before one are a message's."""
_WELL_KNOWN: Final = _COMMON | frozenset(
    """
    top_level entry_points sources constraints licenses notice authors contributors todo news history manifest humans security llms
    llms-full installed-files namespace_packages not-zip-safe zip-safe package packages setup config settings configuration version versions
    words file filename name example sample demo foo bar baz x a b my_file myfile users log error errors output_file input_file summary letter invoice photo picture
    """.split()  # noqa: SIM905
)
"""Names that say nothing, even of a file that somebody opened."""
_VERB_REACH: Final = 40
_HANDLED: Final = re.compile(
    r"(?:(?<![A-Za-z])(?:[Oo]pen|[Rr]ead|[Ww]rit|[Ww]rote|[Ll]oad|[Pp]ars|[Uu]pload|[Dd]ownload|[Ii]mport|[Ee]xport|[Ss]av|[Dd]elet|[Rr]emov|[Cc]onvert"
    r"|[Aa]ttach|[Cc]op(?:y|ied)|[Mm]ov|[Rr]enam|[Pp]rocess|[Dd]ecod|[Rr]ender|[Pp]rint|[Ss]en[dt]|[Ss]tor)(?:e|ed|ing|ten|s|es|ying)?"
    r"(?: the| your| this| a)?(?: (?:new|own|old))?"
    r"(?: (?:file|document|attachment|image|table|sheet|workbook|upload|spreadsheet|report|letter|invoice|archive))?"
    r"|(?<![A-Za-z_])(?:[Ff]ile|[Dd]ocument|[Aa]ttachment|[Ww]orkbook|[Ss]preadsheet)(?: named| called)?):?=? [\\]{0,3}[\"'`“‘«]?\Z"  # noqa: RUF001
)
_PAGES: Final = frozenset({"html", "htm", "md", "rst", "sql"})
_PLURALS: Final = frozenset(
    "users people customers accounts members employees patients clients exports uploads reports invoices letters".split()  # noqa: SIM905
)


def document(text: str, start: int, end: int) -> Span | None:
    """Confirm an extension as that of a file that is data, with folders before it or in quotes; find where its name begins."""
    extension = text[start + 1 : end].lower()
    kind = class_of("x." + extension)
    if kind is None:
        if extension not in WORN:
            return None
        kind = class_of(text[max(0, start - 12) : end])  # "letter.docx.old"
        if kind is None:
            return None
    if kind not in _DATA and kind != "config" and extension not in _PAGES:  # a file of code, wherever it lies
        return None
    first = _first(text, start)
    run = text[first:start]
    if url_start(text, start) >= 0 or _TEMPLATE.search(run):
        return None
    in_quotes = _in_quotes(text, first, end)
    if in_quotes is not None:
        first, run = in_quotes, text[in_quotes:start]
    if "/" in run or "\\" in run:
        glued = _GLUED.search(run)  # the path begins there; before it is a word of another alphabet
        if glued is not None:
            first, run = first + glued.end(), run[glued.end() :]
        return (first, end) if _is_data_path(run, kind, extension) else None
    # `.org` ends documents and domains: with an at sign before it, it is an address of mail, and is marked as one.
    is_bare_name = kind in _DATA and run and "@" not in run
    return (first, end) if is_bare_name and _is_data_name(text, first, run, extension) else None


def _is_data_name(text: str, first: int, run: str, extension: str) -> bool:
    """Tell a bare name that says something from one that stands in every program."""
    if " " in run:
        return run.rpartition(" ")[2].lower() not in _COMMON
    quoted = text[first - 1 : first] in {*_QUOTES, *_QUOTES.values()} and first > 0
    if _is_handled(text, first, run, extension, quoted=quoted):
        return True
    if _NUMBER.search(run) and not _RELEASE.fullmatch(run) and any(character.isalpha() for character in run):
        return quoted or extension not in _ATTRIBUTES or _LONG_NUMBER.search(run) is not None
    told = quoted and extension not in _CODE and (extension not in _ATTRIBUTES or "-" in run)
    return told and _WORDS.search(run) is not None and not _RELEASE.fullmatch(run)


def _is_handled(text: str, first: int, run: str, extension: str, *, quoted: bool) -> bool:
    """Tell a name by what a sentence says of it: that somebody opened, read, sent it. One that every program knows is left.

    Without quotes, what may be an attribute or a domain is not looked at: ``read self.data``.
    """
    before = text[max(0, first - _VERB_REACH) : first]
    stem = run.lower()
    if (
        _HANDLED.search(before) is None
        or stem in _WELL_KNOWN
        or stem in COMMON_WORDS
        or "%" in run
        or _RELEASE.fullmatch(run) is not None
    ):
        return False
    if run.isupper() and run.isalpha():  # SOURCES.txt, as tools name their own
        return False
    return any(map(str.isalpha, run)) and (quoted or ("." not in run and extension not in _ATTRIBUTES))


def _first(text: str, start: int) -> int:
    """Return where the run begins that an extension ends: behind a bracket that is not closed in it."""
    run = _STEM_BACKWARDS.match(text[max(0, start - 255) : start][::-1])
    if run is None:
        return start
    first = start - run.end()
    for sign, opener in (("]", "["), ("}", "{")):
        opening = text.rfind(opener, first, start)
        if opening >= 0 and text.find(sign, opening, start) < 0:
            first = opening + 1
    while first < start and text[first] in "-_.,&[](){}":  # of options and sentences
        first += 1
    return first


def _in_quotes(text: str, first: int, end: int) -> int | None:
    """Return where a name with blanks begins that a quote ends, behind the words of a message; None if there is none."""
    at = end + 1 if text.startswith("\\", end) else end
    opener = _QUOTES.get(text[at : at + 1])
    if opener is None or not text[first - 1 : first].isspace():
        return None
    opening = text.rfind(opener, max(0, end - _QUOTE_REACH), first)
    if opening < 0 or "\n" in text[opening:end]:
        return None
    for _ in range(_MOST_WORDS):
        before = text.rfind(" ", opening + 1, first - 1)
        word = text[max(before, opening) + 1 : first - 1]
        if not word or word.lower() in NAME_STOPS or word[-1] in ".,:;!?)" or word[0] == "-" or "://" in word:
            return first
        first = max(before, opening) + 1
        if before < 0:
            return first
    return first


def _is_data_path(run: str, kind: str, extension: str) -> bool:
    """Tell a relative path of data from one of code, as in a traceback or a project."""
    if "\\" in run and "/" not in run and run.find("\\") < 2:  # noqa: PLR2004  # "\n", "x\d.png"
        return False
    parts = [part for part in re.split(r"[/\\]", run) if part]
    if not parts or (len(parts) == 1 and not _WORDS.search(run) and not _NUMBER.search(run)):
        return False
    if kind in _DATA and extension not in _CODE - {"csv", "log", "tsv", "txt"}:
        return True
    if kind != "config" and extension not in _PAGES:
        return False
    return _NUMBER.search(run) is not None or any(part.lower() in _PLURALS for part in parts[:-1])


def handled(text: str, start: int, end: int) -> Span | None:
    """Confirm the extension of a bare name as that of a file that a sentence says was opened, in a text of words alone."""
    first = _first(text, start)
    run = text[first:start]
    if not run or "/" in run or "\\" in run or _TEMPLATE.search(run) or url_start(text, start) >= 0:
        return None
    return (first, end) if _is_handled(text, first, run, text[start + 1 : end].lower(), quoted=False) else None


def name(text: str, start: int, end: int) -> Span | None:
    """Confirm a document's extension as the end of a bare name that tells of somebody: more than one word in it."""
    first = _first(text, start)
    run = text[first:start]
    if not run or _TEMPLATE.search(run) or url_start(text, start) >= 0 or "/" in run or "\\" in run:
        return None
    capitals = _capitals(text, first)
    if capitals < first and run[0].isupper():
        return capitals, end
    if not _WORDS.search(run) or _RELEASE.fullmatch(run) or run.split(".")[0] in {"self", "cls"}:
        return None
    return first, end


def _capitals(text: str, first: int) -> int:
    """Return where the capitalised words before a bare name begin, as in ``sent Annual Report.pdf``; not one that a sentence begins."""
    begin = first
    for _ in range(_MOST_WORDS):
        low = max(0, begin - 66)
        if begin < 2 or text[begin - 1] != " ":  # noqa: PLR2004
            break
        before = max(text.rfind(" ", low, begin - 1), text.rfind("\n", low, begin - 1))
        word = text[before + 1 : begin - 1]
        if not word[:1].isupper() or not word.isalpha() or word.lower() in NAME_STOPS:
            break
        if before < 1 or text[before - 1] in ".!?\n":
            break
        begin = before + 1
    return begin


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="path.handled",
        kind="path",
        gate=has(
            "csv",
            "txt",
            "doc",
            "pdf",
            "xls",
            "tsv",
            "png",
            "jp",
            "odt",
            "ods",
            "ppt",
            "rtf",
            "mp",
            signs=".",
            words=True,
        ),
        pattern=r"\.(?:csv|txt|docx|pdf|xlsx?|tsv|png|jpe?g|od[ts]|pptx?|rtf|mp[34])(?![A-Za-z0-9_/(\[]|\\|\.[a-z])",
        validator=handled,
        marker=markers.PATH,
        marks=MARKS,
        matches=(
            "failed to read file kranich.xlsx",
            "could not open kranich.csv now",
            "cannot open 'x-y.csv'",
            "cannot parse ledger_k.csv: bad row",
            "uploading the file kranich.docx failed",
        ),
        misses=(
            "could not read data.csv",
            "a file with .txt",
            "failed to write output.txt",
            "the kranich.csv format",
            "read README.txt first",
        ),
    ),
    Rule(
        id="path.document",
        kind="path",
        gate=has("."),
        pattern=r"\.[A-Za-z][A-Za-z0-9]{1,8}+(?![A-Za-z0-9_/(\[]|\\{1,8}+[A-Za-mo-qsu-z0-9_]|\.[a-z])",
        group=0,
        validator=document,
        marker=markers.PATH,
        marks=MARKS,
        matches=(
            "sent reports/2024/ann-smith.pdf to nobody",
            r"reports\2024\ann.xlsx",
            "could not open 'my letter.docx'",
            '"ann-smith.xlsx"',
            "backup_20240131.zip",
            "customers/ann.json is empty",
        ),
        misses=(
            *("acme/client.py", "config.yaml", "pyproject.toml", "data.csv", '"data.csv"', "rule.key", "np.log10"),
            *("requests-2.31.0.tar.gz", "docs/index.md", "'requirements-dev.txt'", "reports/{name}.pdf", "*/x.png"),
            *(
                "cannot read 'package.json'",
                "cannot open 'requirements.txt'",
                "failed to load settings.py",
                "read SOURCES.txt",
            ),
            *(
                "read self.data first",
                "open example.com",
                "load node.js",
                "e.g. v1.2.zip",
                "save the file as .csv",
                "write 1.5.csv",
            ),
            *("'cannot open letter.docx'", "site-packages/acme/client.py", "https://example.com/docs/ann"),
        ),
    ),
    Rule(
        id="path.name",
        kind="path",
        gate=has("pdf", "docx", "xlsx", "pptx", "jpg", "jpeg", "eml", "heic", "PDF", "JPG", signs=".", words=True),
        pattern=r"\.(?:pdf|docx|xlsx|pptx|jpe?g|eml|heic|PDF|JPG)(?![A-Za-z0-9_/(\[]|\\{1,8}+[A-Za-mo-qsu-z0-9_]|\.[a-z])",
        group=0,
        validator=name,
        marker=markers.PATH,
        marks=MARKS,
        matches=(
            "got ann-smith-salary.xlsx now",
            "AnnSmith.pdf",
            "read (letter_to_bob.docx)",
            "got: Annual Report.pdf",
        ),
        misses=(
            "report.pdf is empty",
            "Open Report.pdf",
            "See it. Then Report.pdf",
            "a .docx file",
            "letter.pdf",
            "invoice-{number}.pdf",
            "self.pdf",
        ),
    ),
)
