"""Expiry: tombstones for objects whose time is over (X-Delete-At)."""

from django.db import transaction
from django.db.models.functions import Now

from pithos_api.models import Version
from pithos_api.models.expressions import Infinity
from pithos_api.models.statements.time.expired import find_expired
from pithos_api.services.locks import lock_names
from pithos_api.services.objects.deleting import tombstone
from pithos_api.values import Access, ObjectPath, Right

_BATCH = 1000
_COLUMNS = (
    *("serial", "name", "container__name", "container__versioning"),
    "container__account__account",
)


def tombstone_expired() -> int:
    """Delete the objects whose time is over, as their owners would; return how many.

    Until then readers do not find them, but listings and counters still have them.
    """
    found = find_expired.one({})  # nearly always none: it takes far less to find that out
    return _tombstone_due() if found and found.rows else 0


def _tombstone_due() -> int:
    due = Version.objects.filter(
        valid_to=Infinity(), expires__isnull=False, expires__lte=Now()
    ).order_by("expires")  # Index Scan of version_expires
    due = due.select_related("container__account").only(*_COLUMNS)
    tombstoned = 0
    while versions := list(due[:_BATCH]):
        tombstoned += sum(map(_tombstone, versions))
    return tombstoned


def _tombstone(version: Version) -> bool:
    """Put a tombstone in the place of an expired object, unless a write of its name came first."""
    container = version.container
    owner = container.account
    path = ObjectPath(owner.account, container.name, version.name)
    access = Access(
        actor=owner.pk,
        account=owner.account,
        unnoted=False,
        owner=owner.pk,
        container=container.pk,
        right=Right.OWN,
        account_quota=None,
        container_quota=None,
        keeps_history=container.versioning != "none",
    )
    with transaction.atomic():
        lock_names(path)
        if not Version.objects.filter(serial=version.serial, valid_to=Infinity()).exists():
            return False
        tombstone(access, path)
    return True
