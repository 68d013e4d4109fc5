"""Which version of an object was current at a time."""

from accounts.tokens.credentials import Credentials
from pithos_api.errors import ObjectNotFoundError
from pithos_api.models.statements.objects.read_object import version_before
from pithos_api.services.access.permissions import authorize
from pithos_api.values import ObjectPath, Right


def version_at(credentials: Credentials, path: ObjectPath, until: float) -> int:
    """Return the serial of what was current at ``path`` right before a time.

    until: seconds since the epoch.

    Raises:
        InvalidTokenError, NotAllowedError, ContainerNotFoundError.
        ObjectNotFoundError: nothing was there then, or that history is not kept any more.
    """
    access = authorize(credentials, path, Right.READ_HISTORY)
    wanted = {"container": access.container, "name": path.name, "until": until}
    row = version_before.one(wanted)
    if row is None:
        raise ObjectNotFoundError(path.name)
    return row.serial
