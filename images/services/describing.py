"""The attributes that make an object an image, before and after a change."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from images.errors import ImagePropertyLimitError, InvalidImageError
from images.values.changes import ImageChange
from images.values.images import EVERYBODY, Visibility
from pithos_api.services.objects.attributes import Attributes
from pithos_api.values import MAX_META, ObjectState, ShareChange, size_of_fields
from web.json_values import JSONValue
from web.names import FORBIDDEN

MAX_NAME: Final = 255
MAX_PROPERTIES: Final = 128
MAX_TAGS: Final = 128
MAX_NUMBER: Final = 2**31 - 1

# What XML cannot say.
_UNPRINTABLE: Final = FORBIDDEN - {"\t", "\n", "\r"}
_PROPERTY: Final = "property:"
_PLAIN: Final = (
    *("name", "status", "disk_format", "container_format", "protected", "hidden"),
    *("min_disk", "min_ram"),
)


def new_attributes(image: str, change: ImageChange, **others: JSONValue) -> Attributes:
    """Return the attributes of an object that becomes an image now. image: its UUID."""
    created = datetime.now(UTC).isoformat(timespec="microseconds")
    return changed({"id": image, "created_at": created, **others}, change)


def changed(attributes: Attributes, change: ImageChange) -> Attributes:
    """Return attributes after a change.

    Raises: InvalidImageError; ImagePropertyLimitError: there would be too many.
    """
    result: dict[str, JSONValue] = dict(attributes)
    for name in _PLAIN:
        value = getattr(change, name)
        if value is not None:
            result[name] = value
    if change.tags is not None:
        result["tags"] = list(dict.fromkeys(change.tags))
    if change.properties is not None:
        _change_properties(result, change)
    _check(result)
    return result


def _change_properties(result: dict[str, JSONValue], change: ImageChange) -> None:
    if change.replace_properties:
        for name in [each for each in result if each.startswith(_PROPERTY)]:
            del result[name]
    for key, value in (change.properties or {}).items():
        if value is None:
            result.pop(f"{_PROPERTY}{key}", None)
        else:
            result[f"{_PROPERTY}{key}"] = value


def _check(attributes: Mapping[str, JSONValue]) -> None:
    properties = {
        name.removeprefix(_PROPERTY): str(value)
        for name, value in attributes.items()
        if name.startswith(_PROPERTY)
    }
    tags = attributes.get("tags") or []
    assert isinstance(tags, list)  # noqa: S101 - written by ``changed``
    _check_room(properties, len(tags))
    _check_text("the name", str(attributes.get("name") or ""))
    for each in (*properties, *map(str, tags)):
        _check_text("a property's name or a tag", each, least=1)
    for name, value in properties.items():
        if not _UNPRINTABLE.isdisjoint(value):
            raise InvalidImageError(f"the property {name!r}", "has a control character")


def _check_room(properties: Mapping[str, str], tags: int) -> None:
    if len(properties) > MAX_PROPERTIES:
        raise ImagePropertyLimitError("properties", MAX_PROPERTIES)
    if tags > MAX_TAGS:
        raise ImagePropertyLimitError("tags", MAX_TAGS)
    if size_of_fields(properties) > MAX_META:
        raise ImagePropertyLimitError("bytes of properties", MAX_META)


def _check_text(what: str, text: str, least: int = 0) -> None:
    if len(text) < least:
        raise InvalidImageError(what, "is empty")
    if len(text) > MAX_NAME:
        raise InvalidImageError(what, f"has more than {MAX_NAME} characters")
    if not FORBIDDEN.isdisjoint(text):
        raise InvalidImageError(what, "has a control character")


def sharing_for(state: ObjectState, visibility: Visibility | None) -> ShareChange:
    """Return what the object's sharing must become for an image to be visible so; None keeps it.

    Raises: InvalidImageError: the sharing belongs to a path above, which this leaves alone.
    """
    shared = state.sharing
    readers = set(shared.readers if shared else ())
    writers = set(shared.writers if shared else ())
    if visibility is None:
        return ShareChange()
    if visibility is Visibility.PUBLIC:
        wanted = (readers | {EVERYBODY}, writers)
    elif visibility is Visibility.SHARED:
        wanted = (readers - {EVERYBODY}, writers - {EVERYBODY})
    else:
        wanted = (set(), set())
    return share_change(state, *wanted)


def share_change(state: ObjectState, readers: set[str], writers: set[str]) -> ShareChange:
    """Return the change that makes these the readers and writers; none if they are already.

    Raises: InvalidImageError: as ``sharing_for``.
    """
    shared = state.sharing
    before = (set(shared.readers), set(shared.writers)) if shared else (set(), set())
    if before == (readers, writers):
        return ShareChange()
    if shared is not None and shared.path != state.path.name:
        raise InvalidImageError("the image", f"is shared together with {shared.path!r}")
    return ShareChange(tuple(sorted(readers)), tuple(sorted(writers)))
