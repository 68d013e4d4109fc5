"""Where an object is that is known by its UUID."""

from pithos_api.models import Version
from pithos_api.models.expressions import Infinity
from pithos_api.values import ObjectPath


def uuid_at(path: ObjectPath) -> str | None:
    """Return the UUID of the current object at ``path``, None where there is none."""
    found = Version.objects.filter(
        container__account__account=path.account,
        container__name=path.container,
        name=path.name,
        valid_to=Infinity(),
    ).values_list("uuid", flat=True)
    return next(map(str, found), None)


def find_by_uuid(account: str, uuid: str) -> ObjectPath | None:
    """Return the path of an account's current object with this UUID, None where there is none.

    There is no index of UUIDs: it reads all current objects of the account.
    """
    found = Version.objects.filter(
        container__account__account=account, uuid=uuid, valid_to=Infinity()
    ).values_list("container__name", "name", named=True)
    return next((ObjectPath(account, row.container__name, row.name) for row in found), None)
