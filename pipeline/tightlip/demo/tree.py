"""JSON as HTML: a tree whose branches fold, with what matters marked.

Everything that comes from an event goes through `html.escape`; markup is made here alone.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Protocol

from tightlip.allowlist import FIELDS, Field
from tightlip.demo.leaks import group_of
from tightlip.demo.template import pieces

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tightlip.demo.leaks import Secrets

#: Keys that a reader looks for first; the others follow in their own order.
_FIRST = ("exception", "breadcrumbs", "tags", "request", "server_name", "release", "environment")
_LONGEST_LINE = 92
_LONGEST_TEXT = 700
#: Keys whose branches are folded, whatever stands in them: bulk, or of no interest here.
_FOLDED = frozenset({"pre_context", "post_context", "modules", "contexts", "threads", "sdk", "extra"})
_TEMPLATES = ("exception.values[].value", "breadcrumbs.values[].message", "fingerprint[]")
_BY_PATH = {field.path: field for field in FIELDS}


class Painter(Protocol):
    """Decides how a tree looks."""

    def scalar(self, value: object, path: str) -> str:
        """The HTML of a text, number or flag."""
        ...

    def weight(self, value: object) -> int:
        """How many things worth seeing are in a branch; one without any is folded."""
        ...

    def badge(self, weight: int) -> str:
        """The HTML that says so on a folded branch."""
        ...


@dataclass(frozen=True, slots=True)
class Leaking:
    """Marks planted values."""

    secrets: Secrets

    def scalar(self, value: object, path: str) -> str:  # noqa: ARG002 - a value leaks wherever it stands
        """The value with leaks marked."""
        if type(value) is not str:
            return f"<b>{escape(json.dumps(value))}</b>"
        text = json.dumps(_abbreviated(value), ensure_ascii=False)
        return marked(text, self.secrets)

    def weight(self, value: object) -> int:
        """The number of distinct leaks."""
        return self.secrets.count(value).total()

    def badge(self, weight: int) -> str:
        """The number of leaks."""
        return f'<span class="leaks">{weight} leaked</span>' if weight else ""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Marks where each part of a report comes from."""

    def scalar(self, value: object, path: str) -> str:
        """The value as text from code, hole or typed fact, with what the data-collection notice says of it."""
        field = _field(path)
        title = "" if field is None else f' title="{escape(field.purpose)}"'
        if type(value) is not str or field is None or not (field.kind.holds_text or path.endswith(".data.*")):
            return f'<span class="fact"{title}>{escape(json.dumps(value, ensure_ascii=False))}</span>'
        text = json.dumps(value, ensure_ascii=False)
        if path in _TEMPLATES:
            return f'<span{title}>"{holes(text[1:-1])}"</span>'
        return f'<span class="code"{title}>{escape(text)}</span>'

    def weight(self, value: object) -> int:  # noqa: ARG002 - all of it is worth seeing
        """Always one."""
        return 1

    def badge(self, weight: int) -> str:  # noqa: ARG002 - see `weight`
        """Nothing."""
        return ""


def marked(text: str, secrets: Secrets) -> str:
    """``text`` as HTML, with planted values marked."""
    parts: list[str] = []
    end = 0
    for span in secrets.spans(text):
        parts.append(escape(text[end : span.start]))
        parts.append(
            f'<mark class="{group_of(span.kind)}" title="{escape(span.kind)}">{escape(text[span.start : span.end])}</mark>'
        )
        end = span.end
    return "".join([*parts, escape(text[end:])])


def holes(template: str) -> str:
    """A template as HTML, with its holes marked."""
    return "".join(
        f'<span class="{"hole" if piece.is_hole else "code"}">{escape(piece.text)}</span>' for piece in pieces(template)
    )


def tree(event: dict[str, Any], painter: Painter) -> str:
    """``event`` as HTML, most interesting keys first."""
    first = {key: event[key] for key in _FIRST if key in event}
    return "".join(_branch({**first, **event}, "", "", "", painter))


def _branch(value: dict[str, Any] | list[Any], path: str, label: str, comma: str, painter: Painter) -> Iterator[str]:
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    if not value:
        yield _line(f"{label}{opening}{closing}{comma}")
        return
    if _fits(value, label):
        inside = ", ".join(
            f"{_key(key, value)}{painter.scalar(item, deeper)}" for key, item, deeper in _items(value, path)
        )
        space = " " if isinstance(value, dict) else ""
        yield _line(f"{label}{opening}{space}{inside}{space}{closing}{comma}")
        return
    weight = painter.weight(value)
    is_open = not path or (path.rpartition(".")[2].removesuffix("[]") not in _FOLDED and weight > 0)
    yield f"<details{' open' if is_open else ''}><summary>{label}{opening}"
    yield f'<span class="folded"> {escape(_gist(value))} {painter.badge(weight)}{closing}{comma}</span></summary><div>'
    last = len(value) - 1
    for number, (key, item, deeper) in enumerate(_items(value, path)):
        name, end = _key(key, value), "" if number == last else ","
        if isinstance(item, (dict, list)):
            yield from _branch(item, deeper, name, end, painter)  # pyright: ignore[reportUnknownArgumentType]
        else:
            yield _line(f"{name}{painter.scalar(item, deeper)}{end}")
    yield f"</div>{_line(f'{closing}{comma}')}</details>"


def _items(value: dict[str, Any] | list[Any], path: str) -> Iterable[tuple[str, Any, str]]:
    if isinstance(value, list):
        return [("", item, f"{path}[]") for item in value]
    return [(key, item, f"{path}.{key}" if path else key) for key, item in value.items()]


def _key(key: str, parent: object) -> str:
    return f'<span class="key">"{escape(key)}"</span>: ' if isinstance(parent, dict) else ""


def _line(content: str) -> str:
    return f'<div class="line">{content}</div>'


def _fits(value: dict[str, Any] | list[Any], label: str) -> bool:
    items: list[Any] = list(value.values()) if isinstance(value, dict) else value
    if any(isinstance(item, (dict, list)) for item in items):
        return False
    room = _LONGEST_LINE if isinstance(value, dict) else _LONGEST_LINE // 2
    return len(json.dumps(value, ensure_ascii=False)) + len(label) // 2 <= room


def _gist(value: dict[str, Any] | list[Any]) -> str:
    """What a folded branch is about."""
    if isinstance(value, list):
        return f"{len(value)} items"
    for name, place in (("function", "filename"), ("type", "module"), ("category", "message")):
        if name in value:
            where = f" in {value[place]}" if value.get(place) else ""
            return _abbreviated(f"{value[name]}{where}", 60)
    return f"{len(value)} fields" if len(value) > 1 else "1 field"


def _abbreviated(text: str, longest: int = _LONGEST_TEXT) -> str:
    return text if len(text) <= longest else f"{text[:longest]}… ({len(text) - longest:,} more characters)"


def _field(path: str) -> Field | None:
    return _BY_PATH.get(path) or _BY_PATH.get(f"{path.rpartition('.')[0]}.*")
