"""What was recorded of past days."""

from datetime import UTC, date, datetime

from operators.models import AccountDay, RequestDay, StoreDay
from operators.values.days import (
    AccountFigures,
    RequestFigures,
    StoreFigures,
    carried_on,
    last_days,
)


def today() -> date:
    """Return the day it is, of UTC."""
    return datetime.now(UTC).date()


def store_days(count: int, until: date) -> list[StoreFigures]:
    """Return what the whole store held on each of the last days that were recorded, in order."""
    days = last_days(count, until)
    rows = StoreDay.objects.filter(day__gte=days[0], day__lte=days[-1]).order_by("day")
    return [
        StoreFigures(
            day=row.day,
            objects=row.objects_count,
            object_bytes=row.object_bytes,
            version_bytes=row.version_bytes,
            block_bytes=row.block_bytes,
            garbage_bytes=row.garbage_bytes,
        )
        for row in rows
    ]


def request_days(count: int, until: date) -> list[RequestFigures]:
    """Return what all servers together answered on each of the last days, in order.

    Days without any are left out.
    """
    days = last_days(count, until)
    sums: dict[date, list[int]] = {}
    for row in RequestDay.objects.filter(day__gte=days[0], day__lte=days[-1]).order_by("day"):
        counts = [now - before for before, now in zip(row.before, row.now, strict=True)]
        known = sums.get(row.day, [0] * len(counts))
        sums[row.day] = [sum(pair) for pair in zip(known, counts, strict=True)]
    return [RequestFigures.of_counts(day, counts) for day, counts in sums.items()]


def account_days(user: int, count: int, until: date) -> list[AccountFigures]:
    """Return what a user's account held on each of the last days, in order.

    Days before anything was recorded of it are left out.
    """
    days = last_days(count, until)
    rows = AccountDay.objects.filter(user=user, day__lte=days[-1])
    before = rows.filter(day__lt=days[0]).order_by("-day")[:1]
    within = rows.filter(day__gte=days[0]).order_by("day")
    changes = [
        AccountFigures(row.day, row.objects_count, row.object_bytes) for row in (*before, *within)
    ]
    return carried_on(changes, days)
