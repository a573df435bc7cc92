"""Prints the figures of the README: leaks, equal bytes and words kept, on the failures of published SDKs in ``real_sdks``."""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter, defaultdict
from typing import Any

from measure import kept, leaks, literal_words
from probe import failure, reporter_for, without_ids
from real_sdks import FAILURES, VERSIONS, canaries

from tightlip.envelope import encode

_HOLE = re.compile(r"\\\{[^{}]*?\\\}")


def fits(template: str, message: str) -> bool:
    """Whether ``message`` could have been made from ``template``, each hole standing for any text."""
    return re.fullmatch(_HOLE.sub(r"(?s:.*)", re.escape(template)), message, re.DOTALL) is not None


def main() -> None:
    """Run every failure twice, with two sets of canaries, and print the table."""
    os.environ["DO_NOT_TRACK"] = "1"
    reporters = {package: reporter_for(package) for package in VERSIONS}
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    shares: dict[str, list[float]] = defaultdict(list)
    for case in FAILURES:
        row = rows[case.package]
        row["failures"] += 1
        events: list[dict[str, Any] | None] = []
        message = ""
        for seed in ("alpha", "bravo"):
            planted = canaries(seed)
            exc = failure(case.run, planted)
            message = str(exc)
            events.append(reporters[case.package].preview(exc))
            if events[-1] is not None:
                row["leaks"] += len(leaks(encode(events[-1]).decode("ascii"), planted.values()))
        row["same bytes"] += json.dumps(without_ids(events[0])) == json.dumps(without_ids(events[1]))
        if events[1] is None:
            row["dropped"] += 1
            continue
        value = events[1]["exception"]["values"][-1].get("value")
        row[str(events[1]["tags"]["rung"])] += 1
        if value is not None and literal_words(value):
            row["templates"] += 1
            row["fit"] += fits(value, message)
        expected = case.template or case.later
        if expected and literal_words(expected):
            survived, words = kept(expected, value)
            shares[case.package].append(survived / words)
    columns = ("failures", "leaks", "same bytes", "dropped", "code", "adapter", "type", "templates", "fit")
    out = [f"{'SDK':<12}" + "".join(f"{name:>12}" for name in columns) + f"{'words kept':>12}"]
    total: Counter[str] = Counter()
    for package, row in rows.items():
        total.update(row)
        share = sum(shares[package]) / len(shares[package])
        out.append(f"{package:<12}" + "".join(f"{row[name]:>12}" for name in columns) + f"{share:>12.0%}")
    every = [share for some in shares.values() for share in some]
    out.append(f"{'all':<12}" + "".join(f"{total[name]:>12}" for name in columns) + f"{sum(every) / len(every):>12.0%}")
    sys.stdout.write("\n".join(out) + "\n")


if __name__ == "__main__":
    main()
