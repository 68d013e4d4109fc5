"""Servers, and the images that are made of their disks."""

from uuid import uuid4

from django.db import transaction
from django.db.models import QuerySet

from accounts.tokens.credentials import Credentials
from accounts.users.users import find_user
from audit.services import record
from images.errors import InvalidImageError, ServerNotFoundError
from images.models import Server
from images.services.describing import new_attributes
from images.services.registering import make_container, note
from images.services.registry import find_image
from images.values.changes import ImageChange
from images.values.images import CONTAINER, DOMAIN, RegisteredImage, Status
from pithos_api.services.access.permissions import find_caller
from pithos_api.services.objects.attributes import Attributed, change_attributes
from pithos_api.services.objects.copying import copy_object
from pithos_api.services.objects.finding import find_by_uuid, uuid_at
from pithos_api.values import DetailsChange, ObjectPath, ObjectState
from pithos_api.values.requests import Copy

MAX_DIGITS = 18


def create_server(name: str, disk: ObjectPath) -> Server:
    """Make a server whose disk is an object; its account owns the server.

    Raises: AccountNotFoundError; InvalidImageError: there is no such object.
    """
    owner = find_user(disk.account)
    uuid = uuid_at(disk)
    if uuid is None:
        raise InvalidImageError("the disk", f"{disk} is no object")
    with transaction.atomic():
        server = Server.objects.create(
            name=name, owner=owner, disk=uuid, container=disk.container, object=disk.name
        )
        record("server.create", account=owner.account, target=str(server.pk))
    return server


def list_servers(account: str = "") -> QuerySet[Server]:
    """Return the servers of an account, in the order they were made; "" is all."""
    servers = Server.objects.select_related("owner").order_by("id")
    return servers.filter(owner__account=account) if account else servers


def delete_server(number: int) -> None:
    """Forget a server; its disk and images stay. Raises: ServerNotFoundError."""
    with transaction.atomic():
        server = Server.objects.select_related("owner").filter(id=number).first()
        if server is None:
            raise ServerNotFoundError(str(number))
        record("server.delete", account=server.owner.account, target=str(number))
        server.delete()


def image_of_server(credentials: Credentials, server: int, name: str) -> RegisteredImage:
    """Make an image of the disk of a server of the caller's own. Rows are copied, no bytes.

    Raises: InvalidTokenError, ServerNotFoundError, NotAllowedError, QuotaExceededError,
        InvalidImageError.
    """
    disk = _disk_of(credentials, server)
    path = ObjectPath(disk.account, CONTAINER, str(uuid4()))
    images: list[str] = []

    def rule(state: ObjectState) -> Attributed:
        images.append(state.version.uuid)
        change = ImageChange(name=name, status=Status.ACTIVE)
        return Attributed(new_attributes(images[0], change, server=server, made=True))

    with transaction.atomic():
        make_container(credentials, path)
        copy_object(credentials, Copy(disk, path, DetailsChange()))
        change_attributes(credentials, path, DOMAIN, rule)
        note("image.register", path, images[0], server=server)
    return find_image(credentials, images[0])


def _disk_of(credentials: Credentials, number: int) -> ObjectPath:
    """Return where the disk of a server is now; where it was seen last is looked at first."""
    account = find_caller(credentials).account
    server = Server.objects.filter(id=number, owner__account=account).first()
    if server is None:
        raise ServerNotFoundError(str(number))
    seen = ObjectPath(account, server.container, server.object)
    if uuid_at(seen) == str(server.disk):
        return seen
    path = find_by_uuid(account, str(server.disk))
    if path is None:
        raise ServerNotFoundError(str(number))
    server.container, server.object = path.container, path.name
    server.save(update_fields=["container", "object"])
    return path
