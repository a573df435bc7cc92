"""The page: both reports of every failure side by side, in one file that loads nothing.

Guarantees:

1. The page names no address to load from, and a content security policy of its own forbids it: style and script stand in it and are
   allowed by their hashes.
2. Text of an event becomes text of the page, never markup.
"""

from __future__ import annotations

import platform
from html import escape
from typing import TYPE_CHECKING

from tightlip._version import __version__
from tightlip.demo.leaks import GROUPS, group_of
from tightlip.demo.outcome import Outcome, Totals, totals
from tightlip.demo.terminal import last_lines, shortened
from tightlip.demo.tree import Leaking, Provenance, holes, marked, tree
from tightlip.sealed_page import sealed_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tightlip.demo.leaks import Secrets
    from tightlip.demo.stage import Play

_TAIL = 7


def render(play: Play) -> str:
    """The page, as HTML."""
    outcomes = play.outcomes
    sums = totals(outcomes)
    return sealed_page(
        "tightlip.demo",
        **_numbers(sums, play.planted),
        groups="".join(f'<li><mark class="{group}">{group}</mark></li>' for group in GROUPS),
        chart=_chart(outcomes),
        failures="".join(_failure(number, outcome, play.secrets) for number, outcome in enumerate(outcomes)),
        made_by=escape(f"tightlip {__version__}, {platform.python_implementation()} {platform.python_version()}"),
    )


def _numbers(sums: Totals, planted: int) -> dict[str, str]:
    return {
        "plain_leaks": str(sums.plain_leaks),
        "report_leaks": str(sums.report_leaks),
        "report_mood": "bad" if sums.report_leaks else "good",
        "planted": str(planted),
        "total": str(sums.failures),
        "reported": str(sums.reported),
        "not_reported": str(sums.failures - sums.reported),
        "templates": str(sums.templates),
        "type_only": str(sums.reported - sums.templates),
        "application_lines": f"{sums.application_lines:,}",
    }


def _chart(outcomes: Sequence[Outcome]) -> str:
    most = max((outcome.plain_leaks.total() for outcome in outcomes), default=0) or 1
    return "".join(_bar(outcome, most) for outcome in outcomes)


def _bar(outcome: Outcome, most: int) -> str:
    plain, ours = outcome.plain_leaks.total(), outcome.report_leaks.total()
    rows = "".join(
        f'<rect class="{side}" x="0" y="{top}" width="{100 * count / most:.1f}%" height="{height}" rx="1.5"/>'
        for side, count, top, height in (("plain", plain, 0, 9), ("ours", ours, 11, 3))
    )
    label = f"{outcome.title}: {plain} values leaked by a plain event, {ours} by tightlip"
    return (
        f'<li><a href="#{escape(outcome.name)}">{escape(outcome.name)}</a>'
        f'<svg width="100%" height="14" role="img" aria-label="{escape(label)}">{rows}</svg>'
        f'<span class="count"><b>{plain}</b> / {ours}</span></li>'
    )


def _failure(number: int, outcome: Outcome, secrets: Secrets) -> str:
    kind = "reported" if outcome.report is not None else "silent"
    return (
        f'<details class="failure" id="{escape(outcome.name)}" data-kind="{kind}"{"" if number else " open"}>'
        f"<summary><h3>{escape(outcome.title)}</h3>{_verdict(outcome)}<p>{_headline(outcome)}</p></summary>"
        f"{_problems(outcome)}{_trace(outcome, secrets)}"
        f'<div class="panes">{_plain(outcome, secrets)}{_ours(outcome)}</div></details>'
    )


def _verdict(outcome: Outcome) -> str:
    plain, ours = outcome.plain_leaks.total(), outcome.report_leaks.total()
    return (
        f'<span class="verdict"><span class="bad">{plain}</span><span class="arrow" aria-hidden="true">→</span>'
        f'<span class="{"bad" if ours else "good"}">{ours}</span><span class="unseen"> values leaked, plain sentry-sdk to tightlip</span></span>'
    )


def _headline(outcome: Outcome) -> str:
    if outcome.report is None:
        return '<span class="quiet">not reported: the application&rsquo;s own failure</span>'
    first = outcome.exceptions[0]
    said = str(first.get("value", ""))
    kind = f'<span class="type">{escape(str(first["type"]))}</span>'
    note = "" if outcome.said == "template" else ' <span class="quiet">type and position only</span>'
    return f"<code>{kind}{': ' + holes(said) if said else ''}</code>{note}"


def _problems(outcome: Outcome) -> str:
    return "".join(f'<p class="problem">{escape(problem)}</p>' for problem in outcome.problems())


def _trace(outcome: Outcome, secrets: Secrets) -> str:
    tail = marked("\n".join(last_lines(outcome.traceback, _TAIL)), secrets)
    whole = marked(shortened(outcome.traceback.rstrip()), secrets)
    return (
        f'<section class="trace"><h4>What happened here <small>{_VIA[outcome.via]}</small></h4>'
        f'<pre tabindex="0">{tail}</pre><details><summary>the whole traceback</summary><pre tabindex="0">{whole}</pre></details></section>'
    )


_VIA = {
    "raise": "in the caller&rsquo;s own stack",
    "thread": "in a thread of the SDK&rsquo;s",
    "task": "in an asyncio task of the SDK&rsquo;s",
}


def _plain(outcome: Outcome, secrets: Secrets) -> str:
    chips = "".join(
        f'<li><mark class="{group_of(kind)}">{escape(kind)}</mark>{f" &times; {count}" if count > 1 else ""}</li>'
        for kind, count in sorted(
            outcome.plain_leaks.items(), key=lambda leak: (GROUPS.index(group_of(leak[0])), leak[0])
        )
    )
    lines = outcome.application_lines
    source = f"<li>{lines} lines of the application&rsquo;s source</li>" if lines else ""
    return (
        f'<section class="pane"><h4>A plain sentry-sdk would have sent</h4><ul class="chips">{chips}{source}</ul>'
        f'<div class="json" tabindex="0" role="region" aria-label="the plain event">{tree(outcome.plain, Leaking(secrets))}</div></section>'
    )


def _ours(outcome: Outcome) -> str:
    if outcome.report is None:
        why = ", ".join(outcome.dropped) or "unknown"
        body = (
            '<div class="nothing"><p><b>Nothing.</b></p><p>The innermost frame that is neither the standard library&rsquo;s nor a dependency&rsquo;s belongs to '
            "the application. It is the application&rsquo;s failure, so no business of the SDK&rsquo;s vendor, although the SDK stands in the stack.</p>"
            f'<p class="quiet">Counted as <code>dropped: {escape(why)}</code>, with nothing else.</p></div>'
        )
        return f'<section class="pane"><h4>tightlip sends</h4>{body}</section>'
    return (
        '<section class="pane ours"><h4>tightlip sends</h4><ul class="chips"><li><span class="code">text from code</span></li>'
        '<li><span class="hole">{hole}</span> where a value stood</li><li><span class="fact">typed fact</span></li></ul>'
        f'<div class="json" tabindex="0" role="region" aria-label="the report of tightlip">{tree(outcome.report, Provenance())}</div></section>'
    )
