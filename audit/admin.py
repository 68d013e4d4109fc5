from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from audit.models import Event
from audit.services import record


class AuditedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Pages whose every change is in the audit log, in the change's own transaction."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        _record(request, obj, "add", message)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        _record(request, obj, "change", message)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        for obj in queryset:
            _record(request, obj, "delete", [])
        return super().log_deletions(request, queryset)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        with transaction.atomic():
            super().delete_queryset(request, queryset)


def _record(request: HttpRequest, obj: Any, verb: str, message: Any) -> None:
    """Write down what an operator did; of a change, to which fields."""
    changed = [each["changed"].get("fields", []) for each in message if "changed" in each]
    record(
        f"admin.{verb}",
        actor=request.user.get_username(),
        account=_account(obj),
        target=f"{obj._meta.model_name} {obj}",
        details={"fields": [str(name) for names in changed for name in names]},
    )


def _account(obj: Any) -> str:
    """Return whose account an admin page's object is of."""
    owner = getattr(obj, "user", None) or getattr(obj, "account", "")
    return str(getattr(owner, "account", owner))


@admin.register(Event)
class EventAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The audit log, to read."""

    list_display = ("at", "actor", "action", "account", "target", "address", "request_id")
    list_filter = ("action",)
    search_fields = ("=actor", "=account", "=request_id")
    ordering = ("-id",)
    show_full_result_count = False  # counting all of a long log takes longer than reading a page

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
