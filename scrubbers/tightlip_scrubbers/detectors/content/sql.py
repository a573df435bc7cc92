"""Literals in statements of SQL: the statement is code, its literals are data.

A literal counts behind an operator or a word that one follows, and where a statement began before it: verbs of SQL are English
words, so it needs its second word too (``SELECT .. FROM``, ``UPDATE .. SET``). A row of literals is one marker.

Sources: ISO/IEC 9075-2 (literals, statements), the manuals of PostgreSQL (E'' and $tag$ strings, casts) and MySQL (strings in double
quotes), SQLAlchemy's documentation on error messages (``[SQL: ...]``, ``[parameters: ...]``), Django's on logging of queries.
"""

import re
from typing import Final

from tightlip_scrubbers.detectors.content.quotes import quoted
from tightlip_scrubbers.meanings.data import MARKER
from tightlip_scrubbers.rule import Rule, has
from tightlip_scrubbers.spans import Span

_REACH: Final = 1_600
_TRIED: Final = 5
# In small letters each verb is an English word, and so is what follows it: then the statement must go on as one.
_VERB: Final = re.compile(
    r"SELECT\s[\s\S]{1,1600}?\sFROM\s|INSERT\s+(?:\w+\s+)?INTO\s|REPLACE\s+INTO\s|UPDATE\s+[^\s]{1,128}\s+(?:\w+\s+)?SET\s"
    r"|DELETE\s+FROM\s|MERGE\s+INTO\s|SELECT\s+[\w.]{1,64}\(|(?:CALL|EXEC)\s+[\w.]{1,64}|VALUES\s*\("
    r"|(?:WHERE|HAVING|AND)\s+[\w.\"`\[\]]{1,128}\s*(?:=|<|>|!=|IN\b|LIKE|IS|BETWEEN)"
    r"|select\s[^\n;]{1,800}?\sfrom\s+[\w.\"`\[\]]{1,128}\s+(?:where|join|inner|left|limit|order by|group by|having)\s"
    r"|(?:insert|replace)\s+into\s+[\w.\"`\[\]]{1,128}\s*(?:\([\w\s.,\"`\[\]]{1,800}\))?\s*(?:values|select)\b"
    r"|update\s+[\w.\"`\[\]]{1,128}\s+set\s+[\w.\"`\[\]]{1,128}\s*=|delete\s+from\s+[\w.\"`\[\]]{1,128}\s+where\s"
)
_WORDS: Final = (
    "select",
    "insert",
    "replace",
    "update",
    "delete",
    "merge",
    "call",
    "exec",
    "values",
    "where",
    "having",
    "and",
)
_VERB_BACKWARDS: Final = re.compile(
    "|".join(f"{word[::-1]}(?![A-Za-z])" for word in (*_WORDS[:9], *map(str.upper, _WORDS)))
)
_SIGNS_BEFORE: Final = frozenset("=<>(,|+*/-")
_WORD_BEFORE: Final = re.compile(
    r"(?<![A-Za-z])(?i:like|ilike|in|and|between|then|else|when|select|values|regexp|rlike|similar to|limit|offset|set|escape"
    r"|on|any|all|interval|date|timestamp|to|having|default)\Z"
)
_NAMED: Final = re.compile(r"[A-Za-z_]+(?:,? [A-Za-z_]+){0,16}")
"""Names of parameters, in a sentence about them."""
_LONGEST_WORD: Final = 12
# A quote that a statement begins behind is not of a literal: what it holds is looked at.
_OPEN: Final = r"(?![^\"'\\]{0,48}?(?<![A-Za-z])(?:(?i:SELECT|INSERT|REPLACE|UPDATE|DELETE|MERGE)\s|VALUES\s|WHERE\s))"
_STRING: Final = rf"[EeNnBbXx]?+'{_OPEN}(?:[^'\\]|''|\\[\s\S])*+(?:'|\Z)|\\'(?:[^'\\]|''|\\(?!'))*+\\'"
_NUMBER: Final = r"[+\-]?+[0-9][0-9.]*+(?![\w.])"
_DOUBLE: Final = rf"\"{_OPEN}(?:[^\"\\]|\\[\s\S])*+\"(?!\s*+\.)"
_LITERAL: Final = rf"(?:{_STRING}|{_NUMBER}|{_DOUBLE})(?:::[a-z][\w\[\]]{{0,31}}+)?+"
_CHAIN: Final = rf"{_LITERAL}(?:\s*+(?:\)\s*+,\s*+\(|,)\s*+(?:{_LITERAL}|NULL|null|TRUE|FALSE|true|false|DEFAULT|now\(\)|NOW\(\)))*+"
_VERBS: Final = (
    *(
        "SELECT ",
        "SELECT\n",
        "INSERT ",
        "REPLACE INTO",
        "UPDATE ",
        "DELETE FROM",
        "MERGE INTO",
        "WHERE ",
        "VALUES",
        "EXEC ",
        "CALL ",
    ),
    *("select ", "insert into", "replace into", "update ", "delete from", "where ", "values ("),
)
_COLUMNS: Final = re.compile(r"(?:INTO|into|TABLE|table|KEY|key|INDEX|index|USING|using)\s+[^\s(]{1,128}\s*\(\Z")
_SENTENCE_END: Final = re.compile(r"[.!?]\s+[A-Z][a-z]|\n\s*\n")


def literal(text: str, start: int, end: int) -> Span | None:
    """Confirm a row of literals behind an operator, in a statement that began before it."""
    before = text[max(0, start - 40) : start].rstrip()
    if before[-1:] not in _SIGNS_BEFORE and _WORD_BEFORE.search(before, max(0, len(before) - _LONGEST_WORD)) is None:
        return None
    if MARKER.fullmatch(text[start:end].strip("'\"")):
        return None
    if text[start] == '"' and (text[start - 1] == "." or _COLUMNS.search(text[max(0, start - 160) : start])):
        return None  # names of columns, in the standard's quotes
    # The nearest verbs decide; from a statement to one of its literals there is no sentence's end.
    low = max(0, start - _REACH)
    backwards = text[low:start][::-1]
    position = 0
    for _ in range(_TRIED):
        verb = _VERB_BACKWARDS.search(backwards, position)
        if verb is None:
            return None
        begin = start - verb.end()
        if _VERB.match(text, begin, start):
            return None if _SENTENCE_END.search(text, begin, start) else (start, end)
        position = verb.end()
    return None


def parameters(text: str, start: int, end: int) -> Span | None:
    """Take what a statement was given: up to the closing bracket at the end of the line, since values may hold brackets."""
    line = text.find("\n", end)
    line = len(text) if line < 0 else line
    if MARKER.match(text, end) or MARKER.match(text, end + 1):
        return None
    if text[start] == "[":
        close = text.rfind("]", end, line)
        close = line if close < 0 else close
        return (end, close) if close > end else None
    opener = text[end : end + 1]
    if opener not in ("(", "[", "{"):
        return None
    close = text.find({"(": ")", "[": "]", "{": "}"}[opener], end, line)
    if close < 0:
        return end, line
    if quoted(text, end + 1) is not None:  # a quoted value may hold the bracket
        close = max(close, text.rfind({"(": ")", "[": "]", "{": "}"}[opener], end, line))
    return (end + 1, close) if close > end + 1 and not _NAMED.fullmatch(text, end + 1, close) else None


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="content.sql-literal",
        kind="content",
        gate=has(*_VERBS, either="'\"=<>(,|"),
        pattern=rf"[\s=<>(,|]({_CHAIN})",
        group=1,
        validator=literal,
        marker="[literal]",
        matches=(
            "SELECT id FROM users WHERE name = 'Ann Lee' AND age > 30",
            "near INSERT INTO users (name, age) VALUES ('Ann', 3), ('Bob', 4)",
            "failed: update users set name='Ann' where id=7",
            "DELETE FROM t WHERE id IN (1, 2, 3)",
            "SELECT * FROM t WHERE name LIKE 'Ann%'",
            'select * from users where name = "Ann Lee" limit 5',
            "error in \"SELECT id FROM users WHERE name = 'Ann Lee'\" again",
        ),
        misses=(
            "select a file from the list (3 of 4)",
            "update the table, then set 'x' again",
            "Insert the card, 2 times",
            "SELECT id FROM users WHERE name = %s AND age > ?",
            'SELECT "a"."b" FROM "a" INNER JOIN "c" ON ("a"."id" = "c"."a_id")',
            "delete from the list, 3 items",
            "where x is 'a'",
            "INSERT INTO users (name) VALUES (:name, $1)",
        ),
    ),
    Rule(
        id="content.sql-parameters",
        kind="content",
        gate=has("parameters: ", "args=", "params: ", "with params", "Parameters: "),
        pattern=r"[\[ ;](?:(?<=\[)(?:parameters|PARAMETERS): ?|(?<! \[) ?args=(?=[(\[{])|(?:with )?(?:[Pp]arameters|params):? (?=[(\[{]))",
        validator=parameters,
        marker="[parameters]",
        matches=(
            "[SQL: SELECT 1]\n[parameters: ('Ann', 3)]",
            "(0.001) SELECT 1; args=('ann',); alias=default",
            'An exception occurred with params: ["ann", 3], again',
        ),
        misses=(
            "[parameters: [parameters]]",
            "wrong parameters: x",
            "unexpected args=x",
            "with params: none",
            "its parameters: (semimajor axis, and inverse flattening)",
        ),
    ),
)
