"""What the environment says of the way to a server: proxies, and the authorities whose certificates are believed.

Guarantees:

1. Certificates and host names are checked, by the authorities that the environment names, else certifi's, else the system's. Nothing in
   the environment switches that off.
2. A proxy that is named is used, or the try fails; it is never gone past.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl

PORTS = {"http": 80, "https": 443}
#: A file, or a folder of hashed names; the first that is set counts, after OpenSSL's own SSL_CERT_FILE and SSL_CERT_DIR.
_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


class ProxyError(OSError):
    """A proxy that refuses, or that we cannot speak to."""


class AuthorityError(OSError):
    """The certificate authorities that the environment names cannot be read."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a connection leads: ``host`` without brackets, in ASCII."""

    scheme: str
    host: str
    port: int

    @property
    def netloc(self) -> str:
        """``host:port``, as in a ``CONNECT``."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy, and what to say to it: ``authorization`` is the value of a header, or None."""

    place: Place
    authorization: str | None

    def headers(self) -> dict[str, str]:
        """The headers for the proxy alone."""
        return {} if self.authorization is None else {"Proxy-Authorization": self.authorization}


def proxy_for(place: Place) -> Proxy | None:
    """The proxy that the environment (or, on macOS and Windows, the system) names for ``place``.

    ``HTTPS_PROXY``, ``HTTP_PROXY``, ``ALL_PROXY`` and ``NO_PROXY``, in capitals or not, by the rules of `urllib.request`; there, a
    process that answers CGI requests leaves ``HTTP_PROXY`` alone, since a request could set it.

    Raises:
        ProxyError: It names one that we cannot use, as SOCKS.
    """
    from urllib.request import getproxies, proxy_bypass  # noqa: PLC0415

    proxies = getproxies()
    named = proxies.get(place.scheme) or proxies.get("all")
    if not named or proxy_bypass(place.host) or proxy_bypass(place.netloc):
        return None
    return _proxy(named)


def _proxy(named: str) -> Proxy:
    from base64 import b64encode  # noqa: PLC0415
    from urllib.parse import unquote_to_bytes, urlsplit  # noqa: PLC0415

    try:
        parts = urlsplit(named if "://" in named else f"http://{named}")
        scheme, host, port = parts.scheme, parts.hostname, parts.port
    except ValueError:
        raise ProxyError from None
    if scheme not in PORTS or not host or not host.isascii():
        raise ProxyError
    authorization = None
    if parts.username is not None:
        pair = b":".join(unquote_to_bytes(part or "") for part in (parts.username, parts.password))
        authorization = f"Basic {b64encode(pair).decode('ascii')}"
    return Proxy(Place(scheme, host, port or PORTS[scheme]), authorization)


_contexts: dict[tuple[str | None, str | None], ssl.SSLContext] = {}


def tls_context() -> ssl.SSLContext:
    """How TLS is checked, made once for each set of authorities; a file that was changed since is not read again.

    Raises:
        AuthorityError: What the environment names cannot be read. Others are not tried: someone meant just these.
    """
    import ssl  # noqa: PLC0415

    names = _authorities()
    known = _contexts.get(names)
    if known is not None:
        return known
    try:
        context = ssl.create_default_context(cafile=names[0], capath=names[1])
    except OSError:
        raise AuthorityError from None
    _contexts[names] = context
    return context


def _authorities() -> tuple[str | None, str | None]:
    """A file and a folder of authorities; neither for the system's."""
    file, folder = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    if file or folder:
        return file or None, folder or None
    for name in _BUNDLES:
        named = os.environ.get(name)
        if named:
            return (None, named) if os.path.isdir(named) else (named, None)  # noqa: PTH112 - Path.is_dir may raise
    try:
        import certifi  # noqa: PLC0415 # pyright: ignore[reportMissingImports]
    except ImportError:
        return None, None
    return certifi.where(), None
