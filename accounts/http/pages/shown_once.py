"""A new secret on its way to the page that shows it once.

It is made by a POST, which redirects, so that loading the page again makes no other. Meanwhile
the browser alone keeps it, in a cookie for a minute; the store has only its digest.
"""

from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

_COOKIE: Final = "new_secret"
_PATH: Final = "/account/"
_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class NewSecret:
    """What is shown. kind: ``token`` or ``app``."""

    kind: str
    secret: str


def hand_over(request: HttpRequest, response: HttpResponse, new: NewSecret) -> None:
    """Give the browser what the next page shall show."""
    response.set_cookie(
        _COOKIE,
        signing.dumps([new.kind, new.secret], salt=_salt(request)),
        max_age=_SECONDS,
        path=_PATH,
        secure=bool(settings.SESSION_COOKIE_SECURE),
        httponly=True,
        samesite="Strict",
    )


def received(request: HttpRequest) -> NewSecret | None:
    """Return what the page shall show: None if nothing was made, or for somebody else."""
    try:
        kept = signing.loads(
            request.COOKIES.get(_COOKIE, ""), salt=_salt(request), max_age=_SECONDS
        )
    except signing.BadSignature:
        return None
    return NewSecret(*kept)


def take_back(response: HttpResponse) -> None:
    """Have the browser forget it."""
    response.delete_cookie(_COOKIE, path=_PATH, samesite="Strict")


def _salt(request: HttpRequest) -> str:
    """Return what makes the cookie good for this session alone."""
    return f"accounts.new_secret {request.session.session_key}"
