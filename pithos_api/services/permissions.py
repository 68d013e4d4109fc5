"""Whether the caller of a statement may go on with what its row shows."""

from typing import Any

from accounts import services as accounts
from accounts.credentials import Credentials
from pithos_api.errors import ContainerNotFoundError, InvalidTokenError, NotAllowedError
from pithos_api.models.statements import access as statements
from pithos_api.values import Access, ContainerPath, ObjectPath, Right
from watching import origin

Row = tuple[Any, ...]

_ACCESS = len(Access._fields)


def admit(credentials: Credentials, row: Row | None, least: Right) -> Access:
    """Return the ``Access`` that a statement's row begins with.

    Raises:
        InvalidTokenError: the token is unknown, expired or revoked, or its user disabled; or
            there is none, and not anybody may do this.
        NotAllowedError: the caller has not all of the ``least`` rights, or the path leads nowhere.
    """
    if row is None:
        raise InvalidTokenError
    access = Access._make(row[:_ACCESS])
    if access.actor:
        origin.authenticate()
    if access.unnoted:
        accounts.note_use(credentials.token)
    if not access.may(least):
        raise NotAllowedError if access.actor else InvalidTokenError
    return access


def authorize(
    credentials: Credentials, path: ContainerPath | ObjectPath, least: Right, below: str = ""
) -> Access:
    """Return what the caller may do at ``path``, whose container exists.

    below: what all names that the caller asks for in a container begin with.

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
    return admit(credentials, row, least)


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


def find_caller(credentials: Credentials) -> Access:
    """Return who calls, without a path.

    Raises: InvalidTokenError.
    """
    known = {"token": credentials.token, "vouched": credentials.vouched}
    access = admit(credentials, statements.find_caller.one(known), Right.NONE)
    if not access.actor:
        raise InvalidTokenError
    return access
