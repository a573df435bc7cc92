"""What a case is: the data that `case_file` reads from YAML, `filling` fills with canaries, runners run and `judge` judges.

The format, key by key, is documented in ``fixtures/README.md``; ``case.schema.json`` is the same for editors.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

#: What was promised to the people whose data it is: ``strict`` reports the code alone; ``app`` lets text leave after scrubbing.
Profile: TypeAlias = Literal["strict", "app"]
PROFILES: tuple[Profile, ...] = ("strict", "app")
#: Fields that differ between two runs of the same case whatever the canaries are.
ALWAYS_VARY: tuple[str, ...] = ("event_id", "timestamp")


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file something stands; line and column begin at 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        """As ``cases/request.yaml:12:5``, which terminals and editors can follow."""
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Canary:
    """One planted value.

    Attributes:
        name: As it is referred to in the case, ``${name}``.
        kind: What it looks like, a key of `canaries.KINDS`.
        given: Values that are used in turn, one a run, in place of generated ones; at least two, all different.
        form: One of the kind's forms, as ``stripe``; empty for one that is chosen by the case's id, the same in every run.
    """

    name: str
    kind: str
    given: tuple[str, ...] = ()
    form: str = ""


@dataclass(frozen=True, slots=True)
class EventInput:
    """An event in Sentry's format, with ``${name}`` in its texts and keys."""

    event: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LogInput:
    """One log line."""

    text: str


@dataclass(frozen=True, slots=True)
class CodeInput:
    """A program whose failure is reported.

    Attributes:
        application: The text of the program. Canaries stand in it, never in the SDK's files.
        files: The SDK's own files by path (``acme/__init__.py``); empty where the SDK is an installed package.
        package: Import name of the SDK.
        language: ``python``, or what the command of a live runner understands (``javascript``, ``go``, ...).
    """

    application: str
    files: Mapping[str, str]
    package: str
    language: str = "python"


Input: TypeAlias = EventInput | LogInput | CodeInput


@dataclass(frozen=True, slots=True)
class Keep:
    """What must survive.

    Attributes:
        words: Each must stand in some text or key of what leaves.
        fields: Values by path (``exception.values.0.type``, ``*`` for any item); equal, type and all.
        present: Paths that must be there, whatever they hold.
        template: The whole message: the value of an exception, the message of a log entry, or the message.
    """

    words: tuple[str, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict[str, Any])
    present: tuple[str, ...] = ()
    template: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One case.

    Attributes:
        id: Unique in a run, as ``request.cookies.session``.
        why: One sentence for a reader who does not program: what this proves.
        kind: The class of data: ``request``, ``secret``, ``path``, ...; the summary goes by it.
        about: The field or part of an event that it is about, as ``request.cookies``.
        profiles: To which promises it is held.
        input: What is run.
        canaries: What is planted.
        keep: What must survive, by profile.
        absent: Paths that must not be there, by profile.
        dropped: The promises under which nothing may leave at all.
        exact: The whole output by profile, where one is given; without the fields that vary.
        varies: Paths that may differ between runs, beside `ALWAYS_VARY`.
        place: Where it stands.
    """

    id: str
    why: str
    kind: str
    about: str
    profiles: tuple[Profile, ...]
    input: Input
    canaries: tuple[Canary, ...]
    keep: Mapping[Profile, Keep]
    absent: Mapping[Profile, tuple[str, ...]]
    dropped: frozenset[Profile]
    exact: Mapping[Profile, Any]
    varies: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Filled:
    """A case with the canaries of one run in place.

    Attributes:
        case: The case.
        values: The canaries' values by name.
        input: The input with the values in place.
    """

    case: Case
    values: Mapping[str, str]
    input: Input
