"""Indexes as JSON: short lists instead of dataclasses, and back.

A template is a list of its parts: text, or ``[expression, conversion, spec, flags, applied, shown]`` for a hole, cut off behind the last
entry that is not empty. A call is ``[name, arguments, callee]``; whatever is absent from an entry is empty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tightlip.message.sites import (
    Arguments,
    BreadcrumbSite,
    Call,
    ClassSource,
    FileIndex,
    InitRule,
    RaiseSite,
    Signature,
)
from tightlip.message.template import Hole

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tightlip.message.sites import Key
    from tightlip.message.template import Choices, Template

_HANDLED, _PARAMETER = 1, 2
_NO_HOLE: tuple[Any, ...] = ("", "", "", 0, "", "")


def _short(items: list[Any]) -> list[Any]:
    while items and items[-1] in ("", 0, None, [], {}):
        items.pop()
    return items


def _template(template: Template) -> list[Any]:
    return [
        part
        if isinstance(part, str)
        else _short(
            [
                part.expression,
                part.conversion,
                part.spec,
                _HANDLED * part.is_handled + _PARAMETER * part.is_parameter,
                part.applied,
                part.shown,
            ]
        )
        for part in template
    ]


def _choices(choices: Choices) -> list[Any]:
    return [_template(template) for template in choices]


def _named(named: Mapping[str, Choices]) -> dict[str, Any]:
    return {name: _choices(choices) for name, choices in named.items()}


def _arguments(given: Arguments) -> list[Any]:
    return _short([[_choices(c) for c in given.positional], _named(given.keywords), int(given.is_open)])


def _call(call: Call) -> list[Any]:
    return [call.name, _arguments(call.arguments), *([call.callee] if call.callee != "class" else [])]


def _calls(calls: tuple[Call, ...]) -> list[Any]:
    return [_call(call) for call in calls]


def _signature(found: Signature) -> list[Any]:
    return _short([list(found.positional), list(found.keyword_only), found.star, _named(found.defaults)])


def _init(rule: InitRule) -> list[Any]:
    return _short(
        [
            _signature(rule.signature),
            int(rule.calls_super),
            _arguments(rule.arguments),
            _named(rule.attributes),
            rule.base,
            None if rule.args is None else [_choices(choice) for choice in rule.args],
        ]
    )


def _class(found: ClassSource) -> list[Any]:
    return _short(
        [
            list(found.bases),
            _named(found.constants),
            found.init,
            found.text,
            dict(found.properties),
            None if found.fields is None else _signature(found.fields),
            0 if found.keeps_arguments else 1,
        ]
    )


def _breadcrumb(site: BreadcrumbSite | None) -> list[Any] | None:
    return None if site is None else [_choices(site.message), site.category, sorted(site.keywords)]


def _by_key(entries: Mapping[Key, Any], encode: Callable[[Any], Any]) -> dict[str, Any]:
    return {f"{name}:{line}": encode(entry) for (name, line), entry in entries.items()}


def encode(index: FileIndex) -> dict[str, Any]:
    """``index`` as JSON data."""
    found: dict[str, Any] = {
        "raises": {
            str(line): [_calls(site.calls), *([site.why] if site.why else [])] for line, site in index.raises.items()
        },
        "creations": {str(line): _calls(calls) for line, calls in index.creations.items()},
        "calls": {str(line): _calls(calls) for line, calls in index.calls.items()},
        "logs": {str(line): None if texts is None else _choices(texts) for line, texts in index.logs.items()},
        "breadcrumbs": {str(line): _breadcrumb(site) for line, site in index.breadcrumbs.items()},
        "signatures": _by_key(index.signatures, _signature),
        "inits": _by_key(index.inits, _init),
        "texts": _by_key(index.texts, _choices),
        "classes": {name: _class(found) for name, found in index.classes.items()},
        "changed": {
            str(line): None if args is None else [_choices(choice) for choice in args]
            for line, args in index.changed.items()
        },
    }
    return {name: entries for name, entries in found.items() if entries}


def _at(items: list[Any], position: int, default: Any) -> Any:
    return items[position] if len(items) > position else default


def _read_template(parts: list[Any]) -> Template:
    return tuple(part if isinstance(part, str) else _read_hole(part) for part in parts)


def _read_hole(items: list[Any]) -> Hole:
    expression, conversion, spec, flags, applied, shown = (*items, *_NO_HOLE[len(items) :])
    if {type(text) for text in (expression, conversion, spec, applied, shown)} != {str}:
        raise TypeError("a hole is made of texts")
    is_handled, is_parameter = bool(flags & _HANDLED), bool(flags & _PARAMETER)
    return Hole(expression, conversion, spec, is_handled, is_parameter, applied, shown)


def _read_choices(choices: list[Any]) -> Choices:
    return tuple(_read_template(template) for template in choices)


def _read_named(named: dict[str, Any]) -> dict[str, Choices]:
    return {name: _read_choices(choices) for name, choices in named.items()}


def _read_arguments(items: list[Any]) -> Arguments:
    positional = tuple(_read_choices(choices) for choices in _at(items, 0, ()))
    return Arguments(positional, _read_named(_at(items, 1, {})), bool(_at(items, 2, 0)))


def _read_calls(calls: list[Any]) -> tuple[Call, ...]:
    found = tuple(Call(items[0], _read_arguments(items[1]), _at(items, 2, "class")) for items in calls)
    if not all(type(call.name) is str and type(call.callee) is str for call in found):
        raise TypeError("a call has a name")
    return found


def _read_names(items: list[Any]) -> tuple[str, ...]:
    if not all(type(name) is str for name in items):
        raise TypeError("a parameter has a name")
    return tuple(items)


def _read_signature(items: list[Any]) -> Signature:
    star = _at(items, 2, None)
    _read_names([] if star is None else [star])
    positional, keyword_only = _read_names(_at(items, 0, [])), _read_names(_at(items, 1, []))
    return Signature(positional, keyword_only, star, _read_named(_at(items, 3, {})))


def _read_init(items: list[Any]) -> InitRule:
    args = _at(items, 5, None)
    return InitRule(
        signature=_read_signature(items[0]) if items else Signature(),
        calls_super=bool(_at(items, 1, 0)),
        arguments=_read_arguments(_at(items, 2, [])),
        attributes=_read_named(_at(items, 3, {})),
        base=_at(items, 4, ""),
        args=None if args is None else tuple(_read_choices(choice) for choice in args),
    )


def _read_class(items: list[Any]) -> ClassSource:
    fields = _at(items, 5, None)
    return ClassSource(
        bases=_read_names(_at(items, 0, [])),
        constants=_read_named(_at(items, 1, {})),
        init=_at(items, 2, None),
        text=_at(items, 3, None),
        properties=_at(items, 4, {}),
        fields=None if fields is None else _read_signature(fields),
        keeps_arguments=not _at(items, 6, 0),
    )


def _read_breadcrumb(items: list[Any] | None) -> BreadcrumbSite | None:
    return None if items is None else BreadcrumbSite(_read_choices(items[0]), items[1], frozenset(items[2]))


def _read_by_key(entries: dict[str, Any], read: Callable[[Any], Any]) -> dict[Key, Any]:
    found: dict[Key, Any] = {}
    for key, entry in entries.items():
        name, _, line = key.rpartition(":")
        found[(name, int(line))] = read(entry)
    return found


def decode(found: dict[str, Any]) -> FileIndex:
    """The index that `encode` wrote.

    Raises:
        ValueError, TypeError, KeyError, IndexError: It was not written by `encode`.
    """

    def by_line(name: str, read: Callable[[Any], Any]) -> dict[int, Any]:
        return {int(line): read(entry) for line, entry in found.get(name, {}).items()}

    return FileIndex(
        raises=by_line("raises", lambda items: RaiseSite(_read_calls(items[0]), _at(items, 1, ""))),
        creations=by_line("creations", _read_calls),
        calls=by_line("calls", _read_calls),
        logs=by_line("logs", lambda texts: None if texts is None else _read_choices(texts)),
        breadcrumbs=by_line("breadcrumbs", _read_breadcrumb),
        signatures=_read_by_key(found.get("signatures", {}), _read_signature),
        inits=_read_by_key(found.get("inits", {}), _read_init),
        texts=_read_by_key(found.get("texts", {}), _read_choices),
        classes={name: _read_class(items) for name, items in found.get("classes", {}).items()},
        changed=by_line("changed", lambda args: None if args is None else tuple(_read_choices(c) for c in args)),
    )
