"""A code object that is known to be a trusted file's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import CodeType


@dataclass(frozen=True, slots=True)
class Known:
    """A code object that is a trusted file's.

    Attributes:
        qualname: Its qualified name, as the file has it.
        first_line: Its first line, as the file has it.
        code: One whose instructions may be looked at.
    """

    qualname: str
    first_line: int
    code: CodeType
