"""Imports the installed wheel outside the source tree and reports one real failure of a published SDK."""

from __future__ import annotations

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
