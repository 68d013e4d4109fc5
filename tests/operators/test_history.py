"""What was on past days: how it is recorded, summed up and drawn."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import User
from observability import metrics
from observability.metrics import BUCKETS, Metrics
from operators.models import AccountDay, RequestDay, StoreDay
from operators.services.history import reading, recording
from operators.services.history.background import record_if_due
from operators.values.charts import Value, chart, round_up
from operators.values.latency import quantile
from pithos_api.services.upkeep.usage import fold_pending_usage
from tests.api.client import Client

TODAY = date(2031, 3, 14)
YESTERDAY = TODAY - timedelta(days=1)
EMPTY = [0] * (3 + len(BUCKETS))


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Metrics:
    """Metrics of a server that has just started."""
    made = Metrics(["object", "watching"])
    monkeypatch.setattr(metrics._Installed, "metrics", made)
    return made


def answer(counted: Metrics, *statuses: int, seconds: float = 0.003) -> None:
    for status in statuses:
        counted.count_request(("GET", "object"), status, 0, 0, seconds)


def days_of(day: date, count: int = 1) -> Any:
    return reading.request_days(count, day)


@pytest.mark.django_db
def test_a_day_has_what_was_answered_on_it(counted: Metrics) -> None:
    answer(counted, 200, 200, 404, 503)
    recording.record_requests(YESTERDAY)
    answer(counted, 200, 507)
    recording.record_requests(TODAY)
    answer(counted, 200)
    recording.record_requests(TODAY)
    told = [(each.day, each.requests, each.errors) for each in days_of(TODAY, 2)]
    assert told == [(YESTERDAY, 4, 1), (TODAY, 3, 1)]


@pytest.mark.django_db
def test_servers_count_together_and_restarts_lose_nothing(monkeypatch: Any) -> None:
    for _ in range(3):
        made = Metrics(["object"])
        monkeypatch.setattr(metrics._Installed, "metrics", made)
        answer(made, 200, 500)
        recording.record_requests(TODAY)
    [told] = days_of(TODAY)
    assert (told.requests, told.errors) == (6, 3)


@pytest.mark.django_db
def test_who_asks_whether_the_store_is_there_is_not_counted(counted: Metrics) -> None:
    counted.count_request(("GET", "watching"), 200, 0, 0, 0.001)
    recording.record_requests(TODAY)
    assert days_of(TODAY)[0].requests == 0


@pytest.mark.django_db
def test_the_time_of_most_answers_is_told(counted: Metrics) -> None:
    answer(counted, *[200] * 94, seconds=0.003)
    answer(counted, *[200] * 6, seconds=3.0)
    recording.record_requests(TODAY)
    [told] = days_of(TODAY)
    assert 2.5 < told.p95 <= 5.0


@pytest.mark.parametrize(
    ("counts", "least", "most"),
    [
        ({0: 100}, 0, BUCKETS[0]),
        ({3: 95, 9: 5}, BUCKETS[2], BUCKETS[3]),
        ({len(BUCKETS): 10}, BUCKETS[-1], BUCKETS[-1]),
    ],
)
def test_a_share_of_requests_is_answered_within(
    counts: dict[int, int], least: float, most: float
) -> None:
    found = quantile(0.95, [counts.get(at, 0) for at in range(len(BUCKETS) + 1)])
    assert found is not None
    assert least <= found <= most
    assert quantile(0.95, EMPTY[2:]) is None


def test_what_accounts_hold_is_recorded_when_it_changes(box: Client, committed: None) -> None:
    user = User.objects.get(account=box.account)
    box.put("c/o", b"x" * 1000)
    fold_pending_usage()
    recording.record_accounts(YESTERDAY)
    recording.record_accounts(TODAY)
    rows = AccountDay.objects.filter(user=user)
    assert [(row.day, row.objects_count, row.object_bytes) for row in rows] == [
        (YESTERDAY, 1, 1000)
    ]
    told = reading.account_days(user.pk, 3, TODAY + timedelta(days=1))
    assert [(each.day - TODAY, each.size) for each in told] == [
        (timedelta(days=ago), 1000) for ago in (-1, 0, 1)
    ]


@pytest.mark.django_db
def test_of_old_days_the_last_stays(user: User) -> None:
    ages = (0, 399, 401, 500, 600)
    for age in ages:
        AccountDay.objects.create(
            user=user, day=TODAY - timedelta(days=age), objects_count=age, object_bytes=age
        )
    recording.forget_old_days(TODAY)
    left = AccountDay.objects.filter(user=user).order_by("-day")
    assert [row.objects_count for row in left] == [0, 399, 401]
    first = reading.account_days(user.pk, 400, TODAY)[0]
    assert (first.day, first.size) == (TODAY - timedelta(days=399), 399)


def test_the_store_is_recorded_once_an_hour(committed: None) -> None:
    StoreDay.objects.all().delete()
    assert record_if_due()
    assert not record_if_due()
    [row] = StoreDay.objects.all()
    assert row.day == reading.today()
    assert row.version_bytes >= row.object_bytes >= 0


def test_a_chart_is_drawn_in_steps_with_gaps() -> None:
    days = [TODAY + timedelta(days=n) for n in range(4)]
    values: list[list[Value]] = [[10], [20], [None], [5]]
    figures = dict(zip(days, values, strict=True))
    drawn = chart("n", "N", "count", figures, "a")
    [(series, path)] = drawn.paths()
    assert path == "M0.0 80.0 H150.0 V0.0 H300.0 M450.0 120.0 H600.0"
    assert (drawn.top, series.latest) == (20, 5)
    assert [day for day, _ in drawn.rows()] == [days[3], days[1], days[0]]
    assert [(bar.x, bar.height) for bar in drawn.as_bars().drawn_bars()] == [
        (15.0, 80.0),
        (165.0, 160.0),
        (465.0, 40.0),
    ]


@pytest.mark.parametrize("unit", ["bytes", "count", "seconds"])
def test_the_scale_ends_at_a_round_figure(unit: Any) -> None:
    values = [10.0**power * digit for power in range(-4, 16) for digit in (1, 1.3, 2, 3, 7)]
    tops = [round_up(value, unit) for value in sorted(values)]
    assert all(top >= value * (1 - 1e-6) for top, value in zip(tops, sorted(values), strict=True))
    assert all(before <= after for before, after in pairwise(tops))


@pytest.mark.django_db
def test_an_empty_day_is_known_to_be_empty() -> None:
    RequestDay.objects.create(day=TODAY, run=uuid4(), before=EMPTY, now=EMPTY)
    [told] = days_of(TODAY)
    assert (told.requests, told.p95) == (0, None)
