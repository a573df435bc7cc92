"""How the results of a run are written: for people, and for the programs that CI services have for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tightlip.suite.formats import json_results, junit, sarif

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tightlip.suite.outcome import Result

    #: Results and seed to text.
    Writer = Callable[[Sequence[Result], int], str]

#: By the name that ``--format`` takes; ``text`` is `formats.text`, which knows a terminal.
WRITERS: Final[dict[str, Writer]] = {"junit": junit.written, "json": json_results.written, "sarif": sarif.written}
