"""What can go wrong with images; each error is of one category of ``web.errors``."""

from web.errors import (
    Conflict,
    Forbidden,
    InvalidRequest,
    NotFound,
    TooLarge,
    UnsupportedMediaType,
)


class ImageNotFoundError(NotFound):
    """There is no such image, or the caller may not see it."""

    def __init__(self, image: str) -> None:
        super().__init__(f"there is no image {image[:60]!r}")


class ServerNotFoundError(NotFound):
    """The caller has no such server, or its disk is gone."""

    def __init__(self, server: str) -> None:
        super().__init__(f"there is no server {server[:60]!r}")


class ImageMemberNotFoundError(NotFound):
    """The image is not shared with that account."""

    def __init__(self, member: str) -> None:
        super().__init__(f"the image is not shared with {member[:60]!r}")


class ImagePropertyNotFoundError(NotFound):
    """The image has no such property."""

    def __init__(self, key: str) -> None:
        super().__init__(f"the image has no property {key[:60]!r}")


class ImageTagNotFoundError(NotFound):
    """The image has no such tag."""

    def __init__(self, tag: str) -> None:
        super().__init__(f"the image has no tag {tag[:60]!r}")


class NothingHereError(NotFound):
    """No resource has this path."""

    def __init__(self) -> None:
        super().__init__("there is nothing at this path")


class NoSuchSchemaError(NotFound):
    """There is no schema of that name."""

    def __init__(self, schema: str) -> None:
        super().__init__(f"there is no schema {schema[:60]!r}")


class NotImageOwnerError(Forbidden):
    """Only the image's owner may do this."""

    def __init__(self) -> None:
        super().__init__("only the image's owner may do this")


class ReadOnlyImageError(Forbidden):
    """Clients cannot set or remove this field."""

    def __init__(self, field: str) -> None:
        super().__init__(f"{field[:60]!r} cannot be changed like this")


class ProtectedImageError(Forbidden):
    """The image is protected from deletion."""

    def __init__(self, image: str) -> None:
        super().__init__(f"the image {image!r} is protected and cannot be deleted")


class DeactivatedImageError(Forbidden):
    """Nobody may read the bytes of a deactivated image."""

    def __init__(self) -> None:
        super().__init__("the image is deactivated")


class NotSharedImageError(Forbidden):
    """A public image has no members."""

    def __init__(self) -> None:
        super().__init__("the image is public and needs no members")


class ImageStatusError(Conflict):
    """status: of the image, which does not allow this."""

    def __init__(self, status: str) -> None:
        super().__init__(f"the image is {status}")


class ImageExistsError(Conflict):
    """The id, or the member, is there already."""

    def __init__(self, what: str) -> None:
        super().__init__(f"there is already {what[:100]}")


class ImagePropertyConflictError(Conflict):
    """A patch changes a property that the image has not."""

    def __init__(self, key: str) -> None:
        super().__init__(f"the image has no property {key[:60]!r} to be changed")


class ImageMediaTypeError(UnsupportedMediaType):
    """wanted: the type that the body must be of."""

    def __init__(self, wanted: str) -> None:
        super().__init__(f"the body must be {wanted}")


class InvalidImageError(InvalidRequest):
    """A value of an image breaks a rule. what, reason: as in "the name is too long"."""

    def __init__(self, what: str, reason: str) -> None:
        super().__init__(f"{what} {reason}")


class ImagePropertyLimitError(TooLarge):
    """limit: how many, or how many bytes, of ``what`` an image may have."""

    def __init__(self, what: str, limit: int) -> None:
        super().__init__(f"an image may have at most {limit} {what}")
