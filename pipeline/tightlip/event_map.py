"""The event map: what each field of Sentry's event format is, and what happens to it under a policy for applications.

Guarantees, of an event that has passed the scrub stage and the allowlist with these rows:

1. A field without a row does not exist.
2. A typed field has its form; a text has passed the scrubbers, name by name where it is data.
3. Of source lines, local variables, parameters of messages, headers, cookies, bodies, environments, registers, users and machines' names no
   character is left but the names that the rows say.
4. The event is one still: what Sentry groups by has its place and its form.
5. ``_meta`` says where something was taken away and by which rule, and nothing of what it was.

Not covered: what no rule of the scrubbers knows in a text. Field names are those of Sentry's documentation, "Event Payloads" and the
interfaces below it: https://develop.sentry.dev/sdk/data-model/event-payloads/.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tightlip import event_notes
from tightlip.allowlist import FIELDS, FLAG, TREE, Field, Kind, matching, one_of
from tightlip.event_contexts import CONTEXT_ROWS
from tightlip.event_forms import (
    CODE,
    DIST,
    ENVIRONMENT_TEXT,
    EVENT_TYPE,
    FINGERPRINT,
    FRAME_PLATFORM,
    IDENTITY,
    LABEL,
    LEVEL,
    LOGGER,
    METHOD,
    ORIGIN,
    PLAIN,
    PLATFORM,
    RELEASE_TEXT,
    REMOVED,
    SOURCE,
    STATUS,
    THREAD_ID,
    UNIT,
)
from tightlip.event_frames import FILE, IMAGE, PACKAGE
from tightlip.event_headers import HEADERS
from tightlip.event_ids import (
    ADDRESS,
    ANY_TIME,
    BUILD_HASH,
    CODE_ID,
    COMMIT_TEXT,
    DEBUG_ID,
    DECIMAL,
    ENTIRE,
    SPAN_HASH,
    SPAN_ID,
    TRACE_ID,
    UUID,
    VERSION_TEXT,
)
from tightlip.event_routes import ROUTE
from tightlip.event_tags import TAGS
from tightlip.event_tree import same_as
from tightlip.event_values import PARAMETERS, VARIABLES

if TYPE_CHECKING:
    from collections.abc import Iterable

_META: Final = Kind("places and rules", lambda _: False)

_FRAMES: Final = "exception.values[].stacktrace.frames[]"
_STACK: Final = "exception.values[].stacktrace"


def _group(path: str, what: str, *rows: tuple[Kind, str, str]) -> Iterable[Field]:
    """Rows below one path: kind, name, and what it is."""
    return (
        Field(f"{path}.{name}" if path else name, kind, f"{what}: {words}" if what else words)
        for kind, name, words in rows
    )


APP_FIELDS: Final[tuple[Field, ...]] = (
    *_group("", "",
        (UUID, "event_id", "the report's own id"),
        (ANY_TIME, "timestamp", "when it happened"),
        (ANY_TIME, "start_timestamp", "when it began"),
        (ANY_TIME, "received", "when it arrived"),
        (PLATFORM, "platform", "the language"),
        (LEVEL, "level", "how bad it is"),
        (EVENT_TYPE, "type", "what kind of report it is"),
        (RELEASE_TEXT, "release", "the application's name and version"),
        (DIST, "dist", "the distribution"),
        (ENVIRONMENT_TEXT, "environment", "where it was deployed"),
        (LOGGER, "logger", "the logger's name"),
        (ROUTE, "transaction", "the route or task"),
        (SOURCE, "transaction_info.source", "how the route was named"),
        (REMOVED, "transaction_info.original", "the route as it was called"),
        (ROUTE, "culprit", "the route or function"),
        (IDENTITY, "server_name", "the machine's name"),
        (IDENTITY, "site", "the machine's name"),
        (IDENTITY, "user", "the user: id, name, mail, address, place and all else"),
        (PLAIN, "message", "the message"),
        (PLAIN, "message.message", "the message, in another form of it"),
        (PLAIN, "message.formatted", "the message, in another form of it"),
        (PARAMETERS, "message.params", "what the message is filled with"),
        (PLAIN, "logentry.message", "the message, with holes"),
        (PLAIN, "logentry.formatted", "the message, filled"),
        (PARAMETERS, "logentry.params", "what the message is filled with"),
        (FINGERPRINT, "fingerprint[]", "what groups equal failures"),
        (TAGS, "tags", "tags"),
        (LABEL, "tags.workspace", "the workspace"),
        (COMMIT_TEXT, "tags.commit", "the commit"),
        (CODE, "tags.rung", "how the message's template was found"),
        (TREE, "extra", "extra data"),
        (VERSION_TEXT, "modules.*", "versions of installed packages"),
        (DECIMAL, "measurements.*.value", "measurements"),
        (UNIT, "measurements.*.unit", "units of measurements"),
        (CODE, "errors[].type", "errors of processing: kind"),
        (CODE, "errors[].name", "errors of processing: field"),
        (REMOVED, "errors[].value", "errors of processing: the value"),
    ),
    *_group("exception.values[]", "the error",
        (CODE, "type", "its class"), (CODE, "module", "the module of its class"), (PLAIN, "value", "its message"), (THREAD_ID, "thread_id", "the thread"),
    ),
    *_group("exception.values[].mechanism", "where the error was caught",
        (CODE, "type", "kind"), (FLAG, "handled", "whether the program dealt with it"), (FLAG, "synthetic", "whether it is no real error"),
        (PLAIN, "description", "description"), (ROUTE, "help_link", "link to documentation"), (CODE, "source", "how it belongs to another error"),
        (FLAG, "is_exception_group", "whether it is a group"), (ENTIRE, "exception_id", "its number"), (ENTIRE, "parent_id", "the number of the error it belongs to"),
        (TREE, "data", "data"), (ENTIRE, "meta.errno.number", "error number"), (CODE, "meta.errno.name", "name of the error number"),
        (ENTIRE, "meta.signal.number", "signal"), (ENTIRE, "meta.signal.code", "code of the signal"), (CODE, "meta.signal.name", "name of the signal"),
        (CODE, "meta.signal.code_name", "name of the signal's code"), (ENTIRE, "meta.mach_exception.exception", "Mach exception"),
        (ENTIRE, "meta.mach_exception.code", "Mach exception: code"), (ENTIRE, "meta.mach_exception.subcode", "Mach exception: subcode"),
        (CODE, "meta.mach_exception.name", "Mach exception: name"), (ENTIRE, "meta.ns_error.code", "NSError: code"), (CODE, "meta.ns_error.domain", "NSError: domain"),
    ),
    *_group(_STACK, "stack trace",
        (CODE, "lang", "language"), (FLAG, "snapshot", "whether it was taken from outside"), (REMOVED, "registers", "values of registers"),
        (one_of("auto", "all", "all_but_first", "none"), "instruction_addr_adjustment", "how addresses are read"),
    ),
    *_group(_FRAMES, "stack trace",
        (CODE, "function", "the function"), (CODE, "raw_function", "the function as it is written"), (CODE, "symbol", "the symbol"), (CODE, "module", "the module"),
        (PACKAGE, "package", "the library"), (FILE, "filename", "the file"), (FILE, "abs_path", "the file's path"), (ENTIRE, "lineno", "the line"), (ENTIRE, "colno", "the column"),
        (REMOVED, "context_line", "the source line"), (REMOVED, "pre_context", "source lines before it"), (REMOVED, "post_context", "source lines after it"),
        (ROUTE, "source_link", "link to the source"), (VARIABLES, "vars", "local variables"), (FLAG, "in_app", "whether the frame is the application's"), (FLAG, "native", "whether it is native code"),
        (FRAME_PLATFORM, "platform", "the language"), (CODE, "lang", "the language"), (CODE, "trust", "how the frame was found"), (FLAG, "stack_start", "whether it is the first"),
        (ADDRESS, "image_addr", "address of the library"), (ADDRESS, "instruction_addr", "address of the instruction"), (ADDRESS, "symbol_addr", "address of the function"),
        (ADDRESS, "function_id", "number of the function"), (matching("how addresses are read", r"abs|rel:[0-9A-Fa-f\-]{1,45}"), "addr_mode", "how addresses are read"),
        (FILE, "data.sourcemap", "the source map"), (CODE, "data.orig_function", "the function before mapping"), (FILE, "data.orig_filename", "the file before mapping"),
        (ENTIRE, "data.orig_lineno", "the line before mapping"), (ENTIRE, "data.orig_colno", "the column before mapping"), (ENTIRE, "data.orig_in_app", "whether it was the application's"),
        (ENTIRE, "lock.type", "a lock: its state"), (ADDRESS, "lock.address", "a lock: its address"), (CODE, "lock.package_name", "a lock: its package"),
        (CODE, "lock.class_name", "a lock: its class"), (THREAD_ID, "lock.thread_id", "a lock: its thread"),
    ),
    *_group("threads.values[]", "threads",
        (THREAD_ID, "id", "number"), (PLAIN, "name", "name"), (CODE, "state", "state"), (FLAG, "crashed", "whether it failed"), (FLAG, "current", "whether it made the report"), (FLAG, "main", "whether it is the main thread"),
        (FLAG, "daemon", "whether the program ends without it"), (ENTIRE, "priority", "priority"),
    ),
    *_group("breadcrumbs.values[]", "steps before the failure",
        (ANY_TIME, "timestamp", "when"), (LEVEL, "level", "level"), (CODE, "type", "kind"), (CODE, "category", "category"), (PLAIN, "message", "message"), (UUID, "event_id", "another report"),
        (CODE, "origin", "who wrote it"), (TREE, "data", "data"), (ROUTE, "data.url", "URL"), (ROUTE, "data.to", "where to"), (ROUTE, "data.from", "where from"),
        (REMOVED, 'data."http.query"', "query"), (REMOVED, 'data."http.fragment"', "fragment"),
    ),
    *_group("request", "the request",
        (METHOD, "method", "method"), (ROUTE, "url", "URL"), (REMOVED, "query_string", "query"), (REMOVED, "fragment", "fragment"), (HEADERS, "headers", "headers"),
        (IDENTITY, "cookies", "cookies"), (REMOVED, "data", "body"), (REMOVED, "env", "the server's environment"), (one_of("rest", "graphql"), "api_target", "kind of interface"),
        (LABEL, "inferred_content_type", "kind of body"), (LABEL, "protocol", "protocol"), (ENTIRE, "body_size", "size of the body"),
    ),
    *_group("spans[]", "spans",
        (TRACE_ID, "trace_id", "the trace"), (SPAN_ID, "span_id", "its id"), (SPAN_ID, "parent_span_id", "the span around it"), (SPAN_ID, "segment_id", "the first span"),
        (CODE, "op", "kind of operation"), (PLAIN, "description", "what it does"), (STATUS, "status", "how it ended"), (ANY_TIME, "start_timestamp", "when it began"), (ANY_TIME, "timestamp", "when it ended"),
        (DECIMAL, "exclusive_time", "time of its own"), (ORIGIN, "origin", "who made it"), (SPAN_HASH, "hash", "what groups it"), (TAGS, "tags", "tags"), (TREE, "data", "data"),
        (REMOVED, 'data."http.query"', "query"), (REMOVED, 'data."http.fragment"', "fragment"), (REMOVED, 'data."url.query"', "query"), (REMOVED, 'data."url.fragment"', "fragment"),
        (ROUTE, 'data."url.path"', "path of the URL"), (PLAIN, 'data."url.full"', "URL"), (PLAIN, 'data."http.url"', "URL"), (ROUTE, 'data."http.route"', "route"), (ROUTE, 'data."http.target"', "path of the URL"),
        (FLAG, "same_process_as_parent", "whether its parent ran here"), (FLAG, "is_segment", "whether it is the first"), (PLATFORM, "platform", "the language"), (CODE, "kind", "side of the call"),
        (UUID, "profile_id", "the profile"), (DECIMAL, "measurements.*.value", "measurements"), (UNIT, "measurements.*.unit", "units"),
    ),
    *_group("debug_meta", "loaded images",
        (CODE, "sdk_info.sdk_name", "the system"), (ENTIRE, "sdk_info.version_major", "version of the system"), (ENTIRE, "sdk_info.version_minor", "version of the system"),
        (ENTIRE, "sdk_info.version_patchlevel", "version of the system"), (matching("a kind of image", r"[a-z][a-z_0-9]{1,15}"), "images[].type", "kind"),
        (ADDRESS, "images[].image_addr", "address"), (ADDRESS, "images[].image_vmaddr", "address in the file"), (ENTIRE, "images[].image_size", "size"), (DEBUG_ID, "images[].debug_id", "id of the build"),
        (CODE_ID, "images[].code_id", "id of the file"), (DEBUG_ID, "images[].id", "id of the build"), (DEBUG_ID, "images[].uuid", "id of the build"), (BUILD_HASH, "images[].debug_checksum", "hash of the file"),
        (IMAGE, "images[].code_file", "file"), (IMAGE, "images[].debug_file", "file of symbols"), (IMAGE, "images[].name", "file"), (CODE, "images[].arch", "processor"),
        (ENTIRE, "images[].cpu_type", "processor"), (ENTIRE, "images[].cpu_subtype", "processor"),
    ),
    *_group("sdk", "who made the report",
        (CODE, "name", "name"), (VERSION_TEXT, "version", "version"), (CODE, "integrations[]", "integrations"), (CODE, "features[]", "features"),
        (CODE, "packages[].name", "packages"), (VERSION_TEXT, "packages[].version", "versions of packages"), (one_of("auto", "never", "legacy"), "settings.infer_ip", "whether the server reads the address of the sender"),
    ),
    *CONTEXT_ROWS,
    # Other ways to write the same.
    Field("exception.values[].raw_stacktrace", same_as(_STACK), "stack trace: before mapping"),
    Field("threads.values[].stacktrace", same_as(_STACK), "stack trace: of threads"),
    Field("threads.values[].raw_stacktrace", same_as(_STACK), "stack trace: of threads, before mapping"),
    Field("threads.values[].held_locks.*", same_as(f"{_FRAMES}.lock"), "threads: locks"),
    Field("stacktrace", same_as(_STACK), "stack trace: of the report"),
    Field("exception[]", same_as("exception.values[]"), "the error: as a bare list"),
    Field("threads[]", same_as("threads.values[]"), "threads: as a bare list"),
    Field("breadcrumbs[]", same_as("breadcrumbs.values[]"), "steps before the failure: as a bare list"),
    Field(event_notes.KEY, _META, "where something was taken away, and by which rule"),
)  # fmt: skip
"""What may leave under a policy for applications, beside and in place of `FIELDS`."""


def overlaid(base: tuple[Field, ...], rows: tuple[Field, ...]) -> tuple[Field, ...]:
    """One table of two.

    A row of the second takes the place of one of the first with its path, of all below a place that refers to another, and of any key of a
    whole of one kind.
    """
    given = {row.path for row in rows} | {f"{row.path}.*" for row in rows if row.kind.whole}
    referring = tuple(f"{row.path}." for row in rows if row.kind.same)
    return (*(row for row in base if row.path not in given and not row.path.startswith(referring)), *rows)


APP_ROWS: Final = overlaid(FIELDS, APP_FIELDS)
"""The whole table for applications."""
