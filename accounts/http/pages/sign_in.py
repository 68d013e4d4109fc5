"""In and out."""

from django import forms
from django.contrib.auth import logout
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from accounts.http.pages import consent
from accounts.http.pages.policy import PrivatePage
from accounts.logins.passwords import MAX_PASSWORD
from accounts.users.users import MAX_ACCOUNT_BYTES


class SignInForm(AuthenticationForm):
    """Name and password; what is wrong of them is not told."""

    username = forms.CharField(
        label=_("Name"),
        max_length=MAX_ACCOUNT_BYTES,
        widget=forms.TextInput(
            attrs={"autofocus": True, "autocomplete": "username", "autocapitalize": "none"}
        ),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=MAX_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    error_messages = {  # noqa: RUF012 - as Django's own
        "invalid_login": _("The name or the password is wrong."),
        "inactive": _("The name or the password is wrong."),
    }


class SignInView(PrivatePage, LoginView):
    """The sign-in page: 200, 302 once signed in, 401 for a wrong name or password, 429."""

    template_name = "account/sign_in.html"
    authentication_form = SignInForm

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        logout(self.request)  # whoever it was: a session begins with its sign-in
        response = super().form_valid(form)
        consent.give(self.request, response["Location"])
        return response

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=401)


class SignOutView(PrivatePage):
    """302 to the sign-in page; by POST alone, so that no link signs anybody out."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """302."""
        logout(request)
        return redirect("sign-in")
