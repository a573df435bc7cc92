"""Rows of tables: lines with the same number of the same separator, and long rows of numbers.

Sentences have commas too, with a blank behind; tables of words, as documents have them, say what the program means. So a table
needs numbers, quotes or a line that names its columns.

Sources: RFC 4180 (CSV), IANA's ``text/tab-separated-values``, what psql(1) and mysql(1) print.
"""

import re
from typing import Final

from tightlip_scrubbers.detectors.content.lines import Block, line_end, starts
from tightlip_scrubbers.detectors.content.sizes import mark, marks
from tightlip_scrubbers.keys import Names
from tightlip_scrubbers.meanings.data import MARKER, is_data
from tightlip_scrubbers.rule import ROW, Rule, has
from tightlip_scrubbers.spans import CLOSING, Span

_LONGEST: Final = 4_096
_LEAST: Final = 1
_PAIR: Final = 2
_NUMBER: Final = re.compile(r"[+\-]?[0-9][0-9.,:/\-TZ ]*%?")
_COLUMN: Final = re.compile(r"[\"']?[A-Za-z_][A-Za-z0-9_ .\-]{0,40}[\"']?")
_PROSE: Final = re.compile(r"(?:\A|\s)(?:and|or|the|a|of|to|is|are|with|for|in) ")
_LAST_CELL: Final = re.compile(r"(?:\"[^\"]*+\"|[^\s\"')\]}]++)(?=[)\]}]|\s)")
_RULER: Final = re.compile(r"[ \t|+:\-=]{3,}")
_NUMBERS: Final = 16
_WIDEST: Final = 120


def _separator(line: str) -> tuple[str, int]:
    """The separator that a line has most of, and how often; quoted ones do not count."""
    bare = re.sub(r"\"[^\"]{0,512}\"", "", line) if '"' in line else line
    best, most = "\t", bare.count("\t")
    if most:
        most -= len(line) - len(line.lstrip("\t"))  # indentation
    for sign in ";|,":
        count = bare.count(sign)
        if count > most:
            best, most = sign, count
    return best, most


def table(text: str, start: int, first_end: int, _names: Names) -> Block | None:
    """Recognise lines with as many separators as the one before, and numbers or names of columns in them."""
    if first_end - start > _LONGEST:
        return None
    quote = _open_quote(text[start:first_end])
    following, stop = _row(text, first_end, quote)
    if "|" in following or "+" in following:
        ruled = _ruled(text, start, first_end)
        if ruled is not None:
            return ruled
    separator, count = _separator(following)
    if (
        count < _LEAST
        or separator == "|"
        or text.count(separator, start, first_end) < count
        or MARKER.search(following)
    ):
        return None
    before = text.rfind("\n", 0, max(0, start - 1)) + 1
    if before < start and _separator(text[max(before, start - _LONGEST) : start].strip("\r\n")) == (separator, count):
        return None  # a row of what was looked at before
    # A sentence before the first cell may hold the separator, too.
    first = _first_cell(text, start, first_end, (separator, count))
    if first is None:
        return None
    rows = [text[first:first_end].strip("\r").split(separator), following.split(separator)]
    position = stop
    while position < len(text) and text[position] == "\n":
        found = _next_row(text, position, quote, (separator, count))
        if found is None:
            break
        row, position = found
        rows.append(row.split(separator))
    behind = _prose_behind(rows[-1][-1])
    if behind:
        rows[-1][-1] = rows[-1][-1][:-behind]
        position -= behind
    return Block(first + _prose_before(rows[0]), position, "content.table") if _is_table(rows, separator) else None


def _open_quote(line: str) -> str:
    """The quotation mark that a line opens and does not close; the table ends where it is closed."""
    return next((quote for quote in "\"'" if line.count(quote) % 2), "")


def _row(text: str, line_break: int, quote: str) -> tuple[str, int]:
    """The row behind a line break, and where it ends."""
    stop = line_end(text, line_break + 1)
    row = text[line_break + 1 : min(stop, line_break + _LONGEST)]
    if quote and row.count(quote) % 2:
        at = row.rindex(quote) if quote + "," in row and row.count(quote) > 1 else row.index(quote)
        return row[:at], line_break + 1 + at
    return row.strip("\r"), stop


def _next_row(text: str, line_break: int, quote: str, wanted: tuple[str, int]) -> tuple[str, int] | None:
    """The next row of a table and where it ends; None behind the last.

    One row with more cells, and a row of the table behind it, is the table's: a cell was not quoted, or two rows were joined.
    """
    row, stop = _row(text, line_break, quote)
    if _separator(row) == wanted:
        return row, stop
    cells = row.split(wanted[0])
    # The sentence goes on behind the last row: "4,5,6, because the schema changed", "4,5,6“, bitte".
    if (
        len(cells) > wanted[1] + 1
        and cells[wanted[1] + 1][:1] == " "
        and not any(cell[:1] == " " for cell in cells[: wanted[1] + 1])
    ):
        end = len(wanted[0].join(cells[: wanted[1] + 1]).rstrip(CLOSING + "\"'"))
        return row[:end], line_break + 1 + end
    if row.count(wanted[0]) < wanted[1] or text[stop : stop + 1] != "\n" or MARKER.search(row) or _PROSE.search(row):
        return None
    row, stop = _row(text, stop, quote)
    return (row, stop) if _separator(row) == wanted else None


def _prose_behind(cell: str) -> int:
    """How much of the last cell is the sentence that goes on: ``98.2 to disk``, ``98.2) was refused``."""
    found = _LAST_CELL.match(cell)
    if found is None or not _PROSE.search(cell[found.end() :] + " "):
        return 0
    return len(cell) - found.end()


def _first_cell(text: str, start: int, end: int, wanted: tuple[str, int]) -> int | None:
    """Where the first row begins: behind what introduces it, unless a bracket there is the cell's own."""
    for at in reversed(starts(text, start, end)):
        if _separator(text[at:end]) == wanted and not (
            text[at - 1 : at] == "(" and ")" in text[at:end].split(wanted[0], 1)[0]
        ):
            return at
    return None


def _is_table(rows: list[list[str]], separator: str) -> bool:
    cells = [cell for row in rows[1:] for cell in row]
    if any(len(cell) > _WIDEST or _PROSE.search(cell.strip()) for cell in cells if cell[:1] not in "\"'"):
        return False
    numbers = sum(_NUMBER.fullmatch(cell.strip()) is not None for cell in cells)
    data = sum(is_data(cell.strip()) for cell in cells)
    if len(rows[0]) == _PAIR:
        return len(rows) > _PAIR and numbers >= len(rows) - 1 and not any(cell[:1] == " " for cell in cells)
    if separator == ",":
        spaced = sum(cell.startswith(" ") for cell in cells) > len(cells) // 4
        if spaced:
            return numbers >= len(rows) - 1 and len(rows[0]) > _PAIR + 1 and not rows[-1][-1].strip().endswith(".")
        return numbers > 0 or data > 0 or len(rows) > _PAIR
    return numbers > 0 or data > 0


def _prose_before(row: list[str]) -> int:
    """How much of the first cell is a sentence before it: ``rows: id,name``, ``cannot read id,name``."""
    cell = row[0]
    position = cell.rfind(": ")
    if position >= 0:
        return position + 2
    if (
        cell.count(" ") >= _PAIR
        and cell.islower()
        and all(_COLUMN.fullmatch(other) and " " not in other for other in row[1:])
    ):
        return cell.rindex(" ") + 1
    return 0


def _ruled(text: str, start: int, first_end: int) -> Block | None:
    """Recognise a table with a ruler below its head, as databases print it; only one with numbers in it."""
    stop = line_end(text, first_end + 1)
    if not _RULER.fullmatch(text[first_end + 1 : stop].strip("\r")) or "|" not in text[start:first_end]:
        return None
    before = text.rfind("\n", 0, max(0, start - 1)) + 1
    if "|" in text[text.rfind("\n", 0, max(0, before - 1)) + 1 : start]:
        return None  # a row of what was looked at before
    cells: list[str] = []
    position = stop
    while position < len(text):
        stop = line_end(text, position + 1)
        row = text[position + 1 : stop]
        if "|" not in row and not _RULER.fullmatch(row.strip("\r")):
            break
        cells += row.strip("\r |").split("|")
        position = stop
    if not any(_NUMBER.fullmatch(cell.strip()) for cell in cells):
        return None
    count = text.count("|", start, first_end)
    first = next(
        (at for at in reversed(starts(text, start, first_end)) if text.count("|", at, first_end) == count), start
    )
    return Block(first, position, "content.table")


def numbers(text: str, start: int, end: int) -> Span | None:
    """Confirm a row of numbers as data: sixteen or more."""
    if text[start - 1 : start].isalnum():
        return None
    row = re.split(r"[,;\s]+", text[start:end].strip(" ,;\r\n\t"))
    while row and end > start and not text[end - 1].isdigit():
        end -= 1
    return (start, end) if len(row) >= _NUMBERS else None


# It begins at the first digit of a number only: the digits behind it would each read as far again.
_PATTERN: Final = (
    r"[+\-]?[0-9](?<![0-9A-Za-z].)(?<![0-9.]\..)(?:[0-9.]*+(?:[eE][+\-]?[0-9]{1,3})?(?:[,;]?[ \t]{1,4}|[,;]?\r?\n[ \t]{0,8}|[,;])(?=[+\-]?[0-9])[+\-]?)"
    rf"{{{_NUMBERS - 1},}}+[0-9.]*+"
)

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="content.numbers",
        kind="content",
        gate=has(digits=ROW),
        pattern=_PATTERN,
        validator=numbers,
        marker="[numbers]",
        mark=mark("numbers"),
        marks=marks("numbers"),
        whole=True,
        matches=(
            "vector 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 1.0 1.1 1.2 1.3 1.4 1.5 1.6 refused",
            "series 11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27.",
            "series 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27.",
        ),
        misses=("one of 1, 2, 3, 4, 5, 6 or 7", "a b c d e f g h i j k l m n o p q 1 2 3"),
    ),
)
