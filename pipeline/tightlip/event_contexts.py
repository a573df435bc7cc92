"""The contexts of an event of an application: rows of `event_map`.

A context of a known name or ``type`` has typed rows, and the rest of it passes the scrubbers; of devices and of feedback nothing but the rows
exists. Source: "Contexts Interface", https://develop.sentry.dev/sdk/data-model/event-payloads/contexts/.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tightlip.allowlist import FLAG, TREE, Field, Kind
from tightlip.event_forms import CODE, FLAG_NAME, IDENTITY, LABEL, ORIGIN, PLAIN, REMOVED, STATUS, THREAD_ID
from tightlip.event_headers import HEADERS
from tightlip.event_ids import (
    ANY_TIME,
    DECIMAL,
    ENTIRE,
    LANGUAGE,
    LOCALE,
    RESOLUTION,
    SPAN_ID,
    TRACE_ID,
    TYPE_OF,
    UUID,
    VERSION_TEXT,
)
from tightlip.event_routes import ROUTE
from tightlip.event_tree import same_as

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTEXT: Final = replace(
    TREE, words="as the context that its type names, else any data after the scrubbers", by_type=True
)
"""A context of any name."""

#: Context -> what it is, whether data of other names may be in it, and kind -> names.
_CONTEXTS: Final[dict[str, tuple[str, bool, tuple[tuple[Kind, str], ...]]]] = {
    "os": ("the operating system", True, (
        (PLAIN, "name raw_description build kernel_version distribution_name distribution_pretty_name"),
        (VERSION_TEXT, "version distribution_version"), (LABEL, "theme"), (FLAG, "rooted"),
    )),
    "device": ("the device", False, (
        (IDENTITY, "name id uuid device_id device_unique_identifier serial serial_number host_name hostname boot_time"),
        (PLAIN, "family model model_id arch manufacturer brand orientation cpu_description device_type battery_status class chipset connection_type timezone timezone_display_name thermal_state archs[]"),
        (LOCALE, "locale language"), (RESOLUTION, "screen_resolution"),
        (DECIMAL, "battery_level battery_temperature screen_density screen_dpi screen_width_pixels screen_height_pixels memory_size free_memory usable_memory storage_size free_storage external_storage_size external_free_storage processor_count processor_frequency num_cpu"),
        (FLAG, "online charging low_memory simulator low_power_mode supports_vibration supports_accelerometer supports_gyroscope supports_audio supports_location_service"),
    )),
    "runtime": ("the language's runtime", True, (
        (PLAIN, "name build raw_description"), (VERSION_TEXT, "version"), (FLAG, "free_threaded"), (ENTIRE, "bits"),
    )),
    "app": ("the application", True, (
        (ANY_TIME, "app_start_time"), (IDENTITY, "device_app_hash vendor_id"), (CODE, "app_identifier app_name build_type start_type installer_store view_names[] split_names[]"),
        (VERSION_TEXT, "app_version app_build"), (DECIMAL, "app_memory free_memory"), (FLAG, "in_foreground is_split_apks is_active"),
    )),
    "browser": ("the browser", True, ((PLAIN, "name"), (VERSION_TEXT, "version"), (REMOVED, "user_agent raw_description"))),
    "client_os": ("the browser's operating system", True, ((PLAIN, "name"), (VERSION_TEXT, "version"))),
    "gpu": ("the graphics processor", True, (
        (PLAIN, "name vendor_name api_type npot_support graphics_shader_level"), (THREAD_ID, "id vendor_id"), (VERSION_TEXT, "version"), (DECIMAL, "memory_size max_texture_size"),
        (FLAG, "multi_threaded_rendering supports_draw_call_instancing supports_ray_tracing supports_compute_shaders supports_geometry_shaders"),
    )),
    "culture": ("language and calendar", True, ((PLAIN, "calendar display_name timezone"), (LOCALE, "locale"), (FLAG, "is_24_hour_format"))),
    '"Current Culture"': ("language and calendar of .NET", False, ((PLAIN, 'calendar "Calendar"'), (LOCALE, 'name "Name"'), (LANGUAGE, 'display_name "DisplayName"'))),
    "trace": ("the trace", False, (
        (TRACE_ID, "trace_id"), (SPAN_ID, "span_id parent_span_id"), (CODE, "op"), (ORIGIN, "origin"), (PLAIN, "description"), (STATUS, "status"), (DECIMAL, "exclusive_time client_sample_rate"), (FLAG, "sampled"),
    )),
    "response": ("the response", True, (
        (ENTIRE, "status_code body_size"), (HEADERS, "headers"), (REMOVED, "cookies data"), (LABEL, "inferred_content_type"),
    )),
    "cloud_resource": ("where it runs", True, (
        (LABEL, '"cloud.provider" "cloud.platform" "cloud.region" "cloud.availability_zone" "host.type"'), (IDENTITY, '"cloud.account.id" "host.id"'),
    )),
    "otel": ("OpenTelemetry's data", True, ()),
    "profile": ("the profile", False, ((UUID, "profile_id profiler_id"),)),
    "flags": ("feature flags", False, ((FLAG_NAME, "values[].flag"), (PLAIN, "values[].result"))),
    "replay": ("the replay", False, ((UUID, "replay_id"), (DECIMAL, "error_sample_rate session_sample_rate"))),
    "monitor": ("the scheduled job", True, ((UUID, "id"), (CODE, "slug"))),
    "feedback": ("a user's words", False, (
        (REMOVED, "message"), (PLAIN, "source"), (IDENTITY, "contact_email name"), (ROUTE, "url"), (UUID, "associated_event_id replay_id"),
    )),
    "state": ("the application's state", True, ()),
    "unity": ("the game engine", True, ((FLAG, "is_main_thread"),)),
    "memory_info": ("the garbage collector", True, ()),
    "nel": ("a network error", True, ((IDENTITY, "server_ip"), (REMOVED, "referrer"))),
}  # fmt: skip


def _rows() -> Iterator[Field]:
    for name, (what, is_open, kinds) in _CONTEXTS.items():
        path = f"contexts.{name}"
        if is_open:
            yield Field(path, TREE, f"{what}: other data")
        yield Field(f"{path}.type", TYPE_OF, f"{what}: the context's type")
        for kind, names in kinds:
            for key in names.split():
                yield Field(f"{path}.{key}", kind, f"{what}: {_words(key)}")
    yield Field("contexts.trace.data", same_as("spans[].data"), "the trace: its data")
    yield Field("contexts.*", CONTEXT, "other contexts")


def _words(key: str) -> str:
    return key.strip('"').replace("[].", ", ").replace("[]", "").replace("_", " ").replace(".", " ")


CONTEXT_ROWS: Final = tuple(_rows())
"""One row for each field of a context."""
