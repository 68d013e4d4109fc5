"""Another password for oneself."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from accounts.errors import LoginRefusedError
from accounts.http.pages.policy import PrivatePage
from accounts.logins import logins
from accounts.models import User
from accounts.users.users import set_password


class PasswordForm(PasswordChangeForm):
    """The old password, which is counted as a guess if it is wrong, and the new one twice.

    Who has no password yet (they came by the link of the first start) has no old one to give.
    """

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        if not user.has_usable_password():
            del self.fields["old_password"]

    def clean_old_password(self) -> str:
        """Raise ValidationError where it is wrong; ThrottledError where many were."""
        given: str = self.cleaned_data["old_password"]
        try:
            logins.check_password(self.user.get_username(), given)
        except LoginRefusedError as error:
            raise ValidationError(_("The old password is wrong.")) from error
        return given

    def save(self, commit: bool = True) -> User:
        """Keep the new password."""
        set_password(self.user, self.cleaned_data["new_password1"])
        return self.user


class PasswordView(LoginRequiredMixin, PrivatePage, PasswordChangeView):
    """The page: 200, 302 once changed, 400 for what cannot be taken, 429."""

    template_name = "account/password.html"
    form_class = PasswordForm
    success_url = reverse_lazy("account")

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        response = super().form_valid(form)
        messages.success(self.request, _("The password is changed. Other browsers are signed out."))
        return response

    def form_invalid(self, form: PasswordChangeForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=400)
