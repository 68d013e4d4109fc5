"""A user's own page: what acts in their name."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.errors import AccountsError
from accounts.http.pages.forms import SecretForm
from accounts.http.pages.policy import PrivatePage
from accounts.http.places import account_url, storage_url
from accounts.logins import logins
from accounts.models import AppPassword, Token, User
from accounts.tokens import app_passwords
from accounts.tokens.credentials import Scope
from accounts.tokens.tokens import create_token, list_tokens, revoke_token_of

MOST_SHOWN = 200


class OwnPage(LoginRequiredMixin, PrivatePage):
    """A page for whoever is signed in; others are sent to sign in."""

    def user(self) -> User:
        """Return who is signed in."""
        user = self.request.user
        assert isinstance(user, User)  # noqa: S101 - LoginRequiredMixin has seen to it
        return user


class AccountPage(OwnPage):
    """Tokens and app passwords: the list, and a form for another."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """200."""
        return self._page(request, SecretForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """200 with the new secret, the only time that it is shown; 400 with what is wrong."""
        form = SecretForm(request.POST)
        if not form.is_valid():
            return self._page(request, form, status=400)
        given = {
            "label": form.cleaned_data["label"],
            "scope": form.scope(),
            "expires": form.expires(),
        }
        if form.cleaned_data["kind"] == "app":
            secret = app_passwords.create_app_password(self.user(), **given)
        else:
            secret = create_token(self.user(), **given)
        return self._page(request, SecretForm(), secret=secret, kind=form.cleaned_data["kind"])

    def _page(
        self, request: HttpRequest, form: SecretForm, status: int = 200, **shown: Any
    ) -> HttpResponse:
        user = self.user()
        tokens = list_tokens(user)[:MOST_SHOWN]
        found = {
            "form": form,
            "tokens": [(token.digest.hex(), token, _reach(token)) for token in tokens],
            "app_passwords": [
                (each, _reach(each)) for each in app_passwords.list_app_passwords(user)
            ],
            "account_url": account_url(request, user.account),
            "storage_url": storage_url(request, user.account),
        }
        return render(request, "account/account.html", found | shown, status=status)


class RevokeView(OwnPage):
    """302 to the list without the token or app password; 302 too if it was gone already."""

    def post(self, request: HttpRequest, digest: str = "", number: int = 0) -> HttpResponse:
        """302."""
        try:
            if digest:
                revoke_token_of(self.user(), bytes.fromhex(digest))
            else:
                app_passwords.revoke_app_password(self.user(), number)
            messages.success(request, "It is revoked: the next request with it fails.")
        except AccountsError as error:
            messages.warning(request, f"{error}.")
        return redirect("account")


class EndLoginsView(OwnPage):
    """302 to the list; every login but this browser's has ended."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """302."""
        logins.end_logins(self.user())
        update_session_auth_hash(request, self.user())
        messages.success(request, "All other logins have ended.")
        return redirect("account")


def _reach(secret: Token | AppPassword) -> str:
    return str(Scope.from_json(secret.scope or {}))
