import re
from argparse import ArgumentTypeError
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandParser

from audit import services
from audit.models import Event

_FIELDS = (
    *("at", "actor", "proxy", "action", "account", "target", "details", "address", "request_id"),
)
_SPANS = {"m": "minutes", "h": "hours", "d": "days"}


def past(text: str) -> datetime:
    """Read an ISO 8601 time (UTC unless it has a zone), or how long ago: 30m, 12h, 7d."""
    span = re.fullmatch(r"([0-9]{1,5})([mhd])", text)
    if span is not None:
        return datetime.now(UTC) - timedelta(**{_SPANS[span[2]]: int(span[1])})
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no time; write 7d or 2026-01-31T12:00") from error
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


class Command(BaseCommand):
    help = "Print the audit log, oldest first: who did what to whom, when and from where."

    def add_arguments(self, parser: CommandParser) -> None:
        when = "such as 7d (ago) or 2026-01-31T12:00"
        parser.add_argument("--since", type=past, metavar="TIME", help=when)
        parser.add_argument("--account", default="", help="whose things, or who acted")
        parser.add_argument("--actor", default="", help="who acted")
        parser.add_argument("--action", default="", help="what was done, such as login.fail")
        parser.add_argument("--target", default="", metavar="TEXT", help="a part of the target")
        parser.add_argument("--json", action="store_true", help="an object a line")
        parser.add_argument(
            "--forget-before", type=past, metavar="TIME", help=f"delete older events; {when}"
        )

    def handle(
        self,
        *,
        json: bool,
        forget_before: datetime | None,
        **chosen: Any,
    ) -> None:
        if forget_before is not None:
            self.stdout.write(f"forgot {services.forget_events(forget_before)} events")
            return
        show = _object if json else _line
        filters = {name: chosen[name] for name in ("since", "account", "actor", "action", "target")}
        for event in services.list_events(**filters).iterator():
            self.stdout.write(show(event))


def _object(event: Event) -> str:
    return orjson.dumps({name: getattr(event, name) for name in _FIELDS}).decode()


def _line(event: Event) -> str:
    told = {"proxy": event.proxy} if event.proxy else {}
    details = " ".join(f"{name}={value}" for name, value in {**told, **event.details}.items())
    where = f"{event.address or '-'} {event.request_id or '-'}"
    moment = event.at.isoformat(timespec="milliseconds")
    line = f"{moment} {where} {event.actor} {event.action} {event.account} {event.target} {details}"
    return "".join(char if char.isprintable() else "?" for char in line).rstrip()
