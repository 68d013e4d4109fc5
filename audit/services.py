"""Writing and reading the audit log."""

import getpass
import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

import orjson
from django.db import connection, transaction
from django.db.models import QuerySet

from audit.models import Event
from observability import request_context

# What the log keeps of an action besides its names.
Detail: TypeAlias = "Mapping[str, Detail] | Sequence[Detail] | str | float | bool | None"

_RECORD = """
    INSERT INTO audit_event (action, actor, account, target, details, request_id, address)
    VALUES (%s, %s, %s, %s, %s::jsonb, %s, %s)"""


def record(
    action: str,
    *,
    account: str,
    target: str = "",
    actor: str = "",
    details: Mapping[str, Detail] | None = None,
) -> None:
    """Write down an action, within the caller's transaction: both happen or neither does.

    account: whose things it is about. target: which, never a secret. actor: the account that
    acts; without it the account itself where a request is served, else who runs the command.
    """
    request = request_context.request_id()
    who = actor or (account if request else _system_user())
    written = orjson.dumps(dict(details or {})).decode()
    with connection.cursor() as cursor:
        cursor.execute(
            _RECORD, (action, who, account, target, written, request, request_context.address())
        )


def _system_user() -> str:
    """Return who runs a command; a container may have a user id without a name."""
    try:
        return f"shell:{getpass.getuser()}"
    except (KeyError, OSError):
        return f"shell:{os.getuid()}"


def list_events(*, since: datetime | None = None, account: str = "") -> QuerySet[Event]:
    """Return events in the order they were written.

    since: aware time; the first event may have it. account: whose things they are about, or
    who acted; "" is everybody.
    """
    events = Event.objects.order_by("id")
    if since is not None:
        events = events.filter(at__gte=since)
    if account:
        events = events.filter(account=account) | events.filter(actor=account)
    return events


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
