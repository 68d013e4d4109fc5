"""Containers that one of the store's other interfaces writes into, and nobody else."""

from django.db import transaction

from accounts.tokens.credentials import Credentials
from pithos_api.models import Container
from pithos_api.services.access.permissions import authorize_path
from pithos_api.services.containers.changing import create_container
from pithos_api.values import Access, ContainerPath, MetaChange, ObjectPath, PolicyChange, Right
from pithos_api.values.requests import ContainerChange
from web.errors import Forbidden

_WITHOUT_HISTORY = ContainerChange(
    MetaChange({}, replace=False), PolicyChange({"versioning": "none"}, reset=False)
)


class NotSealedError(Forbidden):
    """An interface cannot have the container that it needs: the user has one of that name."""

    def __init__(self, container: str) -> None:
        super().__init__(f"the container {container!r} is in use for other objects")


def open_sealed(credentials: Credentials, path: ObjectPath) -> Access:
    """Return what the owner may do at ``path``, whose sealed container is made if it is not there.

    One statement where it is.

    Raises: InvalidTokenError, NotAllowedError, LimitedTokenError; NotSealedError.
    """
    access = authorize_path(credentials, path, Right.OWN)
    if not access.container:
        _create(credentials, ContainerPath(path.account, path.container))
        access = authorize_path(credentials, path, Right.OWN)
    require_sealed(access, path)
    return access


def require_sealed(access: Access, path: ContainerPath | ObjectPath) -> None:
    """Make sure that the container is a sealed one. Raises: NotSealedError."""
    if not access.sealed:
        raise NotSealedError(path.container)


def _create(credentials: Credentials, path: ContainerPath) -> None:
    with transaction.atomic():
        if create_container(credentials, path, _WITHOUT_HISTORY):
            found = Container.objects.filter(account__account=path.account, name=path.container)
            found.update(sealed=True)
