"""The audit log: search, a page at a time, and as a file; sign-ins that failed."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import orjson
from django.http import HttpRequest
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.utils.dateparse import parse_date

from audit import services
from audit.models import Event
from operators.http.page import Found, OperatorPage
from operators.services.bounded import bounded
from pithos_api.services.connections import release
from web.numbers import whole_number

ROWS: Final = 50
FILE_ROWS: Final = 100_000
"""In a file, the newest ones."""

_BATCH: Final = 1000
_TEXTS: Final = ("actor", "account", "action", "target")
_COLUMNS: Final = (
    *("at", "actor", "proxy", "action", "account", "target", "details", "address", "request_id"),
)
# Spreadsheets take what begins so for a formula, and users choose names.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class AuditPage(OperatorPage):
    """Events, the newest first."""

    template = "audit.html"
    place = "audit"

    def found(self) -> Found:
        """Return a page of what the query asks for."""
        query = self.request.GET
        before = whole_number(query.get("before", ""), 18)
        events = services.page_of_events(before, ROWS + 1, **self.filters())
        onwards = query.copy()
        if len(events) > ROWS:
            onwards["before"] = str(events[ROWS - 1].pk)
        return {
            "events": [(each, _told(each)) for each in events[:ROWS]],
            "next": onwards.urlencode() if len(events) > ROWS else "",
            "asked": query,
            "query": query.urlencode(),
        }

    def filters(self) -> dict[str, Any]:
        """Return what the query asks for."""
        query = self.request.GET
        given: dict[str, Any] = {name: query.get(name, "").strip() for name in _TEXTS}
        day = _day(query.get("since", ""))
        return {**given, "since": day}


def _day(text: str) -> datetime | None:
    try:
        day = parse_date(text)
    except ValueError:  # such as 2026-02-31
        return None
    return None if day is None else datetime(day.year, day.month, day.day, tzinfo=UTC)


def _told(event: Event) -> str:
    """Return the details in a line."""
    return ", ".join(f"{name}: {_plain(value)}" for name, value in event.details.items())


def _plain(value: object) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()


class AuditFile(AuditPage):
    """The same events as CSV, up to ``FILE_ROWS`` of them."""

    def get(self, request: HttpRequest, **_names: str | int) -> HttpResponseBase:
        """200. Each thousand is a statement of its own: no transaction waits for the client."""
        lines = _lines(self.filters())
        answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        answer.headers["Content-Disposition"] = 'attachment; filename="audit.csv"'
        return answer


def _lines(filters: dict[str, Any]) -> Iterator[str]:
    yield _line(_COLUMNS)
    before: int | None = None
    for _turn in range(FILE_ROWS // _BATCH):
        with bounded():
            events = services.page_of_events(before, _BATCH, **filters)
        yield "".join(map(_event_line, events))
        if len(events) < _BATCH:
            return
        before = events[-1].pk
        release()  # a slow client shall not hold a connection


def _event_line(event: Event) -> str:
    values = {**{name: getattr(event, name) for name in _COLUMNS}, "details": event.details}
    values |= {"at": event.at.isoformat(), "details": orjson.dumps(event.details).decode()}
    return _line(tuple(map(_harmless, (values[name] for name in _COLUMNS))))


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) and len(text) > 1 else text


def _line(cells: tuple[str, ...]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue()


class FailedSignInsPage(OperatorPage):
    """Sign-ins that failed: of whom and from where most came in a day, and the latest."""

    template = "sign_ins.html"
    place = "sign-ins"

    def found(self) -> Found:
        """Return them."""
        since = datetime.now(UTC) - timedelta(days=1)
        events = services.page_of_events(None, ROWS + 1, action="login.fail")
        return {
            "accounts": services.count_lately("login.fail", "account", since),
            "addresses": services.count_lately("login.fail", "address", since),
            "events": [(each, _told(each)) for each in events[:ROWS]],
            "next": events[ROWS - 1].pk if len(events) > ROWS else "",
        }
