"""What operators do to an account; each is an event of the audit log."""

from http import HTTPStatus
from urllib.parse import unquote

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.errors import AccountsError
from accounts.forms import SecretForm
from accounts.logins.logins import end_logins
from accounts.models import User
from accounts.tokens.app_passwords import revoke_app_password
from accounts.tokens.tokens import revoke_token_of
from accounts.users import suspension
from accounts.users.users import set_password, set_quota
from operators.http.accounts import OfAccount, OneAccountPage
from operators.http.forms import GivenPasswordForm, QuotaForm
from web.pages import shown_once


class AccountAct(OfAccount):
    """A form of an account's page without fields. 302 to the page; it says what was done."""

    http_method_names = ("post", "options")

    def post(self, request: HttpRequest, **_names: str | int) -> HttpResponse:
        """302."""
        user = self.user()
        try:
            messages.success(request, self.act(user))
        except AccountsError:
            messages.warning(request, _("That was done already."))
        return redirect("operators:account", user.account)

    def act(self, user: User) -> str:
        """Do it; return what the page says then. Raises: AccountsError: there is nothing to do."""
        raise NotImplementedError


class SuspendView(AccountAct):
    """Lets the user in no more. 403 for oneself: nobody might be left to undo it."""

    def act(self, user: User) -> str:
        if user == self.operator():
            raise PermissionDenied
        suspension.suspend(user)
        return _("Suspended: the next request of theirs is refused.")


class ResumeView(AccountAct):
    """Lets the user in again."""

    def act(self, user: User) -> str:
        suspension.resume(user)
        return _("They are let in again.")


class RevokeTokenView(AccountAct):
    """Ends a token."""

    def act(self, user: User) -> str:
        revoke_token_of(user, bytes.fromhex(self.kwargs["digest"]))
        return _("It is revoked: the next request with it fails.")


class RevokeAppPasswordView(AccountAct):
    """Ends an app password, and the tokens that were got with it."""

    def act(self, user: User) -> str:
        revoke_app_password(user, self.kwargs["number"])
        return _("It is revoked: the next request with it fails.")


class EndAccountLoginsView(AccountAct):
    """Ends what logins have begun: sessions of browsers, tokens of programs."""

    def act(self, user: User) -> str:
        end_logins(user)
        return _("All logins have ended.")


class SetQuotaView(OneAccountPage):
    """Gives the account another quota. 302 to its page; 400 with what is wrong."""

    http_method_names = ("post", "options")

    def post(self, request: HttpRequest, account: str) -> HttpResponse:
        """302, 400."""
        form = QuotaForm(request.POST)
        if not form.is_valid():
            return self.page({**self.found(), "quota_form": form}, HTTPStatus.BAD_REQUEST)
        user = self.user()
        set_quota(user, form.cleaned_data["quota"])
        messages.success(request, _("The quota is changed."))
        return redirect("operators:account", user.account)


class SetPasswordView(OneAccountPage):
    """Gives the user another password. 302 to the account's page; 400 with what is wrong."""

    http_method_names = ("post", "options")

    def post(self, request: HttpRequest, account: str) -> HttpResponse:
        """302, 400."""
        user = self.user()
        form = GivenPasswordForm(user, request.POST)
        if not form.is_valid():
            found = {**self.found(), "password_form": form}
            return self.page(found, HTTPStatus.BAD_REQUEST)
        set_password(user, form.cleaned_data["password"])
        messages.success(request, _("The password is set, and their browsers are signed out."))
        return redirect("operators:account", user.account)


class MakeSecretView(OneAccountPage):
    """Makes a token or app password. 302 to the account's page, which shows it once; 400."""

    http_method_names = ("post", "options")

    def post(self, request: HttpRequest, account: str) -> HttpResponse:
        """302, 400."""
        form = SecretForm(request.POST)
        if not form.is_valid():
            return self.page({**self.found(), "secret_form": form}, HTTPStatus.BAD_REQUEST)
        user = self.user()
        answer = redirect("operators:account", user.account)
        page = reverse("operators:account", args=[user.account])
        shown_once.hand_over(request, answer, form.make_for(user), unquote(page))
        return answer
