"""Enrichers: the declared facts about a release and a machine, a function each.

Every value is validated here and typed again by the allowlist. A fact that does not have its form is left out (a workspace becomes
``unknown``): a fact that a vendor's callable got wrong must not cost the report, and must not leave as it is.
"""

from __future__ import annotations

import os
import platform
import re
import sys
import sysconfig
from typing import TYPE_CHECKING, Any

from tightlip.text import CodeText

if TYPE_CHECKING:
    from collections.abc import Callable

    from tightlip.types import Declared, Event, Hint, Processor

RELEASE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+@-]{0,127}")
COMMIT = re.compile(r"[0-9a-f]{7,64}")
ENVIRONMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
WORKSPACE = re.compile(r"[A-Za-z0-9._-]{1,64}")
#: What a vendor declares about a report, by name: its form, and the form in words.
FORMS: dict[str, tuple[re.Pattern[str], str]] = {
    "release": (RELEASE, "up to 128 of A-Z a-z 0-9 . _ + @ -, as acme@1.4.2"),
    "commit": (COMMIT, "7 to 64 digits of lower-case hex, as 9f2c1d0"),
    "environment": (ENVIRONMENT, "up to 64 of A-Z a-z 0-9 . _ -, as production"),
    "workspace": (WORKSPACE, "up to 64 of A-Z a-z 0-9 . _ -, as team-blue"),
}

#: What ``platform.system()`` says on the systems that Python supports; anything else is ``other``.
SYSTEMS = frozenset(
    {
        "Linux",
        "Darwin",
        "Windows",
        "FreeBSD",
        "OpenBSD",
        "NetBSD",
        "SunOS",
        "AIX",
        "Android",
        "iOS",
        "Emscripten",
        "WASI",
    }
)
#: What ``platform.machine()`` says on the usual hardware; a virtual machine may put any text there.
MACHINES = frozenset({
    "x86_64", "AMD64", "i386", "i686", "x86", "aarch64", "arm64", "ARM64", "armv6l", "armv7l", "armv8l", "ppc64", "ppc64le", "s390x",
    "riscv64", "loongarch64", "mips64", "wasm32",
})  # fmt: skip
IMPLEMENTATIONS = frozenset({"CPython", "PyPy", "GraalVM"})
_LEADING_VERSION = re.compile(r"\d{1,6}(?:\.\d{1,6}){0,3}", re.ASCII)


def resolved(declared: Declared, form: re.Pattern[str]) -> str | None:
    """The declared value if it is a ``str`` that has ``form`` from end to end, else None. A failing callable is None."""
    value: Any = declared
    if callable(declared):
        try:
            value = declared()
        except KeyboardInterrupt:
            raise
        except BaseException:
            return None  # the vendor's callable; its error, its SystemExit even, is not ours to report
    return value if has_form(value, form) else None


def has_form(value: object, form: re.Pattern[str]) -> bool:
    """Whether ``value`` is a ``str``, of no subclass, that has ``form`` from end to end."""
    return type(value) is str and form.fullmatch(value) is not None


def _tagged(event: Event, name: str, value: str | None) -> Event:
    return event if value is None else {**event, "tags": {**event.get("tags", {}), name: value}}


def release(declared: Declared, default: Callable[[], str | None]) -> Processor:
    """Sets ``release``, as ``acme@1.4.2``; ``default`` is asked when none was declared, unless ``hint["keeps_release"]``."""

    def add_release(event: Event, hint: Hint) -> Event:
        if declared is None and hint.get("keeps_release"):
            return event
        value = resolved(default if declared is None else declared, RELEASE)
        return event if value is None else {**event, "release": value}

    return add_release


def environment(declared: Declared) -> Processor:
    """Sets ``environment``, as ``production``."""

    def add_environment(event: Event, _hint: Hint) -> Event:
        value = resolved(declared, ENVIRONMENT)
        return event if value is None else {**event, "environment": value}

    return add_environment


def commit(declared: Declared) -> Processor:
    """Sets the tag ``commit``: the SDK's own commit, in lower-case hex."""

    def add_commit(event: Event, _hint: Hint) -> Event:
        return _tagged(event, "commit", resolved(declared, COMMIT))

    return add_commit


def workspace(declared: Declared) -> Processor:
    """Sets the tag ``workspace``; ``unknown`` when it was declared and does not have its form."""

    def add_workspace(event: Event, _hint: Hint) -> Event:
        if declared is None:
            return event
        return _tagged(event, "workspace", resolved(declared, WORKSPACE) or "unknown")

    return add_workspace


def operating_system(event: Event, _hint: Hint) -> Event:
    """Sets ``contexts.os`` (name, version) and ``contexts.device`` (arch).

    Of the version only the leading numbers are taken: a kernel built by a customer carries the customer's name behind them.
    """
    system, machine = platform.system(), platform.machine()
    version = _LEADING_VERSION.match(platform.release() if hasattr(os, "uname") else platform.version())
    found: dict[str, object] = {"type": "os", "name": CodeText(system if system in SYSTEMS else "other")}
    if version is not None:
        found["version"] = version[0]
    device = {"type": "device", "arch": CodeText(machine if machine in MACHINES else "other")}
    return {**event, "contexts": {**event.get("contexts", {}), "os": found, "device": device}}


def runtime(event: Event, _hint: Hint) -> Event:
    """Sets ``contexts.runtime``: implementation, version, whether it is a free-threaded build, and bitness."""
    implementation = platform.python_implementation()
    found = {
        "type": "runtime",
        "name": CodeText(implementation if implementation in IMPLEMENTATIONS else "other"),
        "version": ".".join(str(part) for part in sys.version_info[:3]),
        "free_threaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
        "bits": sys.maxsize.bit_length() + 1,
    }
    return {**event, "contexts": {**event.get("contexts", {}), "runtime": found}}
