"""Quotas of accounts and containers, exact however many write at once (contract §5)."""

from types import TracebackType

from django.conf import settings

from pithos_api.errors import QuotaExceededError
from pithos_api.models.statements.objects.folders import Usage, usage
from pithos_api.models.statements.objects.publish import FoundUsage, read_usage
from pithos_api.services.locks import lock_account
from pithos_api.values import Access, ObjectPath

_NOTHING = Usage(0, 0, 0, 0)


def account_quota(access: Access) -> int:
    """Return the bytes that the path's account may hold, 0 for any number."""
    if access.account_quota is None:
        return int(settings.PITHOS_DEFAULT_QUOTA)
    return access.account_quota


def has_quota(access: Access) -> bool:
    """Return whether a write at the path can exceed a quota at all."""
    return bool(account_quota(access) or access.container_quota)


def find_room(access: Access, path: ObjectPath) -> int:
    """Return how many bytes the object at ``path`` may have, at least as many as it has.

    The quota is judged again, under the account's lock, when the object is published.
    """
    found = read_usage.one({"container": access.container, "name": path.name})
    used = found or FoundUsage(0, 0, 0)
    container, account = access.container_quota or 0, account_quota(access)
    limits = ((container, used.in_container), (account, used.in_account))
    room: int = min(limit - bytes_ + used.size for limit, bytes_ in limits if limit)
    return max(used.size, room)


def refuse_overflow(access: Access, path: ObjectPath, size: int) -> None:
    """Refuse an object of ``size`` bytes that exceeds a quota now, before any work for it.

    Raises: QuotaExceededError.
    """
    if has_quota(access) and size > find_room(access, path):
        raise QuotaExceededError


class QuotaGuard:
    """Surrounds changes within a transaction, and refuses them if they grow past a quota.

    Leaving the block raises QuotaExceededError, and the transaction undoes the changes.
    """

    def __init__(self, access: Access) -> None:
        self.access = access
        self.before = _NOTHING

    def __enter__(self) -> None:
        if has_quota(self.access):
            lock_account(self.access)
            self.before = self._usage()

    def __exit__(
        self, kind: type[BaseException] | None, *_: BaseException | TracebackType | None
    ) -> None:
        if kind is not None or not has_quota(self.access):
            return
        before, now = self.before, self._usage()
        grown = (
            (before.in_container, now.in_container, self.access.container_quota or 0),
            (before.in_account, now.in_account, account_quota(self.access)),
            (before.objects, now.objects, now.most_objects),
        )
        for old, new, limit in grown:
            if 0 < limit < new and new > old:
                raise QuotaExceededError

    def _usage(self) -> Usage:
        return usage.one({"container": self.access.container}) or _NOTHING
