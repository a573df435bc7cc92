"""The stages of a reporter in their order; see the data flow in the README."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tightlip import enrichers, sentry_event
from tightlip.allowlist import Allowlist
from tightlip.breadcrumbs import Breadcrumbs
from tightlip.concurrency import Concurrency
from tightlip.exact import type_name
from tightlip.failure import Messages, Origin
from tightlip.hook import OwnHook
from tightlip.scrub import Scrub

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tightlip.facts import Facts
    from tightlip.message.ladder import Ladder
    from tightlip.message.templates import Templates
    from tightlip.origin.owners import Owners
    from tightlip.origin.sources import Sources
    from tightlip.policy import Policy
    from tightlip.types import Declared, Processor, SentryProcessor

#: The stages that an event without an exception goes past.
_OF_EXCEPTIONS = frozenset({"origin", "message", "facts"})


def log_steps(steps: tuple[tuple[str, Processor], ...], sources: Sources) -> tuple[tuple[str, Processor], ...]:
    """``steps`` for the event of a log call: those of exceptions left out, and the stack of the call."""
    own = [step for step in steps if step[0] not in _OF_EXCEPTIONS]
    position = next(number for number, (name, _) in enumerate(own) if name == "breadcrumbs")
    return (*own[:position], ("log stack", sentry_event.LogStack(sources)), *own[position:])


def declared_steps(
    owners: Owners, declared: Mapping[str, Declared], count: Callable[[str], None]
) -> tuple[tuple[str, Processor], ...]:
    """The stages of what the vendor declares: release, commit, environment, workspace.

    Args:
        owners: Knows the installed version.
        declared: What was given for each, by its name.
        count: Counts what is left out, a callable that fails or a value without its form: nobody would notice otherwise.
    """

    def counted(name: str) -> Declared:
        given = declared[name]
        if given is None:
            return None

        def ask() -> str | None:
            try:
                value = given() if callable(given) else given
            except BaseException as error:
                count(f"left out.{name}.{type_name(error)}")
                raise
            if value is not None and not enrichers.has_form(value, enrichers.FORMS[name][0]):
                count(f"left out.{name}.form")
            return value

        return ask

    def installed_release() -> str | None:
        version = owners.version()
        return None if version is None else f"{owners.packages[0]}@{version}"

    return (
        ("release", enrichers.release(counted("release"), installed_release)),
        ("commit", enrichers.commit(counted("commit"))),
        ("environment", enrichers.environment(counted("environment"))),
        ("workspace", enrichers.workspace(counted("workspace"))),
    )


def steps_of(
    origin: Origin,
    templates: Templates,
    ladder: Ladder,
    policy: Policy,
    facts: Facts,
    hook: Processor | SentryProcessor | None,
    declared: tuple[tuple[str, Processor], ...],
) -> tuple[tuple[str, Processor], ...]:
    """The stages of an exception's event, from the snapshot to what may leave.

    Args:
        origin: Whose failure it is.
        templates: The SDK's sources.
        ladder: Finds messages.
        policy: What may leave.
        facts: The vendor's typed facts.
        hook: The vendor's own processor.
        declared: The stages of what the vendor declares.
    """
    sources = templates.sources
    clean: tuple[tuple[str, Processor], ...] = (
        ("scrub", Scrub(policy.fields, lambda: policy.scrubber)),
        ("allowlist", Allowlist(policy.fields, keeps_text=policy.keeps_text)),
    )
    again: tuple[tuple[str, Processor], ...] = (
        () if hook is None else (("hook", OwnHook(hook, may_write=policy.keeps_text)), *clean)
    )
    return (
        ("origin", origin),
        ("message", Messages(ladder)),
        ("facts", facts),
        *declared,
        ("os", enrichers.operating_system),
        ("runtime", enrichers.runtime),
        ("concurrency", Concurrency(sources)),
        ("breadcrumbs", Breadcrumbs(templates, keep_text=policy.keeps_text)),
        *clean,
        *again,
    )
