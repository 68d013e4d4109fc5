"""Whether the caller of a statement may go on with what its row shows."""

from typing import Any

from accounts import services as accounts
from accounts.credentials import Credentials
from pithos_api.errors import InvalidTokenError, NotAllowedError
from pithos_api.models.statements.access import find_caller as find_caller_statement
from pithos_api.values import ContainerPath, ObjectPath

Row = tuple[Any, ...]


def admit(credentials: Credentials, row: Row | None) -> Row:
    """Return ``row`` if it has a caller. Rows begin with caller id, whether to note its use.

    Raises: InvalidTokenError: the token is unknown, expired or revoked, or its user disabled.
    """
    if row is None:
        raise InvalidTokenError
    if row[1]:
        accounts.note_use(credentials.token)
    return row


def admit_owner(credentials: Credentials, row: Row | None) -> Row:
    """Return ``row`` if its caller owns the account, whose id is the row's third field.

    Raises: InvalidTokenError; NotAllowedError: also where the account does not exist.
    """
    row = admit(credentials, row)
    if row[0] != row[2]:
        raise NotAllowedError
    return row


def access(credentials: Credentials, path: ContainerPath | ObjectPath) -> dict[str, object]:
    """Return the parameters that every statement with a container in it takes."""
    return {
        "token": credentials.token,
        "vouched": credentials.vouched,
        "account": path.account,
        "container": path.container,
    }


def find_caller(credentials: Credentials) -> str:
    """Return the account name of the caller.

    Raises: InvalidTokenError.
    """
    parameters = {"token": credentials.token, "vouched": credentials.vouched}
    return str(admit(credentials, find_caller_statement.one(parameters))[2])
