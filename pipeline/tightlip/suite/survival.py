"""What had to survive, and what must not be there: words, fields, paths, templates, whole outputs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from tightlip.suite.case import ALWAYS_VARY, EventInput, Keep, LogInput
from tightlip.suite.outcome import Failure
from tightlip.suite.paths import found, is_list, is_mapping, parse, shown, without
from tightlip.suite.texts import texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from tightlip.suite.case import Case, Profile

#: What scrubbers put in the place of what they take out.
_MARKER: Final = re.compile(
    r"\[[A-Za-z][A-Za-z0-9_:, .-]{0,40}\]|<[A-Za-z][A-Za-z0-9_:. -]{0,40}>|\*{3,}|(?i:\b(?:redacted|filtered|scrubbed)\b)"
)
_MOST_SHOWN: Final = 120
_NOTHING: Final = Keep()
#: Fields that are the same whatever fails.
_OF_ANY_FAILURE: Final = frozenset({"level", "platform", "environment", "release"})
_MOST_PATHS: Final = 5
#: Where a message stands (https://develop.sentry.dev/sdk/data-model/event-payloads/): as all SDKs write it, and in the older, shorter forms.
_MESSAGES: Final = tuple(
    map(
        parse,
        (
            "exception.values.*.value",
            "exception.*.value",
            "logentry.message",
            "logentry.formatted",
            "message",
            "message.message",
            "message.formatted",
        ),
    )
)


def survival(case: Case, profile: Profile, events: Sequence[Any], varies: Iterable[str]) -> Iterator[Failure]:
    """What is missing, and what is there and must not be; each once, whichever run it was in.

    Args:
        case: The case.
        profile: The promise.
        events: What left in each run; None for nothing.
        varies: Paths that vary, beside those of the case.
    """
    if profile in case.dropped:
        if any(event is not None for event in events):
            yield Failure("present", "an event left, but nothing may leave in this case")
        return
    if any(event is None for event in events):
        yield Failure("lost", "nothing left: the event was dropped, and nothing of it survived")
        return
    safe = _same(events)
    seen: set[Failure] = set()
    for event in events:
        for failure in _of_one(case, profile, event, varies, safe):
            if failure not in seen:
                seen.add(failure)
                yield failure


def not_told(case: Case, profile: Profile) -> Failure | None:
    """A failure if ``case`` asks for nothing that tells its program's failure from that of one that did not even start, and is reported too.

    Args:
        case: The case.
        profile: The promise.
    """
    keep = case.keep.get(profile, _NOTHING)
    if profile in case.dropped or profile in case.exact or keep.words or keep.template is not None:
        return None
    if any(path not in _OF_ANY_FAILURE for path in keep.fields):
        return None
    return Failure(
        "lost",
        "a program that did not even start would pass: name the error that it makes, as keep: {fields: {exception.values.-1.type: TypeError}}",
    )


def _same(events: Sequence[Any]) -> Callable[[str], bool]:
    """Tells whether a text or a marker is in all runs, whose canaries differ: it holds no canary, and may be shown."""
    common: set[str] | None = None
    for event in events:
        own = {text.text for text in texts(event)}
        own.update(*map(_MARKER.findall, list(own)))
        common = own if common is None else common & own
    return (common or set()).__contains__ if len(events) > 1 else lambda _text: False


def _of_one(
    case: Case, profile: Profile, event: Any, varies: Iterable[str], safe: Callable[[str], bool]
) -> Iterator[Failure]:
    keep = case.keep.get(profile)
    if keep is not None:
        yield from _words(case, keep.words, event, safe)
        yield from _fields(keep, event, safe)
        yield from _template(keep.template, event, safe)
        for path in keep.present:
            if not found(event, parse(path)):
                yield Failure("lost", f"{path} is not there, but it must be", path=path)
    for path in case.absent.get(profile, ()):
        places = [shown(steps) for steps, _ in found(event, parse(path))]
        if places:
            yield Failure("present", f"{path} is there, but it must not be", path=path)
    if profile in case.exact:
        yield from _exact(case, case.exact[profile], event, varies)


def _words(case: Case, words: tuple[str, ...], event: Any, safe: Callable[[str], bool]) -> Iterator[Failure]:
    if not words:
        return
    left = "\n".join(text.text for text in texts(event))
    lost: dict[tuple[str | None, str], list[str]] = {}
    for word in words:
        if not stands(word, left):
            lost.setdefault(_instead(case, word, event, safe), []).append(f'"{word}"')
    for (path, instead), gone in lost.items():
        what = f"the word {gone[0]} is" if len(gone) == 1 else f"the words {', '.join(gone)} are"
        yield Failure("lost", f"{what} lost{instead}", path=path)


def stands(word: str, text: str) -> bool:
    """Whether a word stands in a text, not as a part of another one.

    Args:
        word: One or more words.
        text: Any text; ``_`` ends a word, as in ``refresh_session``.
    """
    before = r"(?<![^\W_])" if word[:1].isalnum() else ""
    after = r"(?![^\W_])" if word[-1:].isalnum() else ""
    return word in text and re.search(f"{before}{re.escape(word)}{after}", text) is not None


def _instead(case: Case, word: str, event: Any, safe: Callable[[str], bool]) -> tuple[str | None, str]:
    """Where a word stood in the input, and what stands there now."""
    if isinstance(case.input, LogInput):
        return None, _markers(event, safe)
    if not isinstance(case.input, EventInput):
        return None, ""
    for text in texts(case.input.event):
        if stands(word, text.text) and "${" not in shown(text.steps):
            path = shown(text.steps)
            if text.key:
                return path or None, f"; it was a key of {path or 'the event'}"
            now = [value for _, value in found(event, text.steps)]
            return path, _markers(now[0], safe) if now else f"; {path}, where it stood, is gone"
    return None, ""


def _markers(value: Any, safe: Callable[[str], bool]) -> str:
    if not isinstance(value, str):
        return ""
    markers = list(filter(safe, dict.fromkeys(_MARKER.findall(value))))[:_MOST_PATHS]
    return f"; now {' and '.join(markers)} {'stand' if len(markers) > 1 else 'stands'} there" if markers else ""


def _fields(keep: Keep, event: Any, safe: Callable[[str], bool]) -> Iterator[Failure]:
    for path, value in keep.fields.items():
        there = [item for _, item in found(event, parse(path))]
        if not there:
            yield Failure("lost", f"{path} is not there; it must be {_brief(value)}", path=path)
        elif not any(equal(value, item) for item in there):
            yield Failure("lost", f"{path} must be {_brief(value)}{_is_now(there[0], safe)}", path=path)


def _brief(value: Any) -> str:
    text = f'"{value}"' if isinstance(value, str) and value.isprintable() else repr(value)
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 1]}…"


def _is_now(value: Any, safe: Callable[[str], bool]) -> str:
    if isinstance(value, str):
        return f", but it is {_brief(value)}" if safe(value) else _markers(value, safe) or ", but it is another text"
    if value is None or isinstance(value, bool):
        return f", but it is {value}"
    if isinstance(value, (int, float)):
        return f", but it is {value}" if safe(str(value)) else ", but it is another number"
    return ", but it is a mapping" if is_mapping(value) else ", but it is a list"


def equal(one: Any, other: Any) -> bool:
    """Whether two trees of JSON data are equal, ``1``, ``1.0`` and ``true`` being different; the order of keys does not matter."""
    if is_mapping(one) and is_mapping(other):
        return one.keys() == other.keys() and all(equal(item, other[key]) for key, item in one.items())
    if is_list(one) and is_list(other):
        return len(one) == len(other) and all(map(equal, one, other))
    if isinstance(one, str) and isinstance(other, str):
        return one == other
    return type(one) is type(other) and one == other


def messages(event: Any) -> list[tuple[str, str]]:
    """The messages of an event, with their paths; of a log line, the line."""
    if isinstance(event, str):
        return [("", event)]
    return [
        (shown(steps), value) for path in _MESSAGES for steps, value in found(event, path) if isinstance(value, str)
    ]


def _template(template: str | None, event: Any, safe: Callable[[str], bool]) -> Iterator[Failure]:
    if template is None:
        return
    there = messages(event)
    if any(text == template for _, text in there):
        return
    if not there:
        yield Failure("lost", f"there is no message; it must be {_brief(template)}")
        return
    words = [word for word in template.split() if "{" not in word and "}" not in word]
    # The message that has most of it: of a chain of exceptions, the right one.
    path, text = max(there, key=lambda item: sum(word in item[1] for word in words))
    lost = [word for word in words if word not in text]
    gone = f"; lost: {' '.join(lost)}" if lost else ""
    yield Failure("lost", f"the message must be {_brief(template)}{_is_now(text, safe)}{gone}", path=path or None)


def _exact(case: Case, exact: Any, event: Any, varies: Iterable[str]) -> Iterator[Failure]:
    gone = [parse(path) for path in (*ALWAYS_VARY, *case.varies, *varies)]
    wanted, left = without(exact, gone), without(event, gone)
    if not equal(wanted, left):
        places = list(unequal(wanted, left, ()))
        more = f", and {len(places) - _MOST_PATHS} more" if len(places) > _MOST_PATHS else ""
        named = ", ".join(f"{path or 'the event'} {what}" for path, what in places[:_MOST_PATHS])
        yield Failure(
            "changed",
            f"what left is not the exact output that the case gives: {named}{more}",
            path=places[0][0] or None,
        )


def unequal(wanted: Any, left: Any, steps: tuple[Any, ...]) -> Iterator[tuple[str, str]]:
    """Where two trees are not equal: path, and what is wrong there.

    Args:
        wanted: A tree of JSON data.
        left: Another; of its texts, none is in what is returned.
        steps: Where the trees stand.
    """
    if is_mapping(wanted) and is_mapping(left):
        for key in wanted:
            if key not in left:
                yield shown((*steps, key)), "is missing"
            else:
                yield from unequal(wanted[key], left[key], (*steps, key))
        more = len(left.keys() - wanted.keys())
        if more:
            yield shown(steps), f"has {more} key{'s' if more > 1 else ''} too many"
    elif is_list(wanted) and is_list(left) and len(wanted) == len(left):
        for at, (one, other) in enumerate(zip(wanted, left, strict=True)):
            yield from unequal(one, other, (*steps, at))
    elif not equal(wanted, left):
        yield shown(steps), "is another"
