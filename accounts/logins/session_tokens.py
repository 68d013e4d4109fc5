"""Tokens for the scripts of our own pages, which live no longer than the session."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models.functions import Now

from accounts.errors import SessionOverError
from accounts.models import User
from accounts.tokens.tokens import create_session_token

LIFETIME: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class SessionToken:
    """What a page gets. token: to be sent with each request. expires: aware."""

    token: str
    expires: datetime


def new_session_token(user: User, session: str) -> SessionToken:
    """Make a token for a page of a session, for LIFETIME and no longer than the session.

    It is good for all that its user may do. When the session's row goes, a trigger takes the
    token along; the lock makes sure that none is made while the row is about to go.

    session: its key.

    Raises: SessionOverError.
    """
    with transaction.atomic():
        open_ones = Session.objects.select_for_update(no_key=True).filter(expire_date__gt=Now())
        held = open_ones.filter(session_key=session).first()
        if held is None:
            raise SessionOverError
        expires = min(datetime.now(UTC) + LIFETIME, held.expire_date)
        return SessionToken(create_session_token(user, session, expires=expires), expires)
