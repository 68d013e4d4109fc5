"""Pages of listings: which one is wanted, and its entries."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from operator import itemgetter
from typing import NamedTuple, TypeAlias

from pithos_api.values.access import Sharing
from pithos_api.values.containers import AccountState, ContainerState
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
    whole_size, whole_etag: of what a static manifest reads as, else None. symlink: JSON, or None.
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
    symlink: str | None


class VersionEntry(NamedTuple):
    """A state of an object, or a deletion. size: of what it reads as; etag: hex.

    is_latest: nothing has come after it. symlink: JSON, as of ``Entry``.
    """

    name: str
    serial: int
    size: int
    etag: str
    content_type: str
    modified: datetime
    deleted: bool
    is_latest: bool
    symlink: str | None


FieldValue: TypeAlias = str | int | datetime | Mapping[str, str] | None


class ListedField(NamedTuple):
    """A field of an object in a protocol's listings, once for SQL and once for Python.

    sql: JSON text, of a row ``v`` of ``version``; "" if that of the field before has it, too.
    value: the same of an entry: what its attribute is called, or a function.
    quoted: ``sql`` lacks the quotes of a string, and has nothing in it to escape.
    optional: NULL, None and "" leave the field out; not the first field, nor one ``quoted``.
    """

    name: str
    sql: str
    value: "str | Callable[[Listing, Entry], FieldValue]"
    quoted: bool = False
    optional: bool = False

    def taken_from(self, listing: "Listing") -> "Callable[[Entry], FieldValue]":
        """Return what takes the field's value of one of the listing's entries."""
        if isinstance(self.value, str):
            return itemgetter(Entry._fields.index(self.value))  # half the time of its name
        return partial(self.value, listing)


@dataclass(frozen=True, eq=False)
class ListingForm:
    """How a protocol shows objects in its listings.

    name: of the protocol. tells_sharing: whether that is more than ``fields``. folders_hide:
    whether an object that is named as a folder is shown as one.
    """

    name: str
    fields: tuple[ListedField, ...]
    tells_sharing: bool = False
    folders_hide: bool = False

    def show(self, listing: "Listing", entries: "Sequence[Entry]") -> list[dict[str, FieldValue]]:
        """Return the fields of objects, in their order; field by field, as it takes less time."""
        taken = {each: list(map(each.taken_from(listing), entries)) for each in self.fields}
        # Most listings have nothing of most that is optional.
        kept = {each: column for each, column in taken.items() if _is_shown(each, column)}
        names = [each.name for each in kept]
        rows = [dict(zip(names, row)) for row in zip(*kept.values(), strict=True)]  # noqa: B905
        for name in [each.name for each in kept if each.optional]:
            for row in rows:
                if not row[name]:
                    del row[name]
        return rows


def _is_shown(listed: ListedField, column: Sequence[FieldValue]) -> bool:
    return not listed.optional or any(column)


class ContainerField(NamedTuple):
    """A field of a container in a protocol's listings, as ``ListedField`` is one of an object.

    sql: of a row ``c`` with the names of ``ContainerRow``; "" if only the past has it.
    """

    name: str
    sql: str
    value: Callable[[ContainerState], FieldValue]
    quoted: bool = False
    optional: bool = False


@dataclass(frozen=True, eq=False)
class ContainerListingForm:
    """How a protocol shows an owner's containers. name: of the protocol."""

    name: str
    fields: tuple[ContainerField, ...]

    def show(self, state: ContainerState) -> dict[str, FieldValue]:
        """Return the fields of a container."""
        shown = ((each, each.value(state)) for each in self.fields)
        return {each.name: value for each, value in shown if value or not each.optional}


@dataclass(frozen=True, slots=True)
class ContainerListing:
    """A page of an account's containers; as text, what several collapse into.

    json: the containers, which then are not here, as a ``ContainerListingForm`` says.
    """

    account: AccountState
    containers: Sequence[ContainerState | str]
    json: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a container.

    writers: who made the versions, row id to account. grants: those over any of the entries,
    by path; public_keys: of entries, by name; both empty for a listing of the past.
    allowed: for others than the owner, path of a grant to ``read`` or ``write``.
    json: the entries, which then are not here, as a ``ListingForm`` says, in pieces of many.
    """

    path: ContainerPath
    container: ContainerState
    entries: Sequence[Entry]
    writers: Mapping[int, str]
    grants: Mapping[str, Sharing] = field(default_factory=dict)
    public_keys: Mapping[str, str] = field(default_factory=dict)
    allowed: Mapping[str, str] = field(default_factory=dict)
    json: tuple[str, ...] | None = None
