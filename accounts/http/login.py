"""Where a client without a token sends its user (contract §2.0, identity.md)."""

from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from accounts import logins
from accounts.http.pages import consent
from accounts.http.pages.policy import Page
from accounts.http.targets import TokenRedirect, may_follow, receiver, with_token
from accounts.models import User

FLAGS: Final = ("renew", "force")


class LoginView(Page):
    """A token for whoever a program sends here, once they have said that it may have one.

    A site elsewhere can make a browser GET this with the cookie of whoever is signed in. So GET
    changes nothing, unless they have just signed in for the very same: it asks, and POST does.
    """

    http_method_names: Final = ["get", "post"]  # type: ignore[misc]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """400 for a ``next`` where no token may go; 404 where the tokens are in the settings."""
        if settings.PITHOS_STATIC_TOKENS:
            return _refusal(404, "the tokens of this store are in its settings")
        if not may_follow(request, request.GET.get("next", "")):
            reason = "next must lead to this site or to one that PITHOS_LOGIN_NEXT lists"
            return _refusal(400, reason)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        """200 with the question, 302 to the sign-in page or the external login.

        302 to ``next`` with a token where the user has signed in to get there.
        """
        if settings.PITHOS_LOGIN_URL:
            mark = "&" if urlsplit(settings.PITHOS_LOGIN_URL).query else "?"
            query = _query(request, without="force")
            return TokenRedirect(f"{settings.PITHOS_LOGIN_URL}{mark}{query}")
        here = f"{reverse('login')}?{_query(request, without='force')}"
        if "force" in request.GET or not request.user.is_authenticated:
            return TokenRedirect(f"{reverse('sign-in')}?{urlencode({'next': here})}")
        if consent.take(request, here):
            return _hand_over(request, request.user)
        return self._question(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        """302 to ``next`` with a token; to the sign-in page for whoever is signed out by now."""
        if settings.PITHOS_LOGIN_URL or not request.user.is_authenticated:
            return self.get(request)
        return _hand_over(request, request.user)

    def _question(self, request: HttpRequest) -> HttpResponse:
        found = {
            "receiver": receiver(request.GET["next"]),
            "renew": "renew" in request.GET,
            "other": f"{reverse('login')}?{_query(request, without='force')}&force=",
        }
        return render(request, "account/login.html", found)


def _query(request: HttpRequest, without: str = "") -> str:
    """Return what the request asks for, as a query."""
    kept = [each for each in FLAGS if each in request.GET and each != without]
    return urlencode({"next": request.GET["next"], **dict.fromkeys(kept, "")})


def _hand_over(request: HttpRequest, user: User) -> HttpResponse:
    """Send a signed-in user on with a new token."""
    if "renew" in request.GET:
        logins.end_logins(user)
        update_session_auth_hash(request, user)  # all sessions but this one
    return TokenRedirect(with_token(request.GET["next"], logins.new_login(user)))


def _refusal(status: int, reason: str) -> HttpResponse:
    return HttpResponse(f"{reason}\n", status=status, content_type="text/plain")
