"""Accounts and containers, as they are now or were at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pithos_api.values.access import AccountLists


@dataclass(frozen=True, slots=True)
class ContainerState:
    """A container, or what it was at ``until``.

    object_count, byte_count: current objects only. quota: bytes, 0 is unlimited; most_objects:
    how many objects, the same.
    keep_days, keep_versions: how much history is kept. 0 is all; None is the site's default.
    created: when it was made, whatever ``until`` says.
    modified: the last change of the container or below it, whatever ``until`` says.
    noted: when the container itself was last put or posted to.
    object_meta: the metadata keys in use, in order; None where they were not asked for.
    until_change: the last change before ``until``, or ``until`` itself; None for the present.
    owned: whether the caller owns it; others are told less.
    revision: equal in two readings only if nothing in the container changed in between.
    readers, writers: who may read or write everything in it, as X-Container-Read and -Write say.
    versions_asked, archive, archives_deletions: as of the table ``container``.
    """

    id: int
    name: str
    object_count: int
    byte_count: int
    created: datetime
    modified: datetime
    noted: datetime
    meta: Mapping[str, str]
    versioning: str
    quota: int
    most_objects: int = 0
    keep_days: int | None = None
    keep_versions: int | None = None
    readers: tuple[str, ...] = ()
    writers: tuple[str, ...] = ()
    versions_asked: bool = False
    archive: str | None = None
    archives_deletions: bool = False
    object_meta: tuple[str, ...] | None = None
    has_grants: bool = False
    has_publications: bool = False
    until_change: datetime | None = None
    owned: bool = True
    revision: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class VersionsChange:
    """What a client of Swift asks of a container's history; None leaves it.

    enabled: whether what is overwritten stays as a version.
    archive: the container that gets copies of it; "" is none. archives_deletions: as of the table.
    """

    enabled: bool | None = None
    archive: str | None = None
    archives_deletions: bool = False


@dataclass(frozen=True, slots=True)
class AccountState:
    """An account, or what it was at ``until``. quota: bytes, 0 is unlimited.

    groups: name to members. lists: who else may use all of it; None is nobody.
    sees_all: whether the caller may list all of it. The rest: as in ``ContainerState``.
    """

    id: int
    container_count: int
    object_count: int
    byte_count: int
    created: datetime
    modified: datetime
    meta: Mapping[str, str]
    quota: int
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)
    until_change: datetime | None = None
    owned: bool = True
    sees_all: bool = True
    lists: AccountLists | None = None


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """New policies of a container: ``versioning`` and ``quota`` as given, "" for the default.

    reset: policies that are not named go back to their defaults.
    """

    values: Mapping[str, str]
    reset: bool
