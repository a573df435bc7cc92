"""Failures of twenty more published packages: see ``cases``. Parsers, validators and protocols, whose messages are built in other ways."""

from __future__ import annotations

import asyncio
import errno
import io
from functools import partial
from typing import Any

from cases import LOOPBACK, REFUSED_PORT, Canaries, Failure, fails, load, os_error

_HELPER = "a helper raises what its caller says"
_STR = "the class's __str__"
_VARIABLE = "the message is in a local name"

_table: list[Failure] = []
_fails = partial(fails, _table)


# --- PyYAML ----------------------------------------------------------------------------------------------------------
# MarkedYAMLError keeps its four parameters, and its __str__ joins those that are given: a list that grows in branches.


@_fails(
    "while scanning for the next token\nfound character {ch!r} that cannot start any token\n{problem_mark}", note=_STR
)
def yaml_token(c: Canaries) -> object:
    return load("yaml").safe_load(f"{c.name}: [{c.text}: @")


@_fails(
    "while parsing a flow sequence\n{context_mark}\nexpected ',' or ']', but got {token.id!r}\n{problem_mark}",
    note=_STR,
)
def yaml_sequence(c: Canaries) -> object:
    return load("yaml").safe_load(f"{c.name}: [{c.text}")


@_fails("mapping values are not allowed here\n{problem_mark}", note=_STR)
def yaml_mapping(c: Canaries) -> object:
    return load("yaml").safe_load(f"{c.name}: {c.text}: {c.key}")


@_fails("found undefined alias {anchor!r}\n{problem_mark}", note=_STR)
def yaml_alias(c: Canaries) -> object:
    return load("yaml").safe_load(f"{c.name}: *{c.text}")


@_fails("could not determine a constructor for the tag {node.tag!r}\n{problem_mark}", note=_STR)
def yaml_tag(c: Canaries) -> object:
    return load("yaml").safe_load(f"!{c.name} {c.text}")


@_fails("while constructing a mapping\n{context_mark}\nfound unhashable key\n{problem_mark}", note=_STR)
def yaml_key(c: Canaries) -> object:
    return load("yaml").safe_load(f"{{[{c.name}]: 1}}")


@_fails(
    "unacceptable character #x{self.character:04x}: {self.reason}\n  in {self.name}, position {self.position}",
    rung="alternatives",
    note=f"{_STR}, one of two",
)
def yaml_character(c: Canaries) -> object:
    return load("yaml").safe_load(f"{c.name}\x01")


@_fails("('cannot represent an object', {data})", note="two arguments: the repr of the tuple")
def yaml_represent(c: Canaries) -> object:
    return load("yaml").safe_dump({c.name: {c.key: c}})


@_fails("month must be in 1..12", rung="builtin")
def yaml_date(c: Canaries) -> object:
    return load("yaml").safe_load("2026-99-01")


# --- jsonschema ------------------------------------------------------------------------------------------------------

_VALIDATING = (
    "\n\nFailed validating {self.validator!r} in {schema_path}:\n    {schema}\n\nOn {instance_path}:\n    {instance}"
)


@_fails(
    f"{{instance!r}} is not of type {{reprs}}{_VALIDATING}",
    note="yielded in one function, raised in another; __str__ adds",
)
def jsonschema_type(c: Canaries) -> object:
    return load("jsonschema").validate(c.text, {"type": "integer"})


@_fails(
    f"{{property!r}} is a required property{_VALIDATING}",
    note="yielded in one function, raised in another; __str__ adds",
)
def jsonschema_required(c: Canaries) -> object:
    return load("jsonschema").validate({c.name: c.key}, {"type": "object", "required": ["size"]})


@_fails(
    f"{{instance!r}} is not one of {{enums!r}}{_VALIDATING}",
    note="yielded in one function, raised in another; __str__ adds",
)
def jsonschema_enum(c: Canaries) -> object:
    return load("jsonschema").validate(c.text, {"enum": [c.key]})


@_fails(
    f"{{instance!r}} is not valid under any of the given schemas{_VALIDATING}",
    note="the exception is made from another one, of another class",
)
def jsonschema_schema(c: Canaries) -> object:
    return load("jsonschema").Draft202012Validator.check_schema({"type": c.name})


@_fails(
    "Unknown type {self.type!r} for validator with schema:\n    {self.schema}\n\nWhile checking instance:\n    {self.instance}",
    note=f"{_STR}: dedent of an f-string",
)
def jsonschema_unknown_type(c: Canaries) -> object:
    return load("jsonschema").Draft202012Validator({"type": c.name}).validate(c.text)


@_fails("{instance!r} is not a {format!r}", note="__str__ gives the message that the __init__ kept")
def jsonschema_format(c: Canaries) -> object:
    return load("jsonschema").FormatChecker().check(c.text, "ipv4")


@_fails(
    "{type}: {self.ref!r} does not exist within {self.resource.contents!r}",
    note="wraps an error of a dependency, whose __str__ says it",
)
def jsonschema_reference(c: Canaries) -> object:
    return load("jsonschema").validate(c.text, {"$ref": f"#/$defs/{c.name}"})


# --- packaging -------------------------------------------------------------------------------------------------------


@_fails("Invalid version: {version!r}")
def packaging_version(c: Canaries) -> object:
    return load("packaging.version").Version(c.text)


@_fails("Invalid specifier: {spec!r}")
def packaging_specifier(c: Canaries) -> object:
    return load("packaging.specifiers").SpecifierSet(f"=>{c.text}")


@_fails(
    "Expected {expected} or end\n    {self.source}\n    {marker}",
    note=f"raise X(str(e)); {_HELPER}; {_STR}",
)
def packaging_requirement(c: Canaries) -> object:
    return load("packaging.requirements").Requirement(f"{c.name} {c.text}")


@_fails(
    "Expected matching {close_token} for {open_token}, after {around}\n    {self.source}\n    {marker}",
    note=f"raise X(str(e)); {_HELPER}; {_STR}",
)
def packaging_extra(c: Canaries) -> object:
    return load("packaging.requirements").Requirement(f"{c.name}[{c.text}")


@_fails(
    "Expected a marker variable or quoted string\n    {self.source}\n    {marker}",
    note=f"raise X(str(e)); {_HELPER}; {_STR}",
)
def packaging_marker(c: Canaries) -> object:
    return load("packaging.markers").Marker(f"{c.name} == '{c.text}'")


@_fails("Invalid wheel filename (extension must be '.whl'): {filename!r}")
def packaging_wheel(c: Canaries) -> object:
    return load("packaging.utils").parse_wheel_filename(f"{c.text}.zip")


@_fails("Unknown license: {final_token!r}", note=_VARIABLE)
def packaging_license(c: Canaries) -> object:
    return load("packaging.licenses").canonicalize_license_expression(c.name)


@_fails(
    "Invalid version: {version!r} in {self.context!r}",
    rung="alternatives",
    note="the argument is the exception being handled; the __str__ tests what was given",
)
def packaging_lock(c: Canaries) -> object:
    return load("packaging.pylock").Pylock.from_dict({"lock-version": c.text, "created-by": c.name})


@_fails(
    "Unexpected type {type(value).__name__} (expected {expected_type.__name__}) in {context!r}",
    rung="alternatives",
    note=_STR,
)
def packaging_url(c: Canaries) -> object:
    return load("packaging.direct_url").DirectUrl.from_dict({"url": c.number})


@_fails(
    "invalid metadata ({} sub-exceptions)",
    note="a group, by a collector's context manager: its caller says the message",
)
def packaging_metadata(c: Canaries) -> object:
    return load("packaging.metadata").Metadata.from_raw({"name": c.email})


# --- h11 -------------------------------------------------------------------------------------------------------------


def _h11_received(data: str) -> object:
    h11 = load("h11")
    connection = h11.Connection(h11.SERVER)
    connection.receive_data(data.encode())
    return connection.next_event()


@_fails("expected CLIENT or SERVER, not {our_role!r}")
def h11_role(c: Canaries) -> object:
    return load("h11").Connection(c.name)


@_fails(
    "illegal request line: {lines[0]!r}",
    note=f"{_HELPER}, with .format; raised again as another class by changing __class__",
)
def h11_line(c: Canaries) -> object:
    return _h11_received(f"{c.text}\r\nHost: {c.host}\r\n\r\n")


@_fails(
    "illegal header line: {line!r}",
    note=f"{_HELPER}, with .format; raised again as another class by changing __class__",
)
def h11_header(c: Canaries) -> object:
    return _h11_received(f"GET / HTTP/1.1\r\n{c.email} {c.key}\r\n\r\n")


@_fails("Illegal method characters", note=_HELPER)
def h11_method(c: Canaries) -> object:
    return load("h11").Request(method=f"{c.email} x", target=c.path, headers=[("Host", c.host)])


@_fails("bad Content-Length", note=_HELPER)
def h11_length(c: Canaries) -> object:
    headers = [("Host", c.host), ("Content-Length", c.text)]
    return load("h11").Request(method="POST", target=c.path, headers=headers)


@_fails("Missing mandatory Host: header")
def h11_host(c: Canaries) -> object:
    return load("h11").Request(method="GET", target=c.path, headers=[("X-Key", c.key)])


@_fails("Response status_code should be in range [200, 1000), not {self.status_code}")
def h11_status(c: Canaries) -> object:
    return load("h11").Response(status_code=c.number, headers=[("Server", c.name)])


@_fails("can't handle event type {event_type.__name__} when role={role} and state={self.states[role]}")
def h11_state(c: Canaries) -> object:
    h11 = load("h11")
    return h11.Connection(h11.CLIENT).send(h11.Data(data=c.text.encode()))


@_fails("Too much data for declared Content-Length")
def h11_body(c: Canaries) -> object:
    h11 = load("h11")
    connection = h11.Connection(h11.CLIENT)
    connection.send(h11.Request(method="POST", target=c.path, headers=[("Host", c.host), ("Content-Length", "3")]))
    return connection.send(h11.Data(data=c.text.encode()))


# --- PyJWT -----------------------------------------------------------------------------------------------------------


def _jwt_decoded(c: Canaries, claims: dict[str, object], **options: Any) -> object:
    jwt = load("jwt")
    return jwt.decode(jwt.encode(claims, c.token), c.token, **{"algorithms": ["HS256"], **options})


@_fails("Not enough segments")
def jwt_segments(c: Canaries) -> object:
    return load("jwt").decode(c.token, c.key, algorithms=["HS256"])


@_fails("Invalid {name} padding")
def jwt_padding(c: Canaries) -> object:
    return load("jwt").decode(f"{c.text}x.{c.name}.{c.key}", c.key, algorithms=["HS256"])


@_fails('It is required that you pass in a value for the "algorithms" argument when calling decode().')
def jwt_algorithms(c: Canaries) -> object:
    return _jwt_decoded(c, {"sub": c.name}, algorithms=None)


@_fails("Signature has expired")
def jwt_expired(c: Canaries) -> object:
    return _jwt_decoded(c, {"exp": c.number})


@_fails('Token is missing the "{self.claim}" claim', note=_STR)
def jwt_claim(c: Canaries) -> object:
    return _jwt_decoded(c, {"sub": c.name}, options={"require": [c.text]})


@_fails("Expecting a dict object, as JWT only supports JSON objects as payloads.")
def jwt_payload(c: Canaries) -> object:
    return load("jwt").encode(c.text, c.token)


@_fails("Unsupported kty: {kty}")
def jwt_key(c: Canaries) -> object:
    return load("jwt").PyJWK({"kty": c.name, "k": c.key})


# --- urllib3 ---------------------------------------------------------------------------------------------------------


@_fails("Failed to parse: {host_port!r} is not a valid host or port", note="the class's __init__ adds")
def urllib3_url(c: Canaries) -> object:
    return load("urllib3").util.parse_url(f"http://[{c.text}/{c.token}")


@_fails("Not supported URL scheme {scheme}", note="the class's __init__")
def urllib3_scheme(c: Canaries) -> object:
    return load("urllib3").PoolManager().connection_from_url(f"{c.name}://{c.host}/")


@_fails(
    f"{{conn}}: Failed to establish a new connection: {os_error(errno.ECONNREFUSED)}",
    note="the class's __init__ adds; the hole names the exception being handled",
)
def urllib3_refused(c: Canaries) -> object:
    manager = load("urllib3").PoolManager(retries=False)
    return manager.request("GET", f"http://{LOOPBACK}:{REFUSED_PORT}{c.path}", headers={"X-Key": c.key})


@_fails("{pool}: Max retries exceeded with url: {url} (Caused by {reason!r})", note="three levels of __init__")
def urllib3_retries(c: Canaries) -> object:
    manager = load("urllib3").PoolManager(retries=load("urllib3").Retry(1, backoff_factor=0))
    return manager.request("GET", f"http://{LOOPBACK}:{REFUSED_PORT}{c.path}", headers={"X-Key": c.key})


@_fails("Timeout value {name} was {value}, but it must be an int, float or None.")
def urllib3_timeout(c: Canaries) -> object:
    return load("urllib3").Timeout(connect=c.text)


@_fails("{pool}: Tried to open a foreign host with url: {url}", note="three levels of __init__")
def urllib3_host(c: Canaries) -> object:
    return load("urllib3").HTTPConnectionPool(c.host).urlopen("GET", c.url, retries=load("urllib3").Retry(0))


@_fails("{pool}: Pool is closed.", note="the class's __init__ adds")
def urllib3_closed(c: Canaries) -> object:
    pool = load("urllib3").HTTPConnectionPool(LOOPBACK, REFUSED_PORT)
    pool.close()
    return pool.request("GET", c.path)


@_fails(
    "('Received response with content-encoding: {content_encoding}, but failed to decode it.', {e})",
    note="two arguments: the repr of the tuple; the second one is the exception being handled",
)
def urllib3_decode(c: Canaries) -> object:
    headers = {"content-encoding": "gzip"}
    body = io.BytesIO(c.text.encode())
    return load("urllib3").HTTPResponse(body=body, headers=headers, preload_content=False).read()


@_fails("module '{}' has no attribute '{}'", rung="builtin")
def urllib3_verify(c: Canaries) -> object:
    return load("urllib3").util.ssl_.resolve_cert_reqs(c.text)


@_fails("'body' must be a bytes-like object, file-like object, or iterable. Instead was {body!r}")
def urllib3_body(c: Canaries) -> object:
    manager = load("urllib3").PoolManager()
    return manager.request("POST", f"http://{LOOPBACK}:{REFUSED_PORT}/", body=c.number, retries=False)


# --- httpcore --------------------------------------------------------------------------------------------------------


@_fails("{name} must be bytes or str, but got {seen_type}.")
def httpcore_url(c: Canaries) -> object:
    return load("httpcore").URL(c.number)


@_fails("Request URL has an unsupported protocol '{scheme}://'.")
def httpcore_protocol(c: Canaries) -> object:
    return load("httpcore").request("GET", f"ftp://{c.host}{c.path}")


@_fails(
    os_error(errno.ECONNREFUSED),
    note="raise to_exc(exc) in a context manager; the argument is the exception being handled",
)
def httpcore_refused(c: Canaries) -> object:
    return load("httpcore").request("GET", f"http://{LOOPBACK}:{REFUSED_PORT}{c.path}", headers={"X-Key": c.key})


@_fails("{name} must be a mapping or sequence of two-tuples, but got {seen_type}.")
def httpcore_headers(c: Canaries) -> object:
    return load("httpcore").Request("GET", f"https://{c.host}", headers=c.number)


@_fails(
    "Attempted to access 'response.content' on a streaming response. Call 'response.read()' first.", rung="alternatives"
)
def httpcore_not_read(c: Canaries) -> object:
    return load("httpcore").Response(200, content=iter([c.text.encode()])).content


@_fails("Server disconnected without sending a response.", note=_VARIABLE)
def httpcore_disconnected(c: Canaries) -> object:
    httpcore = load("httpcore")
    pool = httpcore.ConnectionPool(network_backend=httpcore.MockBackend([]))
    return pool.request("GET", f"http://{c.host}{c.path}", headers={"X-Key": c.key})


# --- starlette -------------------------------------------------------------------------------------------------------


@_fails("Routed paths must start with '/'", note="an assertion")
def starlette_path(c: Canaries) -> object:
    return load("starlette.routing").Route(c.name, str)


@_fails("Unknown path convertor '{convertor_type}'", note="an assertion")
def starlette_convertor(c: Canaries) -> object:
    return load("starlette.routing").compile_path(f"/{{{c.name}:{c.text}}}")


@_fails("Duplicated param name{ending} {names} at path {path}")
def starlette_duplicate(c: Canaries) -> object:
    return load("starlette.routing").compile_path(f"/{{{c.name}}}/{{{c.name}}}")


@_fails('No route exists for name "{name}" and params "{params}".', note="the class's __init__")
def starlette_no_route(c: Canaries) -> object:
    return load("starlette.routing").Router([]).url_path_for(c.name, key=c.key)


@_fails("\"Config '{key}' is missing, and has no default.\"", note="a KeyError")
def starlette_config(c: Canaries) -> object:
    return load("starlette.config").Config(environ={c.text: c.key})(c.name)


@_fails("Config '{key}' has value '{value}'. Not a valid {cast.__name__}.")
def starlette_cast(c: Canaries) -> object:
    return load("starlette.config").Config(environ={c.name: c.text})(c.name, cast=int)


@_fails("Directory '{directory}' does not exist")
def starlette_folder(c: Canaries) -> object:
    return load("starlette.staticfiles").StaticFiles(directory=c.path)


@_fails("File at path {self.path} does not exist.", note="in a task")
def starlette_file(c: Canaries) -> object:
    response = load("starlette.responses").FileResponse(c.path)
    return asyncio.run(response({"type": "http", "method": "GET", "headers": [], "extensions": {}}, None, None))


@_fails("'{self.__class__.__name__}' object has no attribute '{key}'", note=".format of a local name")
def starlette_state(c: Canaries) -> object:
    return getattr(load("starlette.datastructures").State({c.text: c.key}), c.name)


@_fails("Negative integers are not supported", note="an assertion")
def starlette_integer(c: Canaries) -> object:
    return load("starlette.convertors").IntegerConvertor().to_string(-c.number)


@_fails(None, note="an assertion without a message")
def starlette_endpoint(c: Canaries) -> object:
    return load("starlette.endpoints").HTTPEndpoint({"type": c.name}, None, None)


# --- dateutil --------------------------------------------------------------------------------------------------------


@_fails("Unknown string format: {timestr}", note=f"{_STR}: args[0] % args[1:]")
def dateutil_format(c: Canaries) -> object:
    return load("dateutil.parser").parse(c.text)


@_fails("Parser must be a string or character stream, not {instream.__class__.__name__}")
def dateutil_type(c: Canaries) -> object:
    return load("dateutil.parser").parse(c.number)


@_fails("Expected {n} digits, got {digits.decode('ascii')!r}", note=".format with a conversion")
def dateutil_iso(c: Canaries) -> object:
    return load("dateutil.parser").isoparse(c.text)


@_fails("not enough values to unpack (expected {}, got {})", rung="builtin")
def dateutil_rule(c: Canaries) -> object:
    return load("dateutil.rrule").rrulestr(c.text)


@_fails("invalid '{name}': {value}")
def dateutil_frequency(c: Canaries) -> object:
    return load("dateutil.rrule").rrulestr(f"FREQ={c.text}")


@_fails("relativedelta only diffs datetime/date")
def dateutil_delta(c: Canaries) -> object:
    return load("dateutil.relativedelta").relativedelta(c.text, c.name)


@_fails("unknown string format")
def dateutil_zone(c: Canaries) -> object:
    return load("dateutil.tz").tzstr(c.text)


# --- tomlkit ---------------------------------------------------------------------------------------------------------

_PARSE_ERROR = "raise self.parse_error(Class, ...), and two levels of __init__"


@_fails("Unexpected character: {char!r} at line {line} col {col}", note=_PARSE_ERROR)
def tomlkit_character(c: Canaries) -> object:
    return load("tomlkit").parse(f"{c.name} = {c.text}")


@_fails("Unexpected end of file at line {line} col {col}", note=_PARSE_ERROR)
def tomlkit_end(c: Canaries) -> object:
    return load("tomlkit").parse(f'{c.name} = "{c.text}')


@_fails('Key "{key}" already exists. at line {line} col {col}', note=f"{_PARSE_ERROR}; str(e)")
def tomlkit_twice(c: Canaries) -> object:
    return load("tomlkit").parse(f"{c.name} = 1\n{c.name} = {c.number}")


@_fails("Invalid date at line {line} col {col}", note=_PARSE_ERROR)
def tomlkit_date(c: Canaries) -> object:
    return load("tomlkit").parse(f"{c.name} = 2026-99-99")


@_fails("Invalid character {char!r} in string at line {line} col {col}", note=_PARSE_ERROR)
def tomlkit_escape(c: Canaries) -> object:
    return load("tomlkit").parse(f'{c.name} = "\\q{c.text}"')


@_fails(
    "Control characters (codes less than 0x1f and 0x7f) are not allowed in {type}, use {escape} instead at line {line} col {col}",
    note=_PARSE_ERROR,
)
def tomlkit_control(c: Canaries) -> object:
    return load("tomlkit").parse(f'{c.name} = "{c.text}\x01"')


@_fails("Unable to convert an object of {type(value)} to a TOML item")
def tomlkit_item(c: Canaries) -> object:
    return load("tomlkit").item(c)


@_fails("'Key \"{key}\" does not exist.'", note="the class's __init__; a KeyError")
def tomlkit_missing(c: Canaries) -> object:
    return load("tomlkit").parse(f"{c.key} = 1")[c.name]


# --- anyio -----------------------------------------------------------------------------------------------------------


@_fails("No such backend: {backend}")
def anyio_backend(c: Canaries) -> object:
    return load("anyio").run(str, backend=c.name)


@_fails(
    "Not currently running on any asynchronous event loop. Available async backends: {', '.join(get_all_backends())}",
    note="from a function that is called for its error",
)
def anyio_no_loop(c: Canaries) -> object:
    return load("anyio").get_current_task()


@_fails("Not running inside an AnyIO worker thread, and no event loop token was provided")
def anyio_thread(c: Canaries) -> object:
    return load("anyio").from_thread.run(str, c.name)


@_fails("max_buffer_size must be either an integer or math.inf")
def anyio_stream(c: Canaries) -> object:
    return load("anyio").create_memory_object_stream(c.text)


@_fails("must be real number, not {}", rung="builtin")
def anyio_limiter(c: Canaries) -> object:
    anyio = load("anyio")

    async def main() -> object:
        return anyio.CapacityLimiter(c.text)

    return anyio.run(main)


@_fails("All connection attempts failed", note="an OSError raised in Python, without a number")
def anyio_refused(c: Canaries) -> object:
    anyio = load("anyio")
    return anyio.run(anyio.connect_tcp, LOOPBACK, REFUSED_PORT)


@_fails(
    "Command '{self.cmd}' returned non-zero exit status {self.returncode}.",
    rung="alternatives",
    note=f"{_STR}, the standard library's",
)
def anyio_process(c: Canaries) -> object:
    anyio = load("anyio")
    return anyio.run(anyio.run_process, ["false", c.text])


# --- attrs -----------------------------------------------------------------------------------------------------------


def _attr_class(validator: Any) -> Any:
    attr = load("attr")
    return attr.make_class("Job", {"size": attr.ib(validator=validator)})


@_fails("can't set attribute", note="raise of a class with a class-level `args`")
def attr_frozen(c: Canaries) -> object:
    job = load("attr").make_class("Job", ["size"], frozen=True)(c.text)
    job.size = c.key
    return job


@_fails(
    "(\"'{attr.name}' must be {self.type!r} (got {value!r} that is a {value.__class__!r}).\", {attr}, {self.type}, {value})",
    note="four arguments: the repr of the tuple; called by generated code",
)
def attr_instance(c: Canaries) -> object:
    return _attr_class(load("attr").validators.instance_of(int))(c.text)


@_fails("'{attr.name}' must be {self.compare_op} {self.bound}: {value}", note="called by generated code")
def attr_less(c: Canaries) -> object:
    return _attr_class(load("attr").validators.lt(3))(c.number)


@_fails("Length of '{attr.name}' must be <= {self.max_length}: {len(value)}", note=_VARIABLE)
def attr_length(c: Canaries) -> object:
    return _attr_class(load("attr").validators.max_len(3))(c.text)


@_fails(
    "'{attr.name}' must be callable (got {value!r} that is a {actual}).",
    note="keywords only; .format of a local name; a __str__ that gives what the __init__ kept",
)
def attr_callable(c: Canaries) -> object:
    return _attr_class(load("attr").validators.is_callable())(c.text)


@_fails("Passed object must be a class or attrs instance.", note=_VARIABLE)
def attr_fields(c: Canaries) -> object:
    return load("attr").fields(c.text)


@_fails("{}() got an unexpected keyword argument '{}'", rung="builtin")
def attr_evolve(c: Canaries) -> object:
    attr = load("attr")
    return attr.evolve(attr.make_class("Job", ["size"])(c.number), **{c.name: c.key})


@_fails(
    "No mandatory attributes allowed after an attribute with a default value or factory.  Attribute in question: {a!r}",
    note=_VARIABLE,
)
def attr_order(c: Canaries) -> object:
    attr = load("attr")
    return attr.make_class("Job", {"size": attr.ib(default=c.number), c.name: attr.ib()})


# --- structlog -------------------------------------------------------------------------------------------------------


@_fails('Invalid key: "{key}"', note=_VARIABLE)
def structlog_key(c: Canaries) -> object:
    return load("structlog").processors.LogfmtRenderer()(None, None, {f"{c.email} x": c.text})


@_fails("Object of type {o.__class__.__name__} is not JSON serializable", note="raised by the standard library")
def structlog_json(c: Canaries) -> object:
    return load("structlog").processors.JSONRenderer(default=None)(None, None, {c.name: c})


@_fails(
    "Last processor didn't return an appropriate value.  Valid return values are a dict, a tuple of (args, kwargs), bytes, or a "
    "str.",
    note=_VARIABLE,
)
def structlog_processor(c: Canaries) -> object:
    return load("structlog").wrap_logger(None, processors=[lambda *_: c.number]).info(c.text)


@_fails(None, note="KeyError(key)")
def structlog_unbind(c: Canaries) -> object:
    return load("structlog").wrap_logger(None, processors=[]).unbind(c.name)


@_fails("UNIX timestamps are always UTC.", note=_VARIABLE)
def structlog_time(c: Canaries) -> object:
    return load("structlog").processors.TimeStamper(fmt=None, utc=False, key=c.name)


@_fails('can only concatenate str (not "{}") to str', rung="builtin")
def structlog_bytes(c: Canaries) -> object:
    return load("structlog").BytesLogger(io.BytesIO()).info(c.text)


# --- python-multipart ------------------------------------------------------------------------------------------------


@_fails("Expected boundary character {boundary[index]:d}, got {c:d} at index {index:d}", note=_VARIABLE)
def python_multipart_boundary(c: Canaries) -> object:
    return load("python_multipart").MultipartParser(b"b").write(c.text.encode())


@_fails("Unknown Content-Type: {content_type}")
def python_multipart_type(c: Canaries) -> object:
    return load("python_multipart").create_form_parser({"Content-Type": c.text.encode()}, None, None)


@_fails("No Content-Type header given!")
def python_multipart_header(c: Canaries) -> object:
    return load("python_multipart").create_form_parser({c.name: c.text}, None, None)


@_fails("max_size must be a positive number, not {max_size!r}")
def python_multipart_size(c: Canaries) -> object:
    return load("python_multipart").OctetStreamParser(max_size=-c.number)


@_fails("invalid literal for int() with base {}: {}", rung="builtin")
def python_multipart_length(c: Canaries) -> object:
    headers = {"Content-Type": b"multipart/form-data; boundary=b", "Content-Length": c.text.encode()}
    return load("python_multipart").parse_form(headers, io.BytesIO(c.text.encode()), None, None)


@_fails("There are {len(self.cache)} bytes remaining in the Base64Decoder cache when finalize() is called")
def python_multipart_base64(c: Canaries) -> object:
    decoder = load("python_multipart.decoders").Base64Decoder(io.BytesIO())
    decoder.write(c.text.encode()[:3])
    return decoder.finalize()


# --- cryptography (what is written in Python) ------------------------------------------------------------------------


@_fails("Fernet key must be 32 url-safe base64-encoded bytes.")
def cryptography_fernet(c: Canaries) -> object:
    return load("cryptography.fernet").Fernet(c.key)


@_fails(None, note="raise of a class, without a message")
def cryptography_token(c: Canaries) -> object:
    return load("cryptography.fernet").Fernet(b"MDAw" * 10 + b"MDA=").decrypt(c.token)


@_fails("Invalid key size ({len(key) * 8}) for {algorithm.name}.")
def cryptography_key_size(c: Canaries) -> object:
    return load("cryptography.hazmat.primitives.ciphers.algorithms").AES(c.text.encode()[:5])


@_fails("Invalid IV size ({iv_len}) for {self.name}.")
def cryptography_vector(c: Canaries) -> object:
    ciphers = load("cryptography.hazmat.primitives.ciphers")
    return ciphers.Cipher(ciphers.algorithms.AES(c.text.encode()), ciphers.modes.CBC(c.text.encode()[:5]))


@_fails("Attribute's length must be >= {min_length} and <= {max_length}, but it was {c_len}", note=_VARIABLE)
def cryptography_name(c: Canaries) -> object:
    x509 = load("cryptography.x509")
    return x509.NameAttribute(x509.oid.NameOID.COUNTRY_NAME, c.text)


@_fails(
    "DNSName values should be passed as an A-label string. This means unicode characters should be encoded via a library like idna."
)
def cryptography_host(c: Canaries) -> object:
    return load("cryptography.x509").DNSName(c.accented)


@_fails("Serial number must be of integral type.")
def cryptography_serial(c: Canaries) -> object:
    return load("cryptography.x509").CertificateBuilder().serial_number(c.text)


# --- pydantic --------------------------------------------------------------------------------------------------------

_VALIDATION = "raised in Rust: the type of the error stands in the exception"
_MORE = "\n    For further information visit {url}"


def _pydantic_model(**config: Any) -> Any:
    return load("pydantic").create_model("Job", __config__=config, __module__=__name__, size=(int, 1))


@_fails(
    "{} validation error{} for {}\n{}\n  Input should be a valid integer, unable to parse string as an integer [type=int_parsing, "
    f"input_value={{}}, input_type={{}}]{_MORE}",
    rung="adapter",
    note=_VALIDATION,
)
def pydantic_integer(c: Canaries) -> object:
    return _pydantic_model().model_validate({"size": c.text, c.name: c.key})


@_fails(
    "{} validation error{} for {}\n  Invalid JSON: {} [type=json_invalid, input_value={}, input_type={}]" + _MORE,
    rung="adapter",
    note=_VALIDATION,
)
def pydantic_json(c: Canaries) -> object:
    return _pydantic_model().model_validate_json(c.text)


@_fails(
    "{} validation error{} for {}\n{}\n  Instance is frozen [type=frozen_instance, input_value={}, input_type={}]"
    + _MORE,
    rung="adapter",
    note=_VALIDATION,
)
def pydantic_frozen(c: Canaries) -> object:
    job = _pydantic_model(frozen=True)()
    job.size = c.number
    return job


@_fails('"{self.__class__.__name__}" object has no field "{name}"')
def pydantic_field(c: Canaries) -> object:
    job = _pydantic_model()()
    setattr(job, c.name, c.key)
    return job


@_fails("{type(self).__name__!r} object has no attribute {item!r}", rung="builtin")
def pydantic_attribute(c: Canaries) -> object:
    return getattr(_pydantic_model()(), c.name)


@_fails("cannot specify both default and default_factory")
def pydantic_default(c: Canaries) -> object:
    return load("pydantic").Field(default=c.text, default_factory=str)


@_fails(
    "Field {var_name!r} requires a type annotation\n\nFor further information visit {DEV_ERROR_DOCS_URL}{self.code}",
    rung="alternatives",
    note=f"{_STR}, one of two",
)
def pydantic_annotation(c: Canaries) -> object:
    pydantic = load("pydantic")
    return type("Job", (pydantic.BaseModel,), {c.name: pydantic.Field(c.number), "__module__": __name__})


@_fails(
    "Cannot generate a JsonSchema for {error_info}\n\nFor further information visit {DEV_ERROR_DOCS_URL}{self.code}",
    rung="alternatives",
    note=f"{_STR}, one of two",
)
def pydantic_schema(c: Canaries) -> object:
    return load("pydantic").TypeAdapter(load("collections.abc").Callable).json_schema(ref_template=c.text)


# --- marshmallow -----------------------------------------------------------------------------------------------------

_MAKE_ERROR = "raise self.make_error(key): a table of messages in the class"


@_fails("Not a valid integer.", note=_MAKE_ERROR)
def marshmallow_integer(c: Canaries) -> object:
    return load("marshmallow").fields.Int(strict=True).deserialize(c.text)


@_fails("Missing data for required field.", note=_MAKE_ERROR)
def marshmallow_required(c: Canaries) -> object:
    marshmallow = load("marshmallow")
    return marshmallow.fields.Str(required=True, data_key=c.name).deserialize(marshmallow.missing)


@_fails("Not a valid {obj_type}.", note=f"{_MAKE_ERROR}, with .format")
def marshmallow_time(c: Canaries) -> object:
    return load("marshmallow").fields.DateTime().deserialize(c.text)


@_fails(None, note="the repr of a dictionary, whose messages a store collected")
def marshmallow_schema(c: Canaries) -> object:
    marshmallow = load("marshmallow")
    return marshmallow.Schema.from_dict({"size": marshmallow.fields.Int()})().load({"size": c.text})


@_fails(
    "Must be less than or equal to {self.max}.", note="attributes of the class, .format in the __init__ and in a method"
)
def marshmallow_range(c: Canaries) -> object:
    return load("marshmallow").validate.Range(max=3)(c.number)


@_fails("Must be one of: {choices}.", note="an attribute of the class, .format in a method")
def marshmallow_choice(c: Canaries) -> object:
    return load("marshmallow").validate.OneOf([c.name])(c.text)


@_fails("Not a valid URL.", note="an attribute of the class, .format in a method")
def marshmallow_url(c: Canaries) -> object:
    return load("marshmallow").validate.URL()(c.text)


@_fails("Class with name {classname!r} was not found. You may need to import the class.")
def marshmallow_class(c: Canaries) -> object:
    return load("marshmallow").fields.Nested(c.name).schema


@_fails("Invalid fields for {self}: {invalid_fields}.", note=_VARIABLE)
def marshmallow_only(c: Canaries) -> object:
    marshmallow = load("marshmallow")
    return marshmallow.Schema.from_dict({"size": marshmallow.fields.Int()})(only=[c.name])


@_fails(
    "ValidationError raised by `{class_name}`, but error key `{key}` does not exist in the `error_messages` dictionary.",
    note="a constant of the module, .format",
)
def marshmallow_key(c: Canaries) -> object:
    return load("marshmallow").fields.Int().make_error(c.name)


# --- cattrs ----------------------------------------------------------------------------------------------------------


def _cattrs_class() -> Any:
    attr = load("attr")
    return attr.make_class("Job", {"size": attr.ib(type=int)})


@_fails("invalid literal for int() with base {}: {}", rung="builtin")
def cattrs_integer(c: Canaries) -> object:
    return load("cattrs").structure(c.text, int)


@_fails("While structuring {type!r} ({} sub-exception)", note="a group with notes")
def cattrs_list(c: Canaries) -> object:
    return load("cattrs").structure([c.text], list[int])


@_fails("While structuring {cl.__name__} ({} sub-exception)", rung="outer", note="a group, raised in generated code")
def cattrs_class(c: Canaries) -> object:
    return load("cattrs").structure({"size": c.text}, _cattrs_class())


@_fails("{val} not in literal {type}")
def cattrs_literal(c: Canaries) -> object:
    from typing import Literal

    return load("cattrs").structure(c.text, Literal["a"])


@_fails("Unsupported type: {cl!r}. Register a structure hook for it.", note=f"{_VARIABLE}; a __str__ of the class")
def cattrs_type(c: Canaries) -> object:
    return load("cattrs").structure(c.text, type("Job", (), {}))


@_fails(
    "Extra fields in constructor for {cl_name}: {extra_fields}",
    rung="outer",
    note="raised in generated code; the class's __str__",
)
def cattrs_extra(c: Canaries) -> object:
    converter = load("cattrs").Converter(forbid_extra_keys=True, detailed_validation=False)
    return converter.structure({"size": c.number, c.name: c.key}, _cattrs_class())


# --- idna ------------------------------------------------------------------------------------------------------------


@_fails("Label must not start or end with a hyphen")
def idna_hyphen(c: Canaries) -> object:
    return load("idna").encode(f"-{c.name}")


@_fails("Codepoint {_unot(cp_value)} at position {pos + 1} of {label!r} not allowed")
def idna_codepoint(c: Canaries) -> object:
    return load("idna").encode(f"{c.accented}_")


@_fails("Joiner {_unot(cp_value)} not allowed at position {pos + 1} in {label!r}")
def idna_joiner(c: Canaries) -> object:
    return load("idna").encode(f"a\u200d{c.name}")


@_fails("Invalid A-label", note="from a UnicodeError of the standard library")
def idna_ascii(c: Canaries) -> object:
    return load("idna").decode(b"xn--" + c.name.encode())


@_fails("Invalid direction for codepoint at position {idx} in a right-to-left label")
def idna_direction(c: Canaries) -> object:
    return load("idna").encode(f"\u05d0{c.name}")


# --- uvicorn ---------------------------------------------------------------------------------------------------------


@_fails(
    'Import string "{import_str}" must be in format "<module>:<attribute>".', note=f"{_VARIABLE}, .format with a name"
)
def uvicorn_import(c: Canaries) -> object:
    return load("uvicorn.importer").import_from_string(c.text)


@_fails('Could not import module "{module_str}".', note=f"{_VARIABLE}, .format with a name")
def uvicorn_module(c: Canaries) -> object:
    return load("uvicorn.importer").import_from_string(f"{c.name}:{c.text}")


@_fails('Attribute "{attrs_str}" not found in module "{module_str}".', note=f"{_VARIABLE}, .format with names")
def uvicorn_attribute(c: Canaries) -> object:
    return load("uvicorn.importer").import_from_string(f"json:{c.text}")


@_fails(None, note="KeyError(key), raised in C")
def uvicorn_level(c: Canaries) -> object:
    return load("uvicorn").Config(str, log_config=None, log_level=c.text)


@_fails(
    "{fname} doesn't exist", note="raised by the standard library: a FileNotFoundError with a message and no number"
)
def uvicorn_log_file(c: Canaries) -> object:
    return load("uvicorn").Config(str, log_config=c.path)


@_fails("too many values to unpack (expected {})", rung="builtin")
def uvicorn_headers(c: Canaries) -> object:
    return load("uvicorn").Config(str, log_config=None, headers=[c.text]).load()


FAILURES: tuple[Failure, ...] = tuple(_table)
"""Every failure above, in order."""
