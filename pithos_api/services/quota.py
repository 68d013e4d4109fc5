"""Quotas of accounts and containers, exact however many write at once (contract §5)."""

from django.conf import settings
from django.db import connection

from pithos_api.errors import QuotaExceededError
from pithos_api.models.statements.folders import usage
from pithos_api.models.statements.publish import read_usage
from pithos_api.services.locks import account_lock
from pithos_api.values import Access, ObjectPath


def account_quota(access: Access) -> int:
    """Return the bytes that the path's account may hold, 0 for any number."""
    if access.account_quota is None:
        return int(settings.PITHOS_DEFAULT_QUOTA)
    return access.account_quota


def has_quota(access: Access) -> bool:
    """Return whether a write at the path can exceed a quota at all."""
    return bool(account_quota(access) or access.container_quota)


def find_room(access: Access, path: ObjectPath) -> int:
    """Return how many bytes the object at ``path`` may have; what it has it may keep.

    Whoever publishes one is judged again, under the account's lock.
    """
    row = read_usage.one({"container": access.container, "name": path.name})
    in_container, in_account, size = row or (0, 0, 0)
    limits = ((access.container_quota or 0, in_container), (account_quota(access), in_account))
    room: int = min(limit - used + size for limit, used in limits if limit)
    return max(int(size), room)


def refuse_overflow(access: Access, path: ObjectPath, size: int) -> None:
    """Refuse an object of ``size`` bytes that exceeds a quota now, before any work for it.

    Raises: QuotaExceededError.
    """
    if has_quota(access) and size > find_room(access, path):
        raise QuotaExceededError


class QuotaGuard:
    """Around changes within a transaction: refuses them if they grow past a quota.

    Leaving the block raises QuotaExceededError, and the transaction undoes it all.
    """

    def __init__(self, access: Access) -> None:
        self.access = access
        self.before = (0, 0)

    def __enter__(self) -> None:
        if has_quota(self.access):
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(3, %s)", [account_lock(self.access)])
            self.before = self._usage()

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None or not has_quota(self.access):
            return
        limits = (self.access.container_quota or 0, account_quota(self.access))
        for before, now, limit in zip(self.before, self._usage(), limits, strict=True):
            if 0 < limit < now and now > before:
                raise QuotaExceededError

    def _usage(self) -> tuple[int, int]:
        """Return the bytes of the container and of its account."""
        row = usage.one({"container": self.access.container})
        return (row[0], row[1]) if row else (0, 0)
