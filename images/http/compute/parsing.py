"""Paths, parameters and bodies of Compute's requests (contract b1, b2)."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from django.conf import settings

from images.errors import InvalidImageError
from images.http.requests import as_object, as_text
from images.values.images import Status
from images.values.queries import MAX_PAGE, ImageQuery, Order
from web.json_values import JSONObject, JSONValue
from web.negotiation import Format, asked_format
from web.numbers import whole_number
from web.request_head import RequestHead

FIRST: Final = "/compute/v1.1"

_SUFFIX: Final = re.compile(r"\.(json|xml)$")
_FORMATS: Final = {"json": Format.JSON, "xml": Format.XML}
_SERVER: Final = re.compile(r"(?:.*/servers/)?([0-9]{1,18})")
_MOMENT: Final = re.compile(r"(.*T.*) ([0-9]{2}:?[0-9]{2})$")

STATUSES: Final = {
    "ACTIVE": (Status.ACTIVE,),
    "SAVING": (Status.SAVING, Status.QUEUED),
    "ERROR": (Status.ERROR, Status.DEACTIVATED),
}


def wanted_format(head: RequestHead) -> Format:
    """Return JSON or XML: as the path's suffix says, else the first of either that is accepted.

    Version 2.0 has JSON alone.
    """
    if not head.path.startswith(FIRST):
        return Format.JSON
    suffix = _SUFFIX.search(head.path)
    if suffix is not None:
        return _FORMATS[suffix[1]]
    asked = asked_format(head._replace(query={}))
    return asked or Format.JSON


def read_query(query: Mapping[str, str]) -> ImageQuery:
    """Return which images a list has, oldest first. Raises: InvalidImageError."""
    equal: dict[str, tuple[str, ...]] = {}
    if "name" in query:
        equal["name"] = (query["name"],)
    if "status" in query:
        equal["status"] = STATUSES.get(query["status"].upper(), ("none",))
    since = query.get("changes-since")
    return ImageQuery(
        equal=equal,
        hidden=False,
        since=None if since is None else _since(since),
        order=(Order("created_at", descending=False),),
        limit=_limit(query.get("limit")),
        marker=query.get("marker", ""),
    )


def _limit(text: str | None) -> int:
    if text is None:
        return MAX_PAGE
    limit = whole_number(text, 9)
    if limit is None:
        raise InvalidImageError("limit", "is not a whole number")
    return min(limit, MAX_PAGE)


def _since(text: str) -> datetime:
    """Return the time since which changes are wanted; one without a zone is UTC."""
    text = _MOMENT.sub(r"\1+\2", text)  # a plus sign that was not encoded has become a blank
    try:
        since = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidImageError("changes-since", "is not a time in ISO 8601") from error
    since = since if since.tzinfo else since.replace(tzinfo=UTC)
    now = datetime.now(UTC)
    if since > now:
        raise InvalidImageError("changes-since", "is in the future")
    if since < now - timedelta(seconds=settings.PITHOS_POLL_LIMIT):
        raise InvalidImageError("changes-since", f"is over {settings.PITHOS_POLL_LIMIT} s ago")
    return since


def read_server_image(body: JSONObject) -> tuple[int, str]:
    """Return the number of a server, and the name of the image that is to be made of it.

    Raises: InvalidImageError.
    """
    image = as_object(body.get("image"), "image")
    name = as_text(image.get("name"), "name")
    if not name:
        raise InvalidImageError("name", "is empty")
    return _server(image.get("serverRef")), name


def _server(value: JSONValue) -> int:
    reference = value if isinstance(value, str) else str(value)
    match = _SERVER.fullmatch(reference)
    if match is None or isinstance(value, bool | float):
        raise InvalidImageError("serverRef", "is not the number of a server")
    return int(match[1])


def read_metadata(body: JSONObject) -> dict[str, str]:
    """Return the properties that a body sets. Raises: InvalidImageError."""
    metadata = as_object(body.get("metadata"), "metadata")
    return {key: as_text(value, f"the value of {key[:40]!r}") for key, value in metadata.items()}


def read_meta(body: JSONObject, key: str) -> str:
    """Return the value of the one property that a body sets. Raises: InvalidImageError."""
    meta = as_object(body.get("meta"), "meta")
    if list(meta) != [key]:
        raise InvalidImageError("meta", f"must have {key[:40]!r}, and nothing else")
    return as_text(meta[key], f"the value of {key[:40]!r}")
