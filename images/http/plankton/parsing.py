"""Headers and parameters of Plankton's requests (contract b3)."""

import re
from collections.abc import Mapping
from typing import Final

from images.errors import InvalidImageError
from images.http.requests import as_object, as_text
from images.values.changes import ImageChange, Registration
from images.values.images import Status, Visibility
from images.values.queries import SORT_KEYS, ImageQuery, Order
from pithos_api.values import ObjectPath
from web.headers import decoded, prefixed_headers
from web.json_values import JSONObject
from web.names import lowered
from web.numbers import whole_number
from web.request_head import RequestHead

DISK_FORMATS: Final = ("diskdump", "extdump", "ntfsdump")
CONTAINER_FORMATS: Final = ("aki", "ari", "ami", "bare", "ovf")
FIRST_DISK_FORMAT: Final = "diskdump"
FIRST_CONTAINER_FORMAT: Final = "bare"

# What is ready, still to come and broken, as Plankton calls it.
STATUSES: Final = {
    "AVAILABLE": (Status.ACTIVE,),
    "SAVING": (Status.SAVING, Status.QUEUED),
    "ERROR": (Status.ERROR, Status.DEACTIVATED),
}

_PREFIX: Final = "X-Image-Meta-"
_PROPERTY: Final = "property-"
_SCHEME: Final = "pithos://"
_TRUE: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_CHANGED: Final = frozenset(
    {"name", "disk-format", "container-format", "is-public", "owner", "status"}
)
_REGISTERED: Final = frozenset({*_CHANGED, "location", "store", "size", "checksum"}) - {"status"}
_EQUAL: Final = ("name", "disk_format", "container_format")


class ImageFields:
    """The ``X-Image-Meta-`` headers of a request: fields, and properties apart."""

    def __init__(self, head: RequestHead, known: frozenset[str]) -> None:
        """Raises: InvalidImageError: a field is not among the known; InvalidHeaderError."""
        self.values: dict[str, str] = {}
        self.properties: dict[str, str] = {}
        for name, value in prefixed_headers(head, _PREFIX):
            key = name.lower()
            text = decoded(f"{_PREFIX}{name}", value.strip())
            if key.startswith(_PROPERTY):
                self.properties[property_key(key.removeprefix(_PROPERTY))] = text
            elif key in known:
                self.values[key] = text
            else:
                raise InvalidImageError(f"the header {_PREFIX}{name[:40]}", "has no place here")

    def one_of(self, name: str, allowed: tuple[str, ...], default: str | None) -> str | None:
        """Return a field that must be one of those allowed, or the default where it is absent."""
        value = self.values.get(name)
        if value is None:
            return default
        if value.lower() not in allowed:
            raise InvalidImageError(f"{_PREFIX}{name}", f"is none of {', '.join(allowed)}")
        return value.lower()

    def size(self) -> int | None:
        """Return the size that the object must have, None for any."""
        value = self.values.get("size")
        size = None if value is None else whole_number(value, 18)
        if value is not None and size is None:
            raise InvalidImageError(f"{_PREFIX}Size", "is not a number of bytes")
        return size

    def visibility(self) -> Visibility | None:
        """Return who is to see the image; None leaves it."""
        value = self.values.get("is-public")
        if value is None:
            return None
        public = _TRUE.get(value.lower())
        if public is None:
            raise InvalidImageError(f"{_PREFIX}Is-Public", "is neither true nor false")
        return Visibility.PUBLIC if public else Visibility.SHARED


def property_key(name: str) -> str:
    """Return the key of a property that a header names: lower-case, and punctuation as ``_``."""
    return re.sub(r"[^\w]|_", "_", name.lower())


def read_registration(head: RequestHead) -> Registration:
    """Return the object that is to become an image.

    Raises: InvalidImageError, InvalidHeaderError.
    """
    fields = ImageFields(head, _REGISTERED)
    location, name = fields.values.get("location", ""), fields.values.get("name", "")
    if not name:
        raise InvalidImageError(f"{_PREFIX}Name", "is missing or empty")
    fields.one_of("store", ("pithos",), None)
    change = ImageChange(
        name=name,
        status=Status.ACTIVE,
        disk_format=fields.one_of("disk-format", DISK_FORMATS, FIRST_DISK_FORMAT),
        container_format=fields.one_of(
            "container-format", CONTAINER_FORMATS, FIRST_CONTAINER_FORMAT
        ),
        properties=fields.properties,
        visibility=fields.visibility(),
    )
    path = read_location(location)
    _check_owner(fields, path.account)
    checksum = fields.values.get("checksum")
    return Registration(path, change, fields.size(), checksum and checksum.lower())


def read_location(location: str) -> ObjectPath:
    """Return the object at ``pithos://account/container/path``. Raises: InvalidImageError."""
    if not location:
        raise InvalidImageError(f"{_PREFIX}Location", "is missing or empty")
    parts = location.removeprefix(_SCHEME).split("/", 2)
    if not location.startswith(_SCHEME) or len(parts) < 3 or not all(parts):
        raise InvalidImageError(f"{_PREFIX}Location", "is not pithos://ACCOUNT/CONTAINER/OBJECT")
    account, container, name = parts
    if len(name.encode()) > 1024 or len(container.encode()) > 256:
        raise InvalidImageError(f"{_PREFIX}Location", "has a name that is too long")
    return ObjectPath(lowered(account), container, name)


def _check_owner(fields: ImageFields, account: str) -> None:
    owner = fields.values.get("owner")
    if owner is not None and lowered(owner) != account:
        raise InvalidImageError(f"{_PREFIX}Owner", "is not whose object it is")


def read_change(head: RequestHead, owner: str) -> ImageChange:
    """Return what a PUT changes of an image of this owner's; nothing else is touched.

    Raises: InvalidImageError, InvalidHeaderError.
    """
    fields = ImageFields(head, _CHANGED)
    _check_owner(fields, owner)
    status = fields.one_of("status", tuple(name.lower() for name in STATUSES), None)
    name = fields.values.get("name")
    if name == "":
        raise InvalidImageError(f"{_PREFIX}Name", "is empty")
    return ImageChange(
        name=name,
        status=STATUSES[status.upper()][0] if status else None,
        disk_format=fields.one_of("disk-format", DISK_FORMATS, None),
        container_format=fields.one_of("container-format", CONTAINER_FORMATS, None),
        properties=fields.properties or None,
        visibility=fields.visibility(),
    )


def read_query(query: Mapping[str, str]) -> ImageQuery:
    """Return which images a list has, and in which order. Raises: InvalidImageError."""
    equal: dict[str, tuple[str, ...]] = {name: (query[name],) for name in _EQUAL if name in query}
    if "status" in query:
        equal["status"] = STATUSES.get(query["status"].upper(), (Status.ERROR,))
        if query["status"].upper() not in STATUSES:
            raise InvalidImageError("status", f"is none of {', '.join(STATUSES)}")
    key, direction = query.get("sort_key", "created_at"), query.get("sort_dir", "desc")
    if key not in SORT_KEYS:
        raise InvalidImageError("sort_key", f"is none of {', '.join(SORT_KEYS)}")
    if direction not in {"asc", "desc"}:
        raise InvalidImageError("sort_dir", "is neither asc nor desc")
    properties = {
        property_key(name.removeprefix(_PROPERTY)): value
        for name, value in query.items()
        if name.startswith(_PROPERTY)
    }
    return ImageQuery(
        equal=equal,
        size_min=_bytes(query, "size_min"),
        size_max=_bytes(query, "size_max"),
        properties=properties,
        hidden=False,
        order=(Order(key, direction == "desc"),),
    )


def _bytes(query: Mapping[str, str], name: str) -> int | None:
    if name not in query:
        return None
    size = whole_number(query[name], 18)
    if size is None:
        raise InvalidImageError(name, "is not a number of bytes")
    return size


def read_memberships(fields: JSONObject) -> list[str]:
    """Return the accounts that a body lists. Raises: InvalidImageError."""
    listed = fields.get("memberships")
    if not isinstance(listed, list):
        raise InvalidImageError("memberships", "is not a list")
    found = [as_object(each, "a membership") for each in listed]
    return [as_text(each.get("member_id"), "member_id") for each in found]
