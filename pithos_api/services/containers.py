"""Containers: creating, describing, deleting."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

import orjson
from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now

from accounts.credentials import Credentials
from pithos_api.errors import (
    ContainerNotEmptyError,
    ContainerNotFoundError,
    InvalidPolicyError,
)
from pithos_api.models import Account, Container, PastMetadata, UsageDelta, Version
from pithos_api.models.expressions import Infinity
from pithos_api.models.statements.access import authorize
from pithos_api.models.statements.read_container import read_container as statement
from pithos_api.services.locks import container_lock
from pithos_api.services.metadata import apply_change
from pithos_api.services.permissions import access, admit_owner
from pithos_api.values import ContainerPath, ContainerState, MetaChange, PolicyChange

_VERSIONING = ("auto", "none")
_DEFAULTS: Mapping[str, str | int] = {"versioning": "auto", "quota": 0}
_MAX_QUOTA = 2**63 - 1
_ATTEMPTS = 9


def read_container(credentials: Credentials, path: ContainerPath) -> ContainerState:
    """Return the container with exact counters.

    Raises: InvalidTokenError, NotAllowedError, ContainerNotFoundError.
    """
    row = admit_owner(credentials, statement.one(access(credentials, path)))
    if row[3] is None:
        raise ContainerNotFoundError(path.container)
    keys, pending = row[11:]
    return container_state(*row[3:11], object_meta=_keys_in_use(keys, pending))


def container_state(  # noqa: PLR0913, PLR0917 - the columns of its statement
    id_: int,
    name: str,
    objects: int,
    size: int,
    modified: datetime,
    meta: str,
    versioning: str,
    quota: int,
    *,
    object_meta: tuple[str, ...] | None = None,
) -> ContainerState:
    """Return a row of ``read_container`` or ``list_containers`` as a value."""
    return ContainerState(
        id_, name, objects, size, modified, orjson.loads(meta), versioning, quota, object_meta
    )


def _keys_in_use(folded: str, pending: str | None) -> tuple[str, ...]:
    """Return the metadata keys that current objects carry, from counts and their changes."""
    counts: dict[str, int] = orjson.loads(folded)
    for change in orjson.loads(pending) if pending else ():
        for key, n in change.items():
            counts[key] = counts.get(key, 0) + n
    return tuple(sorted(key for key, n in counts.items() if n > 0))


def create_container(
    credentials: Credentials, path: ContainerPath, meta: MetaChange, policy: PolicyChange
) -> bool:
    """Create the container, or apply ``meta`` and ``policy`` to it where it is there already.

    Returns whether it was created (201 or 202, contract §2.3).

    Raises: InvalidTokenError, NotAllowedError, InvalidPolicyError, MetadataLimitError.
    """
    row = admit_owner(credentials, authorize.one(access(credentials, path)))
    policies = _policies(policy)
    if row[3] is not None and not meta.values and not policies:
        return False
    for _ in range(_ATTEMPTS):
        # Whoever deletes the container between two looks at it sends us back to the first.
        with suppress(Container.DoesNotExist, IntegrityError), transaction.atomic():
            return _create_or_change(row[2], path.container, meta, policies)
    with transaction.atomic():
        return _create_or_change(row[2], path.container, meta, policies)


def _create_or_change(owner: int, name: str, meta: MetaChange, policies: Mapping[str, Any]) -> bool:
    container, created = Container.objects.get_or_create(
        account_id=owner, name=name, defaults={"meta": apply_change({}, meta), **policies}
    )
    if created:
        touch_account(owner)
    elif meta.values or policies:
        _change(Container.objects.select_for_update().get(id=container.id), meta, policies)
    return created


def update_container(
    credentials: Credentials, path: ContainerPath, meta: MetaChange, policy: PolicyChange
) -> None:
    """Change metadata and policies (contract §2.3, POST).

    Raises:
        InvalidTokenError, NotAllowedError, ContainerNotFoundError, InvalidPolicyError,
        MetadataLimitError.
    """
    row = admit_owner(credentials, authorize.one(access(credentials, path)))
    if row[3] is None:
        raise ContainerNotFoundError(path.container)
    policies = _policies(policy)
    with transaction.atomic():
        container = Container.objects.select_for_update().filter(id=row[3]).first()
        if container is None:
            raise ContainerNotFoundError(path.container)
        _change(container, meta, policies)


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


def _policies(change: PolicyChange) -> dict[str, str | int]:
    """Return the policy columns that ``change`` sets; "" stands for the default."""
    if not change.values:
        return {}
    policies = dict(_DEFAULTS) if change.reset else {}
    for name, value in change.values.items():
        policies[name] = _policy(name, value)
    return policies


def _policy(name: str, value: str) -> str | int:
    if name not in _DEFAULTS:
        raise InvalidPolicyError(name, value)
    if not value:
        return _DEFAULTS[name]
    if name == "versioning" and value in _VERSIONING:
        return value
    if name == "quota" and value.isascii() and value.isdecimal() and int(value) <= _MAX_QUOTA:
        return int(value)
    raise InvalidPolicyError(name, value)


def delete_container(credentials: Credentials, path: ContainerPath) -> None:
    """Delete an empty container with all its history, irrevocably (contract §2.3).

    Raises:
        InvalidTokenError, NotAllowedError, ContainerNotFoundError, ContainerNotEmptyError.
    """
    row = admit_owner(credentials, authorize.one(access(credentials, path)))
    with transaction.atomic():
        _wait_for_writers(path)
        container = Container.objects.select_for_update().filter(id=row[3]).first()
        if container is None:
            raise ContainerNotFoundError(path.container)
        versions = Version.objects.filter(container=container)
        if versions.filter(valid_to=Infinity()).exists():
            raise ContainerNotEmptyError(path.container)
        versions.delete()
        UsageDelta.objects.filter(container=container).delete()
        container.delete()
        touch_account(row[2])


def _wait_for_writers(path: ContainerPath) -> None:
    """Shut out whoever writes an object into the container until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(1, %s)", [container_lock(path)])


def touch_account(owner: int) -> None:
    """Note that the set of an account's containers changed now."""
    Account.objects.update_or_create(user_id=owner, defaults={"modified": Now()})


def known_policies() -> Iterable[str]:
    """Return the names of a container's policies."""
    return _DEFAULTS.keys()
