"""Who may do what, and what requests change of it."""

from dataclasses import dataclass
from enum import IntFlag
from typing import NamedTuple


class Right(IntFlag):
    """What a caller may do to a path; none of them includes another.

    READ: read the current version. READ_HISTORY: read older ones. WRITE: make the next version.
    DELETE: delete, in Swift's dialect. LIST: list everything in a container. MANAGE: make,
    describe and delete containers. OWN: all of these, and everything that only owners may do.
    """

    NONE = 0
    READ = 1
    READ_HISTORY = 2
    WRITE = 4
    DELETE = 8
    LIST = 16
    MANAGE = 32
    OWN = 127


class Access(NamedTuple):
    """Who calls, and what they may do where. actor, owner, container: row ids.

    0 where there is none of that name. account: the caller's. right: bits of ``Right``.
    account_quota: the owner's, bytes; None takes the default. container_quota: bytes.
    keeps_history: whether the container keeps superseded versions.
    suspended: the account's owner is, so what it shares is withheld: ``right`` counts for nothing.
    sealed, archives: as of ``Container``, and whether it has an ``archive``; only statements that
    begin writes tell.
    """

    actor: int
    account: str
    unnoted: bool
    owner: int
    container: int
    right: int
    account_quota: int | None
    container_quota: int | None
    keeps_history: bool
    suspended: bool = False
    sealed: bool = False
    archives: bool = False

    def may(self, wanted: int) -> bool:
        """Return whether the caller has all of the ``wanted`` rights."""
        return self._covers(wanted) and not self.suspended

    def lacks_only_the_owner(self, wanted: int) -> bool:
        """Return whether the caller would have the ``wanted`` rights, were nobody suspended."""
        return self._covers(wanted) and self.suspended

    def _covers(self, wanted: int) -> bool:
        return self.right == Right.OWN or self.right & wanted == wanted


@dataclass(frozen=True, slots=True)
class Sharing:
    """Who else may read or write a path. path: the name that the list belongs to.

    readers, writers: accounts, ``account:group`` or ``*``, each sorted.
    """

    path: str
    readers: tuple[str, ...]
    writers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShareChange:
    """What a request asks of an object's sharing; None leaves it as it is.

    readers, writers: both or none; both empty removes the list. public: publish or unpublish.
    """

    readers: tuple[str, ...] | None = None
    writers: tuple[str, ...] | None = None
    public: bool | None = None


@dataclass(frozen=True, slots=True)
class MemberChange:
    """Who may read or write everything in a container, as in ``Sharing``; None leaves it.

    readers may also have ``.r:*``, which is anybody, ``.r:host``, ``.r:.domain`` and ``.r:-host``,
    which are who comes from there, or not, and ``.rlistings``, which lets all these list.
    """

    readers: tuple[str, ...] | None = None
    writers: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class AccountLists:
    """Who else may use a whole account, as in ``Sharing``.

    readers: read and list everything. writers: also write, and make and delete containers.
    admins: everything that its owner may.
    """

    readers: tuple[str, ...] = ()
    writers: tuple[str, ...] = ()
    admins: tuple[str, ...] = ()


def settled_lists(readers: set[str], writers: set[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return lists of readers and writers as they are kept: sorted, and each name once.

    Who is in both writes; everybody is everybody.
    """
    reading, writing = ({"*"} if "*" in names else names for names in (readers, writers))
    return tuple(sorted(reading - (writing - {"*"}))), tuple(sorted(writing))
