"""Where the link leads that the first start prints: in without a password."""

from typing import Final

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.errors import LoginRefusedError
from accounts.http.pages.errors import error_page
from accounts.http.pages.policy import PrivatePage
from accounts.logins.sign_in_links import use_key
from observability import request_context

_PROXIED: Final = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_VIA")


class FirstSignInView(PrivatePage):
    """A button on GET, so that programs that follow links use none up; POST signs in.

    The link is in a log of the start. So it is good on the store's own machine only.
    """

    def get(self, request: HttpRequest) -> HttpResponse:
        """200 with the button, 403 from elsewhere."""
        if not _is_local(request):
            return _refusal(request)
        return render(request, "account/first_sign_in.html", {"account": _account(request)})

    def post(self, request: HttpRequest) -> HttpResponse:
        """302 to the user's page; 403 for a link that is used or old, and from elsewhere."""
        if not _is_local(request):
            return _refusal(request)
        try:
            user = use_key(_account(request), request.GET.get("key", ""))
        except LoginRefusedError:
            return _refusal(request)
        logout(request)  # whoever it was: a session begins with its sign-in
        login(request, user)
        return redirect(settings.LOGIN_REDIRECT_URL)


def _account(request: HttpRequest) -> str:
    return request.GET.get("account", "")


def _is_local(request: HttpRequest) -> bool:
    client = request_context.client()
    near = client is not None and client.is_loopback
    return near and not any(name in request.META for name in _PROXIED)


def _refusal(request: HttpRequest) -> HttpResponse:
    return error_page(
        request,
        403,
        _("This link does not sign you in"),
        _("It works once, within 15 minutes, and on the store's own machine"),
        _("With manage.py set_password a user gets a password, and signs in with that"),
    )
