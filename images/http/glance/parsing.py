"""Bodies and parameters of Glance's requests (contract b4)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import orjson
from django.http import QueryDict

from images.errors import ImagePropertyConflictError, InvalidImageError, ReadOnlyImageError
from images.http.glance.schemas import (
    BASE,
    CONTAINER_FORMATS,
    DISK_FORMATS,
    MEMBER_STATUSES,
)
from images.http.requests import as_text
from images.values.changes import ImageChange, NewImage
from images.values.images import Status, Visibility
from images.values.queries import SORT_KEYS, Comparison, ImageQuery, Order, SortValue
from web.json_values import JSONObject, JSONValue
from web.numbers import whole_number

FIRST_LIMIT: Final = 25
MOST: Final = 1000

_NUMBERS: Final = 2**31 - 1
_TIMES: Final = {"created_at": "created", "updated_at": "updated"}
_OPERATORS: Final = ("gt", "gte", "lt", "lte", "eq", "neq")
_SEVERAL: Final = {
    "id": "id",
    "name": "name",
    "status": "status",
    "disk_format": "disk_format",
    "container_format": "container_format",
}
_NO_FILTERS: Final = frozenset(
    {
        *("limit", "marker", "sort", "sort_key", "sort_dir", "tag", "visibility", "owner"),
        *("os_hidden", "member_status", "size_min", "size_max", "protected", "X-Auth-Token"),
        "after",
    }
)
_STATUSES: Final = {
    "queued": Status.QUEUED,
    "saving": Status.SAVING,
    "active": Status.ACTIVE,
    "killed": Status.ERROR,
    "deactivated": Status.DEACTIVATED,
}
# What images of others' stores can be besides.
_NEVER: Final = frozenset({"deleted", "pending_delete", "importing", "uploading"})


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


def _visibility(value: JSONValue, what: str) -> Visibility:
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
    "visibility": ("visibility", _visibility),
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


def read_query(query: QueryDict) -> ImageQuery:
    """Return which images a list has. Raises: InvalidImageError."""
    one = query.dict()
    visibility, hidden = str(one.get("visibility", "")), str(one.get("os_hidden", "false"))
    order = _order(query)
    return ImageQuery(
        equal=_equal(query),
        size_min=_bytes(one, "size_min"),
        size_max=_bytes(one, "size_max"),
        tags=tuple(query.getlist("tag")),
        properties={
            key: str(value)
            for key, value in one.items()
            if key not in BASE and key not in _NO_FILTERS
        },
        owner=str(one["owner"]) if "owner" in one else None,
        visibility=_wanted_visibility(visibility),
        hidden=_flag("os_hidden", hidden),
        protected=_flag("protected", str(one["protected"])) if "protected" in one else None,
        member_status=_member_status(str(one.get("member_status", ""))),
        comparisons=_comparisons(one),
        order=order,
        limit=_limit(str(one.get("limit", FIRST_LIMIT))) + 1,
        marker=str(one.get("marker", "")),
        after=_after(one, order),
    )


def _after(
    query: Mapping[str, str | list[object]], order: tuple[Order, ...]
) -> tuple[SortValue, ...] | None:
    """Return the values that a link to the next page has for its marker, None without them.

    Clients repeat ``after`` with markers of their own.
    """
    try:
        values = orjson.loads(str(query.get("after", "")))
    except ValueError:
        return None
    keys = [*(each.key for each in order), "id"]
    if not isinstance(values, list) or len(values) != len(keys):
        return None
    if values[-1] != query.get("marker"):
        return None
    return tuple(_sort_value(key, value) for key, value in zip(keys, values, strict=True))


def _sort_value(key: str, value: JSONValue) -> SortValue:
    if key in _TIMES:
        return _moment("after", as_text(value, "after"))
    if key == "size":
        if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 2**63:
            raise InvalidImageError("after", "is none of our links")
        return value
    text = as_text(value, "after")
    if key == "id" and not _is_id(text):
        raise InvalidImageError("after", "is none of our links")
    return text


def _equal(query: QueryDict) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for key, column in _SEVERAL.items():
        if key not in query:
            continue
        text = str(query[key])
        values = text[3:].split(",") if text.startswith("in:") else [text]
        if key == "status":
            values = [_status(value) for value in values]
        if key == "id":
            values = [value for value in values if _is_id(value)]
        found[column] = tuple(value.strip('"') for value in values)
    return found


def _is_id(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False


def _status(text: str) -> str:
    if text in _NEVER:
        return text
    if text not in _STATUSES:
        raise InvalidImageError("status", f"is none of {', '.join(_STATUSES)}")
    return _STATUSES[text]


def _wanted_visibility(text: str) -> Visibility | None:
    if text in {"", "all"}:
        return None
    return _visibility(text, "visibility")


def _flag(name: str, text: str) -> bool:
    if text.lower() not in {"true", "false", "1", "0"}:
        raise InvalidImageError(name, "is neither true nor false")
    return text.lower() in {"true", "1"}


def _member_status(text: str) -> str:
    if text and text not in {*MEMBER_STATUSES, "all"}:
        raise InvalidImageError("member_status", f"is none of {', '.join(MEMBER_STATUSES)}, all")
    return text


def _comparisons(query: Mapping[str, str | list[object]]) -> tuple[Comparison, ...]:
    found = []
    for key, column in _TIMES.items():
        if key not in query:
            continue
        text = str(query[key])
        operator, _, rest = text.partition(":")
        if operator not in _OPERATORS:
            operator, rest = "eq", text
        found.append(Comparison(column, operator, _moment(key, rest)))
    return tuple(found)


def _moment(what: str, text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidImageError(what, "is not a time in ISO 8601") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _order(query: QueryDict) -> tuple[Order, ...]:
    """Return what a list is sorted by: ``sort=name:asc,size``, or ``sort_key`` and ``sort_dir``."""
    pairs = [tuple(each.strip().partition(":")[::2]) for each in query.get("sort", "").split(",")]
    if not query.get("sort"):
        keys, directions = query.getlist("sort_key"), query.getlist("sort_dir")
        if len(directions) not in {0, 1, len(keys)} and keys:
            raise InvalidImageError("sort_dir", "comes once, or once for each sort_key")
        keys = keys or ["created_at"]
        directions = (
            directions if len(directions) == len(keys) else (directions or [""]) * len(keys)
        )
        pairs = list(zip(keys, directions, strict=False))
    return tuple(_one_order(key, direction) for key, direction in pairs)


def _one_order(key: str, direction: str) -> Order:
    if key not in SORT_KEYS:
        raise InvalidImageError("the sort key", f"is none of {', '.join(SORT_KEYS)}")
    if direction not in {"", "asc", "desc"}:
        raise InvalidImageError("the sort direction", "is neither asc nor desc")
    return Order(key, direction != "asc")


def _limit(text: str) -> int:
    limit = whole_number(text, 18)
    if limit is None:
        raise InvalidImageError("limit", "is not a whole number")
    return min(limit, MOST)


def _bytes(query: Mapping[str, str | list[object]], name: str) -> int | None:
    if name not in query:
        return None
    size = whole_number(str(query[name]), 18)
    if size is None:
        raise InvalidImageError(name, "is not a number of bytes")
    return size
