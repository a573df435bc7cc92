"""The data-collection notice: the allowlist in plain words, as Markdown. Made from the table that is enforced."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from tightlip.event_forms import IDENTITY, REMOVED
from tightlip.policy_fields import KEPT, LEFT_OUT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tightlip.allowlist import Field
    from tightlip.policy import Policy

_SECTIONS = {
    "event_id": "The report",
    "timestamp": "The report",
    "platform": "The report",
    "level": "The report",
    "sdk": "The report",
    "fingerprint": "The report",
    "release": "Release",
    "environment": "Release",
    "tags.workspace": "Release",
    "tags.commit": "Release",
    "exception": "The error",
    "tags.rung": "The error",
    "tags": "Numbers and words that the error holds",
    "threads": "Threads",
    "breadcrumbs": "Steps before the failure",
    "contexts": "The machine and the runtime",
    "stacktrace": "The error",
    "request": "The request",
    "spans": "Spans",
    "debug_meta": "Loaded images",
}
_REMOVED = "Removed where it is"
_OTHER = "Of the application"
#: Tags of any name are not the SDK's.
_ANY_TAG = "tags.*"
_NEVER = (
    "request data: bodies, headers, cookies, query strings",
    "API keys, passwords, tokens",
    "file contents and file paths of your machine",
    "IP addresses and host names",
    "values of variables, arguments and error messages",
    "your own code: its source, its function names, its errors",
    "names of users, threads and tasks",
)
_NEVER_APP = (
    "values of local variables and of parameters of messages: their kinds alone, as `[str]`",
    "source lines, values of registers",
    "request bodies, cookies, query strings, the server's environment; headers but those of a harmless form, as a media type",
    "users, names of machines and devices; what told them is removed from all texts",
    "where files stand on a machine",
    "attachments",
    "what the scrubbers recognise in text: keys, tokens, paths, addresses, e-mails and the like, by their patterns",
)


def notice(policy: Policy) -> str:
    """``policy`` as a notice that a privacy officer can read.

    Args:
        policy: What to describe.
    """
    lines = [f"# What error reports hold ({policy.name})", "", policy.promise, "", "## Never collected", ""]
    lines += [f"- {item}" for item in (_NEVER_APP if policy.keeps_text else _NEVER)]
    left_out = [row.path for row in policy.fields.rows if row.kind == LEFT_OUT]
    if left_out:
        lines.append(f"- by this policy: {_listed(left_out)}")
    differences = list(_differences(policy))
    if differences:
        lines += ["", "## What this policy changes", "", *(f"- {item}" for item in differences)]
    lines += [
        "",
        "## Collected",
        "",
        "Nothing but the fields below exists in a report. A value that lacks its form is left out.",
        "",
    ]
    order = [*dict.fromkeys(_SECTIONS.values()), _OTHER, _REMOVED]
    rows = [row for row in policy.fields.rows if row.kind != LEFT_OUT]
    for section, group in groupby(sorted(rows, key=lambda row: order.index(_section(row))), key=_section):
        lines += [f"### {section}", "", "| field | what it is | its form |", "|---|---|---|"]
        lines += [f"| `{row.path}` | {row.purpose} | {_form(row, policy)} |" for row in group]
        lines.append("")
    lines += [
        "## Consent",
        "",
        "Nothing is stored or sent without it. `DO_NOT_TRACK=1` in the environment switches reports off, whatever else is set.",
    ]
    return "\n".join(lines) + "\n"


def _differences(policy: Policy) -> Iterator[str]:
    """What of text leaves otherwise than the scrubbers have it by themselves."""
    kept = [row.path for row in policy.fields.rows if row.kind == KEPT]
    if kept:
        yield f"kept, as text that passed the scrubbers, though the lines above say otherwise: {_listed(kept)}"
    said = policy.scrubbing
    if said.off:
        yield f"not looked for in text: {_listed(said.off)}"
    if said.disabled:
        yield f"rules that do not count: {_listed(said.disabled)}"
    if said.clear_names:
        yield f"names whose values are taken for no secrets: {_listed(said.clear_names)}"
    if said.safe:
        yield f"values that stay: {_listed(said.safe)}"
    if said.tells_extension:
        yield "of a file's path its class stays, as `[path:image]`"
    if said.removes_host:
        yield "the host of a URL is removed as well"
    if said.secret_names:
        yield f"names whose values are removed, whatever they are: {_listed(said.secret_names)}"
    for rule in said.own:
        yield f"what the rule `{rule.id}` finds is removed as well ({rule.kind}): `{rule.marker}` stands in its place"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))


def _form(row: Field, policy: Policy) -> str:
    if policy.keeps_text and row.kind.holds_text and row.kind.treat is None:
        return "text or data after the scrubbers"
    return row.kind.words


def _section(row: Field) -> str:
    if row.path == _ANY_TAG:
        return _OTHER
    if row.kind in (REMOVED, IDENTITY):
        return _REMOVED
    return _SECTIONS.get(row.path) or _SECTIONS.get(row.path.replace("[", ".").split(".", maxsplit=1)[0], _OTHER)
