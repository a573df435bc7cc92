"""Messages of interpreters, parsers and databases whose quoted part is the value that was wrong.

One row for each family. What is quoted stays where it is a name of code, a choice, a few signs or a short number: those are what
these messages are read for.

Sources: CPython's and the JDK's sources for the wording, ECMA-262 engines (V8, JavaScriptCore, SpiderMonkey), Go's `strconv` and `time`,
Ruby's `Kernel#Integer`, PHP's "Unsupported operand types" and "non-numeric value", Rust's `ParseIntError`; the error references of
PostgreSQL, MySQL, SQL Server, Oracle and MongoDB; pydantic's "Validation Errors".
"""

import re
from typing import Final

from tightlip_scrubbers.common_words import COMMON_WORDS
from tightlip_scrubbers.detectors.content.quotes import quoted
from tightlip_scrubbers.meanings.data import MARKER, is_data
from tightlip_scrubbers.rule import Rule, has
from tightlip_scrubbers.spans import Span

_VALUE: Final = "[value]"
_END_OF_LINE: Final = re.compile(r"[\n\"]|\Z")
_KEY_ENDS: Final = (") already", ") is not present", ") is still", ") conflicts", ")=(", ").")
_OBJECTS: Final = re.compile(r"\w+(?:\(\))?|<[^<>]*>")
_SHORT_NUMBER: Final = re.compile(r"[+\-]?[0-9]{1,4}(?:\.[0-9]{1,2})?")
_CODE_NAME: Final = re.compile(r"[A-Za-z]+(?:_[A-Za-z0-9]+)+|[a-z]+(?:[A-Z][a-z0-9]+)+|_\w+|[A-Z][A-Z0-9_]+")
_KEY_ERROR: Final = "KeyError"


def wrong_value(text: str, start: int, end: int) -> Span | None:
    """Take the quoted value behind the words of a message; one that cannot be data stays."""
    span = quoted(text, end)
    if span is None:
        return None
    value = text[span[0] : span[1]]
    if not value.strip() or MARKER.fullmatch(value) or _SHORT_NUMBER.fullmatch(value):
        return None
    if not any(map(str.isalnum, value)) or len(value) == 1:
        return None
    if text.startswith(_KEY_ERROR, start) and (_CODE_NAME.fullmatch(value) or value.lower() in COMMON_WORDS):
        return None  # a key of the program's own; another one is a customer's
    return span


def wrong_key(text: str, start: int, end: int) -> Span | None:
    """Take the values of a unique key: they are without quotes, up to the bracket that the message goes on after."""
    stop = text.find(")", end)
    while stop >= 0 and not text.startswith(_KEY_ENDS, stop):
        stop = text.find(")", stop + 1, end + 2_048)
    line = text.find("\n", end)
    if stop < 0:
        stop = line if line >= 0 else len(text)
    value = text[end:stop]
    return (end, stop) if value.strip() and not MARKER.fullmatch(value) and text[start:end] else None


def row(text: str, start: int, end: int) -> Span | None:
    """Take a row of a table that a database names, up to the bracket at the end of the line; values may hold brackets."""
    line = text.find("\n", end)
    close = text.rfind(").", end, len(text) if line < 0 else line)
    stop = close if close >= 0 else text.find(")", end)
    stop = len(text) if stop < 0 else stop
    return (end, stop) if text[start:end] and text[end:stop].strip() else None


def document(text: str, start: int, end: int) -> Span | None:
    """Take the values of a unique key that is written as a document, from the first one to the bracket that ends it."""
    line = text.find("\n", end)
    line = len(text) if line < 0 else line
    close = text.rfind("}", end, line)
    first = text.find(":", end, line if close < 0 else close) + 1
    value = text[first : line if close < 0 else close] if first else ""
    span = first + len(value) - len(value.lstrip()), first + len(value.rstrip())
    return span if text[start:end] and value.strip() and not MARKER.fullmatch(value.strip()) else None


def keyed(text: str, start: int, end: int) -> Span | None:
    """Take the input that a validator names: quoted, or in brackets up to its type."""
    span = quoted(text, end)
    if span is not None:
        return span if is_data(text[span[0] : span[1]]) else None
    stop = text.find(", input_type=", start)
    stop = stop if stop >= 0 else text.find("\n", end)
    stop = len(text) if stop < 0 else stop
    value = text[end:stop]
    if MARKER.fullmatch(value) or not any(map(str.isalpha, value)) or _OBJECTS.fullmatch(value):
        return None
    return end, stop


def leads(*texts: str) -> str:
    """A pattern for one of several texts, as sources, that begins with the class of their first letters."""
    firsts = "".join(sorted({text[0] for text in texts}))
    return f"[{firsts}](?:{'|'.join(f'(?<=[{text[0]}]){text[1:]}' for text in texts)})"


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="content.python-value",
        kind="content",
        gate=has(
            "base 1",
            "base 2",
            "base 8",
            "base 0",
            "base 36",
            "to float: ",
            "to complex: ",
            "KeyError: ",
            "isoformat string: ",
            "time data ",
            "remains: ",
            "for Fraction: ",
            "ecimal.ConversionSyntax",
        ),
        pattern=leads(
            r"invalid literal for int\(\) with base [0-9]{1,2}: ",
            "could not convert string to [a-z]{3,7}: ",
            "Invalid literal for Fraction: ",
            "KeyError: ",
            "Invalid isoformat string: ",
            r"time data (?=[\"'])",
            "unconverted data remains: ",
        ),
        validator=wrong_value,
        marker=_VALUE,
        matches=(
            "ValueError: invalid literal for int() with base 10: 'Ann Lee'",
            "could not convert string to float: 'abc', skipped",
            "KeyError: 'Ann Lee'",
            "KeyError: 'lovelace7'",
            "time data 'born 1815' does not match format '%Y-%m-%d'",
            'Invalid isoformat string: "born 1815"',
        ),
        misses=(
            "invalid literal for int() with base 10: '12'",
            "could not convert string to float: ''",
            "KeyError: 'user_id'",
            "KeyError: 'name'",
            "KeyError: 3",
            "time data is missing",
        ),
    ),
    Rule(
        id="content.java-value",
        kind="content",
        gate=has("or input string: ", "nparseable date: ", "could not be parsed"),
        pattern=leads("For input string: ", "Unparseable date: ", r"Text (?='[^'\n]{1,256}+' could not be parsed)"),
        validator=wrong_value,
        marker=_VALUE,
        matches=(
            'java.lang.NumberFormatException: For input string: "abc"',
            'Unparseable date: "born 1815" again',
            "DateTimeParseException: Text 'born 1815' could not be parsed at index 0",
        ),
        misses=(
            'For input string: ""',
            "Text could not be parsed",
            'For input string: "12"',
        ),
    ),
    Rule(
        id="content.javascript-value",
        kind="content",
        gate=has("is not valid JSON", " in JSON at", "Cannot convert "),
        pattern=leads(
            r", \.{0,3}(?=[\"'][^\n]{1,64}is not valid JSON)",
            r"Cannot convert (?=[\"'])",
            r"token (?=[\"'][^\"'\n]{2,64}+[\"'] in JSON)",
        ),
        validator=wrong_value,
        marker=_VALUE,
        matches=(
            "SyntaxError: Unexpected token 'a', \"ann says\"... is not valid JSON",
            'Cannot convert "12 Main Road" to a BigInt',
        ),
        misses=(
            "Cannot read properties of undefined (reading 'x')",
            "Unexpected token } in JSON at position 3",
            "Cannot convert undefined or null to object",
        ),
    ),
    Rule(
        id="content.go-value",
        kind="content",
        gate=has("parsing ", "cannot parse ", 'parse "'),
        pattern=leads(r"parsing (?:time )?(?=\\{0,2}\")", r"parse (?=\\{0,2}\")"),
        validator=wrong_value,
        marker=_VALUE,
        matches=(
            'strconv.Atoi: parsing "abc": invalid syntax',
            'parsing time "born 1815" as "2006-01-02": cannot parse "born 1815" as "2006"',
        ),
        misses=(
            'parsing "": invalid syntax',
            "while parsing a block mapping",
            'parse "12": ok',
        ),
    ),
    Rule(
        id="content.script-value",
        kind="content",
        gate=has("invalid value for ", 'numeric value "'),
        pattern=leads(
            r"invalid value for (?:Integer|Float|Rational|BigDecimal|Complex)\(\): ", r"numeric value (?=\")"
        ),
        validator=wrong_value,
        marker=_VALUE,
        matches=(
            'invalid value for Integer(): "abc" (ArgumentError)',
            'A non-numeric value "abc" was given',
        ),
        misses=(
            'invalid value for Integer(): ""',
            "invalid value for x",
            "A non-numeric value encountered",
        ),
    ),
    Rule(
        id="content.database-value",
        kind="content",
        gate=has(
            "input syntax for ",
            "input value for enum ",
            "Duplicate entry '",
            "ncorrect ",
            "varchar value '",
            "Truncated incorrect",
        ),
        pattern=leads(
            "invalid input syntax for (?:type )?[a-z][a-z ]{1,40}: ",
            r"invalid input value for enum [\w.\"]{1,64}: ",
            "Duplicate entry ",
            "Incorrect [a-zA-Z]{3,16} value: ",
            "incorrect [a-zA-Z]{3,16} value: ",
            "varchar value ",
        ),
        validator=wrong_value,
        marker=_VALUE,
        matches=(
            'ERROR: invalid input syntax for type integer: "abc"',
            'invalid input value for enum mood: "sad Ann"',
            "Duplicate entry 'ann' for key 'users.name'",
            "Incorrect integer value: 'abc' for column 'age' at row 1",
            "Conversion failed when converting the varchar value 'abc' to data type int",
        ),
        misses=(
            "invalid input syntax for type json",
            "Duplicate entry for key",
            "Incorrect string value",
            "UNIQUE constraint failed: users.email",
        ),
    ),
    Rule(
        id="content.database-key",
        kind="content",
        gate=has(")=(", "key value is (", signs="(", words=True),
        pattern=leads(r")=\(", r"key value is \("),
        validator=wrong_key,
        marker=_VALUE,
        matches=(
            "DETAIL:  Key (name)=(Ann Lee) already exists.",
            "Key (name, town)=(Ann, Paris (F)) already exists.",
            "Cannot insert a row. The duplicate key value is (Ann Lee).",
        ),
        misses=(
            'duplicate key value violates unique constraint "x"',
            "f(x)=(",
            "Key (name)=([value]) already exists.",
        ),
    ),
    Rule(
        id="content.database-document",
        kind="content",
        gate=has("dup key: {", signs="{", words=True),
        pattern=leads(r"dup key: \{"),
        validator=document,
        marker=_VALUE,
        matches=(
            'E11000 duplicate key error collection: shop.users index: name_1 dup key: { name: "lovelace" }',
            'index: name_1 dup key: { : "lovelace" }, again',
        ),
        misses=("dup key: { name: [value] }", "dup key: {}", "dup key: x"),
    ),
    Rule(
        id="content.database-row",
        kind="content",
        gate=has("row contains (", signs="(", words=True),
        pattern=leads(r"row contains \("),
        validator=row,
        marker=_VALUE,
        matches=(
            "DETAIL:  Failing row contains (7, Ann Lee, null).",
            "Failing row contains (1, Ann, (x), ...). Again",
        ),
        misses=(
            "the row contains values",
            "row contains () ",
        ),
    ),
    Rule(
        id="content.validated-input",
        kind="content",
        gate=has("input_value="),
        pattern=leads("input_value="),
        validator=keyed,
        marker=_VALUE,
        matches=(
            "[type=int_parsing, input_value='Ann Lee', input_type=str]",
            "Input should be a valid string [type=string_type, input_value=Customer 7, input_type=Customer]",
        ),
        misses=(
            "[type=missing, input_value=3, input_type=int]",
            "[type=none_required, input_value='', input_type=str]",
        ),
    ),
)
