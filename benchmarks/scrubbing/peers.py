"""The peers, each through its documented interface, with its defaults on, and never able to send anything.

One that is not installed, or that does not start, is named with the reason and left out.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import logging
import re
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.scrubbing.tools import Event, Tool

from tightlip.suite.runners.peers import event_of_attributes, logfire_attributes, relay

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_MARK: Final = "[peer-found-this]"
"""What stands for a finding of a peer that only reports findings."""

_PRESIDIO_SCORE: Final = 0.4
_RELAY_BATCH: Final = 100


def available() -> tuple[list[Tool], dict[str, str]]:
    """The peers that run here; and for the others, why not."""
    found: list[Tool] = []
    missing: dict[str, str] = {}
    for name, make in _PEERS.items():
        try:
            found.append(make(f"{name} {importlib.metadata.version(name)}"))
        except Exception as error:
            missing[name] = f"{type(error).__name__}: {error}"
    return found, missing


def validator() -> Callable[[object], bool] | None:
    """Tells whether Sentry's own normaliser accepts an event without an error; None where it is not installed."""
    try:
        processing = importlib.import_module("sentry_relay.processing")
    except ImportError:
        return None

    def valid(event: object) -> bool:
        try:
            normal = processing.StoreNormalizer(project_id=1).normalize_event(event)
        except Exception:
            return False
        return not normal.get("errors")

    return valid


def _relay(name: str) -> Tool:
    strip = relay()

    def texts(given: Sequence[str]) -> list[str]:
        out: list[str] = []
        for start in range(0, len(given), _RELAY_BATCH):
            batch = {f"note{number}": text for number, text in enumerate(given[start : start + _RELAY_BATCH])}
            left = strip({"extra": dict(batch)})["extra"]
            out += (left.get(key) or "" for key in batch)
        return out

    marks = re.compile(r"\[(?:Filtered|[a-z_]+)\]|\*+")
    return Tool(
        name,
        texts,
        strip,
        marks,
        note="texts: each the value of an entry of extra; scrub data, defaults and addresses on",
    )


def _sentry(name: str) -> Tool:
    scrubber = importlib.import_module("sentry_sdk.scrubber").EventScrubber(recursive=True)
    annotated = importlib.import_module("sentry_sdk.utils").AnnotatedValue

    def event(given: Event) -> object:
        scrubber.scrub_event(given)
        return plain(given)

    def plain(value: object) -> object:
        if isinstance(value, annotated):
            return plain(value.value)
        if isinstance(value, dict):
            return {key: plain(item) for key, item in value.items()}
        return [plain(item) for item in value] if isinstance(value, list) else value

    def texts(given: Sequence[str]) -> list[str]:
        left = event({"extra": {f"note{number}": text for number, text in enumerate(given)}})
        return [str(text) for text in left["extra"].values()]  # type: ignore[index]

    return Tool(
        name,
        texts,
        event,
        re.compile(r"\[Filtered\]"),
        note="EventScrubber(recursive=True); it looks at key names alone",
    )


def _logfire(name: str) -> Tool:
    attributes = logfire_attributes()

    def texts(given: Sequence[str]) -> list[str]:
        return [str(attributes({"note": text})["note"]) for text in given]

    def event(given: Event) -> object:
        return event_of_attributes(attributes, given)

    marks = re.compile(r"\[Scrubbed due to '[^']*'\]")
    return Tool(name, texts, event, marks, note="each text an attribute of a log; nothing is sent")


def _presidio(name: str) -> Tool:
    extract: Any = importlib.import_module("tldextract")
    # The list of public suffixes that the package carries, or the recogniser of mail addresses would fetch one.
    local = extract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    module: Any = importlib.import_module("tldextract.tldextract")
    module.TLD_EXTRACTOR = local
    extract.extract = local
    analyzer = importlib.import_module("presidio_analyzer")
    logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)
    registry = analyzer.RecognizerRegistry()
    registry.load_predefined_recognizers(languages=["en"])
    recognizers = [one for one in registry.recognizers if isinstance(one, analyzer.PatternRecognizer)]
    if not recognizers:
        raise LookupError("no pattern recogniser")

    def one(text: str) -> str:
        spans = [
            (result.start, result.end)
            for recognizer in recognizers
            for result in recognizer.analyze(text, recognizer.supported_entities, None) or ()
            if result.score >= _PRESIDIO_SCORE
        ]
        return _replaced(text, spans)

    def texts(given: Sequence[str]) -> list[str]:
        return [one(text) for text in given]

    return Tool(
        name,
        texts,
        lambda event: _each(event, one),
        re.compile(re.escape(_MARK)),
        note=f"its {len(recognizers)} pattern recognisers for English, results of {_PRESIDIO_SCORE} or more; no language model",
    )


def _replaced(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text with a mark in place of each span."""
    out, end = "", 0
    for start, stop in sorted(spans):
        if stop > end:
            out += (text[end:start] + _MARK) if start >= end else ""
            end = stop
    return out + text[end:]


def _each(value: object, scrub: Callable[[str], str]) -> object:
    """A copy with every text scrubbed."""
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, dict):
        return {scrub(key): _each(item, scrub) for key, item in value.items()}
    return [_each(item, scrub) for item in value] if isinstance(value, list) else value


def _detect_secrets(name: str) -> Tool:
    collection = importlib.import_module("detect_secrets").SecretsCollection
    default_settings = importlib.import_module("detect_secrets.settings").default_settings
    logging.getLogger("detect_secrets").setLevel(logging.ERROR)

    def lines(given: Sequence[str], suffix: str) -> list[str]:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / f"texts{suffix}"
            file.write_text("\n".join(given) + "\n", encoding="utf-8")
            secrets = collection()
            with default_settings():
                secrets.scan_file(str(file))
        found: defaultdict[int, set[str]] = defaultdict(set)
        for _, secret in secrets:
            if secret.secret_value:
                found[secret.line_number].add(secret.secret_value)
        return [_without(line, found[number]) for number, line in enumerate(given, 1)]

    def texts(given: Sequence[str]) -> list[str]:
        split = [text.splitlines() or [""] for text in given]
        left = iter(lines([line for parts in split for line in parts], ".txt"))
        return ["\n".join(next(left) for _ in parts) for parts in split]

    def event(given: Event) -> object:
        return json.loads("\n".join(lines(json.dumps(given, indent=1).splitlines(), ".json")))

    return Tool(
        name,
        texts,
        event,
        re.compile(re.escape(_MARK)),
        note="scan_file over a file of the texts, its default plugins and filters",
    )


def _without(line: str, values: set[str]) -> str:
    for value in sorted(values, key=len, reverse=True):
        line = line.replace(value, _MARK)
    return line


_PEERS: Final[dict[str, Callable[[str], Tool]]] = {
    "sentry-sdk": _sentry,
    "sentry-relay": _relay,
    "logfire": _logfire,
    "presidio-analyzer": _presidio,
    "detect-secrets": _detect_secrets,
}
