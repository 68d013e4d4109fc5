from typing import Any, ClassVar

import django.contrib.auth.admin  # noqa: F401 (registers Group, before it is unregistered here)
from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from accounts.errors import InvalidAccountError
from accounts.fields import SizeField
from accounts.logins.passwords import MAX_PASSWORD
from accounts.models import AppPassword, ExternalIdentity, Token, User
from accounts.tokens.app_passwords import revoke_app_password
from accounts.tokens.credentials import Scope
from accounts.tokens.tokens import revoke_token_of
from accounts.users.suspension import record_suspension
from accounts.users.users import check_name
from audit.admin import AuditedAdmin
from web.names import lowered
from web.numbers import rough_size

# Django's groups give permissions, which nothing here asks for.
admin.site.unregister(Group)


class UserForm(forms.ModelForm):  # type: ignore[type-arg]
    """A user, and a password for them."""

    new_password = forms.CharField(
        required=False,
        strip=False,
        max_length=MAX_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Empty leaves it as it is; a user without one has tokens alone.",
    )

    quota = SizeField(
        required=False,
        help_text="Bytes, such as 50G. 0 is unlimited; empty takes PITHOS_DEFAULT_QUOTA.",
    )

    def clean_account(self) -> str:
        """Return the name in lower case. Raises: ValidationError."""
        name: str = lowered(self.cleaned_data["account"])
        try:
            check_name(name)
        except InvalidAccountError as error:
            raise ValidationError(f"The {error}.") from error
        if User.objects.filter(account=name).exists():
            raise ValidationError("There is a user of this name.")
        return name

    def clean_new_password(self) -> str:
        """Raise ValidationError where it is too weak."""
        password: str = self.cleaned_data["new_password"]
        if password:
            named = User(account=self.cleaned_data.get("account", self.instance.account))
            validate_password(password, named)
        return password


@admin.register(User)
class UserAdmin(AuditedAdmin):
    """Users: made, given passwords and quotas, suspended; they never go."""

    form = UserForm
    list_display = ("account", "display_name", "is_active", "is_operator", "quota_size", "created")
    list_filter = ("is_active", "is_operator")
    search_fields = ("account", "display_name", "uuid")

    @admin.display(description="quota", ordering="quota")
    def quota_size(self, user: User) -> str:
        if user.quota is None:
            return "default"
        return rough_size(user.quota) if user.quota else "unlimited"

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        chosen = ("account", "new_password", "is_active", "is_operator", "quota")
        return chosen if obj is None else (*chosen, "display_name", "uuid", "created", "last_login")

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        told = ("display_name", "uuid", "created", "last_login")
        return told if obj is None else ("account", *told)

    def save_model(
        self, request: HttpRequest, obj: User, form: "forms.ModelForm[Any]", change: bool
    ) -> None:
        password = form.cleaned_data["new_password"]
        if password:
            obj.set_password(password)
        elif not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if change and "is_active" in form.changed_data:
            record_suspension(obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """An account with containers cannot go; suspend its user instead."""
        return False


class SecretAdmin(AuditedAdmin):
    """Secrets: whose they are and what they reach. They can be revoked, which is for good."""

    list_filter: ClassVar[tuple[str, ...]] = ("revoked",)
    search_fields = ("user__account", "label")
    actions = ("revoke",)

    @admin.display(description="scope")
    def reach(self, secret: Token | AppPassword) -> str:
        return str(Scope.from_json(secret.scope or {}))

    @admin.action(description="Revoke the selected %(verbose_name_plural)s", permissions=["view"])
    def revoke(
        self, request: HttpRequest, chosen: "QuerySet[Token] | QuerySet[AppPassword]"
    ) -> None:
        valid = chosen.filter(revoked=None).select_related("user")
        with transaction.atomic():
            for secret in valid:
                self.revoke_one(secret)
        self.message_user(request, f"Revoked: {len(valid)}. The next request with them fails.")

    def revoke_one(self, secret: Any) -> None:
        """End a secret that is valid."""
        raise NotImplementedError

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """A revoked one stays, and tells what there was."""
        return False


_OF_SECRETS = ("user", "label", "reach", "created", "expires", "revoked", "last_used")


@admin.register(Token)
class TokenAdmin(SecretAdmin):
    """Tokens, to look at and to revoke."""

    list_display = ("__str__", *_OF_SECRETS)
    list_filter: ClassVar[tuple[str, ...]] = ("by_login", "revoked")
    fields = (*_OF_SECRETS, "app_password")

    def revoke_one(self, secret: Token) -> None:
        revoke_token_of(secret.user, secret.digest)


@admin.register(AppPassword)
class AppPasswordAdmin(SecretAdmin):
    """App passwords, to look at and to revoke, with the tokens got by them."""

    list_display = ("__str__", *_OF_SECRETS)
    fields = _OF_SECRETS

    def revoke_one(self, secret: AppPassword) -> None:
        revoke_app_password(secret.user, secret.pk)


@admin.register(ExternalIdentity)
class ExternalIdentityAdmin(AuditedAdmin):
    """Which account somebody has who comes through an identity provider."""

    list_display = ("subject", "provider", "user", "created")
    list_filter = ("provider",)
    search_fields = ("subject", "user__account", "user__display_name")
    fields = ("provider", "subject", "user", "created")
    readonly_fields = ("created",)
    autocomplete_fields = ("user",)
