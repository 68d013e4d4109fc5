"""A user's own page: what acts in their name."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.errors import AccountsError
from accounts.forms import SecretForm
from accounts.http.pages.paging import page_of
from accounts.http.pages.policy import PrivatePage
from accounts.http.places import account_url, storage_url
from accounts.models import AppPassword, Token, User
from accounts.tokens import app_passwords
from accounts.tokens.credentials import Scope
from accounts.tokens.tokens import list_tokens, revoke_token_of
from web.pages import shown_once
from web.pages.shown_once import NewSecret


class OwnPage(LoginRequiredMixin, PrivatePage):
    """A page for whoever is signed in; others are sent to sign in."""

    def user(self) -> User:
        """Return who is signed in."""
        user = self.request.user
        assert isinstance(user, User)  # noqa: S101 - LoginRequiredMixin has seen to it
        return user


class AccountPage(OwnPage):
    """Tokens and app passwords that were made by hand: the lists, and a form for another."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """200; with a secret that was just made, once."""
        new = shown_once.received(request)
        answer = self._page(request, SecretForm(), new=new)
        if new is not None and request.method == "GET":
            shown_once.take_back(request, answer)
        return answer

    def post(self, request: HttpRequest) -> HttpResponse:
        """302 to the page that shows the new secret; 400 with what is wrong."""
        form = SecretForm(request.POST)
        if not form.is_valid():
            return self._page(request, form, status=400)
        answer = redirect("account")
        shown_once.hand_over(request, answer, form.make_for(self.user()), reverse("account"))
        return answer

    def _page(
        self,
        request: HttpRequest,
        form: SecretForm,
        *,
        status: int = 200,
        new: NewSecret | None = None,
    ) -> HttpResponse:
        user = self.user()
        tokens = page_of(request, list_tokens(user), "tokens")
        apps = page_of(request, app_passwords.list_app_passwords(user), "apps")
        found = {
            "form": form,
            "new": new,
            "token_page": tokens,
            "tokens": [(token.digest.hex(), token, reach(token)) for token in tokens],
            "app_page": apps,
            "app_passwords": [(each, reach(each)) for each in apps],
            "logins": list_tokens(user, by_login=True).count(),
            "account_url": account_url(request, user.account),
            "storage_url": storage_url(request, user.account),
        }
        return render(request, "account/account.html", found, status=status)


class RevokeView(OwnPage):
    """302 to the list without the token or app password; 302 too if it was gone already."""

    def post(self, request: HttpRequest, digest: str = "", number: int = 0) -> HttpResponse:
        """302."""
        try:
            if digest:
                revoke_token_of(self.user(), bytes.fromhex(digest))
            else:
                app_passwords.revoke_app_password(self.user(), number)
            messages.success(request, _("It is revoked: the next request with it fails."))
        except AccountsError:
            messages.warning(request, _("It is revoked already, or not yours."))
        return redirect("logins" if "login" in request.GET else "account")


def reach(secret: Token | AppPassword) -> str:
    """Return what a token or app password is limited to, in words."""
    scope = Scope.from_json(secret.scope or {})
    parts = [_("read only")] if scope.read_only else []
    if scope.container:
        place = f"{scope.container}/{scope.prefix}"
        parts.append(_("only %(place)s") % {"place": place})
    if scope.networks:
        networks = ", ".join(map(str, scope.networks))
        parts.append(_("from %(networks)s") % {"networks": networks})
    return "; ".join(parts) or _("everything")
