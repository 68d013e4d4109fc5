"""What a container is: counters, metadata, policies, now or at a moment."""

from collections.abc import Sequence
from dataclasses import replace

import orjson

from accounts.tokens.credentials import Credentials
from pithos_api.errors import ContainerNotFoundError
from pithos_api.models.statements.containers import read_container as statements
from pithos_api.services.access.permissions import admit, authorize, parameters
from pithos_api.services.containers.history import ContainerThen, read_containers_at
from pithos_api.services.metadata import without_signing_keys
from pithos_api.services.storage.long_reads import read_in_time
from pithos_api.values import Access, ContainerPath, ContainerState, Right


def read_container(
    credentials: Credentials, path: ContainerPath, until: float | None = None
) -> ContainerState:
    """Return the container with exact counters, or as it was before ``until`` (contract §2.3).

    until: seconds since the epoch.

    Raises:
        InvalidTokenError.
        NotAllowedError: nothing in it is shared with the caller, or they ask for the past.
        ContainerNotFoundError: also where it was not there yet.
    """
    least = Right.READ if until is None else Right.OWN
    state = open_container(credentials, path, until, least, credentials.prefix)[1]
    return within_scope(credentials, state)


def within_scope(credentials: Credentials, state: ContainerState) -> ContainerState:
    """Return what the credentials' scope lets them know of a container."""
    if credentials.scope is None:
        return state
    meta = without_signing_keys(state.meta)
    if credentials.prefix:
        return replace(state, meta=meta, object_meta=())
    return replace(state, meta=meta)


def open_container(
    credentials: Credentials,
    path: ContainerPath,
    until: float | None,
    least: Right,
    below: str = "",
) -> tuple[Access, ContainerState]:
    """Return the caller's access and the container's state, as ``read_container``.

    below: what all names that the caller asks for begin with.
    """
    wanted = parameters(credentials, path, below)
    row = statements.read_own_container.one(wanted) if credentials.token else None
    row = row or statements.read_container.one(wanted)
    found = admit(credentials, row, least)
    access = found.access
    if found.container is None:
        raise ContainerNotFoundError(path.container)
    revision = (found.row_version, found.deltas)
    state = replace(container_state(found.container), revision=revision)
    if until is not None:
        past = containers_at(access.actor, [state], until)
        if not past:
            raise ContainerNotFoundError(path.container)
        return access, past[0]
    used = _keys_in_use(found.key_counts, found.key_changes)
    if access.right == Right.OWN:
        return access, replace(state, object_meta=used)
    return access, replace(state, object_meta=_granted_keys(access, used), owned=False)


def container_state(row: statements.ContainerRow, *, owned: bool = True) -> ContainerState:
    """Return a row as a value. owned: whether the caller owns it."""
    return ContainerState(
        id=row.id,
        name=row.name,
        object_count=row.object_count,
        byte_count=row.byte_count,
        created=row.created,
        modified=row.modified,
        noted=row.noted,
        meta=orjson.loads(row.meta),
        versioning=row.versioning,
        quota=row.quota,
        most_objects=row.most_objects,
        keep_days=row.keep_days,
        keep_versions=row.keep_versions,
        has_grants=row.has_grants,
        has_publications=row.has_publications,
        readers=tuple(row.readers),
        writers=tuple(row.writers),
        versions_asked=row.versions_asked,
        archive=row.archive,
        archives_deletions=row.archives_deletions,
        owned=owned,
    )


def containers_at(
    actor: int, states: Sequence[ContainerState], until: float
) -> list[ContainerState]:
    """Return the containers as they were before ``until``, if they existed then.

    actor: row id of who asks. Raises: TooLongError, BusyError, ClientGoneError.
    """
    ids = [state.id for state in states]
    then = read_in_time(actor, lambda: read_containers_at(ids, until))
    return [_at_moment(state, then[state.id]) for state in states if state.id in then]


def _at_moment(state: ContainerState, then: ContainerThen) -> ContainerState:
    return replace(
        state,
        object_count=then.object_count,
        byte_count=then.byte_count,
        meta=then.meta,
        object_meta=then.meta_keys,
        until_change=then.changed,
    )


def _keys_in_use(folded: str, pending: str | None) -> tuple[str, ...]:
    """Return the metadata keys that current objects carry, from counts and their changes."""
    counts: dict[str, int] = orjson.loads(folded)
    for change in orjson.loads(pending) if pending else ():
        for key, n in change.items():
            counts[key] = counts.get(key, 0) + n
    return tuple(sorted(key for key, n in counts.items() if n > 0))


def _granted_keys(access: Access, used: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of the metadata keys in use that are on something shared with the caller."""
    if not used:
        return ()
    wanted = {"container": access.container, "caller": access.actor, "keys": list(used)}
    return tuple(sorted(row.key for row in statements.read_granted_keys.all(wanted)))


def is_owner(credentials: Credentials, path: ContainerPath) -> bool:
    """Return whether the caller, who may write to the container, may change all of it.

    Raises: InvalidTokenError, NotAllowedError, ContainerNotFoundError.
    """
    if not credentials.reach(path.account, path.container):
        return False
    return authorize(credentials, path, Right.WRITE).right == Right.OWN
