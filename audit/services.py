"""Writing and reading the audit log."""

import getpass
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeAlias

import orjson
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from audit.models import Event
from observability import request_context

# What the log keeps of an action besides its names.
Detail: TypeAlias = "Mapping[str, Detail] | Sequence[Detail] | str | float | bool | None"

_RECORD = """
    INSERT INTO audit_event (action, actor, proxy, account, target, details, request_id, address)
    VALUES (%s, %s, %s, %s, %s, %s::jsonb, %s, %s)"""

# What users do for themselves: anybody else who does it acts in their place.
_PERSONAL = ("password.", "token.", "app_password.", "login.")
_COUNTED: Final = 10_000

NOBODY = "-"
"""The actor of what nobody did who is known, such as a failed sign-in."""


def record(
    action: str,
    *,
    account: str,
    target: str = "",
    actor: str = "",
    details: Mapping[str, Detail] | None = None,
) -> None:
    """Write down an action, within the caller's transaction: both happen or neither does.

    account: whose things it is about. target: which, never a secret. actor: the account whose
    rights are used; without it the account itself where a request is served.

    Who acts is known of the request (``request_context.acting``): an operator in the admin pages,
    a reseller, whoever has signed in. Then the account above is the one that they are proxy of.
    A command is run by the system's user.
    """
    request = request_context.request_id()
    rights = actor or (account if action.startswith(_PERSONAL) else "")
    who = request_context.actor() or actor or (account if request else _system_user())
    proxy = "" if rights in {who, NOBODY} else rights
    written = orjson.dumps(dict(details or {})).decode()
    values = (who, proxy, account, target, written, request, request_context.address())
    with connection.cursor() as cursor:
        cursor.execute(_RECORD, (action, *values))


def _system_user() -> str:
    """Return who runs a command; a container may have a user id without a name.

    sudo says who they are by whom it lends the rights of another user.
    """
    try:
        return f"shell:{os.environ.get('SUDO_USER') or getpass.getuser()}"
    except (KeyError, OSError):
        return f"shell:{os.getuid()}"


def list_events(
    *, since: datetime | None = None, account: str = "", target: str = "", **exactly: str
) -> QuerySet[Event]:
    """Return events in the order they were written.

    since: aware time; the first event may have it. account: whose things they are about, or
    who acted, or in whose place; "" is everybody. target: a part of what they are about.
    exactly: ``actor`` or ``action``; "" is any.
    """
    events = Event.objects.order_by("id")
    if since is not None:
        events = events.filter(at__gte=since)
    if account:
        about = Q(account=account) | Q(actor=account) | Q(proxy=account)
        events = events.filter(about)
    events = events.filter(**{name: value for name, value in exactly.items() if value})
    return events.filter(target__contains=target) if target else events


def page_of_events(before: int | None, limit: int, **filters: Any) -> list[Event]:
    """Return up to ``limit`` events, the newest first.

    before: the id that all of them are below; None: begin with the newest. filters: as of
    ``list_events``.
    """
    events = list_events(**filters).order_by("-id")
    return list((events if before is None else events.filter(id__lt=before))[:limit])


def count_lately(action: str, field: str, since: datetime) -> list[tuple[str, int]]:
    """Return how many events of an action there were with each value of a field, most first.

    field: ``account`` or ``address``. since: aware. Of very many events the last 10,000 count, and
    ten values are told.
    """
    latest = Event.objects.filter(action=action, at__gte=since).order_by("-id")[:_COUNTED]
    return Counter(latest.values_list(field, flat=True)).most_common(10)


def last_event(action: str) -> Event | None:
    """Return the newest event of an action; None: there is none."""
    return Event.objects.filter(action=action).order_by("-id").first()


def forget_events(before: datetime) -> int:
    """Delete events older than an aware time; return how many. That it was done is an event.

    The one way past the trigger; the setting that opens it ends with the transaction.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('audit.forget_before', %s, true)", (before.isoformat(),))
        cursor.execute("DELETE FROM audit_event WHERE at < %s", (before,))
        count: int = cursor.rowcount
        cursor.execute("SELECT set_config('audit.forget_before', '', true)")
        record("audit.forget", account="", details={"before": before.isoformat(), "events": count})
    return count
