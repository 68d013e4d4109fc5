"""A new secret on its way to the page that shows it once.

It is made by a POST, which redirects, so that loading the page again makes no other. Meanwhile
the browser alone keeps it, in a cookie for a minute; the store has only its digest.
"""

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

_COOKIE: Final = "new_secret"
_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class NewSecret:
    """What is shown. kind: ``token`` or ``app``."""

    kind: str
    secret: str


def hand_over(request: HttpRequest, response: HttpResponse, new: NewSecret, path: str) -> None:
    """Give the browser what the next page shall show, which is at this path."""
    response.set_cookie(
        _COOKIE,
        signing.dumps([new.kind, new.secret], salt=_salt(request, path)),
        max_age=_SECONDS,
        path=quote(path),
        secure=bool(settings.SESSION_COOKIE_SECURE),
        httponly=True,
        samesite="Strict",
    )


def received(request: HttpRequest) -> NewSecret | None:
    """Return what the page shall show: None if nothing was made, or for somebody else."""
    try:
        kept = signing.loads(
            request.COOKIES.get(_COOKIE, ""), salt=_salt(request, request.path), max_age=_SECONDS
        )
    except signing.BadSignature:
        return None
    return NewSecret(*kept)


def take_back(request: HttpRequest, response: HttpResponseBase) -> None:
    """Have the browser forget what this page has shown."""
    response.delete_cookie(_COOKIE, path=quote(request.path), samesite="Strict")


def _salt(request: HttpRequest, path: str) -> str:
    """Return what makes the cookie good for this session and page alone."""
    return f"accounts.new_secret {request.session.session_key} {path}"
