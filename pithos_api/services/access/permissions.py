"""Rights: whether a statement's row lets the caller go on."""

from dataclasses import replace
from typing import Protocol, TypeVar

from accounts.tokens.credentials import Credentials
from accounts.tokens.tokens import note_use
from observability import request_context
from pithos_api.errors import (
    AccountSuspendedError,
    ContainerNotFoundError,
    InvalidTokenError,
    NoAccountError,
    NotAllowedError,
)
from pithos_api.models.statements.access import rights as statements
from pithos_api.values import Access, ContainerPath, ObjectPath, Right


class _Accessed(Protocol):
    @property
    def access(self) -> Access: ...


Found = TypeVar("Found", bound=_Accessed)


def admit(credentials: Credentials, found: Found | None, least: Right) -> Found:
    """Return the row of a statement, if its ``access`` lets the caller go on.

    Raises:
        InvalidTokenError: the token is unknown, expired or revoked, or its user is suspended; or
            there is no token, and this needs one.
        NotAllowedError: the caller lacks one of the ``least`` rights, or nothing has this path.
        AccountSuspendedError: the caller has these rights, and the account's owner is suspended.
        NoAccountError: a reseller names an account that there is not, or a suspended one.
    """
    if found is None:
        # Of a reseller it was the account's owner that was looked for.
        raise NoAccountError if credentials.everywhere else InvalidTokenError
    check(credentials, found.access, least)
    return found


def check(credentials: Credentials, access: Access, least: Right) -> None:
    """Make sure that the caller has all of the ``least`` rights; note that their token is used.

    Raises: as ``admit``.
    """
    if access.actor:
        request_context.authenticate(str(access.actor))
    if access.unnoted:
        note_use(credentials.token)
    if access.may(least):
        return
    if access.lacks_only_the_owner(least):
        raise AccountSuspendedError
    raise NotAllowedError if access.actor else InvalidTokenError


def authorize(
    credentials: Credentials, path: ContainerPath | ObjectPath, least: Right, below: str = ""
) -> Access:
    """Return what the caller may do at ``path``, whose container exists.

    below: the prefix of all names that the caller asks for in a container.

    Raises: InvalidTokenError, NotAllowedError, ContainerNotFoundError.
    """
    access = authorize_path(credentials, path, least, below)
    require_container(access, path)
    return access


def authorize_path(
    credentials: Credentials, path: ContainerPath | ObjectPath, least: Right, below: str = ""
) -> Access:
    """Return what the caller may do at ``path``, whether there is a container or not.

    Raises: InvalidTokenError, NotAllowedError.
    """
    wanted = parameters(credentials, path, below)
    row = statements.authorize_owner.one(wanted)
    if row is None:
        on_object = isinstance(path, ObjectPath)
        statement = statements.authorize if on_object else statements.authorize_container
        row = statement.one(wanted)
    return admit(credentials, row, least).access


def require_container(access: Access, path: ContainerPath | ObjectPath) -> int:
    """Return the row id of the path's container.

    Raises: ContainerNotFoundError.
    """
    if not access.container:
        raise ContainerNotFoundError(path.container)
    return access.container


def parameters(
    credentials: Credentials, path: ContainerPath | ObjectPath, below: str = ""
) -> dict[str, object]:
    """Return the parameters that every statement about a path takes.

    below: as in ``authorize``.

    Raises: NotAllowedError: the path is out of the credentials' scope.
    """
    found: dict[str, object] = {
        "token": credentials.token,
        "vouched": credentials.vouched,
        "account": path.account,
        "container": path.container,
        "referrer": credentials.referrer,
    }
    if isinstance(path, ObjectPath):
        below = path.name
        found["name"] = path.name
        found["covers"] = path.covers
    if credentials.vouched is not None:
        require_reach(credentials, path.account, path.container, below)
        found["vouched"] = credentials.acting_in(path.account)
    return found


def account_parameters(credentials: Credentials, account: str) -> dict[str, object]:
    """Return the parameters that every statement about a whole account takes.

    Raises: NotAllowedError: the credentials reach only a part of an account.
    """
    require_reach(credentials, account)
    return {
        "token": credentials.token,
        "vouched": credentials.acting_in(account),
        "account": account,
    }


def require_reach(
    credentials: Credentials, account: str, container: str = "", below: str = ""
) -> None:
    """Make sure that the credentials' scope has the account, container or names.

    Raises: NotAllowedError.
    """
    if not credentials.reach(account, container, below):
        raise NotAllowedError


def require_unconfined(credentials: Credentials) -> None:
    """Make sure that the credentials reach more than a part of one account.

    Raises: NotAllowedError.
    """
    if credentials.is_confined:
        raise NotAllowedError


def own_path(credentials: Credentials, path: ObjectPath) -> ObjectPath:
    """Return the path, in the caller's account where it names none.

    Raises: InvalidTokenError.
    """
    return path if path.account else replace(path, account=find_caller(credentials).account)


def find_caller(credentials: Credentials) -> Access:
    """Return who calls, without a path.

    Raises: InvalidTokenError.
    """
    known = {"token": credentials.token, "vouched": credentials.vouched}
    access = admit(credentials, statements.find_caller.one(known), Right.NONE).access
    if not access.actor:
        raise InvalidTokenError
    return access
