"""Images come, change and go: always with their object, in one transaction."""

from collections.abc import Callable
from uuid import uuid4

from django.db import transaction

from accounts.tokens.credentials import Credentials
from audit.services import Detail, record
from images.errors import (
    ImageExistsError,
    ImageNotFoundError,
    InvalidImageError,
    ProtectedImageError,
)
from images.models import Image, Membership
from images.services.describing import changed, new_attributes, sharing_for
from images.services.registry import find_image, find_own, image_id
from images.values.changes import ImageChange, NewImage, Registration
from images.values.images import (
    CONTAINER,
    DOMAIN,
    OCTET_STREAM,
    RegisteredImage,
    Status,
    Visibility,
)
from pithos_api.services.access.permissions import own_path
from pithos_api.services.containers.changing import create_container
from pithos_api.services.objects.attributes import (
    Attributed,
    Attributes,
    EmptyObject,
    attributes_of,
    change_attributes,
    create_empty,
)
from pithos_api.services.objects.deleting import delete_object
from pithos_api.values import (
    ContainerPath,
    MetaChange,
    ObjectPath,
    ObjectState,
    PolicyChange,
    ShareChange,
)
from pithos_api.values.requests import ContainerChange

_PLAIN = ContainerChange(MetaChange({}, replace=False), PolicyChange({}, reset=False))


def register(credentials: Credentials, wanted: Registration) -> RegisteredImage:
    """Make an object of the caller's own an image; what it was said to be before is forgotten.

    Raises:
        InvalidTokenError, NotAllowedError, ContainerNotFoundError, ObjectNotFoundError.
        InvalidImageError: the object has another size or checksum, or is others joined.
    """
    path = own_path(credentials, wanted.location)
    found: list[str] = []

    def rule(state: ObjectState) -> Attributed:
        _check_object(state, wanted)
        image = state.version.uuid
        found.append(image)
        share = sharing_for(state, wanted.change.visibility)
        return Attributed(new_attributes(image, wanted.change), share)

    with transaction.atomic():
        change_attributes(credentials, path, DOMAIN, rule)
        _require_registered(found[0])
        note("image.register", path, found[0])
    return find_image(credentials, found[0])


def _check_object(state: ObjectState, wanted: Registration) -> None:
    version = state.version
    if version.details.manifest is not None or version.details.segmented is not None:
        raise InvalidImageError("the location", "is an object that others are joined to: copy it")
    if wanted.size is not None and wanted.size != version.size:
        raise InvalidImageError("the size", f"differs from the object's, {version.size}")
    if wanted.checksum is not None and wanted.checksum != version.merkle.hex():
        raise InvalidImageError(
            "the checksum", f"differs from the object's, {version.merkle.hex()}"
        )


def _require_registered(image: str) -> None:
    """Make sure that the triggers have taken the image up, and no other has its id.

    Raises: ImageExistsError.
    """
    if not Image.objects.filter(id=image).exists():
        raise ImageExistsError(f"an image {image}")


def create_image(credentials: Credentials, wanted: NewImage) -> RegisteredImage:
    """Make an image whose bytes are still to come: an empty object in the container ``images``.

    Raises: InvalidTokenError, NotAllowedError, LimitedTokenError; ImageExistsError.
    """
    image = str(image_id(wanted.id)) if wanted.id else str(uuid4())
    path = own_path(credentials, ObjectPath("", CONTAINER, image))
    if wanted.id and Image.objects.filter(id=image).exists():
        raise ImageExistsError(f"an image {image}")
    change = wanted.change
    readers = ("*",) if change.visibility is Visibility.PUBLIC else None
    share = ShareChange() if readers is None else ShareChange(readers, ())
    attributes = new_attributes(image, change, status=Status.QUEUED, made=True)
    empty = EmptyObject(DOMAIN, attributes, image, OCTET_STREAM, share)
    with transaction.atomic():
        make_container(credentials, path)
        create_empty(credentials, path, empty)
        _require_registered(image)
        note("image.create", path, image)
    return find_image(credentials, image)


def make_container(credentials: Credentials, path: ObjectPath) -> None:
    """Make the container of an object, where there is none."""
    container = ContainerPath(path.account, path.container)
    create_container(credentials, container, _PLAIN)


def change_image(credentials: Credentials, image: str, change: ImageChange) -> RegisteredImage:
    """Change what is said of an image of the caller's own, and who sees it.

    Raises: InvalidTokenError, ImageNotFoundError, NotImageOwnerError, InvalidImageError,
        ImagePropertyLimitError, LimitedTokenError, GrantConflictError.
    """
    return rewrite(credentials, image, lambda _: change)


def rewrite(
    credentials: Credentials, image: str, decide: Callable[[RegisteredImage], ImageChange]
) -> RegisteredImage:
    """Change an image as ``decide`` says of its state under the lock.

    Raises: as ``change_image``; whatever ``decide`` raises.
    """
    known = find_own(credentials, image)

    def rule(state: ObjectState) -> Attributed:
        change = decide(find_own(credentials, known.id))
        share = sharing_for(state, change.visibility)
        if share != ShareChange():
            note("image.visibility", known.path, known.id, visibility=str(change.visibility))
        return Attributed(changed(of_image(state, known.id), change), share)

    with transaction.atomic():
        change_attributes(credentials, known.path, DOMAIN, rule)
    return find_image(credentials, known.id)


def of_image(state: ObjectState, image: str) -> Attributes:
    """Return an image's attributes of the object that was opened at its path.

    Raises: ImageNotFoundError: it was moved or unregistered meanwhile.
    """
    attributes = attributes_of(state, DOMAIN)
    if state.version.uuid != image or attributes.get("id") != image:
        raise ImageNotFoundError(image)
    return attributes


def unregister(credentials: Credentials, image: str) -> None:
    """Take an image out of the registry; its object stays, and so does its sharing.

    Raises: InvalidTokenError, ImageNotFoundError, NotImageOwnerError, ProtectedImageError.
    """
    known = find_own(credentials, image)

    def rule(state: ObjectState) -> Attributed:
        require_unprotected(state, known.id)
        return Attributed(None)

    with transaction.atomic():
        change_attributes(credentials, known.path, DOMAIN, rule)
        forget_members(known.id)
        note("image.unregister", known.path, known.id)


def delete_image(credentials: Credentials, image: str) -> None:
    """Unregister an image, and delete its object if the registry has made that.

    Raises: as ``unregister``.
    """
    with transaction.atomic():
        known = find_own(credentials, image)
        unregister(credentials, known.id)
        if known.made:
            delete_object(credentials, known.path)
            note("image.delete", known.path, known.id)


def require_unprotected(state: ObjectState, image: str) -> None:
    """Make sure that an image may be deleted. Raises: ImageNotFoundError, ProtectedImageError."""
    if of_image(state, image).get("protected"):
        raise ProtectedImageError(image)


def forget_members(image: str) -> None:
    """Forget what anybody said to being given the image."""
    Membership.objects.filter(image=image).delete()


def note(action: str, path: ObjectPath, image: str, actor: str = "", **details: Detail) -> None:
    """Tell the audit log what happened to an image. actor: an account; "" is the owner."""
    where = {"object": f"{path.container}/{path.name}"}
    told = {**where, **details}
    record(action, account=path.account, target=image, actor=actor or path.account, details=told)
