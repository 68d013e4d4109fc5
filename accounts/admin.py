from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest

from accounts.credentials import Scope
from accounts.models import AppPassword, ExternalIdentity, Token, User
from audit.admin import AuditedAdmin


@admin.register(User)
class UserAdmin(AuditedAdmin):
    """Users are made with ``manage.py create_user``; here they are watched and changed."""

    list_display = ("account", "display_name", "is_active", "is_operator", "quota", "created")
    list_filter = ("is_active", "is_operator")
    search_fields = ("account", "display_name", "uuid")
    fields = (
        *("account", "display_name", "uuid", "is_active", "is_operator", "quota"),
        *("created", "last_login"),
    )
    readonly_fields = ("account", "display_name", "uuid", "created", "last_login")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An account with containers cannot go; disable its user instead."""
        return False


class SecretAdmin(AuditedAdmin):
    """Secrets: whose they are and what they reach; only the time of revocation can change."""

    list_filter = ("revoked",)
    search_fields = ("user__account", "label")
    readonly_fields: ClassVar[tuple[str, ...]] = (
        "user",
        "label",
        "reach",
        "created",
        "expires",
        "last_used",
    )
    autocomplete_fields = ("user",)

    @admin.display(description="scope")
    def reach(self, secret: Token | AppPassword) -> str:
        return str(Scope.from_json(secret.scope or {}))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


_OF_SECRETS = ("user", "label", "reach", "created", "expires", "revoked", "last_used")


@admin.register(Token)
class TokenAdmin(SecretAdmin):
    """Tokens: only the time of revocation can change."""

    list_display = ("__str__", *_OF_SECRETS)
    fields = (*_OF_SECRETS, "app_password")
    readonly_fields: ClassVar[tuple[str, ...]] = (*SecretAdmin.readonly_fields, "app_password")


@admin.register(AppPassword)
class AppPasswordAdmin(SecretAdmin):
    """App passwords: only the time of revocation can change; it ends their tokens too."""

    list_display = ("__str__", *_OF_SECRETS)
    fields = _OF_SECRETS

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if obj.revoked is not None:
            obj.tokens.filter(revoked=None).update(revoked=obj.revoked)


@admin.register(ExternalIdentity)
class ExternalIdentityAdmin(AuditedAdmin):
    """Which account somebody has who comes through an identity provider."""

    list_display = ("subject", "provider", "user", "created")
    list_filter = ("provider",)
    search_fields = ("subject", "user__account", "user__display_name")
    fields = ("provider", "subject", "user", "created")
    readonly_fields = ("created",)
    autocomplete_fields = ("user",)
