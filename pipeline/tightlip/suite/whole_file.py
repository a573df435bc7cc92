"""Files that are written whole or not at all."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def write_whole(file: Path, text: str) -> None:
    """Write a file by way of another one beside it.

    Args:
        file: The file; one that is there is replaced.
        text: What it shall hold.

    Raises:
        OSError: It cannot be written; the message names the file and the reason, and what was there before still is.
    """
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        beside.write_text(text, encoding="utf-8", newline="\n")
        beside.replace(file)
    except OSError as error:
        why = (error.strerror or type(error).__name__).lower()
        raise OSError(f"{file} cannot be written: {why}; give another place") from None
    finally:
        beside.unlink(missing_ok=True)
