"""One case as HTML: what went in, what left, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tightlip.suite.report.markup import LONGEST, Piece, attribute, pieced, plain
from tightlip.suite.report.planted import Planted
from tightlip.suite.report.rows import FIRST, compared, listed
from tightlip.suite.report.template import holes
from tightlip.suite.report.words import PROMISES, STATUSES, count

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tightlip.suite.report.document import Check, Wrong
    from tightlip.suite.report.reasons import Why
    from tightlip.suite.report.rows import Row

#: Rows of one check that are shown, and failures.
_MOST_ROWS: Final = 150
_MOST_WRONG: Final = 12
# What peers leak is told in a few rows: a page with five of them is read for its chart.
_MOST_PEER_ROWS: Final = 4
_LONGEST_OF_PEERS: Final = 200
_LONGEST_PROGRAM: Final = 4_000
#: Paths that hold templates in the reports that tightlip makes of a failure.
_TEMPLATES: Final = (".value", ".message", "message")


def case(checks: Sequence[Check], why: Why, peers: frozenset[str]) -> str:
    """A case: all checks of one id.

    Args:
        checks: At least one.
        why: Knows reasons.
        peers: Scrubbers that are there to be compared with only; of them no more than what leaked is shown.
    """
    first = checks[0]
    held = [check for check in checks if check.scrubber not in peers]
    status = status_of(checks, peers)
    badges = "".join(
        f'<span class="badge {check.status}">{plain(check.scrubber)}: {STATUSES[check.status]}</span>' for check in held
    )
    planted = next((check.planted for check in checks if check.planted is not None), None)
    program = _program(first, planted["code"]) if planted is not None and "code" in planted else ""
    views = "".join(_check(check, why, is_peer=check.scrubber in peers) for check in checks)
    return (
        f'<details class="case {status}" id={attribute("case-" + first.case)} data-class={attribute(first.kind)}>'
        f'<summary><span class="light" aria-hidden="true"></span><h3>{plain(first.case)}</h3>'
        f'<p>{plain(first.why)}</p><p class="badges">{badges}</p></summary>'
        f'<div class="body{" with-program" if program else ""}">{program}<div>{views}'
        f'<p class="quiet">Class {plain(first.kind)}, field {plain(first.about)}, {plain(first.place)}</p></div></div></details>\n'
    )


def status_of(checks: Sequence[Check], peers: frozenset[str]) -> str:
    """How a case ended: the worst of its checks with the scrubbers that are held to a promise."""
    found = {check.status for check in checks if check.scrubber not in peers}
    return next((name for name in STATUSES if name in found), "skipped")


def _program(check: Check, code: dict[str, Any]) -> str:
    """The program, once: it is the same under all promises."""
    planted = Planted(check.canaries, check.values)
    files: dict[str, str] = code["files"]
    parts = [("The application", code["application"])]
    parts += [(f"The SDK: {name}", text) for name, text in files.items()]
    if not files:
        parts.append(("The SDK", f"the installed package {code.get('package')}"))
    shown = "".join(
        f'<h5>{plain(title)}</h5><pre tabindex="0">{pieced(text.rstrip(), _marks(planted, text, "mark.p"), _LONGEST_PROGRAM)}</pre>'
        for title, text in parts
    )
    return f'<section class="program"><h4>The program that fails</h4>{shown}</section>'


def _check(check: Check, why: Why, *, is_peer: bool) -> str:
    head = (
        f'<section class="check" data-scrubber={attribute(check.scrubber)} data-status="{check.status}">'
        f'<h4>{plain(check.scrubber)} <small>{PROMISES[check.profile]}</small> <span class="badge {check.status}">{STATUSES[check.status]}</span></h4>'
    )
    if check.status == "skipped":
        return f'{head}<p class="quiet">Not run: {plain(check.reason)}.</p></section>'
    return f"{head}{_failures(check.wrong)}{_left(check, why, is_peer=is_peer)}</section>"


def _failures(wrong: Sequence[Wrong]) -> str:
    if not wrong:
        return ""
    shown = "".join(f"<li><b>{plain(one.kind)}</b> {plain(one.words)}</li>" for one in wrong[:_MOST_WRONG])
    more = len(wrong) - _MOST_WRONG
    return f'<ul class="wrong">{shown}{f"<li>and {more} more</li>" if more > 0 else ""}</ul>'


def _left(check: Check, why: Why, *, is_peer: bool) -> str:
    if check.planted is None:
        return '<p class="quiet">The run was ended before anything could be shown.</p>'
    is_program = "code" in check.planted
    view = _View(check, is_peer=is_peer)
    also = "".join(_also(check, number, view) for number in range(len(check.beside)) if not is_peer)
    if check.left is None and is_program:
        return f'<p class="nothing"><b>Nothing left.</b>{_meant(check)}</p>{also}'
    nothing = f'<p class="nothing"><b>Nothing left.</b>{_meant(check)}</p>' if check.left is None else ""
    if is_program:
        rows = why.of_program(check, listed(check.left))
        if is_peer:
            rows = [row for row in rows if view.leaks(row)]
        return f"{view.facts(rows) if rows else ''}{also}"
    given = check.planted.get("event", check.planted.get("log"))
    left = check.left
    if "log" in check.planted and isinstance(left, dict):
        given = {"logentry": {"formatted": given}}  # as scrubbers of events get it
    known = why.rows(check)
    rows = known if known is not None else compared(given, left)
    if is_peer:
        rows = [row for row in rows if view.leaks(row)]
        return f"{nothing}{view.table(rows) if rows else ''}"
    return f"{nothing}{view.table(rows)}{also}"


def _meant(check: Check) -> str:
    # A case that passes though nothing left asks for that: the judge calls it a loss otherwise.
    return " The case asks for that." if check.status == "passed" else ""


def _also(check: Check, number: int, view: _View) -> str:
    rows = listed(check.beside[number])
    return f"<h5>Left beside it ({number + 1} of {len(check.beside)})</h5>{view.facts(rows, f'beside.{number}')}"


class _View:
    """The rows of one check as tables."""

    def __init__(self, check: Check, *, is_peer: bool) -> None:
        self._check = check
        self._most = _MOST_PEER_ROWS if is_peer else _MOST_ROWS
        self._longest = _LONGEST_OF_PEERS if is_peer else LONGEST
        self._planted = Planted(check.canaries, check.values)
        self._leaks = [one for one in check.wrong if one.kind in ("leak", "interference", "present")]
        self._leaking = {one.canary for one in check.wrong if one.kind == "leak"}
        # Templates with holes are made of failures alone; braces elsewhere are data.
        self._has_holes = check.scrubber.startswith("tightlip ") and "code" in (check.planted or {})

    def table(self, rows: Sequence[Row]) -> str:
        """What went in beside what left."""
        last = "Why" if any(row.reasons for row in rows) else "What became of it"
        head = f'<thead><tr><th scope="col">Field<th scope="col">Original<th scope="col">What left<th scope="col">{last}</thead>'
        body = "".join(self._row(row) for row in rows[: self._most])
        return f'<table class="rows">{head}<tbody>{body}</tbody></table>{self._more(rows)}'

    def facts(self, rows: Sequence[Row], root: str = "") -> str:
        """What left, where nothing can be laid beside it; what says nothing of the failure is folded away; what leaks comes first."""
        has_reasons = any(row.reasons for row in rows)
        first = [row for row in rows if root or row.path.partition(".")[0] in FIRST or self.leaks(row)]
        first.sort(key=lambda row: not self.leaks(row, root))
        others = [row for row in rows if row not in first]
        shown = self._facts(first, root, has_reasons=has_reasons)
        if not others:
            return shown
        names = ", ".join(dict.fromkeys(row.path.partition(".")[0] for row in others))
        return (
            f"{shown}<details><summary>Facts about the report and the system: {plain(names)}</summary>"
            f"{self._facts(others, root, has_reasons=has_reasons)}</details>"
        )

    def _facts(self, rows: Sequence[Row], root: str, *, has_reasons: bool) -> str:
        last = "What it is" if has_reasons else ""
        head = f'<thead><tr><th scope="col">Field<th scope="col">What left<th scope="col">{last}</thead>'
        body = "".join(self._fact(row, root) for row in rows[: self._most])
        return f'<table class="rows facts">{head}<tbody>{body}</tbody></table>{self._more(rows)}'

    def _more(self, rows: Sequence[Row]) -> str:
        more = len(rows) - self._most
        return f'<p class="quiet">and {count(more, "more field")}</p>' if more > 0 else ""

    def leaks(self, row: Row, root: str = "") -> list[Wrong]:
        """The failures that speak of a row."""
        path = ".".join(part for part in (root, row.path) if part)
        if row.after is None:
            return []
        return [
            one
            for one in self._leaks
            if one.path == path
            or one.path.startswith(f"{path}.")
            or path.startswith(f"{one.path}." if one.path else "\0")
        ] or ([one for one in self._leaks if not one.path and one.kind == "leak"] if not path else [])

    def _row(self, row: Row) -> str:
        wrong = self.leaks(row)
        before = (
            "<i>not there</i>" if row.before is None else pieced(row.before, self._before(row.before), self._longest)
        )
        if row.state == "removed":
            before = f"<del>{before}</del>"
        after = "<i>removed</i>" if row.after is None else pieced(row.after, self._after(row), self._longest)
        return (
            f'<tr class="{"leak" if wrong else row.state}"><th scope="row">{self._path(row.path)}'
            f"<td>{before}<td>{after}<td>{self._reasons(row, wrong) or _state(row)}"
        )

    def _fact(self, row: Row, root: str) -> str:
        wrong = self.leaks(row, root)
        after = "" if row.after is None else pieced(row.after, self._after(row), self._longest)
        state = "leak" if wrong else "changed" if row.marks else "fact"
        return f'<tr class="{state}"><th scope="row">{self._path(row.path)}<td>{after}<td>{self._reasons(row, wrong)}'

    def _reasons(self, row: Row, wrong: Sequence[Wrong]) -> str:
        # The whole sentences stand above.
        kinds = dict.fromkeys((one.kind, self._check.canaries.get(one.canary, "").replace("_", " ")) for one in wrong)
        bad = "".join(
            f'<p class="bad">{plain(": ".join(part for part in (kind, canary) if part))}</p>' for kind, canary in kinds
        )
        said = "; ".join(
            f"{plain(reason.words)}{f' <code>{plain(reason.rule)}</code>' if reason.rule else ''}"
            for reason in row.reasons
        )
        return f"{bad}<span>{said}</span>" if said else bad

    def _path(self, path: str) -> str:
        # A name may be cut anywhere between its steps, never within one if there is another way.
        return pieced(path or "the line", _marks(self._planted, path, "mark.p")).replace(".", ".<wbr>")

    def _before(self, text: str) -> Iterable[Piece]:
        return _marks(self._planted, text, "mark.p")

    def _after(self, row: Row) -> Iterable[Piece]:
        text = row.after or ""
        for span in self._planted.spans(text):
            if span.name in self._leaking:
                yield Piece(span.start, span.end, "mark.leak", span.kind.replace("_", " "))
        for mark in row.marks:
            yield Piece(mark.start, mark.end, "span.m")
        if self._has_holes and (row.path.endswith(_TEMPLATES) or row.path.startswith("fingerprint.")):
            for start, end in holes(text):
                yield Piece(start, end, "span.h")


def _marks(planted: Planted, text: str, tag: str) -> Iterable[Piece]:
    return [Piece(span.start, span.end, tag, span.kind.replace("_", " ")) for span in planted.spans(text)]


def _state(row: Row) -> str:
    return f"<i>{row.state}</i>"
