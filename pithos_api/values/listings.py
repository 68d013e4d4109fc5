"""Pages of listings: which one is wanted, and its entries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from pithos_api.values.access import Sharing
from pithos_api.values.containers import ContainerState
from pithos_api.values.paths import ContainerPath


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a listing is wanted: at most ``limit`` entries strictly after ``marker``.

    prefix: only names that begin with it. end_marker: only names before it; "" is none.
    reverse: in falling order, from ``marker`` down to ``end_marker``.
    until: seconds since the epoch; states before it. None is the present.
    shared, public: only entries that are shared, or public; with both, entries that are either.
    """

    limit: int
    marker: str = ""
    prefix: str = ""
    end_marker: str = ""
    reverse: bool = False
    until: float | None = None
    shared: bool = False
    public: bool = False


@dataclass(frozen=True, slots=True)
class MetaQuery:
    """Conditions that the metadata of an object must meet, all of them (contract §3.7).

    any_of: has at least one of these keys, if there are any. none_of: has none of these.
    comparisons: key, operator and value; the key is there and compares so, in codepoint order.
    """

    any_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    comparisons: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ObjectPage(Page):
    """A page of a container's objects.

    delimiter: names that have it behind the prefix collapse into folders.
    folders: whether those are listed or left out.
    """

    delimiter: str = ""
    folders: bool = True
    meta: MetaQuery | None = None


class Entry(NamedTuple):
    """A line of a container's listing, its fields as they are shown.

    folder: set for a folder, which has nothing else; etag, merkle: hex; meta: JSON text;
    writer: row id, a key of ``Listing.writers``;
    whole_size, whole_etag: of what a static manifest reads as, else None.
    """

    folder: str | None
    name: str
    size: int
    etag: str
    content_type: str
    content_encoding: str | None
    content_disposition: str | None
    modified: datetime
    meta: str
    merkle: str
    uuid: str
    serial: int
    writer: int
    manifest: str | None
    whole_size: int | None
    whole_etag: str | None


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a container.

    writers: who made the versions, row id to account. grants: those over any of the entries,
    by path; public_keys: of entries, by name; both empty for a listing of the past.
    allowed: for others than the owner, path of a grant to ``read`` or ``write``.
    json: the entries, which then are not here, as ``list_objects_json`` makes them.
    """

    path: ContainerPath
    container: ContainerState
    entries: Sequence[Entry]
    writers: Mapping[int, str]
    grants: Mapping[str, Sharing] = field(default_factory=dict)
    public_keys: Mapping[str, str] = field(default_factory=dict)
    allowed: Mapping[str, str] = field(default_factory=dict)
    json: str | None = None
