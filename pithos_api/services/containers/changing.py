"""Containers: creating, describing, changing, deleting."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models.functions import Now

from accounts.tokens.credentials import Credentials
from audit.services import record
from pithos_api.errors import ContainerNotFoundError, NotAllowedError
from pithos_api.models import Container, PastMetadata
from pithos_api.models.expressions import in_this_second
from pithos_api.models.statements.containers import touch_account as statements
from pithos_api.services.access.permissions import (
    authorize,
    authorize_path,
)
from pithos_api.services.access.scopes import guarded, require_sharer, require_writer
from pithos_api.services.containers.policies import parse_policies
from pithos_api.services.containers.versioning import change_versions
from pithos_api.services.locks import lock_container_set
from pithos_api.services.metadata import (
    apply_change,
    require_room,
    signing_keys,
)
from pithos_api.values import (
    MAX_LIST,
    Access,
    ContainerPath,
    MemberChange,
    MetaChange,
    Right,
    VersionsChange,
    size_of_list,
)
from pithos_api.values.requests import ContainerChange


def create_container(
    credentials: Credentials, path: ContainerPath, change: ContainerChange
) -> bool:
    """Create the container, or change the metadata and policies of an existing one.

    Returns whether it was created (201 or 202, contract §2.3).

    Raises:
        InvalidTokenError, NotAllowedError, LimitedTokenError, InvalidPolicyError,
        MetadataLimitError.
    """
    require_writer(credentials)
    require_sharer(credentials, change.members)
    access = authorize_path(credentials, path, Right.MANAGE)
    _require_owner(access, change)
    meta = guarded(credentials, {}, change.meta)
    columns = _columns(change)
    versions = change.versions
    changes = bool(meta.values or columns or change.notes_time)
    if access.container and not changes:
        return False
    with transaction.atomic():
        lock_container_set(access, path)  # nobody else creates or deletes it meanwhile
        named = {"account_id": access.owner, "name": path.container}
        present = Container.objects.select_for_update().filter(**named).first()
        if present is None:
            made = Container.objects.create(**named, meta=apply_change({}, meta), **columns)
            touch_account(access, made.modified)
            made.save(update_fields=change_versions(made, versions))
        elif changes:
            _change(present, meta, columns, versions)
        _record_keys(access, path, meta)
        _record_members(access, path, change.members)
    return present is None


def update_container(
    credentials: Credentials, path: ContainerPath, change: ContainerChange
) -> None:
    """Change metadata, policies (contract §2.3, POST), and who may read or write all of it.

    Raises:
        InvalidTokenError, NotAllowedError, LimitedTokenError, ContainerNotFoundError,
        InvalidPolicyError, MetadataLimitError.
    """
    require_writer(credentials)
    require_sharer(credentials, change.members)
    access = authorize(credentials, path, Right.MANAGE)
    _require_owner(access, change)
    columns = _columns(change)
    with transaction.atomic():
        container = find_present(access, path)
        meta = guarded(credentials, container.meta, change.meta)
        _change(container, meta, columns, change.versions)
        _record_keys(access, path, change.meta)
        _record_members(access, path, change.members)


def _columns(change: ContainerChange) -> dict[str, object]:
    """Return the columns that a change sets. Raises: InvalidPolicyError, HeadLimitError."""
    quotas = {"quota": change.quota, "most_objects": change.most_objects}
    given = {name: value for name, value in quotas.items() if value is not None}
    return {**parse_policies(change.policy), **_members(change.members), **given}


def _require_owner(access: Access, change: ContainerChange) -> None:
    """Make sure that nobody else says who may use a container, what it keeps, or signs for it.

    Raises: NotAllowedError.
    """
    policy = change.policy
    shares = change.members != MemberChange() or bool(signing_keys(change.meta.values))
    keeps = bool(policy.values) or policy.reset or change.versions != VersionsChange()
    limits = change.quota is not None or change.most_objects is not None
    if (shares or keeps or limits) and access.right != Right.OWN:
        raise NotAllowedError


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


def _change(
    container: Container,
    meta: MetaChange,
    columns: Mapping[str, object],
    versions: VersionsChange,
) -> None:
    """Write new metadata and columns; superseded metadata becomes history."""
    changed = apply_change(container.meta, meta)
    for name, value in columns.items():
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
    container.shares_second = in_this_second("modified")
    container.modified = container.noted = Now()
    changes = (*columns, *change_versions(container, versions))
    container.save(
        update_fields=["meta", "meta_since", "modified", "shares_second", "noted", *changes]
    )


def find_present(access: Access, path: ContainerPath) -> Container:
    """Return the container's row, locked. Raises: ContainerNotFoundError: it was deleted."""
    container = Container.objects.select_for_update().filter(id=access.container).first()
    if container is None:
        raise ContainerNotFoundError(path.container)
    return container


def _record_keys(access: Access, path: ContainerPath, meta: MetaChange) -> None:
    for key in signing_keys(meta.values):
        target = f"{path.container} {key}"
        record("key.change", actor=access.account, account=path.account, target=target)


def record_change(action: str, access: Access, path: ContainerPath, **details: float) -> None:
    """Tell the audit log of what was done to a container."""
    actor, account = access.account, path.account
    record(action, actor=actor, account=account, target=path.container, details=details)


def touch_account(access: Access, at: datetime | None = None) -> None:
    """Note when the set of an account's containers changed; by default now."""
    statements.touch_account.one({"owner": access.owner, "at": at})
