"""What a policy says of the scrubbers, as data: nothing of them is loaded for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tightlip_scrubbers import Kind, Rule


@dataclass(frozen=True, slots=True)
class Scrubbing:
    """What of a text is removed: the differences from what the scrubbers do by themselves.

    Attributes:
        off: Classes that are not looked for.
        own: Rules beside the package's.
        disabled: Ids of the package's rules that do not count.
        secret_names: Key names whose values are secrets.
        clear_names: Key names whose values say nothing, whatever the package's table says.
        safe: Values that are left although a rule finds them.
        tells_extension: Whether the marker of a path tells the class of the file.
        removes_host: Whether the host of a URL goes too.
    """

    off: frozenset[Kind] = frozenset()
    own: tuple[Rule, ...] = ()
    disabled: frozenset[str] = frozenset()
    secret_names: frozenset[str] = frozenset()
    clear_names: frozenset[str] = frozenset()
    safe: frozenset[str] = frozenset()
    tells_extension: bool = False
    removes_host: bool = False
