"""The forms of accounts."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.fields import SizeField
from accounts.logins.passwords import MAX_PASSWORD
from accounts.models import User
from accounts.users.users import MAX_ACCOUNT_BYTES


class QuotaField(SizeField):
    """A size, refused in the reader's language."""

    def to_python(self, value: Any) -> int | None:
        """Return bytes, None where nothing was typed. Raises: ValidationError."""
        try:
            return super().to_python(value)
        except ValidationError as error:
            raise ValidationError(_("Write a size such as 50G or 53687091200.")) from error


class QuotaForm(forms.Form):
    """How many bytes the account's current objects may have."""

    quota = QuotaField(
        label=_("Quota"),
        required=False,
        help_text=_("Such as 50G. 0 is unlimited; empty takes the default."),
    )


class AccountForm(QuotaForm):
    """A new account."""

    field_order = ("account", "quota")

    account = forms.CharField(label=_("Name"), max_length=MAX_ACCOUNT_BYTES)


class GivenPasswordForm(forms.Form):
    """Another password of a user's."""

    password = forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=MAX_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, user: User, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self._user = user

    def clean_password(self) -> str:
        """Return the password. Raises: ValidationError: it is too weak."""
        password: str = self.cleaned_data["password"]
        validate_password(password, self._user)
        return password
