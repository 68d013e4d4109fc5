"""Bringing back what a user has deleted or overwritten."""

from django.db import transaction

from accounts.tokens.credentials import NO_TOKEN, Credentials
from audit.services import record
from pithos_api.services.objects.copying import copy_object
from pithos_api.values import DetailsChange, ObjectPath, Published
from pithos_api.values.requests import Copy


def restore_version(path: ObjectPath, serial: int) -> Published:
    """Make an old version of an object its current one again, with its owner's rights.

    It becomes a new version with the same content, type and metadata; what was there meanwhile
    stays in the history. Shares and publications are as they are now.

    Raises:
        InvalidTokenError: the owner is suspended. VersionNotFoundError, QuotaExceededError;
        otherwise as ``copy_object``.
    """
    owner = Credentials(NO_TOKEN, vouched=path.account)
    with transaction.atomic():
        published = copy_object(owner, Copy(path, path, DetailsChange(), serial=serial))
        record(
            "object.restore",
            account=path.account,
            target=f"{path.container}/{path.name}",
            details={"version": serial, "as": published.serial},
        )
    return published
