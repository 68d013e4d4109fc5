"""The token of a request. Whose it is, the statement that needs to know finds out."""

from django.core.handlers.wsgi import WSGIRequest

from accounts import guesses, identity
from accounts.credentials import Credentials
from accounts.errors import (
    DeniedError,
    OutOfScopeError,
    ProviderUnavailableError,
    TooManyGuessesError,
)
from accounts.guesses import Target
from accounts.services import token_digest
from pithos_api.errors import (
    IdentityUnavailableError,
    InvalidTokenError,
    LimitedTokenError,
    NotAllowedError,
    TokenGuessedError,
)
from pithos_api.services import permissions

_READING = frozenset({"GET", "HEAD"})


def credentials_of(request: WSGIRequest) -> Credentials:
    """Return what the request shows for itself.

    Raises:
        InvalidTokenError: there is no token, or it is nobody's.
        NotAllowedError, LimitedTokenError: the token's scope has no requests like this.
        IdentityUnavailableError: nobody can say now whose it is.
    """
    try:
        credentials = identity.credentials_of(token_of(request), request.META)
    except DeniedError as error:
        raise InvalidTokenError from error
    except OutOfScopeError as error:
        raise NotAllowedError from error
    except ProviderUnavailableError as error:
        raise IdentityUnavailableError(error.provider) from error
    scope = credentials.scope
    # Before any body is read; what else a scope rules out, services know (``services.scopes``).
    if scope is not None and scope.read_only and request.method not in _READING:
        raise LimitedTokenError("change anything")
    return credentials


def is_anonymous(request: WSGIRequest) -> bool:
    """Return whether the request shows nothing that a backend would look at."""
    return not token_of(request) and identity.current().needs_token


def token_of(request: WSGIRequest) -> str:
    """Return the request's token, "" if it has none (contract §2.0).

    The query comes first, then X-Auth-Token, X-Storage-Token and ``Authorization: Bearer``.
    """
    token = ""
    if request.META["QUERY_STRING"]:
        token = request.GET.get("X-Auth-Token", "")
    return token or request.META.get("HTTP_X_AUTH_TOKEN", "") or _rarer_token(request)


def _rarer_token(request: WSGIRequest) -> str:
    token: str = request.META.get("HTTP_X_STORAGE_TOKEN", "")
    if token:
        return token
    scheme, _, value = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else ""


def require_known(credentials: Credentials) -> None:
    """Make sure that the token is somebody's.

    Raises: InvalidTokenError.
    """
    permissions.find_caller(credentials)


def count_guess(request: WSGIRequest) -> None:
    """Note that the request's token, if it has one, is nobody's.

    Raises: TokenGuessedError: the client has shown many such tokens lately.
    """
    token = token_of(request)
    if not token:
        return
    account = request.path_info.split("/", 3)[2:3]
    try:
        guesses.count(Target("".join(account).lower().removeprefix("auth_")), token_digest(token))
    except TooManyGuessesError as error:
        raise TokenGuessedError(error.seconds) from error
