"""Why something left or did not: from the stages that made it so.

Guarantee: a reason is given only where it is known to be true. tightlip's stages are run again on what was planted, and only where they make the
same of it as in the run are their reasons shown; of a report about a program, a text is called the source's own only where it stands in the
source. Of other scrubbers no reason is known, and none is given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tightlip.event_notes import KEY
from tightlip.exact import is_dict, is_list
from tightlip.explain_event import Explainer, explain_text
from tightlip.foreign import scrub
from tightlip.policy import APP, STRICT, STRICT_UNREAD
from tightlip.reasons import Reasons
from tightlip.suite.report.rows import Mark, Reason, Row, note_path, text_of
from tightlip.suite.report.template import words_in_source

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tightlip.explain_event import Note
    from tightlip.policy import Policy
    from tightlip.suite.report.document import Check
    from tightlip.suite.report.rows import State

_VARY: Final = ("event_id", "timestamp")
_RANGED: Final = 4
RUNGS: Final[Mapping[str, str]] = {
    "code": "the instruction that raised gives the sentence",
    "alternatives": "the code leaves several sentences, and one of them was chosen",
    "adapter": "a fixed text for the kind and the number of the error",
    "builtin": "one of the interpreter's own fixed texts",
    "outer": "the sentence of the class, or of the nearest code of the SDK's",
    "type": "no sentence is known: the kind of error and the place in the code alone",
}
"""What ``tags.rung`` says of how a message's template was found."""
_STATES: Final[Mapping[str, State]] = {"kept": "kept", "changed": "changed", "removed": "removed"}
_TEMPLATES: Final = ("exception.values[].value", "breadcrumbs.values[].message", "logentry.message", "message")
ONLY_CODE: Final = "only text from code leaves, and a log line is none"


class Why:
    """Knows the policies of the scrubbers that are tightlip's own.

    Args:
        policies: Policies of one's own, by the name of their scrubber in the results.
    """

    def __init__(self, policies: Mapping[str, Policy] | None = None) -> None:
        self._policies: dict[str, Policy] = {
            **{scrubber_name(policy): policy for policy in (STRICT, STRICT_UNREAD, APP)},
            **(policies or {}),
        }
        self._explainers: dict[str, Explainer] = {}
        self._reasons: dict[str, Reasons] = {}

    def rows(self, check: Check) -> list[Row] | None:
        """The rows of an event or a log line with their reasons; None where they are not known."""
        policy = self._policies.get(check.scrubber)
        if policy is None or check.planted is None or check.beside:
            return None
        if "log" in check.planted:
            return self._line(policy, check.planted["log"], check.left)
        event = check.planted.get("event")
        # The stages are ours, and so is an error in them: without their reasons, the page is still true.
        try:
            if event is None or not is_dict(check.left) or not _alike(scrub(event, policy), check.left):
                return None
            explainer = self._explainers.setdefault(check.scrubber, Explainer(policy))
            notes = explainer.notes(event)
        except Exception:
            return None
        return None if notes is None else [self._row(policy, note) for note in notes]

    def of_program(self, check: Check, rows: Iterable[Row]) -> list[Row]:
        """The rows of a report about a program, with what is known of each."""
        policy = self._policies.get(check.scrubber)
        code = (check.planted or {}).get("code")
        if policy is None or code is None:
            return list(rows)
        purposes = {row.path: row.purpose for row in policy.fields.rows}
        sources = [str(text) for text in code["files"].values()]
        meta = check.left.get(KEY) if is_dict(check.left) else None
        return [self._fact(policy, row, purposes, sources, meta) for row in rows if not _is_meta(row.path)]

    def _line(self, policy: Policy, line: str, left: Any) -> list[Row] | None:
        if not policy.keeps_text:
            return (
                [Row("", "removed", line, None, reasons=(Reason(f"under {policy.name} {ONLY_CODE}"),))]
                if left is None
                else None
            )
        note = explain_text(line, policy)
        if note.text != left:
            return None
        before = Row("", "kept", line, line, reasons=(Reason(note.why),))
        return [before if note.state == "kept" else self._row(policy, note, line)]

    def _row(self, policy: Policy, note: Note, before: str | None = None) -> Row:
        state = _STATES.get(note.state, "changed")
        was = before or (note.text if state == "kept" else note.before)
        rules = tuple(dict.fromkeys((*(mark.rule for mark in note.marks), *note.rules)))
        return Row(
            note_path(note.path),
            state,
            was,
            note.text,
            tuple(Mark(mark.start, mark.end) for mark in note.marks),
            tuple(self._of_rule(policy, rule) for rule in rules) or _said(note.why),
        )

    def _of_rule(self, policy: Policy, rule: str) -> Reason:
        reasons = self._reasons.setdefault(policy.name, Reasons(policy))
        return Reason(reasons.why(rule), rule)

    def _fact(self, policy: Policy, row: Row, purposes: Mapping[str, str], sources: list[str], meta: Any) -> Row:
        pattern = _pattern(row.path)
        remarks = _remarks(meta, row.path)
        reasons: list[Reason] = [self._of_rule(policy, str(one[0])) for one in remarks]
        if row.path == "tags.rung" and row.after is not None and row.after in RUNGS:
            reasons.append(Reason(f"how the message was found: {RUNGS[row.after]}"))
        elif not reasons:
            purpose = purposes.get(pattern) or purposes.get(f"{pattern.rpartition('.')[0]}.*")
            reasons.extend(_said(purpose or _purposes_below(pattern, purposes, row.after or "")))
            if pattern in _TEMPLATES and row.after and words_in_source(row.after, sources):
                reasons.append(Reason("each word of it is written in the SDK's source"))
        marks = tuple(Mark(one[2], one[3]) for one in remarks if len(one) == _RANGED)
        return Row(row.path, row.state, row.before, row.after, marks, tuple(reasons))


def scrubber_name(policy: Policy) -> str:
    """How the runner of a policy is called in results."""
    return f"tightlip {policy.name.lower()}"


def _said(why: str) -> tuple[Reason, ...]:
    return (Reason(why),) if why else ()


def _alike(one: Any, other: Any) -> bool:
    if not is_dict(one):
        return False
    bare = [{key: value for key, value in event.items() if key not in _VARY} for event in (one, other)]
    return text_of(bare[0]) == text_of(bare[1])


def _is_meta(path: str) -> bool:
    return path == KEY or path.startswith(f"{KEY}.")


def _pattern(path: str) -> str:
    """The path of a row of the table: ``exception.values.0.type`` is ``exception.values[].type``."""
    found = ""
    for step in path.split("."):
        found += "[]" if step.isdigit() else f".{step}" if found else step
    return found


def _purposes_below(pattern: str, purposes: Mapping[str, str], text: str) -> str:
    """What stands in a container that is told in one row, ``key: value, key: value``: its rows' purposes, or what they share."""
    below = [
        words
        for path, words in purposes.items()
        if path.startswith(f"{pattern}.") and f"{path.rpartition('.')[2]}: " in text
    ]
    heads = {words.partition(": ")[0] for words in below}
    if len(below) > 1 and len(heads) == 1 and ": " in below[0]:
        return heads.pop()
    return "; ".join(dict.fromkeys(below))


def _remarks(meta: Any, path: str) -> list[Any]:
    for step in path.split("."):
        meta = meta.get(step) if is_dict(meta) else None
    own = meta.get("") if is_dict(meta) else None
    remarks: Any = own.get("rem") if is_dict(own) else None
    return [one for one in remarks if is_list(one) and one] if is_list(remarks) else []
