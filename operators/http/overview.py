"""The overview: how the store is, and how it was."""

from collections.abc import Mapping
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from operators.http.page import OperatorPage
from operators.services.bounded import bounded
from operators.services.history import reading
from operators.services.overview import read_overview
from operators.values.charts import Chart, Value, chart
from operators.values.days import StoreFigures, last_days
from pithos_api.services.operations import usage_reports

DAYS = 30


class OverviewPage(OperatorPage):
    """The state of the store, charts of the last days, and who holds most."""

    template = "overview.html"
    place = "overview"

    def get(self, request: HttpRequest, **_names: str | int) -> HttpResponse:
        """200. What is asked of other threads comes first: they do not see this transaction."""
        overview = read_overview()
        with bounded():
            found = {"overview": overview, "charts": _charts(overview.now)}
            return self.page({**found, "largest": usage_reports.largest_users(5)})


def _charts(now: StoreFigures | None) -> list[Chart]:
    today = reading.today()
    days = last_days(DAYS, today)
    known = {each.day: each for each in reading.store_days(DAYS, today)}
    if now is not None:
        known[today] = now
    answered = {each.day: each for each in reading.request_days(DAYS, today)}

    def by_day(rows: Mapping[date, object], *names: str) -> dict[date, list[Value]]:
        return {day: [getattr(rows.get(day), name, None) for name in names] for day in days}

    requests = chart(
        "requests", _("Requests"), "count", by_day(answered, "requests"), _("Requests")
    )
    errors = chart("errors", _("Errors"), "count", by_day(answered, "errors"), _("Answered 5xx"))
    return [
        chart(
            "bytes",
            _("Bytes"),
            "bytes",
            by_day(known, "object_bytes", "version_bytes", "block_bytes"),
            _("Current objects"),
            _("With history"),
            _("Stored"),
        ),
        chart("objects", _("Objects"), "count", by_day(known, "objects"), _("Objects")),
        requests.as_bars(),
        errors.as_bars(),
        chart("p95", _("Time of 95 of 100 answers"), "seconds", by_day(answered, "p95"), "p95"),
    ]
