from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.models import Token, User


@admin.register(User)
class UserAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Users are made with ``manage.py create_user``; here they are watched and changed."""

    list_display = ("account", "is_active", "is_operator", "quota", "created")
    list_filter = ("is_active", "is_operator")
    search_fields = ("account", "uuid")
    fields = ("account", "uuid", "is_active", "is_operator", "quota", "created", "last_login")
    readonly_fields = ("account", "uuid", "created", "last_login")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An account with containers cannot go; disable its user instead."""
        return False


@admin.register(Token)
class TokenAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Tokens: who has them and when they were used; only the time of revocation can change."""

    list_display = ("__str__", "user", "label", "created", "expires", "revoked", "last_used")
    list_filter = ("revoked",)
    search_fields = ("user__account", "label")
    fields = ("user", "label", "created", "expires", "revoked", "last_used")
    readonly_fields = ("user", "label", "created", "expires", "last_used")
    autocomplete_fields = ("user",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
