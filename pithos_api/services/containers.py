"""Containers: creating, describing, changing, deleting."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson
from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Now

from accounts.credentials import Credentials
from audit.services import record
from pithos_api.errors import (
    ConditionFailedError,
    ContainerNotEmptyError,
    ContainerNotFoundError,
    InvalidPolicyError,
)
from pithos_api.models import Account, Container, PastMetadata, UsageDelta, Version
from pithos_api.models.expressions import Infinity
from pithos_api.models.statements import purge
from pithos_api.models.statements import read_container as statements
from pithos_api.services.folders import bury_everything
from pithos_api.services.locks import lock_containers
from pithos_api.services.metadata import (
    apply_change,
    require_room,
    signing_keys,
    without_signing_keys,
)
from pithos_api.services.past import PastContainer, read_past_containers
from pithos_api.services.permissions import (
    admit,
    authorize,
    authorize_path,
    parameters,
    require_container,
)
from pithos_api.services.scopes import guarded, require_sharer, require_writer
from pithos_api.services.uploads import check_conditions
from pithos_api.values import (
    MAX_LIST,
    Access,
    ContainerPath,
    ContainerState,
    DeleteConditions,
    MemberChange,
    MetaChange,
    PolicyChange,
    Right,
    size_of_list,
)

# A container has no ETag; clients can name none of this length.
_NO_ETAG = b"\0"

_VERSIONING = ("auto", "none")
_DEFAULTS: Mapping[str, str | int | None] = {
    "versioning": "auto",
    "quota": 0,
    "keep-days": None,
    "keep-versions": None,
}
# Policies that are numbers, and the largest that each can be.
_LARGEST = {"quota": 2**63 - 1, "keep-days": 36_500, "keep-versions": 2**31 - 1}


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
    row = statements.read_container.one(parameters(credentials, path, below))
    access = admit(credentials, row, least)
    require_container(access, path)
    *columns, row_version, deltas, keys, pending = (row or ())[len(Access._fields) :]
    state = replace(container_state(columns), revision=(row_version, deltas))
    if until is not None:
        past = past_containers([state], until)
        if not past:
            raise ContainerNotFoundError(path.container)
        return access, past[0]
    used = _keys_in_use(keys, pending)
    if access.right == Right.OWN:
        return access, replace(state, object_meta=used)
    return access, replace(state, object_meta=_granted_keys(access, used), owned=False)


def container_state(columns: Sequence[Any]) -> ContainerState:
    """Return the columns of ``statements.CONTAINER`` as a value."""
    id_, name, objects, size, created, modified, meta, *policies = columns
    versioning, quota, keep_days, keep_versions, *rest = policies
    grants, publications, readers, writers = rest
    return ContainerState(
        id=id_,
        name=name,
        object_count=objects,
        byte_count=size,
        created=created,
        modified=modified,
        meta=orjson.loads(meta),
        versioning=versioning,
        quota=quota,
        keep_days=keep_days,
        keep_versions=keep_versions,
        has_grants=grants,
        has_publications=publications,
        readers=tuple(readers),
        writers=tuple(writers),
    )


def past_containers(states: Sequence[ContainerState], until: float) -> list[ContainerState]:
    """Return what those of the containers that were there before ``until`` were then."""
    then = read_past_containers([state.id for state in states], until)
    return [_past(state, then[state.id]) for state in states if state.id in then]


def _past(state: ContainerState, then: PastContainer) -> ContainerState:
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
    return tuple(sorted(key for (key,) in statements.read_granted_keys.all(wanted)))


def create_container(
    credentials: Credentials,
    path: ContainerPath,
    meta: MetaChange,
    policy: PolicyChange,
    members: MemberChange = MemberChange(),
) -> bool:
    """Create the container, or apply ``meta`` and ``policy`` to it where it is there already.

    Returns whether it was created (201 or 202, contract §2.3).

    Raises:
        InvalidTokenError, NotAllowedError, LimitedTokenError, InvalidPolicyError,
        MetadataLimitError.
    """
    require_writer(credentials)
    require_sharer(credentials, members)
    access = authorize_path(credentials, path, Right.OWN)
    meta = guarded(credentials, {}, meta)
    policies = {**_policies(policy), **_members(members)}
    if access.container and not meta.values and not policies:
        return False
    with transaction.atomic():
        lock_containers(path)  # nobody else creates or deletes it meanwhile
        container, created = Container.objects.get_or_create(
            account_id=access.owner,
            name=path.container,
            defaults={"meta": apply_change({}, meta), **policies},
        )
        if created:
            touch_account(access)
        elif meta.values or policies:
            _change(Container.objects.select_for_update().get(id=container.id), meta, policies)
        _record_keys(access, path, meta)
        _record_members(access, path, members)
    return created


def update_container(
    credentials: Credentials,
    path: ContainerPath,
    meta: MetaChange,
    policy: PolicyChange,
    members: MemberChange = MemberChange(),
) -> None:
    """Change metadata, policies (contract §2.3, POST), and who may read or write all of it.

    Raises:
        InvalidTokenError, NotAllowedError, LimitedTokenError, ContainerNotFoundError,
        InvalidPolicyError, MetadataLimitError.
    """
    require_writer(credentials)
    require_sharer(credentials, members)
    access = authorize(credentials, path, Right.OWN)
    policies = {**_policies(policy), **_members(members)}
    with transaction.atomic():
        container = _present(access, path)
        _change(container, guarded(credentials, container.meta, meta), policies)
        _record_keys(access, path, meta)
        _record_members(access, path, members)


def _members(change: MemberChange) -> dict[str, list[str]]:
    """Return the columns that ``change`` sets.

    Raises: HeadLimitError.
    """
    columns = {"readers": change.readers, "writers": change.writers}
    given = {name: list(members) for name, members in columns.items() if members is not None}
    for name, members in given.items():
        require_room(f"the list of {name}", size_of_list(members), MAX_LIST)
    return given


def _record_members(access: Access, path: ContainerPath, change: MemberChange) -> None:
    if change != MemberChange():
        record(
            "container.share",
            actor=access.account,
            account=path.account,
            target=path.container,
            details=_members(change),
        )


def _change(container: Container, meta: MetaChange, policies: Mapping[str, Any]) -> None:
    """Write new metadata and policies; superseded metadata becomes history."""
    changed = apply_change(container.meta, meta)
    for name, value in policies.items():
        setattr(container, name, value)
    if changed != container.meta:
        if container.versioning != "none":
            PastMetadata.objects.create(
                account_id=container.account_id,
                container=container,
                meta=container.meta,
                valid_from=container.meta_since,
                valid_to=Now(),
            )
        container.meta, container.meta_since = changed, Now()
    container.modified = Now()
    container.save(update_fields=["meta", "meta_since", "modified", *policies])


def check_policies(change: PolicyChange) -> None:
    """Make sure that a container can have these policies.

    Raises: InvalidPolicyError.
    """
    _policies(change)


def is_owner(credentials: Credentials, path: ContainerPath) -> bool:
    """Return whether the caller, who may write to the container, may change all of it.

    Raises: InvalidTokenError, NotAllowedError, ContainerNotFoundError.
    """
    if not credentials.reach(path.account, path.container):
        return False
    return authorize(credentials, path, Right.WRITE).right == Right.OWN


def _policies(change: PolicyChange) -> dict[str, str | int | None]:
    """Return the policy columns that ``change`` sets; "" stands for the default."""
    if not change.values:
        return {}
    policies = dict(_DEFAULTS) if change.reset else {}
    for name, value in change.values.items():
        policies[name] = _policy(name, value)
    return {name.replace("-", "_"): value for name, value in policies.items()}


def _policy(name: str, value: str) -> str | int | None:
    if name not in _DEFAULTS:
        raise InvalidPolicyError(name, value)
    if not value:
        return _DEFAULTS[name]
    if name == "versioning" and value in _VERSIONING:
        return value
    largest = _LARGEST.get(name, -1)
    whole = value.isascii() and value.isdecimal() and len(value) <= len(str(largest))
    if whole and int(value) <= largest:
        return int(value)
    raise InvalidPolicyError(name, value)


def delete_container(
    credentials: Credentials, path: ContainerPath, conditions: DeleteConditions | None = None
) -> None:
    """Delete an empty container with all its history, irrevocably (contract §2.3).

    Raises:
        InvalidTokenError, NotAllowedError, ContainerNotFoundError, ContainerNotEmptyError,
        ConditionFailedError.
    """
    require_writer(credentials)
    access = authorize(credentials, path, Right.OWN)
    with transaction.atomic():
        lock_containers(path)
        container = _present(access, path)
        _require(conditions, container)
        versions = Version.objects.filter(container=container)
        if versions.filter(valid_to=Infinity()).exists():
            raise ContainerNotEmptyError(path.container)
        versions.delete()
        # Its pending usage is left to whoever folds it, who has such rows first and then waits
        # for the container's: to wait for them here would be a deadlock.
        container.delete()
        touch_account(access)
        _record("container.delete", access, path)


def empty_container(
    credentials: Credentials, path: ContainerPath, conditions: DeleteConditions | None = None
) -> None:
    """Delete every object of the container, which stays (contract §7, ``delimiter``).

    Raises:
        InvalidTokenError, NotAllowedError, ContainerNotFoundError, ConditionFailedError.
    """
    require_writer(credentials)
    access = authorize(credentials, path, Right.OWN)
    with transaction.atomic():
        lock_containers(path)
        _require(conditions, _present(access, path))
        bury_everything(access)


def _present(access: Access, path: ContainerPath) -> Container:
    """Return the container's row, locked. Raises: ContainerNotFoundError: it was deleted."""
    container = Container.objects.select_for_update().filter(id=access.container).first()
    if container is None:
        raise ContainerNotFoundError(path.container)
    return container


def _require(conditions: DeleteConditions | None, container: Container) -> None:
    """Judge conditions by a container that is locked: it has a date, and no ETag.

    Raises: ConditionFailedError.
    """
    if conditions is None:
        return
    check_conditions(conditions.tags, (_NO_ETAG,))
    if conditions.delete_at is not None:
        raise ConditionFailedError("X-If-Delete-At")
    since = conditions.unmodified_since
    pending = UsageDelta.objects.filter(container=container).aggregate(at=Max("at"))["at"]
    modified = max(container.modified, pending or container.modified)
    if since is not None and int(modified.timestamp()) > since:
        raise ConditionFailedError("If-Unmodified-Since")


def purge_container(credentials: Credentials, path: ContainerPath, until: float) -> None:
    """Drop the history of all objects that began at or before ``until``; what is current stays.

    until: seconds since the epoch. Irrevocable (contract §2.3, DELETE).

    Raises: InvalidTokenError, NotAllowedError, ContainerNotFoundError.
    """
    require_writer(credentials)
    access = authorize(credentials, path, Right.OWN)
    with transaction.atomic():
        purge.purge_container.one({"container": access.container, "until": until})
        _record("container.purge", access, path, until=until)


def _record_keys(access: Access, path: ContainerPath, meta: MetaChange) -> None:
    for key in signing_keys(meta.values):
        target = f"{path.container} {key}"
        record("key.change", actor=access.account, account=path.account, target=target)


def _record(action: str, access: Access, path: ContainerPath, **details: float) -> None:
    actor, account = access.account, path.account
    record(action, actor=actor, account=account, target=path.container, details=details)


def touch_account(access: Access) -> None:
    """Note that the set of an account's containers changed now."""
    Account.objects.update_or_create(user_id=access.owner, defaults={"modified": Now()})
