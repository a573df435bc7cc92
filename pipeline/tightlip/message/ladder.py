"""The rungs: how the template of an exception is found, best first.

Each rung is a function from a `Question` to a template or None, and the first that answers wins. Its name goes out as a tag.

1. ``code``: the ``raise`` at the innermost frame, or the recorded place where the exception was made, gives one template.
2. ``alternatives``: it gives two to eight. The message chooses; under a policy that does not compare, all are listed.
3. ``adapter``: typed facts of the exception give it (`tightlip.message.adapter`).
4. ``builtin``: raised in C below a trusted frame; the message chooses from CPython's own texts.
5. ``outer``: what an outer frame handed in, or a text of the class.
6. ``type``: nothing but the type and the position.

A rung that has resolved the message to a bare hole has answered: nothing below may look at the message, since a crafted value could then
choose a template.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tightlip.message.adapter import Adapters
from tightlip.message.adapters.table import ADAPTERS
from tightlip.message.cpython import speaking
from tightlip.message.matching import fits
from tightlip.message.resolving import Resolver
from tightlip.message.template import Hole, Template, as_repr, has_text, has_words, join

if TYPE_CHECKING:
    from collections.abc import Callable

    from tightlip.capture import Link
    from tightlip.message.resolving import Group, Resolution
    from tightlip.message.templates import Templates

_BETWEEN = " | "


@dataclass(frozen=True, slots=True)
class Message:
    """What is reported in place of the message: its template (empty for none) and the rung that found it."""

    template: Template
    rung: str


@dataclass(frozen=True, slots=True)
class Question:
    """What a rung may look at: the link, what its position says, and the tables."""

    link: Link
    resolution: Resolution
    adapters: Adapters


class Ladder:
    """Finds messages.

    Args:
        templates: The indexes of verified files.
        adapters: Those of the vendor and of tightlip; None for tightlip's.
    """

    def __init__(self, templates: Templates, adapters: Adapters | None = None) -> None:
        self._resolver = Resolver(templates)
        self._adapters = Adapters(ADAPTERS) if adapters is None else adapters

    def resolution(self, link: Link) -> Resolution:
        """What the position of ``link`` says, and where that is written."""
        return self._resolver.resolve(link)

    def answer(self, link: Link) -> Message:
        """The message of ``link`` by the best rung that knows it."""
        question = Question(link, self._resolver.resolve(link), self._adapters)
        for name, rung in RUNGS:
            template = rung(question)
            if template is not None:
                return Message(template, name)
        return Message((), "type")


def expanded(message: Message, handled: Message | None) -> Message:
    """``message`` with the hole that names the exception being handled replaced by that exception's template."""
    if handled is None or not handled.template:
        return message
    parts = [handled.template if isinstance(part, Hole) and part.is_handled else (part,) for part in message.template]
    return Message(join(parts), message.rung)


def _by_code(question: Question) -> Template | None:
    """The one template of the position."""
    resolution = question.resolution
    return resolution.candidates[0].text if _is_one(resolution) and not resolution.is_outer else None


def _by_alternatives(question: Question) -> Template | None:
    """One of several, or one that is not certain: by comparing the arguments that are exactly text."""
    resolution, given = question.resolution, question.link.arguments
    if not resolution.candidates or _is_one(resolution):
        return None
    if given is None:
        return _listed(resolution)
    chosen = _chosen(question)
    return chosen.text if chosen is not None and chosen.is_one else None


def _chosen(question: Question) -> Group | None:
    """The possibility with the most literal text that fits. None fits where the source was misread: what it seems to say would mislead."""
    given = question.link.arguments
    if given is None or not any(text is not None for text in given):
        return None
    fitting = (group for group in question.resolution.groups if _fits(group, given))
    return max(fitting, key=lambda group: group.weight, default=None)


def _is_one(resolution: Resolution) -> bool:
    return len(resolution.candidates) == 1 and resolution.is_certain


def _fits(group: Group, given: tuple[str | None, ...]) -> bool:
    args = group.arguments
    return (
        args is not None
        and len(args) == len(given)
        # What is no text, or too long to compare, is no template with words.
        and all(
            not has_text(template) if text is None else fits(template, text)
            for template, text in zip(args, given, strict=True)
        )
    )


def _listed(resolution: Resolution) -> Template | None:
    """All of them, for a policy that does not compare."""
    texts = list(dict.fromkeys(one.text for one in resolution.candidates))
    if not resolution.is_certain or not all(has_words(text) for text in texts):
        return None
    return join([texts[0], *(part for text in texts[1:] for part in ((_BETWEEN,), text))])


def _by_what_they_share(question: Question) -> Template | None:
    """Where nothing can be compared: what all alternatives begin and end with is known to have been said."""
    resolution = question.resolution
    if not resolution.is_certain or _is_one(resolution) or not resolution.candidates:
        return None
    chosen = _chosen(question)
    if chosen is not None and has_words(chosen.text):
        return chosen.text
    return resolution.shared or None


def _by_adapter(question: Question) -> Template | None:
    return question.adapters.template(question.link)


def _by_builtin(question: Question) -> Template | None:
    """CPython's own text, where the exception was raised in C below a trusted frame."""
    name, given = question.resolution.raised_in_c, question.link.arguments
    if not name or given is None or len(given) != 1 or given[0] is None:
        return None
    found = speaking.template(name, given[0])
    # `KeyError.__str__` quotes its message.
    return as_repr(found) if found is not None and name == "builtins.KeyError" else found


def _by_outer(question: Question) -> Template | None:
    """What the frames around the ``raise`` handed in, or the class says by itself."""
    resolution = question.resolution
    return resolution.candidates[0].text if _is_one(resolution) and resolution.is_outer else resolution.class_text


#: Best first.
RUNGS: tuple[tuple[str, Callable[[Question], Template | None]], ...] = (
    ("code", _by_code),
    ("alternatives", _by_alternatives),
    ("adapter", _by_adapter),
    ("alternatives", _by_what_they_share),
    ("builtin", _by_builtin),
    ("outer", _by_outer),
)
