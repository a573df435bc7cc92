"""What a scrubber answered, as an output; or what is wrong with it, in words that hold nothing of it."""

from __future__ import annotations

import builtins
import json
from typing import Any

from tightlip.suite.outcome import Broken, Output


def answered(value: object) -> Output | Broken:
    """The output of a scrubber that handed ``value`` back: an event, or None for one that it dropped.

    A copy by way of JSON, as the event would leave: what JSON cannot hold is garbage, since nobody knows how it would be sent.
    """
    if value is None:
        return Output(None)
    if not isinstance(value, dict):
        return Broken("garbage", f"the answer is no event: {_kind(value)} in place of a dict or None")
    try:
        copy: dict[str, Any] = json.loads(json.dumps(value, allow_nan=False))
    except RecursionError:
        return Broken("garbage", "the answer is nested too deeply to be sent")
    except (TypeError, ValueError) as error:
        return Broken("garbage", f"the answer cannot be written as JSON ({type(error).__name__})")
    return Output(copy)


def read(line: bytes) -> Output | Broken:
    """The output of a scrubber that answered with a line of JSON."""
    try:
        value = json.loads(line.decode("utf-8"), parse_constant=_refused)
    except RecursionError:
        return Broken("garbage", "the answer is nested too deeply")
    except ValueError:
        return Broken(
            "garbage", f"the answer is no line of JSON ({len(line):,} bytes)" if line else "the answer is empty"
        )
    return answered(value)


def known_name(error: BaseException) -> str:
    """The class of an error; of one that the scrubber made, whose name may be anything, the nearest base of the interpreter's."""
    return next(name for kind in type(error).__mro__ if vars(builtins).get(name := kind.__name__) is kind)


def _refused(name: str) -> None:
    raise ValueError(name)


def _kind(value: object) -> str:
    # Not the class's own name: it may be made of anything.
    known = (str, bytes, bool, int, float, list, tuple, set)
    return next((f"a {kind.__name__}" for kind in known if isinstance(value, kind)), "another object")
