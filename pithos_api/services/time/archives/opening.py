"""A container, a folder or a selection as one zip archive, which is made while it is sent."""

from array import array
from contextlib import nullcontext
from os.path import commonprefix

from accounts.tokens.credentials import Credentials
from pithos_api.errors import ContainerNotFoundError
from pithos_api.models.statements.time import archive as statements
from pithos_api.models.statements.time.archive import MemberSerials
from pithos_api.ordering import after
from pithos_api.services.containers.reading import open_container
from pithos_api.services.listings.search import called_by
from pithos_api.services.storage.heavy_work import FEW_VERSIONS, turn
from pithos_api.services.time.archives.held import HeldMembers
from pithos_api.services.time.archives.members import Archive, Members
from pithos_api.values import ContainerPath, ObjectPage, Right
from pithos_api.values.requests import ArchiveRequest


def open_archive(credentials: Credentials, path: ContainerPath, wanted: ArchiveRequest) -> Archive:
    """Return what the caller may read of a container, as an archive of one moment.

    Names in it are those behind the prefix's last slash; ``safe_name`` says how they are stored.
    The size is found by a statement for each 1,000 objects; no bytes are read for it. Of archives
    with many objects few are described at once for an owner, whoever asks for them.

    Raises:
        BusyError: of many objects. ClientGoneError.
        InvalidTokenError.
        NotAllowedError: nothing in it is shared with the caller, or they ask for the past.
        ContainerNotFoundError: also where it was not there at the time.
        ObjectNotFoundError: one of the names is not there, or not for the caller.
        BrokenListError, SegmentChangedError: of a static large object.
    """
    # Of names, not of paths: a token's scope ends anywhere.
    below = commonprefix(wanted.names) if wanted.names else wanted.prefix  # noqa: RUF071
    least = Right.READ if wanted.until is None else Right.OWN
    access, state = open_container(credentials, path, None, least, below)
    if wanted.until is not None and state.created.timestamp() >= wanted.until:
        raise ContainerNotFoundError(path.container)
    spans = _spans(wanted)
    called = called_by(access, ObjectPage(limit=1))
    statement = statements.find_members if wanted.until is None else statements.find_members_at
    found = statement.one(
        {
            "container": state.id,
            "firsts": [first for first, _ in spans],
            "beyonds": [beyond for _, beyond in spans],
            "called": None if called is None else list(called),
            "until": wanted.until,
        }
    )
    held = HeldMembers() if state.versioning == "none" else None
    members, serials = Members(credentials, path, wanted, held=held), _serials(found)
    with turn(access.owner) if len(serials) > FEW_VERSIONS else nullcontext():
        members.describe(serials)
    return members.archive()


def _spans(wanted: ArchiveRequest) -> list[tuple[str, str]]:
    """Return the ranges of names that are wanted, in order and without overlaps."""
    if wanted.names is None:
        return [(wanted.prefix, after(wanted.prefix))]
    found: list[tuple[str, str]] = []
    for name in sorted(set(wanted.names)):
        beyond = after(name) if name.endswith("/") else f"{name}\x01"
        if not found or name >= found[-1][1]:
            found.append((name, beyond))
    return found


def _serials(row: MemberSerials | None) -> "array[int]":
    serials = array("q", bytes(row.serials) if row else b"")
    serials.byteswap()
    return serials
