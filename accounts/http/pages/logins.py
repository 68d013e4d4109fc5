"""The tokens that logins have made, and the end of all logins."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.http.pages.account import OwnPage, reach
from accounts.http.pages.paging import page_of
from accounts.logins import logins
from accounts.tokens.tokens import list_tokens


class LoginsPage(OwnPage):
    """The programs that have logged in and may go on."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """200."""
        page = page_of(request, list_tokens(self.user(), by_login=True), "page")
        tokens = [(token.digest.hex(), token, reach(token)) for token in page]
        return render(request, "account/logins.html", {"page": page, "tokens": tokens})


class EndLoginsView(OwnPage):
    """302 to the list; every login but this browser's has ended."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """302."""
        logins.end_logins(self.user())
        update_session_auth_hash(request, self.user())
        messages.success(request, _("All other logins have ended."))
        return redirect("logins")
