"""The data-collection notice: the allowlist in plain words, as Markdown. Made from the table that is enforced."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
}
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
    "request bodies, headers and cookies, user records, the server's name",
    "values of local variables and source lines",
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
    lines += [
        "",
        "## Collected",
        "",
        "Nothing but the fields below exists in a report. A value that lacks its form is left out.",
        "",
    ]
    order = [*dict.fromkeys(_SECTIONS.values()), _OTHER]
    for section, group in groupby(sorted(policy.fields.rows, key=lambda row: order.index(_section(row))), key=_section):
        lines += [f"### {section}", "", "| field | what it is | its form |", "|---|---|---|"]
        lines += [f"| `{row.path}` | {row.purpose} | {_form(row, policy)} |" for row in group]
        lines.append("")
    lines += [
        "## Consent",
        "",
        "Nothing is stored or sent without it. `DO_NOT_TRACK=1` in the environment switches reports off, whatever else is set.",
    ]
    return "\n".join(lines) + "\n"


def _form(row: Field, policy: Policy) -> str:
    if policy.keeps_text and row.kind.holds_text:
        return "text or data after the scrubbers"
    return row.kind.words


def _section(row: Field) -> str:
    if row.path == _ANY_TAG:
        return _OTHER
    return _SECTIONS.get(row.path) or _SECTIONS.get(row.path.replace("[", ".").split(".", maxsplit=1)[0], _OTHER)
