"""What a vendor has declared and no report shows, told to the vendor.

A value that has not its form, or a class that is misspelt, must not break the host: it may come from the customer's machine, and modules of the
SDK may not be loaded yet. So it is left out, counted in ``stats``, and said by `tightlip.Reporter.explain`, which is the developer's. No
value is in what is said, and nothing that depends on one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tightlip.enrichers import FORMS, resolved

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tightlip.facts import Facts
    from tightlip.types import Declared


def left_out(declared: Mapping[str, Declared], facts: Facts, exc: BaseException) -> Iterator[str]:
    """A sentence for each declaration that comes to nothing.

    Args:
        declared: What was given for each of `FORMS`, by its name.
        facts: The declared facts.
        exc: A captured exception.
    """
    for name, (form, words) in FORMS.items():
        given = declared.get(name)
        if given is not None and resolved(given, form) is None:
            what = "reported as unknown" if name == "workspace" else "left out"
            why = "the callable failed, or gave something else than" if callable(given) else "give"
            yield f"{name}: {what}; {why} {words}"
    for cls in facts.unknown():
        yield f"facts of {cls}: no class is found under that name (its module may not be loaded yet)"
    for name, cls in facts.not_held(exc):
        yield f"fact {name} of {cls}: this exception has no such attribute"
