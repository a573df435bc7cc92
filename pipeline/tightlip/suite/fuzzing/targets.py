"""The public functions of an SDK, found by looking at it: what a random call may call.

Nothing is called here but imports. What would do more than fail is left out by its name: that is no guarantee, `confinement` is what holds.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

Hint = Literal["any", "text", "bytes", "number", "flag", "mapping", "sequence", "function"]

_NOT_CALLED: Final = re.compile(
    r"delete|remove|unlink|rmdir|rmtree|erase|purge|drop_|truncate|exit|quit|abort|kill|terminate|shutdown|reboot|signal|fork|spawn|exec|popen|subprocess|shell|system|"
    r"eval|compile|input|prompt|confirm|getpass|pause|edit|breakpoint|set_trace|pdb|serve|listen|run_forever|main$|mainloop|wait|sleep|daemon|launch|install|register|"
    r"monkey|patch|hook|basic_?config|disable|set_?locale|set_?recursion|add_?handler|set_?level|chdir|chmod|chown|mkdir|rename|symlink|faulthandler|webbrowser|"
    r"factorial|permutations|combinations|count$|cycle$|repeat$",
    re.IGNORECASE,
)
_HINTS: Final[tuple[tuple[str, Hint], ...]] = (
    ("bytes", "bytes"), ("str", "text"), ("int", "number"), ("float", "number"), ("bool", "flag"), ("dict", "mapping"), ("mapping", "mapping"),
    ("list", "sequence"), ("sequence", "sequence"), ("iterable", "sequence"), ("tuple", "sequence"), ("callable", "function"),
)  # fmt: skip
_MOST_MODULES: Final = 300
_MOST_METHODS: Final = 40
_OPERATORS: Final = ("__getitem__", "__contains__", "__call__", "__add__")
_TESTS: Final = re.compile(r"(?:^|\.)(?:tests?|testing|conftest|__main__|cli|_[^.]*|vendor|vendored|_vendor)(?:\.|$)")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter.

    Attributes:
        name: Its name.
        is_keyword: Whether it can be given by name alone.
        is_required: Whether a call needs it.
        hint: What it seems to take.
    """

    name: str
    is_keyword: bool
    is_required: bool
    hint: Hint


@dataclass(frozen=True, slots=True)
class Target:
    """Something to call.

    Attributes:
        module: The module that has it.
        name: The name in it, or of a method.
        parameters: What it takes.
        is_async: Whether a call has to be awaited.
        is_lazy: Whether a call does nothing before somebody iterates.
        methods: Of a class: what its objects have.
    """

    module: str
    name: str
    parameters: tuple[Parameter, ...]
    is_async: bool = False
    is_lazy: bool = False
    methods: tuple[Target, ...] = ()


class Known(tuple[Target, ...]):
    """Targets without their thousands of lines in what Hypothesis writes about a strategy."""

    __slots__ = ()

    def __repr__(self) -> str:
        """A count."""
        return f"<{len(self)} targets>"


def targets(package: str) -> tuple[Target, ...]:
    """All that can be called of a package, from its public modules.

    Args:
        package: An import name.

    Raises:
        ImportError: It cannot be imported.
    """
    found: dict[int, tuple[Target, Any]] = {}
    for module in _modules(package):
        for name, item in sorted(vars(module).items()):
            owner = str(getattr(item, "__module__", ""))
            if id(item) in found or not _is_called(name, item) or owner.partition(".")[0] != package.partition(".")[0]:
                continue
            target = _target(module.__name__, name, item)
            if target is not None:
                found[id(item)] = (target, item)
    return tuple(target for target, _ in found.values())


def _modules(package: str) -> Iterator[ModuleType]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        top = importlib.import_module(package)
        yield top
        names = [
            info.name
            for info in pkgutil.walk_packages(getattr(top, "__path__", ()), f"{package}.", onerror=lambda _name: None)
            if not _TESTS.search(info.name)
        ]
        for name in names[:_MOST_MODULES]:
            try:
                yield importlib.import_module(name)
            except (Exception, SystemExit):  # noqa: S112 - an extra that is not installed, a script
                continue


def _is_called(name: str, item: object) -> bool:
    if name.startswith("_") or _NOT_CALLED.search(name) or not callable(item):
        return False
    return not (isinstance(item, type) and issubclass(item, BaseException))


def _target(module: str, name: str, item: Any, *, bound: bool = False) -> Target | None:
    try:
        signature = inspect.signature(item)
    except (TypeError, ValueError):
        return None
    except Exception:  # what a signature is made of is the SDK's code
        return None
    parameters = list(signature.parameters.values())[1 if bound else 0 :]
    methods: tuple[Target, ...] = ()
    if isinstance(item, type):
        found = (_target(module, key, inspect.getattr_static(item, key), bound=True) for key in _method_names(item))
        methods = tuple(target for target in found if target is not None)[:_MOST_METHODS]
    return Target(
        module=module,
        name=name,
        parameters=tuple(
            Parameter(one.name, one.kind is one.KEYWORD_ONLY, one.default is one.empty, _hint(one))
            for one in parameters
            if one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)
        ),
        is_async=inspect.iscoroutinefunction(item),
        is_lazy=inspect.isgeneratorfunction(item),
        methods=methods,
    )


def _method_names(cls: type) -> list[str]:
    return [
        name
        for name in dir(cls)
        if (name in _OPERATORS or _is_called(name, inspect.getattr_static(cls, name, None)))
        and inspect.isfunction(inspect.getattr_static(cls, name, None))
    ]


def _hint(one: inspect.Parameter) -> Hint:
    if one.annotation is one.empty:
        known = one.default not in (one.empty, None) if not _is_odd(one.default) else False
        said = type(one.default).__name__ if known else "str"
    else:
        said = one.annotation if isinstance(one.annotation, str) else getattr(one.annotation, "__name__", "")
        said = said or repr(one.annotation)
    low = str(said).lower()
    for word, hint in _HINTS:
        if word in low:
            return hint
    return "any"


def _is_odd(value: object) -> bool:
    """Whether comparing it may run code of the SDK's."""
    return type(value).__eq__ is not object.__eq__ and type(value).__module__ != "builtins"
