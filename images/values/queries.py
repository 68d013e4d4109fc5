"""Which images are listed, and in which order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from images.values.images import Visibility

MAX_PAGE: Final = 10_000

SORT_KEYS: Final = {
    "id": "id",
    "name": "name",
    "status": "status",
    "size": "size",
    "disk_format": "disk_format",
    "container_format": "container_format",
    "created_at": "created",
    "updated_at": "updated",
}
"""What images are sorted by, as interfaces call it: and the registry."""

SortValue = str | int | datetime


@dataclass(frozen=True, slots=True)
class Order:
    """One key that images are sorted by, of those of ``SORT_KEYS``."""

    key: str
    descending: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """A condition on a time. column: the registry's. operator: gt, gte, lt, lte, eq or neq."""

    column: str
    operator: str
    value: datetime


@dataclass(frozen=True, slots=True)
class ImageQuery:
    """Which images are wanted. None, and an empty mapping, is any.

    equal: registry field to its values, of which the image has one.
    tags, properties: the image has all of them.
    owner: an account. visibility: what it must be. hidden: only those that are, or are not.
    member_status: of those that are shared with the caller, which ones: accepted, pending,
    rejected or all; "" is the caller's own, the public ones and those accepted.
    since, until: changed between these moments, inclusive.
    marker: the image after which the page begins.
    after: what the keys of ``order``, and the id, were of that image; it may be gone. None asks
    for the image.
    """

    equal: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    size_min: int | None = None
    size_max: int | None = None
    tags: tuple[str, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)
    owner: str | None = None
    visibility: Visibility | None = None
    hidden: bool | None = None
    protected: bool | None = None
    member_status: str = ""
    comparisons: tuple[Comparison, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    order: tuple[Order, ...] = (Order("created_at", descending=True),)
    limit: int = MAX_PAGE
    marker: str = ""
    after: tuple[SortValue, ...] | None = None


def full_order(query: ImageQuery) -> tuple[Order, ...]:
    """Return all that a page is sorted by: ids decide in the end."""
    return (*query.order, Order("id", query.order[-1].descending))


@dataclass(frozen=True, slots=True)
class Share:
    """An account that an image is shared with, and what it says to that."""

    member: str
    status: str
    created: datetime
    updated: datetime
