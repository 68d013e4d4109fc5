"""The token of a request. Whose it is, the statement that needs to know finds out."""

from accounts import identity
from accounts.errors import DeniedError, OutOfScopeError, ProviderUnavailableError
from accounts.tokens.credentials import Credentials
from accounts.tokens.service_tokens import find_service
from observability import request_context
from pithos_api.errors import (
    IdentityUnavailableError,
    InvalidTokenError,
    LimitedTokenError,
    NotAllowedError,
)
from web.request_head import RequestHead
from web.token import find_token, named_token

_READING = frozenset({"GET", "HEAD"})


def credentials_of(head: RequestHead) -> Credentials:
    """Return what the request shows for itself.

    Raises:
        InvalidTokenError: there is no token, or it is nobody's.
        NotAllowedError, LimitedTokenError: the token's scope has no requests like this.
        IdentityUnavailableError: nobody can say now whose it is.
    """
    request_context.act_as("")
    try:
        credentials = identity.credentials_of(token_of(head), head.fields)
    except DeniedError as error:
        raise InvalidTokenError from error
    except OutOfScopeError as error:
        raise NotAllowedError from error
    except ProviderUnavailableError as error:
        raise IdentityUnavailableError(error.provider) from error
    if credentials.everywhere:  # a reseller has the owner's rights, and is who acts
        request_context.act_as(credentials.vouched or "")
    scope = credentials.scope
    # Before any body is read; services know what else a scope rules out (``scopes``).
    if scope is not None and scope.read_only and head.method not in _READING:
        raise LimitedTokenError("change anything")
    return credentials


def require_service(head: RequestHead) -> str:
    """Return the name of the service whose token the request shows, with its name.

    Raises: InvalidTokenError: it shows none, or that of a user.
    """
    name, token = named_token(head.fields)
    service = find_service(name, token) if token else None
    if service is None:
        raise InvalidTokenError
    request_context.act_as(f"service:{service}")
    return service


def token_of(head: RequestHead) -> str:
    """Return the request's token, "" if it has none."""
    return find_token(head.fields, head.query)
