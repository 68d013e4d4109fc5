from typing import TypeAlias

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from audit.models import Event
from audit.services import record

# As Django makes it: what changed, of a field or of others that belong to it.
Message: TypeAlias = list[dict[str, dict[str, list[str]]]]


class AuditedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Pages whose every change is in the audit log, in the change's own transaction."""

    def log_addition(self, request: HttpRequest, obj: Model, message: Message) -> LogEntry:
        _record(request, obj, "add", message)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Model, message: Message) -> LogEntry:
        _record(request, obj, "change", message)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Model]) -> list[LogEntry]:
        for obj in queryset:
            _record(request, obj, "delete", [])
        return super().log_deletions(request, queryset)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> None:
        with transaction.atomic():
            super().delete_queryset(request, queryset)


def _record(request: HttpRequest, obj: Model, verb: str, message: Message) -> None:
    """Write down what an operator did; of a change, to which fields."""
    changed = [each["changed"].get("fields", []) for each in message if "changed" in each]
    record(
        f"admin.{verb}",
        actor=request.user.get_username(),
        account=_account(obj),
        target=f"{obj._meta.model_name} {obj}",
        details={"fields": [str(name) for names in changed for name in names]},
    )


def _account(obj: Model) -> str:
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

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
