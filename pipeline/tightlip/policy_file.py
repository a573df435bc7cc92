r"""A policy from a file of YAML: what may leave, as data that a lawyer can read and a program enforces.

    policy = tightlip.load_policy("policy.yaml")
    tightlip scrub --policy policy.yaml events.ndjson

All that a file can say; but for ``name`` and ``extends`` each part may be missing:

``name``
    One word, for notices and messages.
``extends``
    ``APP``, ``STRICT`` or ``STRICT_UNREAD``: what holds where the file says nothing.
``promise``
    What it guarantees, in one sentence, for the notice.
``classes``
    For each of ``content``, ``ip``, ``path``, ``pii``, ``request``, ``secret``, ``url``: ``on``, ``off``, or an option:
    ``path: {extension: keep}`` tells the class of a file (``[path:image]``), ``url: {host: remove}`` takes the host away too.
``fields``
    ``drop``: fields of an event that do not leave, with all below them. ``keep``: fields that ``APP`` removes, and that leave as text that
    passed the scrubbers. Paths are those of ``tightlip policy APP``; ``drop`` knows names of tags and other open data too.
``rules``
    Rules of your own. Each has an ``id``, a ``class``, a ``pattern`` (Python's ``re``; every text is searched for it, so it must be linear on
    any: that is checked), a ``marker`` to put in its place, and examples that are tried when the file is read: ``matches``, in which it finds
    something, and ``misses``, in which it does not.
``keys``
    Names of keys, in any case style. ``secret``: their values go, whatever they are. ``clear``: their values are no secrets, and are looked
    at as any text is.
``safe``
    Values that stay although a rule finds them: each is the whole of what the rule would remove.
``disable``
    Ids of the package's rules that do not count (``tightlip explain FILE`` names the rule of each finding).

A policy that extends ``STRICT`` cannot make text leave: there, classes cannot be off, and ``keep``, ``clear``, ``safe`` and ``disable`` are refused.

What is unknown, doubled, of a wrong type or of no effect is an error that names file, line and the nearest valid name. Nothing is read past
256 KB; anchors, aliases and tags are refused.

Not covered: that the examples of a rule are good ones.
"""

from __future__ import annotations

import functools
import os
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NoReturn, cast

from tightlip.allowlist import Field, Fields
from tightlip.policy import POLICIES, Policy
from tightlip.policy_fields import NoField, dropped, kept
from tightlip.scrubbing import Scrubbing
from tightlip.yaml_nodes import FileError, Nodes, nearest, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from tightlip_scrubbers import Kind, Rule

EXAMPLE: Final = """\
# What leaves of the error reports of our own application.
name: acme-support
extends: APP                      # APP, STRICT or STRICT_UNREAD
promise: Errors of the Acme desk leave without customers' data; the customer's number stays, so that support can answer.

classes:                          # on, off, or an option
  path: {extension: keep}         # [path:image] instead of [path]
  url: {host: remove}             # the host of a URL goes as well
  ip: on                          # as it is anyway

fields:
  drop: [modules, tags.customer_name]
  keep: [user.id]                 # APP removes the user; the id leaves as scrubbed text

rules:
  - id: acme.ticket
    class: pii
    pattern: 'ACME-[0-9]{6}'
    marker: '[ticket]'
    matches:
      - 'ACME-204518 was closed'
      - 'see (ACME-204518).'
    misses:
      - 'ACME-2045 has too few digits'
  - id: acme.licence
    class: secret
    pattern: 'lic_(?:live|test)_[A-Za-z0-9]{20}'
    marker: '[secret:acme]'
    matches: ['rejected lic_live_Q2w3E4r5T6y7U8i9O0p1']
    misses: ['lic_live_ is how a licence begins']

keys:
  secret: [badge, desk_code]      # {"badge": ...} goes, whatever it is
  clear: [csrf_token_name]

safe: [support@acme.example]      # our own address is no customer's

disable: [pii.wallet]             # one of the package's rules, by its id
"""
"""A complete file; ``tightlip policy --example`` prints it."""

_PARTS: Final = ("name", "extends", "promise", "classes", "fields", "rules", "keys", "safe", "disable")
_RULE_PARTS: Final = ("id", "class", "pattern", "marker", "matches", "misses")
_SWITCHES: Final = {"on": True, "true": True, "yes": True, "off": False, "false": False, "no": False}
_OPTIONS: Final = {"path": ("extension", ("keep", "remove")), "url": ("host", ("keep", "remove"))}
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.\-]{0,47}", re.ASCII)
_HOW: Final = "give `name: my-policy`, `extends: APP` and what differs; `tightlip policy --example` prints one"
_MOST_RULES: Final = 200
_MOST_EXAMPLES: Final = 50
_MOST_VALUES: Final = 1_000
_LONGEST_KEY: Final = 128


class PolicyError(FileError):
    """A file is no policy: ``file:line: what is wrong; what to do``."""


def load_policy(path: str | os.PathLike[str]) -> Policy:
    """Read a policy from a file.

    Args:
        path: A file of YAML; `tightlip policy --example` prints one, and `tightlip.policy_file` says what it can hold.

    Returns:
        The policy, for ``Reporter(policy=...)``, `tightlip.scrub` and `tightlip.before_send`.

    Raises:
        PolicyError: The file cannot be read, or something in it makes no sense; with file and line, and what to do.
    """
    nodes = Nodes(path, PolicyError)
    return _Reading(nodes).policy(nodes.read(_HOW))


def find_policy(name_or_path: str) -> Policy:
    """A policy by its name, in either case of letters, or from a file; for commands.

    Raises:
        PolicyError: It is neither, or the file is no policy.
    """
    known = POLICIES.get(name_or_path.upper())
    if known is not None:
        return known
    # A word alone is a mistyped name, unless there is such a file.
    if not os.path.exists(name_or_path) and not re.search(r"[./\\]", name_or_path):  # noqa: PTH110
        raise PolicyError(
            f"there is no policy {shown(name_or_path)}; {nearest(name_or_path, POLICIES)} or give a file of YAML"
        )
    return load_policy(name_or_path)


class _Reading:
    """Makes a policy of the nodes of one file."""

    def __init__(self, nodes: Nodes) -> None:
        self._nodes = nodes
        self._base = POLICIES["APP"]

    def policy(self, root: Any) -> Policy:
        nodes = self._nodes
        parts = nodes.items(root, _PARTS, _HOW)
        for name in ("name", "extends"):
            if name not in parts:
                nodes.fail(root, f"`{name}` is missing; {_HOW}")
        name = self._name(parts["name"][1])
        base = nodes.one_of(parts["extends"][1], POLICIES, "name the policy that it extends")
        self._base = POLICIES[base]
        readers: dict[str, Callable[[Any, Scrubbing], Scrubbing]] = {
            "classes": self._classes, "keys": self._keys, "safe": self._safe, "disable": self._disable, "rules": self._rules,
        }  # fmt: skip
        scrubbing = Scrubbing()
        for part, read in readers.items():
            if part in parts:
                scrubbing = read(parts[part][1], scrubbing)
        rows = self._fields(parts["fields"][1]) if "fields" in parts else self._base.fields.rows
        promise = f"As {base}, with the changes of {name}."
        if "promise" in parts:
            promise = nodes.text(parts["promise"][1], "give one sentence", longest=500)
        return replace(
            self._base,
            name=name,
            promise=promise,
            fields=self._base.fields if rows is self._base.fields.rows else Fields(rows),
            scrubbing=scrubbing,
        )

    def _name(self, node: Any) -> str:
        name = self._nodes.text(node, "give one word")
        if not _NAME.fullmatch(name):
            self._nodes.fail(
                node, f"{shown(name)} is no name; give one word of A-Z a-z 0-9 _ . -, at most 48, as acme-support"
            )
        if name.upper() in POLICIES:
            self._nodes.fail(node, f"{name} is a policy of tightlip's own; take another name")
        return name

    def _loosens(self, node: Any, what: str) -> None:
        """Refuse what would let more leave, under a policy where no text leaves."""
        if not self._base.keeps_text:
            base = self._base.name
            self._nodes.fail(
                node,
                f"{what} lets more of a text leave, and under {base} no text of a value leaves at all; take it out, or extend APP",
            )

    def _refused(self, node: Any, error: NoField | ValueError) -> NoReturn:
        more = f": {nearest(str(node.value), error.known)}" if isinstance(error, NoField) and error.known else ""
        self._nodes.fail(node, f"{shown(str(node.value))}: {error}{more}")

    # Classes.

    def _classes(self, node: Any, scrubbing: Scrubbing) -> Scrubbing:
        from tightlip_scrubbers import KINDS  # noqa: PLC0415 - their tables are large, and most hosts have no file

        off: set[Kind] = set()
        for name, (key, value) in self._nodes.items(node, sorted(KINDS), "give classes, as `ip: on`").items():
            if value.id == "mapping":
                scrubbing = self._options(name, value, scrubbing)
            elif not self._switch(name, value):
                self._loosens(key, f"the class {name} off")
                off.add(cast("Kind", name))
        return replace(scrubbing, off=frozenset(off))

    def _switch(self, name: str, node: Any) -> bool:
        word = str(node.value).lower() if node.id == "scalar" else ""
        if word not in _SWITCHES:
            option = (
                f", or {{{_OPTIONS[name][0]}: keep}} or {{{_OPTIONS[name][0]}: remove}}" if name in _OPTIONS else ""
            )
            self._nodes.fail(node, f"a class is on or off; write `{name}: on` or `{name}: off`{option}")
        return _SWITCHES[word]

    def _options(self, name: str, node: Any, scrubbing: Scrubbing) -> Scrubbing:
        if name not in _OPTIONS:
            self._nodes.fail(node, f"the class {name} has no options; write `{name}: on` or `{name}: off`")
        option, choices = _OPTIONS[name]
        for _, value in self._nodes.items(node, (option,), "give an option").values():
            choice = self._nodes.one_of(value, choices, f"write `{option}: keep` or `{option}: remove`")
            if name == "path":
                if choice == "keep":
                    self._loosens(value, "the class of a path's file")
                return replace(scrubbing, tells_extension=choice == "keep")
            return replace(scrubbing, removes_host=choice == "remove")
        return scrubbing

    # Fields.

    def _fields(self, node: Any) -> tuple[Field, ...]:
        parts = self._nodes.items(node, ("drop", "keep"), "give `drop: [...]` and `keep: [...]`")
        rows = self._base.fields.rows
        if "keep" in parts:
            self._loosens(parts["keep"][0], "`keep`")
            for path, item in self._nodes.texts(parts["keep"][1], _MOST_VALUES, "give a list of fields"):
                try:
                    rows = kept(rows, path)
                except NoField as error:
                    self._refused(item, error)
        if "drop" in parts:
            for path, item in self._nodes.texts(parts["drop"][1], _MOST_VALUES, "give a list of fields"):
                try:
                    rows = dropped(rows, path)
                except NoField as error:
                    self._refused(item, error)
        return rows

    # Names and values.

    def _keys(self, node: Any, scrubbing: Scrubbing) -> Scrubbing:
        from tightlip_scrubbers.keys import segments  # noqa: PLC0415 - as above

        parts = self._nodes.items(node, ("secret", "clear"), "give `secret: [...]` and `clear: [...]`")
        if "clear" in parts:
            self._loosens(parts["clear"][0], "`clear`")
        found: dict[str, frozenset[str]] = {"secret": frozenset(), "clear": frozenset()}
        meant: dict[tuple[str, ...], str] = {}
        for part, (_, value) in parts.items():
            names = self._nodes.texts(value, _MOST_VALUES, "give a list of key names", longest=_LONGEST_KEY)
            for name, item in names:
                words = tuple(segments(name))
                if not words:
                    self._nodes.fail(item, f"{shown(name)} has no word in it; give the name of a key, as badge_number")
                if words in meant:
                    self._nodes.fail(item, f"{shown(name)} is the same name as {shown(meant[words])}; leave one out")
                meant[words] = name
            found[part] = frozenset(name for name, _ in names)
        return replace(scrubbing, secret_names=found["secret"], clear_names=found["clear"])

    def _safe(self, node: Any, scrubbing: Scrubbing) -> Scrubbing:
        self._loosens(node, "`safe`")
        values = self._nodes.texts(node, _MOST_VALUES, "give a list of values")
        return replace(scrubbing, safe=frozenset(value for value, _ in values))

    def _disable(self, node: Any, scrubbing: Scrubbing) -> Scrubbing:
        from tightlip_scrubbers import RULES  # noqa: PLC0415 - as above

        self._loosens(node, "`disable`")
        ids = [rule.id for rule in RULES]
        names = self._nodes.texts(node, _MOST_VALUES, "give a list of rule ids")
        for name, item in names:
            if name not in ids:
                self._nodes.fail(item, f"there is no rule {shown(name)}; {nearest(name, ids)}")
        return replace(scrubbing, disabled=frozenset(name for name, _ in names))

    # Rules.

    def _rules(self, node: Any, scrubbing: Scrubbing) -> Scrubbing:
        own: list[Rule] = []
        for item in self._nodes.entries(node, _MOST_RULES, "give a list of rules"):
            own.append(self._rule(item, scrubbing, own))
        self._check_markers(node, own)
        return replace(scrubbing, own=tuple(own))

    def _rule(self, node: Any, scrubbing: Scrubbing, others: list[Rule]) -> Rule:
        from tightlip.own_rules import BadRule, check_id, check_pattern, made  # noqa: PLC0415 - as above

        nodes, parts = self._nodes, self._rule_parts(node)
        rule_id = nodes.text(parts["id"], "give an id, as acme.ticket")
        nodes.trying(parts["id"], functools.partial(check_id, rule_id, [rule.id for rule in others]), BadRule)
        kind = self._kind(parts["class"], scrubbing)
        pattern = nodes.text(parts["pattern"], "give a regular expression in quotes")
        nodes.trying(parts["pattern"], functools.partial(check_pattern, pattern), BadRule)
        marker = nodes.text(parts["marker"], "give a marker in quotes, as '[ticket]'")
        examples = {name: self._examples(name, parts[name]) for name in ("matches", "misses")}
        rule = made(rule_id, kind, pattern, marker, *([text for text, _ in found] for found in examples.values()))
        self._try_examples(rule, examples)
        return rule

    def _rule_parts(self, node: Any) -> dict[str, Any]:
        parts = self._nodes.items(node, _RULE_PARTS, "give a rule: id, class, pattern, marker, matches, misses")
        for name in _RULE_PARTS:
            if name not in parts:
                self._nodes.fail(node, f"the rule has no `{name}`; give all of {', '.join(_RULE_PARTS)}")
        return {name: value for name, (_, value) in parts.items()}

    def _kind(self, node: Any, scrubbing: Scrubbing) -> Kind:
        from tightlip_scrubbers import KINDS  # noqa: PLC0415 - as above

        kind = cast("Kind", self._nodes.one_of(node, sorted(KINDS), "give a class"))
        if kind in scrubbing.off:
            self._nodes.fail(
                node,
                f"the class {kind} is off in this file, so that the rule would find nothing; switch it on, or take another one",
            )
        return kind

    def _examples(self, name: str, node: Any) -> list[tuple[str, Any]]:
        found = self._nodes.texts(node, _MOST_EXAMPLES, "give a list of examples")
        if not found:
            self._nodes.fail(
                node, f"there are no {name}; give one at least: without it nobody knows whether the rule works"
            )
        return found

    def _try_examples(self, rule: Rule, examples: dict[str, list[tuple[str, Any]]]) -> None:
        from tightlip.own_rules import finds  # noqa: PLC0415 - as above

        for text, item in examples["matches"]:
            if not finds(rule, text):
                self._nodes.fail(
                    item, f"the rule {rule.id} finds nothing in this match; correct the pattern or the example"
                )
        for text, item in examples["misses"]:
            if finds(rule, text):
                self._nodes.fail(
                    item, f"the rule {rule.id} finds something in this miss; correct the pattern or the example"
                )

    def _check_markers(self, node: Any, own: list[Rule]) -> None:
        """Only when all rules are known: a marker must stay whatever stands beside it."""
        from tightlip.own_rules import BadRule, check_marker  # noqa: PLC0415 - as above

        for rule, item in zip(own, node.value, strict=True):
            marker = next(value for key, value in item.value if key.value == "marker")
            self._nodes.trying(marker, functools.partial(check_marker, rule.marker, tuple(own)), BadRule)
