"""Parameters of Glance's lists (contract b4)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import orjson
from django.http import QueryDict

from images.errors import InvalidImageError
from images.http.glance.parsing.images import read_visibility
from images.http.glance.schemas import (
    BASE,
    MEMBER_STATUSES,
)
from images.http.requests import as_text
from images.values.images import Status, Visibility
from images.values.queries import SORT_KEYS, Comparison, ImageQuery, Order, SortValue
from web.json_values import JSONValue
from web.numbers import whole_number

FIRST_LIMIT: Final = 25
MOST: Final = 1000

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
        properties=_properties(one),
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


def _properties(query: Mapping[str, str | list[object]]) -> dict[str, str]:
    """Return the parameters that are none of ours: properties that the image has."""
    named = BASE | _NO_FILTERS
    return {key: str(value) for key, value in query.items() if key not in named}


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
    return read_visibility(text, "visibility")


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
