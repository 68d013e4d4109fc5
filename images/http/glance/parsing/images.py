"""Bodies of Glance's requests: new images and patches (contract b4)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from images.errors import ImagePropertyConflictError, InvalidImageError, ReadOnlyImageError
from images.http.glance.schemas import (
    BASE,
    CONTAINER_FORMATS,
    DISK_FORMATS,
)
from images.http.requests import as_text
from images.values.changes import ImageChange, NewImage
from images.values.images import Visibility
from web.json_values import JSONObject, JSONValue

_NUMBERS: Final = 2**31 - 1


def _text(value: JSONValue, what: str) -> str:
    return "" if value is None else as_text(value, what)


def _number(value: JSONValue, what: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _NUMBERS:
        raise InvalidImageError(what, "is not a whole number, or too large")
    return value


def _truth(value: JSONValue, what: str) -> bool:
    if not isinstance(value, bool):
        raise InvalidImageError(what, "is neither true nor false")
    return value


def _tags(value: JSONValue, what: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise InvalidImageError(what, "are not a list")
    return tuple(as_text(each, "a tag") for each in value)


def read_visibility(value: JSONValue, what: str) -> Visibility:
    try:
        return Visibility(as_text(value, what))
    except ValueError as error:
        raise InvalidImageError(what, f"is none of {', '.join(Visibility)}") from error


def _format(allowed: Sequence[str]) -> Callable[[JSONValue, str], str]:
    def checked(value: JSONValue, what: str) -> str:
        text = _text(value, what)
        if text and text not in allowed:
            raise InvalidImageError(what, f"is none of {', '.join(allowed)}")
        return text

    return checked


# What a client may set: what the change calls it, and what makes a value of it.
_FIELDS: Final[Mapping[str, tuple[str, Callable[[JSONValue, str], object]]]] = {
    "name": ("name", _text),
    "disk_format": ("disk_format", _format(DISK_FORMATS)),
    "container_format": ("container_format", _format(CONTAINER_FORMATS)),
    "protected": ("protected", _truth),
    "os_hidden": ("hidden", _truth),
    "min_disk": ("min_disk", _number),
    "min_ram": ("min_ram", _number),
    "tags": ("tags", _tags),
    "visibility": ("visibility", read_visibility),
}


def read_new_image(body: JSONObject, account: str) -> NewImage:
    """Return the image that a POST makes; keys that are unknown are its properties.

    Raises: InvalidImageError; ReadOnlyImageError.
    """
    fields = dict(body)
    image = fields.pop("id", "")
    owner = fields.pop("owner", None)
    if owner is not None and owner != account:
        raise ReadOnlyImageError("owner")
    return NewImage(_change(fields, {}), as_text(image, "the id"))


def _change(fields: JSONObject, properties: Mapping[str, str | None]) -> ImageChange:
    """Return the change that sets fields by Glance's names. properties: others, that are set too.

    Raises: InvalidImageError; ReadOnlyImageError.
    """
    values: dict[str, object] = {}
    own: dict[str, str | None] = dict(properties)
    for key, value in fields.items():
        if key in _FIELDS:
            name, read = _FIELDS[key]
            values[name] = read(value, key)
        elif key in BASE:
            raise ReadOnlyImageError(key)
        else:
            own[key] = as_text(value, f"the property {key[:40]!r}")
    return ImageChange(**values, properties=own or None)  # type: ignore[arg-type]


def read_patch(operations: Sequence[tuple[str, str, JSONValue]], known: set[str]) -> ImageChange:
    """Return the change that a patch makes. known: the keys of the image's properties.

    Raises: InvalidImageError; ReadOnlyImageError; ImagePropertyConflictError.
    """
    fields: dict[str, JSONValue] = {}
    removed: dict[str, str | None] = {}
    known = set(known)
    for operation, key, value in operations:
        if key not in BASE and operation != "add" and key not in known:
            raise ImagePropertyConflictError(key)
        if operation == "remove":
            if key in BASE:
                raise ReadOnlyImageError(key)
            fields.pop(key, None)
            removed[key] = None
            known.discard(key)
        else:
            fields[key] = value
            removed.pop(key, None)
            known.add(key)
    return _change(fields, removed)


def read_operations(body: JSONValue) -> list[tuple[str, str, JSONValue]]:
    """Return operation, key and value of each step of a JSON patch. Raises: InvalidImageError."""
    if not isinstance(body, list):
        raise InvalidImageError("the patch", "is not a list of operations")
    return [_operation(step) for step in body]


def _operation(step: JSONValue) -> tuple[str, str, JSONValue]:
    if not isinstance(step, dict):
        raise InvalidImageError("a step of the patch", "is not an object")
    operation, path = step.get("op"), step.get("path")
    if not isinstance(operation, str) or operation not in {"add", "replace", "remove"}:
        raise InvalidImageError("op", "is none of add, replace, remove")
    if not isinstance(path, str) or not path.startswith("/") or path.count("/") > 1 or "\0" in path:
        raise InvalidImageError("path", "is not / and the name of a field")
    if operation != "remove" and "value" not in step:
        raise InvalidImageError("value", "is missing")
    key = path[1:].replace("~1", "/").replace("~0", "~")
    return operation, key, step.get("value")
