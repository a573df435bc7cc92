"""The scrub stage: the patterns of `tightlip_scrubbers` over whatever is still plain text.

Strict mode needs it for nothing: there the allowlist drops plain text. It runs all the same, so that a hole in one stage is not a leak.
Code text and typed fields are left alone by their place in the event, never by the name of a key: a list of harmless names is a hole.

Guarantees:

1. Scrubbing the result again changes nothing, in ``_meta`` neither.
2. A secret that was found in one place of an event, and what told who the user or the machine was, go from all of its plain texts.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from tightlip import event_notes
from tightlip.event_forms import FORM_RULE, scrubbed
from tightlip.event_notes import Meta, Remark, joined, noted, ordered, removed
from tightlip.event_tree import NOTHING, Fields, Kind, Walk, json_copy, remarks_left
from tightlip.exact import is_dict, is_list
from tightlip.taken import learn
from tightlip.text import CodeText, is_code

if TYPE_CHECKING:
    from collections.abc import Callable

    from tightlip.types import Event, Hint
    from tightlip_scrubbers import Scrubber
    from tightlip_scrubbers.echoes import Echoes

#: Markers that the treatments of fields put in, beside those of the scrubbers.
_MARKERS = frozenset({"[path]", "[id]", "[number]", "[object]"})
_OWN_RULES = frozenset({"event.form", "event.field", "event.values", "event.route", "event.header", "event.path", "event.url", "event.data", "event.echo", "length"})  # fmt: skip
_DATA_RULE = "event.data"
_ECHO_RULE = "event.echo"
_PAIR = 2
_MOST_PASSES = 3
_VALUES = frozenset({"value", "values", "val", "Value", "Values"})


class Scrub:
    """Scrubs the text fields of the table, and drops what no row names.

    Args:
        fields: The table.
        scrubber: Gives the rules and names when a text first needs them; None for the package's own.
    """

    def __init__(self, fields: Fields, scrubber: Callable[[], Scrubber] | None = None) -> None:
        self._fields = fields
        self._given = scrubber

    def __call__(self, event: Event, _hint: Hint) -> Event:
        """A new event whose plain texts have been scrubbed."""
        give = _default if self._given is None else self._given
        if not self._fields.notes:
            return _Cleaned(give, notes=False).event(self._fields, event)
        first = _Cleaned(give, notes=True)
        found, made = first.event(self._fields, event), first.made
        echoes = first.echoes()
        if echoes is not None and (first.found_what_was_taken() or echoes.stand_in(found)):
            again = _Cleaned(give, notes=True, echoes=echoes, taken=first.taken)
            found, made = again.event(self._fields, event), again.made
        before = event_notes.item_of(event, event_notes.KEY)
        if is_dict(before):
            scrubber = give()
            rules, markers = _rules_of(scrubber)[0], scrubber.markers | _MARKERS
            left = remarks_left(before, found, self._fields.root, lambda rule: str(rule) in rules, markers.__contains__)
            made = joined(made, left)
        if made is not None:
            found[event_notes.KEY] = ordered(made)
        return found


def _default() -> Scrubber:
    from tightlip_scrubbers.engine import DEFAULT  # noqa: PLC0415 - importing tightlip must stay cheap

    return DEFAULT


@functools.lru_cache(maxsize=16)
def _rules_of(scrubber: Scrubber) -> tuple[frozenset[str], frozenset[str]]:
    """The rules that a remark may name, and those of them that find secrets."""
    from tightlip_scrubbers.known import KINDS_OF  # noqa: PLC0415 - as above

    kinds: dict[str, str] = {**KINDS_OF, **{rule.id: rule.kind for rule in scrubber.rules}}
    return _OWN_RULES.union(kinds), frozenset(rule for rule, kind in kinds.items() if kind == "secret")


class _Cleaned(Walk):
    """One walk of an event; it is the `Texts` of the treatments too."""

    def __init__(
        self,
        give: Callable[[], Scrubber],
        *,
        notes: bool,
        echoes: Echoes | None = None,
        taken: frozenset[str] = frozenset(),
    ) -> None:
        super().__init__()
        self._give = give
        self._notes = notes
        self._echoes = echoes
        self._secrets: set[str] = set()  # found in texts by their form
        self._taken: set[str] = set()  # taken away for their place or name
        self._taken_before = taken
        self._renamed = False

    @functools.cached_property
    def _scrubber(self) -> Scrubber:
        # Not before a text needs it: an event without one, as strict ones are, must not cost a process all patterns.
        scrubber = self._give()
        scrubber.refresh()
        return scrubber

    @functools.cached_property
    def _secret_rules(self) -> frozenset[str]:
        return _rules_of(self._scrubber)[1]

    def leaf(self, kind: Kind, value: object) -> object:
        """The value as its kind has it treated."""
        self.made = None
        if not self._notes:
            return self._plain_leaf(kind, value)
        if value is None and not kind.whole:
            return NOTHING
        if kind.treat is not None:
            if is_code(value) and kind.holds_text:
                return value
            found, self.made = kind.treat(value, self)
            return found
        if kind.whole:
            found, self.made = self.tree(value)
            return found
        if kind.accepts(value):
            return value
        found, self.made = scrubbed(value, self) if kind.holds_text else (NOTHING, None)
        if found is NOTHING and self.made is None:
            self.made = removed(FORM_RULE)
        return found

    def _plain_leaf(self, kind: Kind, value: object) -> object:
        """Without ``_meta``: the table of a policy that keeps no text."""
        if not kind.holds_text or is_code(value):
            return value
        if kind.whole:
            return self.tree(value)[0]
        if type(value) is str:
            return self._scrubber.scrub_text(value)
        return value if type(value) in (bool, int, float) else NOTHING

    def key(self, key: str) -> str | None:
        """The name, scrubbed."""
        return self.text(key)[0]

    def text(self, value: str) -> tuple[str, tuple[Remark, ...]]:
        """The text with markers, and where they stand."""
        if self._echoes is None and type(value) is str and value in self._scrubber.clean:  # most texts of most events
            return value, ()
        clean, found = self._scrubber.scrub_with_remarks(value)
        remarks: tuple[Remark, ...] = tuple((one.rule, "s", one.start, one.end) for one in found)
        if found and any(one.rule in self._secret_rules for one in found):
            secrets = {value[one.start : one.end] for one in self._scrubber.find(value) if one.kind == "secret"}
            self._secrets |= secrets
            if self._echoes is not None and _hold(secrets, self._taken_before):
                # Its form tells it, or does not: the note must be the same, or it tells of what form it was.
                return self._without_echoes(clean, ((_ECHO_RULE, "s"),), self._echoes)
        return (clean, remarks) if self._echoes is None else self._without_echoes(clean, remarks, self._echoes)

    def _without_echoes(
        self, clean: str, remarks: tuple[Remark, ...], echoes: Echoes
    ) -> tuple[str, tuple[Remark, ...]]:
        quiet = echoes.scrub_text(clean)
        if quiet == clean:
            return clean, remarks
        # The marker may have made its neighbour readable for a rule.
        return self._scrubber.scrub_text(quiet), ((_ECHO_RULE, "s"),)

    def tree(self, value: object) -> tuple[object, Meta | None]:
        """Any data with markers, as data of JSON's, and what its ``_meta`` is."""
        from tightlip_scrubbers.walk import scrub  # noqa: PLC0415 - as above

        self._renamed = False
        found, made = self._compared(value, scrub(value, keep=CodeText, scrubber=self._scrubber), "")
        for _ in range(_MOST_PASSES):
            if not self._renamed:
                break
            # A name that was scrubbed is another name, which may say something else of its value.
            self._renamed = False
            again = scrub(found, keep=CodeText, scrubber=self._scrubber)
            if again == found:
                break
            found, more = self._compared(found, again, "")
            made = remarks_left(joined(more, made), found, None, is_code, self._scrubber.markers.__contains__)
        return found, made

    def _compared(self, before: object, after: object, name: str) -> tuple[object, Meta | None]:
        """What the walk made of a value, with what is JSON's alone; its ``_meta`` comes from where the two differ."""
        if is_dict(after):
            return self._compared_dicts(before, after)
        if is_list(after) or type(after) is tuple:
            items: list[Any] = list(after)  # pyright: ignore[reportUnknownArgumentType]
            old: list[Any] = list(before) if is_list(before) or type(before) is tuple else []  # pyright: ignore[reportUnknownArgumentType]
            if len(old) != len(items):
                old = [NOTHING] * len(items)
            kept: list[Any] = []
            made: Meta = {}
            name = old[0] if len(old) == _PAIR and type(old[0]) is str else ""
            flag = ""
            for one, other in zip(old, items, strict=True):
                found, meta = self._compared(one, other, flag or name)
                # After an option of a command, its value: --password x.
                flag = one.lstrip("-") if type(one) is str and one[:1] == "-" else ""
                if found is not NOTHING:
                    if meta is not None:
                        made[str(len(kept))] = meta
                    kept.append(found)
            # The first of a pair is the name of the second.
            self._renamed = self._renamed or (len(kept) == _PAIR and bool(name) and kept[0] != name)
            return kept, made or None
        found = json_copy(after)
        if type(found) is not str:
            return found, None
        return self._compared_texts(before, found, name)

    def _compared_dicts(self, before: object, after: dict[Any, Any]) -> tuple[object, Meta | None]:
        old = list(before.items()) if is_dict(before) and len(before) == len(after) else [("", NOTHING)] * len(after)
        kept: dict[str, Any] = {}
        made: Meta = {}
        for (name, one), (key, other) in zip(old, after.items(), strict=True):
            if type(key) is not str and not is_code(key):
                continue
            quiet = key if self._echoes is None or is_code(key) else self._without_echoes(key, (), self._echoes)[0]
            self._renamed = self._renamed or (name is not quiet and name != quiet and type(name) is str)
            found, meta = self._compared(one, other, name if type(name) is str else "")
            if found is not NOTHING:
                kept[quiet] = found
                if meta is not None and quiet:
                    made[quiet] = meta
                # One item of such a dict may be the name of another: {"name": ..., "value": ...}.
                self._renamed = self._renamed or (type(one) is str and one != found and not _VALUES.isdisjoint(after))
        return kept, made or None

    def _compared_texts(self, before: object, after: str, name: str) -> tuple[str, Meta | None]:
        if self._echoes is not None:
            quiet, remarks = self._without_echoes(after, (), self._echoes)
            if remarks:
                return quiet, noted(*remarks)
        if type(before) is str and before == after:
            return after, None
        # The name goes first: whether the value has a form that a rule knows as well, the note must not tell.
        meaning = self._scrubber.names.meaning(name) if name and after in self._scrubber.markers else None
        if meaning is not None and meaning.marker == after and before is not NOTHING:
            self.learn(before, named=meaning.kind != "secret")
            return after, noted((meaning.rule, "s", 0, len(after)))
        if type(before) is str:
            clean, remarks = self.text(before)
            if clean == after:
                return after, noted(*remarks)
        return after, None if before is NOTHING else noted((_DATA_RULE, "s"))

    def is_secret_name(self, name: str) -> bool:
        """Whether any value under this name is a secret."""
        return self._is_secret(name, None)

    def _is_secret(self, name: str, value: object) -> bool:
        """Whether a value under this name is one; without a value, whether any would be."""
        if name in self._scrubber.silent:
            return False
        meaning = self._scrubber.names.meaning(name)
        if meaning is None:
            self._scrubber.hush(name)
        if meaning is None or meaning.kind != "secret":
            return False
        # A name that says little, as `token_count`, needs a value that looks like one.
        return meaning.check is None or (type(value) is str and meaning.check(value.strip("\"'")))

    def learn(self, value: object, *, named: bool = False) -> None:
        """Remember the texts in a value that does not leave."""
        if self._echoes is None:
            learn(value, self._is_secret if named else None, self._taken)

    @property
    def taken(self) -> frozenset[str]:
        """The texts that were taken away for their place or name, those that stand in no text by chance."""
        from tightlip_scrubbers.echoes import is_distinctive  # noqa: PLC0415 - as above

        return frozenset(filter(is_distinctive, self._taken))

    def found_what_was_taken(self) -> bool:
        """Whether a rule found in a text, by its form, what was taken away elsewhere for its place."""
        return bool(self._secrets and self._taken) and _hold(self._secrets, self.taken)

    def echoes(self) -> Echoes | None:
        """What must not stand in any other text of the event; None for nothing."""
        secrets = self._secrets | self._taken
        if not secrets:
            return None
        from tightlip_scrubbers.echoes import Echoes  # noqa: PLC0415 - as above

        found = Echoes(secrets)
        return found if found.any() else None


def _hold(secrets: set[str], taken: frozenset[str]) -> bool:
    """Whether one of the secrets is, or holds, what was taken away."""
    return any(value in secret for value in taken for secret in secrets)
