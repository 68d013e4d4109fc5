"""Tokens that are nobody's, and requests without one."""

from accounts import identity
from accounts.errors import ThrottledError
from accounts.throttling import throttling
from accounts.throttling.throttling import LoginTarget
from accounts.tokens.credentials import Credentials
from accounts.tokens.tokens import token_digest
from pithos_api.errors import TokenThrottledError
from pithos_api.services.access import permissions
from pithos_api.services.access.credentials import token_of
from web import protocols
from web.names import lowered
from web.request_head import RequestHead


def is_anonymous(head: RequestHead) -> bool:
    """Return whether the request shows nothing that a backend would look at."""
    return not token_of(head) and identity.current().needs_token


def require_known(credentials: Credentials) -> None:
    """Make sure that the token is somebody's.

    Raises: InvalidTokenError.
    """
    permissions.find_caller(credentials)


def count_failed_token(head: RequestHead) -> None:
    """Note that the request's token, if it has one, is nobody's.

    Raises: TokenThrottledError: the client has shown many such tokens lately.
    """
    token = token_of(head)
    if not token:
        return
    account = protocols.installed().account_at(head.path)
    try:
        throttling.count_failure(LoginTarget(lowered(account)), token_digest(token))
    except ThrottledError as error:
        raise TokenThrottledError(error.seconds) from error
