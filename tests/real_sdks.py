"""Failures of published packages, each made offline, through public functions, with a canary in every argument.

A table for tests: what to run, and what a report about it should say (see ``cases``). Each template was read off the package's
source by hand, at the versions in ``VERSIONS``. More packages are in ``more_sdks``; ``FAILURES`` has all the tables.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import errno
import hashlib
import hmac
import importlib
import io
import os
import tempfile
import warnings
from contextlib import closing, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import builtin_failures
import form_failures
import more_sdks
from cases import (
    LOOPBACK,
    REFUSED_PORT,
    THROWAWAY,
    VERSIONS,
    Canaries,
    Failure,
    canaries,
    fails,
    importable,
    is_version_read,
    load,
    os_error,
)
from probe import reporter_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    import tightlip

__all__ = ["FAILURES", "VERSIONS", "Canaries", "Failure", "canaries", "is_version_read", "reporters"]

_IN_C = "raised in C"
_HOLE = "the raise site has a hole only"
_HELPER = "a helper raises what its caller says"
_ALTERNATIVES = "several templates reach the raise"
_CHAINED = "the message is the text of the exception being handled"
_GENERATED = "the innermost frame is code that the package generated: no file, not trusted"
_DECORATED = "the class's __str__ adds to the message"

_table: list[Failure] = []
_fails = partial(fails, _table)


#: Exceptions that these packages make in one place and raise in another: what their vendors would record.
RECORDED = {
    "jsonschema": (("jsonschema.exceptions", "_Error"),),
    "formica": (("formica.future", "Refused"),),
}


def reporters() -> dict[str, tightlip.Reporter]:
    """A reporter for each package that fails."""
    found = {package: reporter_for(importable(package)) for package in (*VERSIONS, *THROWAWAY)}
    for package, classes in RECORDED.items():
        found[package].record_creations(*(getattr(importlib.import_module(module), name) for module, name in classes))
    return found


# --- httpx ---------------------------------------------------------------------------------------------------------


def _httpx_client(httpx: Any, status: int = 200, *, headers: dict[str, str] | None = None, body: str = "") -> Any:
    def answer(_request: object) -> Any:
        return httpx.Response(status, headers=headers, text=body)

    return httpx.Client(transport=httpx.MockTransport(answer), trust_env=False)


@_fails("Invalid port: {port!r}")
def httpx_url_port(c: Canaries) -> object:
    return load("httpx").URL(f"https://{c.name}:{c.key}@{c.host}:{c.text}{c.path}")


@_fails(
    "Invalid non-printable ASCII character in URL, {char!r} at position {idx}.",
    note="a local name, assigned twice in the function, one assignment reaching",
)
def httpx_url_control_character(c: Canaries) -> object:
    return load("httpx").URL(f"https://{c.host}/\x01{c.token}")


@_fails(
    "Invalid non-printable ASCII character in URL {key} component, {char!r} at position {idx}.",
    note="the other assignment of the same name",
)
def httpx_url_component(c: Canaries) -> object:
    return load("httpx").URL("https://example.invalid", path=f"{c.path}\x01", username=c.name)


@_fails("Invalid IPv4 address: {host!r}")
def httpx_url_ip(c: Canaries) -> object:
    return load("httpx").URL(f"https://{c.ip}0000{c.path}")


@_fails("Invalid IPv6 address: {host!r}")
def httpx_url_address(c: Canaries) -> object:
    return load("httpx").URL(f"https://[{c.text}]{c.path}")


@_fails("{key!r} is an invalid keyword argument for URL()")
def httpx_url_keyword(c: Canaries) -> object:
    return load("httpx").URL(f"https://{c.host}", **{c.name: c.token})


@_fails("Argument {key!r} must be {expected} but got {seen}")
def httpx_url_argument(c: Canaries) -> object:
    return load("httpx").URL(f"https://{c.host}", path=c.number)


@_fails("Invalid type for url.  Expected str or httpx.URL, got {type(url)}: {url!r}")
def httpx_url_type(c: Canaries) -> object:
    return load("httpx").URL(c.number)


@_fails("Unknown scheme for proxy URL {url!r}")
def httpx_proxy_scheme(c: Canaries) -> object:
    return load("httpx").Proxy(f"ftp://{c.name}:{c.key}@{c.host}")


@_fails("Header value must be str or bytes, not {type(value)}")
def httpx_header_type(c: Canaries) -> object:
    return load("httpx").Headers({f"X-{c.name}": c.number})


@_fails("'{}' codec can't encode character '{}' in position {}: ordinal not in range(128)", rung="adapter", note=_IN_C)
def httpx_header_encoding(c: Canaries) -> object:
    httpx = load("httpx")
    return httpx.Request("GET", f"https://{c.host}", headers={"Authorization": f"Bearer {c.token}{c.accented}"})


@_fails("Unexpected type for 'content', {type(content)!r}")
def httpx_content_type(c: Canaries) -> object:
    return load("httpx").Request("POST", c.url, content=c.number)


@_fails("Invalid type for value. Expected primitive type, got {type(value)}: {value!r}")
def httpx_multipart_value(c: Canaries) -> object:
    files = {c.name: (c.text, c.token.encode())}
    return load("httpx").Request("POST", c.url, data={c.name: {c.key: c.email}}, files=files)


@_fails('Invalid "auth" argument: {auth!r}')
def httpx_auth_type(c: Canaries) -> object:
    with _httpx_client(load("httpx")) as client:
        return client.get(c.url, auth=c.number)


@_fails("Cannot send a request, as the client has been closed.")
def httpx_client_closed(c: Canaries) -> object:
    client = _httpx_client(load("httpx"))
    client.close()
    return client.get(c.url, headers={"X-Key": c.key})


@_fails("Exceeded maximum allowed redirects.", note="the class takes keyword arguments too")
def httpx_redirects(c: Canaries) -> object:
    with _httpx_client(load("httpx"), 302, headers={"Location": c.path}) as client:
        return client.get(c.url, follow_redirects=True)


@_fails("Invalid URL in location header: Invalid port: {port!r}.", note="the hole names the exception being handled")
def httpx_redirect_location(c: Canaries) -> object:
    with _httpx_client(load("httpx"), 302, headers={"Location": f"https://{c.host}:{c.text}/"}) as client:
        return client.get(c.url, follow_redirects=True)


@_fails(
    "{error_type} '{self.status_code} {self.reason_phrase}' for url '{self.url}'\nFor more information check: "
    "https://developer.mozilla.org/en-US/docs/Web/HTTP/Status/{self.status_code}",
    rung="alternatives",
    note=f"{_ALTERNATIVES}; a constant with .format(self, ...) and attribute fields",
)
def httpx_status(c: Canaries) -> object:
    with _httpx_client(load("httpx"), 403, body=c.email) as client:
        return client.get(c.url).raise_for_status()


@_fails("Malformed Digest WWW-Authenticate header")
def httpx_digest(c: Canaries) -> object:
    httpx = load("httpx")
    with _httpx_client(httpx, 401, headers={"WWW-Authenticate": f'Digest realm="{c.name}"'}) as client:
        return client.get(c.url, auth=httpx.DigestAuth(c.name, c.key))


@_fails(
    "Expecting value: line {lineno} column {colno} (char {err.value})",
    note="raised by the standard library; the class's __init__ formats with %",
)
def httpx_json(c: Canaries) -> object:
    return load("httpx").Response(200, text=c.text).json()


@_fails("Error {} while decompressing data: {}", note=f"{_CHAINED}, which was raised in C")
def httpx_decoding(c: Canaries) -> object:
    return load("httpx").Response(200, headers={"Content-Encoding": "gzip"}, content=c.text.encode())


@_fails(
    "Attempted to access streaming response content, without having called `read()`.",
    note="no argument: the class's __init__ says it",
)
def httpx_not_read(c: Canaries) -> object:
    httpx = load("httpx")
    return httpx.Response(200, headers={"X-Key": c.key}, content=iter([c.text.encode()])).text


@_fails("Multiple cookies exist with name={name}")
def httpx_cookie_conflict(c: Canaries) -> object:
    cookies = load("httpx").Cookies()
    cookies.set(c.name, c.key, domain=c.host)
    cookies.set(c.name, c.token, domain=f"other.{c.host}")
    return cookies.get(c.name)


@_fails(None, note=_HOLE)
def httpx_cookie_missing(c: Canaries) -> object:
    return load("httpx").Cookies({c.key: c.token})[c.name]


@_fails(os_error(errno.ECONNREFUSED), note=f"raise of a class held in a variable; {_CHAINED}, three times over")
def httpx_refused(c: Canaries) -> object:
    with load("httpx").Client(verify=False, trust_env=False) as client:
        return client.get(f"http://{c.name}:{c.key}@{LOOPBACK}:{REFUSED_PORT}{c.path}?token={c.token}")


@_fails(os_error(errno.ENOENT), rung="adapter", note="the C code sets no filename")
def httpx_certificate(c: Canaries) -> object:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return load("httpx").create_ssl_context(verify=False, cert=(c.path, c.path))


# --- requests ------------------------------------------------------------------------------------------------------


@contextmanager
def _requests_session(
    status: int = 200, *, headers: dict[str, str] | None = None, body: bytes = b""
) -> Iterator[tuple[Any, Any]]:
    """A session whose answers come from memory, for any URL that starts with https."""
    requests = load("requests")

    class Memory:
        def send(self, request: Any, **_options: object) -> Any:
            response = requests.Response()
            response.status_code = status
            response.headers.update(headers or {})
            response.raw = io.BytesIO(body)
            response.url = request.url
            response.request = request
            response.reason = "Out Of Luck"
            return response

        def close(self) -> None:
            pass

    with requests.Session() as session:
        session.trust_env = False
        session.mount("https://", Memory())
        yield requests, session


@_fails("Invalid URL {url!r}: No scheme supplied. Perhaps you meant https://{url}?")
def requests_scheme(c: Canaries) -> object:
    with _requests_session() as (_, session):
        return session.get(f"{c.host}{c.path}", params={"token": c.token}, auth=(c.name, c.key))


@_fails("Invalid URL {url!r}: No host supplied")
def requests_host(c: Canaries) -> object:
    with _requests_session() as (_, session):
        return session.get(f"https:///?token={c.token}", headers={"X-Key": c.key})


@_fails("URL has an invalid label.")
def requests_label(c: Canaries) -> object:
    with _requests_session() as (_, session):
        return session.get(f"https://*{c.host}{c.path}")


@_fails(
    "Failed to parse: {host_port!r} is not a valid host or port",
    note="raise InvalidURL(*e.args): the arguments are those of the exception being handled",
)
def requests_port(c: Canaries) -> object:
    with _requests_session() as (_, session):
        return session.get(f"https://{c.host}:{c.text}{c.path}")


@_fails("No connection adapters were found for {url!r}")
def requests_adapter(c: Canaries) -> object:
    with _requests_session() as (_, session):
        return session.get(f"ftp://{c.name}:{c.key}@{c.host}{c.path}")


@_fails(
    "Invalid leading whitespace, reserved character(s), or return character(s) in header {header_kind}: "
    "{header_part!r}",
)
def requests_header_value(c: Canaries) -> object:
    with _requests_session() as (_, session):
        return session.get(c.url, headers={"Authorization": f"Bearer {c.token}\r\nX-Key: {c.key}"})


@_fails("Header part ({header_part!r}) from {header} must be of type str or bytes, not {type(header_part)}")
def requests_header_type(c: Canaries) -> object:
    with _requests_session() as (_, session):
        return session.get(c.url, headers={c.name: c.number})


@_fails("{self.status_code} Client Error: {reason} for url: {self.url}", rung="alternatives", note=_ALTERNATIVES)
def requests_status(c: Canaries) -> object:
    with _requests_session(403, body=c.email.encode()) as (_, session):
        return session.get(c.url).raise_for_status()


@_fails("Exceeded {self.max_redirects} redirects.")
def requests_redirects(c: Canaries) -> object:
    with _requests_session(302, headers={"Location": c.path}) as (_, session):
        session.max_redirects = 3
        return session.get(c.url)


@_fails(
    "{e.msg}: line {lineno} column {colno} (char {e.pos})", note="the class forwards *args to the standard library's"
)
def requests_json(c: Canaries) -> object:
    with _requests_session(body=c.text.encode()) as (_, session):
        return session.get(c.url).json()


@_fails("Out of range float values are not JSON compliant", note=_CHAINED)
def requests_json_body(c: Canaries) -> object:
    with _requests_session() as (_, session):
        return session.post(c.url, json={c.name: [c.email, float("nan")]})


@_fails(
    "Could not find a suitable TLS CA certificate bundle, invalid path: {cert_loc}",
    note="an OSError raised in Python, with a message and no errno: not for the adapter",
)
def requests_bundle(c: Canaries) -> object:
    with _requests_session() as (requests, session):
        session.mount("https://", requests.adapters.HTTPAdapter())
        return session.get(f"https://{LOOPBACK}:{REFUSED_PORT}{c.path}", verify=c.path)


@_fails("Could not find the TLS key file, invalid path: {conn.key_file}")
def requests_certificate(c: Canaries) -> object:
    with _requests_session() as (requests, session):
        session.mount("https://", requests.adapters.HTTPAdapter())
        return session.get(f"https://{LOOPBACK}:{REFUSED_PORT}{c.path}", cert=(__file__, c.path))


@_fails(
    "Invalid timeout {timeout}. Pass a (connect, read) timeout tuple, or a single float to set both timeouts to the "
    "same value.",
)
def requests_timeout(c: Canaries) -> object:
    with _requests_session() as (_, session):
        return session.get(f"http://{LOOPBACK}:{REFUSED_PORT}{c.path}", timeout=(c.text, 1, c.key))


@_fails(
    "{pool}: Max retries exceeded with url: {url} (Caused by {reason!r})",
    note="the argument is the exception being handled, whose classes build the message on three levels",
)
def requests_refused(c: Canaries) -> object:
    with _requests_session() as (_, session):
        return session.get(f"http://{LOOPBACK}:{REFUSED_PORT}{c.path}?token={c.token}", auth=(c.name, c.key))


@_fails('"name={name!r}, domain={domain!r}, path={path!r}"', note="a KeyError: its text is the repr of the message")
def requests_cookie_missing(c: Canaries) -> object:
    requests = load("requests")
    return requests.utils.cookiejar_from_dict({c.key: c.token})[c.name]


@_fails("There are multiple cookies with name, {name!r}")
def requests_cookie_conflict(c: Canaries) -> object:
    jar = load("requests").cookies.RequestsCookieJar()
    jar.set(c.name, c.key, domain=c.host)
    jar.set(c.name, c.token, domain=f"other.{c.host}")
    return jar[c.name]


@_fails("create_cookie() got unexpected keyword arguments: {list(badargs)}")
def requests_cookie_keyword(c: Canaries) -> object:
    return load("requests").cookies.create_cookie(c.name, c.key, **{c.text: c.token})


@_fails("chunk_size must be an int, it is instead a {type(chunk_size)}.")
def requests_chunk_size(c: Canaries) -> object:
    with _requests_session(body=c.text.encode()) as (_, session):
        return session.get(c.url, stream=True).iter_content(chunk_size=c.text)


@_fails("Data must not be a string.")
def requests_files(c: Canaries) -> object:
    requests = load("requests")
    return requests.Request("POST", c.url, data=c.email, files={c.name: (c.text, c.token)}).prepare()


@_fails('Unsupported event specified, with event name "{event}"')
def requests_hook(c: Canaries) -> object:
    return load("requests").Request("GET", c.url, hooks={c.name: []})


# --- redis ---------------------------------------------------------------------------------------------------------


def _redis_client(c: Canaries, **options: Any) -> Any:
    redis = load("redis")
    settings = {
        "host": LOOPBACK,
        "port": REFUSED_PORT,
        "username": c.name,
        "password": c.key,
        "retry": redis.retry.Retry(redis.backoff.NoBackoff(), 0),
    }
    return redis.Redis(**{**settings, **options})


@_fails("Redis URL must specify one of the following schemes (redis://, rediss://, unix://)")
def redis_url_scheme(c: Canaries) -> object:
    return load("redis").Redis.from_url(c.url)


@_fails("Invalid value for '{name}' in connection URL.")
def redis_url_option(c: Canaries) -> object:
    return load("redis").Redis.from_url(f"redis://{c.name}:{c.key}@{c.host}/0?socket_timeout={c.text}")


@_fails(
    "Error {exception.args[0]} connecting to {host_error}. {exception.args[1]}.",
    note="a local name bound by `except ... as e` and again in the block; a method returns the text",
)
def redis_refused(c: Canaries) -> object:
    with _redis_client(c) as client:
        return client.get(c.name)


@_fails(
    "Error {exception.args[0]} connecting to {host_error}. {exception.args[1]}.",
    note="a local name bound by `except ... as e` and again in the block; a method returns the text",
)
def redis_socket_missing(c: Canaries) -> object:
    with _redis_client(c, unix_socket_path=c.path) as client:
        return client.set(c.name, c.email)


@_fails("invalid literal for int() with base 10: {port!r}", rung="builtin", note=_IN_C)
def redis_port(c: Canaries) -> object:
    with _redis_client(c, port=c.text) as client:
        return client.get(c.name)


@_fails("Invalid input of type: '{typename}'. Convert to a bytes, string, int or float first.")
def redis_encode(c: Canaries) -> object:
    with _redis_client(c) as client:
        return client.get_encoder().encode({c.name: c.email})


@_fails("ex must be datetime.timedelta or int")
def redis_expiry(c: Canaries) -> object:
    with _redis_client(c) as client:
        return client.set(c.name, c.email, ex=c.text)


@_fails("ZADD allows either 'nx' or 'xx', not both")
def redis_zadd(c: Canaries) -> object:
    with _redis_client(c) as client:
        return client.zadd(c.name, {c.email: c.number}, nx=True, xx=True)


@_fails("GEODIST invalid unit")
def redis_geodist(c: Canaries) -> object:
    with _redis_client(c) as client:
        return client.geodist(c.name, c.key, c.token, unit=c.text)


@_fails("'hset' with no key value pairs")
def redis_hset(c: Canaries) -> object:
    with _redis_client(c) as client:
        return client.hset(c.name, mapping={})


@_fails("Invalid option for CLUSTER FAILOVER command: {option}")
def redis_cluster_failover(c: Canaries) -> object:
    return load("redis.commands.cluster").ClusterManagementCommands().cluster_failover(c.host, option=c.text)


@_fails("Bad query type {type(query)}")
def redis_search(c: Canaries) -> object:
    with _redis_client(c) as client:
        return client.ft(c.name).search(c.number)


@_fails("nx and xx are mutually exclusive: use one, the other or neither - but not both")
def redis_json(c: Canaries) -> object:
    with _redis_client(c) as client:
        return client.json().set(c.name, c.path, {c.key: c.email}, nx=True, xx=True)


@_fails(
    "('The only valid subcommands are ', {str(subcommands)!r})", note="two arguments: the text is the repr of the tuple"
)
def redis_json_debug(c: Canaries) -> object:
    with _redis_client(c) as client:
        return client.json().debug(c.text, c.key)


@_fails("Invalid SSL Certificate Requirements Flag: {ssl_cert_reqs}")
def redis_ssl_flag(c: Canaries) -> object:
    return load("redis").SSLConnection(host=c.host, password=c.key, ssl_cert_reqs=c.text)


@_fails("Cannot release a lock that's not owned or is already unlocked.", note="the class keeps the lock's name beside")
def redis_lock(c: Canaries) -> object:
    with _redis_client(c) as client:
        return client.lock(c.name).release()


@_fails("pubsub connection not set: did you forget to call subscribe() or psubscribe()?")
def redis_pubsub(c: Canaries) -> object:
    with _redis_client(c) as client, client.pubsub() as channel:
        return channel.check_health()


@_fails("Cannot issue nested calls to MULTI")
def redis_pipeline(c: Canaries) -> object:
    with _redis_client(c) as client, client.pipeline() as pipeline:
        pipeline.explicit_transaction = True
        pipeline.set(c.name, c.email)
        return pipeline.multi()


@_fails("No master found for {service_name!r}{error_info}")
def redis_sentinel(c: Canaries) -> object:
    redis = load("redis")
    options = {"password": c.key, "retry": redis.retry.Retry(redis.backoff.NoBackoff(), 0)}
    with closing(redis.Sentinel([(LOOPBACK, REFUSED_PORT)], sentinel_kwargs=options)) as sentinel:
        return sentinel.discover_master(c.name)


# --- stripe --------------------------------------------------------------------------------------------------------


def _stripe_client(c: Canaries, status: int = 200, body: str = "{}") -> Any:
    """A client whose answers come from memory."""
    stripe = load("stripe")

    def request(*_args: object, **_options: object) -> tuple[str, int, dict[str, str]]:
        return body, status, {}

    memory = type("Memory", (stripe.HTTPClient,), {"name": "memory", "request": request})
    return stripe.StripeClient(c.key, http_client=memory(), max_network_retries=0)


def _stripe_signature(c: Canaries, payload: str, when: int) -> str:
    return hmac.new(c.key.encode(), f"{when}.{payload}".encode(), hashlib.sha256).hexdigest()


@_fails(
    "No Stripe-Signature header value was provided. Read it from the incoming request's headers and pass it in; if this "
    "webhook has already been verified (or came from a trusted source), use one of the `*_without_verification` methods "
    "instead.",
    note=_DECORATED,
)
def stripe_webhook_header(c: Canaries) -> object:
    return load("stripe").Webhook.construct_event(f'{{"email": "{c.email}"}}', None, c.key)


@_fails("Unable to extract timestamp and signatures from header", note=_DECORATED)
def stripe_webhook_malformed(c: Canaries) -> object:
    return load("stripe").Webhook.construct_event(f'{{"email": "{c.email}"}}', c.token, c.key)


@_fails("No signatures found with expected scheme {cls.EXPECTED_SCHEME}", note=_DECORATED)
def stripe_webhook_scheme(c: Canaries) -> object:
    return load("stripe").Webhook.construct_event(f'{{"email": "{c.email}"}}', f"t={c.number},v0={c.token}", c.key)


@_fails("No signatures found matching the expected signature for payload", note=_DECORATED)
def stripe_webhook_mismatch(c: Canaries) -> object:
    return load("stripe").Webhook.construct_event(f'{{"email": "{c.email}"}}', f"t={c.number},v1={c.token}", c.key)


@_fails("Timestamp outside the tolerance zone ({timestamp})", note=_DECORATED)
def stripe_webhook_old(c: Canaries) -> object:
    payload = f'{{"email": "{c.email}"}}'
    header = f"t={c.number},v1={_stripe_signature(c, payload, c.number)}"
    return load("stripe").Webhook.construct_event(payload, header, c.key)


@_fails(
    "Could not determine which URL to request: {type(self).__name__} instance has invalid ID: {id!r}, {type(id)}. ID "
    "should be of type `str` (or `unicode`)",
    note=_DECORATED,
)
def stripe_instance_url(c: Canaries) -> object:
    stripe = load("stripe")
    return stripe.Customer.construct_from({"id": c.number, "email": c.email}, c.key).refresh()


@_fails(
    '"You tried to access the {repr(k)} index, but ListObject types only support string keys. (HINT: List calls return an '
    "object with a 'data' (which is the data array). You likely want to call .data[{repr(k)}])\"",
    note="a KeyError: its text is the repr of the message",
)
def stripe_list_index(c: Canaries) -> object:
    return load("stripe").ListObject.construct_from({"data": [{"email": c.email}]}, c.key)[c.number]


@_fails(
    "You cannot set {k} to an empty string on this object. The empty string is treated specially in our requests. If you'd "
    "like to delete the property using the save() method on this object, you may set {str(self)}.{k}=None. Alternatively, "
    "you can pass {k}='' to delete the property when using a resource method such as modify()."
)
def stripe_empty_string(c: Canaries) -> object:
    customer = load("stripe").Customer.construct_from({"email": c.email}, c.key)
    customer[c.name] = ""
    return customer


@_fails(
    "{type(self).__name__} is not iterable or a mapping; call .to_dict() for a plain dict. Docs: "
    "https://github.com/stripe/stripe-python#working-with-api-resources"
)
def stripe_iterate(c: Canaries) -> object:
    return list(load("stripe").Customer.construct_from({"email": c.email}, c.key))


@_fails(
    "'{k}' is a dict method, but a {type(self).__name__} is not a dict. Use .to_dict() to convert it. Docs: "
    "https://github.com/stripe/stripe-python#working-with-api-resources"
)
def stripe_dict_method(c: Canaries) -> object:
    return load("stripe").Customer.construct_from({"email": c.email}, c.key).items


@_fails(None, note="raise AttributeError(*err.args): the arguments are those of the exception being handled")
def stripe_attribute(c: Canaries) -> object:
    return getattr(load("stripe").Customer.construct_from({"email": c.email}, c.key), c.name)


@_fails("Invalid response body from API: {rbody} (HTTP response code was {rcode})", note=_DECORATED)
def stripe_response_body(c: Canaries) -> object:
    return _stripe_client(c, body=c.text).v1.customers.retrieve(c.name)


@_fails("Invalid response object from API: {rbody!r} (HTTP response code was {rcode})", note=_DECORATED)
def stripe_response_object(c: Canaries) -> object:
    return _stripe_client(c, 402, f'{{"email": "{c.email}"}}').v1.customers.retrieve(c.name)


@_fails(None, note="raise err, which a method returned, and its message came from the server")
def stripe_card(c: Canaries) -> object:
    body = f'{{"error": {{"type": "card_error", "message": "{c.text}", "param": "{c.name}", "code": "declined"}}}}'
    return _stripe_client(c, 402, body).v1.customers.retrieve(c.name)


@_fails(
    "Unrecognized HTTP method {method!r}.  This may indicate a bug in the Stripe bindings.  Please contact "
    "support@stripe.com for assistance.",
    note=f"% with a tuple of one; {_DECORATED}",
)
def stripe_method(c: Canaries) -> object:
    return _stripe_client(c).raw_request(c.text, f"/v1/{c.name}", email=c.email)


@_fails('Request path must be a string beginning with a single "/", got: {path!r}')
def stripe_path(c: Canaries) -> object:
    return _stripe_client(c).raw_request("get", f"{c.name}{c.path}", email=c.email)


@_fails(
    "Unexpected error communicating with Stripe.  If this problem persists,\nlet us know at support@stripe.com.\n\n"
    "(Network error: {type(e).__name__}: {str(e)})",
    rung="alternatives",
    note=f"{_ALTERNATIVES}; textwrap.fill of the literal moves its spaces and line breaks",
)
def stripe_refused(c: Canaries) -> object:
    stripe = load("stripe")
    with load("requests").Session() as session:
        session.trust_env = False
        http_client = stripe.RequestsClient(session=session)
        addresses = {"api": f"http://{LOOPBACK}:{REFUSED_PORT}"}
        client = stripe.StripeClient(c.key, http_client=http_client, base_addresses=addresses, max_network_retries=0)
        return client.v1.customers.retrieve(c.name)


@_fails(
    "Proxy(ies) must be specified as either a string URL or a dict() with string URL under the https and/or http keys."
)
def stripe_proxy(c: Canaries) -> object:
    return load("stripe").RequestsClient(proxy=(c.url, c.key))


@_fails(
    "Can't modify a card without a customer or account ID. Use stripe.Customer.modify_source('customer_id', 'card_id', "
    "...) (see https://stripe.com/docs/api/cards/update) or stripe.Account.modify_external_account('account_id', "
    "'card_id', ...) (see https://stripe.com/docs/api/external_account_cards/update)."
)
def stripe_card_modify(c: Canaries) -> object:
    return load("stripe").Card.modify(c.name, email=c.email, number=c.number_text)


# --- websockets ----------------------------------------------------------------------------------------------------


def _websockets_connect(uri: str, **options: Any) -> object:
    return load("websockets.sync.client").connect(uri, **{"proxy": None, **options})


def _websockets_protocol(c: Canaries, **options: Any) -> Any:
    uri = load("websockets.uri").parse_uri(f"wss://{c.host}{c.path}?token={c.token}")
    return load("websockets.client").ClientProtocol(uri, **options)


def _websockets_response(c: Canaries, protocol: Any, status: int, **headers: str) -> Any:
    """A handshake response, correct but for what the caller changes."""
    accept = load("websockets.utils").accept_key(protocol.key)
    fields = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Accept": accept, "Server": c.name}
    fields.update({name.replace("_", "-"): value for name, value in headers.items()})
    return load("websockets.http11").Response(status, c.text, load("websockets").Headers(fields))


@_fails(
    "{uri} isn't a valid URI: scheme isn't ws or wss",
    note="the class keeps its parameters, and its __str__ formats them",
)
def websockets_uri_scheme(c: Canaries) -> object:
    return _websockets_connect(c.url)


@_fails("{uri} isn't a valid URI: hostname isn't provided")
def websockets_uri_host(c: Canaries) -> object:
    return _websockets_connect(f"ws://{c.path}?token={c.token}")


@_fails("{uri} isn't a valid URI: fragment identifier is meaningless")
def websockets_uri_fragment(c: Canaries) -> object:
    return _websockets_connect(f"ws://{c.host}{c.path}#{c.token}")


@_fails("{uri} isn't a valid URI: username provided without password")
def websockets_uri_user(c: Canaries) -> object:
    return _websockets_connect(f"ws://{c.key}@{c.host}{c.path}")


@_fails("Port could not be cast to integer value as {port!r}", note="raised by the standard library")
def websockets_uri_port(c: Canaries) -> object:
    return _websockets_connect(f"ws://{c.host}:{c.text}{c.path}")


@_fails("{proxy} isn't a valid proxy: scheme {parsed.scheme} isn't supported")
def websockets_proxy(c: Canaries) -> object:
    return _websockets_connect(f"ws://{c.host}", proxy=f"{c.name}://{c.name}:{c.key}@{c.host}")


@_fails("unsupported compression: {compression}")
def websockets_compression(c: Canaries) -> object:
    return _websockets_connect(f"ws://{c.host}{c.path}", compression=c.text)


@_fails("invalid subprotocol: {subprotocol}")
def websockets_subprotocol(c: Canaries) -> object:
    return _websockets_connect(f"ws://{LOOPBACK}:{REFUSED_PORT}{c.path}", subprotocols=[f"{c.name} {c.key}"])


@_fails(
    os_error(errno.ECONNREFUSED), rung="adapter", note="re-raised in Python from a list; the innermost frame is in C"
)
def websockets_refused(c: Canaries) -> object:
    return _websockets_connect(f"ws://{c.name}:{c.key}@{LOOPBACK}:{REFUSED_PORT}{c.path}", origin=c.host)


@_fails(os_error(errno.ENOENT), rung="adapter", note="the C code sets no filename")
def websockets_socket_missing(c: Canaries) -> object:
    connect = load("websockets.sync.client").unix_connect
    return connect(c.path, uri=f"ws://{c.host}{c.path}", additional_headers={"Authorization": c.token})


@_fails(
    "[Errno {err}] Connect call failed {address}",
    note="OSError(err, text) in the standard library; it went through a future",
)
def websockets_refused_async(c: Canaries) -> object:
    connect = load("websockets.asyncio.client").connect

    async def main() -> object:
        return await connect(f"ws://{c.name}:{c.key}@{LOOPBACK}:{REFUSED_PORT}{c.path}", proxy=None)

    return asyncio.run(main())


@_fails("invalid HTTP status line: {d(status_line)}")
def websockets_status_line(c: Canaries) -> object:
    reader = load("websockets.streams").StreamReader()
    reader.feed_data(f"{c.text}\r\nServer: {c.host}\r\n\r\n".encode())
    return next(load("websockets.http11").Response.parse(reader.read_line, reader.read_exact, reader.read_to_eof))


@_fails("invalid HTTP header name: {d(raw_name)}", note="in a generator that delegates to another")
def websockets_header_name(c: Canaries) -> object:
    reader = load("websockets.streams").StreamReader()
    reader.feed_data(f"HTTP/1.1 101 {c.name}\r\n{c.text}@{c.key}: {c.token}\r\n\r\n".encode())
    return next(load("websockets.http11").Response.parse(reader.read_line, reader.read_exact, reader.read_to_eof))


@_fails(
    "server rejected WebSocket connection: HTTP {self.response.status_code:d}",
    note="the __str__ has an attribute of what the raise site gave",
)
def websockets_status(c: Canaries) -> object:
    protocol = _websockets_protocol(c)
    return protocol.process_response(_websockets_response(c, protocol, 403))


@_fails("unsupported subprotocol: {subprotocol}")
def websockets_subprotocol_answer(c: Canaries) -> object:
    protocol = _websockets_protocol(c, subprotocols=[c.name])
    return protocol.process_response(_websockets_response(c, protocol, 101, Sec_WebSocket_Protocol=c.text))


@_fails(
    "invalid Sec-WebSocket-Accept header: {s_w_accept}",
    rung="alternatives",
    note=f"{_ALTERNATIVES}: the __str__ tests the value that it was given",
)
def websockets_accept(c: Canaries) -> object:
    protocol = _websockets_protocol(c)
    return protocol.process_response(_websockets_response(c, protocol, 101, Sec_WebSocket_Accept=c.key))


@_fails(
    "invalid Authorization header: unsupported scheme: {scheme}",
    rung="alternatives",
    note=f"{_ALTERNATIVES}: the __str__ tests the value that it was given",
)
def websockets_authorization(c: Canaries) -> object:
    return load("websockets.headers").parse_authorization_basic(f"{c.name} {c.token}")


@_fails(
    "invalid {header_name} header: expected token at {pos} in {header}",
    rung="alternatives",
    note=f"{_ALTERNATIVES}: the __str__ tests the value that the __init__ made",
)
def websockets_header_format(c: Canaries) -> object:
    return load("websockets.headers").parse_connection(f"{c.name},@{c.token}")


@_fails(None, note=f"{_HOLE}; the class has a __str__ like KeyError's")
def websockets_header_twice(c: Canaries) -> object:
    headers = load("websockets").Headers([(c.name, c.key), (c.name, c.token)])
    return headers[c.name]


@_fails("control frame too long")
def websockets_ping(c: Canaries) -> object:
    frames = load("websockets.frames")
    return frames.Frame(frames.Opcode.PING, c.email.encode() * 10).check()


@_fails("connection is {self.state.name.lower()}")
def websockets_state(c: Canaries) -> object:
    return _websockets_protocol(c).send_text(c.email.encode())


# --- jinja2 --------------------------------------------------------------------------------------------------------


@_fails("expected token {expr!r}, got {describe_token(self.current)!r}", note=_GENERATED)
def jinja2_syntax(c: Canaries) -> object:
    return load("jinja2").Environment(autoescape=True).from_string(f"{c.email} {{{{ {c.name} | }}}}")


@_fails("{self._undefined_name!r} is undefined", note=_GENERATED)
def jinja2_undefined(c: Canaries) -> object:
    environment = load("jinja2").Environment(autoescape=True)
    return environment.from_string(f"{{{{ {c.name} + {c.number} }}}}").render(user=c.email)


@_fails(
    "{self._undefined_name!r} is undefined",
    note="the package cuts its own raise out of the traceback: the innermost frame is a call, in its own file",
)
def jinja2_undefined_attribute(c: Canaries) -> object:
    environment = load("jinja2").Environment(autoescape=True)
    return environment.from_string(f"{{{{ {c.name}.{c.text} }}}}").render(user=c.email)


@_fails("{self._undefined_name!r} is undefined", note=f"{_HOLE}: a class in an attribute, a property for the text")
def jinja2_strict_undefined(c: Canaries) -> object:
    return str(load("jinja2").StrictUndefined(name=c.name))


@_fails(None, note=_HOLE)
def jinja2_not_found(c: Canaries) -> object:
    jinja2 = load("jinja2")
    loader = jinja2.DictLoader({c.key: c.email})
    return jinja2.Environment(loader=loader, autoescape=True).get_template(c.path)


@_fails(
    "{template!r} not found in search {plural}: {paths_str}",
    note="the __init__ picks its message parameter, the __str__ gives it",
)
def jinja2_file_not_found(c: Canaries) -> object:
    jinja2 = load("jinja2")
    loader = jinja2.FileSystemLoader([c.path, c.path])
    return jinja2.Environment(loader=loader, autoescape=True).get_template(f"{c.text}.html")


@_fails(
    "none of the templates given were found: {parts_str}",
    rung="alternatives",
    note=f"{_ALTERNATIVES}: the __init__ tests whether it was given a message",
)
def jinja2_select(c: Canaries) -> object:
    jinja2 = load("jinja2")
    loader = jinja2.DictLoader({c.key: c.email})
    return jinja2.Environment(loader=loader, autoescape=True).select_template([c.text, c.name])


@_fails("no loader for this environment specified")
def jinja2_no_loader(c: Canaries) -> object:
    return load("jinja2").Environment(autoescape=True).get_template(c.path)


@_fails("PackageLoader could not find a {package_path!r} directory in the {package_name!r} package.")
def jinja2_package(c: Canaries) -> object:
    return load("jinja2").PackageLoader("jinja2", c.name)


@_fails("No {type_name} named {name!r}.", rung="alternatives", note=_ALTERNATIVES)
def jinja2_filter_missing(c: Canaries) -> object:
    return load("jinja2").Environment(autoescape=True).call_filter(c.name, c.email, [c.key])


@_fails('You can only sort by either "key" or "value"')
def jinja2_dictsort(c: Canaries) -> object:
    environment = load("jinja2").Environment(autoescape=True)
    return environment.call_filter("dictsort", {c.key: c.email}, kwargs={"by": c.text})


@_fails("Invalid character in attribute name: {key!r}")
def jinja2_xmlattr(c: Canaries) -> object:
    environment = load("jinja2").Environment(autoescape=True)
    return environment.call_filter("xmlattr", {f"{c.name} {c.text}": c.email})


@_fails("{scheme!r} is not a valid URI scheme prefix.")
def jinja2_urlize(c: Canaries) -> object:
    environment = load("jinja2").Environment(autoescape=True)
    return environment.call_filter("urlize", c.url, kwargs={"extra_schemes": [c.symbols]})


@_fails("macro {self.name!r} takes no keyword argument {next(iter(kwargs))!r}")
def jinja2_macro_keyword(c: Canaries) -> object:
    environment = load("jinja2").Environment(autoescape=True)
    module = environment.from_string(f"{{% macro {c.name}(a) %}}{{{{ a }}}}{{% endmacro %}}").module
    return getattr(module, c.name)(a=c.email, **{c.text: c.key})


@_fails("macro {self.name!r} takes not more than {len(self.arguments)} argument(s)")
def jinja2_macro_arguments(c: Canaries) -> object:
    environment = load("jinja2").Environment(autoescape=True)
    module = environment.from_string(f"{{% macro {c.name}(a) %}}{{{{ a }}}}{{% endmacro %}}").module
    return getattr(module, c.name)(c.email, c.key)


@_fails("unexpected char {source[pos]!r} at {pos}", note=_DECORATED)
def jinja2_lexer(c: Canaries) -> object:
    lexer = load("jinja2").Environment(autoescape=True).lexer
    return list(lexer.tokeniter(f"{c.email} {{{{ {c.name} ? {c.key} }}}}", c.text, c.path))


@_fails("Encountered unknown tag {name!r}.\n  File {name}, line {lineno}", note=f"{_HELPER}; {_DECORATED}")
def jinja2_parser(c: Canaries) -> object:
    jinja2 = load("jinja2")
    source = f"{c.email} {{% {c.name} %}}"
    return load("jinja2.parser").Parser(jinja2.Environment(autoescape=True), source, c.text, c.path).parse()


@_fails("{__obj!r} is not safely callable", note="a private name of the class, as the source has it")
def jinja2_sandbox(c: Canaries) -> object:
    environment = load("jinja2.sandbox").SandboxedEnvironment(autoescape=True)
    return environment.call(None, type(c.name, (), {"unsafe_callable": True}), c.email)


@_fails("Range too big. The sandbox blocks ranges larger than MAX_RANGE ({MAX_RANGE}).")
def jinja2_range(c: Canaries) -> object:
    return load("jinja2.sandbox").safe_range(c.number)


@_fails(
    "{type(self).__name__!r} takes 0 or {len(self.fields)} argument{'s' if len(self.fields) != 1 else ''}",
    note="a hole with a conditional expression and quotes in it",
)
def jinja2_node(c: Canaries) -> object:
    return load("jinja2").nodes.Const(c.name, c.email)


@_fails(os_error(errno.ENOENT, ": {filename}"), rung="adapter")
def jinja2_dump(c: Canaries) -> object:
    template = load("jinja2").Environment(autoescape=True).from_string(f"{c.email} {{{{ user }}}}")
    return template.stream(user=c.name).dump(c.path)


# --- click ---------------------------------------------------------------------------------------------------------


def _click_run(arguments: list[str], *parameters: Any) -> object:
    """Run a command as another program's part: no exit, no printing, and no callback that could fail."""
    command = load("click").Command("tool", params=list(parameters))
    return command.main(arguments, prog_name="tool", standalone_mode=False)


@_fails("{value!r} is not a valid {self.name}.", note=_HELPER)
def click_integer(c: Canaries) -> object:
    click = load("click")
    return _click_run([f"--{c.name}", c.text], click.Option([f"--{c.name}"], type=int))


@_fails("{self.name.title()} {format_filename(value)!r} does not exist.", note=_HELPER)
def click_path(c: Canaries) -> object:
    click = load("click")
    return _click_run([c.path], click.Argument([c.name], type=click.Path(exists=True)))


@_fails(None, note=f"{_HELPER}: the whole message is the application's")
def click_fail(c: Canaries) -> object:
    click = load("click")
    return click.Context(click.Command(c.name)).fail(f"{c.email} {c.key}")


@_fails(
    "No such option {opt!r}.",
    rung="alternatives",
    note=f"{_ALTERNATIVES}: the __init__ tests whether it was given a message; gettext",
)
def click_no_option(c: Canaries) -> object:
    return _click_run([f"--{c.name}", c.key], load("click").Option(["--size"]))


@_fails(
    "No such command {cmd_name!r}.",
    rung="alternatives",
    note=f"{_ALTERNATIVES}: the __init__ tests whether it was given a message; gettext",
)
def click_no_command(c: Canaries) -> object:
    return load("click").Group("tool").main([c.name, c.key], prog_name=c.text, standalone_mode=False)


@_fails(
    "Missing parameter: {param_name}",
    rung="alternatives",
    note=f"{_ALTERNATIVES}: the __str__ tests what was given; gettext",
)
def click_missing(c: Canaries) -> object:
    return _click_run([], load("click").Option([f"--{c.name}"], required=True))


@_fails("Option {opt!r} does not take a value.", note="gettext, then .format with a name; the third class up keeps it")
def click_flag_value(c: Canaries) -> object:
    return _click_run([f"--{c.name}={c.key}"], load("click").Option([f"--{c.name}"], is_flag=True))


@_fails("Argument {self.dest!r} takes {self.nargs} values.", note="gettext, then .format with names")
def click_argument_values(c: Canaries) -> object:
    return _click_run([c.email, c.key], load("click").Argument([c.name], nargs=3))


@_fails("Option {option_name!r} requires an argument.", rung="alternatives", note=f"{_ALTERNATIVES}: ngettext")
def click_option_value(c: Canaries) -> object:
    return _click_run([f"--{c.name}"], load("click").Option([f"--{c.name}"]))


@_fails(
    "No options defined but a name was passed ({name}). Did you mean to declare an argument instead? Did you mean to pass "
    "'--{name}'?",
    note="gettext, then .format that uses a name twice",
)
def click_option_name(c: Canaries) -> object:
    return load("click").Option([c.name], default=c.key)


@_fails("Arguments take exactly one parameter declaration, got {len(decls)}: {decls}.")
def click_argument_names(c: Canaries) -> object:
    return load("click").Argument([c.name, c.text])


@_fails("'nargs' must be {self.type.arity} (or None) for type {self.type!r}, but it was {nargs}.")
def click_nargs(c: Canaries) -> object:
    return load("click").Option([f"--{c.name}"], type=(str, int), nargs=c.number)


@_fails("Unknown color {color!r}")
def click_color(c: Canaries) -> object:
    return load("click").style(c.email, fg=c.name)


@_fails("capture={capture!r} is not valid. Choose from 'sys' or 'fd'.")
def click_runner(c: Canaries) -> object:
    return load("click.testing").CliRunner(env={c.name: c.key}, capture=c.text)


@_fails("{package_name!r} is not installed. Try passing 'package_name' instead.")
def click_version(c: Canaries) -> object:
    click = load("click")
    command = click.version_option(package_name=c.name)(click.Command(c.text))
    return command.main(["--version"], prog_name=c.key, standalone_mode=False)


@_fails(
    "It is not possible to add the group {cmd_name!r} to another group {base_command.name!r} that is in chain mode.",
    rung="alternatives",
    note=f"{_ALTERNATIVES}: both branches of an if assign the name",
)
def click_nested_chain(c: Canaries) -> object:
    click = load("click")
    return click.Group(c.name, chain=True).add_command(click.Group(c.text))


@_fails("You need to use progress bars in a with block.")
def click_progress(c: Canaries) -> object:
    return iter(load("click").progressbar([c.email, c.key], label=c.name))


@_fails(os_error(errno.ENOENT, ": {filename}"), rung="adapter")
def click_open(c: Canaries) -> object:
    return load("click").open_file(c.path)


@_fails(os.strerror(errno.ENOENT), rung="outer", note="the text is the errno's, through a keyword argument")
def click_open_lazy(c: Canaries) -> object:
    return load("click").open_file(c.path, "w", lazy=True).open()


# --- blaxel --------------------------------------------------------------------------------------------------------


@contextmanager
def _blaxel(module: str, c: Canaries) -> Iterator[Any]:
    """A module of blaxel, which carries a DSN: consent is refused for as long as its code runs, credentials are planted."""
    planted = {"DO_NOT_TRACK": "1", "BL_API_KEY": c.key, "BL_WORKSPACE": c.name, "BL_REGION": c.text}
    before = {name: os.environ.get(name) for name in planted}
    os.environ.update(planted)
    try:
        yield load(module)
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextmanager
def _blaxel_client(c: Canaries, status: int = 200, body: str = "{}") -> Iterator[Any]:
    """A client of the control plane whose answers come from memory."""
    httpx = load("httpx")
    with _blaxel("blaxel.core.client", c) as module, _httpx_client(httpx, status, body=body) as transport:
        transport.base_url = f"https://{c.host}"
        client = module.Client(base_url=f"https://{c.host}", headers={"Authorization": f"Bearer {c.token}"})
        yield client.set_httpx_client(transport)


@_fails("Cannot derive a sandbox name from {name!r}: it has no letter or digit.")
def blaxel_sandbox_name(c: Canaries) -> object:
    with _blaxel("blaxel.core.sandbox.names", c) as names:
        return names.sanitize_sandbox_name(c.symbols)


@_fails("Invalid port type: {type(port)}. Expected Port object or dict.", note="in a task")
def blaxel_ports(c: Canaries) -> object:
    with _blaxel("blaxel.core.sandbox", c) as sandbox:
        return asyncio.run(sandbox.SandboxInstance.create({"name": c.name, "ports": [c.text]}))


@_fails("Environment variable dict must have 'name' and 'value' keys: {env}", note="in a task")
def blaxel_envs(c: Canaries) -> object:
    with _blaxel("blaxel.core.sandbox", c) as sandbox:
        return asyncio.run(sandbox.SandboxInstance.create({"name": c.name, "envs": [{c.text: c.key}]}))


@_fails("Volume binding dict must have 'name' and 'mount_path' keys: {volume}")
def blaxel_volumes(c: Canaries) -> object:
    with _blaxel("blaxel.core.sandbox", c) as sandbox:
        return sandbox.SyncSandboxInstance.create({"name": c.name, "volumes": [{"name": c.text, "path": c.path}]})


@_fails("Ephemeral volume '{name}' must have a positive 'size_mb': {size_mb}")
def blaxel_volume_size(c: Canaries) -> object:
    volume = {"name": c.text, "mount_path": c.path, "type": "ephemeral", "size_mb": -c.number}
    with _blaxel("blaxel.core.sandbox", c) as sandbox:
        return sandbox.SyncSandboxInstance.create({"name": c.name, "volumes": [volume]})


@_fails(
    "SandboxInstance.create: 'timeout' must be a whole number of seconds between 1 and {MAX_CREATION_TIMEOUT_SECONDS}, "
    "got {timeout!r}.",
    note="in a task",
)
def blaxel_timeout(c: Canaries) -> object:
    with _blaxel("blaxel.core.sandbox", c) as sandbox:
        return asyncio.run(sandbox.SandboxInstance.create({"name": c.name}, timeout=c.number))


@_fails("Invalid config type: {type(config)}. Expected DriveCreateConfiguration, Drive, or dict.", note="in a task")
def blaxel_drive(c: Canaries) -> object:
    with _blaxel("blaxel.core.drive", c) as drive:
        return asyncio.run(drive.DriveInstance.create(c.text))


@_fails("Invalid package manager: {pm}. Must be one of {set(builders.keys())}", note="a hole whose text has no order")
def blaxel_package_manager(c: Canaries) -> object:
    with _blaxel("blaxel.core.image", c) as image:
        return image.ImageInstance.from_registry(c.host).npm_install(c.name, package_manager=c.text)


@_fails(
    "Local file not found: {local_file.source_path}",
    note="a FileNotFoundError raised in Python, with a message and no errno: not for the adapter",
)
def blaxel_image_file(c: Canaries) -> object:
    with _blaxel("blaxel.core.image", c) as image, tempfile.TemporaryDirectory() as folder:
        return image.ImageInstance.from_registry(c.host).add_local_file(c.path, c.text, c.name).write(folder, c.name)


@_fails(
    "Blaxel workspace is missing. Set the BL_WORKSPACE environment variable, or run `bl login`, to authenticate your "
    "requests."
)
def blaxel_workspace(c: Canaries) -> object:
    with _blaxel("blaxel.core.authentication", c) as authentication:
        credentials = authentication.CredentialsType(api_key=c.key)
        return authentication.ApiKey(credentials, "", f"https://{c.host}").get_headers()


@_fails(None, note=_HOLE)
def blaxel_credentials(c: Canaries) -> object:
    with _blaxel("blaxel.core.authentication.types", c) as types:
        return types.MissingCredentials(c.url, message=f"{c.email} has no credentials").get_headers()


@_fails("Unexpected HTTP status {status_code}", note="raise of what a function returned")
def blaxel_status(c: Canaries) -> object:
    with _blaxel_client(c, 418, body=f'{{"error": "{c.email}"}}') as client:
        return load("blaxel.core.client.api.jobs.get_job").sync(c.name, client=client)


@_fails(None, note="KeyError(key), raised in C")
def blaxel_parse(c: Canaries) -> object:
    with _blaxel("blaxel.core.client.models", c) as models:
        return models.Sandbox.from_dict({c.name: c.email})


@_fails(
    "Expecting value: line {lineno} column {colno} (char {err.value})",
    note="raised by the standard library, below a dependency",
)
def blaxel_response(c: Canaries) -> object:
    with _blaxel_client(c, body=c.text) as client:
        return load("blaxel.core.client.api.jobs.get_job").sync(c.name, client=client)


@_fails(os_error(errno.ECONNREFUSED), note=f"in a dependency: raise of a class held in a variable; {_CHAINED}")
def blaxel_refused(c: Canaries) -> object:
    with _blaxel("blaxel.core.client", c) as module, load("httpx").Client(verify=False, trust_env=False) as transport:
        transport.base_url = f"http://{LOOPBACK}:{REFUSED_PORT}"
        client = module.Client(base_url=f"https://{c.host}").set_httpx_client(transport)
        return load("blaxel.core.client.api.jobs.get_job").sync(c.name, client=client)


@_fails("Preview port must be an integer between 1 and 65535")
def blaxel_preview_port(c: Canaries) -> object:
    with (
        _blaxel("blaxel.core.sandbox.default.preview", c) as preview,
        _blaxel("blaxel.core.client.models", c) as models,
    ):
        sandbox = models.Sandbox(metadata=models.Metadata(name=c.name), spec=models.SandboxSpec())
        return asyncio.run(preview.SandboxPreviews(sandbox).create({"name": c.text, "port": c.number}))


@_fails("Unknown transport: {transport}")
def blaxel_transport(c: Canaries) -> object:
    with _blaxel("blaxel.core.mcp.server", c) as server:
        return server.FastMCP(c.name).run(c.text)


@_fails("min_validity must be a non-negative timedelta", note="in a task")
def blaxel_preview_token(c: Canaries) -> object:
    validity = dt.timedelta(seconds=-c.number)
    with (
        _blaxel("blaxel.core.sandbox.default.preview", c) as preview,
        _blaxel("blaxel.core.client.models", c) as models,
    ):
        private = models.Preview(metadata=models.PreviewMetadata(name=c.name), spec=models.PreviewSpec(public=False))
        tokens = preview.SandboxPreview(private).tokens
        return asyncio.run(tokens.create_if_expired(min_validity=validity))


FAILURES: tuple[Failure, ...] = (
    *_table,
    *more_sdks.FAILURES,
    *form_failures.FAILURES,
    *builtin_failures.FAILURES,
)
"""Every failure of the four tables, in order."""
