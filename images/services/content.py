"""The bytes of images: the stored object's, in by its intake and out by its reader."""

from dataclasses import dataclass

from accounts.tokens.credentials import Credentials
from images.errors import DeactivatedImageError, ImageNotFoundError, ImageStatusError
from images.services.registering import of_image, rewrite
from images.services.registry import find_image, find_own
from images.values.changes import ImageChange
from images.values.images import DOMAIN, RegisteredImage, Status
from pithos_api.services.objects.attributes import ArrivedContent, Attributes, store_attributed
from pithos_api.services.objects.large_objects.opening import Readable, open_readable
from pithos_api.values import ObjectState
from web.bodies.body import RequestBody

_WAITING = frozenset({Status.QUEUED, Status.SAVING})


@dataclass(frozen=True, slots=True)
class ImageData:
    """An image and its bytes; None where they are still to come."""

    image: RegisteredImage
    source: Readable | None


def store_image(credentials: Credentials, image: str, body: RequestBody) -> None:
    """Make the body the bytes of an image of the caller's own, which becomes active.

    If that fails, at whatever point, the image stays as it was.

    Raises: InvalidTokenError, ImageNotFoundError, NotImageOwnerError; ImageStatusError: it has
        its bytes already; as ``writing.store_object``.
    """
    known = require_waiting(credentials, image)

    def rule(state: ObjectState, content: ArrivedContent) -> Attributes:
        attributes = of_image(state, known.id)
        _require_waiting(find_own(credentials, known.id).status)
        return {
            **attributes,
            "status": Status.ACTIVE,
            "sha512": content.sha512.hex(),
            "sha512_of": f"{content.merkle.hex()}:{content.size}",
        }

    store_attributed(credentials, lambda: find_own(credentials, known.id).path, body, DOMAIN, rule)


def require_waiting(credentials: Credentials, image: str) -> RegisteredImage:
    """Return an image of the caller's own whose bytes are still to come.

    Raises: InvalidTokenError, ImageNotFoundError, NotImageOwnerError, ImageStatusError.
    """
    known = find_own(credentials, image)
    _require_waiting(known.status)
    return known


def _require_waiting(status: Status) -> None:
    if status not in _WAITING:
        raise ImageStatusError(status)


def open_image(credentials: Credentials, image: str) -> ImageData:
    """Return an image and its bytes.

    Raises: InvalidTokenError, ImageNotFoundError, DeactivatedImageError; as ``open_readable``.
    """
    found = find_image(credentials, image)
    if found.status is Status.DEACTIVATED:
        raise DeactivatedImageError
    if found.status in _WAITING:
        return ImageData(found, None)
    source = open_readable(credentials, found.path)
    if source.state.version.uuid != found.id:
        raise ImageNotFoundError(image)
    return ImageData(found, source)


def set_active(credentials: Credentials, image: str, *, active: bool) -> None:
    """Let the bytes of an image of the caller's own be read, or not.

    Raises: as ``change_image``; ImageStatusError: the bytes are still to come.
    """

    def decide(known: RegisteredImage) -> ImageChange:
        if known.status not in {Status.ACTIVE, Status.DEACTIVATED}:
            raise ImageStatusError(known.status)
        return ImageChange(status=Status.ACTIVE if active else Status.DEACTIVATED)

    rewrite(credentials, image, decide)
