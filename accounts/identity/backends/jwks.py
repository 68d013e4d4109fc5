"""Signed tokens (RFC 7519) of an OpenID provider, checked here with its published keys."""

import time
from threading import Lock
from typing import Final

import jwt
from django.conf import settings

from accounts.errors import DeniedError, ProviderUnavailableError
from accounts.identity.backends.client import Client
from accounts.identity.backends.document import Document
from accounts.identity.backends.introspection import identity_of
from accounts.identity.base import Identity, RequestFacts
from web.json_values import JSONObject

_FRESH_SECONDS: Final = 600.0
_STALE_SECONDS: Final = 3600.0
_PAUSE_SECONDS: Final = 30.0
_LEEWAY_SECONDS: Final = 30


class SignedTokens:
    """Checks tokens of PITHOS_OIDC_ISSUER with the keys of PITHOS_JWKS_URL."""

    name = "jwt"
    remote = True

    def __init__(self) -> None:
        self._client = Client(self.name)
        self._keys = _Keys(self._client)

    def resolve(self, token: str, request: RequestFacts) -> Identity | None:
        """Return whose the token is, None if it is no signed token of this issuer.

        Raises: DeniedError: it is, and not valid. ProviderUnavailableError: no keys are known.
        """
        try:
            header = jwt.get_unverified_header(token)
            claimed = jwt.decode(token, options={"verify_signature": False})
        except jwt.InvalidTokenError:
            return None
        if claimed.get("iss") != settings.PITHOS_OIDC_ISSUER:
            return None
        if header.get("alg") not in settings.PITHOS_JWT_ALGORITHMS:
            raise DeniedError
        return identity_of(Document(self._verified(token, header), self._denied), self.name)

    def _verified(self, token: str, header: JSONObject) -> JSONObject:
        key = self._keys.find(str(header.get("kid", "")))
        if key is None or key.algorithm_name != header["alg"]:
            raise DeniedError
        try:
            return jwt.decode(
                token,
                key.key,
                algorithms=[key.algorithm_name],
                audience=settings.PITHOS_OIDC_AUDIENCE,
                issuer=settings.PITHOS_OIDC_ISSUER,
                leeway=_LEEWAY_SECONDS,
                options={"require": ["exp", "sub", "aud", "iss"]},
            )
        except jwt.InvalidTokenError:
            raise DeniedError from None

    def _denied(self, _: str) -> ProviderUnavailableError:
        raise DeniedError


class _Keys:
    """The provider's public keys by their id.

    They are fetched again when they are old, and when a token names one that is not there: at
    most twice a minute, so that forged ids cost the provider nothing.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._lock = Lock()
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched = self._tried = -_STALE_SECONDS

    def find(self, key_id: str) -> jwt.PyJWK | None:
        """Return a key. Raises: ProviderUnavailableError: none are known, or all too old."""
        with self._lock:
            now = time.monotonic()
            wanted = key_id not in self._keys or now - self._fetched > _FRESH_SECONDS
            if wanted and now - self._tried > _PAUSE_SECONDS:
                self._tried = now
                self._refresh(now)
            if now - self._fetched > _STALE_SECONDS:
                raise ProviderUnavailableError(self._client.provider)
            return self._keys.get(key_id)

    def _refresh(self, now: float) -> None:
        """Fetch the keys; while that fails, those that are not too old still serve."""
        try:
            self._keys = self._fetch()
        except ProviderUnavailableError:
            return
        self._fetched = now

    def _fetch(self) -> dict[str, jwt.PyJWK]:
        answer = self._client.ask("GET", settings.PITHOS_JWKS_URL)
        if answer.status != 200:
            raise self._client.failed(f"status {answer.status}")
        found = Document.parse(answer.body, self._client.failed)
        keys = {}
        for each in found.objects("keys"):
            try:
                keys[str(each.get("kid", ""))] = jwt.PyJWK(each)
            except jwt.PyJWTError:
                continue  # of a kind that we cannot use
        if not keys:
            raise self._client.failed("no keys that can be used")
        return keys
