"""Bodies of requests where they are arguments, forms, and the literals of GraphQL.

Sources: the documentation of requests, httpx, aiohttp and urllib3 on the names of their arguments; the URL standard's section on
``application/x-www-form-urlencoded``; the GraphQL specification section 2.9 (input values).
"""

import re
from typing import Final
from urllib.parse import unquote_plus

from tightlip_scrubbers.detectors.content.quotes import quoted
from tightlip_scrubbers.detectors.request.headers import held
from tightlip_scrubbers.meanings.data import MARKER, is_data
from tightlip_scrubbers.rule import Rule, has
from tightlip_scrubbers.spans import Span

_REACH: Final = 2_000
_OPERATION: Final = re.compile(
    r"(?:^|[\s\"'`{(:])(?:query|mutation|subscription)(?:\s+[A-Za-z_]\w{0,64})?\s{0,8}(?:\([^()]{0,400}\)\s{0,8})?\{|\{\s{0,8}[a-z]\w{0,64}\("
)
_ARGUMENT: Final = re.compile(r"[A-Za-z_]\w{0,64}:\s{0,2}\[?\Z|,\s?\Z")
_HOLE: Final = re.compile(r"[%:$*\[(]|value\Z")
_NAME: Final = re.compile(r"(?:\A|[^\w.%\[\]])[\w.%\[\]\-]{1,64}=\Z")
_DIGITS: Final = 4


def argument(text: str, start: int, end: int) -> Span | None:
    """Take what an argument for a body holds; a name of code or a template is none."""
    if text[start - 1 : start].isalnum() or text[start - 1 : start] in ("_", "-", "."):
        return None
    span = quoted(text, end)
    if span is not None:
        value = text[span[0] : span[1]]
        is_body = is_data(value) or "=" in value or ('"' in value and ":" in value)
        return span if is_body and not MARKER.fullmatch(value) else None
    if text[end] not in "{[(":
        return None
    span = held(text, end, end + 1)
    return span if span is not None and ('"' in text[span[0] : span[1]] or "'" in text[span[0] : span[1]]) else None


def first_value(text: str, start: int, end: int) -> Span | None:
    """Confirm the first value of a form, which no sign stands before; those behind an ampersand are found as in URLs."""
    name = _NAME.search(text, max(0, start - 72), start)
    if name is None or name[0][:1] in "?&#;/-%":
        return None
    value = unquote_plus(text[start:end])
    if MARKER.search(value) or _HOLE.match(value):
        return None
    letters = sum(map(str.isalpha, value))
    return (start, end) if letters > 1 or sum(map(str.isdigit, value)) >= _DIGITS else None


def literal(text: str, start: int, end: int) -> Span | None:
    """Confirm a quoted text as an argument of a field, in an operation that began before it."""
    if MARKER.fullmatch(text[start + 1 : end - 1]) or end - start <= 2:  # noqa: PLR2004  # empty
        return None
    if not _ARGUMENT.search(text, max(0, start - 72), start):
        return None
    return (start + 1, end - 1) if _OPERATION.search(text, max(0, start - _REACH), start) else None


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="request.argument",
        kind="request",
        gate=has("data=", "json=", "body=", "payload=", "form=", "params=", "metadata=", "cookies="),
        pattern=r"[djbpfmc](?:ata|son|ody|ayload|orm|arams|etadata|ookies)=(?=[bBuUrR]{0,2}\\{0,2}[\"'{\[(])",
        validator=argument,
        marker="[body]",
        matches=(
            "post(url, data='name=ann')",
            "post failed with json={'town': 'paris'} twice",
            "body=b'Dear Ann', n=3",
            "call(metadata=[('x-tenant', 'ann')])",
        ),
        misses=("data='utf-8'", "json={}", "post(data='{data}')", "params=(1, 2)", "form='[body]'"),
    ),
    Rule(
        id="request.form",
        kind="request",
        gate=has("&", signs="="),
        pattern=r"=(?<=[\w\]]=)([^\s&=\"'`<>{}?#/;]{1,4096}+)(?=&(?:amp;)?[\w.%\[\]\-]{1,64}=)",
        group=1,
        validator=first_value,
        marker="[value]",
        matches=("sent town=Paris&pages=3.", "form opening=Dear+Ann&pages=3&x=, again"),
        misses=("f(x=y) & z", "x=&y=", "R&D", "size={w}&page={n}", "/p?[query]"),
    ),
    Rule(
        id="request.graphql",
        kind="request",
        gate=has("query", "mutation", "subscription", signs='"'),
        pattern=r"\"[^\"\n\\]{0,4096}+\"",
        validator=literal,
        marker="[literal]",
        matches=(
            'in query { letter(opening: "Dear Ann") { id } }',
            'mutation Add($id: ID!) { add(id: $id, town: "paris") { id } } failed',
        ),
        misses=("query { letters { id } }", 'the query: "x" is refused', "query ($id: ID!) { letter(id: $id) { id } }"),
    ),
)
