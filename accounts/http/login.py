"""Where a client without a token sends its user (contract §2.0, identity.md)."""

from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.http.targets import TokenRedirect, may_follow, with_token
from accounts.logins import logins


@require_GET
def login(request: HttpRequest) -> HttpResponse:
    """302 to ``next`` with a token, by way of the sign-in page or the external login.

    400 for a ``next`` where no token may go; 404 where the tokens are in the settings.
    """
    if settings.PITHOS_STATIC_TOKENS:
        return _refusal(404, "the tokens of this store are in its settings")
    target = request.GET.get("next", "")
    if not may_follow(request, target):
        return _refusal(400, "next must lead to this site or to one that PITHOS_LOGIN_NEXT lists")
    query = {"next": target} | ({"renew": ""} if "renew" in request.GET else {})
    if settings.PITHOS_LOGIN_URL:
        mark = "&" if urlsplit(settings.PITHOS_LOGIN_URL).query else "?"
        return TokenRedirect(f"{settings.PITHOS_LOGIN_URL}{mark}{urlencode(query)}")
    return _hand_over(request, target, f"{reverse('login')}?{urlencode(query)}")


def _hand_over(request: HttpRequest, target: str, here: str) -> HttpResponse:
    """Send a signed-in user on with a new token; whoever is not, to the page and back here."""
    if "force" in request.GET:
        logout(request)
    user = request.user
    if not user.is_authenticated:
        return TokenRedirect(f"{reverse('sign-in')}?{urlencode({'next': here})}")
    if "renew" in request.GET:
        logins.end_logins(user)
        update_session_auth_hash(request, user)  # all sessions but this one
    return TokenRedirect(with_token(target, logins.new_login(user)))


def _refusal(status: int, reason: str) -> HttpResponse:
    return HttpResponse(f"{reason}\n", status=status, content_type="text/plain")
