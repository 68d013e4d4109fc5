"""Where a request shows its token (contract §2.0)."""

import binascii
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from wsgiref.types import WSGIEnvironment

from django.http import QueryDict


def find_token(environ: WSGIEnvironment, query: Mapping[str, str]) -> str:
    """Return the token of a request, "" if it has none.

    The query comes first, then X-Auth-Token, X-Storage-Token and ``Authorization``: ``Bearer``
    and the token, or ``Token`` and what ``named_token`` reads.

    query: the parameters of the request.
    """
    token = query.get("X-Auth-Token", "") or environ.get("HTTP_X_AUTH_TOKEN", "")
    return token or _rarer_token(environ)


def token_in(environ: WSGIEnvironment) -> str:
    """Return the token of a request whose parameters nobody has read, "" if it has none."""
    return find_token(environ, QueryDict(environ.get("QUERY_STRING", "")).dict())


def _rarer_token(environ: WSGIEnvironment) -> str:
    token: str = environ.get("HTTP_X_STORAGE_TOKEN", "")
    if token:
        return token
    scheme, _, value = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() == "token":
        return named_token(environ)[1]
    return value.strip() if scheme.lower() == "bearer" else ""


def named_token(environ: WSGIEnvironment) -> tuple[str, str]:
    """Return name and token of ``Authorization: Token``, both "" if there is nothing of the kind.

    It is base64, with or without its padding, of a name, a colon and the token (contract blobs b).
    """
    scheme, _, value = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() != "token":
        return "", ""
    encoded = value.strip().rstrip("=").replace("+", "-").replace("/", "_")
    try:
        decoded = urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode()
    except (binascii.Error, ValueError):
        return "", ""
    name, _, token = decoded.partition(":")
    return name, token
