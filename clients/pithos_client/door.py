"""How requests leave: a pool of connections to a store, or to the proxy before it."""

import os
import sys
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import SplitResult, unquote, urlsplit

import urllib3
from urllib3.response import BaseHTTPResponse

_CONNECTIONS: Final = 64
_USER_AGENT: Final = "pithos-client"
_HAS_SYSTEM_PROXIES: Final = sys.platform in {"darwin", "win32"}


class Door:
    """Sends requests to one origin; threads may share it.

    The environment says what it says to others, too: ``HTTPS_PROXY`` and ``NO_PROXY``,
    ``REQUESTS_CA_BUNDLE``, ``CURL_CA_BUNDLE`` or ``SSL_CERT_FILE``. Else the system's certificates
    are believed.
    """

    def __init__(self, endpoint: str, timeout_seconds: float) -> None:
        parts = urlsplit(endpoint)
        self._origin = f"{parts.scheme}://{parts.netloc}"
        proxy = _proxy(parts)
        kept: dict[str, Any] = {
            "maxsize": _CONNECTIONS,
            "timeout": timeout_seconds,
            **_certificates(),
        }
        manager = _through(proxy, kept) if proxy else urllib3.PoolManager(**kept)
        self._pool = manager.connection_from_url(self._origin)
        self._tells_whole = bool(proxy) and parts.scheme == "http"

    def close(self) -> None:
        """Close all connections that nobody uses."""
        self._pool.close()

    def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str | bytes],
        body: bytes | Iterable[bytes] | None,
        *,
        stream: bool,
    ) -> BaseHTTPResponse:
        """Return what a request is answered with, whatever it is. url: encoded, sent as it is.

        stream: the body is yet to be read, as it was sent.

        Raises: urllib3.exceptions.HTTPError: there was no answer.
        """
        target = url if self._tells_whole else url.removeprefix(self._origin)
        told: Any = {"User-Agent": _USER_AGENT, "Accept-Encoding": "identity", **headers}
        return self._pool.urlopen(
            method,
            target,
            body,
            told,
            retries=False,
            redirect=False,
            assert_same_host=False,
            preload_content=not stream,
            decode_content=False,
        )


def _proxy(parts: SplitResult) -> str | None:
    """Return the URL of the proxy that leads to an endpoint, if one does."""
    named = any(name.lower().endswith("_proxy") for name in os.environ)
    if not (named or _HAS_SYSTEM_PROXIES):
        return None
    from urllib.request import getproxies, proxy_bypass  # takes a while

    if proxy_bypass(parts.netloc.rpartition("@")[2]):
        return None
    found = getproxies()
    proxy = found.get(parts.scheme) or found.get("all")
    return proxy if not proxy or "://" in proxy else f"http://{proxy}"


def _through(proxy: str, kept: dict[str, Any]) -> urllib3.ProxyManager:
    user, at, _ = urlsplit(proxy).netloc.rpartition("@")
    headers = urllib3.make_headers(proxy_basic_auth=unquote(user)) if at else None
    return urllib3.ProxyManager(proxy, proxy_headers=headers, **kept)


def _certificates() -> dict[str, str]:
    path = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
    if not path:
        return {}
    return {"ca_cert_dir" if os.path.isdir(path) else "ca_certs": path}
