"""The token of a request. Whose it is, the statement that needs to know finds out."""

from django.core.handlers.wsgi import WSGIRequest

from accounts import services as accounts
from accounts.credentials import Credentials
from pithos_api.errors import InvalidTokenError
from pithos_api.services import permissions


def credentials_of(request: WSGIRequest) -> Credentials:
    """Return what the request shows for itself: the query parameter first, then the header.

    Raises: InvalidTokenError: there is no token.
    """
    token = token_of(request)
    if not token:
        raise InvalidTokenError
    return accounts.credentials_of(token)


def token_of(request: WSGIRequest) -> str:
    """Return the request's token, "" if it has none (contract §2.0)."""
    token = ""
    if request.META["QUERY_STRING"]:
        token = request.GET.get("X-Auth-Token", "")
    return token or request.META.get("HTTP_X_AUTH_TOKEN", "")


def require_known(credentials: Credentials) -> None:
    """Make sure that the token is somebody's.

    Raises: InvalidTokenError.
    """
    permissions.find_caller(credentials)
