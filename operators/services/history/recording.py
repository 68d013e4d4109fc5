"""Recording what the store holds and what servers answer, for each day."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef

from observability import metrics
from operators.models import AccountDay, RequestDay, StoreDay
from pithos_api.services.operations import usage_reports
from pithos_api.services.operations.statistics import Statistics
from pithos_api.services.operations.usage_reports import AccountSum

KEPT: Final = timedelta(days=400)
"""For how long each day of an account is kept; of older ones the last."""

_NOT_COUNTED: Final = {"watching"}  # what asks every few seconds whether the store is there
_SERVER_ERROR: Final = 500


def record_store(day: date, found: Statistics) -> None:
    """Note what the whole store holds, for the day."""
    StoreDay.objects.update_or_create(
        day=day,
        defaults={
            "containers": found.containers,
            "objects_count": found.objects,
            "object_bytes": found.object_bytes,
            "version_bytes": found.version_bytes,
            "block_bytes": found.block_bytes,
            "garbage_bytes": found.garbage_bytes,
            "recorded": datetime.now(UTC),
        },
    )


def record_accounts(day: date) -> int:
    """Note what each account holds, for the day, where that has changed; return how many have."""
    return sum(_record_changed(page, day) for page in usage_reports.sum_accounts())


def forget_old_days(day: date) -> int:
    """Delete days of accounts older than ``KEPT``, but for what they begin with; return how many.

    What is deleted has a later day that is as old.
    """
    oldest = day - KEPT
    later = AccountDay.objects.filter(
        user=OuterRef("user"), day__gt=OuterRef("day"), day__lte=oldest
    )
    return AccountDay.objects.filter(Exists(later), day__lt=oldest).delete()[0]


def record_requests(day: date) -> None:
    """Note what this server has counted so far; nothing where nobody counts.

    Any of its processes may do it, for they count together, and as often as they like.
    """
    counted = metrics.installed()
    if counted is None:
        return
    now = _counts(counted)
    row = RequestDay.objects.filter(run=counted.run).order_by("-day").first()
    if row is not None and row.day == day:
        if row.now != now:
            RequestDay.objects.filter(pk=row.pk).update(now=now)
        return
    before = [0] * len(now) if row is None else row.now
    new = RequestDay(day=day, run=counted.run, before=before, now=now)
    RequestDay.objects.bulk_create([new], ignore_conflicts=True)


def _counts(counted: metrics.Metrics) -> list[int]:
    """Return what ``RequestDay`` keeps."""
    kinds = [kind for kind in counted.sum().kinds() if kind.route not in _NOT_COUNTED]
    statuses = [(status, count) for kind in kinds for status, count in kind.statuses.items()]
    requests = sum(count for _, count in statuses)
    errors = sum(
        count for status, count in statuses if status.isdigit() and int(status) >= _SERVER_ERROR
    )
    durations = [sum(column) for column in zip(*(kind.durations for kind in kinds), strict=True)]
    return [requests, errors, *(durations or [0] * (len(metrics.BUCKETS) + 1))]


def _record_changed(page: Sequence[AccountSum], day: date) -> int:
    users = [each.user for each in page]
    last = AccountDay.objects.filter(user__in=users).order_by("user", "-day").distinct("user")
    known = {row.user_id: (row.objects_count, row.object_bytes) for row in last}
    changed = [
        AccountDay(user_id=each.user, day=day, objects_count=each.objects, object_bytes=each.bytes)
        for each in page
        if known.get(each.user, (0, 0)) != (each.objects, each.bytes)
    ]
    AccountDay.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["user", "day"],
        update_fields=["objects_count", "object_bytes"],
    )
    return len(changed)
