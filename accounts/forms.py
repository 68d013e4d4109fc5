"""The form for a new token or app password."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.tokens.app_passwords import create_app_password
from accounts.tokens.credentials import Scope
from accounts.tokens.tokens import create_token
from observability.addresses import Network
from web.pages.shown_once import NewSecret

DAYS = {"1": _("a day"), "30": _("30 days"), "365": _("a year"), "": _("no end")}
KINDS = {
    "token": _("Token: a program sends it with each request"),
    "app": _("App password: a program logs in with it"),
}


class SecretForm(forms.Form):
    """What it is for, how long, and what it reaches."""

    kind = forms.ChoiceField(choices=list(KINDS.items()), widget=forms.RadioSelect, initial="token")
    label = forms.CharField(label=_("What for"), max_length=256, required=False)
    days = forms.ChoiceField(
        label=_("Ends after"), choices=list(DAYS.items()), required=False, initial="30"
    )
    read_only = forms.BooleanField(label=_("Read only"), required=False)
    container = forms.CharField(label=_("Only this container"), max_length=256, required=False)
    beginning = forms.CharField(
        label=_("Only names that begin with"), max_length=1024, required=False, strip=False
    )
    networks = forms.CharField(
        label=_("Only from these addresses"),
        required=False,
        max_length=1000,
        help_text=_("Addresses or networks such as 192.0.2.0/24, separated by commas"),
    )

    def clean_networks(self) -> tuple[Network, ...]:
        """Return what the text names. Raises: ValidationError."""
        words = filter(None, map(str.strip, self.cleaned_data["networks"].split(",")))
        try:
            return tuple(map(ip_network, words))
        except ValueError as error:
            raise ValidationError(f"{error}.") from error

    def clean(self) -> dict[str, Any]:
        """Raise ValidationError where the limits do not go together."""
        cleaned = super().clean() or {}
        if cleaned.get("beginning") and not cleaned.get("container"):
            self.add_error("beginning", _("This needs a container."))
        if "/" in cleaned.get("container", ""):
            self.add_error("container", _("A container's name has no slash."))
        return cleaned

    def make_for(self, user: User) -> NewSecret:
        """Make the token or app password that is asked for."""
        kind, label = self.cleaned_data["kind"], self.cleaned_data["label"]
        make = create_app_password if kind == "app" else create_token
        return NewSecret(
            kind, make(user, label=label, scope=self._scope(), expires=self._expires())
        )

    def _scope(self) -> Scope:
        """Return what the new secret reaches."""
        given = self.cleaned_data
        return Scope(given["read_only"], given["container"], given["beginning"], given["networks"])

    def _expires(self) -> datetime | None:
        """Return when it ends; None is never."""
        days = self.cleaned_data["days"]
        return datetime.now(UTC) + timedelta(days=int(days)) if days else None
