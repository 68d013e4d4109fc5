"""How providers are asked: one pool each, little patience, no redirects, small answers."""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import requests
from django.conf import settings

from accounts.errors import ProviderUnavailableError

CONNECT_SECONDS: Final = 3.0
READ_SECONDS: Final = 5.0
_MOST_BYTES: Final = 1 << 20
_CONNECTIONS: Final = 8

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ProviderAnswer:
    """What a provider said. url: whom it was asked, without a query; body: at most 1 MiB."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Client:
    """Asks one provider. Its addresses come from the settings only.

    What is sent holds tokens and secrets, so failures are logged by their kind alone.
    """

    def __init__(self, provider: str) -> None:
        self.provider = provider
        self._session = requests.Session()
        # Neither proxies nor .netrc of the environment: nobody else is to see tokens.
        self._session.trust_env = False
        self._session.verify = settings.PITHOS_IDENTITY_CA or True
        adapter = requests.adapters.HTTPAdapter(pool_maxsize=_CONNECTIONS)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def ask(self, method: str, url: str, **body_and_headers: Any) -> ProviderAnswer:
        """Send a request; the keyword arguments are those of ``requests``.

        Raises: ProviderUnavailableError: no connection, no answer in time, a redirect, 429 or
            5xx, or too long an answer.
        """
        try:
            return self._ask(method, url, body_and_headers)
        except (requests.RequestException, OSError) as error:
            raise self.failed(type(error).__name__) from None

    def _ask(self, method: str, url: str, arguments: dict[str, Any]) -> ProviderAnswer:
        with self._session.request(
            method,
            url,
            timeout=(CONNECT_SECONDS, READ_SECONDS),
            allow_redirects=False,
            stream=True,
            **arguments,
        ) as response:
            status = response.status_code
            if status >= 500 or status == 429 or 300 <= status < 400:
                raise self.failed(f"status {status}")
            return ProviderAnswer(status, response.headers, self._read(response))

    def _read(self, response: requests.Response) -> bytes:
        deadline = time.monotonic() + READ_SECONDS
        body = b""
        for piece in response.iter_content(64 * 1024):
            body += piece
            if len(body) > _MOST_BYTES or time.monotonic() > deadline:
                raise self.failed("an answer too long")
        return body

    def failed(self, reason: str) -> ProviderUnavailableError:
        """Return the error for a provider that cannot be relied on now; ``reason`` is logged."""
        log.warning("identity provider %s: %s", self.provider, reason)
        return ProviderUnavailableError(self.provider)
