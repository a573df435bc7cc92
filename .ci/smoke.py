"""Imports the installed wheel outside the source tree, and reports a real failure of a published SDK and of one with a catalogue."""

from __future__ import annotations

import ast
import os
import sys
from pathlib import Path

import httpx

import tightlip
import tightlip_scrubbers

for module in (tightlip, tightlip_scrubbers):
    folder = Path(module.__file__ or "").parent
    assert "site-packages" in folder.parts, folder
    assert (folder / "py.typed").exists(), folder

CANARY = "s3cr3t-canary-value"
reporter = tightlip.Reporter("httpx", outbox=False)
try:
    httpx.URL(f"https://example.invalid/{CANARY}\x00")
except httpx.InvalidURL as error:
    event = reporter.preview(error)
assert event is not None, reporter.stats()
value = event["exception"]["values"][-1]
assert value["value"] == "Invalid non-printable ASCII character in URL, {char!r} at position {idx}.", value
assert value["stacktrace"]["frames"][-1]["function"] == "urlparse", value
assert CANARY not in str(event)
assert CANARY not in tightlip_scrubbers.scrub_text(f"api_key={CANARY}")
sys.stdout.write(f"{sys.version.split()[0]}: {value['type']}: {value['value']}\n")

sys.path.insert(0, os.environ["CATALOGUED"])
import acme  # noqa: E402
import acme.config  # noqa: E402

catalogued = tightlip.Reporter("acme", outbox=False)


def refuse(*_: object, **__: object) -> None:
    """Stands for ``ast.parse`` while a catalogue is there."""
    raise AssertionError("a catalogue is there, and something was parsed")


try:
    acme.config._region({"region": CANARY})  # noqa: SLF001
except acme.config.ValidationError as error:
    parse, ast.parse = ast.parse, refuse
    event = catalogued.preview(error)
    ast.parse = parse
assert event is not None, catalogued.stats()
assert catalogued.stats() == {}, catalogued.stats()
value = event["exception"]["values"][-1]
assert value.get("value") == "unknown region {region!r}", value
assert CANARY not in str(event)
sys.stdout.write(f"{value['type']}: {value['value']} (from the catalogue)\n")
