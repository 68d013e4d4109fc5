"""Expiry: tombstones for objects whose time is over (X-Delete-At)."""

from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from pithos_api.models import Version
from pithos_api.models.expressions import Infinity
from pithos_api.services.locks import lock_names
from pithos_api.services.objects.deleting import tombstone
from pithos_api.values import Access, ObjectPath, Right

_BATCH = 1000
_COLUMNS = (
    *("serial", "name", "container_id", "container__name", "container__versioning"),
    *("container__account_id", "container__account__account"),
)


def tombstone_expired() -> int:
    """Delete the objects whose time is over, as their owners would; return how many.

    Until then readers do not find them, but listings and counters still have them.
    """
    due = Version.objects.filter(
        valid_to=Infinity(), expires__isnull=False, expires__lte=Now()
    ).order_by("expires")  # Index Scan of version_expires
    tombstoned = 0
    while rows := list(due.values_list(*_COLUMNS)[:_BATCH]):
        tombstoned += sum(_tombstone(row) for row in rows)
    return tombstoned


def _tombstone(row: tuple[Any, ...]) -> bool:
    """Put a tombstone in the place of an expired object, unless a write of its name came first."""
    serial, name, container, container_name, versioning, owner, account = row
    path = ObjectPath(account, container_name, name)
    access = Access(
        actor=owner,
        account=account,
        unnoted=False,
        owner=owner,
        container=container,
        right=Right.OWN,
        account_quota=None,
        container_quota=None,
        keeps_history=versioning != "none",
    )
    with transaction.atomic():
        lock_names(path)
        if not Version.objects.filter(serial=serial, valid_to=Infinity()).exists():
            return False
        tombstone(access, path)
    return True
