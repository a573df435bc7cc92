"""The page: a run as one file that loads nothing.

Guarantees:

1. The page names no address to load from, and a content security policy of its own forbids it: style and script stand in it and are
   allowed by their hashes.
2. Text of a case becomes text of the page, never markup (`markup`).
3. The same run, date and version give the same page, byte for byte.
4. Without its script all cases are there, and can be opened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tightlip._version import __version__
from tightlip.sealed_page import sealed_page
from tightlip.suite.report.case_view import case, status_of
from tightlip.suite.report.figures import by_class, clean_cases, held, peers_of, says_words, scores
from tightlip.suite.report.markup import attribute, plain
from tightlip.suite.report.words import PROMISES, STATUSES, count, percent, verdict
from tightlip.suite.schema import CLASSES
from tightlip.suite.scoreboard import share

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tightlip.suite.report.document import Check, Document
    from tightlip.suite.report.figures import ClassFigures
    from tightlip.suite.report.reasons import Why
    from tightlip.suite.report.words import Verdict
    from tightlip.suite.scoreboard import Score

_CLEAN: Final = "cases without a leak"
_KEPT: Final = "words kept that are needed"
_VALUES: Final = "planted values that left"
_BOTH_COUNT: Final = (
    "Both sides count: a secret that leaves is a defect, and so is a word that is needed and lost. A case leaks if a planted value left, "
    "in any encoding, or if what left depends on the values; one that broke the scrubber is not counted as free of leaks. Each was run "
    "over the cases of the promise that it is held to."
)


def render(document: Document, why: Why, made: str, missing: Mapping[str, str] | None = None) -> str:
    """The page, as HTML.

    Args:
        document: The run.
        why: Knows the reasons of tightlip's own scrubbers.
        made: The day on which the page is made, as ``2031-05-20``.
        missing: Scrubbers that could not be run, and why.
    """
    checks = document.checks
    scrubbers = list(dict.fromkeys(check.scrubber for check in checks))
    peers = peers_of(checks)
    own = held(checks)
    said = verdict(own)
    return sealed_page(
        "tightlip.suite.report",
        title=plain(f"{said.sentence} tightlip report"),
        sentence=_sentence(said),
        details=f'<ul class="details">{"".join(f"<li>{plain(text)}</li>" for text in said.details)}</ul>'
        if said.details
        else "",
        facts=_facts(document, own, scrubbers, made),
        classes=_classes(by_class(own)),
        scoreboard=_scoreboard(checks, missing or {}),
        class_options=_options(sorted({check.kind for check in checks})),
        scrubber_options=_options(scrubbers),
        status_options=_options(
            (status for status in STATUSES if any(check.status == status for check in checks)), STATUSES
        ),
        cases="".join(case(one, why, peers) for one in _by_case(checks, peers)),
        made_by=plain(f"Made by tightlip {__version__} on {made}, from a run of tightlip {document.tightlip}."),
    )


def _sentence(said: Verdict) -> str:
    left, but = (said.mood if said.leaks else "good"), said.mood
    # A hyphen is no place to break the largest line of the page.
    ran = plain(said.ran).replace("made-up", '<span class="whole">made-up</span>')
    return f'{ran}: <b class="{left}">{plain(said.left)}</b><b class="{but}">{plain(said.but)}.</b>'


def _by_case(checks: Iterable[Check], peers: frozenset[str]) -> list[list[Check]]:
    """The checks of each case; those that failed first, so that nobody has to look for them, and those that were not run last."""
    groups: dict[str, list[Check]] = {}
    for check in checks:
        groups.setdefault(check.case, []).append(check)
    order = list(STATUSES)
    return sorted(groups.values(), key=lambda own: order.index(status_of(own, peers)))


def _facts(document: Document, own: Sequence[Check], scrubbers: Sequence[str], made: str) -> str:
    promises = {check.profile: PROMISES[check.profile] for check in own}
    skipped = sum(check.status == "skipped" for check in own)
    rows = [
        ("checked", ", ".join(scrubbers)),
        *((f"promise {name}", words) for name, words in promises.items()),
        ("seed, to repeat the run", str(document.seed)),
        ("tightlip", document.tightlip),
        ("page made on", made),
    ]
    if skipped:
        rows.append(("not run", count(skipped, "check")))
    return "".join(f"<div><dt>{plain(name)}</dt><dd>{plain(text)}</dd></div>" for name, text in rows)


def _options(values: Iterable[str], words: Mapping[str, str] | None = None) -> str:
    return "".join(
        f"<option value={attribute(value)}>{plain((words or {}).get(value, value))}</option>" for value in values
    )


def _classes(figures: Sequence[ClassFigures]) -> str:
    scrubbers = list(dict.fromkeys(one.scrubber for one in figures))
    kinds = list(dict.fromkeys(one.kind for one in figures))
    known = {(one.kind, one.scrubber): one for one in figures}
    head = "".join(f'<th scope="col">{plain(name)}</th>' for name in scrubbers)
    body = "".join(
        f'<tr><th scope="row">{plain(kind)}<small>{plain(CLASSES.get(kind, ""))}</small></th>'
        f"{''.join(_class_cell(known.get((kind, name)), name) for name in scrubbers)}</tr>"
        for kind in kinds
    )
    return (
        f'<table class="figures"><thead><tr><th scope="col">class</th>{head}</tr></thead><tbody>{body}</tbody></table>'
    )


def _class_cell(one: ClassFigures | None, scrubber: str) -> str:
    if one is None:
        return f'<td data-of={attribute(scrubber)}><span class="quiet">no case</span></td>'
    wrong = f', <span class="bad">{one.failed} failed</span>' if one.failed else ""
    wrong += f', <span class="known">{one.known} known to fail</span>' if one.known else ""
    bar = _bar((("good", one.passed), ("known", one.known), ("bad", one.failed)), one.total)
    return f"<td data-of={attribute(scrubber)}>{bar}{one.passed} of {one.total} hold{wrong}</td>"


def _bar(parts: Iterable[tuple[str, int]], total: int) -> str:
    """A bar; what it shows is told beside it as text."""
    found: list[str] = []
    at = 0.0
    for tone, number in parts:
        width = 100 * number / total if total else 0.0
        if number:
            found.append(f'<rect class="{tone}" x="{at:.2f}%" width="{width:.2f}%" height="10"/>')
        at += width
    return f'<svg class="bar" aria-hidden="true"><rect class="rest" width="100%" height="10"/>{"".join(found)}</svg>'


def _scoreboard(checks: Sequence[Check], missing: Mapping[str, str]) -> str:
    board = scores(checks)
    if len(board) < 2 and not missing:  # noqa: PLR2004 - one alone is compared with nobody
        return ""
    columns = [_CLEAN, *([_KEPT] if says_words(checks) else []), _VALUES]
    head = "".join(f'<th scope="col">{name}</th>' for name in ("scrubber", *columns))
    rows = "".join(_score(one, clean_cases(checks, one.scrubber), columns) for one in board)
    notes = "".join(f"<li>{plain(name)} was not run: {plain(reason)}</li>" for name, reason in missing.items())
    return (
        '<section aria-labelledby="scoreboard"><h2 id="scoreboard">Scoreboard</h2>'
        f'<table class="figures"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
        f'<ul class="notes"><li>{_BOTH_COUNT}</li>{notes}</ul></section>'
    )


def _score(one: Score, clean: int, columns: Sequence[str]) -> str:
    broken = f', <span class="bad">{count(one.broken, "case")} broke it</span>' if one.broken else ""
    cells = {
        _CLEAN: f"{_shared('good', 'bad', clean, one.cases)}{broken}",
        _KEPT: _shared("good", "known", one.kept, one.words),
        _VALUES: f'{one.left:,} <span class="quiet">of {one.planted:,}</span>',
    }
    body = "".join(f"<td data-of={attribute(name)}>{cells[name]}</td>" for name in columns)
    return f'<tr><th scope="row">{plain(one.scrubber)}</th>{body}</tr>'


def _shared(tone: str, rest: str, part: int, whole: int) -> str:
    if not whole:
        return '<span class="quiet">none to judge by</span>'
    figures = f'<span class="quiet">{part:,} of {whole:,}</span>'
    return f"{_bar(((tone, part), (rest, whole - part)), whole)}{percent(share(part, whole))} {figures}"
